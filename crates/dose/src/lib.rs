//! Dose: irradiation events → totals, skin-dose map, alerts, words. Pure: no clock, no files, no DICOM.
//!
//! Reading order: [`report`] (what a dose report says), [`totals`] (stated, summed, differences),
//! [`peak_skin_dose`] (the map on the skin, or why there is none).

pub mod peak_skin_dose;
pub mod quantity;
pub mod report;
pub mod totals;
pub mod vector;

pub use quantity::{Degrees, Kilovolt, Millimetre, SquareMetre};
pub use report::{Finding, IrradiationEvent, Kind, Report, Trust};
