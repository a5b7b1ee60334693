//! Looking up a sender's laboratory and procedure codes: what is shipped, and on top what the site owns.
//!
//! A code is always looked up together with its coding system; text is never matched, with one exception: IHE
//! senders give weight and height no code.

use crate::incoming::{MappedProcedure, SentCode};
use knowledge::laboratory::Analyte;
use model::ProcedureId;
use std::collections::BTreeMap;

/// Coding system under which our own catalogue ids are always understood.
pub const OUR_CODING_SYSTEM: &str = "99SELDINGER";

/// What a site writes for a laboratory code that it has looked at and does not need.
pub const NOT_USED: &str = "not_used";

/// Names of one coding system that mean the same.
fn system_name(system: &str) -> String {
    match system.trim().to_ascii_uppercase().as_str() {
        "LN" | "LOINC" | "2.16.840.1.113883.6.1" | "HTTP://LOINC.ORG" => "LN".to_owned(),
        other => other.to_owned(),
    }
}

/// Vital signs that are no analyte of the rule book: known, so that nobody is asked to map them.
const VITAL_SIGNS: [(&str, &str); 3] = [
    ("8480-6", "bp_systolic"),
    ("8867-4", "heart_rate"),
    ("59408-5", "spo2"),
];

/// Weight and height as the IHE scheduled-workflow profile sends them: text without a code.
const WITHOUT_CODE: [(&str, &str); 2] = [("Body Weight", "weight"), ("Body Height", "height")];

/// From a sender's laboratory code to the analyte id of the rule book (`inr`, `platelets`, `weight`, …).
#[derive(Debug, Clone, Default)]
pub struct LaboratoryCodes {
    by_code: BTreeMap<(String, String), String>,
}

impl LaboratoryCodes {
    /// The LOINC codes of the rule book's analytes, and on top the site's own rows
    /// ([`crate::Site::laboratory_codes`]).
    pub fn new<'a>(
        analytes: impl IntoIterator<Item = &'a Analyte>,
        site: &BTreeMap<(String, String), String>,
    ) -> Self {
        let mut by_code = BTreeMap::new();
        let mut put = |system: &str, code: &str, analyte: &str| {
            let key = (system_name(system), code.to_owned());
            by_code.insert(key, analyte.to_owned());
        };
        for (code, name) in VITAL_SIGNS {
            put("LN", code, name);
        }
        for analyte in analytes {
            for code in &analyte.loinc {
                put("LN", code, &analyte.id);
            }
        }
        for ((system, code), analyte) in site {
            put(system, code, analyte);
        }
        Self { by_code }
    }

    /// The analyte of a code, or `None`: then a task asks somebody to map it. A site may map a code that it does
    /// not need to [`NOT_USED`].
    pub fn analyte(&self, sent: &SentCode) -> Option<&str> {
        if sent.code.is_empty() {
            let known = WITHOUT_CODE
                .iter()
                .find(|(text, _)| *text == sent.text.trim());
            return known.map(|(_, analyte)| *analyte);
        }
        let key = (system_name(&sent.system), sent.code.clone());
        self.by_code.get(&key).map(String::as_str)
    }
}

/// The first of the sent procedure codes (OBR-4 and its alternate) that is known: a catalogue id under our own
/// coding system, else by the site's table.
///
/// * `is_in_catalogue` – whether the rule book has a procedure of this id.
pub fn map_procedure(
    table: &BTreeMap<(String, String), ProcedureId>,
    sent: &[SentCode],
    is_in_catalogue: impl Fn(&ProcedureId) -> bool,
) -> MappedProcedure {
    let known = sent.iter().find_map(|code| {
        let id = if code.system == OUR_CODING_SYSTEM {
            ProcedureId::new(&code.code).ok()
        } else {
            let key = (code.system.clone(), code.code.clone());
            table.get(&key).cloned()
        };
        id.filter(|id| is_in_catalogue(id))
    });
    known.map_or(MappedProcedure::NotIdentified, MappedProcedure::Known)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(code: &str, system: &str, text: &str) -> SentCode {
        SentCode {
            code: code.to_owned(),
            system: system.to_owned(),
            text: text.to_owned(),
        }
    }

    #[test]
    fn a_code_counts_only_with_its_system_and_the_sites_row_wins() {
        let row = |system: &str, code: &str, analyte: &str| {
            ((system.to_owned(), code.to_owned()), analyte.to_owned())
        };
        let site = BTreeMap::from([
            row("LN", "6301-6", "inr"),
            row("99LAB", "INR", "inr"),
            row("99LAB", "X", NOT_USED),
            row("LN", "8867-4", NOT_USED),
        ]);
        let codes = LaboratoryCodes::new([], &site);
        let check = |code: &str, system: &str, text: &str, expected: Option<&str>| {
            assert_eq!(
                codes.analyte(&sent(code, system, text)),
                expected,
                "{code} {system}"
            );
        };
        check("6301-6", "LN", "", Some("inr"));
        check("6301-6", "http://loinc.org", "", Some("inr"));
        check("6301-6", "99LAB", "", None);
        check("6301-6", "", "", None);
        check("INR", "99LAB", "", Some("inr"));
        check("X", "99LAB", "", Some(NOT_USED));
        check("8480-6", "LN", "", Some("bp_systolic"));
        check("8867-4", "LN", "", Some(NOT_USED));
        check("", "", "Body Weight", Some("weight"));
        check("77", "", "Body Weight", None);
    }

    #[test]
    fn our_own_ids_always_map_and_others_by_the_table() {
        let kidney = ProcedureId::new("biopsy_kidney").unwrap();
        let table = BTreeMap::from([(("L".to_owned(), "NK6".to_owned()), kidney)]);
        let check = |code: &str, system: &str, expected: Option<&str>| {
            let got = map_procedure(&table, &[sent(code, system, "")], |id| {
                ["biopsy_kidney", "biopsy_liver"].contains(&id.as_str())
            });
            let expected = expected.map_or(MappedProcedure::NotIdentified, |id| {
                MappedProcedure::Known(ProcedureId::new(id).unwrap())
            });
            assert_eq!(got, expected, "{code} {system}");
        };
        check("biopsy_liver", OUR_CODING_SYSTEM, Some("biopsy_liver"));
        check("biopsy_moon", OUR_CODING_SYSTEM, None);
        check("NK6", "L", Some("biopsy_kidney"));
        check("NK6", "", None);
    }
}
