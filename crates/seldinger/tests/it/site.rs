//! A hospital for one test: a folder, a settings file, and for PostgreSQL a database of its own.

use sea_orm::{ConnectionTrait, Database};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU64, Ordering};
use store::database::Location;
use store::rows::{AuditRow, InboxRow, ObjectRow, PatientRow};
use store::{Change, Commit, NewEvent, ObjectKey, Store, Stream};

pub const SETTINGS: &str = r#"
[hospital]
name = "Harbour Hospital"
unit = "Interventional radiology"
time_zone = "Europe/Helsinki"
patient_identifier_issuer = "HARBOUR"
[telephones]
day = "+000 1"
night = "+000 2"
emergency = "112"
"#;

pub struct Site {
    folder: tempfile::TempDir,
    pub database: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// SQLite and, where its address is given, PostgreSQL.
#[expect(clippy::print_stdout, reason = "the test runner keeps the line")]
pub fn engines() -> Vec<Engine> {
    if std::env::var_os("SELDINGER_TEST_POSTGRES").is_some() {
        return vec![Engine::Sqlite, Engine::Postgres];
    }
    println!("left out: PostgreSQL (SELDINGER_TEST_POSTGRES is not set)");
    vec![Engine::Sqlite]
}

impl Site {
    pub async fn new(engine: Engine) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("settings.toml"), SETTINGS).unwrap();
        let database = match engine {
            Engine::Sqlite => None,
            Engine::Postgres => Some(empty_postgres().await),
        };
        Self { folder, database }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn location(&self) -> Location {
        Location {
            database: self.database.clone(),
            folder: self.path("data"),
        }
    }

    /// Runs a command of the program with this site's settings.
    pub fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_seldinger"));
        for (key, _) in std::env::vars_os() {
            if key.to_string_lossy().starts_with("SELDINGER_") {
                command.env_remove(key);
            }
        }
        if let Some(database) = &self.database {
            command.env("SELDINGER_DATABASE", database);
        }
        command
            .args(arguments)
            .arg("--data")
            .arg(self.path("data"))
            .arg("--config")
            .arg(self.path("settings.toml"))
            .current_dir(self.folder.path())
            .output()
            .unwrap()
    }

    pub fn entries(&self) -> Vec<String> {
        names(self.folder.path())
    }
}

pub fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

async fn empty_postgres() -> String {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let url = std::env::var("SELDINGER_TEST_POSTGRES").unwrap();
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let name = format!("ops_{}_{number}", std::process::id());
    let admin = Database::connect(&url).await.unwrap();
    let create = format!("create database {name}");
    admin.execute_unprepared(&create).await.unwrap();
    let (address, options) = url.split_once('?').unwrap_or((&url, ""));
    let (server, _) = address.rsplit_once('/').unwrap();
    format!("{server}/{name}?{options}")
}

/// A patient, a message and two objects, as the store keeps them.
pub async fn fill(store: &Store) -> [ObjectKey; 2] {
    let at = jiff::Timestamp::from_second(1_800_000_000).unwrap();
    let report = store.objects.put(b"a dose report").unwrap();
    let message = store.objects.put(b"MSH|^~\\&|").unwrap();
    let commit = Commit {
        changes: vec![
            Change::Append {
                stream: Stream::Patient(model::PatientKey::new("p1").unwrap()),
                expected: 0,
                events: vec![NewEvent {
                    at,
                    actor: "HIS".to_owned(),
                    role: "hl7".to_owned(),
                    kind: "patient_registered".to_owned(),
                    body: "{}".to_owned(),
                }],
            },
            Change::PutPatient(PatientRow {
                patient_key: "p1".to_owned(),
                version: 1,
                body: "{}".to_owned(),
                ..PatientRow::default()
            }),
            Change::TakeIn(InboxRow {
                sender: "HIS".to_owned(),
                message_id: "m1".to_owned(),
                sha256: message.as_str().to_owned(),
                outcome: "applied".to_owned(),
                reason: String::new(),
                reply: "MSA|AA".to_owned(),
                received: at,
                object_key: message.as_str().to_owned(),
            }),
            Change::AddObject(ObjectRow {
                sop_instance_uid: "1.2.3".to_owned(),
                sha256: report.as_str().to_owned(),
                sop_class_uid: "1.2".to_owned(),
                study_uid: "1.2.4".to_owned(),
                series_uid: "1.2.5".to_owned(),
                transfer_syntax: "1.2.840.10008.1.2.1".to_owned(),
                bytes: 13,
                received: at,
                sender: "ANGIO1".to_owned(),
                case_id: String::new(),
                kind: "dose_report".to_owned(),
                body: "{}".to_owned(),
            }),
            Change::Audit(AuditRow {
                at,
                actor: "lund".to_owned(),
                role: "ir_nurse".to_owned(),
                action: "open_case".to_owned(),
                patient_key: "p1".to_owned(),
                case_id: String::new(),
                detail: String::new(),
            }),
        ],
    };
    store.writer.commit(commit).await.unwrap();
    [report, message]
}
