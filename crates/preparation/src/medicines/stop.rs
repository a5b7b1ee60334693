//! The last dose that may be taken, and whether it was the last.
//!
//! `hold_days` are dose-free calendar days before the day of the procedure, however often the medicine is taken.
//! For injections `doses` and `min_hours` must both be kept, unless the rule says that either is enough.

use super::recognise::Listed;
use super::schedule::Schedule;
use crate::clock::{Limit, at_least_hours, days_before};
use crate::situation::Situation;
use jiff::civil::{Date, DateTime, Time};
use knowledge::medicine::{DosesOrHours, Rule};
use knowledge::policy::RangeEnd;
use std::collections::BTreeSet;

/// Longest time that is looked back for a dose, in days.
const LOOK_BACK_DAYS: i64 = 60;

/// The limit for the last dose; `None` when there are no times to compute one from.
pub(crate) fn last_dose_limit(
    situation: &Situation,
    listed: &Listed,
    rule: &Rule,
) -> Option<Limit> {
    let lower = situation.rules.policy.range == RangeEnd::Lower;
    let pick = |upper: Option<u16>, low: Option<u16>| if lower { low.or(upper) } else { upper };
    match &listed.schedule {
        Schedule::Continuous => {
            let hours = pick(rule.min_hours, rule.min_hours_lower)?;
            Some(situation.clock.hours_before(situation.start, hours))
        }
        Schedule::Clock(times) => {
            let days = pick(
                rule.hold_days.map(u16::from),
                rule.hold_days_lower.map(u16::from),
            );
            let wanted = match days {
                Some(days) => {
                    let day = days_before(situation.appointment.date(), i64::from(days) + 1);
                    day.to_datetime(*times.last()?)
                }
                None => {
                    let doses = pick(rule.doses.map(u16::from), rule.doses_lower.map(u16::from));
                    let hours = pick(rule.min_hours, rule.min_hours_lower);
                    let either = rule.doses_or_hours == Some(DosesOrHours::Either);
                    injection(situation, times, doses, hours, either)?
                }
            };
            Some(situation.clock.safe(wanted))
        }
        Schedule::Dialysis(_) | Schedule::Unknown => None,
    }
}

/// The latest scheduled dose that leaves out enough doses and enough hours.
fn injection(
    situation: &Situation,
    times: &BTreeSet<Time>,
    doses: Option<u16>,
    hours: Option<u16>,
    either: bool,
) -> Option<DateTime> {
    if doses.is_none() && hours.is_none() {
        return None;
    }
    let mut left_out: u16 = 0;
    for at in backwards(situation.appointment.date(), times) {
        if at >= situation.appointment {
            continue;
        }
        let taken = situation.clock.last_instant(at);
        let enough_doses = doses.map(|doses| left_out >= doses);
        let enough_hours = hours.map(|hours| at_least_hours(taken, situation.start, hours));
        let enough = match (enough_doses, enough_hours) {
            (Some(a), Some(b)) if either => a || b,
            (a, b) => a.unwrap_or(true) && b.unwrap_or(true),
        };
        if enough {
            return Some(at);
        }
        left_out = left_out.saturating_add(1);
    }
    None
}

/// Scheduled doses from the end of a day backwards.
fn backwards(from: Date, times: &BTreeSet<Time>) -> impl Iterator<Item = DateTime> {
    (0..LOOK_BACK_DAYS).flat_map(move |days| {
        let day = days_before(from, days);
        times.iter().rev().map(move |time| day.to_datetime(*time))
    })
}

/// The latest scheduled dose at least so many hours before the procedure.
pub(crate) fn last_scheduled_before(
    situation: &Situation,
    listed: &Listed,
    hours: u16,
) -> Option<Limit> {
    match &listed.schedule {
        Schedule::Clock(times) => {
            injection(situation, times, None, Some(hours), false).map(|at| situation.clock.safe(at))
        }
        Schedule::Continuous | Schedule::Dialysis(_) | Schedule::Unknown => None,
    }
}

/// Was the last dose taken in time?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kept {
    /// Somebody said so.
    Confirmed,
    /// Nothing speaks against it yet.
    StillPossible,
    /// The timetable went on past the limit.
    BrokenPresumed,
    /// A dose after the limit was really taken.
    BrokenConfirmed,
}

pub(crate) fn kept(situation: &Situation, listed: &Listed, limit: Limit) -> Kept {
    if let Some(confirmed) = listed.confirmed {
        if confirmed > limit.at {
            return Kept::BrokenConfirmed;
        }
        if confirmed <= situation.as_of {
            return Kept::Confirmed;
        }
    }
    let taken_since = match &listed.schedule {
        Schedule::Continuous => situation.as_of > limit.at,
        Schedule::Clock(times) => backwards(situation.as_of.date(), times)
            .find(|at| *at <= situation.as_of)
            // A limit that the clock change moved stands for the dose after it.
            .is_some_and(|last| situation.clock.safe(last).at > limit.at),
        Schedule::Dialysis(_) | Schedule::Unknown => false,
    };
    if taken_since {
        Kept::BrokenPresumed
    } else {
        Kept::StillPossible
    }
}

/// The first day on which the interval would be kept if no further dose were taken.
pub(crate) fn earliest_day(situation: &Situation, listed: &Listed, rule: &Rule) -> Option<Date> {
    use jiff::ToSpan;
    let days = i64::from(rule.hold_days?);
    let last = match (&listed.schedule, listed.confirmed) {
        (_, Some(confirmed)) => confirmed.date(),
        (Schedule::Clock(times), None) => backwards(situation.as_of.date(), times)
            .find(|at| *at <= situation.as_of)?
            .date(),
        (Schedule::Continuous | Schedule::Dialysis(_) | Schedule::Unknown, None) => return None,
    };
    last.checked_add((days + 1).days()).ok()
}
