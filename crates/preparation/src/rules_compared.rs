//! One patient under two rule books: what the plan says otherwise, and which rules did that.

use crate::difference::{LineChange, difference, lines};
use crate::facts::{Booking, Facts};
use crate::plan::{Plan, Refusal, RuleUsed, plan};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use knowledge::RuleBook;
use std::collections::BTreeMap;

/// How one plan differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanDifference {
    pub lines: Vec<LineChange>,
    /// Rules that are worded otherwise, or that only one of the plans rests on; sorted by id.
    pub rules: Vec<RuleDifference>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleDifference {
    pub rule: String,
    /// Hash of its content in the old book; `None` when the old plan does not rest on it.
    pub before: Option<String>,
    pub after: Option<String>,
}

/// Why one of the two plans could not be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotCompared {
    Old(Refusal),
    New(Refusal),
}

impl std::fmt::Display for NotCompared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Old(refusal) => write!(f, "by the old rules: {refusal}"),
            Self::New(refusal) => write!(f, "by the new rules: {refusal}"),
        }
    }
}

/// Plans twice; `None` when both plans say the same.
///
/// * `as_of` – the same moment for both, wall clock in `zone`.
/// # Errors
/// A procedure that one of the books does not have.
pub fn compare_rules(
    facts: &Facts,
    booking: &Booking,
    (old, new): (&RuleBook, &RuleBook),
    as_of: DateTime,
    zone: &TimeZone,
) -> Result<Option<PlanDifference>, NotCompared> {
    let before = plan(facts, booking, old, as_of, zone).map_err(NotCompared::Old)?;
    let after = plan(facts, booking, new, as_of, zone).map_err(NotCompared::New)?;
    Ok(between(&before, &after, as_of))
}

/// What lies between two plans of one patient; `None` when they say the same.
///
/// * `as_of` – the moment of both.
pub fn between(before: &Plan, after: &Plan, as_of: DateTime) -> Option<PlanDifference> {
    let lines = difference(&lines(before, as_of), &lines(after, as_of));
    (!lines.is_empty()).then(|| PlanDifference {
        lines,
        rules: rules(&before.provenance, &after.provenance),
    })
}

fn rules(before: &[RuleUsed], after: &[RuleUsed]) -> Vec<RuleDifference> {
    let mut all: BTreeMap<&str, (Option<&str>, Option<&str>)> = BTreeMap::new();
    for used in before {
        all.entry(&used.rule).or_default().0 = Some(&used.hash);
    }
    for used in after {
        all.entry(&used.rule).or_default().1 = Some(&used.hash);
    }
    all.into_iter()
        .filter(|(_, (before, after))| before != after)
        .map(|(rule, (before, after))| RuleDifference {
            rule: rule.to_owned(),
            before: before.map(str::to_owned),
            after: after.map(str::to_owned),
        })
        .collect()
}
