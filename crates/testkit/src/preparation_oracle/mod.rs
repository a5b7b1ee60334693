//! A second, slow opinion on preparation plans, written from the clinical sentences ("How the tables combine") and from the
//! figures of `knowledge/`, which it reads itself as plain TOML. It shares no code with the room `preparation`; where both
//! agree on many made-up patients, a fault must have been made twice.
//!
//! * [`person`] – a made-up patient with a booking, in plain words and numbers
//! * [`tables`] – the figures
//! * [`expect`] – the plan that the sentences ask for
//! * [`generate`] – patients from a seed, so that every medicine meets every class and every band

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::struct_excessive_bools,
    reason = "test material: what does not fit ends the test"
)]

pub mod dates;
pub mod expect;
pub mod generate;
mod laboratory;
mod medicines;
mod patient_questions;
pub mod person;
pub mod tables;
