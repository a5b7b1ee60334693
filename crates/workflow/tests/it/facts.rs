//! What staff learn about a patient is kept once, whole, and nobody's writing is lost.

use crate::acting::*;
use crate::department::*;
use case::Command;
use model::{Kilogram, Role};
use store::query::Table;
use store::{Commit, Store};
use workflow::Patient;
use workflow::act_on_case::act_on_case;
use workflow::check_rows::check_rows;
use workflow::patient::Medicine;
use workflow::plan_open_cases::plan_open_cases;
use workflow::record_patient_facts::{FactsError, PatientFact, record_patient_facts};

fn takes(inn: &str) -> PatientFact {
    PatientFact::Medicine(Medicine {
        inn: text(inn),
        atc: String::new(),
        dose: text("5 mg"),
        times: vec![text("08:00")],
        indication: text("atrial fibrillation"),
    })
}

#[tokio::test]
async fn not_asked_and_none_are_two_answers() {
    in_a_department(|department| async move {
        let case = unidentified(&department, "T-200").await;
        let key = case.patient.unwrap().to_string();
        let desk = &department.desk;
        let before = Patient::load(desk.query(), &key).await.unwrap().unwrap();
        assert!(!before.facts.medicines_asked && !before.facts.allergies_asked);
        let nurse = staff(Role::IrNurse);
        let none = [PatientFact::NoMedicines, PatientFact::NoAllergies];
        record_patient_facts(desk, &nurse, &key, &none)
            .await
            .unwrap();
        let twice = [takes("apixaban"), takes("apixaban")];
        record_patient_facts(desk, &nurse, &key, &twice)
            .await
            .unwrap();
        let after = Patient::load(desk.query(), &key).await.unwrap().unwrap();
        assert!(after.facts.allergies_asked && after.facts.allergies.is_empty());
        assert_eq!(after.facts.medicines.len(), 1);
        let again = record_patient_facts(desk, &nurse, &key, &[takes("apixaban")])
            .await
            .unwrap();
        assert_eq!(
            again.version, after.version,
            "what is known already is no event"
        );
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_is_refused_whole() {
    in_a_department(|department| async move {
        let case = unidentified(&department, "T-201").await;
        let key = case.patient.unwrap().to_string();
        let weight = PatientFact::Weight {
            weight: Kilogram(-3.0),
            on: None,
        };
        let facts = [takes("warfarin"), weight];
        let refused = record_patient_facts(&department.desk, &doctor(), &key, &facts).await;
        assert!(
            matches!(refused, Err(FactsError::CannotBe(_))),
            "{refused:?}"
        );
        let stands = Patient::load(department.desk.query(), &key)
            .await
            .unwrap()
            .unwrap();
        assert!(stands.facts.medicines.is_empty());
        let nobody = record_patient_facts(&department.desk, &doctor(), "nobody", &[]).await;
        assert!(
            matches!(nobody, Err(FactsError::NoSuchPatient(_))),
            "{nobody:?}"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn facts_written_at_once_are_all_kept() {
    in_a_department(|department| async move {
        let case = unidentified(&department, "T-202").await;
        let key = case.patient.unwrap().to_string();
        let all: Vec<_> = (0..10)
            .map(|n| {
                let (desk, key) = (department.desk.clone(), key.clone());
                tokio::spawn(async move {
                    let fact = [takes(&format!("medicine-{n}"))];
                    record_patient_facts(&desk, &staff(Role::IrNurse), &key, &fact).await
                })
            })
            .collect();
        for one in all {
            one.await.unwrap().unwrap();
        }
        let stands = Patient::load(department.desk.query(), &key)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(stands.facts.medicines.len(), 10);
    })
    .await;
}

/// The process was killed after a message was committed and before the gate was worked out again.
#[tokio::test]
async fn a_gate_that_a_killed_process_left_behind_catches_up() {
    in_a_department(|department| async move {
        let desk = &department.desk;
        let case = unidentified(&department, "T-203").await;
        let id = case.id.to_string();
        let vet = Command::Vet(protocol());
        act_on_case(desk, &doctor(), &id, None, &vet).await.unwrap();
        let book = Command::Schedule(booking(&department, &case));
        act_on_case(desk, &staff(Role::Coordinator), &id, None, &book)
            .await
            .unwrap();
        let key = case.patient.unwrap().to_string();
        let mut patient = Patient::load(desk.query(), &key).await.unwrap().unwrap();
        patient.facts.allergies_asked = true;
        patient.facts.medicines_asked = true;
        let changes = patient
            .saved("changed", desk.now(), "HIS", "sender")
            .unwrap();
        let other = Store::open(&department.location).await.unwrap();
        other.writer.commit(Commit { changes }).await.unwrap();
        let asked = async || {
            let row = desk.query().case(&id).await.unwrap().unwrap();
            row.body.contains("medicines_not_asked")
        };
        assert!(asked().await, "the gate does not know of the answer yet");
        assert_eq!(plan_open_cases(desk).await.unwrap(), 0);
        assert!(!asked().await);
        let events = desk.query().count(Table::Event).await.unwrap();
        let planned = desk.query().plan(&id).await.unwrap().unwrap();
        plan_open_cases(desk).await.unwrap();
        assert_eq!(desk.query().count(Table::Event).await.unwrap(), events);
        assert_eq!(desk.query().plan(&id).await.unwrap().unwrap(), planned);
        assert_eq!(check_rows(desk).await.unwrap().wrong, Vec::<String>::new());
    })
    .await;
}
