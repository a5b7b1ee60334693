//! Plans grow old: time passes, a rule is changed, an approval is given or ends. Every booked case that is still to come
//! is planned again, so that neither staff nor patient read yesterday's answer.

use crate::act_on_case::evaluate_again;
use crate::desk::{Desk, WorkError};
use case::State;
use jiff::SignedDuration;
use model::CaseId;

/// What became of the plans.
#[derive(Debug, Default)]
pub struct Replanned {
    pub cases: usize,
    /// Case number and reason of those that could not be planned.
    pub failed: Vec<(String, String)>,
}

/// A visit that was due longer ago than this is nobody's to prepare for any more.
const OVERDUE: SignedDuration = SignedDuration::from_hours(24);

/// Plans every booked case again whose patient is not in the room yet. A case that cannot be planned does not keep the
/// others from it.
/// # Errors
/// The database, when the cases are listed.
pub async fn plan_coming_cases(desk: &Desk) -> Result<Replanned, WorkError> {
    let since = desk.now().checked_sub(OVERDUE).unwrap_or(desk.now());
    let mut replanned = Replanned::default();
    for entry in desk.query().open_cases().await? {
        let is_coming = entry.case.start.is_some_and(|start| start >= since)
            && is_to_be_prepared(&entry.case.state);
        let Some(id) = CaseId::new(&entry.case.case_id).ok().filter(|_| is_coming) else {
            continue;
        };
        match evaluate_again(desk, &id).await {
            Ok(()) => replanned.cases += 1,
            Err(error) => replanned.failed.push((id.to_string(), error.to_string())),
        }
    }
    Ok(replanned)
}

fn is_to_be_prepared(code: &str) -> bool {
    [State::Scheduled, State::Preparation, State::Arrived]
        .iter()
        .any(|state| state.code() == code)
}
