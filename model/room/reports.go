package room

import (
	"context"
	"errors"
	"slices"

	"warroom/model"
)

// Raise raises a report and allocates its id. A report with a source and a
// reference that are known is not raised a second time: the one that is there is
// answered, with a note that it came again.
func (h *Hub) Raise(ctx context.Context, by model.Actor, commandID string, cmd model.RaiseReport) (res Result, again bool, err error) {
	if commandID == "" {
		commandID = h.o.NewID()
	}
	if _, err := cmd.Decide(&model.Incident{}, by, h.o.Now()); err != nil {
		return Result{}, false, err
	}
	if res, found, err := h.declared(ctx, by, commandID); found || err != nil {
		return res, false, err
	}
	key := model.ReportKey(cmd.Source, cmd.Reference)
	for range 5 {
		if key != "" {
			id, found, err := h.store.ReportOf(ctx, key)
			if err != nil {
				return Result{}, false, h.failed(h.noticed(err), "saved")
			}
			if found {
				res, err := h.Do(ctx, by, id, commandID, model.RepeatReport{Title: cmd.Title, Text: cmd.Text, Indicators: cmd.Indicators})
				return res, true, err
			}
		}
		id, err := h.store.NewReportID(ctx)
		if err != nil {
			return Result{}, false, h.failed(h.noticed(err), "saved")
		}
		res, err := h.room(id).do(ctx, by, commandID, cmd, nil)
		switch {
		case errors.Is(err, ErrReported):
			h.forget(h.room(id)) // somebody raised the same one just now: it is found above
		case err == nil && res.Incident == nil: // the same command twice at once
			res, _, err = h.declared(ctx, by, commandID)
			return res, false, err
		case model.CodeOf(err) != model.CodeConflict: // a number that is taken: the next one
			return res, false, err
		}
	}
	return Result{}, false, model.Conflict("no free number for a report was found").Hint("try again")
}

// Triage decides a report. As a security incident it opens one (open, when
// cmd.Of is empty) or joins cmd.Of, and as a duplicate it is linked with cmd.Of:
// both sides are written, or neither.
func (h *Hub) Triage(ctx context.Context, by model.Actor, commandID, report string, cmd model.DecideReport, open *model.Declare) (rep, other Result, err error) {
	if commandID == "" {
		commandID = h.o.NewID()
	}
	in, err := h.Newest(ctx, by, report)
	if err != nil {
		return rep, other, err
	}
	if res, found, err := h.declared(ctx, by, commandID); found || err != nil {
		return res, h.decidedOf(ctx, by, res.Incident), err
	}
	if cmd.State != model.ReportIncident {
		open = nil
	}
	if cmd.Joins = cmd.Of != ""; !cmd.Joins && cmd.State == model.ReportIncident {
		if open == nil {
			return rep, other, model.Usage("the incident to open is missing").Hint("give a title and a severity, or --of an incident")
		}
		// A decision that is refused takes no number.
		ask := cmd
		ask.Of = model.IncidentID(h.o.Now().UTC().Year(), 0)
		if _, err := ask.Decide(in, by, h.o.Now()); err != nil {
			return rep, other, err
		}
		if cmd.Of, err = h.store.NewIncidentID(ctx, h.o.Now().UTC().Year()); err != nil {
			return rep, other, h.failed(h.noticed(err), "saved")
		}
	}
	if cmd.State != model.ReportIncident && cmd.State != model.ReportDuplicate || cmd.Of == "" {
		rep, err = h.Do(ctx, by, in.ID, commandID, cmd)
		return rep, other, err
	}
	// What it joins must be there, and by must know of it.
	if cmd.Joins {
		o, err := h.Newest(ctx, by, cmd.Of)
		if err != nil {
			return rep, other, err
		}
		open, cmd.Of = nil, o.ID
		if cmd.Of == in.ID {
			rep, err = h.Do(ctx, by, in.ID, commandID, cmd) // is refused
			return rep, other, err
		}
	}
	rep, other, err = h.doBoth(ctx, by, side{h.room(in.ID), commandID, func(*model.Incident) model.Command { return cmd }},
		side{h.room(cmd.Of), commandID + ".other", func(first *model.Incident) model.Command {
			if model.IsReportID(cmd.Of) {
				return model.RepeatReport{Of: first.ID}
			}
			return model.TakeReport{Report: first, Open: open, Duplicate: cmd.State == model.ReportDuplicate, Reason: cmd.Reason, Effects: cmd.Effects}
		}})
	return rep, other, err
}

// decidedOf is what a decided report belongs to.
func (h *Hub) decidedOf(ctx context.Context, by model.Actor, in *model.Incident) Result {
	if in == nil || in.Report == nil || in.Report.Decision == nil || in.Report.Decision.Of == "" {
		return Result{}
	}
	other, err := h.Incident(ctx, by, in.Report.Decision.Of)
	if err != nil {
		return Result{}
	}
	return Result{Incident: other}
}

// Similar ranks the incidents and reports that may belong to this one: for a
// report the open incidents and the other reports, for an incident the other
// incidents and the reports, by what they share.
func (h *Hub) Similar(ctx context.Context, by model.Actor, id string) ([]model.Likeness, error) {
	in, err := h.Incident(ctx, by, id)
	if err != nil {
		return nil, err
	}
	seen, err := h.store.Sightings(ctx, in.ID)
	if err != nil {
		return nil, h.failed(err, "read")
	}
	assets, err := h.store.OpenAssets(ctx)
	if err != nil {
		return nil, h.failed(err, "read")
	}
	t := model.Traits{Indicators: map[string][]string{}, Assets: map[string][]string{}, Titles: in.Report != nil}
	for _, s := range seen {
		t.Indicators[s.Incident] = append(t.Indicators[s.Incident], model.Defang(s.Type, string(s.Value)))
	}
	shared := in.AssetNames()
	for _, a := range assets {
		if a.Incident != in.ID && shared(a.Name) && !slices.Contains(t.Assets[a.Incident], string(a.Name)) {
			t.Assets[a.Incident] = append(t.Assets[a.Incident], string(a.Name))
		}
	}
	var others []*model.Brief
	board := h.Board()
	for i := range board.Briefs {
		b := board.Briefs[i]
		if b.CanRead(by) && (b.Report != nil || b.IsIncident() && (in.Report == nil || b.Status == model.StatusOpen)) {
			others = append(others, b)
		}
	}
	return model.Similar(in, others, t), nil
}
