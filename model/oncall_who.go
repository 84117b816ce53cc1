package model

import (
	"slices"
	"strings"
)

// Who finds the one person whom names mean: names that were said to mean somebody
// come first, then mail addresses and names of contacts and accounts. It is "" for
// nobody, and several when the names do not agree.
func (o *OnCall) Who(names []string, accounts []Account, said map[string]string) (who string, several []string) {
	var found []string
	for _, name := range names {
		if id := said[strings.ToLower(strings.TrimSpace(name))]; id != "" {
			return id, nil
		}
	}
	for _, name := range names {
		if id := o.named(name, accounts); id != "" && !slices.Contains(found, id) {
			found = append(found, id)
		}
	}
	switch len(found) {
	case 0:
		return "", nil
	case 1:
		return found[0], nil
	}
	return "", found
}

// named is who is called so: a contact by mail, ref or name, an account by its
// name, by the first part of a mail address, or by a full name that is written as
// account names are.
func (o *OnCall) named(name string, accounts []Account) string {
	name = strings.TrimSpace(name)
	for _, k := range o.Reachable() {
		if strings.EqualFold(string(k.Mail), name) || strings.EqualFold(strings.TrimSpace(string(k.Name)), name) || k.Ref == name {
			if k.User != "" {
				return k.User
			}
			return k.Ref
		}
	}
	low := strings.ToLower(strings.TrimPrefix(name, "@"))
	local, _, mail := strings.Cut(low, "@")
	forms := []string{low}
	if mail {
		forms = []string{local}
	} else if first, last, two := strings.Cut(low, ", "); two {
		forms = append(forms, last+"."+first)
	}
	if words := strings.Fields(low); len(words) > 1 && !mail {
		forms = append(forms, strings.Join(words, "."), strings.Join(words, "-"), strings.Join(words, "_"), strings.Join(words, ""))
	}
	for _, f := range forms {
		if a := account(accounts, f); a != nil && !a.Disabled {
			return a.Name
		}
	}
	return ""
}
