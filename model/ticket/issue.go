// Package ticket hands follow-ups to the systems in which work is tracked, and
// reads back how far it is there. What people wrote is made inert first: it must
// mention nobody, link nothing and command no robot there.
package ticket

import (
	"regexp"
	"strings"

	"warroom/model"
	"warroom/model/indicator"
)

// Item is a follow-up with the incident that it comes from.
type Item struct {
	Incident string
	model.FollowUpBrief
}

// Issue is a follow-up as it is posted.
type Issue struct {
	Incident string   `json:"incident"`
	Ref      string   `json:"ref"`
	Title    string   `json:"title"`
	Body     string   `json:"body"`
	Labels   []string `json:"labels"`
}

// markup is how a system writes its text.
type markup struct {
	field  func(label, value string) string
	escape func(string) string
}

// GitHub is the follow-up as an issue in Markdown.
func GitHub(it Item) Issue {
	return issue(it, markup{escape: markdown, field: func(label, value string) string { return "- **" + label + ":** " + value }})
}

// Jira is the follow-up as an issue in Jira's wiki markup.
func Jira(it Item) Issue {
	return issue(it, markup{escape: wiki, field: func(label, value string) string { return "* *" + label + ":* " + value }})
}

func issue(it Item, m markup) Issue {
	text := func(t model.Text) string { return m.escape(inert(t)) }
	// The kind stands first, so that no line begins with what somebody wrote.
	out := Issue{Incident: it.Incident, Ref: it.Ref, Title: string(it.Kind) + ": " + inert(it.Title),
		Labels: []string{"security", "follow-up", string(it.Kind), strings.ToLower(it.Priority.String())}}
	lines := []string{"Follow-up " + it.Ref + " of " + it.Incident + ": " + text(it.Title), ""}
	add := func(label string, v string) {
		if v != "" {
			lines = append(lines, m.field(label, v))
		}
	}
	add("Kind", string(it.Kind))
	add("Priority", it.Priority.String())
	add("Due", string(it.Due))
	add("Team", text(it.Team))
	add("Owner", it.Owner)
	add("Answers", it.Factor)
	add("Changes", text(model.Text(strings.Join(it.Changes, ", "))))
	lines = append(lines, "", "When it is done, record what proves it: finding done "+it.Incident+" "+it.Ref)
	out.Body = strings.Join(lines, "\n") + "\n"
	return out
}

// What trackers and their robots act on: names and numbers of issues. Brackets
// around the sign take that away, in Markdown, in wiki markup and in plain titles.
var (
	mention = regexp.MustCompile(`\[?([@＠﹫])\]?`)
	number  = regexp.MustCompile(`#(\d)`)
	gh      = regexp.MustCompile(`(?i)\b(GH)-(\d)`)
)

// inert is foreign text in one line that nothing acts on: its addresses are dead,
// and it mentions neither people nor issues.
func inert(t model.Text) string {
	s := mention.ReplaceAllString(indicator.Line(t), "[$1]")
	s = number.ReplaceAllString(s, "[#]$1")
	return gh.ReplaceAllString(s, "$1[-]$2")
}

// markdown escapes what Markdown reads inside a line.
func markdown(s string) string { return escaped(s, "\\`*_[]<>|~&$#{}!", nil) }

// wiki escapes what Jira's markup reads inside a line. A backslash cannot stand
// before itself there: two of them break the line.
func wiki(s string) string {
	return escaped(s, "*_{}[]()#+-!|~^?", map[rune]string{'\\': "&#92;", '&': "&amp;"})
}

func escaped(s, special string, as map[rune]string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case as[r] != "":
			b.WriteString(as[r])
			continue
		case strings.ContainsRune(special, r):
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}
