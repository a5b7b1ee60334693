//! The map as a file: which kind, and the JSON of its cells.

use anyhow::{Result, bail};
use dose::peak_skin_dose::Peak;
use dose::peak_skin_dose::map::SkinMap;
use serde::Serialize;
use std::path::Path;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Png,
    Json,
}

/// By the end of the name.
/// # Errors
/// Any other end than `.png` and `.json`.
pub fn kind_of(path: &Path) -> Result<Kind> {
    match path.extension().and_then(|e| e.to_str()) {
        Some("png") => Ok(Kind::Png),
        Some("json") => Ok(Kind::Json),
        _ => bail!(
            "--map wants a name that ends in .png or .json: {}",
            path.display()
        ),
    }
}

/// Cells as parallel lists; patient frame: x left, y to the back, z to the head, crown at z = 0.
#[derive(Serialize)]
struct MapJson {
    schema: &'static str,
    phantom: &'static str,
    frame: &'static str,
    peak_gy: f64,
    interval_gy: [f64; 2],
    share_of_dose_on_phantom: f64,
    x_mm: Vec<f32>,
    y_mm: Vec<f32>,
    z_mm: Vec<f32>,
    area_mm2: Vec<f32>,
    region: Vec<&'static str>,
    dose_gy: Vec<f64>,
    /// Nine numbers per cell: the corners of its triangle.
    corners_mm: Vec<[f32; 9]>,
}

pub fn json(map: &SkinMap<'_>, peak: &Peak) -> Result<Vec<u8>> {
    let phantom = map.phantom();
    let number = |v: f64| (v * 100.0).round() as f32 / 100.0;
    let of = |f: fn(&dose::peak_skin_dose::phantom::Cell) -> f64| {
        phantom
            .cells
            .iter()
            .map(|c| number(f(c)))
            .collect::<Vec<f32>>()
    };
    let document = MapJson {
        schema: "seldinger.skin_map/1",
        phantom: phantom.body.code(),
        frame: "patient: x left, y posterior, z superior, crown at z = 0",
        peak_gy: peak.dose.0,
        interval_gy: peak.interval.map(|g| g.0),
        share_of_dose_on_phantom: peak.share_on_phantom.0,
        x_mm: of(|c| c.centre.x),
        y_mm: of(|c| c.centre.y),
        z_mm: of(|c| c.centre.z),
        area_mm2: of(|c| c.area),
        region: phantom.cells.iter().map(|c| c.region.code()).collect(),
        dose_gy: map.doses().map(|d| d.0).collect(),
        corners_mm: phantom
            .triangles
            .iter()
            .map(|[a, b, c]| [a.x, a.y, a.z, b.x, b.y, b.z, c.x, c.y, c.z].map(number))
            .collect(),
    };
    Ok(serde_json::to_vec(&document)?)
}
