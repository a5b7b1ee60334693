//! What happened, newest first, in words: clock time, what, who.

use crate::words;
use case::{Body, Event, PreparationFact, RoomFact};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

pub struct TimelineLine {
    /// The day, when it is the first line of it.
    pub day: String,
    pub at: String,
    pub iso: String,
    pub words: String,
    pub detail: String,
    pub who: String,
}

/// The newest `most` events.
pub fn timeline(events: &[Event], most: usize, zone: &TimeZone, today: Date) -> Vec<TimelineLine> {
    let mut lines: Vec<TimelineLine> = Vec::new();
    let mut last: Option<Date> = None;
    for event in events.iter().rev().take(most) {
        let at = happened_at(event).to_zoned_datetime(zone.clone());
        let is_new = last != Some(at.date());
        last = Some(at.date());
        let day = match (is_new, at.date() == today) {
            (false, _) => String::new(),
            (true, true) => format!("Today, {}", words::day(at.date(), today)),
            (true, false) => words::day(at.date(), today),
        };
        let (what, detail) = said(event, zone);
        lines.push(TimelineLine {
            day,
            at: at.strftime("%H:%M").to_string(),
            iso: at.timestamp().to_string(),
            words: what,
            detail: words::readable(&detail, zone, today),
            who: event.by.shown().to_owned(),
        });
    }
    lines
}

fn happened_at(event: &Event) -> jiff::Timestamp {
    match &event.body {
        Body::ProcedureStarted { happened_at } | Body::RoomFactRecorded { happened_at, .. } => {
            *happened_at
        }
        Body::ProcedureEnded(end) => end.happened_at(),
        _ => event.at,
    }
}

fn said(event: &Event, zone: &TimeZone) -> (String, String) {
    let plain = |detail: String| {
        let kind = words::from_code(event.body.kind());
        let kind = kind
            .replace("Sign in", "Sign-in")
            .replace("Sign out", "Sign-out")
            .replace("Time out", "Time-out");
        (kind, detail)
    };
    match &event.body {
        Body::GateEvaluated(finding) => (
            format!(
                "Readiness: {}",
                words::gate(finding.now.code(), false).words
            ),
            finding
                .reasons
                .first()
                .map(|reason| reason.words.clone())
                .unwrap_or_default(),
        ),
        Body::RoomFactRecorded { fact, .. } => room_fact(fact),
        Body::ProcedureStarted { .. } => ("First puncture".to_owned(), String::new()),
        Body::SignInCompleted(list) => plain(format!("{} items", list.items.len())),
        Body::TimeOutCompleted(list) => plain(format!(
            "{} items{}, led by {}",
            list.items.len(),
            if list.spoken_aloud {
                ", spoken aloud"
            } else {
                ""
            },
            list.operator
        )),
        Body::SignOutCompleted(out) => {
            plain(format!("{} specimens counted", out.specimens_counted))
        }
        Body::Cancelled(cancelled) => plain(format!(
            "{} {}",
            words::from_code(&cancelled.reason),
            cancelled.words
        )),
        Body::ProcedureAdded { reason, .. }
        | Body::ProcedureChanged { reason, .. }
        | Body::ProcedureDropped { reason, .. }
        | Body::ReinterventionBegun { reason }
        | Body::StudyDetached { reason, .. }
        | Body::DeathRetracted { reason }
        | Body::DeviationExplained { reason, .. }
        | Body::SentBackToVetting { reason } => plain(reason.clone()),
        Body::CaseAbsorbed(absorption) => plain(format!("case {}", absorption.from)),
        Body::JoinedInto { case } => plain(format!("case {case}")),
        Body::Reopened(reopening) => plain(reopening.reason.clone()),
        Body::Moved(moved) => plain(moved.reason.clone()),
        Body::Postponed(postponed) => plain(postponed.words.clone()),
        Body::OverrideSigned(signed) => plain(signed.words.clone()),
        Body::StepMissed { missing, .. } => {
            let missing: Vec<String> = missing
                .iter()
                .map(|step| words::from_code(step.code()))
                .collect();
            ("Step missed".to_owned(), missing.join(", "))
        }
        Body::TrackOpened { track, .. } => (
            format!("Opened: {}", words::from_code(track.kind.code())),
            track.about.clone(),
        ),
        Body::Escalated(escalation) => plain(escalation.trigger.clone()),
        Body::OperatorChanged { operator } => plain(operator.clone()),
        Body::StudyReceived(study) => plain(format!(
            "{} objects{}",
            study.instances,
            if study.modality.is_empty() {
                String::new()
            } else {
                format!(", {}", study.modality)
            }
        )),
        Body::PreparationFactRecorded(fact) => preparation_fact(fact, zone),
        Body::DoseReceived(_) => ("Dose report received".to_owned(), String::new()),
        Body::Observed(observation) => plain(
            observation
                .findings
                .iter()
                .map(|finding| format!("{} {}", finding.about, finding.words))
                .collect::<Vec<_>>()
                .join(", "),
        ),
        _ => plain(String::new()),
    }
}

/// What the patient or the ward said before the procedure; who said it stands beside it.
fn preparation_fact(fact: &PreparationFact, zone: &TimeZone) -> (String, String) {
    let moment = |at: Timestamp| {
        at.to_zoned_datetime(zone.clone())
            .strftime("%a %-d %b %H:%M")
            .to_string()
    };
    match fact {
        PreparationFact::Call { outcome } => ("Call before the day".to_owned(), outcome.clone()),
        PreparationFact::LastDose { medicine, taken_at } => (
            "Last dose taken".to_owned(),
            format!("{medicine} {}", moment(*taken_at)),
        ),
        PreparationFact::Note { words } => ("Note".to_owned(), words.clone()),
    }
}

/// One fact of the procedure record.
pub fn room_fact(fact: &RoomFact) -> (String, String) {
    match fact {
        RoomFact::Needle {
            access,
            guidance,
            gauge,
            ..
        } => ("Needle".to_owned(), joined(&[access, guidance, gauge])),
        RoomFact::Device(device) => (
            "Device".to_owned(),
            joined(&[&device.name, &device.position, &device.lot]),
        ),
        RoomFact::Contrast {
            agent,
            volume,
            route,
            ..
        } => (
            "Contrast".to_owned(),
            format!("{agent}, {} mL, {route}", words::number(volume.0)),
        ),
        RoomFact::Medicine {
            medicine,
            amount,
            route,
            ..
        } => (
            "Medicine".to_owned(),
            format!("{medicine} {} {}, {route}", amount.value, amount.unit),
        ),
        RoomFact::Specimen(specimen) => (
            "Specimen".to_owned(),
            joined(&[&specimen.container, &specimen.kind, &specimen.site]),
        ),
        RoomFact::DoseRead(_) => ("Dose read from the console".to_owned(), String::new()),
        RoomFact::Vitals { findings } => (
            "Vital signs".to_owned(),
            findings
                .iter()
                .map(|finding| format!("{} {}", finding.about, finding.words))
                .collect::<Vec<_>>()
                .join(", "),
        ),
        RoomFact::Finding { words } => ("Finding".to_owned(), words.clone()),
        RoomFact::Complication { words } => ("Complication".to_owned(), words.clone()),
        RoomFact::TeamMember { name, function } => {
            ("Team".to_owned(), format!("{name}, {function}"))
        }
    }
}

fn joined(parts: &[&String]) -> String {
    parts
        .iter()
        .filter(|part| !part.trim().is_empty())
        .map(|part| part.as_str())
        .collect::<Vec<_>>()
        .join(", ")
}
