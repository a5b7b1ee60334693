//! Plans of a case file as JSON: `cargo run -p preparation --example plan_case_file -- FILE`.

#[path = "../../seldinger/src/plan/case_file.rs"]
mod case_file;
#[path = "../../workflow/src/plan_json.rs"]
mod plan_json;

use plan_json::Outcome;
use testkit::shipped_rules::rule_book;

#[expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a tool for developers"
)]
fn main() {
    let path = std::env::args().nth(1).unwrap();
    let text = std::fs::read_to_string(path).unwrap();
    let rules = rule_book();
    let cases = case_file::read_case_file(&text).unwrap();
    let plans: Vec<(String, Result<preparation::Plan, String>)> = cases
        .iter()
        .map(|case| match case {
            Err(refused) => (refused.id.clone(), Err(refused.reason.clone())),
            Ok(case) => {
                let plan =
                    preparation::plan(&case.facts, &case.booking, rules, case.as_of, &case.zone);
                (case.id.clone(), plan.map_err(|refusal| refusal.to_string()))
            }
        })
        .collect();
    let outcomes: Vec<Outcome> = plans
        .iter()
        .map(|(id, plan)| match plan {
            Ok(plan) => Outcome::Plan { id, plan },
            Err(reason) => Outcome::Refused { id, reason },
        })
        .collect();
    print!(
        "{}",
        plan_json::write_plans(&rules.version.to_string(), &outcomes)
    );
}
