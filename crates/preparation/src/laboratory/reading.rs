//! Laboratory values in one unit: converted by UCUM, refused when they cannot be true.

use crate::facts::{LabResult, ResultValue};
use crate::kidney::Years;
use crate::situation::{Situation, unit_factor};
use jiff::Timestamp;
use jiff::civil::DateTime;
use knowledge::laboratory::{Analyte, Worse};

/// A value as it may be used.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Reading {
    /// In the canonical unit.
    Number(f64),
    Word(String),
    /// Kept and shown, never used for a pass; why in words.
    Implausible(&'static str),
}

/// The newest value of an analyte.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Newest {
    pub reading: Reading,
    pub taken_at: DateTime,
    pub taken: Timestamp,
}

pub(crate) fn read(analyte: &Analyte, result: &LabResult, age: Option<Years>) -> Reading {
    let number = match &result.value {
        ResultValue::Word(word) => {
            let word = word.trim().to_lowercase();
            return if analyte.values.contains(&word) {
                Reading::Word(word)
            } else {
                Reading::Implausible("not a result of this test")
            };
        }
        ResultValue::Number(number) => *number,
    };
    if analyte.canonical_unit.is_empty() {
        return Reading::Implausible("not a result of this test");
    }
    let written = result.unit.trim();
    let unit = if written.is_empty() {
        analyte.unitless_means.as_str()
    } else {
        written
    };
    if unit.is_empty() {
        return Reading::Implausible("without a unit");
    }
    let Some(factor) = factor_of(analyte, unit) else {
        return Reading::Implausible("unknown unit");
    };
    if is_suspect(analyte, unit, number, age) {
        return Reading::Implausible("probably in another unit");
    }
    // Decimal figures of reports are exact to fewer places than this; 30000 /uL is 30, not 30.000000000000004.
    let value = (number * factor * ROUND).round() / ROUND;
    let low = analyte.plausible_min.is_some_and(|min| value < min);
    let high = analyte.plausible_max.is_some_and(|max| value > max);
    if !value.is_finite() || low || high {
        return Reading::Implausible("outside what can be true");
    }
    Reading::Number(value)
}

const ROUND: f64 = 1e9;

fn is_suspect(analyte: &Analyte, unit: &str, number: f64, age: Option<Years>) -> bool {
    analyte.suspect.iter().any(|suspect| {
        let same = factor_of(analyte, &suspect.unit).zip(factor_of(analyte, unit));
        let same = same.is_some_and(|(a, b)| a.total_cmp(&b).is_eq());
        let old_enough = suspect
            .from_age_years
            .is_none_or(|from| age.is_none_or(|age| age.0 >= from));
        let outside = suspect.above.is_some_and(|above| number > above)
            || suspect.below.is_some_and(|below| number < below);
        same && old_enough && outside
    })
}

/// The factor to the canonical unit: a listed unit, or another spelling of one (`mg/dl`, `10^9/l`, `mg/mL`).
pub(crate) fn factor_of(analyte: &Analyte, unit: &str) -> Option<f64> {
    if let Some(factor) = unit_factor(analyte, unit) {
        return Some(factor);
    }
    let (kind, size) = parse_ucum(unit)?;
    analyte.units.iter().find_map(|listed| {
        let (listed_kind, listed_size) = parse_ucum(&listed.ucum)?;
        (listed_kind == kind).then(|| listed.factor * size / listed_size)
    })
}

/// What is counted per litre.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Gram,
    Mole,
    Count,
}

/// Kind and size per litre of a concentration in UCUM: `mg/dL`, `umol/L`, `10*9/L`, `/uL`.
fn parse_ucum(unit: &str) -> Option<(Kind, f64)> {
    let (top, bottom) = unit.split_once('/')?;
    let litre = bottom.strip_suffix(['L', 'l'])?;
    let volume = prefix(litre)?;
    let (kind, size) = if top.is_empty() {
        (Kind::Count, 1.0)
    } else if let Some(power) = top.strip_prefix("10*").or_else(|| top.strip_prefix("10^")) {
        (Kind::Count, 10f64.powi(power.parse().ok()?))
    } else if let Some(before) = top.strip_suffix("mol") {
        (Kind::Mole, prefix(before)?)
    } else {
        (Kind::Gram, prefix(top.strip_suffix('g')?)?)
    };
    Some((kind, size / volume))
}

fn prefix(text: &str) -> Option<f64> {
    match text {
        "" => Some(1.0),
        "d" => Some(1e-1),
        "c" => Some(1e-2),
        "m" => Some(1e-3),
        "u" => Some(1e-6),
        "n" => Some(1e-9),
        "p" => Some(1e-12),
        _ => None,
    }
}

/// All dated values of an analyte that are not from the future, oldest first; of one moment the worse one last.
pub(crate) fn series(situation: &Situation, analyte: &Analyte, names: &[&str]) -> Vec<Newest> {
    let mut found: Vec<Newest> = situation
        .facts
        .laboratory
        .iter()
        .filter(|result| names.contains(&result.analyte.as_str()))
        .filter_map(|result| {
            let taken_at = result.taken_at.filter(|at| *at <= situation.as_of)?;
            Some(Newest {
                reading: read(analyte, result, situation.age),
                taken: situation.clock.first_instant(taken_at),
                taken_at,
            })
        })
        .collect();
    found.sort_by(|a, b| {
        a.taken_at.cmp(&b.taken_at).then_with(|| {
            badness(&a.reading, analyte.worse).total_cmp(&badness(&b.reading, analyte.worse))
        })
    });
    found
}

/// The newest value.
pub(crate) fn newest(situation: &Situation, analyte: &Analyte) -> Option<Newest> {
    series(situation, analyte, &[analyte.id.as_str()]).pop()
}

fn badness(reading: &Reading, worse: Worse) -> f64 {
    match (reading, worse) {
        (Reading::Number(value), Worse::High) => *value,
        (Reading::Number(value), Worse::Low) => -*value,
        (Reading::Word(_), _) => 0.0,
        (Reading::Implausible(_), _) => f64::INFINITY,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_spellings_of_a_unit_are_one_unit() {
        assert_eq!(parse_ucum("mg/dl"), parse_ucum("mg/dL"));
        assert_eq!(parse_ucum("10^9/L"), Some((Kind::Count, 1e9)));
        let (kind, size) = parse_ucum("/uL").unwrap();
        assert!(kind == Kind::Count && (size - 1e6).abs() < 1e-3);
        assert_eq!(parse_ucum("mmHg"), None);
        assert_eq!(parse_ucum("kg"), None);
    }
}
