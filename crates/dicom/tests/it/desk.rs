//! The node on the real desk: what findscu sees comes from the store, what storescu sends is filed in it.

use crate::peer::{Peer, WORKLIST, message, store_command, temporary_folder};
use case::{
    Actor, Case, Command, Context, Door, Holds, NewProcedure, OrderNumbers, Referral, What,
};
use dicom::node::{
    CharacterSet, Content, DataSet, DeskDoor, Encoding, Limits, Node, NodeSettings, Peers,
};
use dicom::objects::radiation_dose_report::write::{ProjectionEvent, ReportHeader, projection};
use dicom_dictionary_std::tags;
use dose::quantity::{Degrees, Kilovolt, Millimetre};
use dose::report::{EventKind, Plane};
use jiff::Timestamp;
use jiff::civil::datetime;
use jiff::tz::TimeZone;
use knowledge::pathway::Pathway;
use model::{
    AccessionNumber, Gray, GraySquareMetre, Laterality, PatientIdentifier, PersonName, ProcedureId,
    Seconds, Sex, StudyUid, Urgency,
};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use store::database::Location;
use store::rows::{CaseKeyRow, CaseRow, WorklistRow};
use store::{Change, Commit, Store, Stream, event_body};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use workflow::case_summary::WorklistSummary;
use workflow::patient::{Allergy, Weight};
use workflow::{Desk, ObjectSummary, Patient, Rules, Site, SystemClock};

const REPORT_CLASS: &str = "1.2.840.10008.5.1.4.1.1.88.67";
const EXPLICIT: &str = crate::peer::EXPLICIT;

struct Department {
    desk: Desk,
    address: SocketAddr,
    folder: PathBuf,
    stop: CancellationToken,
}

impl Drop for Department {
    fn drop(&mut self) {
        self.stop.cancel();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn rules() -> Rules {
    let files: BTreeMap<String, String> = testkit::shipped_rules::files().into_iter().collect();
    let pathway = Pathway::read(|path| files.get(path).cloned()).unwrap();
    Rules::new(
        testkit::shipped_rules::rule_book().clone(),
        pathway,
        testkit::shipped_rules::dose_rules(),
    )
}

/// One patient with one case booked on ANGIO1 at 08:00 in Helsinki on 1 June 2026, and a node in front.
async fn department() -> Department {
    department_where(|_| {}).await
}

async fn department_where(change: impl FnOnce(&mut Site)) -> Department {
    let folder = temporary_folder("desk");
    std::fs::create_dir_all(&folder).unwrap();
    let location = Location {
        database: None,
        folder: folder.clone(),
    };
    let store = Store::open(&location).await.unwrap();
    let rules = rules();
    fill(&store, &rules).await;
    let mut site = Site::unconfigured();
    site.patient_issuer = Some("HOSP".to_owned());
    site.zone = Some(TimeZone::get("Europe/Helsinki").unwrap());
    change(&mut site);
    let desk = Desk::new(
        store,
        Arc::new(SystemClock),
        Arc::new(site),
        Arc::new(rules),
    );
    let settings = NodeSettings {
        ae_title: model::AeTitle::new("SELDINGER").unwrap(),
        peers: Peers::Open,
        limits: Limits {
            object_in_memory_bytes_max: 100_000,
            ..Limits::default()
        },
        spool: desk.objects().arriving(),
    };
    let door = Arc::new(DeskDoor::new(desk.clone()));
    let node = Node::new(settings, door.clone(), door).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let stop = CancellationToken::new();
    tokio::spawn(node.serve(listener, stop.clone()));
    Department {
        desk,
        address,
        folder,
        stop,
    }
}

async fn fill(store: &Store, rules: &Rules) {
    let at: Timestamp = "2026-05-20T06:00:00Z".parse().unwrap();
    let mut patient = Patient::new(model::PatientKey::new("p1").unwrap());
    patient.name = PersonName {
        family: "DEMOKOSKI".into(),
        given: "Anna".into(),
        middle: String::new(),
    };
    patient.sex = Sex::Female;
    patient
        .identifiers
        .insert(PatientIdentifier::new("P1", "HOSP").unwrap());
    patient.facts.allergies_asked = true;
    patient.facts.allergies = vec![Allergy {
        kind: "iodinated_contrast".into(),
        substance: "iohexol".into(),
        reaction: "urticaria".into(),
        severity: "mild".into(),
        year: None,
    }];
    patient.facts.weight = Some(Weight {
        kg: 71.5,
        on: None,
        source: "ward".into(),
    });
    patient.facts.pregnancy = Some(workflow::patient::Pregnancy {
        status: "pregnant".into(),
        lmp: None,
        gestation_weeks: None,
    });
    patient.facts.isolation = Some("contact".into());
    patient.facts.interpreter = Some("Somali".into());
    patient.facts.inpatient_ward = Some("4B".into());
    patient.facts.conditions = vec!["pacemaker_mr_unsafe".into(), "copd".into()];
    patient.facts.medicines = vec![workflow::patient::Medicine {
        inn: "apixaban".into(),
        atc: "B01AF02".into(),
        dose: "5 mg".into(),
        times: vec!["08:00".into()],
        indication: String::new(),
    }];
    let mut changes = patient.saved("patient_registered", at, "t", "t").unwrap();
    let id = model::CaseId::new("26-000001").unwrap();
    let refer = Command::Refer(Referral {
        patient: patient.key.clone(),
        procedures: vec![NewProcedure {
            what: What::Catalogue(ProcedureId::new("biopsy_liver").unwrap()),
            sender_code: None,
            side: Laterality::NotApplicable,
            site: String::new(),
            accession: AccessionNumber::new("ACC1").ok(),
            study: StudyUid::new("1.2.11").ok(),
            orders: OrderNumbers::default(),
        }],
        urgency: Urgency::Urgent,
        indication: "lesion".into(),
        referrer: "VIRTA".into(),
        result_to: "VIRTA".into(),
        wanted_at: None,
        statements: Vec::new(),
        index_case: None,
    });
    let context = Context {
        at,
        today: at.to_zoned_datetime(TimeZone::UTC).date(),
        by: Actor::Sender {
            door: Door::Hl7,
            name: "RIS".into(),
        },
        gate: None,
        holds: Holds::NotBegun,
        earliest: None,
        rules: &rules.lists,
    };
    let events = case::decide(&Case::new(id.clone()), &refer, &context).unwrap();
    changes.push(Change::Append {
        stream: Stream::Case(id.clone()),
        expected: 0,
        events: events
            .iter()
            .map(|event| event_body::encode(event).unwrap())
            .collect(),
    });
    changes.push(Change::PutCase(CaseRow {
        case_id: id.to_string(),
        patient_key: "p1".into(),
        version: 1,
        state: "preparation".into(),
        start: "2026-06-01T05:00:00Z".parse().ok(),
        changed: at,
        ..CaseRow::default()
    }));
    for (kind, value) in [("study_uid", "1.2.11"), ("accession", "ACC1")] {
        changes.push(Change::AddCaseKey(CaseKeyRow {
            kind: kind.into(),
            value: value.into(),
            case_id: id.to_string(),
        }));
    }
    changes.push(Change::PutWorklist {
        case_id: id.to_string(),
        steps: vec![worklist_row()],
    });
    store.writer.commit(Commit { changes }).await.unwrap();
}

fn worklist_row() -> WorklistRow {
    let body = WorklistSummary {
        requested_procedure_id: "26-000001-1".into(),
        requested_procedure_words: "Liver biopsy".into(),
        step_id: "26-000001-1".into(),
        step_words: "Liver biopsy".into(),
        room: "Angio 1".into(),
        performing_physician: "LAINE, Eero".into(),
        referring_physician: "VIRTA, Ida (D7)".into(),
        urgency: "urgent".into(),
        gate_words: "NOT READY: INR missing".into(),
        side: "right".into(),
        gate: "blocked".into(),
        gate_rules: vec!["laboratory/requests/inr".into()],
        state: "preparation".into(),
        ..WorklistSummary::default()
    };
    WorklistRow {
        case_id: "26-000001".into(),
        step: "1".into(),
        patient_key: "p1".into(),
        accession_number: "ACC1".into(),
        study_uid: "1.2.11".into(),
        station_ae: "ANGIO1".into(),
        modality: "XA".into(),
        start: "2026-06-01T05:00:00Z".parse().unwrap(),
        body: serde_json::to_string(&body).unwrap(),
    }
}

/// The answers to a worklist query for all attributes, with one key filled.
async fn ask(
    department: &Department,
    fill: impl FnOnce(&mut DataSet, &mut DataSet),
) -> Vec<DataSet> {
    let (mut set, mut step) = (DataSet::default(), DataSet::default());
    for tag in [
        tags::PATIENT_NAME,
        tags::PATIENT_ID,
        tags::ISSUER_OF_PATIENT_ID,
        tags::ACCESSION_NUMBER,
        tags::STUDY_INSTANCE_UID,
        tags::ALLERGIES,
        tags::PATIENT_WEIGHT,
        tags::REQUESTED_PROCEDURE_DESCRIPTION,
        tags::REFERRING_PHYSICIAN_NAME,
        tags::REQUESTED_PROCEDURE_PRIORITY,
    ] {
        set.put(tag, "");
    }
    for tag in [
        tags::SCHEDULED_PROCEDURE_STEP_START_DATE,
        tags::SCHEDULED_PROCEDURE_STEP_START_TIME,
        tags::COMMENTS_ON_THE_SCHEDULED_PROCEDURE_STEP,
        tags::SCHEDULED_PERFORMING_PHYSICIAN_NAME,
    ] {
        step.put(tag, "");
    }
    fill(&mut set, &mut step);
    set.put_items(tags::SCHEDULED_PROCEDURE_STEP_SEQUENCE, vec![step]);
    let mut peer = Peer::associated(department.address, &[(WORKLIST, &[EXPLICIT])]).await;
    let find = dicom::node::Command::request(crate::peer::C_FIND, 1, WORKLIST).with_data_set();
    let keys = set.write(Encoding::ExplicitLittle, &CharacterSet::utf8());
    peer.say(&message(1, &find, Some(&keys))).await;
    let mut answers = Vec::new();
    loop {
        match peer.hear().await {
            crate::peer::Heard::Message(_, Some(bytes)) => {
                answers.push(DataSet::read(&bytes, Encoding::ExplicitLittle).unwrap());
            }
            crate::peer::Heard::Message(last, None) => {
                assert_eq!(last.status(), Some(0));
                return answers;
            }
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn the_worklist_tells_the_hospitals_time_and_what_the_room_must_know() {
    let department = department().await;
    let day = tags::SCHEDULED_PROCEDURE_STEP_START_DATE;
    let answers = ask(&department, |_, step| step.put(day, "20260601")).await;
    let [answer] = answers.as_slice() else {
        panic!("{} answers", answers.len())
    };
    let step = &answer.items(tags::SCHEDULED_PROCEDURE_STEP_SEQUENCE)[0];
    let expected = [
        (answer, tags::PATIENT_NAME, "DEMOKOSKI^Anna"),
        (answer, tags::PATIENT_ID, "P1"),
        (answer, tags::ISSUER_OF_PATIENT_ID, "HOSP"),
        (answer, tags::ACCESSION_NUMBER, "ACC1"),
        (answer, tags::STUDY_INSTANCE_UID, "1.2.11"),
        (answer, tags::ALLERGIES, "iohexol (urticaria, mild)"),
        (answer, tags::PATIENT_WEIGHT, "71.5"),
        (
            answer,
            tags::REQUESTED_PROCEDURE_DESCRIPTION,
            "Liver biopsy, right",
        ),
        (answer, tags::REFERRING_PHYSICIAN_NAME, "VIRTA^Ida"),
        (answer, tags::REQUESTED_PROCEDURE_PRIORITY, "HIGH"),
        (step, day, "20260601"),
        (step, tags::SCHEDULED_PROCEDURE_STEP_START_TIME, "080000"),
        (
            step,
            tags::COMMENTS_ON_THE_SCHEDULED_PROCEDURE_STEP,
            "NOT READY: INR missing",
        ),
        (
            step,
            tags::SCHEDULED_PERFORMING_PHYSICIAN_NAME,
            "LAINE^Eero",
        ),
    ];
    for (set, tag, text) in expected {
        assert_eq!(set.text(tag), text, "{tag}");
    }
    let audit = department.desk.query().audit(10).await.unwrap();
    let shown: Vec<_> = audit
        .iter()
        .filter(|row| row.action == "answer_worklist")
        .collect();
    assert_eq!((shown.len(), shown[0].actor.as_str()), (1, "TESTPEER"));
    assert_eq!(shown[0].detail, "26-000001");
}

/// The first answer to a query for the clinical attributes.
async fn clinical(department: &Department) -> DataSet {
    let answers = ask(department, |set, _| {
        for tag in [
            tags::MEDICAL_ALERTS,
            tags::PREGNANCY_STATUS,
            tags::SPECIAL_NEEDS,
            tags::PATIENT_STATE,
        ] {
            set.put(tag, "");
        }
    })
    .await;
    answers.into_iter().next().unwrap()
}

/// Pregnancy Status is a number (US, little endian).
fn pregnancy(answer: &DataSet) -> Vec<u8> {
    match answer.0.get(&tags::PREGNANCY_STATUS) {
        Some(Content::Bytes { bytes, .. }) => bytes.clone(),
        other => panic!("{other:?}"),
    }
}

const CLINICAL: [(dicom_core::Tag, &str); 5] = [
    (tags::ALLERGIES, "iohexol (urticaria, mild)"),
    (
        tags::MEDICAL_ALERTS,
        "isolation: contact\\pacemaker mr unsafe\\takes apixaban",
    ),
    (tags::PATIENT_WEIGHT, "71.5"),
    (tags::SPECIAL_NEEDS, "interpreter: Somali"),
    (tags::PATIENT_STATE, "inpatient: 4B"),
];

#[tokio::test]
async fn the_room_is_told_what_is_dangerous_unless_the_site_hides_it_from_this_title() {
    let department = department().await;
    let answer = clinical(&department).await;
    for (tag, text) in CLINICAL {
        assert_eq!(answer.text(tag), text, "{tag}");
    }
    assert_eq!(pregnancy(&answer), [3, 0]);
    let hiding = department_where(|site| {
        site.worklist.without_clinical = [model::AeTitle::new("TESTPEER").unwrap()].into();
    })
    .await;
    let answer = clinical(&hiding).await;
    for (tag, _) in CLINICAL {
        assert_eq!(answer.text(tag), "", "{tag}");
    }
    assert_eq!(pregnancy(&answer), [4, 0], "unknown, never no");
    assert_eq!(answer.text(tags::PATIENT_NAME), "DEMOKOSKI^Anna");
    let step = &answer.items(tags::SCHEDULED_PROCEDURE_STEP_SEQUENCE)[0];
    let comments = step.text(tags::COMMENTS_ON_THE_SCHEDULED_PROCEDURE_STEP);
    assert_eq!(
        comments, "NOT READY: INR missing",
        "the gate is told to everybody"
    );
}

#[tokio::test]
async fn a_blocked_case_is_hidden_only_where_the_site_says_so_and_only_by_rules_that_it_has_approved()
 {
    let hiding = department_where(|site| {
        site.worklist.without_blocked = [model::AeTitle::new("TESTPEER").unwrap()].into();
    })
    .await;
    // The shipped rules are approved by nobody: what rests on them never filters a worklist.
    assert_eq!(ask(&hiding, |_, _| {}).await.len(), 1);
}

#[tokio::test]
async fn the_stores_filter_loses_nothing_that_matches() {
    let department = department().await;
    let hits = |answers: Vec<DataSet>| answers.len();
    let day = tags::SCHEDULED_PROCEDURE_STEP_START_DATE;
    for (date, expected) in [
        ("20260531", 0),
        ("20260601-20260601", 1),
        ("20260602-", 0),
        ("-20260601", 1),
    ] {
        assert_eq!(
            hits(ask(&department, |_, step| step.put(day, date)).await),
            expected,
            "{date}"
        );
    }
    for (id, expected) in [("P1", 1), ("P*", 1), ("P2", 0)] {
        assert_eq!(
            hits(ask(&department, |set, _| set.put(tags::PATIENT_ID, id)).await),
            expected
        );
    }
    let station = tags::SCHEDULED_STATION_AE_TITLE;
    for (title, expected) in [("ANGIO1", 1), ("ANGIO?", 1), ("CT1", 0)] {
        assert_eq!(
            hits(ask(&department, |_, step| step.put(station, title)).await),
            expected
        );
    }
}

fn report(instance: &str, study: &str, patient_id: &str) -> Vec<u8> {
    let header = ReportHeader {
        sop_instance_uid: instance.into(),
        study_uid: study.into(),
        series_uid: "1.2.3.5".into(),
        patient_id: patient_id.into(),
        issuer_of_patient_id: String::new(),
        patient_name: PersonName::default(),
        birth_date: String::new(),
        sex: String::new(),
        accession_number: String::new(),
        manufacturer: "SELDINGER TEST".into(),
        model: "X".into(),
        serial_number: "1".into(),
        station_name: "ANGIO1".into(),
        written: datetime(2026, 6, 1, 9, 0, 0, 0),
    };
    let event = ProjectionEvent {
        uid: format!("{instance}.1"),
        started: datetime(2026, 6, 1, 8, 30, 0, 0),
        kind: EventKind::Fluoroscopy,
        plane: Plane::A,
        ka_r: Gray(1.25),
        pka: GraySquareMetre(1.5e-4),
        duration: Seconds(601.0),
        kvp: Kilovolt(77.0),
        copper: Millimetre(0.3),
        primary_angle: Degrees(0.0),
        secondary_angle: Degrees(0.0),
        end_angles: None,
        source_to_isocentre: Millimetre(785.0),
        source_to_detector: Millimetre(1100.0),
        table_longitudinal: Millimetre(0.0),
        table_lateral: Millimetre(0.0),
        table_height: Millimetre(0.0),
        collimated_area: None,
        patient: None,
    };
    projection(&header, &[event])
}

/// The data set of a file of ours.
fn data_set(file: &[u8]) -> &[u8] {
    let length = u32::from_le_bytes(file[140..144].try_into().unwrap()) as usize;
    &file[144 + length..]
}

#[tokio::test]
async fn a_dose_report_comes_to_its_case_and_a_stray_one_waits() {
    let department = department().await;
    let mut peer = Peer::associated(department.address, &[(REPORT_CLASS, &[EXPLICIT])]).await;
    for (instance, study, patient) in [("7.1", "1.2.11", "P1"), ("7.2", "1.2.99", "X9")] {
        let file = report(instance, study, patient);
        let command = store_command(1, REPORT_CLASS, instance);
        for _ in 0..2 {
            peer.say(&message(1, &command, Some(data_set(&file)))).await;
            assert_eq!(peer.status().await, 0);
        }
    }
    peer.release().await;
    let query = department.desk.query();
    let case = workflow::case_file::load_case(query, "26-000001")
        .await
        .unwrap()
        .unwrap();
    assert_eq!(case.doses.len(), 1);
    assert_eq!(case.doses[0].totals.ka_r, Some(Gray(1.25)));
    assert_eq!(case.doses[0].totals.fluoroscopy, Some(Seconds(601.0)));
    assert_eq!(case.doses[0].totals.dlp, None);
    let unmatched = query.unmatched().await.unwrap();
    assert_eq!(unmatched.len(), 1);
    assert_eq!(
        (unmatched[0].kind.as_str(), unmatched[0].sender.as_str()),
        ("dose_report", "TESTPEER")
    );
    let summary = ObjectSummary::read(&unmatched[0].body);
    assert_eq!(summary.dose.unwrap().ka_r_gy, Some(1.25));
    assert_eq!(summary.patient_id, "X9");
    let kept = store::ObjectKey::parse(&unmatched[0].sha256).unwrap();
    let bytes = department.desk.objects().get(&kept).unwrap();
    assert!(bytes.ends_with(data_set(&report("7.2", "1.2.99", "X9"))));
}

#[tokio::test]
async fn a_long_object_is_taken_over_from_the_spool() {
    let department = department().await;
    let class = crate::peer::SECONDARY_CAPTURE;
    let mut set = DataSet::default();
    set.put(tags::SOP_CLASS_UID, class);
    set.put(tags::SOP_INSTANCE_UID, "8.1");
    set.put(tags::ACCESSION_NUMBER, "ACC1");
    let mut bytes = set.write(Encoding::ExplicitLittle, &CharacterSet::utf8());
    bytes.extend_from_slice(&[
        0xE0, 0x7F, 0x10, 0, b'O', b'W', 0, 0, 0x40, 0x0D, 0x03, 0x00,
    ]);
    bytes.extend((0..200_000_u32).map(|n| n as u8));
    let mut peer = Peer::associated(department.address, &[(class, &[EXPLICIT])]).await;
    for _ in 0..2 {
        peer.say(&message(1, &store_command(1, class, "8.1"), Some(&bytes)))
            .await;
        assert_eq!(peer.status().await, 0);
    }
    peer.release().await;
    let rows = department.desk.query().object("8.1").await.unwrap();
    assert_eq!((rows.len(), rows[0].case_id.as_str()), (1, "26-000001"));
    let key = store::ObjectKey::parse(&rows[0].sha256).unwrap();
    assert!(
        department
            .desk
            .objects()
            .get(&key)
            .unwrap()
            .ends_with(&bytes)
    );
    let arriving = department.desk.objects().arriving();
    assert_eq!(std::fs::read_dir(arriving).unwrap().count(), 0);
}
