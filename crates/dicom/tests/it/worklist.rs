//! C-FIND on the worklist, seen by a peer of ours (DCMTK's eyes are in `dcmtk.rs`).

use crate::peer::{C_FIND, EXPLICIT, Heard, IMPLICIT, Peer, Started, WORKLIST, message, start};
use dicom::node::{CharacterSet, Command, DataSet, Encoding, PregnancyStatus, WorklistItem};
use dicom_dictionary_std::tags;
use jiff::civil::{DateTime, date};
use model::{
    AccessionNumber, AeTitle, BirthDate, Modality, PatientIdentifier, PersonName, Sex, StudyUid,
    Urgency,
};

/// A step on 1 June 2026; `n` makes its identifiers.
pub fn step(n: u32, family: &str, station: &str, start: DateTime) -> WorklistItem {
    WorklistItem {
        patient_name: PersonName {
            family: family.into(),
            given: "Anna".into(),
            middle: String::new(),
        },
        patient_id: PatientIdentifier::new(&format!("P{n:04}"), "HOSP").unwrap(),
        birth_date: BirthDate::Day(date(1950, 3, 4)),
        sex: Sex::Female,
        weight: None,
        allergies: Vec::new(),
        medical_alerts: Vec::new(),
        special_needs: String::new(),
        patient_state: String::new(),
        pregnancy: PregnancyStatus::Unknown,
        accession_number: AccessionNumber::new(&format!("ACC{n:04}")).ok(),
        referring_physician: None,
        requesting_physician: None,
        admission_id: String::new(),
        current_patient_location: String::new(),
        study_instance_uid: StudyUid::new(&format!("1.2.826.0.1.{n}")).unwrap(),
        requested_procedure_id: format!("RP{n:04}"),
        requested_procedure_description: "Drainage of a collection".into(),
        requested_procedure_code: None,
        urgency: Urgency::Elective,
        scheduled_procedure_step_id: format!("SPS{n:04}"),
        scheduled_procedure_step_description: "Drainage".into(),
        scheduled_protocol_code: None,
        start,
        modality: Modality::Fluoroscopy,
        scheduled_station_ae_titles: vec![AeTitle::new(station).unwrap()],
        scheduled_station_name: station.into(),
        scheduled_procedure_step_location: "Room 1".into(),
        scheduled_performing_physician: None,
        comments: String::new(),
    }
}

pub fn a_day() -> Vec<WorklistItem> {
    let day = date(2026, 6, 1);
    let mut ultrasound = step(4, "DEMOVIRTA", "US1", day.at(13, 0, 0, 0));
    ultrasound.modality = Modality::Ultrasound;
    vec![
        step(1, "DEMOKOSKI", "ANGIO1", day.at(8, 0, 0, 0)),
        step(2, "DEMOJ\u{e4}rvi", "ANGIO1", day.at(10, 30, 0, 0)),
        step(3, "DEMO\u{416}", "ANGIO2", date(2026, 6, 2).at(9, 0, 0, 0)),
        ultrasound,
    ]
}

fn query(build: impl FnOnce(&mut DataSet, &mut DataSet)) -> DataSet {
    let mut set = DataSet::default();
    let mut step = DataSet::default();
    for tag in [
        tags::PATIENT_NAME,
        tags::PATIENT_ID,
        tags::ACCESSION_NUMBER,
        tags::STUDY_INSTANCE_UID,
    ] {
        set.put(tag, "");
    }
    step.put(tags::SCHEDULED_PROCEDURE_STEP_START_DATE, "");
    step.put(tags::MODALITY, "");
    build(&mut set, &mut step);
    set.put_items(tags::SCHEDULED_PROCEDURE_STEP_SEQUENCE, vec![step]);
    set
}

async fn ask(
    node: &Started,
    set: &DataSet,
    syntax: &str,
    charset: &CharacterSet,
) -> (Vec<DataSet>, Vec<u16>) {
    let encoding = if syntax == IMPLICIT {
        Encoding::ImplicitLittle
    } else {
        Encoding::ExplicitLittle
    };
    let mut peer = Peer::associated(node.address, &[(WORKLIST, &[syntax])]).await;
    let command = Command::request(C_FIND, 5, WORKLIST).with_data_set();
    peer.say(&message(1, &command, Some(&set.write(encoding, charset))))
        .await;
    let (mut answers, mut statuses) = (Vec::new(), Vec::new());
    loop {
        let Heard::Message(response, data) = peer.hear().await else {
            panic!("no response")
        };
        statuses.push(response.status().unwrap());
        assert_eq!(response.responded_to(), Some(5));
        match data {
            Some(bytes) => answers.push(DataSet::read(&bytes, encoding).unwrap()),
            None => break,
        }
    }
    peer.release().await;
    (answers, statuses)
}

async fn check(set: DataSet, expected: &[&str]) {
    let node = start(|_| {}).await;
    *node.worklist.steps.lock().unwrap() = a_day();
    for syntax in [IMPLICIT, EXPLICIT] {
        let (answers, statuses) = ask(&node, &set, syntax, &CharacterSet::utf8()).await;
        let ids: Vec<&str> = answers
            .iter()
            .map(|answer| answer.text(tags::PATIENT_ID))
            .collect();
        assert_eq!(ids, expected);
        assert_eq!(statuses.last(), Some(&0));
        assert!(
            statuses
                .iter()
                .rev()
                .skip(1)
                .all(|status| *status == 0xFF00)
        );
    }
}

#[tokio::test]
async fn every_matching_key_narrows_the_answer() {
    check(query(|_, _| {}), &["P0001", "P0002", "P0003", "P0004"]).await;
    check(
        query(|set, _| set.put(tags::PATIENT_ID, "P0002")),
        &["P0002"],
    )
    .await;
    check(
        query(|set, _| set.put(tags::PATIENT_NAME, "demok*")),
        &["P0001"],
    )
    .await;
    check(
        query(|set, _| set.put(tags::ACCESSION_NUMBER, "ACC0003")),
        &["P0003"],
    )
    .await;
    check(
        query(|set, _| set.put(tags::REQUESTED_PROCEDURE_ID, "RP000?")),
        &["P0001", "P0002", "P0003", "P0004"],
    )
    .await;
    check(
        query(|set, _| set.put(tags::STUDY_INSTANCE_UID, "1.2.826.0.1.1\\1.2.826.0.1.4")),
        &["P0001", "P0004"],
    )
    .await;
    check(
        query(|set, _| set.put(tags::ISSUER_OF_PATIENT_ID, "OTHER")),
        &[],
    )
    .await;
    check(
        query(|_, step| step.put(tags::SCHEDULED_STATION_AE_TITLE, "ANGIO1")),
        &["P0001", "P0002"],
    )
    .await;
    check(query(|_, step| step.put(tags::MODALITY, "US")), &["P0004"]).await;
    let day = tags::SCHEDULED_PROCEDURE_STEP_START_DATE;
    check(
        query(|_, step| step.put(day, "20260601")),
        &["P0001", "P0002", "P0004"],
    )
    .await;
    check(query(|_, step| step.put(day, "20260602-")), &["P0003"]).await;
    check(
        query(|_, step| step.put(tags::SCHEDULED_PROCEDURE_STEP_START_TIME, "0900-12")),
        &["P0002", "P0003"],
    )
    .await;
    check(
        query(|_, step| step.put(tags::SCHEDULED_PERFORMING_PHYSICIAN_NAME, "X*")),
        &[],
    )
    .await;
}

#[tokio::test]
async fn an_answer_holds_what_was_asked_for_and_nothing_else() {
    let node = start(|_| {}).await;
    *node.worklist.steps.lock().unwrap() = a_day();
    let (answers, _) = ask(
        &node,
        &query(|set, _| set.put(tags::PATIENT_ID, "P0001")),
        EXPLICIT,
        &CharacterSet::utf8(),
    )
    .await;
    let tags_of = |set: &DataSet| set.0.keys().copied().collect::<Vec<_>>();
    assert_eq!(
        tags_of(&answers[0]),
        [
            tags::ACCESSION_NUMBER,
            tags::PATIENT_NAME,
            tags::PATIENT_ID,
            tags::STUDY_INSTANCE_UID,
            tags::SCHEDULED_PROCEDURE_STEP_SEQUENCE,
        ]
    );
    let steps = answers[0].items(tags::SCHEDULED_PROCEDURE_STEP_SEQUENCE);
    assert_eq!(
        tags_of(&steps[0]),
        [tags::MODALITY, tags::SCHEDULED_PROCEDURE_STEP_START_DATE]
    );
    assert_eq!(answers[0].text(tags::PATIENT_NAME), "DEMOKOSKI^Anna");

    let mut whole_sequence = query(|set, _| set.put(tags::PATIENT_ID, "P0001"));
    whole_sequence.put_items(tags::SCHEDULED_PROCEDURE_STEP_SEQUENCE, Vec::new());
    let (answers, _) = ask(&node, &whole_sequence, EXPLICIT, &CharacterSet::utf8()).await;
    let steps = answers[0].items(tags::SCHEDULED_PROCEDURE_STEP_SEQUENCE);
    assert_eq!(steps[0].text(tags::SCHEDULED_PROCEDURE_STEP_ID), "SPS0001");
    assert_eq!(
        steps[0].text(tags::SCHEDULED_PROCEDURE_STEP_START_TIME),
        "080000"
    );
}

#[tokio::test]
async fn an_attribute_that_we_do_not_have_is_said() {
    let node = start(|_| {}).await;
    *node.worklist.steps.lock().unwrap() = a_day();
    let set = query(|set, _| {
        set.put(tags::PATIENT_ID, "P0001");
        set.put(tags::PATIENT_MOTHER_BIRTH_NAME, "");
    });
    let (_, statuses) = ask(&node, &set, EXPLICIT, &CharacterSet::utf8()).await;
    assert_eq!(statuses, [0xFF01, 0]);
}

#[tokio::test]
async fn an_answer_is_written_in_a_character_set_that_carries_it() {
    let node = start(|_| {}).await;
    *node.worklist.steps.lock().unwrap() = a_day();
    for (asked_in, id, answered_in) in [
        ("ISO_IR 100", "P0001", ""),
        ("ISO_IR 100", "P0002", "ISO_IR 100"),
        ("", "P0002", "ISO_IR 192"),
        ("ISO_IR 192", "P0002", "ISO_IR 192"),
        ("ISO_IR 100", "P0003", "ISO_IR 192"),
        ("ISO_IR 144", "P0003", "ISO_IR 144"),
    ] {
        let set = query(|set, _| {
            set.put(tags::SPECIFIC_CHARACTER_SET, asked_in);
            set.put(tags::PATIENT_ID, id);
        });
        let charset = CharacterSet::from_value(asked_in);
        let (answers, statuses) = ask(&node, &set, EXPLICIT, &charset).await;
        assert_eq!(
            answers[0].text(tags::SPECIFIC_CHARACTER_SET),
            answered_in,
            "{asked_in} {id}"
        );
        let expected = a_day()
            .into_iter()
            .find(|step| step.patient_id.value() == id)
            .unwrap();
        let name = format!("{}^Anna", expected.patient_name.family);
        assert_eq!(answers[0].text(tags::PATIENT_NAME), name);
        assert_eq!(statuses, [0xFF00, 0]);
    }
    // A key with letters beyond ASCII is read in the character set of the query.
    let set = query(|set, _| {
        set.put(tags::SPECIFIC_CHARACTER_SET, "ISO_IR 100");
        set.put(tags::PATIENT_NAME, "DEMOJ\u{c4}RVI*");
    });
    let (answers, _) = ask(
        &node,
        &set,
        EXPLICIT,
        &CharacterSet::from_value("ISO_IR 100"),
    )
    .await;
    assert_eq!(answers.len(), 1);
}

#[tokio::test]
async fn a_query_that_cannot_be_answered_gets_its_status() {
    let node = start(|settings| settings.limits.worklist_matches_max = 3).await;
    *node.worklist.steps.lock().unwrap() = a_day();
    let plain = CharacterSet::utf8();
    assert_eq!(
        ask(&node, &query(|_, _| {}), EXPLICIT, &plain).await.1,
        [0xA700]
    );
    let bad_date = query(|_, step| step.put(tags::SCHEDULED_PROCEDURE_STEP_START_DATE, "soon"));
    assert_eq!(ask(&node, &bad_date, EXPLICIT, &plain).await.1, [0xA900]);
    let mut two_steps = query(|_, _| {});
    two_steps.put_items(
        tags::SCHEDULED_PROCEDURE_STEP_SEQUENCE,
        vec![DataSet::default(); 2],
    );
    assert_eq!(ask(&node, &two_steps, EXPLICIT, &plain).await.1, [0xA900]);
    let long = query(|set, _| set.put(tags::STUDY_INSTANCE_UID, &"1.2\\".repeat(20_000)));
    assert_eq!(ask(&node, &long, IMPLICIT, &plain).await.1, [0xA900]);
    *node.worklist.fails.lock().unwrap() = true;
    assert_eq!(
        ask(&node, &query(|_, _| {}), EXPLICIT, &plain).await.1,
        [0xC001]
    );

    let mut peer = Peer::associated(node.address, &[(WORKLIST, &[EXPLICIT])]).await;
    let garbage = Command::request(C_FIND, 5, WORKLIST).with_data_set();
    peer.say(&message(1, &garbage, Some(&[0xFF; 33]))).await;
    assert_eq!(peer.status().await, 0xA900);
    peer.say(&message(1, &Command::request(C_FIND, 6, WORKLIST), None))
        .await;
    assert_eq!(peer.status().await, 0xA900);
    peer.release().await;
}

#[tokio::test]
async fn a_cancel_ends_the_answers() {
    let node = start(|_| {}).await;
    let day = date(2026, 6, 1).at(8, 0, 0, 0);
    *node.worklist.steps.lock().unwrap() =
        (0..2000).map(|n| step(n, "DEMO", "ANGIO1", day)).collect();
    let mut peer = Peer::associated(node.address, &[(WORKLIST, &[EXPLICIT])]).await;
    let find = Command::request(C_FIND, 5, WORKLIST).with_data_set();
    let keys = query(|_, _| {}).write(Encoding::ExplicitLittle, &CharacterSet::utf8());
    let mut both = message(1, &find, Some(&keys));
    both.extend(message(1, &Command::cancel(5), None));
    peer.say(&both).await;
    let mut pending = 0;
    let last = loop {
        match peer.status().await {
            0xFF00 => pending += 1,
            status => break status,
        }
    };
    assert_eq!(last, 0xFE00);
    assert!(pending < 2000);

    // A cancel of another message changes nothing.
    let mut both = message(1, &find, Some(&keys));
    both.extend(message(1, &Command::cancel(77), None));
    peer.say(&both).await;
    let mut pending = 0;
    while peer.status().await == 0xFF00 {
        pending += 1;
    }
    assert_eq!(pending, 2000);
    peer.release().await;
}

#[tokio::test]
async fn the_source_hears_who_asks_and_what_an_index_can_use() {
    let node = start(|_| {}).await;
    let set = query(|set, step| {
        set.put(tags::PATIENT_ID, "P0001");
        set.put(tags::PATIENT_NAME, "DEMO*");
        step.put(
            tags::SCHEDULED_PROCEDURE_STEP_START_DATE,
            "20260601-20260603",
        );
    });
    ask(&node, &set, EXPLICIT, &CharacterSet::utf8()).await;
    let queries = node.worklist.queries.lock().unwrap();
    assert_eq!(queries[0].asked_by.calling_ae_title, "TESTPEER");
    assert_eq!(queries[0].patient_id.exact(), Some("P0001"));
    assert_eq!(queries[0].patient_name.exact(), None);
    assert!(!queries[0].patient_name.is_universal());
    assert_eq!(queries[0].start_date.from, Some(date(2026, 6, 1)));
    assert_eq!(queries[0].start_date.until, Some(date(2026, 6, 3)));
}
