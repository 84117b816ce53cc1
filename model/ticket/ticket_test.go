package ticket_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"warroom/model"
	"warroom/model/ticket"
)

var now = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func item(title model.Text) ticket.Item {
	return ticket.Item{Incident: "INC-2026-0042", FollowUpBrief: model.FollowUpBrief{Ref: "F4", Title: title, Kind: model.FollowUpPrevent, Team: "web & mail", Owner: "bob",
		Due: "2026-11-20", Priority: 2, State: model.FollowUpOpen, Factor: "X1", Changes: []string{"playbook:ransomware/core.scribe"}, AddedAt: now}}
}

func TestIssues(t *testing.T) {
	it := item("Patch *the* portal [now](https://evil.example/a_b) @acme/web see #12, GH-7 & <img src=x>")
	gh, jira := ticket.GitHub(it), ticket.Jira(it)
	wantGH := `Follow-up F4 of INC-2026-0042: Patch \*the\* portal \[now\](hxxps://evil\[.\]example/a\_b) \[@\]acme/web see \[\#\]12, GH\[-\]7 \& \<img src=x\>

- **Kind:** prevent
- **Priority:** P2
- **Due:** 2026-11-20
- **Team:** web \& mail
- **Owner:** bob
- **Answers:** X1
- **Changes:** playbook:ransomware/core.scribe

When it is done, record what proves it: finding done INC-2026-0042 F4
`
	if gh.Body != wantGH {
		t.Errorf("GitHub:\n%s\nwant\n%s", gh.Body, wantGH)
	}
	if want := "prevent: Patch *the* portal [now](hxxps://evil[.]example/a_b) [@]acme/web see [#]12, GH[-]7 & <img src=x>"; gh.Title != want || jira.Title != want {
		t.Errorf("titles %q\n%q", gh.Title, jira.Title)
	}
	for _, part := range []string{`\*the\*`, `\[now\]\(hxxps`, `\[@\]acme`, `\[\#\]12`, "&amp; <img", "* *Team:* web &amp; mail\n"} {
		if !strings.Contains(jira.Body, part) {
			t.Errorf("Jira lacks %q:\n%s", part, jira.Body)
		}
	}
}

// alive is what a tracker or its robots would act on.
var alive = regexp.MustCompile(`(?im)[@＠][\pL\pN]|#\d|\bGH-\d|https?://|^\s*/|\n\s*/`)

func FuzzIssue(f *testing.F) {
	for _, s := range []string{"@bob", "@@bob", "[@bob", "##1", "/close", "\n/close", "a@b.example", "&#64;bob", "\\@bob", "[~bob]", "{html}", "hxxp://x", "＠bob", "@\u200bbob", "\\\\", "![x](y)"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, x := range []ticket.Issue{ticket.GitHub(item(model.Text(s))), ticket.Jira(item(model.Text(s)))} {
			for _, text := range []string{x.Title, x.Body} {
				if m := alive.FindString(strings.ReplaceAll(text, "&#92;", "")); m != "" { // the entity of a backslash
					t.Fatalf("%q: alive in %q", m, text)
				}
			}
			if strings.ContainsAny(x.Title, "\n\r") || strings.Count(x.Body, "\n") != 11 {
				t.Fatalf("%q: the title breaks lines:\n%s", s, x.Body)
			}
		}
		body := ticket.Jira(item(model.Text(s))).Body
		if strings.Contains(body, `\\`) {
			t.Fatalf("a line breaks in %q", body)
		}
	})
}

func TestCSV(t *testing.T) {
	it := item("=HYPERLINK(\"http://evil.example\")")
	it.Evidence, it.Ticket = "-1+1, then\n@SUM", "SEC-42"
	text := ticket.CSV([]ticket.Item{it}, now)
	if !strings.Contains(text, `"'=HYPERLINK(""hxxp://evil[.]example"")"`) || !strings.Contains(text, "'-1+1") || !strings.Contains(text, ",late,SEC-42,X1,") || strings.Count(text, "\n") != 2 {
		t.Errorf("%s", text)
	}
	rows, bad, err := ticket.Read([]byte(text))
	if err != nil || len(bad) > 0 || len(rows) != 1 || rows[0].Incident != it.Incident || rows[0].Ref != "F4" || rows[0].State != model.FollowUpOpen || !strings.HasPrefix(string(rows[0].Evidence), "-1+1") {
		t.Errorf("%+v %+v %v", rows, bad, err)
	}
}

func TestRead(t *testing.T) {
	rows, bad, err := ticket.Read([]byte("\ufeffKey;Ticket;State;Evidence\n1;SEC-1;Done;\"scan; clean\"\n2;;Done;x\n3;SEC-2;eaten;\n\n4;https://t.example/3;Won't do;\n"))
	if err != nil || len(rows) != 2 || rows[0].Evidence != "scan; clean" || rows[1].State != model.FollowUpDropped || rows[1].Line != 6 {
		t.Errorf("%+v %v", rows, err)
	}
	if len(bad) != 2 || bad[0] != (model.BadRow{Line: 3, Column: "ticket", What: "it names no follow-up"}) || bad[1].Line != 4 || bad[1].Column != "state" {
		t.Errorf("%+v", bad)
	}
	for name, text := range map[string]string{"empty": "", "no state": "ticket\nSEC-1\n", "no name": "state\ndone\n", "half a name": "incident,state\nINC-2026-0001,done\n", "no row": "ticket,state\n",
		"quote": "ticket,state\n\"SEC-1,done\n", "twice": "ticket,ticket,state\na,b,done\n", "too many": "ticket,state\n" + strings.Repeat("SEC-1,done\n", ticket.MaxRows+1)} {
		if _, _, err := ticket.Read([]byte(text)); model.CodeOf(err) != model.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{"ticket,state\nSEC-1,done\n", "incident;ref;state\nINC-2026-0001;F1;open\n", "\"", "a,b\n\xff,\x00\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		rows, bad, err := ticket.Read(b)
		if err != nil && model.CodeOf(err) == "" {
			t.Fatalf("%v is no refusal", err)
		}
		for _, r := range rows {
			if r.Line < 2 || r.Ticket == "" && (r.Incident == "" || r.Ref == "") {
				t.Fatalf("%+v", r)
			}
		}
		for _, x := range bad {
			if x.Line < 2 || x.Column == "" || x.What == "" {
				t.Fatalf("%+v", x)
			}
		}
	})
}
