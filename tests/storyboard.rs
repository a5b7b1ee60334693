//! One patient's story against the real program, with other people's programs as the hospital's systems, the modality and
//! everybody's browser. Outside demonstration, on each database, from the order to the closed case.

mod after;
mod before;
mod events;
mod messages;
mod modality;
mod patient;
mod room;
mod scene;
mod staff;

use interoperability::album::Album;
use interoperability::folder::Folder;
use interoperability::hospital;
use interoperability::peers::{Peer, present};
use interoperability::postgres::Database;
use interoperability::program::Setup;
use scene::{RULE_OF_THE_MEDICINE, Scene};

const PEERS: [Peer; 3] = [Peer::Dcmtk, Peer::Browser, Peer::Poppler];

#[test]
fn one_patient_from_the_order_to_the_closed_case_on_sqlite() {
    if present(&PEERS).unwrap() {
        story(Scene::opens(None, Some(Album::new().unwrap())));
    }
}

#[test]
fn one_patient_from_the_order_to_the_closed_case_on_postgresql() {
    if present(&[&PEERS[..], &[Peer::Postgres]].concat()).unwrap() {
        let database = Database::new("story").unwrap();
        story(Scene::opens(Some(database.url().unwrap()), None));
    }
}

fn story(scene: Scene) {
    messages::the_order_comes_and_makes_one_case(&scene);
    messages::another_patient_is_ordered_too(&scene);
    before::the_coordinator_finds_the_order(&scene);
    before::the_radiologist_vets(&scene);
    modality::a_stranger_is_not_answered(&scene);
    modality::finds_nothing_on(&scene, scene.booked().date());
    before::the_coordinator_books(&scene);
    modality::finds_the_case_on(&scene, scene.booked().date());
    messages::the_patient_is_registered(&scene);
    messages::the_blood_values_come(&scene);
    before::the_nurse_asks_what_is_known(&scene);
    before::the_radiologist_takes_consent(&scene);

    let code = patient::gets_a_code(&scene);
    patient::is_told_that_the_unit_will_call(&scene, &code);
    hospital::approve(&scene.folder, &scene.setup, &[RULE_OF_THE_MEDICINE]).unwrap();
    scene.fails_and_starts_again();
    patient::reads_the_plan(&scene, &code);

    before::a_free_slot_today_is_taken(&scene);
    modality::finds_nothing_on(&scene, scene.booked().date());
    modality::finds_the_case_on(&scene, scene.today());
    assert_eq!(scene.gate(), "pending", "{}", scene.case());
    room::the_nurse_checks_the_patient_in(&scene);
    room::the_sign_in_is_done(&scene);
    room::the_time_out_is_done(&scene);
    room::what_happens_is_recorded(&scene);
    modality::sends_a_dose_report(&scene);
    modality::sends_a_report_under_a_typed_number(&scene);
    modality::sends_a_real_siemens_report(&scene);
    room::the_sign_out_is_done(&scene);

    after::the_patient_recovers(&scene);
    after::the_patient_goes_home(&scene);
    after::the_result_comes_and_is_read(&scene);
    after::what_was_open_is_settled(&scene);
    after::the_case_is_closed(&scene);
    events::are_as_written(&scene);
    it_can_be_carried_elsewhere(&scene);
    scene.closes();
}

/// While the program serves: nothing is wrong with the store, and a backup of it is whole on another machine.
fn it_can_be_carried_elsewhere(scene: &Scene) {
    let archive = scene.file("backup.tar");
    let archive = archive.to_str().unwrap();
    hospital::say(&scene.folder, &scene.setup, &["check"], "").unwrap();
    hospital::say(&scene.folder, &scene.setup, &["backup", archive], "").unwrap();
    let elsewhere = Folder::new("elsewhere").unwrap();
    let restored = Setup {
        settings: scene.setup.settings.clone(),
        ..Setup::default()
    };
    hospital::say(&elsewhere, &restored, &["restore", archive], "").unwrap();
    hospital::say(&elsewhere, &restored, &["check"], "").unwrap();
}
