//! A human made by code: trunk, neck and head as one stack of superellipses, arms and legs as tapered tubes.
//!
//! Nothing is copied from a mesh. Proportions are fractions of the height (the usual segment lengths of
//! anthropometry); the girth of trunk and limbs follows from the weight, so that the volume of the whole
//! body is its weight over 1.01 kg/L. The trunk is the part that matters here; limbs are there to be hit, and
//! to shade. Weakness: posture is fixed, arms lie beside the body or above the head, no breasts, no buttocks.

use super::{Body, Entrance, Phantom, Region};
use crate::quantity::Millimetre;
use crate::vector::Vector;
use model::{Centimetre, Kilogram};

/// What the body is made for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measures {
    pub height: Centimetre,
    pub weight: Kilogram,
    pub arms: Arms,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arms {
    Beside,
    AboveHead,
    /// Not in the picture: out on arm boards.
    Away,
}

/// Stations of trunk, neck and head: distance from the crown, half width, half depth (fractions of the
/// height before the girth is fitted), exponent of the superellipse, share of the girth scaling that applies.
const STATIONS: [[f64; 5]; 16] = [
    [0.000, 0.004, 0.005, 2.0, 0.0],
    [0.008, 0.026, 0.034, 2.0, 0.0],
    [0.030, 0.040, 0.051, 2.0, 0.0],
    [0.060, 0.044, 0.056, 2.0, 0.0],
    [0.095, 0.040, 0.050, 2.0, 0.1],
    [0.125, 0.034, 0.038, 2.0, 0.2],
    [0.145, 0.034, 0.034, 2.0, 0.4],
    [0.165, 0.048, 0.038, 2.0, 0.6],
    [0.185, 0.086, 0.050, 2.2, 0.8],
    [0.215, 0.098, 0.062, 2.4, 1.0],
    [0.270, 0.096, 0.070, 2.5, 1.0],
    [0.330, 0.088, 0.068, 2.4, 1.1],
    [0.390, 0.084, 0.064, 2.4, 1.2],
    [0.440, 0.092, 0.064, 2.4, 1.1],
    [0.490, 0.100, 0.066, 2.4, 1.0],
    [0.530, 0.096, 0.060, 2.3, 1.0],
];

const LITRES_PER_KILOGRAM: f64 = 1.0 / 1.01;

impl Measures {
    /// An adult of average size, for reports that do not give height and weight.
    pub const ADULT: Self = Self {
        height: Centimetre(170.0),
        weight: Kilogram(70.0),
        arms: Arms::Beside,
    };
}

impl Phantom {
    /// The body with triangles of about `cell` side.
    ///
    /// Height is kept within 45 to 220 cm and weight within a body-mass index of 10 to 70.
    pub fn human(measures: Measures, cell: Millimetre) -> Self {
        let height = measures.height.0.clamp(45.0, 220.0) * 10.0;
        let square = (height / 1000.0).powi(2);
        let weight = measures.weight.0.clamp(10.0 * square, 70.0 * square);
        let girth = girth(height, weight * LITRES_PER_KILOGRAM);
        let tubes = tubes(height, girth, measures.arms);
        let mut triangles = Vec::new();
        for (i, tube) in tubes.iter().enumerate() {
            for (corners, region) in tube.triangles(cell.0) {
                let centre = (corners[0] + corners[1] + corners[2]) * (1.0 / 3.0);
                // Skin that lies inside another part is no skin.
                let buried = tubes
                    .iter()
                    .enumerate()
                    .any(|(j, other)| j != i && other.holds(centre));
                if !buried {
                    triangles.push((corners, region));
                }
            }
        }
        let back = triangles
            .iter()
            .flat_map(|(c, _)| c)
            .map(|p| p.y)
            .fold(f64::MIN, f64::max);
        for (corners, _) in &mut triangles {
            for corner in corners {
                corner.y -= back;
            }
        }
        Self::mesh(Body::Human(measures), triangles, Entrance::FacingAndSeen)
    }
}

/// The girth that gives the body its volume: volume grows with girth, so the interval is halved.
fn girth(height: f64, litres: f64) -> f64 {
    let (mut low, mut high) = (0.3, 4.0);
    for _ in 0..40 {
        let middle = 0.5 * (low + high);
        if volume_litres(height, middle) < litres {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}

/// A stack of superellipses along an axis.
struct Tube {
    stations: Vec<Station>,
    /// Region by the distance from the crown as a fraction of the height.
    region: fn(f64) -> Region,
    height: f64,
    /// A box around it: largest half width and distance from the midline, and both ends.
    widest: f64,
    farthest: f64,
    top: f64,
    bottom: f64,
}

#[derive(Clone, Copy)]
struct Station {
    centre: Vector,
    half_width: f64,
    half_depth: f64,
    exponent: f64,
}

fn tubes(height: f64, girth: f64, arms: Arms) -> Vec<Tube> {
    let scaled = |share: f64| 1.0 + (girth - 1.0) * share;
    let axis = |x: f64, z: f64| Vector::new(x * height, 0.0, -z * height);
    let trunk = STATIONS
        .iter()
        .map(|[z, a, b, p, share]| Station {
            centre: axis(0.0, *z),
            half_width: a * height * scaled(*share),
            half_depth: b * height * scaled(*share),
            exponent: *p,
        })
        .collect();
    let limb = |points: &[[f64; 3]], region: fn(f64) -> Region| {
        let station = |[x, z, r]: &[f64; 3]| Station {
            centre: axis(*x, *z),
            half_width: r * height * scaled(0.8),
            half_depth: r * height * scaled(0.8),
            exponent: 2.0,
        };
        Tube::new(points.iter().map(station).collect(), region, height)
    };
    let mut tubes = vec![Tube::new(trunk, trunk_region, height)];
    tubes.push(limb(&leg(1.0), |_| Region::LeftLeg));
    tubes.push(limb(&leg(-1.0), |_| Region::RightLeg));
    // The shoulder joint moves outwards with the trunk.
    let shoulder = 0.098 * scaled(1.0) + 0.020;
    let along = match arms {
        Arms::Beside => 1.0,
        Arms::AboveHead => -1.0,
        Arms::Away => return tubes,
    };
    tubes.push(limb(&arm(1.0, shoulder, along), |_| Region::LeftArm));
    tubes.push(limb(&arm(-1.0, shoulder, along), |_| Region::RightArm));
    tubes
}

fn trunk_region(from_crown: f64) -> Region {
    if from_crown < 0.13 {
        Region::Head
    } else if from_crown < 0.17 {
        Region::Neck
    } else {
        Region::Trunk
    }
}

fn leg(side: f64) -> [[f64; 3]; 9] {
    let x = side * 0.052;
    [
        [x, 0.500, 0.046],
        [x, 0.560, 0.050],
        [x, 0.640, 0.043],
        [x, 0.720, 0.034],
        [x, 0.760, 0.033],
        [x, 0.820, 0.034],
        [x, 0.900, 0.022],
        [x, 0.960, 0.021],
        [x, 0.995, 0.030],
    ]
}

/// From the shoulder down (`along` = 1) or up beside the head (−1).
fn arm(side: f64, shoulder: f64, along: f64) -> [[f64; 3]; 7] {
    let at = |distance: f64| 0.195 + along * distance;
    let x = side * (shoulder + 0.012);
    [
        [side * shoulder, at(0.0), 0.022],
        [x, at(0.06), 0.027],
        [x, at(0.16), 0.024],
        [x, at(0.24), 0.022],
        [x, at(0.32), 0.016],
        [x, at(0.36), 0.020],
        [x, at(0.42), 0.012],
    ]
}

fn volume_litres(height: f64, girth: f64) -> f64 {
    // Arms beside the body: they count for the weight wherever they lie.
    tubes(height, girth, Arms::Beside)
        .iter()
        .map(Tube::volume_mm3)
        .sum::<f64>()
        / 1e6
}

impl Tube {
    fn new(stations: Vec<Station>, region: fn(f64) -> Region, height: f64) -> Self {
        let most =
            |f: fn(&Station) -> f64| stations.iter().map(f).fold(f64::NEG_INFINITY, f64::max);
        Self {
            widest: most(|s| s.half_width),
            farthest: most(|s| s.centre.x.abs()),
            top: most(|s| s.centre.z),
            bottom: -most(|s| -s.centre.z),
            region,
            height,
            stations,
        }
    }

    fn volume_mm3(&self) -> f64 {
        // A superellipse of exponent 2 fills pi/4 of its box, and about 0.09 more per unit of exponent.
        let area = |s: &Station| {
            let fill = std::f64::consts::FRAC_PI_4 + 0.09 * (s.exponent - 2.0);
            4.0 * s.half_width * s.half_depth * fill
        };
        self.stations
            .iter()
            .zip(self.stations.iter().skip(1))
            .map(|(s, t)| 0.5 * (area(s) + area(t)) * (s.centre - t.centre).length())
            .sum()
    }

    /// Whether a point lies well inside.
    fn holds(&self, p: Vector) -> bool {
        if p.x.abs() > self.widest + self.farthest || p.z > self.top || p.z < self.bottom {
            return false;
        }
        self.stations
            .iter()
            .zip(self.stations.iter().skip(1))
            .any(|(s, t)| {
                let part = (p.z - s.centre.z) / (t.centre.z - s.centre.z);
                if !(0.0..=1.0).contains(&part) {
                    return false;
                }
                let mix = |a: f64, b: f64| a + (b - a) * part;
                let centre = s.centre + (t.centre - s.centre) * part;
                let (a, b) = (
                    mix(s.half_width, t.half_width),
                    mix(s.half_depth, t.half_depth),
                );
                let e = mix(s.exponent, t.exponent);
                ((p.x - centre.x).abs() / a).powf(e) + ((p.y - centre.y).abs() / b).powf(e) < 0.999
            })
    }

    /// The closed surface: bands between rings, and a fan at each end.
    fn triangles(&self, cell: f64) -> Vec<([Vector; 3], Region)> {
        let rings = self.rings(cell);
        // Arms above the head run upwards; corners must still turn anticlockwise seen from outside.
        let upwards = matches!(self.stations.as_slice(), [s, .., t] if t.centre.z > s.centre.z);
        let mut out = Vec::new();
        let mut push = |[a, b, c]: [Vector; 3], at: Vector| {
            let corners = if upwards { [a, c, b] } else { [a, b, c] };
            out.push((corners, (self.region)(-at.z / self.height)));
        };
        for (first, second) in rings.iter().zip(rings.iter().skip(1)) {
            let (first_next, second_next) = (turned(first), turned(second));
            for (((a, b), c), d) in first.iter().zip(&first_next).zip(second).zip(&second_next) {
                push([*a, *c, *b], *a);
                push([*b, *c, *d], *a);
            }
        }
        for (ring, at_start) in [(rings.first(), true), (rings.last(), false)] {
            let Some(ring) = ring else { continue };
            let sum = ring.iter().fold(Vector::default(), |s, p| s + *p);
            let centre = sum * (1.0 / ring.len().max(1) as f64);
            for (a, b) in ring.iter().zip(&turned(ring)) {
                push(
                    if at_start {
                        [centre, *a, *b]
                    } else {
                        [centre, *b, *a]
                    },
                    *a,
                );
            }
        }
        out
    }

    fn rings(&self, cell: f64) -> Vec<Vec<Vector>> {
        let widest = self
            .stations
            .iter()
            .map(|s| s.half_width.max(s.half_depth))
            .fold(0.0, f64::max);
        let around = ((std::f64::consts::TAU * widest / cell).ceil() as usize).clamp(16, 720);
        let mut rings = Vec::new();
        for (s, t) in self.stations.iter().zip(self.stations.iter().skip(1)) {
            let steps = (((s.centre - t.centre).length() / cell).ceil() as usize).clamp(1, 500);
            rings.extend((0..steps).map(|step| ring(s, t, step as f64 / steps as f64, around)));
        }
        if let [.., s, t] = self.stations.as_slice() {
            rings.push(ring(s, t, 1.0, around));
        }
        rings
    }
}

fn turned(ring: &[Vector]) -> Vec<Vector> {
    let mut next = ring.to_vec();
    if !next.is_empty() {
        next.rotate_left(1);
    }
    next
}

fn ring(s: &Station, t: &Station, part: f64, around: usize) -> Vec<Vector> {
    let mix = |a: f64, b: f64| a + (b - a) * part;
    let centre = s.centre + (t.centre - s.centre) * part;
    let (a, b) = (
        mix(s.half_width, t.half_width),
        mix(s.half_depth, t.half_depth),
    );
    let power = 2.0 / mix(s.exponent, t.exponent);
    (0..around)
        .map(|i| {
            let turn = i as f64 / around as f64 * std::f64::consts::TAU;
            let bend = |v: f64| v.abs().powf(power).copysign(v);
            centre + Vector::new(a * bend(turn.cos()), b * bend(turn.sin()), 0.0)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_body_has_its_height_and_about_its_skin_area() {
        // Du Bois: 1.81 m2 for 170 cm and 70 kg. Hands, feet and face are missing, so a little less.
        let body = Phantom::human(Measures::ADULT, Millimetre(10.0));
        assert!((body.length.0 - 1700.0).abs() < 17.0, "{:?}", body.length);
        let area = body.cells.iter().map(|c| c.area).sum::<f64>() / 1e6;
        assert!((1.4..2.0).contains(&area), "{area} m2");
        let depth = body.depth.0;
        assert!((180.0..280.0).contains(&depth), "{depth}");
        assert!(body.cells.iter().all(|c| c.centre.y <= 1e-9));
    }

    #[test]
    fn heavier_is_thicker_and_a_child_is_small() {
        let depth = |cm: f64, kg: f64| {
            let measures = Measures {
                height: Centimetre(cm),
                weight: Kilogram(kg),
                arms: Arms::Beside,
            };
            Phantom::human(measures, Millimetre(20.0)).depth.0
        };
        assert!(depth(170.0, 110.0) > depth(170.0, 70.0) * 1.15);
        assert!(depth(100.0, 16.0) < depth(170.0, 70.0) * 0.75);
    }

    /// A closed surface whose normals point outwards has the volume that the divergence theorem gives.
    #[test]
    fn normals_point_outwards() {
        for arms in [Arms::Away, Arms::Beside, Arms::AboveHead] {
            let tubes = tubes(1700.0, 1.2, arms);
            for tube in &tubes {
                let signed: f64 = tube
                    .triangles(10.0)
                    .iter()
                    .map(|([a, b, c], _)| a.dot(b.cross(*c)) / 6.0)
                    .sum();
                let expected = tube.volume_mm3();
                assert!(
                    (signed / expected - 1.0).abs() < 0.05,
                    "{signed} {expected}"
                );
            }
        }
    }
}
