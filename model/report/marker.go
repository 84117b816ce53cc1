package report

import (
	"strings"

	"warroom/model"
	"warroom/model/indicator"
)

// marker finds what has to be marked narrower than the incident: text that holds
// the value of an indicator which is. An action that blocks an address says the
// address, and so may a note or a section of the post-mortem.
type marker struct {
	own   string
	ranks []rankMarker // the narrowest first
}

type rankMarker struct {
	tlp   string
	found *strings.Replacer // replaces the values, all at once
}

// shortest is the length in bytes from which a value is looked for in texts.
const shortest = 3

func newMarker(in *model.Incident) *marker {
	m := &marker{own: in.Marking()}
	values := map[string][]string{}
	for _, x := range in.Indicators {
		if x.Retracted != "" || model.TLPRank(x.TLP) <= model.TLPRank(m.own) || len(x.Value) < shortest {
			continue
		}
		raw := strings.ToLower(string(x.Value))
		values[x.TLP] = append(values[x.TLP], raw, "\x00")
		if dead := strings.ToLower(indicator.Defang(x.Type, string(x.Value))); dead != raw {
			values[x.TLP] = append(values[x.TLP], dead, "\x00")
		}
	}
	all := model.TLPs()
	for i := len(all) - 1; i >= 0; i-- {
		if len(values[all[i]]) > 0 {
			m.ranks = append(m.ranks, rankMarker{all[i], strings.NewReplacer(values[all[i]]...)})
		}
	}
	return m
}

// of is the marking of a part that says the texts: "" where the incident's holds,
// and never wider than own, the part's own marking.
func (m *marker) of(own string, texts ...model.Text) string {
	for _, r := range m.ranks {
		if own != "" && model.TLPRank(own) >= model.TLPRank(r.tlp) {
			return own
		}
		for _, t := range texts {
			if t == "" {
				continue
			}
			s := strings.ToLower(string(t))
			if r.found.Replace(s) != s {
				return r.tlp
			}
			if dead := indicator.Refang(s); dead != s && r.found.Replace(dead) != dead {
				return r.tlp
			}
		}
	}
	return own
}

// row is a row of a table, marked by what its cells say.
func (m *marker) row(own string, cells ...model.Text) Row {
	return Row{Cells: cells, TLP: m.of(own, cells...)}
}

func (m *marker) item(t model.Text) Item { return Item{Text: t, TLP: m.of("", t)} }

func (m *marker) pair(name string, value model.Text) Pair {
	return Pair{Name: name, Value: value, TLP: m.of("", value)}
}
