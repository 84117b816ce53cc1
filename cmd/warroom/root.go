package main

import (
	"log/slog"
	"strings"

	"github.com/spf13/cobra"

	"warroom/cmd/warroom/config"
	"warroom/model"
	"warroom/tui"
)

// app is one run of the program: what it was given, and what the commands share.
type app struct {
	Main
	globals globals
}

// The groups of commands in help.
const (
	groupRoom   = "room"
	groupVerbs  = "verbs"
	groupManage = "manage"
)

// newRoot makes the tree of commands.
func newRoot(a *app) *cobra.Command {
	root := &cobra.Command{
		Use:   "warroom",
		Short: "A live war room for security incidents, in the terminal and over ssh",
		Long: "warroom is a live war room for security incidents. Without a command it opens the console here, on an\n" +
			"embedded database, for you alone; `warroom host` lets others in over ssh at the same time.",
		Args:              cobra.ArbitraryArgs,
		SilenceErrors:     true,
		SilenceUsage:      true,
		DisableAutoGenTag: true,
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},

		SuggestionsMinimumDistance: 2,
	}
	root.SetIn(a.Stdin)
	root.SetOut(a.Stdout)
	root.SetErr(a.Stderr)
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return model.Usage("%v", err).Hint("see %s --help", cmd.CommandPath())
	})
	root.PersistentFlags().AddFlagSet(new(globals).flags())
	root.AddGroup(
		&cobra.Group{ID: groupRoom, Title: "The room:"},
		&cobra.Group{ID: groupVerbs, Title: "Verbs, the same here, in the console (:) and over ssh:"},
		&cobra.Group{ID: groupManage, Title: "Management:"},
	)
	root.SetHelpCommand(a.helpCommand())
	opts := a.consoleFlags(root)
	root.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) > 0 {
			return unknownCommand(root, args[0])
		}
		return a.console(cmd.Context(), *opts)
	}
	root.AddCommand(a.hostCommand(), a.serveCommand())
	root.AddCommand(a.verbCommands()...)
	root.AddCommand(a.userCommand(), a.verifyCommand(), a.migrateCommand(), a.doctorCommand(), a.configCommand(),
		a.versionCommand(), a.completionCommand(), a.manCommand())
	return root
}

func unknownCommand(root *cobra.Command, word string) error {
	err := model.Usage("there is no command %q", word)
	if near := root.SuggestionsFor(word); len(near) > 0 {
		return err.Hint("did you mean %s? warroom help lists the commands", strings.Join(near, " or "))
	}
	return err.Hint("warroom help lists the commands")
}

// needOne is the RunE of a command that only holds others.
func needOne(cmd *cobra.Command, args []string) error {
	var names []string
	for _, c := range cmd.Commands() {
		if !c.Hidden {
			names = append(names, c.Name())
		}
	}
	err := model.Usage("%s needs one of: %s", cmd.CommandPath(), strings.Join(names, ", "))
	if len(args) > 0 {
		err = model.Usage("%s has no %q", cmd.CommandPath(), args[0])
	}
	return err.Hint("see %s --help", cmd.CommandPath())
}

// args checks the number of words after a command.
func args(least, most int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, given []string) error {
		switch {
		case len(given) < least:
			return model.Usage("%s: something is missing", cmd.CommandPath()).Hint("usage: %s", cmd.UseLine())
		case len(given) > most:
			return model.Usage("%s: %q is too much", cmd.CommandPath(), given[most]).Hint("usage: %s", cmd.UseLine())
		}
		return nil
	}
}

// load reads the configuration. flags are dotted keys with the values of flags
// of a single command.
func (a *app) load(flags map[string]string) (*config.Loaded, error) {
	all := map[string]string{}
	for k, v := range flags {
		all[k] = v
	}
	if a.globals.db != "" {
		all["database.url"] = a.globals.db
	}
	if a.globals.verbose {
		all["log.level"] = "debug"
	}
	set, err := tui.KeyTable()
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, act := range set.In() {
		ids = append(ids, act.ID)
	}
	cfg, err := config.Load(config.Source{File: a.globals.config, Search: a.configSearch(), Environ: a.Environ, Flags: all, Actions: ids})
	if err != nil {
		return nil, err
	}
	if err := set.Rebind(cfg.Keys); err != nil {
		return nil, err
	}
	return cfg, nil
}

// logger writes to standard error; slog's handlers escape what is not printable.
func (a *app) logger(cfg *config.Loaded) *slog.Logger {
	var level slog.Level
	// The configuration allows only words that slog knows.
	_ = level.UnmarshalText([]byte(cfg.Log.Level))
	opts := &slog.HandlerOptions{Level: level}
	if cfg.Log.Format == "json" {
		return slog.New(slog.NewJSONHandler(a.Stderr, opts))
	}
	return slog.New(slog.NewTextHandler(a.Stderr, opts))
}
