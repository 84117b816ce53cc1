package model

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"
)

// Event is one thing that happened in an incident: the only way its state
// changes. An event's JSON is its payload in the log and never changes its
// meaning; new fields are added as optional ones.
type Event interface {
	// Kind is the event's name in the log.
	Kind() string
	apply(d *draft, m Meta)
}

// redactable events carry free text that may have to go (GDPR, a pasted secret).
type redactable interface {
	Event
	// redacted is the same event with its free text replaced by mark.
	redacted(mark Text) Event
}

// Meta is what the log knows of an event beside its payload.
type Meta struct {
	Incident  string
	Version   uint64 // 1, 2, 3 … per incident without gaps
	Actor     string
	At        time.Time // when it was written down, UTC, whole microseconds
	CommandID string    // the client-made id of the command it came from
}

// decoders has one decoder an event kind.
func decoders() map[string]func([]byte) (Event, error) {
	m := map[string]func([]byte) (Event, error){}
	register[IncidentDeclared](m)
	register[FieldEdited](m)
	register[IncidentClosed](m)
	register[IncidentReopened](m)
	register[IncidentRelated](m)
	register[IncidentExported](m)
	register[IncidentImported](m)
	register[AccessChanged](m)
	register[SeverityChanged](m)
	register[RaiseSet](m)
	register[RatingSet](m)
	register[CauseSet](m)
	register[MomentSet](m)
	register[Classified](m)
	register[MitigationAdded](m)
	register[MitigationSet](m)
	register[PhaseChanged](m)
	register[RoleAssigned](m)
	register[EntryAdded](m)
	register[EntryRetracted](m)
	register[EntryStarred](m)
	register[IndicatorAdded](m)
	register[IndicatorSet](m)
	register[IndicatorRetracted](m)
	register[AssetAdded](m)
	register[AssetSet](m)
	register[AssetRetracted](m)
	register[PlaybookAttached](m)
	register[ItemSet](m)
	register[ItemAssigned](m)
	register[ActionProposed](m)
	register[ActionStepped](m)
	register[ActionAssigned](m)
	register[DataImpactSet](m)
	register[TriggerRecorded](m)
	register[ObligationsAdded](m)
	register[ObligationsRetracted](m)
	register[ObligationSet](m)
	register[StakeholdersTold](m)
	register[FollowUpAdded](m)
	register[FollowUpSet](m)
	register[FollowUpMoved](m)
	register[PlaybookReviewed](m)
	register[PlaybookAmended](m)
	register[AmendmentWithdrawn](m)
	register[SectionWritten](m)
	register[MeetingSet](m)
	register[NoFollowUpsStated](m)
	register[FactorAdded](m)
	register[FactorSet](m)
	register[QuestionAsked](m)
	register[QuestionSet](m)
	register[PostMortemStepped](m)
	register[PostMortemWaived](m)
	register[PayloadRedacted](m)
	register[ChangeUndone](m)
	register[ReportRaised](m)
	register[ReportRepeated](m)
	register[ReportAssigned](m)
	register[ReportDecided](m)
	register[ReportReopened](m)
	register[TrainingPersonSet](m)
	register[TrainingRecorded](m)
	register[TrainingRetracted](m)
	register[ReviewAttended](m)
	register[DecisionRecorded](m)
	register[DecisionSet](m)
	register[ReviewNoted](m)
	register[ReviewItemRetracted](m)
	register[ReviewClosed](m)
	register[ReviewReopened](m)
	register[ReviewExported](m)
	register[RotationSet](m)
	register[RotationRemoved](m)
	register[OverrideAdded](m)
	register[OverrideRemoved](m)
	register[ShiftsImported](m)
	register[ContactSet](m)
	register[ContactVerified](m)
	register[ContactRemoved](m)
	return m
}

func register[E Event](m map[string]func([]byte) (Event, error)) {
	var zero E
	m[zero.Kind()] = func(payload []byte) (Event, error) {
		var e E
		err := json.Unmarshal(payload, &e)
		return e, err
	}
}

var decoderOf = decoders() // read only

// EventKinds lists the kinds of event, sorted.
func EventKinds() []string { return slices.Sorted(maps.Keys(decoderOf)) }

// Decode reads the payload of an event of the given kind.
func Decode(kind string, payload []byte) (Event, error) {
	decode, ok := decoderOf[kind]
	if !ok {
		return nil, fmt.Errorf("event kind %q is not known to this version of warroom", excerpt(kind))
	}
	e, err := decode(payload)
	if err != nil {
		return nil, fmt.Errorf("payload of a %s event: %w", kind, err)
	}
	return e, nil
}
