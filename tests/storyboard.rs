//! One patient's story against the real program, with other people's programs as the hospital's systems and the modality.
//! Outside demonstration, on each database. So far: from the order to the dose report.

mod events;
mod modality;

use interoperability::folder::Folder;
use interoperability::hospital::{self, items};
use interoperability::http::Client;
use interoperability::mllp::{Sender, acknowledged};
use interoperability::peers::{Peer, present};
use interoperability::postgres::Database;
use interoperability::program::{Program, Setup};
use serde_json::Value;

/// What this story is about.
const PROCEDURE: &str = "iliac_angioplasty";
const PATIENT: &str = "H1";

#[test]
fn an_order_becomes_a_case_and_its_dose_report_finds_it_on_sqlite() {
    if present(&[Peer::Dcmtk]).unwrap() {
        story(None);
    }
}

#[test]
fn an_order_becomes_a_case_and_its_dose_report_finds_it_on_postgresql() {
    if present(&[Peer::Dcmtk, Peer::Postgres]).unwrap() {
        let database = Database::new("story").unwrap();
        story(Some(database.url().unwrap()));
    }
}

fn story(database: Option<String>) {
    let folder = Folder::new("story").unwrap();
    let named = Setup {
        database,
        ..Setup::default()
    };
    let setup = hospital::open(&folder, named).unwrap();
    let program = Program::start(&folder, &setup).unwrap();
    let mut watcher = hospital::machine(&folder, &setup).unwrap();

    an_order_makes_one_case(&program, &mut watcher);
    let case = the_case(&program, &mut watcher);
    assert_eq!(case["state"], "referred");
    modality::a_stranger_is_not_answered(&program);
    modality::finds(&program, 0);

    let accession = case["accession_numbers"][0].as_str().unwrap().to_owned();
    modality::sends_a_dose_report(&folder, &program, &accession);
    assert_eq!(
        items(&mut watcher, &program, "/api/unmatched")
            .unwrap()
            .len(),
        0
    );

    let id = case["id"].as_str().unwrap();
    events::are_as_written(
        &items(&mut watcher, &program, &format!("/api/cases/{id}/events")).unwrap(),
    );
    it_can_be_carried_elsewhere(&folder, &setup);
    assert_eq!(program.stop().unwrap(), 0);
}

/// While the program serves: nothing is wrong with the store, and a backup of it is whole on another machine.
fn it_can_be_carried_elsewhere(folder: &Folder, setup: &Setup) {
    hospital::say(folder, setup, &["check"], "").unwrap();
    let archive = folder.path().join("backup.tar");
    let archive = archive.to_str().unwrap();
    hospital::say(folder, setup, &["backup", archive], "").unwrap();
    let elsewhere = Folder::new("elsewhere").unwrap();
    let restored = Setup {
        settings: setup.settings.clone(),
        ..Setup::default()
    };
    hospital::say(&elsewhere, &restored, &["restore", archive], "").unwrap();
    hospital::say(&elsewhere, &restored, &["check"], "").unwrap();
}

/// The information system sends the order twice, as one does after a lost acknowledgement.
fn an_order_makes_one_case(program: &Program, watcher: &mut Client) {
    let mut sender = Sender::connect(&program.mllp).unwrap();
    for _ in 0..2 {
        let answer = sender.send(&hospital::order(1, PROCEDURE)).unwrap();
        let (code, segment) = acknowledged(&answer);
        assert_eq!(code, "AA", "{segment}");
    }
    let path = format!("/api/cases?patient_id={PATIENT}");
    assert_eq!(items(watcher, program, &path).unwrap().len(), 1);
}

fn the_case(program: &Program, watcher: &mut Client) -> Value {
    let path = format!("/api/cases?patient_id={PATIENT}");
    items(watcher, program, &path).unwrap().remove(0)
}
