//! The readiness gate: may this patient go on.

/// Ordered from most to least permissive; the strictest of several counts, so `max` joins two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Gate {
    /// Nothing stands in the way.
    Ready,
    /// Something that is planned is not done yet.
    Pending,
    /// A person has to look and decide.
    Review,
    /// May not go on.
    Blocked,
    /// An emergency goes on; a named person signs for what is bypassed.
    OverrideRequired,
}

impl Gate {
    /// The word of the JSON contract.
    pub fn code(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Pending => "pending",
            Self::Review => "review",
            Self::Blocked => "blocked",
            Self::OverrideRequired => "override_required",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        [
            Self::Ready,
            Self::Pending,
            Self::Review,
            Self::Blocked,
            Self::OverrideRequired,
        ]
        .into_iter()
        .find(|gate| gate.code() == code)
    }
}
