//! The map on the peer's own cells, the whole command, one more event, long reports.

use super::{Done, Figure, figure, timed};
use dicom::objects::radiation_dose_report::read;
use dicom::objects::radiation_dose_report::write::{ProjectionEvent, ReportHeader, projection};
use dose::peak_skin_dose::map::{Attenuation, SkinMap};
use dose::peak_skin_dose::phantom::human::Measures;
use dose::peak_skin_dose::phantom::{Body, Cell, Entrance, Phantom, Region};
use dose::peak_skin_dose::room::{Room, Sign};
use dose::peak_skin_dose::{Outcome, compute};
use dose::quantity::{Degrees, Kilovolt, SquareMetre};
use dose::report::{EventKind, Plane, Posture, TableEnd};
use dose::rules::Rules;
use dose::vector::Vector;
use dose::{IrradiationEvent, Millimetre};
use jiff::ToSpan;
use jiff::civil::datetime;
use model::{Gray, GraySquareMetre, PersonName, Seconds};
use serde_json::json;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

pub fn all(example: &Path) -> Done<Vec<Figure>> {
    let files = testkit::shipped_rules::files();
    let texts = files
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()));
    let rules = dose::rules::read(texts).map_err(|flaws| format!("{flaws:?}"))?;
    let report = read(&std::fs::read(example)?)?.report;
    let room = rules
        .model
        .rooms
        .iter()
        .find(|r| r.id == "siemens_axiom_artis")
        .ok_or("no pack for the example")?;
    // The peer turns the secondary angle the other way round; the same work means the same cells.
    let compared = Room {
        secondary_sign: Sign::Minus,
        ..room.clone()
    };
    let mut figures = vec![
        map_alone(
            "map_alone_plane_ms",
            &plane(),
            &rules,
            &compared,
            &report.events,
        )?,
        map_alone(
            "map_alone_cylinder_ms",
            &cylinder(),
            &rules,
            &compared,
            &report.events,
        )?,
    ];
    if let Some(program) = std::env::var_os("SELDINGER_PROGRAM") {
        figures.push(timed(
            "whole_command_ms",
            20,
            json!({"phantom": "human"}),
            || {
                let mut command = Command::new(&program);
                command.arg("dose").arg(example).arg("--json");
                // The program refuses settings that it does not know; those of the bench are such.
                for (name, _) in std::env::vars() {
                    if name.starts_with("SELDINGER_") {
                        command.env_remove(name);
                    }
                }
                let done = command.output()?;
                done.status
                    .success()
                    .then_some(())
                    .ok_or_else(|| String::from_utf8_lossy(&done.stderr).into_owned().into())
            },
        )?);
    }
    figures.push(one_more_event(&rules, room, &report.events)?);
    for (name, events) in [
        ("report_of_316_events_ms", 316),
        ("report_of_1080_events_ms", 1080),
    ] {
        figures.push(long_report(name, events, &rules)?);
    }
    Ok(figures)
}

fn map_alone(
    name: &'static str,
    phantom: &Phantom,
    rules: &Rules,
    room: &Room,
    events: &[IrradiationEvent],
) -> Done<Figure> {
    let make = || {
        let mut map = SkinMap::new(phantom, &rules.model.quality, Attenuation::SameForAll);
        for event in events {
            map.add(room, event)
                .map_err(|missing| format!("{missing:?}"))?;
        }
        Ok(map)
    };
    let map = make()?;
    let peak = map.doses().map(|d| d.0 * 1e3).fold(0.0, f64::max);
    let hit = map.doses().filter(|d| d.0 > 0.0).count();
    let more = json!({
        "cells": phantom.cells.len(), "events": events.len(), "hit_cells": hit, "psd_mgy": peak,
    });
    timed(name, 200, more, make)
}

/// The change of one event on a human of 100,000 cells that carries a procedure already.
fn one_more_event(rules: &Rules, room: &Room, events: &[IrradiationEvent]) -> Done<Figure> {
    let mut cell = 6.0;
    let mut phantom = Phantom::human(Measures::ADULT, Millimetre(cell));
    while phantom.cells.len() < 100_000 {
        cell *= 0.95;
        phantom = Phantom::human(Measures::ADULT, Millimetre(cell));
    }
    let mut map = SkinMap::new(&phantom, &rules.model.quality, Attenuation::ByPath);
    let mut times = Vec::new();
    for (number, event) in events.iter().cycle().take(10 * events.len()).enumerate() {
        let start = Instant::now();
        map.add(room, event)
            .map_err(|missing| format!("{missing:?}"))?;
        if number > 0 {
            times.push(start.elapsed().as_secs_f64() * 1e3);
        }
    }
    let more = json!({"cells": phantom.cells.len(), "cell_mm": cell});
    Ok(figure("one_more_event_ms", times, more))
}

fn long_report(name: &'static str, events: u32, rules: &Rules) -> Done<Figure> {
    let bytes = projection(&header(), &procedure(events));
    let whole = || {
        let report = read(&bytes)?.report;
        let totals = (
            report.stated(),
            report.summed(),
            dose::totals::differences(&report),
        );
        let phantom = Phantom::human(Measures::ADULT, Millimetre(10.0));
        let (outcome, _) = compute(
            &rules.model,
            &phantom,
            &report.device,
            report.kind,
            &report.events,
        );
        match outcome {
            Outcome::Computed(peak) => Ok((totals, peak)),
            other => Err(format!("{other:?}").into()),
        }
    };
    let (_, peak) = whole()?;
    let more =
        json!({"bytes": bytes.len(), "events": events, "cells": peak.cells, "psd_gy": peak.dose.0});
    timed(name, 20, more, whole)
}

/// A long embolisation: the beam swings about the trunk, the table follows.
fn procedure(events: u32) -> Vec<ProjectionEvent> {
    let start = datetime(2026, 3, 2, 9, 0, 0, 0);
    (0..events)
        .map(|number| {
            let swing = f64::from(number % 37) - 18.0;
            ProjectionEvent {
                uid: format!("2.25.7000.{number}"),
                started: start.saturating_add((i64::from(number) * 10).seconds()),
                kind: if number % 5 == 0 {
                    EventKind::Stationary
                } else {
                    EventKind::Fluoroscopy
                },
                plane: Plane::Single,
                ka_r: Gray(0.01),
                pka: GraySquareMetre(1.0e-4),
                duration: Seconds(6.0),
                kvp: Kilovolt(70.0 + f64::from(number % 20)),
                copper: Millimetre(0.3),
                primary_angle: Degrees(2.0 * swing),
                secondary_angle: Degrees(swing / 2.0),
                end_angles: None,
                source_to_isocentre: Millimetre(785.0),
                source_to_detector: Millimetre(1100.0),
                table_longitudinal: Millimetre(swing),
                table_lateral: Millimetre(950.0 + 2.0 * swing),
                table_height: Millimetre(120.0),
                collimated_area: Some(SquareMetre(0.04)),
                patient: Some((TableEnd::HeadFirst, Posture::Supine)),
            }
        })
        .collect()
}

fn header() -> ReportHeader {
    ReportHeader {
        sop_instance_uid: "2.25.7000.1.1".into(),
        study_uid: "2.25.7000.1".into(),
        series_uid: "2.25.7000.1.2".into(),
        patient_id: "T-7000".into(),
        issuer_of_patient_id: "TESTHOSPITAL".into(),
        patient_name: PersonName {
            family: "Testi".into(),
            given: "Anna".into(),
            middle: String::new(),
        },
        birth_date: "19500101".into(),
        sex: "F".into(),
        accession_number: "BENCH-1".into(),
        manufacturer: "SIEMENS".into(),
        model: "AXIOM-Artis".into(),
        serial_number: "1".into(),
        station_name: "ANGIO1".into(),
        written: datetime(2026, 3, 2, 12, 0, 0, 0),
    }
}

fn cell(x: f64, y: f64, z: f64, normal: Vector) -> Cell {
    Cell {
        centre: Vector::new(x, y, z),
        normal: normal.unit(),
        area: 100.0,
        region: Region::Trunk,
    }
}

fn given(cells: Vec<Cell>, entrance: Entrance) -> Phantom {
    let none = Millimetre(0.0);
    Phantom {
        body: Body::Given,
        cells,
        triangles: Vec::new(),
        entrance,
        length: none,
        depth: none,
        width: none,
    }
}

/// The peer's plane: 41 × 120 points over 40 × 120 cm.
fn plane() -> Phantom {
    let row = |row: i32| {
        let z = -1200.0 * f64::from(row) / 119.0;
        (0..41).map(move |c| {
            cell(
                -200.0 + 10.0 * f64::from(c),
                0.0,
                z,
                Vector::new(0.0, 1.0, 0.0),
            )
        })
    };
    given((0..120).flat_map(row).collect(), Entrance::AnySide)
}

/// The peer's cylinder: half axes 20 and 10 cm, every 0.1 rad and 1 cm.
fn cylinder() -> Phantom {
    let ring = |ring: i32| {
        (0..63).map(move |step| {
            let (sin, cos) = (0.1 * f64::from(step)).sin_cos();
            let normal = Vector::new(cos / 200.0, sin / 100.0, 0.0);
            cell(
                200.0 * cos,
                100.0 * sin - 100.0,
                -10.0 * f64::from(ring),
                normal,
            )
        })
    };
    given((0..152).flat_map(ring).collect(), Entrance::Facing)
}
