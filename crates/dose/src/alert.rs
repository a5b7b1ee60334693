//! Notifications and substantial-dose levels: what to tell the operator now, and whether follow-up is due.

use crate::report::{Plane, PlaneTotals};
use crate::rules::levels::{Applies, Level, Levels, Quantity, Scope};
use model::{DoseTotals, Gray};

/// How far a dose has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    Notification,
    Substantial,
}

impl Grade {
    pub fn code(self) -> &'static str {
        match self {
            Self::Notification => "notification",
            Self::Substantial => "substantial",
        }
    }
}

/// One level that is reached. Each quantity alerts by itself; none hides another.
#[derive(Debug, Clone, PartialEq)]
pub struct Alert {
    /// `reference_air_kerma_substantial`, `kerma_area_product_notification`, …
    pub rule: String,
    pub grade: Grade,
    pub plane: Plane,
    pub words: String,
}

/// What is known of a procedure so far.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    pub stated: &'a DoseTotals,
    pub summed: &'a DoseTotals,
    pub planes: &'a [PlaneTotals],
    pub peak_skin_dose: Option<Gray>,
}

/// All levels that are reached, in the order of the rules. Levels are inclusive.
///
/// Of stated and summed totals the higher one counts: a rounded or missing total hides no dose.
pub fn alerts(levels: &Levels, known: Known<'_>) -> Vec<Alert> {
    let without_dose = known.peak_skin_dose.is_none()
        && [known.stated, known.summed]
            .iter()
            .all(|t| t.ka_r.is_none() && t.pka.is_none());
    levels
        .levels
        .iter()
        .filter(|l| l.applies == Applies::Always || without_dose)
        .flat_map(|level| of_level(level, known))
        .collect()
}

fn of_level(level: &Level, known: Known<'_>) -> Vec<Alert> {
    let total = |t: &DoseTotals| match level.quantity {
        Quantity::PeakSkinDoseGy => known.peak_skin_dose.map(|v| v.0),
        Quantity::KaRGy => t.ka_r.map(|v| v.0),
        Quantity::PkaGyM2 => t.pka.map(|v| v.0),
        Quantity::FluoroscopyS => t.fluoroscopy.map(|v| v.0),
    };
    let whole = higher(total(known.stated), total(known.summed));
    let several = known.planes.len() > 1;
    if level.scope == Scope::Procedure || !several || level.quantity != Quantity::KaRGy {
        return reached(level, Plane::NotStated, whole);
    }
    known
        .planes
        .iter()
        .flat_map(|p| reached(level, p.plane, p.ka_r.map(|v| v.value.0)))
        .collect()
}

fn higher(a: Option<f64>, b: Option<f64>) -> Option<f64> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.max(b)),
        (a, b) => a.or(b),
    }
}

fn reached(level: &Level, plane: Plane, value: Option<f64>) -> Vec<Alert> {
    let Some(value) = value else {
        return Vec::new();
    };
    let mut alerts = Vec::new();
    let mut push = |grade: Grade, limit: f64| {
        let (id, place) = (&level.id, plane_words(plane));
        alerts.push(Alert {
            rule: format!("{id}_{}", grade.code()),
            grade,
            plane,
            words: format!(
                "{}{place}: {} reached {}",
                name(level.quantity),
                show(level.quantity, value),
                show(level.quantity, limit)
            ),
        });
    };
    if value >= level.substantial.0 {
        push(Grade::Substantial, level.substantial.0);
    }
    if value >= level.first.0 {
        // A part in 10^9 forgives the division when a step is met exactly.
        let steps = ((value - level.first.0) / level.every.0 + 1e-9).floor();
        push(Grade::Notification, level.first.0 + steps * level.every.0);
    }
    alerts
}

fn plane_words(plane: Plane) -> &'static str {
    match plane {
        Plane::A => " (plane A)",
        Plane::B => " (plane B)",
        Plane::Single | Plane::All | Plane::NotStated => "",
    }
}

fn name(quantity: Quantity) -> &'static str {
    match quantity {
        Quantity::PeakSkinDoseGy => "peak skin dose",
        Quantity::KaRGy => "reference air kerma",
        Quantity::PkaGyM2 => "kerma-area product",
        Quantity::FluoroscopyS => "fluoroscopy time",
    }
}

fn show(quantity: Quantity, value: f64) -> String {
    match quantity {
        Quantity::PeakSkinDoseGy | Quantity::KaRGy => format!("{value:.1} Gy"),
        Quantity::PkaGyM2 => format!("{:.0} Gy·cm²", value * 1e4),
        Quantity::FluoroscopyS => format!("{:.0} min", value / 60.0),
    }
}
