//! A case by hand: the right patient is found, the unknown one gets a tag, and two cases become one.

use crate::acting::*;
use crate::department::*;
use case::*;
use jiff::civil::date;
use model::{BirthDate, PatientIdentifier, PersonName, ProcedureId, Role, Sex};
use std::collections::BTreeMap;
use workflow::act_on_case::{ActError, act_on_case};
use workflow::case_file::load_case;
use workflow::find_patient::{Agrees, PatientSearch, find_patient};
use workflow::identify_patient::{IdentifyError, identify_patient};
use workflow::join_cases::{Join, JoinError, join_cases};
use workflow::open_case_by_hand::{ByHandError, CaseByHand, TAG_ISSUER, Whose, open_case_by_hand};
use workflow::{Patient, Site};

fn by_hand(whose: Whose) -> CaseByHand {
    CaseByHand {
        whose,
        referral: referral(&known_procedure()),
        emergency: None,
        another_because: String::new(),
    }
}

fn tag(number: &str) -> Whose {
    Whose::Unidentified {
        tag: text(number),
        sex: Sex::Unknown,
    }
}

fn known(patient: &Patient) -> Whose {
    Whose::Known {
        patient_key: patient.key.to_string(),
    }
}

fn number(value: &str) -> PatientIdentifier {
    PatientIdentifier::new(value, "TESTHOSP").unwrap()
}

/// A record of a known person, written as the order messages write it.
async fn person(
    department: &Department,
    key: &str,
    id: &str,
    family: &str,
    born: BirthDate,
) -> Patient {
    let mut patient = Patient::new(model::PatientKey::new(key).unwrap());
    patient.name = PersonName {
        family: text(family),
        given: text("Aino"),
        middle: String::new(),
    };
    patient.birth = born;
    patient.sex = Sex::Female;
    patient.identifiers.insert(number(id));
    let changes = patient
        .saved("patient_registered", department.desk.now(), "HIS", "hl7")
        .unwrap();
    let store = store::Store::open(&department.location).await.unwrap();
    store
        .writer
        .commit(store::Commit { changes })
        .await
        .unwrap();
    patient.version = 1;
    patient
}

#[tokio::test]
async fn two_things_must_agree_and_look_alikes_are_shown() {
    in_a_department(|department| async move {
        let born = BirthDate::Day(date(1949, 1, 12));
        person(&department, "a", "111", "Virtanen", born).await;
        person(
            &department,
            "b",
            "222",
            "Virtanen",
            BirthDate::Day(date(1949, 12, 1)),
        )
        .await;
        let search = |id: Option<&str>, family: &str, birth| PatientSearch {
            identifier: id.map(number),
            family: text(family),
            birth,
        };
        let nurse = staff(Role::IrNurse);
        let keys = |list: &[workflow::find_patient::Candidate]| -> Vec<String> {
            list.iter().map(|one| one.patient.key.to_string()).collect()
        };
        let found = find_patient(
            &department.desk,
            &nurse,
            &search(Some("111"), "virtanen", born),
        )
        .await
        .unwrap();
        assert_eq!(keys(&found.same), ["a"]);
        assert_eq!(keys(&found.look_alikes), ["b"]);
        let all = [Agrees::Identifier, Agrees::FamilyName, Agrees::BirthDate];
        assert_eq!(found.same[0].agrees, all.into());
        let one = find_patient(
            &department.desk,
            &nurse,
            &search(Some("222"), "", BirthDate::Unknown),
        )
        .await
        .unwrap();
        assert!(
            one.same.is_empty(),
            "one thing alone is not the same person"
        );
        assert_eq!(keys(&one.look_alikes), ["b"]);
        let searched = department
            .desk
            .query()
            .count(store::query::Table::Audit)
            .await
            .unwrap();
        assert_eq!(searched, 2, "each search left its row");
    })
    .await;
}

#[tokio::test]
async fn a_patient_nobody_knows_gets_a_tag_and_an_emergency() {
    in_a_department(|department| async move {
        let mut new = by_hand(tag("T-7"));
        new.emergency = Some(EmergencyEntry {
            urgency: EmergencyUrgency::WithinOneHour,
            referred_by: text("Dr Aho"),
            indication: text("infected obstructed kidney"),
            identity_known: Stated::No,
            minimum: vec![],
            steps: vec![],
        });
        let case = open_case_by_hand(&department.desk, &doctor(), &new)
            .await
            .unwrap();
        assert_eq!(case.state, State::Emergency);
        assert!(case.procedures[0].accession.is_some() && case.procedures[0].study.is_some());
        let query = department.desk.query();
        let found = query.cases_by_key("patient_tag", "T-7").await.unwrap();
        assert_eq!(found, [case.id.to_string()]);
        let patient = query
            .patient_by_identifier(TAG_ISSUER, "T-7")
            .await
            .unwrap()
            .unwrap();
        assert_eq!(patient.family, "UNIDENTIFIED");
        let again = open_case_by_hand(&department.desk, &doctor(), &new).await;
        assert!(matches!(again, Err(ByHandError::TagInUse(_))), "{again:?}");
        let empty = open_case_by_hand(&department.desk, &doctor(), &by_hand(tag(" "))).await;
        assert!(matches!(empty, Err(ByHandError::NotATag)), "{empty:?}");
    })
    .await;
}

#[tokio::test]
async fn a_second_case_for_the_same_is_asked_about_first() {
    in_a_department(|department| async move {
        let patient = person(&department, "a", "111", "Virtanen", BirthDate::Unknown).await;
        let first = open_case_by_hand(&department.desk, &doctor(), &by_hand(known(&patient)))
            .await
            .unwrap();
        let again = open_case_by_hand(&department.desk, &doctor(), &by_hand(known(&patient))).await;
        let Err(ByHandError::AlreadyOpen(open)) = again else {
            panic!("{again:?}");
        };
        assert_eq!(open, [first.id.to_string()]);
        let mut other = by_hand(known(&patient));
        other.another_because = text("the other kidney tomorrow");
        open_case_by_hand(&department.desk, &doctor(), &other)
            .await
            .unwrap();
        let nobody = Whose::Known {
            patient_key: text("nobody"),
        };
        let none = open_case_by_hand(&department.desk, &doctor(), &by_hand(nobody)).await;
        assert!(
            matches!(none, Err(ByHandError::NoSuchPatient(_))),
            "{none:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn an_entry_that_no_rule_knows_is_not_identified() {
    in_a_department(|department| async move {
        let mut new = by_hand(tag("T-8"));
        new.referral.procedures[0].what =
            What::Catalogue(ProcedureId::new("no_such_entry").unwrap());
        let case = open_case_by_hand(&department.desk, &doctor(), &new)
            .await
            .unwrap();
        assert_eq!(case.procedures[0].what, What::NotIdentified);
        let tasks = department
            .desk
            .query()
            .tasks_of_case(case.id.as_str())
            .await
            .unwrap();
        assert!(
            tasks
                .iter()
                .any(|task| task.kind == "procedure_not_identified")
        );
    })
    .await;
}

#[tokio::test]
async fn nobody_is_taken_in_before_the_site_is_set_up() {
    in_a_department_with(Site::unconfigured(), |department| async move {
        let refused = open_case_by_hand(&department.desk, &doctor(), &by_hand(tag("T-9"))).await;
        let Err(ByHandError::SiteNotConfigured(missing)) = refused else {
            panic!("{refused:?}");
        };
        assert_eq!(missing.len(), 5);
        assert_eq!(
            department
                .desk
                .query()
                .count(store::query::Table::Event)
                .await
                .unwrap(),
            0
        );
    })
    .await;
}

#[tokio::test]
async fn the_patient_with_the_tag_is_identified_and_the_two_cases_become_one() {
    in_a_department(|department| async move {
        let desk = &department.desk;
        let patient = person(&department, "a", "111", "Virtanen", BirthDate::Unknown).await;
        let ordered = open_case_by_hand(desk, &doctor(), &by_hand(known(&patient)))
            .await
            .unwrap();
        let tagged = open_case_by_hand(desk, &doctor(), &by_hand(tag("T-10")))
            .await
            .unwrap();
        let join = |into: &Case, from: &Case| Join {
            into: into.id.to_string(),
            into_version: into.version,
            from: from.id.to_string(),
            from_version: from.version,
            same: BTreeMap::from([(ProcedureNumber(1), ProcedureNumber(1))]),
        };
        let early = join_cases(desk, &doctor(), &join(&tagged, &ordered)).await;
        assert!(matches!(early, Err(JoinError::TwoPatients)), "{early:?}");
        let tag_key = tagged.patient.clone().unwrap().to_string();
        let moved = identify_patient(desk, &doctor(), &tag_key, "a")
            .await
            .unwrap();
        assert_eq!(moved[0].patient, Some(patient.key.clone()));
        let tag_number = PatientIdentifier::new("T-10", TAG_ISSUER).unwrap();
        let by_tag = Patient::find(desk.query(), &tag_number);
        assert_eq!(by_tag.await.unwrap().unwrap().key, patient.key);
        let tasks = desk
            .query()
            .tasks_of_case(tagged.id.as_str())
            .await
            .unwrap();
        assert!(
            tasks
                .iter()
                .any(|task| task.kind == "join_orders" && task.done.is_none())
        );

        let stale = join_cases(desk, &doctor(), &join(&tagged, &ordered)).await;
        assert!(
            matches!(stale, Err(JoinError::Act(ActError::Changed { .. }))),
            "{stale:?}"
        );
        let one = join_cases(desk, &doctor(), &join(&moved[0], &ordered))
            .await
            .unwrap();
        assert_eq!(
            one.procedures.len(),
            1,
            "the same procedure is not done twice"
        );
        assert_eq!(one.procedures[0].accession, ordered.procedures[0].accession);
        let ended = load_case(desk.query(), ordered.id.as_str())
            .await
            .unwrap()
            .unwrap();
        assert_eq!(
            (ended.state, ended.joined_into),
            (State::Closed, Some(one.id.clone()))
        );
        let tasks = desk
            .query()
            .tasks_of_case(tagged.id.as_str())
            .await
            .unwrap();
        assert!(
            tasks
                .iter()
                .all(|task| task.kind != "join_orders" || task.done.is_some())
        );
        let accession = ordered.procedures[0].accession.clone().unwrap();
        let found = desk
            .query()
            .cases_by_key("accession", accession.as_str())
            .await
            .unwrap();
        assert!(
            found.contains(&one.id.to_string()),
            "images under the order's number find the case"
        );
    })
    .await;
}

#[tokio::test]
async fn a_known_person_is_not_merged_by_hand() {
    in_a_department(|department| async move {
        person(&department, "a", "111", "Virtanen", BirthDate::Unknown).await;
        person(&department, "b", "222", "Virtanen", BirthDate::Unknown).await;
        let refused = identify_patient(&department.desk, &doctor(), "a", "b").await;
        assert!(
            matches!(refused, Err(IdentifyError::NotUnidentified)),
            "{refused:?}"
        );
        let same = identify_patient(&department.desk, &doctor(), "a", "a").await;
        assert!(matches!(same, Err(IdentifyError::SameRecord)), "{same:?}");
    })
    .await;
}

#[tokio::test]
async fn a_case_with_two_procedures_keeps_both_after_a_join() {
    in_a_department(|department| async move {
        let desk = &department.desk;
        let patient = person(&department, "a", "111", "Virtanen", BirthDate::Unknown).await;
        let first = open_case_by_hand(desk, &doctor(), &by_hand(known(&patient)))
            .await
            .unwrap();
        let mut second = by_hand(known(&patient));
        second.another_because = text("ordered apart");
        let second = open_case_by_hand(desk, &doctor(), &second).await.unwrap();
        let id = first.id.to_string();
        let vetted = act_on_case(desk, &doctor(), &id, None, &Command::Vet(protocol()))
            .await
            .unwrap();
        let slot = Command::Schedule(booking(&department, &vetted));
        let booked = act_on_case(desk, &doctor(), &id, None, &slot)
            .await
            .unwrap();
        let join = Join {
            into: id,
            into_version: booked.version,
            from: second.id.to_string(),
            from_version: second.version,
            same: BTreeMap::new(),
        };
        let one = join_cases(desk, &doctor(), &join).await.unwrap();
        assert_eq!(one.live().count(), 2);
        let filter = store::query::WorklistFilter::default();
        let steps = desk.query().worklist(&filter).await.unwrap();
        assert_eq!(steps.len(), 2, "both stand on the room's worklist");
    })
    .await;
}
