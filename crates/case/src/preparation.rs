//! The days before: what was said in calls and notes, the gate, and the signature that overrides it.

use crate::{Body, Case, Command, Context, GateFinding, Refusal, State, values::said};
use jiff::Timestamp;
use model::{Gate, Role, RuleId};
use std::collections::BTreeSet;

/// What was said about this visit. What is true of the person (medicines, allergies, weight) stands on the patient's
/// record, where every case of the patient reads it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum PreparationFact {
    /// The nurse's call before the day.
    Call {
        outcome: String,
    },
    /// When the last dose before this visit went in, as the patient or the ward says.
    LastDose {
        medicine: String,
        taken_at: Timestamp,
    },
    Note {
        words: String,
    },
}

/// A named person goes on although the gate is not open, and says for which reasons.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Override {
    /// The rules that are bypassed: all those behind the gate.
    pub rules: Vec<RuleId>,
    pub words: String,
}

pub(crate) fn begin(state: &Case, command: &Command) -> Result<Vec<Body>, Refusal> {
    state.must_be_in(command, &[State::Scheduled])?;
    Ok(vec![Body::PreparationBegun])
}

/// A fact is taken in every state: the patient says it when the patient says it.
pub(crate) fn record(state: &Case, fact: &PreparationFact) -> Result<Vec<Body>, Refusal> {
    if state.state == State::NotReferred {
        return Err(Refusal::new("no_case", "there is no case yet"));
    }
    let mut bodies = Vec::new();
    if state.state == State::Scheduled {
        bodies.push(Body::PreparationBegun);
    }
    bodies.push(Body::PreparationFactRecorded(fact.clone()));
    Ok(bodies)
}

pub(crate) fn evaluate_gate(state: &Case, gate: &GateFinding) -> Vec<Body> {
    let unchanged = state.gate.as_ref().is_some_and(|known| &known.what == gate);
    if unchanged || state.state == State::NotReferred {
        Vec::new()
    } else {
        vec![Body::GateEvaluated(gate.clone())]
    }
}

pub(crate) fn sign_override(
    state: &Case,
    command: &Command,
    signed: &Override,
) -> Result<Vec<Body>, Refusal> {
    if !state.state.is_before_procedure() {
        return Err(Refusal::not_from(
            state.state,
            command,
            &[
                State::Preparation,
                State::Emergency,
                State::Arrived,
                State::SignIn,
            ],
        ));
    }
    if !said(&signed.words) {
        return Err(Refusal::empty("why it is right to go on"));
    }
    let Some(gate) = &state.gate else {
        return Err(Refusal::new(
            "gate_not_evaluated",
            "no gate has been worked out yet",
        ));
    };
    missing_from(&gate.what, &signed.rules)?;
    Ok(vec![Body::OverrideSigned(signed.clone())])
}

fn missing_from(gate: &GateFinding, rules: &[RuleId]) -> Result<(), Refusal> {
    let signed: BTreeSet<&RuleId> = rules.iter().collect();
    let open: Vec<&str> = gate
        .reasons
        .iter()
        .filter(|reason| !signed.contains(&reason.rule))
        .map(|reason| reason.words.as_str())
        .collect();
    if open.is_empty() {
        Ok(())
    } else {
        Err(Refusal::new(
            "override_incomplete",
            format!("the override does not name: {}", open.join("; ")),
        )
        .instead("name every reason, or lift it"))
    }
}

/// May this patient go to sign-in: the gate is open, or a named person has signed for every reason.
///
/// Uses the fresh gate of the context when there is one, and returns it as an event to store.
pub(crate) fn may_go_on(state: &Case, context: &Context<'_>) -> Result<Vec<Body>, Refusal> {
    let known = state.gate.as_ref().map(|gate| &gate.what);
    let Some(gate) = context.gate.as_ref().or(known) else {
        return Err(
            Refusal::new("gate_not_evaluated", "readiness has not been worked out")
                .instead("open the preparation plan of the case"),
        );
    };
    let bodies = context
        .gate
        .as_ref()
        .map_or(Vec::new(), |fresh| evaluate_gate(state, fresh));
    match gate.now {
        Gate::Ready => return Ok(bodies),
        Gate::Pending | Gate::Review | Gate::Blocked | Gate::OverrideRequired => {}
    }
    let words: Vec<&str> = gate
        .reasons
        .iter()
        .map(|reason| reason.words.as_str())
        .collect();
    let Some(signed) = &state.override_signed else {
        return Err(Refusal::new(
            "gate_not_ready",
            format!("readiness is {}: {}", gate.now.code(), words.join("; ")),
        )
        .instead("lift the reasons, or a radiologist signs an override that names them")
        .who(&[Role::Radiologist]));
    };
    missing_from(gate, &signed.what.rules)?;
    Ok(bodies)
}
