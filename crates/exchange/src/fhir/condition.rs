//! Condition: by our own names, or by the site's table; any other stays in the plan as not understood.

use super::bundle::Resource;
use super::chart::{Chart, Surroundings};
use super::code::{CONDITION, Concept};
use super::node::{Flaw, Node};
use super::time::{When, when_of};
use model::Gate;

pub(super) fn read(
    around: &Surroundings,
    resource: &Resource,
    chart: &mut Chart,
) -> Result<(), Flaw> {
    let node = &resource.node;
    chart.notes(node)?;
    let verification = Concept::at(node, "verificationStatus")?.unwrap_or_default();
    if verification.is_one_of(&["refuted", "entered-in-error"]) {
        chart.leave_out(node.path(), "refuted or entered in error");
        return Ok(());
    }
    let concept = Concept::at(node, "code")?.unwrap_or_default();
    let names = names(around, &concept);
    let onset = when_of(node, "onset", around.zone)?;
    let status = Concept::at(node, "clinicalStatus")?.unwrap_or_default();
    let over = status.is_one_of(&["inactive", "remission", "resolved"])
        || when_of(node, "abatement", around.zone)?.is_some();
    if over && names.is_empty() {
        chart.leave_out(node.path(), "said to be over, and none of the names in use");
        return Ok(());
    }
    if over {
        let since = onset.map_or(String::new(), |when| format!(" of {}", when.date_words()));
        let words = format!(
            "{}{since} is said to be over: does it still count?",
            names.join(", ")
        );
        chart.ask(
            "condition_over",
            node.path(),
            "radiologist",
            Gate::Review,
            words,
        );
        return Ok(());
    }
    if names.is_empty() {
        // The engine finds no such name and raises its review: nothing is dropped, nothing is guessed.
        chart.facts.conditions.push(unknown(&concept));
    }
    for name in names {
        chart.facts.conditions.push(dated(&name, onset));
    }
    Ok(())
}

/// Names in use that a concept means, by our own system and the site's table.
pub(super) fn names(around: &Surroundings, concept: &Concept) -> Vec<String> {
    let ours: Vec<String> = concept
        .under(CONDITION)
        .map(|coding| coding.code.clone())
        .collect();
    if !ours.is_empty() {
        return ours;
    }
    let table = &around.site.chart_codes.conditions;
    let mut found: Vec<String> = concept
        .codings
        .iter()
        .filter_map(|coding| table.get(&(coding.system.clone(), coding.code.clone())))
        .cloned()
        .collect();
    found.sort();
    found.dedup();
    found
}

/// A name that cannot be one of those in use, with the code for whoever looks at it.
pub(super) fn unknown(concept: &Concept) -> String {
    format!("code {}", concept.whole())
}

/// With the date behind it, unless the name brings its own.
fn dated(name: &str, onset: Option<When>) -> String {
    let has_date = name
        .rsplit_once('_')
        .is_some_and(|(_, tail)| tail.len() >= 4 && tail.starts_with(|c: char| c.is_ascii_digit()));
    match onset {
        Some(onset) if !has_date => format!("{name}_{}", onset.date_words()),
        _ => name.to_owned(),
    }
}

/// Why a medicine is taken: the first concept or Condition that has a name in use, else the words.
pub(super) fn indication(around: &Surroundings, node: &Node) -> Result<String, Flaw> {
    let mut words = String::new();
    for concept in Concept::all(node, "reasonCode")? {
        if let Some(name) = names(around, &concept).into_iter().next() {
            return Ok(name);
        }
        words = concept.words();
    }
    for reference in node.children("reasonReference")? {
        let found = reference
            .text("reference")?
            .and_then(|reference| around.bundle.find(reference))
            .filter(|found| found.kind == "Condition");
        if let Some(found) = found {
            let concept = Concept::at(&found.node, "code")?.unwrap_or_default();
            let onset = when_of(&found.node, "onset", around.zone)?;
            match names(around, &concept).into_iter().next() {
                Some(name) => return Ok(dated(&name, onset)),
                None => words = concept.words(),
            }
        }
    }
    Ok(words)
}
