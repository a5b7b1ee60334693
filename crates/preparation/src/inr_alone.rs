//! One rule by itself, for a question that is asked while somebody prescribes: is this patient on an anticoagulant,
//! with an INR above the limit of the procedure's class?
//!
//! The whole plan asks far more; this answer never replaces it.

use crate::facts::{LabResult, MedicineTaken};
use crate::laboratory::meets;
use crate::laboratory::reading::{Reading, read};
use knowledge::RuleBook;
use knowledge::laboratory::Population;
use knowledge::medicine_index::MedicineRef;
use model::BleedingClass;

/// What the rule says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnticoagulantInr {
    /// No medicine of the list is an anticoagulant, by name or by code.
    NoAnticoagulant,
    Meets,
    AboveLimit,
    /// On an anticoagulant, and the value cannot be used: words, an unknown unit, what cannot be true.
    NotUsable,
}

/// Asks the rule.
///
/// * `inr` – the newest value; its age is for the caller.
///
/// Limits are those of the general population, whatever the access.
pub fn anticoagulant_inr(
    medicines: &[MedicineTaken],
    inr: &LabResult,
    class: BleedingClass,
    rules: &RuleBook,
) -> AnticoagulantInr {
    if !medicines.iter().any(|taken| is_anticoagulant(taken, rules)) {
        return AnticoagulantInr::NoAnticoagulant;
    }
    let Some(analyte) = rules.analytes.get("inr") else {
        return AnticoagulantInr::NotUsable;
    };
    let Reading::Number(value) = read(analyte, inr, None) else {
        return AnticoagulantInr::NotUsable;
    };
    let mut limits = analyte.limits.iter().filter(|limit| {
        limit.bleeding_class == class
            && limit.population == Population::General
            && limit.access.is_empty()
    });
    if limits.all(|limit| meets(value, limit.op, limit.value)) {
        AnticoagulantInr::Meets
    } else {
        AnticoagulantInr::AboveLimit
    }
}

/// Name or code is enough: what could be one counts as one.
fn is_anticoagulant(taken: &MedicineTaken, rules: &RuleBook) -> bool {
    let stops_clotting = |found: MedicineRef| match found {
        MedicineRef::Medicine(at, _) | MedicineRef::Group(at) => rules
            .medicines
            .get(at)
            .is_some_and(|medicine| medicine.rows.iter().any(|row| row.class.is_anticoagulant())),
        MedicineRef::Combination(_) | MedicineRef::WithoutRule(_) => false,
    };
    let code = taken.atc.as_str();
    let by_code = !code.is_empty() && rules.index.by_code(code).is_some_and(stops_clotting);
    by_code
        || rules
            .index
            .by_name(&taken.inn)
            .into_iter()
            .any(stops_clotting)
}
