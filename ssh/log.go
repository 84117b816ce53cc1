package ssh

import (
	"fmt"
	"log/slog"
	"sync"

	"warroom/model"
)

// safe is foreign text as it may stand in a log line: one short line, no control,
// bidirectional or invisible character (LOG-1).
func safe(s string) string {
	const most = 200
	if len(s) > 4*most {
		s = s[:4*most]
	}
	return model.ClipLine(s, most).String()
}

func panicText(r any) string { return fmt.Sprint(r) }

// failures writes down logins that failed. Of a flood it writes the first ones of
// each interval, and then how many there were (LOG-3).
type failures struct {
	log *slog.Logger

	mu      sync.Mutex
	written int
	counted int
}

type refusalLine struct {
	what, user, key, from, why string
	offers                     int
}

// perInterval is how many failures are written between two calls of flush.
const perInterval = 20

func (f *failures) add(r refusalLine) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.written >= perInterval {
		f.counted++
		return
	}
	f.written++
	f.log.Warn(r.what, "user", r.user, "key", r.key, "from", r.from, "offers", r.offers, "why", r.why)
}

func (f *failures) flush() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.counted > 0 {
		f.log.Warn("more connections failed than are written one by one", "count", f.counted)
	}
	f.written, f.counted = 0, 0
}
