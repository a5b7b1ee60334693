//! Dose: irradiation events → totals, skin-dose map, alerts, words. Pure: no clock, no files, no DICOM.
//!
//! Reading order: [`report`] (what a dose report says), [`totals`] (stated, summed, differences), [`study`]
//! (several reports of one study), [`peak_skin_dose`] (the map on the skin, or why there is none), [`rules`]
//! (figures from `knowledge/dose/`), [`alert`], [`judge`] (map and levels of a study), [`follow_up`], [`explain`],
//! [`conceptus`], then what is made of many procedures: [`performed`], [`reference_level`], [`export`],
//! [`audit_pack`].

pub mod alert;
pub mod audit_pack;
pub mod conceptus;
pub mod explain;
pub mod export;
pub mod follow_up;
pub mod geometry_stated;
pub mod judge;
pub mod peak_skin_dose;
pub mod performed;
pub mod quantity;
pub mod reference_level;
pub mod report;
pub mod rules;
pub mod study;
pub mod totals;
pub mod vector;

pub use quantity::{Degrees, Kilovolt, Millimetre, SquareMetre};
pub use report::{Finding, IrradiationEvent, Kind, Report, Trust};
