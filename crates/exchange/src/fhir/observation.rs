//! Observation: laboratory values, weight and height, pregnancy; a panel is read component by component.

use super::bundle::Resource;
use super::chart::{Chart, Surroundings};
use super::code::{ANALYTE, Concept, FACT, SNOMED};
use super::fact;
use super::node::{Flaw, Node};
use super::time::when_of;
use super::value::{Value, value};
use jiff::civil::DateTime;
use model::Gate;
use preparation::{LabResult, ResultValue};
use workflow::incoming::SentCode;
use workflow::site_codes::NOT_USED;

/// LOINC codes of what is a fact and no measurement of the laboratory.
const FACTS: [(&str, &str); 5] = [
    ("82810-3", "pregnancy_status"),
    ("8665-2", "lmp"),
    ("11884-4", "gestation_weeks"),
    ("18185-9", "gestation_weeks"),
    ("49051-6", "gestation_weeks"),
];
/// SNOMED CT qualifiers of a result in words.
const WORDS: [(&str, &str); 4] = [
    ("10828004", "positive"),
    ("260373001", "positive"),
    ("260385009", "negative"),
    ("260415000", "negative"),
];
/// Vital signs of the chart that no rule uses.
const VITAL_SIGNS: [&str; 13] = [
    "85353-1", "85354-9", "8480-6", "8462-4", "8867-4", "9279-1", "8310-5", "2708-6", "59408-5",
    "39156-5", "8478-0", "72166-2", "3151-8",
];

pub(super) fn read(
    around: &Surroundings,
    resource: &Resource,
    chart: &mut Chart,
) -> Result<(), Flaw> {
    let node = &resource.node;
    let status = node.text_or_empty("status")?;
    match status {
        "cancelled" | "entered-in-error" | "registered" => {
            chart.leave_out(node.path(), &format!("its status is {status}"));
            return Ok(());
        }
        "preliminary" | "final" | "amended" | "corrected" | "unknown" => {}
        "" => return Err(node.flaw("status", "is missing")),
        other => return Err(node.flaw("status", format!("{other:?} is no status"))),
    }
    chart.notes(node)?;
    let taken_at = when_of(node, "effective", around.zone)?.map(super::time::When::earliest);
    let Some(code) = Concept::at(node, "code")? else {
        return Err(node.flaw("code", "is missing"));
    };
    let components = node.children("component")?;
    let own = value(node)?;
    if own.is_some() || components.is_empty() {
        one(around, node, &code, own, taken_at, chart)?;
    }
    for component in components {
        let Some(code) = Concept::at(&component, "code")? else {
            return Err(component.flaw("code", "is missing"));
        };
        let value = value(&component)?;
        one(around, &component, &code, value, taken_at, chart)?;
    }
    Ok(())
}

fn one(
    around: &Surroundings,
    node: &Node,
    code: &Concept,
    value: Option<Value>,
    taken_at: Option<DateTime>,
    chart: &mut Chart,
) -> Result<(), Flaw> {
    let path = node.path();
    let fact = code
        .under(FACT)
        .map(|coding| coding.code.as_str())
        .chain(loinc_fact(code))
        .next();
    let Some(value) = value else {
        chart.leave_out(path, "has no value");
        return Ok(());
    };
    if let Some(name) = fact {
        return fact::take(around, node, name, &value, chart);
    }
    let Some(analyte) = analyte(around, code) else {
        if code.has("http://loinc.org", &VITAL_SIGNS) {
            chart.leave_out(path, "a vital sign that no rule uses");
        } else {
            let words = format!("which measurement is {}?", code.whole());
            chart.ask(
                "laboratory_code_not_known",
                path,
                "coordinator",
                Gate::Pending,
                words,
            );
        }
        return Ok(());
    };
    match (analyte.as_str(), &value) {
        (NOT_USED, _) => chart.leave_out(path, "the site does not use it"),
        ("weight", Value::Quantity(quantity)) => chart.weights.push((taken_at, quantity.clone())),
        ("height", Value::Quantity(quantity)) => chart.heights.push((taken_at, quantity.clone())),
        _ => laboratory(around, path, analyte, &value, taken_at, chart),
    }
    Ok(())
}

fn loinc_fact(code: &Concept) -> Option<&'static str> {
    FACTS
        .iter()
        .find(|(loinc, _)| code.has("http://loinc.org", &[loinc]))
        .map(|(_, name)| *name)
}

fn analyte(around: &Surroundings, code: &Concept) -> Option<String> {
    if let Some(ours) = code.under(ANALYTE).next() {
        return Some(ours.code.clone());
    }
    let sent = code.codings.iter().map(|coding| SentCode {
        code: coding.code.clone(),
        text: coding.display.clone(),
        system: coding.system.clone(),
    });
    sent.filter(|sent| !sent.code.is_empty())
        .find_map(|sent| around.laboratory.analyte(&sent).map(str::to_owned))
}

fn laboratory(
    around: &Surroundings,
    path: &str,
    analyte: String,
    value: &Value,
    taken_at: Option<DateTime>,
    chart: &mut Chart,
) {
    let only_taken = around
        .rules
        .analytes
        .get(&analyte)
        .is_some_and(|known| known.values.iter().any(|word| word == "taken"));
    let (value, unit) = match value {
        // What the blood group is does not matter here; that the sample was taken does.
        _ if only_taken => (ResultValue::Word("taken".to_owned()), String::new()),
        Value::Quantity(quantity) if quantity.comparator.is_empty() => {
            (ResultValue::Number(quantity.value), quantity.unit.clone())
        }
        Value::Quantity(quantity) => {
            let word = format!("{}{}", quantity.comparator, quantity.value);
            (ResultValue::Word(word), quantity.unit.clone())
        }
        Value::Number(number) => (ResultValue::Number(*number), String::new()),
        Value::Truth(truth) => {
            let word = if *truth { "positive" } else { "negative" };
            (ResultValue::Word(word.to_owned()), String::new())
        }
        Value::Concept(concept) => (ResultValue::Word(in_words(concept)), String::new()),
        Value::Words(words) => match words.trim().parse::<f64>() {
            Ok(number) => (ResultValue::Number(number), String::new()),
            Err(_) => (
                ResultValue::Word(words.trim().to_lowercase()),
                String::new(),
            ),
        },
        Value::When(words) | Value::Other(words) => {
            (ResultValue::Word(words.to_lowercase()), String::new())
        }
    };
    if taken_at.is_none() {
        let words = format!("when was the sample of this {analyte} taken?");
        chart.ask(
            "sample_time_missing",
            path,
            "ir_nurse",
            Gate::Pending,
            words,
        );
    } else if taken_at.is_some_and(|at| at > around.as_of) {
        let words = format!("the sample of this {analyte} is said to be taken later than now");
        chart.ask(
            "sample_in_the_future",
            path,
            "ir_nurse",
            Gate::Pending,
            words,
        );
    }
    chart.facts.laboratory.push(LabResult {
        analyte,
        value,
        unit,
        taken_at,
    });
}

fn in_words(concept: &Concept) -> String {
    let known = WORDS
        .iter()
        .find(|(code, _)| concept.has(SNOMED, &[code]))
        .map(|(_, word)| (*word).to_owned());
    known.unwrap_or_else(|| concept.words().to_lowercase())
}
