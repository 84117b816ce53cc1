package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"warroom/cmd/warroom/config"
)

func (a *app) manCommand() *cobra.Command {
	return &cobra.Command{
		Use: "man", Short: "Print the manual page, in roff", GroupID: groupManage, Args: args(0, 0), Example: "  warroom man | man -l -",
		RunE: func(cmd *cobra.Command, _ []string) error { return writeMan(a.Stdout, cmd.Root()) },
	}
}

// writeMan writes one manual page with every command and setting.
func writeMan(w io.Writer, root *cobra.Command) error {
	var b strings.Builder
	fmt.Fprintf(&b, ".TH WARROOM 1 \"\" \"warroom %s\"\n.SH NAME\nwarroom \\- %s\n", roff(version), roff(root.Short))
	b.WriteString(".SH SYNOPSIS\n.B warroom\n[\\fICOMMAND\\fR] [\\fIFLAGS\\fR]\n.SH DESCRIPTION\n" + roff(root.Long) + "\n.SH COMMANDS\n")
	manCommands(&b, root)
	b.WriteString(".SH GLOBAL FLAGS\nThey may stand anywhere in the command line.\n")
	manFlags(&b, root.PersistentFlags())
	b.WriteString(".SH CONFIGURATION\nA flag goes before the environment, the environment before the file.\n")
	for _, f := range config.Fields() {
		fmt.Fprintf(&b, ".TP\n.B %s\n%s. Default %s. Variable %s.\n", roff(f.Name()), roff(f.Help), roff(fmt.Sprintf("%q", f.Default)), roff(f.Variable()))
	}
	b.WriteString(".SH EXIT STATUS\n0 done; 1 refused or failed; 2 wrong usage; 3 not permitted; 4 not found; 5 conflict.\n")
	_, err := io.WriteString(w, b.String())
	return err
}

func manCommands(b *strings.Builder, parent *cobra.Command) {
	for _, c := range parent.Commands() {
		if c.Hidden {
			continue
		}
		if c.HasSubCommands() {
			manCommands(b, c)
			continue
		}
		fmt.Fprintf(b, ".TP\n.B %s\n%s\n", roff(strings.TrimSuffix(c.UseLine(), " [flags]")), roff(c.Short))
		if c.Long != "" {
			fmt.Fprintf(b, ".br\n%s\n", roff(c.Long))
		}
		manFlags(b, c.LocalNonPersistentFlags())
	}
}

func manFlags(b *strings.Builder, set *pflag.FlagSet) {
	set.VisitAll(func(f *pflag.Flag) {
		if f.Hidden || f.Name == "help" {
			return
		}
		value, usage := pflag.UnquoteUsage(f)
		fmt.Fprintf(b, ".RS\n.TP\n.B \\-\\-%s %s\n%s\n.RE\n", roff(f.Name), roff(value), roff(usage))
	})
}

// roff escapes text for the body of a manual page.
func roff(s string) string {
	s = strings.NewReplacer(`\`, `\e`, "-", `\-`).Replace(s)
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		if strings.HasPrefix(l, ".") || strings.HasPrefix(l, "'") {
			lines[i] = `\&` + l
		}
	}
	return strings.Join(lines, "\n")
}
