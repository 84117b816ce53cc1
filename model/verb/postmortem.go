package verb

import (
	"slices"
	"strings"

	"warroom/model"
	"warroom/model/room"
)

func postMortemVerbs() []*Verb {
	inc := []word{{"INC", incidents}}
	why := flag{name: "reason", arg: "R", help: "why"}
	step := func(cmd func(*call) model.Command) func(*call) error {
		return func(c *call) error { return c.stepPostMortem(cmd(c)) }
	}
	return []*Verb{
		{Name: "postmortem show", Args: "INC [SECTION]", Short: "show the post-mortem: its state, what it lacks, its sections; or one section, or what the log knows",
			Long: "A section is one that people write, such as summary, or one that the log fills in: " + strings.Join(factSections(), ", ") + ". These are of the newest version until the " +
				"post-mortem is closed, then of that moment. Key moments are in the order as they happened; --as-known is the order in which the room knew them.",
			Examples: []string{"postmortem show INC-2026-0042", "postmortem show INC-2026-0042 summary", "postmortem show INC-2026-0042 moments --as-known"},
			flags:    []flag{{name: "as-known", help: "key moments as we knew them"}}, words: []word{{"INC", incidents}, {"SECTION", allSections}}, run: postMortemShow},
		{Name: "postmortem set", Args: "INC SECTION TEXT…|- [--seen V] [--take]", Short: "write a section as Markdown; - reads it from standard input",
			Long: "--seen is the version of the section that the text was made from, as show --json gives it: when somebody else wrote it since, it is refused with both texts. " +
				"A section that somebody has open in the console is refused as well; --take writes it all the same.",
			Examples: []string{"postmortem set INC-2026-0042 well 'the backups were offline'", "postmortem set INC-2026-0042 summary - < summary.md"},
			flags: []flag{{name: "seen", arg: "V", help: "version of the section that the text was made from; 0 for an empty one"},
				{name: "take", help: "write it although somebody has it open"}},
			words: []word{{"INC", incidents}, {"SECTION", sections}, {"TEXT", nil}}, run: postMortemSet},
		{Name: "postmortem factor", Args: "INC [X1] TEXT… --class C [--because X1]", Short: "name a contributing factor, or change one; prints its ref",
			Long: "--because names the factor that this one explains: why it was possible. Five whys are a chain of them, a cause tree is several. With a ref first it changes that factor; --retract takes it back.",
			Examples: []string{"postmortem factor INC-2026-0042 'the VPN gateway was not patched' --class technical-lapse",
				"postmortem factor INC-2026-0042 'nobody owned the gateway' --class procedural-failure --because X1"},
			flags: []flag{{name: "class", arg: "C", help: "technical-lapse, procedural-failure, manual-error or other-flaw", values: fixed(words(model.FactorClasses())...)},
				{name: "because", arg: "X1", help: "the factor that it explains; none for the incident itself", values: factors},
				{name: "retract", help: "take it back"}, why},
			words: []word{{"INC", incidents}, {"X1", factors}}, run: postMortemFactor},
		{Name: "postmortem question", Args: "INC [Q1] TEXT… [--confidence C] [--answer TEXT]", Short: "note what is not known for sure, or answer it; prints its ref",
			Examples: []string{"postmortem question INC-2026-0042 'was the archive read?' --confidence low", "postmortem question INC-2026-0042 Q1 --answer 'no: its access log has no entry' --confidence high"},
			flags: []flag{{name: "confidence", arg: "C", help: "low, medium or high: in the answer, or in what is believed; low without it", values: fixed(model.Confidences()...)},
				{name: "answer", arg: "TEXT", help: "the answer; an empty one opens it again"}, {name: "retract", help: "take it back"}, why},
			words: []word{{"INC", incidents}, {"Q1", questions}}, run: postMortemQuestion},
		{Name: "postmortem discuss", Args: "INC [TEXT…|-] [--at TIME] [--with @USER|NAME]… [--dissent TEXT]", Short: "record the expert discussion: its points, when it was, who was there, dissent",
			Long:     "The points are the section discussion. --with replaces the list of attendees; whoever has no account is named as he is.",
			Examples: []string{"postmortem discuss INC-2026-0042 'patch windows are too rare' --at 'yesterday 14:00' --with @alice --with 'Dr. Stone' --dissent 'bob: the scanner would not have found it'"},
			flags: []flag{{name: "at", arg: "TIME", help: "when it was: -2h, yesterday 14:00, 2026-11-30 14:00 or a full time"},
				{name: "with", arg: "WHO", help: "an attendee, @USER or a name; again for more", values: users}, {name: "dissent", arg: "TEXT", help: "what was not agreed, and by whom"},
				{name: "take", help: "write the points although somebody has them open"}},
			words: []word{{"INC", incidents}, {"TEXT", nil}}, run: postMortemDiscuss},
		{Name: "postmortem none", Args: "INC --reason R", Short: "state why nothing is to be done after this incident",
			Long:  "A post-mortem needs a follow-up or this. --withdraw takes it back.",
			flags: []flag{why, {name: "withdraw", help: "take it back"}}, words: inc, run: step(func(c *call) model.Command {
				if c.on("withdraw") {
					return model.NoFollowUps{}
				}
				return model.NoFollowUps{Reason: model.Text(strings.TrimSpace(c.value("reason")))}
			})},
		{Name: "postmortem submit", Args: "INC", Short: "put the draft up for review", words: inc, run: step(func(*call) model.Command { return model.SubmitPostMortem{} })},
		{Name: "postmortem signoff", Args: "INC [--seen V]", Short: "say that the post-mortem was reviewed; by somebody who leads and did not submit it",
			Long:  "It is refused while something is missing, and lists all of it. Where nobody else may sign, the one who submitted it does, and the record says so.",
			flags: []flag{{name: "seen", arg: "V", help: "version of the incident that was read: refused when the post-mortem changed since"}}, words: inc,
			run: func(c *call) error {
				seen, err := c.seen()
				if err != nil {
					return err
				}
				return c.stepPostMortem(model.SignPostMortem{Accounts: c.env.Hub.Accounts(), Seen: seen})
			}},
		{Name: "postmortem close", Args: "INC", Short: "close a post-mortem that was signed off: it stays as it is", words: inc,
			run: step(func(*call) model.Command { return model.ClosePostMortem{} })},
		{Name: "postmortem back", Args: "INC --reason R", Short: "make the post-mortem a draft again", flags: []flag{why}, words: inc,
			run: step(func(c *call) model.Command { return model.ReturnPostMortem{Reason: c.reason()} })},
		{Name: "postmortem waive", Args: "INC --reason R", Short: "record that a required post-mortem is not written; the lead's word",
			Long:  "The waiver holds for what requires the post-mortem now. When more becomes known of the data or of customers, or the incident is reopened, it has to be given anew. --withdraw takes it back.",
			flags: []flag{why, {name: "withdraw", help: "take the waiver back"}}, words: inc,
			run: step(func(c *call) model.Command {
				return model.WaivePostMortem{Reason: c.reason(), Withdraw: c.on("withdraw")}
			})},
	}
}

// seen reads --seen, 0 without it.
func (c *call) seen() (uint64, error) {
	n, err := c.number("seen", 0, 0, 999_999_999)
	return uint64(n), err
}

// stepPostMortem gives a command that moves the whole post-mortem, and prints its state.
func (c *call) stepPostMortem(cmd model.Command) error {
	in, err := c.ended()
	if err != nil {
		return err
	}
	res, err := c.do(in, cmd)
	if err != nil {
		return err
	}
	v, err := c.viewPostMortem(res.Incident)
	if err != nil {
		return err
	}
	return c.print(v, func() error {
		if err := c.lacksNote(res.Incident); err != nil {
			return err
		}
		return c.say("%s", postMortemLine(res.Incident))
	})
}

// lacksNote says what is missing still, once it is up for review.
func (c *call) lacksNote(in *model.Incident) error {
	if in.PostMortem.State != model.PostMortemReview {
		return nil
	}
	for _, l := range in.PostMortemLacks() {
		if err := c.note("still missing: %s", l.What); err != nil {
			return err
		}
	}
	return nil
}

func postMortemSet(c *call) error {
	in, err := c.incident()
	if err != nil {
		return err
	}
	name, err := c.next("the section")
	if err != nil {
		return err
	}
	text, err := c.rest("the text")
	if err != nil {
		return err
	}
	spec, err := model.ParseSection(name)
	if err != nil {
		return err
	}
	cmd := model.WriteSection{Section: spec.Key, Text: model.Text(text)}
	if c.on("seen") {
		seen, err := c.seen()
		if err != nil {
			return err
		}
		cmd.Seen = &seen
	}
	if err := c.notClaimed(in, spec.Key); err != nil {
		return err
	}
	res, err := c.do(in, cmd)
	if err != nil {
		return err
	}
	v := viewSection(res.Incident, spec)
	return c.print(v, func() error { return c.say("%s #%d", v.Section, v.Version) })
}

// notClaimed refuses to write where somebody else does, unless --take says so. Who
// may not write at all hears that instead.
func (c *call) notClaimed(in *model.Incident, section string) error {
	if err := in.MayWritePostMortem(c.env.Actor); err != nil || c.on("take") {
		return err
	}
	return c.env.Hub.Claimed(c.env.Actor, in.ID, section)
}

// leadingRef takes a ref of the kind off the words, "" when there is none.
func (c *call) leadingRef(kind string) string {
	if len(c.pos) == 0 || c.plain {
		return ""
	}
	ref, _, err := model.ParseRef(kind, c.pos[0])
	if err != nil {
		return ""
	}
	c.pos = c.pos[1:]
	return ref
}

// more is the rest of the words as text, nil when there are none.
func (c *call) more(what string) (*model.Text, error) {
	if len(c.pos) == 0 {
		return nil, nil
	}
	s, err := c.rest(what)
	t := model.Text(s)
	return &t, err
}

func postMortemFactor(c *call) error {
	in, err := c.incident()
	if err != nil {
		return err
	}
	ref := c.leadingRef(model.RefFactor)
	text, err := c.more("the factor")
	if err != nil {
		return err
	}
	because := c.value("because")
	if because == "none" {
		because = ""
	}
	var cmd model.Command
	switch {
	case ref == "" && text == nil:
		return c.usage("postmortem factor: the factor is missing")
	case ref == "" && c.on("retract"):
		return c.usage("postmortem factor: --retract needs the ref of a factor")
	case ref == "" && !c.on("class"):
		return c.usage("postmortem factor: --class is missing")
	case ref == "":
		cmd = model.AddFactor{Text: *text, Class: model.FactorClass(c.value("class")), Because: because}
	default:
		set := model.SetFactor{Ref: ref, Text: text, Retract: c.on("retract"), Reason: c.reason()}
		if c.on("class") {
			class := model.FactorClass(c.value("class"))
			set.Class = &class
		}
		if c.on("because") {
			set.Because = &because
		}
		if text == nil && set.Class == nil && set.Because == nil && !set.Retract {
			return c.usage("postmortem factor: nothing to change")
		}
		cmd = set
	}
	res, err := c.do(in, cmd)
	if err != nil {
		return err
	}
	if ref == "" {
		ref = newestRef(res, func(in *model.Incident) []*model.Factor { return in.PostMortem.Factors }, func(f *model.Factor) (uint64, string) { return f.Seq, f.Ref })
	}
	f, err := res.Incident.Factor(ref)
	if err != nil {
		return err
	}
	return c.print(f, func() error { return c.say("%s", f.Ref) })
}

// newestRef is the ref of what a command added.
func newestRef[T any](res room.Result, list func(*model.Incident) []*T, of func(*T) (seq uint64, ref string)) string {
	for _, x := range added(res, list, func(x *T) uint64 { seq, _ := of(x); return seq }) {
		_, ref := of(x)
		return ref
	}
	return ""
}

func postMortemQuestion(c *call) error {
	in, err := c.incident()
	if err != nil {
		return err
	}
	ref := c.leadingRef(model.RefQuestion)
	text, err := c.more("the question")
	if err != nil {
		return err
	}
	var cmd model.Command
	switch {
	case ref == "" && text == nil:
		return c.usage("postmortem question: the question is missing")
	case ref == "" && (c.on("retract") || c.on("answer")):
		return c.usage("postmortem question: --answer and --retract need the ref of a question")
	case ref == "":
		cmd = model.AskQuestion{Text: *text, Confidence: c.value("confidence")}
	default:
		set := model.SetQuestion{Ref: ref, Text: text, Confidence: c.word("confidence"), Answer: c.text("answer"), Retract: c.on("retract"), Reason: c.reason()}
		if text == nil && set.Confidence == nil && set.Answer == nil && !set.Retract {
			return c.usage("postmortem question: nothing to change")
		}
		cmd = set
	}
	res, err := c.do(in, cmd)
	if err != nil {
		return err
	}
	if ref == "" {
		ref = newestRef(res, func(in *model.Incident) []*model.OpenQuestion { return in.PostMortem.Questions }, func(q *model.OpenQuestion) (uint64, string) { return q.Seq, q.Ref })
	}
	q, err := res.Incident.OpenQuestion(ref)
	if err != nil {
		return err
	}
	return c.print(q, func() error { return c.say("%s", q.Ref) })
}

func postMortemDiscuss(c *call) error {
	in, err := c.incident()
	if err != nil {
		return err
	}
	points, err := c.more("the points")
	if err != nil {
		return err
	}
	held := model.HoldMeeting{Dissent: c.text("dissent")}
	if c.on("at") {
		at, err := c.at("at")
		if err != nil {
			return err
		}
		held.HeldAt = &at.At
	}
	if c.on("with") {
		people, err := c.attendees()
		if err != nil {
			return err
		}
		held.Attendees = &people
	}
	var all model.Bulk
	if held != (model.HoldMeeting{}) {
		all = append(all, held)
	}
	if points != nil {
		if err := c.notClaimed(in, "discussion"); err != nil {
			return err
		}
		all = append(all, model.WriteSection{Section: "discussion", Text: *points})
	}
	if len(all) == 0 {
		return c.usage("postmortem discuss: nothing to record")
	}
	res, err := c.do(in, all)
	if err != nil {
		return err
	}
	m := res.Incident.PostMortem.Meeting
	return c.print(viewMeeting(res.Incident), func() error {
		return c.say("discussion %s with %s", orDash(stampOf(m.HeldAt)), orDash(m.Who()))
	})
}

// attendees reads --with: accounts as @name, others by their name.
func (c *call) attendees() ([]model.Attendee, error) {
	people := []model.Attendee{}
	for _, w := range c.flags["with"] {
		w = strings.TrimSpace(w)
		if name, ok := strings.CutPrefix(w, "@"); ok {
			u, err := c.known(name)
			if err != nil {
				return nil, err
			}
			people = append(people, model.Attendee{User: u})
			continue
		}
		if w != "none" {
			people = append(people, model.Attendee{Name: model.Text(w)})
		}
	}
	return people, nil
}

func sections(*hints) []Completion {
	var out []Completion
	for _, s := range model.PostMortemSections() {
		out = append(out, Completion{s.Key, s.Ask})
	}
	return out
}

func allSections(h *hints) []Completion {
	return slices.Concat(sections(h), fixed(factSections()...)(h))
}

func factors(h *hints) []Completion {
	if h.in == nil {
		return nil
	}
	return refs(h.in.PostMortem.LiveFactors(), func(f *model.Factor) (string, string) { return f.Ref, string(f.Text) })
}

func questions(h *hints) []Completion {
	if h.in == nil {
		return nil
	}
	return refs(h.in.PostMortem.LiveQuestions(), func(q *model.OpenQuestion) (string, string) { return q.Ref, string(q.Text) })
}
