//! What changes because time passes: a laboratory window opens, a value grows too old, a restart is late.

use crate::act_on_case::{ActError, act_on_case, evaluate_again};
use crate::case_file::load_case;
use crate::desk::{Desk, WorkError};
use case::{Actor, Command, Door, State, TrackKind, TrackNote};
use model::CaseId;

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Refreshed {
    pub planned: usize,
    /// Restarts whose day has passed without a word.
    pub escalated: usize,
    pub failed: usize,
}

/// Plans every open case that has a booking again, and escalates restarts whose day has passed. Cases fail one by
/// one: what fails is written down and tried the next time.
/// # Errors
/// The list of cases cannot be read.
pub async fn plan_by_the_clock(desk: &Desk) -> Result<Refreshed, WorkError> {
    let mut done = Refreshed::default();
    let by = Actor::Sender {
        door: Door::Clock,
        name: "preparation".to_owned(),
    };
    for entry in desk.query().open_cases().await? {
        let Ok(id) = CaseId::new(&entry.case.case_id) else {
            continue;
        };
        let waits = State::from_code(&entry.case.state).is_some_and(State::is_before_sign_in);
        if waits && entry.case.start.is_some() {
            match evaluate_again(desk, &by, &id, "time has passed").await {
                Ok(()) => done.planned += 1,
                Err(error) => failed(&mut done, &id, &error),
            }
        }
    }
    let day = desk.now_here().date();
    for task in desk.query().open_tasks().await? {
        let is_late =
            task.kind == TrackKind::Restart.code() && task.due.is_some_and(|due| due <= desk.now());
        if !is_late {
            continue;
        }
        let Some(case) = load_case(desk.query(), &task.case_id).await? else {
            continue;
        };
        for track in case
            .open_tracks()
            .filter(|track| track.kind == TrackKind::Restart)
        {
            let said = track.notes.last() == Some(&TrackNote::Overdue);
            if said || track.due.is_none_or(|due| due >= day) {
                continue;
            }
            let command = Command::NoteOnTrack {
                number: track.number,
                note: TrackNote::Overdue,
            };
            match act_on_case(desk, &by, &task.case_id, None, &command).await {
                Ok(_) => done.escalated += 1,
                Err(error) => failed(&mut done, &case.id, &error),
            }
        }
    }
    Ok(done)
}

fn failed(done: &mut Refreshed, id: &CaseId, error: &ActError) {
    done.failed += 1;
    tracing::error!(%error, case = %id, "could not plan again by the clock");
}
