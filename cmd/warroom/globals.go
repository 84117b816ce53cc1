package main

import (
	"errors"
	"strings"

	"github.com/spf13/pflag"

	"warroom/model"
)

// globals are the flags that may stand anywhere in the command line, before and
// after a verb.
type globals struct {
	data    string // --data
	config  string // --config
	db      string // --db
	as      string // --as
	json    bool
	noColor bool
	verbose bool
}

// flags describes the globals, for parsing them and for help and the man page.
func (g *globals) flags() *pflag.FlagSet {
	f := pflag.NewFlagSet("global", pflag.ContinueOnError)
	f.StringVar(&g.data, "data", "", "`DIR` of host key, SQLite file and drafts (default: the user's data directory)")
	f.StringVar(&g.config, "config", "", "configuration `FILE` (default: ./config.toml, the user's, /etc/warroom/config.toml)")
	f.StringVar(&g.db, "db", "", "database `URL`: sqlite:PATH or postgres://…")
	f.StringVar(&g.as, "as", "", "act as the account `NAME` rather than as the local user")
	f.BoolVar(&g.json, "json", false, "print JSON")
	f.BoolVar(&g.noColor, "no-color", false, "never use colours")
	f.BoolVarP(&g.verbose, "verbose", "v", false, "log debug messages to standard error")
	return f
}

// splitGlobals takes the global flags out of a command line. Words after -- are
// left alone.
func splitGlobals(args []string) (globals, []string, error) {
	var g globals
	f := g.flags()
	rest := make([]string, 0, len(args))
	for i := 0; i < len(args); i++ {
		a := args[i]
		if a == "--" {
			return g, append(rest, args[i:]...), nil
		}
		flag, value, inline := lookGlobal(f, a)
		if flag == nil {
			rest = append(rest, a)
			continue
		}
		if !inline {
			value = flag.NoOptDefVal
			if value == "" {
				if i++; i == len(args) {
					return g, nil, model.Usage("%s needs a value", a)
				}
				value = args[i]
			}
		}
		if err := f.Set(flag.Name, value); err != nil {
			return g, nil, model.Usage("%s: %q is not a value for it", a, value)
		}
	}
	return g, rest, nil
}

// lookGlobal finds the flag that a word names: --db, --db=URL or -v.
func lookGlobal(f *pflag.FlagSet, word string) (flag *pflag.Flag, value string, inline bool) {
	if word == "-v" {
		return f.Lookup("verbose"), "", false
	}
	name, long := strings.CutPrefix(word, "--")
	if !long {
		return nil, "", false
	}
	name, value, inline = strings.Cut(name, "=")
	return f.Lookup(name), value, inline
}

func asStatus(err error) (*status, bool) {
	var s *status
	ok := errors.As(err, &s)
	return s, ok
}
