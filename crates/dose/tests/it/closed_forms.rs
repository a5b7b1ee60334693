//! Scenes whose answer can be written down.
// hazard: H-101

use crate::fixture::{flat_quality, plain_event, plain_room};
use dose::peak_skin_dose::map::{Attenuation, SkinMap};
use dose::peak_skin_dose::phantom::Phantom;
use dose::peak_skin_dose::room::{Calibration, Room, Share, Transmission};
use dose::peak_skin_dose::{self, Outcome, Refusal};
use dose::report::{EventKind, Pose, Shutters};
use dose::{Degrees, IrradiationEvent, Millimetre};

const CLOSE: f64 = 1e-12;

/// Dose of the cell of a sheet that is nearest to the beam axis, 5 mm off it in both directions.
fn on_sheet(room: &Room, events: &[IrradiationEvent]) -> f64 {
    let sheet = Phantom::plane(Millimetre(1000.0), Millimetre(600.0), Millimetre(10.0));
    let quality = flat_quality(1.4, 1.05);
    let mut map = SkinMap::new(&sheet, &quality, Attenuation::ByPath);
    for event in events {
        map.add(room, event).unwrap();
    }
    let near = sheet
        .cells
        .iter()
        .position(|c| c.centre.x == 5.0 && c.centre.z == -505.0);
    map.dose(near.unwrap()).0
}

fn lying_in_the_middle(mut event: IrradiationEvent) -> IrradiationEvent {
    event.start.table_lateral = Some(Millimetre(500.0));
    event
}

/// Nearest cell centre: 5 mm off the axis in both directions.
fn squared(depth: f64) -> f64 {
    depth * depth + 50.0
}

#[test]
fn inverse_square_from_the_reference_point() {
    for height in [-100.0, 0.0, 150.0, 250.0] {
        let mut event = lying_in_the_middle(plain_event("1"));
        event.start.table_height = Some(Millimetre(height));
        let expected = 550.0 * 550.0 / squared(700.0 - height) * 1.4 * 1.05;
        let peak = on_sheet(&plain_room(), &[event]);
        assert!(
            (peak / expected - 1.0).abs() < CLOSE,
            "{height}: {peak} {expected}"
        );
    }
}

#[test]
fn calibration_and_repetition_multiply() {
    let event = lying_in_the_middle(plain_event("1"));
    let once = on_sheet(&plain_room(), std::slice::from_ref(&event));
    let mut room = plain_room();
    room.kerma_calibration = Calibration::Measured {
        factor: Share(0.9),
        uncertainty: Share(0.05),
    };
    let calibrated = on_sheet(&room, std::slice::from_ref(&event));
    assert!((calibrated / once - 0.9).abs() < CLOSE);
    let thrice = on_sheet(&plain_room(), &[event.clone(), event.clone(), event]);
    assert!((thrice / once - 3.0).abs() < CLOSE);
}

#[test]
fn the_table_weakens_by_the_path_and_only_from_below() {
    let mut room = plain_room();
    room.table.thickness = Millimetre(50.0);
    room.transmission = Transmission::Constant(Share(0.8));
    let at = |primary: f64| {
        let mut event = lying_in_the_middle(plain_event("1"));
        event.start.primary_angle = Some(Degrees(primary));
        let with = on_sheet(&room, std::slice::from_ref(&event));
        with / on_sheet(&plain_room(), &[event])
    };
    // 0.8 ^ (1 / cos) of the ray's own angle: from the turned focus to the cell 5 mm off the axis.
    let (sin, cos) = 40f64.to_radians().sin_cos();
    let ray = dose::vector::Vector::new(5.0 + 700.0 * sin, -700.0 * cos, -5.0);
    let oblique = 0.8f64.powf(ray.length() / ray.y.abs());
    assert!((at(40.0) - oblique).abs() < CLOSE, "{} {oblique}", at(40.0));
    assert_eq!(at(180.0), 1.0, "an over-table tube does not pass the table");
}

#[test]
fn field_edges_cut_where_the_shutters_are() {
    let sheet = Phantom::plane(Millimetre(1000.0), Millimetre(600.0), Millimetre(2.0));
    let quality = flat_quality(1.0, 1.0);
    let mut map = SkinMap::new(&sheet, &quality, Attenuation::ByPath);
    let mut event = lying_in_the_middle(plain_event("1"));
    event.collimated_area = None;
    event.shutters = Some(Shutters {
        left: Millimetre(30.0),
        right: Millimetre(80.0),
        bottom: Millimetre(50.0),
        top: Millimetre(100.0),
    });
    map.add(&plain_room(), &event).unwrap();
    let hit: Vec<_> = sheet
        .cells
        .iter()
        .zip(map.doses())
        .filter(|(_, d)| d.0 > 0.0)
        .collect();
    let extent = |f: fn(&dose::peak_skin_dose::phantom::Cell) -> f64| {
        let low = hit.iter().map(|(c, _)| f(c)).fold(f64::MAX, f64::min);
        let high = hit.iter().map(|(c, _)| f(c)).fold(f64::MIN, f64::max);
        (low, high)
    };
    // 700 mm from the focus the shutters of 1 m stand at 0.7 of their distance; cells are 2 mm wide.
    let (left, right) = extent(|c| c.centre.x);
    let (feet, head) = extent(|c| c.centre.z + 500.0);
    for (edge, place) in [(left, -21.0), (right, 56.0), (feet, -35.0), (head, 70.0)] {
        assert!((edge - place).abs() <= 1.0 + 1e-9, "{edge} {place}");
    }
    assert!((map.share_on_phantom().unwrap().0 - 1.0).abs() < 0.03);
}

#[test]
fn angles_have_the_signs_of_the_standard() {
    let room = plain_room();
    let detector = |primary, secondary| {
        room.positioner(Degrees(primary), Degrees(secondary))
            .of(dose::vector::Vector::new(0.0, -1.0, 0.0))
    };
    // At rest the detector is above; LAO moves it to the patient's left, cranial to the head.
    assert!((detector(0.0, 0.0).y + 1.0).abs() < CLOSE);
    assert!((detector(90.0, 0.0).x - 1.0).abs() < CLOSE);
    assert!(detector(0.0, 30.0).z > 0.49);
    let both = detector(20.0, 10.0);
    let (a, b) = (20f64.to_radians(), 10f64.to_radians());
    assert!((both.x - a.sin() * b.cos()).abs() < CLOSE);
    assert!((both.z - b.sin()).abs() < CLOSE);
}

#[test]
fn tilts_lift_the_side_that_their_definition_names() {
    let room = plain_room();
    let pose = |head, cradle, turn| {
        let pose = Pose {
            table_head_tilt: Some(Degrees(head)),
            table_cradle_tilt: Some(Degrees(cradle)),
            table_horizontal_rotation: Some(Degrees(turn)),
            ..plain_event("1").start
        };
        room.table_pose(&pose).unwrap().rotation
    };
    assert!(pose(10.0, 0.0, 0.0).z.y < -0.17, "the head end goes up");
    assert!(pose(0.0, 10.0, 0.0).x.y < -0.17, "the left side goes up");
    assert!(
        pose(0.0, 0.0, 10.0).z.x > 0.17,
        "clockwise from above: the head end goes to the left"
    );
}

#[test]
fn a_rotational_run_spreads_its_kerma() {
    let body = Phantom::elliptic_cylinder(
        Millimetre(1000.0),
        Millimetre(150.0),
        Millimetre(150.0),
        Millimetre(5.0),
    );
    let quality = flat_quality(1.0, 1.0);
    let mut event = lying_in_the_middle(plain_event("1"));
    // The middle of a round body in the isocentre: every angle sees the same.
    event.start.table_height = Some(Millimetre(150.0));
    let peak = |event: &IrradiationEvent| {
        let mut map = SkinMap::new(&body, &quality, Attenuation::ByPath);
        map.add(&plain_room(), event).unwrap();
        map.doses().map(|d| d.0).fold(0.0, f64::max)
    };
    let still = peak(&event);
    event.kind = EventKind::Rotational;
    event.start.primary_angle = Some(Degrees(-100.0));
    event.end.primary_angle = Some(Degrees(100.0));
    let turned = peak(&event);
    // A field of 20 cm at 1 m covers 2 atan(0.1 · 550 / 150) = 40.3 degrees of the skin's circle.
    let covered = 2.0 * solve_half_angle() / 200.0;
    assert!(
        (turned / still / covered - 1.0).abs() < 0.05,
        "{} {covered}",
        turned / still
    );
}

/// Half the angle, in degrees, over which a point on the circle of 150 mm stays in a fan of tangent 0.1 from
/// 700 mm: tan = 150 sin a / (700 − 150 cos a).
fn solve_half_angle() -> f64 {
    let (mut low, mut high) = (0.0, 60.0);
    for _ in 0..60 {
        let a: f64 = 0.5 * (low + high);
        let (s, c) = a.to_radians().sin_cos();
        if 150.0 * s / (700.0 - 150.0 * c) < 0.1 {
            low = a;
        } else {
            high = a;
        }
    }
    low
}

#[test]
fn a_beam_beside_the_patient_is_refused_and_never_zero() {
    // hazard: H-102
    let rules = crate::fixture::shipped();
    let body = Phantom::elliptic_cylinder(
        Millimetre(1500.0),
        Millimetre(200.0),
        Millimetre(100.0),
        Millimetre(10.0),
    );
    let device = dose::report::Device {
        manufacturer: "Siemens".into(),
        model: "AXIOM-Artis".into(),
        ..Default::default()
    };
    let mut event = plain_event("1");
    event.start.table_lateral = Some(Millimetre(-2000.0));
    let (outcome, map) = peak_skin_dose::compute(
        &rules.model,
        &body,
        &device,
        dose::Kind::Projection,
        &[event],
    );
    assert!(matches!(outcome, Outcome::Refused(Refusal::MissesPhantom(share)) if share.0 == 0.0));
    assert_eq!(map.unwrap().events().len(), 1);
}
