//! Beam quality and the factors that follow from it: half-value layer, backscatter, medium, transmission.
//!
//! Backscatter: the polynomial in tube voltage and half-value layer at five field sides of Benmakhlouf et al.
//! 2013 (Phys. Med. Biol. 58:247, eq. 8), then a not-a-knot cubic spline in the field side, which is kept
//! within 5 to 35 cm. All numbers come from `knowledge/dose/beam_quality.toml`.

use crate::quantity::{Kilovolt, Millimetre};

/// Half-value layers of a grid of tube voltage (kV), total aluminium and added copper (mm).
#[derive(Debug, Clone, PartialEq)]
pub struct HalfValueLayers {
    pub kv: Vec<f64>,
    pub aluminium_mm: Vec<f64>,
    pub copper_mm: Vec<f64>,
    /// mm Al; index (kv, aluminium, copper), copper fastest.
    pub hvl_mm: Vec<f64>,
}

/// Whether an input lay inside the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Inside {
    Table,
    /// The nearest edge of the table was taken.
    Clamped,
}

impl HalfValueLayers {
    /// Half-value layer as thickness of aluminium, trilinear; outside the table its edge.
    pub fn at(
        &self,
        voltage: Kilovolt,
        aluminium: Millimetre,
        copper: Millimetre,
    ) -> (Millimetre, Inside) {
        let a = bracket(&self.kv, voltage.0);
        let b = bracket(&self.aluminium_mm, aluminium.0);
        let c = bracket(&self.copper_mm, copper.0);
        let mut sum = 0.0;
        for (i, wi) in [(a.low, 1.0 - a.part), (a.low + 1, a.part)] {
            for (j, wj) in [(b.low, 1.0 - b.part), (b.low + 1, b.part)] {
                for (k, wk) in [(c.low, 1.0 - c.part), (c.low + 1, c.part)] {
                    let weight = wi * wj * wk;
                    if weight > 0.0 {
                        let at = (i * self.aluminium_mm.len() + j) * self.copper_mm.len() + k;
                        sum += weight * self.hvl_mm.get(at).copied().unwrap_or_default();
                    }
                }
            }
        }
        let inside = [a.inside, b.inside, c.inside]
            .iter()
            .all(|i| *i == Inside::Table);
        (
            Millimetre(sum),
            if inside {
                Inside::Table
            } else {
                Inside::Clamped
            },
        )
    }
}

struct Bracket {
    low: usize,
    part: f64,
    inside: Inside,
}

fn bracket(grid: &[f64], value: f64) -> Bracket {
    let last = grid.len().saturating_sub(2);
    let low = grid
        .iter()
        .take(last + 1)
        .rposition(|g| *g <= value)
        .unwrap_or(0);
    let (Some(from), Some(to)) = (grid.get(low), grid.get(low + 1)) else {
        return Bracket {
            low,
            part: 0.0,
            inside: Inside::Table,
        };
    };
    let part = (value - from) / (to - from);
    let inside = if (0.0..=1.0).contains(&part) {
        Inside::Table
    } else {
        Inside::Clamped
    };
    Bracket {
        low,
        part: part.clamp(0.0, 1.0),
        inside,
    }
}

/// Field sides of the backscatter polynomial, cm.
const SIDES: [f64; 5] = [5.0, 10.0, 20.0, 25.0, 35.0];

/// Nine coefficients for each of the five field sides: (1, V, V²) × (1, H, H²).
#[derive(Debug, Clone, PartialEq)]
pub struct BackscatterTable(pub [[f64; 5]; 9]);

impl BackscatterTable {
    /// Backscatter factor at the five sides for a voltage in kV and a half-value layer in mm Al.
    fn at_sides(&self, kv: f64, hvl: f64) -> [f64; 5] {
        let mut out = [0.0; 5];
        for (power, row) in self.0.iter().enumerate() {
            let factor = kv.powi((power % 3) as i32) * hvl.powi((power / 3) as i32);
            for (sum, coefficient) in out.iter_mut().zip(row) {
                *sum += coefficient * factor;
            }
        }
        out
    }

    /// The factor as a function of the field side, ready to be evaluated cell by cell.
    pub fn spline(&self, voltage: Kilovolt, half_value_layer: Millimetre) -> Spline {
        Spline::through(self.at_sides(voltage.0, half_value_layer.0))
    }
}

/// Cubic spline over [`SIDES`], not-a-knot at both ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spline {
    values: [f64; 5],
    /// Second derivatives at the knots.
    bends: [f64; 5],
}

impl Spline {
    fn through(y: [f64; 5]) -> Self {
        let h = [5.0, 10.0, 5.0, 10.0];
        let slope = |i: usize| {
            let (a, b) = (
                y.get(i).copied().unwrap_or_default(),
                y.get(i + 1).copied().unwrap_or_default(),
            );
            (b - a) / h.get(i).copied().unwrap_or(1.0)
        };
        // Unknown bends m1..m3; m0 and m4 follow from the third derivative being continuous at knots 1 and 3:
        // m0 = m1 + (m1 - m2) h0/h1, m4 = m3 + (m3 - m2) h3/h2.
        let (r0, r3) = (h[0] / h[1], h[3] / h[2]);
        let rows = [
            [
                h[0] * (1.0 + r0) + 2.0 * (h[0] + h[1]),
                h[1] - h[0] * r0,
                0.0,
                6.0 * (slope(1) - slope(0)),
            ],
            [h[1], 2.0 * (h[1] + h[2]), h[2], 6.0 * (slope(2) - slope(1))],
            [
                0.0,
                h[2] - h[3] * r3,
                2.0 * (h[2] + h[3]) + h[3] * (1.0 + r3),
                6.0 * (slope(3) - slope(2)),
            ],
        ];
        let [m1, m2, m3] = solve(rows);
        Self {
            values: y,
            bends: [m1 + (m1 - m2) * r0, m1, m2, m3, m3 + (m3 - m2) * r3],
        }
    }

    /// Value at a field side in cm, kept within 5 to 35.
    pub(crate) fn at(&self, side_cm: f64) -> f64 {
        let s = side_cm.clamp(5.0, 35.0);
        let [y0, y1, y2, y3, y4] = self.values;
        let [m0, m1, m2, m3, m4] = self.bends;
        let (a, b, ya, yb, ma, mb) = if s < SIDES[1] {
            (SIDES[0], SIDES[1], y0, y1, m0, m1)
        } else if s < SIDES[2] {
            (SIDES[1], SIDES[2], y1, y2, m1, m2)
        } else if s < SIDES[3] {
            (SIDES[2], SIDES[3], y2, y3, m2, m3)
        } else {
            (SIDES[3], SIDES[4], y3, y4, m3, m4)
        };
        let h = b - a;
        let (p, q) = ((b - s) / h, (s - a) / h);
        p * ya + q * yb + ((p * p * p - p) * ma + (q * q * q - q) * mb) * h * h / 6.0
    }
}

/// Cramer's rule for three equations; the matrix here is never singular.
fn solve(rows: [[f64; 4]; 3]) -> [f64; 3] {
    let column = |k: usize| rows.map(|r| r.get(k).copied().unwrap_or_default());
    let det = |a: [f64; 3], b: [f64; 3], c: [f64; 3]| {
        a[0] * (b[1] * c[2] - b[2] * c[1]) - b[0] * (a[1] * c[2] - a[2] * c[1])
            + c[0] * (a[1] * b[2] - a[2] * b[1])
    };
    let (a, b, c, r) = (column(0), column(1), column(2), column(3));
    let d = det(a, b, c);
    [det(r, b, c) / d, det(a, r, c) / d, det(a, b, r) / d]
}

/// Ratio of mass energy-absorption coefficients, water over air: a polynomial in voltage (kV), half-value
/// layer (mm Al) and field side (cm), over 1, V, H, H², VH, V², H³, S, SH, S², SV.
#[derive(Debug, Clone, PartialEq)]
pub struct MediumTable(pub [f64; 11]);

impl MediumTable {
    /// As `constant + S·linear + S²·square`, so that a cell costs two multiplications.
    pub(crate) fn in_side(&self, voltage: Kilovolt, half_value_layer: Millimetre) -> [f64; 3] {
        let [one, v, h, hh, vh, vv, hhh, s, sh, ss, sv] = self.0;
        let kv = voltage.0.clamp(50.0, 150.0);
        let hvl = half_value_layer.0.clamp(1.78, 12.48);
        [
            one + v * kv
                + h * hvl
                + hh * hvl * hvl
                + vh * kv * hvl
                + vv * kv * kv
                + hhh * hvl * hvl * hvl,
            s + sh * hvl + sv * kv,
            ss,
        ]
    }
}

/// Everything that beam quality needs.
#[derive(Debug, Clone, PartialEq)]
pub struct Quality {
    pub half_value_layers: HalfValueLayers,
    pub backscatter: BackscatterTable,
    pub medium: MediumTable,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Coefficients as published (skin-dose note, section 4).
    pub fn published() -> BackscatterTable {
        BackscatterTable([
            [1.00870, 0.929969, 0.865442, 0.858665, 0.857065],
            [2.35816e-3, 4.08549e-3, 5.36739e-3, 5.51579e-3, 5.55933e-3],
            [
                -9.48937e-6,
                -1.66271e-5,
                -2.21494e-5,
                -2.27532e-5,
                -2.28004e-5,
            ],
            [0.103143, 0.153605, 0.172418, 0.170826, 0.166418],
            [
                -1.04881e-3,
                -1.45187e-3,
                -1.46088e-3,
                -1.38540e-3,
                -1.28180e-3,
            ],
            [3.59731e-6, 5.05312e-6, 5.17430e-6, 4.91192e-6, 4.53036e-6],
            [
                -7.31303e-3,
                -9.32427e-3,
                -8.30138e-3,
                -7.64330e-3,
                -6.81574e-3,
            ],
            [7.93272e-5, 9.40568e-5, 7.13576e-5, 6.13126e-5, 4.94197e-5],
            [
                -2.74296e-7,
                -3.28449e-7,
                -2.54885e-7,
                -2.21399e-7,
                -1.79074e-7,
            ],
        ])
    }

    #[test]
    fn backscatter_at_the_published_points() {
        let check = |kv, hvl, expected: [f64; 5]| {
            let spline = published().spline(Kilovolt(kv), Millimetre(hvl));
            for (side, value) in SIDES.iter().zip(expected) {
                assert!(
                    (spline.at(*side) - value).abs() < 6e-4,
                    "{kv} kV {hvl} mm {side} cm"
                );
            }
        };
        check(80.0, 4.0, [1.262, 1.367, 1.440, 1.454, 1.463]);
        check(120.0, 8.0, [1.276, 1.421, 1.545, 1.573, 1.597]);
    }

    #[test]
    fn the_spline_reproduces_a_cubic_exactly_and_stops_at_its_ends() {
        let cubic = |s: f64| 1.0 + 0.03 * s - 7e-4 * s * s + 5e-6 * s * s * s;
        let spline = Spline::through(SIDES.map(cubic));
        for s in [5.0, 7.3, 12.0, 19.99, 20.0, 22.2, 30.0, 35.0] {
            assert!((spline.at(s) - cubic(s)).abs() < 1e-12, "{s}");
        }
        assert_eq!(spline.at(1.0), spline.at(5.0));
        assert_eq!(spline.at(90.0), spline.at(35.0));
    }

    #[test]
    fn half_value_layers_are_interpolated_and_clamped() {
        let table = HalfValueLayers {
            kv: vec![60.0, 80.0],
            aluminium_mm: vec![2.0, 4.0],
            copper_mm: vec![0.0, 0.5],
            hvl_mm: vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0],
        };
        assert_eq!(
            table.at(Kilovolt(60.0), Millimetre(2.0), Millimetre(0.0)),
            (Millimetre(1.0), Inside::Table)
        );
        assert_eq!(
            table.at(Kilovolt(70.0), Millimetre(3.0), Millimetre(0.25)),
            (Millimetre(4.5), Inside::Table)
        );
        assert_eq!(
            table.at(Kilovolt(80.0), Millimetre(4.0), Millimetre(0.5)),
            (Millimetre(8.0), Inside::Table)
        );
        assert_eq!(
            table.at(Kilovolt(200.0), Millimetre(9.0), Millimetre(9.0)),
            (Millimetre(8.0), Inside::Clamped)
        );
    }
}
