//! A stopped medicine is started again: who sees to it, until when, and that somebody has confirmed it.

use crate::{NewTrack, Refusal, TrackOutcome, values::said};

const AFTER_THE_END: &str = " h after the end";

/// What the track of one medicine is about: its name first, then the hours of the rule, then its words.
pub fn about(medicine: &str, hours_after_end: Option<u16>, words: &str) -> String {
    let hours = hours_after_end.map(|hours| format!("{hours}{AFTER_THE_END}"));
    let mut says: Vec<&str> = hours.as_deref().into_iter().collect();
    says.extend(Some(words.trim()).filter(|words| !words.is_empty()));
    if says.is_empty() {
        says.push("restart");
    }
    format!("{}: {}", medicine.trim(), says.join(", "))
}

/// The hours after the end that a track's words begin with.
pub fn hours_after_end(track: &str) -> Option<u16> {
    let (_, says) = track.split_once(": ")?;
    let (hours, _) = says.split_once(AFTER_THE_END)?;
    hours.parse().ok()
}

/// Whether a track's words are about this medicine.
pub fn is_about(track: &str, medicine: &str) -> bool {
    track
        .split_once(": ")
        .is_some_and(|(name, _)| name.eq_ignore_ascii_case(medicine.trim()))
}

pub(crate) fn may_close(outcome: &TrackOutcome) -> Result<Option<NewTrack>, Refusal> {
    match outcome {
        TrackOutcome::RestartConfirmed { words, .. } | TrackOutcome::Ended { words }
            if !said(words) =>
        {
            Err(Refusal::empty(
                "who confirmed the restart, or why there is none",
            ))
        }
        _ => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_track_is_found_by_its_medicine_alone() {
        let words = about("Apixaban", Some(48), "tell the ward: full dose");
        assert_eq!(
            words,
            "Apixaban: 48 h after the end, tell the ward: full dose"
        );
        assert!(is_about(&words, "apixaban") && is_about(&words, " APIXABAN "));
        assert!(!is_about(&words, "apix") && !is_about(&words, "48 h after the end"));
        assert_eq!(hours_after_end(&words), Some(48));
        let words = about("Apixaban", None, " ");
        assert!(is_about(&words, "apixaban"));
        assert_eq!(hours_after_end(&words), None);
    }
}
