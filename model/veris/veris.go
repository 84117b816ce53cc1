// Package veris reads incidents in the words of VERIS (schema 1.3 and 1.4, as the
// VERIS Community Database has them) as incidents of the past. It is pure: what
// is to be done with them is model.ImportIncident's.
package veris

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"warroom/model"
)

// Format is the name of the format, and the source of what is imported.
const Format = "veris"

// Limits on one file.
const (
	MaxBytes   = 64 << 20
	MaxRecords = 20_000
	maxRecord  = 1 << 20 // bytes of one record
)

// Record is one record of a file that can be imported.
type Record struct {
	N        int // its number in the file, from 1
	Incident model.ImportIncident
	Unknown  []string // what it says without a number, such as "discovery: weeks"
}

// Flaw is what is wrong with one record.
type Flaw struct {
	N     int        `json:"record"`
	ID    model.Text `json:"id,omitempty"`
	Field string     `json:"field,omitempty"`
	What  string     `json:"what"`
}

// Say is what is wrong, with the field.
func (f Flaw) Say() string {
	if f.Field == "" || strings.HasPrefix(f.What, f.Field) {
		return f.What
	}
	return f.Field + " " + f.What
}

// Passed is a record that is no incident.
type Passed struct {
	N    int        `json:"record"`
	ID   model.Text `json:"id"`
	What model.Text `json:"what"` // Near miss, False positive
}

// File is what a file holds.
type File struct {
	Good   []Record
	Bad    []Flaw
	Passed []Passed
}

// Records is how many records there are.
func (f *File) Records() int { return len(f.Good) + len(f.Bad) + len(f.Passed) }

// Parse reads a JSON array, one object, or one object a line. Severity is that of
// records whose source rates no impact. The error is for a file that is none of
// these; what is wrong with one record is in File.Bad.
func Parse(data []byte, severity model.Severity) (*File, error) {
	if len(data) > MaxBytes {
		return nil, model.Invalid("the file is over %d bytes", MaxBytes).Hint("split it; what was imported is not imported twice")
	}
	raw, err := split(data)
	if err != nil {
		return nil, err
	}
	if len(raw) == 0 {
		return nil, model.Invalid("the file holds no record").Hint("it is VERIS JSON: an array, or one object a line")
	}
	if len(raw) > MaxRecords {
		return nil, model.Invalid("the file holds more than %d records", MaxRecords).Hint("split it; what was imported is not imported twice")
	}
	f := &File{}
	seen := map[string]int{}
	for i, b := range raw {
		f.take(i+1, b, severity, seen)
	}
	return f, nil
}

// take reads one record into the file.
func (f *File) take(n int, b []byte, severity model.Severity, seen map[string]int) {
	var r record
	if err := json.Unmarshal(b, &r); err != nil {
		f.Bad = append(f.Bad, Flaw{N: n, What: jsonFlaw(err), Field: jsonField(err)})
		return
	}
	id := strings.TrimSpace(r.ID)
	bad := func(field, format string, args ...any) {
		f.Bad = append(f.Bad, Flaw{N: n, ID: model.Text(id), Field: field, What: fmt.Sprintf(format, args...)})
	}
	switch first := seen[id]; {
	case id == "":
		bad("incident_id", "is missing")
		return
	case first > 0:
		bad("incident_id", "is that of record %d too", first)
		return
	}
	seen[id] = n
	switch r.Confirmed {
	case "Near miss", "False positive":
		f.Passed = append(f.Passed, Passed{N: n, ID: model.Text(id), What: model.Text(r.Confirmed)})
		return
	case "Confirmed", "Suspected":
	default:
		bad("security_incident", "%q is none of Confirmed, Suspected, Near miss, False positive", short(r.Confirmed))
		return
	}
	rec := Record{N: n}
	rec.Incident = model.ImportIncident{Title: r.title(), Summary: model.Text(r.Summary), Type: r.kind(), Severity: severity, Class: r.class(),
		Origin: model.Import{Source: Format, ID: model.Text(id), Reference: clipped(r.Reference, model.MaxReason), Confirmed: strings.ToLower(r.Confirmed)}}
	if s := rating(r.Impact.Overall); s != 0 {
		rec.Incident.Severity, rec.Incident.Origin.Rated = s, true
	}
	if a := r.disclosed(); a != "" {
		rec.Incident.Impact = &model.DataImpactSet{Disclosed: &a}
	}
	var field string
	var err error
	if rec.Incident.Moments, rec.Unknown, field, err = r.Timeline.moments(); err != nil {
		bad(field, "%s", err)
		return
	}
	f.Good = append(f.Good, rec)
}

// Check asks the model whether each good record could be imported now, and moves
// those that could not to the bad ones.
func (f *File) Check(by model.Actor, now time.Time) error {
	good := f.Good[:0]
	for _, r := range f.Good {
		_, err := r.Incident.Decide(&model.Incident{}, by, now)
		e, ok := model.AsError(err)
		switch {
		case err == nil:
			good = append(good, r)
		case !ok || e.Code == model.CodeForbidden:
			return err
		default:
			f.Bad = append(f.Bad, Flaw{N: r.N, ID: r.Incident.Origin.ID, Field: e.Field, What: e.Msg})
		}
	}
	f.Good = good
	return nil
}

// split cuts a file into its records.
func split(data []byte) ([]json.RawMessage, error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if trimmed := bytes.TrimSpace(data); len(trimmed) > 0 && trimmed[0] == '[' {
		var list []json.RawMessage
		if err := json.Unmarshal(trimmed, &list); err != nil {
			return nil, model.Invalid("this is no JSON array: %s", jsonFlaw(err)).Hint("nothing was imported; give VERIS JSON: an array, or one object a line")
		}
		return list, nil
	}
	if one := json.RawMessage(bytes.TrimSpace(data)); len(one) > 0 && len(one) <= maxRecord && json.Valid(one) {
		return []json.RawMessage{one}, nil // over several lines
	}
	var out []json.RawMessage
	for line := range bytes.SplitSeq(data, []byte("\n")) {
		if line = bytes.TrimSpace(line); len(line) > 0 {
			out = append(out, line)
		}
		if len(out) > MaxRecords {
			break
		}
	}
	return out, nil
}

// jsonFlaw says what is wrong with JSON, without its bytes.
func jsonFlaw(err error) string {
	var syntax *json.SyntaxError
	var typ *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return fmt.Sprintf("no JSON, at byte %d", syntax.Offset)
	case errors.As(err, &typ):
		return fmt.Sprintf("a %s stands where another kind of value belongs", typ.Value)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "the JSON ends too early"
	}
	return "no JSON object"
}

func jsonField(err error) string {
	var typ *json.UnmarshalTypeError
	if errors.As(err, &typ) {
		return typ.Field
	}
	return ""
}

func short(s string) string {
	const most = 40
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
