package verb

import (
	"bytes"
	"context"
	"io"
	"slices"
	"strings"

	"warroom/model"
	"warroom/model/room"
)

// maxInput is how much a verb reads from its standard input, in bytes (LIM-1).
const maxInput = 1 << 20

// call is one run of a verb.
type call struct {
	ctx   context.Context
	env   Env
	std   IO
	v     *Verb
	pos   []string            // positional words not taken yet
	flags map[string][]string // values by name; a switch has one ""
	plain bool                // a lone -- said that what follows is text
}

// parse sorts the words into flags and positions. Only words with two dashes are
// flags, so that "-20m" and "-" stay words; after a lone -- none is.
func (c *call) parse(words []string) error {
	c.flags = map[string][]string{}
	for i := 0; i < len(words); i++ {
		w := words[i]
		if w == "--" {
			c.plain = true
			c.pos = append(c.pos, words[i+1:]...)
			return nil
		}
		if w == "-h" {
			w = "--help"
		}
		name, isFlag := strings.CutPrefix(w, "--")
		if !isFlag {
			c.pos = append(c.pos, w)
			continue
		}
		name, value, inline := strings.Cut(name, "=")
		f := c.v.flag(name)
		switch {
		case f == nil:
			e := model.Usage("%s knows no --%s", c.v.Name, clip(name))
			if near := model.Nearest(name, c.v.flagNames()); near != "" {
				return e.Hint("did you mean --%s? A lone -- stands before text that begins with dashes", near)
			}
			return e.Hint("usage: %s; a lone -- stands before text that begins with dashes", c.v.Usage())
		case f.arg == "" && inline:
			return model.Usage("--%s takes no value", name).Hint("usage: %s", c.v.Usage())
		case f.arg == "":
		case !inline:
			if i++; i == len(words) {
				return model.Usage("--%s needs a value", name).Hint("write --%s %s", name, f.arg)
			}
			value = words[i]
		}
		c.flags[name] = append(c.flags[name], value)
	}
	return nil
}

// flag finds a flag of the verb; every verb knows --json and --help.
func (v *Verb) flag(name string) *flag {
	for i := range v.flags {
		if v.flags[i].name == name {
			return &v.flags[i]
		}
	}
	for _, f := range commonFlags() {
		if f.name == name {
			return &f
		}
	}
	return nil
}

func commonFlags() []flag {
	return []flag{{name: "json", help: "print one JSON value"}, {name: "help", help: "explain this verb"}}
}

func (v *Verb) flagNames() []string {
	var names []string
	for _, f := range v.flags {
		names = append(names, f.name)
	}
	return append(names, "json", "help")
}

func (c *call) on(name string) bool { return len(c.flags[name]) > 0 }

// json says whether JSON is wanted.
func (c *call) json() bool { return c.std.JSON || c.on("json") }

// value is the flag's last value, "" without it.
func (c *call) value(name string) string {
	if v := c.flags[name]; len(v) > 0 {
		return v[len(v)-1]
	}
	return ""
}

// text is a flag's value as a pointer, nil without the flag.
func (c *call) text(name string) *model.Text {
	if !c.on(name) {
		return nil
	}
	t := model.Text(c.value(name))
	return &t
}

func (c *call) reason() model.Text { return model.Text(c.value("reason")) }

// usage is the refusal of a call whose words are not right.
func (c *call) usage(format string, args ...any) error {
	return model.Usage(format, args...).Hint("usage: %s", c.v.Usage())
}

// next takes the next positional word; what names it in the refusal.
func (c *call) next(what string) (string, error) {
	if len(c.pos) == 0 {
		return "", c.usage("%s: %s is missing", c.v.Name, what)
	}
	w := c.pos[0]
	c.pos = c.pos[1:]
	return w, nil
}

// end refuses words that are left over.
func (c *call) end() error {
	if len(c.pos) == 0 {
		return nil
	}
	e := model.Usage("%s: %q is too much", c.v.Name, clip(c.pos[0]))
	if c.env.Via == "ssh" {
		return e.Hint("usage: %s; over ssh the whole command stands in quotes of its own: ssh HOST '%s … \"two words\"'", c.v.Usage(), c.v.Name)
	}
	return e.Hint("usage: %s", c.v.Usage())
}

// incident takes the incident off the words; inside a room it may be left out.
func (c *call) incident() (*model.Incident, error) {
	id := ""
	if len(c.pos) > 0 {
		if got, err := model.ParseIncidentID(c.pos[0]); err == nil || c.env.Incident == "" {
			if err != nil {
				return nil, err
			}
			id, c.pos = got, c.pos[1:]
		}
	}
	if id == "" {
		if id = c.env.Incident; id == "" {
			return nil, c.usage("%s: the incident is missing", c.v.Name)
		}
	}
	return c.env.Hub.Newest(c.ctx, c.env.Actor, id)
}

// names says whether the next word is an id of a kind.
func (c *call) names(kind func(id string) bool) bool {
	return len(c.pos) > 0 && kind(strings.ToUpper(c.pos[0]))
}

// register takes the id of a register in which something is written off the words.
func (c *call) register() (*model.Incident, error) {
	id := strings.ToUpper(c.pos[0])
	c.pos = c.pos[1:]
	return c.env.Hub.Newest(c.ctx, c.env.Actor, id)
}

// ended takes the incident off the words and refuses any after it.
func (c *call) ended() (*model.Incident, error) {
	in, err := c.incident()
	if err != nil {
		return nil, err
	}
	return in, c.end()
}

// do gives a command to the incident.
func (c *call) do(in *model.Incident, cmd model.Command) (room.Result, error) {
	return c.env.Hub.Do(c.ctx, c.env.Actor, in.ID, c.env.NewID(), cmd)
}

// at reads a time flag; the zero value without it.
func (c *call) at(name string) (model.When, error) {
	if !c.on(name) {
		return model.When{}, nil
	}
	w, err := model.ParseWhen(c.value(name), c.env.Now())
	if e, ok := model.AsError(err); ok {
		e.Msg = "--" + name + ": " + e.Msg
	}
	return w, err
}

// number reads a flag that counts, from least to most; absent is def.
func (c *call) number(name string, def, least, most int) (int, error) {
	if !c.on(name) {
		return def, nil
	}
	n, ok := atoi(c.value(name))
	if !ok || n < least || n > most {
		return 0, model.Usage("--%s takes a whole number from %d to %d, not %q", name, least, most, clip(c.value(name))).
			Hint("usage: %s", c.v.Usage()).On(name)
	}
	return n, nil
}

func atoi(s string) (int, bool) {
	if s == "" || len(s) > 9 {
		return 0, false
	}
	n := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n, true
}

// stdin reads the standard input, at most maxInput bytes, as text: without the
// end of its last line.
func (c *call) stdin() (string, error) {
	b, err := c.input()
	return string(bytes.TrimSuffix(b, []byte("\n"))), err
}

// input reads the standard input, at most maxInput bytes, as it is.
func (c *call) input() ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(c.std.In, maxInput+1))
	if err != nil {
		return nil, model.Invalid("standard input cannot be read: %v", err).Hint("nothing was changed").Because(err)
	}
	if len(b) > maxInput {
		return nil, model.Invalid("standard input is over %d bytes", maxInput).Hint("nothing was changed; send it in parts")
	}
	return b, nil
}

// rest is what the remaining words say: joined by blanks, or standard input for
// a lone dash.
func (c *call) rest(what string) (string, error) {
	if len(c.pos) == 1 && c.pos[0] == "-" {
		return c.stdin()
	}
	if len(c.pos) == 0 {
		return "", c.usage("%s: %s is missing", c.v.Name, what)
	}
	if last := c.pos[len(c.pos)-1]; last == "-" && !c.plain {
		return "", c.usage("%s: - stands alone: it reads %s from standard input", c.v.Name, what)
	}
	return strings.Join(c.pos, " "), nil
}

// known refuses a person whom nobody could mean: not an account, while there
// are accounts. Without any (a single analyst) every name is taken.
func (c *call) known(name string) (string, error) {
	u, err := model.ParseUserName(name)
	if err != nil {
		return "", err
	}
	return u, c.knows(u)
}

// knows refuses a user name that is neither an account's nor invented.
func (c *call) knows(user string) error {
	if slices.Contains(c.env.Invented, user) {
		return nil
	}
	return c.env.Hub.KnowsUser(c.env.Actor, user)
}
