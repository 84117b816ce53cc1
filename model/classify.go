package model

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// Classification says what an incident was in the words of VERIS (schema 1.4.1):
// who did what to which asset, and what that changed. A word is a class, or a
// class and a variety: external, external:organized-crime. Classes are fixed,
// varieties are plain words.
type Classification struct {
	Actors     []string `json:"actors"`     // external, internal, partner, unknown
	Motives    []string `json:"motives"`    // financial, espionage …
	Actions    []string `json:"actions"`    // malware, hacking, social, misuse, physical, error, environmental
	Vectors    []string `json:"vectors"`    // how it came in: plain words, such as email-link
	Assets     []string `json:"assets"`     // server, network, user-device …
	Attributes []string `json:"attributes"` // confidentiality, integrity, availability
	Discovery  []string `json:"discovery"`  // how it was found: external, internal, partner
}

// ClassBrief is what lists and metrics need of a classification.
type ClassBrief struct {
	Vectors   []string // nil when not said
	Discovery string   // class of the discovery; "" when not said
}

// Brief is what lists and metrics need of it.
func (c *Classification) Brief() ClassBrief {
	b := ClassBrief{Vectors: c.Vectors}
	if len(c.Discovery) > 0 {
		b.Discovery, _, _ = strings.Cut(c.Discovery[0], ":")
	}
	return b
}

// Empty says whether nothing was said.
func (c *Classification) Empty() bool {
	for _, a := range ClassAxes() {
		if len(*c.axis(a)) > 0 {
			return false
		}
	}
	return true
}

// The parts of a classification.
const (
	AxisActor     = "actor"
	AxisMotive    = "motive"
	AxisAction    = "action"
	AxisVector    = "vector"
	AxisAsset     = "asset"
	AxisAttribute = "attribute"
	AxisDiscovery = "discovery"
)

// ClassAxes lists the parts in order.
func ClassAxes() []string {
	return []string{AxisActor, AxisMotive, AxisAction, AxisVector, AxisAsset, AxisAttribute, AxisDiscovery}
}

// ClassWords lists the classes of a part; none where every plain word is one.
func ClassWords(axis string) []string {
	return map[string][]string{
		AxisActor:     {"external", "internal", "partner", "unknown"},
		AxisMotive:    {"financial", "espionage", "ideology", "grudge", "fun", "convenience", "fear", "secondary", "other", "na", "unknown"},
		AxisAction:    {"malware", "hacking", "social", "misuse", "physical", "error", "environmental", "unknown"},
		AxisAsset:     {"server", "network", "user-device", "terminal", "media", "person", "embedded", "unknown"},
		AxisAttribute: {"confidentiality", "integrity", "availability"},
		AxisDiscovery: {"internal", "external", "partner", "other", "unknown"},
	}[axis]
}

// Axis is what was said of a part.
func (c *Classification) Axis(axis string) []string {
	if l := c.axis(axis); l != nil {
		return *l
	}
	return nil
}

func (c *Classification) axis(axis string) *[]string {
	switch axis {
	case AxisActor:
		return &c.Actors
	case AxisMotive:
		return &c.Motives
	case AxisAction:
		return &c.Actions
	case AxisVector:
		return &c.Vectors
	case AxisAsset:
		return &c.Assets
	case AxisAttribute:
		return &c.Attributes
	case AxisDiscovery:
		return &c.Discovery
	}
	return nil
}

// Limits on a classification.
const (
	MaxClassWords = 32 // of one part
	maxClassWord  = 64 // bytes
)

// ClassWord makes a plain word of a name: "Organized crime" is organized-crime.
func ClassWord(s string) string {
	var b strings.Builder
	dash := false
	for _, r := range strings.ToLower(s) {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			if dash && b.Len() > 0 {
				b.WriteByte('-')
			}
			b.WriteRune(r)
			dash = false
			continue
		}
		dash = true
	}
	return strings.TrimSuffix(b.String()[:min(b.Len(), maxClassWord)], "-")
}

// Classify says what the incident was; parts that are not named stay, and an
// empty list takes a part away. A closed incident may be classified, too.
type Classify struct {
	Parts map[string][]string
	Seen  uint64 // version that its author looked at; 0 when any
}

// Classified is a changed classification.
type Classified struct {
	Parts map[string][]string `json:"parts"`
}

const fieldClass = "classification"

// Decide implements Command.
func (c Classify) Decide(in *Incident, by Actor, _ time.Time) ([]Event, error) {
	if err := in.mayLearn(by, AccessRespond); err != nil {
		return nil, err
	}
	if ed := in.Edited[fieldClass]; c.Seen > 0 && ed.Version > c.Seen {
		return nil, Conflict("@%s classified %s at %s while you edited it", ed.By, in.ID, ed.At.Format("15:04:05Z")).
			Hint("look at what it says now and save again")
	}
	ev := Classified{Parts: map[string][]string{}}
	for _, axis := range slices.Sorted(maps.Keys(c.Parts)) {
		words, err := classWords(axis, c.Parts[axis])
		if err != nil {
			return nil, err
		}
		if !slices.Equal(words, in.Class.Axis(axis)) {
			ev.Parts[axis] = words
		}
	}
	if len(ev.Parts) == 0 {
		return nil, nil
	}
	return []Event{ev}, nil
}

// classWords checks the words of a part and puts them in order, each once.
func classWords(axis string, in []string) ([]string, error) {
	if !slices.Contains(ClassAxes(), axis) {
		return nil, Usage("%q is no part of a classification", excerpt(axis)).Hint("use one of: %s", strings.Join(ClassAxes(), ", "))
	}
	out := []string{}
	for _, w := range in {
		w = strings.ToLower(strings.TrimSpace(w))
		class, variety, two := strings.Cut(w, ":")
		if known := ClassWords(axis); known != nil && !slices.Contains(known, class) {
			return nil, Usage("%q is no %s", excerpt(class), axis).Hint("use one of: %s; a variety follows a colon", strings.Join(known, ", ")).On(axis)
		}
		if class != ClassWord(class) || class == "" || two && (variety == "" || variety != ClassWord(variety)) {
			return nil, Usage("%q is no plain word of up to %d letters, digits and dashes", excerpt(w), maxClassWord).
				Hint("write it like organized-crime").On(axis)
		}
		if !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	if len(out) > MaxClassWords {
		return nil, Invalid("%d words of %s are more than %d", len(out), axis, MaxClassWords).Hint("keep those that matter").On(axis)
	}
	slices.Sort(out)
	return out, nil
}

// Kind implements Event.
func (Classified) Kind() string { return "incident.classified" }

// redacted keeps the classes, which are fixed words, and takes away what people
// made up: varieties and vectors.
func (e Classified) redacted(Text) Event {
	out := Classified{Parts: map[string][]string{}}
	for axis, words := range e.Parts {
		out.Parts[axis] = []string{}
		for _, w := range words {
			class, _, _ := strings.Cut(w, ":")
			if ClassWords(axis) == nil {
				class = "redacted"
			}
			if !slices.Contains(out.Parts[axis], class) {
				out.Parts[axis] = append(out.Parts[axis], class)
			}
		}
	}
	return out
}

func (e Classified) inverse(in *Incident) ([]Event, []string) {
	back := Classified{Parts: map[string][]string{}}
	for axis := range e.Parts {
		back.Parts[axis] = list(in.Class.Axis(axis))
	}
	return []Event{back}, []string{fieldClass}
}

func (e Classified) apply(d *draft, m Meta) {
	var what []string
	for _, axis := range ClassAxes() {
		words, said := e.Parts[axis]
		if !said {
			continue
		}
		*d.Class.axis(axis) = words
		switch {
		case len(words) == 0:
			what = append(what, "no "+axis)
		default:
			what = append(what, axis+" "+strings.Join(words, " "))
		}
	}
	d.edited(fieldClass, m)
	d.feed(m, "", "classified: %s", strings.Join(what, ", "))
}
