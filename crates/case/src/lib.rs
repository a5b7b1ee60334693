//! One case as a state machine: commands in, events out, state is what the events say.
//!
//! Reading order: the words ([`State`], [`Actor`], [`Procedure`]), the menu ([`Command`], [`decide`]),
//! one file per step of the pathway, one file per track, and at the end [`Case`] with `apply` and `replay`.

mod actor;
mod context;
mod planned;
mod refusal;
mod state;
mod values;

mod command;
mod decide;
mod event;
mod who;

mod arrival;
mod booking;
mod cancellation;
mod checklist;
mod consent;
mod discharge;
mod emergency;
mod join;
mod orders;
mod preparation;
mod procedure;
mod recovery;
mod referral;
mod sign_in;
mod sign_out;
mod time_out;

mod adverse_event;
mod device_follow_up;
mod dose_follow_up;
mod follow_up;
pub mod restart;
mod results;
mod track;

mod apply;
mod case;

pub use actor::{Actor, Door};
pub use arrival::Arrival;
pub use booking::{BookedStep, Booking, Move, Postponement};
pub use cancellation::{Cancellation, OrderCancellation, Rebook, Restart};
pub use case::{Case, Completed, ConsentState, Deviation, Entered, RoomEntry, Signed};
pub use checklist::{Answered, Checklist, ChecklistAnswer};
pub use command::Command;
pub use consent::{AfterRefusal, Consent, ConsentBasis, NoConsent};
pub use context::{Context, GateFinding, GateReason, Holds, PathwayRules};
pub use decide::decide;
pub use discharge::{CaseOutcome, Discharge, Reopening};
pub use emergency::{EmergencyEntry, EmergencyUrgency};
pub use event::{Body, Event};
pub use join::{AbsorbedProcedure, Absorption};
pub use orders::{DeathRecord, DoseReceived, OrderChange, StudyReceived};
pub use planned::{
    NewProcedure, OrderNumbers, Procedure, ProcedureNumber, ProcedureStatus, ScheduledStep,
    SenderCode, What,
};
pub use preparation::{Override, PreparationFact};
pub use procedure::{
    DeviceRole, DeviceUse, MissingStep, ProcedureEnd, RoomFact, SpecimenTaken, StartReason,
};
pub use recovery::{Admission, Escalation, EscalationKind, Observation, Recovery};
pub use referral::{Protocol, Redirection, Referral, Rejection, Statement};
pub use refusal::Refusal;
pub use results::{ResultReceived, Review};
pub use sign_out::SignOut;
pub use state::State;
pub use track::{
    NewTrack, PatientTold, Track, TrackKind, TrackNote, TrackNumber, TrackOutcome, TrackStage,
};
pub use values::{Amount, Millilitre, Stated};
