//! The patient on the table: cells of a phantom in the table frame, for each way of lying on it.

use super::phantom::Phantom;
use super::room::Room;
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
            Posture::Supine => (Rotation::NONE, Vector::default()),
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
    pub reach: f64,
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
            normals: phantom
                .cells
                .iter()
                .map(|c| placement.direction(c.normal))
                .collect(),
            centres,
            triangles,
            reach,
        }
    }
}
