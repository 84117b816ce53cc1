package model

import (
	"errors"
	"fmt"
)

// Code says what kind of refusal an Error is. Each has one exit status of the
// command line.
type Code string

// The codes, with the exit status of each.
const (
	CodeInvalid     Code = "invalid"     // 1: a rule or a value refused it
	CodeUsage       Code = "usage"       // 2: the words of the command are wrong
	CodeForbidden   Code = "forbidden"   // 3: not permitted
	CodeNotFound    Code = "not_found"   // 4: no such thing, or none that you may see
	CodeConflict    Code = "conflict"    // 5: somebody else was first
	CodeUnavailable Code = "unavailable" // 1: the database could not be reached; nothing was saved
	CodeUnknown     Code = "unknown"     // 1: it could not be found out whether it was saved
)

// Error is a refusal that a person reads: what is wrong, and what to do next.
// Msg and Next may quote foreign text; they go to a terminal only through Line.
type Error struct {
	Code  Code
	Msg   string
	Next  string // what to do, "" when Msg says it all
	Field string // the form field it belongs to, "" when none
	cause error
}

func (e *Error) Error() string {
	if e.Next == "" {
		return e.Msg
	}
	return e.Msg + "; " + e.Next
}

// Unwrap gives the cause, for errors.Is and errors.As.
func (e *Error) Unwrap() error { return e.cause }

// Hint adds what to do next and returns e.
func (e *Error) Hint(format string, args ...any) *Error {
	e.Next = fmt.Sprintf(format, args...)
	return e
}

// On names the form field that the error belongs to and returns e.
func (e *Error) On(field string) *Error {
	e.Field = field
	return e
}

// Because keeps the cause and returns e.
func (e *Error) Because(err error) *Error {
	e.cause = err
	return e
}

func refusal(c Code, format string, args []any) *Error {
	return &Error{Code: c, Msg: fmt.Sprintf(format, args...)}
}

// Invalid is a value or a rule that refuses the command.
func Invalid(format string, args ...any) *Error { return refusal(CodeInvalid, format, args) }

// Usage is a command line whose words are wrong.
func Usage(format string, args ...any) *Error { return refusal(CodeUsage, format, args) }

// Forbidden is a command that the actor may not give.
func Forbidden(format string, args ...any) *Error { return refusal(CodeForbidden, format, args) }

// NotFound is a thing that does not exist, or that the actor may not see.
func NotFound(format string, args ...any) *Error { return refusal(CodeNotFound, format, args) }

// Conflict is a change that somebody else's change overtook.
func Conflict(format string, args ...any) *Error { return refusal(CodeConflict, format, args) }

// Unavailable is a database that cannot be reached: nothing was saved.
func Unavailable(format string, args ...any) *Error { return refusal(CodeUnavailable, format, args) }

// Unknown is a change of which it could not be found out whether it was saved.
func Unknown(format string, args ...any) *Error { return refusal(CodeUnknown, format, args) }

// CodeOf gives the code of err, or "" for an error that is none of ours.
func CodeOf(err error) Code {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

// ExitStatus is the exit status of the command line for err.
func ExitStatus(err error) int {
	if err == nil {
		return 0
	}
	switch CodeOf(err) {
	case CodeUsage:
		return 2
	case CodeForbidden:
		return 3
	case CodeNotFound:
		return 4
	case CodeConflict:
		return 5
	}
	return 1
}

// AsError finds our Error in err.
func AsError(err error) (*Error, bool) {
	var e *Error
	ok := errors.As(err, &e)
	return e, ok
}
