package main

import (
	"context"
	"fmt"
	"strings"

	"warroom/model"
	"warroom/model/demo"
)

// fillDemo fills an empty database with example incidents, through the same
// verbs as people use. One that holds incidents stays as it is: that is said,
// and the program goes on.
func (a *app) fillDemo(ctx context.Context, h *house) error {
	made, err := demo.Fill(ctx, a.verbEnv(h))
	if model.CodeOf(err) == model.CodeConflict && len(made.Incidents) == 0 {
		_, err = fmt.Fprintf(a.Stderr, "warroom: --demo: %s\n", model.Line(err.Error()))
		return err
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(a.Stderr, "warroom: --demo: made %d incidents (%s to %s) with %d events; @%s in them are invented and cannot log in\n",
		len(made.Incidents), made.Incidents[0], made.Incidents[len(made.Incidents)-1], made.Events, strings.Join(made.People, ", @"))
	return err
}
