package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"warroom/cmd/warroom/config"
	"warroom/model"
	"warroom/themes"
	"warroom/tui"
)

func (a *app) configCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "config", Short: "Check or show the configuration", GroupID: groupManage, RunE: needOne, Args: cobra.ArbitraryArgs}
	cmd.AddCommand(
		&cobra.Command{
			Use: "check", Short: "Check file and environment; the error names the place and what is allowed there", Args: args(0, 0),
			RunE: func(*cobra.Command, []string) error {
				cfg, data, err := a.settle(nil)
				if err != nil {
					return err
				}
				if err := checkTheme(cfg, data); err != nil {
					return err
				}
				for _, line := range hiddenKeys(cfg) {
					if _, err := fmt.Fprintf(a.Stderr, "warroom: note: %s\n", line); err != nil {
						return err
					}
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

// checkTheme says whether the theme is there and the themes can be read.
func checkTheme(cfg *config.Loaded, data string) error {
	lib, err := themes.LoadUser(dirOf(data, cfg.Console.Themes, "themes"))
	if err != nil {
		return err
	}
	if _, err := lib.New(cfg.Console.Theme, true, cfg.Console.ASCII); err != nil {
		return model.Invalid("%s: console.theme: %v", cfg.Origin("console.theme"), err)
	}
	return nil
}

// hiddenKeys says which keys of the configuration hide those of other actions.
func hiddenKeys(cfg *config.Loaded) []string {
	set, err := tui.KeyTable()
	if err != nil {
		return nil
	}
	return set.Hidden(cfg.Keys, tui.Around)
}
