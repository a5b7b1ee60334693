//! Results: one track per specimen. The responsible clinician reads it, the patient is told.

use crate::{
    Body, Case, Context, NewTrack, Refusal, SpecimenTaken, Track, TrackKind, TrackNumber,
    TrackOutcome, TrackStage, procedure::track, values::said,
};
use jiff::{Timestamp, ToSpan, civil::Date};

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ResultReceived {
    /// The sender's own number of the report.
    pub reference: String,
    pub words: String,
    pub reported_at: Option<Timestamp>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Review {
    pub conclusion: String,
    /// Does the result fit the images? Discordance goes to the interventional radiologist.
    pub fits_the_images: crate::Stated,
}

pub(crate) fn for_specimen(specimen: &SpecimenTaken, context: &Context<'_>) -> NewTrack {
    let usual = context
        .today
        .checked_add(i32::from(context.rules.result_expected_days).days())
        .ok();
    track(
        TrackKind::Results,
        &format!("{} {}", specimen.kind, specimen.container),
        specimen.responsible,
        specimen.expected_by.or(usual),
    )
}

pub(crate) fn received(
    state: &Case,
    number: TrackNumber,
    result: &ResultReceived,
) -> Result<Vec<Body>, Refusal> {
    let track = results_track(state, number)?;
    if track.results.contains(result) {
        return Ok(Vec::new());
    }
    Ok(vec![Body::ResultReceived {
        number,
        result: result.clone(),
    }])
}

pub(crate) fn review(
    state: &Case,
    number: TrackNumber,
    review: &Review,
) -> Result<Vec<Body>, Refusal> {
    let track = results_track(state, number)?;
    if track.results.is_empty() {
        return Err(Refusal::new(
            "no_result_yet",
            "no result has come in on this track",
        ));
    }
    if !said(&review.conclusion) {
        return Err(Refusal::empty("the conclusion"));
    }
    Ok(vec![Body::ResultReviewed {
        number,
        review: review.clone(),
    }])
}

/// * `follow_up` – the booked appointment, or the sentence that the patient contacts the unit.
pub(crate) fn inform(
    state: &Case,
    number: TrackNumber,
    on: Date,
    channel: &str,
    follow_up: &str,
) -> Result<Vec<Body>, Refusal> {
    let track = results_track(state, number)?;
    if track.stage != TrackStage::Reviewed {
        return Err(Refusal::new(
            "not_reviewed",
            "the responsible clinician reads the result first",
        ));
    }
    if !said(channel) || !said(follow_up) {
        return Err(Refusal::empty("the channel and what was agreed to follow"));
    }
    Ok(vec![Body::PatientInformed {
        number,
        on,
        channel: channel.to_owned(),
        follow_up: follow_up.to_owned(),
    }])
}

fn results_track(state: &Case, number: TrackNumber) -> Result<&Track, Refusal> {
    let track = state.open_track(number)?;
    if track.kind == TrackKind::Results {
        Ok(track)
    } else {
        Err(Refusal::new(
            "not_a_results_track",
            "this track waits for no result",
        ))
    }
}

pub(crate) fn may_close(
    track: &Track,
    outcome: &TrackOutcome,
) -> Result<Option<NewTrack>, Refusal> {
    let ended = matches!(outcome, TrackOutcome::Ended { .. });
    if !ended && track.stage != TrackStage::PatientInformed {
        return Err(Refusal::new(
            "patient_not_informed",
            "the result is read and the patient is told before the track closes",
        ));
    }
    match outcome {
        TrackOutcome::ResultActedOn { next_step: words }
        | TrackOutcome::InadequateAccepted { words }
        | TrackOutcome::Ended { words }
            if !said(words) =>
        {
            Err(Refusal::empty("what comes next"))
        }
        _ => Ok(None),
    }
}
