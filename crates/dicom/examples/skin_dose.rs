//! How long dose reports take: read, totalled, mapped. Prints milliseconds, best of several runs.
//!
//! `cargo run --release -p dicom --example skin_dose [REPORT.dcm]`; without a file 24 made-up events are used.

use dicom::objects::radiation_dose_report::{self, write};
use dose::peak_skin_dose::map::{Attenuation, SkinMap};
use dose::peak_skin_dose::phantom::Phantom;
use dose::peak_skin_dose::phantom::human::Measures;
use dose::peak_skin_dose::{self, Outcome};
use dose::report::{EventKind, Plane};
use dose::rules::Rules;
use dose::{Degrees, Kilovolt, Millimetre, SquareMetre};
use jiff::civil::datetime;
use model::{Gray, GraySquareMetre, PersonName, Seconds};
use std::hint::black_box;
use std::time::Instant;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let rules = rules()?;
    let few = match std::env::args().nth(1) {
        Some(path) => std::fs::read(path)?,
        None => report(24),
    };
    let many = report(316);
    let long = report(1080);
    let body = Phantom::human(Measures::ADULT, Millimetre(10.0));
    let cylinder = |cell: f64| {
        let (length, a, b) = (Millimetre(1520.0), Millimetre(200.0), Millimetre(100.0));
        Phantom::elliptic_cylinder(length, a, b, Millimetre(cell))
    };
    // 9,576 cells are what another program uses for the same cylinder.
    let compared = cylinder(12.45);
    let large = cylinder(3.82);
    let reading = |bytes: &[u8]| radiation_dose_report::read(bytes).map(|r| r.report);
    let report_of_few = reading(&few)?;

    line(
        "body made",
        best(5, || Phantom::human(Measures::ADULT, Millimetre(10.0))),
        body.cells.len(),
    );
    line("24 events read", best(50, || reading(&few)), few.len());
    for (name, phantom) in [("cylinder", &compared), ("body", &body)] {
        let map = || map_of(&rules, phantom, &report_of_few);
        line(
            &format!("24 events mapped on the {name}"),
            best(50, map),
            phantom.cells.len(),
        );
    }
    for (name, bytes) in [("316", &many), ("1080", &long)] {
        let whole = || {
            let report = radiation_dose_report::read(bytes).map(|r| r.report);
            report.map(|r| {
                black_box((r.stated(), r.summed(), dose::totals::differences(&r)));
                map_of(&rules, &body, &r)
            })
        };
        line(
            &format!("{name} events read, totalled, mapped"),
            best(10, whole),
            bytes.len(),
        );
    }
    let room = rules
        .model
        .rooms
        .iter()
        .find(|r| r.id == "siemens_axiom_artis")
        .ok_or("no room")?;
    let mut map = SkinMap::new(&large, &rules.model.quality, Attenuation::ByPath);
    let event = report_of_few.events.last().ok_or("no event")?.clone();
    let one_more = best(50, || map.add(room, &event).map(|e| e.cells.len()));
    line("one more event", one_more, large.cells.len());
    Ok(())
}

fn map_of(rules: &Rules, phantom: &Phantom, report: &dose::Report) -> Outcome {
    let (device, events) = (&report.device, &report.events);
    peak_skin_dose::compute(&rules.model, phantom, device, report.kind, events).0
}

fn best<T>(runs: usize, mut work: impl FnMut() -> T) -> f64 {
    (0..runs)
        .map(|_| {
            let start = Instant::now();
            black_box(work());
            start.elapsed().as_secs_f64() * 1e3
        })
        .fold(f64::INFINITY, f64::min)
}

#[allow(clippy::print_stdout, reason = "a bench prints its figures")]
fn line(what: &str, milliseconds: f64, size: usize) {
    println!("{what:44} {milliseconds:9.3} ms   ({size} cells or bytes)");
}

fn rules() -> Result<Rules, Box<dyn std::error::Error>> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../knowledge/dose");
    let mut files = Vec::new();
    for (under, prefix) in [("", "dose/"), ("geometry", "dose/geometry/")] {
        for entry in std::fs::read_dir(format!("{folder}/{under}"))? {
            let path = entry?.path();
            if path.is_file() {
                let name = path
                    .file_name()
                    .unwrap_or_default()
                    .to_string_lossy()
                    .into_owned();
                files.push((format!("{prefix}{name}"), std::fs::read_to_string(&path)?));
            }
        }
    }
    let texts = files
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()));
    dose::rules::read(texts).map_err(|flaws| format!("{flaws:?}").into())
}

/// A report of so many events, each from another place and angle.
fn report(events: u32) -> Vec<u8> {
    let header = write::ReportHeader {
        sop_instance_uid: "2.25.1.1".into(),
        study_uid: "2.25.1".into(),
        series_uid: "2.25.1.2".into(),
        patient_id: "BENCH".into(),
        issuer_of_patient_id: String::new(),
        patient_name: PersonName {
            family: "Bench".into(),
            ..PersonName::default()
        },
        birth_date: String::new(),
        sex: String::new(),
        accession_number: String::new(),
        manufacturer: "Siemens".into(),
        model: "AXIOM-Artis".into(),
        serial_number: String::new(),
        station_name: String::new(),
        written: datetime(2026, 3, 2, 10, 0, 0, 0),
    };
    let events: Vec<_> = (0..events).map(event).collect();
    write::projection(&header, &events)
}

fn event(number: u32) -> write::ProjectionEvent {
    let swing = |step: f64| (f64::from(number) * step).sin();
    write::ProjectionEvent {
        uid: format!("2.25.1.3.{number}"),
        started: datetime(2026, 3, 2, 9, 0, 0, 0),
        kind: EventKind::Fluoroscopy,
        plane: Plane::Single,
        ka_r: Gray(0.004 + 0.003 * swing(1.1)),
        pka: GraySquareMetre(4e-5 + 3e-5 * swing(1.1)),
        duration: Seconds(6.0),
        kvp: Kilovolt(75.0 + 10.0 * swing(0.7)),
        copper: Millimetre(0.3),
        primary_angle: Degrees(40.0 * swing(0.31)),
        secondary_angle: Degrees(20.0 * swing(0.17)),
        end_angles: None,
        source_to_isocentre: Millimetre(785.0),
        source_to_detector: Millimetre(1070.0),
        table_longitudinal: Millimetre(30.0 * swing(0.5)),
        table_lateral: Millimetre(1100.0 + 100.0 * swing(0.23)),
        table_height: Millimetre(180.0 + 40.0 * swing(0.41)),
        collimated_area: Some(SquareMetre(0.06)),
        patient: None,
    }
}
