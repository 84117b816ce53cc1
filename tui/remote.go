package tui

// Leave asks the console to keep what is typed and to end. Who runs the program
// sends it; nobody is asked whether he is sure.
type Leave struct{}

// Notice is something that whoever runs the program has to tell: a toast.
type Notice string

// PasteCut is the notice of a paste that was too large.
const PasteCut Notice = "The pasted text was too large and was cut at 1 MiB; put the rest in a file"
