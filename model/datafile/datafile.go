// Package datafile reads the TOML files that people write for warroom: playbooks,
// regimes of notification, topics of training.
package datafile

import (
	"bytes"
	"errors"
	"strings"

	toml "github.com/pelletier/go-toml/v2"

	"warroom/model"
)

// Form is what messages say of a kind of file.
type Form struct {
	Allowed string // the keys that there are: "allowed are schema; in a topic id …"
	Shown   string // where the format is to be seen: "docs/training.md shows the format"
}

// Decode reads text into v. A key that v does not have is refused. The error names
// the file, as name, and the line.
func (f Form) Decode(name string, text []byte, v any) error {
	err := toml.NewDecoder(bytes.NewReader(text)).DisallowUnknownFields().Decode(v)
	if err == nil {
		return nil
	}
	var strict *toml.StrictMissingError
	if errors.As(err, &strict) && len(strict.Errors) > 0 {
		line, _ := strict.Errors[0].Position()
		return model.Invalid("%s:%d: unknown key %q", name, line, strings.Join(strict.Errors[0].Key(), ".")).Hint("%s", f.Allowed).Because(err)
	}
	var dec *toml.DecodeError
	if errors.As(err, &dec) {
		line, _ := dec.Position()
		return model.Invalid("%s:%d: %s", name, line, strings.TrimPrefix(dec.Error(), "toml: ")).Hint("mend the line; %s", f.Shown).Because(err)
	}
	return model.Invalid("%s: %v", name, err).Hint("%s", f.Shown).Because(err)
}

// Line is the line of text on which find first stands, as a whole value if it does
// so anywhere; 1 when it does not.
func Line(text []byte, find string) int {
	i := bytes.Index(text, []byte(`"`+find+`"`))
	if i < 0 {
		i = bytes.Index(text, []byte(find))
	}
	if i < 0 {
		return 1
	}
	return 1 + bytes.Count(text[:i], []byte("\n"))
}
