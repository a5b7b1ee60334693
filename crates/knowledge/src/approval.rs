//! `approvals/*.toml` of a site: who answers for a rule here, and until when.

use jiff::civil::Date;
use serde::Deserialize;

/// A named person took responsibility for the content of one rule.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    /// Path without `.toml`, such as `medicines/apixaban`.
    pub rule: String,
    /// SHA-256 over the canonical JSON of the rule at that time.
    pub sha256: String,
    pub name: String,
    pub role: String,
    #[serde(deserialize_with = "crate::read::date")]
    pub date: Date,
    /// Counts up to and including this day.
    #[serde(deserialize_with = "crate::read::date")]
    pub due: Date,
}

impl Approval {
    pub fn counts_on(&self, day: Date) -> bool {
        self.date <= day && day <= self.due
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ApprovalFile {
    pub approval: Vec<Approval>,
}
