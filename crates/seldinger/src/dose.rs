//! `seldinger dose FILE... [--json] [--map OUT.png|OUT.json]`: totals, alerts and peak skin dose of dose reports.

mod json;
mod map_file;
mod picture;
mod words;

use anyhow::{Context as _, Result, bail};
use dicom::objects::radiation_dose_report::{self, DoseReport};
use dose::alert::Alert;
use dose::judge::{Bodies, CELL, levels_reached, measures, skin_dose};
use dose::peak_skin_dose::map::SkinMap;
use dose::peak_skin_dose::phantom::Phantom;
use dose::peak_skin_dose::phantom::human::Measures;
use dose::peak_skin_dose::{self, Outcome};
use dose::rules::Rules;
use dose::study::{self, Study};
use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What was asked for on the command line.
#[derive(Debug, Clone)]
pub struct DoseArguments {
    pub files: Vec<PathBuf>,
    pub json: bool,
    /// Where the skin dose map goes: `.png` or `.json`.
    pub map: Option<PathBuf>,
}

/// One file: a report, or why it was refused.
struct Read {
    file: String,
    outcome: Result<Judged<DoseReport>, String>,
}

/// A report or a study with what follows from it.
struct Judged<T> {
    of: T,
    skin: Outcome,
    alerts: Vec<Alert>,
    body: Measures,
    assumed_body: bool,
}

/// Prints what the reports say; exit code 1 when every file was refused.
///
/// * `knowledge` – texts of the rules by their path below `knowledge/`, the site's own already over them.
/// # Errors
/// Flawed rules, a map that cannot be made or written, an output that cannot be printed.
pub fn run(arguments: &DoseArguments, knowledge: &BTreeMap<String, String>) -> Result<ExitCode> {
    let rules = crate::rules::dose_rules(knowledge)?;
    let map_kind = arguments
        .map
        .as_deref()
        .map(map_file::kind_of)
        .transpose()?;
    let mut bodies = Bodies::default();
    let read: Vec<Read> = arguments
        .files
        .iter()
        .map(|path| read_file(path, &rules, &mut bodies))
        .collect();
    let reports: Vec<dose::Report> = read
        .iter()
        .filter_map(|r| Some(r.outcome.as_ref().ok()?.of.report.clone()))
        .collect();
    let studies: Vec<Judged<Study>> = study::join(&reports)
        .into_iter()
        .map(|study| judge_study(study, &read, &rules, &mut bodies))
        .collect();
    let shown = if arguments.json {
        json::write(&read, &studies)?
    } else {
        words::write(&read, &studies)
    };
    std::io::stdout()
        .lock()
        .write_all(shown.as_bytes())
        .context("could not print the doses")?;
    if let (Some(path), Some(kind)) = (&arguments.map, map_kind) {
        write_map(path, kind, &studies, &rules)?;
    }
    let any = read.iter().any(|one| one.outcome.is_ok());
    Ok(if any {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn read_file(path: &Path, rules: &Rules, bodies: &mut Bodies) -> Read {
    let outcome = std::fs::read(path)
        .map_err(|error| error.to_string())
        .and_then(|bytes| radiation_dose_report::read(&bytes).map_err(|error| error.to_string()))
        .map(|report| judge_report(report, rules, bodies));
    Read {
        file: path.display().to_string(),
        outcome,
    }
}

fn judge_report(report: DoseReport, rules: &Rules, bodies: &mut Bodies) -> Judged<DoseReport> {
    let (body, assumed_body) = body_of(&report);
    let r = &report.report;
    let device = std::slice::from_ref(&r.device);
    let skin = skin_dose(rules, bodies, body, device, r.kind, &r.events);
    let alerts = levels_reached(rules, &r.stated(), &r.summed(), &r.planes, &skin);
    Judged {
        of: report,
        skin,
        alerts,
        body,
        assumed_body,
    }
}

fn judge_study(study: Study, read: &[Read], rules: &Rules, bodies: &mut Bodies) -> Judged<Study> {
    let reports = read.iter().filter_map(|r| r.outcome.as_ref().ok());
    let of_study = reports.filter(|r| r.of.report.study_uid == study.study_uid);
    let known = of_study
        .clone()
        .find(|r| !r.assumed_body)
        .or_else(|| of_study.clone().next());
    let (body, assumed_body) =
        known.map_or_else(|| measures(None, None), |r| (r.body, r.assumed_body));
    // A study that stands on one report has that report's map.
    let alone = of_study.clone().find(|r| {
        study.reports == [r.of.report.sop_instance_uid.as_str()]
            && r.of.report.event_count() == study.events.len()
            && r.body == body
    });
    let skin = match alone {
        Some(report) => report.skin.clone(),
        None => skin_dose(
            rules,
            bodies,
            body,
            &study.devices,
            study.kind,
            &study.events,
        ),
    };
    let alerts = levels_reached(rules, &study.totals, &study.summed, &study.planes, &skin);
    Judged {
        of: study,
        skin,
        alerts,
        body,
        assumed_body,
    }
}

/// The patient's own height and weight where the report gives them.
fn body_of(report: &DoseReport) -> (Measures, bool) {
    measures(report.header.height, report.header.weight)
}

/// Writes the map of the study with the highest peak.
fn write_map(
    path: &Path,
    kind: map_file::Kind,
    studies: &[Judged<Study>],
    rules: &Rules,
) -> Result<()> {
    let peak = |study: &&Judged<Study>| match &study.skin {
        Outcome::Computed(peak) => peak.dose.0,
        Outcome::Refused(_) | Outcome::NotApplicable => -1.0,
    };
    let highest = studies.iter().max_by(|a, b| peak(a).total_cmp(&peak(b)));
    let Some((study, Outcome::Computed(peak))) = highest.map(|s| (s, &s.skin)) else {
        let reason = studies.iter().find_map(|s| match &s.skin {
            Outcome::Refused(refusal) => Some(refusal.words()),
            Outcome::Computed(_) | Outcome::NotApplicable => None,
        });
        bail!(
            "no map was made: {}",
            reason.unwrap_or_else(|| "no report can be mapped".to_owned())
        );
    };
    let phantom = Phantom::human(study.body, CELL);
    let device = study.of.devices.first().cloned().unwrap_or_default();
    let (_, map) = peak_skin_dose::compute(
        &rules.model,
        &phantom,
        &device,
        study.of.kind,
        &study.of.events,
    );
    let map: SkinMap<'_> = map.context("the map was lost on the way")?;
    let bytes = match kind {
        map_file::Kind::Json => map_file::json(&map, peak)?,
        map_file::Kind::Png => picture::png(&map)?,
    };
    std::fs::write(path, bytes).with_context(|| format!("could not write {}", path.display()))
}

#[cfg(test)]
mod tests;
