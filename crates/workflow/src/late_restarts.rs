//! A stopped medicine whose day has passed without a word: said once on its track, and a doctor owns the task then.

use crate::act_on_case::act_on_case;
use crate::case_file::load_case;
use crate::desk::{Desk, WorkError};
use case::{Actor, Case, Command, Door, Track, TrackKind, TrackNote};
use std::collections::BTreeSet;

/// Looks at the open restarts; gives how many were escalated. What fails is written down and tried the next time.
/// # Errors
/// The database does not list the tasks, or a case.
pub async fn escalate_late_restarts(desk: &Desk) -> Result<usize, WorkError> {
    let by = Actor::Sender {
        door: Door::Clock,
        name: "preparation".to_owned(),
    };
    let now = desk.now();
    let tasks = desk.query().open_tasks().await?;
    let late: BTreeSet<String> = tasks
        .into_iter()
        .filter(|task| task.kind == TrackKind::Restart.code())
        .filter(|task| task.due.is_some_and(|due| due <= now))
        .map(|task| task.case_id)
        .collect();
    let mut escalated = 0;
    for id in late {
        let Some(case) = load_case(desk.query(), &id).await? else {
            continue;
        };
        for track in late_tracks(desk, &case) {
            let command = Command::NoteOnTrack {
                number: track.number,
                note: TrackNote::Overdue,
            };
            match act_on_case(desk, &by, &id, None, &command).await {
                Ok(_) => escalated += 1,
                Err(error) => tracing::error!(%error, case = %id, "could not escalate a restart"),
            }
        }
    }
    Ok(escalated)
}

fn late_tracks<'c>(desk: &Desk, case: &'c Case) -> Vec<&'c Track> {
    let today = desk.now_here().date();
    case.open_tracks()
        .filter(|track| track.kind == TrackKind::Restart)
        .filter(|track| track.due.is_some_and(|due| due < today))
        .filter(|track| track.notes.last() != Some(&TrackNote::Overdue))
        .collect()
}
