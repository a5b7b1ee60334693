//! Drafts of adverse events: opened by escalation, complication and unplanned admission, graded by a radiologist.

use crate::{NewTrack, Refusal, TrackKind, TrackOutcome, procedure::track, values::said};
use model::Role;

pub(crate) fn draft(about: &str) -> NewTrack {
    track(TrackKind::AdverseEvent, about, Role::Radiologist, None)
}

pub(crate) fn may_close(outcome: &TrackOutcome) -> Result<Option<NewTrack>, Refusal> {
    match outcome {
        TrackOutcome::AdverseEventGraded { grade, words } if !said(grade) || !said(words) => {
            Err(Refusal::empty("the grade and what happened"))
        }
        TrackOutcome::Ended { words } if !said(words) => Err(Refusal::empty("why it is no event")),
        _ => Ok(None),
    }
}
