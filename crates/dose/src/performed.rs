//! A procedure as the physicist sees it: when, what, where, by which group, and what is known of its dose.
//!
//! Put together by whoever loads the cases; the pages, the export and the audit pack are made from a list of these.

use crate::peak_skin_dose::{Outcome, Peak};
use crate::report::Trust;
use jiff::civil::Date;
use model::{DoseTotals, Gray};

#[derive(Debug, Clone, PartialEq)]
pub struct PerformedProcedure {
    pub day: Date,
    /// The case's own number; nothing that names the patient.
    pub case: String,
    /// Catalogue id of the procedure.
    pub procedure: String,
    pub room: String,
    /// Group of operators, never one person.
    pub operator_group: String,
    /// Maker and model of the devices, as they name themselves.
    pub devices: Vec<String>,
    pub dose: Dose,
}

/// What is known of the dose of a procedure that uses X-rays.
#[derive(Debug, Clone, PartialEq)]
pub enum Dose {
    /// No report came and nobody typed a value.
    Missing,
    Known(KnownDose),
}

#[derive(Debug, Clone, PartialEq)]
pub struct KnownDose {
    pub totals: DoseTotals,
    pub trust: Trust,
    pub events: usize,
    pub skin: Skin,
    /// Rule ids of the alerts that it reached.
    pub alerts: Vec<String>,
}

/// The skin dose in the few values that lists show.
#[derive(Debug, Clone, PartialEq)]
pub enum Skin {
    Computed {
        peak: Gray,
        /// k = 2.
        interval: [Gray; 2],
        place: String,
    },
    Refused {
        code: String,
        words: String,
    },
    NotApplicable,
}

impl From<&Outcome> for Skin {
    fn from(outcome: &Outcome) -> Self {
        match outcome {
            Outcome::Computed(Peak {
                dose,
                interval,
                place,
                ..
            }) => Self::Computed {
                peak: *dose,
                interval: *interval,
                place: place.words(),
            },
            Outcome::Refused(refusal) => Self::Refused {
                code: refusal.code().to_owned(),
                words: refusal.words(),
            },
            Outcome::NotApplicable => Self::NotApplicable,
        }
    }
}

impl PerformedProcedure {
    pub fn known(&self) -> Option<&KnownDose> {
        match &self.dose {
            Dose::Known(known) => Some(known),
            Dose::Missing => None,
        }
    }

    pub fn peak(&self) -> Option<Gray> {
        match self.known()?.skin {
            Skin::Computed { peak, .. } => Some(peak),
            Skin::Refused { .. } | Skin::NotApplicable => None,
        }
    }
}
