//! Objects: bytes ↔ values. No sockets, and nothing here imports the node.
//!
//! Reading order: [`data_set`] (tolerant element reader), [`text`] (character sets), [`header`] (what filing
//! needs), [`radiation_dose_report`] (dose reports in and out), [`patient_radiation_dose`] (our skin dose, out),
//! [`made_up_picture`] (pictures of nobody).

pub mod data_set;
mod element_writer;
pub mod header;
pub mod made_up_picture;
pub mod patient_radiation_dose;
pub mod radiation_dose_report;
pub mod text;
