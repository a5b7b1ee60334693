//! Numbers that we give when the sender gave none: accession numbers and Study Instance UIDs.

use crate::desk::{Desk, WorkError};
use model::{AccessionNumber, StudyUid};

/// Every study that the demonstration makes begins with this; a real database refuses it.
pub const DEMONSTRATION_STUDY_ROOT: &str = "2.25.180670641649977934833472360237442937462.";

/// Whether this study was made by a demonstration.
pub fn is_demonstration_study(study: &str) -> bool {
    study.starts_with(DEMONSTRATION_STUDY_ROOT)
}

/// Every family name that the demonstration makes begins with this, hyphen included: DEMO alone begins real names, such
/// as Demopoulos from a sender that writes in capitals.
pub const DEMONSTRATION_NAME: &str = "DEMO-";

/// Whether this family name marks a patient of the demonstration. A real double name "Demo-…" that a sender writes in
/// capitals would be refused too: into quarantine, with the reason, where a person sees it.
pub fn is_demonstration_name(family: &str) -> bool {
    family.trim_start().starts_with(DEMONSTRATION_NAME)
}

/// An accession number of ours, e.g. `S26000318`: it fits the 16 characters of DICOM.
/// # Errors
/// The database.
pub(crate) async fn new_accession(desk: &Desk) -> Result<AccessionNumber, WorkError> {
    let year = desk.now_here().year().rem_euclid(100);
    let number = desk.next_number(&format!("accession-{year:02}")).await?;
    AccessionNumber::new(&format!("S{year:02}{number:06}"))
        .map_err(|error| WorkError::Damaged(error.to_string()))
}

/// A Study Instance UID of ours: a random UUID under 2.25 (ISO/IEC 9834-8); under its own root in the
/// demonstration.
/// # Errors
/// The machine gives no random numbers, or the database.
pub(crate) async fn new_study_uid(desk: &Desk) -> Result<StudyUid, WorkError> {
    let text = if desk.site().demonstration {
        let number = desk.next_number("demonstration-study").await?;
        format!("{DEMONSTRATION_STUDY_ROOT}{number}")
    } else {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).map_err(|error| WorkError::Random(error.to_string()))?;
        // Version and variant bits of a random UUID (RFC 9562, version 4).
        let random = u128::from_be_bytes(bytes);
        let uuid =
            (random & !(0xF_u128 << 76) & !(0x3_u128 << 62)) | (4_u128 << 76) | (2_u128 << 62);
        format!("2.25.{uuid}")
    };
    StudyUid::new(&text).map_err(|error| WorkError::Damaged(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_demonstration_is_known_by_name_and_study() {
        assert!(is_demonstration_name("DEMO-Bergfeldt"));
        assert!(is_demonstration_name(" DEMO-VIRTA"));
        for real in [
            "DEMOPOULOS",
            "DEMO",
            "DEMO SILVA",
            "Demo-Silva",
            "Demosthenes",
        ] {
            assert!(!is_demonstration_name(real), "{real}");
        }
        assert!(is_demonstration_study(&format!(
            "{DEMONSTRATION_STUDY_ROOT}17"
        )));
        assert!(!is_demonstration_study(
            "2.25.1806706416499779348334723602374429374620"
        ));
        assert!(StudyUid::new(&format!("{DEMONSTRATION_STUDY_ROOT}{}", i64::MAX)).is_ok());
    }
}
