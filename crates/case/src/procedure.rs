//! In the room: the first puncture, what was used, given and taken, and what changed on the way.
//!
//! Facts are never refused for a missing step: the missing steps stand beside them as a deviation.

use crate::{
    Amount, Body, Case, Command, ConsentState, Context, Millilitre, NewProcedure, NewTrack,
    ProcedureNumber, ProcedureStatus, Refusal, State, Statement, TrackKind, values::said,
};
use jiff::{Timestamp, civil::Date};
use model::{DoseTotals, Laterality, Role};

/// A step that the line asks for before the needle, or on the way out, and that was not done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MissingStep {
    Vetting,
    Arrival,
    Consent,
    SignIn,
    TimeOut,
    SignOut,
    /// A device without its identifier and without a reason.
    DeviceIdentifier,
    /// The case stood as cancelled, rejected or closed.
    CaseAlive,
}

impl MissingStep {
    pub const ALL: &'static [Self] = &[
        Self::Vetting,
        Self::Arrival,
        Self::Consent,
        Self::SignIn,
        Self::TimeOut,
        Self::SignOut,
        Self::DeviceIdentifier,
        Self::CaseAlive,
    ];

    pub fn code(self) -> &'static str {
        match self {
            Self::Vetting => "vetting",
            Self::Arrival => "arrival",
            Self::Consent => "consent",
            Self::SignIn => "sign_in",
            Self::TimeOut => "time_out",
            Self::SignOut => "sign_out",
            Self::DeviceIdentifier => "device_identifier",
            Self::CaseAlive => "case_alive",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|step| step.code() == code)
    }
}

/// Why a start is recorded although steps are missing.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum StartReason {
    /// Life or limb, in words.
    Emergency(String),
    /// It was done and not written down then.
    RecordedLate(String),
    /// Nobody has said yet; the case cannot close before somebody does.
    NotStated,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DeviceRole {
    Used,
    Implanted,
    Explanted,
    Wasted,
    Failed,
}

impl DeviceRole {
    pub const ALL: &'static [Self] = &[
        Self::Used,
        Self::Implanted,
        Self::Explanted,
        Self::Wasted,
        Self::Failed,
    ];

    pub fn code(self) -> &'static str {
        match self {
            Self::Used => "used",
            Self::Implanted => "implanted",
            Self::Explanted => "explanted",
            Self::Wasted => "wasted",
            Self::Failed => "failed",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|role| role.code() == code)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DeviceUse {
    pub name: String,
    /// Device identifier (UDI-DI); empty when there is none.
    pub udi_di: String,
    pub lot: String,
    pub serial: String,
    pub expires: Option<Date>,
    pub role: DeviceRole,
    pub position: String,
    /// A catheter that stays: opens a device track that is due on this day.
    pub exchange_by: Option<Date>,
    /// Why there is no identifier; empty otherwise.
    pub without_udi_because: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SpecimenTaken {
    /// Barcode of the container.
    pub container: String,
    pub site: String,
    pub side: Laterality,
    /// `core`, `fna`, `fluid`, `pus`, `bile`, `urine`.
    pub kind: String,
    pub passes: u8,
    pub medium: String,
    pub tests: String,
    /// Day on which the result is expected; `None` takes the site's interval.
    pub expected_by: Option<Date>,
    /// Who acknowledges the result.
    pub responsible: Role,
}

#[derive(Debug, Clone, PartialEq)]
pub enum RoomFact {
    /// A puncture: where, how guided, with what.
    Needle {
        access: String,
        guidance: String,
        gauge: String,
        punctures: u8,
    },
    Device(DeviceUse),
    Contrast {
        agent: String,
        /// Milligrams of iodine per millilitre; `None` for gadolinium, carbon dioxide and air.
        iodine_mg_per_ml: Option<u16>,
        route: String,
        volume: Millilitre,
    },
    Medicine {
        medicine: String,
        amount: Amount,
        route: String,
        indication: String,
    },
    Specimen(SpecimenTaken),
    /// Read from the console by a person; a dose report comes by itself.
    DoseRead(DoseTotals),
    Vitals {
        findings: Vec<Statement>,
    },
    Finding {
        words: String,
    },
    /// Opens an adverse-event track.
    Complication {
        words: String,
    },
    TeamMember {
        name: String,
        function: String,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ProcedureEnd {
    /// Haemostasis reached.
    Haemostasis {
        happened_at: Timestamp,
        closure: String,
    },
    CatheterFixed {
        happened_at: Timestamp,
        fixation: String,
    },
    /// Given up: why, and what was achieved.
    Aborted {
        happened_at: Timestamp,
        reason: String,
        achieved: String,
    },
}

impl ProcedureEnd {
    pub fn happened_at(&self) -> Timestamp {
        match self {
            Self::Haemostasis { happened_at, .. }
            | Self::CatheterFixed { happened_at, .. }
            | Self::Aborted { happened_at, .. } => *happened_at,
        }
    }
}

/// The claim that everything before the needle was done.
pub(crate) fn start(
    state: &Case,
    command: &Command,
    happened_at: Timestamp,
    context: &Context<'_>,
) -> Result<Vec<Body>, Refusal> {
    state.must_be_in(command, &[State::TimeOut])?;
    not_in_the_future(happened_at, context)?;
    let missing = missing_before_needle(state);
    if !missing.is_empty() {
        let words: Vec<&str> = missing.iter().map(|step| step.code()).collect();
        let code = if missing.contains(&MissingStep::TimeOut) {
            "time_out_missing"
        } else {
            "steps_missing"
        };
        return Err(Refusal::new(
            code,
            format!("not done before the needle: {}", words.join(", ")),
        )
        .instead("complete them; if the needle is in already, record the start as a fact"));
    }
    if state
        .time_out
        .as_ref()
        .is_some_and(|done| is_earlier_by_the_minute(happened_at, done.at))
    {
        return Err(Refusal::new(
            "needle_before_time_out",
            "the time of the puncture is before the time-out",
        )
        .instead("correct the time, or record the start as a fact"));
    }
    Ok(vec![Body::ProcedureStarted { happened_at }])
}

/// People write times to the minute: a moment in the same minute is not before.
fn is_earlier_by_the_minute(happened_at: Timestamp, done_at: Timestamp) -> bool {
    let minute = |at: Timestamp| at.as_second().div_euclid(60);
    minute(happened_at) < minute(done_at)
}

/// The fact that the needle went in, whatever was missing.
pub(crate) fn record_start(
    state: &Case,
    happened_at: Timestamp,
    reason: &StartReason,
    context: &Context<'_>,
) -> Result<Vec<Body>, Refusal> {
    exists(state)?;
    not_in_the_future(happened_at, context)?;
    if is_started(state) {
        return Err(
            Refusal::new("already_started", "the procedure has started already")
                .instead("record the puncture as a fact of the room, or begin a reintervention"),
        );
    }
    Ok(started(state, happened_at, reason))
}

fn started(state: &Case, happened_at: Timestamp, reason: &StartReason) -> Vec<Body> {
    let mut missing = missing_before_needle(state);
    let late = state
        .time_out
        .as_ref()
        .is_some_and(|done| is_earlier_by_the_minute(happened_at, done.at));
    if late && !missing.contains(&MissingStep::TimeOut) {
        missing.push(MissingStep::TimeOut);
    }
    let mut bodies = Vec::new();
    if !missing.is_empty() {
        let reason = match reason {
            StartReason::Emergency(words) | StartReason::RecordedLate(words) if said(words) => {
                Some(words.clone())
            }
            StartReason::Emergency(_) | StartReason::RecordedLate(_) | StartReason::NotStated => {
                None
            }
        };
        bodies.push(state.deviation(0, "procedure started", missing, reason));
    }
    bodies.push(Body::ProcedureStarted { happened_at });
    bodies
}

fn is_started(state: &Case) -> bool {
    state.started_at.is_some()
}

/// What the line asks for before the needle and the record does not hold.
pub(crate) fn missing_before_needle(state: &Case) -> Vec<MissingStep> {
    let mut missing = Vec::new();
    let alive = state.state.is_before_procedure() || is_started(state);
    if !alive {
        missing.push(MissingStep::CaseAlive);
    }
    if state.protocol.is_none() && state.emergency.is_none() {
        missing.push(MissingStep::Vetting);
    }
    if state.arrival.is_none() && state.emergency.is_none() {
        missing.push(MissingStep::Arrival);
    }
    match state.consent {
        ConsentState::Given { .. } => {}
        ConsentState::NotTaken | ConsentState::Declined { .. } | ConsentState::Withdrawn { .. } => {
            missing.push(MissingStep::Consent);
        }
    }
    if state.sign_in.is_none() {
        missing.push(MissingStep::SignIn);
    }
    if state.time_out.is_none() {
        missing.push(MissingStep::TimeOut);
    }
    missing
}

/// Something was used, given, taken or seen. A needle before the start *is* the start.
pub(crate) fn record(
    state: &Case,
    happened_at: Timestamp,
    fact: &RoomFact,
    context: &Context<'_>,
) -> Result<Vec<Body>, Refusal> {
    exists(state)?;
    not_in_the_future(happened_at, context)?;
    let mut bodies = Vec::new();
    let (is_needle, is_invasive) = match fact {
        RoomFact::Needle { .. } => (true, true),
        RoomFact::Device(_) | RoomFact::Specimen(_) => (false, true),
        RoomFact::Contrast { .. }
        | RoomFact::Medicine { .. }
        | RoomFact::DoseRead(_)
        | RoomFact::Vitals { .. }
        | RoomFact::Finding { .. }
        | RoomFact::Complication { .. }
        | RoomFact::TeamMember { .. } => (false, false),
    };
    if is_needle && !is_started(state) {
        bodies.extend(started(state, happened_at, &StartReason::NotStated));
    } else if is_invasive && state.time_out.is_none() {
        bodies.push(state.deviation(
            0,
            "invasive step recorded",
            missing_before_needle(state),
            None,
        ));
    }
    bodies.push(Body::RoomFactRecorded {
        happened_at,
        fact: fact.clone(),
    });
    if let RoomFact::Device(device) = fact
        && !said(&device.udi_di)
        && !said(&device.without_udi_because)
    {
        let before = count_deviations(&bodies);
        bodies.push(state.deviation(
            before,
            "device recorded",
            vec![MissingStep::DeviceIdentifier],
            None,
        ));
    }
    bodies.extend(track_for(state, fact, context));
    Ok(bodies)
}

fn count_deviations(bodies: &[Body]) -> u16 {
    let count = bodies
        .iter()
        .filter(|body| matches!(body, Body::StepMissed { .. }))
        .count();
    u16::try_from(count).unwrap_or(u16::MAX)
}

fn track_for(state: &Case, fact: &RoomFact, context: &Context<'_>) -> Option<Body> {
    let track = match fact {
        RoomFact::Specimen(specimen) => crate::results::for_specimen(specimen, context),
        RoomFact::Device(device) => crate::device_follow_up::for_device(device)?,
        RoomFact::Complication { words } => crate::adverse_event::draft(words),
        RoomFact::Needle { .. }
        | RoomFact::Contrast { .. }
        | RoomFact::Medicine { .. }
        | RoomFact::DoseRead(_)
        | RoomFact::Vitals { .. }
        | RoomFact::Finding { .. }
        | RoomFact::TeamMember { .. } => return None,
    };
    Some(state.opened(0, track))
}

pub(crate) fn end(
    state: &Case,
    command: &Command,
    end: &ProcedureEnd,
    context: &Context<'_>,
) -> Result<Vec<Body>, Refusal> {
    state.must_be_in(command, &[State::InProcedure])?;
    not_in_the_future(end.happened_at(), context)?;
    if let ProcedureEnd::Aborted { reason, .. } = end
        && !said(reason)
    {
        return Err(Refusal::empty("why it was given up"));
    }
    if state
        .started_at
        .is_some_and(|start| end.happened_at() < start)
    {
        return Err(Refusal::new(
            "ends_before_start",
            "the end is before the first puncture",
        ));
    }
    let already_said = state
        .deviations
        .iter()
        .any(|deviation| deviation.missing.contains(&MissingStep::TimeOut));
    let mut bodies = Vec::new();
    if state.time_out.is_none() && !already_said {
        let missing = vec![MissingStep::TimeOut];
        bodies.push(state.deviation(0, "procedure ended", missing, None));
    }
    bodies.push(Body::ProcedureEnded(end.clone()));
    Ok(bodies)
}

/// What is found in the room may add a procedure; the time-out is then repeated.
pub(crate) fn add(
    state: &Case,
    command: &Command,
    procedure: &NewProcedure,
    reason: &str,
) -> Result<Vec<Body>, Refusal> {
    may_change(state, command)?;
    if !said(reason) {
        return Err(Refusal::empty("the reason"));
    }
    Ok(vec![Body::ProcedureAdded {
        number: state.next_procedure(0),
        procedure: procedure.clone(),
        reason: reason.to_owned(),
    }])
}

pub(crate) fn change(
    state: &Case,
    command: &Command,
    number: ProcedureNumber,
    (side, site): (Laterality, &str),
    reason: &str,
) -> Result<Vec<Body>, Refusal> {
    may_change(state, command)?;
    if !said(reason) {
        return Err(Refusal::empty("the reason"));
    }
    let procedure = state.procedure(number)?;
    if procedure.side == side && procedure.site == site {
        return Ok(Vec::new());
    }
    Ok(vec![Body::ProcedureChanged {
        number,
        side,
        site: site.to_owned(),
        reason: reason.to_owned(),
    }])
}

pub(crate) fn drop_procedure(
    state: &Case,
    command: &Command,
    number: ProcedureNumber,
    reason: &str,
) -> Result<Vec<Body>, Refusal> {
    may_change(state, command)?;
    if !said(reason) {
        return Err(Refusal::empty("the reason"));
    }
    if state.procedure(number)?.status == ProcedureStatus::Dropped {
        return Ok(Vec::new());
    }
    if state.live().count() < 2 {
        return Err(
            Refusal::new("last_procedure", "this is the last procedure of the case")
                .instead("cancel the case, or end the attempt as given up"),
        );
    }
    Ok(vec![Body::ProcedureDropped {
        number,
        reason: reason.to_owned(),
    }])
}

fn may_change(state: &Case, command: &Command) -> Result<(), Refusal> {
    state.must_be_in(
        command,
        &[
            State::Referred,
            State::Returned,
            State::Vetting,
            State::Scheduled,
            State::Preparation,
            State::Emergency,
            State::Arrived,
            State::SignIn,
            State::TimeOut,
            State::InProcedure,
        ],
    )
}

pub(crate) fn exists(state: &Case) -> Result<(), Refusal> {
    if state.state == State::NotReferred {
        Err(Refusal::new("no_case", "there is no case yet"))
    } else {
        Ok(())
    }
}

pub(crate) fn not_in_the_future(
    happened_at: Timestamp,
    context: &Context<'_>,
) -> Result<(), Refusal> {
    if happened_at > context.at {
        Err(Refusal::new("in_the_future", "that time has not come yet").instead("correct the time"))
    } else {
        Ok(())
    }
}

/// A track that starts by itself from what was done.
pub(crate) fn track(kind: TrackKind, about: &str, owner: Role, due: Option<Date>) -> NewTrack {
    NewTrack {
        kind,
        about: about.to_owned(),
        owner,
        due,
    }
}
