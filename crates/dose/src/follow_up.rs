//! Skin follow-up as dated duties, the band of expected effects, and maps carried over to the next case.

use crate::alert::{Alert, Grade};
use crate::rules::levels::{FollowUp, Levels, SkinBand, When};
use jiff::ToSpan;
use jiff::civil::Date;
use model::Gray;

/// One duty with its first and last day.
#[derive(Debug, Clone, PartialEq)]
pub struct Duty<'a> {
    pub rule: &'a FollowUp,
    pub from: Date,
    pub to: Date,
}

/// What is owed after a procedure, by date.
///
/// * `peak` – computed peak skin dose; `None` when refused: then only the substantial-dose duties can apply.
pub fn duties<'a>(
    levels: &'a Levels,
    alerts: &[Alert],
    peak: Option<Gray>,
    procedure: Date,
) -> Vec<Duty<'a>> {
    let substantial = alerts.iter().any(|a| a.grade == Grade::Substantial);
    let mut duties: Vec<Duty<'a>> = levels
        .follow_up
        .iter()
        .filter(|rule| match rule.when {
            When::Substantial => substantial,
            When::PeakSkinDose(limit) => peak.is_some_and(|p| p >= limit),
        })
        .filter_map(|rule| {
            let [from, to] = rule.days;
            Some(Duty {
                rule,
                from: plus(procedure, from.0)?,
                to: plus(procedure, to.0)?,
            })
        })
        .collect();
    duties.sort_by(|a, b| (a.from, a.to, &a.rule.rule).cmp(&(b.from, b.to, &b.rule.rule)));
    duties
}

fn plus(day: Date, days: u32) -> Option<Date> {
    day.checked_add(i64::from(days).days()).ok()
}

/// The band of a peak skin dose: lower end inclusive.
pub fn band(levels: &Levels, peak: Gray) -> Option<&SkinBand> {
    levels
        .bands
        .iter()
        .find(|b| peak >= b.from && b.to.is_none_or(|to| peak < to))
}

/// An earlier procedure of the same patient.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Earlier {
    pub day: Date,
    pub ka_r: Option<Gray>,
    pub peak: Option<Gray>,
}

/// Earlier dose to be shown before the next case.
#[derive(Debug, Clone, PartialEq)]
pub struct CarriedOver {
    /// Procedures within the window, newest first.
    pub within_window: Vec<Earlier>,
    /// Sum of their reference air kerma; `None` when one of them is not known.
    pub ka_r: Option<Gray>,
    /// Sum of their peaks: the most that one patch of skin can have had. `None` when one is not known.
    pub peak_at_most: Option<Gray>,
}

/// Earlier procedures that count with one on `day`: up to the rule's number of days back, inclusive.
pub fn carried_over(levels: &Levels, earlier: &[Earlier], day: Date) -> CarriedOver {
    let window = i64::from(levels.cumulation.0);
    let mut within: Vec<Earlier> = earlier
        .iter()
        .copied()
        .filter(|e| {
            let days = (day - e.day).get_days();
            (0..=window).contains(&i64::from(days))
        })
        .collect();
    within.sort_by_key(|e| std::cmp::Reverse(e.day));
    let sum = |value: fn(&Earlier) -> Option<Gray>| {
        within
            .iter()
            .map(value)
            .try_fold(Gray(0.0), |sum, v| Some(sum + v?))
    };
    CarriedOver {
        ka_r: sum(|e| e.ka_r),
        peak_at_most: sum(|e| e.peak),
        within_window: within,
    }
}
