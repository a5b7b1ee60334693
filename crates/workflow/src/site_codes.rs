//! The two tables that a site owns: its laboratory codes and its procedure codes.
//!
//! A code is always looked up together with its coding system; text is never matched, with one exception that
//! the table itself states (`text = "Body Weight"`: IHE senders give weight and height no code).

use crate::incoming::{MappedProcedure, SentCode};
use model::ProcedureId;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Coding system under which our own catalogue ids are always understood.
pub const OUR_CODING_SYSTEM: &str = "99SELDINGER";

/// Why a table cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SiteCodesError {
    #[error("the table is not readable: {0}")]
    Toml(#[from] toml::de::Error),
    #[error("code {code} of {system} stands twice with different meanings")]
    Twice { system: String, code: String },
    #[error("an entry has neither code nor text")]
    Empty,
}

/// Names of one coding system that mean the same.
fn system_name(system: &str) -> String {
    match system.trim().to_ascii_uppercase().as_str() {
        "LN" | "LOINC" | "2.16.840.1.113883.6.1" | "HTTP://LOINC.ORG" => "LN".to_owned(),
        other => other.to_owned(),
    }
}

/// From a sender's laboratory code to the analyte id of the rule book (`inr`, `platelets`, `weight`, …).
#[derive(Debug, Clone, Default)]
pub struct LaboratoryCodes {
    by_code: BTreeMap<(String, String), String>,
    by_text: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LaboratoryFile {
    #[serde(default)]
    code: Vec<LaboratoryEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LaboratoryEntry {
    #[serde(default)]
    system: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    text: String,
    analyte: String,
}

impl LaboratoryCodes {
    /// Reads one or more files; a later file (the site's own) wins over an earlier one.
    /// # Errors
    /// Text that is no such table, an entry without code and text, or a code twice in one file.
    pub fn from_toml(files: &[&str]) -> Result<Self, SiteCodesError> {
        let mut codes = Self::default();
        for file in files {
            let file: LaboratoryFile = toml::from_str(file)?;
            let mut here = BTreeMap::new();
            for entry in file.code {
                if entry.code.is_empty() {
                    if entry.text.is_empty() {
                        return Err(SiteCodesError::Empty);
                    }
                    codes.by_text.insert(entry.text, entry.analyte);
                    continue;
                }
                let key = (system_name(&entry.system), entry.code);
                let before = here.insert(key.clone(), entry.analyte.clone());
                if before.is_some_and(|before| before != entry.analyte) {
                    let (system, code) = key;
                    return Err(SiteCodesError::Twice { system, code });
                }
            }
            codes.by_code.extend(here);
        }
        Ok(codes)
    }

    /// The analyte of a code, or `None`: then a task asks somebody to map it.
    pub fn analyte(&self, sent: &SentCode) -> Option<&str> {
        if sent.code.is_empty() {
            return self.by_text.get(sent.text.trim()).map(String::as_str);
        }
        let key = (system_name(&sent.system), sent.code.clone());
        self.by_code.get(&key).map(String::as_str)
    }

    pub fn len(&self) -> usize {
        self.by_code.len() + self.by_text.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// From the hospital's procedure code (OBR-4) to an entry of the catalogue.
#[derive(Debug, Clone, Default)]
pub struct ProcedureCodes {
    by_code: BTreeMap<(String, String), ProcedureId>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProcedureFile {
    #[serde(default)]
    code: Vec<ProcedureEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProcedureEntry {
    #[serde(default)]
    system: String,
    code: String,
    procedure: String,
}

impl ProcedureCodes {
    /// * `file` – the site's own table; empty text is an empty table.
    /// # Errors
    /// Text that is no such table, or a code twice with different meanings.
    pub fn from_toml(file: &str) -> Result<Self, SiteCodesError> {
        let file: ProcedureFile = toml::from_str(file)?;
        let mut by_code = BTreeMap::new();
        for entry in file.code {
            let key = (system_name(&entry.system), entry.code);
            let id = ProcedureId::new(&entry.procedure).map_err(|_| SiteCodesError::Empty)?;
            let before = by_code.insert(key.clone(), id.clone());
            if before.is_some_and(|before| before != id) {
                let (system, code) = key;
                return Err(SiteCodesError::Twice { system, code });
            }
        }
        Ok(Self { by_code })
    }

    /// Every entry of the table, for `check`: each procedure must be one of the catalogue.
    pub fn procedures(&self) -> impl Iterator<Item = &ProcedureId> {
        self.by_code.values()
    }

    /// The first of the sent codes that is known.
    ///
    /// * `is_in_catalogue` – whether a catalogue entry has this id.
    pub fn procedure(
        &self,
        sent: &[SentCode],
        is_in_catalogue: impl Fn(&ProcedureId) -> bool,
    ) -> MappedProcedure {
        let known = sent.iter().find_map(|code| {
            let id = if code.system == OUR_CODING_SYSTEM {
                ProcedureId::new(&code.code).ok()
            } else {
                let key = (system_name(&code.system), code.code.clone());
                self.by_code.get(&key).cloned()
            };
            id.filter(|id| is_in_catalogue(id))
        });
        known.map_or(MappedProcedure::NotIdentified, MappedProcedure::Known)
    }
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

    const TABLE: &str = r#"
        [[code]]
        system = "LN"
        code = "6301-6"
        analyte = "inr"
        [[code]]
        text = "Body Weight"
        analyte = "weight"
    "#;

    #[test]
    fn a_code_counts_only_with_its_system() {
        let codes = LaboratoryCodes::from_toml(&[TABLE]).unwrap();
        assert_eq!(codes.analyte(&sent("6301-6", "LN", "")), Some("inr"));
        assert_eq!(
            codes.analyte(&sent("6301-6", "http://loinc.org", "")),
            Some("inr")
        );
        assert_eq!(codes.analyte(&sent("6301-6", "99LAB", "")), None);
        assert_eq!(codes.analyte(&sent("6301-6", "", "")), None);
        assert_eq!(codes.analyte(&sent("", "", "Body Weight")), Some("weight"));
        assert_eq!(codes.analyte(&sent("77", "", "Body Weight")), None);
    }

    #[test]
    fn the_sites_own_table_wins_and_a_contradiction_is_refused() {
        let site = "[[code]]\nsystem = \"99LAB\"\ncode = \"INR\"\nanalyte = \"inr\"\n";
        let codes = LaboratoryCodes::from_toml(&[TABLE, site]).unwrap();
        assert_eq!(codes.analyte(&sent("INR", "99LAB", "")), Some("inr"));
        let twice =
            format!("{site}[[code]]\nsystem = \"99LAB\"\ncode = \"INR\"\nanalyte = \"aptt\"\n");
        assert!(LaboratoryCodes::from_toml(&[&twice]).is_err());
    }

    #[test]
    fn our_own_ids_always_map_and_others_by_the_table() {
        let table = "[[code]]\nsystem = \"L\"\ncode = \"NK6\"\nprocedure = \"biopsy_kidney\"\n";
        let codes = ProcedureCodes::from_toml(table).unwrap();
        let check = |code: &str, system: &str, expected: Option<&str>| {
            let got = codes.procedure(&[sent(code, system, "")], |id| {
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
