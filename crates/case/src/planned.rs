//! The procedures of a case: what, which side, under which order, in which room.

use jiff::Timestamp;
use model::{AccessionNumber, AeTitle, Laterality, Modality, ProcedureId, StudyUid};
use std::fmt;

/// Number of a procedure inside its case, from 1, never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProcedureNumber(pub u16);

impl fmt::Display for ProcedureNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The sender's own code (OBR-4, RequestedProcedureCodeSequence).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SenderCode {
    pub code: String,
    pub text: String,
    pub system: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum What {
    /// An entry of the catalogue.
    Catalogue(ProcedureId),
    /// The sender's code is in no table of the site: a person has to say what it is.
    NotIdentified,
}

/// Order numbers as the order placer and filler gave them (ORC-2, ORC-3, ORC-4).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct OrderNumbers {
    pub placer: Option<String>,
    pub filler: Option<String>,
    pub placer_group: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct NewProcedure {
    pub what: What,
    /// Kept beside the mapped entry, so that a wrong mapping can be seen.
    pub sender_code: Option<SenderCode>,
    pub side: Laterality,
    pub site: String,
    pub accession: Option<AccessionNumber>,
    pub study: Option<StudyUid>,
    pub orders: OrderNumbers,
}

/// A scheduled procedure step as the modality worklist shows it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ScheduledStep {
    /// Scheduled Procedure Step ID (0040,0009); empty lets `booking` make one.
    pub step_id: String,
    pub room: String,
    pub station: AeTitle,
    pub start: Timestamp,
    pub duration_minutes: u16,
    pub modality: Modality,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProcedureStatus {
    Planned,
    /// Taken off the case before or in the room; stays visible.
    Dropped,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Procedure {
    pub number: ProcedureNumber,
    pub what: What,
    pub sender_code: Option<SenderCode>,
    pub side: Laterality,
    pub site: String,
    pub accession: Option<AccessionNumber>,
    pub study: Option<StudyUid>,
    pub orders: OrderNumbers,
    pub status: ProcedureStatus,
    pub step: Option<ScheduledStep>,
}

impl Procedure {
    pub(crate) fn from_new(number: ProcedureNumber, new: &NewProcedure) -> Self {
        let new = new.clone();
        Self {
            number,
            what: new.what,
            sender_code: new.sender_code,
            side: new.side,
            site: new.site,
            accession: new.accession,
            study: new.study,
            orders: new.orders,
            status: ProcedureStatus::Planned,
            step: None,
        }
    }

    pub fn is_live(&self) -> bool {
        self.status == ProcedureStatus::Planned
    }

    pub fn is_identified(&self) -> bool {
        matches!(self.what, What::Catalogue(_))
    }
}
