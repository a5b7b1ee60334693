//! Dose: irradiation events → totals, skin-dose map, alerts, words. Pure: no clock, no files, no DICOM.
//!
//! Reading order: [`report`] (what a dose report says), [`totals`] (stated, summed, differences).

pub mod quantity;
pub mod report;
pub mod totals;

pub use quantity::{Degrees, Kilovolt, Millimetre, SquareMetre};
pub use report::{Finding, IrradiationEvent, Kind, Report, Trust};
