//! What somebody asks for, in the imperative.

use crate::{
    Absorption, Admission, Arrival, Booking, Cancellation, Checklist, Consent, DeathRecord,
    Discharge, DoseReceived, EmergencyEntry, Escalation, GateFinding, Move, NewProcedure, NewTrack,
    NoConsent, Observation, OrderCancellation, OrderChange, Override, Postponement,
    PreparationFact, ProcedureEnd, ProcedureNumber, Protocol, Recovery, Redirection, Referral,
    Rejection, Reopening, ResultReceived, Review, RoomFact, SignOut, StartReason, Statement,
    StudyReceived, TrackNote, TrackNumber, TrackOutcome,
};
use jiff::{Timestamp, civil::Date};
use model::{CaseId, Laterality, PatientKey, ProcedureId, Role, StudyUid};

macro_rules! commands {
    ($($(#[$doc:meta])* $name:ident $(($payload:ty))? $({ $($field:ident: $ty:ty),+ $(,)? })? = $code:literal),+ $(,)?) => {
        #[derive(Debug, Clone, PartialEq)]
        pub enum Command { $($(#[$doc])* $name $(($payload))? $({ $($field: $ty),+ })?),+ }

        impl Command {
            pub const NAMES: &'static [&'static str] = &[$($code),+];

            /// The command's word, for logs, refusals and form addresses.
            pub fn name(&self) -> &'static str {
                match self { $(Self::$name { .. } => $code),+ }
            }
        }
    };
}

commands!(
    Refer(Referral) = "refer",
    /// The referrer answers what was missing.
    CompleteReferral { answers: Vec<Statement> } = "complete_referral",
    BeginVetting = "begin_vetting",
    Vet(Protocol) = "vet",
    Reject(Rejection) = "reject",
    ReturnToReferrer { missing: Vec<String> } = "return_to_referrer",
    Redirect(Redirection) = "redirect",
    /// Also rebooks a cancelled case.
    Schedule(Booking) = "schedule",
    Move(Move) = "move",
    /// Gives the slot up without a new one; the signed protocol waits for its booking.
    Postpone(Postponement) = "postpone",
    Cancel(Cancellation) = "cancel",
    GiveRestartInstruction { words: String } = "give_restart_instruction",
    BeginPreparation = "begin_preparation",
    RecordPreparation(PreparationFact) = "record_preparation",
    EvaluateGate(GateFinding) = "evaluate_gate",
    SignOverride(Override) = "sign_override",
    EnterEmergency(EmergencyEntry) = "enter_emergency",
    Arrive(Arrival) = "arrive",
    GiveConsent(Consent) = "give_consent",
    DeclineConsent(NoConsent) = "decline_consent",
    WithdrawConsent(NoConsent) = "withdraw_consent",
    BeginSignIn = "begin_sign_in",
    CompleteSignIn(Checklist) = "complete_sign_in",
    CompleteTimeOut(Checklist) = "complete_time_out",
    /// A claim: everything before the needle was done. Refused when it was not.
    StartProcedure { happened_at: Timestamp } = "start_procedure",
    /// A fact: the needle went in. Always recorded, with what was missing.
    RecordStart { happened_at: Timestamp, reason: StartReason } = "record_start",
    RecordInRoom { happened_at: Timestamp, fact: RoomFact } = "record_in_room",
    AddProcedure { procedure: NewProcedure, reason: String } = "add_procedure",
    ChangeProcedure { number: ProcedureNumber, side: Laterality, site: String, reason: String } = "change_procedure",
    DropProcedure { number: ProcedureNumber, reason: String } = "drop_procedure",
    IdentifyProcedure { number: ProcedureNumber, procedure: ProcedureId } = "identify_procedure",
    ChangeOperator { operator: String } = "change_operator",
    EndProcedure(ProcedureEnd) = "end_procedure",
    CompleteSignOut(SignOut) = "complete_sign_out",
    BeginRecovery(Recovery) = "begin_recovery",
    RecordObservation(Observation) = "record_observation",
    Escalate(Escalation) = "escalate",
    /// Back into the room in the same visit: new sign-in, new time-out.
    Reintervene { reason: String, procedure: NewProcedure } = "reintervene",
    Admit(Admission) = "admit",
    Discharge(Discharge) = "discharge",
    OpenTrack(NewTrack) = "open_track",
    ReassignTrack { number: TrackNumber, owner: Role, due: Option<Date> } = "reassign_track",
    NoteOnTrack { number: TrackNumber, note: TrackNote } = "note_on_track",
    RecordResult { number: TrackNumber, result: ResultReceived } = "record_result",
    ReviewResult { number: TrackNumber, review: Review } = "review_result",
    InformPatient { number: TrackNumber, on: Date, channel: String, follow_up: String } = "inform_patient",
    CloseTrack { number: TrackNumber, outcome: TrackOutcome } = "close_track",
    ExplainDeviation { number: u16, reason: String } = "explain_deviation",
    Close = "close",
    Reopen(Reopening) = "reopen",
    AbsorbCase(Absorption) = "absorb_case",
    JoinInto { case: CaseId } = "join_into",
    RecordPatientMerged { from: PatientKey, to: PatientKey } = "record_patient_merged",
    ChangeOrder(OrderChange) = "change_order",
    /// The sender took an order back. A fact: never refused.
    RecordOrderCancelled(OrderCancellation) = "record_order_cancelled",
    LinkStudy(StudyReceived) = "link_study",
    ReceiveDose(DoseReceived) = "receive_dose",
    /// The study belongs to somebody else: with its dose it leaves the case.
    DetachStudy { study: StudyUid, reason: String } = "detach_study",
    RecordDeath(DeathRecord) = "record_death",
    RetractDeath { reason: String } = "retract_death",
);
