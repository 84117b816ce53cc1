package warroom_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// Every module that is imported here is marked as such in go.mod, and has its
// reason in docs/dependencies.md.
func TestEveryDependencyHasItsReason(t *testing.T) {
	page, err := os.ReadFile("docs/dependencies.md")
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("go", "mod", "edit", "-json").Output()
	if err != nil {
		t.Fatal(err)
	}
	var mod struct {
		Require []struct {
			Path     string
			Indirect bool
		}
	}
	if err := json.Unmarshal(out, &mod); err != nil {
		t.Fatal(err)
	}
	out, err = exec.Command("go", "list", "-f", `{{range .Imports}}{{.}} {{end}}{{range .TestImports}}{{.}} {{end}}{{range .XTestImports}}{{.}} {{end}}`, "./...").Output()
	if err != nil {
		t.Fatal(err)
	}
	direct := map[string]bool{}
	for _, path := range strings.Fields(string(out)) {
		best := ""
		for _, r := range mod.Require {
			if below(path, r.Path) && len(r.Path) > len(best) {
				best = r.Path
			}
		}
		direct[best] = true
	}
	for _, r := range mod.Require {
		if direct[r.Path] == r.Indirect {
			t.Errorf("go.mod: %s: imported here is %t, marked indirect is %t", r.Path, direct[r.Path], r.Indirect)
		}
		if direct[r.Path] && !strings.Contains(string(page), r.Path) {
			t.Errorf("docs/dependencies.md: %s is missing", r.Path)
		}
	}
}
