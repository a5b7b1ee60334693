//! Peak skin dose of a procedure: the most exposed skin, where it is, how sure we are, or why we cannot say.
//!
//! Reading order: [`room`] (geometry packs), [`beam`] (an event as static beams), [`phantom`], [`place`] (the
//! patient on the table), [`quality`] (factors), [`map`] (dose per cell), [`uncertainty`], and here the outcome.
//!
//! Never a silent zero: when the geometry is missing, the model is not known, or most of the dose misses the
//! phantom, the outcome is [`Outcome::Refused`] with its reason.

pub mod beam;
pub mod geometry;
pub mod map;
pub mod phantom;
pub mod place;
pub mod quality;
pub mod room;
pub mod uncertainty;

use crate::quantity::Millimetre;
use crate::report::{Device, EventKind, IrradiationEvent, Kind};
use crate::vector::Vector;
use beam::FieldSource;
use map::{Attenuation, SkinMap};
use model::Gray;
use phantom::{Phantom, Region};
use quality::Quality;
use room::{Missing, Room, Share};
use uncertainty::{Budget, Part};

/// Everything a map needs beside the events; all of it is data.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    pub rooms: Vec<Room>,
    pub quality: Quality,
    pub budget: Budget,
    /// Least share of the dose that must meet the phantom.
    pub least_share_on_phantom: Share,
    /// Most of the reference air kerma that may lack its geometry.
    pub most_without_geometry: Share,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    Computed(Peak),
    Refused(Refusal),
    /// Not a fluoroscopy or angiography report: there is no map to make.
    NotApplicable,
}

/// Why there is no peak.
#[derive(Debug, Clone, PartialEq)]
pub enum Refusal {
    /// No geometry pack for this manufacturer and model.
    UnknownRoom {
        manufacturer: String,
        model: String,
    },
    /// The pack says why its model cannot be mapped.
    Room(String),
    NoEvents,
    /// Share of the reference air kerma without geometry, and what is missing.
    MissingGeometry {
        share: Share,
        missing: Vec<Missing>,
    },
    /// No event states its reference air kerma.
    NoKerma,
    /// Share of the dose that met the phantom.
    MissesPhantom(Share),
}

impl Refusal {
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownRoom { .. } => "unknown_model",
            Self::Room(_) => "model_without_geometry",
            Self::NoEvents => "no_events",
            Self::MissingGeometry { .. } => "missing_geometry",
            Self::NoKerma => "no_reference_air_kerma",
            Self::MissesPhantom(_) => "beam_misses_phantom",
        }
    }

    /// One sentence for staff.
    pub fn words(&self) -> String {
        match self {
            Self::UnknownRoom {
                manufacturer,
                model,
            } => format!(
                "there is no geometry pack for \"{manufacturer}\" \"{model}\": where its table and beam are is not known"
            ),
            Self::Room(reason) => reason.clone(),
            Self::NoEvents => "the report holds no irradiation events".to_owned(),
            Self::MissingGeometry { share, missing } => {
                let names: Vec<&str> = missing.iter().map(|m| m.code()).collect();
                format!(
                    "{:.0} % of the reference air kerma has no geometry; missing: {}",
                    share.0 * 100.0,
                    names.join(", ")
                )
            }
            Self::NoKerma => "no event states a reference air kerma above zero".to_owned(),
            Self::MissesPhantom(share) => format!(
                "only {:.0} % of the dose meets the phantom: the patient does not lie where it was assumed",
                share.0 * 100.0
            ),
        }
    }
}

/// The most exposed square centimetre.
#[derive(Debug, Clone, PartialEq)]
pub struct Peak {
    /// Mean over 1 cm² (over one cell where cells are larger).
    pub dose: Gray,
    /// Lower and upper end at k = 2.
    pub interval: [Gray; 2],
    pub budget: Vec<Part>,
    /// Largest single cell.
    pub cell_dose: Gray,
    pub share_on_phantom: Share,
    pub phantom: &'static str,
    pub place: Place,
    /// Skin above 2, 3, 5, 10 and 15 Gy, cm².
    pub areas: Vec<(Gray, SquareCentimetre)>,
    /// Events that gave most to the peak: UID and share, at most five.
    pub contributors: Vec<(String, Share)>,
    /// What had to be assumed, in words.
    pub assumed: Vec<String>,
    pub cells: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct SquareCentimetre(pub f64);

/// Where on the body.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    pub region: Region,
    pub surface: Surface,
    /// To the patient's left of the midline; negative to the right.
    pub left_of_midline: Millimetre,
    pub below_crown: Millimetre,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Surface {
    Back,
    Front,
    Left,
    Right,
    Top,
    Bottom,
}

impl Surface {
    pub fn code(self) -> &'static str {
        match self {
            Self::Back => "back",
            Self::Front => "front",
            Self::Left => "left",
            Self::Right => "right",
            Self::Top => "top",
            Self::Bottom => "bottom",
        }
    }

    fn of(normal: Vector) -> Self {
        let (x, y, z) = (normal.x.abs(), normal.y.abs(), normal.z.abs());
        if y >= x && y >= z {
            if normal.y >= 0.0 {
                Self::Back
            } else {
                Self::Front
            }
        } else if x >= z {
            if normal.x >= 0.0 {
                Self::Left
            } else {
                Self::Right
            }
        } else if normal.z >= 0.0 {
            Self::Top
        } else {
            Self::Bottom
        }
    }
}

impl Place {
    /// "back, trunk, 3 cm right of the midline, 71 cm below the crown".
    pub fn words(&self) -> String {
        let side = self.left_of_midline.0 / 10.0;
        let across = if side.abs() < 1.0 {
            "on the midline".to_owned()
        } else {
            let name = if side > 0.0 { "left" } else { "right" };
            format!("{:.0} cm {name} of the midline", side.abs())
        };
        let region = self.region.code().replace('_', " ");
        let down = self.below_crown.0 / 10.0;
        format!(
            "{}, {region}, {across}, {down:.0} cm below the crown",
            self.surface.code()
        )
    }
}

/// The room of a device, or the reason why there is none.
/// # Errors
/// No pack, or a pack that refuses.
pub fn room_of<'m>(model: &'m Model, device: &Device) -> Result<&'m Room, Refusal> {
    let names = [
        (device.manufacturer.as_str(), device.model.as_str()),
        (
            device.observer_manufacturer.as_str(),
            device.observer_model.as_str(),
        ),
        (device.manufacturer.as_str(), device.observer_model.as_str()),
    ];
    let room = names
        .iter()
        .filter(|(_, model)| !model.trim().is_empty())
        .find_map(|(maker, name)| model.rooms.iter().find(|r| r.is_for(maker, name)));
    match room {
        None => Err(Refusal::UnknownRoom {
            manufacturer: device.manufacturer.clone(),
            model: if device.model.is_empty() {
                &device.observer_model
            } else {
                &device.model
            }
            .clone(),
        }),
        Some(Room {
            refuse: Some(reason),
            ..
        }) => Err(Refusal::Room(reason.clone())),
        Some(room) => Ok(room),
    }
}

/// Makes the map of one device's events and judges it. The map is returned whatever the outcome.
pub fn compute<'a>(
    model: &'a Model,
    phantom: &'a Phantom,
    device: &Device,
    kind: Kind,
    events: &[IrradiationEvent],
) -> (Outcome, Option<SkinMap<'a>>) {
    if kind != Kind::Projection {
        return (Outcome::NotApplicable, None);
    }
    if events.is_empty() {
        return (Outcome::Refused(Refusal::NoEvents), None);
    }
    let room = match room_of(model, device) {
        Ok(room) => room,
        Err(refusal) => return (Outcome::Refused(refusal), None),
    };
    let mut map = SkinMap::new(phantom, &model.quality, Attenuation::ByPath);
    for event in events {
        // What is missing is kept in the map and judged below.
        let _ = map.add(room, event);
    }
    (judge(model, room, &map, events), Some(map))
}

/// The outcome of a map that is as complete as it will get.
pub fn judge(
    model: &Model,
    room: &Room,
    map: &SkinMap<'_>,
    events: &[IrradiationEvent],
) -> Outcome {
    let kerma: f64 = events
        .iter()
        .filter_map(|e| e.ka_r.map(|k| k.value.0))
        .sum();
    if kerma <= 0.0 {
        return Outcome::Refused(Refusal::NoKerma);
    }
    let left_out: f64 = map
        .left_out()
        .iter()
        .filter_map(|e| e.kerma.map(|k| k.0))
        .sum();
    let unknown_kerma = map.left_out().iter().any(|e| e.kerma.is_none());
    if left_out / kerma > model.most_without_geometry.0 {
        let mut missing: Vec<Missing> = map
            .left_out()
            .iter()
            .flat_map(|e| e.missing.iter().copied())
            .collect();
        missing.sort_unstable();
        missing.dedup();
        return Outcome::Refused(Refusal::MissingGeometry {
            share: Share(left_out / kerma),
            missing,
        });
    }
    let share = map.share_on_phantom().unwrap_or(Share(0.0));
    let peak = peak_patch(map);
    let Some((cell, dose)) = peak.filter(|_| share >= model.least_share_on_phantom) else {
        return Outcome::Refused(Refusal::MissesPhantom(share));
    };
    let mut assumed = assumptions(room, events);
    if unknown_kerma {
        assumed.push("events without a reference air kerma are not on the map".to_owned());
    }
    let parts = uncertainty::parts(
        &model.budget,
        room.kerma_calibration,
        Millimetre(mean_source_to_isocentre(events)),
        events.iter().any(|e| field_is_derived(room, e)),
    );
    let Some(skin) = map.phantom().cells.get(cell) else {
        return Outcome::Refused(Refusal::MissesPhantom(share));
    };
    Outcome::Computed(Peak {
        dose,
        interval: uncertainty::interval(dose, &parts, Gray(left_out)),
        budget: parts,
        cell_dose: Gray(map.doses().map(|d| d.0).fold(0.0, f64::max)),
        share_on_phantom: share,
        phantom: map.phantom().body.code(),
        place: Place {
            region: skin.region,
            surface: Surface::of(skin.normal),
            left_of_midline: Millimetre(skin.centre.x),
            below_crown: Millimetre(-skin.centre.z),
        },
        areas: areas(map),
        contributors: contributors(map, cell),
        assumed,
        cells: map.phantom().cells.len(),
    })
}

fn field_is_derived(room: &Room, event: &IrradiationEvent) -> bool {
    beam::field(room, event).is_some_and(|f| f.source == FieldSource::ProductOverKerma)
}

fn mean_source_to_isocentre(events: &[IrradiationEvent]) -> f64 {
    let known: Vec<f64> = events
        .iter()
        .filter_map(|e| Some(e.source_to_isocentre?.0))
        .collect();
    if known.is_empty() {
        700.0
    } else {
        known.iter().sum::<f64>() / known.len() as f64
    }
}

fn assumptions(room: &Room, events: &[IrradiationEvent]) -> Vec<String> {
    let mut assumed = Vec::new();
    if events
        .iter()
        .any(|e| e.patient.head_first.is_none() || e.patient.posture.is_none())
    {
        assumed.push("the report does not say how the patient lies: head first, supine".to_owned());
    }
    if events.iter().any(|e| field_is_derived(room, e)) {
        assumed.push("field size from kerma-area product over reference air kerma".to_owned());
    }
    if events.iter().any(|e| {
        e.filters
            .iter()
            .any(|f| f.shaped == crate::report::Shape::PartOfField)
    }) {
        assumed.push(
            "wedge filters are not taken into account: the dose under them is lower".to_owned(),
        );
    }
    let no_end = |e: &IrradiationEvent| {
        e.kind == EventKind::Rotational
            && e.end.primary_angle.is_none()
            && e.end.secondary_angle.is_none()
    };
    if events.iter().any(no_end) {
        assumed
            .push("a rotational run without end angles is mapped as if it stood still".to_owned());
    }
    assumed
}

/// Radius of a disc of 1 cm².
const PATCH_RADIUS: f64 = 5.641_895_835;
/// Cells whose surroundings are averaged: the patch mean is at most the largest cell in it.
const PATCH_CANDIDATES: usize = 64;

/// The cell with the highest mean over 1 cm² of skin around it, and that mean.
fn peak_patch(map: &SkinMap<'_>) -> Option<(usize, Gray)> {
    let mut order: Vec<(usize, f64)> = map
        .doses()
        .map(|d| d.0)
        .enumerate()
        .filter(|(_, d)| *d > 0.0)
        .collect();
    let by_dose = |a: &(usize, f64), b: &(usize, f64)| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0));
    if order.len() > PATCH_CANDIDATES {
        order.select_nth_unstable_by(PATCH_CANDIDATES, by_dose);
        order.truncate(PATCH_CANDIDATES);
    }
    order.sort_by(by_dose);
    let mut best: Option<(usize, Gray)> = None;
    for (number, dose) in order {
        if best.is_some_and(|(_, mean)| mean.0 >= dose) {
            break;
        }
        let mean = patch_mean(map, number)?;
        if best.is_none_or(|(_, so_far)| mean.0 > so_far.0) {
            best = Some((number, mean));
        }
    }
    best
}

/// Area-weighted mean over the cells whose centres lie within the patch and look the same way.
fn patch_mean(map: &SkinMap<'_>, number: usize) -> Option<Gray> {
    let middle = map.phantom().cells.get(number)?;
    let (mut area, mut sum) = (0.0, 0.0);
    for (cell, dose) in map.phantom().cells.iter().zip(map.doses()) {
        let way = cell.centre - middle.centre;
        let near = way.x.abs() <= PATCH_RADIUS && way.dot(way) <= PATCH_RADIUS * PATCH_RADIUS;
        if near && cell.normal.dot(middle.normal) > 0.5 {
            area += cell.area;
            sum += cell.area * dose.0;
        }
    }
    (area > 0.0).then(|| Gray(sum / area))
}

fn areas(map: &SkinMap<'_>) -> Vec<(Gray, SquareCentimetre)> {
    [2.0, 3.0, 5.0, 10.0, 15.0]
        .into_iter()
        .map(|level| {
            let cells = map.phantom().cells.iter().zip(map.doses());
            let area: f64 = cells
                .filter(|(_, d)| d.0 >= level)
                .map(|(c, _)| c.area / 100.0)
                .sum();
            (Gray(level), SquareCentimetre(area))
        })
        .collect()
}

fn contributors(map: &SkinMap<'_>, cell: usize) -> Vec<(String, Share)> {
    let total = map.dose(cell).0;
    let mut list: Vec<(String, Share)> = map
        .events()
        .iter()
        .filter_map(|event| {
            let at = event
                .cells
                .binary_search_by_key(&(cell as u32), |c| c.0)
                .ok()?;
            let (_, dose) = event.cells.get(at)?;
            Some((event.uid.clone().unwrap_or_default(), Share(dose / total)))
        })
        .collect();
    list.sort_by(|a, b| b.1.0.total_cmp(&a.1.0).then_with(|| a.0.cmp(&b.0)));
    list.truncate(5);
    list
}
