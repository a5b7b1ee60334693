//! Works the gate of every open case out again, by the clock: results grow old, and a process that was killed between a
//! message and what follows from it must not leave a gate that does not know of the message.

use crate::act_on_case::{ActError, evaluate_again};
use crate::desk::{Desk, WorkError};
use case::{Actor, Door};
use model::CaseId;

/// Looks at each open case once; gives how many could not be worked out, with the reason in the log.
/// # Errors
/// The database does not list the cases.
pub async fn plan_open_cases(desk: &Desk) -> Result<usize, WorkError> {
    let mut failed = 0;
    let by = Actor::Sender {
        door: Door::Clock,
        name: "preparation".to_owned(),
    };
    for entry in desk.query().open_cases().await? {
        let Ok(id) = CaseId::new(&entry.case.case_id) else {
            continue;
        };
        match evaluate_again(desk, &by, &id, "time has passed").await {
            Ok(()) | Err(ActError::NoSuchCase(_)) => {}
            Err(error) => {
                failed += 1;
                tracing::error!(%error, case = %id, "could not work the gate out again");
            }
        }
    }
    Ok(failed)
}
