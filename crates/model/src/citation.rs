//! Where a figure comes from and how far it was checked.

/// How well a shipped figure was checked. Approval (`reviewed`) is a hospital's and lives in its overlay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReviewStatus {
    /// From memory; not found again in a source.
    Recalled,
    /// Read in a text that cites the source.
    Secondary,
    /// Read in the source itself.
    Primary,
}

impl ReviewStatus {
    pub fn code(self) -> &'static str {
        match self {
            Self::Recalled => "recalled",
            Self::Secondary => "secondary",
            Self::Primary => "primary",
        }
    }
}

/// A key of `knowledge/sources.toml`, with the place inside it where that is known (`SIR2019#table-3`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Citation(pub String);
