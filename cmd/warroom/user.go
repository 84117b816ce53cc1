package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"warroom/model"
)

// userCommand manages accounts. Who can open the database may use it; with --as
// only an admin may.
func (a *app) userCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "user", Short: "Manage accounts and their keys", GroupID: groupManage, RunE: needOne, Args: cobra.ArbitraryArgs}
	key := &cobra.Command{Use: "key", Short: "Add or revoke a key of an account", RunE: needOne, Args: cobra.ArbitraryArgs}
	key.AddCommand(a.userKeyAdd(), a.onUser("revoke NAME FINGERPRINT", "Revoke a key; sessions that it opened end within 10 s", 2,
		func(ctx context.Context, h *house, words []string) error {
			return h.store.RevokeKey(ctx, h.actor.Name, words[0], words[1])
		}))
	cmd.AddCommand(a.userAdd(), a.userList(), a.userShow(), key,
		a.onUser("set-role NAME ROLE", "Give an account another role: admin, commander, responder or observer", 2,
			func(ctx context.Context, h *house, words []string) error {
				role, err := model.ParseServerRole(words[1])
				if err != nil {
					return err
				}
				return h.store.SetRole(ctx, h.actor.Name, words[0], role)
			}),
		a.onUser("disable NAME", "Let an account log in no longer; its sessions end within 10 s", 1,
			func(ctx context.Context, h *house, words []string) error {
				return h.store.SetDisabled(ctx, h.actor.Name, words[0], true)
			}),
		a.onUser("enable NAME", "Let a disabled account log in again", 1,
			func(ctx context.Context, h *house, words []string) error {
				return h.store.SetDisabled(ctx, h.actor.Name, words[0], false)
			}))
	return cmd
}

// withAccounts opens the room for somebody who may manage accounts.
func (a *app) withAccounts(ctx context.Context, do func(*house) error) error {
	h, err := a.open(ctx, a.command())
	if err != nil {
		return err
	}
	if h.actor.Role != model.RoleAdmin {
		err = model.Forbidden("%s may not manage accounts", h.actor.Name).Hint("an admin may")
	} else {
		err = do(h)
	}
	return errors.Join(err, h.close())
}

// onUser makes a command that changes one account and prints nothing.
func (a *app) onUser(use, short string, words int, do func(context.Context, *house, []string) error) *cobra.Command {
	return &cobra.Command{
		Use: use, Short: short, Args: args(words, words), ValidArgsFunction: a.completeUsers,
		RunE: func(cmd *cobra.Command, given []string) error {
			name, err := model.ParseUserName(given[0])
			if err != nil {
				return err
			}
			given[0] = name
			return a.withAccounts(cmd.Context(), func(h *house) error { return do(cmd.Context(), h, given) })
		},
	}
}

func (a *app) userAdd() *cobra.Command {
	var role, keyFile string
	cmd := &cobra.Command{
		Use: "add NAME --role ROLE --key FILE", Short: "Make an account; roles are admin, commander, responder, observer", Args: args(1, 1),
		Example: "  warroom user add bob --role responder --key bob.pub\n  ssh bob@host cat .ssh/id_ed25519.pub | warroom user add bob --role responder --key -",
		RunE: func(cmd *cobra.Command, given []string) error {
			name, err := model.ParseUserName(given[0])
			if err != nil {
				return err
			}
			if role == "" || keyFile == "" {
				return model.Usage("user add needs --role and --key").Hint("usage: %s", cmd.UseLine())
			}
			r, err := model.ParseServerRole(role)
			if err != nil {
				return err
			}
			keys, err := a.readKeys(keyFile)
			if err != nil {
				return err
			}
			acc := model.Account{Name: name, Role: r, CreatedAt: model.Stamp(a.Now()), Keys: a.dated(keys)}
			return a.withAccounts(cmd.Context(), func(h *house) error {
				if err := h.store.AddAccount(cmd.Context(), h.actor.Name, acc); err != nil {
					return err
				}
				if a.globals.json {
					return a.printJSON(acc)
				}
				if _, err := fmt.Fprintln(a.Stdout, acc.Name); err != nil {
					return err
				}
				_, err := fmt.Fprintf(a.Stderr, "to send %s: %s%s\n", acc.Name, sshTo(acc.Name, h.cfg.Server.Listen, ""), a.hostKeyNote(h))
				return err
			})
		},
	}
	cmd.Flags().StringVar(&role, "role", "", "`ROLE`: admin, commander, responder or observer")
	cmd.Flags().StringVar(&keyFile, "key", "", "`FILE` of public keys; - reads standard input")
	return cmd
}

// hostKeyNote is what a new user compares when ssh asks whether to trust the host.
func (a *app) hostKeyNote(h *house) string {
	if f := fingerprint(hostKeyPath(h.cfg, h.data)); f != "" {
		return "  (host key " + f + ")"
	}
	return ""
}

func (a *app) userKeyAdd() *cobra.Command {
	var file string
	cmd := &cobra.Command{
		Use: "add NAME FILE", Short: "Add the public keys in FILE to an account; - reads standard input", Args: args(1, 2), ValidArgsFunction: a.completeUsers,
		RunE: func(cmd *cobra.Command, given []string) error {
			name, err := model.ParseUserName(given[0])
			if err != nil {
				return err
			}
			switch {
			case len(given) == 2 && file == "":
				file = given[1]
			case len(given) == 2 || file == "":
				return model.Usage("user key add needs one file of public keys").Hint("usage: %s", cmd.UseLine())
			}
			keys, err := a.readKeys(file)
			if err != nil {
				return err
			}
			return a.withAccounts(cmd.Context(), func(h *house) error {
				for _, k := range a.dated(keys) {
					if err := h.store.AddKey(cmd.Context(), h.actor.Name, name, k); err != nil {
						return err
					}
					if _, err := fmt.Fprintln(a.Stdout, k.Fingerprint); err != nil {
						return err
					}
				}
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&file, "key", "", "`FILE` of public keys, instead of the second word")
	return cmd
}

// readKeys reads public keys from a file, or from standard input for "-".
func (a *app) readKeys(file string) ([]model.Key, error) {
	in, where := a.Stdin, "standard input"
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return nil, model.Invalid("key: %v", reason(err)).Hint("give a file of public keys, such as ~/.ssh/id_ed25519.pub, or - for standard input").Because(err)
		}
		defer f.Close()
		in, where = f, file
	}
	data, err := io.ReadAll(io.LimitReader(in, maxKeyFile+1))
	if err != nil {
		return nil, model.Invalid("key: %v", reason(err)).Hint("give a file of public keys").Because(err)
	}
	if len(data) > maxKeyFile {
		return nil, model.Invalid("%s is larger than %d bytes", where, maxKeyFile).Hint("give a file of public keys")
	}
	return parseKeys(where, data)
}

func (a *app) userList() *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List the accounts", Args: args(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withAccounts(cmd.Context(), func(h *house) error {
				list := h.hub.Accounts()
				if a.globals.json {
					if list == nil {
						list = []model.Account{}
					}
					return a.printJSON(list)
				}
				tw := tabwriter.NewWriter(a.Stdout, 0, 0, 2, ' ', 0)
				fmt.Fprintln(tw, "NAME\tROLE\tSTATE\tKEYS\tSINCE")
				for _, acc := range list {
					fmt.Fprintf(tw, "%s\t%s\t%s\t%d\t%s\n", acc.Name, acc.Role, accountState(acc), validKeys(acc), acc.CreatedAt.UTC().Format(time.DateOnly))
				}
				return tw.Flush()
			})
		},
	}
}

func (a *app) userShow() *cobra.Command {
	return &cobra.Command{
		Use: "show NAME", Short: "Show an account and its keys", Args: args(1, 1), ValidArgsFunction: a.completeUsers,
		RunE: func(cmd *cobra.Command, given []string) error {
			return a.withAccounts(cmd.Context(), func(h *house) error {
				name := strings.TrimPrefix(given[0], "@")
				acc, ok := h.hub.Account(name)
				if !ok {
					return model.NotFound("there is no account %q", name).Hint("warroom user list shows them")
				}
				if a.globals.json {
					return a.printJSON(acc)
				}
				fmt.Fprintf(a.Stdout, "%s  %s  %s  since %s\n", acc.Name, acc.Role, accountState(acc), acc.CreatedAt.UTC().Format(time.RFC3339))
				for _, k := range acc.Keys {
					state := "added " + k.AddedAt.UTC().Format(time.RFC3339)
					if !k.RevokedAt.IsZero() {
						state = "revoked " + k.RevokedAt.UTC().Format(time.RFC3339)
					}
					if _, err := fmt.Fprintf(a.Stdout, "%s  %s  %s\n", k.Fingerprint, state, model.Line(k.Comment)); err != nil {
						return err
					}
				}
				return nil
			})
		},
	}
}

func accountState(acc model.Account) string {
	if acc.Disabled {
		return "disabled"
	}
	return "active"
}

func validKeys(acc model.Account) int {
	n := 0
	for _, k := range acc.Keys {
		if k.RevokedAt.IsZero() {
			n++
		}
	}
	return n
}

func (a *app) printJSON(v any) error {
	enc := json.NewEncoder(a.Stdout)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// completeUsers offers account names for the first word.
func (a *app) completeUsers(cmd *cobra.Command, given []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	if len(given) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var out []cobra.Completion
	err := a.withAccounts(cmd.Context(), func(h *house) error {
		for _, acc := range h.hub.Accounts() {
			out = append(out, cobra.CompletionWithDesc(acc.Name, string(acc.Role)))
		}
		return nil
	})
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	return out, cobra.ShellCompDirectiveNoFileComp
}
