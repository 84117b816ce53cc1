package incident

import (
	"context"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"warroom/model"
	"warroom/tui/screen"
	"warroom/tui/widget"
)

// similarFor names the answer that proposes what may belong to the incident.
const similarFor = "similar"

// proposals are the incidents and reports that may belong to this one. They are
// proposed, with why; linking stays by hand.
type proposals struct {
	id   string
	num  [3]int // indicators, assets and links when it was asked
	at   time.Time
	list []model.Likeness
}

// asOld is how old they may be while the others change.
const asOld = 30 * time.Second

// ask reads them, again when there is more to compare.
func (p *proposals) ask(env *screen.Env, in *model.Incident) tea.Cmd {
	num := [3]int{len(in.Indicators), len(in.Assets), len(in.Related)}
	now := env.Now()
	if in.ID == "" || p.id == in.ID && p.num == num && now.Sub(p.at) < asOld {
		return nil
	}
	if p.id != in.ID {
		p.list = nil
	}
	p.id, p.num, p.at = in.ID, num, now
	if num[0]+num[1] == 0 {
		return nil
	}
	id := in.ID
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(context.Background(), screen.DoLimit)
		defer cancel()
		list, err := env.Hub.Similar(ctx, env.Actor, id)
		return screen.Loaded{For: similarFor, Data: proposals{id: id, list: list}, Err: err}
	}
}

func (p *proposals) answered(m screen.Loaded) {
	got, ok := m.Data.(proposals)
	switch {
	case !ok || got.id != p.id:
	case m.Err != nil:
		p.id = "" // asked again at the next change
	default:
		p.list = got.list
	}
}

// similar are the overview's lines of them, at most three.
func (o *overview) similar(w int) []string {
	st := o.r.env.Styles
	const most = 3
	var out []string
	label := "SIMILAR"
	for _, l := range o.proposed.list[:min(len(o.proposed.list), most)] {
		why := model.ClipLine(strings.Join(l.Why, "; "), 80).String()
		out = append(out, widget.Fit(" "+st.Dim.S(widget.Fit(label, 11))+st.Ref.S(l.ID)+" "+st.Dim.S(why)+"  "+screen.Clip(string(l.Title), 60), w))
		label = ""
	}
	return out
}
