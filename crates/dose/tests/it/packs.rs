//! Each geometry pack against a pose that can be written down, and two tubes on one body.
// hazard: H-101

use crate::fixture::{flat_quality, plain_event, plain_room, shipped};
use dose::peak_skin_dose::map::{Attenuation, SkinMap};
use dose::peak_skin_dose::phantom::Phantom;
use dose::peak_skin_dose::room::Room;
use dose::peak_skin_dose::{Refusal, room_of};
use dose::report::{Device, Plane, Pose, Shutters};
use dose::{Degrees, IrradiationEvent, Millimetre};

fn device(manufacturer: &str, model: &str) -> Device {
    Device {
        manufacturer: manufacturer.into(),
        model: model.into(),
        ..Device::default()
    }
}

/// Table surface 100 mm below the isocentre, its head end 600 mm towards the head, in the report's own numbers.
fn in_words_of(room: &str) -> [f64; 3] {
    match room {
        // From the isocentre, downwards.
        "siemens_axiom_artis" => [0.0, 100.0, 600.0],
        // From the room's own zero, upwards: offsets -3, 1055 and -1733.5 mm.
        "philips_allura_clarity" => [3.0, 955.0, 2333.5],
        other => panic!("a pack without its phantom test: {other}"),
    }
}

fn event_in(room: &Room) -> IrradiationEvent {
    let [longitudinal, height, lateral] = in_words_of(&room.id);
    let mut event = plain_event("1");
    event.start = Pose {
        table_longitudinal: Some(Millimetre(longitudinal)),
        table_height: Some(Millimetre(height)),
        table_lateral: Some(Millimetre(lateral)),
        ..event.start
    };
    // 200 mm at a detector in 1 m: the same field whichever way the maker writes it.
    let side = Millimetre(100.0);
    event.shutters = Some(Shutters {
        left: side,
        right: side,
        top: side,
        bottom: side,
    });
    event
}

#[test]
fn each_pack_puts_a_known_pose_where_it_belongs() {
    let rules = shipped();
    let quality = flat_quality(1.4, 1.05);
    let sheet = Phantom::plane(Millimetre(1000.0), Millimetre(440.0), Millimetre(5.0));
    let rooms: Vec<&Room> = rules
        .model
        .rooms
        .iter()
        .filter(|r| r.refuse.is_none())
        .collect();
    assert_eq!(rooms.len(), 2);
    let mut maps: Vec<Vec<f64>> = Vec::new();
    for room in rooms {
        let mut map = SkinMap::new(&sheet, &quality, Attenuation::ByPath);
        map.add(room, &event_in(room)).unwrap();
        let doses: Vec<f64> = map.doses().map(|d| d.0).collect();
        // The back lies on a pad of 40 mm: 60 mm below the isocentre, 640 from the focus. 0.8 through the table.
        let expected = (550.0f64 / 640.0).powi(2) * 1.4 * 1.05 * 0.8;
        let peak = doses.iter().copied().fold(0.0, f64::max);
        assert!(
            (peak / expected - 1.0).abs() < 0.005,
            "{}: {peak} {expected}",
            room.id
        );
        // Crown at 350 mm from the head end: the beam meets the sheet 250 mm below it, 64 mm to every side.
        let hit = sheet.cells.iter().zip(&doses).filter(|(_, d)| **d > 0.0);
        for (cell, _) in hit.clone() {
            assert!(cell.centre.x.abs() <= 64.0 && (cell.centre.z + 250.0).abs() <= 64.0);
        }
        let area = hit.count() as f64 * 25.0;
        assert!(
            (area / 16_384.0 - 1.0).abs() < 0.07,
            "{}: {area} mm2",
            room.id
        );
        maps.push(doses);
    }
    for (a, b) in maps[0].iter().zip(&maps[1]) {
        assert!((a - b).abs() < 1e-12, "one pose, two ways of writing it");
    }
}

#[test]
fn a_model_without_a_source_is_refused_with_its_reason() {
    let rules = shipped();
    let refused =
        |maker: &str, model: &str| room_of(&rules.model, &device(maker, model)).unwrap_err();
    for model in ["ARTIS pheno", "ARTIS icono biplane", "Cios Alpha"] {
        assert!(
            matches!(refused("Siemens Healthineers", model), Refusal::Room(_)),
            "{model}"
        );
    }
    assert!(matches!(
        refused("Philips", "Azurion 7 M20"),
        Refusal::Room(_)
    ));
    for (maker, model) in [
        ("GE Healthcare", "INNOVA IGS 540"),
        ("CANON_MEC", "DFP-8000D"),
        ("Siemens", "ARTIS of next year"),
        ("Siemens", ""),
    ] {
        assert!(
            matches!(refused(maker, model), Refusal::UnknownRoom { .. }),
            "{maker} {model}"
        );
    }
    for (maker, model) in [
        ("SIEMENS", "AXIOM-Artis"),
        ("Siemens", "Artis zee biplane"),
        ("Philips Medical Systems", "Allura Xper"),
    ] {
        assert!(
            room_of(&rules.model, &device(maker, model)).is_ok(),
            "{maker} {model}"
        );
    }
}

#[test]
fn two_tubes_meet_two_places_and_each_has_its_own_dose() {
    // The middle of a body of 300 by 200 mm in the isocentre.
    let body = Phantom::elliptic_cylinder(
        Millimetre(1000.0),
        Millimetre(150.0),
        Millimetre(100.0),
        Millimetre(5.0),
    );
    let quality = flat_quality(1.3, 1.0);
    let mut map = SkinMap::new(&body, &quality, Attenuation::ByPath);
    for (uid, plane, primary) in [("a", Plane::A, 0.0), ("b", Plane::B, 90.0)] {
        let mut event = plain_event(uid);
        event.plane = plane;
        event.start.primary_angle = Some(Degrees(primary));
        event.start.table_height = Some(Millimetre(100.0));
        event.start.table_lateral = Some(Millimetre(500.0));
        map.add(&plain_room(), &event).unwrap();
    }
    let near = |x: f64, y: f64| {
        let way = |c: &dose::peak_skin_dose::phantom::Cell| {
            (c.centre.x - x)
                .hypot(c.centre.y + 100.0 - y)
                .hypot(c.centre.z + 500.0)
        };
        let best = (0..body.cells.len())
            .min_by(|a, b| way(&body.cells[*a]).total_cmp(&way(&body.cells[*b])));
        map.dose(best.unwrap()).0
    };
    // Focus under the back, and on the right side while the detector is on the left.
    let expected = |depth: f64| (550.0f64 / depth).powi(2) * 1.3;
    let (back, right) = (near(0.0, 100.0), near(-150.0, 0.0));
    assert!((back / expected(600.0) - 1.0).abs() < 0.005, "{back}");
    assert!((right / expected(550.0) - 1.0).abs() < 0.005, "{right}");
    assert_eq!(near(150.0, 0.0), 0.0, "the side away from both tubes");
    assert_eq!(near(0.0, -100.0), 0.0);
}
