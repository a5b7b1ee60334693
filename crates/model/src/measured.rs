//! Measured facts that cross rooms: laboratory values and dose totals.

use crate::quantity::{Gray, GraySquareMetre, MilliGray, MilliGrayCentimetre, Seconds};
use jiff::Timestamp;

/// State of a laboratory result as the laboratory reports it (HL7 table 0085).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LaboratoryStatus {
    Preliminary,
    Final,
    Corrected,
    Cancelled,
}

/// One laboratory value as it was sent; judging it is the preparation room's work.
#[derive(Debug, Clone, PartialEq)]
pub struct LaboratoryValue {
    /// Our name of the analyte (`inr`, `platelets`, …) or `None` when the sender's code is not mapped.
    pub analyte: Option<String>,
    /// The sender's own code, name and coding system.
    pub code: String,
    pub code_text: String,
    pub code_system: String,
    /// The value as text, exactly as sent ("<1.0" happens).
    pub value: String,
    /// The unit as sent; empty when none was.
    pub unit: String,
    pub status: LaboratoryStatus,
    pub specimen_at: Option<Timestamp>,
}

/// What a dose report states. `None` means that the report does not say; it is never zero.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DoseTotals {
    pub ka_r: Option<Gray>,
    pub pka: Option<GraySquareMetre>,
    pub fluoroscopy: Option<Seconds>,
    pub dlp: Option<MilliGrayCentimetre>,
    /// Average glandular dose, one per breast as stated.
    pub agd: Vec<MilliGray>,
}
