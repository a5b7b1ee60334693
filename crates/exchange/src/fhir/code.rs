//! Coded concepts: recognised by system and code, never by their words.

use super::node::{Flaw, Node};

/// Our own procedures, by catalogue id.
pub const PROCEDURE: &str = "urn:seldinger:procedure";
/// Our own conditions, by the names of the rule book, optionally dated.
pub const CONDITION: &str = "urn:seldinger:condition";
/// Kinds of allergy of the case file.
pub const ALLERGY: &str = "urn:seldinger:allergy";
/// Analyte ids of the rule book.
pub const ANALYTE: &str = "urn:seldinger:analyte";
/// Facts that no standard code names: see `fact`.
pub const FACT: &str = "urn:seldinger:fact";
/// `continuous`, `dialysis_mon_wed_fri`.
pub const SCHEDULE: &str = "urn:seldinger:schedule";

pub const SNOMED: &str = "http://snomed.info/sct";
pub const UCUM: &str = "http://unitsofmeasure.org";
/// The names under which ATC codes are sent.
pub const ATC: [&str; 3] = [
    "http://www.whocc.no/atc",
    "urn:oid:2.16.840.1.113883.6.73",
    "http://www.whocc.no",
];

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Coding {
    pub system: String,
    pub code: String,
    pub display: String,
}

/// A CodeableConcept, or the one coding of a Coding.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Concept {
    pub codings: Vec<Coding>,
    pub text: String,
}

impl Coding {
    /// # Errors
    /// An element of the wrong kind.
    pub fn read(node: &Node) -> Result<Self, Flaw> {
        Ok(Self {
            system: node.text_or_empty("system")?.to_owned(),
            code: node.text_or_empty("code")?.to_owned(),
            display: node.text_or_empty("display")?.to_owned(),
        })
    }
}

impl Concept {
    /// # Errors
    /// An element of the wrong kind.
    pub fn read(node: &Node) -> Result<Self, Flaw> {
        let codings = node.children("coding")?;
        Ok(Self {
            codings: codings.iter().map(Coding::read).collect::<Result<_, _>>()?,
            text: node.text_or_empty("text")?.to_owned(),
        })
    }

    /// The concept under a key; `None` when it is absent.
    /// # Errors
    /// As [`Concept::read`].
    pub fn at(node: &Node, key: &str) -> Result<Option<Self>, Flaw> {
        node.child(key)?.as_ref().map(Self::read).transpose()
    }

    /// All concepts of a list.
    /// # Errors
    /// As [`Concept::read`].
    pub fn all(node: &Node, key: &str) -> Result<Vec<Self>, Flaw> {
        node.children(key)?.iter().map(Self::read).collect()
    }

    /// The codes under one system.
    pub fn under<'a>(&'a self, system: &'a str) -> impl Iterator<Item = &'a Coding> {
        self.codings
            .iter()
            .filter(move |coding| coding.system == system && !coding.code.is_empty())
    }

    pub fn has(&self, system: &str, codes: &[&str]) -> bool {
        self.under(system)
            .any(|coding| codes.contains(&coding.code.as_str()))
    }

    /// Any of these codes, whatever the system: for FHIR's own required value sets.
    pub fn is_one_of(&self, codes: &[&str]) -> bool {
        self.codings
            .iter()
            .any(|coding| codes.contains(&coding.code.as_str()))
    }

    /// For people: text, else display, else the code itself.
    pub fn words(&self) -> String {
        let displayed = || self.codings.iter().map(|coding| &coding.display);
        if !self.text.is_empty() {
            return self.text.clone();
        }
        if let Some(display) = displayed().find(|display| !display.is_empty()) {
            return display.clone();
        }
        self.codings
            .first()
            .map_or_else(|| "without a code".to_owned(), |coding| coding.code.clone())
    }

    /// With every code, for a question that somebody must be able to answer.
    pub fn whole(&self) -> String {
        let codes: Vec<String> = self
            .codings
            .iter()
            .map(|coding| format!("{}|{}", coding.system, coding.code))
            .collect();
        match codes.is_empty() {
            true => self.words(),
            false => format!("{} ({})", self.words(), codes.join(", ")),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.text.is_empty() && self.codings.iter().all(|coding| coding.code.is_empty())
    }
}
