//! The words that every room shares: identifiers, people, quantities with units, sides, the readiness gate.
//!
//! Nothing here decides anything, reads anything or can be serialised: each boundary (store row, JSON,
//! DICOM, HL7, template) has a struct of its own and a written conversion.

mod citation;
mod gate;
mod identifier;
mod measured;
mod person;
mod place;
mod quantity;
mod role;

pub use citation::{Citation, ReviewStatus};
pub use gate::Gate;
pub use identifier::{
    AccessionNumber, CaseId, IdentifierError, PatientIdentifier, PatientKey, ProcedureId, RuleId,
    StudyUid,
};
pub use measured::{DoseTotals, LaboratoryStatus, LaboratoryValue};
pub use person::{BirthDate, PersonName, Sex};
pub use place::{AeTitle, BleedingClass, Family, Laterality, Modality, Urgency};
pub use quantity::{
    Centimetre, Gray, GraySquareMetre, Kilogram, MilliGray, MilliGrayCentimetre, Seconds,
};
pub use role::Role;
