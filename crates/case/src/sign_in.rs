//! Sign-in: the gate, consent, and every item answered.

use crate::{
    Body, Case, Checklist, Command, ConsentState, Context, Refusal, State, checklist::complete,
    preparation::may_go_on,
};
use model::Role;

pub(crate) fn begin(
    state: &Case,
    command: &Command,
    context: &Context<'_>,
) -> Result<Vec<Body>, Refusal> {
    state.must_be_in(command, &[State::Arrived, State::Emergency])?;
    has_consent(state)?;
    let mut bodies = may_go_on(state, context)?;
    bodies.push(Body::SignInBegun);
    Ok(bodies)
}

/// Taken straight from `arrived` too, where it begins the sign-in as well.
pub(crate) fn complete_sign_in(
    state: &Case,
    command: &Command,
    checklist: &Checklist,
    context: &Context<'_>,
) -> Result<Vec<Body>, Refusal> {
    state.must_be_in(command, &[State::Arrived, State::Emergency, State::SignIn])?;
    complete(
        &checklist.items,
        &context.rules.sign_in_items,
        "sign_in_not_complete",
    )?;
    let mut bodies = if state.state == State::SignIn {
        has_consent(state)?;
        may_go_on(state, context)?
    } else {
        begin(state, command, context)?
    };
    bodies.push(Body::SignInCompleted(checklist.clone()));
    Ok(bodies)
}

fn has_consent(state: &Case) -> Result<(), Refusal> {
    let words = match &state.consent {
        ConsentState::Given { .. } => return Ok(()),
        ConsentState::NotTaken => "consent has not been taken",
        ConsentState::Declined { .. } => "the patient declined",
        ConsentState::Withdrawn { .. } => "consent was withdrawn",
    };
    Err(Refusal::new("no_consent", words)
        .instead("take consent, or cancel")
        .who(&[Role::Radiologist]))
}
