//! MedicationStatement and MedicationRequest: what is taken. MedicationAdministration: the dose that really was.

use super::bundle::Resource;
use super::chart::{Chart, Surroundings};
use super::code::{ATC, Concept, SCHEDULE, SNOMED};
use super::condition::indication;
use super::node::{Flaw, Node};
use super::time::{When, when_of};
use super::value::quantity;
use jiff::ToSpan;
use model::Gate;
use preparation::{LastIntake, MedicineTaken};

/// "No known medications" and "not on any medication" (SNOMED CT).
const NONE_TAKEN: [&str; 2] = ["787481004", "182849000"];
/// A course that ended longer ago than this is history.
const ENDED_LONG_AGO_DAYS: i64 = 60;

pub(super) fn read(
    around: &Surroundings,
    resource: &Resource,
    chart: &mut Chart,
) -> Result<(), Flaw> {
    let node = &resource.node;
    let path = node.path();
    let status = node.text_or_empty("status")?;
    if status == "entered-in-error" || status == "draft" || status == "cancelled" {
        chart.leave_out(path, &format!("its status is {status}"));
        return Ok(());
    }
    let Some(concept) = what(around, node)? else {
        chart.medicines_said = true;
        let words = "a medicine without a name".to_owned();
        chart.ask("medicine_not_named", path, "ir_nurse", Gate::Review, words);
        return Ok(());
    };
    chart.medicines_said = true;
    if concept.has(SNOMED, &NONE_TAKEN) {
        return Ok(());
    }
    chart.notes(node)?;
    let (name, atc) = name_and_code(&concept);
    if node.truth("doNotPerform")? == Some(true) {
        chart.leave_out(path, "must not be given");
        return Ok(());
    }
    match status {
        "active" | "intended" | "unknown" => {}
        "not-taken" => {
            chart.leave_out(path, "is not taken");
            return Ok(());
        }
        "on-hold" => {
            let words = format!("{name} is on hold: since when, and is it taken again?");
            chart.ask("medicine_on_hold", path, "ir_nurse", Gate::Review, words);
        }
        "stopped" | "completed" => return ended(around, node, &name, chart),
        "" => return Err(node.flaw("status", "is missing")),
        other => return Err(node.flaw("status", format!("{other:?} is no status"))),
    }
    let dosages = [
        node.children("dosage")?,
        node.children("dosageInstruction")?,
    ]
    .concat();
    let mut medicine = MedicineTaken {
        inn: name,
        atc,
        indication: indication(around, node)?,
        ..MedicineTaken::default()
    };
    let mut doses = Vec::new();
    for dosage in &dosages {
        doses.extend(dose(dosage)?);
        medicine.times.extend(times(dosage)?);
    }
    doses.dedup();
    medicine.dose = doses.join("; ");
    chart.facts.medicines.push(medicine);
    Ok(())
}

/// A course that is over still acts for a while: a person says whether it counts.
fn ended(around: &Surroundings, node: &Node, name: &str, chart: &mut Chart) -> Result<(), Flaw> {
    let end = when_of(node, "effective", around.zone)?;
    let long_ago = end.is_some_and(|end| {
        end.latest_day()
            .checked_add(ENDED_LONG_AGO_DAYS.days())
            .is_ok_and(|until| until < around.as_of.date())
    });
    if long_ago {
        chart.leave_out(node.path(), "ended long ago");
        return Ok(());
    }
    let words = match end {
        Some(end) => format!("{name} ended on {}: does it still act?", end.date_words()),
        None => format!("{name} was ended: when, and does it still act?"),
    };
    chart.ask(
        "medicine_ended",
        node.path(),
        "radiologist",
        Gate::Review,
        words,
    );
    Ok(())
}

/// A dose that was given counts as the last one really taken.
pub(super) fn given(
    around: &Surroundings,
    resource: &Resource,
    chart: &mut Chart,
) -> Result<(), Flaw> {
    let node = &resource.node;
    let status = node.text_or_empty("status")?;
    if !matches!(status, "completed" | "in-progress" | "stopped") {
        chart.leave_out(node.path(), &format!("its status is {status}"));
        return Ok(());
    }
    let concept = what(around, node)?;
    let at = match when_of(node, "effective", around.zone)? {
        _ if status == "in-progress" => Some(around.as_of),
        // The day alone is not enough for hours: the end of the day is the later, safer one.
        Some(When::Moment(at)) => Some(at),
        Some(day) => Some(day.latest_day().at(23, 59, 0, 0)),
        None => None,
    };
    match (concept, at) {
        (Some(concept), Some(at)) => {
            let (drug, _) = name_and_code(&concept);
            chart.facts.last_intakes.push(LastIntake { drug, at });
        }
        _ => {
            let words = "a dose was given: of what, and when?".to_owned();
            chart.ask(
                "last_intake_incomplete",
                node.path(),
                "ir_nurse",
                Gate::Pending,
                words,
            );
        }
    }
    Ok(())
}

/// The concept itself, or that of the Medication that is pointed at, contained or in the Bundle.
fn what(around: &Surroundings, node: &Node) -> Result<Option<Concept>, Flaw> {
    if let Some(concept) = Concept::at(node, "medicationCodeableConcept")? {
        return Ok(Some(concept).filter(|concept| !concept.is_empty()));
    }
    let Some(reference) = node.child("medicationReference")? else {
        return Ok(None);
    };
    let display = reference.text_or_empty("display")?.to_owned();
    let text = reference.text_or_empty("reference")?;
    let mut concept = None;
    if let Some(id) = text.strip_prefix('#') {
        for contained in node.children("contained")? {
            if contained.text("id")? == Some(id) {
                concept = Concept::at(&contained, "code")?;
            }
        }
    } else if let Some(found) = around.bundle.find(text) {
        concept = Concept::at(&found.node, "code")?;
    }
    let mut concept = concept.unwrap_or_default();
    if concept.text.is_empty() && concept.codings.is_empty() {
        concept.text = display;
    }
    Ok(Some(concept).filter(|concept| !concept.is_empty()))
}

/// The name as it goes to the engine, and the ATC code, or empty.
///
/// A text that says more than the ATC code's own display ("Apixaban 5 mg tablet") is the same medicine; one that
/// says something else goes along as the name, so that the engine sees the two disagree.
fn name_and_code(concept: &Concept) -> (String, String) {
    let coding = ATC
        .iter()
        .flat_map(|system| concept.under(system))
        .max_by_key(|coding| coding.code.len());
    let Some(coding) = coding else {
        return (concept.words(), String::new());
    };
    let (display, text) = (coding.display.to_lowercase(), concept.text.to_lowercase());
    let name = if display.is_empty() || !text.is_empty() && !text.contains(&display) {
        match concept.text.is_empty() {
            true => String::new(),
            false => concept.text.clone(),
        }
    } else {
        coding.display.clone()
    };
    (name, coding.code.clone())
}

fn dose(dosage: &Node) -> Result<Vec<String>, Flaw> {
    if let Some(text) = dosage.text("text")? {
        return Ok(vec![text.to_owned()]);
    }
    let mut out = Vec::new();
    for rate in dosage.children("doseAndRate")? {
        for key in ["doseQuantity", "rateQuantity"] {
            if let Some(amount) = rate.child(key)? {
                out.extend(quantity(&amount)?.map(|amount| amount.words()));
            }
        }
        if let Some(range) = rate.child("doseRange")? {
            for key in ["low", "high"] {
                if let Some(amount) = range.child(key)? {
                    out.extend(quantity(&amount)?.map(|amount| amount.words()));
                }
            }
        }
    }
    if dosage.truth("asNeededBoolean")? == Some(true) || dosage.has("asNeededCodeableConcept") {
        out.push("as needed".to_owned());
    }
    Ok(out)
}

/// Clock times, or the schedule's own word. "Twice a day" names no clock and gives none.
fn times(dosage: &Node) -> Result<Vec<String>, Flaw> {
    let mut out = Vec::new();
    let mut schedules = Concept::all(dosage, "additionalInstruction")?;
    if let Some(timing) = dosage.child("timing")? {
        schedules.extend(Concept::at(&timing, "code")?);
        if let Some(repeat) = timing.child("repeat")? {
            for time in repeat.texts("timeOfDay")? {
                let Some(minute) = time.get(..5) else {
                    return Err(repeat.flaw("timeOfDay", format!("{time:?} is no time of day")));
                };
                out.push(minute.to_owned());
            }
        }
    }
    for concept in schedules {
        out.extend(concept.under(SCHEDULE).map(|coding| coding.code.clone()));
        if concept.text == "continuous" || concept.text.starts_with("dialysis_") {
            out.push(concept.text);
        }
    }
    Ok(out)
}
