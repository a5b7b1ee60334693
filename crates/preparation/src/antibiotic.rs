//! Antibiotic before the procedure, with the alternative for a penicillin allergy.

use crate::readiness::Findings;
use crate::situation::{Planned, Situation};
use knowledge::antibiotic::{Advice, Regimen};
use knowledge::condition::Tag;

pub(crate) fn work_out(situation: &Situation, findings: &mut Findings) -> String {
    let planned = situation
        .planned
        .iter()
        .max_by_key(|one| one.entry.antibiotic.class);
    let Some(planned) = planned else {
        return "none".to_owned();
    };
    let words = match planned.entry.antibiotic.class {
        Advice::None => return "none".to_owned(),
        Advice::Recommended => "recommended",
        Advice::Controversial => "controversial",
    };
    findings.use_rule(&format!(
        "antibiotics/groups/{}",
        planned.entry.antibiotic.group
    ));
    if situation.has(Tag::RunningAntibiotic) {
        return "running treatment covers: no extra dose".to_owned();
    }
    let choice = choice(situation, *planned, findings);
    let group = situation
        .rules
        .antibiotic_groups
        .get(&planned.entry.antibiotic.group);
    let culture = group
        .map(|group| group.culture.as_str())
        .filter(|culture| !culture.is_empty());
    let culture = culture.map_or_else(String::new, |culture| format!("; {culture}"));
    format!("{words}: {choice}{culture}")
}

fn choice(situation: &Situation, planned: Planned, findings: &mut Findings) -> String {
    let rules = situation.rules;
    let entry = &planned.entry.antibiotic;
    let penicillin = situation.facts.allergies.iter().any(|allergy| {
        let mild = matches!(allergy.severity.trim(), "mild");
        allergy.kind == "penicillin" && !mild
    });
    let Some(group) = rules.antibiotic_groups.get(&entry.group) else {
        return "ask the radiologist".to_owned();
    };
    if penicillin {
        findings.warn("penicillin_allergy_alternative");
        return match group.penicillin_allergy.first() {
            Some(other) => format!("{} (penicillin allergy)", other.replace('_', " + ")),
            None => "ask the radiologist (penicillin allergy)".to_owned(),
        };
    }
    let first = Some(&entry.first)
        .filter(|first| !first.is_empty())
        .or(group.first.first());
    let regimen = first.and_then(|first| rules.regimens.get(first));
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
