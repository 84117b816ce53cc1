package model

import (
	"fmt"
	"math"
	"slices"
	"time"
)

// Readiness is how prepared a team is for the next incident: one figure, made of
// parts that each say what is wrong and where it is mended.
type Readiness struct {
	Parts []ReadyPart
}

// ReadyPart is one part of the figure.
type ReadyPart struct {
	ID     string // stable name
	Title  string
	Weight int     // share of the whole, in hundredths
	Score  float64 // 0 to 1
	Empty  bool    // nothing is set up: it counts as 0
	Says   string  // the count in a few words; may quote foreign text
	Wrong  []string
	Do     string // the verb that begins, or goes on
	Page   string // page of the console where it is mended
	Ref    string // the thing on it that comes first, "" for none
}

// Percent is the figure, 0 to 100. Only what is perfect is 100, and only where
// nothing is right it is 0.
func (r *Readiness) Percent() int {
	got, all := 0.0, 0
	for _, p := range r.Parts {
		got += p.Score * float64(p.Weight)
		all += p.Weight
	}
	if all == 0 {
		return 0
	}
	return percent(got / float64(all))
}

// Percent is the part's score, 0 to 100.
func (p *ReadyPart) Percent() int { return percent(p.Score) }

func percent(score float64) int {
	n := int(math.Round(100 * score))
	switch {
	case n == 100 && score < 1:
		return 99
	case n == 0 && score > 0:
		return 1
	}
	return n
}

// ReadyFacts is what readiness is computed from. Lines of incidents that are
// restricted are left out for everybody, so that the figure is the same for all.
type ReadyFacts struct {
	Now       time.Time
	OnCall    *OnCall
	Trained   []Trained
	Playbooks []string // ids of those there are
	Books     *Books
	Briefs    []*Brief
}

// worstNamed is how many single things a part names.
const worstNamed = 50

// Ready computes the figure. The weights say what counts most at three in the
// morning: that somebody is called and can be reached, then that people know what
// to do.
func Ready(f ReadyFacts) Readiness {
	return Readiness{Parts: []ReadyPart{f.rotations(), f.contacts(), f.training(), f.playbooks(), f.exercises(), f.followUps()}}
}

// wrong notes one thing that is wrong, up to a limit.
func (p *ReadyPart) wrong(format string, args ...any) {
	switch {
	case len(p.Wrong) < worstNamed:
		p.Wrong = append(p.Wrong, fmt.Sprintf(format, args...))
	case len(p.Wrong) == worstNamed:
		p.Wrong = append(p.Wrong, "and more")
	}
}

func share(good, all int) float64 {
	if all == 0 {
		return 0
	}
	return float64(good) / float64(all)
}

// number is a number with its noun.
func number(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return itoa(n) + " " + many
}

// rotations is the share of the minutes of the next 90 days in which every rotation
// that is meant to is covered.
func (f *ReadyFacts) rotations() ReadyPart {
	p := ReadyPart{ID: "rotations", Title: "Somebody is on call", Weight: 25, Page: "oncall", Do: "oncall gaps"}
	if f.OnCall == nil || len(f.OnCall.Active()) == 0 {
		p.Empty, p.Says, p.Do = true, "no rotation", "rotation add"
		p.wrong("nobody is on call: there is no rotation yet")
		return p
	}
	to := f.Now.Add(Horizon)
	gaps := f.OnCall.Gaps(f.Now, to)
	posts, open := 0, 0 // rotations that are meant to cover every hour, minutes uncovered
	for _, r := range f.OnCall.Active() {
		if !r.Partial {
			posts++
		}
	}
	for _, g := range gaps {
		open += g.Minutes()
		where := g.Rotation
		if where == "" {
			where = "no rotation at all"
		}
		p.wrong("nobody from %s to %s (%s)", g.From.UTC().Format("Mon 2006-01-02 15:04Z"), g.To.UTC().Format("Mon 2006-01-02 15:04Z"), where)
	}
	p.Says = "no gap in the next 90 days"
	if len(gaps) > 0 {
		p.Says, p.Ref = number(len(gaps), "gap", "gaps")+" in the next 90 days", gaps[0].Rotation
	}
	p.Score = max(0, 1-float64(open)/(Horizon.Minutes()*float64(max(posts, 1))))
	if len(gaps) > 0 { // one hole is enough to be alone in the night
		p.Score = min(p.Score, 0.9)
	}
	return p
}

// contacts is the share of contacts that somebody tried within 90 days.
func (f *ReadyFacts) contacts() ReadyPart {
	p := ReadyPart{ID: "contacts", Title: "Contacts are verified", Weight: 15, Page: "oncall", Do: "contact verify"}
	var list []*Contact
	if f.OnCall != nil {
		list = f.OnCall.Reachable()
	}
	if len(list) == 0 {
		p.Empty, p.Says, p.Do = true, "no contact", "contact add"
		p.wrong("there is no contact to escalate to when the directory is down")
		return p
	}
	good := 0
	for _, c := range list {
		switch {
		case c.Verified(f.Now):
			good++
			continue
		case c.VerifiedAt.IsZero():
			p.wrong("%s %s was never tried", c.Ref, c.Name)
		default:
			p.wrong("%s %s was tried %s ago", c.Ref, c.Name, number(DayOf(c.VerifiedAt).Until(DayOf(f.Now)), "day", "days"))
		}
		if p.Ref == "" {
			p.Ref = c.Ref
		}
	}
	p.Score, p.Says = share(good, len(list)), fmt.Sprintf("%d of %d within 90 days", good, len(list))
	return p
}

// training is the share of people who have every training that is due.
func (f *ReadyFacts) training() ReadyPart {
	p := ReadyPart{ID: "training", Title: "People are trained", Weight: 20, Page: "training", Do: "training due"}
	if len(f.Trained) == 0 {
		p.Empty, p.Says, p.Do = true, "nobody in the register", "training person NAME --team TEAM --joined DAY"
		p.wrong("the register of trainings knows nobody yet")
		return p
	}
	_, all := CoverageOf(f.Trained)
	p.Score, p.Says = share(all.Covered, all.People), fmt.Sprintf("%d of %d people, %d overdue", all.Covered, all.People, all.Overdue)
	var late []*Trained
	for i := range f.Trained {
		if x := &f.Trained[i]; !x.Covered() {
			late = append(late, x)
		}
	}
	slices.SortFunc(late, ByNeed)
	for _, x := range late {
		if p.Ref == "" {
			p.Ref = x.Name
		}
		word := "due"
		if x.Overdue > 0 {
			word = "overdue"
		}
		p.wrong("@%s: %s, %s since %s", x.Name, number(x.Overdue+x.Due, "topic", "topics"), word, x.Next)
	}
	return p
}

// playbooks is the share of playbooks that were reviewed within a year.
func (f *ReadyFacts) playbooks() ReadyPart {
	p := ReadyPart{ID: "playbooks", Title: "Playbooks are reviewed", Weight: 15, Page: "playbooks", Do: "playbook reviewed ID"}
	good, ever := 0, false
	for _, id := range f.Playbooks {
		r, ok := f.Books.Review(id)
		ever = ever || ok
		switch {
		case f.Books.Reviewed(id, f.Now):
			good++
			continue
		case !ok:
			p.wrong("%s was never reviewed", id)
		default:
			p.wrong("%s was reviewed last on %s", id, DayOf(r.At))
		}
		if p.Ref == "" {
			p.Ref = id
		}
	}
	p.Empty = !ever
	p.Score, p.Says = share(good, len(f.Playbooks)), fmt.Sprintf("%d of %d within a year", good, len(f.Playbooks))
	return p
}

// exerciseMonths is how long an exercise counts as held.
const exerciseMonths = 12

// exercises is whether one was held, and closed, within 12 months.
func (f *ReadyFacts) exercises() ReadyPart {
	p := ReadyPart{ID: "exercises", Title: "Exercises are held", Weight: 10, Do: "incident new --title T --severity 2 --exercise"}
	since := DayOf(f.Now).AddMonths(-exerciseMonths)
	var last Day
	held, running := 0, 0
	for i := range f.Briefs {
		b := f.Briefs[i]
		if !b.IsIncident() || !b.Exercise || b.Restricted {
			continue
		}
		if b.Status == StatusOpen {
			running++
			continue
		}
		day := DayOf(b.ClosedAt)
		if day >= since {
			held++
		}
		last = max(last, day)
	}
	switch {
	case held > 0:
		p.Score, p.Says = 1, number(held, "exercise", "exercises")+" within a year, the last on "+string(last)
	case running > 0:
		p.Says = number(running, "exercise is", "exercises are") + " running"
		p.wrong("an exercise counts when it is closed")
	case last != "":
		p.Says = "none within a year"
		p.wrong("the last exercise was held on %s", last)
	default:
		p.Empty, p.Says = true, "none yet"
		p.wrong("no exercise was held yet: declare one, work on it as on the real thing, and close it")
	}
	return p
}

// followUps is the share of open follow-ups that are not late; without any learned
// thing there is nothing to be late with, and nothing that was learned.
func (f *ReadyFacts) followUps() ReadyPart {
	p := ReadyPart{ID: "followups", Title: "Lessons become work", Weight: 15, Page: "followups", Do: "followup list --overdue"}
	open, late, all := 0, 0, 0
	var worst Day
	for i := range f.Briefs {
		b := f.Briefs[i]
		if !b.IsIncident() || b.Restricted {
			continue
		}
		for j := range b.FollowUps {
			x := &b.FollowUps[j]
			all++
			if !x.Open() {
				continue
			}
			open++
			if !x.Late(f.Now) {
				continue
			}
			late++
			if worst == "" || x.Due < worst {
				worst, p.Ref = x.Due, b.ID+" "+x.Ref
			}
			p.wrong("%s %s was due on %s: %s (@%s)", b.ID, x.Ref, x.Due, x.Title, x.Owner)
		}
	}
	if all == 0 {
		p.Empty, p.Says, p.Do = true, "no follow-up yet", "finding add INC TITLE --kind prevent --owner @NAME --due +30d"
		p.wrong("nothing that was learned has become work yet")
		return p
	}
	p.Score, p.Says = 1-share(late, max(open, 1)), fmt.Sprintf("%d of %d open are overdue", late, open)
	if open == 0 {
		p.Says = "all " + itoa(all) + " are settled"
	}
	return p
}
