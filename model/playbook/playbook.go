// Package playbook holds what is to be done for each type of incident: ten
// playbooks that come with warroom, and those of one's own in a directory.
package playbook

import (
	"embed"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"warroom/model"
	"warroom/model/datafile"
)

//go:embed data/*.toml
var builtin embed.FS

// Book is one playbook.
type Book struct {
	ID, Title, Description    string
	Types, Attack, References []string
	Items                     []Item
}

// Item is one thing to do, in the order of the phases.
type Item struct {
	ID       string      // unique over all playbooks; those that begin with "core." are shared
	Phase    model.Phase // preparation to post-incident
	Title    string
	Guidance string
	Evidence string   // what proves it
	Role     string   // who usually does it
	React    []string // RE&CT response action ids
	Required bool
	Clock    bool // a notification clock may depend on it
}

// Amended makes the command that adds the playbook's items to an incident, with what
// lessons changed in them; reg is the register of the playbooks, nil for none.
func (b *Book) Amended(reg *model.Books) model.AttachPlaybook { return b.Attach().Amended(reg) }

// Attach makes the command that adds the items of the playbook's file alone.
func (b *Book) Attach() model.AttachPlaybook {
	cmd := model.AttachPlaybook{ID: b.ID, Title: model.Text(b.Title), Items: make([]model.ItemSpec, len(b.Items))}
	for i, it := range b.Items {
		cmd.Items[i] = model.ItemSpec{Key: it.ID, Phase: it.Phase, Title: model.Text(it.Title), Guidance: model.Text(it.Guidance),
			Evidence: model.Text(it.Evidence), Role: it.Role, Required: it.Required}
	}
	return cmd
}

// Library is a set of playbooks. It is read only and may be shared.
type Library struct {
	books []*Book
}

// Load reads the built-in playbooks and those in dir ("" for none): a file with
// the id of a built-in one replaces it. The error names file and line and says
// what is allowed.
func Load(dir string) (*Library, error) {
	l := &Library{}
	if err := l.read(builtin, "data", "built-in "); err != nil {
		return nil, err
	}
	if dir != "" {
		if info, err := os.Stat(dir); err != nil || !info.IsDir() {
			return nil, model.Invalid("the playbook directory %q cannot be read", dir).Hint("make it, or take playbooks.dir out of the config").Because(err)
		}
		if err := l.read(os.DirFS(dir), ".", dir+string(filepath.Separator)); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(l.books, func(a, b *Book) int { return strings.Compare(a.ID, b.ID) })
	return l, nil
}

func (l *Library) read(files fs.FS, dir, label string) error {
	names, err := fs.Glob(files, dir+"/*.toml")
	if dir == "." {
		names, err = fs.Glob(files, "*.toml")
	}
	if err != nil {
		return err
	}
	seen := map[string]string{}
	for _, name := range names {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return model.Invalid("playbook %s%s cannot be read", label, filepath.Base(name)).Hint("check its permissions").Because(err)
		}
		b, err := Parse(label+filepath.Base(name), text)
		if err != nil {
			return err
		}
		if other := seen[b.ID]; other != "" {
			return model.Invalid("playbooks %s%s and %s%s have the same id %q", label, other, label, name, b.ID).Hint("give one of them another id")
		}
		seen[b.ID] = name
		l.books = slices.DeleteFunc(l.books, func(x *Book) bool { return x.ID == b.ID })
		l.books = append(l.books, b)
	}
	return nil
}

// Get finds a playbook by its id.
func (l *Library) Get(id string) (*Book, bool) {
	for _, b := range l.books {
		if b.ID == id {
			return b, true
		}
	}
	return nil, false
}

// ForType is the playbook for an incident type: the one with that id, else the
// one that names the type first among its types, else any that names it; nil
// when there is none.
func (l *Library) ForType(typ string) *Book {
	if b, ok := l.Get(typ); ok {
		return b
	}
	var best *Book
	rank := -1
	for _, b := range l.books {
		if i := slices.Index(b.Types, typ); i >= 0 && (rank < 0 || i < rank) {
			best, rank = b, i
		}
	}
	return best
}

// List gives every playbook, by id.
func (l *Library) List() []*Book { return slices.Clone(l.books) }

// Types lists every incident type that a playbook knows, sorted.
func (l *Library) Types() []string {
	var out []string
	for _, b := range l.books {
		out = append(append(out, b.ID), b.Types...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// file is a playbook as it is written down.
type file struct {
	Schema      int      `toml:"schema"`
	ID          string   `toml:"id"`
	Title       string   `toml:"title"`
	Description string   `toml:"description"`
	Types       []string `toml:"types"`
	Attack      []string `toml:"attack"`
	Veris       []string `toml:"veris"`
	References  []string `toml:"references"`
	Phase       []struct {
		Name string `toml:"name"`
		Goal string `toml:"goal"`
		Exit string `toml:"exit"`
		Item []struct {
			ID       string   `toml:"id"`
			Title    string   `toml:"title"`
			Guidance string   `toml:"guidance"`
			Evidence string   `toml:"evidence"`
			Role     string   `toml:"role"`
			React    []string `toml:"react"`
			Required bool     `toml:"required"`
			Core     bool     `toml:"core"`
			Clock    bool     `toml:"clock"`
		} `toml:"item"`
	} `toml:"phase"`
}

// Roles lists who an item may be for.
func Roles() []string {
	return []string{"ic", "deputy", "scribe", "liaison", "sme", "analyst", "forensics", "identity", "network", "cloud", "owner",
		"exec", "legal", "privacy", "hr", "comms"}
}

var (
	idForm     = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{0,63}$`)
	attackForm = regexp.MustCompile(`^T\d{4}(\.\d{3})?$`)
)

var form = datafile.Form{
	Allowed: "allowed are schema id title description types attack veris references; in a phase name goal exit; in an item id title guidance evidence role react required core clock",
	Shown:   "docs/playbooks.md shows the format",
}

// Parse reads one playbook; name is what errors call it.
func Parse(name string, text []byte) (*Book, error) {
	var f file
	if err := form.Decode("playbook "+name, text, &f); err != nil {
		return nil, err
	}
	bad := func(find, format string, args ...any) *model.Error {
		return model.Invalid("playbook %s:%d: %s", name, datafile.Line(text, find), fmt.Sprintf(format, args...))
	}
	switch {
	case f.Schema != 1:
		return nil, bad("schema", "schema is %d", f.Schema).Hint("write schema = 1")
	case !idForm.MatchString(f.ID):
		return nil, bad("id =", "%q is no id", f.ID).Hint("use lower-case letters, digits, dots and dashes")
	case strings.TrimSpace(f.Title) == "":
		return nil, bad("title", "it has no title").Hint("add title = \"…\"")
	}
	for _, id := range f.Attack {
		if !attackForm.MatchString(id) {
			return nil, bad(id, "%q is no ATT&CK technique id", id).Hint("it looks like T1486 or T1078.004")
		}
	}
	for _, typ := range f.Types {
		if !idForm.MatchString(typ) {
			return nil, bad(typ, "%q is no incident type", typ).Hint("use lower-case letters, digits, dots and dashes")
		}
	}
	b := &Book{ID: f.ID, Title: f.Title, Description: f.Description, Types: f.Types, Attack: f.Attack, References: f.References}
	seen := map[string]bool{}
	for _, p := range f.Phase {
		phase := model.Phase(p.Name)
		if i := phase.Index(); i < 0 || phase == model.PhaseClosed {
			return nil, bad(p.Name, "%q is no phase", p.Name).Hint("use preparation, detection-analysis, containment, eradication, recovery or post-incident")
		}
		for _, it := range p.Item {
			switch {
			case !idForm.MatchString(it.ID):
				return nil, bad(p.Name, "%q is no id of an item", it.ID).Hint("use lower-case letters, digits, dots and dashes")
			case seen[it.ID]:
				return nil, bad(it.ID, "item %q is there twice", it.ID).Hint("give one of them another id")
			case strings.TrimSpace(it.Title) == "":
				return nil, bad(it.ID, "item %q has no title", it.ID).Hint("add title = \"…\"")
			case it.Role != "" && !slices.Contains(Roles(), it.Role):
				return nil, bad(it.ID, "item %q is for the unknown role %q", it.ID, it.Role).Hint("use %s", strings.Join(Roles(), ", "))
			case it.Core != strings.HasPrefix(it.ID, "core."):
				return nil, bad(it.ID, "item %q: core items have ids that begin with core., and only they", it.ID).Hint("rename it, or change core")
			}
			seen[it.ID] = true
			b.Items = append(b.Items, Item{ID: it.ID, Phase: phase, Title: it.Title, Guidance: it.Guidance, Evidence: it.Evidence,
				Role: it.Role, React: it.React, Required: it.Required, Clock: it.Clock})
		}
	}
	if len(b.Items) == 0 {
		return nil, bad("id =", "it has no items").Hint("add [[phase]] and [[phase.item]] tables")
	}
	slices.SortStableFunc(b.Items, func(x, y Item) int { return x.Phase.Index() - y.Phase.Index() })
	return b, nil
}
