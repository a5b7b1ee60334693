//! The engine's figures, one JSON line each: `cargo run --release -p preparation --example preparation_bench`.
//!
//! Whole plans of made-up patients on one core; one rule alone; a hundred thousand booked patients planned again after
//! a change of knowledge on two cores. Nothing is asserted about time; that the answers are right is.

use jiff::ToSpan;
use jiff::civil::{DateTime, date};
use jiff::tz::TimeZone;
use knowledge::RuleBook;
use knowledge::procedure::Anaesthesia;
use model::{BleedingClass, Centimetre, Kilogram, ProcedureId, Sex, Urgency};
use preparation::difference::{PlanLine, difference, lines};
use preparation::inr_alone::{AnticoagulantInr, anticoagulant_inr};
use preparation::{
    Allergy, Answer, BookedProcedure, Booking, Facts, LabResult, LastIntake, List, MedicineTaken,
    PregnancyFacts, PregnancyStatus, ResultValue, StatedAge, plan,
};
use std::time::{Duration, Instant};
use testkit::chance::Chance;
use testkit::shipped_rules::{files, rule_book};

const PATIENTS: usize = 4096;
const BOOKED: usize = 100_000;
const RUNS: usize = 5;
const RUN: Duration = Duration::from_secs(2);
const CORES: usize = 2;

/// (INN, ATC, dose, times, indication); what an IR department sees.
const MEDICINES: [(&str, &str, &str, &[&str], &str); 18] = [
    (
        "apixaban",
        "B01AF02",
        "5 mg",
        &["08:00", "20:00"],
        "af_cha2ds2vasc_4",
    ),
    ("warfarin", "B01AA03", "5 mg", &["18:00"], "vte_2026-06-01"),
    (
        "acetylsalicylic acid",
        "B01AC06",
        "100 mg",
        &["08:00"],
        "primary_prevention",
    ),
    (
        "clopidogrel",
        "B01AC04",
        "75 mg",
        &["08:00"],
        "peripheral_arterial_disease",
    ),
    ("enoxaparin", "B01AB05", "40 mg", &["20:00"], ""),
    (
        "metformin",
        "A10BA02",
        "500 mg",
        &["08:00", "18:00"],
        "type_2_diabetes",
    ),
    (
        "empagliflozin",
        "A10BK03",
        "10 mg",
        &["08:00"],
        "type_2_diabetes",
    ),
    (
        "insulin glargine",
        "A10AE04",
        "20 U",
        &["21:00"],
        "type_2_diabetes",
    ),
    (
        "semaglutide",
        "A10BJ06",
        "1 mg weekly",
        &["08:00"],
        "type_2_diabetes",
    ),
    ("ibuprofen", "M01AE01", "400 mg", &["08:00", "16:00"], ""),
    ("bisoprolol", "C07AB07", "5 mg", &["08:00"], ""),
    ("ramipril", "C09AA05", "5 mg", &["08:00"], ""),
    ("atorvastatin", "C10AA05", "40 mg", &["20:00"], ""),
    ("pantoprazole", "A02BC02", "40 mg", &["08:00"], ""),
    ("furosemide", "C03CA01", "40 mg", &["08:00"], ""),
    ("levothyroxine", "H03AA01", "100 ug", &["07:00"], ""),
    ("amlodipine", "C08CA01", "5 mg", &["08:00"], ""),
    ("paracetamol", "N02BE01", "1 g", &["08:00", "16:00"], ""),
];
const CONDITIONS: [&str; 10] = [
    "type_2_diabetes",
    "copd",
    "acs_2026-03-01",
    "coronary_des_2026-11-15",
    "single_kidney",
    "peripheral_arterial_disease",
    "chronic_liver_disease_child_pugh_b",
    "claudication",
    "vte_2027-01-28",
    "raised_transaminases",
];

struct Patient {
    facts: Facts,
    booking: Booking,
}

struct Bench {
    patients: Vec<Patient>,
    as_of: DateTime,
    zone: TimeZone,
}

#[expect(clippy::print_stdout, reason = "the figures are this program's output")]
fn main() {
    let bench = Bench::made_up();
    println!("{}", whole_plans(&bench));
    println!("{}", one_rule());
    println!("{}", new_knowledge(&bench));
}

impl Bench {
    #[expect(
        clippy::unwrap_used,
        reason = "a measurement on made-up patients ends where one cannot be"
    )]
    fn made_up() -> Self {
        let mut chance = Chance::new(7);
        let ids: Vec<ProcedureId> = rule_book()
            .procedures
            .keys()
            .map(|id| ProcedureId::new(id).unwrap())
            .collect();
        let as_of = date(2027, 2, 10).at(14, 0, 0, 0);
        Self {
            patients: (0..PATIENTS)
                .map(|_| patient(&mut chance, &ids, as_of))
                .collect(),
            as_of,
            zone: TimeZone::get("Europe/Helsinki").unwrap(),
        }
    }
}

#[expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "made-up patients"
)]
fn patient(chance: &mut Chance, ids: &[ProcedureId], as_of: DateTime) -> Patient {
    let count = chance.below(9);
    let mut medicines = Vec::new();
    let first = chance.below(MEDICINES.len());
    for step in 0..count {
        let (inn, atc, dose, times, indication) = MEDICINES[(first + step * 5) % MEDICINES.len()];
        medicines.push(MedicineTaken {
            inn: inn.to_owned(),
            atc: atc.to_owned(),
            dose: dose.to_owned(),
            times: times.iter().map(|time| (*time).to_owned()).collect(),
            indication: indication.to_owned(),
        });
    }
    let taken = |days: i64| as_of.checked_sub(days.days()).ok();
    let number = |analyte: &str, value: f64, unit: &str, days: i64| LabResult {
        analyte: analyte.to_owned(),
        value: ResultValue::Number((value * 10.0).round() / 10.0),
        unit: unit.to_owned(),
        taken_at: taken(days),
    };
    let mut laboratory = vec![
        number("creatinine", chance.between(50.0, 190.0), "umol/L", 12),
        number("creatinine", chance.between(50.0, 190.0), "umol/L", 200),
        number("hb", chance.between(80.0, 160.0), "g/L", 12),
        number("potassium", chance.between(3.2, 5.4), "mmol/L", 12),
    ];
    if chance.coin() {
        laboratory.push(number(
            "inr",
            chance.between(0.9, 2.6),
            "{INR}",
            chance.below(20) as i64,
        ));
        laboratory.push(number(
            "platelets",
            chance.between(40.0, 400.0),
            "10*9/L",
            5,
        ));
    }
    let allergies = match chance.below(5) {
        0 => vec![Allergy {
            kind: "iodinated_contrast".to_owned(),
            substance: "iohexol".to_owned(),
            reaction: "urticaria".to_owned(),
            severity: "moderate".to_owned(),
            year: Some(2019),
        }],
        1 => vec![Allergy {
            kind: "penicillin".to_owned(),
            substance: "amoxicillin".to_owned(),
            reaction: "rash".to_owned(),
            ..Allergy::default()
        }],
        _ => Vec::new(),
    };
    let conditions = (0..chance.below(4))
        .map(|step| CONDITIONS[(first + step * 3) % CONDITIONS.len()].to_owned());
    let conditions = conditions.collect();
    let anaesthesia = [
        None,
        Some(Anaesthesia::Local),
        Some(Anaesthesia::ModerateSedation),
    ][chance.below(3)];
    let start = as_of
        .checked_add((chance.below(14) as i64).days().hours(18))
        .unwrap();
    let last_intakes = match chance.below(6) {
        0 => vec![LastIntake {
            drug: "apixaban".to_owned(),
            at: taken(1).unwrap(),
        }],
        _ => Vec::new(),
    };
    Patient {
        facts: Facts {
            medicines_asked: List::Asked,
            allergies_asked: List::Asked,
            age: StatedAge::Years(chance.between(18.0, 92.0).floor()),
            sex: if chance.coin() {
                Sex::Female
            } else {
                Sex::Male
            },
            weight: Some(Kilogram(chance.between(45.0, 120.0).round())),
            weight_entered: None,
            height: Some(Centimetre(chance.between(150.0, 195.0).round())),
            inpatient: Answer::Known(chance.coin()),
            companion: Answer::Known(chance.coin()),
            conditions,
            medicines,
            laboratory,
            allergies,
            pregnancy: PregnancyFacts {
                status: PregnancyStatus::NotPregnantStated,
                lmp: Some(date(2027, 1, 25)),
                gestation_weeks: None,
            },
            last_intakes,
        },
        booking: Booking {
            procedures: vec![BookedProcedure {
                id: ids[chance.below(ids.len())].clone(),
                modality: Vec::new(),
                anaesthesia,
                access: None,
                sheath: None,
                contrast: None,
            }],
            appointment: start,
            urgency: [
                Urgency::Elective,
                Urgency::Elective,
                Urgency::Urgent,
                Urgency::Emergency,
            ][chance.below(4)],
        },
    }
}

#[expect(clippy::disallowed_methods, reason = "a measurement needs the clock")]
fn now() -> Instant {
    Instant::now()
}

#[expect(
    clippy::expect_used,
    reason = "a bench whose patients cannot be planned measures nothing"
)]
fn work_out(bench: &Bench, patient: &Patient, rules: &RuleBook) -> preparation::Plan {
    plan(
        &patient.facts,
        &patient.booking,
        rules,
        bench.as_of,
        &bench.zone,
    )
    .expect("a plan")
}

/// How many a second in each run: lowest, middle, highest.
fn rates(mut once: impl FnMut(usize)) -> [f64; 3] {
    let mut rates: Vec<f64> = (0..RUNS)
        .map(|_| {
            let (begun, mut done) = (now(), 0);
            while begun.elapsed() < RUN {
                for _ in 0..64 {
                    once(done);
                    done += 1;
                }
            }
            done as f64 / begun.elapsed().as_secs_f64()
        })
        .collect();
    rates.sort_by(f64::total_cmp);
    let at = |place: usize| rates.get(place).copied().unwrap_or_default();
    [at(0), at(RUNS / 2), at(RUNS - 1)]
}

fn figure(name: &str, unit: &str, [low, middle, high]: [f64; 3]) -> String {
    format!(
        "{{\"figure\":\"{name}\",\"unit\":\"{unit}\",\"runs\":{RUNS},\"min\":{low:.0},\"median\":{middle:.0},\"max\":{high:.0}}}"
    )
}

fn whole_plans(bench: &Bench) -> String {
    let rules = rule_book();
    let medicines: usize = bench
        .patients
        .iter()
        .map(|one| one.facts.medicines.len())
        .sum();
    let rates = rates(|at| {
        if let Some(patient) = bench.patients.get(at % PATIENTS) {
            std::hint::black_box(work_out(bench, patient, rules));
        }
    });
    let mean = medicines as f64 / PATIENTS as f64;
    let line = figure("preparation_whole_plans_per_core", "1/s", rates);
    line.replace('}', &format!(",\"medicines_each\":{mean:.1}}}"))
}

/// The cases of the decision-support peers: warfarin and aspirin with an INR, or paracetamol.
#[expect(clippy::expect_used, reason = "a fast wrong answer is no figure")]
fn one_rule() -> String {
    let rules = rule_book();
    let taken = |inn: &str| MedicineTaken {
        inn: inn.to_owned(),
        ..MedicineTaken::default()
    };
    let lists = [
        vec![taken("paracetamol")],
        vec![taken("warfarin"), taken("aspirin")],
    ];
    let values: Vec<LabResult> = (0..20)
        .map(|step| LabResult {
            analyte: "inr".to_owned(),
            value: ResultValue::Number(1.0 + f64::from(step) / 10.0),
            unit: "{INR}".to_owned(),
            taken_at: None,
        })
        .collect();
    let ask = |at: usize| {
        let (list, value) = (lists.get(at % 2)?, values.get(at % 20)?);
        Some(anticoagulant_inr(list, value, BleedingClass::High, rules))
    };
    for at in 0..40 {
        let over = at % 2 == 1 && at % 20 > 8;
        let expected = match (at % 2, over) {
            (0, _) => AnticoagulantInr::NoAnticoagulant,
            (_, true) => AnticoagulantInr::AboveLimit,
            (_, false) => AnticoagulantInr::Meets,
        };
        (ask(at) == Some(expected))
            .then_some(())
            .expect("the rule's own answer");
    }
    figure(
        "preparation_one_rule",
        "1/s",
        rates(|at| {
            std::hint::black_box(ask(at));
        }),
    )
}

/// Every booked patient planned again by rules of which one reads otherwise, and compared with the plan that stands.
#[expect(
    clippy::expect_used,
    reason = "a bench without its second edition measures nothing"
)]
fn new_knowledge(bench: &Bench) -> String {
    let old = rule_book();
    let edited = files().into_iter().map(|(path, text)| {
        let changed = path == "medicines/clopidogrel.toml";
        (
            path,
            if changed {
                text.replace("hold_days = 5", "hold_days = 7")
            } else {
                text
            },
        )
    });
    let new = RuleBook::load(edited).expect("the second edition");
    let standing: Vec<Vec<PlanLine>> = bench
        .patients
        .iter()
        .map(|patient| lines(&work_out(bench, patient, old), bench.as_of))
        .collect();
    let mut seconds: Vec<f64> = Vec::new();
    let mut changed = 0;
    for _ in 0..RUNS {
        let begun = now();
        changed = std::thread::scope(|scope| {
            let parts: Vec<_> = (0..CORES)
                .map(|core| {
                    let (new, standing) = (&new, &standing);
                    scope.spawn(move || {
                        (core..BOOKED)
                            .step_by(CORES)
                            .filter(|booked| {
                                let at = booked % PATIENTS;
                                let Some((patient, before)) =
                                    bench.patients.get(at).zip(standing.get(at))
                                else {
                                    return false;
                                };
                                !difference(
                                    before,
                                    &lines(&work_out(bench, patient, new), bench.as_of),
                                )
                                .is_empty()
                            })
                            .count()
                    })
                })
                .collect();
            parts
                .into_iter()
                .map(|part| part.join().unwrap_or_default())
                .sum()
        });
        seconds.push(begun.elapsed().as_secs_f64());
    }
    seconds.sort_by(f64::total_cmp);
    let at = |place: usize| seconds.get(place).copied().unwrap_or_default();
    format!(
        "{{\"figure\":\"preparation_new_knowledge_100000_booked\",\"unit\":\"s\",\"cores\":{CORES},\"runs\":{RUNS},\
         \"min\":{:.2},\"median\":{:.2},\"max\":{:.2},\"plans_changed\":{changed}}}",
        at(0),
        at(RUNS / 2),
        at(RUNS - 1)
    )
}
