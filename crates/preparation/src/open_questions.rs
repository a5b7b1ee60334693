//! What nobody has asked yet: the plan waits for it, and says whose question it is.

use crate::facts::Facts;

/// A safety question without an answer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct OpenQuestion {
    /// Such as `medicines_not_asked`.
    pub code: String,
    pub words: String,
    /// Roles that can answer.
    pub owners: Vec<String>,
}

pub(crate) fn of(facts: &Facts) -> Vec<OpenQuestion> {
    let question = |is_open: bool, code: &str, words: &str| {
        is_open.then(|| OpenQuestion {
            code: code.to_owned(),
            words: words.to_owned(),
            owners: ["ir_nurse", "ward_nurse"].map(str::to_owned).to_vec(),
        })
    };
    let allergies = facts.allergies_asked.is_open(&facts.allergies);
    let medicines = facts.medicines_asked.is_open(&facts.medicines);
    [
        question(allergies, "allergies_not_asked", "Allergies not asked yet"),
        question(medicines, "medicines_not_asked", "Medicines not asked yet"),
    ]
    .into_iter()
    .flatten()
    .collect()
}
