//! What is asked for in this patient before this procedure.

use super::{Window, has_limit, window_of};
use crate::clock::at_most_hours;
use crate::kidney::{KidneyFunction, MicromolePerLitre};
use crate::laboratory::reading::{Newest, Reading, newest};
use crate::medicines::MedicinesFound;
use crate::situation::Situation;
use jiff::Timestamp;
use knowledge::condition::Tag;
use knowledge::laboratory::{Analyte, Request};
use model::{BleedingClass, Urgency};

/// One analyte, the strictest rule for it.
#[derive(Debug, Clone)]
pub(crate) struct Need<'a> {
    pub analyte: &'a Analyte,
    pub request: &'a Request,
    pub window: Window,
    /// The latest moment for a new sample.
    pub deadline: Timestamp,
    pub advice: String,
}

impl Need<'_> {
    /// Too old a value blocks once the latest moment for a new one is near.
    pub fn is_stale(&self, situation: &Situation) -> bool {
        let hours = situation.rules.policy.figures.lab_stale_blocks_hours.value;
        at_most_hours(situation.now, self.deadline, hours)
    }
}

fn advice(situation: &Situation) -> String {
    match situation.booking.urgency {
        Urgency::Emergency => "send, do not wait".to_owned(),
        Urgency::Urgent => "urgent".to_owned(),
        Urgency::Elective => String::new(),
    }
}

fn add<'a>(
    needs: &mut Vec<Need<'a>>,
    situation: &Situation<'a>,
    analyte: &str,
    request: &'a Request,
    window: Window,
) {
    let Some(analyte) = situation.rules.analytes.get(analyte) else {
        return;
    };
    let need = Need {
        analyte,
        request,
        window,
        deadline: situation.start,
        advice: advice(situation),
    };
    match needs
        .iter_mut()
        .find(|other| other.analyte.id == analyte.id)
    {
        Some(other) if window.hours() < other.window.hours() => *other = need,
        Some(_) => {}
        None => needs.push(need),
    }
}

/// All but the kidneys.
pub(super) fn needs<'a>(situation: &Situation<'a>, medicines: &MedicinesFound) -> Vec<Need<'a>> {
    let rules = situation.rules;
    let mut needs = Vec::new();
    let high = situation.class == BleedingClass::High;
    let baseline = if situation.is_unstable() {
        "high_unstable"
    } else {
        "high_baseline"
    };
    if let Some(request) = rules.requests.get(baseline).filter(|_| high) {
        for analyte in &request.analytes {
            add(&mut needs, situation, analyte, request, window_of(request));
        }
    }
    if let Some(request) = rules
        .requests
        .get("liver_disease")
        .filter(|_| situation.has_liver_disease())
    {
        for analyte in &request.analytes {
            let known = rules.analytes.get(analyte);
            let limited = known.is_some_and(|analyte| has_limit(situation, medicines, analyte));
            // Without a limit for it the INR says nothing in liver disease.
            if high || analyte != "inr" || limited {
                add(&mut needs, situation, analyte, request, window_of(request));
            }
        }
    }
    if let Some(request) = rules
        .requests
        .get("vitamin_k_antagonist")
        .filter(|_| medicines.has_vitamin_k_antagonist)
    {
        let window = window_of(request);
        needs.retain(|need| need.analyte.id != "inr");
        if !medicines.team_decides_vitamin_k_antagonist || window.is_open(situation) {
            add(&mut needs, situation, "inr", request, window);
        }
    }
    if let Some(request) = rules.requests.get("stopped_infusion") {
        for analyte in medicines.checks_after_stop.iter() {
            add(&mut needs, situation, analyte, request, window_of(request));
        }
    }
    if let Some(request) = rules.requests.get("group_and_screen") {
        let asked = situation
            .planned
            .iter()
            .any(|one| request.procedures.contains(&one.entry.id));
        if asked {
            add(
                &mut needs,
                situation,
                "group_and_screen",
                request,
                window_of(request),
            );
        }
    }
    needs
}

/// The creatinine that is asked for, and what is on file.
#[derive(Debug, Clone)]
pub(crate) struct KidneyNeed<'a> {
    pub need: Need<'a>,
}

/// Whether contrast into a vessel asks for the kidneys.
pub(crate) fn contrast_asks(situation: &Situation, medicines_hold_metformin: bool) -> bool {
    let contrast = &situation.contrast;
    if contrast.gadolinium_asks_for_kidneys {
        return true;
    }
    contrast.iodinated_into_vessel
        && (contrast.first_pass || medicines_hold_metformin || situation.has(Tag::KidneyRisk))
}

/// The strictest rule for creatinine. `kidneys` is what the value on file says, `last_doses` the last doses of
/// the medicines whose stop rests on it.
pub(crate) fn kidney_need<'a>(
    situation: &Situation<'a>,
    kidneys: &KidneyFunction,
    has_metformin: bool,
    doac_last_dose: Option<Option<Timestamp>>,
) -> Option<KidneyNeed<'a>> {
    let rules = situation.rules;
    let analyte = rules.analytes.get("creatinine")?;
    let on_file = newest(situation, analyte);
    let mut wanted: Vec<(&Request, Window, Timestamp)> = Vec::new();
    if let Some(request) = rules.requests.get("doac_kidney")
        && let Some(last_dose) = doac_last_dose.filter(|_| situation.class == BleedingClass::High)
    {
        let poor = kidneys.crcl.zip(request.kidneys_poor_below_ml_min);
        let poor = poor.is_some_and(|(crcl, below)| crcl.0 < below);
        let window = match request.max_age_days_if_kidneys_poor {
            Some(days) if poor => Window::Days(days),
            _ => window_of(request),
        };
        wanted.push((request, window, last_dose.unwrap_or(situation.start)));
    }
    if let Some(request) = rules.requests.get("contrast_kidney")
        && contrast_asks(situation, has_metformin)
    {
        let window = match request.max_age_days_unstable {
            Some(days) if situation.is_acute() => Window::Days(days),
            _ => window_of(request),
        };
        wanted.push((request, window, situation.start));
    }
    let (request, window, _) = *wanted.iter().min_by_key(|(_, window, _)| window.hours())?;
    // The sample is wanted by the earliest of those that the value on file does not serve.
    let unserved = wanted.iter().filter(|(_, window, _)| {
        on_file.as_ref().is_none_or(|value| {
            !window.holds(situation, value) || matches!(value.reading, Reading::Implausible(_))
        })
    });
    let deadline = unserved
        .map(|(_, _, deadline)| *deadline)
        .min()
        .unwrap_or(situation.start);
    let need = Need {
        analyte,
        request,
        window,
        deadline,
        advice: advice(situation),
    };
    Some(KidneyNeed { need })
}

impl KidneyNeed<'_> {
    /// The value on file is too old and the time to take a new one is near: it says nothing any more.
    pub fn is_stale(&self, situation: &Situation) -> bool {
        newest(situation, self.need.analyte).is_some_and(|value| {
            !self.need.window.holds(situation, &value) && self.need.is_stale(situation)
        })
    }
}

/// Creatinine on file that may be used.
pub(crate) fn creatinine(situation: &Situation) -> Option<(MicromolePerLitre, Newest)> {
    let value = newest(situation, situation.rules.analytes.get("creatinine")?)?;
    match value.reading {
        Reading::Number(number) => Some((MicromolePerLitre(number), value)),
        Reading::Word(_) | Reading::Implausible(_) => None,
    }
}

/// The medicines that are listed in `laboratory/requests/doac_kidney.toml`.
pub(crate) fn asks_for_kidneys(situation: &Situation, medicine_id: &str) -> bool {
    situation
        .rules
        .requests
        .get("doac_kidney")
        .is_some_and(|request| request.medicines.iter().any(|id| id == medicine_id))
}
