package main

import (
	"github.com/spf13/cobra"

	"warroom/model/verb"
)

// helpCommand explains a command, or, by the same text as over ssh, a verb.
func (a *app) helpCommand() *cobra.Command {
	return &cobra.Command{
		Use: "help [COMMAND]", Short: "Explain a command or a verb", GroupID: groupManage,
		RunE: func(cmd *cobra.Command, words []string) error {
			root := cmd.Root()
			if len(words) == 0 {
				return root.Help()
			}
			found, rest, err := root.Find(words)
			if err != nil || found == root {
				return unknownCommand(root, words[0])
			}
			if found.GroupID != groupVerbs {
				if len(rest) > 0 {
					return needOne(found, rest)
				}
				return found.Help()
			}
			return a.verbHelp(cmd, words)
		},
	}
}

// verbHelp prints the help of a verb; it needs no database.
func (a *app) verbHelp(cmd *cobra.Command, words []string) error {
	return verb.Run(cmd.Context(), verb.Env{}, append([]string{"help"}, words...), a.verbIO())
}
