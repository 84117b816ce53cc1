package room

import (
	"context"

	"warroom/model"
)

// Register is the newest state of a register, asked of the database; one in which
// nothing is written yet is empty.
func (h *Hub) Register(ctx context.Context, by model.Actor, id string) (*model.Incident, error) {
	r := h.room(id)
	if err := r.catchUp(ctx); err != nil {
		return nil, h.failed(err, "read")
	}
	in := r.present()
	if in.Version == 0 {
		h.forget(r)
	}
	if !in.CanRead(by) {
		return nil, model.UnknownStream(id)
	}
	return in, nil
}

// PeekRegister is the newest state of a register in memory, an empty one where
// nothing is known of it. Those of model.Registers are always in memory.
func (h *Hub) PeekRegister(id string) *model.Incident {
	if r := h.loaded(id); r != nil {
		return r.present()
	}
	return &model.Incident{ID: id}
}

// doRegister gives a command to a register; its first one makes it.
func (h *Hub) doRegister(ctx context.Context, by model.Actor, id, commandID string, cmd model.Command) (Result, error) {
	r := h.room(id)
	res, err := r.do(ctx, by, commandID, cmd, nil)
	if err != nil {
		h.forget(r)
	}
	return res, err
}
