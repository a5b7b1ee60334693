//! Ready-made payloads: everything answered, everything said.

use case::*;
use jiff::Timestamp;
use model::{
    AeTitle, BleedingClass, CaseId, Laterality, Modality, PatientKey, ProcedureId, Role, StudyUid,
    Urgency,
};

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub fn text(words: &str) -> String {
    words.to_owned()
}

pub fn case_id(id: &str) -> CaseId {
    CaseId::new(id).unwrap()
}

pub fn patient(key: &str) -> PatientKey {
    PatientKey::new(key).unwrap()
}

pub fn procedure(id: &str) -> NewProcedure {
    NewProcedure {
        what: What::Catalogue(ProcedureId::new(id).unwrap()),
        sender_code: None,
        side: Laterality::NotApplicable,
        site: text("segment 6"),
        accession: Some(model::AccessionNumber::new("A-1").unwrap()),
        study: Some(study()),
        orders: OrderNumbers {
            placer: Some(text("P-1")),
            filler: None,
            placer_group: None,
        },
    }
}

pub fn study() -> StudyUid {
    StudyUid::new("1.2.826.0.1.1").unwrap()
}

pub fn referral() -> Referral {
    Referral {
        patient: patient("p1"),
        procedures: vec![procedure("biopsy_liver")],
        urgency: Urgency::Elective,
        indication: text("lesion in segment 6"),
        referrer: text("Dr Aalto"),
        result_to: text("Dr Aalto"),
        wanted_at: None,
        statements: vec![],
        index_case: None,
    }
}

pub fn protocol() -> Protocol {
    Protocol {
        modality: Modality::Ultrasound,
        bleeding_class: BleedingClass::High,
        access: text("subcostal"),
        anaesthesia: text("local"),
        contrast: String::new(),
        devices: text("18 G core needle"),
        setting: text("day_case"),
        room_minutes: 45,
        antibiotic: text("none"),
        observation_bundle: text("OBS_STD"),
        justification: String::new(),
    }
}

pub fn step(start: Timestamp) -> ScheduledStep {
    ScheduledStep {
        step_id: String::new(),
        room: text("Ultrasound 1"),
        station: AeTitle::new("US1").unwrap(),
        start,
        duration_minutes: 60,
        modality: Modality::Ultrasound,
    }
}

/// Books every live procedure of the case.
pub fn booking(case: &Case, start: Timestamp) -> Booking {
    Booking {
        steps: case
            .live()
            .map(|procedure| BookedStep {
                procedure: procedure.number,
                step: step(start),
            })
            .collect(),
        team: text("Lind, Salo"),
        bed: String::new(),
        anaesthesia_slot: String::new(),
    }
}

pub fn consent() -> Consent {
    Consent {
        basis: ConsentBasis::Signed,
        form_version: text("3"),
        language: text("fi"),
        interpreter: String::new(),
        discussed: text("benefits, alternatives, risks"),
        given_by: String::new(),
    }
}

pub fn no_consent(then: AfterRefusal) -> NoConsent {
    NoConsent {
        words: text("does not want it"),
        then,
        restart: Restart::Given(text("apixaban tomorrow at 08:00")),
        given_in_room: text("nothing"),
    }
}

pub fn arrival() -> Arrival {
    Arrival {
        identity_checked_by: vec![text("wristband"), text("birth date")],
        last_food_at: None,
        last_drink_at: None,
        medicines_today: Stated::No,
        allergies_repeated: Stated::No,
        pregnancy_repeated: Stated::Unknown,
        findings: vec![],
    }
}

pub fn checklist(items: &[String]) -> Checklist {
    Checklist {
        items: yes(items),
        present: vec![text("Dr Lind"), text("Nurse Salo")],
        operator: text("Dr Lind"),
        spoken_aloud: true,
    }
}

pub fn yes(items: &[String]) -> Vec<Answered> {
    items
        .iter()
        .map(|item| Answered {
            item: item.clone(),
            answer: ChecklistAnswer::Yes,
        })
        .collect()
}

pub fn needle() -> RoomFact {
    RoomFact::Needle {
        access: text("subcostal"),
        guidance: text("US"),
        gauge: text("17 G"),
        punctures: 1,
    }
}

pub fn specimen() -> RoomFact {
    RoomFact::Specimen(SpecimenTaken {
        container: text("S-1"),
        site: text("segment 6"),
        side: Laterality::NotApplicable,
        kind: text("core"),
        passes: 2,
        medium: text("formalin"),
        tests: text("histology"),
        expected_by: None,
        responsible: Role::Referrer,
    })
}

pub fn catheter() -> RoomFact {
    RoomFact::Device(DeviceUse {
        name: text("pigtail 8 Fr"),
        udi_di: text("0123"),
        lot: text("L9"),
        serial: String::new(),
        expires: None,
        role: DeviceRole::Implanted,
        position: text("right kidney"),
        exchange_by: Some("2027-04-26".parse().unwrap()),
        without_udi_because: String::new(),
    })
}

pub fn haemostasis(happened_at: Timestamp) -> ProcedureEnd {
    ProcedureEnd::Haemostasis {
        happened_at,
        closure: text("manual"),
    }
}

pub fn recovery(observation_ends: Timestamp) -> Recovery {
    Recovery {
        bundle: text("OBS_STD"),
        position: text("right side"),
        bed_rest_ends: Some(observation_ends),
        observation_ends,
        triggers: text("pain, pulse above 110"),
        without_sign_out_because: String::new(),
    }
}

pub fn escalation(kind: EscalationKind, happened_at: Timestamp) -> Escalation {
    Escalation {
        happened_at,
        kind,
        trigger: text("systolic below 90"),
        called: text("Dr Lind"),
        actions: text("fluids"),
    }
}

pub fn discharge(items: &[String]) -> Discharge {
    Discharge {
        criteria: yes(items),
        language: text("fi"),
        restart: text("apixaban tomorrow at 08:00"),
        catheter_care: Stated::No,
        warning_signs_given: Stated::Yes(text("sheet")),
        results_by: text("Dr Aalto in ten days"),
        escort: Stated::Yes(text("daughter")),
        against_advice: String::new(),
    }
}

pub fn cancellation() -> Cancellation {
    Cancellation {
        reason: text("no_show"),
        words: String::new(),
        restart: Restart::Given(text("apixaban tomorrow at 08:00")),
        given_in_room: text("nothing"),
        rebook: Rebook::NotDecided,
    }
}

pub fn order_cancellation() -> OrderCancellation {
    OrderCancellation {
        orders: OrderNumbers {
            placer: Some(text("P-1")),
            ..OrderNumbers::default()
        },
        accession: None,
        words: text("not needed any more"),
        restart: Restart::Owed,
    }
}

pub fn emergency() -> EmergencyEntry {
    EmergencyEntry {
        urgency: EmergencyUrgency::WithinOneHour,
        referred_by: text("Dr Aho"),
        indication: text("infected obstructed kidney"),
        identity_known: Stated::Unknown,
        minimum: vec![],
        steps: vec![],
    }
}

pub fn dose() -> DoseReceived {
    DoseReceived {
        report: text("1.2.826.0.1.9"),
        study: Some(study()),
        totals: model::DoseTotals {
            ka_r: Some(model::Gray(0.4123)),
            ..Default::default()
        },
    }
}
