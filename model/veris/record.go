package veris

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"warroom/model"
)

// record is what is read of a VERIS record. What it has beside this is left.
type record struct {
	ID        string                `json:"incident_id"`
	Summary   string                `json:"summary"`
	Reference string                `json:"reference"`
	Confirmed string                `json:"security_incident"`
	Action    map[string]enumerated `json:"action"`
	Actor     map[string]enumerated `json:"actor"`
	Asset     struct {
		Assets []struct {
			Variety string `json:"variety"`
		} `json:"assets"`
	} `json:"asset"`
	Attribute map[string]struct {
		enumerated
		Disclosure string `json:"data_disclosure"`
		Data       []struct {
			Variety string `json:"variety"`
		} `json:"data"`
	} `json:"attribute"`
	Discovery map[string]any `json:"discovery_method"`
	Timeline  timeline       `json:"timeline"`
	Impact    struct {
		Overall string `json:"overall_rating"`
	} `json:"impact"`
	Victim struct {
		ID string `json:"victim_id"`
	} `json:"victim"`
}

// enumerated is a part with its varieties, vectors and motives.
type enumerated struct {
	Variety []string `json:"variety"`
	Vector  []string `json:"vector"`
	Motive  []string `json:"motive"`
}

type timeline struct {
	Incident struct {
		Year  *int   `json:"year"`
		Month *int   `json:"month"`
		Day   *int   `json:"day"`
		Time  string `json:"time"`
	} `json:"incident"`
	Discovery   *length `json:"discovery"`
	Containment *length `json:"containment"`
}

// length is how long something took: a unit, often without a value.
type length struct {
	Unit  string   `json:"unit"`
	Value *float64 `json:"value"`
}

// units are the lengths of the units; a month is a twelfth of 365.25 days.
func units() map[string]time.Duration {
	const day = 24 * time.Hour
	const year = 365*day + 6*time.Hour
	return map[string]time.Duration{"Seconds": time.Second, "Minutes": time.Minute, "Hours": time.Hour, "Days": day, "Weeks": 7 * day, "Months": year / 12, "Years": year}
}

// most is the longest time that a record may say.
const most = 100 * 365 * 24 * time.Hour

// moment is what the length says of a moment that is counted from another one.
func (l *length) moment(name, after model.MomentName) (model.MomentSet, error) {
	m := model.MomentSet{Name: name}
	unit, known := units()[l.Unit]
	switch {
	case l.Unit == "" || l.Unit == "Unknown" || l.Unit == "NA" || l.Unit == "Never":
		m.Unknown, m.Said = true, model.Text(strings.ToLower(cmp.Or(l.Unit, "Unknown")))
		return m, nil
	case !known:
		return m, fmt.Errorf("%q is no unit of time", short(l.Unit))
	case l.Value == nil:
		m.Unknown, m.Said = true, model.Text(strings.ToLower(l.Unit)+", number unknown")
		return m, nil
	case !(*l.Value >= 0 && *l.Value*float64(unit) <= float64(most)):
		return m, fmt.Errorf("%g %s is no length of time from 0 to 100 years", *l.Value, strings.ToLower(l.Unit))
	}
	m.After, m.Span = after, time.Duration(*l.Value*float64(unit)).Round(time.Microsecond)
	m.Said = model.Text(fmt.Sprintf("%g %s later", *l.Value, strings.ToLower(l.Unit)))
	return m, nil
}

// moments are those of which the record says something; unknown are the lengths
// without a number. The error belongs to field.
func (t *timeline) moments() (out []model.MomentSet, unknown []string, field string, err error) {
	first, err := t.first()
	if err != nil {
		return nil, nil, "timeline.incident", err
	}
	out = append(out, first)
	for _, l := range []struct {
		field       string
		length      *length
		name, after model.MomentName
	}{{"timeline.discovery", t.Discovery, model.MomentDetected, model.MomentFirstAct}, {"timeline.containment", t.Containment, model.MomentContained, model.MomentDetected}} {
		if l.length == nil {
			continue
		}
		m, err := l.length.moment(l.name, l.after)
		if err != nil {
			return nil, nil, l.field, err
		}
		if m.Unknown && m.Said != "" {
			unknown = append(unknown, strings.TrimPrefix(l.field, "timeline.")+": "+string(m.Said))
		}
		if m.After == model.MomentDetected && !slices.ContainsFunc(out, func(o model.MomentSet) bool { return o.Name == model.MomentDetected }) {
			out = append(out, model.MomentSet{Name: model.MomentDetected, Moment: model.Moment{Unknown: true, Said: "not said"}})
		}
		out = append(out, m)
	}
	return out, unknown, "", nil
}

// first is the moment of the incident, as exactly as it is said.
func (t *timeline) first() (model.MomentSet, error) {
	m := model.MomentSet{Name: model.MomentFirstAct}
	d := t.Incident
	if d.Year == nil {
		m.Unknown, m.Said = true, "not said"
		return m, nil
	}
	month, day := 1, 1
	m.Precision, m.Said = model.PrecisionYear, model.Text(fmt.Sprintf("%04d", *d.Year))
	if d.Month != nil {
		month = *d.Month
		m.Precision, m.Said = model.PrecisionMonth, m.Said+model.Text(fmt.Sprintf("-%02d", month))
	}
	if d.Day != nil && d.Month != nil {
		day = *d.Day
		m.Precision, m.Said = model.PrecisionDay, m.Said+model.Text(fmt.Sprintf("-%02d", day))
	}
	at := time.Date(*d.Year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	if *d.Year < 1900 || *d.Year > 2200 || at.Month() != time.Month(month) || at.Day() != day {
		return m, errors.New("there is no such day: " + short(string(m.Said)))
	}
	if c, err := time.Parse("15:04", d.Time); err == nil && m.Precision == model.PrecisionDay {
		at = at.Add(time.Duration(c.Hour())*time.Hour + time.Duration(c.Minute())*time.Minute)
		m.Precision, m.Said = model.PrecisionMinute, m.Said+model.Text(" "+d.Time)
	}
	m.At = at
	return m, nil
}

// title is a line for the board: the first sentence of the summary, or who it
// hit and how.
func (r *record) title() model.Text {
	const longest = 120
	text := strings.Join(strings.Fields(strings.ToValidUTF8(r.Summary, "")), " ")
	if text == "" {
		text = strings.Join(slices.Sorted(maps.Keys(r.Action)), ", ")
		if r.Victim.ID != "" {
			text = strings.TrimSpace(strings.Join(strings.Fields(r.Victim.ID), " ") + ": " + text)
		}
	}
	if text == "" {
		text = "Incident " + r.ID
	}
	if head, _, more := strings.Cut(text, ". "); more && utf8.RuneCountInString(head) > 20 {
		text = head
	}
	if u := []rune(text); len(u) > longest {
		text = string(u[:longest-1]) + "…"
	}
	return model.Text(text)
}

// clipped is a text that is cut, in whole characters, to most bytes.
func clipped(s string, most int) model.Text {
	for len(s) > most {
		_, n := utf8.DecodeLastRuneInString(s[:most])
		s = s[:most-n]
	}
	return model.Text(s)
}

// kind is the type of incident that the actions say: that of the playbook for it.
func (r *record) kind() string {
	has := func(action string, varieties ...string) bool {
		a, ok := r.Action[action]
		return ok && (len(varieties) == 0 || slices.ContainsFunc(a.Variety, func(v string) bool { return slices.Contains(varieties, v) }))
	}
	switch {
	case has("malware", "Ransomware"):
		return "ransomware"
	case has("hacking", "DoS"), has("malware", "DoS"):
		return "ddos"
	case has("physical", "Theft"), has("error", "Loss"):
		return "lost-device"
	case has("misuse"):
		return "insider-data-theft"
	case has("error"):
		return "data-exposure"
	case has("social"):
		return "phishing-bec"
	case has("malware"):
		return "malware"
	case slices.Contains(r.Action["hacking"].Vector, "Web application"):
		return "web-app-compromise"
	case has("hacking"):
		return "intrusion"
	}
	return ""
}

// rating is the severity that an overall rating of impact stands for, 0 for none.
func rating(s string) model.Severity {
	return map[string]model.Severity{"Catastrophic": 1, "Damaging": 2, "Painful": 3, "Distracting": 4, "Insignificant": 4}[s]
}

// disclosed is whether data was disclosed, "" where that is not said.
func (r *record) disclosed() model.Answer {
	switch r.Attribute["confidentiality"].Disclosure {
	case "Yes":
		return model.AnswerYes
	case "No":
		return model.AnswerNo
	}
	return ""
}

// class is the classification that the record says, as far as there are words for it.
func (r *record) class() map[string][]string {
	out := map[string][]string{}
	add := func(axis, class string, varieties ...string) {
		class = model.ClassWord(class)
		if known := model.ClassWords(axis); known != nil && !slices.Contains(known, class) {
			return
		}
		named := false
		for _, v := range varieties {
			if v = model.ClassWord(v); v != "" && v != "unknown" {
				out[axis] = append(out[axis], class+":"+v)
				named = true
			}
		}
		if !named && class != "" {
			out[axis] = append(out[axis], class)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(r.Actor)) {
		a := r.Actor[name]
		add(model.AxisActor, name, a.Variety...)
		for _, m := range a.Motive {
			add(model.AxisMotive, m)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(r.Action)) {
		a := r.Action[name]
		add(model.AxisAction, name, a.Variety...)
		for _, v := range a.Vector {
			if v != "Unknown" {
				add(model.AxisVector, v)
			}
		}
	}
	for _, a := range r.Asset.Assets {
		letter, kind, two := strings.Cut(a.Variety, " - ")
		class := map[string]string{"S": "server", "N": "network", "U": "user-device", "T": "terminal", "M": "media", "P": "person", "E": "embedded"}[letter]
		if !two || class == "" {
			class, kind = "unknown", ""
		}
		add(model.AxisAsset, class, kind)
	}
	for _, name := range slices.Sorted(maps.Keys(r.Attribute)) {
		a := r.Attribute[name]
		varieties := a.Variety
		for _, d := range a.Data {
			varieties = append(varieties, d.Variety)
		}
		add(model.AxisAttribute, name, varieties...)
	}
	for _, name := range slices.Sorted(maps.Keys(r.Discovery)) {
		add(model.AxisDiscovery, name, varietiesOf(r.Discovery[name])...)
	}
	for axis, words := range out {
		slices.Sort(words)
		words = slices.Compact(words)
		out[axis] = words[:min(len(words), model.MaxClassWords)]
	}
	return out
}

// varietiesOf reads the varieties of a way of discovery, which older records
// write as true.
func varietiesOf(v any) []string {
	var out []string
	part, _ := v.(map[string]any)
	list, _ := part["variety"].([]any)
	for _, x := range list {
		if s, ok := x.(string); ok {
			out = append(out, s)
		}
	}
	return out
}
