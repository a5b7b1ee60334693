//! Diagnostic reference levels: medians and percentiles of a procedure in a room against published levels.

use crate::rules::levels::{Levels, ReferenceLevel};
use model::{Gray, GraySquareMetre, Seconds};

/// One procedure's dose, as far as it was stated.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Procedure {
    pub pka: Option<GraySquareMetre>,
    pub ka_r: Option<Gray>,
    pub fluoroscopy: Option<Seconds>,
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
    /// `pka_gy_m2`, `ka_r_gy` or `fluoroscopy_s`.
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
        let quantities: [(&'static str, Option<f64>, Value); 3] = [
            ("pka_gy_m2", level.pka.map(|v| v.0), |p| p.pka.map(|v| v.0)),
            ("ka_r_gy", level.ka_r.map(|v| v.0), |p| p.ka_r.map(|v| v.0)),
            ("fluoroscopy_s", level.fluoroscopy.map(|v| v.0), |p| {
                p.fluoroscopy.map(|v| v.0)
            }),
        ];
        for (key, limit, value) in quantities {
            let Some(limit) = limit else { continue };
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
