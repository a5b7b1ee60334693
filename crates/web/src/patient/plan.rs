//! The patient's plan out of the stored staff plan, the booking and the site's settings. Nothing is computed here;
//! `letters` decides what an unapproved rule becomes.

use crate::refusal::Refusal;
use crate::state::State;
use crate::words::number;
use case::Case;
use jiff::ZonedDateTime;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use knowledge::procedure::{Contrast as CatalogueContrast, Technique};
use letters::patient_plan::{
    Addressee, AfterCare, AfterStep, Anaesthesia, Appointment, Contacts, Contrast, DoseMoment,
    FollowUp, HoldReason, Hospital, Instruction, MedicineName, OpenTopic, PatientPlan, PlanVersion,
    PlannedProcedure, PregnancyQuestion, Restart, Results, Ruled, Standing, Stay,
};
use model::{Family, Modality, ProcedureId, Sex};
use serde_json::Value;
use std::collections::BTreeSet;
use store::rows::PlanRow;
use workflow::Patient;
use workflow::plan_facts::artery;

/// Why there is no patient plan yet.
pub const NO_APPOINTMENT: &str = "no appointment has been booked yet";

/// What every paper of a visit has, whatever it says.
pub struct VisitFrame {
    pub demonstration: bool,
    pub patient: Addressee,
    pub hospital: Hospital,
    pub procedure: PlannedProcedure,
    pub aftercare: AfterCare,
    pub results: Results,
    pub contacts: Contacts,
    pub version: PlanVersion,
    stay: Stay,
}

pub fn visit_frame(state: &State, case: &Case, patient: &Patient) -> VisitFrame {
    let site = state.desk.site();
    let zone = site.zone_or_utc();
    let procedure = procedure(state, case, patient);
    VisitFrame {
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
        aftercare: aftercare(state, case, &procedure),
        procedure,
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
            written_at: state.desk.now().to_zoned_datetime(zone),
        },
        stay: stay(case, patient),
    }
}

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
    let frame = visit_frame(state, case, patient);
    let read = PlanBody::of(state, row);
    let (mut steps, open) = read.steps(row.is_some(), start.date());
    steps.extend(escort(&frame));
    Ok(PatientPlan {
        demonstration: frame.demonstration,
        patient: frame.patient,
        hospital: frame.hospital,
        appointment: Appointment {
            arrive_at: start.clone(),
            starts_at: None,
            place: site.unit.clone(),
            stay: frame.stay,
        },
        procedure: frame.procedure,
        steps,
        open,
        call_by: None,
        aftercare: frame.aftercare,
        results: frame.results,
        contacts: frame.contacts,
        version: PlanVersion {
            written_at: row
                .map_or(state.desk.now(), |row| row.computed)
                .to_zoned_datetime(zone),
            ..frame.version
        },
    })
}

/// Somebody takes home whoever must not drive; after a calming medicine an adult stays the night.
fn escort(frame: &VisitFrame) -> Option<Ruled<Instruction>> {
    match frame.stay {
        Stay::SameDay | Stay::NotDecided => {}
        Stay::Overnight | Stay::Inpatient => return None,
    }
    let driving = frame
        .aftercare
        .steps
        .iter()
        .find(|step| matches!(step.value, AfterStep::NoDrivingHours(hours) if hours > 0))?;
    Some(Ruled {
        value: Instruction::Escort {
            overnight: is_sedated(&frame.procedure.anaesthesia),
        },
        standing: driving.standing,
    })
}

/// Not decided counts as sedated: the patient arranges the way home in time.
fn is_sedated(anaesthesia: &Anaesthesia) -> bool {
    match anaesthesia {
        Anaesthesia::None | Anaesthesia::Local => false,
        Anaesthesia::Sedation | Anaesthesia::General | Anaesthesia::NotDecided => true,
    }
}

fn aftercare(state: &State, case: &Case, procedure: &PlannedProcedure) -> AfterCare {
    let book = &state.desk.rules().book;
    let today = state.desk.now_here().date();
    let ids: Vec<&str> = case
        .live()
        .filter_map(|procedure| match &procedure.what {
            case::What::Catalogue(id) => Some(id.as_str()),
            case::What::NotIdentified => None,
        })
        .collect();
    let access = case
        .protocol
        .as_ref()
        .and_then(|protocol| artery(&protocol.what.access));
    let sedated = is_sedated(&procedure.anaesthesia);
    let rules = book.aftercare(&ids, access.as_deref(), sedated);
    letters::from_aftercare(&rules, &|rule| book.is_approved(rule, today))
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
    let catalogued = id
        .as_ref()
        .and_then(|id| state.desk.rules().book.procedures.get(id.as_str()));
    let protocol = case.protocol.as_ref().map(|protocol| &protocol.what);
    let booked: BTreeSet<Modality> = case
        .live()
        .filter_map(|procedure| procedure.step.as_ref())
        .map(|step| step.modality)
        .collect();
    PlannedProcedure {
        family: catalogued.map_or(Family::Injection, |procedure| procedure.family),
        side: first.map_or(model::Laterality::NotStated, |procedure| procedure.side),
        modalities: if booked.is_empty() {
            protocol.map(|what| vec![what.modality]).unwrap_or_default()
        } else {
            booked.into_iter().collect()
        },
        anaesthesia: match protocol.map(|what| what.anaesthesia.as_str()) {
            Some("none") => Anaesthesia::None,
            Some("local") => Anaesthesia::Local,
            Some("sedation" | "moderate_sedation") => Anaesthesia::Sedation,
            Some("general" | "ga") => Anaesthesia::General,
            _ => Anaesthesia::NotDecided,
        },
        contrast: contrast(
            protocol.map(|what| what.contrast.as_str()),
            catalogued.map(|procedure| &procedure.technique),
        ),
        pregnancy: match patient.sex {
            Sex::Male => PregnancyQuestion::NotNeeded,
            Sex::Female | Sex::Other | Sex::Unknown => PregnancyQuestion::Ask,
        },
        id,
    }
}

/// The protocol's own word, else the catalogue's; what is neither clearly iodine nor clearly nothing is not decided.
fn contrast(protocol: Option<&str>, technique: Option<&Technique>) -> Contrast {
    let said = protocol.unwrap_or_default().trim().to_lowercase();
    if said == "none" {
        return Contrast::None;
    }
    if said.contains("gado") {
        return Contrast::Gadolinium;
    }
    if !said.is_empty() {
        return Contrast::NotDecided;
    }
    match technique.map(|technique| (technique.contrast, technique.contrast_is_optional)) {
        Some((CatalogueContrast::None, _)) => Contrast::None,
        Some((
            CatalogueContrast::IodinatedIv
            | CatalogueContrast::IodinatedIa
            | CatalogueContrast::IodinatedIntracavity,
            false,
        )) => Contrast::Iodine,
        Some((CatalogueContrast::Gadolinium, false)) => Contrast::Gadolinium,
        Some(_) | None => Contrast::NotDecided,
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

/// The fields of the staff plan that limit food for grown-ups; milk for infants is told by the unit.
const FOODS: [&str; 4] = [
    "fatty_meal_until",
    "light_meal_until",
    "solids_until",
    "light_breakfast_until",
];

/// Why a medicine is stopped, as its group says.
fn why(atc: &str) -> HoldReason {
    if atc.starts_with("B01") {
        HoldReason::Bleeding
    } else if atc.starts_with("A10BA02") {
        HoldReason::Kidneys
    } else if atc.starts_with("A10") {
        HoldReason::BloodSugar
    } else {
        HoldReason::NotSaid
    }
}

/// The stored staff plan of one case, as far as a patient's papers read it.
pub struct PlanBody {
    body: Value,
    approved: BTreeSet<String>,
    zone: TimeZone,
}

/// One medicine of the plan.
pub struct BodyMedicine {
    pub medicine: MedicineName,
    /// The plan's own word: `continue`, `hold`, …
    pub action: String,
    /// From the end of the procedure.
    pub restart_hours: Option<i64>,
    pub is_approved: bool,
}

impl PlanBody {
    pub fn of(state: &State, row: Option<&PlanRow>) -> Self {
        let body: Value = row
            .map(|row| serde_json::from_str(&row.body).unwrap_or_default())
            .unwrap_or_default();
        Self {
            approved: approved(&body),
            body,
            zone: state.desk.site().zone_or_utc(),
        }
    }

    pub fn medicines(&self) -> Vec<BodyMedicine> {
        list(&self.body, "medication_actions")
            .iter()
            .map(|item| BodyMedicine {
                medicine: name(item),
                action: text(item, "action"),
                restart_hours: item.get("restart_hours_after_end").and_then(Value::as_i64),
                is_approved: self.approved.contains(&text(item, "rule")),
            })
            .collect()
    }

    /// Medicines that do not simply go on: stopped, changed, or left to the team.
    pub fn stopped(&self) -> Vec<MedicineName> {
        self.medicines()
            .into_iter()
            .filter(|row| row.action != "continue")
            .map(|row| row.medicine)
            .collect()
    }

    /// The instructions, and what is left open: a medicine that the team decides, a section nobody worked out.
    ///
    /// Whatever the staff plan holds and no instruction says becomes an open topic: it is never left out in silence.
    ///
    /// * `day` – of the procedure.
    fn steps(&self, is_planned: bool, day: Date) -> (Vec<Ruled<Instruction>>, Vec<OpenTopic>) {
        if !is_planned {
            return (Vec::new(), vec![OpenTopic::Preparation]);
        }
        let mut steps = Vec::new();
        let mut open = Vec::new();
        for item in list(&self.body, "medication_actions") {
            match self.medicine(item, day) {
                Some(step) => steps.push(self.ruled(&text(item, "rule"), step)),
                None => open.push(OpenTopic::Medicine(name(item))),
            }
        }
        self.tests(&mut steps, &mut open);
        self.fasting(&mut steps, &mut open);
        for item in list(&self.body, "premedication") {
            match self.premedication(item) {
                Some(step) => steps.push(self.ruled(&text(item, "rule"), step)),
                None => open.push(OpenTopic::Medicine(MedicineName {
                    generic: text(item, "drug"),
                    trade: None,
                })),
            }
        }
        let is_open = self.body.get("not_worked_out").is_some()
            || text(&self.body, "gate_if_completed") != "ready";
        if is_open {
            open.push(OpenTopic::Preparation);
        }
        open.sort();
        open.dedup();
        (steps, open)
    }

    /// One visit to the laboratory, in the window that serves every test.
    fn tests(&self, steps: &mut Vec<Ruled<Instruction>>, open: &mut Vec<OpenTopic>) {
        let due = list(&self.body, "labs_due");
        if due.is_empty() {
            return;
        }
        let windows: Option<Vec<(ZonedDateTime, ZonedDateTime)>> = due
            .iter()
            .map(|item| self.at(item, "take_from").zip(self.at(item, "take_until")))
            .collect();
        let windows = windows.unwrap_or_default();
        let from = windows.iter().map(|(from, _)| from).max();
        let until = windows.iter().map(|(_, until)| until).min();
        let every_rule = |item: &Value| self.approved.contains(&text(item, "rule"));
        match from.zip(until) {
            Some((from, until)) if from <= until => steps.push(Ruled {
                value: Instruction::LaboratoryTests {
                    from: from.clone(),
                    until: until.clone(),
                    place: None,
                },
                standing: if due.iter().all(every_rule) {
                    Standing::Approved
                } else {
                    Standing::NotApproved
                },
            }),
            _ => open.push(OpenTopic::BloodTests),
        }
    }

    /// The strictest limit for food, and the one for clear drinks.
    fn fasting(&self, steps: &mut Vec<Ruled<Instruction>>, open: &mut Vec<OpenTopic>) {
        let Some(fasting) = self.body.get("fasting") else {
            open.push(OpenTopic::Fasting);
            return;
        };
        let scheme = text(fasting, "scheme");
        // The plan stands on one scheme, and names it in its provenance; without one, on the site's policy.
        let rule = match scheme.as_str() {
            "none" => "policy",
            _ => self
                .approved
                .iter()
                .find(|rule| rule.starts_with("fasting/"))
                .map_or("", String::as_str),
        };
        if scheme == "none" {
            steps.push(self.ruled(rule, Instruction::NoFasting));
            return;
        }
        let food = FOODS
            .iter()
            .filter_map(|field| self.at(fasting, field))
            .min();
        match food {
            Some(at) => steps.push(self.ruled(rule, Instruction::NoFoodAfter(at))),
            None => open.push(OpenTopic::Fasting),
        }
        if let Some(at) = self.at(fasting, "clear_liquid_until") {
            steps.push(self.ruled(rule, Instruction::ClearFluidsUntil(at)));
        }
    }

    fn premedication(&self, item: &Value) -> Option<Instruction> {
        let milligram = item.get("dose_mg").and_then(Value::as_f64)?;
        Some(Instruction::Premedication {
            medicine: MedicineName {
                generic: text(item, "drug"),
                trade: None,
            },
            dose: format!("{}\u{a0}mg", number(milligram)),
            at: self.at(item, "at")?,
        })
    }

    fn medicine(&self, item: &Value, day: Date) -> Option<Instruction> {
        let medicine = name(item);
        let last_dose = self.at(item, "last_dose").map(DoseMoment::At);
        let why = why(&text(item, "atc"));
        match text(item, "action").as_str() {
            "continue" => Some(Instruction::ContinueMedicine { medicine }),
            "hold" if last_dose.is_some() => Some(Instruction::HoldMedicine {
                medicine,
                why,
                last_dose,
                free_from: None,
                restart: Restart::AskFirst,
            }),
            "hold_from_procedure" => Some(Instruction::HoldMedicine {
                medicine,
                why,
                last_dose: None,
                free_from: Some(day),
                restart: Restart::AskFirst,
            }),
            "reduce" => Some(Instruction::AskAboutDose { medicine }),
            "omit_morning" => Some(Instruction::OmitMorningDose { medicine, on: day }),
            _ => None,
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use serde_json::json;

    fn said(body: &Value) -> (Vec<Instruction>, Vec<OpenTopic>) {
        let zone = TimeZone::get("Europe/Helsinki").unwrap();
        let read = PlanBody {
            body: body.clone(),
            approved: approved(body),
            zone,
        };
        let (steps, open) = read.steps(true, date(2027, 3, 11));
        (steps.into_iter().map(|step| step.value).collect(), open)
    }

    fn at(hour: i8) -> ZonedDateTime {
        date(2027, 3, 11)
            .at(hour, 0, 0, 0)
            .to_zoned_datetime(TimeZone::get("Europe/Helsinki").unwrap())
            .unwrap()
    }

    #[test]
    fn a_morning_dose_is_left_out_on_the_day_of_the_procedure_not_of_the_tests() {
        let (steps, _) = said(&json!({
            "gate_if_completed": "ready",
            "medication_actions": [{"inn": "ramipril", "atc": "C09AA05", "action": "omit_morning"}],
            "labs_due": [{"take_from": "2027-03-08T08:00", "take_until": "2027-03-09T12:00"}],
            "fasting": {"scheme": "none"},
        }));
        let omitted = Instruction::OmitMorningDose {
            medicine: MedicineName {
                generic: "ramipril".to_owned(),
                trade: None,
            },
            on: date(2027, 3, 11),
        };
        assert!(steps.contains(&omitted), "{steps:?}");
    }

    #[test]
    fn the_strictest_food_limit_and_the_clear_drinks_are_both_said() {
        let (steps, open) = said(&json!({
            "gate_if_completed": "ready",
            "fasting": {
                "scheme": "asa2017_2023",
                "fatty_meal_until": "2027-03-11T01:00",
                "light_meal_until": "2027-03-11T03:00",
                "clear_liquid_until": "2027-03-11T07:00",
            },
        }));
        assert_eq!(
            steps,
            [
                Instruction::NoFoodAfter(at(1)),
                Instruction::ClearFluidsUntil(at(7))
            ]
        );
        assert!(open.is_empty(), "{open:?}");
    }

    #[test]
    fn nothing_of_the_staff_plan_is_left_out_in_silence() {
        let (steps, open) = said(&json!({
            "gate_if_completed": "review",
            "medication_actions": [{"inn": "warfarin", "atc": "B01AA03", "action": "decision_required"}],
            "labs_due": [
                {"take_from": "2027-03-10T08:00", "take_until": "2027-03-11T06:00"},
                {"take_from": "2027-03-01T08:00", "take_until": "2027-03-09T12:00"},
            ],
            "premedication": [{"drug": "methylprednisolone", "dose_mg": 32.0, "at": "2027-03-11T05:00"}],
        }));
        assert_eq!(steps.len(), 1, "{steps:?}");
        assert!(
            matches!(&steps[0], Instruction::Premedication { dose, .. } if dose == "32\u{a0}mg")
        );
        let warfarin = MedicineName {
            generic: "warfarin".to_owned(),
            trade: None,
        };
        for topic in [
            OpenTopic::Medicine(warfarin),
            OpenTopic::BloodTests,
            OpenTopic::Fasting,
            OpenTopic::Preparation,
        ] {
            assert!(open.contains(&topic), "{topic:?} in {open:?}");
        }
    }
}
