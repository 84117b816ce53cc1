package model

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"strings"
	"unicode/utf8"
)

// Text is foreign text, kept byte for byte. As JSON it is a string; bytes that
// are no UTF-8 become {"base64": "…"}, so that nothing is lost (OUT-1). It goes
// to a terminal only through Line or Block.
type Text string

type rawText struct {
	Base64 string `json:"base64"`
}

// MarshalJSON implements json.Marshaler.
func (t Text) MarshalJSON() ([]byte, error) {
	if utf8.ValidString(string(t)) {
		return json.Marshal(string(t))
	}
	return json.Marshal(rawText{Base64: base64.StdEncoding.EncodeToString([]byte(t))})
}

// UnmarshalJSON implements json.Unmarshaler.
func (t *Text) UnmarshalJSON(b []byte) error {
	// Most text has no escapes: it stands there as it is.
	if n := len(b); n > 1 && b[0] == '"' && bytes.IndexByte(b[1:n-1], '\\') < 0 && utf8.Valid(b) {
		*t = Text(b[1 : n-1])
		return nil
	}
	var s string
	if err := json.Unmarshal(b, &s); err == nil {
		*t = Text(s)
		return nil
	}
	var raw rawText
	if err := json.Unmarshal(b, &raw); err != nil {
		return err
	}
	dec, err := base64.StdEncoding.DecodeString(raw.Base64)
	if err != nil {
		return err
	}
	*t = Text(dec)
	return nil
}

// Line is the text for one line of a terminal.
func (t Text) Line() SafeText { return Line(string(t)) }

// Block is the text for several lines of a terminal.
func (t Text) Block() SafeText { return Block(string(t)) }

// Limits on what one field holds, in bytes (LIM-1).
const (
	MaxTitle   = 1024
	MaxEntry   = 64 << 10
	MaxSummary = 64 << 10
	MaxValue   = 8 << 10
	MaxReason  = 4 << 10
)

// checkText refuses text over most bytes; required text needs a visible character.
func checkText(field string, t Text, most int, required bool) error {
	if len(t) > most {
		return Invalid("%s has %d bytes, the limit is %d", field, len(t), most).Hint("shorten it; nothing was changed").On(field)
	}
	if required && strings.TrimSpace(string(t)) == "" {
		return Invalid("%s is empty", field).Hint("say it in a few words").On(field)
	}
	return nil
}

// checkVisible refuses text without a character that draws something: controls
// and invisible ones would show as marks only.
func checkVisible(field string, t Text) error {
	for _, r := range string(t) {
		switch kindOf(r) {
		case letter, keycap, picture, syllable, lead, dots, regional:
			if r > ' ' && r != utf8.RuneError {
				return nil
			}
		}
	}
	return Invalid("%s has no readable character", field).Hint("write it in letters").On(field)
}

func checkReason(t Text) error {
	if strings.TrimSpace(string(t)) == "" {
		return Invalid("a reason is needed").Hint("add --reason \"why\"").On("reason")
	}
	return checkText("reason", t, MaxReason, true)
}
