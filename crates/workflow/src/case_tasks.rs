//! What a case asks of somebody, as rows of the task list. Derived from the case alone: saving it again changes
//! nothing, and what is settled closes by itself.

use crate::case_summary::CaseSummary;
use case::{Case, Restart, State, Track, TrackKind};
use jiff::tz::TimeZone;
use jiff::{Timestamp, civil::Date};
use model::Role;
use store::Change;
use store::rows::TaskRow;

/// One thing to do.
struct Task {
    /// Stable inside the case.
    slot: String,
    kind: &'static str,
    words: String,
    owner: Role,
    due: Option<Timestamp>,
    opened: Timestamp,
    is_open: bool,
}

/// All tasks of a case, open and settled.
pub(crate) fn case_tasks(
    case: &Case,
    summary: &CaseSummary,
    zone: &TimeZone,
    changed: Timestamp,
) -> Vec<Change> {
    let opened = case.history.first().map_or(changed, |first| first.at);
    let mut tasks: Vec<Task> = case
        .tracks
        .iter()
        .map(|track| of_track(track, zone))
        .collect();
    tasks.extend(not_identified(case, summary, opened));
    tasks.extend(restart(case, changed));
    tasks.extend(case.deviations.iter().map(|deviation| Task {
        slot: format!("deviation:{}", deviation.number),
        kind: "deviation_unexplained",
        words: format!("Explain why a step was missed: {}", deviation.during),
        owner: Role::Radiologist,
        due: None,
        opened: deviation.at,
        is_open: deviation.reason.is_none(),
    }));
    let patient_key = case
        .patient
        .as_ref()
        .map(ToString::to_string)
        .unwrap_or_default();
    tasks
        .into_iter()
        .map(|task| {
            let task_id = format!("{}:{}", case.id, task.slot);
            if !task.is_open {
                return Change::CloseTask {
                    task_id,
                    at: changed,
                    by: String::new(),
                };
            }
            Change::PutTask(TaskRow {
                task_id,
                kind: task.kind.to_owned(),
                case_id: case.id.to_string(),
                patient_key: patient_key.clone(),
                words: task.words,
                owner: task.owner.code().to_owned(),
                due: task.due,
                opened: task.opened,
                done: None,
                done_by: String::new(),
            })
        })
        .collect()
}

/// A restart that is late goes to a doctor: whoever owned it has not answered.
fn owner(track: &Track) -> Role {
    let is_late = track.notes.last() == Some(&case::TrackNote::Overdue);
    if track.kind == TrackKind::Restart && is_late {
        Role::Radiologist
    } else {
        track.owner
    }
}

fn of_track(track: &Track, zone: &TimeZone) -> Task {
    let what = match track.kind {
        TrackKind::Results => "Result awaited",
        TrackKind::Device => "Device in the patient",
        TrackKind::Dose => "Skin dose: tell the patient and look at the skin",
        TrackKind::FollowUp => "Follow-up",
        TrackKind::AdverseEvent => "Adverse event to be closed",
        TrackKind::Restart => "Confirm the restart",
    };
    Task {
        slot: format!("track:{}", track.number),
        kind: track.kind.code(),
        words: if track.about.is_empty() {
            what.to_owned()
        } else {
            format!("{what}: {}", track.about)
        },
        owner: owner(track),
        due: track.due.and_then(|day| end_of(day, zone)),
        opened: track.opened_at,
        is_open: track.is_open(),
    }
}

/// The last moment of a day on the hospital's clocks.
fn end_of(day: Date, zone: &TimeZone) -> Option<Timestamp> {
    let next = day.tomorrow().ok()?.to_zoned_datetime(zone.clone()).ok()?;
    Some(next.timestamp())
}

fn not_identified(case: &Case, summary: &CaseSummary, opened: Timestamp) -> Vec<Task> {
    case.procedures
        .iter()
        .filter(|procedure| procedure.sender_code.is_some() || !procedure.is_identified())
        .map(|procedure| Task {
            slot: format!("identify:{}", procedure.number),
            kind: "procedure_not_identified",
            words: format!(
                "Procedure not identified: {}",
                summary
                    .procedures
                    .iter()
                    .find(|line| line.number == procedure.number.0)
                    .map(|line| line.words.clone())
                    .unwrap_or_default()
            ),
            owner: Role::Coordinator,
            due: None,
            opened,
            is_open: !procedure.is_identified() && procedure.is_live() && is_alive(case.state),
        })
        .collect()
}

fn restart(case: &Case, changed: Timestamp) -> Option<Task> {
    let restart = case.restart.as_ref()?;
    Some(Task {
        slot: "restart".to_owned(),
        kind: "restart_owed",
        words:
            "Cancelled after medicines may have been stopped: tell the patient today how to restart"
                .to_owned(),
        owner: Role::Coordinator,
        due: Some(changed),
        opened: changed,
        is_open: matches!(restart, Restart::Owed),
    })
}

fn is_alive(state: State) -> bool {
    match state {
        State::Cancelled | State::Closed | State::Rejected | State::Redirected => false,
        State::NotReferred
        | State::Referred
        | State::Returned
        | State::Vetting
        | State::Scheduled
        | State::Preparation
        | State::Emergency
        | State::Arrived
        | State::SignIn
        | State::TimeOut
        | State::InProcedure
        | State::SignOut
        | State::Recovery
        | State::Admitted
        | State::Escalated
        | State::Discharged => true,
    }
}
