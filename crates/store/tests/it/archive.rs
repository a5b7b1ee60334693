//! What one database holds can be carried into another, byte for byte.

use crate::database::{Kind, empty_location, kinds};
use crate::events::{append, at, inbox};
use jiff::Timestamp;
use store::archive::{ArchiveError, Dumped, Loading, dump, named_objects};
use store::database::Location;
use store::rows::{
    AccountRow, AuditRow, CaseKeyRow, CaseRow, LaboratoryRow, ObjectRow, PatientRow, PlanRow,
    QuarantineRow, TaskRow,
};
use store::{Change, Commit, Store};

fn quarantined(object_key: &str) -> Change {
    Change::Quarantine(QuarantineRow {
        entry: 0,
        kind: "hl7".to_owned(),
        sender: "HIS".to_owned(),
        message_type: String::new(),
        place: "PID-3".to_owned(),
        reason: "no identifier, \"quoted\" and\nbroken: å".to_owned(),
        object_key: object_key.to_owned(),
        received: at(2),
        resolved: None,
        resolved_by: String::new(),
    })
}

fn audit(action: &str) -> Change {
    Change::Audit(AuditRow {
        at: Timestamp::from_microsecond(1_800_000_000_000_001).unwrap(),
        actor: "lund".to_owned(),
        role: "ir_nurse".to_owned(),
        action: action.to_owned(),
        patient_key: "p1".to_owned(),
        case_id: "26-1".to_owned(),
        detail: String::new(),
    })
}

fn names_that_sort_otherwise_by_language() -> Vec<Change> {
    ["b", "B", "a", "Ä", "ä", "z", "_", "é", "𐍈", "ﬀ"]
        .iter()
        .map(|name| {
            Change::PutAccount(AccountRow {
                name: (*name).to_owned(),
                display_name: (*name).to_owned(),
                password_hash: "h".to_owned(),
                roles: "ir_nurse".to_owned(),
                disabled: false,
                created: at(0),
            })
        })
        .collect()
}

async fn fill(store: &Store) {
    let object = store.objects.put(b"a dose report").unwrap();
    let message = store.objects.put(b"MSH|^~\\&|").unwrap();
    let mut commit = Commit {
        changes: vec![
            append("26-1", 0, &["a", "b"]),
            append("26-2", 0, &["a"]),
            inbox("m1"),
            quarantined(message.as_str()),
            audit("open_case"),
            audit("open_case"),
            Change::PutPatient(PatientRow {
                patient_key: "p1".to_owned(),
                family: "Öberg".to_owned(),
                deceased: true,
                ..PatientRow::default()
            }),
            Change::PutCase(CaseRow {
                case_id: "26-1".to_owned(),
                patient_key: "p1".to_owned(),
                body: "{\"n\":1}".to_owned(),
                ..CaseRow::default()
            }),
            Change::AddLaboratory(LaboratoryRow {
                patient_key: "p1".to_owned(),
                analyte: "inr".to_owned(),
                code: "6301-6".to_owned(),
                specimen: None,
                received: at(3),
                status: "final".to_owned(),
                body: "{}".to_owned(),
            }),
            Change::PutTask(TaskRow {
                task_id: "t1".to_owned(),
                kind: "call".to_owned(),
                case_id: "26-1".to_owned(),
                patient_key: "p1".to_owned(),
                words: "call the ward".to_owned(),
                owner: "ir_nurse".to_owned(),
                due: Some(at(9)),
                opened: at(1),
                done: None,
                done_by: String::new(),
            }),
            Change::PutPlan(PlanRow {
                case_id: "26-1".to_owned(),
                case_version: 2,
                computed: at(4),
                knowledge_version: "1".to_owned(),
                body: "{}".to_owned(),
            }),
            Change::AddObject(ObjectRow {
                sop_instance_uid: "1.2.3".to_owned(),
                sha256: object.as_str().to_owned(),
                sop_class_uid: "1.2".to_owned(),
                study_uid: "1.2.4".to_owned(),
                series_uid: "1.2.5".to_owned(),
                transfer_syntax: "1.2.840.10008.1.2.1".to_owned(),
                bytes: 13,
                received: at(5),
                sender: "ANGIO1".to_owned(),
                case_id: "26-1".to_owned(),
                kind: "dose_report".to_owned(),
                body: "{}".to_owned(),
            }),
        ],
    };
    commit.extend(names_that_sort_otherwise_by_language());
    store.writer.commit(commit).await.unwrap();
    store.writer.next_number("case-26").await.unwrap();
    let many = (0..2500).map(|n| {
        Change::AddCaseKey(CaseKeyRow {
            kind: format!("kind{}", n % 7),
            value: format!("{}", n * 7919 % 2503),
            case_id: format!("26-{n}"),
        })
    });
    let commit = Commit {
        changes: many.collect(),
    };
    store.writer.commit(commit).await.unwrap();
}

async fn dumped(location: &Location) -> (Vec<u8>, Dumped) {
    let mut bytes = Vec::new();
    let dumped = dump(location, &mut bytes).await.unwrap();
    (bytes, dumped)
}

async fn load(location: &Location, bytes: &[u8]) -> Result<Dumped, ArchiveError> {
    let loading = Loading::begin(location).await?;
    let loaded = loading.load(bytes).await?;
    loading.save().await?;
    Ok(loaded)
}

#[tokio::test]
async fn a_dump_goes_from_each_database_into_each_and_comes_out_the_same() {
    for from in kinds() {
        let (location, _folder) = empty_location(from).await;
        let store = Store::open(&location).await.unwrap();
        fill(&store).await;
        // The store stays open: a dump is taken while the program serves.
        let (bytes, what) = dumped(&location).await;
        assert_eq!(what.objects.len(), 2, "the report and the message");
        assert_eq!(named_objects(&store.query).await.unwrap(), what.objects);
        assert!(what.rows > 2520, "more than two pages: {}", what.rows);
        for into in kinds() {
            let (target, _folder) = empty_location(into).await;
            assert_eq!(load(&target, &bytes).await.unwrap(), what);
            let (again, _) = dumped(&target).await;
            assert_eq!(
                String::from_utf8(again).unwrap(),
                String::from_utf8(bytes.clone()).unwrap(),
                "{from:?} to {into:?}"
            );
            numbers_go_on(&target).await;
        }
    }
}

async fn numbers_go_on(location: &Location) {
    let store = Store::open(location).await.unwrap();
    let more = Commit {
        changes: vec![append("26-1", 2, &["c"]), audit("close_case"), inbox("m2")],
    };
    store.writer.commit(more).await.unwrap();
    let events = store.query.events("case:26-1").await.unwrap();
    assert_eq!(events.last().unwrap().position, 4);
    assert_eq!(store.writer.next_number("case-26").await.unwrap(), 2);
    let again = Commit::one(inbox("m1"));
    assert!(store.writer.commit(again).await.is_err(), "taken in before");
}

#[tokio::test]
async fn only_an_empty_database_is_filled() {
    for kind in kinds() {
        let (location, _folder) = empty_location(kind).await;
        let store = Store::open(&location).await.unwrap();
        fill(&store).await;
        let (bytes, _) = dumped(&location).await;
        let refused = load(&location, &bytes).await.unwrap_err();
        assert!(matches!(refused, ArchiveError::NotEmpty(_)), "{refused}");
    }
}

#[tokio::test]
async fn a_dump_that_was_cut_or_changed_leaves_nothing() {
    let (location, _folder) = empty_location(Kind::Sqlite).await;
    let store = Store::open(&location).await.unwrap();
    fill(&store).await;
    let (bytes, _) = dumped(&location).await;
    let text = String::from_utf8(bytes).unwrap();
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let without = |left_out: usize| {
        let kept = lines.iter().enumerate().filter(|(n, _)| *n != left_out);
        kept.map(|(_, line)| *line).collect::<String>()
    };
    let spoilt = [
        text[..text.len() / 2].to_owned(),
        text[..text.len() - 1].to_owned(),
        without(0),
        without(1),
        without(lines.len() / 2),
        without(lines.len() - 1),
        format!("{text}{{}}\n"),
        text.replacen("\"archive\":1", "\"archive\":2", 1),
        text.replacen("first-tables", "other-tables", 1),
        text.replacen("\"dose_report\"", "7", 1),
    ];
    for kind in kinds() {
        let (target, _folder) = empty_location(kind).await;
        for (number, text) in spoilt.iter().enumerate() {
            assert!(load(&target, text.as_bytes()).await.is_err(), "{number}");
        }
        load(&target, text.as_bytes()).await.unwrap();
    }
}

#[tokio::test]
async fn where_no_database_is_none_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let location = Location {
        database: None,
        folder: folder.path().to_owned(),
    };
    assert!(dump(&location, &mut Vec::new()).await.is_err());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}
