//! What differs between the case that somebody saw and the case as it stands, line by line.

use crate::state::State;
use crate::words;
use case::{Case, ConsentState, Restart};
use jiff::Timestamp;
use workflow::case_summary::CaseSummary;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    pub what: &'static str,
    pub then: String,
    pub now: String,
}

/// Only the lines that differ.
pub fn changed(state: &State, then: &Case, now: &Case) -> Vec<Changed> {
    lines(state, then)
        .into_iter()
        .zip(lines(state, now))
        .filter(|((_, then), (_, now))| then != now)
        .map(|((what, then), (_, now))| Changed { what, then, now })
        .collect()
}

/// Everything about a case that a form may rest on, each in words; both cases give the same lines in the same order.
fn lines(state: &State, case: &Case) -> Vec<(&'static str, String)> {
    let zone = state.desk.site().zone_or_utc();
    let today = state.desk.now_here().date();
    let moment = |at: Option<Timestamp>, nothing: &str| {
        at.map_or_else(|| nothing.to_owned(), |at| words::moment(at, &zone, today))
    };
    let summary = CaseSummary::of(case, &state.desk);
    let reasons: Vec<String> = summary
        .gate_reasons
        .iter()
        .map(|reason| words::readable(&reason.words, &zone, today))
        .collect();
    let room = case
        .live()
        .find_map(|procedure| procedure.step.as_ref())
        .map(|step| step.room.clone());
    let tracks: Vec<String> = case
        .open_tracks()
        .map(|track| format!("{}: {}", words::from_code(track.kind.code()), track.about))
        .collect();
    vec![
        ("State", words::state(case.state.code()).to_owned()),
        ("Procedures", crate::pages::banner::procedures(&summary)),
        ("Appointment", moment(case.appointment(), "none")),
        ("Room", room.unwrap_or_else(|| "none".to_owned())),
        (
            "Readiness",
            words::gate(
                case.gate.as_ref().map_or("", |gate| gate.what.now.code()),
                case.override_signed.is_some(),
            )
            .words,
        ),
        ("Reasons", or(reasons.join("; "), "none")),
        (
            "Override",
            case.override_signed
                .as_ref()
                .map_or_else(|| "none".to_owned(), |signed| signed.what.words.clone()),
        ),
        ("Consent", consent(case).to_owned()),
        (
            "Arrived",
            moment(case.arrival.as_ref().map(|done| done.at), "not yet"),
        ),
        (
            "Sign-in",
            moment(case.sign_in.as_ref().map(|done| done.at), "not complete"),
        ),
        (
            "Time-out",
            moment(case.time_out.as_ref().map(|done| done.at), "not complete"),
        ),
        (
            "Operator",
            case.operator
                .clone()
                .unwrap_or_else(|| "not named".to_owned()),
        ),
        ("First puncture", moment(case.started_at, "not yet")),
        (
            "Recorded in the room",
            format!("{} entries", case.room_facts.len()),
        ),
        ("Checks in recovery", case.observations.len().to_string()),
        ("Preparation", format!("{} entries", case.preparation.len())),
        ("Still open", or(tracks.join("; "), "nothing")),
        (
            "Restart instruction",
            match &case.restart {
                None | Some(Restart::NotNeeded) => "none".to_owned(),
                Some(Restart::Given(words)) => words.clone(),
                Some(Restart::Owed) => "owed".to_owned(),
            },
        ),
        (
            "Clinical question",
            or(case.indication.clone(), "not stated"),
        ),
    ]
}

fn or(words: String, nothing: &str) -> String {
    if words.trim().is_empty() {
        nothing.to_owned()
    } else {
        words
    }
}

fn consent(case: &Case) -> &'static str {
    match &case.consent {
        ConsentState::NotTaken => "not taken",
        ConsentState::Given(_) => "given",
        ConsentState::Declined(_) => "declined",
        ConsentState::Withdrawn(_) => "withdrawn",
    }
}
