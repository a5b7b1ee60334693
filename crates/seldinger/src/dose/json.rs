//! The JSON of `seldinger dose --json`. Keys are a contract: they are added to, never renamed.

use super::{Judged, Read};
use anyhow::Result;
use dicom::objects::radiation_dose_report::DoseReport;
use dose::alert::Alert;
use dose::geometry_stated::geometry_stated;
use dose::peak_skin_dose::{Outcome, Peak};
use dose::report::{Finding, IrradiationEvent, PlaneTotals};
use dose::study::Study;
use dose::totals::{self, Difference};
use model::DoseTotals;
use serde::Serialize;
use std::collections::BTreeMap;

pub const SCHEMA: &str = "seldinger.dose/1";

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    reports: Vec<Entry<'a>>,
    studies: Vec<StudyJson<'a>>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Entry<'a> {
    Refused { file: &'a str, refused: &'a str },
    Report(Box<ReportJson<'a>>),
}

#[derive(Serialize)]
struct ReportJson<'a> {
    file: &'a str,
    manufacturer: &'a str,
    model: &'a str,
    device_observer_model: &'a str,
    kind: &'static str,
    trust: &'static str,
    sop_instance_uid: &'a str,
    study_instance_uid: &'a str,
    events: usize,
    event_types: BTreeMap<&'static str, usize>,
    totals: TotalsJson,
    summed: TotalsJson,
    differences: Vec<DifferenceJson>,
    planes: BTreeMap<&'static str, PlaneJson>,
    geometry: GeometryJson,
    skin_dose: SkinJson,
    alerts: Vec<AlertJson<'a>>,
    findings: Vec<FindingJson<'a>>,
}

#[derive(Serialize)]
struct StudyJson<'a> {
    study_instance_uid: &'a str,
    manufacturer: &'a str,
    model: &'a str,
    kind: &'static str,
    trust: &'static str,
    reports: &'a [String],
    replaced: &'a [String],
    events: usize,
    totals: TotalsJson,
    summed: TotalsJson,
    planes: BTreeMap<&'static str, PlaneJson>,
    skin_dose: SkinJson,
    alerts: Vec<AlertJson<'a>>,
    findings: Vec<FindingJson<'a>>,
}

/// A total that is not stated is `null`, never 0.
#[derive(Serialize)]
struct TotalsJson {
    ka_r_gy: Option<f64>,
    pka_gy_m2: Option<f64>,
    fluoroscopy_s: Option<f64>,
    dlp_mgy_cm: Option<f64>,
    agd_mgy: Vec<f64>,
}

#[derive(Serialize)]
struct PlaneJson {
    events: usize,
    ka_r_gy: Option<f64>,
    ka_r_fluoroscopy_gy: Option<f64>,
    ka_r_acquisition_gy: Option<f64>,
    pka_gy_m2: Option<f64>,
    pka_fluoroscopy_gy_m2: Option<f64>,
    pka_acquisition_gy_m2: Option<f64>,
    fluoroscopy_s: Option<f64>,
    acquisition_s: Option<f64>,
}

#[derive(Serialize)]
struct DifferenceJson {
    key: &'static str,
    plane: &'static str,
    stated: f64,
    summed: f64,
    rounding: f64,
}

#[derive(Serialize)]
struct GeometryJson {
    present: Vec<&'static str>,
    missing: Vec<&'static str>,
}

#[derive(Serialize)]
#[serde(tag = "status", rename_all = "snake_case")]
enum SkinJson {
    Computed(Box<PeakJson>),
    Refused { reason: &'static str, words: String },
    NotApplicable,
}

#[derive(Serialize)]
struct PeakJson {
    peak_gy: f64,
    interval_gy: [f64; 2],
    coverage_factor: f64,
    highest_cell_gy: f64,
    share_of_dose_on_phantom: f64,
    phantom: &'static str,
    phantom_height_cm: f64,
    phantom_weight_kg: f64,
    cells: usize,
    place: PlaceJson,
    areas_cm2: Vec<AreaJson>,
    contributors: Vec<ContributorJson>,
    uncertainty: Vec<PartJson>,
    assumed: Vec<String>,
}

#[derive(Serialize)]
struct PlaceJson {
    words: String,
    region: &'static str,
    surface: &'static str,
    left_of_midline_mm: f64,
    below_crown_mm: f64,
}

#[derive(Serialize)]
struct AreaJson {
    from_gy: f64,
    cm2: f64,
}

#[derive(Serialize)]
struct ContributorJson {
    irradiation_event_uid: String,
    share: f64,
}

#[derive(Serialize)]
struct PartJson {
    part: &'static str,
    relative: f64,
}

#[derive(Serialize)]
struct AlertJson<'a> {
    rule: &'a str,
    grade: &'static str,
    plane: &'static str,
    words: &'a str,
}

#[derive(Serialize)]
struct FindingJson<'a> {
    code: &'static str,
    words: &'a str,
}

/// The whole document, one line feed at the end.
pub fn write(read: &[Read], studies: &[Judged<Study>]) -> Result<String> {
    let document = Document {
        schema: SCHEMA,
        reports: read.iter().map(entry).collect(),
        studies: studies.iter().map(study).collect(),
    };
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}

fn entry(read: &Read) -> Entry<'_> {
    match &read.outcome {
        Err(refused) => Entry::Refused {
            file: &read.file,
            refused,
        },
        Ok(judged) => Entry::Report(Box::new(report(&read.file, judged))),
    }
}

fn report<'a>(file: &'a str, judged: &'a Judged<DoseReport>) -> ReportJson<'a> {
    let report = &judged.of.report;
    let geometry = geometry_stated(report);
    let mut event_types: BTreeMap<&'static str, usize> = BTreeMap::new();
    let kinds = report.events.iter().map(|e| e.kind);
    for kind in kinds.chain(report.ct_events.iter().map(|e| e.kind)) {
        *event_types.entry(kind.code()).or_default() += 1;
    }
    ReportJson {
        file,
        manufacturer: &report.device.manufacturer,
        model: &report.device.model,
        device_observer_model: &report.device.observer_model,
        kind: report.kind.code(),
        trust: report.trust.code(),
        sop_instance_uid: &report.sop_instance_uid,
        study_instance_uid: &report.study_uid,
        events: report.event_count(),
        event_types,
        totals: totals_json(&report.stated()),
        summed: totals_json(&report.summed()),
        differences: totals::differences(report).iter().map(difference).collect(),
        planes: planes(&report.planes, &report.events),
        geometry: GeometryJson {
            present: geometry.present,
            missing: geometry.missing,
        },
        skin_dose: skin(&judged.skin, judged),
        alerts: judged.alerts.iter().map(alert).collect(),
        findings: report.findings.iter().map(finding).collect(),
    }
}

fn study(judged: &Judged<Study>) -> StudyJson<'_> {
    let study = &judged.of;
    StudyJson {
        study_instance_uid: &study.study_uid,
        manufacturer: study.devices.first().map_or("", |d| &d.manufacturer),
        model: study.devices.first().map_or("", |d| &d.model),
        kind: study.kind.code(),
        trust: study.trust.code(),
        reports: &study.reports,
        replaced: &study.replaced,
        events: study.events.len() + study.ct_events.len(),
        totals: totals_json(&study.totals),
        summed: totals_json(&study.summed),
        planes: planes(&study.planes, &study.events),
        skin_dose: skin(&judged.skin, judged),
        alerts: judged.alerts.iter().map(alert).collect(),
        findings: study.findings.iter().map(finding).collect(),
    }
}

fn totals_json(totals: &DoseTotals) -> TotalsJson {
    TotalsJson {
        ka_r_gy: totals.ka_r.map(|v| v.0),
        pka_gy_m2: totals.pka.map(|v| v.0),
        fluoroscopy_s: totals.fluoroscopy.map(|v| v.0),
        dlp_mgy_cm: totals.dlp.map(|v| v.0),
        agd_mgy: totals.agd.iter().map(|v| v.0).collect(),
    }
}

fn planes(
    planes: &[PlaneTotals],
    events: &[IrradiationEvent],
) -> BTreeMap<&'static str, PlaneJson> {
    let of_plane = |plane: &PlaneTotals| {
        let here = |e: &&IrradiationEvent| e.plane == plane.plane;
        PlaneJson {
            events: events.iter().filter(here).count(),
            ka_r_gy: plane.ka_r.map(|v| v.value.0),
            ka_r_fluoroscopy_gy: plane.ka_r_fluoroscopy.map(|v| v.value.0),
            ka_r_acquisition_gy: plane.ka_r_acquisition.map(|v| v.value.0),
            pka_gy_m2: plane.pka.map(|v| v.value.0),
            pka_fluoroscopy_gy_m2: plane.pka_fluoroscopy.map(|v| v.value.0),
            pka_acquisition_gy_m2: plane.pka_acquisition.map(|v| v.value.0),
            fluoroscopy_s: plane.fluoroscopy.map(|v| v.value.0),
            acquisition_s: plane.acquisition.map(|v| v.value.0),
        }
    };
    planes
        .iter()
        .map(|p| (p.plane.code(), of_plane(p)))
        .collect()
}

fn difference(d: &Difference) -> DifferenceJson {
    DifferenceJson {
        key: d.key,
        plane: d.plane.code(),
        stated: d.stated.0,
        summed: d.summed.0,
        rounding: d.rounding.0,
    }
}

fn alert(a: &Alert) -> AlertJson<'_> {
    AlertJson {
        rule: &a.rule,
        grade: a.grade.code(),
        plane: a.plane.code(),
        words: &a.words,
    }
}

fn finding(f: &Finding) -> FindingJson<'_> {
    FindingJson {
        code: f.code,
        words: &f.words,
    }
}

fn skin<T>(outcome: &Outcome, judged: &Judged<T>) -> SkinJson {
    match outcome {
        Outcome::NotApplicable => SkinJson::NotApplicable,
        Outcome::Refused(refusal) => SkinJson::Refused {
            reason: refusal.code(),
            words: refusal.words(),
        },
        Outcome::Computed(peak) => SkinJson::Computed(Box::new(peak_json(peak, judged))),
    }
}

fn peak_json<T>(peak: &Peak, judged: &Judged<T>) -> PeakJson {
    let mut assumed = peak.assumed.clone();
    if judged.assumed_body {
        assumed.push("height and weight are not stated: an adult of 170 cm and 70 kg".to_owned());
    }
    assumed.push("arms are out of the beam".to_owned());
    PeakJson {
        peak_gy: peak.dose.0,
        interval_gy: peak.interval.map(|g| g.0),
        coverage_factor: dose::peak_skin_dose::uncertainty::COVERAGE,
        highest_cell_gy: peak.cell_dose.0,
        share_of_dose_on_phantom: peak.share_on_phantom.0,
        phantom: peak.phantom,
        phantom_height_cm: judged.body.height.0,
        phantom_weight_kg: judged.body.weight.0,
        cells: peak.cells,
        place: PlaceJson {
            words: peak.place.words(),
            region: peak.place.region.code(),
            surface: peak.place.surface.code(),
            left_of_midline_mm: peak.place.left_of_midline.0,
            below_crown_mm: peak.place.below_crown.0,
        },
        areas_cm2: peak
            .areas
            .iter()
            .map(|(from, area)| AreaJson {
                from_gy: from.0,
                cm2: area.0,
            })
            .collect(),
        contributors: peak
            .contributors
            .iter()
            .map(|(uid, share)| ContributorJson {
                irradiation_event_uid: uid.clone(),
                share: share.0,
            })
            .collect(),
        uncertainty: peak
            .budget
            .iter()
            .map(|p| PartJson {
                part: p.name,
                relative: p.share.0,
            })
            .collect(),
        assumed,
    }
}
