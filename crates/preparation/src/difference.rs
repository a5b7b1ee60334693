//! What changed between two plans, line by line, in an order that does not depend on either.

use crate::plan::{MedicineRow, Plan, Section};
use jiff::civil::DateTime;

/// Which part of the plan a line belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    Gate,
    BleedingClass,
    Reason,
    Medicine,
    Laboratory,
    Fasting,
    Premedication,
    Contrast,
    Antibiotic,
    Pregnancy,
    Restart,
}

impl Part {
    const ALL: [Self; 11] = [
        Self::Gate,
        Self::BleedingClass,
        Self::Reason,
        Self::Medicine,
        Self::Laboratory,
        Self::Fasting,
        Self::Premedication,
        Self::Contrast,
        Self::Antibiotic,
        Self::Pregnancy,
        Self::Restart,
    ];

    pub fn code(self) -> &'static str {
        match self {
            Self::Gate => "gate",
            Self::BleedingClass => "bleeding_class",
            Self::Reason => "reason",
            Self::Medicine => "medicine",
            Self::Laboratory => "laboratory",
            Self::Fasting => "fasting",
            Self::Premedication => "premedication",
            Self::Contrast => "contrast",
            Self::Antibiotic => "antibiotic",
            Self::Pregnancy => "pregnancy",
            Self::Restart => "restart",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.code() == code)
    }

    /// The patient or the ward does something else than they were told when such a line changes.
    pub fn is_instruction(self) -> bool {
        match self {
            Self::Medicine | Self::Laboratory | Self::Fasting | Self::Premedication => true,
            Self::Gate
            | Self::BleedingClass
            | Self::Reason
            | Self::Contrast
            | Self::Antibiotic
            | Self::Pregnancy
            | Self::Restart => false,
        }
    }
}

/// One thing that a plan says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PlanLine {
    pub part: Part,
    /// Which medicine, sample, food, …; one line for each.
    pub subject: String,
    pub says: String,
}

/// A line that is new, gone or different.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LineChange {
    pub part: Part,
    pub subject: String,
    /// `None`: was not there.
    pub before: Option<String>,
    /// `None`: is gone.
    pub after: Option<String>,
}

/// Everything that a plan says, sorted. What is to be done at once reads "now", so that the same plan worked out a
/// minute later says the same.
///
/// * `as_of` – the moment for which it was worked out.
pub fn lines(plan: &Plan, as_of: DateTime) -> Vec<PlanLine> {
    let mut out = Vec::new();
    let mut put = |part: Part, subject: &str, says: String| {
        out.push(PlanLine {
            part,
            subject: subject.to_owned(),
            says,
        });
    };
    put(Part::Gate, "now", plan.gate_now.code().to_owned());
    put(
        Part::Gate,
        "if all is done",
        plan.gate_if_completed.code().to_owned(),
    );
    put(
        Part::BleedingClass,
        "",
        plan.bleeding_class.code().to_owned(),
    );
    let reasons = plan.blockers.iter().chain(&plan.reviews);
    for reason in reasons.chain(&plan.bypassed) {
        put(Part::Reason, &reason.code, reason.fact.clone());
    }
    for row in &plan.medicines {
        put(Part::Medicine, &row.inn, medicine(row));
    }
    for lab in &plan.labs_due {
        let from = if lab.take_from <= as_of {
            "now".to_owned()
        } else {
            minute(lab.take_from)
        };
        let says = format!("{from} to {}", minute(lab.take_until));
        put(Part::Laboratory, &lab.analyte, says);
    }
    put(Part::Fasting, "scheme", plan.fasting.scheme.clone());
    for limit in &plan.fasting.limits {
        put(
            Part::Fasting,
            &limit.food,
            format!("until {}", minute(limit.until)),
        );
    }
    match &plan.premedication {
        Section::Worked(doses) => {
            let begins_now = doses.iter().any(|dose| dose.at == as_of);
            for dose in doses {
                let when = if begins_now {
                    format!("now + {} min", dose.at.duration_since(as_of).as_mins())
                } else {
                    minute(dose.at)
                };
                let says = format!("{} mg {}", dose.dose.0, dose.route);
                put(Part::Premedication, &format!("{} {when}", dose.drug), says);
            }
        }
        Section::NotWorkedOut(why) => put(Part::Premedication, "not worked out", why.clone()),
    }
    for action in &plan.contrast_actions {
        put(Part::Contrast, action, String::new());
    }
    put(Part::Antibiotic, "", plan.antibiotic.clone());
    put(Part::Pregnancy, "", plan.pregnancy.clone());
    for obligation in &plan.obligations {
        let hours = obligation
            .restart_hours_after_end
            .map_or_else(String::new, |hours| format!("{hours} h after the end "));
        let says = format!("{hours}{}", obligation.words).trim().to_owned();
        put(Part::Restart, &obligation.medicine, says);
    }
    out.sort();
    out.dedup();
    out
}

fn medicine(row: &MedicineRow) -> String {
    let mut says = row.action.code().replace('_', " ");
    let mut add = |words: String| {
        says.push_str(", ");
        says.push_str(&words);
    };
    if let Some(at) = row.last_dose {
        add(format!("last dose {}", minute(at)));
    }
    if let Some(at) = row.liquids_only_from {
        add(format!("liquids only from {}", minute(at)));
    }
    if let Some(at) = row.at {
        add(format!("at {}", minute(at)));
    }
    if let Some(fraction) = row.fraction {
        add(format!("{} % of the dose", (fraction * 100.0).round()));
    }
    if !row.inr_target.is_empty() {
        add(format!("INR {}", row.inr_target));
    }
    if !row.bridging.is_empty() {
        add(row.bridging.clone());
    }
    says
}

fn minute(at: DateTime) -> String {
    at.strftime("%a %-d %b %Y %H:%M").to_string()
}

/// The lines that differ, sorted. Several lines of one subject are compared as a whole.
///
/// * `before`, `after` – as [`lines`] gives them; their order does not matter.
pub fn difference(before: &[PlanLine], after: &[PlanLine]) -> Vec<LineChange> {
    if before == after {
        return Vec::new();
    }
    let by_subject = |lines: &[PlanLine]| {
        let mut lines = lines.to_vec();
        lines.sort();
        let mut map = std::collections::BTreeMap::<(Part, String), Vec<String>>::new();
        for line in lines {
            map.entry((line.part, line.subject))
                .or_default()
                .push(line.says);
        }
        map
    };
    let (before, after) = (by_subject(before), by_subject(after));
    let keys: std::collections::BTreeSet<_> = before.keys().chain(after.keys()).collect();
    keys.into_iter()
        .filter(|key| before.get(*key) != after.get(*key))
        .map(|key| LineChange {
            part: key.0,
            subject: key.1.clone(),
            before: before.get(key).map(|says| says.join("; ")),
            after: after.get(key).map(|says| says.join("; ")),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(part: Part, subject: &str, says: &str) -> PlanLine {
        PlanLine {
            part,
            subject: subject.to_owned(),
            says: says.to_owned(),
        }
    }

    #[test]
    fn only_what_differs_is_told_once_whatever_the_order() {
        let before = [
            line(Part::Medicine, "apixaban", "hold"),
            line(Part::Medicine, "aspirin", "continue"),
            line(Part::Laboratory, "inr", "Monday"),
            line(Part::Laboratory, "inr", "Tuesday"),
        ];
        let after = [
            line(Part::Laboratory, "inr", "Tuesday"),
            line(Part::Laboratory, "inr", "Monday"),
            line(Part::Medicine, "aspirin", "hold"),
            line(Part::Fasting, "solids", "until 02:00"),
        ];
        let change = |part, subject: &str, before: Option<&str>, after: Option<&str>| LineChange {
            part,
            subject: subject.to_owned(),
            before: before.map(str::to_owned),
            after: after.map(str::to_owned),
        };
        let mut backwards = after.to_vec();
        backwards.reverse();
        let expected = [
            change(Part::Medicine, "apixaban", Some("hold"), None),
            change(Part::Medicine, "aspirin", Some("continue"), Some("hold")),
            change(Part::Fasting, "solids", None, Some("until 02:00")),
        ];
        assert_eq!(difference(&before, &after), expected);
        assert_eq!(difference(&before, &backwards), expected);
        assert!(difference(&after, &backwards).is_empty());
    }

    #[test]
    fn every_part_is_found_by_its_code() {
        for part in Part::ALL {
            assert_eq!(Part::from_code(part.code()), Some(part));
        }
        assert_eq!(Part::from_code("dose"), None);
    }
}
