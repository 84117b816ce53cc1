package verb

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"warroom/model"
	"warroom/model/indicator"
	"warroom/model/room"
)

func roomVerbs() []*Verb {
	return []*Verb{
		{Name: "search", Args: "TEXT", Short: "look for words in incidents, reports and reviews, and in what they hold",
			flags: []flag{{name: "limit", arg: "N", help: "at most N hits, 100 when not said"}}, words: []word{{"TEXT", nil}}, run: search},
		{Name: "watch", Args: "INC", Short: "print each change as it happens, until interrupted",
			Long:  "With --json one event a line. --from VERSION begins after that version; 0 is the whole record.",
			flags: []flag{{name: "from", arg: "VERSION", help: "begin after this version; without it, with what comes next"}},
			words: []word{{"INC", incidents}}, run: watch},
		{Name: "whoami", Short: "show who you are here, and what you may do", run: whoami},
		{Name: "help", Args: "[VERB]", Short: "explain a verb, or list them all", Offline: true, words: []word{{"VERB", verbNames}, {"VERB", verbNames}}, run: help},
	}
}

func search(c *call) error {
	text, err := c.rest("the text")
	if err != nil {
		return err
	}
	if strings.TrimSpace(text) == "" {
		return c.usage("search: the text is missing")
	}
	most, err := c.number("limit", 100, 1, 1000)
	if err != nil {
		return err
	}
	if err := c.env.Hub.Freshen(c.ctx); err != nil {
		return err
	}
	hits, err := c.env.Hub.Search(c.ctx, c.env.Actor, indicator.Refang(text), most)
	if err != nil {
		return err
	}
	var rows [][]string
	for _, h := range hits {
		rows = append(rows, []string{h.Incident, h.Ref, h.Kind, c.clock(h.At), hitText(h)})
	}
	return c.print(hits, func() error {
		return c.table([]column{{title: "INCIDENT"}, {title: "REF"}, {title: "KIND"}, {title: "AT"}, {title: "TEXT", give: true}}, rows, "nothing found")
	})
}

// hitText is what a hit shows: an indicator defanged, and whether it still stands.
func hitText(h room.Hit) string {
	text := indicator.DefangText(string(h.Text))
	if h.Type != "" {
		text = indicator.Defang(h.Type, string(h.Text))
	}
	if h.Mark != "" {
		return "[" + h.Mark + "] " + text
	}
	return text
}

func whoami(c *call) error {
	if err := c.end(); err != nil {
		return err
	}
	view := struct {
		Name        string           `json:"name"`
		Role        model.ServerRole `json:"role"`
		Via         string           `json:"via"`
		Fingerprint string           `json:"fingerprint,omitempty"`
	}{c.env.Actor.Name, c.env.Actor.Role, c.env.Via, c.env.Fingerprint}
	return c.print(view, func() error {
		line := "@" + view.Name + "  " + string(view.Role) + "  " + view.Via
		if view.Fingerprint != "" {
			line += "  " + view.Fingerprint
		}
		return c.say("%s\n%s", model.Line(line), mayDo(view.Role))
	})
}

// mayDo says what a role may do where an incident's own list does not say more.
func mayDo(r model.ServerRole) string {
	switch r {
	case model.RoleAdmin, model.RoleCommander:
		return "may declare incidents, and read, change and lead those that are not restricted"
	case model.RoleResponder:
		return "may declare incidents, and read and change those that are not restricted; leads where IC or deputy"
	}
	return "may read the incidents that are not restricted"
}

// eventView is one event of the record, as watch --json prints it.
type eventView struct {
	Incident   string          `json:"incident"`
	Version    uint64          `json:"version"`
	Kind       string          `json:"kind"`
	Actor      string          `json:"actor"`
	RecordedAt time.Time       `json:"recorded_at"`
	Payload    json.RawMessage `json:"payload"`
	Redacted   bool            `json:"redacted,omitempty"`
	Hash       model.Hash      `json:"hash"`
}

// watchBatch is how many events are read and told at a time.
const watchBatch = 100

// watch tells the events after a version, then each new one, until its reader
// has gone or the incident is no longer open to the person.
func watch(c *call) error {
	find := c.incident
	if c.names(model.IsRegisterID) {
		find = c.register
	}
	in, err := find()
	if err != nil {
		return err
	}
	if err := c.end(); err != nil {
		return err
	}
	from := in.Version
	if c.on("from") {
		n, err := c.number("from", 0, 0, 1<<30)
		if err != nil {
			return err
		}
		if from = uint64(n); from > in.Version {
			return model.NotFound("%s has no version %d", in.ID, n).Hint("the newest is %d", in.Version)
		}
	}
	w := watcher{c: c, id: in.ID, told: from}
	if !c.json() && from > 0 {
		// A state of our own to fold on: snapshots belong to the room.
		if w.state, err = c.env.Hub.At(c.ctx, c.env.Actor, in.ID, from); err != nil {
			return err
		}
	} else {
		w.state = &model.Incident{ID: in.ID}
	}
	sub := c.env.Hub.Subscribe()
	defer sub.Close()
	stop := context.AfterFunc(c.ctx, sub.Close)
	defer stop()
	sub.Watch(in.ID)
	for {
		if err := w.catchUp(); err != nil {
			return err
		}
		if b := sub.Next(); b.Closed {
			return nil
		}
	}
}

type watcher struct {
	c     *call
	id    string
	told  uint64
	state *model.Incident // at told, for telling in words
}

func (w *watcher) catchUp() error {
	for {
		if w.c.ctx.Err() != nil {
			return nil
		}
		recs, err := w.c.env.Hub.Records(w.c.ctx, w.c.env.Actor, w.id, w.told, watchBatch)
		if w.c.ctx.Err() != nil {
			return nil
		}
		if model.CodeOf(err) == model.CodeUnavailable {
			return w.c.note("%v", err) // the room goes on by itself when it is back
		}
		if err != nil || len(recs) == 0 {
			return err
		}
		if err := w.tell(recs); err != nil {
			return err
		}
		w.told = recs[len(recs)-1].Version
	}
}

func (w *watcher) tell(recs []model.Record) error {
	if w.c.json() {
		for _, r := range recs {
			if err := w.c.line(eventView{r.Incident, r.Version, r.Kind, r.Actor, r.At, r.Payload, r.Redacted, r.Hash}); err != nil {
				return err
			}
		}
		return nil
	}
	next, err := w.state.Fold(recs)
	if err != nil {
		return err
	}
	w.state = next
	for _, f := range next.Recent {
		if f.Version <= w.told {
			continue
		}
		line := f.At.Format("15:04:05Z") + "  #" + strconv.FormatUint(f.Version, 10) + "  @" + f.Actor + "  "
		if f.Ref != "" {
			line += f.Ref + " "
		}
		if err := w.c.say("%s%s", line, indicator.Line(f.What)); err != nil {
			return err
		}
	}
	return nil
}
