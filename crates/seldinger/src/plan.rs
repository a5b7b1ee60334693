//! `seldinger plan FILE [--json] [--at TIME]`: preparation plans of a case file or a FHIR R4 Bundle.

pub mod case_file;
pub mod reader;

use anyhow::{Context as _, Result, bail};
use jiff::civil::DateTime;
use knowledge::RuleBook;
use preparation::Plan;
use reader::Reader;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use workflow::Site;
use workflow::plan_json::{OpenQuestion, minute};
use workflow::plan_request::{Answered, PlanReader as _, ReadWith, answer, write_answers};

/// What was asked for on the command line.
#[derive(Debug, Clone)]
pub struct PlanArguments {
    pub file: PathBuf,
    pub json: bool,
    /// Takes the place of the moment that the file names, wall clock in the case's zone.
    pub at: Option<String>,
}

/// Longest file that is read.
const FILE_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// Prints the plans; exit code 1 when every case was refused.
/// # Errors
/// The file cannot be read, or holds no question for a plan.
pub fn run(arguments: &PlanArguments, rules: &RuleBook, site: &Site) -> Result<ExitCode> {
    let name = arguments.file.display();
    let read = || format!("could not read {name}");
    let length = std::fs::metadata(&arguments.file).with_context(read)?.len();
    if length > FILE_BYTES_MAX {
        bail!("could not read {name}: it is longer than {FILE_BYTES_MAX} bytes");
    }
    let bytes = std::fs::read(&arguments.file).with_context(read)?;
    let at = moment(arguments.at.as_deref())?;
    let with = ReadWith {
        rules,
        site,
        now: jiff::Timestamp::now(),
        at,
    };
    let requests = Reader
        .read(&bytes, &with)
        .with_context(|| format!("could not plan {name}"))?;
    let answers = answer(requests, rules);
    let shown = if arguments.json {
        write_answers(&answers, rules)
    } else {
        as_words(&answers)
    };
    std::io::stdout()
        .lock()
        .write_all(shown.as_bytes())
        .context("could not print the plans")?;
    let any = answers.iter().any(|one| one.plan.is_ok());
    Ok(if any {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// `--at` as it was written.
/// # Errors
/// It is no date and time.
pub fn moment(text: Option<&str>) -> Result<Option<DateTime>> {
    match text.map(str::parse::<DateTime>) {
        None => Ok(None),
        Some(Ok(at)) => Ok(Some(at)),
        Some(Err(_)) => bail!("--at wants a date and a time such as 2027-02-10T15:00"),
    }
}

/// For a person at the terminal: the gate, its reasons and the dated steps.
fn as_words(answers: &[Answered]) -> String {
    let mut out = String::new();
    for one in answers {
        // Writing to a string cannot fail.
        let _ = match &one.plan {
            Err(reason) => writeln!(out, "{}: refused: {reason}", one.id),
            Ok((request, plan)) => match plan {
                Some(plan) => write_words(&mut out, &one.id, plan),
                None => writeln!(out, "{}: review; the procedure is not identified", one.id),
            }
            .and_then(|()| write_questions(&mut out, &request.open)),
        };
    }
    out
}

fn write_questions(out: &mut String, open: &[OpenQuestion]) -> std::fmt::Result {
    for question in open {
        writeln!(
            out,
            "  ? {} ({}; {})",
            question.words, question.owner, question.path
        )?;
    }
    Ok(())
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
