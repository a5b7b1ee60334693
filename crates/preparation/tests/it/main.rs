#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests end the test"
)]

#[path = "../../../seldinger/src/plan/case_file.rs"]
mod case_file;
mod differences;
mod formulas;
#[path = "../../../workflow/src/plan_json.rs"]
#[expect(dead_code, reason = "the command prints refusals too")]
mod plan_json;
mod worked_cases;
