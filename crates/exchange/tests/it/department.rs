//! A department with a real store, SQLite or PostgreSQL by the module of its test, and its HL7 door.

use bytes::Bytes;
use exchange::hl7::limits::Limits;
use exchange::hl7::receive::{Answered, Hl7Door, Hl7Settings};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::collections::BTreeMap;
use std::sync::Arc;
use store::Store;
use store::database::Location;
use store::query::Table;
use store::rows::{CaseRow, TaskRow};
use testkit::postgres::Database;
use workflow::{Clock, Desk, Rules, Site};

#[derive(Debug)]
pub struct FixedClock;

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        "2027-01-12T08:00:00Z".parse().unwrap()
    }
}

pub struct Department {
    pub desk: Desk,
    pub door: Hl7Door,
    _folder: tempfile::TempDir,
    database: Option<Database>,
}

pub fn rules() -> Rules {
    let files: BTreeMap<String, String> = testkit::shipped_rules::files().into_iter().collect();
    let pathway = knowledge::pathway::Pathway::read(|path| files.get(path).cloned()).unwrap();
    Rules::new(
        testkit::shipped_rules::rule_book().clone(),
        pathway,
        testkit::shipped_rules::dose_rules(),
    )
}

pub fn site() -> Site {
    Site {
        zone: Some(TimeZone::get("Europe/Helsinki").unwrap()),
        patient_issuer: Some("RIVER".to_owned()),
        telephone_day: Some("1".to_owned()),
        telephone_night: Some("2".to_owned()),
        emergency_number: Some("112".to_owned()),
        ..Site::unconfigured()
    }
}

impl Department {
    pub async fn open(site: Site) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = testkit::postgres::wanted().unwrap();
        let desk = Self::desk(folder.path(), database.as_ref(), site).await;
        Self::with(desk, folder, database)
    }

    /// The same store after a restart with other settings.
    pub async fn reopen(self, site: Site) -> Self {
        let Self {
            desk,
            door,
            _folder: folder,
            database,
        } = self;
        drop((desk, door));
        let desk = Self::desk(folder.path(), database.as_ref(), site).await;
        Self::with(desk, folder, database)
    }

    async fn desk(folder: &std::path::Path, database: Option<&Database>, site: Site) -> Desk {
        let location = Location {
            database: database.map(Database::url),
            folder: folder.to_owned(),
        };
        let store = Store::open(&location).await.unwrap();
        Desk::new(
            store,
            Arc::new(FixedClock),
            Arc::new(site),
            Arc::new(rules()),
        )
    }

    fn with(desk: Desk, folder: tempfile::TempDir, database: Option<Database>) -> Self {
        let settings = Hl7Settings {
            limits: Limits::default(),
            senders: BTreeMap::new(),
            anybody: crate::outside_files::settings(),
            application: "SELDINGER".to_owned(),
            facility: "IR".to_owned(),
        };
        let door = Hl7Door::new(desk.clone(), settings);
        Self {
            desk,
            door,
            _folder: folder,
            database,
        }
    }

    /// Sends one message and says code and text of the answer, e.g. `AA`, `AE PID-3: no patient identifier`.
    pub async fn send(&self, text: &str) -> String {
        let answered = self.take(text.as_bytes()).await;
        let parts: Vec<String> = answered
            .iter()
            .map(|one| {
                let text = format!("{} {}", one.answer.code.code(), one.answer.text);
                text.trim_end().to_owned()
            })
            .collect();
        parts.join(" / ")
    }

    pub async fn take(&self, bytes: &[u8]) -> Vec<Answered> {
        self.door
            .take(&Bytes::copy_from_slice(bytes), "127.0.0.1", "")
            .await
    }

    pub async fn cases(&self) -> Vec<CaseRow> {
        let mut cases = Vec::new();
        let states: Vec<&str> = case::State::ALL.iter().map(|state| state.code()).collect();
        for entry in self.desk.query().cases_in_states(&states).await.unwrap() {
            cases.push(entry.case);
        }
        cases.sort_by(|a, b| a.case_id.cmp(&b.case_id));
        cases
    }

    pub async fn states(&self) -> Vec<String> {
        self.cases()
            .await
            .into_iter()
            .map(|case| case.state)
            .collect()
    }

    pub async fn case(&self, index: usize) -> case::Case {
        let id = self.cases().await[index].case_id.clone();
        workflow::case_file::load_case(self.desk.query(), &id)
            .await
            .unwrap()
            .unwrap()
    }

    pub async fn tasks(&self) -> Vec<TaskRow> {
        self.desk.query().open_tasks().await.unwrap()
    }

    pub async fn task_kinds(&self) -> Vec<String> {
        let mut kinds: Vec<String> = self.tasks().await.into_iter().map(|t| t.kind).collect();
        kinds.sort();
        kinds
    }

    /// How much stands in every table.
    pub async fn counts(&self) -> Vec<(&'static str, i64)> {
        let mut counts = Vec::new();
        for table in Table::ALL {
            counts.push((table.name(), self.desk.query().count(*table).await.unwrap()));
        }
        counts
    }
}
