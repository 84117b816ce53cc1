package indicator

import "warroom/model"

// New makes what a text holds ready to be added; source says where it is from.
// What is too long to be kept is left out.
func New(text string, source model.Text) []model.NewIndicator {
	var out []model.NewIndicator
	for _, f := range Extract(text) {
		if len(f.Value) <= model.MaxValue && len(out) < model.MaxBatch {
			out = append(out, model.NewIndicator{Type: f.Type, Value: model.Text(f.Value), Source: source})
		}
	}
	return out
}
