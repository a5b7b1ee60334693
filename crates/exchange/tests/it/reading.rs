//! What each message family comes to, on messages written here.

use crate::outside_files::{laboratory_codes, settings};
use bytes::Bytes;
use exchange::hl7::limits::Limits;
use exchange::hl7::read::{Meaning, Reading, read};
use model::{BirthDate, LaboratoryStatus, Laterality, Modality, Sex, Urgency};
use workflow::incoming::{
    AppointmentChange, DeathStatement, Incoming, IncomingOrder, IncomingOrders, IncomingPatient,
    IncomingResult, OrderAction, PatientChange,
};

const PID: &str =
    "PID|1||H1^^^RIVER^MR~S1^^^NAT^SS||Testi&von^Aino^M~Testi^Aino^^^^^D||19580412|F|||||||fi";

fn message(kind: &str, segments: &[&str]) -> Bytes {
    let mut text = format!("MSH|^~\\&|HIS|WARD|IR|HOSP|20270112083000||{kind}|C1|P|2.5.1\r");
    for segment in segments {
        text.push_str(segment);
        text.push('\r');
    }
    Bytes::from(text)
}

fn reading(kind: &str, segments: &[&str]) -> Reading {
    read(
        &message(kind, segments),
        &Limits::default(),
        &settings(),
        &laboratory_codes(),
    )
}

fn applied(kind: &str, segments: &[&str]) -> Incoming {
    match reading(kind, segments).meaning {
        Meaning::Apply { what, .. } => *what,
        other => panic!("{other:?}"),
    }
}

fn quarantined(kind: &str, segments: &[&str]) -> String {
    match reading(kind, segments).meaning {
        Meaning::Quarantine(fault) => fault.at.to_string(),
        other => panic!("{other:?}"),
    }
}

fn patient(kind: &str, segments: &[&str]) -> IncomingPatient {
    match applied(kind, segments) {
        Incoming::Patients(mut changes) => changes.remove(0).patient,
        other => panic!("{other:?}"),
    }
}

fn orders(kind: &str, segments: &[&str]) -> IncomingOrders {
    match applied(kind, segments) {
        Incoming::Orders(orders) => orders,
        other => panic!("{other:?}"),
    }
}

fn order(segments: &[&str]) -> IncomingOrder {
    orders("ORM^O01", segments)
        .visits_to_the_room
        .remove(0)
        .remove(0)
}

fn results(segments: &[&str]) -> Vec<IncomingResult> {
    match applied("ORU^R01", segments) {
        Incoming::Results(results) => results.results,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_patient_has_identifiers_with_issuer_name_birth_date_and_sex() {
    let got = patient("ADT^A04", &[PID]);
    let ids: Vec<(&str, &str)> = got
        .identifiers
        .iter()
        .map(|i| (i.value(), i.issuer()))
        .collect();
    assert_eq!(ids, [("H1", "RIVER"), ("S1", "NAT")]);
    let name = got.name.unwrap();
    assert_eq!(
        (name.family.as_str(), name.given.as_str()),
        ("Testi", "Aino")
    );
    assert_eq!(
        got.birth_date,
        Some(BirthDate::Day(jiff::civil::date(1958, 4, 12)))
    );
    assert_eq!(got.sex, Some(Sex::Female));
    assert_eq!(got.death, DeathStatement::NotStated);
    assert_eq!(got.language.as_deref(), Some("fi"));
    assert_eq!(got.allergies, None);
}

#[test]
fn what_is_not_stated_stays_open_and_what_is_deleted_is_said() {
    let got = patient("ADT^A08", &["PID|1||H1"]);
    assert_eq!(got.identifiers[0].issuer(), "TEST");
    assert_eq!((got.name, got.birth_date, got.sex), (None, None, None));
    let got = patient("ADT^A08", &["PID|1||H1||||\"\"|\"\""]);
    assert_eq!(got.birth_date, Some(BirthDate::Unknown));
    assert_eq!(got.sex, Some(Sex::Unknown));
}

#[test]
fn a_recorded_death_is_never_missed() {
    let check = |pid29: &str, pid30: &str, expected: bool| {
        let pid = format!("PID|1||H1{}|{pid29}|{pid30}", "|".repeat(25));
        let got = patient("ADT^A08", &[&pid]).death;
        assert_eq!(
            matches!(got, DeathStatement::Dead(_)),
            expected,
            "{pid29} {pid30}"
        );
    };
    check("20270101", "Y", true);
    check("", "Y", true);
    check("20270101", "", true);
    check("20270101", "N", true);
    check("not a date", "Y", true);
    check("", "N", false);
    check("", "", false);
    check("\"\"", "\"\"", false);
}

#[test]
fn weight_needs_a_unit_and_never_guesses_one() {
    let weight = |unit: &str| {
        let obx = format!("OBX|1|NM|29463-7^Body weight^LN||150|{unit}|||||F|||20270112");
        let got = patient("ADT^A08", &[PID, &obx]);
        got.weight.map(|w| (w.value.0 * 10.0).round())
    };
    assert_eq!(weight("kg"), Some(1500.0));
    assert_eq!(weight("[lb_av]"), Some(680.0));
    assert_eq!(weight(""), None);
    assert_eq!(weight("lbs"), None);
}

#[test]
fn faults_name_segment_and_field() {
    let check = |kind: &str, segments: &[&str], expected: &str| {
        assert_eq!(quarantined(kind, segments), expected);
    };
    check("ADT^A01", &["PID|1||"], "PID-3");
    check("ADT^A01", &[], "PID-3");
    check("ADT^A01", &["PID|1||H1||||1958-04-12"], "PID-7");
    check("ADT^A40", &[PID], "MRG-1");
    check("ADT^A40", &[PID, "MRG|H1^^^RIVER"], "MRG-1");
    check("ADT^A40", &["MRG|H2^^^RIVER"], "MRG");
    check("ORM^O01", &[PID], "ORC-1");
    check("ORM^O01", &[PID, "ORC|"], "ORC-1");
    check("ORM^O01", &[PID, "ORC|NW", "OBR|1|||X"], "ORC-2");
    check("ORM^O01", &[PID, "ORC|NW|P1"], "OBR-4");
    check("ORM^O01", &[PID, "ORC|NW|P1", "OBR|1|P1"], "OBR-4");
    check(
        "OMI^O23",
        &[PID, "ORC|NW|P1", "OBR|1|P1||X", "IPC|A1|R1|1.2.x"],
        "IPC-3",
    );
    check("ORU^R01", &[PID], "OBR-4");
    check(
        "ORU^R01",
        &[PID, "OBR|1|||X", "OBX|1|NM|1||5|||||"],
        "OBX-11",
    );
    check(
        "ORU^R01",
        &[PID, "OBR|1|||X", "OBX|1|NM|1||5|||||Q"],
        "OBX-11",
    );
    check(
        "ORU^R01",
        &[PID, "OBR|1|||X", "OBX|1|NM|||5||||||F"],
        "OBX-3",
    );
    check(
        "ORU^R01",
        &[
            PID,
            "OBR|1|||X",
            "OBX|1|NM|1||5||||||F",
            "OBX|2|NM|1||5||||||F|||yesterday",
        ],
        "OBX(2)-14",
    );
    check("SIU^S12", &[PID], "SCH-1");
    check("SIU^S12", &[PID, "SCH||"], "SCH-1");
}

#[test]
fn types_outside_the_list_are_not_taken() {
    for kind in ["ADT^A02", "SIU^S16", "MDM^T02", "REF^I12", "ADT"] {
        let meaning = reading(kind, &[PID]).meaning;
        assert!(matches!(meaning, Meaning::NotTaken(_)), "{kind}");
    }
}

#[test]
fn an_order_has_its_numbers_side_and_times() {
    let got = order(&[
        PID,
        "ORC|NW|P1^HIS|F1^RIS|G1^HIS|||^^^20270120^^A|||||D9^Doctor^Dora",
        "TQ1|1||||||202701200900||S",
        "OBR|1|P1|F1|biopsy_kidney^Kidney biopsy^99SELDINGER^NK6^Kidney^L|||||||||Known TIA||^^^^L|||ACC9|||||||||||||N18^Kidney failure^I10",
        "ZDS|1.2.3.4^100^Application^DICOM",
    ]);
    assert_eq!(got.action, OrderAction::New);
    assert_eq!(got.placer.unwrap().namespace, "HIS");
    assert_eq!(got.accession.unwrap().as_str(), "ACC9");
    assert_eq!(got.study_uid.unwrap().as_str(), "1.2.3.4");
    assert_eq!(got.procedure.len(), 2);
    assert_eq!(got.procedure[0].system, "99SELDINGER");
    assert_eq!(got.laterality, Laterality::Left);
    assert_eq!(got.urgency, Some(Urgency::Emergency));
    assert_eq!(got.wanted_at.unwrap().to_string(), "2027-01-20T07:00:00Z");
    assert_eq!(got.reason, "Kidney failure");
    assert_eq!(got.clinical_information, "Known TIA");
    assert_eq!(got.referrer.name.family, "Doctor");
}

#[test]
fn the_accession_number_comes_from_ipc_else_obr_18_else_obr_3() {
    let obr = "OBR|1|P1|F1|X||||||||||||||O18";
    let accession = |obr: &str, ipc: &str| {
        let got = orders("OMI^O23", &[PID, "ORC|NW|P1", obr, ipc]);
        let order = got.visits_to_the_room[0][0].clone();
        order.accession.map(|a| a.as_str().to_owned())
    };
    let ipc = "IPC|I1|RP1|1.2.3|SPS1|XA|||| LAB1~LAB2";
    assert_eq!(accession(obr, ipc).as_deref(), Some("I1"));
    assert_eq!(accession(obr, "IPC||RP1").as_deref(), Some("O18"));
    assert_eq!(accession("OBR|1|P1|F1|X", "NTE|1").as_deref(), Some("F1"));
    assert_eq!(accession("OBR|1|P1||X", "NTE|1"), None);
    let got = orders("OMI^O23", &[PID, "ORC|NW|P1", obr, ipc]);
    let order = &got.visits_to_the_room[0][0];
    assert_eq!(order.modality, Some(Modality::Fluoroscopy));
    assert_eq!(order.stations.len(), 2);
    assert_eq!(order.requested_procedure_id.as_deref(), Some("RP1"));
    assert_eq!(order.scheduled_procedure_step_id.as_deref(), Some("SPS1"));
}

#[test]
fn orders_with_the_same_group_are_one_visit_others_one_each() {
    let got = orders(
        "ORM^O01",
        &[
            PID,
            "ORC|NW|P1||G1",
            "OBR|1|P1||X",
            "ORC|NW|P2||G1",
            "OBR|2|P2||Y",
            "ORC|NW|P3",
            "OBR|3|P3||Z",
            "ORC|NW|P4",
            "OBR|4|P4||Z",
        ],
    );
    let visits: Vec<usize> = got.visits_to_the_room.iter().map(Vec::len).collect();
    assert_eq!(visits, [2, 1, 1]);
}

#[test]
fn an_order_control_outside_the_list_is_ignored_with_its_reason() {
    let Meaning::Ignore(reasons) = reading("ORM^O01", &[PID, "ORC|SC|P1", "OBR|1|P1||X"]).meaning
    else {
        panic!("not ignored");
    };
    assert_eq!(reasons, ["ORC-1: order control SC is not taken"]);
    for (control, action) in [
        ("XO", OrderAction::Change),
        ("CA", OrderAction::Cancel),
        ("DC", OrderAction::Cancel),
        ("OD", OrderAction::Cancel),
    ] {
        let got = order(&[PID, &format!("ORC|{control}|P1"), "OBR|1|P1||X"]);
        assert_eq!(got.action, action);
    }
    assert_eq!(order(&[PID, "ORC|CA|P1"]).procedure, []);
}

#[test]
fn laboratory_values_keep_value_unit_status_and_specimen_time() {
    let got = results(&[
        PID,
        "OBR|1|P1|F1|CBC|||202701110700",
        "OBX|1|NM|6301-6^INR^LN||1.4||||||F|||202701110815",
        "OBX|2|SN|L77^Platelets^L^777-3^Platelets^LN||<^50|10*9/L|||||C",
        "OBX|3|CE|2106-3^hCG^LN||NEG^negative^L||||||P",
        "OBX|4|NM|2106-3^White^HL70005||1|x|||||F",
        "OBX|5|NM|2160-0^Creatinine^LN||||||||X",
    ]);
    let row = |r: &IncomingResult| {
        let v = &r.value;
        (
            v.analyte.clone().unwrap_or_default(),
            v.value.clone(),
            v.unit.clone(),
            v.status,
        )
    };
    let expected = [
        ("inr", "1.4", "", LaboratoryStatus::Final),
        ("platelets", "<50", "10*9/L", LaboratoryStatus::Corrected),
        ("hcg_urine", "negative", "", LaboratoryStatus::Preliminary),
        ("", "1", "x", LaboratoryStatus::Final),
        ("creatinine", "", "", LaboratoryStatus::Cancelled),
    ];
    for (got, (analyte, value, unit, status)) in got.iter().map(row).zip(expected) {
        assert_eq!(
            got,
            (
                analyte.to_owned(),
                value.to_owned(),
                unit.to_owned(),
                status
            )
        );
    }
    let at = |i: usize| got[i].value.specimen_at.unwrap().to_string();
    assert_eq!(at(0), "2027-01-11T06:15:00Z");
    assert_eq!(at(1), "2027-01-11T05:00:00Z");
    assert_eq!(got[0].placer.as_ref().unwrap().value, "P1");
}

#[test]
fn merges_pair_each_old_identifier_with_the_patient_before_it() {
    let what = applied(
        "ADT^A40",
        &[
            PID,
            "MRG|OLD1^^^RIVER",
            "PID|2||H2^^^RIVER",
            "MRG|OLD2^^^RIVER",
        ],
    );
    let Incoming::Patients(changes) = what else {
        panic!("no patients")
    };
    let old: Vec<&str> = changes
        .iter()
        .map(|change| match &change.change {
            PatientChange::Merged(old) => old[0].value(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(old, ["OLD1", "OLD2"]);
    assert_eq!(changes[1].patient.identifiers[0].value(), "H2");
}

#[test]
fn an_appointment_names_its_number_time_and_services() {
    let what = applied(
        "SIU^S15",
        &[
            PID,
            "SCH|A1^HIS|A2||||CHECK^Check-up^L|||||^^^202701200900|||||||||||||||ORD1",
            "AIS|1||X^Biopsy^L",
        ],
    );
    let Incoming::Appointment(got) = what else {
        panic!("no appointment")
    };
    assert_eq!(got.change, AppointmentChange::Cancelled);
    assert_eq!(got.placer_appointment.unwrap().value, "A1");
    assert_eq!(got.placer_order.unwrap().value, "ORD1");
    assert_eq!(got.starts.unwrap().to_string(), "2027-01-20T07:00:00Z");
    assert_eq!(got.services[0].text, "Biopsy");
    assert_eq!(got.reason, "Check-up");
}
