//! What follows from a study: the dose on the skin of this patient's body, and the levels that are reached.

use crate::alert::{Alert, Known, alerts};
use crate::peak_skin_dose::phantom::human::{Arms, Measures};
use crate::peak_skin_dose::phantom::{Cell, Phantom};
use crate::peak_skin_dose::{self, Outcome, Refusal};
use crate::quantity::Millimetre;
use crate::report::{Device, IrradiationEvent, Kind, PlaneTotals};
use crate::rules::Rules;
use crate::study::Study;
use model::{Centimetre, DoseTotals, Gray, Kilogram};
use std::collections::BTreeMap;

/// Side of a skin cell of the body that maps are made on.
pub const CELL: Millimetre = Millimetre(10.0);

/// Bodies that were made already: most reports of one call are about the same few.
#[derive(Debug, Default)]
pub struct Bodies(BTreeMap<(u64, u64), Phantom>);

impl Bodies {
    /// The body of these measures, made when it is first asked for.
    pub fn made(&mut self, measures: Measures) -> &Phantom {
        let Measures { height, weight, .. } = measures;
        let key = (height.0.to_bits(), weight.0.to_bits());
        let make = || Phantom::human(measures, CELL);
        self.0.entry(key).or_insert_with(make)
    }
}

/// The measures of a patient, and whether an adult of usual size had to be assumed because one of them is unknown.
/// Arms are out of the picture: where they lie is in no report.
pub fn measures(height: Option<Centimetre>, weight: Option<Kilogram>) -> (Measures, bool) {
    let arms = Arms::Away;
    match (height, weight) {
        (Some(height), Some(weight)) => (
            Measures {
                height,
                weight,
                arms,
            },
            false,
        ),
        _ => (
            Measures {
                arms,
                ..Measures::ADULT
            },
            true,
        ),
    }
}

/// What a study or a report means.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    pub skin: Outcome,
    pub alerts: Vec<Alert>,
}

/// The peak skin dose of a whole study and the levels that it reaches.
pub fn judge(study: &Study, rules: &Rules, bodies: &mut Bodies, body: Measures) -> Judgement {
    let skin = skin_dose(
        rules,
        bodies,
        body,
        &study.devices,
        study.kind,
        &study.events,
    );
    let alerts = levels_reached(rules, &study.totals, &study.summed, &study.planes, &skin);
    Judgement { skin, alerts }
}

/// The dose on the skin from events of one device; refused for several.
pub fn skin_dose(
    rules: &Rules,
    bodies: &mut Bodies,
    body: Measures,
    devices: &[Device],
    kind: Kind,
    events: &[IrradiationEvent],
) -> Outcome {
    let (Kind::Projection, [device]) = (kind, devices) else {
        return match kind {
            Kind::Projection => Outcome::Refused(Refusal::Room(
                "the study comes from several devices: see the map of each report".to_owned(),
            )),
            Kind::Ct | Kind::Mammography | Kind::Radiography | Kind::NotADoseReport => {
                Outcome::NotApplicable
            }
        };
    };
    // Without a room there is no need to make the body.
    if let Err(refusal) = peak_skin_dose::room_of(&rules.model, device) {
        return Outcome::Refused(refusal);
    }
    peak_skin_dose::compute(&rules.model, bodies.made(body), device, kind, events).0
}

/// The dose of every cell that was hit; empty when the map is refused or there is none to make.
pub fn skin_cells(
    study: &Study,
    rules: &Rules,
    bodies: &mut Bodies,
    body: Measures,
) -> Vec<SkinCell> {
    let [device] = study.devices.as_slice() else {
        return Vec::new();
    };
    if peak_skin_dose::room_of(&rules.model, device).is_err() {
        return Vec::new();
    }
    let phantom = bodies.made(body);
    let (outcome, map) =
        peak_skin_dose::compute(&rules.model, phantom, device, study.kind, &study.events);
    let (Outcome::Computed(_), Some(map)) = (outcome, map) else {
        return Vec::new();
    };
    let hit = phantom.cells.iter().zip(map.doses());
    hit.filter(|(_, dose)| dose.0 > 0.0)
        .map(|(&cell, dose)| SkinCell { cell, dose })
        .collect()
}

/// One patch of skin with its dose; the frame is the patient's: x left, y to the back, z to the head, crown at z = 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SkinCell {
    pub cell: Cell,
    pub dose: Gray,
}

/// Levels reached by what is known of a procedure.
pub fn levels_reached(
    rules: &Rules,
    stated: &DoseTotals,
    summed: &DoseTotals,
    planes: &[PlaneTotals],
    skin: &Outcome,
) -> Vec<Alert> {
    alerts(
        &rules.levels,
        Known {
            stated,
            summed,
            planes,
            peak_skin_dose: peak(skin),
        },
    )
}

/// The computed peak; `None` when it was refused or there is none to compute.
pub fn peak(skin: &Outcome) -> Option<Gray> {
    match skin {
        Outcome::Computed(peak) => Some(peak.dose),
        Outcome::Refused(_) | Outcome::NotApplicable => None,
    }
}
