//! Two orders, one visit: one case takes the procedures of another.

use crate::{Body, Case, Command, NewProcedure, ProcedureNumber, Refusal, State};
use model::CaseId;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct AbsorbedProcedure {
    /// The procedure here that this order is for (a case made by hand before its order came);
    /// `None` brings a procedure of its own.
    pub same_as: Option<ProcedureNumber>,
    pub procedure: NewProcedure,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Absorption {
    pub from: CaseId,
    pub procedures: Vec<AbsorbedProcedure>,
}

pub(crate) fn absorb(
    state: &Case,
    command: &Command,
    absorption: &Absorption,
) -> Result<Vec<Body>, Refusal> {
    if state.absorbed.contains(&absorption.from) {
        return Ok(Vec::new());
    }
    if absorption.from == state.id {
        return Err(Refusal::new("same_case", "a case cannot take itself in"));
    }
    if !(state.state.is_before_procedure()
        || state.state.is_in_the_department()
        || state.state == State::Admitted
        || state.state == State::Discharged)
    {
        return Err(Refusal::not_from(
            state.state,
            command,
            &[
                State::Referred,
                State::Vetting,
                State::Scheduled,
                State::Preparation,
            ],
        ));
    }
    if absorption.procedures.is_empty() {
        return Err(Refusal::empty("the procedures of the other case"));
    }
    for absorbed in &absorption.procedures {
        if let Some(number) = absorbed.same_as {
            state.procedure(number)?;
        }
    }
    Ok(vec![Body::CaseAbsorbed(absorption.clone())])
}

/// The other side of it: this case ends here, nothing was done under it yet.
pub(crate) fn join_into(
    state: &Case,
    command: &Command,
    case: &CaseId,
) -> Result<Vec<Body>, Refusal> {
    if case == &state.id {
        return Err(Refusal::new("same_case", "a case cannot join itself"));
    }
    if !state.state.is_before_sign_in() {
        return Err(Refusal::not_from(
            state.state,
            command,
            &[
                State::Referred,
                State::Vetting,
                State::Scheduled,
                State::Preparation,
                State::Arrived,
            ],
        ));
    }
    if let Some(track) = state.open_tracks().next() {
        return Err(Refusal::new(
            "tracks_open",
            format!("still open: {}", track.about),
        ));
    }
    Ok(vec![Body::JoinedInto { case: case.clone() }])
}
