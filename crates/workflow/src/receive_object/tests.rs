//! Objects on a desk with two patients and three cases, on SQLite.

use super::*;
use crate::act_on_case::{act_on_case, opened};
use crate::attach_object::{NotAttached, attach_object};
use crate::clock::Clock;
use crate::{Patient, Rules, Site};
use case::{
    BookedStep, Booking, NewProcedure, OrderNumbers, ProcedureNumber, Protocol, Referral,
    ScheduledStep, What,
};
use knowledge::pathway::Pathway;
use model::{
    AeTitle, BleedingClass, Gray, Laterality, Modality, PatientIdentifier, ProcedureId, Urgency,
};
use std::collections::BTreeMap;
use std::sync::Arc;
use store::Store;
use store::database::Location;

#[derive(Debug)]
struct FixedClock;

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        "2026-06-01T09:00:00Z".parse().unwrap()
    }
}

/// A department; the folder lives as long as this.
struct Department {
    desk: Desk,
    _folder: tempfile::TempDir,
}

async fn department() -> Department {
    let folder = tempfile::tempdir().unwrap();
    let location = Location {
        database: None,
        folder: folder.path().to_owned(),
    };
    let store = Store::open(&location).await.unwrap();
    let files: BTreeMap<String, String> = testkit::shipped_rules::files().into_iter().collect();
    let pathway = Pathway::read(|path| files.get(path).cloned()).unwrap();
    let rules = Rules::new(
        testkit::shipped_rules::rule_book().clone(),
        pathway,
        testkit::shipped_rules::dose_rules(),
    );
    let mut site = Site::unconfigured();
    site.patient_issuer = Some("HOSP".to_owned());
    let desk = Desk::new(store, Arc::new(FixedClock), Arc::new(site), Arc::new(rules));
    Department {
        desk,
        _folder: folder,
    }
}

fn coordinator(role: Role) -> Actor {
    Actor::Staff {
        user: "t".to_owned(),
        name: "Test".to_owned(),
        role,
    }
}

/// Registers a patient and opens a case with an accession number and a study UID made of `name`.
async fn case_for(desk: &Desk, patient_id: &str, name: &str, start: Option<&str>) -> String {
    let identifier = PatientIdentifier::new(patient_id, "HOSP").unwrap();
    let known = Patient::find(desk.query(), &identifier).await.unwrap();
    let mut changes = Vec::new();
    let patient = match known {
        Some(patient) => patient,
        None => {
            let mut patient = Patient::new(desk.new_patient_key().await.unwrap());
            patient.identifiers.insert(identifier);
            changes = patient
                .saved("patient_registered", desk.now(), "t", "t")
                .unwrap();
            desk.commit(Commit {
                changes: std::mem::take(&mut changes),
            })
            .await
            .unwrap();
            patient
        }
    };
    let refer = Command::Refer(Referral {
        patient: patient.key.clone(),
        procedures: vec![NewProcedure {
            what: What::Catalogue(ProcedureId::new("biopsy_liver").unwrap()),
            sender_code: None,
            side: Laterality::NotApplicable,
            site: String::new(),
            accession: AccessionNumber::new(&format!("A{name}")).ok(),
            study: StudyUid::new(&format!("1.2.{name}")).ok(),
            orders: OrderNumbers::default(),
        }],
        urgency: Urgency::Elective,
        indication: "lesion".to_owned(),
        referrer: "VIRTA".to_owned(),
        result_to: "VIRTA".to_owned(),
        wanted_at: None,
        statements: Vec::new(),
        index_case: None,
    });
    let sender = Actor::Sender {
        door: Door::Hl7,
        name: "RIS".to_owned(),
    };
    let (case, opening) = opened(desk, &sender, &patient, &refer).await.unwrap();
    changes.extend(opening);
    desk.commit(Commit { changes }).await.unwrap();
    let id = case.id.to_string();
    if let Some(start) = start {
        book(desk, &id, start).await;
    }
    id
}

async fn book(desk: &Desk, id: &str, start: &str) {
    let vet = Command::Vet(Protocol {
        modality: Modality::Ct,
        bleeding_class: BleedingClass::High,
        access: "right intercostal".to_owned(),
        anaesthesia: "local".to_owned(),
        contrast: String::new(),
        devices: String::new(),
        setting: "day_case".to_owned(),
        room_minutes: 60,
        antibiotic: String::new(),
        observation_bundle: String::new(),
        justification: "diagnosis".to_owned(),
    });
    act_on_case(desk, &coordinator(Role::Radiologist), id, None, &vet)
        .await
        .unwrap();
    let booking = Command::Schedule(Booking {
        steps: vec![BookedStep {
            procedure: ProcedureNumber(1),
            step: ScheduledStep {
                step_id: String::new(),
                room: "CT 1".to_owned(),
                station: AeTitle::new("CT1").unwrap(),
                start: start.parse().unwrap(),
                duration_minutes: 60,
                modality: Modality::Ct,
            },
        }],
        team: "A".to_owned(),
        bed: String::new(),
        anaesthesia_slot: String::new(),
    });
    act_on_case(desk, &coordinator(Role::Coordinator), id, None, &booking)
        .await
        .unwrap();
}

fn object(instance: &str) -> ReceivedObject {
    ReceivedObject {
        sop_class_uid: "1.2.840.10008.5.1.4.1.1.2".to_owned(),
        sop_instance_uid: instance.to_owned(),
        transfer_syntax: "1.2.840.10008.1.2.1".to_owned(),
        study_uid: String::new(),
        series_uid: String::new(),
        patient_id: String::new(),
        issuer_of_patient_id: String::new(),
        patient_name: PersonName::default(),
        birth_date: BirthDate::Unknown,
        accession_number: String::new(),
        modality: "CT".to_owned(),
        description: String::new(),
        study_date: None,
        kind: ObjectKind::Image,
        sender: "CT1".to_owned(),
        flaw: String::new(),
        bytes: ObjectBytes::Memory(Bytes::from(format!("bytes of {instance}"))),
    }
}

fn report(instance: &str) -> ReceivedObject {
    let totals = DoseTotals {
        ka_r: Some(Gray(0.5)),
        ..DoseTotals::default()
    };
    ReceivedObject {
        kind: ObjectKind::DoseReport(Ok(totals)),
        ..object(instance)
    }
}

/// What an object says of itself, and which case must have it (by its name in the test), or the words of the
/// reason.
struct Expected<'a> {
    study: &'a str,
    accession: &'a str,
    patient_id: &'a str,
    issuer: &'a str,
    day: &'a str,
    goes_to: Result<&'a str, &'a str>,
}

#[tokio::test]
async fn objects_go_by_study_then_accession_then_patient_and_contradictions_wait() {
    let department = department().await;
    let desk = &department.desk;
    let first = case_for(desk, "P1", "11", Some("2026-06-01T10:00:00Z")).await;
    let second = case_for(desk, "P2", "22", Some("2026-06-01T11:00:00Z")).await;
    let row = |study, accession, patient_id, issuer, day, goes_to| Expected {
        study,
        accession,
        patient_id,
        issuer,
        day,
        goes_to,
    };
    let (one, two) = (Ok(first.as_str()), Ok(second.as_str()));
    let rows = [
        row("1.2.11", "", "", "", "", one),
        row("1.2.11", "A11", "P1", "HOSP", "", one),
        row("1.2.11", "unknown", "P1", "", "", one),
        row("1.2.99", "A22", "P2", "", "", two),
        row("1.2.98", "A22", "", "", "2019-01-01", two),
        row("1.2.97", "", "P1", "HOSP", "2026-06-01", one),
        row("1.2.96", "", "P1", "", "", one),
        row("1.2.95", "", "P1", "", "2026-06-02", one),
        // Another hospital's number of that value is nobody's here; with a study UID it contradicts nothing.
        row("1.2.11", "", "P2", "OTHER", "", one),
        row(
            "1.2.94",
            "",
            "P1",
            "OTHER",
            "",
            Err("no study UID, accession number or patient id of ours"),
        ),
        row(
            "1.2.11",
            "A22",
            "",
            "",
            "",
            Err("the study UID is that of case"),
        ),
        row("1.2.11", "", "P2", "", "", Err("another patient's")),
        row("1.2.11", "", "P9", "", "", Err("not that of its patient")),
        row("1.2.93", "A22", "P1", "", "", Err("another patient's")),
        row(
            "1.2.92",
            "",
            "P1",
            "",
            "2026-05-01",
            Err("no open case on the day of the study (2026-05-01)"),
        ),
        row(
            "1.2.91",
            "",
            "P9",
            "",
            "",
            Err("no study UID, accession number or patient id of ours"),
        ),
        row("", "", "", "", "", Err("no patient id")),
    ];
    for (n, expected) in rows.iter().enumerate() {
        let instance = format!("9.{n}");
        let sent = ReceivedObject {
            study_uid: expected.study.to_owned(),
            accession_number: expected.accession.to_owned(),
            patient_id: expected.patient_id.to_owned(),
            issuer_of_patient_id: expected.issuer.to_owned(),
            study_date: expected.day.parse().ok(),
            // The name is the other patient's and changes nothing.
            patient_name: PersonName {
                family: "DEMO".to_owned(),
                ..PersonName::default()
            },
            ..object(&instance)
        };
        let received = receive_object(desk, sent).await.unwrap();
        let stored = desk.query().object(&instance).await.unwrap().remove(0);
        let reason = ObjectSummary::read(&stored.body).reason;
        match expected.goes_to {
            Ok(case) => assert_eq!(received.case_id.as_deref(), Some(case), "row {n}: {reason}"),
            Err(words) => {
                assert_eq!(received.case_id, None, "row {n}");
                assert!(reason.contains(words), "row {n}: {reason}");
            }
        }
        assert_eq!(stored.case_id, received.case_id.unwrap_or_default());
    }
    let unmatched = desk.query().unmatched().await.unwrap();
    assert_eq!(
        unmatched.len(),
        rows.iter().filter(|row| row.goes_to.is_err()).count()
    );
}

#[tokio::test]
async fn two_cases_on_one_day_are_a_question_for_a_person() {
    let department = department().await;
    let desk = &department.desk;
    case_for(desk, "P1", "11", Some("2026-06-01T10:00:00Z")).await;
    case_for(desk, "P1", "12", Some("2026-06-01T13:00:00Z")).await;
    let sent = ReceivedObject {
        patient_id: "P1".to_owned(),
        ..object("9.1")
    };
    assert_eq!(receive_object(desk, sent).await.unwrap().case_id, None);
}

#[tokio::test]
async fn a_dose_report_reaches_the_case_once_and_many_objects_are_one_study() {
    let department = department().await;
    let desk = &department.desk;
    let id = case_for(desk, "P1", "11", None).await;
    for n in 0..3 {
        let sent = ReceivedObject {
            study_uid: "1.2.11".to_owned(),
            ..object(&format!("9.{n}"))
        };
        receive_object(desk, sent).await.unwrap();
    }
    let sent = ReceivedObject {
        study_uid: "1.2.11".to_owned(),
        ..report("9.7")
    };
    let first = receive_object(desk, sent.clone()).await.unwrap();
    let again = receive_object(desk, sent).await.unwrap();
    assert_eq!(
        (first.version, again.version),
        (Version::New, Version::Again)
    );
    assert_eq!(again.case_id.as_deref(), Some(id.as_str()));
    let case = load_case(desk.query(), &id).await.unwrap().unwrap();
    assert_eq!(case.studies.len(), 1);
    assert_eq!(case.doses.len(), 1);
    assert_eq!(case.doses[0].totals.ka_r, Some(Gray(0.5)));
    assert_eq!(case.doses[0].totals.dlp, None);
    assert_eq!(desk.query().objects_of_case(&id).await.unwrap().len(), 4);
}

#[tokio::test]
async fn objects_of_one_study_that_come_at_once_are_all_there() {
    let department = department().await;
    let desk = &department.desk;
    let id = case_for(desk, "P1", "11", None).await;
    let sent = (0..24).map(|n| {
        let desk = desk.clone();
        let make = if n % 4 == 0 { report } else { object };
        let object = ReceivedObject {
            study_uid: "1.2.11".to_owned(),
            ..make(&format!("9.{n}"))
        };
        tokio::spawn(async move { receive_object(&desk, object).await.unwrap().case_id })
    });
    for done in sent.collect::<Vec<_>>() {
        assert_eq!(done.await.unwrap(), Some(id.clone()));
    }
    let case = load_case(desk.query(), &id).await.unwrap().unwrap();
    assert_eq!((case.studies.len(), case.doses.len()), (1, 6));
    assert_eq!(desk.query().objects_of_case(&id).await.unwrap().len(), 24);
}

#[tokio::test]
async fn other_bytes_under_one_uid_are_kept_beside_and_a_task_says_so() {
    let department = department().await;
    let desk = &department.desk;
    let id = case_for(desk, "P1", "11", None).await;
    let sent = ReceivedObject {
        study_uid: "1.2.11".to_owned(),
        ..object("9.1")
    };
    receive_object(desk, sent.clone()).await.unwrap();
    let other = ReceivedObject {
        bytes: ObjectBytes::Memory(Bytes::from_static(b"other")),
        ..sent
    };
    let received = receive_object(desk, other).await.unwrap();
    assert_eq!(received.version, Version::Further);
    let versions = desk.query().object("9.1").await.unwrap();
    let flags: Vec<bool> = versions
        .iter()
        .map(|row| ObjectSummary::read(&row.body).is_further_version)
        .collect();
    assert_eq!(flags.iter().filter(|flag| **flag).count(), 1);
    for row in &versions {
        let key = ObjectKey::parse(&row.sha256).unwrap();
        assert!(desk.objects().get(&key).is_ok());
    }
    let tasks = desk.query().tasks_of_case(&id).await.unwrap();
    assert!(
        tasks
            .iter()
            .any(|task| task.kind == "object_further_version")
    );
}

#[tokio::test]
async fn a_report_that_cannot_be_read_is_filed_with_a_task_for_the_physicist() {
    let department = department().await;
    let desk = &department.desk;
    let id = case_for(desk, "P1", "11", None).await;
    let kind = ObjectKind::DoseReport(Err("cut off".to_owned()));
    let sent = ReceivedObject {
        study_uid: "1.2.11".to_owned(),
        kind,
        ..object("9.1")
    };
    receive_object(desk, sent).await.unwrap();
    let case = load_case(desk.query(), &id).await.unwrap().unwrap();
    assert!(case.doses.is_empty());
    let tasks = desk.query().tasks_of_case(&id).await.unwrap();
    let task = tasks
        .iter()
        .find(|task| task.kind == "dose_report_unreadable")
        .unwrap();
    assert_eq!(task.owner, "physicist");
    assert!(!task.patient_key.is_empty());
}

#[tokio::test]
async fn staff_attach_a_study_and_what_comes_later_of_it_follows() {
    let department = department().await;
    let desk = &department.desk;
    let id = case_for(desk, "P1", "11", None).await;
    let other = case_for(desk, "P2", "22", None).await;
    let stray = |make: fn(&str) -> ReceivedObject, instance: &str| ReceivedObject {
        study_uid: "1.2.77".to_owned(),
        patient_id: "P9".to_owned(),
        ..make(instance)
    };
    receive_object(desk, stray(object, "9.1")).await.unwrap();
    receive_object(desk, stray(report, "9.2")).await.unwrap();
    let by = coordinator(Role::Radiographer);
    assert_eq!(attach_object(desk, &by, "9.1", &id).await.unwrap(), 2);
    assert!(desk.query().unmatched().await.unwrap().is_empty());
    let case = load_case(desk.query(), &id).await.unwrap().unwrap();
    assert_eq!((case.studies.len(), case.doses.len()), (1, 1));
    let audit = desk.query().audit(50).await.unwrap();
    assert!(audit.iter().any(|row| row.action == "attach_object"
        && row.case_id == id
        && row.role == "radiographer"
        && row.patient_key == case.patient.as_ref().unwrap().as_str()));

    // The patient id still is not the case's: what a person has said for this study holds.
    let later = receive_object(desk, stray(report, "9.3")).await.unwrap();
    assert_eq!(later.case_id.as_deref(), Some(id.as_str()));
    let with_other_id = ReceivedObject {
        patient_id: "P2".to_owned(),
        ..stray(object, "9.4")
    };
    assert_eq!(
        receive_object(desk, with_other_id).await.unwrap().case_id,
        None
    );

    let taken = attach_object(desk, &by, "9.1", &other).await;
    assert!(matches!(taken, Err(NotAttached::Taken(case)) if case == id));
    let nothing = attach_object(desk, &by, "9.99", &id).await;
    assert!(matches!(nothing, Err(NotAttached::NoSuchObject)));
    let nowhere = attach_object(desk, &by, "9.4", "26-999999").await;
    assert!(matches!(
        nowhere,
        Err(NotAttached::Act(ActError::NoSuchCase(_)))
    ));
}

#[tokio::test]
async fn an_object_that_came_before_its_order_finds_its_case_later() {
    let department = department().await;
    let desk = &department.desk;
    let sent = ReceivedObject {
        study_uid: "1.2.11".to_owned(),
        ..report("9.1")
    };
    assert_eq!(receive_object(desk, sent).await.unwrap().case_id, None);
    assert_eq!(match_again(desk).await.unwrap(), 0);
    let id = case_for(desk, "P1", "11", None).await;
    assert_eq!(match_again(desk).await.unwrap(), 1);
    let case = load_case(desk.query(), &id).await.unwrap().unwrap();
    assert_eq!(case.doses.len(), 1);
    assert!(desk.query().unmatched().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_demonstration_object_is_not_taken_by_a_real_department() {
    let department = department().await;
    let root = crate::new_numbers::DEMONSTRATION_STUDY_ROOT;
    let by_study = ReceivedObject {
        study_uid: format!("{root}5"),
        ..object("9.1")
    };
    let mut by_name = object("9.1");
    "DEMO-Virta".clone_into(&mut by_name.patient_name.family);
    for sent in [by_study, by_name] {
        let refused = receive_object(&department.desk, sent).await;
        assert!(matches!(refused, Err(NotReceived::Demonstration)));
    }
    let kept = department.desk.query().object("9.1").await.unwrap();
    assert!(kept.is_empty());
}

#[tokio::test]
async fn a_file_that_arrived_in_the_folder_is_taken_over() {
    let department = department().await;
    let desk = &department.desk;
    let path = desk.objects().arriving().join("incoming-1-0.part");
    std::fs::write(&path, b"long object").unwrap();
    let sent = ReceivedObject {
        bytes: ObjectBytes::File(path.clone()),
        ..object("9.1")
    };
    receive_object(desk, sent).await.unwrap();
    assert!(!path.exists());
    let row = desk.query().object("9.1").await.unwrap().remove(0);
    let key = ObjectKey::parse(&row.sha256).unwrap();
    assert_eq!(desk.objects().get(&key).unwrap(), b"long object");
    assert_eq!(row.bytes, 11);
}

#[tokio::test]
async fn what_a_modality_was_shown_is_in_the_audit() {
    let department = department().await;
    let desk = &department.desk;
    let ids = ["26-000001".to_owned(), "26-000002".to_owned()];
    worklist_shown(desk, "ANGIO1", &ids, desk.now())
        .await
        .unwrap();
    worklist_shown(desk, "ANGIO1", &[], desk.now())
        .await
        .unwrap();
    let audit = desk.query().audit(5).await.unwrap();
    assert_eq!(audit.len(), 1);
    assert_eq!(
        (audit[0].actor.as_str(), audit[0].action.as_str()),
        ("ANGIO1", "answer_worklist")
    );
    assert_eq!(audit[0].detail, "26-000001 26-000002");
}
