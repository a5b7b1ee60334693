//! A slow reference for the skin dose of one cell: ray by ray, in the room frame, with homogeneous matrices.
//!
//! Written apart from the map: other frames (the patient and the table are moved into the room, not the beam to
//! the patient), other algebra (4 × 4 matrices, corner planes of the pyramid, a dense solve for the spline,
//! sampled table crossing by plane intersection, every triangle tried), plain numbers in and out.

#![allow(
    clippy::indexing_slicing,
    reason = "a reference for tests, written to read like the formulas"
)]

/// Row-major 4 × 4 matrix.
type Matrix = [[f64; 4]; 4];
type Point = [f64; 3];

/// All inputs as plain numbers: millimetres, degrees, gray.
#[derive(Debug, Clone)]
pub struct Scene {
    pub primary: f64,
    pub secondary: f64,
    pub column: f64,
    pub source_to_isocentre: f64,
    /// Tangents of the field edges: low u, high u, low v, high v.
    pub edges: [f64; 4],
    pub reference_distance: f64,
    pub kerma: f64,
    /// Room coordinates of the table frame's origin before tilting.
    pub table_origin: Point,
    pub head_tilt: f64,
    pub cradle_tilt: f64,
    pub horizontal_rotation: f64,
    pub table_length: f64,
    pub table_width: f64,
    pub table_thickness: f64,
    pub pad_thickness: f64,
    pub transmission: f64,
    pub patient_from_end: f64,
    /// Body extents in the patient frame.
    pub depth: f64,
    pub width: f64,
    pub length: f64,
    /// 0 supine, 1 prone, 2 left side down, 3 right side down.
    pub posture: u8,
    pub feet_first: bool,
    /// Backscatter at field sides 5, 10, 20, 25, 35 cm.
    pub backscatter: [f64; 5],
    /// Medium factor: constant, linear, square in the field side in cm.
    pub medium: [f64; 3],
}

/// What the reference says about a cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Verdict {
    /// Gray; zero when the beam does not enter here.
    pub dose: f64,
    /// How far the cell is from the nearest limit (field edge, horizon, edge of a shading triangle), as a share
    /// of the field side; within 1e-4 the two implementations may disagree about hit or miss.
    pub margin: f64,
}

fn identity() -> Matrix {
    let mut m = [[0.0; 4]; 4];
    for (i, row) in m.iter_mut().enumerate() {
        row[i] = 1.0;
    }
    m
}

fn times(a: &Matrix, b: &Matrix) -> Matrix {
    let mut m = [[0.0; 4]; 4];
    for i in 0..4 {
        for j in 0..4 {
            m[i][j] = (0..4).map(|k| a[i][k] * b[k][j]).sum();
        }
    }
    m
}

fn shift(by: Point) -> Matrix {
    let mut m = identity();
    for i in 0..3 {
        m[i][3] = by[i];
    }
    m
}

/// Right-handed turn about axis 0, 1 or 2.
fn turn(axis: usize, degrees: f64) -> Matrix {
    let (s, c) = degrees.to_radians().sin_cos();
    let (i, j) = ((axis + 1) % 3, (axis + 2) % 3);
    let mut m = identity();
    m[i][i] = c;
    m[j][j] = c;
    m[i][j] = -s;
    m[j][i] = s;
    m
}

fn point(m: &Matrix, p: Point) -> Point {
    [0, 1, 2].map(|i| m[i][0] * p[0] + m[i][1] * p[1] + m[i][2] * p[2] + m[i][3])
}

fn direction(m: &Matrix, p: Point) -> Point {
    [0, 1, 2].map(|i| m[i][0] * p[0] + m[i][1] * p[1] + m[i][2] * p[2])
}

fn minus(a: Point, b: Point) -> Point {
    [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}

fn dot(a: Point, b: Point) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

fn cross(a: Point, b: Point) -> Point {
    [
        a[1] * b[2] - a[2] * b[1],
        a[2] * b[0] - a[0] * b[2],
        a[0] * b[1] - a[1] * b[0],
    ]
}

fn norm(a: Point) -> f64 {
    dot(a, a).sqrt()
}

impl Scene {
    /// Patient frame into the room.
    fn patient_to_room(&self) -> Matrix {
        times(&self.table_to_room(), &self.patient_to_table())
    }

    fn patient_to_table(&self) -> Matrix {
        // Turn the body about its own middle, then push it onto the pad and along the table.
        let middle = shift([0.0, self.depth / 2.0, self.length / 2.0]);
        let (angle, half_height) = match self.posture {
            0 => (0.0, self.depth / 2.0),
            1 => (180.0, self.depth / 2.0),
            2 => (90.0, self.width / 2.0),
            _ => (-90.0, self.width / 2.0),
        };
        let flip = if self.feet_first { 180.0 } else { 0.0 };
        let lie = shift([
            0.0,
            -self.pad_thickness - half_height,
            -self.patient_from_end - self.length / 2.0,
        ]);
        times(
            &lie,
            &times(&turn(1, flip), &times(&turn(2, angle), &middle)),
        )
    }

    fn table_to_room(&self) -> Matrix {
        let half = [0.0, 0.0, self.table_length / 2.0];
        let tilt = times(
            &turn(1, self.horizontal_rotation),
            &times(&turn(0, self.head_tilt), &turn(2, -self.cradle_tilt)),
        );
        let back = shift([0.0, 0.0, -self.table_length / 2.0]);
        times(
            &shift(self.table_origin),
            &times(&back, &times(&tilt, &shift(half))),
        )
    }

    fn positioner(&self) -> Matrix {
        times(&turn(2, self.primary), &turn(0, -self.secondary))
    }

    /// Dose of a cell given in the patient frame, with the body's triangles as obstacles.
    ///
    /// * `own` – number of the triangle that the cell belongs to.
    /// * `facing` – false for a sheet that is entered from both sides.
    pub fn dose(
        &self,
        centre: Point,
        normal: Point,
        facing: bool,
        triangles: &[[Point; 3]],
        own: usize,
    ) -> Verdict {
        let to_room = self.patient_to_room();
        let (cell, outward) = (point(&to_room, centre), direction(&to_room, normal));
        let gantry = self.positioner();
        let focus = point(&gantry, [0.0, self.source_to_isocentre, 0.0]);
        let ray = minus(cell, focus);
        let length = norm(ray);
        let (inside, mut margin) = self.in_field(&gantry, ray);
        let towards = -dot(ray, outward) / length;
        if facing {
            margin = margin.min(towards.abs());
        }
        if !inside || (facing && towards < 0.0) {
            return Verdict { dose: 0.0, margin };
        }
        let room: Vec<[Point; 3]> = triangles
            .iter()
            .map(|t| t.map(|corner| point(&to_room, corner)))
            .collect();
        let (shaded, near) = shadow(&room, own, focus, cell);
        margin = margin.min(near);
        if shaded {
            return Verdict { dose: 0.0, margin };
        }
        let depth = dot(ray, direction(&gantry, [0.0, -1.0, 0.0]));
        let [a, b, c, d] = self.edges;
        let side = (((b - a) * (d - c)).sqrt() * depth / 10.0).clamp(5.0, 35.0);
        let [m0, m1, m2] = self.medium;
        let dose = self.kerma
            * (self.reference_distance / length).powi(2)
            * spline(self.backscatter, side)
            * (m0 + m1 * side + m2 * side * side)
            * self.transmission.powf(self.crossing(focus, cell));
        Verdict { dose, margin }
    }

    /// Signed distances to the four planes through the focus, by their normals.
    fn in_field(&self, gantry: &Matrix, ray: Point) -> (bool, f64) {
        let [a, b, c, d] = self.edges;
        let (s, co) = self.column.to_radians().sin_cos();
        // Corners of the field one unit from the focus, in the positioner's frame: x and z turned by the column.
        let corner = |u: f64, v: f64| direction(gantry, [u * co - v * s, -1.0, u * s + v * co]);
        let corners = [corner(a, c), corner(b, c), corner(b, d), corner(a, d)];
        let middle = corners
            .iter()
            .fold([0.0; 3], |m, p| [m[0] + p[0], m[1] + p[1], m[2] + p[2]]);
        let side = (b - a).min(d - c);
        let (mut inside, mut margin) = (true, f64::INFINITY);
        for i in 0..4 {
            let plane = cross(corners[i], corners[(i + 1) % 4]);
            let towards = dot(plane, middle).signum();
            let distance = towards * dot(plane, ray) / norm(plane) / norm(ray);
            inside &= distance >= 0.0;
            margin = margin.min(distance.abs() / side);
        }
        // The planes also bound the pyramid behind the focus.
        inside &= dot(middle, ray) > 0.0;
        (inside, margin)
    }

    /// Way through table and pad over their thickness: where the ray meets the six faces.
    fn crossing(&self, focus: Point, cell: Point) -> f64 {
        let thickness = self.table_thickness + self.pad_thickness;
        if thickness <= 0.0 {
            return 0.0;
        }
        let to_room = self.table_to_room();
        let axis = |i: usize| direction(&to_room, [0, 1, 2].map(|k| f64::from(u8::from(k == i))));
        let origin = point(&to_room, [0.0; 3]);
        let bounds = [
            (-self.table_width / 2.0, self.table_width / 2.0),
            (-self.pad_thickness, self.table_thickness),
            (-self.table_length, 0.0),
        ];
        let at = |t: f64| [0, 1, 2].map(|i| focus[i] + t * (cell[i] - focus[i]));
        let holds = |p: Point| {
            (0..3).all(|i| {
                let x = dot(minus(p, origin), axis(i));
                x >= bounds[i].0 - 1e-9 && x <= bounds[i].1 + 1e-9
            })
        };
        let mut cuts = vec![0.0, 1.0];
        for (i, (low, high)) in bounds.iter().enumerate() {
            let (start, end) = (
                dot(minus(focus, origin), axis(i)),
                dot(minus(cell, origin), axis(i)),
            );
            for bound in [low, high] {
                let t = (bound - start) / (end - start);
                if t > 0.0 && t < 1.0 {
                    cuts.push(t);
                }
            }
        }
        cuts.sort_by(f64::total_cmp);
        let way: f64 = cuts
            .windows(2)
            .filter(|w| holds(at(0.5 * (w[0] + w[1]))))
            .map(|w| w[1] - w[0])
            .sum();
        way * norm(minus(cell, focus)) / thickness
    }
}

/// Whether a triangle shades the cell, and the smallest distance of the ray to the edge of any that it could.
fn shadow(triangles: &[[Point; 3]], own: usize, focus: Point, cell: Point) -> (bool, f64) {
    let ray = minus(cell, focus);
    let (mut shaded, mut near) = (false, f64::INFINITY);
    for (number, [p, q, r]) in triangles.iter().enumerate() {
        if number == own {
            continue;
        }
        let normal = cross(minus(*q, *p), minus(*r, *p));
        let slope = dot(normal, ray);
        if slope == 0.0 {
            continue;
        }
        let t = dot(normal, minus(*p, focus)) / slope;
        if t <= 0.0 || t >= 1.0 + 1e-3 {
            continue;
        }
        let hit = [0, 1, 2].map(|i| focus[i] + t * ray[i]);
        // Areas of the three parts, signed by the side of each edge.
        let area = norm(normal);
        let part = |a: &Point, b: &Point| {
            dot(cross(minus(*b, *a), minus(hit, *a)), normal) / (area * area)
        };
        let lowest = part(p, q).min(part(q, r)).min(part(r, p));
        near = near.min(lowest.abs());
        if lowest >= 0.0 {
            near = near.min((t - (1.0 - 1e-6)).abs() * 1e3);
            shaded |= t < 1.0 - 1e-6;
        }
    }
    (shaded, near)
}

/// Not-a-knot cubic spline by a dense solve for its sixteen coefficients.
fn spline(values: [f64; 5], side: f64) -> f64 {
    const KNOTS: [f64; 5] = [5.0, 10.0, 20.0, 25.0, 35.0];
    let mut rows = vec![[0.0; 17]; 16];
    let mut n = 0;
    for piece in 0..4 {
        for end in 0..2 {
            let x = KNOTS[piece + end] - KNOTS[piece];
            for power in 0..4 {
                rows[n][4 * piece + power] = x.powi(power as i32);
            }
            rows[n][16] = values[piece + end];
            n += 1;
        }
    }
    for piece in 0..3 {
        let x = KNOTS[piece + 1] - KNOTS[piece];
        let (here, next) = (4 * piece, 4 * (piece + 1));
        rows[n][here + 1] = 1.0;
        rows[n][here + 2] = 2.0 * x;
        rows[n][here + 3] = 3.0 * x * x;
        rows[n][next + 1] = -1.0;
        n += 1;
        rows[n][here + 2] = 2.0;
        rows[n][here + 3] = 6.0 * x;
        rows[n][next + 2] = -2.0;
        n += 1;
    }
    for (here, next) in [(0, 1), (2, 3)] {
        rows[n][4 * here + 3] = 1.0;
        rows[n][4 * next + 3] = -1.0;
        n += 1;
    }
    let solved = gauss(rows);
    let piece = (0..4).rfind(|p| side >= KNOTS[*p]).unwrap_or(0);
    let x = side - KNOTS[piece];
    (0..4)
        .map(|power| solved[4 * piece + power] * x.powi(power as i32))
        .sum()
}

fn gauss(mut rows: Vec<[f64; 17]>) -> Vec<f64> {
    for i in 0..16 {
        let pivot = (i..16)
            .max_by(|a, b| rows[*a][i].abs().total_cmp(&rows[*b][i].abs()))
            .unwrap_or(i);
        rows.swap(i, pivot);
        let row = rows[i];
        for (j, other) in rows.iter_mut().enumerate() {
            if j != i && other[i] != 0.0 {
                let factor = other[i] / row[i];
                for k in i..17 {
                    other[k] -= factor * row[k];
                }
            }
        }
    }
    rows.iter()
        .enumerate()
        .map(|(i, row)| row[16] / row[i])
        .collect()
}
