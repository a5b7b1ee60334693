//! Diagnostic reference levels: medians and percentiles of a procedure in a room against published levels.

use crate::performed::PerformedProcedure;
use crate::rules::levels::{Levels, ReferenceLevel};
use jiff::ToSpan;
use jiff::civil::Date;
use model::{Gray, GraySquareMetre, MilliGrayCentimetre, Seconds};
use std::collections::BTreeMap;

/// One procedure's dose, as far as it was stated.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Procedure {
    pub pka: Option<GraySquareMetre>,
    pub ka_r: Option<Gray>,
    pub fluoroscopy: Option<Seconds>,
    pub dlp: Option<MilliGrayCentimetre>,
}

impl Procedure {
    /// What a performed procedure brings to a comparison; nothing where its dose is not known.
    pub fn of(performed: &PerformedProcedure) -> Self {
        performed.known().map_or_else(Self::default, |known| Self {
            pka: known.totals.pka,
            ka_r: known.totals.ka_r,
            fluoroscopy: known.totals.fluoroscopy,
            dlp: known.totals.dlp,
        })
    }
}

/// Median and quartiles of the procedures that state the quantity, in its unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    pub count: usize,
    pub first_quartile: Quantile,
    pub median: Quantile,
    pub third_quartile: Quantile,
}

/// A value of the quantity at hand.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Quantile(pub f64);

/// How the local median stands against a level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Within,
    /// The median is above the level: a review is due.
    Exceeded,
    /// Too few procedures to say.
    TooFew,
}

type Value = fn(&Procedure) -> Option<f64>;

/// One comparison.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison<'a> {
    pub level: &'a ReferenceLevel,
    /// `pka_gy_m2`, `ka_r_gy`, `fluoroscopy_s` or `dlp_mgy_cm`.
    pub key: &'static str,
    pub spread: Spread,
    pub standing: Standing,
}

/// Spread of values; `None` without any. Quantiles are interpolated between neighbours.
pub fn spread(values: impl IntoIterator<Item = Quantile>) -> Option<Spread> {
    let mut sorted: Vec<f64> = values
        .into_iter()
        .map(|v| v.0)
        .filter(|v| v.is_finite())
        .collect();
    sorted.sort_by(f64::total_cmp);
    let at = |part: f64| {
        let place = part * (sorted.len().checked_sub(1)? as f64);
        let low = sorted.get(place.floor() as usize)?;
        let high = sorted.get(place.ceil() as usize)?;
        Some(Quantile(low + (high - low) * place.fract()))
    };
    Some(Spread {
        count: sorted.len(),
        first_quartile: at(0.25)?,
        median: at(0.5)?,
        third_quartile: at(0.75)?,
    })
}

/// All levels of a procedure against what was done locally.
pub fn compare<'a>(levels: &'a Levels, procedure: &str, done: &[Procedure]) -> Vec<Comparison<'a>> {
    let mut comparisons = Vec::new();
    for level in levels
        .reference_levels
        .iter()
        .filter(|l| l.procedure == procedure)
    {
        for (key, value) in QUANTITIES {
            let Some(limit) = limit(level, key) else {
                continue;
            };
            let Some(spread) = spread(done.iter().filter_map(value).map(Quantile)) else {
                continue;
            };
            let standing = if spread.count < levels.least_procedures {
                Standing::TooFew
            } else if spread.median.0 > limit {
                Standing::Exceeded
            } else {
                Standing::Within
            };
            comparisons.push(Comparison {
                level,
                key,
                spread,
                standing,
            });
        }
    }
    comparisons
}

const QUANTITIES: [(&str, Value); 4] = [
    ("pka_gy_m2", |p| p.pka.map(|v| v.0)),
    ("ka_r_gy", |p| p.ka_r.map(|v| v.0)),
    ("fluoroscopy_s", |p| p.fluoroscopy.map(|v| v.0)),
    ("dlp_mgy_cm", |p| p.dlp.map(|v| v.0)),
];

fn limit(level: &ReferenceLevel, key: &str) -> Option<f64> {
    match key {
        "pka_gy_m2" => level.pka.map(|v| v.0),
        "ka_r_gy" => level.ka_r.map(|v| v.0),
        "fluoroscopy_s" => level.fluoroscopy.map(|v| v.0),
        "dlp_mgy_cm" => level.dlp.map(|v| v.0),
        _ => None,
    }
}

/// By what procedures are put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupBy {
    Procedure,
    ProcedureAndRoom,
    ProcedureAndOperatorGroup,
    ProcedureAndMonth,
}

/// The spread of one quantity over one group.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupSpread {
    pub procedure: String,
    /// Room, operator group or month (`2026-03`); empty when grouped by procedure alone.
    pub group: String,
    pub key: &'static str,
    pub spread: Spread,
    /// Procedures of the group that do not state the quantity.
    pub not_stated: usize,
    /// Cases above the third quartile by more than one and a half times the range between the quartiles.
    pub outliers: Vec<String>,
}

/// Medians and quartiles of every quantity that a group states, in the order of procedure, group and quantity.
pub fn by_group(done: &[PerformedProcedure], by: GroupBy) -> Vec<GroupSpread> {
    let mut groups: BTreeMap<(String, String), Vec<&PerformedProcedure>> = BTreeMap::new();
    for p in done {
        let group = match by {
            GroupBy::Procedure => String::new(),
            GroupBy::ProcedureAndRoom => p.room.clone(),
            GroupBy::ProcedureAndOperatorGroup => p.operator_group.clone(),
            GroupBy::ProcedureAndMonth => p.day.strftime("%Y-%m").to_string(),
        };
        groups
            .entry((p.procedure.clone(), group))
            .or_default()
            .push(p);
    }
    let mut found = Vec::new();
    for ((procedure, group), members) in groups {
        for (key, value) in QUANTITIES {
            let values: Vec<(&str, f64)> = members
                .iter()
                .filter_map(|p| Some((p.case.as_str(), value(&Procedure::of(p))?)))
                .collect();
            let Some(spread) = spread(values.iter().map(|v| Quantile(v.1))) else {
                continue;
            };
            // The usual fence of a box plot: a way of drawing, no clinical figure.
            let (low, high) = (spread.first_quartile.0, spread.third_quartile.0);
            let fence = high + 1.5 * (high - low);
            let outliers = values.iter().filter(|v| v.1 > fence);
            found.push(GroupSpread {
                procedure: procedure.clone(),
                group: group.clone(),
                key,
                spread,
                not_stated: members.len() - values.len(),
                outliers: outliers.map(|v| v.0.to_owned()).collect(),
            });
        }
    }
    found
}

/// One stretch of time of a review, both days inclusive.
#[derive(Debug, Clone, PartialEq)]
pub struct Period {
    pub from: Date,
    pub to: Date,
    /// `None` when no procedure of the period states the quantity.
    pub spread: Option<Spread>,
    pub standing: Standing,
}

/// Whether a level is exceeded consistently: in each of the rule's latest periods.
#[derive(Debug, Clone, PartialEq)]
pub struct Review<'a> {
    pub level: &'a ReferenceLevel,
    pub key: &'static str,
    /// Latest first; as many as the rule asks for.
    pub periods: Vec<Period>,
    pub verdict: Verdict,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Above the level in every period: a review with corrective action is due.
    ConsistentlyExceeded,
    /// Above the level in the latest period only, or in some.
    ExceededOnce,
    Within,
    /// A period has too few procedures to say, and no other exceeds the level.
    TooFew,
}

/// Looks back from `today` (inclusive) over the rule's periods, for every level of every procedure that was done.
///
/// * `room` – only this room; `None` for the whole department.
pub fn reviews<'a>(
    levels: &'a Levels,
    done: &[PerformedProcedure],
    room: Option<&str>,
    today: Date,
) -> Vec<Review<'a>> {
    let mut found = Vec::new();
    for level in &levels.reference_levels {
        let members: Vec<(Date, Procedure)> = done
            .iter()
            .filter(|p| p.procedure == level.procedure && room.is_none_or(|r| p.room == r))
            .map(|p| (p.day, Procedure::of(p)))
            .collect();
        if members.is_empty() {
            continue;
        }
        for (key, value) in QUANTITIES {
            let Some(limit) = limit(level, key) else {
                continue;
            };
            let stated: Vec<(Date, f64)> = members
                .iter()
                .filter_map(|(day, p)| Some((*day, value(p)?)))
                .collect();
            let periods = periods(levels, &stated, limit, today);
            found.push(Review {
                level,
                key,
                verdict: verdict(&periods),
                periods,
            });
        }
    }
    found
}

fn periods(levels: &Levels, stated: &[(Date, f64)], limit: f64, today: Date) -> Vec<Period> {
    let days = i64::from(levels.review_period.0);
    (0..i64::from(levels.review_periods))
        .map(|number| {
            let to = today.saturating_sub((number * days).days());
            let from = today.saturating_sub(((number + 1) * days - 1).days());
            let inside = stated.iter().filter(|(day, _)| (from..=to).contains(day));
            let spread = spread(inside.map(|(_, value)| Quantile(*value)));
            let standing = match spread {
                Some(s) if s.count >= levels.least_procedures && s.median.0 > limit => {
                    Standing::Exceeded
                }
                Some(s) if s.count >= levels.least_procedures => Standing::Within,
                Some(_) | None => Standing::TooFew,
            };
            Period {
                from,
                to,
                spread,
                standing,
            }
        })
        .collect()
}

fn verdict(periods: &[Period]) -> Verdict {
    let exceeded = periods
        .iter()
        .filter(|p| p.standing == Standing::Exceeded)
        .count();
    if exceeded == periods.len() {
        Verdict::ConsistentlyExceeded
    } else if exceeded > 0 {
        Verdict::ExceededOnce
    } else if periods.iter().any(|p| p.standing == Standing::TooFew) {
        Verdict::TooFew
    } else {
        Verdict::Within
    }
}
