package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"warroom/model"
)

func TestTakeOver(t *testing.T) {
	const before = "as it was"
	ended := errors.New("exit status 1")
	tests := []struct {
		name, wrote string
		ended       error
		want, says  string
		stays       bool
	}{
		{"written", "new text\n", nil, "new text\n", "", false},
		{"given up", before, ended, "", "nothing was taken over", false},
		{"failed with text", "new text", ended, "", "is still in", true},
		{"too much", strings.Repeat("a", maxEdited+1), nil, "", "is still in", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Setenv("TMPDIR", t.TempDir())
			path, err := textFile(before)
			if err != nil {
				t.Fatal(err)
			}
			for p, want := range map[string]os.FileMode{path: 0o600, filepath.Dir(path): 0o700} {
				if info, err := os.Stat(p); err != nil || info.Mode().Perm() != want {
					t.Errorf("%s: %v, %v", p, info.Mode(), err)
				}
			}
			if err := os.WriteFile(path, []byte(tt.wrote), 0o600); err != nil {
				t.Fatal(err)
			}
			got, err := takeOver(path, before, tt.ended)
			if got != tt.want || (err != nil) != (tt.says != "") || err != nil && !strings.Contains(err.Error(), tt.says) {
				t.Errorf("%.40q, %v", got, err)
			}
			if _, err := os.Stat(path); (err == nil) != tt.stays {
				t.Errorf("the file: %v", err)
			}
		})
	}
}

func TestNoEditorIsNamed(t *testing.T) {
	a := &app{Main: Main{Environ: []string{"PATH=/bin"}}}
	type got struct{ err error }
	msg := a.ownEditor("text", func(_ string, err error) tea.Msg { return got{err} })()
	if g, ok := msg.(got); !ok || model.CodeOf(g.err) != model.CodeInvalid || !strings.Contains(g.err.Error(), "EDITOR") {
		t.Errorf("%v", msg)
	}
}
