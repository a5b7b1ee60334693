//! One case as its events tell it. Read freely; only `apply` changes it.

use crate::{
    Actor, Admission, Arrival, Body, Booking, Cancellation, CaseOutcome, Checklist, Command,
    Consent, DeathRecord, Discharge, DoseReceived, EmergencyEntry, Escalation, Event, GateFinding,
    MissingStep, NewTrack, NoConsent, Observation, OrderCancellation, Override, PreparationFact,
    Procedure, ProcedureEnd, ProcedureNumber, Protocol, Recovery, Refusal, Rejection, Restart,
    RoomFact, SignOut, State, Statement, StudyReceived, Track, TrackNumber,
};
use jiff::Timestamp;
use model::{CaseId, PatientKey, Urgency};

/// Something with who and when.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Signed<T> {
    pub at: Timestamp,
    pub by: Actor,
    pub what: T,
}

/// A checklist that was completed.
pub type Completed = Signed<Checklist>;

/// When the case came into a state, and through whom.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Entered {
    pub state: State,
    pub at: Timestamp,
    pub by: Actor,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ConsentState {
    NotTaken,
    Given(Signed<Consent>),
    Declined(Signed<NoConsent>),
    Withdrawn(Signed<NoConsent>),
}

/// Steps that were missing when something happened all the same.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Deviation {
    pub number: u16,
    pub at: Timestamp,
    pub during: String,
    pub missing: Vec<MissingStep>,
    /// `None` keeps the case from closing.
    pub reason: Option<String>,
}

/// A fact of the room with its own moment.
#[derive(Debug, Clone, PartialEq)]
pub struct RoomEntry {
    pub happened_at: Timestamp,
    pub fact: RoomFact,
}

#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Case {
    pub id: CaseId,
    /// Number of events applied: the expected version of the next command.
    pub version: u64,
    pub state: State,
    pub history: Vec<Entered>,
    pub patient: Option<PatientKey>,
    pub procedures: Vec<Procedure>,
    pub urgency: Option<Urgency>,
    pub indication: String,
    pub referrer: String,
    pub result_to: String,
    pub wanted_at: Option<Timestamp>,
    pub statements: Vec<Statement>,
    pub missing_fields: Vec<String>,
    pub index_case: Option<CaseId>,
    pub protocol: Option<Signed<Protocol>>,
    pub booking: Option<Signed<Booking>>,
    pub consent: ConsentState,
    pub preparation: Vec<Signed<PreparationFact>>,
    pub gate: Option<Signed<GateFinding>>,
    pub override_signed: Option<Signed<Override>>,
    pub emergency: Option<Signed<EmergencyEntry>>,
    pub arrival: Option<Signed<Arrival>>,
    pub sign_in: Option<Completed>,
    /// `None` again when operator, side or procedure changes: the time-out is repeated.
    pub time_out: Option<Completed>,
    pub operator: Option<String>,
    pub started_at: Option<Timestamp>,
    pub room_facts: Vec<RoomEntry>,
    pub ended: Option<ProcedureEnd>,
    pub sign_out: Option<Signed<SignOut>>,
    pub recovery: Option<Recovery>,
    pub observations: Vec<Observation>,
    pub escalations: Vec<Escalation>,
    pub admission: Option<Admission>,
    pub discharge: Option<Signed<Discharge>>,
    pub tracks: Vec<Track>,
    pub deviations: Vec<Deviation>,
    pub rejection: Option<Signed<Rejection>>,
    pub cancellation: Option<Signed<Cancellation>>,
    /// Orders that the sender took back, also after the procedure was done.
    pub orders_cancelled: Vec<OrderCancellation>,
    /// What the patient was told about stopped medicines when the slot was lost.
    pub restart: Option<Restart>,
    pub outcome: Option<CaseOutcome>,
    pub closed_from: Option<State>,
    pub joined_into: Option<CaseId>,
    pub absorbed: Vec<CaseId>,
    pub studies: Vec<StudyReceived>,
    pub doses: Vec<DoseReceived>,
    pub death: Option<DeathRecord>,
}

impl Case {
    /// A case of which nothing is known yet.
    pub fn new(id: CaseId) -> Self {
        Self {
            id,
            version: 0,
            state: State::NotReferred,
            history: Vec::new(),
            patient: None,
            procedures: Vec::new(),
            urgency: None,
            indication: String::new(),
            referrer: String::new(),
            result_to: String::new(),
            wanted_at: None,
            statements: Vec::new(),
            missing_fields: Vec::new(),
            index_case: None,
            protocol: None,
            booking: None,
            consent: ConsentState::NotTaken,
            preparation: Vec::new(),
            gate: None,
            override_signed: None,
            emergency: None,
            arrival: None,
            sign_in: None,
            time_out: None,
            operator: None,
            started_at: None,
            room_facts: Vec::new(),
            ended: None,
            sign_out: None,
            recovery: None,
            observations: Vec::new(),
            escalations: Vec::new(),
            admission: None,
            discharge: None,
            tracks: Vec::new(),
            deviations: Vec::new(),
            rejection: None,
            cancellation: None,
            orders_cancelled: Vec::new(),
            restart: None,
            outcome: None,
            closed_from: None,
            joined_into: None,
            absorbed: Vec::new(),
            studies: Vec::new(),
            doses: Vec::new(),
            death: None,
        }
    }

    /// The case that these events tell, in their order.
    pub fn replay<'a>(id: CaseId, events: impl IntoIterator<Item = &'a Event>) -> Self {
        let mut case = Self::new(id);
        for event in events {
            case.apply(event);
        }
        case
    }

    /// Procedures that are still meant to be done.
    pub fn live(&self) -> impl Iterator<Item = &Procedure> {
        self.procedures
            .iter()
            .filter(|procedure| procedure.is_live())
    }

    /// # Errors
    /// `no_such_procedure`.
    pub fn procedure(&self, number: ProcedureNumber) -> Result<&Procedure, Refusal> {
        self.procedures
            .iter()
            .find(|procedure| procedure.number == number)
            .ok_or_else(|| {
                Refusal::new(
                    "no_such_procedure",
                    format!("procedure {number} is not on this case"),
                )
            })
    }

    pub fn open_tracks(&self) -> impl Iterator<Item = &Track> {
        self.tracks.iter().filter(|track| track.is_open())
    }

    /// # Errors
    /// `no_open_track`.
    pub fn open_track(&self, number: TrackNumber) -> Result<&Track, Refusal> {
        self.open_tracks()
            .find(|track| track.number == number)
            .ok_or_else(|| Refusal::new("no_open_track", format!("track {number} is not open")))
    }

    /// The first scheduled step of the visit.
    pub fn appointment(&self) -> Option<Timestamp> {
        self.live()
            .filter_map(|procedure| procedure.step.as_ref().map(|step| step.start))
            .min()
    }

    /// Operator, side or procedure changed after the time-out: it is repeated before the next needle.
    pub fn needs_another_time_out(&self) -> bool {
        self.state == State::InProcedure && self.time_out.is_none()
    }

    pub(crate) fn must_be_in(&self, command: &Command, from: &[State]) -> Result<(), Refusal> {
        if from.contains(&self.state) {
            Ok(())
        } else {
            Err(Refusal::not_from(self.state, command, from))
        }
    }

    /// * `already` – how many are made by the same decision before this one.
    pub(crate) fn next_procedure(&self, already: u16) -> ProcedureNumber {
        let highest = self
            .procedures
            .iter()
            .map(|p| p.number.0)
            .max()
            .unwrap_or(0);
        ProcedureNumber(highest.saturating_add(1).saturating_add(already))
    }

    pub(crate) fn opened(&self, already: u16, track: NewTrack) -> Body {
        let highest = self.tracks.iter().map(|t| t.number.0).max().unwrap_or(0);
        Body::TrackOpened {
            number: TrackNumber(highest.saturating_add(1).saturating_add(already)),
            track,
        }
    }

    pub(crate) fn deviation(
        &self,
        already: u16,
        during: &str,
        missing: Vec<MissingStep>,
        reason: Option<String>,
    ) -> Body {
        let highest = self.deviations.iter().map(|d| d.number).max().unwrap_or(0);
        Body::StepMissed {
            number: highest.saturating_add(1).saturating_add(already),
            during: during.to_owned(),
            missing,
            reason,
        }
    }
}
