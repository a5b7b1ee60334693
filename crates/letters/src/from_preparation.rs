//! The staff's dated plan → what the patient does. Nothing is computed; what does not translate safely stays open.

use crate::patient_plan::{
    DoseMoment, HoldReason, Instruction, MedicineName, OpenTopic, Restart, Ruled, Standing,
};
use jiff::ZonedDateTime;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use knowledge::medicine::Action;
use preparation::plan::{Fasting, PremedicationDose};
use preparation::{LabDue, MedicineRow, Plan, Section};
use std::collections::BTreeMap;

/// The part of a [`crate::patient_plan::PatientPlan`] that comes from the staff's plan.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FromPreparation {
    pub steps: Vec<Ruled<Instruction>>,
    pub open: Vec<OpenTopic>,
}

/// A time of the plan that does not exist or does not fit the calendar in the hospital's zone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a time of the plan has no place in the hospital's zone: {reason}")]
pub struct NoSuchTime {
    pub reason: String,
}

/// Where and how the plan is read.
#[derive(Clone, Copy)]
pub struct PlanContext<'a> {
    /// The hospital's zone; all times of the plan are wall clock in it.
    pub zone: &'a TimeZone,
    /// Start of the procedure.
    pub start: DateTime,
    /// Where blood is taken, as the site writes it.
    pub laboratory: Option<&'a str>,
    /// Has the site approved this rule, today? (`RuleBook::is_approved`)
    pub is_approved: &'a dyn Fn(&str) -> bool,
}

/// Reads the plan for the patient.
///
/// Told: medicines that go on, are stopped with a date, are left out in the morning or after the procedure;
/// sample windows; fasting of adults; premedication in whole milligrams. Everything else — a decision of the
/// team, a dose to be reduced, a target, children's feeding — becomes a question about which the unit calls. So
/// does every review and blocker that the plan lists.
/// # Errors
/// A time that the zone cannot hold.
pub fn from_preparation(
    plan: &Plan,
    context: &PlanContext<'_>,
) -> Result<FromPreparation, NoSuchTime> {
    let mut told = FromPreparation::default();
    for row in &plan.medicines {
        medicine(row, context, &mut told)?;
    }
    laboratory(&plan.labs_due, context, &mut told)?;
    fasting(&plan.fasting, context, &mut told)?;
    match &plan.premedication {
        Section::Worked(doses) => {
            for dose in doses {
                premedication(dose, context, &mut told)?;
            }
        }
        Section::NotWorkedOut(_) => told.open.push(OpenTopic::ContrastAgent),
    }
    if !plan.blockers.is_empty() || !plan.reviews.is_empty() || !plan.bypassed.is_empty() {
        told.open.push(OpenTopic::Preparation);
    }
    told.open.sort();
    told.open.dedup();
    Ok(told)
}

fn ruled(context: &PlanContext<'_>, rule: &str, value: Instruction) -> Ruled<Instruction> {
    let standing = if (context.is_approved)(rule) {
        Standing::Approved
    } else {
        Standing::NotApproved
    };
    Ruled { value, standing }
}

fn zoned(context: &PlanContext<'_>, at: DateTime) -> Result<ZonedDateTime, NoSuchTime> {
    at.to_zoned_datetime(context.zone.clone())
        .map_err(|error| NoSuchTime {
            reason: error.to_string(),
        })
}

fn medicine(
    row: &MedicineRow,
    context: &PlanContext<'_>,
    told: &mut FromPreparation,
) -> Result<(), NoSuchTime> {
    let medicine = MedicineName {
        generic: row.inn.clone(),
        trade: None,
    };
    let why = hold_reason(&row.atc);
    let instruction = match (row.action, row.last_dose) {
        (Action::Continue, _) => Instruction::ContinueMedicine { medicine },
        (Action::Hold | Action::HoldAdvice, Some(last)) => Instruction::HoldMedicine {
            medicine,
            why,
            last_dose: Some(DoseMoment::At(zoned(context, last)?)),
            free_from: None,
            // The hour counts from the end of the procedure, which nobody knows yet.
            restart: Restart::AskFirst,
        },
        (Action::HoldFromProcedure, _) => Instruction::HoldAfterProcedure { medicine, why },
        (Action::OmitMorning, _) => Instruction::OmitMorningDose {
            medicine,
            on: context.start.date(),
        },
        (Action::Reduce, _) => Instruction::AskAboutDose { medicine },
        (
            Action::Hold
            | Action::HoldAdvice
            | Action::ContinueWithLiquidDiet
            | Action::ContinuePendingOperator
            | Action::Target
            | Action::DecisionRequired
            | Action::MdtDecisionRequired,
            _,
        ) => {
            told.open.push(OpenTopic::Medicine(medicine));
            return Ok(());
        }
    };
    told.steps.push(ruled(context, &row.rule, instruction));
    Ok(())
}

/// By the ATC group: antithrombotics and painkillers against inflammation thin the blood, A10 lowers the sugar.
fn hold_reason(atc: &str) -> HoldReason {
    if atc.starts_with("B01") || atc.starts_with("N02BA") || atc.starts_with("M01A") {
        HoldReason::Bleeding
    } else if atc.starts_with("A10BA") {
        HoldReason::Kidneys
    } else if atc.starts_with("A10") {
        HoldReason::BloodSugar
    } else {
        HoldReason::NotSaid
    }
}

/// One instruction a window. A window is told only when every rule that asks for it is approved.
fn laboratory(
    due: &[LabDue],
    context: &PlanContext<'_>,
    told: &mut FromPreparation,
) -> Result<(), NoSuchTime> {
    let mut windows: BTreeMap<(DateTime, DateTime), bool> = BTreeMap::new();
    for sample in due {
        let approved = (context.is_approved)(&sample.rule);
        let all = windows
            .entry((sample.take_from, sample.take_until))
            .or_insert(true);
        *all = *all && approved;
    }
    for ((from, until), approved) in windows {
        let value = Instruction::LaboratoryTests {
            from: zoned(context, from)?,
            until: zoned(context, until)?,
            place: context.laboratory.map(str::to_owned),
        };
        told.steps.push(if approved {
            Ruled::approved(value)
        } else {
            Ruled::not_approved(value)
        });
    }
    Ok(())
}

fn fasting(
    fasting: &Fasting,
    context: &PlanContext<'_>,
    told: &mut FromPreparation,
) -> Result<(), NoSuchTime> {
    if fasting.scheme == "none" {
        let step = ruled(context, &fasting.rule, Instruction::NoFasting);
        told.steps.push(step);
        return Ok(());
    }
    let mut food: Option<DateTime> = None;
    let mut clear: Option<DateTime> = None;
    for limit in &fasting.limits {
        match limit.food.as_str() {
            // The earlier of two meals: a patient gets one hour to keep, not a table.
            "fatty_meal" | "light_meal" | "solids" | "light_breakfast" => {
                food = Some(food.map_or(limit.until, |known| known.min(limit.until)));
            }
            "clear_liquid" => clear = Some(limit.until),
            // Another guideline's figure beside ours.
            "alternative_asa_clear_liquid" => {}
            // Milk and whatever else: the unit tells the parents.
            _ => {
                told.open.push(OpenTopic::Fasting);
                return Ok(());
            }
        }
    }
    let (Some(food), Some(clear)) = (food, clear) else {
        told.open.push(OpenTopic::Fasting);
        return Ok(());
    };
    let steps = [
        Instruction::NoFoodAfter(zoned(context, food)?),
        Instruction::ClearFluidsUntil(zoned(context, clear)?),
    ];
    told.steps
        .extend(steps.map(|step| ruled(context, &fasting.rule, step)));
    Ok(())
}

fn premedication(
    dose: &PremedicationDose,
    context: &PlanContext<'_>,
    told: &mut FromPreparation,
) -> Result<(), NoSuchTime> {
    let medicine = MedicineName {
        generic: dose.drug.clone(),
        trade: None,
    };
    // By mouth and in whole milligrams: what a patient can take alone and read in any language.
    if dose.optional || dose.route != "po" || dose.dose.0.fract() != 0.0 {
        told.open.push(OpenTopic::Medicine(medicine));
        return Ok(());
    }
    let instruction = Instruction::Premedication {
        medicine,
        dose: format!("{} mg", dose.dose.0),
        at: zoned(context, dose.at)?,
    };
    told.steps.push(ruled(context, &dose.rule, instruction));
    Ok(())
}
