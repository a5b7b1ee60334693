//! Before the day: vetting, booking, what is known, consent, the free slot.

use crate::storyboard::scene::{Scene, typed};
use crate::storyboard::staff::Person;
use jiff::ToSpan;
use jiff::civil::DateTime;

/// The order that came is on the list, not vetted.
pub fn the_coordinator_finds_the_order(scene: &Scene) {
    let cora = Person::in_role(scene, "coordinator");
    cora.looks("board empty");
    cora.opens("/cases");
    cora.sees(&["STORY1, Maria", "STORY2, Otto"]);
    cora.looks("cases");
    cora.opens_the_case();
    cora.sees(&[
        "Percutaneous nephrostomy",
        "obstructed kidney, ureteric stone",
        "left",
    ]);
    cora.looks("case referred");
}

pub fn the_radiologist_vets(scene: &Scene) {
    let rada = Person::in_role(scene, "radiologist");
    rada.opens_the_case();
    rada.takes_up("Vet");
    rada.page.choose("Guidance", "Fluoroscopy").unwrap();
    rada.picks(&[
        ("Bleeding risk", "High"),
        ("Anaesthesia", "Sedation"),
        ("Stay", "Day case"),
    ]);
    rada.fills(&[
        ("Access route and target", "left flank, lower pole calyx"),
        ("Time in the room", "60"),
    ]);
    rada.is_refused("Accept and sign", "justification of the exposure");
    let why = (
        "Justification of the exposure",
        "decompression; ultrasound alone does not reach it",
    );
    rada.fills(&[why]);
    rada.signs("Accept and sign");
    assert_eq!(scene.state(), "vetting");
}

pub fn the_coordinator_books(scene: &Scene) {
    let cora = Person::in_role(scene, "coordinator");
    cora.opens_the_case();
    cora.takes_up("Book");
    books(&cora, scene.booked());
    cora.signs("Book");
    assert_eq!(scene.state(), "scheduled");
    cora.looks("case booked");
}

fn books(person: &Person<'_>, start: DateTime) {
    person.page.choose("Room", "Angio 1 (rada)").unwrap();
    person.fills(&[("Start", &typed(start)), ("Time in the room", "60")]);
}

/// On the telephone: medicines and allergies are asked, not guessed.
pub fn the_nurse_asks_what_is_known(scene: &Scene) {
    let nils = Person::in_role(scene, "ir_nurse");
    nils.opens_the_case();
    nils.sees(&["Medicines not asked yet", "Allergies not asked yet"]);
    nils.takes_up("Begin preparation");
    nils.signs("Begin preparation");
    nils.opens_the_case();
    nils.takes_up("What is known");
    nils.fills(&[
        ("Medicine", "apixaban"),
        ("Dose, as written", "5 mg"),
        ("Clock times", "08:00, 20:00"),
        ("For", "atrial_fibrillation"),
        ("ATC code", "B01AF02"),
    ]);
    nils.signs("Add the medicine");
    nils.signs("Asked: has none");
    nils.page
        .choose("About", "Who takes the patient home")
        .unwrap();
    nils.fills(&[("In words", "her daughter")]);
    nils.signs("Save");
    nils.sees(&["apixaban 5 mg 08:00, 20:00", "No known allergies."]);
    nils.looks("what is known answered");
    nils.opens_the_case();
    nils.looks("case preparation");
}

pub fn the_radiologist_takes_consent(scene: &Scene) {
    let rada = Person::in_role(scene, "radiologist");
    rada.opens_the_case();
    rada.takes_up("Record consent");
    rada.picks(&[("How it was given", "Signed")]);
    rada.fills(&[
        ("Language", "en"),
        (
            "What was discussed",
            "obstruction, benefit, antegrade stent as alternative, bleeding and infection",
        ),
        ("Given by", "the patient"),
    ]);
    rada.signs("Consent given");
    rada.sees(&["Consent"]);
}

/// A slot is free today. The hold is not over, as far as anybody knows: a radiologist would have to decide, until the
/// patient says when the last dose really was.
pub fn a_free_slot_today_is_taken(scene: &Scene) {
    let cora = Person::in_role(scene, "coordinator");
    cora.opens_the_case();
    cora.takes_up("Move");
    books(&cora, scene.now());
    cora.fills(&[("Why", "a slot is free today")]);
    cora.signs("Move and make the plan again");
    cora.looks("case moved");
    assert_eq!(scene.gate(), "review");

    let nils = Person::in_role(scene, "ir_nurse");
    nils.opens(&format!("/cases/{}/facts", scene.case_id()));
    let last = scene.now().checked_sub(4.days()).unwrap();
    nils.page.fill("Last dose taken at", &typed(last)).unwrap();
    // The first field of this name belongs to another form.
    nils.page
        .fill_in("Save the dose", "Medicine", "apixaban")
        .unwrap();
    nils.fills(&[("Said by", "the patient: stopped four days ago for a tooth")]);
    nils.signs("Save the dose");

    cora.opens("/board");
    cora.sees(&["STORY1, Maria"]);
    cora.looks("board today");
}
