//! The one entry of the room, and the plan that it gives.

use crate::antibiotic;
use crate::clock::Clock;
use crate::contrast;
use crate::facts::{Booking, Facts};
use crate::fasting;
use crate::kidney::{
    KidneyFunction, MlPerMin, MlPerMinPer173, bedside_schwartz, ckd_epi_2021, cockcroft_gault,
};
use crate::laboratory::{self, creatinine, kidney_need};
use crate::local_anaesthetic::{self, Maximum};
use crate::medicines::{self, MedicinesFound};
use crate::open_questions::{self, OpenQuestion};
use crate::pregnancy;
use crate::readiness::{Findings, GateInput, Reason, gates};
use crate::safety;
use crate::situation::Situation;
use crate::warnings;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use knowledge::medicine::{Action, Rule};
use knowledge::{Origin, RuleBook};
use model::{BleedingClass, Gate, ReviewStatus};
use std::fmt;

/// A section that was worked out, or the reason why it could not be: the gate is then at best `review`.
#[derive(Debug, Clone, PartialEq)]
pub enum Section<T> {
    Worked(T),
    NotWorkedOut(String),
}

/// The dated plan. Every list is ordered; the order of the facts does not show.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    pub bleeding_class: BleedingClass,
    pub crcl: Option<MlPerMin>,
    pub egfr: Option<MlPerMinPer173>,
    pub schwartz: Option<MlPerMinPer173>,
    pub medicines: Vec<MedicineRow>,
    pub labs_due: Vec<LabDue>,
    pub fasting: Fasting,
    pub premedication: Section<Vec<PremedicationDose>>,
    pub contrast_actions: Vec<String>,
    pub antibiotic: String,
    /// The code of the contract.
    pub pregnancy: String,
    pub local_anaesthetics: Vec<Maximum>,
    /// Never raised in an emergency; see `bypassed`.
    pub blockers: Vec<Reason>,
    pub reviews: Vec<Reason>,
    /// What a signed override lists, in an emergency.
    pub bypassed: Vec<Reason>,
    pub warnings: Vec<String>,
    /// What nobody has asked yet.
    pub open_questions: Vec<OpenQuestion>,
    /// One for every stopped medicine.
    pub obligations: Vec<Obligation>,
    pub gate_now: Gate,
    pub gate_if_completed: Gate,
    pub knowledge_version: Date,
    pub provenance: Vec<RuleUsed>,
}

/// What happens with one medicine.
#[derive(Debug, Clone, PartialEq)]
pub struct MedicineRow {
    /// As written in the list.
    pub inn: String,
    pub atc: String,
    pub action: Action,
    /// The last dose that may be taken.
    pub last_dose: Option<DateTime>,
    pub hold_days: Option<u8>,
    pub hold_days_lower: Option<u8>,
    pub doses: Option<u8>,
    pub doses_lower: Option<u8>,
    pub min_hours: Option<u16>,
    pub restart_hours_after_end: Option<u16>,
    pub restart: String,
    pub bridging: String,
    pub inr_target: String,
    pub earliest_compliant_date: Option<Date>,
    pub liquids_only_from: Option<DateTime>,
    pub fraction: Option<f64>,
    pub fraction_min: Option<f64>,
    /// Units of insulin, in words.
    pub units: String,
    /// When the reduced dose is taken.
    pub at: Option<DateTime>,
    pub from_hours_before: Option<u16>,
    pub until_hours_after: Option<u16>,
    pub information_for_team: String,
    pub note: String,
    /// Rule id.
    pub rule: String,
    /// The clocks change there: the limit was moved to the safer side.
    pub moved_by_clock_change: bool,
    /// For the sections that need it although no date is printed.
    pub(crate) limit: Option<DateTime>,
}

impl MedicineRow {
    pub(crate) fn new(inn: &str, atc: &str, action: Action) -> Self {
        Self {
            inn: inn.to_owned(),
            atc: atc.to_owned(),
            action,
            last_dose: None,
            hold_days: None,
            hold_days_lower: None,
            doses: None,
            doses_lower: None,
            min_hours: None,
            restart_hours_after_end: None,
            restart: String::new(),
            bridging: String::new(),
            inr_target: String::new(),
            earliest_compliant_date: None,
            liquids_only_from: None,
            fraction: None,
            fraction_min: None,
            units: String::new(),
            at: None,
            from_hours_before: None,
            until_hours_after: None,
            information_for_team: String::new(),
            note: String::new(),
            rule: String::new(),
            moved_by_clock_change: false,
            limit: None,
        }
    }

    pub(crate) fn fill_from(&mut self, rule: &Rule) {
        self.hold_days = rule.hold_days;
        self.hold_days_lower = rule.hold_days_lower;
        self.doses = rule.doses;
        self.doses_lower = rule.doses_lower;
        self.min_hours = rule.min_hours;
        self.restart_hours_after_end = rule.restart_hours;
        self.restart = rule.restart.clone();
        if let Some((op, max)) = rule.inr_op.zip(rule.inr_max) {
            self.inr_target = format!("{} {max:.1}", op.sign());
        }
    }
}

/// A sample to be taken.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LabDue {
    pub analyte: String,
    pub take_from: DateTime,
    pub take_until: DateTime,
    pub advice: String,
    pub rule: String,
}

/// Until when which food may be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fasting {
    /// `none`, `not_applied`, or the name of the scheme.
    pub scheme: String,
    pub reason: String,
    pub limits: Vec<FoodLimit>,
    pub rule: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoodLimit {
    /// `clear_liquid`, …; printed with `_until`.
    pub food: String,
    pub until: DateTime,
    pub moved_by_clock_change: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub struct PremedicationDose {
    pub drug: String,
    pub dose: MilliGram,
    pub route: String,
    pub at: DateTime,
    pub optional: bool,
    pub rule: String,
}

/// An amount of a medicine.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct MilliGram(pub f64);

/// A restart that stays open until somebody confirms it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Obligation {
    pub medicine: String,
    /// After the end of the procedure; only where the rule has a figure.
    pub restart_hours_after_end: Option<u16>,
    pub words: String,
    /// Role.
    pub owner: String,
    pub rule: String,
}

/// A rule that was used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleUsed {
    pub rule: String,
    pub hash: String,
    /// The weakest status of its figures.
    pub status: Option<ReviewStatus>,
    pub local: bool,
    pub approved_here: bool,
}

/// Why there is no plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    NoProcedure,
    UnknownProcedure(String),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoProcedure => f.write_str("no procedure is booked"),
            Self::UnknownProcedure(id) => write!(f, "procedure {id} is not in the catalogue"),
        }
    }
}

impl std::error::Error for Refusal {}

/// Works out the plan.
///
/// * `as_of` – the moment of planning, wall clock in `zone`.
/// * `zone` – the hospital's; all wall clock times of facts and booking are in it.
/// # Errors
/// Nothing is booked, or a procedure is not in the catalogue.
pub fn plan(
    facts: &Facts,
    booking: &Booking,
    rules: &RuleBook,
    as_of: DateTime,
    zone: &TimeZone,
) -> Result<Plan, Refusal> {
    let clock = Clock::new(zone);
    let Some(situation) = Situation::read(facts, booking, rules, as_of, clock) else {
        let unknown = booking
            .procedures
            .iter()
            .find(|booked| !rules.procedures.contains_key(booked.id.as_str()));
        return Err(unknown.map_or(Refusal::NoProcedure, |booked| {
            Refusal::UnknownProcedure(booked.id.as_str().to_owned())
        }));
    };
    Ok(work_out(&situation))
}

fn work_out(situation: &Situation) -> Plan {
    let listed = medicines::list(situation);
    let on_file = kidneys(situation);
    let provisional = medicines::work_out(situation, &listed, &on_file, &mut Findings::default());
    let need = kidney_need(
        situation,
        &on_file,
        provisional.has_metformin,
        provisional.kidney_last_dose,
    );
    // A creatinine that is too old and can no longer be renewed in time says nothing.
    let stale = need.as_ref().is_some_and(|need| need.is_stale(situation));
    let kidneys = if stale {
        KidneyFunction::default()
    } else {
        on_file
    };
    let mut findings = Findings::default();
    let found = medicines::work_out(situation, &listed, &kidneys, &mut findings);
    let mut labs = laboratory::work_out(situation, &found, need.as_ref(), &mut findings);
    let fasting = fasting::work_out(situation, &mut findings);
    let contrast = contrast::work_out(situation, &kidneys, &found, &mut labs, &mut findings);
    let pregnancy = pregnancy::work_out(situation, &mut labs, &mut findings);
    safety::work_out(situation, &mut findings);
    warnings::work_out(situation, &kidneys, &labs, &mut findings);
    let antibiotic = antibiotic::work_out(situation, &mut findings);
    labs.sort();
    labs.dedup();
    let parts = Parts {
        kidneys,
        found,
        labs,
        fasting,
        contrast,
        pregnancy,
        antibiotic,
    };
    assemble(situation, parts, findings)
}

/// The finished sections.
struct Parts<'a> {
    kidneys: KidneyFunction,
    found: MedicinesFound<'a>,
    labs: Vec<LabDue>,
    fasting: Fasting,
    contrast: contrast::Worked,
    pregnancy: String,
    antibiotic: String,
}

fn kidneys(situation: &Situation) -> KidneyFunction {
    let (Some((creatinine, _)), Some(age)) = (creatinine(situation), situation.age) else {
        return KidneyFunction::default();
    };
    let formulas = &situation.rules.formulas;
    let sex = situation.facts.sex;
    KidneyFunction {
        crcl: situation
            .weight
            .and_then(|weight| cockcroft_gault(formulas, age, sex, weight, creatinine)),
        egfr: ckd_epi_2021(formulas, age, sex, creatinine),
        schwartz: situation
            .facts
            .height
            .and_then(|height| bedside_schwartz(formulas, age, height, creatinine)),
    }
}

fn assemble(situation: &Situation, parts: Parts, findings: Findings) -> Plan {
    let Parts {
        kidneys,
        found,
        labs,
        fasting,
        contrast,
        pregnancy,
        antibiotic,
    } = parts;
    let rows = found.rows;
    let obligations = rows.iter().filter_map(obligation).collect();
    let waits = |row: &MedicineRow| row.action >= Action::DecisionRequired;
    let is_task = |row: &MedicineRow| {
        !waits(row)
            && row.action != Action::Continue
            && row.action != Action::ContinuePendingOperator
    };
    let doses = match &contrast.premedication {
        Section::Worked(doses) => doses.len(),
        Section::NotWorkedOut(_) => 0,
    };
    let open_questions = open_questions::of(situation.facts);
    let (gate_now, gate_if_completed) = gates(GateInput {
        emergency: situation.is_emergency(),
        blockers: &findings.blockers,
        reviews: &findings.reviews,
        team_decides: rows.iter().any(waits),
        tasks_open: rows.iter().any(is_task)
            || !open_questions.is_empty()
            || !labs.is_empty()
            || !fasting.limits.is_empty()
            || doses > 0
            || contrast.fluids,
        fasting_bypassed: situation.is_sedated(),
        incomplete: matches!(contrast.premedication, Section::NotWorkedOut(_)),
    });
    let raised: Vec<Reason> = findings.blockers.into_values().collect();
    let reviews: Vec<Reason> = findings.reviews.into_values().collect();
    let (blockers, bypassed) = if situation.is_emergency() {
        (
            Vec::new(),
            raised.into_iter().chain(reviews.iter().cloned()).collect(),
        )
    } else {
        (raised, Vec::new())
    };
    let mut warnings = findings.warnings;
    let moved = rows.iter().any(|row| row.moved_by_clock_change)
        || fasting
            .limits
            .iter()
            .any(|limit| limit.moved_by_clock_change);
    if moved
        || situation
            .clock
            .changes_between(situation.now, situation.start)
    {
        warnings.insert("clock_change_in_plan".to_owned());
    }
    Plan {
        bleeding_class: situation.class,
        crcl: kidneys.crcl,
        egfr: kidneys.egfr,
        schwartz: kidneys.schwartz,
        medicines: rows,
        labs_due: labs,
        fasting,
        premedication: contrast.premedication,
        contrast_actions: contrast.actions,
        antibiotic,
        pregnancy,
        local_anaesthetics: local_anaesthetic::maxima(situation),
        blockers,
        reviews,
        bypassed,
        warnings: warnings.into_iter().collect(),
        open_questions,
        obligations,
        gate_now,
        gate_if_completed,
        knowledge_version: situation.rules.version,
        provenance: provenance(situation, findings.used),
    }
}

/// Every stopped medicine comes back: who sees to it, and when where the rule says so.
fn obligation(row: &MedicineRow) -> Option<Obligation> {
    let stopped = matches!(row.action, Action::Hold | Action::HoldFromProcedure);
    stopped.then(|| Obligation {
        medicine: row.inn.clone(),
        restart_hours_after_end: row.restart_hours_after_end,
        words: row.restart.clone(),
        owner: "ward_nurse".to_owned(),
        rule: row.rule.clone(),
    })
}

fn provenance(
    situation: &Situation,
    mut used: std::collections::BTreeSet<String>,
) -> Vec<RuleUsed> {
    used.extend(
        situation
            .planned
            .iter()
            .map(|one| format!("procedures/{}", one.entry.id)),
    );
    used.insert("policy".to_owned());
    used.into_iter()
        .map(|rule| {
            let state = situation.rules.states.get(&rule);
            RuleUsed {
                hash: state.map_or_else(String::new, |state| state.hash.clone()),
                status: state.and_then(|state| state.weakest),
                local: state.is_some_and(|state| state.origin == Origin::Local),
                approved_here: situation.rules.is_approved(&rule, situation.as_of.date()),
                rule,
            }
        })
        .collect()
}
