package model

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// BadRow is a row of a file that cannot be taken over, and why.
type BadRow struct {
	Line   int    `json:"line"`   // of the file, from 1
	Column string `json:"column"` // its name, "" for the row as a whole
	What   string `json:"what"`   // may quote foreign text
}

// TrainingRow is a row that could be taken over.
type TrainingRow struct {
	Line int
	TrainingGiven
	Known bool // the register has it already
}

// TrainingFile is what a CSV file of trainings holds: the good rows and the bad ones.
type TrainingFile struct {
	Rows []TrainingRow
	Bad  []BadRow
}

// Given are the good rows that the register does not have yet.
func (f *TrainingFile) Given() []TrainingGiven {
	var out []TrainingGiven
	for _, r := range f.Rows {
		if !r.Known {
			out = append(out, r.TrainingGiven)
		}
	}
	return out
}

// trainingColumns are the columns by the names that they have in files, all in the
// form that columnName gives.
func trainingColumns() map[string]string {
	return map[string]string{"person": "person", "user": "person", "username": "person", "name": "person", "employee": "person", "account": "person", "login": "person",
		"topic": "topic", "topicid": "topic", "course": "topic", "training": "topic", "module": "topic",
		"date": "date", "on": "date", "heldon": "date", "completed": "date", "completedon": "date", "completiondate": "date", "day": "date",
		"result": "result", "status": "result", "outcome": "result",
		"note": "note", "notes": "note", "comment": "note", "remark": "note"}
}

// columnName is a name without what files write in different ways.
func columnName(s string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || r == '_' || r == '-' {
			return -1
		}
		return r
	}, strings.ToLower(strings.TrimSpace(s)))
}

// ParseTrainingCSV reads trainings from CSV (RFC 4180; comma, semicolon or tab): the
// columns person, topic, date, result, note in this order, or in the order of a
// header that names them. topic may be a course, which stands for all topics of it
// that the person needs. A file that is no CSV, or too much, is an error; what is
// wrong with single rows stands in Bad.
func ParseTrainingCSV(data []byte, t *Training, accounts []Account, s *Syllabus, today Day) (*TrainingFile, error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if !utf8.Valid(data) {
		return nil, Invalid("the file is no UTF-8 text").Hint("export it as CSV in UTF-8; nothing was changed")
	}
	r := csv.NewReader(bytes.NewReader(data))
	r.Comma, r.FieldsPerRecord, r.TrimLeadingSpace = delimiter(data), -1, true
	p := &trainingParser{t: t, accounts: accounts, s: s, today: today, have: t.recorded(), out: &TrainingFile{}}
	for first := true; ; {
		cells, err := r.Read()
		var bad *csv.ParseError
		switch {
		case errors.Is(err, io.EOF):
			if len(p.out.Rows)+len(p.out.Bad) == 0 {
				return nil, Invalid("the file has no rows").Hint("a row is person,topic,date,result, such as bob,duty-to-report,2026-11-23,passed")
			}
			return p.out, nil
		case errors.As(err, &bad):
			return nil, Invalid("line %d: %v", bad.Line, bad.Err).Hint("quote cells that hold quotes or line breaks, and write a quote in them twice; nothing was changed")
		case err != nil:
			return nil, Invalid("the file cannot be read as CSV: %v", err).Hint("nothing was changed").Because(err)
		case len(cells) == 1 && strings.TrimSpace(cells[0]) == "":
			continue
		}
		line, _ := r.FieldPos(0)
		if first {
			first = false
			header, err := p.header(cells)
			if err != nil {
				return nil, err
			}
			if header {
				continue
			}
		}
		p.row(line, cells)
		if len(p.out.Rows) > MaxTrainingRows {
			return nil, Invalid("the file has more than %d trainings", MaxTrainingRows).Hint("import it in parts; nothing was changed")
		}
	}
}

// delimiter is the one of the usual separators that the first line has most of.
func delimiter(data []byte) rune {
	line, _, _ := bytes.Cut(data, []byte("\n"))
	best, most := ',', bytes.Count(line, []byte(","))
	for _, d := range ";\t" {
		if n := bytes.Count(line, []byte(string(d))); n > most {
			best, most = d, n
		}
	}
	return best
}

type trainingParser struct {
	t        *Training
	accounts []Account
	s        *Syllabus
	today    Day
	have     map[string]bool
	people   map[string]*Trainee
	columns  []string
	out      *TrainingFile
}

// header takes the first row as one where it names the columns. Without it they
// stand in their usual order.
func (p *trainingParser) header(cells []string) (bool, error) {
	known := trainingColumns()
	p.columns = nil
	for _, c := range cells {
		p.columns = append(p.columns, known[columnName(c)])
	}
	person, topic := slices.Contains(p.columns, "person"), slices.Contains(p.columns, "topic")
	if !person && !topic {
		p.columns = []string{"person", "topic", "date", "result", "note"}
		return false, nil
	}
	for _, need := range []string{"person", "topic", "date"} {
		switch n := len(p.columns) - len(slices.DeleteFunc(slices.Clone(p.columns), func(c string) bool { return c == need })); {
		case n == 0:
			return true, Invalid("line 1: there is no column %s", need).Hint("name the columns person, topic, date and result; nothing was changed")
		case n > 1:
			return true, Invalid("line 1: there are %d columns for %s", n, need).Hint("name the columns person, topic, date and result, each once; nothing was changed")
		}
	}
	return true, nil
}

func (p *trainingParser) bad(line int, column, what string) {
	p.out.Bad = append(p.out.Bad, BadRow{Line: line, Column: column, What: what})
}

// row reads one row; of a bad one the first thing that is wrong is named.
func (p *trainingParser) row(line int, cells []string) {
	v := map[string]string{}
	for i, c := range cells {
		if i < len(p.columns) && p.columns[i] != "" {
			v[p.columns[i]] = strings.TrimSpace(c)
		}
	}
	for _, need := range []string{"person", "topic", "date"} {
		if v[need] == "" {
			p.bad(line, need, "is empty")
			return
		}
	}
	g := TrainingGiven{Person: strings.ToLower(strings.TrimPrefix(v["person"], "@")), Topic: v["topic"], Note: Text(v["note"]), Result: TrainingPassed}
	var err error
	if g.On, err = ParseDay(v["date"], p.today); err != nil {
		p.bad(line, "date", err.Error())
		return
	}
	if v["result"] != "" {
		if g.Result, err = ParseTrainingResult(v["result"]); err != nil {
			p.bad(line, "result", err.Error())
			return
		}
	}
	topics, err := p.topics(&g)
	if err != nil {
		p.refused(line, err)
		return
	}
	for _, id := range topics {
		g.Topic = id
		ok, err := g.checked(p.t, p.accounts, p.s, p.today)
		if err != nil {
			p.refused(line, err)
			return
		}
		k := ok.key()
		p.out.Rows = append(p.out.Rows, TrainingRow{Line: line, TrainingGiven: ok, Known: p.have[k]})
		p.have[k] = true
	}
}

func (p *trainingParser) refused(line int, err error) {
	column := ""
	if e, ok := AsError(err); ok {
		column = e.Field
	}
	p.bad(line, column, err.Error())
}

// topics are those that a cell stands for: itself, or those of a course that the
// person needs.
func (p *trainingParser) topics(g *TrainingGiven) ([]string, error) {
	c := Course(strings.ToLower(g.Topic))
	if !slices.Contains(Courses(), c) {
		return []string{g.Topic}, nil
	}
	if p.people == nil {
		p.people = map[string]*Trainee{}
		for _, x := range p.t.Trainees(p.s, p.accounts, p.today) {
			p.people[x.Name] = &x
		}
	}
	who := p.people[g.Person]
	if who == nil {
		return []string{g.Topic}, nil // checked says what is wrong with the person
	}
	return p.s.Course(c, who), nil
}
