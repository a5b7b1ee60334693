//! `seldinger plan FILE [--json] [--at TIME]`: preparation plans of a case file.

pub mod case_file;

use anyhow::{Context as _, Result, bail};
use case_file::{Case, CaseRefused, read_case_file};
use jiff::civil::DateTime;
use knowledge::RuleBook;
use preparation::Plan;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use workflow::plan_json::{Outcome, minute, write_plans};

/// What was asked for on the command line.
#[derive(Debug, Clone)]
pub struct PlanArguments {
    pub file: PathBuf,
    pub json: bool,
    /// Takes the place of the moment that the file names, wall clock in the case's zone.
    pub at: Option<String>,
}

/// Prints the plans; exit code 1 when every case was refused.
/// # Errors
/// The file cannot be read, or is no case file.
pub fn run(arguments: &PlanArguments, rules: &RuleBook) -> Result<ExitCode> {
    let name = arguments.file.display();
    let text = std::fs::read_to_string(&arguments.file)
        .with_context(|| format!("could not read {name}"))?;
    let at = match arguments.at.as_deref().map(str::parse::<DateTime>) {
        None => None,
        Some(Ok(at)) => Some(at),
        Some(Err(_)) => bail!("--at wants a date and a time such as 2027-02-10T15:00"),
    };
    let cases = read_case_file(&text).with_context(|| format!("could not plan {name}"))?;
    let planned: Vec<Planned> = cases
        .into_iter()
        .map(|case| plan_case(case, at, rules))
        .collect();
    let shown = if arguments.json {
        as_json(&planned, rules)
    } else {
        as_words(&planned)
    };
    std::io::stdout()
        .lock()
        .write_all(shown.as_bytes())
        .context("could not print the plans")?;
    let any = planned.iter().any(|one| one.plan.is_ok());
    Ok(if any {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// One case and its plan, or why there is none.
struct Planned {
    id: String,
    plan: Result<Plan, String>,
}

fn plan_case(case: Result<Case, CaseRefused>, at: Option<DateTime>, rules: &RuleBook) -> Planned {
    match case {
        Err(refused) => Planned {
            id: refused.id,
            plan: Err(refused.reason),
        },
        Ok(case) => {
            let as_of = at.unwrap_or(case.as_of);
            let plan = preparation::plan(&case.facts, &case.booking, rules, as_of, &case.zone);
            Planned {
                id: case.id,
                plan: plan.map_err(|refusal| refusal.to_string()),
            }
        }
    }
}

fn as_json(planned: &[Planned], rules: &RuleBook) -> String {
    let outcomes: Vec<Outcome> = planned
        .iter()
        .map(|one| match &one.plan {
            Ok(plan) => Outcome::Plan { id: &one.id, plan },
            Err(reason) => Outcome::Refused {
                id: &one.id,
                reason,
            },
        })
        .collect();
    write_plans(&rules.version.to_string(), &outcomes)
}

/// For a person at the terminal: the gate, its reasons and the dated steps.
fn as_words(planned: &[Planned]) -> String {
    let mut out = String::new();
    for one in planned {
        // Writing to a string cannot fail.
        let _ = match &one.plan {
            Err(reason) => writeln!(out, "{}: refused: {reason}", one.id),
            Ok(plan) => write_words(&mut out, &one.id, plan),
        };
    }
    out
}

fn write_words(out: &mut String, id: &str, plan: &Plan) -> std::fmt::Result {
    let (now, done) = (plan.gate_now.code(), plan.gate_if_completed.code());
    writeln!(out, "{id}: {now}; {done} if all is done")?;
    for reason in plan
        .blockers
        .iter()
        .chain(&plan.bypassed)
        .chain(&plan.reviews)
    {
        let status = reason.status.code();
        writeln!(
            out,
            "  ! {}: {} ({}, {status})",
            reason.code, reason.fact, reason.rule
        )?;
    }
    for row in &plan.medicines {
        let until = row
            .last_dose
            .map(|at| format!(", last dose {}", minute(at)));
        writeln!(
            out,
            "  {}: {}{}",
            row.inn,
            row.action.code(),
            until.unwrap_or_default()
        )?;
    }
    for lab in &plan.labs_due {
        let (from, until) = (minute(lab.take_from), minute(lab.take_until));
        writeln!(out, "  sample {}: {from} to {until}", lab.analyte)?;
    }
    for limit in &plan.fasting.limits {
        writeln!(out, "  {} until {}", limit.food, minute(limit.until))?;
    }
    Ok(())
}
