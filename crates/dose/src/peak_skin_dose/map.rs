//! The map: dose per skin cell, event by event.
//!
//! D(cell) = Σ K · (d_ref / d)² · backscatter(kV, HVL, field side at the cell) · medium(kV, HVL, side)
//!             · transmission ^ (way through table and pad / their thickness)
//!
//! d is the distance from focus to cell, the field side is that at the cell's depth along the beam axis, and
//! a cell counts when it lies in the field, faces the focus and is not shaded by another part of the body.
//! Not modelled: scatter outside the field, wedge filters, dose through the body from the far side.

use super::beam::{self, Beam, Spectrum};
use super::geometry::{Shade, table_crossing};
use super::phantom::{Entrance, Phantom};
use super::place::{Lying, Placed};
use super::quality::{Quality, Spline};
use super::room::{Calibration, Missing, Room, Share};
use crate::report::IrradiationEvent;
use crate::vector::Vector;
use model::Gray;

/// How table and pad weaken an oblique beam.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attenuation {
    /// By the length of the way through them.
    ByPath,
    /// The same factor for every beam that meets the table: what other programs do, for comparison.
    SameForAll,
}

/// What one event put on the skin, and where.
#[derive(Debug, Clone, PartialEq)]
pub struct EventDose {
    pub uid: Option<String>,
    /// Cell number and dose in Gy, in the order of cells; cells without dose are not listed.
    pub cells: Vec<(u32, f64)>,
    /// Share of the field's solid angle that skin fills.
    pub share_on_phantom: Share,
    /// Weight of the event when shares are averaged: reference air kerma times solid angle.
    weight: f64,
}

/// An event that could not be put on the map.
#[derive(Debug, Clone, PartialEq)]
pub struct LeftOut {
    pub uid: Option<String>,
    pub kerma: Option<Gray>,
    pub missing: Vec<Missing>,
}

/// Dose per cell of one phantom. Grows event by event; an event can be taken back.
#[derive(Debug)]
pub struct SkinMap<'a> {
    phantom: &'a Phantom,
    quality: &'a Quality,
    attenuation: Attenuation,
    placed: Vec<(Lying, String, Placed)>,
    dose: Vec<f64>,
    events: Vec<EventDose>,
    left_out: Vec<LeftOut>,
}

impl<'a> SkinMap<'a> {
    pub fn new(phantom: &'a Phantom, quality: &'a Quality, attenuation: Attenuation) -> Self {
        Self {
            phantom,
            quality,
            attenuation,
            placed: Vec::new(),
            dose: vec![0.0; phantom.cells.len()],
            events: Vec::new(),
            left_out: Vec::new(),
        }
    }

    pub fn phantom(&self) -> &'a Phantom {
        self.phantom
    }

    /// Dose of a cell, Gy; zero for a cell that no beam met.
    pub fn dose(&self, cell: usize) -> Gray {
        Gray(self.dose.get(cell).copied().unwrap_or_default())
    }

    /// Doses of all cells in their order.
    pub fn doses(&self) -> impl Iterator<Item = Gray> {
        self.dose.iter().copied().map(Gray)
    }

    pub fn events(&self) -> &[EventDose] {
        &self.events
    }

    pub fn left_out(&self) -> &[LeftOut] {
        &self.left_out
    }

    /// Adds one event and returns what it put where: the change to be drawn.
    /// # Errors
    /// What the report does not give for this event; the event is then listed in [`Self::left_out`].
    pub fn add(
        &mut self,
        room: &Room,
        event: &IrradiationEvent,
    ) -> Result<&EventDose, Vec<Missing>> {
        let beams = beam::beams(room, event).and_then(|beams| {
            beam::spectrum(room, event)
                .map(|s| (beams, s))
                .ok_or(vec![Missing::TubeVoltage])
        });
        let (beams, spectrum) = match beams {
            Ok(found) => found,
            Err(missing) => {
                self.left_out.push(LeftOut {
                    uid: event.uid.clone(),
                    kerma: event.ka_r.map(|k| k.value),
                    missing: missing.clone(),
                });
                return Err(missing);
            }
        };
        let lying = Lying::of(event.patient);
        let at = self
            .placed
            .iter()
            .position(|(l, id, _)| *l == lying && *id == room.id);
        let at = at.unwrap_or_else(|| {
            let placed = Placed::new(self.phantom, room, lying);
            self.placed.push((lying, room.id.clone(), placed));
            self.placed.len() - 1
        });
        let mut scene = Scene::new(self, room, spectrum);
        if let Some((_, _, placed)) = self.placed.get(at) {
            for beam in &beams {
                scene.shine(placed, beam);
            }
        }
        let done = scene.finish(event.uid.clone());
        for (cell, dose) in &done.cells {
            if let Some(sum) = self.dose.get_mut(*cell as usize) {
                *sum += dose;
            }
        }
        self.events.push(done);
        self.events.last().ok_or_else(Vec::new)
    }

    /// Takes an event back, as when a report is replaced. False when the map does not hold it.
    pub fn remove(&mut self, uid: &str) -> bool {
        let Some(at) = self
            .events
            .iter()
            .position(|e| e.uid.as_deref() == Some(uid))
        else {
            return false;
        };
        self.events.remove(at);
        // Adding up again keeps the map equal to one that never held the event, to the last bit.
        self.dose.fill(0.0);
        for event in &self.events {
            for (cell, dose) in &event.cells {
                if let Some(sum) = self.dose.get_mut(*cell as usize) {
                    *sum += dose;
                }
            }
        }
        true
    }

    /// Share of the dose that met the phantom, over all events on the map.
    pub fn share_on_phantom(&self) -> Option<Share> {
        let weight: f64 = self.events.iter().map(|e| e.weight).sum();
        let met: f64 = self
            .events
            .iter()
            .map(|e| e.weight * e.share_on_phantom.0)
            .sum();
        (weight > 0.0).then(|| Share(met / weight))
    }
}

/// One event being worked out.
struct Scene<'a> {
    phantom: &'a Phantom,
    room: &'a Room,
    attenuation: Attenuation,
    backscatter: Spline,
    medium: [f64; 3],
    transmission: f64,
    log_transmission: f64,
    calibration: f64,
    dose: Vec<(u32, f64)>,
    weight: f64,
    met: f64,
}

impl<'a> Scene<'a> {
    fn new(map: &SkinMap<'a>, room: &'a Room, spectrum: Spectrum) -> Self {
        let Spectrum {
            voltage,
            aluminium,
            copper,
        } = spectrum;
        let transmission = room.transmission.at(voltage, copper).0;
        let quality = map.quality;
        let (hvl, _) = quality.half_value_layers.at(voltage, aluminium, copper);
        Self {
            phantom: map.phantom,
            room,
            attenuation: map.attenuation,
            backscatter: quality.backscatter.spline(voltage, hvl),
            medium: quality.medium.in_side(voltage, hvl),
            transmission,
            log_transmission: transmission.ln(),
            calibration: match room.kerma_calibration {
                Calibration::None => 1.0,
                Calibration::Measured { factor, .. } => factor.0,
            },
            dose: Vec::new(),
            weight: 0.0,
            met: 0.0,
        }
    }

    fn shine(&mut self, placed: &Placed, beam: &Beam) {
        let [a, b, c, d] = beam.edges;
        let side_at_one = ((b - a) * (d - c)).sqrt();
        let kerma = beam.kerma.0 * self.calibration;
        let at_reference = kerma * beam.reference_distance.0 * beam.reference_distance.0;
        let mut solid_angle = 0.0;
        self.each_hit(placed, beam, |scene, number, centre, normal, area| {
            let way = centre - beam.focus;
            let squared = way.dot(way);
            let side = (side_at_one * way.dot(beam.axis) / 10.0).clamp(5.0, 35.0);
            let [m0, m1, m2] = scene.medium;
            let dose = at_reference / squared
                * scene.backscatter.at(side)
                * (m0 + side * (m1 + side * m2))
                * scene.through_table(beam.focus, centre);
            scene.dose.push((number, dose));
            solid_angle += area * way.dot(normal).abs() / (squared * squared.sqrt());
        });
        let whole = beam.solid_angle().0;
        self.weight += kerma * whole;
        self.met += kerma * solid_angle.min(whole);
    }

    fn through_table(&self, focus: Vector, centre: Vector) -> f64 {
        let crossing = table_crossing(&self.room.table, focus, centre);
        match self.attenuation {
            // The power of a share, by its logarithm.
            Attenuation::ByPath if crossing > 0.0 => (self.log_transmission * crossing).exp(),
            Attenuation::SameForAll if crossing > 0.0 => self.transmission,
            _ => 1.0,
        }
    }

    /// Calls `hit` for every cell that this beam enters through.
    fn each_hit(
        &mut self,
        placed: &Placed,
        beam: &Beam,
        mut hit: impl FnMut(&mut Self, u32, Vector, Vector, f64),
    ) {
        let facing_only = self.phantom.entrance != Entrance::AnySide;
        let shaded = self.phantom.entrance == Entrance::FacingAndSeen;
        let [a, b, c, d] = beam.edges;
        let reach = if shaded { placed.reach.0 * 2.0 } else { 0.0 };
        let mut in_field = Vec::new();
        let mut around = Vec::new();
        for block in &placed.blocks {
            if !block.may_meet(beam, reach) {
                continue;
            }
            let from = block.first;
            let centres = placed
                .centres
                .get(from..from + block.count)
                .unwrap_or_default();
            let normals = placed
                .normals
                .get(from..from + block.count)
                .unwrap_or_default();
            for (number, (centre, normal)) in (from..).zip(centres.iter().zip(normals)) {
                let way = *centre - beam.focus;
                if facing_only && way.dot(*normal) > 0.0 {
                    continue;
                }
                let depth = way.dot(beam.axis);
                let (u, v) = (way.dot(beam.u), way.dot(beam.v));
                let within = |by: f64| {
                    u >= a * depth - by
                        && u <= b * depth + by
                        && v >= c * depth - by
                        && v <= d * depth + by
                };
                if shaded && within(reach) && depth >= -reach {
                    around.push(number as u32);
                }
                if depth > 0.0 && within(0.0) {
                    in_field.push((number as u32, u / depth, v / depth, depth));
                }
            }
        }
        let shade = shaded.then(|| Shade::new(&placed.triangles, &around, beam));
        for (number, u, v, depth) in in_field {
            let at = number as usize;
            let (Some(centre), Some(normal), Some(cell)) = (
                placed.centres.get(at),
                placed.normals.get(at),
                self.phantom.cells.get(at),
            ) else {
                continue;
            };
            if shade
                .as_ref()
                .is_some_and(|s| s.covers(number, *centre, u, v, depth))
            {
                continue;
            }
            hit(self, number, *centre, *normal, cell.area);
        }
    }

    fn finish(mut self, uid: Option<String>) -> EventDose {
        // Several beams of one event may have met the same cell.
        self.dose.sort_by_key(|(cell, _)| *cell);
        let mut cells: Vec<(u32, f64)> = Vec::with_capacity(self.dose.len());
        for (cell, dose) in self.dose {
            match cells.last_mut() {
                Some((last, sum)) if *last == cell => *sum += dose,
                _ => cells.push((cell, dose)),
            }
        }
        let share = if self.weight > 0.0 {
            self.met / self.weight
        } else {
            0.0
        };
        EventDose {
            uid,
            cells,
            share_on_phantom: Share(share),
            weight: self.weight,
        }
    }
}
