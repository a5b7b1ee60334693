//! What the room must know of the patient, in the attributes of PS3.3 C.2.4 (Patient Medical): the record, and over
//! it what was said for this visit.

use super::worklist_item::{PregnancyStatus, WorklistItem};
use knowledge::RuleBook;
use knowledge::condition::Tag;
use model::Kilogram;
use workflow::case_summary::SaidSummary;
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
    /// * `ward` – where an inpatient lies, or empty.
    pub fn of(facts: &PatientFacts, said: &SaidSummary, rules: &RuleBook) -> Self {
        let weighed = said.weight_kg.parse().ok();
        Self {
            weight: weighed
                .or(facts.weight.as_ref().map(|weight| weight.kg))
                .map(Kilogram),
            allergies: allergies(facts, said),
            medical_alerts: alerts(facts, rules),
            pregnancy: pregnancy(facts, said),
            special_needs: special_needs(facts, said),
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

/// "None known" only when somebody asked, and nothing was told since.
fn allergies(facts: &PatientFacts, said: &SaidSummary) -> Vec<String> {
    let is_denied = |allergy: &Allergy| {
        let mut denied = said.not_allergic_to.iter();
        denied.any(|name| name.eq_ignore_ascii_case(&allergy.substance) || *name == allergy.kind)
    };
    let known = facts.allergies.iter().filter(|allergy| !is_denied(allergy));
    let mut out: Vec<String> = known.map(allergy).collect();
    for told in &said.allergies {
        let name = told.split(" (").next().unwrap_or(told).to_lowercase();
        if !out
            .iter()
            .any(|line| line.to_lowercase().starts_with(&name))
        {
            out.push(told.clone());
        }
    }
    if out.is_empty() && facts.allergies_asked {
        out.push("none known (asked)".to_owned());
    }
    out
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

fn pregnancy(facts: &PatientFacts, said: &SaidSummary) -> PregnancyStatus {
    let recorded = facts
        .pregnancy
        .as_ref()
        .map(|pregnancy| pregnancy.status.as_str());
    match (said.pregnant.as_str(), recorded) {
        ("yes", _) | ("", Some("pregnant")) => PregnancyStatus::DefinitelyPregnant,
        ("no", _) | ("", Some("not_pregnant_stated")) => PregnancyStatus::NotPregnant,
        _ => PregnancyStatus::Unknown,
    }
}

fn special_needs(facts: &PatientFacts, said: &SaidSummary) -> String {
    let interpreter = match said.interpreter.as_str() {
        "" => facts.interpreter.as_deref().unwrap_or_default(),
        words => words,
    };
    let named = [
        ("interpreter", interpreter),
        ("guardian", facts.guardian.as_deref().unwrap_or_default()),
        ("escort", facts.companion.as_deref().unwrap_or_default()),
    ];
    joined(&named)
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

    fn iohexol() -> Allergy {
        Allergy {
            kind: "iodinated_contrast".to_owned(),
            substance: "iohexol".to_owned(),
            reaction: "urticaria".to_owned(),
            severity: "mild".to_owned(),
            year: None,
        }
    }

    #[test]
    fn what_is_told_at_the_visit_goes_over_the_record() {
        let check = |facts: &PatientFacts, said: &SaidSummary, expected: &[&str]| {
            assert_eq!(allergies(facts, said), expected);
        };
        let mut facts = PatientFacts::default();
        let mut said = SaidSummary::default();
        check(&facts, &said, &[]);
        facts.allergies_asked = true;
        check(&facts, &said, &["none known (asked)"]);
        facts.allergies = vec![iohexol()];
        check(&facts, &said, &["iohexol (urticaria, mild)"]);
        said.allergies = vec!["latex (wheals)".to_owned(), "Iohexol (again)".to_owned()];
        check(
            &facts,
            &said,
            &["iohexol (urticaria, mild)", "latex (wheals)"],
        );
        said = SaidSummary {
            not_allergic_to: vec!["Iohexol".to_owned()],
            ..SaidSummary::default()
        };
        check(&facts, &said, &["none known (asked)"]);
    }

    #[test]
    fn pregnancy_is_unknown_until_somebody_says_it() {
        let check = |recorded: Option<&str>, said: &str, expected: PregnancyStatus| {
            let facts = PatientFacts {
                pregnancy: recorded.map(|status| workflow::patient::Pregnancy {
                    status: status.to_owned(),
                    lmp: None,
                    gestation_weeks: None,
                }),
                ..PatientFacts::default()
            };
            let said = SaidSummary {
                pregnant: said.to_owned(),
                ..SaidSummary::default()
            };
            assert_eq!(pregnancy(&facts, &said), expected, "{recorded:?}");
        };
        check(None, "", PregnancyStatus::Unknown);
        check(Some("not_asked"), "", PregnancyStatus::Unknown);
        check(
            Some("not_pregnant_stated"),
            "",
            PregnancyStatus::NotPregnant,
        );
        check(
            Some("not_pregnant_stated"),
            "yes",
            PregnancyStatus::DefinitelyPregnant,
        );
        check(Some("pregnant"), "unknown", PregnancyStatus::Unknown);
        check(Some("pregnant"), "", PregnancyStatus::DefinitelyPregnant);
    }
}
