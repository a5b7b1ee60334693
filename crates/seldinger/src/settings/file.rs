//! The settings file as it is written. Unknown keys are refused, so a misspelt safety setting is seen.

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct File {
    /// Folder of the SQLite database and of the objects.
    pub data: Option<String>,
    /// `postgres://…`; without it SQLite is used.
    pub database: Option<String>,
    pub hospital: Hospital,
    pub telephones: Telephones,
    pub web: Web,
    pub dicom: Dicom,
    pub hl7: Hl7,
    pub knowledge: Knowledge,
    pub limits: Limits,
    #[serde(rename = "room")]
    pub rooms: Vec<RoomRow>,
    #[serde(rename = "procedure_code")]
    pub procedure_codes: Vec<ProcedureCodeRow>,
    #[serde(rename = "laboratory_code")]
    pub laboratory_codes: Vec<LaboratoryCodeRow>,
    #[serde(rename = "condition_code")]
    pub condition_codes: Vec<ConditionCodeRow>,
    #[serde(rename = "allergy_code")]
    pub allergy_codes: Vec<AllergyCodeRow>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Hospital {
    pub name: Option<String>,
    pub unit: Option<String>,
    pub time_zone: Option<String>,
    pub patient_identifier_issuer: Option<String>,
    pub background_radiation: Option<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Telephones {
    pub day: Option<String>,
    pub night: Option<String>,
    pub emergency: Option<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Web {
    pub address: Option<String>,
    pub trusted_proxy: Option<bool>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Dicom {
    pub address: Option<String>,
    pub ae_title: Option<String>,
    #[serde(rename = "peer")]
    pub peers: Vec<DicomPeer>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DicomPeer {
    pub ae_title: String,
    pub host: Option<String>,
    /// `false`: no allergies, alerts, pregnancy, weight, needs or state in its worklist answers.
    pub clinical_attributes: Option<bool>,
    /// `false`: blocked cases are not on its worklist, unless an emergency or in the room.
    pub blocked_cases: Option<bool>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Hl7 {
    pub address: Option<String>,
    #[serde(rename = "sender")]
    pub senders: Vec<Hl7Sender>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hl7Sender {
    pub name: String,
    /// Address or network, e.g. `10.1.2.0/24`.
    pub host: String,
    pub time_zone: Option<String>,
    pub patient_identifier_issuer: Option<String>,
    /// e.g. `["IPC-1", "OBR-18", "OBR-3"]`.
    pub accession_from: Option<Vec<String>>,
    pub study_uid_from: Option<Vec<String>>,
    pub character_set: Option<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Knowledge {
    pub site_folder: Option<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    pub web_connections: Option<u64>,
    pub web_connections_per_address: Option<u64>,
    pub hl7_connections: Option<u64>,
    pub hl7_connections_per_address: Option<u64>,
    pub hl7_message_bytes: Option<u64>,
    pub hl7_idle_seconds: Option<u64>,
    pub dicom_associations: Option<u64>,
    pub dicom_associations_per_address: Option<u64>,
    pub dicom_object_bytes: Option<u64>,
    pub dicom_idle_seconds: Option<u64>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoomRow {
    pub name: String,
    pub station: String,
    pub modality: String,
    pub operator: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProcedureCodeRow {
    pub system: String,
    pub code: String,
    pub procedure: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LaboratoryCodeRow {
    pub system: String,
    pub code: String,
    pub analyte: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConditionCodeRow {
    pub system: String,
    pub code: String,
    pub condition: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AllergyCodeRow {
    pub system: String,
    pub code: String,
    pub kind: String,
}

/// Settings that have an environment name, as section and key; the name is `SELDINGER_` + both in capitals.
const FROM_ENVIRONMENT: &[(&str, &str)] = &[
    ("", "data"),
    ("", "database"),
    ("hospital", "name"),
    ("hospital", "unit"),
    ("hospital", "time_zone"),
    ("hospital", "patient_identifier_issuer"),
    ("hospital", "background_radiation"),
    ("telephones", "day"),
    ("telephones", "night"),
    ("telephones", "emergency"),
    ("web", "address"),
    ("web", "trusted_proxy"),
    ("dicom", "address"),
    ("dicom", "ae_title"),
    ("hl7", "address"),
    ("knowledge", "site_folder"),
];
/// Names of the environment that are no settings of the file.
const OTHERS: &[&str] = &["SELDINGER_CONFIG", "SELDINGER_LOG"];

fn environment_name(section: &str, key: &str) -> String {
    let parts = [section, key].into_iter().filter(|part| !part.is_empty());
    format!(
        "SELDINGER_{}",
        parts.collect::<Vec<_>>().join("_").to_uppercase()
    )
}

impl File {
    /// Reads the text and puts the environment over it.
    /// # Errors
    /// Not TOML, an unknown key, a value of the wrong kind, an unknown `SELDINGER_…` name.
    pub fn read(text: &str, environment: impl Iterator<Item = (String, String)>) -> Result<Self> {
        let mut table: toml::Table = text.parse().context("the settings file is not TOML")?;
        for (name, value) in environment {
            if !name.starts_with("SELDINGER_")
                || name.starts_with("SELDINGER_TEST_")
                || OTHERS.contains(&name.as_str())
            {
                continue;
            }
            let known = FROM_ENVIRONMENT
                .iter()
                .find(|(section, key)| environment_name(section, key) == name);
            let Some((section, key)) = known else {
                bail!("the environment names {name}, which is no setting");
            };
            let value = if *key == "trusted_proxy" {
                toml::Value::Boolean(
                    value
                        .parse()
                        .with_context(|| format!("{name} is true or false"))?,
                )
            } else {
                toml::Value::String(value)
            };
            if section.is_empty() {
                table.insert((*key).to_owned(), value);
            } else {
                let inner = table
                    .entry(*section)
                    .or_insert_with(|| toml::Value::Table(toml::Table::new()));
                let Some(inner) = inner.as_table_mut() else {
                    bail!("{section} in the settings file is not a section");
                };
                inner.insert((*key).to_owned(), value);
            }
        }
        table.try_into().context("the settings file")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, environment: &[(&str, &str)]) -> Result<File> {
        let environment: Vec<_> = environment
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        File::read(text, environment.into_iter())
    }

    #[test]
    fn the_environment_goes_before_the_file() {
        let file = read(
            "[hospital]\ntime_zone = \"Europe/Helsinki\"\nname = \"Harbour\"",
            &[
                ("SELDINGER_HOSPITAL_TIME_ZONE", "Europe/Stockholm"),
                ("SELDINGER_DATABASE", "postgres://x"),
            ],
        )
        .unwrap();
        assert_eq!(file.hospital.time_zone.as_deref(), Some("Europe/Stockholm"));
        assert_eq!(file.hospital.name.as_deref(), Some("Harbour"));
        assert_eq!(file.database.as_deref(), Some("postgres://x"));
    }

    #[test]
    fn what_is_not_a_setting_is_refused() {
        assert!(read("[hospital]\ntimezone = \"Europe/Helsinki\"", &[]).is_err());
        assert!(read("", &[("SELDINGER_HOSPITAL_ZONE", "Europe/Helsinki")]).is_err());
        assert!(read("hospital = 3", &[]).is_err());
        assert!(read("", &[("SELDINGER_TEST_DATA", "anything")]).is_ok());
    }
}
