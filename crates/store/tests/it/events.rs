//! One commit is all or nothing; versions and message ids hold the line.

use crate::database::on_each_database;
use jiff::Timestamp;
use model::CaseId;
use store::query::Table;
use store::query::WorklistFilter;
use store::rows::{CaseRow, InboxRow, PatientRow, WorklistRow};
use store::{Change, Commit, CommitError, NewEvent, Stream};

pub fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

fn event(kind: &str) -> NewEvent {
    NewEvent {
        at: at(0),
        actor: "lund".to_owned(),
        role: "ir_nurse".to_owned(),
        kind: kind.to_owned(),
        body: "{\"å\":\"\\u0000\"}".to_owned(),
    }
}

pub fn append(case: &str, expected: i64, kinds: &[&str]) -> Change {
    Change::Append {
        stream: Stream::Case(CaseId::new(case).unwrap()),
        expected,
        events: kinds.iter().map(|kind| event(kind)).collect(),
    }
}

pub fn inbox(id: &str) -> Change {
    Change::TakeIn(InboxRow {
        sender: "HIS".to_owned(),
        message_id: id.to_owned(),
        sha256: "00".to_owned(),
        outcome: "applied".to_owned(),
        reason: String::new(),
        reply: "MSA|AA".to_owned(),
        received: at(1),
        object_key: String::new(),
    })
}

#[tokio::test]
async fn a_stale_command_is_told_and_changes_nothing() {
    on_each_database(|store, _| async move {
        store
            .writer
            .commit(Commit::one(append("26-1", 0, &["a", "b"])))
            .await
            .unwrap();
        let mut late = Commit::one(inbox("m1"));
        late.add(append("26-1", 1, &["c"]));
        let refused = store.writer.commit(late).await.unwrap_err();
        assert!(matches!(refused, CommitError::Stale { expected: 1, .. }));
        let events = store.query.events("case:26-1").await.unwrap();
        assert_eq!(
            events.iter().map(|e| e.kind.as_str()).collect::<Vec<_>>(),
            ["a", "b"]
        );
        assert_eq!(events.iter().map(|e| e.version).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(events[0].body, event("a").body);
        assert_eq!(store.query.count(Table::Inbox).await.unwrap(), 0);
    })
    .await;
}

#[tokio::test]
async fn a_message_is_taken_in_once() {
    on_each_database(|store, _| async move {
        let first = Commit {
            changes: vec![inbox("m1"), append("26-1", 0, &["a"])],
        };
        store.writer.commit(first).await.unwrap();
        let again = Commit {
            changes: vec![append("26-1", 1, &["b"]), inbox("m1")],
        };
        let refused = store.writer.commit(again).await.unwrap_err();
        assert!(matches!(refused, CommitError::Duplicate { .. }));
        assert_eq!(store.query.count(Table::Event).await.unwrap(), 1);
        let kept = store.query.taken_in("HIS", "m1").await.unwrap().unwrap();
        assert_eq!(kept.reply, "MSA|AA");
    })
    .await;
}

/// Forty writers append to one stream, each reading and trying again: no event is lost, none is doubled.
#[tokio::test(flavor = "multi_thread")]
async fn writers_at_the_same_time_lose_nothing() {
    on_each_database(|store, _| async move {
        let mut writers = tokio::task::JoinSet::new();
        for number in 0..40 {
            let (query, writer) = (store.query.clone(), store.writer.clone());
            writers.spawn(async move {
                loop {
                    let version = query.events("case:26-1").await.unwrap().len();
                    let change = append(
                        "26-1",
                        i64::try_from(version).unwrap(),
                        &[&format!("e{number}")],
                    );
                    match writer.commit(Commit::one(change)).await {
                        Ok(()) => break,
                        Err(CommitError::Stale { .. }) => {}
                        Err(other) => panic!("{other}"),
                    }
                }
            });
        }
        writers.join_all().await;
        let mut kinds: Vec<String> = store
            .query
            .events("case:26-1")
            .await
            .unwrap()
            .into_iter()
            .map(|e| e.kind)
            .collect();
        kinds.sort();
        let mut expected: Vec<String> = (0..40).map(|n| format!("e{n}")).collect();
        expected.sort();
        assert_eq!(kinds, expected);
    })
    .await;
}

#[tokio::test]
async fn a_counter_never_gives_a_number_twice() {
    on_each_database(|store, _| async move {
        assert_eq!(store.writer.next_number("case-26").await.unwrap(), 1);
        assert_eq!(store.writer.next_number("case-26").await.unwrap(), 2);
        assert_eq!(store.writer.next_number("case-27").await.unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn board_and_worklist_show_the_case_with_its_patient() {
    on_each_database(|store, _| async move {
        let patient = PatientRow {
            patient_key: "p1".to_owned(),
            version: 1,
            family: "DEMO-Bergfeldt".to_owned(),
            given: "Sanna".to_owned(),
            birth_date: "1949-01-12".to_owned(),
            sex: "F".to_owned(),
            body: "{}".to_owned(),
            ..PatientRow::default()
        };
        let case = CaseRow {
            case_id: "26-1".to_owned(),
            patient_key: "p1".to_owned(),
            version: 3,
            state: "scheduled".to_owned(),
            start: Some(at(60)),
            room: "Angio 1".to_owned(),
            body: "{}".to_owned(),
            ..CaseRow::default()
        };
        let step = WorklistRow {
            case_id: "26-1".to_owned(),
            step: "1".to_owned(),
            patient_key: "p1".to_owned(),
            accession_number: "A1".to_owned(),
            study_uid: "1.2.3".to_owned(),
            station_ae: "ANGIO1".to_owned(),
            modality: "XA".to_owned(),
            start: at(60),
            body: "{}".to_owned(),
        };
        let identifier = Change::PutIdentifier {
            issuer: "HH".to_owned(),
            value: "7004128".to_owned(),
            patient_key: "p1".to_owned(),
        };
        let worklist = Change::PutWorklist {
            case_id: "26-1".to_owned(),
            steps: vec![step],
        };
        let changes = vec![
            Change::PutPatient(patient),
            identifier,
            Change::PutCase(case),
            worklist,
        ];
        store.writer.commit(Commit { changes }).await.unwrap();

        let board = store.query.board(at(0), at(120)).await.unwrap();
        assert_eq!(board.len(), 1);
        assert_eq!(board[0].patient.given, "Sanna");
        assert!(store.query.board(at(61), at(120)).await.unwrap().is_empty());

        let found = |filter: WorklistFilter| {
            let query = store.query.clone();
            async move { query.worklist(&filter).await.unwrap().len() }
        };
        let by = WorklistFilter::default;
        assert_eq!(found(by()).await, 1);
        assert_eq!(
            found(WorklistFilter {
                station_ae: "ANGIO1".into(),
                ..by()
            })
            .await,
            1
        );
        assert_eq!(
            found(WorklistFilter {
                station_ae: "CT1".into(),
                ..by()
            })
            .await,
            0
        );
        assert_eq!(
            found(WorklistFilter {
                patient_id: "7004128".into(),
                ..by()
            })
            .await,
            1
        );
        assert_eq!(
            found(WorklistFilter {
                patient_id: "7004129".into(),
                ..by()
            })
            .await,
            0
        );
        assert_eq!(
            found(WorklistFilter {
                from: Some(at(60)),
                until: Some(at(60)),
                ..by()
            })
            .await,
            1
        );
        assert_eq!(
            found(WorklistFilter {
                from: Some(at(61)),
                ..by()
            })
            .await,
            0
        );
        assert_eq!(
            store
                .query
                .look_alikes("demo bergfeldt", "")
                .await
                .unwrap()
                .len(),
            1
        );
        assert_eq!(
            store
                .query
                .look_alikes("", "1949-01-12")
                .await
                .unwrap()
                .len(),
            1
        );
        assert_eq!(store.query.look_alikes("", "").await.unwrap().len(), 0);
    })
    .await;
}
