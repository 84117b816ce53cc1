package model

import (
	"bytes"
	"encoding/json"
	"time"
)

// Redact removes the free text of one event for good: a pasted secret, personal
// data after an erasure request. The chain still verifies, because it covers a
// salted commitment to the text and not the text (PRV-1).
type Redact struct {
	Record Record // the event as the log has it
	Reason Text
}

// PayloadRedacted says which event lost its text, why, and what stands there now.
type PayloadRedacted struct {
	Version     uint64 `json:"version"`
	Reason      Text   `json:"reason"`
	Replacement Hash   `json:"replacement"` // PayloadDigest of the new payload, without salt
}

// Decide implements Command. Only the lead redacts; a closed incident can be
// redacted too, since erasure requests come late.
func (c Redact) Decide(in *Incident, by Actor, _ time.Time) ([]Event, error) {
	if err := in.visible(by); err != nil {
		return nil, err
	}
	if in.Rights(by) < rank(AccessLead) {
		return nil, in.forbidden(by, AccessLead)
	}
	if err := checkReason(c.Reason); err != nil {
		return nil, err
	}
	if c.Record.Redacted {
		return nil, Conflict("#%d is redacted already", c.Record.Version).Hint("nothing of its text is left")
	}
	payload, err := c.Record.RedactedPayload(by.Name)
	if err != nil {
		return nil, err
	}
	return []Event{PayloadRedacted{Version: c.Record.Version, Reason: c.Reason, Replacement: PayloadDigest(nil, payload)}}, nil
}

// RedactedPayload is what stands in the log in place of the record's payload.
func (r *Record) RedactedPayload(by string) ([]byte, error) {
	ev, err := Decode(r.Kind, r.Payload)
	if err != nil {
		return nil, err
	}
	red, ok := ev.(redactable)
	if !ok {
		return nil, Invalid("#%d (%s) holds no free text to redact", r.Version, r.Kind).Hint("watch shows the events with their text")
	}
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(red.redacted(Text("[redacted by @" + by + "]"))); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(buf.Bytes(), []byte("\n")), nil
}

// Kind implements Event.
func (PayloadRedacted) Kind() string { return "payload.redacted" }

func (e PayloadRedacted) apply(d *draft, m Meta) {
	d.feed(m, "", "%s", withReason("redacted #"+itoa(int(e.Version)), e.Reason))
}
