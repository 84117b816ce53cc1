package main

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"

	tea "charm.land/bubbletea/v2"

	"warroom/model"
)

// maxEdited is how much is taken over from the person's own editor, in bytes. A
// text has its own limit; over this one it is no text.
const maxEdited = 1 << 20

// ownEditor opens what VISUAL or EDITOR names on a text, in the terminal of the
// console. The text lies in a file that only its user may read, and goes when it
// was taken over. What cannot be taken over stays there, and the error says where.
func (a *app) ownEditor(text string, done func(string, error) tea.Msg) tea.Cmd {
	failed := func(err error) tea.Cmd { return func() tea.Msg { return done("", err) } }
	editor := a.getenv("VISUAL")
	if editor == "" {
		editor = a.getenv("EDITOR")
	}
	if editor == "" {
		return failed(model.Invalid("no editor is named").Hint("set EDITOR before warroom starts, such as EDITOR=vi"))
	}
	path, err := textFile(text)
	if err != nil {
		return failed(model.Invalid("the text could not be given to %s: %v", editor, reason(err)).Because(err))
	}
	// The shell splits what is named with arguments: EDITOR="code --wait".
	cmd := exec.Command("/bin/sh", "-c", editor+` "$1"`, "sh", path)
	cmd.Env, cmd.Stdin, cmd.Stdout, cmd.Stderr = a.Environ, a.Stdin, a.Stdout, a.Stderr
	return tea.ExecProcess(cmd, func(err error) tea.Msg { return done(takeOver(path, text, err)) })
}

// textFile writes a text to a new file in a directory of its own.
func textFile(text string) (path string, err error) {
	dir, err := os.MkdirTemp("", "warroom-")
	if err != nil {
		return "", err
	}
	path = filepath.Join(dir, "text.md")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		_ = os.RemoveAll(dir)
		return "", err
	}
	return path, nil
}

// takeOver reads what the editor left, and removes the file unless something in it
// would be lost. ended is how the editor ended.
func takeOver(path, before string, ended error) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", model.Invalid("what the editor wrote cannot be read: %v", reason(err)).Because(err)
	}
	b, err := io.ReadAll(io.LimitReader(f, maxEdited+1))
	_ = f.Close()
	kept := "what it wrote is still in " + path
	switch {
	case err != nil:
		return "", model.Invalid("what the editor wrote cannot be read: %v", reason(err)).Hint("%s", kept).Because(err)
	case len(b) > maxEdited:
		return "", model.Invalid("what the editor wrote has over %d bytes, which is no text of a section", maxEdited).Hint("%s", kept)
	case ended != nil && string(b) != before:
		return "", model.Invalid("the editor failed: %v; nothing was taken over", ended).Hint("%s", kept)
	}
	_ = os.RemoveAll(filepath.Dir(path))
	if ended != nil {
		return "", model.Invalid("the editor failed: %v; nothing was taken over", ended).Hint("EDITOR names a program that runs in this terminal")
	}
	return string(b), nil
}
