//! Which values are needed, how recent, and which fail.
//!
//! A value is judged as it will be at the appointment. Limits in days count calendar dates, limits in hours elapsed
//! time; both hold the limit itself.

mod needs;
pub(crate) mod reading;

pub(crate) use needs::{KidneyNeed, asks_for_kidneys, creatinine, kidney_need};

use crate::clock::{at_most_hours, days_before, days_between};
use crate::medicines::MedicinesFound;
use crate::plan::LabDue;
use crate::readiness::{Findings, Lift};
use crate::situation::Situation;
use jiff::Timestamp;
use jiff::ToSpan;
use jiff::civil::DateTime;
use knowledge::Cited;
use knowledge::laboratory::{Analyte, Limit, Population, Request};
use knowledge::medicine::Comparison;
use needs::{Need, needs};
use reading::{Newest, Reading, factor_of, newest};

/// How old a value may be at the appointment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Window {
    Days(u16),
    Hours(u16),
}

impl Window {
    /// For comparing: the shorter window is the stricter one.
    fn hours(self) -> u32 {
        match self {
            Self::Days(days) => u32::from(days) * 24,
            Self::Hours(hours) => u32::from(hours),
        }
    }

    /// The first moment of a sample that still counts.
    pub fn opens(self, situation: &Situation) -> DateTime {
        match self {
            Self::Days(days) => {
                let day = days_before(situation.appointment.date(), i64::from(days));
                situation.clock.first_of_day(day)
            }
            Self::Hours(hours) => {
                let at = situation.start.checked_sub(i64::from(hours).hours());
                situation.clock.wall(at.unwrap_or(Timestamp::MIN))
            }
        }
    }

    pub fn is_open(self, situation: &Situation) -> bool {
        match self {
            Self::Days(_) => situation.as_of >= self.opens(situation),
            Self::Hours(hours) => at_most_hours(situation.now, situation.start, f64::from(hours)),
        }
    }

    pub fn holds(self, situation: &Situation, value: &Newest) -> bool {
        match self {
            Self::Days(days) => {
                days_between(value.taken_at.date(), situation.appointment.date()) <= i64::from(days)
            }
            Self::Hours(hours) => at_most_hours(value.taken, situation.start, f64::from(hours)),
        }
    }
}

pub(crate) fn window_of(request: &Request) -> Window {
    match (request.max_age_hours, request.max_age_days) {
        (Some(hours), _) => Window::Hours(hours),
        (None, days) => Window::Days(days.unwrap_or(0)),
    }
}

/// The laboratory section: adds blockers, gives the samples that are due.
pub(crate) fn work_out(
    situation: &Situation,
    medicines: &MedicinesFound,
    kidney: Option<&KidneyNeed>,
    findings: &mut Findings,
) -> Vec<LabDue> {
    let mut due = Vec::new();
    let needs = needs(situation, medicines);
    for need in &needs {
        judge(situation, medicines, need, findings, &mut due);
    }
    if let Some(kidney) = kidney {
        judge(situation, medicines, &kidney.need, findings, &mut due);
    }
    judge_what_is_on_file(situation, medicines, &needs, findings, &mut due);
    due
}

const TAKES_SAMPLE: Lift = Lift {
    by: &["ward_nurse", "ir_nurse"],
    by_task: true,
};
const RADIOLOGIST_TASK: Lift = Lift {
    by: &["radiologist"],
    by_task: true,
};
const RADIOLOGIST: Lift = Lift {
    by: &["radiologist"],
    by_task: false,
};

fn judge(
    situation: &Situation,
    medicines: &MedicinesFound,
    need: &Need,
    findings: &mut Findings,
    due: &mut Vec<LabDue>,
) {
    let id = need.analyte.id.as_str();
    let rule = format!("laboratory/requests/{}", need.request.id);
    findings.use_rule(&rule);
    let Some(value) = newest(situation, need.analyte) else {
        due.push(sample(situation, need));
        if need.window.is_open(situation) {
            let fact = format!("{} is needed and not on file", need.analyte.name);
            findings.block(
                format!("lab_missing_{id}"),
                situation,
                &rule,
                need.request,
                fact,
                TAKES_SAMPLE,
            );
        }
        return;
    };
    if !need.window.holds(situation, &value) {
        due.push(sample(situation, need));
        if need.is_stale(situation) {
            let fact = format!("{} of {} is too old", need.analyte.name, value.taken_at);
            findings.block(
                format!("lab_stale_{id}"),
                situation,
                &rule,
                need.request,
                fact,
                TAKES_SAMPLE,
            );
        }
        return;
    }
    judge_valid(situation, medicines, need, &value, findings, due);
}

/// A value that is young enough.
fn judge_valid(
    situation: &Situation,
    medicines: &MedicinesFound,
    need: &Need,
    value: &Newest,
    findings: &mut Findings,
    due: &mut Vec<LabDue>,
) {
    let id = need.analyte.id.as_str();
    let rule = format!("laboratory/analytes/{id}");
    match &value.reading {
        Reading::Implausible(why) => {
            due.push(sample(situation, need));
            let fact = format!("{} of {}: {why}", need.analyte.name, value.taken_at);
            findings.block(
                format!("lab_implausible_{id}"),
                situation,
                &rule,
                need.analyte,
                fact,
                TAKES_SAMPLE,
            );
        }
        Reading::Word(_) => {}
        Reading::Number(number) => {
            if situation.has_liver_disease() && !need.analyte.limits.is_empty() {
                findings.warn("cld_thresholds_used");
            }
            let Some(broken) = broken_limit(situation, medicines, need.analyte, *number) else {
                return;
            };
            let can_repeat = situation.appointment.date() > situation.as_of.date();
            let fact = format!(
                "{} {number} of {} does not meet {}",
                need.analyte.name, value.taken_at, broken.words
            );
            let lift = if can_repeat {
                RADIOLOGIST_TASK
            } else {
                RADIOLOGIST
            };
            if can_repeat {
                due.push(sample(situation, need));
            }
            findings.block(
                format!("lab_out_of_range_{id}"),
                situation,
                &rule,
                broken.cited,
                fact,
                lift,
            );
        }
    }
}

/// INR, platelets and fibrinogen that nobody asked for are judged all the same when they are recent.
fn judge_what_is_on_file(
    situation: &Situation,
    medicines: &MedicinesFound,
    needs: &[Need],
    findings: &mut Findings,
    due: &mut Vec<LabDue>,
) {
    let request = situation.rules.requests.get(if situation.is_unstable() {
        "high_unstable"
    } else {
        "high_baseline"
    });
    let Some(request) = request else { return };
    for analyte in situation
        .rules
        .analytes
        .values()
        .filter(|analyte| !analyte.limits.is_empty())
    {
        let asked = needs.iter().any(|need| need.analyte.id == analyte.id);
        // The INR of a vitamin K antagonist has its own, shorter window.
        let own = analyte.id == "inr" && medicines.has_vitamin_k_antagonist;
        if asked || own || !has_limit(situation, medicines, analyte) {
            continue;
        }
        let need = Need {
            analyte,
            request,
            window: window_of(request),
            deadline: situation.start,
            advice: String::new(),
        };
        if let Some(value) = newest(situation, analyte)
            && need.window.holds(situation, &value)
        {
            judge_valid(situation, medicines, &need, &value, findings, due);
        }
    }
}

/// A limit that is not met.
pub(crate) struct Broken<'a> {
    pub words: String,
    pub cited: &'a dyn Cited,
}

fn applies(situation: &Situation, limit: &Limit) -> bool {
    let population =
        limit.population == Population::Any || limit.population == situation.population();
    let access = limit.access.is_empty()
        || limit
            .access
            .iter()
            .any(|artery| situation.arteries.contains(&artery.as_str()));
    limit.bleeding_class == situation.class && population && access
}

pub(crate) fn has_limit(
    situation: &Situation,
    medicines: &MedicinesFound,
    analyte: &Analyte,
) -> bool {
    let of_medicine = analyte.id == "inr" && medicines.inr_limit.is_some();
    of_medicine || analyte.limits.iter().any(|limit| applies(situation, limit))
}

/// The first limit that the value does not meet; every limit that applies counts, so the strictest decides.
pub(crate) fn broken_limit<'a>(
    situation: &'a Situation,
    medicines: &MedicinesFound<'a>,
    analyte: &'a Analyte,
    value: f64,
) -> Option<Broken<'a>> {
    let of_medicine = medicines.inr_limit.filter(|_| analyte.id == "inr");
    if let Some((op, limit, rule)) = of_medicine
        && !meets(value, op, limit)
    {
        return Some(Broken {
            words: format!("{} {limit}", op.sign()),
            cited: rule,
        });
    }
    analyte
        .limits
        .iter()
        .filter(|limit| applies(situation, limit))
        .find_map(|limit| {
            let factor = factor_of(analyte, &limit.unit)?;
            let in_canonical = (limit.value * factor * 1e9).round() / 1e9;
            (!meets(value, limit.op, in_canonical)).then(|| Broken {
                words: format!("{} {} {}", limit.op.sign(), limit.value, limit.unit),
                cited: limit as &dyn Cited,
            })
        })
}

/// The one place where a value meets a limit or not.
pub(crate) fn meets(value: f64, op: Comparison, limit: f64) -> bool {
    match op {
        Comparison::Below => value < limit,
        Comparison::AtMost => value <= limit,
        Comparison::Above => value > limit,
        Comparison::AtLeast => value >= limit,
    }
}

fn sample(situation: &Situation, need: &Need) -> LabDue {
    let opens = need.window.opens(situation);
    let until = situation.clock.wall(need.deadline);
    LabDue {
        analyte: need.analyte.id.clone(),
        take_from: opens.max(situation.as_of),
        take_until: until,
        advice: need.advice.clone(),
        rule: format!("laboratory/requests/{}", need.request.id),
    }
}

/// An INR that is young enough for a vitamin K antagonist and meets every limit.
pub(crate) fn inr_passes(situation: &Situation, medicines: &MedicinesFound) -> bool {
    let (Some(analyte), Some(request)) = (
        situation.rules.analytes.get("inr"),
        situation.rules.requests.get("vitamin_k_antagonist"),
    ) else {
        return false;
    };
    newest(situation, analyte).is_some_and(|value| {
        window_of(request).holds(situation, &value)
            && matches!(value.reading, Reading::Number(number)
                if broken_limit(situation, medicines, analyte, number).is_none())
    })
}
