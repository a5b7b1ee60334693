//! Everything that can grow has a limit; the defaults stand on the settings page.

/// Limits of one file or frame. HL7 nests four levels by its own form, so depth needs none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one frame or file.
    pub bytes: usize,
    /// Messages in one file or frame.
    pub messages: usize,
    /// Segments of one message.
    pub segments: usize,
    /// Repetitions of one field that we read.
    pub repetitions: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 16 * 1024 * 1024,
            messages: 1_000,
            segments: 10_000,
            repetitions: 200,
        }
    }
}
