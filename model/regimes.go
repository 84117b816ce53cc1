package model

import (
	"slices"
	"strings"
	"time"
)

// NoAdvice stands on every page that shows clocks.
const NoAdvice = "Clocks are a help, no legal advice: check each duty and its time with counsel."

// The triggers that the room knows to ask for. That something was detected is
// none of them: what starts a clock is what people know or decide.
const (
	TriggerAware     = "aware"
	TriggerDataFound = "data-found"
)

// Triggers lists the named moments that start clocks.
func Triggers() []string {
	return []string{TriggerAware, TriggerDataFound, "suspected", "discovered", "determined", "classified", "material", "high-risk", "paid", "fix-available"}
}

// TriggerMeans says what has to have happened for a trigger.
func TriggerMeans(name string) string {
	return map[string]string{
		TriggerAware:     "the organisation is reasonably certain that it happened",
		TriggerDataFound: "data was found disclosed, modified or destroyed",
		"suspected":      "a compromise is suspected or confirmed",
		"discovered":     "it was known, or would have been with diligence",
		"determined":     "it was determined that an incident occurred",
		"classified":     "the incident was classified as major",
		"material":       "the incident was determined to be material",
		"high-risk":      "a high risk to the people concerned was determined",
		"paid":           "an extortion payment was made",
		"fix-available":  "a corrective or mitigating measure is available",
	}[name]
}

// Rules is what the duties are made from: the regimes and calendars of a data
// file. It is read only and may be shared; nil is no rules.
type Rules struct {
	Regimes   []*Regime
	Calendars map[string]*Calendar // "" is the configured one
}

// Regime is one law, rule or contract that asks for notices.
type Regime struct {
	ID, Title, Source, Note string
	Status                  string // in-force, proposed or off
	Check                   bool   // its facts are to be checked before they are relied on
	Calendar                string
	When                    AppliesWhen
	Many                    bool // may be there more than once: contracts, one's own
	Stages                  []RegimeStage
}

// InForce says whether clocks of the regime may start.
func (r *Regime) InForce() bool { return r.Status == "in-force" }

// AppliesWhen is what must be so for a regime to start by itself. Each list
// needs one of its words; a regime with no condition is added by hand only.
type AppliesWhen struct {
	Personal bool     // personal data is touched
	Regions  []string // NotSaid stands for "none was named"
	Roles    []string
}

// NotSaid in a condition is met while nothing was said.
const NotSaid = "not-said"

// RegimeStage is one notice of a regime.
type RegimeStage struct {
	ID, Title, Recipient string
	Trigger              string // "" with From
	From                 string // the stage whose sending starts this one
	Period               Period
	Backstop             Backstop
}

// Backstop is a second trigger: whichever of both ends first is the deadline.
type Backstop struct {
	Trigger string `json:"trigger,omitempty"`
	Period  Period `json:"period,omitzero"`
}

// Regime finds a regime by its id.
func (r *Rules) Regime(id string) (*Regime, error) {
	if r != nil {
		for _, x := range r.Regimes {
			if x.ID == id {
				return x, nil
			}
		}
	}
	return nil, NotFound("there is no regime %q", excerpt(id)).Hint("notify regimes lists them").On("regime")
}

// calendar is the named calendar, nil (UTC without holidays) when it is gone.
func (r *Rules) calendar(name string) *Calendar {
	if r == nil {
		return nil
	}
	return r.Calendars[name]
}

// Words lists the regions and roles that the regimes ask for, sorted.
func (r *Rules) Words() (regions, roles []string) {
	if r == nil {
		return nil, nil
	}
	for _, x := range r.Regimes {
		regions = append(regions, x.When.Regions...)
		roles = append(roles, x.When.Roles...)
	}
	tidy := func(l []string) []string {
		slices.Sort(l)
		return slices.DeleteFunc(slices.Compact(l), func(s string) bool { return s == NotSaid })
	}
	return tidy(regions), tidy(roles)
}

// IDs lists the regimes.
func (r *Rules) IDs() []string {
	if r == nil {
		return nil
	}
	out := make([]string, len(r.Regimes))
	for i, x := range r.Regimes {
		out[i] = x.ID
	}
	return out
}

// applies says whether the regime starts by itself for this impact.
func (r *Regime) applies(d *DataImpact) bool {
	if !r.InForce() || !d.Touched() {
		return false
	}
	if slices.Contains(d.Regulators, r.ID) {
		return true
	}
	w := r.When
	if !w.Personal && len(w.Regions) == 0 && len(w.Roles) == 0 {
		return false
	}
	return (!w.Personal || d.Personal.Is(AnswerYes)) && meets(w.Regions, d.Regions) && meets(w.Roles, d.Roles)
}

func meets(want, have []string) bool {
	if len(want) == 0 || len(have) == 0 && slices.Contains(want, NotSaid) {
		return true
	}
	return slices.ContainsFunc(have, func(h string) bool { return slices.Contains(want, h) })
}

// checkWords refuses words that no regime knows, when there are rules: a typing
// mistake must not keep a clock from starting.
func checkWords(field string, words, known []string) error {
	for _, w := range words {
		if len(known) > 0 && !slices.Contains(known, w) {
			return Usage("no regime knows the %s %q", field, excerpt(w)).Hint("use %s", strings.Join(known, ", ")).On(field)
		}
		if len(w) > 64 {
			return Invalid("the %s %q is too long", field, excerpt(w)).Hint("name it in one word").On(field)
		}
	}
	if len(words) > 32 {
		return Invalid("%d are too many for %s", len(words), field).Hint("name those that decide").On(field)
	}
	return nil
}

// sortedWords are the words once each, lower case, sorted.
func sortedWords(words []string) []string {
	out := []string{}
	for _, w := range words {
		for _, x := range strings.FieldsFunc(strings.ToLower(w), func(r rune) bool { return r == ',' || r == ' ' || r == '\n' || r == '\t' }) {
			out = append(out, x)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// UpdateEvery is how often stakeholders are told at a severity; 0: no cadence.
func UpdateEvery(s Severity) time.Duration {
	switch s {
	case 1:
		return 30 * time.Minute
	case 2:
		return time.Hour
	case 3:
		return 24 * time.Hour
	}
	return 0
}
