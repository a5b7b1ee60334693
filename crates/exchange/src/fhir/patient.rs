//! Patient: age and sex. Encounter: whether the patient lies in the hospital.

use super::bundle::Resource;
use super::chart::{Chart, Surroundings};
use super::code::Coding;
use super::node::Flaw;
use super::time::{When, when};
use jiff::civil::Date;
use model::{BirthDate, Gate, Sex};
use preparation::{Answer, StatedAge};

pub(super) fn read(
    around: &Surroundings,
    resource: &Resource,
    chart: &mut Chart,
) -> Result<(), Flaw> {
    let node = &resource.node;
    chart.facts.sex = match node.text("gender")? {
        Some("female") => Sex::Female,
        Some("male") => Sex::Male,
        Some("other") => Sex::Other,
        None | Some("unknown") => Sex::Unknown,
        Some(other) => {
            let words = format!("{other:?} is none of male, female, other, unknown");
            return Err(node.flaw("gender", words));
        }
    };
    if let Some(born) = when(node, "birthDate", around.zone)? {
        chart.facts.age = StatedAge::Born(match born {
            When::Moment(at) => BirthDate::Day(at.date()),
            When::Day(day) => BirthDate::Day(day),
            When::Month(day) | When::Year(day) => BirthDate::Year(Date::year(day)),
        });
    }
    let died = node.truth("deceasedBoolean")? == Some(true) || node.has("deceasedDateTime");
    if died {
        let words = "the patient is said to have died".to_owned();
        chart.ask(
            "patient_deceased",
            node.path(),
            "coordinator",
            Gate::Review,
            words,
        );
    }
    if resource.not_to_be_read {
        let words = "Patient carries a modifier that is not understood".to_owned();
        chart.ask(
            "modifier_not_understood",
            node.path(),
            "coordinator",
            Gate::Review,
            words,
        );
    }
    Ok(())
}

/// An encounter that goes on or is planned tells whether the patient is an inpatient.
pub(super) fn encounter(resource: &Resource, chart: &mut Chart) -> Result<(), Flaw> {
    let node = &resource.node;
    let status = node.text_or_empty("status")?;
    if !matches!(
        status,
        "planned" | "arrived" | "triaged" | "in-progress" | "onleave"
    ) {
        chart.leave_out(node.path(), "the encounter is over or was not");
        return Ok(());
    }
    let class = node
        .child("class")?
        .as_ref()
        .map(Coding::read)
        .transpose()?;
    match class.as_ref().map(|class| class.code.as_str()) {
        Some("IMP" | "ACUTE" | "NONAC" | "SS") => chart.facts.inpatient = Answer::Known(true),
        // A visit beside a stay does not end the stay.
        Some("AMB" | "VR" | "HH") if !chart.facts.inpatient.is_yes() => {
            chart.facts.inpatient = Answer::Known(false);
        }
        _ => {}
    }
    Ok(())
}
