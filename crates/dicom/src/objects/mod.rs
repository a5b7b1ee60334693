//! Objects: bytes ↔ values. No sockets, and nothing here imports the node.
//!
//! Reading order: [`data_set`] (tolerant element reader), [`text`] (character sets), [`header`] (what filing
//! needs), [`radiation_dose_report`] (dose reports in and out), [`patient_radiation_dose`] (our skin dose, out).

pub mod data_set;
pub mod header;
pub mod patient_radiation_dose;
pub mod radiation_dose_report;
pub mod text;
