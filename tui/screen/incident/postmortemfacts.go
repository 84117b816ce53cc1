package incident

import (
	"context"
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"warroom/model"
	"warroom/tui/screen"
)

// frozenFor marks the snapshot that a closed post-mortem is of.
const frozenFor = "frozen"

// thaw asks for the incident as it was when its post-mortem was closed.
func (t *postmortem) thaw(in *model.Incident) tea.Cmd {
	at := in.PostMortem.FrozenAt
	if at == 0 {
		t.frozen = nil
		return nil
	}
	if t.frozen != nil && t.frozen.ID == in.ID && t.frozen.Version == at {
		return nil
	}
	t.frozen = nil
	env, id := t.r.env, in.ID
	return bounded(func(ctx context.Context) tea.Msg {
		then, err := env.Hub.At(ctx, env.Actor, id, at)
		return screen.Loaded{For: frozenFor, Data: then, Err: err}
	})
}

// thawed takes over that snapshot, unless another incident is in front by now.
func (t *postmortem) thawed(m screen.Loaded) {
	if then, ok := m.Data.(*model.Incident); ok && m.Err == nil && then.ID == t.r.in.ID {
		t.frozen = then
	}
}

// known is the incident whose facts are shown: as it is, or as it was when the
// post-mortem was closed.
func (t *postmortem) known() *model.Incident {
	if t.frozen != nil && t.frozen.ID == t.r.in.ID {
		return t.frozen
	}
	return t.r.in
}

// The rows of what the log knows.
const (
	logMoments    = logPrefix + "moments"
	logTimes      = logPrefix + "times"
	logRoles      = logPrefix + "roles"
	logSeverity   = logPrefix + "severity"
	logScope      = logPrefix + "scope"
	logActions    = logPrefix + "actions"
	logClocks     = logPrefix + "clocks"
	logIndicators = logPrefix + "indicators"
	logUpdates    = logPrefix + "updates"
)

func logRows() []pmRow {
	return []pmRow{{id: logMoments}, {id: logTimes}, {id: logRoles}, {id: logSeverity}, {id: logScope}, {id: logActions}, {id: logClocks}, {id: logIndicators}, {id: logUpdates}}
}

// factTitle is the name of a row of what the log knows.
func factTitle(id string) string {
	switch id {
	case logMoments:
		return "Key moments"
	case logTimes:
		return "Times and metrics"
	case logRoles:
		return "Roles"
	case logSeverity:
		return "Severity and phases"
	case logScope:
		return "Scope"
	case logActions:
		return "Actions"
	case logClocks:
		return "Clocks"
	case logIndicators:
		return "Indicators"
	case logUpdates:
		return "Updates"
	}
	return ""
}

// facts is what the log knows, worked out again when the incident changed and once
// a minute, for what goes on.
func (t *postmortem) facts() *model.PostMortemFacts {
	in, now := t.known(), t.r.env.Now().Truncate(time.Minute)
	if p := &t.r.in.PostMortem; p.State == model.PostMortemClosed {
		now = p.ClosedAt
	}
	if t.log == nil || t.logOf != in || !t.logAt.Equal(now) {
		t.log, t.logOf, t.logAt = in.Facts(now), in, now
	}
	return t.log
}

// factCount is how much there is of a row of what the log knows.
func (t *postmortem) factCount(id string) int {
	f := t.facts()
	switch id {
	case logMoments:
		return len(f.Moments)
	case logTimes:
		return len(f.Lapses)
	case logRoles:
		return len(f.Roles)
	case logSeverity:
		return len(f.Severities)
	case logScope:
		return f.Scope.Assets
	case logActions:
		return len(f.Actions)
	case logClocks:
		return len(f.Clocks)
	case logIndicators:
		return len(f.Indicators)
	case logUpdates:
		return len(f.Updates)
	}
	return 0
}

// factLines is one row of what the log knows, in full.
func (t *postmortem) factLines(id string, w int) []string {
	st, f := t.r.env.Styles, t.facts()
	as := "filled in from the log, and goes on with it"
	if t.frozen != nil {
		as = fmt.Sprintf("from the log, as of #%d", f.Version)
	}
	out := []string{st.Title.S(factTitle(id)), st.Dim.S(as), ""}
	x := factDrawer{st: st, w: w}
	switch id {
	case logMoments:
		x.moments(f)
	case logTimes:
		x.times(f)
	case logRoles:
		x.roles(f)
	case logSeverity:
		x.severities(f)
	case logScope:
		x.scope(f)
	case logActions:
		x.actions(f)
	case logClocks:
		x.clocks(f)
	case logIndicators:
		x.indicators(f)
	case logUpdates:
		x.updates(f)
	}
	if len(x.out) == 0 {
		x.dim("There is none.")
	}
	return append(out, x.out...)
}

// factRefs lists the refs that a row of what the log knows speaks of.
func (t *postmortem) factRefs(id string) []string {
	f := t.facts()
	var out []string
	switch id {
	case logMoments:
		for i := range f.Moments {
			out = append(out, f.Moments[i].Ref)
		}
	case logScope:
		for _, a := range f.Assets {
			out = append(out, a.Ref)
		}
	case logActions:
		for i := range f.Actions {
			out = append(out, f.Actions[i].Ref)
		}
	case logClocks:
		for i := range f.Clocks {
			out = append(out, f.Clocks[i].Ref)
		}
	case logIndicators:
		for _, x := range f.Indicators {
			out = append(out, x.Ref)
		}
	case logUpdates:
		for _, e := range f.Updates {
			out = append(out, e.Ref)
		}
	}
	return out
}
