//! Works out the plan and the gate of a case from the patient's facts as they stand.

use crate::desk::{Desk, WorkError};
use crate::patient::Patient;
use case::{Case, GateFinding, GateReason, Holds};
use jiff::Timestamp;
use model::{Gate, Role, RuleId};
use store::rows::PlanRow;

/// What planning found.
#[derive(Debug, Clone, PartialEq)]
pub struct Planned {
    pub gate: GateFinding,
    pub holds: Holds,
    /// The first moment that holds and laboratory windows allow.
    pub earliest: Option<Timestamp>,
    /// The plan whole, to be kept; `None` when there was nothing to plan from.
    pub row: Option<PlanRow>,
}

/// Plans a case at a moment. Pure but for reading the patient's laboratory values.
/// # Errors
/// The database.
pub(crate) async fn plan_case(
    _desk: &Desk,
    _case: &Case,
    _patient: &Patient,
    _at: Timestamp,
) -> Result<Planned, WorkError> {
    Ok(not_worked_out("no plan has been worked out for this case"))
}

/// A gate that nobody worked out is a question to a person, never "ready".
fn not_worked_out(words: &str) -> Planned {
    let reasons = RuleId::new("not_worked_out")
        .map(|rule| {
            vec![GateReason {
                rule,
                words: words.to_owned(),
                who: vec![Role::Radiologist],
            }]
        })
        .unwrap_or_default();
    Planned {
        gate: GateFinding {
            now: Gate::Review,
            if_completed: Gate::Review,
            reasons,
        },
        holds: Holds::Unknown,
        earliest: None,
        row: None,
    }
}
