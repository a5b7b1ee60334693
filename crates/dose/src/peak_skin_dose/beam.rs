//! One static beam in the table frame, and how an event becomes one or several of them.

use super::room::{FieldFrom, Missing, Room};
use crate::quantity::{Degrees, Kilovolt, Millimetre, Steradian};
use crate::report::{FilterMaterial, IrradiationEvent, Pose, ReferencePoint, Shape};
use crate::vector::Vector;
use model::Gray;

/// A pyramid of X-rays from a focus. All in the table frame, millimetres.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Beam {
    pub focus: Vector,
    /// Unit vector from the focus to the detector.
    pub axis: Vector,
    /// Field directions across the axis: u along the table's width, v along its length, at rest.
    pub u: Vector,
    pub v: Vector,
    /// Edges of the field as tangents: lowest and highest u, lowest and highest v.
    pub edges: [f64; 4],
    /// Distance from the focus at which the reference air kerma is stated.
    pub reference_distance: Millimetre,
    /// Reference air kerma of this beam, without table and patient.
    pub kerma: Gray,
}

/// Filtration and voltage of an event.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spectrum {
    pub voltage: Kilovolt,
    /// Inherent and added.
    pub aluminium: Millimetre,
    pub copper: Millimetre,
}

/// How the field size of an event was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FieldSource {
    Shutters,
    SidesAtDetector,
    AreaAtDetector,
    /// Kerma-area product over reference air kerma: the mean area at the reference point.
    ProductOverKerma,
}

/// Field edges as tangents from the focus.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Field {
    pub edges: [f64; 4],
    pub source: FieldSource,
}

/// The field of an event, from the best source that this room and this report offer.
pub fn field(room: &Room, event: &IrradiationEvent) -> Option<Field> {
    let from_shutters = || {
        let s = event.shutters?;
        let edges = [
            -s.left.0 / 1e3,
            s.right.0 / 1e3,
            -s.bottom.0 / 1e3,
            s.top.0 / 1e3,
        ];
        Some(Field {
            edges,
            source: FieldSource::Shutters,
        })
    };
    let detector = event.source_to_detector.map(|d| d.0);
    let square = |width: f64, height: f64, distance: f64, source| {
        let (a, b) = (width / 2.0 / distance, height / 2.0 / distance);
        Field {
            edges: [-a, a, -b, b],
            source,
        }
    };
    let from_sides = || {
        let (width, height) = (event.collimated_width?.0, event.collimated_height?.0);
        Some(square(
            width,
            height,
            detector?,
            FieldSource::SidesAtDetector,
        ))
    };
    let from_area = || {
        let side = event.collimated_area?.0.sqrt() * 1e3;
        Some(square(side, side, detector?, FieldSource::AreaAtDetector))
    };
    let from_product = || {
        let (pka, ka_r) = (event.pka?.value.0, event.ka_r?.value.0);
        let side = (ka_r > 0.0).then(|| (pka / ka_r).sqrt() * 1e3)?;
        Some(square(
            side,
            side,
            reference_distance(event)?.0,
            FieldSource::ProductOverKerma,
        ))
    };
    let found = match room.field {
        FieldFrom::ShuttersAtOneMetre => from_shutters().or_else(from_sides).or_else(from_area),
        FieldFrom::CollimatedArea => from_sides().or_else(from_area).or_else(from_shutters),
    };
    found
        .filter(plausible)
        .or_else(|| from_product().filter(plausible))
}

/// Sides between 1 and 60 cm at one metre.
fn plausible(field: &Field) -> bool {
    let [a, b, c, d] = field.edges;
    [b - a, d - c]
        .iter()
        .all(|side| (0.01..=0.6).contains(side))
}

/// Distance from the focus to where the reference air kerma is stated.
///
/// `None` also when the report does not say which point it means: another point would move every dose.
pub fn reference_distance(event: &IrradiationEvent) -> Option<Millimetre> {
    if event.source_to_reference_point.is_some() {
        return event.source_to_reference_point;
    }
    match event.reference_point {
        ReferencePoint::FifteenCmFromIsocentre => {
            Some(Millimetre(event.source_to_isocentre?.0 - 150.0))
        }
        ReferencePoint::NotStated | ReferencePoint::Other(_) | ReferencePoint::Text(_) => None,
    }
    .filter(|d| d.0 > 0.0)
}

/// Voltage and filtration of an event; filters that cover a part of the field are left out.
pub fn spectrum(room: &Room, event: &IrradiationEvent) -> Option<Spectrum> {
    let thickness = |wanted: &FilterMaterial| -> f64 {
        event
            .filters
            .iter()
            .filter(|f| f.material == *wanted && f.shaped == Shape::Flat)
            .filter_map(|f| f.maximum.or(f.minimum))
            .map(|t| t.0)
            .sum()
    };
    Some(Spectrum {
        voltage: event.kvp?,
        aluminium: Millimetre(room.inherent_aluminium.0 + thickness(&FilterMaterial::Aluminium)),
        copper: Millimetre(thickness(&FilterMaterial::Copper)),
    })
}

/// Most degrees and millimetres that one static beam stands for.
const STEP_DEGREES: f64 = 2.0;
const STEP_MM: f64 = 5.0;
/// No event becomes more beams than this.
const STEP_LIMIT: usize = 400;

/// The static beams of an event in the table frame: one, or one per 2 degrees or 5 mm of motion.
/// # Errors
/// What the report does not give.
pub fn beams(room: &Room, event: &IrradiationEvent) -> Result<Vec<Beam>, Vec<Missing>> {
    let missing = room.missing(event);
    if !missing.is_empty() {
        return Err(missing);
    }
    let parts = (|| {
        Some((
            event.ka_r?.value.0,
            event.source_to_isocentre?.0,
            reference_distance(event)?,
            field(room, event)?,
        ))
    })();
    let Some((kerma, to_isocentre, reference, field)) = parts else {
        return Err(missing);
    };
    let end = end_pose(&event.start, &event.end);
    let steps = step_count(&event.start, &end);
    let mut beams = Vec::with_capacity(steps);
    for step in 0..steps {
        let part = (step as f64 + 0.5) / steps as f64;
        let pose = between(&event.start, &end, part);
        let (Some(table), Some(primary), Some(secondary)) = (
            room.table_pose(&pose),
            pose.primary_angle,
            pose.secondary_angle,
        ) else {
            return Err(vec![Missing::TablePosition]);
        };
        let positioner = room.positioner(primary, secondary);
        let axis = positioner.of(Vector::new(0.0, -1.0, 0.0));
        let (mut u, mut v) = (
            positioner.of(Vector::new(1.0, 0.0, 0.0)),
            positioner.of(Vector::new(0.0, 0.0, 1.0)),
        );
        if let Some(Degrees(turn)) = pose.column_angle {
            let (s, c) = turn.to_radians().sin_cos();
            (u, v) = (u * c + v * s, v * c - u * s);
        }
        beams.push(Beam {
            focus: table.to_table(axis * -to_isocentre),
            axis: table.direction_to_table(axis),
            u: table.direction_to_table(u),
            v: table.direction_to_table(v),
            edges: field.edges,
            reference_distance: reference,
            kerma: Gray(kerma / steps as f64),
        });
    }
    Ok(beams)
}

/// The end of the motion; what the end does not state has not moved.
fn end_pose(start: &Pose, end: &Pose) -> Pose {
    Pose {
        primary_angle: end.primary_angle.or(start.primary_angle),
        secondary_angle: end.secondary_angle.or(start.secondary_angle),
        column_angle: start.column_angle,
        table_longitudinal: end.table_longitudinal.or(start.table_longitudinal),
        table_lateral: end.table_lateral.or(start.table_lateral),
        table_height: end.table_height.or(start.table_height),
        table_to_isocentre: end.table_to_isocentre.or(start.table_to_isocentre),
        table_head_tilt: end.table_head_tilt.or(start.table_head_tilt),
        table_horizontal_rotation: start.table_horizontal_rotation,
        table_cradle_tilt: end.table_cradle_tilt.or(start.table_cradle_tilt),
    }
}

fn step_count(start: &Pose, end: &Pose) -> usize {
    let turn = |a: Option<Degrees>, b: Option<Degrees>| match (a, b) {
        (Some(a), Some(b)) => (b.0 - a.0).abs(),
        _ => 0.0,
    };
    let way = |a: Option<Millimetre>, b: Option<Millimetre>| match (a, b) {
        (Some(a), Some(b)) => (b.0 - a.0).abs(),
        _ => 0.0,
    };
    let direct = match (start.table_to_isocentre, end.table_to_isocentre) {
        (Some(a), Some(b)) => a
            .iter()
            .zip(&b)
            .map(|(a, b)| (b.0 - a.0).abs())
            .fold(0.0, f64::max),
        _ => 0.0,
    };
    let degrees = [
        turn(start.primary_angle, end.primary_angle),
        turn(start.secondary_angle, end.secondary_angle),
        turn(start.table_head_tilt, end.table_head_tilt),
        turn(start.table_cradle_tilt, end.table_cradle_tilt),
    ];
    let millimetres = [
        way(start.table_longitudinal, end.table_longitudinal),
        way(start.table_lateral, end.table_lateral),
        way(start.table_height, end.table_height),
        direct,
    ];
    let turns = degrees.into_iter().fold(0.0, f64::max) / STEP_DEGREES;
    let ways = millimetres.into_iter().fold(0.0, f64::max) / STEP_MM;
    (turns.max(ways).ceil() as usize).clamp(1, STEP_LIMIT)
}

fn between(start: &Pose, end: &Pose, part: f64) -> Pose {
    let mix = |a: f64, b: f64| a + (b - a) * part;
    let turn = |a: Option<Degrees>, b: Option<Degrees>| Some(Degrees(mix(a?.0, b?.0)));
    let way = |a: Option<Millimetre>, b: Option<Millimetre>| Some(Millimetre(mix(a?.0, b?.0)));
    Pose {
        primary_angle: turn(start.primary_angle, end.primary_angle),
        secondary_angle: turn(start.secondary_angle, end.secondary_angle),
        column_angle: start.column_angle,
        table_longitudinal: way(start.table_longitudinal, end.table_longitudinal),
        table_lateral: way(start.table_lateral, end.table_lateral),
        table_height: way(start.table_height, end.table_height),
        table_to_isocentre: start
            .table_to_isocentre
            .zip(end.table_to_isocentre)
            .map(|(a, b)| {
                let [ax, ay, az] = a;
                let [bx, by, bz] = b;
                [(ax, bx), (ay, by), (az, bz)].map(|(a, b)| Millimetre(mix(a.0, b.0)))
            }),
        table_head_tilt: turn(start.table_head_tilt, end.table_head_tilt),
        table_horizontal_rotation: start.table_horizontal_rotation,
        table_cradle_tilt: turn(start.table_cradle_tilt, end.table_cradle_tilt),
    }
}

impl Beam {
    /// Solid angle of the field: exact for a rectangular pyramid.
    pub fn solid_angle(&self) -> Steradian {
        let corner = |a: f64, b: f64| (a * b / (1.0 + a * a + b * b).sqrt()).atan();
        let [a, b, c, d] = self.edges;
        Steradian(corner(b, d) - corner(a, d) - corner(b, c) + corner(a, c))
    }
}
