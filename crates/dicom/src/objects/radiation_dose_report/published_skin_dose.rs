//! Skin dose of the published example procedure against another program's figures for the same phantoms.
//!
//! Golden values: design note on skin dose, section 5 (PySkinDose 25.1.1, table factor 0.8, 3.1 mm Al). The other
//! program turns the secondary angle the other way round than the standard; the comparison does the same. It
//! counts triangle corners of a mesh as cells, with the normal of their face, and has no shading.
// hazard: H-101

use super::published_reports::data;
use super::read;
use dose::peak_skin_dose::map::{Attenuation, SkinMap};
use dose::peak_skin_dose::phantom::{Body, Cell, Entrance, Phantom, Region};
use dose::peak_skin_dose::room::{Room, Sign};
use dose::rules::Rules;
use dose::vector::Vector;
use dose::{IrradiationEvent, Millimetre};
use std::path::Path;

fn rules() -> Rules {
    dose::rules::read([
        (
            "dose/beam_quality.toml",
            include_str!("../../../../../knowledge/dose/beam_quality.toml"),
        ),
        (
            "dose/skin_map.toml",
            include_str!("../../../../../knowledge/dose/skin_map.toml"),
        ),
        (
            "dose/skin_levels.toml",
            include_str!("../../../../../knowledge/dose/skin_levels.toml"),
        ),
        (
            "dose/reference_levels.toml",
            include_str!("../../../../../knowledge/dose/reference_levels.toml"),
        ),
        (
            "dose/conceptus.toml",
            include_str!("../../../../../knowledge/dose/conceptus.toml"),
        ),
        (
            "dose/effective_dose.toml",
            include_str!("../../../../../knowledge/dose/effective_dose.toml"),
        ),
        (
            "dose/geometry/siemens_axiom_artis.toml",
            include_str!("../../../../../knowledge/dose/geometry/siemens_axiom_artis.toml"),
        ),
    ])
    .unwrap()
}

fn given(cells: Vec<Cell>, entrance: Entrance) -> Phantom {
    Phantom {
        body: Body::Given,
        cells,
        triangles: Vec::new(),
        entrance,
        length: Millimetre(0.0),
        depth: Millimetre(0.0),
        width: Millimetre(0.0),
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

/// 41 × 120 points over 40 × 120 cm.
fn plane() -> Phantom {
    let cells = (0..120).flat_map(|row| {
        (0..41).map(move |column| {
            let z = -1200.0 * f64::from(row) / 119.0;
            cell(
                -200.0 + 10.0 * f64::from(column),
                0.0,
                z,
                Vector::new(0.0, 1.0, 0.0),
            )
        })
    });
    given(cells.collect(), Entrance::AnySide)
}

/// Half axes 20 and 10 cm, every 0.1 rad and 1 cm.
fn cylinder() -> Phantom {
    let cells = (0..152).flat_map(|row| {
        (0..63).map(move |step| {
            let (sin, cos) = (0.1 * f64::from(step)).sin_cos();
            let normal = Vector::new(cos / 200.0, sin / 100.0, 0.0);
            cell(
                200.0 * cos,
                100.0 * sin - 100.0,
                -10.0 * f64::from(row),
                normal,
            )
        })
    });
    given(cells.collect(), Entrance::Facing)
}

/// Corners of a binary STL mesh, in centimetres there.
fn mesh(path: &Path) -> Phantom {
    let bytes = std::fs::read(path).unwrap();
    let cells = bytes[84..].chunks_exact(50).flat_map(|record| {
        let number = |i: usize| {
            f64::from(f32::from_le_bytes(
                record[4 * i..4 * i + 4].try_into().unwrap(),
            ))
        };
        let corner =
            |i: usize| Vector::new(number(3 * i + 3), number(3 * i + 4), number(3 * i + 5)) * 10.0;
        let (p, q, r) = (corner(0), corner(1), corner(2));
        let normal = (q - p).cross(r - p);
        [p, q, r].map(|c| cell(c.x, c.y, c.z, normal))
    });
    given(cells.collect(), Entrance::Facing)
}

fn example() -> Option<(Vec<IrradiationEvent>, std::path::PathBuf)> {
    let folder = data()?;
    let bytes = std::fs::read(folder.join("rdsr/siemens_axiom_example_procedure.dcm")).unwrap();
    Some((read(&bytes).unwrap().report.events, folder))
}

fn compared_room(rules: &Rules) -> Room {
    let room = rules
        .model
        .rooms
        .iter()
        .find(|r| r.id == "siemens_axiom_artis")
        .unwrap();
    Room {
        secondary_sign: Sign::Minus,
        ..room.clone()
    }
}

/// Peak in mGy, cells with dose, and their sum.
fn map_of(rules: &Rules, phantom: &Phantom, events: &[IrradiationEvent]) -> (f64, usize, f64) {
    let room = compared_room(rules);
    let mut map = SkinMap::new(phantom, &rules.model.quality, Attenuation::SameForAll);
    for event in events {
        map.add(&room, event).unwrap();
    }
    let doses: Vec<f64> = map.doses().map(|d| d.0 * 1e3).collect();
    let hit = doses.iter().filter(|d| **d > 0.0).count();
    (
        doses.iter().copied().fold(0.0, f64::max),
        hit,
        doses.iter().sum(),
    )
}

#[test]
fn the_example_procedure_gives_the_published_peaks() {
    let Some((events, folder)) = example() else {
        return;
    };
    assert_eq!(events.len(), 24);
    let rules = rules();
    let reference = folder.join("skindose-ref");
    let reduced = |name: &str| mesh(&reference.join(format!("{name}_reduced_1000t.stl")));
    for (phantom, peak, cells) in [
        (plane(), 10.0444, 805),
        (cylinder(), 12.7211, 637),
        (reduced("hudfrid"), 8.5174, 81),
    ] {
        let (ours, hit, _) = map_of(&rules, &phantom, &events);
        assert!(
            (ours / peak - 1.0).abs() < 0.005,
            "{ours} mGy instead of {peak}"
        );
        assert_eq!(hit, cells);
    }
}
