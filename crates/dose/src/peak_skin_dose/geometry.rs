//! Rays against triangles and the table.

use super::beam::Beam;
use super::room::Table;
use crate::vector::Vector;

/// Length of the way from `from` to `to` inside table and pad, as a multiple of their thickness.
///
/// 1 at right angles, 1/cos for oblique beams, less through an edge, 0 past the table.
pub fn table_crossing(table: &Table, from: Vector, to: Vector) -> f64 {
    let thickness = table.thickness.0 + table.pad_thickness.0;
    if thickness <= 0.0 {
        return 0.0;
    }
    let way = to - from;
    let boxed = [
        (from.x, way.x, -table.width.0 / 2.0, table.width.0 / 2.0),
        (from.y, way.y, -table.pad_thickness.0, table.thickness.0),
        (from.z, way.z, -table.length.0, 0.0),
    ];
    let (mut enter, mut leave) = (0.0_f64, 1.0_f64);
    for (start, step, low, high) in boxed {
        if step == 0.0 {
            if start < low || start > high {
                return 0.0;
            }
            continue;
        }
        let (a, b) = ((low - start) / step, (high - start) / step);
        enter = enter.max(a.min(b));
        leave = leave.min(a.max(b));
    }
    if leave <= enter {
        0.0
    } else {
        (leave - enter) * way.length() / thickness
    }
}

/// Whether the way from `from` to `to` meets the triangle clearly before its end.
pub fn meets(triangle: &[Vector; 3], from: Vector, to: Vector) -> bool {
    let [p, q, r] = *triangle;
    let (way, e1, e2) = (to - from, q - p, r - p);
    let h = way.cross(e2);
    let det = e1.dot(h);
    if det.abs() < 1e-12 {
        return false;
    }
    let s = from - p;
    let a = s.dot(h) / det;
    if !(0.0..=1.0).contains(&a) {
        return false;
    }
    let k = s.cross(e1);
    let b = way.dot(k) / det;
    if b < 0.0 || a + b > 1.0 {
        return false;
    }
    let t = e2.dot(k) / det;
    t > 0.0 && t < 1.0 - 1e-6
}

/// Triangles of a body sorted by where they lie in a beam, so that a cell is tested against a few only.
pub struct Shade<'t> {
    triangles: &'t [[Vector; 3]],
    bins: Vec<Vec<u32>>,
    beam: Beam,
}

const BINS: usize = 48;

impl<'t> Shade<'t> {
    /// * `candidates` – numbers of the triangles that can lie in or beside the field and face the focus: the
    ///   first surface that a ray meets on its way into a closed body always faces it.
    pub fn new(triangles: &'t [[Vector; 3]], candidates: &[u32], beam: &Beam) -> Self {
        let mut bins = vec![Vec::new(); BINS * BINS];
        let [a, b, c, d] = beam.edges;
        for number in candidates {
            let Some(corners) = triangles.get(*number as usize) else {
                continue;
            };
            let mut low = [f64::INFINITY; 2];
            let mut high = [f64::NEG_INFINITY; 2];
            let mut behind = 0;
            for corner in corners {
                let way = *corner - beam.focus;
                let depth = way.dot(beam.axis);
                if depth <= 1e-6 {
                    behind += 1;
                    continue;
                }
                let at = [way.dot(beam.u) / depth, way.dot(beam.v) / depth];
                for ((l, h), x) in low.iter_mut().zip(high.iter_mut()).zip(at) {
                    *l = l.min(x);
                    *h = h.max(x);
                }
            }
            if behind == 3 {
                continue;
            }
            // A triangle that reaches behind the focus may cover anything.
            let (low, high) = if behind > 0 {
                ([a, c], [b, d])
            } else {
                (low, high)
            };
            if high[0] < a || low[0] > b || high[1] < c || low[1] > d {
                continue;
            }
            let columns = bin(low[0], a, b)..=bin(high[0], a, b);
            for column in columns {
                for row in bin(low[1], c, d)..=bin(high[1], c, d) {
                    if let Some(list) = bins.get_mut(row * BINS + column) {
                        list.push(*number);
                    }
                }
            }
        }
        Self {
            triangles,
            bins,
            beam: *beam,
        }
    }

    /// Whether another triangle than the cell's own lies between the focus and the cell.
    pub fn covers(&self, cell: u32, centre: Vector, u: f64, v: f64) -> bool {
        let [a, b, c, d] = self.beam.edges;
        let at = bin(v, c, d) * BINS + bin(u, a, b);
        let Some(list) = self.bins.get(at) else {
            return false;
        };
        list.iter().any(|number| {
            *number != cell
                && self
                    .triangles
                    .get(*number as usize)
                    .is_some_and(|t| meets(t, self.beam.focus, centre))
        })
    }
}

fn bin(value: f64, low: f64, high: f64) -> usize {
    let part = (value - low) / (high - low) * BINS as f64;
    (part.max(0.0) as usize).min(BINS - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quantity::Millimetre;

    #[test]
    fn the_table_is_crossed_by_its_path_length() {
        let table = Table {
            length: Millimetre(2800.0),
            width: Millimetre(450.0),
            thickness: Millimetre(50.0),
            pad_thickness: Millimetre(40.0),
        };
        let up = |x: f64, z: f64| Vector::new(x, -40.0, z);
        let at = |from: Vector, to: Vector| table_crossing(&table, from, to);
        let below = Vector::new(0.0, 700.0, -500.0);
        assert!((at(below, up(0.0, -500.0)) - 1.0).abs() < 1e-12);
        // Forty-five degrees: longer by the square root of two.
        let slant = Vector::new(-200.0, -40.0, -500.0) + Vector::new(300.0, 300.0, 0.0);
        assert!((at(slant, up(-200.0, -500.0)) - 2f64.sqrt()).abs() < 1e-12);
        // From above, past the side, and beyond the head end: nothing.
        assert_eq!(at(Vector::new(0.0, -700.0, -500.0), up(0.0, -500.0)), 0.0);
        assert_eq!(
            at(
                Vector::new(500.0, 700.0, -500.0),
                Vector::new(500.0, -100.0, -500.0)
            ),
            0.0
        );
        assert_eq!(
            at(
                Vector::new(0.0, 700.0, 300.0),
                Vector::new(0.0, -100.0, 300.0)
            ),
            0.0
        );
    }

    #[test]
    fn a_triangle_in_the_way_is_met_and_one_behind_is_not() {
        let triangle = [
            Vector::new(-10.0, 0.0, -10.0),
            Vector::new(10.0, 0.0, -10.0),
            Vector::new(0.0, 0.0, 10.0),
        ];
        let focus = Vector::new(0.0, 100.0, 0.0);
        assert!(meets(&triangle, focus, Vector::new(0.0, -100.0, 0.0)));
        assert!(!meets(&triangle, focus, Vector::new(0.0, 0.0, 0.0)));
        assert!(!meets(&triangle, focus, Vector::new(0.0, 50.0, 0.0)));
        assert!(!meets(&triangle, focus, Vector::new(40.0, -100.0, 0.0)));
    }
}
