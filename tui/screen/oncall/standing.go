// Package oncall is the page of who is on call: now, by the week, what is wrong, and
// how people are reached.
package oncall

import (
	"strconv"
	"time"

	"warroom/model"
	"warroom/themes"
	"warroom/tui/screen"
	"warroom/tui/widget"
)

// Standing is how things stand with who is on call. It is made anew when the
// register or the minute changes; what is wrong in the next 90 days by the hour.
type Standing struct {
	env     *screen.Env
	from    source
	checked source
	reg     *model.OnCall
	version uint64
	now     []model.Watch
	trouble []model.OnCallTrouble
	changes int // how often it was made anew
}

// source is what it rests on.
type source struct {
	version  uint64
	accounts *model.Account
	at       time.Time
}

// NewStanding makes the standing of a session.
func NewStanding(env *screen.Env) *Standing { return &Standing{env: env} }

// refresh takes over what is newest in memory.
func (s *Standing) refresh() {
	in := s.env.Hub.PeekRegister(model.RegisterOnCall)
	now, accounts := s.env.Now().UTC(), s.env.Hub.Accounts()
	from := source{version: in.Version, at: now.Truncate(time.Minute)}
	if len(accounts) > 0 {
		from.accounts = &accounts[0]
	}
	if from == s.from && s.changes > 0 {
		return
	}
	s.from, s.reg, s.version = from, in.OnCall, in.Version
	s.changes++
	s.now = s.reg.Now(now)
	from.at = now.Truncate(time.Hour)
	if from != s.checked {
		s.checked, s.trouble = from, nil
		if len(s.reg.Active()) > 0 {
			s.trouble = s.reg.Trouble(accounts, now.Truncate(time.Minute), now.Truncate(time.Minute).Add(model.Horizon))
		}
	}
}

// Line says in w columns who is called first, until when, and who comes then; "" when
// nobody keeps rotations, or when there is no room for it.
func (s *Standing) Line(w int) string {
	s.refresh()
	st := s.env.Styles
	if len(s.now) == 0 {
		return ""
	}
	first := &s.now[0]
	for i := range s.now {
		// Of several that are called first, one may be off duty.
		if s.now[i].Who != "" && s.now[i].Rotation.Order == first.Rotation.Order {
			first = &s.now[i]
			break
		}
	}
	who := s.who(first.Who, st)
	then := ""
	if !first.To.IsZero() {
		then = " " + st.Dim.S(st.Glyphs.Arrow) + " " + s.who(first.Next, st) + " " + st.Dim.S(clock(first.To, s.env.Now()))
	}
	wrong := ""
	if n := len(s.trouble); n > 0 {
		wrong = " " + st.Bad.S(st.Glyphs.Warn+strconv.Itoa(n))
	}
	for _, line := range []string{st.Dim.S("on call: ") + who + then + wrong, who + then + wrong, who + wrong} {
		if widget.Width(line) <= w {
			return line
		}
	}
	return ""
}

// who draws somebody on call; nobody is an error.
func (s *Standing) who(who string, st *themes.Styles) string {
	switch {
	case who == "":
		return st.Bad.S(st.Glyphs.Warn + " NOBODY")
	case model.IsContactRef(who):
		return st.Text.S(screen.Clip(string(s.reg.Called(who)), 24))
	}
	return screen.Person(who, st)
}

// clock is a time to the minute: with its day when that is not today.
func clock(t, now time.Time) string {
	t, now = t.UTC(), now.UTC()
	switch {
	case t.Format(time.DateOnly) == now.Format(time.DateOnly):
		return t.Format("15:04Z")
	case t.After(now) && t.Sub(now) < 6*24*time.Hour:
		return t.Format("Mon 15:04Z")
	}
	return t.Format("2 Jan 15:04Z")
}
