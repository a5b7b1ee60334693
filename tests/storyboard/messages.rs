//! What the hospital's other systems send: the order, who the patient is, the blood values.

use crate::storyboard::scene::{BORN, OTHER_PATIENT, PATIENT, PROCEDURE, Scene};
use interoperability::mllp::{Sender, acknowledged};

/// The information system sends the order twice, as one does after a lost acknowledgement.
pub fn the_order_comes_and_makes_one_case(scene: &Scene) {
    for _ in 0..2 {
        taken(scene, &order(scene));
    }
    assert_eq!(scene.cases_of(PATIENT).len(), 1);
    assert_eq!(scene.state(), "referred");
}

/// Somebody else is in the department too: nothing of the one may turn up at the other.
pub fn another_patient_is_ordered_too(scene: &Scene) {
    let message = format!(
        "{}\nPID|1||{OTHER_PATIENT}^^^HARBOUR^MR||Story2^Otto||19490303|M\nPV1|1|O\n\
         ORC|NW|P2\nOBR|1|P2||iliac_angioplasty^iliac_angioplasty^99SELDINGER|||||||||||^^^^R\n",
        header(scene, "HIS", "ORM^O01", "M2")
    );
    taken(scene, &message);
}

/// Admission data: the weight and the language come with them.
pub fn the_patient_is_registered(scene: &Scene) {
    let measured = scene.day(-2).strftime("%Y%m%d");
    let message = format!(
        "{}\nEVN||{measured}\n{}\nPV1|1|O\nOBX|1|NM|29463-7^Body weight^LN||70|kg|||||F|||{measured}080000\n",
        header(scene, "HIS", "ADT^A08", "A1"),
        patient()
    );
    taken(scene, &message);
}

/// Yesterday's blood, by the codes that are mapped from the start.
pub fn the_blood_values_come(scene: &Scene) {
    let taken_at = scene.day(-1).strftime("%Y%m%d063000").to_string();
    let mut message = format!(
        "{}\n{}\nOBR|1|L1|L1|PANEL^Blood before the procedure^L|||{taken_at}\n",
        header(scene, "LAB", "ORU^R01", "L1"),
        patient()
    );
    let values = [
        ("6301-6", "INR", "1.1", "{INR}"),
        ("777-3", "Platelets", "214", "10*9/L"),
        ("718-7", "Haemoglobin", "129", "g/L"),
        ("14682-9", "Creatinine", "74", "umol/L"),
    ];
    for (place, (code, name, value, unit)) in values.into_iter().enumerate() {
        message.push_str(&format!(
            "OBX|{}|NM|{code}^{name}^LN||{value}|{unit}|||||F|||{taken_at}\n",
            place + 1
        ));
    }
    taken(scene, &message);
}

fn taken(scene: &Scene, message: &str) {
    let answer = Sender::connect(&scene.mllp())
        .unwrap()
        .send(message)
        .unwrap();
    let (code, segment) = acknowledged(&answer);
    assert_eq!(code, "AA", "{segment}\n{answer}");
}

fn order(scene: &Scene) -> String {
    format!(
        "{}\n{}\nPV1|1|O|||||||D9^Doctor^Dora\nORC|NW|P1||||||||||D9^Doctor^Dora\n\
         OBR|1|P1||{PROCEDURE}^{PROCEDURE}^99SELDINGER|||||||||||^^^^L||||||||||||||||^obstructed kidney, ureteric stone\n",
        header(scene, "HIS", "ORM^O01", "M1"),
        patient()
    )
}

fn header(scene: &Scene, system: &str, kind: &str, number: &str) -> String {
    let sent = scene.now().strftime("%Y%m%d%H%M%S");
    format!(
        "MSH|^~\\&|{system}|HARBOUR|SELDINGER|IR|{sent}||{kind}|{number}|P|2.5.1|||||||UNICODE UTF-8"
    )
}

fn patient() -> String {
    let born = BORN.strftime("%Y%m%d");
    format!("PID|1||{PATIENT}^^^HARBOUR^MR||Story1^Maria||{born}|F")
}
