//! 92 messages made by others, one line each in a golden table: outcome, reason, counts. Never names or
//! identifiers. `UPDATE_GOLDEN=1` writes the table anew; it is then read line by line like code.

use bytes::Bytes;
use exchange::hl7::limits::Limits;
use exchange::hl7::read::{Meaning, Reading, read};
use exchange::hl7::sender::SenderSettings;
use exchange::hl7::split::split;
use jiff::tz::TimeZone;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use workflow::incoming::{DeathStatement, Incoming, OrderAction, PatientChange};
use workflow::site_codes::LaboratoryCodes;

pub fn files() -> Option<Vec<PathBuf>> {
    let Some(root) = std::env::var_os("SELDINGER_TEST_DATA") else {
        eprintln!("left out: 92 outside HL7 files (SELDINGER_TEST_DATA is not set)");
        return None;
    };
    let root = Path::new(&root).join("data/hl7v2");
    let mut files = Vec::new();
    for folder in std::fs::read_dir(&root).expect("the folder of outside HL7 files") {
        for file in std::fs::read_dir(folder.unwrap().path()).unwrap() {
            files.push(file.unwrap().path());
        }
    }
    files.sort();
    Some(files)
}

pub fn name(path: &Path) -> String {
    let folder = path.parent().unwrap().file_name().unwrap();
    let file = path.file_name().unwrap();
    format!("{}/{}", folder.to_string_lossy(), file.to_string_lossy())
}

pub fn laboratory_codes() -> LaboratoryCodes {
    let book = testkit::shipped_rules::rule_book();
    LaboratoryCodes::new(book.analytes.values(), &std::collections::BTreeMap::new())
}

pub fn settings() -> SenderSettings {
    SenderSettings::new("TEST", TimeZone::get("Europe/Helsinki").unwrap())
}

fn counts(what: &Incoming) -> String {
    match what {
        Incoming::Patients(changes) => {
            let mut merged = 0;
            let mut dead = 0;
            let mut allergies = 0;
            let mut kinds = Vec::new();
            for change in changes {
                let kind = match &change.change {
                    PatientChange::Admitted => "admitted",
                    PatientChange::Registered => "registered",
                    PatientChange::Discharged => "discharged",
                    PatientChange::Updated => "updated",
                    PatientChange::AdmissionCancelled => "admission cancelled",
                    PatientChange::DischargeCancelled => "discharge cancelled",
                    PatientChange::PersonAdded => "person added",
                    PatientChange::Merged(_) => "merged",
                    PatientChange::IdentifiersChanged(_) => "identifiers changed",
                };
                if let PatientChange::Merged(old) | PatientChange::IdentifiersChanged(old) =
                    &change.change
                {
                    merged += old.len();
                }
                dead += usize::from(matches!(change.patient.death, DeathStatement::Dead(_)));
                allergies += change.patient.allergies.as_ref().map_or(0, Vec::len);
                if !kinds.contains(&kind) {
                    kinds.push(kind);
                }
            }
            format!(
                "{}: patients {}, earlier identifiers {merged}, dead {dead}, allergies {allergies}",
                kinds.join(", "),
                changes.len(),
            )
        }
        Incoming::Orders(orders) => {
            let all = || orders.visits_to_the_room.iter().flatten();
            let action = |wanted| all().filter(|o| o.action == wanted).count();
            format!(
                "orders: new {}, change {}, cancel {}; visits {}, accession {}, study uid {}, dead {}, weight {}",
                action(OrderAction::New),
                action(OrderAction::Change),
                action(OrderAction::Cancel),
                orders.visits_to_the_room.len(),
                all().filter(|o| o.accession.is_some()).count(),
                all().filter(|o| o.study_uid.is_some()).count(),
                u8::from(matches!(orders.patient.death, DeathStatement::Dead(_))),
                u8::from(orders.patient.weight.is_some()),
            )
        }
        Incoming::Results(results) => {
            let mapped = results
                .results
                .iter()
                .filter(|r| r.value.analyte.is_some())
                .count();
            let timed = results
                .results
                .iter()
                .filter(|r| r.value.specimen_at.is_some())
                .count();
            let all = results.results.len();
            format!("values {all}, mapped {mapped}, with specimen time {timed}")
        }
        Incoming::Appointment(a) => format!(
            "{:?}: services {}, places {}, start {}",
            a.change,
            a.services.len(),
            a.places.len(),
            if a.starts.is_some() {
                "known"
            } else {
                "not known"
            },
        ),
    }
}

/// Type, outcome, reason, counts and notes of one message, tab separated.
fn line(reading: &Reading) -> String {
    let (outcome, reason, counts) = match &reading.meaning {
        Meaning::Apply { what, ignored } => ("applied", ignored.join("; "), counts(what)),
        Meaning::Ignore(reasons) => ("ignored", reasons.join("; "), String::new()),
        Meaning::NotTaken(fault) => ("not taken", fault.to_string(), String::new()),
        Meaning::Quarantine(fault) => ("quarantined", fault.to_string(), String::new()),
    };
    let notes = reading.notes.join("; ");
    let kind = reading.header.type_and_trigger();
    format!("{kind}\t{outcome}\t{counts}\t{reason}\t{notes}")
}

#[test]
fn every_outside_file_has_its_outcome() {
    let Some(files) = files() else { return };
    assert_eq!(files.len(), 92);
    let (limits, settings, codes) = (Limits::default(), settings(), laboratory_codes());
    let mut table = String::from("file\tmessage\ttype\toutcome\tcounts\treason\tnotes\n");
    for path in &files {
        let bytes = Bytes::from(std::fs::read(path).unwrap());
        match split(&bytes, &limits) {
            Err(fault) => writeln!(table, "{}\t-\t\tnot taken\t\t{fault}\t", name(path)).unwrap(),
            Ok(messages) => {
                for (i, message) in messages.iter().enumerate() {
                    let reading = read(message, &limits, &settings, &codes);
                    writeln!(table, "{}\t{}\t{}", name(path), i + 1, line(&reading)).unwrap();
                }
            }
        }
    }
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/outside_files.tsv");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&golden, &table).unwrap();
    }
    let expected = std::fs::read_to_string(&golden).expect("the golden table");
    for (got, expected) in table.lines().zip(expected.lines()) {
        assert_eq!(got, expected);
    }
    assert_eq!(table.lines().count(), expected.lines().count());
}

/// All files through a real store (several reuse one message number for other bytes: each is a message of its own),
/// and all of them once more: then nothing changes.
#[tokio::test]
async fn every_outside_file_is_taken_once_and_resending_changes_nothing() {
    let Some(files) = files() else { return };
    let ir = crate::department::Department::open(crate::department::site()).await;
    let mut table =
        String::from("file\tmessage\tanswer\tpatients\tcases\ttasks\tvalues\twaiting\n");
    for path in &files {
        let bytes = std::fs::read(path).unwrap();
        for (i, one) in ir.take(&bytes).await.iter().enumerate() {
            let counts = ir.counts().await;
            let of = |table: &str| counts.iter().find(|c| c.0 == table).unwrap().1;
            writeln!(
                table,
                "{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}",
                name(path),
                i + 1,
                one.answer.code.code(),
                of("patient"),
                of("case_row"),
                of("task"),
                of("laboratory"),
                of("quarantine"),
            )
            .unwrap();
        }
    }
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/outside_files_taken.tsv");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&golden, &table).unwrap();
    }
    let expected = std::fs::read_to_string(&golden).expect("the golden table");
    for (got, expected) in table.lines().zip(expected.lines()) {
        assert_eq!(got, expected);
    }
    assert_eq!(table.lines().count(), expected.lines().count());
    let before = ir.counts().await;
    for path in &files {
        ir.take(&std::fs::read(path).unwrap()).await;
    }
    assert_eq!(ir.counts().await, before);
}
