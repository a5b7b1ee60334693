//! What the Bundle says about one patient, gathered resource by resource; what nobody understands becomes a question.

use super::bundle::{Bundle, Resource, Whose, whose};
use super::node::{Flaw, Node};
use super::value::Quantity;
use super::{allergy, condition, fact, medicine, observation, patient};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use model::Gate;
use preparation::Facts;
use workflow::plan_json::{NotUsed, OpenQuestion};
use workflow::site::Site;
use workflow::site_codes::LaboratoryCodes;

/// What everything is read with.
#[derive(Debug, Clone, Copy)]
pub(super) struct Surroundings<'a> {
    pub bundle: &'a Bundle<'a>,
    pub site: &'a Site,
    pub rules: &'a knowledge::RuleBook,
    pub laboratory: &'a LaboratoryCodes,
    pub zone: &'a TimeZone,
    pub as_of: DateTime,
}

/// Gathered so far.
#[derive(Debug, Default)]
pub(super) struct Chart {
    pub facts: Facts,
    pub open: Vec<OpenQuestion>,
    pub not_used: Vec<NotUsed>,
    /// Somebody said something about medicines: a list, or that there are none.
    pub medicines_said: bool,
    pub allergies_said: bool,
    pub weights: Vec<(Option<DateTime>, Quantity)>,
    pub heights: Vec<(Option<DateTime>, Quantity)>,
}

/// Resources that say nothing about the patient's readiness.
const ADMINISTRATIVE: [&str; 13] = [
    "Practitioner",
    "PractitionerRole",
    "Organization",
    "Location",
    "HealthcareService",
    "Schedule",
    "Slot",
    "Provenance",
    "Specimen",
    "Coverage",
    "Account",
    "Endpoint",
    "Questionnaire",
];

impl Chart {
    pub fn ask(
        &mut self,
        code: &'static str,
        path: &str,
        owner: &'static str,
        gate: Gate,
        words: String,
    ) {
        self.open.push(OpenQuestion {
            code,
            words,
            path: path.to_owned(),
            owner,
            gate,
        });
    }

    pub fn leave_out(&mut self, path: &str, why: &str) {
        self.not_used.push(NotUsed {
            path: path.to_owned(),
            why: why.to_owned(),
        });
    }

    /// Free text that a person wrote beside the codes is for a person to read.
    pub fn notes(&mut self, node: &Node) -> Result<(), Flaw> {
        for note in node.children("note")? {
            if let Some(text) = note.text("text")? {
                let words = format!("a note to be read: {text}");
                self.ask(
                    "note_to_read",
                    note.path(),
                    "ir_nurse",
                    Gate::Pending,
                    words,
                );
            }
        }
        Ok(())
    }
}

/// Everything that is said about a patient.
///
/// * `id` – of the Patient resource.
pub(super) fn chart(around: &Surroundings, id: &str) -> Result<Chart, Flaw> {
    let mut chart = Chart::default();
    for resource in &around.bundle.resources {
        if matches!(resource.kind, "ServiceRequest" | "Appointment") {
            continue;
        }
        if resource.kind == "Patient" {
            if resource.id == id {
                patient::read(around, resource, &mut chart)?;
            }
            continue;
        }
        match whose(around.bundle, resource)? {
            Whose::Patient(named) if named == id => one(around, resource, &mut chart)?,
            Whose::Patient(_) => {}
            Whose::Stranger if !ADMINISTRATIVE.contains(&resource.kind) => {
                let words = format!("{} is about somebody who is not here", resource.kind);
                let path = resource.node.path();
                chart.ask("other_patient", path, "coordinator", Gate::Review, words);
            }
            Whose::Nobody if !is_silent(resource) => {
                let words = format!("{} does not say whom it is about", resource.kind);
                return Err(resource.node.flaw("subject", words));
            }
            Whose::Stranger | Whose::Nobody => {}
        }
    }
    weigh(&mut chart);
    Ok(chart)
}

/// Says nothing about a patient, or is read where something points at it.
fn is_silent(resource: &Resource) -> bool {
    ADMINISTRATIVE.contains(&resource.kind)
        || matches!(resource.kind, "Medication" | "OperationOutcome")
}

fn one(around: &Surroundings, resource: &Resource, chart: &mut Chart) -> Result<(), Flaw> {
    let path = resource.node.path();
    if resource.not_to_be_read && !ADMINISTRATIVE.contains(&resource.kind) {
        let words = format!(
            "{} carries a modifier that is not understood",
            resource.kind
        );
        chart.ask(
            "modifier_not_understood",
            path,
            "coordinator",
            Gate::Review,
            words,
        );
        return Ok(());
    }
    match resource.kind {
        "MedicationStatement" | "MedicationRequest" => medicine::read(around, resource, chart),
        "MedicationAdministration" => medicine::given(around, resource, chart),
        "Observation" => observation::read(around, resource, chart),
        "AllergyIntolerance" => allergy::read(around, resource, chart),
        "Condition" => condition::read(around, resource, chart),
        "QuestionnaireResponse" => fact::answers(around, resource, chart),
        "Encounter" => patient::encounter(resource, chart),
        "OperationOutcome" => {
            let words = "the sender says that something went wrong: not all may be here".to_owned();
            chart.ask(
                "incomplete_bundle",
                path,
                "coordinator",
                Gate::Review,
                words,
            );
            Ok(())
        }
        "Medication" => Ok(()),
        kind if ADMINISTRATIVE.contains(&kind) => {
            chart.leave_out(path, "says nothing about readiness");
            Ok(())
        }
        kind => {
            let words = format!("{kind} is not read here: somebody has to look at it");
            chart.ask("resource_not_read", path, "ir_nurse", Gate::Pending, words);
            Ok(())
        }
    }
}

/// The newest weight and height count; of two of one moment the smaller.
fn weigh(chart: &mut Chart) {
    let newest = |all: &[(Option<DateTime>, Quantity)]| {
        all.iter()
            .max_by(|a, b| a.0.cmp(&b.0).then(b.1.value.total_cmp(&a.1.value)))
            .map(|(_, quantity)| quantity.clone())
    };
    if let Some(weight) = newest(&chart.weights) {
        chart.facts.weight_entered = Some(preparation::WeightEntered {
            amount: weight.value,
            unit: weight.unit,
        });
    }
    if let Some(height) = newest(&chart.heights) {
        let factor = match height.unit.as_str() {
            "cm" => Some(1.0),
            "m" => Some(100.0),
            "mm" => Some(0.1),
            "[in_i]" => Some(2.54),
            _ => None,
        };
        match factor {
            Some(factor) => {
                chart.facts.height = Some(model::Centimetre(height.value * factor));
            }
            None => chart.ask(
                "unit_not_known",
                "Observation",
                "ir_nurse",
                Gate::Pending,
                format!("a height of {} is in no unit of length", height.words()),
            ),
        }
    }
}
