//! The flat picture of a map: the body from the front, from the back and from both sides, with a scale.
//!
//! Colours run from pale to dark in eight steps (never colour alone: the steps also differ in brightness, and
//! the scale names their doses). The scale ends at the peak, or at 15 Gy.

use anyhow::{Context as _, Result};
use dose::peak_skin_dose::map::SkinMap;
use dose::vector::Vector;

/// Millimetres per pixel.
const SCALE: f64 = 2.0;
const MARGIN: f64 = 40.0;

type Colour = [u8; 3];

const PAPER: Colour = [255, 255, 255];
const SKIN: Colour = [225, 225, 225];
const INK: Colour = [30, 30, 30];
/// A sequential scale that stays ordered in grey and for colour-blind eyes.
const STEPS: [Colour; 8] = [
    [252, 253, 191],
    [254, 206, 145],
    [253, 154, 106],
    [241, 96, 93],
    [200, 62, 115],
    [148, 44, 128],
    [96, 24, 128],
    [30, 12, 60],
];

struct Canvas {
    width: usize,
    height: usize,
    pixels: Vec<u8>,
    depth: Vec<f64>,
}

impl Canvas {
    fn new(width: usize, height: usize) -> Self {
        Self {
            width,
            height,
            pixels: PAPER
                .iter()
                .copied()
                .cycle()
                .take(width * height * 3)
                .collect(),
            depth: vec![f64::INFINITY; width * height],
        }
    }

    fn put(&mut self, x: usize, y: usize, depth: f64, colour: Colour) {
        if x >= self.width || y >= self.height {
            return;
        }
        let at = y * self.width + x;
        if self.depth.get(at).is_some_and(|d| depth < *d) {
            if let Some(d) = self.depth.get_mut(at) {
                *d = depth;
            }
            if let Some(pixel) = self.pixels.get_mut(at * 3..at * 3 + 3) {
                pixel.copy_from_slice(&colour);
            }
        }
    }

    fn rectangle(&mut self, x: usize, y: usize, width: usize, height: usize, colour: Colour) {
        for row in y..y + height {
            for column in x..x + width {
                self.put(column, row, -1e9, colour);
            }
        }
    }

    /// Corners as (x, y, depth) in pixels; the nearer surface hides the farther.
    fn triangle(&mut self, corners: [[f64; 3]; 3], colour: Colour) {
        let [a, b, c] = corners;
        let area = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
        if area.abs() < 1e-9 {
            return;
        }
        let low = |i: usize| {
            [a, b, c]
                .iter()
                .filter_map(|p| p.get(i))
                .fold(f64::MAX, |m, v| m.min(*v))
        };
        let high = |i: usize| {
            [a, b, c]
                .iter()
                .filter_map(|p| p.get(i))
                .fold(f64::MIN, |m, v| m.max(*v))
        };
        for y in low(1).floor().max(0.0) as usize..=high(1).ceil().max(0.0) as usize {
            for x in low(0).floor().max(0.0) as usize..=high(0).ceil().max(0.0) as usize {
                let (px, py) = (x as f64 + 0.5, y as f64 + 0.5);
                let part = |p: [f64; 3], q: [f64; 3]| {
                    ((q[0] - p[0]) * (py - p[1]) - (q[1] - p[1]) * (px - p[0])) / area
                };
                let (wc, wa, wb) = (part(a, b), part(b, c), part(c, a));
                if wa >= -1e-6 && wb >= -1e-6 && wc >= -1e-6 {
                    self.put(x, y, wa * a[2] + wb * b[2] + wc * c[2], colour);
                }
            }
        }
    }
}

/// A way of looking: to the right, and away from the eye.
struct View {
    right: Vector,
    away: Vector,
}

const VIEWS: [View; 4] = [
    // From behind, from in front, from the patient's left and right.
    View {
        right: Vector::new(1.0, 0.0, 0.0),
        away: Vector::new(0.0, -1.0, 0.0),
    },
    View {
        right: Vector::new(-1.0, 0.0, 0.0),
        away: Vector::new(0.0, 1.0, 0.0),
    },
    View {
        right: Vector::new(0.0, -1.0, 0.0),
        away: Vector::new(-1.0, 0.0, 0.0),
    },
    View {
        right: Vector::new(0.0, 1.0, 0.0),
        away: Vector::new(1.0, 0.0, 0.0),
    },
];

/// The map as PNG.
/// # Errors
/// The encoder's.
pub fn png(map: &SkinMap<'_>) -> Result<Vec<u8>> {
    let phantom = map.phantom();
    let top = map.doses().map(|d| d.0).fold(0.0, f64::max).min(15.0);
    let panel = (phantom.width.0.max(phantom.depth.0) + 2.0 * MARGIN) / SCALE;
    let width = (panel * VIEWS.len() as f64).ceil() as usize;
    let body_height = ((phantom.length.0 + 2.0 * MARGIN) / SCALE).ceil() as usize;
    let mut canvas = Canvas::new(width, body_height + 60);
    let middle = Vector::new(0.0, -phantom.depth.0 / 2.0, 0.0);
    for (number, view) in VIEWS.iter().enumerate() {
        let centre = panel * (number as f64 + 0.5);
        for (corners, dose) in phantom.triangles.iter().zip(map.doses()) {
            let flat = corners.map(|p| {
                let from = p - middle;
                [
                    centre + from.dot(view.right) / SCALE,
                    (MARGIN - p.z) / SCALE,
                    from.dot(view.away),
                ]
            });
            canvas.triangle(flat, colour(dose.0, top));
        }
    }
    scale(&mut canvas, body_height, top);
    encode(&canvas)
}

fn colour(dose: f64, top: f64) -> Colour {
    if dose <= 0.0 || top <= 0.0 {
        return SKIN;
    }
    let step = (dose / top * STEPS.len() as f64).floor() as usize;
    STEPS
        .get(step.min(STEPS.len() - 1))
        .copied()
        .unwrap_or(SKIN)
}

/// Eight boxes and the dose at the upper end of each, in Gy or mGy.
fn scale(canvas: &mut Canvas, y: usize, top: f64) {
    let (factor, unit) = if top < 0.1 { (1e3, "mGy") } else { (1.0, "Gy") };
    let step = (canvas.width / (STEPS.len() + 2)).max(30);
    for (number, colour) in STEPS.iter().enumerate() {
        let x = 10 + number * step;
        canvas.rectangle(x, y, step - 2, 18, *colour);
        let value = top * factor * (number + 1) as f64 / STEPS.len() as f64;
        let text = if value < 10.0 {
            format!("{value:.2}")
        } else {
            format!("{value:.1}")
        };
        write(canvas, x, y + 24, &text);
    }
    write(canvas, 14 + STEPS.len() * step, y + 24, unit);
}

/// Digits and the letters of the units in 3 × 5 dots, doubled.
fn write(canvas: &mut Canvas, mut x: usize, y: usize, text: &str) {
    for letter in text.chars() {
        let rows: [u8; 5] = match letter {
            '0' => [7, 5, 5, 5, 7],
            '1' => [2, 6, 2, 2, 7],
            '2' => [7, 1, 7, 4, 7],
            '3' => [7, 1, 7, 1, 7],
            '4' => [5, 5, 7, 1, 1],
            '5' => [7, 4, 7, 1, 7],
            '6' => [7, 4, 7, 5, 7],
            '7' => [7, 1, 1, 2, 2],
            '8' => [7, 5, 7, 5, 7],
            '9' => [7, 5, 7, 1, 7],
            '.' => [0, 0, 0, 0, 2],
            'm' => [0, 0, 7, 7, 5],
            'G' => [7, 4, 5, 5, 7],
            'y' => [0, 5, 7, 1, 7],
            _ => [0; 5],
        };
        for (row, bits) in rows.iter().enumerate() {
            for column in 0..3 {
                if bits & (4 >> column) != 0 {
                    canvas.rectangle(x + 2 * column, y + 2 * row, 2, 2, INK);
                }
            }
        }
        x += 8;
    }
}

fn encode(canvas: &Canvas) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, canvas.width as u32, canvas.height as u32);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder
        .write_header()
        .context("could not start the picture")?;
    writer
        .write_image_data(&canvas.pixels)
        .context("could not write the picture")?;
    writer.finish().context("could not finish the picture")?;
    Ok(bytes)
}
