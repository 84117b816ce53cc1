package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"
)

func (a *app) hostCommand() *cobra.Command {
	var o serveOptions
	cmd := &cobra.Command{
		Use: "host", Short: "Open the console here and let others in over ssh", GroupID: groupRoom, Args: args(0, 0),
		Long: "host opens the console in this terminal and serves ssh for the others until you leave it. On the first run it\n" +
			"enrols your own public keys (~/.ssh/*.pub, or the agent's) as the first admin.",
		RunE: func(cmd *cobra.Command, _ []string) error { return a.host(cmd.Context(), o) },
	}
	o.bind(cmd)
	return cmd
}

func (a *app) host(ctx context.Context, o serveOptions) error {
	if err := a.needTerminal(); err != nil {
		return err
	}
	h, err := a.open(ctx, opening{flags: o.settings(), log: a.toFile, people: true})
	if err != nil {
		return err
	}
	err = a.hostHouse(ctx, h, o)
	return errors.Join(err, h.close())
}

func (a *app) hostHouse(ctx context.Context, h *house, o serveOptions) error {
	if err := a.prepare(ctx, h, o); err != nil {
		return err
	}
	srv, err := a.startServer(h)
	if err != nil {
		return err
	}
	banner := "others get in with: " + a.sshLine(h, srv.addr)
	if !h.hub.Any() {
		banner = fmt.Sprintf("listening on %s, but there is no account yet; warroom user add NAME --role responder --key FILE", srv.addr)
	}
	if _, err := io.WriteString(a.Stdout, banner+"\nhost key "+fingerprint(hostKeyPath(h.cfg, h.data))+"\n"); err != nil {
		return errors.Join(err, srv.stop(h))
	}
	err = a.runConsole(ctx, h, consoleOptions{banner: banner, hosting: true})
	return errors.Join(err, srv.stop(h))
}
