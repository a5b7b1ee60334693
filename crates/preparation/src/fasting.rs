//! Until when which food may be taken: elapsed hours before the start.

use crate::plan::{Fasting, FoodLimit};
use crate::readiness::Findings;
use crate::situation::Situation;

pub(crate) fn work_out(situation: &Situation, findings: &mut Findings) -> Fasting {
    let without = |scheme: &str, reason: &str| Fasting {
        scheme: scheme.to_owned(),
        reason: reason.to_owned(),
        limits: Vec::new(),
        rule: "policy".to_owned(),
    };
    if situation.is_emergency() {
        findings.warn("asa_aspiration_precautions");
        return without("not_applied", "emergency, aspiration precautions");
    }
    if !situation.is_sedated() {
        return without("none", "local anaesthesia only");
    }
    let policy = &situation.rules.policy;
    let child_below = policy.figures.child_fasting_below_years.value;
    let child = situation.age.is_some_and(|age| age.0 < child_below);
    let name = if child {
        &policy.fasting_child
    } else {
        &policy.fasting_adult
    };
    let Some(scheme) = situation.rules.fasting.get(name) else {
        // The rule book is refused without its schemes; a plan never stands on a missing one.
        return without("not_worked_out", "the fasting scheme is missing");
    };
    let rule = format!("fasting/{}", scheme.id);
    findings.use_rule(&rule);
    let limits = scheme
        .limits
        .iter()
        .filter(|limit| {
            limit
                .below_age_years
                .is_none_or(|below| situation.age.is_some_and(|age| age.0 < below))
        })
        .map(|limit| {
            let until = situation.clock.hours_before(situation.start, limit.hours);
            FoodLimit {
                food: limit.food.clone(),
                until: until.at,
                moved_by_clock_change: until.moved,
            }
        })
        .collect();
    Fasting {
        scheme: scheme.scheme.clone(),
        reason: String::new(),
        limits,
        rule,
    }
}
