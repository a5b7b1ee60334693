//! Cancelling, by staff or by the sender of the order; nobody is left with stopped medicines.

use crate::{Body, Case, Command, Context, Holds, OrderNumbers, Refusal, State, values::said};
use model::AccessionNumber;

/// What the patient is told about medicines that were stopped for this appointment.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Restart {
    NotNeeded,
    /// Issued, in these words.
    Given(String),
    /// Holds may have begun and nobody has told the patient yet; keeps the case from closing.
    Owed,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Cancellation {
    /// One of the site's cancel reasons.
    pub reason: String,
    pub words: String,
    pub restart: Restart,
    /// Drugs already given, observation if sedated: needed when cancelled in the room.
    pub given_in_room: String,
    /// The department means to book it again.
    pub rebook: Rebook,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rebook {
    Yes,
    No,
    NotDecided,
}

/// Which order the sender took back; a field that is `None` was not sent.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct OrderCancellation {
    pub orders: OrderNumbers,
    pub accession: Option<AccessionNumber>,
    pub words: String,
    /// Filled in by the decision: what the patient is owed.
    pub restart: Restart,
}

pub(crate) fn known_reason(reason: &str, context: &Context<'_>) -> Result<(), Refusal> {
    if context
        .rules
        .cancel_reasons
        .iter()
        .any(|known| known == reason)
    {
        Ok(())
    } else {
        Err(
            Refusal::new("unknown_reason", "the reason is not one of the site's list")
                .instead(context.rules.cancel_reasons.join(", ")),
        )
    }
}

/// A person who takes the slot away tells the patient what to restart, the same day.
pub(crate) fn needs_restart(restart: &Restart, context: &Context<'_>) -> Result<(), Refusal> {
    let stated = match restart {
        Restart::Given(words) => said(words),
        Restart::NotNeeded | Restart::Owed => false,
    };
    match context.holds {
        Holds::NotBegun => Ok(()),
        Holds::Begun | Holds::Unknown if stated => Ok(()),
        Holds::Begun | Holds::Unknown => Err(Refusal::new(
            "restart_instruction_missing",
            "medicines may have been stopped for this appointment: say what the patient restarts, and when",
        )),
    }
}

pub(crate) fn cancel(
    state: &Case,
    command: &Command,
    cancellation: &Cancellation,
    context: &Context<'_>,
) -> Result<Vec<Body>, Refusal> {
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
        ],
    )?;
    known_reason(&cancellation.reason, context)?;
    needs_restart(&cancellation.restart, context)?;
    let in_room = state.state == State::SignIn || state.state == State::TimeOut;
    if in_room && !said(&cancellation.given_in_room) {
        return Err(Refusal::empty(
            "what was already given in the room (write \"nothing\" if so)",
        ));
    }
    Ok(vec![Body::Cancelled(cancellation.clone())])
}

pub(crate) fn give_restart_instruction(state: &Case, words: &str) -> Result<Vec<Body>, Refusal> {
    if state.restart != Some(Restart::Owed) {
        return Err(Refusal::new(
            "nothing_owed",
            "no restart instruction is owed on this case",
        ));
    }
    if !said(words) {
        return Err(Refusal::empty("what the patient restarts, and when"));
    }
    Ok(vec![Body::RestartInstructionGiven {
        words: words.to_owned(),
    }])
}

/// The order is gone: its procedure goes too; the last one takes the case with it while nothing was done.
pub(crate) fn order_cancelled(
    state: &Case,
    cancelled: &OrderCancellation,
    context: &Context<'_>,
) -> Vec<Body> {
    let matches = |p: &&crate::Procedure| {
        let same =
            |ours: &Option<String>, theirs: &Option<String>| ours.is_some() && ours == theirs;
        (cancelled.accession.is_some() && p.accession == cancelled.accession)
            || same(&p.orders.placer, &cancelled.orders.placer)
            || same(&p.orders.filler, &cancelled.orders.filler)
    };
    let gone: Vec<_> = state.live().filter(matches).map(|p| p.number).collect();
    if gone.is_empty() {
        return Vec::new();
    }
    let was_booked = match state.state {
        State::Scheduled | State::Preparation | State::Arrived | State::SignIn | State::TimeOut => {
            true
        }
        State::NotReferred
        | State::Referred
        | State::Returned
        | State::Vetting
        | State::Rejected
        | State::Redirected
        | State::Emergency
        | State::InProcedure
        | State::SignOut
        | State::Recovery
        | State::Admitted
        | State::Escalated
        | State::Discharged
        | State::Cancelled
        | State::Closed => false,
    };
    let restart = match (&cancelled.restart, context.holds) {
        (Restart::Given(words), _) if said(words) => Restart::Given(words.clone()),
        (_, Holds::NotBegun) => Restart::NotNeeded,
        (_, Holds::Unknown) if !was_booked => Restart::NotNeeded,
        (_, Holds::Begun | Holds::Unknown) => Restart::Owed,
    };
    let mut bodies = vec![Body::OrderCancelled(OrderCancellation {
        restart: restart.clone(),
        ..cancelled.clone()
    })];
    if state.state.is_before_procedure() {
        let last = gone.len() == state.live().count();
        bodies.extend(gone.into_iter().map(|number| Body::ProcedureDropped {
            number,
            reason: "the sender cancelled the order".to_owned(),
        }));
        if last {
            bodies.push(Body::Cancelled(Cancellation {
                reason: "wrong_referral".to_owned(),
                words: cancelled.words.clone(),
                restart,
                given_in_room: String::new(),
                rebook: Rebook::No,
            }));
        }
    }
    bodies
}
