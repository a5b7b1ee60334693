//! The patient's plan out of the stored staff plan, the booking and the site's settings. Nothing is computed here;
//! `letters` decides what an unapproved rule becomes.

use crate::refusal::Refusal;
use crate::state::State;
use case::Case;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ZonedDateTime};
use letters::patient_plan::{
    Addressee, AfterCare, Anaesthesia, Appointment, Contacts, Contrast, DoseMoment, FollowUp,
    HoldReason, Hospital, Instruction, MedicineName, OpenTopic, PatientPlan, PlanVersion,
    PlannedProcedure, PregnancyQuestion, Restart, Results, Ruled, Standing, Stay,
};
use model::{Family, ProcedureId, Sex};
use serde_json::Value;
use std::collections::BTreeSet;
use store::rows::PlanRow;
use workflow::Patient;

/// Why there is no patient plan yet.
pub const NO_APPOINTMENT: &str = "no appointment has been booked yet";

/// # Errors
/// No appointment yet.
pub fn patient_plan(
    state: &State,
    case: &Case,
    patient: &Patient,
    row: Option<&PlanRow>,
) -> Result<PatientPlan, Refusal> {
    let site = state.desk.site();
    let zone = site.zone_or_utc();
    let start = case
        .appointment()
        .ok_or_else(|| Refusal::Bad(NO_APPOINTMENT.to_owned()))?
        .to_zoned_datetime(zone.clone());
    let body: Value = row
        .map(|row| serde_json::from_str(&row.body).unwrap_or_default())
        .unwrap_or_default();
    let read = PlanBody {
        body: &body,
        approved: approved(&body),
        zone: &zone,
    };
    let (steps, open) = read.steps(row.is_some());
    Ok(PatientPlan {
        demonstration: site.demonstration,
        patient: Addressee {
            name: patient.name.clone(),
            hospital_number: patient
                .hospital_number(site.patient_issuer.as_deref())
                .map(|id| id.value().to_owned())
                .unwrap_or_default(),
        },
        hospital: Hospital {
            name: site.hospital.clone(),
            unit: site.unit.clone(),
        },
        appointment: Appointment {
            arrive_at: start.clone(),
            starts_at: None,
            place: site.unit.clone(),
            stay: stay(case, patient),
        },
        procedure: procedure(state, case, patient),
        steps,
        open,
        call_by: None,
        aftercare: AfterCare::default(),
        results: Results {
            told_by: Some(case.result_to.clone()).filter(|words| !words.is_empty()),
            by: None,
            appointment: FollowUp::NotBooked,
        },
        contacts: Contacts {
            day_phone: site.telephone_day.clone().unwrap_or_default(),
            day_hours: None,
            night_phone: site.telephone_night.clone().unwrap_or_default(),
            emergency_number: site.emergency_number.clone().unwrap_or_default(),
        },
        version: PlanVersion {
            case: case.id.clone(),
            number: u32::try_from(case.version).unwrap_or(u32::MAX),
            rule_book: state.desk.rules().book.version.to_string(),
            written_at: written_at(row, state.desk.now(), &zone),
        },
    })
}

fn written_at(row: Option<&PlanRow>, now: Timestamp, zone: &TimeZone) -> ZonedDateTime {
    row.map_or(now, |row| row.computed)
        .to_zoned_datetime(zone.clone())
}

fn stay(case: &Case, patient: &Patient) -> Stay {
    if patient.facts.inpatient_ward.is_some() {
        return Stay::Inpatient;
    }
    match case
        .protocol
        .as_ref()
        .map(|protocol| protocol.what.setting.as_str())
    {
        Some("day_case") => Stay::SameDay,
        Some("inpatient") => Stay::Overnight,
        _ => Stay::NotDecided,
    }
}

fn procedure(state: &State, case: &Case, patient: &Patient) -> PlannedProcedure {
    let first = case.live().next();
    let id: Option<ProcedureId> = first.and_then(|procedure| match &procedure.what {
        case::What::Catalogue(id) => Some(id.clone()),
        case::What::NotIdentified => None,
    });
    let family = id
        .as_ref()
        .and_then(|id| state.desk.rules().book.procedures.get(id.as_str()))
        .map_or(Family::Injection, |procedure| procedure.family);
    let protocol = case.protocol.as_ref().map(|protocol| &protocol.what);
    PlannedProcedure {
        id,
        family,
        side: first.map_or(model::Laterality::NotStated, |procedure| procedure.side),
        modalities: protocol.map(|what| vec![what.modality]).unwrap_or_default(),
        anaesthesia: match protocol.map(|what| what.anaesthesia.as_str()) {
            Some("none") => Anaesthesia::None,
            Some("local") => Anaesthesia::Local,
            Some("moderate_sedation") => Anaesthesia::Sedation,
            Some("ga") => Anaesthesia::General,
            _ => Anaesthesia::NotDecided,
        },
        contrast: Contrast::NotDecided,
        pregnancy: match patient.sex {
            Sex::Male => PregnancyQuestion::NotNeeded,
            Sex::Female | Sex::Other | Sex::Unknown => PregnancyQuestion::Ask,
        },
    }
}

/// Rules that the site has approved, as the plan names them.
fn approved(body: &Value) -> BTreeSet<String> {
    list(body, "provenance")
        .iter()
        .filter(|rule| rule.get("approved_here").and_then(Value::as_bool) == Some(true))
        .map(|rule| text(rule, "rule"))
        .collect()
}

struct PlanBody<'a> {
    body: &'a Value,
    approved: BTreeSet<String>,
    zone: &'a TimeZone,
}

impl PlanBody<'_> {
    /// The instructions, and what is left open: a medicine that the team decides, a section nobody worked out.
    fn steps(&self, is_planned: bool) -> (Vec<Ruled<Instruction>>, Vec<OpenTopic>) {
        if !is_planned {
            return (Vec::new(), vec![OpenTopic::Preparation]);
        }
        let mut steps = Vec::new();
        let mut open = Vec::new();
        for item in list(self.body, "medication_actions") {
            match self.medicine(item) {
                Some(step) => steps.push(self.ruled(&text(item, "rule"), step)),
                None => open.push(OpenTopic::Medicine(name(item))),
            }
        }
        for item in list(self.body, "labs_due") {
            let window = self.at(item, "take_from").zip(self.at(item, "take_until"));
            if let Some((from, until)) = window {
                let tests = Instruction::LaboratoryTests {
                    from,
                    until,
                    place: None,
                };
                steps.push(self.ruled(&text(item, "rule"), tests));
            }
        }
        if let Some(fasting) = self.body.get("fasting") {
            let rule = text(fasting, "scheme");
            if let Some(at) = self
                .at(fasting, "solids_until")
                .or_else(|| self.at(fasting, "food_until"))
            {
                steps.push(self.ruled(&rule, Instruction::NoFoodAfter(at)));
            }
            if let Some(at) = self
                .at(fasting, "clear_fluids_until")
                .or_else(|| self.at(fasting, "clear_until"))
            {
                steps.push(self.ruled(&rule, Instruction::ClearFluidsUntil(at)));
            }
        }
        if self.body.get("not_worked_out").is_some() {
            open.push(OpenTopic::Preparation);
        }
        (steps, open)
    }

    fn medicine(&self, item: &Value) -> Option<Instruction> {
        let medicine = name(item);
        let last_dose = self.at(item, "last_dose").map(DoseMoment::At);
        match text(item, "action").as_str() {
            "continue" => Some(Instruction::ContinueMedicine { medicine }),
            "hold" if last_dose.is_some() => Some(Instruction::HoldMedicine {
                medicine,
                why: HoldReason::NotSaid,
                last_dose,
                free_from: None,
                restart: Restart::AskFirst,
            }),
            "reduce" => Some(Instruction::AskAboutDose { medicine }),
            "omit_morning" => Some(Instruction::OmitMorningDose {
                medicine,
                on: self.day_of_procedure()?,
            }),
            _ => None,
        }
    }

    fn day_of_procedure(&self) -> Option<Date> {
        list(self.body, "labs_due")
            .iter()
            .find_map(|item| self.at(item, "take_until"))
            .map(|at| at.date())
    }

    fn ruled(&self, rule: &str, value: Instruction) -> Ruled<Instruction> {
        let standing = if self.approved.contains(rule) {
            Standing::Approved
        } else {
            Standing::NotApproved
        };
        Ruled { value, standing }
    }

    fn at(&self, item: &Value, field: &str) -> Option<ZonedDateTime> {
        let moment: DateTime = text(item, field).parse().ok()?;
        moment.to_zoned_datetime(self.zone.clone()).ok()
    }
}

fn name(item: &Value) -> MedicineName {
    MedicineName {
        generic: text(item, "inn"),
        trade: None,
    }
}

fn list<'a>(body: &'a Value, field: &str) -> &'a [Value] {
    body.get(field)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

fn text(item: &Value, field: &str) -> String {
    item.get(field)
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned()
}
