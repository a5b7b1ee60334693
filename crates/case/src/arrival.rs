//! Check-in: who it is, what was eaten and taken, what the patient looks like now.

use crate::{
    Body, Case, Command, Context, Refusal, State, Stated, preparation::evaluate_gate, values::said,
};
use jiff::Timestamp;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Arrival {
    /// The two identifiers that were checked, by name (`wristband`, `birth date`, …).
    pub identity_checked_by: Vec<String>,
    pub last_food_at: Option<Timestamp>,
    pub last_drink_at: Option<Timestamp>,
    pub medicines_today: Stated,
    pub allergies_repeated: Stated,
    pub pregnancy_repeated: Stated,
    /// Vital signs, cannula, pulses, contact person, valuables: name and value as measured.
    pub findings: Vec<crate::Statement>,
}

pub(crate) fn arrive(
    state: &Case,
    command: &Command,
    arrival: &Arrival,
    context: &Context<'_>,
) -> Result<Vec<Body>, Refusal> {
    state.must_be_in(
        command,
        &[State::Scheduled, State::Preparation, State::Emergency],
    )?;
    if arrival
        .identity_checked_by
        .iter()
        .filter(|way| said(way))
        .count()
        < 2
    {
        return Err(Refusal::new(
            "identity_not_checked",
            "two identifiers are checked at arrival",
        ));
    }
    let mut bodies = Vec::new();
    if state.state == State::Scheduled {
        bodies.push(Body::PreparationBegun);
    }
    bodies.push(Body::Arrived(arrival.clone()));
    if let Some(gate) = &context.gate {
        bodies.extend(evaluate_gate(state, gate));
    }
    Ok(bodies)
}
