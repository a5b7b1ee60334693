//! What happened, in the past tense. Events are never edited or deleted.

use crate::{
    Absorption, Actor, Admission, Arrival, Booking, Cancellation, CaseOutcome, Checklist, Consent,
    DeathRecord, Discharge, DoseReceived, EmergencyEntry, Escalation, GateFinding, MissingStep,
    Move, NewProcedure, NewTrack, NoConsent, Observation, OrderCancellation, OrderChange, Override,
    Postponement, PreparationFact, ProcedureEnd, ProcedureNumber, Protocol, Recovery, Redirection,
    Referral, Rejection, Reopening, ResultReceived, Review, RoomFact, SignOut, Statement,
    StudyReceived, TrackNote, TrackNumber, TrackOutcome,
};
use jiff::{Timestamp, civil::Date};
use model::{CaseId, Laterality, PatientKey, ProcedureId, Role, StudyUid};

/// One thing that happened to a case: when it was recorded, by whom, what.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// When it was recorded. What has its own moment carries it as `happened_at` in the body.
    pub at: Timestamp,
    pub by: Actor,
    pub body: Body,
}

macro_rules! bodies {
    ($($(#[$doc:meta])* $name:ident $(($payload:ty))? $({ $($field:ident: $ty:ty),+ $(,)? })? = $kind:literal),+ $(,)?) => {
        #[derive(Debug, Clone, PartialEq)]
        pub enum Body { $($(#[$doc])* $name $(($payload))? $({ $($field: $ty),+ })?),+ }

        impl Body {
            /// Every kind of event, as stored.
            pub const KINDS: &'static [&'static str] = &[$($kind),+];

            /// The stored word of this kind: stable for ever.
            pub fn kind(&self) -> &'static str {
                match self { $(Self::$name { .. } => $kind),+ }
            }
        }
    };
}

bodies!(
    Referred(Referral) = "referred",
    ReferralCompleted { answers: Vec<Statement> } = "referral_completed",
    VettingBegun = "vetting_begun",
    Vetted(Protocol) = "vetted",
    Rejected(Rejection) = "rejected",
    ReturnedToReferrer { missing: Vec<String> } = "returned_to_referrer",
    Redirected(Redirection) = "redirected",
    Scheduled(Booking) = "scheduled",
    Moved(Move) = "moved",
    Postponed(Postponement) = "postponed",
    SentBackToVetting { reason: String } = "sent_back_to_vetting",
    Cancelled(Cancellation) = "cancelled",
    RestartInstructionGiven { words: String } = "restart_instruction_given",
    PreparationBegun = "preparation_begun",
    PreparationFactRecorded(PreparationFact) = "preparation_fact_recorded",
    GateEvaluated(GateFinding) = "gate_evaluated",
    OverrideSigned(Override) = "override_signed",
    EmergencyEntered(EmergencyEntry) = "emergency_entered",
    Arrived(Arrival) = "arrived",
    ConsentGiven(Consent) = "consent_given",
    ConsentDeclined(NoConsent) = "consent_declined",
    ConsentWithdrawn(NoConsent) = "consent_withdrawn",
    SignInBegun = "sign_in_begun",
    SignInCompleted(Checklist) = "sign_in_completed",
    TimeOutCompleted(Checklist) = "time_out_completed",
    /// First skin puncture.
    ProcedureStarted { happened_at: Timestamp } = "procedure_started",
    RoomFactRecorded { happened_at: Timestamp, fact: RoomFact } = "room_fact_recorded",
    ProcedureAdded { number: ProcedureNumber, procedure: NewProcedure, reason: String } = "procedure_added",
    ProcedureChanged { number: ProcedureNumber, side: Laterality, site: String, reason: String } = "procedure_changed",
    ProcedureDropped { number: ProcedureNumber, reason: String } = "procedure_dropped",
    ProcedureIdentified { number: ProcedureNumber, procedure: ProcedureId } = "procedure_identified",
    OperatorChanged { operator: String } = "operator_changed",
    /// Haemostasis, or the catheter is fixed, or the attempt was given up.
    ProcedureEnded(ProcedureEnd) = "procedure_ended",
    SignOutCompleted(SignOut) = "sign_out_completed",
    RecoveryBegun(Recovery) = "recovery_begun",
    Observed(Observation) = "observed",
    Escalated(Escalation) = "escalated",
    ReinterventionBegun { reason: String } = "reintervention_begun",
    Admitted(Admission) = "admitted",
    Discharged(Discharge) = "discharged",
    TrackOpened { number: TrackNumber, track: NewTrack } = "track_opened",
    TrackReassigned { number: TrackNumber, owner: Role, due: Option<Date> } = "track_reassigned",
    TrackNoted { number: TrackNumber, note: TrackNote } = "track_noted",
    ResultReceived { number: TrackNumber, result: ResultReceived } = "result_received",
    ResultReviewed { number: TrackNumber, review: Review } = "result_reviewed",
    PatientInformed { number: TrackNumber, on: Date, channel: String, follow_up: String } = "patient_informed",
    TrackClosed { number: TrackNumber, outcome: TrackOutcome } = "track_closed",
    StepMissed { number: u16, during: String, missing: Vec<MissingStep>, reason: Option<String> } = "step_missed",
    DeviationExplained { number: u16, reason: String } = "deviation_explained",
    Closed { outcome: CaseOutcome } = "closed",
    Reopened(Reopening) = "reopened",
    CaseAbsorbed(Absorption) = "case_absorbed",
    JoinedInto { case: CaseId } = "joined_into",
    PatientMerged { from: PatientKey, to: PatientKey } = "patient_merged",
    OrderChanged(OrderChange) = "order_changed",
    OrderCancelled(OrderCancellation) = "order_cancelled",
    StudyReceived(StudyReceived) = "study_received",
    DoseReceived(DoseReceived) = "dose_received",
    StudyDetached { study: StudyUid, reason: String } = "study_detached",
    DeathRecorded(DeathRecord) = "death_recorded",
    DeathRetracted { reason: String } = "death_retracted",
);
