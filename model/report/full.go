package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"warroom/model"
	"warroom/model/indicator"
)

// FullFormat names the shape of Full. A field may be added to it; none is taken
// away or changes its meaning.
const FullFormat = "warroom incident 1"

// Full is the whole state of an incident as one JSON value, for programs:
// docs/export.md says what each field is. Lists are never null; times are RFC 3339
// in UTC; a text that is not UTF-8 is {"base64": "…"}.
type Full struct {
	Format     string    `json:"format"`
	ExportedAt time.Time `json:"exported_at"`
	ExportedBy string    `json:"exported_by"`
	Warroom    string    `json:"warroom"`
	TLP        string    `json:"tlp"` // of all in it that has none of its own
	Most       string    `json:"tlp_of_export"`
	LeftOut    []string  `json:"left_out"` // markings that were left out

	ID      string     `json:"id"`
	Ref     string     `json:"ref"`
	Version uint64     `json:"version"`
	Head    model.Hash `json:"head"`

	Title       model.Text             `json:"title"`
	Summary     model.Text             `json:"summary"`
	Type        model.Text             `json:"type"`
	Status      model.Status           `json:"status"`
	Exercise    bool                   `json:"exercise"`
	Restricted  bool                   `json:"restricted"`
	Severity    model.Severity         `json:"severity"`
	Preliminary model.Severity         `json:"severity_preliminary"`
	Severities  []model.SeverityChange `json:"severity_history"`
	Raises      []model.RaiseMark      `json:"severity_facts"`
	Priority    model.Priority         `json:"priority"`
	Rating      *model.Rating          `json:"rating"` // null while not rated
	Override    *model.Override        `json:"priority_override"`
	Phase       model.Phase            `json:"phase"`
	Phases      []model.PhaseStep      `json:"phase_history"`
	Cause       model.Cause            `json:"cause"`

	DeclaredAt time.Time            `json:"declared_at"`
	DeclaredBy string               `json:"declared_by"`
	ReportedAt *time.Time           `json:"reported_at"`
	TakenAt    *time.Time           `json:"taken_up_at"`
	ClosedAt   *time.Time           `json:"closed_at"`
	UpdatedAt  time.Time            `json:"updated_at"`
	Edited     map[string]fieldEdit `json:"edited"`

	IC        string                        `json:"ic"`
	Roles     map[model.IncidentRole]string `json:"roles"`
	RoleSteps []model.RoleStep              `json:"role_history"`
	Access    map[string]model.Access       `json:"access"`

	Timeline    []*model.Entry           `json:"timeline"`
	Indicators  []fullIndicator          `json:"indicators"`
	Assets      []*model.Asset           `json:"assets"`
	Playbooks   []string                 `json:"playbooks"`
	Checklist   []*model.Item            `json:"checklist"`
	Actions     []*model.Action          `json:"actions"`
	Impact      model.DataImpact         `json:"data_impact"`
	Triggers    map[string]model.Trigger `json:"triggers"`
	Obligations []*model.Obligation      `json:"obligations"`
	Told        *told                    `json:"stakeholder_update"` // the newest; null before the first
	FollowUps   []*model.FollowUp        `json:"follow_ups"`
	PostMortem  model.PostMortem         `json:"postmortem"`
	Related     []string                 `json:"related"`

	Moments map[model.MomentName]model.Moment `json:"moments"` // what was said by hand
	Times   model.Times                       `json:"times"`   // what metrics count with
	Class   model.Classification              `json:"classification"`
	Import  *model.Import                     `json:"imported"` // null for what happened here

	marker *marker
}

type fieldEdit struct {
	By      string    `json:"by"`
	At      time.Time `json:"at"`
	Version uint64    `json:"version"`
}

type fullIndicator struct {
	*model.Indicator
	Defanged model.Text `json:"defanged"`
}

type told struct {
	At  time.Time `json:"at"`
	By  string    `json:"by"`
	Ref string    `json:"ref"`
}

// NewFull takes the state of an incident.
func NewFull(s Source) *Full {
	in := s.In
	f := &Full{Format: FullFormat, ExportedAt: s.Now.UTC(), ExportedBy: s.By, Warroom: s.Warroom, TLP: in.Marking(), LeftOut: []string{},
		ID: in.ID, Ref: in.ID, Version: in.Version, Head: in.Head, Title: in.Title, Summary: in.Summary, Type: model.Text(in.Type), Status: in.Status,
		Exercise: in.Exercise, Restricted: in.Restricted, Severity: in.Severity, Preliminary: in.Preliminary, Severities: some(in.Severities), Raises: some(in.Raises),
		Priority: in.Priority, Override: in.Override, Phase: in.Phase, Phases: some(in.Phases), Cause: in.Cause, DeclaredAt: in.DeclaredAt, DeclaredBy: in.DeclaredBy,
		ReportedAt: orNil(in.ReportedAt), TakenAt: orNil(in.TakenAt), ClosedAt: orNil(in.ClosedAt), UpdatedAt: in.UpdatedAt, Edited: map[string]fieldEdit{},
		IC: in.IC(), Roles: someOf(in.Roles), RoleSteps: some(in.RoleSteps), Access: someOf(in.Access), Timeline: some(in.Timeline), Indicators: []fullIndicator{},
		Assets: some(in.Assets), Playbooks: some(in.Playbooks), Checklist: some(in.Checklist), Actions: some(in.Actions), Impact: in.Impact, Triggers: someOf(in.Triggers),
		Obligations: some(in.Obligations), FollowUps: some(in.FollowUps), PostMortem: in.PostMortem, Related: some(s.Related), Moments: someOf(in.Moments),
		Times: in.Times(), Class: in.Class, Import: in.Import, marker: newMarker(in)}
	if in.Rating.Done() {
		r := in.Rating
		r.Information = some(r.Information)
		f.Rating = &r
	}
	for k, e := range in.Edited {
		f.Edited[k] = fieldEdit{e.By, e.At, e.Version}
	}
	f.Most = f.TLP
	for _, x := range in.Indicators {
		f.Indicators = append(f.Indicators, fullIndicator{x, model.Text(indicator.Defang(x.Type, string(x.Value)))})
		f.Most = model.StrictestTLP(f.Most, x.TLP)
	}
	for _, e := range in.Timeline {
		if e.TLP != "" {
			f.Most = model.StrictestTLP(f.Most, e.TLP)
		}
	}
	if t := in.Told; !t.At.IsZero() {
		f.Told = &told{t.At, t.By, t.Ref}
	}
	f.Cause.Mitigations = some(f.Cause.Mitigations)
	d := &f.Impact
	d.Regions, d.Roles, d.Regulators = some(d.Regions), some(d.Roles), some(d.Regulators)
	p := &f.PostMortem
	p.Sections, p.Factors, p.Questions, p.Meeting.Attendees = someOf(p.Sections), some(p.Factors), some(p.Questions), some(p.Meeting.Attendees)
	c := &f.Class
	for _, l := range []*[]string{&c.Actors, &c.Motives, &c.Actions, &c.Vectors, &c.Assets, &c.Attributes, &c.Discovery} {
		*l = some(*l)
	}
	return f
}

// some is the list, an empty one for none, so that JSON has no null.
func some[T any](l []T) []T {
	if l == nil {
		return []T{}
	}
	return l
}

func someOf[K comparable, V any](m map[K]V) map[K]V {
	if m == nil {
		return map[K]V{}
	}
	return m
}

func orNil(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// Marking is how the export has to be marked: as its narrowest part.
func (f *Full) Marking() string { return f.Most }

// Limited is the export for the circle of tlp, as a value for JSON: a part that is
// marked narrower is left out whole, a text that says what such a part holds is
// replaced. Where the incident's own marking is narrower, only what has a wider
// one of its own is left, beside the id, version and hash.
func (f *Full) Limited(tlp string) (any, error) {
	most := model.TLPRank(tlp)
	if model.TLPRank(f.Most) <= most {
		out := *f
		out.Most = tlp
		return &out, nil
	}
	b, err := json.Marshal(f)
	if err != nil {
		return nil, fmt.Errorf("encode %s: %w", f.ID, err)
	}
	var all map[string]any
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.UseNumber()
	if err := dec.Decode(&all); err != nil {
		return nil, fmt.Errorf("read %s again: %w", f.ID, err)
	}
	cut := &cutter{most: most, marker: f.marker, missing: map[int]bool{}}
	if own := model.TLPRank(f.TLP); own > most {
		cut.missing[own] = true
		cut.explicit = true
		for k := range all {
			switch k {
			case "format", "exported_at", "exported_by", "warroom", "id", "ref", "version", "head", "exercise", "timeline", "indicators":
			default:
				delete(all, k)
			}
		}
	}
	for k, v := range all {
		switch k {
		case "tlp", "head", "id", "ref", "format":
		default:
			all[k], _ = cut.value(v)
		}
	}
	all["tlp_of_export"], all["left_out"] = tlp, labels(cut.missing)
	return all, nil
}

// cutter takes out of a JSON value what is marked narrower than most.
type cutter struct {
	most     int
	explicit bool // a part without a marking of its own goes, too
	marker   *marker
	missing  map[int]bool
}

// value is what is left of v; false when nothing is.
func (c *cutter) value(v any) (any, bool) {
	switch v := v.(type) {
	case string:
		if tlp := c.marker.of("", model.Text(v)); tlp != "" && model.TLPRank(tlp) > c.most {
			c.missing[model.TLPRank(tlp)] = true
			return "[left out: " + model.TLPLabel(tlp) + "]", true
		}
	case []any:
		out := []any{}
		for _, x := range v {
			if left, ok := c.element(x); ok {
				out = append(out, left)
			}
		}
		return out, true
	case map[string]any:
		for k, x := range v {
			v[k], _ = c.value(x)
		}
	}
	return v, true
}

// element is what is left of an element of a list: nothing when it is marked
// narrower, or where only what is marked may stay, when it is not marked.
func (c *cutter) element(v any) (any, bool) {
	if m, ok := v.(map[string]any); ok {
		tlp, marked := m["tlp"].(string)
		if marked && model.TLPRank(tlp) > c.most {
			c.missing[model.TLPRank(tlp)] = true
			return nil, false
		}
		if _, entry := m["ref"]; c.explicit && entry && !marked {
			return nil, false
		}
	}
	return c.value(v)
}

// FileName is what a report is called as a file.
func FileName(id, kind, format string) string {
	if kind != "" {
		id += "-" + kind
	}
	return id + "." + format
}
