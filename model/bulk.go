package model

import "time"

// Bulk is several commands as one change, with one undo: all of them, or none.
// Each must concern a thing of its own, for every one is decided on the state
// before the first.
type Bulk []Command

// Decide implements Command.
func (c Bulk) Decide(in *Incident, by Actor, now time.Time) ([]Event, error) {
	var all []Event
	for _, one := range c {
		evs, err := one.Decide(in, by, now)
		if err != nil {
			return nil, err
		}
		all = append(all, evs...)
	}
	return all, nil
}
