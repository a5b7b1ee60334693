//! The engine against the slow second opinion of `testkit`. 20,000 patients; 1,000,000 with `SELDINGER_TEST_SIZE=full`.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use knowledge::procedure::Anaesthesia;
use model::{Centimetre, Kilogram, Modality, ProcedureId, Sex, Urgency};
use preparation::facts::French;
use preparation::{
    Allergy, Answer, BookedProcedure, Booking, Facts, LabResult, LastIntake, List, MedicineTaken,
    Plan, PregnancyFacts, PregnancyStatus, Reason, ResultValue, Section, StatedAge,
};
use std::collections::{BTreeMap, BTreeSet};
use testkit::preparation_oracle::expect::{Expected, expect};
use testkit::preparation_oracle::generate::{Made, choices, person};
use testkit::preparation_oracle::person::Person;
use testkit::preparation_oracle::tables::Tables;
use testkit::shipped_rules::{files, rule_book};

const SEED: u64 = 20_270_210;
const USUAL: u64 = 20_000;
/// For the run over mutants.
const QUICK: u64 = 400;
const FULL: u64 = 1_000_000;

pub fn facts(person: &Person) -> Facts {
    let status = match person.pregnancy.status.as_str() {
        "unknown" => PregnancyStatus::Unknown,
        "not_pregnant_stated" => PregnancyStatus::NotPregnantStated,
        "pregnant" => PregnancyStatus::Pregnant,
        "refused" => PregnancyStatus::Refused,
        _ => PregnancyStatus::NotAsked,
    };
    Facts {
        age: person.age.map_or(StatedAge::Unknown, StatedAge::Years),
        sex: if person.female {
            Sex::Female
        } else {
            Sex::Male
        },
        weight: person.weight.map(Kilogram),
        weight_entered: None,
        height: person.height.map(Centimetre),
        inpatient: Answer::Known(person.inpatient),
        companion: person.companion.map_or(Answer::NotAsked, Answer::Known),
        conditions: person.conditions.clone(),
        medicines: person
            .medicines
            .iter()
            .map(|one| MedicineTaken {
                inn: one.inn.clone(),
                atc: one.atc.clone(),
                dose: one.dose.clone(),
                times: one.times.clone(),
                indication: one.indication.clone(),
            })
            .collect(),
        laboratory: person
            .values
            .iter()
            .map(|one| LabResult {
                analyte: one.analyte.clone(),
                value: one
                    .number
                    .map_or_else(|| ResultValue::Word(one.word.clone()), ResultValue::Number),
                unit: one.unit.clone(),
                taken_at: Some(one.taken),
            })
            .collect(),
        medicines_asked: List::Asked,
        allergies_asked: List::Asked,
        allergies: person
            .allergies
            .iter()
            .map(|one| Allergy {
                kind: one.kind.clone(),
                substance: one.substance.clone(),
                reaction: one.reaction.clone(),
                severity: one.severity.clone(),
                year: None,
            })
            .collect(),
        pregnancy: PregnancyFacts {
            status,
            lmp: person.pregnancy.lmp,
            gestation_weeks: None,
        },
        last_intakes: person
            .intakes
            .iter()
            .map(|(drug, at)| LastIntake {
                drug: drug.clone(),
                at: *at,
            })
            .collect(),
    }
}

pub fn booking(person: &Person) -> Booking {
    let modality = person.modality.iter();
    Booking {
        procedures: vec![BookedProcedure {
            id: ProcedureId::new(&person.procedure).unwrap(),
            modality: modality
                .map(|code| Modality::from_code(code).unwrap())
                .collect(),
            anaesthesia: person
                .anaesthesia
                .as_deref()
                .map(|code| Anaesthesia::from_code(code).unwrap()),
            access: person.access.clone(),
            sheath: person.sheath.map(French),
            contrast: person.contrast.clone(),
        }],
        appointment: person.appointment,
        urgency: Urgency::from_code(&person.urgency).unwrap(),
    }
}

pub fn plan_of(person: &Person) -> Plan {
    let zone = TimeZone::get(&person.zone).unwrap();
    preparation::plan(
        &facts(person),
        &booking(person),
        rule_book(),
        person.as_of,
        &zone,
    )
    .unwrap()
}

fn codes(reasons: &[Reason]) -> BTreeSet<String> {
    reasons.iter().map(|reason| reason.code.clone()).collect()
}

/// The plan in the words of the oracle.
fn seen(plan: &Plan) -> Expected {
    let mut premedication: Vec<(String, i64, DateTime)> = match &plan.premedication {
        Section::Worked(doses) => doses
            .iter()
            .map(|one| {
                let tenths = format!("{}", (one.dose.0 * 10.0).round()).parse().unwrap();
                (one.drug.clone(), tenths, one.at)
            })
            .collect(),
        Section::NotWorkedOut(why) => panic!("{why}"),
    };
    premedication.sort();
    Expected {
        class: plan.bleeding_class.code().to_owned(),
        crcl: plan.crcl.map(|rate| rate.0),
        egfr: plan.egfr.map(|rate| rate.0),
        medicines: plan
            .medicines
            .iter()
            .map(|row| {
                let restart = row.restart_hours_after_end.map(i64::from);
                let action = row.action.code().to_owned();
                (row.inn.clone(), (action, row.last_dose, restart))
            })
            .collect(),
        labs: plan
            .labs_due
            .iter()
            .map(|lab| (lab.analyte.clone(), lab.take_from, lab.take_until))
            .collect(),
        fasting: plan.fasting.scheme.clone(),
        fasting_limits: plan
            .fasting
            .limits
            .iter()
            .map(|limit| (limit.food.clone(), limit.until))
            .collect(),
        premedication,
        pregnancy: plan.pregnancy.clone(),
        blockers: codes(&plan.blockers),
        reviews: codes(&plan.reviews),
        bypassed: codes(&plan.bypassed),
        gate_now: plan.gate_now.code().to_owned(),
        gate_if_completed: plan.gate_if_completed.code().to_owned(),
    }
}

fn near(a: Option<f64>, b: Option<f64>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() < 1e-6,
        (a, b) => a.is_none() && b.is_none(),
    }
}

/// Names of the fields that differ, with both values.
fn differences(want: &Expected, got: &Expected) -> Vec<String> {
    let mut found = Vec::new();
    let mut differ = |field: &str, same: bool, want: String, got: String| {
        if !same {
            found.push(format!(
                "{field}: the sentences say {want}, the engine {got}"
            ));
        }
    };
    macro_rules! compare {
        ($($field:ident),+) => {$(
            differ(
                stringify!($field),
                want.$field == got.$field,
                format!("{:?}", want.$field),
                format!("{:?}", got.$field),
            );
        )+};
    }
    compare!(
        class,
        medicines,
        labs,
        fasting,
        fasting_limits,
        premedication,
        pregnancy,
        blockers,
        reviews,
        bypassed,
        gate_now,
        gate_if_completed
    );
    let rate = |value: &Option<f64>| format!("{value:?}");
    differ(
        "crcl",
        near(want.crcl, got.crcl),
        rate(&want.crcl),
        rate(&got.crcl),
    );
    differ(
        "egfr",
        near(want.egfr, got.egfr),
        rate(&want.egfr),
        rate(&got.egfr),
    );
    found
}

#[derive(Default)]
struct Covered {
    /// Medicine, class, band.
    cells: BTreeMap<(String, String, &'static str), u64>,
    /// Class, family.
    families: BTreeMap<(String, String), u64>,
    actions: BTreeMap<String, u64>,
    gates: BTreeMap<String, u64>,
}

impl Covered {
    fn count(&mut self, made: &Made, want: &Expected) {
        let cell = (made.medicine.clone(), made.class.clone(), made.band);
        *self.cells.entry(cell).or_default() += 1;
        let family = (made.class.clone(), made.family.clone());
        *self.families.entry(family).or_default() += 1;
        for (action, ..) in want.medicines.values() {
            *self.actions.entry(action.clone()).or_default() += 1;
        }
        *self.gates.entry(want.gate_now.clone()).or_default() += 1;
    }

    fn print(&self) {
        let least = self.cells.values().min().unwrap();
        eprintln!(
            "{} cells of medicine, class and kidney band, at least {least} patients in each",
            self.cells.len()
        );
        let mut medicines: BTreeMap<&str, u64> = BTreeMap::new();
        let mut bands: BTreeMap<(&str, &str), u64> = BTreeMap::new();
        for ((medicine, class, band), count) in &self.cells {
            *medicines.entry(medicine).or_default() += count;
            *bands.entry((class, band)).or_default() += count;
        }
        eprintln!("by medicine: {medicines:?}");
        eprintln!("by class and band: {bands:?}");
        eprintln!("by class and family: {:?}", self.families);
        eprintln!("actions: {:?}", self.actions);
        eprintln!("gates now: {:?}", self.gates);
    }
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "how long the run may take is the tester's setting"
)]
fn the_engine_agrees_with_the_slow_second_opinion() {
    let size = std::env::var("SELDINGER_TEST_SIZE").unwrap_or_default();
    let count = match size.as_str() {
        "full" => FULL,
        "quick" => QUICK,
        _ => USUAL,
    };
    let tables = Tables::read(&files());
    let choices = choices(&tables);
    let mut covered = Covered::default();
    let mut faults = Vec::new();
    for number in 0..count {
        let made = person(&tables, &choices, SEED, number);
        let want = expect(&tables, &made.person);
        covered.count(&made, &want);
        let found = differences(&want, &seen(&plan_of(&made.person)));
        if !found.is_empty() {
            faults.push(format!(
                "patient {number}: {}\n{:#?}",
                found.join("\n  "),
                made.person
            ));
        }
    }
    eprintln!(
        "{count} patients, seed {SEED}, {} disagreements",
        faults.len()
    );
    covered.print();
    assert!(
        faults.is_empty(),
        "{} of {count} disagree, the first:\n{}",
        faults.len(),
        faults
            .iter()
            .take(3)
            .cloned()
            .collect::<Vec<_>>()
            .join("\n")
    );
    if count == QUICK {
        return;
    }
    // Every medicine file in both classes and in all five bands.
    let medicines: BTreeSet<&String> = covered.cells.keys().map(|cell| &cell.0).collect();
    assert!(medicines.len() >= rule_book().medicines.len());
    assert_eq!(covered.cells.len(), medicines.len() * 2 * 5);
}
