package room

import (
	"context"
	"strings"

	"warroom/model"
)

// Facts is what the log knows of the incident for its post-mortem: as of the
// newest version, or, once the post-mortem is closed, of the one it was frozen at.
func (h *Hub) Facts(ctx context.Context, by model.Actor, in *model.Incident) (*model.PostMortemFacts, error) {
	p := &in.PostMortem
	if p.FrozenAt == 0 {
		return in.Facts(h.o.Now()), nil
	}
	then, err := h.At(ctx, by, in.ID, p.FrozenAt)
	if err != nil {
		return nil, err
	}
	return then.Facts(p.ClosedAt), nil
}

// WritersOf lists who beside by has a section of the incident's post-mortem open
// to write in it, each once, by name.
func (h *Hub) WritersOf(by model.Actor, incident, section string) []string {
	var names []string
	for _, p := range h.People() {
		if p.Incident == incident && p.Typing == model.SectionField(section) && p.User != by.Name && (len(names) == 0 || names[len(names)-1] != p.User) {
			names = append(names, p.User)
		}
	}
	return names
}

// Claimed is the refusal to write in a section that others have open; nil when
// nobody has.
func (h *Hub) Claimed(by model.Actor, incident, section string) error {
	names := h.WritersOf(by, incident, section)
	if len(names) == 0 {
		return nil
	}
	has := "has"
	if len(names) > 1 {
		has = "have"
	}
	return model.Conflict("@%s %s the section %s of %s open and may be writing in it", strings.Join(names, ", @"), has, section, incident).
		Hint("ask, or write it all the same with --take: they are then shown both texts").On(section)
}
