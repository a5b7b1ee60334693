//! Time-out: the whole team stops, before the needle; again when operator, side or procedure changes.

use crate::{
    Body, Case, Checklist, Command, Context, Refusal, State, checklist::complete, values::said,
};

pub(crate) fn complete_time_out(
    state: &Case,
    command: &Command,
    checklist: &Checklist,
    context: &Context<'_>,
) -> Result<Vec<Body>, Refusal> {
    let again_in_room = state.state == State::InProcedure && state.time_out.is_none();
    if !again_in_room {
        state.must_be_in(command, &[State::TimeOut])?;
    }
    complete(
        &checklist.items,
        &context.rules.time_out_items,
        "time_out_not_complete",
    )?;
    if !checklist.spoken_aloud {
        return Err(Refusal::new(
            "not_spoken_aloud",
            "the time-out is spoken aloud with everybody present",
        ));
    }
    if !said(&checklist.operator) {
        return Err(Refusal::empty("the operator"));
    }
    if checklist.present.iter().filter(|name| said(name)).count() < 2 {
        return Err(Refusal::empty("who was present"));
    }
    Ok(vec![Body::TimeOutCompleted(checklist.clone())])
}

pub(crate) fn change_operator(
    state: &Case,
    command: &Command,
    operator: &str,
) -> Result<Vec<Body>, Refusal> {
    state.must_be_in(command, &[State::TimeOut, State::InProcedure])?;
    if !said(operator) {
        return Err(Refusal::empty("the operator"));
    }
    Ok(vec![Body::OperatorChanged {
        operator: operator.to_owned(),
    }])
}
