//! The patient on the table: cells of a phantom in the table frame, for each way of lying on it.

use super::beam::Beam;
use super::phantom::Phantom;
use super::room::Room;
use crate::quantity::Millimetre;
use crate::report::{PatientOnTable, Posture, TableEnd};
use crate::vector::{Rotation, Vector};

/// How the patient lies; what the report does not say is taken as head first and supine, and noted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lying {
    pub end: TableEnd,
    pub posture: Posture,
}

impl Lying {
    pub fn of(patient: PatientOnTable) -> Self {
        Self {
            end: patient.head_first.unwrap_or(TableEnd::HeadFirst),
            posture: patient.posture.unwrap_or(Posture::Supine),
        }
    }
}

/// Rotation and shift from the patient frame into the table frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Placement {
    rotation: Rotation,
    shift: Vector,
}

impl Placement {
    /// The patient lies on the pad, in the middle of its width, with crown (or soles) at the room's distance
    /// from the head end of the table.
    pub fn new(phantom: &Phantom, room: &Room, lying: Lying) -> Self {
        let (depth, width, length) = (phantom.depth.0, phantom.width.0, phantom.length.0);
        let (posture, shift) = match lying.posture {
            // An event with another posture makes no beam ([`super::room::Missing::PatientPosition`]).
            Posture::Supine | Posture::Other => (Rotation::NONE, Vector::default()),
            Posture::Prone => (Rotation::about_z(180.0), Vector::new(0.0, -depth, 0.0)),
            Posture::LeftLateral => (
                Rotation::about_z(90.0),
                Vector::new(-depth / 2.0, -width / 2.0, 0.0),
            ),
            Posture::RightLateral => (
                Rotation::about_z(-90.0),
                Vector::new(depth / 2.0, -width / 2.0, 0.0),
            ),
        };
        let on_pad = Vector::new(
            0.0,
            -room.table.pad_thickness.0,
            -room.patient_from_table_end.0,
        );
        match lying.end {
            TableEnd::HeadFirst => Self {
                rotation: posture,
                shift: shift + on_pad,
            },
            TableEnd::FeetFirst => {
                let turn = Rotation::about_y(180.0);
                Self {
                    rotation: turn.after(posture),
                    shift: turn.of(shift) + on_pad + Vector::new(0.0, 0.0, -length),
                }
            }
        }
    }

    pub fn point(&self, patient: Vector) -> Vector {
        self.rotation.of(patient) + self.shift
    }

    pub fn direction(&self, patient: Vector) -> Vector {
        self.rotation.of(patient)
    }
}

/// Cells and triangles in the table frame, laid out for the inner loop.
#[derive(Debug, Clone)]
pub struct Placed {
    pub centres: Vec<Vector>,
    pub normals: Vec<Vector>,
    pub triangles: Vec<[Vector; 3]>,
    /// No corner of a triangle is farther than this from its centre.
    pub reach: Millimetre,
    pub blocks: Vec<Block>,
}

/// Neighbouring cells within a ball, so that most of a body is passed over at once.
#[derive(Debug, Clone, Copy)]
pub struct Block {
    pub first: usize,
    pub count: usize,
    centre: Vector,
    radius: f64,
}

const BLOCK: usize = 32;

impl Block {
    fn of(first: usize, cells: &[Vector]) -> Self {
        let sum = cells.iter().fold(Vector::default(), |s, c| s + *c);
        let centre = sum * (1.0 / cells.len().max(1) as f64);
        let radius = cells
            .iter()
            .map(|c| (*c - centre).length())
            .fold(0.0, f64::max);
        Self {
            first,
            count: cells.len(),
            centre,
            radius,
        }
    }

    /// False when no cell of the block can lie in the field or within `reach` of it.
    pub(crate) fn may_meet(&self, beam: &Beam, reach: f64) -> bool {
        let way = self.centre - beam.focus;
        let depth = way.dot(beam.axis);
        let (u, v) = (way.dot(beam.u), way.dot(beam.v));
        let [a, b, c, d] = beam.edges;
        // Moving by the radius changes u - a·depth by at most radius · (1 + |a|).
        let room = |edge: f64| reach + self.radius * (1.0 + edge.abs());
        depth >= -reach - self.radius
            && u >= a * depth - room(a)
            && u <= b * depth + room(b)
            && v >= c * depth - room(c)
            && v <= d * depth + room(d)
    }
}

impl Placed {
    pub fn new(phantom: &Phantom, room: &Room, lying: Lying) -> Self {
        let placement = Placement::new(phantom, room, lying);
        let centres: Vec<Vector> = phantom
            .cells
            .iter()
            .map(|c| placement.point(c.centre))
            .collect();
        let triangles: Vec<[Vector; 3]> = phantom
            .triangles
            .iter()
            .map(|t| t.map(|corner| placement.point(corner)))
            .collect();
        let reach = centres
            .iter()
            .zip(&triangles)
            .flat_map(|(centre, t)| t.iter().map(|corner| (*corner - *centre).length()))
            .fold(0.0, f64::max);
        Self {
            blocks: centres
                .chunks(BLOCK)
                .enumerate()
                .map(|(number, cells)| Block::of(number * BLOCK, cells))
                .collect(),
            normals: phantom
                .cells
                .iter()
                .map(|c| placement.direction(c.normal))
                .collect(),
            centres,
            triangles,
            reach: Millimetre(reach),
        }
    }
}
