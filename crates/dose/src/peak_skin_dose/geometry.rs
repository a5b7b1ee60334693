//! Rays against triangles and the table.

use super::beam::Beam;
use super::room::Table;
use crate::vector::Vector;

/// Length of the way from `from` to `to` inside table and pad, as a multiple of their thickness.
///
/// 1 at right angles, 1/cos for oblique beams, less through an edge, 0 past the table.
pub(crate) fn table_crossing(table: &Table, from: Vector, to: Vector) -> f64 {
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
pub(crate) struct Shade<'t> {
    triangles: &'t [[Vector; 3]],
    candidates: Vec<Candidate>,
    /// Numbers of candidates, bin after bin; `starts` has one more entry than there are bins.
    sorted: Vec<u32>,
    starts: Vec<u32>,
    beam: Beam,
}

/// A triangle as the focus sees it.
struct Candidate {
    number: u32,
    /// No point of the triangle is nearer to the focus along the axis.
    nearest: f64,
    /// Corners in the field plane at unit distance; `None` when a corner lies behind the focus.
    flat: Option<[[f64; 2]; 3]>,
}

const BINS: usize = 40;

impl<'t> Shade<'t> {
    /// * `candidates` – numbers of the triangles that can lie in or beside the field and face the focus: the
    ///   first surface that a ray meets on its way into a closed body always faces it.
    pub(crate) fn new(triangles: &'t [[Vector; 3]], candidates: &[u32], beam: &Beam) -> Self {
        let mut kept = Vec::with_capacity(candidates.len());
        let mut places = Vec::with_capacity(candidates.len());
        for number in candidates {
            let Some(corners) = triangles.get(*number as usize) else {
                continue;
            };
            if let Some((candidate, place)) = Candidate::seen(*number, corners, beam) {
                kept.push(candidate);
                places.push(place);
            }
        }
        // Counting sort: how many per bin, where each bin starts, then the numbers.
        let mut starts = vec![0u32; BINS * BINS + 1];
        for place in &places {
            place.each(|bin| {
                if let Some(count) = starts.get_mut(bin + 1) {
                    *count += 1;
                }
            });
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        let mut next = starts.clone();
        let mut sorted = vec![0u32; sum as usize];
        for (index, place) in places.iter().enumerate() {
            place.each(|bin| {
                if let Some(at) = next.get_mut(bin) {
                    if let Some(slot) = sorted.get_mut(*at as usize) {
                        *slot = index as u32;
                    }
                    *at += 1;
                }
            });
        }
        Self {
            triangles,
            candidates: kept,
            sorted,
            starts,
            beam: *beam,
        }
    }

    /// Whether another triangle than the cell's own lies between the focus and the cell.
    ///
    /// * `u`, `v` – the cell in the field plane at unit distance; `depth` – its distance along the axis.
    pub(crate) fn covers(&self, cell: u32, centre: Vector, u: f64, v: f64, depth: f64) -> bool {
        let [a, b, c, d] = self.beam.edges;
        let at = bin(v, c, d) * BINS + bin(u, a, b);
        let (Some(from), Some(to)) = (self.starts.get(at), self.starts.get(at + 1)) else {
            return false;
        };
        let list = self
            .sorted
            .get(*from as usize..*to as usize)
            .unwrap_or_default();
        list.iter()
            .filter_map(|index| self.candidates.get(*index as usize))
            .any(|candidate| {
                candidate.nearest < depth
                    && candidate.number != cell
                    && candidate.flat.is_none_or(|flat| surrounds(&flat, u, v))
                    && self
                        .triangles
                        .get(candidate.number as usize)
                        .is_some_and(|t| meets(t, self.beam.focus, centre))
            })
    }
}

/// The bins that a triangle may cover.
struct Place {
    columns: [usize; 2],
    rows: [usize; 2],
}

impl Place {
    fn each(&self, mut work: impl FnMut(usize)) {
        let ([left, right], [low, high]) = (self.columns, self.rows);
        for row in low..=high {
            for column in left..=right {
                work(row * BINS + column);
            }
        }
    }
}

impl Candidate {
    fn seen(number: u32, corners: &[Vector; 3], beam: &Beam) -> Option<(Self, Place)> {
        let [a, b, c, d] = beam.edges;
        let ways = corners.map(|corner| corner - beam.focus);
        let depths = ways.map(|way| way.dot(beam.axis));
        let nearest = depths.into_iter().fold(f64::INFINITY, f64::min);
        let farthest = depths.into_iter().fold(f64::NEG_INFINITY, f64::max);
        if farthest <= 1e-6 {
            return None;
        }
        if nearest <= 1e-6 {
            // A triangle that reaches behind the focus may cover anything.
            let whole = Place {
                columns: [0, BINS - 1],
                rows: [0, BINS - 1],
            };
            return Some((
                Self {
                    number,
                    nearest,
                    flat: None,
                },
                whole,
            ));
        }
        let flat = ways.map(|way| {
            let depth = way.dot(beam.axis);
            [way.dot(beam.u) / depth, way.dot(beam.v) / depth]
        });
        let [p, q, r] = flat;
        let (left, right) = (p[0].min(q[0]).min(r[0]), p[0].max(q[0]).max(r[0]));
        let (low, high) = (p[1].min(q[1]).min(r[1]), p[1].max(q[1]).max(r[1]));
        if right < a || left > b || high < c || low > d {
            return None;
        }
        let place = Place {
            columns: [bin(left, a, b), bin(right, a, b)],
            rows: [bin(low, c, d), bin(high, c, d)],
        };
        Some((
            Self {
                number,
                nearest,
                flat: Some(flat),
            },
            place,
        ))
    }
}

/// Whether a point lies in a flat triangle, or so near its edge that the exact test has to decide.
fn surrounds(flat: &[[f64; 2]; 3], u: f64, v: f64) -> bool {
    let [p, q, r] = *flat;
    let side = |a: [f64; 2], b: [f64; 2]| (b[0] - a[0]) * (v - a[1]) - (b[1] - a[1]) * (u - a[0]);
    let (s, t, w) = (side(p, q), side(q, r), side(r, p));
    let near = 1e-9;
    (s >= -near && t >= -near && w >= -near) || (s <= near && t <= near && w <= near)
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
