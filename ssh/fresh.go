package ssh

import (
	"context"
	"sync"
	"time"
)

// fresh reads the accounts again for a login: what an admin changed a moment ago,
// on this server or on another, is true for every login from now on (AUTH-3).
// While the database is away the accounts in memory have to do.
type fresh struct {
	mu    sync.Mutex
	began time.Time // of the last reading
}

const (
	freshLimit = 2 * time.Second
	// freshEvery spares the database when strangers knock. Who is refused waits
	// for his turn, and all that wait share one reading.
	freshEvery = 200 * time.Millisecond
)

// since makes sure that the accounts were read after a moment. A call that is not
// urgent may have to wait a little.
func (f *fresh) since(s *Server, moment time.Time, urgent bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.began.After(moment) || !s.o.Hub.Health().Online {
		return
	}
	if rest := freshEvery - time.Since(f.began); rest > 0 && !urgent {
		wait(s.stopping.Done(), rest)
	}
	f.began = time.Now()
	ctx, cancel := context.WithTimeout(s.stopping, freshLimit)
	defer cancel()
	if err := s.o.Hub.ReloadAccounts(ctx); err != nil {
		s.log.Warn("accounts cannot be read, the login uses those in memory", "error", safe(err.Error()))
	}
}
