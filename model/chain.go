package model

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"
)

// Hash is a SHA-256 sum; the zero value stands before the first event.
type Hash [sha256.Size]byte

func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// Short is the form that people read to each other: the first eight hex digits.
func (h Hash) Short() string { return hex.EncodeToString(h[:4]) }

// MarshalText implements encoding.TextMarshaler.
func (h Hash) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (h *Hash) UnmarshalText(b []byte) error {
	if len(b) != 2*len(h) {
		return fmt.Errorf("a hash has %d hex digits, not %d", 2*len(h), len(b))
	}
	_, err := hex.Decode(h[:], b)
	return err
}

// Record is one event as the log keeps it.
type Record struct {
	Meta
	Kind        string
	Salt        []byte // 16 random bytes, so that a short payload cannot be guessed from its hash (PRV-2)
	Payload     []byte // the event's JSON, or its redacted form
	Redacted    bool   // Payload was replaced; PayloadHash is still that of the first text
	PayloadHash Hash
	PrevHash    Hash
	Hash        Hash
}

// The domains keep a hash made for one purpose from being valid for another.
const (
	domainPayload = "warroom payload 1"
	domainEvent   = "warroom event 1"
)

// digest hashes length-prefixed fields: the eight-byte big-endian length, then
// the bytes, for the domain and each field in turn. docs/schema.md documents it
// so that an outsider can write a verifier (INT-2).
func digest(domain string, fields ...[]byte) Hash {
	h := sha256.New()
	var n [8]byte
	put := func(b []byte) {
		binary.BigEndian.PutUint64(n[:], uint64(len(b)))
		h.Write(n[:])
		h.Write(b)
	}
	put([]byte(domain))
	for _, f := range fields {
		put(f)
	}
	var out Hash
	h.Sum(out[:0])
	return out
}

// PayloadDigest is the commitment to a payload.
func PayloadDigest(salt, payload []byte) Hash { return digest(domainPayload, salt, payload) }

// ChainHash is the record's hash, computed from its other fields.
func (r *Record) ChainHash() Hash {
	var version, at [8]byte
	binary.BigEndian.PutUint64(version[:], r.Version)
	binary.BigEndian.PutUint64(at[:], uint64(r.At.UnixMicro()))
	return digest(domainEvent, []byte(r.Incident), version[:], r.PrevHash[:], []byte(r.Kind), []byte(r.Actor),
		at[:], []byte(r.CommandID), r.PayloadHash[:])
}

// Stamp cuts a time to what every database keeps: UTC, whole microseconds.
func Stamp(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

// Seal makes the record of ev that follows prev.
func Seal(m Meta, ev Event, prev Hash, salt []byte) (Record, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(ev); err != nil {
		return Record{}, fmt.Errorf("encode %s: %w", ev.Kind(), err)
	}
	m.At = Stamp(m.At)
	r := Record{Meta: m, Kind: ev.Kind(), Salt: salt, Payload: bytes.TrimSuffix(buf.Bytes(), []byte("\n")), PrevHash: prev}
	r.PayloadHash = PayloadDigest(r.Salt, r.Payload)
	r.Hash = r.ChainHash()
	return r, nil
}

// Flaw is the first place where a log does not hold.
type Flaw struct {
	Incident string `json:"incident"`
	Version  uint64 `json:"version"`
	Kind     string `json:"kind"`
	What     string `json:"what"`
}

func (f *Flaw) Error() string {
	return fmt.Sprintf("%s #%d %s: %s", f.Incident, f.Version, f.Kind, f.What)
}

// VerifyChain checks the records of one incident, all of them in order: numbers
// without a gap, each hash, each payload against its commitment, and each
// redacted payload against the redaction that made it (INT-2, INT-3). It returns
// the first flaw, or nil.
func VerifyChain(incident string, recs []Record) *Flaw {
	replaced := map[uint64]Hash{}
	for _, r := range recs {
		if r.Kind != (PayloadRedacted{}).Kind() {
			continue
		}
		if ev, err := Decode(r.Kind, r.Payload); err == nil {
			red := ev.(PayloadRedacted)
			replaced[red.Version] = red.Replacement
		}
	}
	var prev Hash
	for i := range recs {
		r := &recs[i]
		flaw := func(format string, args ...any) *Flaw {
			return &Flaw{Incident: incident, Version: r.Version, Kind: r.Kind, What: fmt.Sprintf(format, args...)}
		}
		switch want := uint64(i + 1); {
		case r.Version != want:
			return flaw("version %d was expected here: an event is missing, doubled or moved", want)
		case r.Incident != incident:
			return flaw("it belongs to %s", r.Incident)
		case r.PrevHash != prev:
			return flaw("it does not follow the event before it")
		case r.Hash != r.ChainHash():
			return flaw("its author, time, kind or number was changed")
		}
		if !r.Redacted {
			if PayloadDigest(r.Salt, r.Payload) != r.PayloadHash {
				return flaw("its content was changed")
			}
		} else if want, ok := replaced[r.Version]; !ok {
			return flaw("its content is gone without a recorded redaction")
		} else if len(r.Salt) != 0 {
			return flaw("the salt of its redacted content is still there")
		} else if PayloadDigest(nil, r.Payload) != want {
			return flaw("its redacted content was changed")
		}
		prev = r.Hash
	}
	return nil
}
