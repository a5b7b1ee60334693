//! Body surfaces: a plane, an elliptic cylinder, and a human made by code (see [`human`]).
//!
//! Patient frame, millimetres: x to the patient's left, y to the back (posterior), z to the head; the crown
//! (or the head end of plane and cylinder) is at z = 0, the body reaches to negative z, and its backmost
//! point is at y = 0. One cell is one patch of skin: centre, outward normal, area.

use crate::quantity::Millimetre;
use crate::vector::Vector;

pub mod human;

/// Which phantom a map was made on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Body {
    Plane {
        length: Millimetre,
        width: Millimetre,
    },
    EllipticCylinder {
        length: Millimetre,
        half_width: Millimetre,
        half_depth: Millimetre,
    },
    Human(human::Measures),
    /// Given from outside cell by cell: a mesh or a comparison.
    Given,
}

impl Body {
    pub fn code(&self) -> &'static str {
        match self {
            Self::Plane { .. } => "plane",
            Self::EllipticCylinder { .. } => "elliptic_cylinder",
            Self::Human(_) => "human",
            Self::Given => "given",
        }
    }
}

/// Part of the body that a cell belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Region {
    Head,
    Neck,
    Trunk,
    LeftArm,
    RightArm,
    LeftLeg,
    RightLeg,
}

impl Region {
    pub fn code(self) -> &'static str {
        match self {
            Self::Head => "head",
            Self::Neck => "neck",
            Self::Trunk => "trunk",
            Self::LeftArm => "left_arm",
            Self::RightArm => "right_arm",
            Self::LeftLeg => "left_leg",
            Self::RightLeg => "right_leg",
        }
    }
}

/// Which cells a beam can enter through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entrance {
    /// A sheet without inside: every cell in the field.
    AnySide,
    /// Cells that face the focus.
    Facing,
    /// Cells that face the focus and that no other part of the body shades.
    FacingAndSeen,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cell {
    pub centre: Vector,
    pub normal: Vector,
    /// mm².
    pub area: f64,
    pub region: Region,
}

/// A body surface. `triangles` and `cells` are parallel when the surface is a mesh.
#[derive(Debug, Clone, PartialEq)]
pub struct Phantom {
    pub body: Body,
    pub cells: Vec<Cell>,
    /// Corners of the triangle of each cell; empty for surfaces that shade nothing.
    pub triangles: Vec<[Vector; 3]>,
    pub entrance: Entrance,
    /// From crown to the other end.
    pub length: Millimetre,
    /// From the backmost to the foremost point.
    pub depth: Millimetre,
    /// Largest extent to the side, for a patient who lies on one.
    pub width: Millimetre,
}

impl Phantom {
    /// A flat sheet at the patient's back, with cells of about `cell` side.
    pub fn plane(length: Millimetre, width: Millimetre, cell: Millimetre) -> Self {
        let (rows, columns) = (steps(length.0, cell.0), steps(width.0, cell.0));
        let (dz, dx) = (length.0 / rows as f64, width.0 / columns as f64);
        let mut cells = Vec::with_capacity(rows * columns);
        for row in 0..rows {
            for column in 0..columns {
                cells.push(Cell {
                    centre: Vector::new(
                        -width.0 / 2.0 + (column as f64 + 0.5) * dx,
                        0.0,
                        -(row as f64 + 0.5) * dz,
                    ),
                    normal: Vector::new(0.0, 1.0, 0.0),
                    area: dx * dz,
                    region: Region::Trunk,
                });
            }
        }
        Self {
            body: Body::Plane { length, width },
            cells,
            triangles: Vec::new(),
            entrance: Entrance::AnySide,
            length,
            depth: Millimetre(0.0),
            width,
        }
    }

    /// An elliptic cylinder along the body axis, without end caps; normals are exact.
    pub fn elliptic_cylinder(
        length: Millimetre,
        half_width: Millimetre,
        half_depth: Millimetre,
        cell: Millimetre,
    ) -> Self {
        let (a, b) = (half_width.0, half_depth.0);
        // Ramanujan's approximation of the circumference.
        let h = ((a - b) / (a + b)).powi(2);
        let around =
            std::f64::consts::PI * (a + b) * (1.0 + 3.0 * h / (10.0 + (4.0 - 3.0 * h).sqrt()));
        let (rings, points) = (steps(length.0, cell.0), steps(around, cell.0).max(8));
        let dz = length.0 / rings as f64;
        let turn = std::f64::consts::TAU / points as f64;
        let mut cells = Vec::with_capacity(rings * points);
        for ring in 0..rings {
            for point in 0..points {
                let (sin, cos) = (point as f64 * turn).sin_cos();
                let arc = (a * sin).hypot(b * cos) * turn;
                cells.push(Cell {
                    centre: Vector::new(a * cos, b * sin - b, -(ring as f64 + 0.5) * dz),
                    normal: Vector::new(cos / a, sin / b, 0.0).unit(),
                    area: arc * dz,
                    region: Region::Trunk,
                });
            }
        }
        Self {
            body: Body::EllipticCylinder {
                length,
                half_width,
                half_depth,
            },
            cells,
            triangles: Vec::new(),
            entrance: Entrance::Facing,
            length,
            depth: Millimetre(2.0 * b),
            width: Millimetre(2.0 * a),
        }
    }

    /// A closed mesh: one cell per triangle, at its centre. Corners turn anticlockwise seen from outside.
    /// Triangles of no area are left out.
    pub fn mesh(body: Body, triangles: Vec<([Vector; 3], Region)>, entrance: Entrance) -> Self {
        let mut phantom = Self {
            body,
            cells: Vec::with_capacity(triangles.len()),
            triangles: Vec::with_capacity(triangles.len()),
            entrance,
            length: Millimetre(0.0),
            depth: Millimetre(0.0),
            width: Millimetre(0.0),
        };
        for ([p, q, r], region) in triangles {
            let twice = (q - p).cross(r - p);
            if twice.length() <= 1e-9 {
                continue;
            }
            phantom.triangles.push([p, q, r]);
            phantom.cells.push(Cell {
                centre: (p + q + r) * (1.0 / 3.0),
                normal: twice.unit(),
                area: twice.length() / 2.0,
                region,
            });
        }
        let corners = || phantom.triangles.iter().flatten();
        let extent = |axis: fn(&Vector) -> f64| {
            let low = corners().map(axis).fold(f64::INFINITY, f64::min);
            let high = corners().map(axis).fold(f64::NEG_INFINITY, f64::max);
            Millimetre((high - low).max(0.0))
        };
        (phantom.width, phantom.depth, phantom.length) =
            (extent(|p| p.x), extent(|p| p.y), extent(|p| p.z));
        phantom
    }
}

fn steps(length: f64, cell: f64) -> usize {
    ((length / cell).ceil() as usize).clamp(1, 20_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn surfaces_have_their_area() {
        let area = |p: &Phantom| p.cells.iter().map(|c| c.area).sum::<f64>();
        let plane = Phantom::plane(Millimetre(1200.0), Millimetre(400.0), Millimetre(10.0));
        assert!((area(&plane) - 480_000.0).abs() < 1e-6);
        assert_eq!(plane.cells.len(), 4800);
        let round = Phantom::elliptic_cylinder(
            Millimetre(1000.0),
            Millimetre(100.0),
            Millimetre(100.0),
            Millimetre(5.0),
        );
        let exact = std::f64::consts::TAU * 100.0 * 1000.0;
        assert!((area(&round) / exact - 1.0).abs() < 1e-9);
        assert!(
            round
                .cells
                .iter()
                .all(|c| (c.normal.length() - 1.0).abs() < 1e-12)
        );
    }
}
