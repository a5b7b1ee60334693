//! The map against a slow reference written apart from it, on random geometries.
// hazard: H-101

use crate::fixture::{plain_event, plain_room, stated};
use dose::peak_skin_dose::beam::beams;
use dose::peak_skin_dose::geometry::meets;
use dose::peak_skin_dose::map::{Attenuation, SkinMap};
use dose::peak_skin_dose::phantom::{Body, Entrance, Phantom, Region};
use dose::peak_skin_dose::place::{Lying, Placed};
use dose::peak_skin_dose::quality::{BackscatterTable, HalfValueLayers, MediumTable, Quality};
use dose::peak_skin_dose::room::{Room, Share, Transmission};
use dose::report::{PatientOnTable, Posture, Shutters, TableEnd};
use dose::vector::Vector;
use dose::{Degrees, IrradiationEvent, Millimetre};
use model::Gray;
use testkit::chance::Chance;
use testkit::skin_dose_oracle::Scene;

/// Geometries on every change, and in the full size of `make long`.
const GEOMETRIES: [usize; 2] = [20_000, 1_000_000];
const CELLS_EACH: usize = 6;
/// Share of the field side within which hit and miss may differ.
const BAND: f64 = 1e-4;

/// A trunk of twelve sides with an arm beside it: something to hit and something that shades.
fn body(chance: &mut Chance) -> Phantom {
    let length = chance.between(600.0, 1800.0);
    let (a, b) = (chance.between(100.0, 220.0), chance.between(80.0, 160.0));
    let mut triangles = Vec::new();
    tube(&mut triangles, [0.0, -b], [a, b], length, 12);
    if chance.coin() {
        let r = chance.between(30.0, 60.0);
        let side = if chance.coin() { 1.0 } else { -1.0 };
        tube(
            &mut triangles,
            [side * (a + r + chance.between(2.0, 60.0)), -b],
            [r, r],
            length,
            8,
        );
    }
    Phantom::mesh(Body::Given, triangles, Entrance::FacingAndSeen)
}

fn tube(
    out: &mut Vec<([Vector; 3], Region)>,
    centre: [f64; 2],
    half: [f64; 2],
    length: f64,
    sides: usize,
) {
    let corner = |i: usize, z: f64| {
        let turn = (i % sides) as f64 / sides as f64 * std::f64::consts::TAU;
        Vector::new(
            centre[0] + half[0] * turn.cos(),
            centre[1] + half[1] * turn.sin(),
            z,
        )
    };
    let rings = 5;
    for ring in 0..rings {
        let (top, low) = (
            -length * ring as f64 / rings as f64,
            -length * (ring + 1) as f64 / rings as f64,
        );
        for i in 0..sides {
            let (p, q, r, s) = (
                corner(i, top),
                corner(i + 1, top),
                corner(i, low),
                corner(i + 1, low),
            );
            out.push(([p, r, q], Region::Trunk));
            out.push(([q, r, s], Region::Trunk));
        }
    }
    // Closed at both ends: a body without inside would not shade itself.
    for i in 0..sides {
        let [x, y] = centre;
        let (top, low) = (Vector::new(x, y, 0.0), Vector::new(x, y, -length));
        out.push(([top, corner(i, 0.0), corner(i + 1, 0.0)], Region::Trunk));
        out.push((
            [low, corner(i + 1, -length), corner(i, -length)],
            Region::Trunk,
        ));
    }
}

fn scene(chance: &mut Chance, body: &Phantom) -> Scene {
    let isocentre = chance.between(600.0, 850.0);
    let half = |chance: &mut Chance| chance.between(0.02, 0.2);
    Scene {
        primary: chance.between(-180.0, 180.0),
        secondary: chance.between(-50.0, 50.0),
        column: if chance.coin() {
            0.0
        } else {
            chance.between(-90.0, 90.0)
        },
        source_to_isocentre: isocentre,
        edges: [-half(chance), half(chance), -half(chance), half(chance)],
        reference_distance: isocentre - 150.0,
        kerma: chance.between(0.001, 1.0),
        table_origin: [
            chance.between(-150.0, 150.0),
            chance.between(0.0, 250.0),
            chance.between(100.0, body.length.0),
        ],
        head_tilt: if chance.coin() {
            0.0
        } else {
            chance.between(-20.0, 20.0)
        },
        cradle_tilt: if chance.coin() {
            0.0
        } else {
            chance.between(-15.0, 15.0)
        },
        horizontal_rotation: if chance.coin() {
            0.0
        } else {
            chance.between(-30.0, 30.0)
        },
        table_length: chance.between(1500.0, 2900.0),
        table_width: chance.between(400.0, 500.0),
        table_thickness: chance.between(0.0, 60.0),
        pad_thickness: chance.between(0.0, 60.0),
        transmission: chance.between(0.5, 1.0),
        patient_from_end: chance.between(0.0, 400.0),
        depth: body.depth.0,
        width: body.width.0,
        length: body.length.0,
        posture: chance.below(4) as u8,
        feet_first: chance.coin(),
        backscatter: [1.25, 1.36, 1.44, 1.45, 1.46].map(|b| b + chance.between(-0.05, 0.05)),
        medium: [chance.between(1.0, 1.05), chance.between(-1e-4, 1e-4), 1e-6],
    }
}

fn quality(scene: &Scene) -> Quality {
    let mut backscatter = [[0.0; 5]; 9];
    backscatter[0] = scene.backscatter;
    let [one, side, square] = scene.medium;
    Quality {
        half_value_layers: HalfValueLayers {
            kv: vec![40.0, 150.0],
            aluminium_mm: vec![1.0, 10.0],
            copper_mm: vec![0.0, 1.2],
            hvl_mm: vec![3.0; 8],
        },
        backscatter: BackscatterTable(backscatter),
        medium: MediumTable([one, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, side, 0.0, square, 0.0]),
    }
}

fn room_and_event(scene: &Scene) -> (Room, IrradiationEvent) {
    let mut room = plain_room();
    room.table.length = Millimetre(scene.table_length);
    room.table.width = Millimetre(scene.table_width);
    room.table.thickness = Millimetre(scene.table_thickness);
    room.table.pad_thickness = Millimetre(scene.pad_thickness);
    room.transmission = Transmission::Constant(Share(scene.transmission));
    room.patient_from_table_end = Millimetre(scene.patient_from_end);
    let mut event = plain_event("1");
    event.ka_r = Some(stated(Gray(scene.kerma), Gray(1e-9)));
    event.source_to_isocentre = Some(Millimetre(scene.source_to_isocentre));
    let [a, b, c, d] = scene.edges.map(|tangent| tangent * 1e3);
    event.collimated_area = None;
    event.shutters = Some(Shutters {
        left: Millimetre(-a),
        right: Millimetre(b),
        bottom: Millimetre(-c),
        top: Millimetre(d),
    });
    let pose = &mut event.start;
    pose.primary_angle = Some(Degrees(scene.primary));
    pose.secondary_angle = Some(Degrees(scene.secondary));
    pose.column_angle = Some(Degrees(scene.column));
    pose.table_longitudinal = Some(Millimetre(scene.table_origin[0]));
    pose.table_height = Some(Millimetre(scene.table_origin[1]));
    pose.table_lateral = Some(Millimetre(scene.table_origin[2]));
    pose.table_head_tilt = Some(Degrees(scene.head_tilt));
    pose.table_cradle_tilt = Some(Degrees(scene.cradle_tilt));
    pose.table_horizontal_rotation = Some(Degrees(scene.horizontal_rotation));
    event.patient = PatientOnTable {
        head_first: Some(if scene.feet_first {
            TableEnd::FeetFirst
        } else {
            TableEnd::HeadFirst
        }),
        posture: Some(match scene.posture {
            0 => Posture::Supine,
            1 => Posture::Prone,
            2 => Posture::LeftLateral,
            _ => Posture::RightLateral,
        }),
    };
    (room, event)
}

/// A focus inside the patient is no geometry: a ray from it would leave the body before it enters.
fn tube_in_body(body: &Phantom, room: &Room, event: &IrradiationEvent) -> bool {
    let focus = beams(room, event).unwrap()[0].focus;
    let far = focus + Vector::new(3123.0, 5377.0, 8011.0);
    let placed = Placed::new(body, room, Lying::of(event.patient));
    placed
        .triangles
        .iter()
        .filter(|t| meets(t, focus, far))
        .count()
        % 2
        == 1
}

#[derive(Default)]
struct Count {
    skipped: usize,
    compared: usize,
    hit: usize,
    in_band: usize,
    differ_in_band: usize,
    worst: f64,
}

fn compare(chance: &mut Chance, count: &mut Count) {
    let body = body(chance);
    let scene = scene(chance, &body);
    let quality = quality(&scene);
    let (room, event) = room_and_event(&scene);
    if tube_in_body(&body, &room, &event) {
        count.skipped += 1;
        return;
    }
    let mut map = SkinMap::new(&body, &quality, Attenuation::ByPath);
    map.add(&room, &event).unwrap();
    let plain = |v: Vector| [v.x, v.y, v.z];
    let triangles: Vec<[[f64; 3]; 3]> = body.triangles.iter().map(|t| t.map(plain)).collect();
    for _ in 0..CELLS_EACH {
        // Half of the cells are taken from those that were hit, or hits would be rare.
        let hits = &map.events()[0].cells;
        let cell = if chance.coin() && !hits.is_empty() {
            hits[chance.below(hits.len())].0 as usize
        } else {
            chance.below(body.cells.len())
        };
        let skin = &body.cells[cell];
        let reference = scene.dose(
            plain(skin.centre),
            plain(skin.normal),
            true,
            &triangles,
            cell,
        );
        let ours = map.dose(cell).0;
        count.compared += 1;
        let same_verdict = (ours > 0.0) == (reference.dose > 0.0);
        if reference.margin < BAND {
            count.in_band += 1;
            count.differ_in_band += usize::from(!same_verdict);
            if !same_verdict {
                continue;
            }
        }
        assert!(
            same_verdict,
            "{ours} {reference:?} cell {cell} of {scene:?}"
        );
        if ours > 0.0 {
            count.hit += 1;
            count.worst = count.worst.max((ours / reference.dose - 1.0).abs());
        }
    }
}

#[test]
fn random_geometries_agree_with_the_reference() {
    let seed = 20_261_124;
    let mut chance = Chance::new(seed);
    let mut count = Count::default();
    #[expect(
        clippy::disallowed_methods,
        reason = "the size of a test run is asked of its environment"
    )]
    let full = std::env::var("SELDINGER_TEST_SIZE").is_ok_and(|size| size == "full");
    let geometries = GEOMETRIES[usize::from(full)];
    for _ in 0..geometries {
        compare(&mut chance, &mut count);
    }
    println!(
        "seed {seed}: {geometries} geometries, {} cells compared, {} hit, {} in the band of which {} differ, worst {:.1e}, \
         {} geometries with the tube in the body left out",
        count.compared, count.hit, count.in_band, count.differ_in_band, count.worst, count.skipped
    );
    assert!(
        count.hit > geometries,
        "{} hits are too few to say anything",
        count.hit
    );
    assert!(
        count.in_band < count.compared / 100,
        "{} in the band",
        count.in_band
    );
    assert!(count.worst < 1e-9, "{:.3e}", count.worst);
}
