//! `value[x]` of an Observation, a component or an answer.

use super::code::{Coding, Concept, UCUM};
use super::node::{Flaw, Node};

#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Quantity(Quantity),
    Concept(Concept),
    Words(String),
    Truth(bool),
    Number(f64),
    /// A date or time as written.
    When(String),
    /// A kind that nobody here reads (Range, Ratio, SampledData, …).
    Other(String),
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Quantity {
    pub value: f64,
    /// `<`, `<=`, `>=`, `>`, or empty.
    pub comparator: String,
    /// UCUM where one was sent; empty for none.
    pub unit: String,
}

/// Reads the one value; `None` when there is none.
/// # Errors
/// An element of the wrong kind.
pub fn value(node: &Node) -> Result<Option<Value>, Flaw> {
    let Some(key) = node.keys().find(|key| key.starts_with("value")) else {
        return Ok(None);
    };
    let words = |key: &str| node.text(key).map(|text| text.map(str::to_owned));
    Ok(match key {
        "valueQuantity" => match node.child(key)? {
            Some(inner) => quantity(&inner)?.map(Value::Quantity),
            None => None,
        },
        "valueCodeableConcept" => Concept::at(node, key)?.map(Value::Concept),
        "valueCoding" => node
            .child(key)?
            .as_ref()
            .map(Coding::read)
            .transpose()?
            .map(|coding| {
                Value::Concept(Concept {
                    codings: vec![coding],
                    text: String::new(),
                })
            }),
        "valueString" | "valueCode" | "valueText" | "valueUri" => words(key)?.map(Value::Words),
        "valueBoolean" => node.truth(key)?.map(Value::Truth),
        "valueInteger" | "valueDecimal" => node.number(key)?.map(Value::Number),
        "valueDateTime" | "valueDate" | "valueInstant" => words(key)?.map(Value::When),
        other => Some(Value::Other(other.trim_start_matches("value").to_owned())),
    })
}

/// A quantity; `None` without a number.
/// # Errors
/// An element of the wrong kind.
pub fn quantity(node: &Node) -> Result<Option<Quantity>, Flaw> {
    let Some(value) = node.number("value")? else {
        return Ok(None);
    };
    let system = node.text_or_empty("system")?;
    let code = node.text("code")?;
    let unit = node.text("unit")?;
    let coded = code.filter(|_| system == UCUM || system.is_empty());
    // A unit of another system is kept as sent: the engine knows it, or says that it does not.
    let unit = coded.or(unit).or(code).unwrap_or_default();
    Ok(Some(Quantity {
        value,
        comparator: node.text_or_empty("comparator")?.to_owned(),
        unit: unit.to_owned(),
    }))
}

impl Quantity {
    /// `5 mg`.
    pub fn words(&self) -> String {
        format!("{}{} {}", self.comparator, self.value, self.unit)
            .trim()
            .to_owned()
    }
}
