package verb

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"warroom/model"
	"warroom/model/indicator"
)

func iocVerbs() []*Verb {
	judge := []flag{
		{name: "verdict", arg: "V", help: "unknown, suspicious, malicious or benign", values: verdicts},
		{name: "confidence", arg: "0..100", help: "how sure the verdict is, in per cent"},
		{name: "tlp", arg: "TLP", help: "clear, green, amber, amber+strict or red", values: tlps},
		{name: "source", arg: "S", help: "where it comes from"},
		{name: "note", arg: "TEXT", help: "what else is known"},
	}
	return []*Verb{
		{Name: "ioc add", Args: "INC [VALUE… | -]", Short: "add indicators; prints their refs",
			Long:     "Values may be defanged. Their type is found; --type sets it. With - the indicators in the text on standard input are added.",
			Examples: []string{"ioc add INC-2026-0042 185.0.2[.]9 hxxps://evil[.]example/x", "ioc add INC-2026-0042 - < mail.txt"},
			flags: append([]flag{{name: "type", arg: "TYPE", help: "type of the values", values: iocTypes},
				{name: "seen", arg: "TIME", help: "when it was seen first"}}, judge...),
			words: []word{{"INC", incidents}, {"VALUE", nil}}, run: iocAdd},
		{Name: "ioc list", Args: "INC", Short: "list the indicators, defanged, with the incidents they were seen in",
			flags: []flag{{name: "type", arg: "TYPE", help: "only of this type", values: iocTypes},
				{name: "verdict", arg: "V", help: "only with this verdict", values: verdicts}},
			words: []word{{"INC", incidents}}, run: iocList},
		{Name: "ioc set", Args: "INC I3… [--verdict V] [--confidence N] [--tlp TLP]", Short: "judge indicators",
			flags: append([]flag{{name: "last-seen", arg: "TIME", help: "when it was seen last"}}, judge...),
			words: []word{{"INC", incidents}, {"I3", indicators}}, run: iocSet},
		{Name: "ioc retract", Args: "INC I3… --reason R", Short: "take indicators back",
			flags: []flag{{name: "reason", arg: "R", help: "why"}}, words: []word{{"INC", incidents}, {"I3", indicators}}, run: iocRetract},
		{Name: "ioc extract", Short: "find indicators in the text on standard input; nothing is stored",
			Long:  "One a line, in order of first appearance. With --batch it reads lines {\"id\":…,\"text\":…} and writes lines {\"id\":…,\"indicators\":[…]}.",
			flags: []flag{{name: "batch", help: "a JSON object a line, in and out"}}, Offline: true, run: iocExtract},
	}
}

// judgement is what the flags say of an indicator.
type judgement struct {
	verdict      *model.Verdict
	confidence   *int
	tlp          *string
	source, note *model.Text
}

func (c *call) judgement() (j judgement, err error) {
	if c.on("verdict") {
		v := model.Verdict(c.value("verdict"))
		j.verdict = &v
	}
	if c.on("tlp") {
		t := c.value("tlp")
		j.tlp = &t
	}
	if c.on("confidence") {
		n, err := c.number("confidence", 0, 0, 100)
		if err != nil {
			return j, err
		}
		j.confidence = &n
	}
	j.source, j.note = c.text("source"), c.text("note")
	return j, nil
}

func iocAdd(c *call) error {
	in, err := c.incident()
	if err != nil {
		return err
	}
	found, err := c.iocValues()
	if err != nil {
		return err
	}
	j, err := c.judgement()
	if err != nil {
		return err
	}
	seen, err := c.at("seen")
	if err != nil {
		return err
	}
	var cmd model.AddIndicators
	for _, f := range found {
		n := model.NewIndicator{Type: f.Type, Value: model.Text(f.Value), Seen: seen.At}
		if j.verdict != nil {
			n.Verdict = *j.verdict
		}
		if j.confidence != nil {
			n.Confidence = *j.confidence
		}
		if j.tlp != nil {
			n.TLP = *j.tlp
		}
		if j.source != nil {
			n.Source = *j.source
		}
		if j.note != nil {
			n.Note = *j.note
		}
		cmd.Indicators = append(cmd.Indicators, n)
	}
	res, err := c.do(in, cmd)
	if err != nil {
		return err
	}
	isNew := map[string]bool{}
	for _, x := range added(res, func(in *model.Incident) []*model.Indicator { return in.Indicators }, func(x *model.Indicator) uint64 { return x.Seq }) {
		isNew[x.Ref] = true
	}
	seenIn, err := c.env.Hub.Sightings(c.ctx, c.env.Actor, in.ID)
	if err != nil {
		return err
	}
	out := []indicatorView{}
	for _, f := range found {
		x := res.Incident.FindIndicator(f.Type, model.Text(f.Value))
		if x == nil || slices.ContainsFunc(out, func(v indicatorView) bool { return v.Ref == x.Ref }) {
			continue
		}
		out = append(out, viewIndicator(x, seenIn))
	}
	return c.print(out, func() error { return c.sayAdded(out, isNew) })
}

// sayAdded prints the refs, and what people want to know beside them.
func (c *call) sayAdded(list []indicatorView, isNew map[string]bool) error {
	for _, x := range list {
		if err := c.say("%s", x.Ref); err != nil {
			return err
		}
		if !isNew[x.Ref] {
			if err := c.note("%s is there already: %s", x.Ref, x.Defanged); err != nil {
				return err
			}
		}
		if len(x.SeenIn) > 0 {
			if err := c.note("%s was seen in %s", x.Ref, strings.Join(x.SeenIn, ", ")); err != nil {
				return err
			}
		}
	}
	return nil
}

// iocValues are the indicators that the words, or standard input, name.
func (c *call) iocValues() ([]indicator.Found, error) {
	typ := c.value("type")
	if len(c.pos) == 1 && c.pos[0] == "-" {
		text, err := c.stdin()
		if err != nil {
			return nil, err
		}
		found := indicator.Extract(text)
		if c.on("type") {
			if !slices.Contains(indicator.Types(), typ) {
				_, err := indicator.Normalize(typ, "x")
				return nil, err
			}
			found = slices.DeleteFunc(found, func(f indicator.Found) bool { return f.Type != typ })
		}
		if len(found) == 0 {
			return nil, model.Invalid("no indicator was found in the text").Hint("name it with its type: %s", c.v.Usage())
		}
		return found, nil
	}
	if len(c.pos) == 0 {
		return nil, c.usage("ioc add: the value is missing")
	}
	var out []indicator.Found
	for _, v := range c.pos {
		if !c.on("type") {
			f, err := indicator.Classify(v)
			if err != nil {
				return nil, err
			}
			out = append(out, f)
			continue
		}
		n, err := indicator.Normalize(typ, v)
		if err != nil {
			return nil, err
		}
		out = append(out, indicator.Found{Type: typ, Value: n})
	}
	return out, nil
}

func iocList(c *call) error {
	in, err := c.ended()
	if err != nil {
		return err
	}
	for _, f := range []struct {
		flag string
		of   []string
	}{{"type", indicator.Types()}, {"verdict", words(model.Verdicts())}} {
		if v := c.value(f.flag); c.on(f.flag) && !slices.Contains(f.of, v) {
			return model.Usage("%q is no %s", clip(v), f.flag).Hint("use one of: %s", strings.Join(f.of, ", ")).On(f.flag)
		}
	}
	seen, err := c.env.Hub.Sightings(c.ctx, c.env.Actor, in.ID)
	if err != nil {
		return err
	}
	out := []indicatorView{}
	var rows [][]string
	for _, x := range in.Indicators {
		if c.on("type") && x.Type != c.value("type") || c.on("verdict") && string(x.Verdict) != c.value("verdict") {
			continue
		}
		v := viewIndicator(x, seen)
		out = append(out, v)
		value := string(v.Defanged)
		if x.Retracted != "" {
			value = "[retracted by @" + x.Retracted + "] " + value
		}
		rows = append(rows, []string{x.Ref, x.Type, value, string(x.Verdict), strconv.Itoa(x.Confidence) + "%", strings.ToUpper(x.TLP),
			c.clock(x.FirstSeen), c.clock(x.LastSeen), indicator.DefangText(string(x.Source)), strings.Join(v.SeenIn, " ")})
	}
	return c.print(out, func() error {
		return c.table([]column{{title: "REF"}, {title: "TYPE"}, {title: "VALUE", give: true}, {title: "VERDICT"}, {title: "CONF"}, {title: "TLP"},
			{title: "FIRST"}, {title: "LAST"}, {title: "SOURCE", give: true}, {title: "ALSO IN", give: true}}, rows, "no indicator; ioc add "+in.ID+" VALUE adds one")
	})
}

func iocSet(c *call) error {
	j, err := c.judgement()
	if err != nil {
		return err
	}
	last, err := c.at("last-seen")
	if err != nil {
		return err
	}
	cmd := model.SetIndicator{Verdict: j.verdict, Confidence: j.confidence, TLP: j.tlp, Source: j.source, Note: j.note}
	if c.on("last-seen") {
		cmd.LastSeen = &last.At
	}
	if cmd == (model.SetIndicator{}) {
		return c.usage("ioc set: nothing to change")
	}
	return c.eachRef("indicator", func(ref string) model.Command { cmd := cmd; cmd.Ref = ref; return cmd }, c.findIndicator())
}

func iocRetract(c *call) error {
	return c.eachRef("indicator", func(ref string) model.Command { return model.RetractIndicator{Ref: ref, Reason: c.reason()} }, c.findIndicator())
}

func (c *call) findIndicator() func(*model.Incident, string) (any, error) {
	return func(in *model.Incident, ref string) (any, error) {
		x, err := in.Indicator(ref)
		if err != nil {
			return nil, err
		}
		seen, err := c.env.Hub.Sightings(c.ctx, c.env.Actor, in.ID)
		if err != nil {
			return nil, err
		}
		return viewIndicator(x, seen), nil
	}
}

// foundView is an extracted indicator.
type foundView struct {
	Type     string     `json:"type"`
	Value    model.Text `json:"value"`
	Defanged model.Text `json:"defanged"`
}

func viewFound(f indicator.Found) foundView {
	return foundView{f.Type, model.Text(f.Value), model.Text(indicator.Defang(f.Type, f.Value))}
}

// iocExtract prints an object a line, as scripts read it, also without --batch.
func iocExtract(c *call) error {
	if err := c.end(); err != nil {
		return err
	}
	if c.on("batch") {
		return c.extractBatch()
	}
	p := parts{from: bufio.NewReader(c.std.In)}
	seen := map[indicator.Found]bool{}
	for {
		text, err := p.next()
		if err != nil {
			return err
		}
		if text == "" {
			return nil
		}
		for _, f := range indicator.Extract(text) {
			if seen[f] {
				continue
			}
			if seen[f] = true; len(seen) > maxFound {
				return model.Invalid("there are more than %d different indicators", maxFound).Hint("send the text in parts")
			}
			if err := c.sayFound(viewFound(f)); err != nil {
				return err
			}
		}
	}
}

func (c *call) sayFound(v foundView) error {
	if c.json() {
		return c.line(v)
	}
	return c.say("%-16s %s", v.Type, v.Defanged.Line())
}

// maxPart is how much text is looked at at a time, in bytes, and how long a line
// may be that does not fit into the rest of a part; maxFound is how many
// different indicators are kept to tell new ones. Both bound the memory that
// somebody's pipe takes (LIM-2).
const (
	maxPart  = 16 << 20
	maxFound = 500_000
)

// parts cuts a text of any length into parts that end at a line's end.
type parts struct {
	from *bufio.Reader
	rest []byte // the begun line of the part before
}

// next is the next part, "" at the end.
func (p *parts) next() (string, error) {
	buf, err := io.ReadAll(io.LimitReader(p.from, int64(maxPart-len(p.rest))))
	if err != nil {
		return "", model.Invalid("standard input cannot be read: %v", err).Hint("give the text on standard input").Because(err)
	}
	buf = append(p.rest, buf...)
	p.rest = nil
	if len(buf) < maxPart {
		return string(buf), nil
	}
	end := bytes.LastIndexByte(buf, '\n') + 1
	if end == 0 {
		return "", model.Invalid("a line is over %d bytes", maxPart).Hint("break it")
	}
	p.rest = bytes.Clone(buf[end:])
	return string(buf[:end]), nil
}

// line prints a value as JSON on one line.
func (c *call) line(v any) error {
	b, err := jsonText(v, "")
	if err != nil {
		return err
	}
	_, err = c.std.Out.Write(append(b, '\n'))
	return err
}

func (c *call) extractBatch() error {
	lines := bufio.NewScanner(c.std.In)
	lines.Buffer(make([]byte, 0, 1<<16), maxPart)
	for n := 1; lines.Scan(); n++ {
		if len(strings.TrimSpace(lines.Text())) == 0 {
			continue
		}
		var in struct {
			ID   json.RawMessage `json:"id"`
			Text *model.Text     `json:"text"`
		}
		if err := json.Unmarshal(lines.Bytes(), &in); err != nil || in.Text == nil || len(in.ID) == 0 {
			return model.Invalid("line %d of standard input is no object with id and text", n).Hint(`write lines such as {"id":1,"text":"…"}`).Because(err)
		}
		found := []foundView{}
		for _, f := range indicator.Extract(string(*in.Text)) {
			found = append(found, viewFound(f))
		}
		if err := c.line(struct {
			ID         json.RawMessage `json:"id"`
			Indicators []foundView     `json:"indicators"`
		}{in.ID, found}); err != nil {
			return err
		}
	}
	if err := lines.Err(); errors.Is(err, bufio.ErrTooLong) {
		return model.Invalid("a line is over %d bytes", maxPart).Hint("send it in parts")
	} else if err != nil {
		return model.Invalid("standard input cannot be read: %v", err).Hint("give the lines on standard input").Because(err)
	}
	return nil
}
