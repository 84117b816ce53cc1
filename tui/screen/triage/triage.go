// Package triage is the screen of one report: what came in, the indicators in
// it, what is like it, and one key a decision.
package triage

import (
	"context"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"warroom/model"
	"warroom/tui/screen"
	"warroom/tui/widget"
)

// Triage is the triage screen of one session. It serves all reports that the
// session opens, one after the other.
type Triage struct {
	env *screen.Env
	in  *model.Incident
	top int // first line shown

	similar []model.Likeness
	asked   asked
	failed  string // why there is no answer
}

// New makes the triage screen of a session.
func New(env *screen.Env) *Triage {
	return &Triage{env: env, in: &model.Incident{Report: &model.Report{}}}
}

// Open shows a report.
func (t *Triage) Open(in *model.Incident) {
	t.in, t.top, t.similar, t.asked, t.failed = in, 0, nil, asked{}, ""
}

// ID is the report's.
func (t *Triage) ID() string { return t.in.ID }

// Where implements screen.Screen.
func (t *Triage) Where() (string, string) { return "triage", t.in.ID }

// Scopes implements screen.Screen.
func (t *Triage) Scopes() []string { return []string{"triage"} }

// HasSide implements screen.Screen.
func (t *Triage) HasSide() bool { return true }

// likeness is an answer to ask.
type likeness struct {
	id   string
	list []model.Likeness
}

// Refresh implements screen.Screen.
func (t *Triage) Refresh() tea.Cmd {
	if in := t.env.Hub.Peek(t.in.ID); in != nil && in.Report != nil {
		t.in = in
	}
	return t.ask()
}

// asked is what an answer to ask rests on.
type asked struct {
	at      time.Time
	board   uint64
	version uint64 // of the report
}

// again is how often the same report is compared with a board that changes.
const again = 5 * time.Second

// ask looks for what is like the report, again when it or the board has changed.
func (t *Triage) ask() tea.Cmd {
	board := t.env.Hub.Board()
	now := asked{t.env.Now(), board.Version, t.in.Version}
	if t.in.ID == "" || t.asked.version == now.version && (t.asked.board == now.board || now.at.Sub(t.asked.at) < again) {
		return nil
	}
	t.asked = now
	env, id := t.env, t.in.ID
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(context.Background(), screen.DoLimit)
		defer cancel()
		list, err := env.Hub.Similar(ctx, env.Actor, id)
		return screen.Loaded{For: "similar", Data: likeness{id, list}, Err: err}
	}
}

// Update implements screen.Screen.
func (t *Triage) Update(msg tea.Msg) tea.Cmd {
	if m, ok := msg.(screen.Loaded); ok {
		if l, ok := m.Data.(likeness); ok && l.id == t.in.ID {
			t.failed = ""
			if m.Err != nil {
				t.failed = model.Line(m.Err.Error()).String()
				return nil
			}
			t.similar = l.list
		}
	}
	return nil
}

// Move implements screen.Screen.
func (t *Triage) Move(m screen.Motion) { t.top = screen.Scroll(t.top, m) }

// Click implements screen.Screen.
func (t *Triage) Click(int, int) tea.Cmd { return nil }

// Filter implements screen.Screen.
func (t *Triage) Filter(string) {}

// Filtering implements screen.Screen.
func (t *Triage) Filtering() string { return "" }

// Back implements screen.Screen.
func (t *Triage) Back() bool { return false }

// Copy implements screen.Screen.
func (t *Triage) Copy(raw bool) (string, bool) {
	r := t.in.Report
	text := string(t.in.Title) + "\n" + string(r.Text)
	if !raw {
		text = model.Block(screen.Defang(text)).String()
	}
	return t.in.ID + " " + text, true
}

// names are those who look at this report now, the person at this screen left out.
func (t *Triage) names() []string {
	var out []string
	for _, p := range t.env.Hub.People() {
		if p.Screen == "triage" && p.Tab == t.in.ID && p.User != t.env.Actor.Name && !slices.Contains(out, p.User) {
			out = append(out, p.User)
		}
	}
	slices.Sort(out)
	return out
}

// why is what a likeness rests on, safe for one line.
func why(l model.Likeness) string { return model.Line(strings.Join(l.Why, "; ")).String() }

// done is the outcome of a change of this report.
func (t *Triage) done(form, said string, f func(context.Context) (then tea.Cmd, err error)) tea.Cmd {
	id := t.in.ID
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(context.Background(), screen.DoLimit)
		defer cancel()
		then, err := f(ctx)
		d := screen.Done{Form: form, Incident: id, Err: err}
		if err == nil {
			d.Said, d.Then = said, then
		}
		return d
	}
}

var _ screen.Screen = (*Triage)(nil)

// toast says a safe line.
func (t *Triage) toast(text string) tea.Cmd {
	return t.env.Ask(screen.Toast{Level: widget.InfoToast, Text: text})
}
