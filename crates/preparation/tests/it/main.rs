#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests end the test"
)]

mod approvals;
#[path = "../../../seldinger/src/plan/case_file.rs"]
mod case_file;
mod clock_changes;
mod differences;
mod formulas;
mod laws;
mod oracle;
mod patient;
#[path = "../../../workflow/src/plan_json.rs"]
#[expect(dead_code, reason = "the command prints refusals too")]
mod plan_json;
mod sentences;
mod worked_cases;
