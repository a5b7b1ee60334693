//! What the room must know of the patient, in the attributes of PS3.3 C.2.4 (Patient Medical), out of the patient's record.

use super::worklist_item::{PregnancyStatus, WorklistItem};
use knowledge::RuleBook;
use knowledge::condition::Tag;
use model::Kilogram;
use workflow::patient::{Allergy, PatientFacts};

/// Codes of ATC group B01A: medicines against clotting.
const AGAINST_CLOTTING: &str = "B01A";

/// The clinical attributes of one step.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Clinical {
    pub weight: Option<Kilogram>,
    pub allergies: Vec<String>,
    pub medical_alerts: Vec<String>,
    pub pregnancy: PregnancyStatus,
    pub special_needs: String,
    pub patient_state: String,
}

impl Clinical {
    pub fn of(facts: &PatientFacts, rules: &RuleBook) -> Self {
        Self {
            weight: facts.weight.as_ref().map(|weight| Kilogram(weight.kg)),
            allergies: allergies(facts),
            medical_alerts: alerts(facts, rules),
            pregnancy: pregnancy(facts),
            special_needs: special_needs(facts),
            patient_state: state(facts),
        }
    }

    pub fn put_into(self, item: &mut WorklistItem) {
        item.weight = self.weight;
        item.allergies = self.allergies;
        item.medical_alerts = self.medical_alerts;
        item.pregnancy = self.pregnancy;
        item.special_needs = self.special_needs;
        item.patient_state = self.patient_state;
    }
}

/// "None known" only when somebody asked.
fn allergies(facts: &PatientFacts) -> Vec<String> {
    if facts.allergies_asked && facts.allergies.is_empty() {
        return vec!["none known (asked)".to_owned()];
    }
    facts.allergies.iter().map(allergy).collect()
}

fn allergy(allergy: &Allergy) -> String {
    let what = if allergy.substance.is_empty() {
        &allergy.kind
    } else {
        &allergy.substance
    };
    let rest = [allergy.reaction.as_str(), allergy.severity.as_str()];
    let rest: Vec<&str> = rest.into_iter().filter(|part| !part.is_empty()).collect();
    match rest.as_slice() {
        [] => what.clone(),
        rest => format!("{what} ({})", rest.join(", ")),
    }
}

fn alerts(facts: &PatientFacts, rules: &RuleBook) -> Vec<String> {
    let mut out = Vec::new();
    let named = [
        ("isolation", &facts.isolation),
        ("implants", &facts.implants),
        ("limits of treatment", &facts.limits_of_treatment),
    ];
    for (name, text) in named {
        out.extend(text.iter().map(|text| format!("{name}: {text}")));
    }
    for condition in &facts.conditions {
        let name = without_date(condition);
        let matters = rules.condition(name).is_some_and(|(known, _)| {
            known.tags.iter().any(|tag| {
                matches!(
                    tag,
                    Tag::MrUnsafe | Tag::Dialysis | Tag::KidneyRisk | Tag::OvertHyperthyroidism
                )
            })
        });
        if matters {
            out.push(name.replace('_', " "));
        }
    }
    let thinners = facts
        .medicines
        .iter()
        .filter(|m| m.atc.starts_with(AGAINST_CLOTTING));
    out.extend(thinners.map(|medicine| format!("takes {}", medicine.inn)));
    out
}

/// `vte` of `vte_2027-01-28`.
fn without_date(condition: &str) -> &str {
    match condition.rsplit_once('_') {
        Some((name, tail))
            if tail.len() >= 4 && tail.bytes().all(|b| b.is_ascii_digit() || b == b'-') =>
        {
            name
        }
        _ => condition,
    }
}

fn pregnancy(facts: &PatientFacts) -> PregnancyStatus {
    let pregnancy = facts.pregnancy.as_ref();
    match pregnancy.map(|pregnancy| pregnancy.status.as_str()) {
        Some("pregnant") => PregnancyStatus::DefinitelyPregnant,
        Some("not_pregnant_stated") => PregnancyStatus::NotPregnant,
        Some(_) | None => PregnancyStatus::Unknown,
    }
}

fn special_needs(facts: &PatientFacts) -> String {
    let text = |fact: &Option<String>| fact.clone().unwrap_or_default();
    let (interpreter, guardian) = (text(&facts.interpreter), text(&facts.guardian));
    joined(&[
        ("interpreter", &interpreter),
        ("guardian", &guardian),
        ("escort", &text(&facts.companion)),
    ])
}

fn state(facts: &PatientFacts) -> String {
    let named = [
        (
            "inpatient",
            facts.inpatient_ward.as_deref().unwrap_or_default(),
        ),
        ("capacity", facts.capacity.as_deref().unwrap_or_default()),
    ];
    joined(&named)
}

fn joined(named: &[(&str, &str)]) -> String {
    let parts: Vec<String> = named
        .iter()
        .filter(|(_, text)| !text.is_empty())
        .map(|(name, text)| format!("{name}: {text}"))
        .collect();
    parts.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn none_known_stands_only_where_somebody_asked() {
        let mut facts = PatientFacts::default();
        assert!(allergies(&facts).is_empty());
        facts.allergies_asked = true;
        assert_eq!(allergies(&facts), ["none known (asked)"]);
        facts.allergies = vec![Allergy {
            kind: "latex".to_owned(),
            substance: String::new(),
            reaction: "wheals".to_owned(),
            severity: String::new(),
            year: None,
        }];
        assert_eq!(allergies(&facts), ["latex (wheals)"]);
    }

    #[test]
    fn pregnancy_is_unknown_until_somebody_says_it() {
        let check = |recorded: Option<&str>, expected: PregnancyStatus| {
            let facts = PatientFacts {
                pregnancy: recorded.map(|status| workflow::patient::Pregnancy {
                    status: status.to_owned(),
                    lmp: None,
                    gestation_weeks: None,
                }),
                ..PatientFacts::default()
            };
            assert_eq!(pregnancy(&facts), expected, "{recorded:?}");
        };
        check(None, PregnancyStatus::Unknown);
        check(Some("not_asked"), PregnancyStatus::Unknown);
        check(Some("refused"), PregnancyStatus::Unknown);
        check(Some("not_pregnant_stated"), PregnancyStatus::NotPregnant);
        check(Some("pregnant"), PregnancyStatus::DefinitelyPregnant);
    }
}
