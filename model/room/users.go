package room

import (
	"context"

	"warroom/model"
	"warroom/model/indicator"
)

// KnowsUser refuses a name that is no account's, so that nothing is assigned to
// a typing mistake. by may always name himself; where there is no account at
// all (one analyst, no server) every name will do.
func (h *Hub) KnowsUser(by model.Actor, name string) error {
	if name == by.Name || len(h.Accounts()) == 0 {
		return nil
	}
	acc, ok := h.Account(name)
	if !ok {
		return model.NotFound("there is no account %q", name).Hint("check the name; warroom user list shows them")
	}
	if acc.Disabled {
		return model.Invalid("the account @%s is disabled", name).Hint("name somebody else")
	}
	return nil
}

// holdersMost is how many hits Holders looks at.
const holdersMost = 1000

// Holders lists the incidents, of those that by may read, that have an indicator
// with value (defanged or not) in it: what ioc: in a filter asks for.
func (h *Hub) Holders(ctx context.Context, by model.Actor, value string) ([]string, error) {
	hits, err := h.Search(ctx, by, indicator.Refang(value), holdersMost)
	if err != nil {
		return nil, err
	}
	var ids []string
	seen := map[string]bool{}
	for _, x := range hits {
		if x.Kind == "indicator" && !seen[x.Incident] {
			seen[x.Incident] = true
			ids = append(ids, x.Incident)
		}
	}
	return ids, nil
}
