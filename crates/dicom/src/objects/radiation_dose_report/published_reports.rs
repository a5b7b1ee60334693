//! The published reports of the test data: totals to the printed digit, kinds, events, maker.
//!
//! They are other people's files and not part of this repository: `SELDINGER_TEST_DATA` names the folder that
//! holds `data/rdsr`. Without it the test says how many files it left out.

use super::*;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::PathBuf;

const FILES: usize = 39;

pub(super) fn data() -> Option<PathBuf> {
    let folder = std::env::var_os("SELDINGER_TEST_DATA").map(|f| PathBuf::from(f).join("data"));
    if folder.is_none() {
        eprintln!("SELDINGER_TEST_DATA is not set: {FILES} published dose reports left out");
    }
    folder
}

fn same(ours: Option<f64>, theirs: Option<f64>, what: &str) {
    match (ours, theirs) {
        (Some(a), Some(b)) => {
            assert!(
                (a - b).abs() <= 1e-9 * b.abs(),
                "{what}: {a} instead of {b}"
            );
        }
        (a, b) => assert_eq!(a, b, "{what}"),
    }
}

/// A list of numbers per plane, some `null`, as one total; the empty list and all-null are "not stated".
fn total(list: &Value) -> Option<f64> {
    let stated: Vec<f64> = list
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Value::as_f64)
        .collect();
    (!stated.is_empty()).then(|| stated.iter().sum())
}

fn first_text_number(list: &Value) -> Option<f64> {
    list.as_array()
        .unwrap()
        .first()?
        .get(0)?
        .as_str()?
        .parse()
        .ok()
}

fn type_name(kind: EventKind) -> &'static str {
    match kind {
        EventKind::Fluoroscopy => "Fluoroscopy",
        EventKind::Stationary => "Stationary Acquisition",
        EventKind::Stepping => "Stepping Acquisition",
        EventKind::Rotational => "Rotational Acquisition",
        _ => "other",
    }
}

/// Files whose dose stands in an image header or in private codes; `expected.json` holds the SR tree alone.
/// (file, trust, PKA Gy·m², fluoroscopy s, DLP mGy·cm, events) from the header or the data README.
type Beside = (
    &'static str,
    Trust,
    Option<f64>,
    Option<f64>,
    Option<f64>,
    usize,
);
const BESIDE_THE_TREE: [Beside; 7] = [
    (
        "RF-ESR-Siemens-Varic.dcm",
        Trust::Private,
        Some(2.359e-5),
        Some(34.427),
        None,
        0,
    ),
    (
        "CT-SC-Philips_Brilliance16P.dcm",
        Trust::Header,
        None,
        None,
        Some(1102.4),
        4,
    ),
    (
        "DX-Im-Carestream_DRX.dcm",
        Trust::Header,
        Some(0.633e-5),
        None,
        None,
        1,
    ),
    (
        "DX-Im-DRGEM.dcm",
        Trust::Header,
        Some(135.18e-5),
        None,
        None,
        1,
    ),
    (
        "DX-Im-Date-Missing.dcm",
        Trust::Header,
        Some(11.013e-5),
        None,
        None,
        1,
    ),
    (
        "DX-Im-SiemensMultix.dcm",
        Trust::Header,
        Some(0.472e-5),
        None,
        None,
        1,
    ),
    (
        "PX-Im-NewTom_Go.dcm",
        Trust::Header,
        Some(0.81e-5),
        None,
        None,
        1,
    ),
];

fn check_tree(file: &str, report: &Report, expected: &Value) {
    let stated = report.stated();
    let events =
        expected["events"].as_u64().unwrap() + expected["ct_acquisitions"].as_u64().unwrap();
    assert_eq!(report.event_count() as u64, events, "{file}");
    same(
        stated.ka_r.map(|v| v.0),
        total(&expected["ka_r_total_Gy"]),
        file,
    );
    same(
        stated.pka.map(|v| v.0),
        total(&expected["p_ka_total_Gym2"]),
        file,
    );
    same(
        stated.fluoroscopy.map(|v| v.0),
        total(&expected["fluoro_time_s"]),
        file,
    );
    same(
        stated.dlp.map(|v| v.0),
        first_text_number(&expected["ct_dlp_total"]),
        file,
    );
    let agd: Vec<f64> = expected["agd"]
        .as_array()
        .unwrap()
        .iter()
        .map(|v| v[0].as_str().unwrap().parse().unwrap())
        .collect();
    assert_eq!(
        stated.agd.iter().map(|v| v.0).collect::<Vec<_>>(),
        agd,
        "{file}"
    );

    let summed = report.summed();
    let some = |key: &str| expected[key].as_f64().filter(|v| *v != 0.0);
    same(summed.ka_r.map(|v| v.0), some("sum_event_ka_r"), file);
    same(summed.pka.map(|v| v.0), some("sum_event_p_ka"), file);

    let mut types: BTreeMap<&str, u64> = BTreeMap::new();
    for event in &report.events {
        *types.entry(type_name(event.kind)).or_default() += 1;
    }
    let theirs = expected["types"].as_object().unwrap();
    assert_eq!(types.len(), theirs.len(), "{file}");
    for (name, count) in types {
        assert_eq!(theirs[name].as_u64(), Some(count), "{file} {name}");
    }
}

#[test]
fn all_published_reports_give_their_known_totals() {
    let Some(folder) = data() else { return };
    let text = std::fs::read_to_string(folder.join("rdsr/expected.json")).unwrap();
    let expected: BTreeMap<String, Value> = serde_json::from_str(&text).unwrap();
    assert_eq!(expected.len(), FILES);
    for (path, expected) in &expected {
        let bytes = std::fs::read(folder.join(path)).unwrap();
        let DoseReport { report, header } = read(&bytes).unwrap();
        assert_eq!(
            report.device.manufacturer,
            expected["manufacturer"].as_str().unwrap().trim(),
            "{path}"
        );
        assert_eq!(
            report.device.model,
            expected["model"].as_str().unwrap().trim(),
            "{path}"
        );
        let beside = BESIDE_THE_TREE.iter().find(|b| path.ends_with(b.0));
        let Some((_, trust, pka, fluoroscopy, dlp, events)) = beside else {
            check_tree(path, &report, expected);
            assert_eq!(
                is_dose_report(&header.sop_class_uid, &bytes),
                report.kind != Kind::NotADoseReport,
                "{path}"
            );
            continue;
        };
        let stated = report.stated();
        assert_eq!(report.trust, *trust, "{path}");
        assert_eq!(report.event_count(), *events, "{path}");
        same(stated.ka_r.map(|v| v.0), None, path);
        same(stated.pka.map(|v| v.0), *pka, path);
        same(stated.fluoroscopy.map(|v| v.0), *fluoroscopy, path);
        same(stated.dlp.map(|v| v.0), *dlp, path);
    }
}

#[test]
fn the_kind_of_every_published_report() {
    let Some(folder) = data() else { return };
    let folder = folder.join("rdsr/openrem-gpl");
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let Some(stem) = name.strip_suffix(".dcm") else {
            continue;
        };
        let wanted = match stem {
            "ESR_non-dose" => Kind::NotADoseReport,
            "Dual-RDSR-RF" => Kind::Projection,
            _ if stem.starts_with("CT") => Kind::Ct,
            _ if stem.starts_with("MG") => Kind::Mammography,
            _ if stem.starts_with("DX") || stem.starts_with("PX") || stem == "Dual-RDSR-DX" => {
                Kind::Radiography
            }
            _ => Kind::Projection,
        };
        let report = read(&std::fs::read(&path).unwrap()).unwrap().report;
        assert_eq!(report.kind, wanted, "{stem}");
        seen += 1;
    }
    assert_eq!(seen, 36);
}

#[test]
fn makers_ways_of_writing_are_read() {
    let Some(folder) = data() else { return };
    let report = |path: &str| {
        read(&std::fs::read(folder.join("rdsr").join(path)).unwrap())
            .unwrap()
            .report
    };

    let allura = report("philips_allura_clarity_u104.dcm");
    assert_eq!(allura.planes.len(), 2);
    let first = &allura.events[0];
    assert_eq!(first.source_to_detector.map(|d| d.0), Some(1195.0));
    assert_eq!(first.start.table_height.map(|d| d.0), Some(791.0));
    assert_eq!(first.shutters.map(|s| s.top.0), Some(163.5));
    assert!(allura.events.iter().all(|e| e.source_to_detector.is_some()));
    assert_eq!(first.filters.len(), 2);

    let zee = report("openrem-gpl/RF-RDSR-Siemens-Zee.dcm");
    assert_eq!(zee.events[0].detector_field.map(|d| d[0].0), Some(220.0));

    let eurocolumbus = report("openrem-gpl/RF-RDSR-Eurocolumbus.dcm");
    let kvp = eurocolumbus.events[0].kvp.unwrap().0;
    assert!(
        (50.0..86.0).contains(&kvp),
        "zero pulses are not averaged in: {kvp}"
    );
    assert!(
        eurocolumbus
            .findings
            .iter()
            .all(|f| f.code != "unknown_unit")
    );
}
