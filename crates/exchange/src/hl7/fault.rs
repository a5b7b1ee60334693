//! What is wrong with a message: always the segment and the field, never what stands in it.

use std::fmt;

/// Where in a message: `OBR-4`, the second `OBX-14` as `OBX(2)-14`, a whole segment as `SCH`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub segment: String,
    /// Which segment of that name, counted from 1.
    pub occurrence: usize,
    /// Field number of the standard; 0 means the segment as a whole.
    pub field: usize,
}

impl Place {
    pub fn new(segment: &str, occurrence: usize, field: usize) -> Self {
        Self {
            segment: segment.to_owned(),
            occurrence,
            field,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.segment)?;
        if self.occurrence > 1 {
            write!(f, "({})", self.occurrence)?;
        }
        if self.field > 0 {
            write!(f, "-{}", self.field)?;
        }
        Ok(())
    }
}

/// The kinds of HL7 table 0357 that we use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    SegmentSequence,
    RequiredFieldMissing,
    DataType,
    TableValue,
    UnsupportedMessageType,
    UnsupportedEvent,
    UnknownKey,
    DuplicateKey,
    Internal,
}

impl FaultKind {
    /// Code and text of table 0357, for ERR-3.
    pub fn table_0357(self) -> (&'static str, &'static str) {
        match self {
            Self::SegmentSequence => ("100", "Segment sequence error"),
            Self::RequiredFieldMissing => ("101", "Required field missing"),
            Self::DataType => ("102", "Data type error"),
            Self::TableValue => ("103", "Table value not found"),
            Self::UnsupportedMessageType => ("200", "Unsupported message type"),
            Self::UnsupportedEvent => ("201", "Unsupported event code"),
            Self::UnknownKey => ("204", "Unknown key identifier"),
            Self::DuplicateKey => ("205", "Duplicate key identifier"),
            Self::Internal => ("207", "Application internal error"),
        }
    }
}

/// Why a message was not taken. The text is for the sender: it says what to change and holds no patient data.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{at}: {what}")]
pub struct Fault {
    pub at: Place,
    pub kind: FaultKind,
    pub what: String,
}

impl Fault {
    pub fn new(at: Place, kind: FaultKind, what: impl Into<String>) -> Self {
        Self {
            at,
            kind,
            what: what.into(),
        }
    }

    /// A fault of the message header, where most early ones are.
    pub fn header(field: usize, kind: FaultKind, what: impl Into<String>) -> Self {
        Self::new(Place::new("MSH", 1, field), kind, what)
    }
}
