//! Reads the dose files of `knowledge/dose/` into typed, checked rules. Text in, values out; no files here.
//!
//! Unknown keys, missing sources, tables of the wrong size and gaps between bands are refused, with file and
//! reason. A site overlays a file by giving the same path again later: the last text of a path counts.

use crate::peak_skin_dose::Model;
use std::collections::BTreeMap;
use std::fmt;

pub mod conceptus;
pub mod geometry;
pub mod levels;
pub mod reading;

pub use conceptus::Conceptus;
pub use levels::{EffectiveDoseFactor, FollowUp, Level, Levels, ReferenceLevel, SkinBand};

/// Everything that this room knows from data.
#[derive(Debug, Clone, PartialEq)]
pub struct Rules {
    pub model: Model,
    pub levels: Levels,
    pub conceptus: Conceptus,
}

/// What is wrong in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    pub path: String,
    pub reason: String,
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.reason)
    }
}

/// Reads all files whose path starts with `dose/` (relative to `knowledge/`); others are passed over.
/// # Errors
/// Every flaw found, not only the first.
pub fn read<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Rules, Vec<Flaw>> {
    let files: BTreeMap<&str, &str> = files
        .into_iter()
        .filter(|(path, _)| path.starts_with("dose/") && path.ends_with(".toml"))
        .collect();
    let mut flaws = Vec::new();
    let model = geometry::model(&files, &mut flaws);
    let levels = levels::levels(&files, &mut flaws);
    let conceptus = conceptus::conceptus(&files, &mut flaws);
    match (model, levels, conceptus) {
        (Some(model), Some(levels), Some(conceptus)) if flaws.is_empty() => Ok(Rules {
            model,
            levels,
            conceptus,
        }),
        _ => Err(flaws),
    }
}
