//! The staff's plan, worked out with the shipped rule book, becomes the patient's steps.

use jiff::civil::{DateTime, date};
use jiff::tz::TimeZone;
use knowledge::RuleBook;
use knowledge::procedure::Anaesthesia;
use letters::from_preparation::{FromPreparation, PlanContext, from_preparation};
use letters::patient_plan::{Instruction, OpenTopic, Standing};
use model::{Kilogram, Modality, ProcedureId, Sex, Urgency};
use preparation::{
    Answer, BookedProcedure, Booking, Facts, LabResult, MedicineTaken, ResultValue, StatedAge,
};
use std::path::{Path, PathBuf};

fn files(folder: &Path, root: &Path, found: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path: PathBuf = entry.unwrap().path();
        if path.is_dir() {
            files(&path, root, found);
        } else if path.extension().is_some_and(|end| end == "toml") {
            let name = path.strip_prefix(root).unwrap().to_string_lossy();
            found.push((name.into_owned(), std::fs::read_to_string(&path).unwrap()));
        }
    }
}

fn rules() -> RuleBook {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../knowledge");
    let mut found = Vec::new();
    files(&root, &root, &mut found);
    RuleBook::load(found).unwrap_or_else(|flaws| panic!("{flaws:?}"))
}

const START: DateTime = DateTime::constant(2027, 3, 11, 9, 0, 0, 0);

fn taken(inn: &str, atc: &str, times: &[&str]) -> MedicineTaken {
    MedicineTaken {
        inn: inn.to_owned(),
        atc: atc.to_owned(),
        dose: "as written".to_owned(),
        times: times.iter().map(|time| (*time).to_owned()).collect(),
        indication: String::new(),
    }
}

fn patient(medicines: Vec<MedicineTaken>) -> Facts {
    let lab = |analyte: &str, value, unit: &str| LabResult {
        analyte: analyte.to_owned(),
        value: ResultValue::Number(value),
        unit: unit.to_owned(),
        taken_at: Some(date(2027, 3, 1).at(8, 0, 0, 0)),
    };
    Facts {
        age: StatedAge::Years(78.0),
        sex: Sex::Female,
        weight: Some(Kilogram(70.0)),
        inpatient: Answer::Known(false),
        companion: Answer::Known(true),
        medicines,
        laboratory: vec![lab("creatinine", 70.0, "umol/L")],
        ..Facts::default()
    }
}

fn steps(facts: &Facts, anaesthesia: Anaesthesia, approved: bool) -> FromPreparation {
    let zone = TimeZone::get("Europe/Helsinki").unwrap();
    let booking = Booking {
        procedures: vec![BookedProcedure {
            id: ProcedureId::new("liver_parenchymal_biopsy").unwrap(),
            modality: vec![Modality::Ultrasound],
            anaesthesia: Some(anaesthesia),
            access: None,
            sheath: None,
            contrast: None,
        }],
        appointment: START,
        urgency: Urgency::Elective,
    };
    let as_of = date(2027, 3, 2).at(10, 0, 0, 0);
    let plan = preparation::plan(facts, &booking, &rules(), as_of, &zone).unwrap();
    let context = PlanContext {
        zone: &zone,
        start: START,
        laboratory: None,
        is_approved: &|_| approved,
    };
    from_preparation(&plan, &context).unwrap()
}

#[test]
fn a_held_medicine_has_its_last_dose_and_asks_before_the_restart() {
    let facts = patient(vec![taken("apixaban", "B01AF02", &["08:00", "20:00"])]);
    let told = steps(&facts, Anaesthesia::ModerateSedation, true);
    let hold = told.steps.iter().find_map(|step| match &step.value {
        Instruction::HoldMedicine {
            medicine,
            last_dose,
            ..
        } => Some((medicine.generic.clone(), format!("{last_dose:?}"))),
        _ => None,
    });
    let (name, last) = hold.unwrap_or_else(|| panic!("no hold in {told:?}"));
    assert_eq!(name, "apixaban");
    assert!(last.contains("2027-03-0"), "{last}");
    let fasts = told.steps.iter().filter(|step| {
        matches!(
            step.value,
            Instruction::NoFoodAfter(_) | Instruction::ClearFluidsUntil(_)
        )
    });
    assert_eq!(fasts.count(), 2, "{told:?}");
    assert!(
        told.steps
            .iter()
            .any(|step| matches!(step.value, Instruction::LaboratoryTests { .. }))
    );
}

#[test]
fn every_step_carries_whether_its_rule_is_approved() {
    let facts = patient(vec![taken("apixaban", "B01AF02", &["08:00", "20:00"])]);
    for (approved, standing) in [(true, Standing::Approved), (false, Standing::NotApproved)] {
        let told = steps(&facts, Anaesthesia::ModerateSedation, approved);
        assert!(told.steps.len() >= 4);
        assert!(told.steps.iter().all(|step| step.standing == standing));
    }
}

#[test]
fn a_medicine_that_nobody_knows_stays_a_question() {
    let facts = patient(vec![taken("zzz", "", &["08:00"])]);
    let told = steps(&facts, Anaesthesia::Local, true);
    let asks = |topic: &OpenTopic| matches!(topic, OpenTopic::Medicine(medicine) if medicine.generic == "zzz");
    assert!(told.open.iter().any(asks), "{told:?}");
}

#[test]
fn without_sedation_nobody_fasts() {
    let told = steps(&patient(Vec::new()), Anaesthesia::Local, true);
    let eats = |instruction: &Instruction| matches!(instruction, Instruction::NoFasting);
    assert!(told.steps.iter().any(|step| eats(&step.value)), "{told:?}");
}
