package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"warroom/model"
	"warroom/store"
)

// verified is what verify prints with --json.
type verified struct {
	Clean     bool             `json:"clean"`
	Tail      string           `json:"tail"`
	Incidents []store.Verified `json:"incidents"`
}

// tailOpen says what a chain alone cannot show (INT-4).
const tailOpen = "tail not protected: without a checkpoint kept elsewhere, an end that was cut off and an incident that was removed whole are not seen"

func (a *app) verifyCommand() *cobra.Command {
	var incident string
	cmd := &cobra.Command{
		Use: "verify [INC]", Short: "Check hash chains, and tables against the log; exit 1 names the first bad event, 2 when it cannot be checked", GroupID: groupManage, Args: args(0, 1),
		RunE: func(cmd *cobra.Command, given []string) error {
			if len(given) == 1 {
				if incident != "" && incident != given[0] {
					return model.Usage("verify takes one incident").Hint("usage: %s", cmd.UseLine())
				}
				incident = given[0]
			}
			return a.verify(cmd.Context(), incident)
		},
	}
	cmd.Flags().StringVar(&incident, "incident", "", "check this `INC` alone")
	return cmd
}

// verify reads everything and writes nothing; it needs no right to write (INT-3).
func (a *app) verify(ctx context.Context, incident string) error {
	if incident != "" {
		id, err := model.ParseIncidentID(incident)
		if err != nil {
			return err
		}
		incident = id
	}
	h, err := a.openStore(ctx, opening{log: a.toStderr, readOnly: true})
	if err != nil {
		return unchecked(err)
	}
	list, err := h.store.Verify(ctx, incident)
	if err := errors.Join(err, h.close()); err != nil {
		return unchecked(err)
	}
	bad, err := a.printVerified(list)
	if err != nil {
		return err
	}
	if bad > 0 {
		return &status{code: 1, err: fmt.Errorf("%d of %d incidents are not what was written; keep the database as it is, and compare with a backup", bad, len(list))}
	}
	return nil
}

// unchecked gives the exit status 2: nothing can be said about the log. An
// incident that is not there keeps its own.
func unchecked(err error) error {
	if model.CodeOf(err) == model.CodeNotFound {
		return err
	}
	return &status{code: 2, err: err}
}

func (a *app) printVerified(list []store.Verified) (bad int, err error) {
	events := uint64(0)
	for _, v := range list {
		events += v.Version
		if v.Flaw != nil {
			bad++
		}
	}
	if a.globals.json {
		if list == nil {
			list = []store.Verified{}
		}
		return bad, a.printJSON(verified{Clean: bad == 0, Tail: "not protected", Incidents: list})
	}
	for _, v := range list {
		if v.Flaw == nil {
			continue
		}
		if _, err := fmt.Fprintln(a.Stdout, "BAD "+model.Line(v.Flaw.Error()).String()); err != nil {
			return bad, err
		}
	}
	word := "clean"
	if bad > 0 {
		word = fmt.Sprintf("%d BAD", bad)
	}
	_, err = fmt.Fprintf(a.Stdout, "%d incidents, %d events: %s; %s\n", len(list), events, word, tailOpen)
	return bad, err
}
