//! Afterwards: recovery, home, the result, the catheter, and the end.

use crate::storyboard::scene::{PATIENT, Scene, typed};
use crate::storyboard::staff::Person;

/// The ward's nurse watches; the story's observation is over as soon as it is written down.
pub fn the_patient_recovers(scene: &Scene) {
    let wanda = Person::in_role(scene, "ward_nurse");
    wanda.opens_the_case();
    wanda.takes_up("To recovery");
    wanda.fills(&[
        ("Observation", "drainage, standard"),
        ("Position", "on the back"),
        ("Observed until", &typed(scene.now())),
        (
            "Call the doctor when",
            "systolic below 100, pulse above 110, fever, blood in the bag",
        ),
    ]);
    wanda.signs("Begin recovery");
    assert_eq!(scene.state(), "recovery");
    wanda.opens_the_case();
    wanda.takes_up("Record a check");
    wanda.fills(&[
        ("Blood pressure (mmHg)", "128/74"),
        ("Pulse", "70"),
        ("Access site, in words", "dry"),
        ("Drain output", "250"),
    ]);
    wanda.signs("Save the check");
    wanda.opens("/recovery");
    wanda.sees(&["STORY1, Maria"]);
    wanda.looks("recovery");
}

pub fn the_patient_goes_home(scene: &Scene) {
    let wanda = Person::in_role(scene, "ward_nurse");
    wanda.opens_the_case();
    wanda.takes_up("Discharge");
    wanda.answers_yes("Discharge");
    wanda.fills(&[
        ("Language of the written instructions", "en"),
        (
            "Medicines to restart, and when",
            "apixaban tomorrow at 20:00",
        ),
        (
            "Who tells the results, and by when",
            "Dr Doctor, within two weeks",
        ),
    ]);
    wanda.signs("Discharge");
    assert_eq!(scene.state(), "discharged");
    wanda.looks("case discharged");
    wanda.takes_up("Close the case");
    wanda.is_refused("Close the case", "Still open");
}

const CULTURE: &str = "Awaiting results: urine U-1";
const CATHETER: &str = "Device follow up: 8 Fr pigtail catheter left renal pelvis";
const SITE: &str = "Follow up: site check after removal of 8 Fr pigtail catheter left renal pelvis";
const COMPLICATIONS: &str = "Follow up: complication check";

/// The laboratory's answer: written down, read by a doctor, told to the patient.
pub fn the_result_comes_and_is_read(scene: &Scene) {
    let nils = Person::in_role(scene, "ir_nurse");
    nils.opens("/follow-up");
    nils.sees(&["STORY1, Maria"]);
    nils.looks("follow-up");
    nils.opens_the_case();
    nils.sees(&[CULTURE, CATHETER, COMPLICATIONS]);
    nils.follows(&format!("Result of {CULTURE}"));
    nils.looks("record the result");
    nils.fills(&[("Result, as reported", "no growth")]);
    nils.signs("Save the result");

    let rada = Person::in_role(scene, "radiologist");
    rada.opens_the_case();
    rada.follows(&format!("Review {CULTURE}"));
    rada.looks("review the result");
    rada.fills(&[("Conclusion", "no infection")]);
    rada.picks(&[("The result fits the images", "Yes")]);
    rada.signs("Sign the review");
    rada.opens_the_case();
    rada.follows(&format!("Patient told about {CULTURE}"));
    rada.looks("patient told");
    rada.picks(&[("How", "Telephone")]);
    rada.fills(&[(
        "What follows",
        "nothing further, the urologist calls about the stone",
    )]);
    rada.signs("Record that the patient was told");
    closes(&rada, CULTURE, "Result acted on", "no antibiotic needed");
}

/// Weeks later: the catheter is out, its site is healed, nothing has happened since.
pub fn what_was_open_is_settled(scene: &Scene) {
    let nils = Person::in_role(scene, "ir_nurse");
    closes(
        &nils,
        CATHETER,
        "Device removed",
        "removed on the ward, the stone is gone",
    );
    closes(&nils, SITE, "Follow-up done", "dry and closed");
    nils.opens_the_case();
    nils.follows(&format!("Note on {COMPLICATIONS}"));
    nils.looks("note");
    nils.fills(&[("Note", "called, will be at home tomorrow")]);
    nils.signs("Save the note");
    closes(
        &nils,
        COMPLICATIONS,
        "Follow-up done",
        "no fever, no bleeding, well",
    );
}

fn closes(person: &Person<'_>, track: &str, outcome: &str, evidence: &str) {
    person.opens_the_case();
    person.follows(&format!("Close {track}"));
    person.looks("close with evidence");
    person.picks(&[("Outcome", outcome)]);
    person.fills(&[("Evidence, in words", evidence)]);
    person.signs("Close this one");
}

pub fn the_case_is_closed(scene: &Scene) {
    let cora = Person::in_role(scene, "coordinator");
    cora.opens_the_case();
    cora.follows("Close the case");
    cora.signs("Close the case");
    assert_eq!(scene.state(), "closed");
    cora.looks("case closed");
    cora.opens("/tasks");
    cora.sees(&["Tasks"]);
    let text = cora.reads();
    assert!(
        !text.contains("STORY1"),
        "something of {PATIENT} is still open:\n{text}"
    );
    cora.looks("tasks");
    let adam = Person::in_role(scene, "administrator");
    adam.opens("/audit");
    let text = adam.reads();
    assert!(
        !text.contains("STORY1"),
        "the administrator reads a name:\n{text}"
    );
    adam.looks("audit");
}
