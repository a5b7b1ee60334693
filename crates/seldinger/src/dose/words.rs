//! The same for people: a few lines per report.

use super::{Judged, Read};
use dose::alert::Alert;
use dose::peak_skin_dose::Outcome;
use dose::study::Study;
use model::DoseTotals;
use std::fmt::Write as _;

/// One block per file, then one per study of several reports.
pub fn write(read: &[Read], studies: &[Judged<Study>]) -> String {
    let mut out = String::new();
    for one in read {
        match &one.outcome {
            Err(refused) => put(&mut out, format_args!("{}: refused: {refused}", one.file)),
            Ok(judged) => {
                let report = &judged.of.report;
                put(
                    &mut out,
                    format_args!(
                        "{}: {} {}, {}, {} events",
                        one.file,
                        report.device.manufacturer,
                        report.device.model,
                        report.kind.code().replace('_', " "),
                        report.event_count()
                    ),
                );
                body(&mut out, &report.stated(), &judged.skin, &judged.alerts);
                for finding in &report.findings {
                    put(&mut out, format_args!("  note: {}", finding.words));
                }
            }
        }
    }
    for judged in studies
        .iter()
        .filter(|s| s.of.reports.len() + s.of.replaced.len() > 1)
    {
        let study = &judged.of;
        put(
            &mut out,
            format_args!(
                "study {}: {} reports count, {} are contained in others",
                study.study_uid,
                study.reports.len(),
                study.replaced.len()
            ),
        );
        body(&mut out, &study.totals, &judged.skin, &judged.alerts);
    }
    out
}

/// Writing to a text cannot fail.
fn put(out: &mut String, line: std::fmt::Arguments<'_>) {
    let _ = writeln!(out, "{line}");
}

fn body(out: &mut String, totals: &DoseTotals, skin: &Outcome, alerts: &[Alert]) {
    if let Some(v) = totals.ka_r {
        put(
            out,
            format_args!("  reference air kerma  {:.3} mGy", v.0 * 1e3),
        );
    }
    if let Some(v) = totals.pka {
        put(
            out,
            format_args!("  kerma-area product   {:.4} Gy·cm²", v.0 * 1e4),
        );
    }
    if let Some(v) = totals.fluoroscopy {
        put(out, format_args!("  fluoroscopy time     {:.1} s", v.0));
    }
    if let Some(v) = totals.dlp {
        put(
            out,
            format_args!("  dose-length product  {:.2} mGy·cm", v.0),
        );
    }
    for v in &totals.agd {
        put(out, format_args!("  glandular dose       {:.2} mGy", v.0));
    }
    match skin {
        Outcome::NotApplicable => {}
        Outcome::Refused(refusal) => {
            put(
                out,
                format_args!("  peak skin dose       refused: {}", refusal.words()),
            );
        }
        Outcome::Computed(peak) => {
            let [low, high] = peak.interval;
            put(
                out,
                format_args!(
                    "  peak skin dose       {:.2} mGy ({:.2} to {:.2}, k = 2), {}",
                    peak.dose.0 * 1e3,
                    low.0 * 1e3,
                    high.0 * 1e3,
                    peak.place.words()
                ),
            );
        }
    }
    for alert in alerts {
        put(
            out,
            format_args!("  {}: {} [{}]", alert.grade.code(), alert.words, alert.rule),
        );
    }
}
