// Package widget holds the parts that screens are made of: fitted text, the
// list that selects by id, inputs, forms, dialogs, toasts and overlays.
//
// Every widget draws exactly the columns and rows it is given, reads neither
// the clock nor the environment, and belongs to one session: nothing in here
// is safe for use by two goroutines at once, and nothing is shared. Time comes
// in as an argument.
//
// Text that is handed to a widget for drawing must be safe already (made by
// model.Line or model.Block), except what a person types: the editors keep the
// bytes as typed and draw them through model.Line themselves.
package widget
