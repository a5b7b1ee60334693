//! Totals of one report: as stated, as added up from the events, and where the two disagree.

use crate::report::{EventKind, Finding, IrradiationEvent, Plane, PlaneTotals, Report, Stated};
use model::{DoseTotals, Gray, GraySquareMetre, MilliGrayCentimetre, Seconds};

/// A disagreement between what the report states and what its events add up to.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// The key of the JSON contract: `ka_r_gy`, `pka_gy_m2`, `fluoroscopy_s`, `dlp_mgy_cm`.
    pub key: &'static str,
    /// Plane, when the report has several.
    pub plane: Plane,
    pub stated: Amount,
    pub summed: Amount,
    /// The most that rounding of the printed digits explains.
    pub rounding: Amount,
}

/// A number in the unit of its key.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Amount(pub f64);

/// What the report states, summed over planes.
///
/// A plane that states nothing makes the total unknown if the report holds events on that plane; a plane
/// without events and without a value was not used and is left out.
pub fn stated(report: &Report) -> DoseTotals {
    DoseTotals {
        ka_r: over_planes(report, |p| p.ka_r.map(|s| s.value.0)).map(Gray),
        pka: over_planes(report, |p| p.pka.map(|s| s.value.0)).map(GraySquareMetre),
        fluoroscopy: over_planes(report, |p| p.fluoroscopy.map(|s| s.value.0)).map(Seconds),
        dlp: report.dlp_total.map(|s| s.value),
        agd: report
            .planes
            .iter()
            .flat_map(|p| p.agd.iter().map(|s| s.value))
            .collect(),
    }
}

fn over_planes(report: &Report, value: impl Fn(&PlaneTotals) -> Option<f64>) -> Option<f64> {
    let mut total = None;
    for plane in &report.planes {
        match value(plane) {
            Some(v) => total = Some(total.unwrap_or(0.0) + v),
            None if report.events.iter().any(|e| e.plane == plane.plane) => return None,
            None => {}
        }
    }
    total
}

/// The same keys added up from the events; `None` when no event states the quantity.
///
/// Fluoroscopy time is the duration of the fluoroscopy events and is unknown as soon as one of them does
/// not state its duration. Average glandular dose is listed per event.
pub fn summed(report: &Report) -> DoseTotals {
    let events = &report.events;
    DoseTotals {
        ka_r: add(events.iter().map(|e| e.ka_r.map(|s| s.value.0))).map(Gray),
        pka: add(events.iter().map(|e| e.pka.map(|s| s.value.0))).map(GraySquareMetre),
        fluoroscopy: fluoroscopy_seconds(events).map(Seconds),
        dlp: add(report.ct_events.iter().map(|e| e.dlp.map(|s| s.value.0)))
            .map(MilliGrayCentimetre),
        agd: events
            .iter()
            .filter_map(|e| e.agd.map(|s| s.value))
            .collect(),
    }
}

fn add(values: impl Iterator<Item = Option<f64>>) -> Option<f64> {
    values
        .flatten()
        .fold(None, |sum, v| Some(sum.unwrap_or(0.0) + v))
}

fn fluoroscopy_seconds(events: &[IrradiationEvent]) -> Option<f64> {
    let mut total = None;
    for event in events.iter().filter(|e| e.kind == EventKind::Fluoroscopy) {
        total = Some(total.unwrap_or(0.0) + event.duration?.value.0);
    }
    total
}

/// Where stated totals and event sums differ by more than the rounding of the printed digits, per plane.
///
/// Rounding allows half a unit in the last place of the total and of every event that adds to it.
pub fn differences(report: &Report) -> Vec<Difference> {
    let mut found = Vec::new();
    for plane in &report.planes {
        let of_plane: Vec<&IrradiationEvent> = report
            .events
            .iter()
            .filter(|e| e.plane == plane.plane || report.planes.len() == 1)
            .collect();
        let here = |key, total: Option<Stated<f64>>, parts: Vec<Option<Stated<f64>>>| {
            compare(key, plane.plane, total, &parts)
        };
        found.extend(here(
            "ka_r_gy",
            plane.ka_r.map(|s| bare(s, |g| g.0)),
            of_plane
                .iter()
                .map(|e| e.ka_r.map(|s| bare(s, |g| g.0)))
                .collect(),
        ));
        found.extend(here(
            "pka_gy_m2",
            plane.pka.map(|s| bare(s, |g| g.0)),
            of_plane
                .iter()
                .map(|e| e.pka.map(|s| bare(s, |g| g.0)))
                .collect(),
        ));
        let fluoroscopy: Vec<_> = of_plane
            .iter()
            .filter(|e| e.kind == EventKind::Fluoroscopy)
            .map(|e| e.duration.map(|s| bare(s, |g| g.0)))
            .collect();
        if fluoroscopy.iter().all(Option::is_some) {
            let total = plane.fluoroscopy.map(|s| bare(s, |g| g.0));
            found.extend(here("fluoroscopy_s", total, fluoroscopy));
        }
    }
    found.extend(compare(
        "dlp_mgy_cm",
        Plane::NotStated,
        report.dlp_total.map(|s| bare(s, |g| g.0)),
        &report
            .ct_events
            .iter()
            .map(|e| e.dlp.map(|s| bare(s, |g| g.0)))
            .collect::<Vec<_>>(),
    ));
    found
}

fn bare<T: Copy>(stated: Stated<T>, number: impl Fn(T) -> f64) -> Stated<f64> {
    Stated {
        value: number(stated.value),
        resolution: number(stated.resolution),
        trust: stated.trust,
    }
}

fn compare(
    key: &'static str,
    plane: Plane,
    total: Option<Stated<f64>>,
    parts: &[Option<Stated<f64>>],
) -> Option<Difference> {
    let total = total?;
    let summed = add(parts.iter().map(|p| p.map(|s| s.value)))?;
    let resolution: f64 = parts.iter().flatten().map(|s| s.resolution).sum();
    // A part in 10^12 covers the addition itself.
    let rounding = 0.5 * (total.resolution + resolution) + 1e-12 * summed.abs();
    ((total.value - summed).abs() > rounding).then_some(Difference {
        key,
        plane,
        stated: Amount(total.value),
        summed: Amount(summed),
        rounding: Amount(rounding),
    })
}

/// Findings about the totals: implausible field area, stated and summed apart by over 5 %, events missing.
pub fn findings(report: &Report) -> Vec<Finding> {
    let mut found = Vec::new();
    for d in differences(report) {
        let share = (d.stated.0 - d.summed.0).abs() / d.summed.0.abs().max(f64::MIN_POSITIVE);
        if share > 0.05 {
            let (stated, summed) = (d.stated.0, d.summed.0);
            found.push(Finding::new(
                "totals_disagree",
                format!(
                    "{}: the report states {stated}, its events add up to {summed}",
                    d.key
                ),
            ));
        }
    }
    found.extend(part_of_events(report));
    if let Some(n) = report.events_stated
        && n as usize != report.event_count()
    {
        let held = report.event_count();
        found.push(Finding::new(
            "event_count_disagrees",
            format!("the report states {n} events and holds {held}"),
        ));
    }
    found.extend(field_area_finding(&stated(report)));
    found
}

/// A sum over events of which some do not state the quantity is too low: said, never silent.
fn part_of_events(report: &Report) -> Vec<Finding> {
    let all = report.events.len();
    let stating = |has: fn(&IrradiationEvent) -> bool| {
        report.events.iter().filter(|event| has(event)).count()
    };
    [
        ("ka_r_gy", stating(|e| e.ka_r.is_some())),
        ("pka_gy_m2", stating(|e| e.pka.is_some())),
    ]
    .into_iter()
    .filter(|(_, count)| (1..all).contains(count))
    .map(|(key, count)| {
        let words = format!("{key}: {count} of {all} events state it, their sum is too low");
        Finding::new("events_without_value", words)
    })
    .collect()
}

/// Mean field area at the reference point is PKA over Ka,r: 20 to 600 cm² is plausible (dicom_dose, section 4).
fn field_area_finding(totals: &DoseTotals) -> Option<Finding> {
    let (pka, ka_r) = (totals.pka?.0, totals.ka_r?.0);
    if ka_r <= 0.0 || pka <= 0.0 {
        return None;
    }
    let area_cm2 = pka / ka_r * 1e4;
    (!(20.0..=600.0).contains(&area_cm2)).then(|| {
        Finding::new(
            "implausible_field_area",
            format!(
                "kerma-area product over reference air kerma is {area_cm2:.0} cm2, outside 20 to 600: check the units"
            ),
        )
    })
}
