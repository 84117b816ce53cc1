package ical

import (
	"strings"
	"time"

	"warroom/model"
)

// zone finds the zone that a TZID means: an IANA name, such a name at the end of a
// path, the place that the file's own definition names, or a name of Windows. The
// rules of a VTIMEZONE are not read: they are often cut down to one year.
func (r *reader) zone(id string) (*time.Location, error) {
	if loc := r.known[id]; loc != nil {
		return loc, nil
	}
	loc, err := r.findZone(strings.Trim(id, `" `))
	if err == nil {
		r.known[id] = loc
	}
	return loc, err
}

func (r *reader) findZone(id string) (*time.Location, error) {
	try := []string{id}
	parts := strings.Split(strings.Trim(id, "/"), "/")
	for n := 3; n > 0; n-- {
		if len(parts) > n {
			try = append(try, strings.Join(parts[len(parts)-n:], "/"))
		}
	}
	if c, ok := r.zones[id]; ok {
		if l, ok := c.first("X-LIC-LOCATION"); ok {
			try = append(try, strings.TrimSpace(l.value))
		}
	}
	if name, ok := windows()[strings.ToLower(id)]; ok {
		try = append(try, name)
	}
	for _, name := range try {
		if loc, err := model.LoadZone(name); err == nil {
			return loc, nil
		}
	}
	return nil, model.Invalid("its time zone %q is not known", model.ClipLine(id, 60)).
		Hint("export the schedule in UTC or with a zone such as Europe/Berlin, or change the TZID in the file")
}

// windows are the zones of Windows as Outlook and Exchange write them, by the
// windowsZones table of the Unicode CLDR.
func windows() map[string]string {
	return map[string]string{
		"utc": "UTC", "greenwich standard time": "Atlantic/Reykjavik", "gmt standard time": "Europe/London", "w. europe standard time": "Europe/Berlin",
		"romance standard time": "Europe/Paris", "central europe standard time": "Europe/Budapest", "central european standard time": "Europe/Warsaw",
		"e. europe standard time": "Europe/Chisinau", "gtb standard time": "Europe/Bucharest", "fle standard time": "Europe/Kiev",
		"turkey standard time": "Europe/Istanbul", "russian standard time": "Europe/Moscow", "israel standard time": "Asia/Jerusalem",
		"south africa standard time": "Africa/Johannesburg", "egypt standard time": "Africa/Cairo", "w. central africa standard time": "Africa/Lagos",
		"e. africa standard time": "Africa/Nairobi", "morocco standard time": "Africa/Casablanca", "arabian standard time": "Asia/Dubai",
		"arab standard time": "Asia/Riyadh", "iran standard time": "Asia/Tehran", "pakistan standard time": "Asia/Karachi", "india standard time": "Asia/Kolkata",
		"sri lanka standard time": "Asia/Colombo", "bangladesh standard time": "Asia/Dhaka", "se asia standard time": "Asia/Bangkok",
		"china standard time": "Asia/Shanghai", "singapore standard time": "Asia/Singapore", "taipei standard time": "Asia/Taipei",
		"w. australia standard time": "Australia/Perth", "tokyo standard time": "Asia/Tokyo", "korea standard time": "Asia/Seoul",
		"aus central standard time": "Australia/Darwin", "cen. australia standard time": "Australia/Adelaide", "e. australia standard time": "Australia/Brisbane",
		"aus eastern standard time": "Australia/Sydney", "tasmania standard time": "Australia/Hobart", "new zealand standard time": "Pacific/Auckland",
		"hawaiian standard time": "Pacific/Honolulu", "alaskan standard time": "America/Anchorage", "pacific standard time": "America/Los_Angeles",
		"us mountain standard time": "America/Phoenix", "mountain standard time": "America/Denver", "central standard time": "America/Chicago",
		"central america standard time": "America/Guatemala", "canada central standard time": "America/Regina", "central standard time (mexico)": "America/Mexico_City",
		"sa pacific standard time": "America/Bogota", "eastern standard time": "America/New_York", "us eastern standard time": "America/Indianapolis",
		"atlantic standard time": "America/Halifax", "newfoundland standard time": "America/St_Johns", "e. south america standard time": "America/Sao_Paulo",
		"argentina standard time": "America/Buenos_Aires", "pacific sa standard time": "America/Santiago", "sa western standard time": "America/La_Paz",
		"venezuela standard time": "America/Caracas", "azores standard time": "Atlantic/Azores",
	}
}
