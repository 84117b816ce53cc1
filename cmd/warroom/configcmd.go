package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"
)

func (a *app) configCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "config", Short: "Check or show the configuration", GroupID: groupManage, RunE: needOne, Args: cobra.ArbitraryArgs}
	cmd.AddCommand(
		&cobra.Command{
			Use: "check", Short: "Check file and environment; the error names the place and what is allowed there", Args: args(0, 0),
			RunE: func(*cobra.Command, []string) error {
				cfg, err := a.load(nil)
				if err != nil {
					return err
				}
				from := cfg.File
				if from == "" {
					from = "no file; defaults and environment"
				}
				_, err = fmt.Fprintf(a.Stdout, "ok: %s\n", from)
				return err
			},
		},
		&cobra.Command{
			Use: "show", Short: "Print the configuration in force and where each value comes from; passwords are masked", Args: args(0, 0),
			RunE: func(*cobra.Command, []string) error {
				cfg, err := a.load(nil)
				if err != nil {
					return err
				}
				_, err = io.WriteString(a.Stdout, cfg.Show())
				return err
			},
		})
	return cmd
}
