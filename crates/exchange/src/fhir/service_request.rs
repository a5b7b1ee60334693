//! ServiceRequest: which procedure, how urgent, and how it is meant to be done.

use super::chart::{Chart, Surroundings};
use super::code::{Concept, PROCEDURE};
use super::node::{Flaw, Node};
use knowledge::procedure::Anaesthesia;
use model::{Gate, Modality, ProcedureId, Urgency};
use preparation::BookedProcedure;
use preparation::facts::French;
use std::collections::BTreeSet;

/// Why a request is not planned: it is not to be done. `None` when it is.
pub(super) fn refused(node: &Node) -> Result<Option<String>, Flaw> {
    let status = node.text_or_empty("status")?;
    if node.truth("doNotPerform")? == Some(true) {
        return Ok(Some("the request says that it must not be done".to_owned()));
    }
    match status {
        "active" | "on-hold" | "draft" | "unknown" => Ok(None),
        "revoked" | "completed" | "entered-in-error" => {
            Ok(Some(format!("the request is {status}")))
        }
        "" => Err(node.flaw("status", "is missing")),
        other => Err(node.flaw("status", format!("{other:?} is no status"))),
    }
}

pub(super) fn urgency(node: &Node) -> Result<Urgency, Flaw> {
    match node.text("priority")? {
        None | Some("routine") => Ok(Urgency::Elective),
        Some("urgent" | "asap") => Ok(Urgency::Urgent),
        Some("stat") => Ok(Urgency::Emergency),
        Some(other) => {
            let words = format!("{other:?} is none of routine, urgent, asap, stat");
            Err(node.flaw("priority", words))
        }
    }
}

/// The procedure; `None` when nobody can say which it is, and then the question stands in the chart.
pub(super) fn procedure(
    around: &Surroundings,
    node: &Node,
    chart: &mut Chart,
) -> Result<Option<BookedProcedure>, Flaw> {
    let Some(concept) = Concept::at(node, "code")?.filter(|concept| !concept.is_empty()) else {
        return Err(node.flaw("code", "is missing: which procedure is asked for?"));
    };
    let path = node.below("code");
    let (ours, meant) = meant(around, &concept);
    let mut meant = meant.into_iter();
    let id = match (meant.next(), meant.next()) {
        (Some(id), None) => id,
        (None, _) => {
            let words = match ours {
                true => format!("{} is not in the catalogue", concept.whole()),
                false => format!("which procedure is {}?", concept.whole()),
            };
            chart.ask(
                "procedure_not_identified",
                &path,
                "coordinator",
                Gate::Review,
                words,
            );
            return Ok(None);
        }
        (Some(first), Some(second)) => {
            let mut names = vec![first.to_string(), second.to_string()];
            names.extend(meant.map(|id| id.to_string()));
            let words = format!("{} can be {}", concept.whole(), names.join(" or "));
            chart.ask(
                "procedure_ambiguous",
                &path,
                "radiologist",
                Gate::Review,
                words,
            );
            return Ok(None);
        }
    };
    let mut booked = BookedProcedure {
        id,
        modality: Vec::new(),
        anaesthesia: None,
        access: None,
        sheath: None,
        contrast: None,
    };
    for (name, value, path) in details(node)? {
        if !set(&mut booked, &name, &value) {
            let words = format!("what does {name} {value} mean for the procedure?");
            chart.ask(
                "detail_not_understood",
                &path,
                "radiologist",
                Gate::Pending,
                words,
            );
        }
    }
    for concept in Concept::all(node, "reasonCode")? {
        let named = super::condition::names(around, &concept);
        chart.facts.conditions.extend(named);
    }
    Ok(Some(booked))
}

/// Whether one of our own codes was sent, and all procedures that the codes can mean.
fn meant(around: &Surroundings, concept: &Concept) -> (bool, BTreeSet<ProcedureId>) {
    let known = |id: &ProcedureId| around.rules.procedures.contains_key(id.as_str());
    let own: Vec<&str> = concept
        .under(PROCEDURE)
        .map(|coding| coding.code.as_str())
        .collect();
    if !own.is_empty() {
        let ids = own.iter().filter_map(|code| ProcedureId::new(code).ok());
        return (true, ids.filter(known).collect());
    }
    let mut found = BTreeSet::new();
    for coding in &concept.codings {
        let key = (coding.system.clone(), coding.code.clone());
        found.extend(around.site.procedure_codes.get(&key).cloned());
        let shared = around.site.chart_codes.shared_procedures.get(&key);
        found.extend(shared.into_iter().flatten().cloned());
    }
    found.retain(known);
    (false, found)
}

/// (name, value, path) of order details: `orderDetail` codings and extensions of `urn:seldinger:<name>`.
fn details(node: &Node) -> Result<Vec<(String, String, String)>, Flaw> {
    let mut out = Vec::new();
    for detail in node.children("orderDetail")? {
        let concept = Concept::read(&detail)?;
        let ours = concept.codings.iter().find_map(|coding| {
            let name = coding.system.strip_prefix("urn:seldinger:")?;
            Some((name.to_owned(), coding.code.clone()))
        });
        let (name, value) = ours.unwrap_or_else(|| ("order detail".to_owned(), concept.whole()));
        out.push((name, value, detail.path().to_owned()));
    }
    for extension in node.children("extension")? {
        let url = extension.text_or_empty("url")?;
        let Some(name) = url.strip_prefix("urn:seldinger:") else {
            continue;
        };
        let value = match super::value::value(&extension)? {
            Some(super::value::Value::Words(words)) => words,
            Some(super::value::Value::Number(number)) => number.to_string(),
            Some(super::value::Value::Quantity(amount)) => amount.value.to_string(),
            Some(super::value::Value::Concept(concept)) => concept
                .codings
                .first()
                .map_or_else(|| concept.words(), |coding| coding.code.clone()),
            _ => return Err(extension.flaw("value[x]", "a code, a text or a number is wanted")),
        };
        out.push((name.to_owned(), value, extension.path().to_owned()));
    }
    Ok(out)
}

/// Sets one detail; false when it is not understood.
fn set(booked: &mut BookedProcedure, name: &str, value: &str) -> bool {
    match name {
        "modality" => {
            let read = |word: &str| Modality::from_code(word.trim());
            match value.split('+').map(read).collect::<Option<Vec<_>>>() {
                Some(modality) => {
                    booked.modality.extend(modality);
                    true
                }
                None => false,
            }
        }
        "anaesthesia" => {
            booked.anaesthesia = Anaesthesia::from_code(value);
            booked.anaesthesia.is_some()
        }
        "access" => {
            booked.access = Some(value.to_owned());
            true
        }
        "contrast" => {
            booked.contrast = Some(value.to_owned());
            true
        }
        "sheath_f" => {
            booked.sheath = value.parse().ok().map(French);
            booked.sheath.is_some()
        }
        _ => false,
    }
}
