package model

import (
	"fmt"
	"time"
)

// Ago is a short duration for narrow columns: 42s, 12m, 03:42 (hours and
// minutes), 2d04h.
func Ago(d time.Duration) string {
	switch {
	case d < 0:
		return "0s"
	case d < time.Minute:
		return fmt.Sprintf("%ds", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%dm", int(d.Minutes()))
	case d < 24*time.Hour:
		return fmt.Sprintf("%02d:%02d", int(d.Hours()), int(d.Minutes())%60)
	}
	return fmt.Sprintf("%dd%02dh", int(d.Hours())/24, int(d.Hours())%24)
}

// SinceDeclared is the incident's clock, T+hh:mm or T+hh:mm:ss; it stops when
// the incident closes.
func SinceDeclared(declared, closed, now time.Time, seconds bool) string {
	if !closed.IsZero() {
		now = closed
	}
	d := max(now.Sub(declared), 0)
	h, m, s := int(d.Hours()), int(d.Minutes())%60, int(d.Seconds())%60
	if seconds && h < 100 {
		return fmt.Sprintf("T+%02d:%02d:%02d", h, m, s)
	}
	return fmt.Sprintf("T+%02d:%02d", h, m)
}
