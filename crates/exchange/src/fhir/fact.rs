//! Facts by name: answers of a QuestionnaireResponse (the name is the linkId) and Observations of our own system.

use super::bundle::Resource;
use super::chart::{Chart, Surroundings};
use super::code::SNOMED;
use super::node::{Flaw, Node};
use super::time::When;
use super::value::{Quantity, Value, value};
use model::Gate;
use preparation::{Answer, LastIntake, PregnancyStatus, StatedAge};

/// Depth of groups inside groups.
const DEPTH_MAX: usize = 20;

/// LOINC answers and SNOMED CT findings of the pregnancy status.
const PREGNANT: [&str; 2] = ["LA15173-0", "77386006"];
const NOT_PREGNANT: [&str; 2] = ["LA26683-5", "60001007"];
const NOT_KNOWN: [&str; 1] = ["LA4489-6"];

pub(super) fn answers(
    around: &Surroundings,
    resource: &Resource,
    chart: &mut Chart,
) -> Result<(), Flaw> {
    let node = &resource.node;
    if node.text("status")? == Some("entered-in-error") {
        chart.leave_out(node.path(), "entered in error");
        return Ok(());
    }
    for item in node.children("item")? {
        answered(around, &item, DEPTH_MAX, chart)?;
    }
    Ok(())
}

fn answered(
    around: &Surroundings,
    item: &Node,
    depth: usize,
    chart: &mut Chart,
) -> Result<(), Flaw> {
    let link = item.text_or_empty("linkId")?;
    if depth == 0 {
        return Err(item.flaw("item", "groups inside groups are too deep"));
    }
    if link == "last_intake" {
        return last_intake(around, item, chart);
    }
    for answer in item.children("answer")? {
        if let Some(value) = value(&answer)? {
            if link.is_empty() {
                return Err(item.flaw("linkId", "is missing"));
            }
            take(around, item, link, &value, chart)?;
        }
        for inner in answer.children("item")? {
            answered(around, &inner, depth - 1, chart)?;
        }
    }
    for inner in item.children("item")? {
        answered(around, &inner, depth - 1, chart)?;
    }
    Ok(())
}

/// One fact; a name or a value that is not understood is a question.
pub(super) fn take(
    around: &Surroundings,
    node: &Node,
    name: &str,
    value: &Value,
    chart: &mut Chart,
) -> Result<(), Flaw> {
    let facts = &mut chart.facts;
    let understood = match name {
        "companion" => truth(value).map(|truth| facts.companion = Answer::Known(truth)),
        "inpatient" => truth(value).map(|truth| facts.inpatient = Answer::Known(truth)),
        "no_medicines" => truth(value).map(|truth| chart.medicines_said |= truth),
        "no_allergies" => truth(value).map(|truth| chart.allergies_said |= truth),
        "age_years" => number(value).map(|years| facts.age = StatedAge::Years(years)),
        "weight" => quantity(value).map(|weight| chart.weights.push((None, weight))),
        "height" => quantity(value).map(|height| chart.heights.push((None, height))),
        "condition" => words(value).map(|name| facts.conditions.push(name)),
        "pregnancy_status" => pregnancy(value).map(|status| facts.pregnancy.status = status),
        "lmp" => date(around, value).map(|day| facts.pregnancy.lmp = Some(day)),
        "gestation_weeks" => {
            weeks(value).map(|weeks| facts.pregnancy.gestation_weeks = Some(weeks))
        }
        _ => None,
    };
    if understood.is_none() {
        let text = node.text_or_empty("text").unwrap_or_default();
        let shown = if text.is_empty() { name } else { text };
        let answer = words(value).unwrap_or_else(|| "an answer".to_owned());
        let words = format!("{shown}: {answer}: what does it mean for the preparation?");
        chart.ask(
            "answer_not_understood",
            node.path(),
            "ir_nurse",
            Gate::Pending,
            words,
        );
    }
    Ok(())
}

fn last_intake(around: &Surroundings, group: &Node, chart: &mut Chart) -> Result<(), Flaw> {
    let (mut drug, mut at) = (None, None);
    for item in group.children("item")? {
        let answers = item.children("answer")?;
        let Some(value) = answers.first().map(value).transpose()?.flatten() else {
            continue;
        };
        match (item.text_or_empty("linkId")?, value) {
            ("drug", value) => drug = words(&value),
            ("at", Value::When(text) | Value::Words(text)) => {
                at = match When::read(&text, around.zone) {
                    Some(When::Moment(moment)) => Some(moment),
                    _ => return Err(item.flaw("answer", format!("{text:?} is not a time"))),
                };
            }
            _ => {}
        }
    }
    match (drug, at) {
        (Some(drug), Some(at)) => chart.facts.last_intakes.push(LastIntake { drug, at }),
        _ => {
            let words = "which medicine was taken last, and when?".to_owned();
            chart.ask(
                "last_intake_incomplete",
                group.path(),
                "ir_nurse",
                Gate::Pending,
                words,
            );
        }
    }
    Ok(())
}

fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Truth(truth) => Some(*truth),
        // LOINC and HL7 answers.
        Value::Concept(concept) if concept.is_one_of(&["LA33-6", "Y", "373066001"]) => Some(true),
        Value::Concept(concept) if concept.is_one_of(&["LA32-8", "N", "373067005"]) => Some(false),
        _ => None,
    }
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => Some(*number),
        Value::Quantity(quantity) if quantity.comparator.is_empty() => Some(quantity.value),
        _ => None,
    }
}

fn quantity(value: &Value) -> Option<Quantity> {
    match value {
        Value::Quantity(quantity) if quantity.comparator.is_empty() => Some(quantity.clone()),
        _ => None,
    }
}

fn weeks(value: &Value) -> Option<f64> {
    match value {
        Value::Quantity(quantity) if quantity.unit == "d" => Some(quantity.value / 7.0),
        other => number(other),
    }
}

fn date(around: &Surroundings, value: &Value) -> Option<jiff::civil::Date> {
    let (Value::When(text) | Value::Words(text)) = value else {
        return None;
    };
    match When::read(text, around.zone)? {
        When::Moment(at) => Some(at.date()),
        When::Day(day) => Some(day),
        // The days since a period are counted: a month is not exact enough.
        When::Month(_) | When::Year(_) => None,
    }
}

fn words(value: &Value) -> Option<String> {
    match value {
        Value::Words(words) | Value::When(words) => Some(words.clone()),
        Value::Concept(concept) => {
            let code = concept.codings.first().map(|coding| coding.code.clone());
            let code = code.filter(|code| !code.is_empty());
            Some(code.unwrap_or_else(|| concept.words()))
        }
        Value::Number(number) => Some(number.to_string()),
        Value::Truth(truth) => Some(truth.to_string()),
        Value::Quantity(quantity) => Some(quantity.words()),
        Value::Other(_) => None,
    }
}

fn pregnancy(value: &Value) -> Option<PregnancyStatus> {
    let by_name = |name: &str| {
        Some(match name {
            "pregnant" => PregnancyStatus::Pregnant,
            "not_pregnant_stated" => PregnancyStatus::NotPregnantStated,
            "unknown" => PregnancyStatus::Unknown,
            "not_asked" => PregnancyStatus::NotAsked,
            "refused" => PregnancyStatus::Refused,
            _ => return None,
        })
    };
    match value {
        Value::Words(name) => by_name(name),
        Value::Truth(true) => Some(PregnancyStatus::Pregnant),
        Value::Truth(false) => Some(PregnancyStatus::NotPregnantStated),
        Value::Concept(concept) if concept.is_one_of(&PREGNANT) => Some(PregnancyStatus::Pregnant),
        Value::Concept(concept) if concept.is_one_of(&NOT_PREGNANT) => {
            Some(PregnancyStatus::NotPregnantStated)
        }
        Value::Concept(concept) if concept.is_one_of(&NOT_KNOWN) => Some(PregnancyStatus::Unknown),
        Value::Concept(concept) => concept
            .codings
            .iter()
            .filter(|coding| coding.system != SNOMED)
            .find_map(|coding| by_name(&coding.code)),
        Value::Number(_) | Value::Quantity(_) | Value::When(_) | Value::Other(_) => None,
    }
}
