//! Where a figure comes from: every rule row carries these three fields.

use jiff::civil::Date;
use model::ReviewStatus;
use serde::Deserialize;

/// Something that names its sources.
pub trait Cited {
    /// Keys of `sources.toml`.
    fn source(&self) -> &[String];
    /// In force from.
    fn since(&self) -> Date;
    /// How far it was checked here; approval is the site's.
    fn status(&self) -> ReviewStatus;
}

macro_rules! cited {
    ($($name:ty),+ $(,)?) => { $(impl $crate::cite::Cited for $name {
        fn source(&self) -> &[String] { &self.source }
        fn since(&self) -> jiff::civil::Date { self.since }
        fn status(&self) -> model::ReviewStatus { self.status }
    })+ };
}
pub(crate) use cited;

/// What another guideline says in the same place.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Differs {
    pub guideline: String,
    pub text: String,
    /// The difference to the figure that is followed, in words.
    #[serde(default)]
    pub delta: String,
    pub source: Vec<String>,
    #[serde(deserialize_with = "crate::read::date")]
    pub since: Date,
    #[serde(deserialize_with = "crate::read::status")]
    pub status: ReviewStatus,
}
cited!(Differs);

/// A work that figures were taken from: one entry of `sources.toml`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    pub key: String,
    pub citation: String,
    pub year: Option<i64>,
    #[serde(rename = "ref", default)]
    pub reference: String,
    /// How much of it was read.
    pub read: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SourceFile {
    pub source: Vec<Source>,
}
