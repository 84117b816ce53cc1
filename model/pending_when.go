package model

// Placeholder so that the package builds until when.go and noteline.go arrive;
// whoever adds those deletes this file.

import "time"

type Precision string

const PrecisionSecond Precision = "second"
const MaxAhead = 5 * time.Minute

type When struct {
	At        time.Time
	Precision Precision
}
type Marks struct {
	People, Tags, Techniques, Refs []string
	Starred                        bool
}

func ScanLine(text string) Marks { return Marks{} }
