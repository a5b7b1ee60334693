//! What each step of the pathway stores.

use super::wire::{choice, record};
use case::{ProcedureNumber, Restart, Stated, Statement};
use jiff::{Timestamp, civil::Date};
use model::{
    AccessionNumber, BleedingClass, CaseId, DoseTotals, Laterality, Modality, PatientKey,
    ProcedureId, Role, RuleId, StudyUid, Urgency,
};

record!(StoredReferral: case::Referral {
    patient: PatientKey,
    procedures: Vec<case::NewProcedure>,
    urgency: Urgency,
    indication: String,
    referrer: String,
    result_to: String,
    wanted_at: Option<Timestamp>,
    statements: Vec<Statement>,
    index_case: Option<CaseId>,
});
record!(StoredProtocol: case::Protocol {
    modality: Modality,
    bleeding_class: BleedingClass,
    access: String,
    anaesthesia: String,
    contrast: String,
    devices: String,
    setting: String,
    room_minutes: u16,
    antibiotic: String,
    observation_bundle: String,
    justification: String,
});
record!(StoredRejection: case::Rejection { reason: String, reply_to_referrer: String });
record!(StoredRedirection: case::Redirection { reason: String, new_order: String });

record!(StoredBooking: case::Booking {
    steps: Vec<case::BookedStep>,
    team: String,
    bed: String,
    anaesthesia_slot: String,
});
record!(StoredMove: case::Move { booking: case::Booking, reason: String });
record!(StoredPostponement: case::Postponement { reason: String, words: String, restart: Restart });
record!(StoredCancellation: case::Cancellation {
    reason: String,
    words: String,
    restart: Restart,
    given_in_room: String,
    rebook: case::Rebook,
});
record!(StoredOrderCancellation: case::OrderCancellation {
    orders: case::OrderNumbers,
    accession: Option<AccessionNumber>,
    words: String,
    restart: Restart,
});

choice!(StoredPreparationFact: case::PreparationFact {
    Call { outcome: String } = "call",
    LastDose { medicine: String, taken_at: Timestamp } = "last_dose",
    Note { words: String } = "note",
});
record!(StoredOverride: case::Override { rules: Vec<RuleId>, words: String });

record!(StoredEmergency: case::EmergencyEntry {
    urgency: case::EmergencyUrgency,
    referred_by: String,
    indication: String,
    identity_known: Stated,
    minimum: Vec<Statement>,
    steps: Vec<case::BookedStep>,
});
record!(StoredArrival: case::Arrival {
    identity_checked_by: Vec<String>,
    last_food_at: Option<Timestamp>,
    last_drink_at: Option<Timestamp>,
    medicines_today: Stated,
    allergies_repeated: Stated,
    pregnancy_repeated: Stated,
    findings: Vec<Statement>,
});
record!(StoredConsent: case::Consent {
    basis: case::ConsentBasis,
    form_version: String,
    language: String,
    interpreter: String,
    discussed: String,
    given_by: String,
});
record!(StoredNoConsent: case::NoConsent {
    words: String,
    then: case::AfterRefusal,
    restart: Restart,
    given_in_room: String,
});

record!(StoredDevice: case::DeviceUse {
    name: String,
    udi_di: String,
    lot: String,
    serial: String,
    expires: Option<Date>,
    role: case::DeviceRole,
    position: String,
    exchange_by: Option<Date>,
    without_udi_because: String,
});
record!(StoredSpecimen: case::SpecimenTaken {
    container: String,
    site: String,
    side: Laterality,
    kind: String,
    passes: u8,
    medium: String,
    tests: String,
    expected_by: Option<Date>,
    responsible: Role,
});
choice!(StoredRoomFact: case::RoomFact {
    Needle { access: String, guidance: String, gauge: String, punctures: u8 } = "needle",
    Device(device: case::DeviceUse) = "device",
    Contrast {
        agent: String,
        iodine_mg_per_ml: Option<u16>,
        route: String,
        volume: case::Millilitre,
    } = "contrast",
    Medicine {
        medicine: String,
        amount: case::Amount,
        route: String,
        indication: String,
    } = "medicine",
    Specimen(specimen: case::SpecimenTaken) = "specimen",
    DoseRead(totals: DoseTotals) = "dose_read",
    Vitals { findings: Vec<Statement> } = "vitals",
    Finding { words: String } = "finding",
    Complication { words: String } = "complication",
    TeamMember { name: String, function: String } = "team_member",
});
choice!(StoredEnd: case::ProcedureEnd {
    Haemostasis { happened_at: Timestamp, closure: String } = "haemostasis",
    CatheterFixed { happened_at: Timestamp, fixation: String } = "catheter_fixed",
    Aborted { happened_at: Timestamp, reason: String, achieved: String } = "aborted",
});
record!(StoredSignOut: case::SignOut {
    checklist: case::Checklist,
    specimens_counted: u16,
    orders_signed_by: String,
});

record!(StoredRecovery: case::Recovery {
    bundle: String,
    position: String,
    bed_rest_ends: Option<Timestamp>,
    observation_ends: Timestamp,
    triggers: String,
    without_sign_out_because: String,
});
record!(StoredObservation: case::Observation {
    happened_at: Timestamp,
    findings: Vec<Statement>,
    observer_note: String,
});
record!(StoredEscalation: case::Escalation {
    happened_at: Timestamp,
    kind: case::EscalationKind,
    trigger: String,
    called: String,
    actions: String,
});
choice!(StoredAdmission: case::Admission {
    Planned { ward: String } = "planned",
    Unplanned { ward: String, reason: String } = "unplanned",
});
record!(StoredDischarge: case::Discharge {
    criteria: Vec<case::Answered>,
    language: String,
    restart: String,
    catheter_care: Stated,
    warning_signs_given: Stated,
    results_by: String,
    escort: Stated,
    against_advice: String,
});
record!(StoredReopening: case::Reopening { reason: String });

record!(StoredResult: case::ResultReceived {
    reference: String,
    words: String,
    reported_at: Option<Timestamp>,
});
record!(StoredReview: case::Review { conclusion: String, fits_the_images: Stated });

record!(StoredAbsorbedProcedure: case::AbsorbedProcedure {
    same_as: Option<ProcedureNumber>,
    procedure: case::NewProcedure,
});
record!(StoredAbsorption: case::Absorption {
    from: CaseId,
    procedures: Vec<case::AbsorbedProcedure>,
});
record!(StoredOrderChange: case::OrderChange {
    number: ProcedureNumber,
    orders: case::OrderNumbers,
    accession: Option<AccessionNumber>,
    study: Option<StudyUid>,
    sender_code: Option<case::SenderCode>,
    procedure: Option<ProcedureId>,
    side: Option<Laterality>,
    site: Option<String>,
    indication: Option<String>,
    wanted_at: Option<Timestamp>,
});
record!(StoredStudy: case::StudyReceived {
    study: StudyUid,
    accession: Option<AccessionNumber>,
    modality: String,
    instances: u32,
});
record!(StoredDose: case::DoseReceived {
    report: String,
    study: Option<StudyUid>,
    totals: DoseTotals,
});
record!(StoredDeath: case::DeathRecord { died_at: Option<Timestamp>, source: String });
