//! Small values of this room.

/// Volume: millilitre.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Millilitre(pub f64);

/// A dose as it was written down: the number as text, and its unit. Arithmetic is the reader's work.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Amount {
    pub value: String,
    pub unit: String,
}

/// The answer to a safety question. Never a boolean: "not known" is an answer of its own.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Stated {
    /// Yes, with what was said.
    Yes(String),
    No,
    Unknown,
}

/// True when the text says something.
pub(crate) fn said(text: &str) -> bool {
    !text.trim().is_empty()
}
