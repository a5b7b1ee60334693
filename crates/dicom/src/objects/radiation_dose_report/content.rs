//! The content tree of a structured report: items found by concept, values read by unit.

use super::super::data_set::{DataSet, Tag};
use super::super::text::CharacterSets;
use super::codes::Concept;
use super::units::{self, Quantity};
use dose::report::{Finding, Stated, Trust};
use std::cell::RefCell;
use std::collections::BTreeSet;

const CONCEPT_NAME: Tag = 0x0040_A043;
const CONCEPT_CODE: Tag = 0x0040_A168;
const CONTENT: Tag = 0x0040_A730;
const MEASURED_VALUE: Tag = 0x0040_A300;
const MEASUREMENT_UNITS: Tag = 0x0040_08EA;
const NUMERIC_VALUE: Tag = 0x0040_A30A;
const TEXT_VALUE: Tag = 0x0040_A160;
const UID_VALUE: Tag = 0x0040_A124;
const DATE_TIME_VALUE: Tag = 0x0040_A120;
const CHARACTER_SET: Tag = 0x0008_0005;
const CODE_VALUE: Tag = 0x0008_0100;
const CODE_SCHEME: Tag = 0x0008_0102;
const LONG_CODE_VALUE: Tag = 0x0008_0119;

/// A coded entry: value and scheme. The meaning is never looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Code<'a> {
    pub value: &'a str,
    pub scheme: &'a str,
}

impl<'a> Code<'a> {
    fn of(set: &DataSet<'a>, tag: Tag) -> Option<Self> {
        let item = set.first_item(tag)?;
        Some(Self {
            value: item
                .ascii(CODE_VALUE)
                .or_else(|| item.ascii(LONG_CODE_VALUE))?,
            scheme: item.ascii(CODE_SCHEME).unwrap_or_default(),
        })
    }

    pub fn is(&self, concept: Concept) -> bool {
        concept
            .iter()
            .any(|(value, scheme)| *value == self.value && *scheme == self.scheme)
    }
}

/// One content item with its descendants laid out flat, in document order.
pub struct Item<'t, 'a> {
    pub set: &'t DataSet<'a>,
    pub concept: Code<'a>,
}

/// What is collected while reading: findings once each, whatever how often they are met.
#[derive(Default)]
pub struct Notes(RefCell<BTreeSet<Finding>>);

impl Notes {
    pub fn add(&self, code: &'static str, words: impl Into<String>) {
        let mut notes = self.0.borrow_mut();
        // A hostile report could name thousands of unknown units.
        if notes.len() < 100 {
            notes.insert(Finding::new(code, words));
        }
    }

    pub fn into_findings(self) -> Vec<Finding> {
        self.0.into_inner().into_iter().collect()
    }
}

/// A container's items, flat, so that a value nested in a sub-container is found too.
pub struct Content<'t, 'a> {
    items: Vec<Item<'t, 'a>>,
    sets: &'t CharacterSets,
    notes: &'t Notes,
    trust: Trust,
}

/// Containers are not entered below this depth; the element reader limits the rest.
const DEPTH: usize = 12;

impl<'t, 'a> Content<'t, 'a> {
    pub fn new(
        root: &'t DataSet<'a>,
        sets: &'t CharacterSets,
        notes: &'t Notes,
        trust: Trust,
    ) -> Self {
        let mut items = Vec::new();
        flatten(root, DEPTH, &[], &mut items);
        Self {
            items,
            sets,
            notes,
            trust,
        }
    }

    /// The items inside one of them; `closed` containers are listed but not entered.
    pub fn inside(&self, set: &'t DataSet<'a>, closed: &[Concept]) -> Self {
        let mut items = Vec::new();
        flatten(set, DEPTH, closed, &mut items);
        Self {
            items,
            sets: self.sets,
            notes: self.notes,
            trust: self.trust,
        }
    }

    pub fn note(&self, code: &'static str, words: impl Into<String>) {
        self.notes.add(code, words);
    }

    pub fn all(&self, concept: Concept) -> impl Iterator<Item = &Item<'t, 'a>> {
        self.items.iter().filter(move |i| i.concept.is(concept))
    }

    /// Sets whose concept is this one: containers of events, filters and the like.
    pub fn containers(&self, concept: Concept) -> impl Iterator<Item = &'t DataSet<'a>> {
        self.all(concept).map(|i| i.set)
    }

    /// The spelling of the concept that stands first in its list wins over a later one.
    fn best(&self, concept: Concept) -> impl Iterator<Item = &Item<'t, 'a>> {
        concept.iter().flat_map(move |(value, scheme)| {
            self.items
                .iter()
                .filter(move |i| i.concept.value == *value && i.concept.scheme == *scheme)
        })
    }

    pub fn code(&self, concept: Concept) -> Option<Code<'a>> {
        self.best(concept)
            .find_map(|i| Code::of(i.set, CONCEPT_CODE))
    }

    pub fn text(&self, concept: Concept) -> Option<String> {
        let (set, bytes) = self
            .best(concept)
            .find_map(|i| Some((i.set, i.set.bytes(TEXT_VALUE)?)))?;
        // An item may have a character set of its own.
        let text = match set.bytes(CHARACTER_SET) {
            own @ Some(_) => CharacterSets::from_bytes(own).decode(bytes),
            None => self.sets.decode(bytes),
        };
        Some(text.trim().to_owned())
    }

    pub fn uid(&self, concept: Concept) -> Option<&'a str> {
        self.best(concept).find_map(|i| i.set.ascii(UID_VALUE))
    }

    pub fn date_time(&self, concept: Concept) -> Option<&'a str> {
        self.best(concept)
            .find_map(|i| i.set.ascii(DATE_TIME_VALUE))
    }

    /// First number of the concept, in our unit, for amounts that cannot be negative: such a value is noted
    /// and left out, and so is one whose unit we do not know.
    pub fn amount<T>(
        &self,
        concept: Concept,
        quantity: Quantity,
        make: fn(f64) -> T,
    ) -> Option<Stated<T>> {
        let (value, resolution) = self.numbers(concept, quantity).into_iter().next()?;
        if value < 0.0 {
            let code = concept.first().map_or("", |c| c.0);
            self.note(
                "negative_value",
                format!("{code}: {value} is negative and was left out"),
            );
            return None;
        }
        Some(Stated {
            value: make(value),
            resolution: make(resolution),
            trust: self.trust,
        })
    }

    /// Mean of all positive numbers of the concept: per-pulse lists and repeated items.
    pub fn mean(&self, concept: Concept, quantity: Quantity) -> Option<f64> {
        let values: Vec<f64> = self
            .numbers(concept, quantity)
            .into_iter()
            .map(|v| v.0)
            .filter(|v| *v > 0.0)
            .collect();
        (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
    }

    /// All numbers of the first spelling that has any: (value, resolution) in our unit.
    pub fn numbers(&self, concept: Concept, quantity: Quantity) -> Vec<(f64, f64)> {
        for (value, scheme) in concept {
            let found: Vec<_> = self
                .items
                .iter()
                .filter(|i| i.concept.value == *value && i.concept.scheme == *scheme)
                .flat_map(|i| self.measured(i, quantity))
                .collect();
            if !found.is_empty() {
                return found;
            }
        }
        Vec::new()
    }

    fn measured(&self, item: &Item<'t, 'a>, quantity: Quantity) -> Vec<(f64, f64)> {
        let Some(measured) = item.set.first_item(MEASURED_VALUE) else {
            return Vec::new();
        };
        let Some(text) = measured.ascii(NUMERIC_VALUE) else {
            return Vec::new();
        };
        let unit = Code::of(measured, MEASUREMENT_UNITS)
            .unwrap_or_default()
            .value;
        let Some(ratio) = units::lookup(quantity, unit) else {
            let code = item.concept.value;
            self.note(
                "unknown_unit",
                format!("{code}: the unit \"{unit}\" is not known, value left out"),
            );
            return Vec::new();
        };
        let mut values = Vec::new();
        for part in text.split('\\') {
            match units::decimal(part) {
                Some((v, r)) => {
                    values.push((v * ratio.times / ratio.over, r * ratio.times / ratio.over));
                }
                None => {
                    let code = item.concept.value;
                    self.note(
                        "unreadable_number",
                        format!("{code}: \"{part}\" is not a number"),
                    );
                }
            }
        }
        values
    }
}

fn flatten<'t, 'a>(
    set: &'t DataSet<'a>,
    depth: usize,
    closed: &[Concept],
    items: &mut Vec<Item<'t, 'a>>,
) {
    if depth == 0 {
        return;
    }
    for child in set.items(CONTENT) {
        let concept = concept_name(child).unwrap_or_default();
        items.push(Item {
            set: child,
            concept,
        });
        if !closed.iter().any(|c| concept.is(c)) {
            flatten(child, depth - 1, closed, items);
        }
    }
}

/// Concept name of an item or of the whole document.
pub fn concept_name<'a>(set: &DataSet<'a>) -> Option<Code<'a>> {
    Code::of(set, CONCEPT_NAME)
}
