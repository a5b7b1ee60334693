//! Who did it: a named person in one role, or a machine behind a door.

use model::Role;

/// The doors through which something comes by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Door {
    Hl7,
    Dicom,
    Fhir,
    /// The system's own clock: gates evaluated on a date, tracks that fall due.
    Clock,
}

impl Door {
    pub const ALL: &'static [Self] = &[Self::Hl7, Self::Dicom, Self::Fhir, Self::Clock];

    pub fn code(self) -> &'static str {
        match self {
            Self::Hl7 => "hl7",
            Self::Dicom => "dicom",
            Self::Fhir => "fhir",
            Self::Clock => "clock",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|door| door.code() == code)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Actor {
    /// A person at a page. `user` is the log-in name, `name` what others read.
    Staff {
        user: String,
        name: String,
        role: Role,
    },
    /// The patient, through the portal.
    Patient,
    /// A machine: sending application, AE title or job.
    Sender { door: Door, name: String },
}

impl Actor {
    pub fn role(&self) -> Option<Role> {
        match self {
            Self::Staff { role, .. } => Some(*role),
            Self::Patient | Self::Sender { .. } => None,
        }
    }

    /// The name that a timeline shows.
    pub fn shown(&self) -> &str {
        match self {
            Self::Staff { name, .. } | Self::Sender { name, .. } => name,
            Self::Patient => "the patient",
        }
    }
}
