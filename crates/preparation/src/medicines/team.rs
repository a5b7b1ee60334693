//! When nobody but the named team may stop a medicine.

use super::Context;
use crate::conditions::{Stated, fits};
use crate::readiness::Findings;
use crate::situation::Situation;
use knowledge::medicine::MedicineClass;
use knowledge::team::TeamDecision;

impl Context<'_, '_> {
    /// Raises a review for every condition that is true for this class; true when there was one.
    pub(crate) fn team_decides(
        &self,
        name: &str,
        class: MedicineClass,
        findings: &mut Findings,
    ) -> bool {
        let situation = self.situation;
        let mut any = false;
        for decision in &situation.rules.team {
            if !decision.classes.contains(&class) || !self.is_true(decision) {
                continue;
            }
            any = true;
            let rule = format!("team/{}", decision.id);
            let by: Vec<&str> = decision.decision_with.iter().map(String::as_str).collect();
            let fact = format!("{name}: {}", decision.says);
            findings.review(&decision.id, situation, &rule, decision, fact, &by);
        }
        any
    }

    fn is_true(&self, decision: &TeamDecision) -> bool {
        let situation = self.situation;
        decision.always
            || stated(situation).any(|one| names(decision, one, situation))
            || (!decision.together.is_empty() && self.all_groups_listed(decision))
    }

    fn all_groups_listed(&self, decision: &TeamDecision) -> bool {
        decision.together.iter().all(|group| {
            self.listed
                .iter()
                .filter_map(|one| one.class())
                .any(|class| group.contains(&class))
        })
    }
}

fn stated<'s, 'a>(situation: &'s Situation<'a>) -> impl Iterator<Item = &'s Stated<'a>> {
    situation.conditions.iter().chain(&situation.indications)
}

fn names(decision: &TeamDecision, one: &Stated, situation: &Situation) -> bool {
    if decision.conditions.contains(&one.name) || decision.events_of_now.contains(&one.name) {
        return true;
    }
    if decision
        .indications
        .iter()
        .any(|pattern| fits(pattern, &one.name))
    {
        return true;
    }
    if decision.events.contains(&one.name) {
        return decision
            .within_months
            .is_none_or(|months| one.is_within_months(months, situation.appointment.date()));
    }
    let score = one
        .name
        .starts_with("af_cha2ds2vasc_")
        .then(|| one.part.parse::<u8>().ok())
        .flatten();
    decision
        .cha2ds2vasc_from
        .zip(score)
        .is_some_and(|(from, score)| score >= from)
}
