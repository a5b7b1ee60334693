//! Skin after a high dose: opened by the dose room's trigger, closed by a look at the skin.

use crate::{NewTrack, Refusal, Track, TrackNote, TrackOutcome, values::said};

pub(crate) fn may_close(
    track: &Track,
    outcome: &TrackOutcome,
) -> Result<Option<NewTrack>, Refusal> {
    let looked = track
        .notes
        .iter()
        .any(|note| matches!(note, TrackNote::SkinChecked { .. }));
    match outcome {
        TrackOutcome::SkinChecksDone { .. } if !looked => Err(Refusal::new(
            "skin_not_checked",
            "no look at the skin is recorded on this track",
        )
        .instead("record the skin check first")),
        TrackOutcome::SkinChecksDone { words } | TrackOutcome::Ended { words } if !said(words) => {
            Err(Refusal::empty("the outcome"))
        }
        _ => Ok(None),
    }
}
