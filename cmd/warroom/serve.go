package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// serveOptions are the flags of serve and host.
type serveOptions struct {
	listen   string
	firstKey bool
	demo     bool
}

func (o *serveOptions) bind(cmd *cobra.Command) {
	cmd.Flags().StringVar(&o.listen, "listen", "", "`ADDR` for ssh clients, HOST:PORT (default 127.0.0.1:2222)")
	cmd.Flags().BoolVar(&o.firstKey, "first-key", false, "on the first run, make a client key in the data directory if you have none")
	cmd.Flags().BoolVar(&o.demo, "demo", false, "fill an empty database with example incidents")
}

// settings are the flags as configuration keys.
func (o *serveOptions) settings() map[string]string {
	if o.listen == "" {
		return nil
	}
	return map[string]string{"server.listen": o.listen}
}

func (a *app) serveCommand() *cobra.Command {
	var o serveOptions
	cmd := &cobra.Command{
		Use: "serve", Short: "Run the ssh server alone; logs go to standard error", GroupID: groupRoom, Args: args(0, 0),
		Long: "serve lets people in over ssh. SIGTERM drains it: sessions are told, drafts are kept, then it ends with status 0.",
		RunE: func(cmd *cobra.Command, _ []string) error { return a.serve(cmd.Context(), o) },
	}
	o.bind(cmd)
	return cmd
}

func (a *app) serve(ctx context.Context, o serveOptions) error {
	h, err := a.open(ctx, opening{flags: o.settings(), log: a.toStderr, people: true})
	if err != nil {
		return err
	}
	err = a.serveHouse(ctx, h, o)
	return errors.Join(err, h.close())
}

// gcPercent makes the collector work sooner than Go's default: many sessions keep
// much and change little, so that half the headroom costs little time.
const gcPercent = 40

func (a *app) serveHouse(ctx context.Context, h *house, o serveOptions) error {
	if a.getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	if err := a.prepare(ctx, h, o); err != nil {
		return err
	}
	if !h.hub.Any() && h.cfg.Server.UserCA == "" {
		return errNobody()
	}
	srv, err := a.startServer(h)
	if err != nil {
		return err
	}
	fmt.Fprintf(a.Stderr, "warroom: host key %s\nwarroom: listening on %s; to get in: %s\n", fingerprint(hostKeyPath(h.cfg, h.data)), srv.addr, a.sshLine(h, srv.addr))
	select {
	case err := <-srv.ended:
		return err
	case <-ctx.Done():
	}
	h.log.Info("stopping", "sessions get", h.cfg.Server.Drain)
	return srv.stop(h)
}

// prepare does what a server needs before its first client: the first account
// and, where asked for, examples.
func (a *app) prepare(ctx context.Context, h *house, o serveOptions) error {
	if err := a.firstRun(ctx, h, o.firstKey); err != nil {
		return err
	}
	if !o.demo {
		return nil
	}
	return a.fillDemo(ctx, h)
}

// running is an ssh server that accepts clients.
type running struct {
	addr  net.Addr
	ended chan error // gets one value when Serve returned
	stop  func(h *house) error
}

// startServer opens the port and serves it until stop is called.
func (a *app) startServer(h *house) (*running, error) {
	srv, err := a.newServer(h)
	if err != nil {
		return nil, err
	}
	l, err := listen(h.cfg.Server.Listen)
	if err != nil {
		return nil, err
	}
	r := &running{addr: l.Addr(), ended: make(chan error, 1)}
	go func() { r.ended <- srv.Serve(l) }()
	r.stop = func(h *house) error {
		ctx, cancel := context.WithTimeout(context.Background(), h.cfg.Server.Drain)
		defer cancel()
		err := srv.Shutdown(ctx)
		if errors.Is(err, context.DeadlineExceeded) {
			h.log.Warn("some sessions did not end in time; they were cut off")
			err = nil
		}
		return errors.Join(err, <-r.ended)
	}
	return r, nil
}
