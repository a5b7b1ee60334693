//! The document against the published reports, and its shape against synthetic ones.

use super::*;
use dicom::objects::radiation_dose_report::write::{
    CtEvent, ProjectionEvent, ReportHeader, ct, projection,
};
use dose::report::{EventKind, Plane, Posture, TableEnd};
use dose::{Degrees, Kilovolt, SquareMetre};
use jiff::civil::datetime;
use model::{Gray, GraySquareMetre, MilliGray, MilliGrayCentimetre, PersonName, Seconds};
use serde_json::Value;

fn shipped() -> Rules {
    crate::rules::dose_rules(&crate::rules::shipped()).unwrap()
}

fn header(model: &str) -> ReportHeader {
    ReportHeader {
        sop_instance_uid: "2.25.7.1".into(),
        study_uid: "2.25.7".into(),
        series_uid: "2.25.7.2".into(),
        patient_id: "T-1".into(),
        issuer_of_patient_id: "TEST".into(),
        patient_name: PersonName {
            family: "Test".into(),
            ..PersonName::default()
        },
        birth_date: String::new(),
        sex: String::new(),
        accession_number: "A1".into(),
        manufacturer: "SIEMENS".into(),
        model: model.into(),
        serial_number: "1".into(),
        station_name: "ANGIO".into(),
        written: datetime(2026, 3, 2, 10, 0, 0, 0),
    }
}

fn event(number: u32, gray: f64) -> ProjectionEvent {
    ProjectionEvent {
        uid: format!("2.25.7.3.{number}"),
        started: datetime(2026, 3, 2, 9, 0, 0, 0),
        kind: EventKind::Fluoroscopy,
        plane: Plane::Single,
        ka_r: Gray(gray),
        pka: GraySquareMetre(gray * 0.01),
        duration: Seconds(30.0),
        kvp: Kilovolt(80.0),
        copper: dose::Millimetre(0.3),
        primary_angle: Degrees(0.0),
        secondary_angle: Degrees(0.0),
        end_angles: None,
        source_to_isocentre: dose::Millimetre(785.0),
        source_to_detector: dose::Millimetre(1100.0),
        table_longitudinal: dose::Millimetre(0.0),
        table_lateral: dose::Millimetre(1200.0),
        table_height: dose::Millimetre(150.0),
        collimated_area: Some(SquareMetre(0.04)),
        patient: Some((TableEnd::HeadFirst, Posture::Supine)),
    }
}

/// The document for these bytes.
fn document(objects: &[Vec<u8>]) -> Value {
    let rules = shipped();
    let read: Vec<Read> = objects
        .iter()
        .enumerate()
        .map(|(i, bytes)| Read {
            file: format!("{i}.dcm"),
            outcome: radiation_dose_report::read(bytes)
                .map_err(|e| e.to_string())
                .map(|r| judge_report(r, &rules, &mut Bodies::default())),
        })
        .collect();
    let reports: Vec<dose::Report> = read
        .iter()
        .filter_map(|r| Some(r.outcome.as_ref().ok()?.of.report.clone()))
        .collect();
    let studies: Vec<_> = study::join(&reports)
        .into_iter()
        .map(|s| judge_study(s, &read, &rules, &mut Bodies::default()))
        .collect();
    serde_json::from_str(&json::write(&read, &studies).unwrap()).unwrap()
}

#[test]
fn a_computed_report_has_every_promised_key() {
    let document = document(&[projection(
        &header("AXIOM-Artis"),
        &[event(1, 4.0), event(2, 1.5)],
    )]);
    assert_eq!(document["schema"], "seldinger.dose/1");
    let report = &document["reports"][0];
    for key in [
        "file",
        "manufacturer",
        "model",
        "kind",
        "events",
        "totals",
        "summed",
        "differences",
        "planes",
        "geometry",
        "skin_dose",
        "alerts",
        "findings",
    ] {
        assert!(!report[key].is_null(), "{key}");
    }
    assert_eq!(report["totals"]["ka_r_gy"], 5.5);
    assert_eq!(report["totals"]["dlp_mgy_cm"], Value::Null);
    assert_eq!(report["planes"]["single"]["events"], 2);
    let skin = &report["skin_dose"];
    assert_eq!(skin["status"], "computed");
    let (low, peak, high) = (
        skin["interval_gy"][0].as_f64().unwrap(),
        skin["peak_gy"].as_f64().unwrap(),
        skin["interval_gy"][1].as_f64().unwrap(),
    );
    assert!(low < peak && peak < high);
    assert!(skin["share_of_dose_on_phantom"].as_f64().unwrap() > 0.9);
    assert_eq!(skin["place"]["surface"], "back");
    let rules: Vec<&str> = report["alerts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|a| a["rule"].as_str().unwrap())
        .collect();
    assert!(
        rules.contains(&"reference_air_kerma_substantial"),
        "{rules:?}"
    );
    assert!(rules.contains(&"peak_skin_dose_notification"), "{rules:?}");
    assert!(
        !report["geometry"]["missing"]
            .as_array()
            .unwrap()
            .iter()
            .any(|m| m == "table_position")
    );
}

#[test]
fn a_refusal_stands_with_its_reason_and_never_as_zero() {
    // hazard: H-102
    let document = document(&[
        projection(&header("Unheard-of"), &[event(1, 1.0)]),
        b"no DICOM at all".to_vec(),
    ]);
    let skin = &document["reports"][0]["skin_dose"];
    assert_eq!(
        (skin["status"].as_str(), skin["reason"].as_str()),
        (Some("refused"), Some("unknown_model"))
    );
    assert!(skin["peak_gy"].is_null());
    assert!(
        document["reports"][1]["refused"]
            .as_str()
            .unwrap()
            .contains("no DICOM object")
    );
    assert_eq!(document["studies"].as_array().unwrap().len(), 1);
}

#[test]
fn a_study_joins_its_reports_by_event() {
    let first = projection(&header("AXIOM-Artis"), &[event(1, 1.0)]);
    let whole = projection(
        &ReportHeader {
            sop_instance_uid: "2.25.7.9".into(),
            ..header("AXIOM-Artis")
        },
        &[event(1, 1.0), event(2, 0.5)],
    );
    let document = document(&[whole, first]);
    let study = &document["studies"][0];
    assert_eq!(study["events"], 2);
    assert_eq!(study["totals"]["ka_r_gy"], 1.5);
    assert_eq!(study["reports"], serde_json::json!(["2.25.7.9"]));
    assert_eq!(study["replaced"], serde_json::json!(["2.25.7.1"]));
    assert_eq!(study["skin_dose"]["status"], "computed");
}

#[test]
fn a_ct_report_has_no_skin_dose() {
    let scan = CtEvent {
        uid: "2.25.7.4".into(),
        kind: EventKind::CtSpiral,
        protocol: "Abdomen".into(),
        ctdi_vol: Some(MilliGray(7.5)),
        dlp: Some(MilliGrayCentimetre(210.5)),
        scanning_length: dose::Millimetre(300.0),
    };
    let document = document(&[ct(&header("SOMATOM"), &[scan])]);
    let report = &document["reports"][0];
    assert_eq!(report["kind"], "ct");
    assert_eq!(report["totals"]["dlp_mgy_cm"], 210.5);
    assert_eq!(report["totals"]["ka_r_gy"], Value::Null);
    assert_eq!(report["skin_dose"]["status"], "not_applicable");
}

#[test]
fn maps_are_written_as_picture_and_as_numbers() {
    let rules = shipped();
    let bytes = projection(&header("AXIOM-Artis"), &[event(1, 2.0)]);
    let report = radiation_dose_report::read(&bytes).unwrap();
    let studies: Vec<_> = study::join(std::slice::from_ref(&report.report))
        .into_iter()
        .map(|s| judge_study(s, &[], &rules, &mut Bodies::default()))
        .collect();
    let folder = std::env::temp_dir().join(format!("seldinger-dose-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let png = folder.join("map.png");
    write_map(&png, map_file::kind_of(&png).unwrap(), &studies, &rules).unwrap();
    let picture = std::fs::read(&png).unwrap();
    assert_eq!(&picture[1..4], b"PNG");
    let json = folder.join("map.json");
    write_map(&json, map_file::kind_of(&json).unwrap(), &studies, &rules).unwrap();
    let map: Value = serde_json::from_slice(&std::fs::read(&json).unwrap()).unwrap();
    let doses = map["dose_gy"].as_array().unwrap();
    assert_eq!(doses.len(), map["x_mm"].as_array().unwrap().len());
    let highest = doses
        .iter()
        .map(|d| d.as_f64().unwrap())
        .fold(0.0, f64::max);
    assert!(highest >= map["peak_gy"].as_f64().unwrap());
    assert!(map_file::kind_of(Path::new("map.gif")).is_err());
    std::fs::remove_dir_all(&folder).unwrap();
}

/// Every published report: totals equal to `expected.json`, and each kind and skin dose as it should be.
#[test]
fn published_reports_equal_their_ground_truth() {
    let Some(folder) = std::env::var_os("SELDINGER_TEST_DATA").map(PathBuf::from) else {
        eprintln!("SELDINGER_TEST_DATA is not set: 39 published dose reports left out");
        return;
    };
    let folder = folder.join("data");
    let text = std::fs::read_to_string(folder.join("rdsr/expected.json")).unwrap();
    let expected: BTreeMap<String, Value> = serde_json::from_str(&text).unwrap();
    let rules = shipped();
    let mut bodies = Bodies::default();
    let read: Vec<Read> = expected
        .keys()
        .map(|p| read_file(&folder.join(p), &rules, &mut bodies))
        .collect();
    let document: Value = serde_json::from_str(&json::write(&read, &[]).unwrap()).unwrap();
    assert_eq!(expected.len(), 39);
    for (report, (path, truth)) in document["reports"]
        .as_array()
        .unwrap()
        .iter()
        .zip(&expected)
    {
        assert_eq!(
            report["manufacturer"].as_str().unwrap(),
            truth["manufacturer"].as_str().unwrap().trim()
        );
        assert_eq!(
            report["model"].as_str().unwrap(),
            truth["model"].as_str().unwrap().trim()
        );
        if ["header", "private"].contains(&report["trust"].as_str().unwrap()) {
            continue;
        }
        let total = |key: &str| {
            let stated: Vec<f64> = truth[key]
                .as_array()
                .unwrap()
                .iter()
                .filter_map(Value::as_f64)
                .collect();
            (!stated.is_empty()).then(|| stated.iter().sum::<f64>())
        };
        for (key, theirs) in [
            ("ka_r_gy", total("ka_r_total_Gy")),
            ("pka_gy_m2", total("p_ka_total_Gym2")),
            ("fluoroscopy_s", total("fluoro_time_s")),
        ] {
            match (report["totals"][key].as_f64(), theirs) {
                (Some(a), Some(b)) => assert!((a - b).abs() <= 1e-9 * b, "{path} {key}: {a} {b}"),
                (a, b) => assert_eq!(a, b, "{path} {key}"),
            }
        }
        let events = truth["events"].as_u64().unwrap() + truth["ct_acquisitions"].as_u64().unwrap();
        assert_eq!(report["events"].as_u64(), Some(events), "{path}");
        let skin = &report["skin_dose"];
        if skin["status"] == "computed" {
            let peak = skin["peak_gy"].as_f64().unwrap();
            assert!(peak > 0.0, "{path}: a computed peak is never zero");
        } else if report["kind"] == "projection" {
            assert!(!skin["words"].as_str().unwrap().is_empty(), "{path}");
        }
    }
}
