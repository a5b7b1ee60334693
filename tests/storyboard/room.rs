//! The day: check-in, sign-in, time-out, what was done, sign-out.

use crate::storyboard::scene::{Scene, typed};
use crate::storyboard::staff::Person;
use jiff::ToSpan;

/// The nurse at the desk: two identifiers, what was eaten and taken, what the patient looks like.
pub fn the_nurse_checks_the_patient_in(scene: &Scene) {
    let nils = Person::in_role(scene, "ir_nurse");
    nils.opens_the_case();
    nils.takes_up("Check in");
    nils.fills(&[
        (
            "First identifier, as the patient says it",
            "Maria Story1, 12 April 1958",
        ),
        ("Second identifier", "wristband"),
        ("Blood pressure (mmHg)", "132/78"),
        ("Pulse", "72"),
        ("Cannula: gauge and site", "20 G, left forearm"),
    ]);
    let fasted = typed(scene.now().checked_sub(10.hours()).unwrap());
    nils.fills(&[("Last food", &fasted), ("Last drink", &fasted)]);
    nils.picks(&[
        ("Medicines taken today", "No"),
        ("Any allergy", "No"),
        ("Pregnancy possible", "No"),
    ]);
    nils.signs("Arrived");
    assert_eq!(scene.state(), "arrived");
    assert_eq!(scene.gate(), "ready", "{}", scene.case());
    nils.looks("case arrived");
}

pub fn the_sign_in_is_done(scene: &Scene) {
    let nils = Person::in_role(scene, "ir_nurse");
    nils.opens_the_room();
    nils.looks("room arrived");
    nils.takes_up("Begin sign-in");
    nils.signs("Begin sign-in");
    nils.opens_the_room();
    nils.takes_up("Sign-in");
    let asked = nils.answers_yes("Complete sign-in");
    assert_eq!(asked, 16, "fifteen items, and spoken aloud");
    let magnet = "MR safety screening, where MR guides";
    nils.picks(&[(magnet, "Not applicable")]);
    let reason = format!("How it was resolved, or why it does not apply: {magnet}");
    nils.fills(&[
        (&reason, "guided by X-rays"),
        ("Who is present", "Maria Story1, nils, rada, rafael"),
        ("Operator", "rada"),
    ]);
    nils.signs("Complete sign-in");
    assert_eq!(scene.state(), "time_out");
}

/// Led by the operator; the needle comes after it, not before.
pub fn the_time_out_is_done(scene: &Scene) {
    let rada = Person::in_role(scene, "radiologist");
    rada.opens_the_room();
    rada.looks("room time-out");
    rada.takes_up("Puncture");
    rada.is_refused("Start: first puncture", "time");
    rada.opens_the_room();
    rada.takes_up("Time-out");
    rada.answers_yes("Complete time-out");
    rada.fills(&[
        ("Who is present", "nils, rada, rafael"),
        ("Operator", "rada"),
    ]);
    rada.signs("Complete time-out");
    rada.opens_the_room();
    rada.follows("Puncture");
    rada.signs("Start: first puncture");
    assert_eq!(scene.state(), "in_procedure");
}

/// What was used, given and taken, as it happens.
pub fn what_happens_is_recorded(scene: &Scene) {
    let nils = Person::in_role(scene, "ir_nurse");
    let records = |form: &str, fill: &dyn Fn()| {
        nils.opens_the_room();
        nils.takes_up(form);
        fill();
        nils.signs("Record");
    };
    records("Medicine", &|| {
        nils.fills(&[
            ("Medicine", "lidocaine"),
            ("Dose", "100"),
            ("Route", "skin"),
        ]);
        nils.picks(&[("Unit", "mg")]);
    });
    records("Needle", &|| {
        nils.fills(&[("Access site", "left flank"), ("Passes", "1")]);
    });
    records("Specimen", &|| {
        nils.fills(&[
            ("Label of the container", "U-1"),
            ("Site", "left renal pelvis"),
            ("Passes", "1"),
            ("Medium", "sterile tube"),
            ("Tests asked for", "culture"),
        ]);
        nils.picks(&[("Side", "Left"), ("Kind", "Urine")]);
    });
    records("Contrast", &|| {
        nils.fills(&[("Agent", "iohexol"), ("Volume", "12"), ("Iodine", "300")]);
        nils.picks(&[("Route", "Cavity")]);
    });
    records("Device", &|| {
        nils.fills(&[
            ("Device, with its size", "8 Fr pigtail catheter"),
            ("Device identifier (UDI-DI)", "00000000000000"),
            ("Lot", "LOT-1"),
            ("Position", "left renal pelvis"),
            ("Exchange by", &scene.day(90).to_string()),
        ]);
        nils.picks(&[("What became of it", "Implanted")]);
    });
    nils.looks("room in procedure");
    let rada = Person::in_role(scene, "radiologist");
    rada.opens_the_room();
    rada.takes_up("End of the procedure");
    rada.picks(&[("How it ended", "Catheter fixed")]);
    rada.fills(&[(
        "Closure, fixation, or why it was given up",
        "suture and dressing",
    )]);
    rada.signs("End the procedure");
    assert_eq!(scene.state(), "sign_out");
}

pub fn the_sign_out_is_done(scene: &Scene) {
    let nils = Person::in_role(scene, "ir_nurse");
    nils.opens_the_room();
    nils.takes_up("Sign-out");
    nils.answers_yes("Complete sign-out");
    nils.fills(&[
        ("Who is present", "nils, rada, rafael"),
        ("Operator", "rada"),
        ("Specimens counted", "1"),
        ("Orders for afterwards signed by", "rada"),
    ]);
    nils.signs("Complete sign-out");
    nils.opens_the_case();
    nils.looks("case sign-out");
}
