//! The plan that the sentences ask for. Numbers in comments are those of the sentences.

use super::dates::{Zone, dated};
use super::laboratory::{self, Creatinine};
use super::medicines::{self, Found};
use super::patient_questions;
use super::person::Person;
use super::tables::{Procedure, Tables};
use jiff::civil::{Date, DateTime};
use std::collections::{BTreeMap, BTreeSet};

/// What a plan must say.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Expected {
    pub class: String,
    pub crcl: Option<f64>,
    pub egfr: Option<f64>,
    /// Name; action, last dose, restart hours.
    pub medicines: BTreeMap<String, (String, Option<DateTime>, Option<i64>)>,
    /// Analyte, from, until.
    pub labs: BTreeSet<(String, DateTime, DateTime)>,
    pub fasting: String,
    pub fasting_limits: BTreeMap<String, DateTime>,
    /// Drug, tenths of a milligram, time; sorted.
    pub premedication: Vec<(String, i64, DateTime)>,
    pub pregnancy: String,
    pub blockers: BTreeSet<String>,
    pub reviews: BTreeSet<String>,
    pub bypassed: BTreeSet<String>,
    pub gate_now: String,
    pub gate_if_completed: String,
}

/// A blocker, and whether a task lifts it.
#[derive(Debug, Default)]
pub(super) struct Findings {
    pub blockers: BTreeMap<String, bool>,
    pub reviews: BTreeSet<String>,
    pub labs: BTreeSet<(String, DateTime, DateTime)>,
}

impl Findings {
    pub fn block(&mut self, code: &str, lifted_by_task: bool) {
        let kept = self.blockers.entry(code.to_owned()).or_insert(true);
        *kept = *kept && lifted_by_task;
    }

    pub fn review(&mut self, code: &str) {
        self.reviews.insert(code.to_owned());
    }
}

/// The person, seen with the tables.
pub(super) struct View<'a> {
    pub tables: &'a Tables,
    pub person: &'a Person,
    pub procedure: &'a Procedure,
    pub zone: Zone,
    pub high: bool,
    pub artery: Option<String>,
    pub anaesthesia: String,
    /// Sedation or general anaesthesia.
    pub sedated: bool,
    pub emergency: bool,
    pub iodine_in_vessel: bool,
    pub gadolinium_in_vessel: bool,
    pub gadolinium_needs_kidneys: bool,
    /// Conditions and indications, with the last possible day of the event.
    pub named: Vec<(String, Option<Date>)>,
    pub conditions: Vec<String>,
}

impl<'a> View<'a> {
    /// # Panics
    /// On a procedure that is not in the catalogue.
    pub fn new(tables: &'a Tables, person: &'a Person) -> Self {
        let Some(procedure) = tables.procedures.get(&person.procedure) else {
            panic!("no procedure {}", person.procedure);
        };
        let large = person.sheath.zip(procedure.high_above_french);
        let high = procedure.class == "high"
            || (procedure.arterial && large.is_some_and(|(sheath, limit)| sheath > limit));
        let usual = procedure.usual_access.clone();
        let artery = procedure
            .arterial
            .then(|| person.access.clone().unwrap_or(usual));
        // 30: missing is the deepest of the catalogue.
        let depth = |name: &str| {
            ["none", "local", "moderate_sedation", "deep_sedation", "ga"]
                .iter()
                .position(|known| *known == name)
        };
        let anaesthesia = person.anaesthesia.clone().unwrap_or_else(|| {
            let deepest = procedure.anaesthesia.iter().max_by_key(|name| depth(name));
            deepest.cloned().unwrap_or_default()
        });
        let sedated = !matches!(anaesthesia.as_str(), "none" | "local");
        let indications = person.medicines.iter().map(|medicine| &medicine.indication);
        let named = person
            .conditions
            .iter()
            .chain(indications)
            .filter(|written| !written.is_empty())
            .map(|written| dated(written))
            .collect();
        let mut view = Self {
            tables,
            person,
            procedure,
            zone: Zone::named(&person.zone),
            high,
            artery,
            anaesthesia,
            sedated,
            emergency: person.urgency == "emergency",
            iodine_in_vessel: false,
            gadolinium_in_vessel: false,
            gadolinium_needs_kidneys: false,
            named,
            conditions: person
                .conditions
                .iter()
                .map(|written| dated(written).0)
                .collect(),
        };
        view.contrast();
        view
    }

    /// 25: which contrast is planned.
    fn contrast(&mut self) {
        let usual = self.procedure.contrast.as_str();
        let into_cavity = usual == "iodinated_intracavity";
        let Some(agent) = &self.person.contrast else {
            self.iodine_in_vessel = matches!(usual, "iodinated_iv" | "iodinated_ia");
            self.gadolinium_in_vessel = usual == "gadolinium";
            return;
        };
        let agent = agent.as_str();
        let in_list = |key: &str| self.tables.list(key).iter().any(|name| name == agent);
        let checked = in_list("contrast/agents#gadolinium_kidney_check_needed");
        if checked || in_list("contrast/agents#gadolinium") {
            self.gadolinium_in_vessel = !into_cavity;
            self.gadolinium_needs_kidneys = checked && !into_cavity;
        } else if agent != "co2" && agent != "none" {
            self.iodine_in_vessel = !into_cavity;
        }
    }

    pub fn class(&self) -> &'static str {
        if self.high { "high" } else { "low" }
    }

    pub fn has(&self, condition: &str) -> bool {
        self.conditions.iter().any(|name| name == condition)
    }

    pub fn liver(&self) -> bool {
        let child = "chronic_liver_disease_child_pugh_";
        self.conditions.iter().any(|name| name.starts_with(child))
    }

    /// In hospital, liver disease, cancer on treatment.
    pub fn unstable(&self) -> bool {
        self.person.inpatient || self.liver() || self.has("ovarian_cancer_on_therapy")
    }

    pub fn dialysis(&self) -> bool {
        self.conditions
            .iter()
            .any(|name| name.starts_with("haemodialysis_"))
    }

    pub fn child(&self) -> bool {
        self.person.age.is_some_and(|age| age < 18.0)
    }

    pub fn start(&self) -> i64 {
        self.zone.minutes(self.person.appointment)
    }

    pub fn now(&self) -> i64 {
        self.zone.minutes(self.person.as_of)
    }

    /// 15: poor kidneys and iodinated contrast into a vessel.
    pub fn clash(&self, kidneys: &Kidneys) -> bool {
        let limit = self
            .tables
            .figure("contrast/kidney#nephrotoxic_stop_below_egfr");
        self.iodine_in_vessel && kidneys.egfr.is_some_and(|rate| rate < limit)
    }
}

/// Millilitres per minute; nothing when they cannot be computed.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Kidneys {
    pub crcl: Option<f64>,
    /// CKD-EPI 2021, for children bedside Schwartz.
    pub egfr: Option<f64>,
    pub adult_egfr: Option<f64>,
}

impl Kidneys {
    fn compute(view: &View, umol: f64) -> Self {
        let figure = |name: &str| view.tables.figure(&format!("laboratory/formulas#{name}"));
        let person = view.person;
        let mg = umol / figure("creatinine_umol_l_per_mg_dl");
        let Some(age) = person.age else {
            return Self::default();
        };
        if age < figure("adult_formulas_from_years") {
            let height = person.height;
            return Self {
                egfr: height.map(|height| figure("schwartz_constant") * height / umol),
                ..Self::default()
            };
        }
        let (kappa, alpha, ckd, gault) = if person.female {
            (
                figure("ckd_epi_kappa_female"),
                figure("ckd_epi_alpha_female"),
                figure("ckd_epi_female"),
                figure("cockcroft_gault_female"),
            )
        } else {
            (
                figure("ckd_epi_kappa_male"),
                figure("ckd_epi_alpha_male"),
                1.0,
                1.0,
            )
        };
        let low = (mg / kappa).min(1.0).powf(alpha);
        let high = (mg / kappa).max(1.0).powf(figure("ckd_epi_exponent_above"));
        let years = figure("ckd_epi_per_year").powf(age);
        let rate = figure("ckd_epi_scale") * low * high * years * ckd;
        let left = figure("cockcroft_gault_age_base") - age;
        let divisor = figure("cockcroft_gault_divisor") * mg;
        Self {
            crcl: person.weight.map(|weight| left * weight * gault / divisor),
            egfr: Some(rate),
            adult_egfr: Some(rate),
        }
    }
}

/// What the sentences ask for.
pub fn expect(tables: &Tables, person: &Person) -> Expected {
    let view = View::new(tables, person);
    let on_file = laboratory::usable_creatinine(&view)
        .map_or_else(Kidneys::default, |umol| Kidneys::compute(&view, umol));
    // 19: the value on file feeds the clearance provisionally; once stale it says nothing.
    let provisional = medicines::decide(&view, &on_file, &mut Findings::default());
    let creatinine = Creatinine::wanted(&view, &on_file, &provisional);
    let stale = creatinine.as_ref().is_some_and(|one| one.is_stale(&view));
    let kidneys = if stale { Kidneys::default() } else { on_file };
    let mut findings = Findings::default();
    let found = medicines::decide(&view, &kidneys, &mut findings);
    laboratory::judge(&view, &found, creatinine.as_ref(), &mut findings);
    let premedication = patient_questions::premedication(&view, &mut findings);
    let pregnancy = patient_questions::pregnancy(&view, &mut findings);
    patient_questions::escort_and_allergy(&view, &mut findings);
    patient_questions::conditions(&view, &mut findings);
    let (fasting, fasting_limits) = patient_questions::fasting(&view);
    let mut expected = Expected {
        class: view.class().to_owned(),
        crcl: kidneys.crcl,
        egfr: kidneys.adult_egfr,
        fasting,
        fasting_limits,
        premedication,
        pregnancy,
        ..Expected::default()
    };
    gates(&view, &kidneys, &found, &findings, &mut expected);
    expected.medicines = found
        .rows
        .into_iter()
        .map(|row| (row.name, (row.action, row.last_dose, row.restart)))
        .collect();
    expected.labs = findings.labs;
    expected.reviews.clone_from(&findings.reviews);
    let raised = findings.blockers.into_keys();
    if view.emergency {
        expected.bypassed = raised.chain(findings.reviews).collect();
    } else {
        expected.blockers = raised.collect();
    }
    expected
}

/// 31 to 34.
fn gates(
    view: &View,
    kidneys: &Kidneys,
    found: &Found,
    findings: &Findings,
    expected: &mut Expected,
) {
    let team = ["decision_required", "mdt_decision_required"];
    let decides = found
        .rows
        .iter()
        .any(|row| team.contains(&row.action.as_str()));
    let no_task = ["continue", "continue_pending_operator"];
    let tasks = found
        .rows
        .iter()
        .any(|row| !team.contains(&row.action.as_str()) && !no_task.contains(&row.action.as_str()));
    let below = |key: &str| {
        let limit = view.tables.figure(&format!("contrast/kidney#{key}"));
        kidneys.egfr.is_some_and(|rate| rate < limit)
    };
    let fluids = view.iodine_in_vessel
        && !view.dialysis()
        && (below("fluids_below_egfr")
            || view.procedure.first_pass && below("first_pass_fluids_below_egfr"));
    let tasks = tasks
        || fluids
        || !findings.labs.is_empty()
        || !expected.fasting_limits.is_empty()
        || !expected.premedication.is_empty();
    let blocked = !findings.blockers.is_empty();
    let review = !findings.reviews.is_empty() || decides;
    if view.emergency && (blocked || review || view.sedated) {
        expected.gate_now = "override_required".to_owned();
        expected.gate_if_completed = "override_required".to_owned();
        return;
    }
    let now = match (blocked, review, tasks) {
        (true, _, _) => "blocked",
        (_, true, _) => "review",
        (_, _, true) => "pending",
        _ => "ready",
    };
    let ends = ["aspirin_operator_decision", "pregnant_ionising"];
    let stays = decides
        || findings
            .reviews
            .iter()
            .any(|code| !ends.contains(&code.as_str()));
    let later = match (findings.blockers.values().all(|by_task| *by_task), stays) {
        (false, _) => "blocked",
        (_, true) => "review",
        _ => "ready",
    };
    expected.gate_now = now.to_owned();
    expected.gate_if_completed = later.to_owned();
}
