package playbook

import (
	"bytes"
	"errors"
	"strings"

	toml "github.com/pelletier/go-toml/v2"

	"warroom/model"
)

// syntax says where a file cannot be read as a playbook.
func syntax(name string, err error) error {
	var strict *toml.StrictMissingError
	if errors.As(err, &strict) && len(strict.Errors) > 0 {
		line, _ := strict.Errors[0].Position()
		return model.Invalid("playbook %s:%d: unknown key %q", name, line, strings.Join(strict.Errors[0].Key(), ".")).
			Hint("allowed are schema id title description types attack veris references; in a phase name goal exit; in an item id title guidance evidence role react required core clock").
			Because(err)
	}
	var dec *toml.DecodeError
	if errors.As(err, &dec) {
		line, _ := dec.Position()
		return model.Invalid("playbook %s:%d: %s", name, line, strings.TrimPrefix(dec.Error(), "toml: ")).Hint("mend the line; docs/playbooks.md shows the format").Because(err)
	}
	return model.Invalid("playbook %s: %v", name, err).Hint("docs/playbooks.md shows the format").Because(err)
}

// lineOf is the line on which find first stands, as a whole value if it does so
// anywhere, 1 when it does not.
func lineOf(text []byte, find string) int {
	i := bytes.Index(text, []byte(`"`+find+`"`))
	if i < 0 {
		i = bytes.Index(text, []byte(find))
	}
	if i < 0 {
		return 1
	}
	return 1 + bytes.Count(text[:i], []byte("\n"))
}
