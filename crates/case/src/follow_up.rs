//! The complication check after discharge, and every later appointment.

use crate::{Context, NewTrack, Refusal, TrackKind, TrackOutcome, procedure::track, values::said};
use jiff::ToSpan;
use model::Role;

pub(crate) fn complication_check(context: &Context<'_>) -> NewTrack {
    let days = i32::from(context.rules.complication_check_days);
    track(
        TrackKind::FollowUp,
        "complication check",
        Role::IrNurse,
        context.today.checked_add(days.days()).ok(),
    )
}

pub(crate) fn after_reopening(reason: &str) -> NewTrack {
    track(
        TrackKind::FollowUp,
        &format!("reopened: {reason}"),
        Role::Radiologist,
        None,
    )
}

pub(crate) fn may_close(outcome: &TrackOutcome) -> Result<Option<NewTrack>, Refusal> {
    match outcome {
        TrackOutcome::FollowUpDone { words } | TrackOutcome::Ended { words } if !said(words) => {
            Err(Refusal::empty("what was found"))
        }
        _ => Ok(None),
    }
}
