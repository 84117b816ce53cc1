package model

import (
	"slices"
	"strings"
)

// ActionPolicy says which kinds of action need somebody else's approval where it
// is not what the catalogue says. The zero value is the catalogue's.
type ActionPolicy struct {
	needs, free []string
}

// NewActionPolicy makes the policy of two lists of kinds: those that need approval
// although they are not disruptive, and those that need none although they are.
func NewActionPolicy(needs, free []string) (ActionPolicy, error) {
	for _, id := range slices.Concat(needs, free) {
		if err := KnownActionKind(id); err != nil {
			return ActionPolicy{}, err
		}
		if slices.Contains(needs, id) && slices.Contains(free, id) {
			return ActionPolicy{}, Usage("%s cannot both need approval and need none", id).Hint("leave it in one of the two lists")
		}
	}
	return ActionPolicy{needs: slices.Clone(needs), free: slices.Clone(free)}, nil
}

// KnownActionKind refuses an id that is none of the catalogue's.
func KnownActionKind(id string) error {
	var ids []string
	for _, k := range ActionKinds() {
		if k.ID == id {
			return nil
		}
		ids = append(ids, k.ID)
	}
	return Usage("%q is no kind of action", excerpt(id)).Hint("use one of: %s", strings.Join(ids, ", "))
}

// NeedsApproval says whether an action of the kind waits for somebody else.
func (p ActionPolicy) NeedsApproval(k ActionKind) bool {
	switch {
	case slices.Contains(p.needs, k.ID):
		return true
	case slices.Contains(p.free, k.ID):
		return false
	}
	return k.Disruptive
}
