package model

import (
	"testing"
	"time"
)

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func stamp(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestDue(t *testing.T) {
	ny := &Calendar{Zone: zone(t, "America/New_York"), Holidays: map[string]bool{"2026-11-26": true, "2026-12-25": true}}
	berlin := &Calendar{Zone: zone(t, "Europe/Berlin")}
	for name, c := range map[string]struct {
		cal         *Calendar
		start, want string
		p           Period
	}{
		"72 hours over a week-end":                {nil, "2026-11-20T16:30:00Z", "2026-11-23T16:30:00Z", Period{Amount: 72, Unit: UnitHours}},
		"72 hours over a clock change":            {berlin, "2026-10-23T20:00:00Z", "2026-10-26T20:00:00Z", Period{Amount: 72, Unit: UnitHours}},
		"4 business days":                         {ny, "2026-11-16T15:00:00Z", "2026-11-20T22:30:00Z", Period{Amount: 4, Unit: UnitBusinessDays, Until: "17:30"}},
		"4 business days over a holiday":          {ny, "2026-11-23T15:00:00Z", "2026-11-30T22:30:00Z", Period{Amount: 4, Unit: UnitBusinessDays, Until: "17:30"}},
		"4 business days, clocks go back":         {ny, "2026-10-29T14:00:00Z", "2026-11-04T22:30:00Z", Period{Amount: 4, Unit: UnitBusinessDays, Until: "17:30"}},
		"4 business days, clocks go on":           {ny, "2026-03-05T15:00:00Z", "2026-03-11T14:00:00Z", Period{Amount: 4, Unit: UnitBusinessDays}},
		"determined on a Saturday":                {ny, "2026-11-14T15:00:00Z", "2026-11-19T15:00:00Z", Period{Amount: 4, Unit: UnitBusinessDays}},
		"determined late, already Tuesday in UTC": {ny, "2026-11-17T03:00:00Z", "2026-11-20T22:30:00Z", Period{Amount: 4, Unit: UnitBusinessDays, Until: "17:30"}},
		"a month from 31 January":                 {nil, "2027-01-31T10:00:00Z", "2027-02-28T10:00:00Z", Period{Amount: 1, Unit: UnitMonths}},
		"a month from 31 January of a leap year":  {nil, "2028-01-31T10:00:00Z", "2028-02-29T10:00:00Z", Period{Amount: 1, Unit: UnitMonths}},
		"a month over the year's end":             {nil, "2026-12-15T10:00:00Z", "2027-01-15T10:00:00Z", Period{Amount: 1, Unit: UnitMonths}},
		"a month over a clock change":             {berlin, "2026-10-10T08:00:00Z", "2026-11-10T09:00:00Z", Period{Amount: 1, Unit: UnitMonths}},
		"60 calendar days":                        {ny, "2026-10-01T12:00:00Z", "2026-11-30T13:00:00Z", Period{Amount: 60, Unit: UnitCalendarDays}},
	} {
		got := c.cal.Due(stamp(t, c.start), c.p)
		if !got.Equal(stamp(t, c.want)) || got.Location() != time.UTC {
			t.Errorf("%s: %s, want %s", name, got.Format(time.RFC3339), c.want)
		}
	}
	if at := ny.Due(t0, Period{}); !at.IsZero() {
		t.Errorf("without undue delay is due %v", at)
	}
}

func TestParseDue(t *testing.T) {
	for s, want := range map[string]string{"+48h": "2026-11-25T14:00:00Z", "+3d": "2026-11-26T14:00:00Z", "2026-11-24": "2026-11-24T23:59:00Z",
		"2026-11-24 12:00": "2026-11-24T12:00:00Z", "2026-11-24T12:00:00+02:00": "2026-11-24T10:00:00Z"} {
		if at, err := ParseDue(s, t0); err != nil || !at.Equal(stamp(t, want)) {
			t.Errorf("%s: %v, %v", s, at, err)
		}
	}
	for s, code := range map[string]Code{"2026-11-22": CodeInvalid, "2026-11-23T13:59:00Z": CodeInvalid, "soon": CodeUsage, "": CodeUsage, "+": CodeUsage, "2099-01-01": CodeInvalid, "2026-02-30": CodeUsage} {
		if at, err := ParseDue(s, t0); CodeOf(err) != code {
			t.Errorf("%q: %v, %v", s, at, err)
		}
	}
}

func TestCountdown(t *testing.T) {
	for d, want := range map[time.Duration]string{68*time.Hour + 17*time.Minute + 40*time.Second: "68h17", 42 * time.Minute: "42m", 30 * time.Second: "0m", 219 * time.Hour: "9d03h", -2*time.Hour - 5*time.Minute: "−2h05"} {
		if got := Countdown(t0.Add(d), t0); got != want {
			t.Errorf("%v: %s, want %s", d, got, want)
		}
	}
}
