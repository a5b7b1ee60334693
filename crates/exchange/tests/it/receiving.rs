//! Messages through the real store: what the department has afterwards.

use crate::department::{Department, site};
use model::PatientIdentifier;
use workflow::{Patient, Site};

/// A message of the hospital's system; `|` of the segments as given.
fn message(kind: &str, id: &str, segments: &[&str]) -> String {
    let mut text = format!("MSH|^~\\&|HIS|WARD|IR|HOSP|20270112083000||{kind}|{id}|P|2.5.1\r");
    for segment in segments {
        text.push_str(segment);
        text.push('\r');
    }
    text
}

const PID: &str = "PID|1||H1^^^RIVER^MR||Testi^Aino||19580412|F";

async fn patient(department: &Department, value: &str) -> Option<Patient> {
    let identifier = PatientIdentifier::new(value, "RIVER").unwrap();
    Patient::find(department.desk.query(), &identifier)
        .await
        .unwrap()
}

fn order(id: &str, control: &str, number: &str, more: &[&str]) -> String {
    let orc = format!("ORC|{control}|{number}");
    let obr = format!("OBR|1|{number}||kidney_native_biopsy^Kidney biopsy^99SELDINGER");
    let segments: Vec<&str> = [PID, &orc, &obr]
        .into_iter()
        .chain(more.iter().copied())
        .collect();
    message("ORM^O01", id, &segments)
}

#[tokio::test]
async fn an_order_makes_a_case_and_the_same_message_again_changes_nothing() {
    let ir = Department::open(site()).await;
    let text = order("C1", "NW", "P1", &[]);
    assert_eq!(ir.send(&text).await, "AA");
    assert_eq!(ir.states().await, ["referred"]);
    let case = ir.case(0).await;
    let procedure = case.live().next().unwrap();
    assert!(procedure.is_identified());
    assert_eq!(procedure.orders.placer.as_deref(), Some("P1"));
    assert_eq!(procedure.accession.as_ref().unwrap().as_str(), "S27000001");
    assert!(procedure.study.is_some());
    let before = ir.counts().await;
    assert_eq!(ir.send(&text).await, "AA");
    assert_eq!(ir.counts().await, before);
}

#[tokio::test]
async fn a_number_used_again_for_another_message_is_another_message() {
    let ir = Department::open(site()).await;
    ir.send(&order("C1", "NW", "P1", &[])).await;
    let other = order("C1", "NW", "P2", &[]);
    assert_eq!(ir.send(&other).await, "AA");
    assert_eq!(ir.cases().await.len(), 2);
    let before = ir.counts().await;
    assert_eq!(ir.send(&other).await, "AA");
    assert_eq!(ir.counts().await, before);
}

#[tokio::test]
async fn a_changed_order_changes_its_case_and_a_cancelled_one_ends_it() {
    let ir = Department::open(site()).await;
    ir.send(&order("C1", "NW", "P1", &[])).await;
    let unmapped = message(
        "ORM^O01",
        "C2",
        &[PID, "ORC|XO|P1", "OBR|1|P1||NK6^Kidney^L|||||||||||^^^^L"],
    );
    assert_eq!(ir.send(&unmapped).await, "AA");
    let case = ir.case(0).await;
    let procedure = case.live().next().unwrap();
    assert!(!procedure.is_identified());
    assert_eq!(procedure.side, model::Laterality::Left);
    assert_eq!(ir.task_kinds().await, ["procedure_not_identified"]);
    assert_eq!(ir.send(&order("C3", "CA", "P1", &[])).await, "AA");
    assert_eq!(ir.states().await, ["cancelled"]);
    assert_eq!(ir.task_kinds().await, ["order_cancelled"]);
    let again = ir.send(&order("C4", "CA", "P1", &[])).await;
    assert_eq!(again, "AA the case of this order has ended already");
    let after_end = ir.send(&order("C5", "XO", "P1", &[])).await;
    assert_eq!(
        after_end,
        "AA the case of this order has ended, a task was opened"
    );
    assert_eq!(ir.cases().await.len(), 1);
}

#[tokio::test]
async fn an_unmapped_procedure_makes_the_case_and_a_task() {
    let ir = Department::open(site()).await;
    let text = message(
        "ORM^O01",
        "C1",
        &[PID, "ORC|NW|P1", "OBR|1|P1||NK6^Kidney^L"],
    );
    assert_eq!(ir.send(&text).await, "AA");
    assert_eq!(ir.states().await, ["referred"]);
    let tasks = ir.tasks().await;
    assert_eq!(tasks[0].kind, "procedure_not_identified");
    assert_eq!(tasks[0].case_id, ir.cases().await[0].case_id);
}

#[tokio::test]
async fn the_sites_own_table_maps_the_hospitals_codes() {
    let key = ("L".to_owned(), "NK6".to_owned());
    let id = model::ProcedureId::new("kidney_native_biopsy").unwrap();
    let ir = Department::open(Site {
        procedure_codes: [(key, id)].into(),
        ..site()
    })
    .await;
    let text = message(
        "ORM^O01",
        "C1",
        &[PID, "ORC|NW|P1", "OBR|1|P1||NK6^Kidney^L"],
    );
    ir.send(&text).await;
    assert!(ir.case(0).await.live().all(case::Procedure::is_identified));
}

#[tokio::test]
async fn orders_of_one_group_are_one_case_with_several_procedures() {
    let ir = Department::open(site()).await;
    let text = message(
        "ORM^O01",
        "C1",
        &[
            PID,
            "ORC|NW|P1||G1",
            "OBR|1|P1||X^X^L",
            "ORC|NW|P2||G1",
            "OBR|2|P2||Y^Y^L",
            "ORC|NW|P3",
            "OBR|3|P3||Z^Z^L",
        ],
    );
    assert_eq!(ir.send(&text).await, "AA");
    let first = ir.case(0).await.live().count();
    let second = ir.case(1).await.live().count();
    assert_eq!((first, second, ir.cases().await.len()), (2, 1, 2));
}

#[tokio::test]
async fn a_cancellation_without_its_order_is_a_task() {
    let ir = Department::open(site()).await;
    let got = ir.send(&order("C1", "CA", "P9", &[])).await;
    assert_eq!(
        got,
        "AA no case has the order that is cancelled, a task was opened"
    );
    assert_eq!(ir.task_kinds().await, ["cancelled_order_unknown"]);
}

#[tokio::test]
async fn the_same_order_number_of_another_patient_is_another_order() {
    let ir = Department::open(site()).await;
    ir.send(&order("C1", "NW", "P1", &[])).await;
    let other = order("C2", "CA", "P1", &[]).replace("H1^^^RIVER", "H2^^^RIVER");
    ir.send(&other).await;
    assert_eq!(ir.states().await, ["referred"]);
}

#[tokio::test]
async fn nobody_is_taken_before_the_site_is_set_up_and_nothing_is_lost() {
    let ir = Department::open(Site::unconfigured()).await;
    let text = order("C1", "NW", "P1", &[]);
    let got = ir.send(&text).await;
    assert!(
        got.starts_with("AE PID-3: no real patient is taken before"),
        "{got}"
    );
    assert!(got.contains("hospital.time_zone"), "{got}");
    ir.send(&text).await;
    let waiting = ir.desk.query().quarantine().await.unwrap();
    assert_eq!(waiting.len(), 1);
    assert_eq!(ir.cases().await.len(), 0);

    let ir = ir.reopen(site()).await;
    let by = case::Actor::Staff {
        user: "kaisa".to_owned(),
        name: "Kaisa".to_owned(),
        role: model::Role::Coordinator,
    };
    let entry = waiting[0].entry;
    let words = workflow::receive_message::ReadAgain::read_again(&ir.door, entry, &by).await;
    assert_eq!(words.unwrap(), "taken now");
    assert_eq!(ir.states().await, ["referred"]);
    assert_eq!(ir.desk.query().quarantine().await.unwrap().len(), 0);
    assert_eq!(ir.send(&text).await, "AA");
    assert_eq!(ir.cases().await.len(), 1);
}

#[tokio::test]
async fn a_demonstration_patient_is_refused_by_a_real_database_only() {
    let demo = order("C1", "NW", "P1", &[]).replace("Testi^", "DEMO-Testi^");
    let ir = Department::open(site()).await;
    let got = ir.send(&demo).await;
    assert_eq!(
        got,
        "AR PID-5: a patient of the demonstration is not taken by a real database"
    );
    let study = format!("ZDS|{}7", workflow::new_numbers::DEMONSTRATION_STUDY_ROOT);
    let got = ir.send(&order("C2", "NW", "P2", &[&study])).await;
    assert!(
        got.starts_with("AR IPC-3: a study of the demonstration"),
        "{got}"
    );
    assert_eq!(
        ir.counts()
            .await
            .iter()
            .find(|c| c.0 == "patient")
            .unwrap()
            .1,
        0
    );

    let ir = Department::open(Site {
        demonstration: true,
        ..Site::unconfigured()
    })
    .await;
    assert_eq!(ir.send(&demo).await, "AA");
    let made = ir.case(0).await;
    let study = made.live().next().unwrap().study.clone().unwrap();
    assert!(workflow::new_numbers::is_demonstration_study(
        study.as_str()
    ));
    assert_eq!(ir.send(&order("C3", "NW", "P3", &[])).await, "AA");
}

#[tokio::test]
async fn laboratory_values_are_kept_and_an_unmapped_code_is_a_task() {
    let ir = Department::open(site()).await;
    let text = message(
        "ORU^R01",
        "C1",
        &[
            PID,
            "OBR|1|L1|F1|COAG|||202701110700",
            "OBX|1|NM|6301-6^INR^LN||1.9||||||F",
            "OBX|2|NM|Q77^Strange^L||3|x|||||F",
        ],
    );
    assert_eq!(ir.send(&text).await, "AA");
    let key = patient(&ir, "H1").await.unwrap().key;
    let standing = async || {
        let rows = ir.desk.query().laboratory(key.as_str()).await.unwrap();
        workflow::laboratory::standing(&rows)
    };
    assert_eq!(standing().await.len(), 2);
    assert_eq!(ir.task_kinds().await, ["laboratory_code_not_mapped"]);
    let corrected = text
        .replace("|C1|", "|C2|")
        .replace("||1.9||||||F", "||1.2||||||C");
    ir.send(&corrected).await;
    let inr: Vec<String> = standing()
        .await
        .into_iter()
        .filter(|v| v.analyte.as_deref() == Some("inr"))
        .map(|v| v.value)
        .collect();
    assert_eq!(inr, ["1.2"]);
    assert_eq!(ir.task_kinds().await.len(), 1);
    let before = ir
        .counts()
        .await
        .iter()
        .find(|c| c.0 == "laboratory")
        .unwrap()
        .1;
    ir.send(&corrected.replace("|C2|", "|C3|")).await;
    assert_eq!(
        ir.counts()
            .await
            .iter()
            .find(|c| c.0 == "laboratory")
            .unwrap()
            .1,
        before
    );
}

#[tokio::test]
async fn an_appointment_elsewhere_is_a_task_and_moves_nothing() {
    let ir = Department::open(site()).await;
    ir.send(&order("C1", "NW", "P1", &[])).await;
    let version = ir.cases().await[0].version;
    let siu = |trigger: &str, id: &str, time: &str| {
        let sch = "SCH|A1^HIS|||||||||||||||||||||||||P1";
        let ais = format!("AIS|1||X^Kidney biopsy^L|{time}");
        message(&format!("SIU^{trigger}"), id, &[PID, sch, &ais])
    };
    assert_eq!(ir.send(&siu("S12", "C2", "202701200900")).await, "AA");
    assert_eq!(ir.send(&siu("S13", "C3", "202701210900")).await, "AA");
    let tasks = ir.tasks().await;
    assert_eq!(tasks.len(), 1);
    let expected = "HIS WARD says: appointment moved, 2027-01-21 09:00; Kidney biopsy";
    assert_eq!(tasks[0].words, expected);
    assert_eq!(tasks[0].case_id, ir.cases().await[0].case_id);
    assert_eq!(ir.cases().await[0].version, version);
}

#[tokio::test]
async fn a_recorded_death_reaches_every_open_case_at_once() {
    let ir = Department::open(site()).await;
    ir.send(&order("C1", "NW", "P1", &[])).await;
    ir.send(&order("C2", "NW", "P2", &[])).await;
    let pid = format!("{PID}{}20270111|Y", "|".repeat(21));
    let text = message("ADT^A08", "C3", &[&pid]);
    assert_eq!(ir.send(&text).await, "AA");
    assert!(patient(&ir, "H1").await.unwrap().deceased);
    for index in 0..2 {
        assert!(ir.case(index).await.death.is_some());
    }
    assert_eq!(ir.task_kinds().await, ["death_recorded", "death_recorded"]);
    let alive = message("ADT^A08", "C4", &[&pid.replace("20270111|Y", "|N")]);
    ir.send(&alive).await;
    assert!(patient(&ir, "H1").await.unwrap().deceased);
    assert!(
        ir.task_kinds()
            .await
            .contains(&"death_contradicted".to_owned())
    );
}

#[tokio::test]
async fn a_merge_joins_records_cases_and_values() {
    let ir = Department::open(site()).await;
    ir.send(&order("C1", "NW", "P1", &[])).await;
    let lab = message(
        "ORU^R01",
        "C2",
        &[
            PID,
            "OBR|1|||X|||2027011107",
            "OBX|1|NM|6301-6^INR^LN||1.1||||||F",
        ],
    );
    ir.send(&lab).await;
    let merge = message(
        "ADT^A40",
        "C3",
        &[&PID.replace("H1", "H2"), "MRG|H1^^^RIVER"],
    );
    assert_eq!(ir.send(&merge).await, "AA");
    let survivor = patient(&ir, "H2").await.unwrap();
    assert_eq!(patient(&ir, "H1").await.unwrap().key, survivor.key);
    assert_eq!(ir.case(0).await.patient.unwrap(), survivor.key);
    let values = ir
        .desk
        .query()
        .laboratory(survivor.key.as_str())
        .await
        .unwrap();
    assert_eq!(values.len(), 1);
    let before = ir.counts().await;
    assert_eq!(ir.send(&merge).await, "AA");
    assert_eq!(ir.counts().await, before);
    assert_eq!(ir.send(&order("C4", "CA", "P1", &[])).await, "AA");
    assert_eq!(ir.states().await, ["cancelled"]);
}

#[tokio::test]
async fn a_changed_identifier_leads_nobody_to_the_old_record() {
    let ir = Department::open(site()).await;
    ir.send(&order("C1", "NW", "P1", &[])).await;
    let key = patient(&ir, "H1").await.unwrap().key;
    let change = message(
        "ADT^A47",
        "C2",
        &[&PID.replace("H1", "H2"), "MRG|H1^^^RIVER"],
    );
    assert_eq!(ir.send(&change).await, "AA");
    assert_eq!(patient(&ir, "H2").await.unwrap().key, key);
    assert!(patient(&ir, "H1").await.is_none());
    ir.send(&message("ADT^A04", "C3", &[&PID.replace("Aino", "Iida")]))
        .await;
    assert_ne!(patient(&ir, "H1").await.unwrap().key, key);
    let again = message("ADT^A47", "C4", &[PID, "MRG|H2^^^RIVER"]);
    let got = ir.send(&again).await;
    assert!(
        got.starts_with("AE PID-3: the new identifier belongs to another record"),
        "{got}"
    );
}

#[tokio::test]
async fn two_records_are_never_joined_by_a_shared_second_identifier_alone() {
    let ir = Department::open(site()).await;
    let pid = |first: &str, name: &str, born: &str| {
        format!("PID|1||{first}^^^RIVER^MR~S1^^^NAT^SS||{name}||{born}|F")
    };
    ir.send(&message(
        "ADT^A28",
        "C1",
        &[&pid("H1", "Testi^Aino", "19580412")],
    ))
    .await;
    ir.send(&message(
        "ADT^A28",
        "C2",
        &[&pid("H2", "Muu^Iida", "19900101")],
    ))
    .await;
    assert_ne!(
        patient(&ir, "H1").await.unwrap().key,
        patient(&ir, "H2").await.unwrap().key
    );
    assert_eq!(ir.task_kinds().await, ["identifier_conflict"]);
    ir.send(&message(
        "ADT^A28",
        "C3",
        &[&pid("H3", "TESTI^Aino", "19580412")],
    ))
    .await;
    assert_eq!(
        patient(&ir, "H1").await.unwrap().key,
        patient(&ir, "H3").await.unwrap().key
    );
}

#[tokio::test]
async fn what_is_not_taken_or_not_read_is_kept_and_answered() {
    let ir = Department::open(site()).await;
    let got = ir.send(&message("MDM^T02", "C1", &[PID])).await;
    assert_eq!(got, "AR MSH-9: MDM^T02 is not taken here");
    let got = ir.send(&message("ADT^A01", "C2", &["PID|1||"])).await;
    assert_eq!(got, "AE PID-3: no patient identifier");
    let got = ir.send("hello").await;
    assert_eq!(got, "AR MSH: text outside a message: not an HL7 v2 message");
    let before = ir.counts().await;
    ir.send(&message("MDM^T02", "C1", &[PID])).await;
    ir.send(&message("ADT^A01", "C2", &["PID|1||"])).await;
    ir.send("hello").await;
    assert_eq!(ir.counts().await, before);
    let waiting = ir.desk.query().quarantine().await.unwrap();
    let places: Vec<&str> = waiting.iter().map(|row| row.place.as_str()).collect();
    assert_eq!(places, ["MSH", "PID-3"]);
}

#[tokio::test]
async fn a_batch_is_answered_message_by_message() {
    let ir = Department::open(site()).await;
    let batch = format!(
        "BHS|^~\\&\r{}{}BTS|2\r",
        order("C1", "NW", "P1", &[]),
        message("ADT^A01", "C2", &["PID|1||"])
    );
    assert_eq!(
        ir.send(&batch).await,
        "AA / AE PID-3: no patient identifier"
    );
    assert_eq!(ir.cases().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_at_once_make_one_patient_and_one_case_of_each_order() {
    let ir = std::sync::Arc::new(Department::open(site()).await);
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..24 {
        let ir = std::sync::Arc::clone(&ir);
        // Three orders of one new patient, each sent eight times: twice under each of four numbers.
        let text = order(&format!("C{}", n % 12), "NW", &format!("P{}", n % 3), &[]);
        tasks.spawn(async move { ir.send(&text).await });
    }
    while let Some(answer) = tasks.join_next().await {
        assert_eq!(answer.unwrap(), "AA");
    }
    assert_eq!(ir.cases().await.len(), 3);
    let counts = ir.counts().await;
    let of = |table: &str| counts.iter().find(|c| c.0 == table).unwrap().1;
    assert_eq!((of("patient"), of("inbox")), (1, 12));
}
