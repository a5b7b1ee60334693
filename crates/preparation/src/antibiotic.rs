//! Antibiotic before the procedure, with the alternative for a penicillin allergy.

use crate::readiness::Findings;
use crate::situation::{Planned, Situation};
use knowledge::antibiotic::{Advice, Regimen};
use knowledge::condition::Tag;
use std::collections::BTreeSet;

/// The advice in words; of several procedures the strictest advice counts, and each choice is named once.
pub(crate) fn work_out(situation: &Situation, findings: &mut Findings) -> String {
    let class = |one: &Planned| one.entry.antibiotic.class;
    let advice = situation.planned.iter().map(class).max();
    let words = match advice.unwrap_or(Advice::None) {
        Advice::None => return "none".to_owned(),
        Advice::Recommended => "recommended",
        Advice::Controversial => "controversial",
    };
    let planned: Vec<Planned> = situation
        .planned
        .iter()
        .copied()
        .filter(|one| Some(class(one)) == advice)
        .collect();
    for one in &planned {
        let group = &one.entry.antibiotic.group;
        findings.use_rule(&format!("antibiotics/groups/{group}"));
    }
    if situation.has(Tag::RunningAntibiotic) {
        return "running treatment covers: no extra dose".to_owned();
    }
    let choices: BTreeSet<String> = planned
        .iter()
        .map(|one| with_culture(situation, *one, findings))
        .collect();
    let choices: Vec<String> = choices.into_iter().collect();
    format!("{words}: {}", choices.join(" / "))
}

fn with_culture(situation: &Situation, planned: Planned, findings: &mut Findings) -> String {
    let choice = choice(situation, planned, findings);
    let groups = &situation.rules.antibiotic_groups;
    let culture = groups
        .get(&planned.entry.antibiotic.group)
        .map(|group| group.culture.as_str())
        .filter(|culture| !culture.is_empty());
    let culture = culture.map_or_else(String::new, |culture| format!("; {culture}"));
    format!("{choice}{culture}")
}

fn choice(situation: &Situation, planned: Planned, findings: &mut Findings) -> String {
    let rules = situation.rules;
    let entry = &planned.entry.antibiotic;
    let Some(group) = rules.antibiotic_groups.get(&entry.group) else {
        return "ask the radiologist".to_owned();
    };
    let first = Some(&entry.first)
        .filter(|first| !first.is_empty())
        .or(group.first.first());
    let regimen = first.and_then(|first| rules.regimens.get(first));
    // After a mild reaction another group may be given, a penicillin never.
    let refused = situation.facts.allergies.iter().any(|allergy| {
        let mild = allergy.severity.trim() == "mild";
        let is_penicillin = regimen.is_none_or(|regimen| regimen.is_penicillin);
        allergy.kind == "penicillin" && (!mild || is_penicillin)
    });
    if refused {
        findings.warn("penicillin_allergy_alternative");
        return match group.penicillin_allergy.first() {
            Some(other) => format!("{} (penicillin allergy)", other.replace('_', " + ")),
            None => "ask the radiologist (penicillin allergy)".to_owned(),
        };
    }
    match regimen {
        Some(regimen) => in_words(situation, regimen),
        None => "ask the radiologist".to_owned(),
    }
}

fn in_words(situation: &Situation, regimen: &Regimen) -> String {
    let weight = situation.weight.map(|weight| weight.0);
    let heavy = regimen
        .heavy_from_kg
        .zip(weight)
        .is_some_and(|(from, weight)| weight >= from);
    let adult = if heavy {
        regimen.heavy_mg.or(regimen.adult_mg)
    } else {
        regimen.adult_mg
    };
    let dose = if situation.is_child() {
        let by_weight = regimen
            .child_mg_kg
            .zip(weight)
            .map(|(dose, weight)| dose * weight);
        by_weight.map(|dose| adult.map_or(dose, |most| dose.min(most)))
    } else {
        adult
    };
    let amount = match dose {
        Some(mg) if mg >= 1000.0 => format!("{} g", (mg / 10.0).round() / 100.0),
        Some(mg) => format!("{mg:.0} mg"),
        None => "dose by weight".to_owned(),
    };
    format!(
        "{} {amount}, start within {} min before",
        regimen.inn, regimen.start_minutes_before_max
    )
}
