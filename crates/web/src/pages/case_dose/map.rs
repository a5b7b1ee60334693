//! The map on the skin as a flat drawing: each side of the body that was hit, one square centimetre a box.
//!
//! Bands are drawn in steps that differ in brightness and are named in the legend, never by colour alone.

use dose::judge::SkinCell;
use std::collections::BTreeMap;

/// Lower ends of the bands, Gy.
const BANDS: [f64; 7] = [0.0, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0];

/// One side of the body.
pub struct Picture {
    pub title: &'static str,
    /// What stands at the left and at the right edge.
    pub edges: [&'static str; 2],
    pub view_box: String,
    pub boxes: Vec<DoseBox>,
    pub peak: (f64, f64),
    pub peak_words: String,
    /// Bands that occur here: class and words.
    pub legend: Vec<(usize, String)>,
}

/// A patch: place and size in centimetres, and the class of its band.
pub struct DoseBox {
    pub x: f64,
    pub y: f64,
    pub band: usize,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Side {
    Back,
    Front,
    Left,
    Right,
}

fn side(cell: &SkinCell) -> Side {
    let normal = cell.cell.normal;
    if normal.y.abs() >= normal.x.abs() {
        if normal.y >= 0.0 {
            Side::Back
        } else {
            Side::Front
        }
    } else if normal.x >= 0.0 {
        Side::Left
    } else {
        Side::Right
    }
}

/// The band of a dose. With less than half a gray anywhere the bands are tenths of the highest dose instead.
fn band(dose: f64, unit: f64) -> usize {
    BANDS
        .iter()
        .rposition(|from| dose / unit >= *from)
        .unwrap_or(0)
}

/// Every side that was hit, the one with the highest dose first.
pub fn pictures(map: &[SkinCell]) -> Vec<Picture> {
    let highest = map.iter().map(|cell| cell.dose.0).fold(0.0, f64::max);
    // A low dose is drawn in bands a hundred or a thousand times finer, and the legend says so.
    let unit = if highest >= 0.5 {
        1.0
    } else if highest >= 0.005 {
        0.01
    } else {
        0.0001
    };
    let mut sides: BTreeMap<Side, Vec<&SkinCell>> = BTreeMap::new();
    for cell in map {
        sides.entry(side(cell)).or_default().push(cell);
    }
    let top = |cells: &[&SkinCell]| cells.iter().map(|c| c.dose.0).fold(0.0, f64::max);
    let mut sides: Vec<(Side, Vec<&SkinCell>)> = sides.into_iter().collect();
    sides.sort_by(|a, b| top(&b.1).total_cmp(&top(&a.1)));
    sides
        .into_iter()
        .filter_map(|(side, cells)| picture(side, &cells, unit))
        .collect()
}

fn picture(side: Side, cells: &[&SkinCell], unit: f64) -> Option<Picture> {
    let across = |cell: &SkinCell| match side {
        // Seen from behind the patient's left is on the left.
        Side::Back => -cell.cell.centre.x,
        Side::Front => cell.cell.centre.x,
        Side::Left => cell.cell.centre.y,
        Side::Right => -cell.cell.centre.y,
    };
    // One box a square centimetre: the highest dose of the cells that lie in it.
    let mut boxes: BTreeMap<(i64, i64), f64> = BTreeMap::new();
    for cell in cells {
        let x = (across(cell) / 10.0).floor() as i64;
        let y = (-cell.cell.centre.z / 10.0).floor() as i64;
        let dose = boxes.entry((x, y)).or_insert(0.0);
        *dose = dose.max(cell.dose.0);
    }
    let ((peak_x, peak_y), peak) = boxes
        .iter()
        .max_by(|a, b| a.1.total_cmp(b.1))
        .map(|(place, dose)| (*place, *dose))?;
    let (left, right) = (
        boxes.keys().map(|k| k.0).min()?,
        boxes.keys().map(|k| k.0).max()?,
    );
    let (up, down) = (
        boxes.keys().map(|k| k.1).min()?,
        boxes.keys().map(|k| k.1).max()?,
    );
    let mut seen: Vec<usize> = boxes.values().map(|dose| band(*dose, unit)).collect();
    seen.sort_unstable();
    seen.dedup();
    Some(Picture {
        title: match side {
            Side::Back => "Back, seen from behind",
            Side::Front => "Front",
            Side::Left => "Left side",
            Side::Right => "Right side",
        },
        edges: match side {
            Side::Back => ["LEFT", "RIGHT"],
            Side::Front => ["RIGHT", "LEFT"],
            Side::Left => ["FRONT", "BACK"],
            Side::Right => ["BACK", "FRONT"],
        },
        view_box: format!(
            "{} {} {} {}",
            left - 2,
            up - 2,
            right - left + 5,
            down - up + 5
        ),
        boxes: boxes
            .iter()
            .map(|((x, y), dose)| DoseBox {
                x: *x as f64,
                y: *y as f64,
                band: band(*dose, unit),
            })
            .collect(),
        peak: (peak_x as f64 + 0.5, peak_y as f64 + 0.5),
        peak_words: super::gray(peak),
        legend: seen.into_iter().map(|b| (b, legend(b, unit))).collect(),
    })
}

fn legend(band: usize, unit: f64) -> String {
    let from = BANDS.get(band).copied().unwrap_or(0.0) * unit;
    match BANDS.get(band + 1) {
        Some(to) => format!("{} to {}", super::gray(from), super::gray(to * unit)),
        None => format!("over {}", super::gray(from)),
    }
}
