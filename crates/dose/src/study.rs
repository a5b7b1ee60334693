//! One study from its reports: cumulative, continued, repeated, out of order.
//!
//! The irradiation event is the unit. A report that holds all events of another replaces it; one with other
//! events adds to it; the same report sent twice counts once. Events without a UID cannot be told from
//! repetitions of themselves: such a report is taken as it is, once per SOP instance.

use crate::report::{
    CtAcquisition, Device, EventKind, Finding, IrradiationEvent, Kind, Plane, PlaneTotals, Report,
    Stated, Trust,
};
use crate::totals;
use model::{DoseTotals, Gray, GraySquareMetre, MilliGray, MilliGrayCentimetre, Seconds};
use std::collections::{BTreeMap, BTreeSet};

/// A study as the case uses it.
#[derive(Debug, Clone, PartialEq)]
pub struct Study {
    pub study_uid: String,
    pub kind: Kind,
    pub devices: Vec<Device>,
    /// Reports that the totals stand on, by SOP Instance UID.
    pub reports: Vec<String>,
    /// Reports that others contain, or that came twice.
    pub replaced: Vec<String>,
    pub totals: DoseTotals,
    pub summed: DoseTotals,
    pub trust: Trust,
    pub planes: Vec<PlaneTotals>,
    pub events: Vec<IrradiationEvent>,
    pub ct_events: Vec<CtAcquisition>,
    pub findings: Vec<Finding>,
}

/// Joins reports by Study Instance UID, in the order in which studies are first met.
///
/// Objects that are no dose report are left out; so are image headers when the study has a report.
pub fn join(reports: &[Report]) -> Vec<Study> {
    let mut uids: Vec<&str> = Vec::new();
    for report in reports.iter().filter(|r| r.kind != Kind::NotADoseReport) {
        if !uids.contains(&report.study_uid.as_str()) {
            uids.push(&report.study_uid);
        }
    }
    uids.into_iter()
        .map(|uid| {
            let of_study: Vec<&Report> = reports
                .iter()
                .filter(|r| r.kind != Kind::NotADoseReport && r.study_uid == uid)
                .collect();
            one_study(uid, of_study)
        })
        .collect()
}

/// UIDs of all events of a report, with their planes.
fn event_uids(report: &Report) -> BTreeSet<(&str, Plane)> {
    let projection = report
        .events
        .iter()
        .filter_map(|e| Some((e.uid.as_deref()?, e.plane)));
    let scans = report.ct_events.iter();
    projection
        .chain(scans.filter_map(|e| Some((e.uid.as_deref()?, Plane::NotStated))))
        .collect()
}

fn one_study(uid: &str, mut reports: Vec<&Report>) -> Study {
    let mut replaced: Vec<String> = Vec::new();
    let mut findings: Vec<Finding> = Vec::new();
    if reports.iter().any(|r| r.trust != Trust::Header) {
        reports.retain(|r| r.trust != Trust::Header);
    }
    // Newest first, so that of two equal sets of events the later report stays.
    reports.sort_by(|a, b| {
        b.written
            .cmp(&a.written)
            .then_with(|| b.sop_instance_uid.cmp(&a.sop_instance_uid))
    });
    let mut kept: Vec<&Report> = Vec::new();
    for report in reports {
        let twice = kept
            .iter()
            .any(|k| k.sop_instance_uid == report.sop_instance_uid)
            && !report.sop_instance_uid.is_empty();
        let uids = event_uids(report);
        let contained = !uids.is_empty()
            && uids.len() == report.event_count()
            && kept.iter().any(|k| event_uids(k).is_superset(&uids));
        if twice || contained {
            replaced.push(report.sop_instance_uid.clone());
            continue;
        }
        // A later report may be smaller than one that came before it: what it holds is contained in that.
        let (inside, rest): (Vec<&Report>, Vec<&Report>) = kept.iter().partition(|k| {
            let theirs = event_uids(k);
            !theirs.is_empty() && theirs.len() == k.event_count() && uids.is_superset(&theirs)
        });
        replaced.extend(inside.iter().map(|k| k.sop_instance_uid.clone()));
        kept = rest;
        kept.push(report);
    }
    kept.reverse();
    let (events, ct_events, repeated) = union(&kept);
    if repeated > 0 {
        findings.push(Finding::new(
            "overlapping_reports",
            format!("{repeated} events stand in several reports of this study and count once"),
        ));
    }
    if !replaced.is_empty() {
        findings.push(Finding::new(
            "cumulative_reports",
            format!(
                "{} reports are contained in others and do not count",
                replaced.len()
            ),
        ));
    }
    build(uid, &kept, replaced, findings, events, ct_events, repeated)
}

/// All events of the kept reports, each once, in order of time where it is known. Of an event that stands in several
/// reports the newest one's word counts. Two tubes may write one UID: the plane tells them apart, and so does the
/// place in a report that uses a UID twice.
fn union<'a>(kept: &[&'a Report]) -> (Vec<IrradiationEvent>, Vec<CtAcquisition>, usize) {
    let mut seen: BTreeSet<(&str, Plane, usize)> = BTreeSet::new();
    let mut repeated = 0;
    let mut events: Vec<IrradiationEvent> = Vec::new();
    let mut ct_events: Vec<CtAcquisition> = Vec::new();
    for report in kept.iter().rev() {
        let mut times: BTreeMap<(&str, Plane), usize> = BTreeMap::new();
        let mut fresh = |uid: Option<&'a str>, plane: Plane| {
            let Some(uid) = uid else { return true };
            let time = times.entry((uid, plane)).or_default();
            *time += 1;
            let is_new = seen.insert((uid, plane, *time));
            repeated += usize::from(!is_new);
            is_new
        };
        let mut here = Vec::new();
        for event in &report.events {
            if fresh(event.uid.as_deref(), event.plane) {
                here.push(event.clone());
            }
        }
        here.append(&mut events);
        events = here;
        let mut here = Vec::new();
        for scan in &report.ct_events {
            if fresh(scan.uid.as_deref(), Plane::NotStated) {
                here.push(scan.clone());
            }
        }
        here.append(&mut ct_events);
        ct_events = here;
    }
    events.sort_by_key(|e| e.started);
    (events, ct_events, repeated)
}

fn build(
    uid: &str,
    kept: &[&Report],
    replaced: Vec<String>,
    mut findings: Vec<Finding>,
    events: Vec<IrradiationEvent>,
    ct_events: Vec<CtAcquisition>,
    repeated: usize,
) -> Study {
    let mut devices: Vec<Device> = Vec::new();
    for report in kept {
        if !devices.contains(&report.device) {
            devices.push(report.device.clone());
        }
    }
    let kind = kept
        .iter()
        .map(|r| r.kind)
        .min()
        .unwrap_or(Kind::NotADoseReport);
    let mut totals = add(kept);
    let whole = whole(uid, kind, kept, &events, &ct_events);
    let summed = totals::summed(&whole);
    let mut trust = kept.iter().map(|r| r.trust).max().unwrap_or(Trust::Report);
    if repeated > 0 {
        // Stated totals of overlapping reports count some events twice: the events decide.
        totals = summed.clone();
        trust = trust.max(Trust::EventSum);
        findings.push(Finding::new(
            "totals_from_events",
            "the stated totals of overlapping reports cannot be added; the events were added up",
        ));
    }
    findings.extend(kept.iter().flat_map(|r| r.findings.iter().cloned()));
    findings.sort();
    findings.dedup();
    Study {
        study_uid: uid.to_owned(),
        kind,
        devices,
        reports: kept.iter().map(|r| r.sop_instance_uid.clone()).collect(),
        replaced,
        totals,
        summed,
        trust,
        planes: whole.planes,
        events,
        ct_events,
        findings,
    }
}

/// A report that stands for the whole study, to be summed by the same functions.
fn whole(
    uid: &str,
    kind: Kind,
    kept: &[&Report],
    events: &[IrradiationEvent],
    ct_events: &[CtAcquisition],
) -> Report {
    Report {
        sop_instance_uid: String::new(),
        study_uid: uid.to_owned(),
        device: Device::default(),
        kind,
        trust: Trust::EventSum,
        written: None,
        utc_offset: String::new(),
        planes: planes(kept),
        dlp_total: None,
        events_stated: None,
        events: events.to_vec(),
        ct_events: ct_events.to_vec(),
        findings: Vec::new(),
    }
}

/// Sum over reports of what each states; unknown as soon as one report that ought to state it does not.
///
/// A CT report is not asked for air kerma, nor a report without fluoroscopy for its time.
fn add(kept: &[&Report]) -> DoseTotals {
    let sum = |asked: fn(&Report) -> bool, value: fn(&DoseTotals) -> Option<f64>| -> Option<f64> {
        let mut total = None;
        for report in kept {
            match value(&report.stated()) {
                Some(v) => total = Some(total.unwrap_or(0.0) + v),
                None if asked(report) => return None,
                None => {}
            }
        }
        total
    };
    let projects = |r: &Report| !r.events.is_empty();
    let fluoroscopes = |r: &Report| r.events.iter().any(|e| e.kind == EventKind::Fluoroscopy);
    let stated: Vec<DoseTotals> = kept.iter().map(|r| r.stated()).collect();
    DoseTotals {
        ka_r: sum(projects, |t| t.ka_r.map(|v| v.0)).map(Gray),
        pka: sum(projects, |t| t.pka.map(|v| v.0)).map(GraySquareMetre),
        fluoroscopy: sum(fluoroscopes, |t| t.fluoroscopy.map(|v| v.0)).map(Seconds),
        dlp: sum(|r| !r.ct_events.is_empty(), |t| t.dlp.map(|v| v.0)).map(MilliGrayCentimetre),
        agd: agd(&stated),
    }
}

/// Per breast: reports list the breasts in the same order, so they are added by place in the list.
fn agd(stated: &[DoseTotals]) -> Vec<MilliGray> {
    let longest = stated.iter().map(|t| t.agd.len()).max().unwrap_or(0);
    (0..longest)
        .map(|i| {
            MilliGray(
                stated
                    .iter()
                    .filter_map(|t| t.agd.get(i))
                    .map(|v| v.0)
                    .sum(),
            )
        })
        .collect()
}

/// Plane totals added over reports, plane by plane.
fn planes(kept: &[&Report]) -> Vec<PlaneTotals> {
    let mut out: Vec<PlaneTotals> = Vec::new();
    for plane in kept.iter().flat_map(|r| &r.planes) {
        match out
            .iter_mut()
            .find(|p| p.plane == plane.plane && p.plane != Plane::NotStated)
        {
            None => out.push(plane.clone()),
            Some(sum) => {
                sum.ka_r = both(sum.ka_r, plane.ka_r, |a, b| Gray(a.0 + b.0));
                sum.ka_r_fluoroscopy =
                    both(sum.ka_r_fluoroscopy, plane.ka_r_fluoroscopy, |a, b| {
                        Gray(a.0 + b.0)
                    });
                sum.ka_r_acquisition =
                    both(sum.ka_r_acquisition, plane.ka_r_acquisition, |a, b| {
                        Gray(a.0 + b.0)
                    });
                let area = |a: GraySquareMetre, b: GraySquareMetre| GraySquareMetre(a.0 + b.0);
                sum.pka = both(sum.pka, plane.pka, area);
                sum.pka_fluoroscopy = both(sum.pka_fluoroscopy, plane.pka_fluoroscopy, area);
                sum.pka_acquisition = both(sum.pka_acquisition, plane.pka_acquisition, area);
                let time = |a: Seconds, b: Seconds| Seconds(a.0 + b.0);
                sum.fluoroscopy = both(sum.fluoroscopy, plane.fluoroscopy, time);
                sum.acquisition = both(sum.acquisition, plane.acquisition, time);
            }
        }
    }
    out
}

fn both<T: Copy>(
    a: Option<Stated<T>>,
    b: Option<Stated<T>>,
    add: fn(T, T) -> T,
) -> Option<Stated<T>> {
    let (a, b) = (a?, b?);
    Some(Stated {
        value: add(a.value, b.value),
        resolution: add(a.resolution, b.resolution),
        trust: a.trust.max(b.trust),
    })
}
