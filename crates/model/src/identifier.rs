//! Identifiers. Each kind is its own type, and a patient identifier always has its issuer.

use std::fmt;

/// Why a text cannot be an identifier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentifierError {
    /// The kind of identifier that was asked for, in words.
    pub kind: &'static str,
    /// What is wrong, in words that name the limit.
    pub reason: &'static str,
}

impl fmt::Display for IdentifierError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a {}: {}", self.kind, self.reason)
    }
}

impl std::error::Error for IdentifierError {}

fn plain(kind: &'static str, text: &str, most: usize) -> Result<String, IdentifierError> {
    let text = text.trim();
    let reason = if text.is_empty() {
        "it is empty"
    } else if text.chars().count() > most {
        "it is too long"
    } else if text.chars().any(char::is_control) {
        "it holds a control character"
    } else {
        return Ok(text.to_owned());
    };
    Err(IdentifierError { kind, reason })
}

macro_rules! text_identifier {
    ($(#[$doc:meta])* $name:ident, $kind:literal, $most:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// Trims and keeps the text.
            /// # Errors
            /// Empty, too long, or with a control character.
            pub fn new(text: &str) -> Result<Self, IdentifierError> {
                plain($kind, text, $most).map(Self)
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

text_identifier!(
    /// One visit to the room. Ours, stable for ever, without meaning: e.g. `26-000318`.
    CaseId, "case id", 32);
text_identifier!(
    /// One person in this database. Ours; never printed on paper (people see [`PatientIdentifier`]).
    PatientKey, "patient key", 64);
text_identifier!(
    /// Accession number (0008,0050), at most 64 characters here; DICOM SH shows 16 of them.
    AccessionNumber, "accession number", 64);
text_identifier!(
    /// An entry of the procedure catalogue: the file name under `knowledge/procedures/`.
    ProcedureId, "procedure id", 64);
text_identifier!(
    /// A rule of the rule book: shown beside every instruction that rests on it.
    RuleId, "rule id", 128);

/// Study Instance UID (0020,000D): digits and dots, at most 64 characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StudyUid(String);

impl StudyUid {
    /// # Errors
    /// Anything but digits and dots, or longer than 64 characters (PS3.5 section 9.1).
    pub fn new(text: &str) -> Result<Self, IdentifierError> {
        let text = text.trim_matches(|c: char| c == '\0' || c == ' ');
        let uid = plain("study UID", text, 64)?;
        if uid.chars().all(|c| c.is_ascii_digit() || c == '.') {
            Ok(Self(uid))
        } else {
            Err(IdentifierError {
                kind: "study UID",
                reason: "only digits and dots are allowed",
            })
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for StudyUid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A hospital number with who gave it: two hospitals may both have a patient 12345.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PatientIdentifier {
    value: String,
    issuer: String,
}

impl PatientIdentifier {
    /// * `value` – patient id (0010,0020) or CX.1.
    /// * `issuer` – issuer (0010,0021) or CX.4.1; where the sender names none, the door passes the one in
    ///   its settings.
    /// # Errors
    /// Either part empty, longer than 64 characters, or with a control character.
    pub fn new(value: &str, issuer: &str) -> Result<Self, IdentifierError> {
        Ok(Self {
            value: plain("patient identifier", value, 64)?,
            issuer: plain("patient identifier issuer", issuer, 64)?,
        })
    }

    pub fn value(&self) -> &str {
        &self.value
    }

    pub fn issuer(&self) -> &str {
        &self.issuer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_refuse_what_cannot_be_one() {
        assert!(CaseId::new(" 26-000001 ").is_ok_and(|id| id.as_str() == "26-000001"));
        assert!(CaseId::new("  ").is_err());
        assert!(AccessionNumber::new("A\u{7}1").is_err());
        assert!(StudyUid::new("1.2.840.1\0").is_ok());
        assert!(StudyUid::new("1.2.x").is_err());
        assert!(StudyUid::new(&"1".repeat(65)).is_err());
        assert!(PatientIdentifier::new("123", "").is_err());
    }
}
