//! Afterwards: observation, escalation, a bed, or back into the room.

use crate::{
    Body, Case, Command, Context, MissingStep, NewProcedure, Refusal, State, Statement,
    adverse_event,
    procedure::{exists, not_in_the_future},
    values::said,
};
use jiff::Timestamp;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Recovery {
    /// Id of the observation bundle.
    pub bundle: String,
    pub position: String,
    pub bed_rest_ends: Option<Timestamp>,
    pub observation_ends: Timestamp,
    /// What to call the doctor for.
    pub triggers: String,
    /// Why the patient left the room without a completed sign-out; empty when it is complete.
    pub without_sign_out_because: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Observation {
    pub happened_at: Timestamp,
    /// Name and value as measured.
    pub findings: Vec<Statement>,
    pub observer_note: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EscalationKind {
    Deterioration,
    ConversionToSurgery,
    Resuscitation,
}

impl EscalationKind {
    pub const ALL: &'static [Self] = &[
        Self::Deterioration,
        Self::ConversionToSurgery,
        Self::Resuscitation,
    ];

    pub fn code(self) -> &'static str {
        match self {
            Self::Deterioration => "deterioration",
            Self::ConversionToSurgery => "conversion_to_surgery",
            Self::Resuscitation => "resuscitation",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.code() == code)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Escalation {
    pub happened_at: Timestamp,
    pub kind: EscalationKind,
    pub trigger: String,
    /// Who was called and when they came.
    pub called: String,
    pub actions: String,
}

/// A bed for the night. Unplanned admission is a draft of an adverse event.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Admission {
    Planned { ward: String },
    Unplanned { ward: String, reason: String },
}

pub(crate) fn begin(
    state: &Case,
    command: &Command,
    recovery: &Recovery,
) -> Result<Vec<Body>, Refusal> {
    state.must_be_in(command, &[State::SignOut, State::Escalated])?;
    if !said(&recovery.bundle) {
        return Err(Refusal::empty("the observation bundle"));
    }
    let mut bodies = Vec::new();
    if left_without_sign_out(state) {
        let because = &recovery.without_sign_out_because;
        if !said(because) {
            return Err(Refusal::new(
                "sign_out_missing",
                "the sign-out is not complete: specimens, orders and counts come first",
            )
            .instead("complete it; if the patient has left the room already, say why"));
        }
        bodies.push(state.deviation(
            0,
            "left the room",
            vec![MissingStep::SignOut],
            Some(because.clone()),
        ));
    }
    bodies.push(Body::RecoveryBegun(recovery.clone()));
    Ok(bodies)
}

fn left_without_sign_out(state: &Case) -> bool {
    state.started_at.is_some()
        && state.sign_out.is_none()
        && !state
            .deviations
            .iter()
            .any(|deviation| deviation.missing.contains(&MissingStep::SignOut))
}

pub(crate) fn observe(
    state: &Case,
    observation: &Observation,
    context: &Context<'_>,
) -> Result<Vec<Body>, Refusal> {
    exists(state)?;
    not_in_the_future(observation.happened_at, context)?;
    if observation.findings.is_empty() && !said(&observation.observer_note) {
        return Err(Refusal::empty("what was observed"));
    }
    Ok(vec![Body::Observed(observation.clone())])
}

/// A fact: taken wherever the patient is in the department. Always a draft of an adverse event.
pub(crate) fn escalate(
    state: &Case,
    command: &Command,
    escalation: &Escalation,
    context: &Context<'_>,
) -> Result<Vec<Body>, Refusal> {
    state.must_be_in(
        command,
        &[
            State::Emergency,
            State::Arrived,
            State::SignIn,
            State::TimeOut,
            State::InProcedure,
            State::SignOut,
            State::Recovery,
            State::Admitted,
            State::Escalated,
        ],
    )?;
    not_in_the_future(escalation.happened_at, context)?;
    if !said(&escalation.trigger) {
        return Err(Refusal::empty("what triggered it"));
    }
    Ok(vec![
        Body::Escalated(escalation.clone()),
        state.opened(0, adverse_event::draft(&escalation.trigger)),
    ])
}

/// Back into the room in the same visit, with one more procedure and a new time-out.
pub(crate) fn reintervene(
    state: &Case,
    command: &Command,
    reason: &str,
    procedure: &NewProcedure,
) -> Result<Vec<Body>, Refusal> {
    state.must_be_in(
        command,
        &[State::Escalated, State::Recovery, State::Admitted],
    )?;
    if !said(reason) {
        return Err(Refusal::empty("the reason"));
    }
    Ok(vec![
        Body::ReinterventionBegun {
            reason: reason.to_owned(),
        },
        Body::ProcedureAdded {
            number: state.next_procedure(0),
            procedure: procedure.clone(),
            reason: reason.to_owned(),
        },
    ])
}

pub(crate) fn admit(
    state: &Case,
    command: &Command,
    admission: &Admission,
) -> Result<Vec<Body>, Refusal> {
    state.must_be_in(
        command,
        &[State::SignOut, State::Recovery, State::Escalated],
    )?;
    let (ward, unplanned) = match admission {
        Admission::Planned { ward } => (ward, None),
        Admission::Unplanned { ward, reason } => (ward, Some(reason)),
    };
    if !said(ward) {
        return Err(Refusal::empty("the ward"));
    }
    let mut bodies = Vec::new();
    if left_without_sign_out(state) {
        bodies.push(state.deviation(0, "left the room", vec![MissingStep::SignOut], None));
    }
    bodies.push(Body::Admitted(admission.clone()));
    if let Some(reason) = unplanned {
        if !said(reason) {
            return Err(Refusal::empty("the reason"));
        }
        bodies.push(state.opened(0, adverse_event::draft(reason)));
    }
    Ok(bodies)
}
