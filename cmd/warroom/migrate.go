package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"
)

func (a *app) migrateCommand() *cobra.Command {
	return &cobra.Command{
		Use: "migrate", Short: "Bring the database's schema up to date; every start does so too", GroupID: groupManage, Args: args(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			h, err := a.openStore(cmd.Context(), a.command())
			if err != nil {
				return err
			}
			version, err := h.store.SchemaVersion(cmd.Context())
			if err := errors.Join(err, h.close()); err != nil {
				return err
			}
			if a.globals.json {
				return a.printJSON(map[string]string{"database": h.store.Kind(), "schema": version})
			}
			_, err = fmt.Fprintf(a.Stdout, "%s, schema %s\n", h.store.Kind(), version)
			return err
		},
	}
}
