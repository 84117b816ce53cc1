package model

import (
	"slices"
	"strings"
	"time"
)

// News is one thing that is new since last year: a change of a playbook, or a lesson
// that was learned and done.
type News struct {
	At       time.Time
	About    string // playbook:ID/ITEM, playbook:ID or topic:ID
	What     Text
	Incident string // where it comes from, "" for none that the reader may know of
	FollowUp string // its follow-up there
}

// NewsSince is from when on something is new to a refresher: a year before today.
func NewsSince(today Day) Day { return today.AddMonths(-12) }

// Changes lists what changed in the playbooks since a day, newest first. Incidents
// that are not among the readable ones are not named.
func (b *Books) Changes(since Day, readable func(id string) bool) []News {
	var out []News
	if b == nil {
		return nil
	}
	for _, a := range slices.Backward(b.Amendments) {
		if a.Withdrawn != "" || DayOf(a.At) < since {
			continue
		}
		n := News{At: a.At, About: "playbook:" + a.Book + "/" + a.Item, What: Text(a.What())}
		if a.Incident != "" && readable(a.Incident) {
			n.Incident, n.FollowUp = a.Incident, a.FollowUp
		}
		out = append(out, n)
	}
	return out
}

// Lessons lists the follow-ups that were done since a day and changed a playbook or
// a topic, newest first, from the lines that by may read.
func Lessons(briefs []*Brief, by Actor, since Day) []News {
	var out []News
	for i := range briefs {
		b := briefs[i]
		if !b.IsIncident() || !b.CanRead(by) {
			continue
		}
		for _, f := range b.FollowUps {
			if f.State != FollowUpDone || len(f.Changes) == 0 || DayOf(f.Settled) < since {
				continue
			}
			out = append(out, News{At: f.Settled, About: strings.Join(f.Changes, " "), What: f.Title, Incident: b.ID, FollowUp: f.Ref})
		}
	}
	slices.SortStableFunc(out, func(a, b News) int { return b.At.Compare(a.At) })
	return out
}

// Concerns says whether news are about a topic.
func (n *News) Concerns(topic string) bool {
	return slices.Contains(strings.Fields(n.About), Change{Topic: topic}.String())
}
