//! The few steps that every file goes through.

use super::Flaw;
use model::{Citation, ReviewStatus};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use toml::value::Datetime;

/// Texts by path.
pub type Files<'a> = BTreeMap<&'a str, &'a str>;

/// Parses one file; a flaw when it is missing or does not fit.
pub fn file<T: DeserializeOwned>(
    files: &Files<'_>,
    path: &str,
    flaws: &mut Vec<Flaw>,
) -> Option<T> {
    let Some(text) = files.get(path) else {
        flaws.push(Flaw {
            path: path.to_owned(),
            reason: "the file is missing".to_owned(),
        });
        return None;
    };
    parse(path, text, flaws)
}

pub fn parse<T: DeserializeOwned>(path: &str, text: &str, flaws: &mut Vec<Flaw>) -> Option<T> {
    match toml::from_str(text) {
        Ok(value) => Some(value),
        Err(error) => {
            flaws.push(Flaw {
                path: path.to_owned(),
                reason: error.to_string(),
            });
            None
        }
    }
}

/// Review status as files write it; `reviewed` is not a word of shipped files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    Recalled,
    Secondary,
    Primary,
}

impl Status {
    pub fn review(self) -> ReviewStatus {
        match self {
            Self::Recalled => ReviewStatus::Recalled,
            Self::Secondary => ReviewStatus::Secondary,
            Self::Primary => ReviewStatus::Primary,
        }
    }
}

/// Where a figure comes from, and since when it is in force here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cited {
    pub source: Vec<Citation>,
    /// As written in the file: a day.
    pub since: String,
    pub status: ReviewStatus,
}

pub fn cited(source: Vec<String>, since: Datetime, status: Status) -> Cited {
    Cited {
        source: source.into_iter().map(Citation).collect(),
        since: since.to_string(),
        status: status.review(),
    }
}
