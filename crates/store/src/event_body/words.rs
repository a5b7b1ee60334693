//! The shared words: codes, identifiers, quantities, people, small records.

use super::wire::{Wire, Wrong, choice, coded, identifier, quantity, record};
use case::{Checklist, ProcedureNumber, TrackNumber};
use jiff::{Timestamp, civil::Date};
use model::{
    AccessionNumber, AeTitle, CaseId, Gate, Gray, GraySquareMetre, Kilogram, MilliGray,
    MilliGrayCentimetre, Modality, PatientKey, ProcedureId, Role, RuleId, Seconds, StudyUid,
};

coded!(
    model::Laterality: "a side",
    Modality: "a modality",
    model::Urgency: "an urgency",
    model::BleedingClass: "a bleeding class",
    Gate: "a gate",
    Role: "a role",
    case::Door: "a door",
    case::ConsentBasis: "a basis of consent",
    case::DeviceRole: "a device's role",
    case::EscalationKind: "a kind of escalation",
    case::EmergencyUrgency: "an urgency of an emergency",
    case::TrackKind: "a kind of track",
    case::MissingStep: "a step of the pathway",
    case::CaseOutcome: "an outcome of a case",
);

identifier!(
    CaseId: "a case id",
    PatientKey: "a patient key",
    AccessionNumber: "an accession number",
    ProcedureId: "a procedure id",
    RuleId: "a rule id",
    StudyUid: "a study UID",
    AeTitle: "an AE title",
);

quantity!(
    Gray: "gray",
    GraySquareMetre: "Gy·m²",
    Seconds: "seconds",
    MilliGrayCentimetre: "mGy·cm",
    MilliGray: "milligray",
    Kilogram: "kilogram",
    case::Millilitre: "millilitre",
);

macro_rules! number {
    ($($name:path),+) => {$(
        impl Wire for $name {
            type Json = u16;
            fn wire(&self) -> u16 { self.0 }
            fn unwire(json: u16) -> Result<Self, Wrong> { Ok($name(json)) }
        }
    )+};
}
number!(ProcedureNumber, TrackNumber);

choice!(StoredActor: case::Actor {
    Staff { user: String, name: String, role: Role } = "staff",
    Patient = "patient",
    Sender { door: case::Door, name: String } = "sender",
});

choice!(StoredStated: case::Stated {
    Yes(words: String) = "yes",
    No = "no",
    Unknown = "unknown",
});

record!(StoredAmount: case::Amount { value: String, unit: String });
record!(StoredStatement: case::Statement { about: String, words: String });
record!(StoredSenderCode: case::SenderCode { code: String, text: String, system: String });
record!(StoredOrderNumbers: case::OrderNumbers {
    placer: Option<String>,
    filler: Option<String>,
    placer_group: Option<String>,
});

choice!(StoredWhat: case::What {
    Catalogue(id: ProcedureId) = "catalogue",
    NotIdentified = "not_identified",
});

record!(StoredNewProcedure: case::NewProcedure {
    what: case::What,
    sender_code: Option<case::SenderCode>,
    side: model::Laterality,
    site: String,
    accession: Option<AccessionNumber>,
    study: Option<StudyUid>,
    orders: case::OrderNumbers,
});

record!(StoredStep: case::ScheduledStep {
    step_id: String,
    room: String,
    station: AeTitle,
    start: Timestamp,
    duration_minutes: u16,
    modality: Modality,
});

record!(StoredBookedStep: case::BookedStep { procedure: ProcedureNumber, step: case::ScheduledStep });

record!(StoredDoseTotals: model::DoseTotals {
    ka_r: Option<Gray>,
    pka: Option<GraySquareMetre>,
    fluoroscopy: Option<Seconds>,
    dlp: Option<MilliGrayCentimetre>,
    agd: Vec<MilliGray>,
});

choice!(StoredChecklistAnswer: case::ChecklistAnswer {
    Yes = "yes",
    No { resolution: String } = "no",
    NotApplicable { reason: String } = "not_applicable",
});
record!(StoredAnswered: case::Answered { item: String, answer: case::ChecklistAnswer });
record!(StoredChecklist: Checklist {
    items: Vec<case::Answered>,
    present: Vec<String>,
    operator: String,
    spoken_aloud: bool,
});

record!(StoredGateReason: case::GateReason { rule: RuleId, words: String, who: Vec<Role> });
record!(StoredGate: case::GateFinding {
    now: Gate,
    if_completed: Gate,
    reasons: Vec<case::GateReason>,
});

choice!(StoredRestart: case::Restart {
    NotNeeded = "not_needed",
    Given(words: String) = "given",
    Owed = "owed",
});
choice!(StoredRebook: case::Rebook { Yes = "yes", No = "no", NotDecided = "not_decided" });
choice!(StoredAfterRefusal: case::AfterRefusal { Cancel = "cancel", BackToVetting = "back_to_vetting" });

choice!(StoredTrackNote: case::TrackNote {
    Overdue = "overdue",
    SentToDermatology { words: String } = "sent_to_dermatology",
    SkinChecked { on: Date, words: String } = "skin_checked",
    Written { words: String } = "written",
});
choice!(StoredTrackOutcome: case::TrackOutcome {
    ResultActedOn { next_step: String } = "result_acted_on",
    InadequateRepeated { case: CaseId } = "inadequate_repeated",
    InadequateAccepted { words: String } = "inadequate_accepted",
    DeviceExchangeBooked { case: CaseId } = "device_exchange_booked",
    DeviceRemoved { on: Date, words: String } = "device_removed",
    DeviceLost { on: Date, words: String, case: Option<CaseId> } = "device_lost",
    SkinChecksDone { words: String } = "skin_checks_done",
    FollowUpDone { words: String } = "follow_up_done",
    RepeatProcedure { case: CaseId } = "repeat_procedure",
    AdverseEventGraded { grade: String, words: String } = "adverse_event_graded",
    RestartConfirmed { on: Date, words: String } = "restart_confirmed",
    Ended { words: String } = "ended",
});
record!(StoredNewTrack: case::NewTrack {
    kind: case::TrackKind,
    about: String,
    owner: Role,
    due: Option<Date>,
});
