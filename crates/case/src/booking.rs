//! A room, a time, a scheduled step for each procedure; moving it; giving it up.

use crate::{
    Actor, Body, Case, Command, Context, ProcedureNumber, Refusal, Restart, ScheduledStep, State,
    cancellation::needs_restart, values::said,
};
use std::collections::BTreeSet;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct BookedStep {
    pub procedure: ProcedureNumber,
    pub step: ScheduledStep,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Booking {
    /// One for each live procedure; several procedures may share room and time.
    pub steps: Vec<BookedStep>,
    pub team: String,
    /// Bed for afterwards; empty when none is needed.
    pub bed: String,
    pub anaesthesia_slot: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Move {
    pub booking: Booking,
    pub reason: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Postponement {
    /// One of the site's cancel reasons.
    pub reason: String,
    pub words: String,
    pub restart: Restart,
}

pub(crate) fn schedule(
    state: &Case,
    command: &Command,
    booking: &Booking,
    context: &Context<'_>,
) -> Result<Vec<Body>, Refusal> {
    state.must_be_in(command, &[State::Vetting, State::Cancelled])?;
    if state.protocol.is_none() {
        return Err(Refusal::new(
            "not_vetted",
            "no radiologist has signed a protocol for this case",
        )
        .instead("vet it first")
        .who(&[model::Role::Radiologist]));
    }
    check(state, booking, context)?;
    Ok(vec![Body::Scheduled(with_step_ids(state, booking))])
}

/// A new slot: the plan is worked out anew and the patient's old sheet is void.
pub(crate) fn change_slot(
    state: &Case,
    command: &Command,
    moved: &Move,
    context: &Context<'_>,
) -> Result<Vec<Body>, Refusal> {
    state.must_be_in(
        command,
        &[State::Scheduled, State::Preparation, State::Arrived],
    )?;
    if !said(&moved.reason) {
        return Err(Refusal::empty("the reason"));
    }
    check(state, &moved.booking, context)?;
    Ok(vec![Body::Moved(Move {
        booking: with_step_ids(state, &moved.booking),
        reason: moved.reason.clone(),
    })])
}

pub(crate) fn postpone(
    state: &Case,
    command: &Command,
    postponement: &Postponement,
    context: &Context<'_>,
) -> Result<Vec<Body>, Refusal> {
    state.must_be_in(
        command,
        &[State::Scheduled, State::Preparation, State::Arrived],
    )?;
    crate::cancellation::known_reason(&postponement.reason, context)?;
    needs_restart(&postponement.restart, context)?;
    Ok(vec![Body::Postponed(postponement.clone())])
}

fn check(state: &Case, booking: &Booking, context: &Context<'_>) -> Result<(), Refusal> {
    let mut booked = BTreeSet::new();
    for step in &booking.steps {
        if !state.live().any(|p| p.number == step.procedure) {
            return Err(Refusal::new(
                "no_such_procedure",
                format!("procedure {} is not on this case", step.procedure),
            ));
        }
        if !booked.insert(step.procedure) {
            return Err(Refusal::new(
                "booked_twice",
                format!("procedure {} is booked twice", step.procedure),
            ));
        }
        if !said(&step.step.room) || step.step.duration_minutes == 0 {
            return Err(Refusal::empty("room and duration"));
        }
        if let Some(earliest) = context.earliest
            && step.step.start < earliest
        {
            return Err(Refusal::new(
                "before_earliest_date",
                "the medicine holds and the laboratory window do not allow this date yet",
            )
            .instead("book a later date, or change the plan"));
        }
        let by_hand = matches!(context.by, Actor::Staff { .. });
        let ends = jiff::SignedDuration::from_mins(i64::from(step.step.duration_minutes));
        if by_hand
            && step
                .step
                .start
                .checked_add(ends)
                .is_ok_and(|end| end <= context.at)
        {
            return Err(Refusal::new("in_the_past", "that time has already passed"));
        }
    }
    match state.live().find(|p| !booked.contains(&p.number)) {
        Some(procedure) => Err(Refusal::new(
            "procedure_without_slot",
            format!("procedure {} has no room and time", procedure.number),
        )),
        None if booking.steps.is_empty() => Err(Refusal::empty("room and time")),
        None => Ok(()),
    }
}

/// Fills in the steps' ids: case number, procedure number; stable when the booking moves.
fn with_step_ids(state: &Case, booking: &Booking) -> Booking {
    let mut booking = booking.clone();
    for booked in &mut booking.steps {
        fill_step_id(state, booked);
    }
    booking
}

pub(crate) fn fill_step_id(state: &Case, booked: &mut BookedStep) {
    if booked.step.step_id.is_empty() {
        booked.step.step_id = format!("{}-{}", state.id, booked.procedure);
    }
}
