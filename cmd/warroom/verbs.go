package main

import (
	"errors"
	"io"
	"os"
	"strings"

	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"

	"warroom/model/verb"
)

// verbCommands makes a command of each verb of the room. The verb itself reads
// the words after it, so that they mean the same here, in the console and over
// ssh.
func (a *app) verbCommands() []*cobra.Command {
	var firsts []string
	families := map[string][]*verb.Verb{}
	for _, v := range verb.Table() {
		first, _, _ := strings.Cut(v.Name, " ")
		if first == "help" {
			continue // a command of its own: it explains more than verbs
		}
		if families[first] == nil {
			firsts = append(firsts, first)
		}
		families[first] = append(families[first], v)
	}
	out := make([]*cobra.Command, 0, len(firsts))
	for _, first := range firsts {
		out = append(out, a.verbCommand(first, families[first]))
	}
	return out
}

// verbCommand makes the command of the verbs that begin with one word.
func (a *app) verbCommand(first string, family []*verb.Verb) *cobra.Command {
	short := family[0].Short
	var long, subs []string
	for _, v := range family {
		if _, sub, two := strings.Cut(v.Name, " "); two {
			subs = append(subs, sub)
		}
		long = append(long, "  "+v.Usage()+"  "+v.Short)
	}
	if len(family) > 1 {
		short = strings.Join(subs, ", ")
	}
	return &cobra.Command{
		Use: first, Short: short, Long: strings.Join(long, "\n"), GroupID: groupVerbs, DisableFlagParsing: true,
		RunE: func(cmd *cobra.Command, words []string) error {
			return a.runVerb(cmd, append([]string{first}, words...))
		},
		ValidArgsFunction: a.completeVerb,
	}
}

// runVerb runs one verb as the local user and prints what it prints.
func (a *app) runVerb(cmd *cobra.Command, words []string) error {
	if last := words[len(words)-1]; last == "--help" || last == "-h" {
		return a.verbHelp(cmd, words[:len(words)-1])
	}
	v, _, err := verb.Find(words)
	if err != nil {
		return err
	}
	if v.Offline {
		return verb.Run(cmd.Context(), verb.Env{Now: a.Now}, words, a.verbIO())
	}
	h, err := a.open(cmd.Context(), a.command())
	if err != nil {
		return err
	}
	err = verb.Run(cmd.Context(), a.verbEnv(h), words, a.verbIO())
	return errors.Join(err, h.close())
}

func (a *app) verbIO() verb.IO {
	return verb.IO{In: a.Stdin, Out: a.Stdout, Err: a.Stderr, Width: a.width(), JSON: a.globals.json,
		Open: func(name string) (io.ReadCloser, error) { return os.Open(name) }}
}

func (a *app) verbEnv(h *house) verb.Env {
	return verb.Env{Hub: h.hub, Actor: h.actor, Books: h.books, Now: a.Now, NewID: a.newID, Actions: h.policy, Via: "local", Version: version, Save: saveFile}
}

// width is the width of the terminal in columns, 0 for a file or a pipe.
func (a *app) width() int {
	f, ok := a.Stdout.(*os.File)
	if !ok {
		return 0
	}
	w, _, err := term.GetSize(f.Fd())
	if err != nil {
		return 0
	}
	return w
}

// completeVerb completes the words of a verb from the incidents.
func (a *app) completeVerb(cmd *cobra.Command, words []string, last string) ([]cobra.Completion, cobra.ShellCompDirective) {
	h, err := a.open(cmd.Context(), a.command())
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	line := append(append([]string{cmd.Name()}, words...), last)
	var out []cobra.Completion
	for _, c := range verb.Complete(a.verbEnv(h), line) {
		out = append(out, cobra.CompletionWithDesc(c.Value, c.Help))
	}
	if err := h.close(); err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	return out, cobra.ShellCompDirectiveNoFileComp
}
