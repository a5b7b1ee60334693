//! What is not understood is asked, with an owner; what is malformed is refused with its path.

use super::{plans, read};
use serde_json::{Value, json};

const AT: &str = "2027-02-10T10:00:00";

fn request(id: &str, system: &str, code: &str) -> Value {
    json!({
        "resourceType": "ServiceRequest", "id": id, "status": "active", "intent": "order",
        "code": {"coding": [{"system": system, "code": code}], "text": "biopsy"},
        "subject": {"reference": "Patient/p"}, "occurrenceDateTime": "2027-02-16T09:00:00+02:00",
    })
}

fn bundle(resources: &[Value]) -> Value {
    let mut entries = vec![
        json!({"fullUrl": "urn:uuid:1", "resource": {"resourceType": "Patient", "id": "p", "gender": "male",
            "birthDate": "1970-03-04"}}),
    ];
    entries.extend(
        resources
            .iter()
            .map(|resource| json!({"resource": resource})),
    );
    json!({"resourceType": "Bundle", "type": "collection", "entry": entries})
}

fn ours() -> Value {
    request("r1", "urn:seldinger:procedure", "thyroid_fna")
}

/// The plan of one request with one more resource, and the codes of its questions.
fn with(resource: Value) -> (Value, Vec<String>) {
    let plan = plans(&bundle(&[ours(), resource]), AT).remove(0);
    let codes = plan["open_questions"].as_array().unwrap().iter();
    let codes = codes.map(|one| one["code"].as_str().unwrap().to_owned());
    (plan.clone(), codes.collect())
}

fn observation(system: &str, code: &str, value: Value) -> Value {
    json!({
        "resourceType": "Observation", "status": "final", "subject": {"reference": "urn:uuid:1"},
        "code": {"coding": [{"system": system, "code": code}]}, "effectiveDateTime": "2027-02-10T06:00:00Z",
        "valueQuantity": value,
    })
}

#[test]
fn what_nobody_understands_is_asked_with_an_owner_and_keeps_the_gate_from_ready() {
    let subject = json!({"reference": "Patient/p"});
    let check = |resource: Value, code: &str, gate: &str| {
        let (plan, codes) = with(resource);
        assert!(codes.contains(&code.to_owned()), "{code}: {codes:?}");
        assert_eq!(plan["gate_now"], gate, "{code}");
        for question in plan["open_questions"].as_array().unwrap() {
            let owner = question["owner"].as_str().unwrap();
            assert!(model::Role::from_code(owner).is_some(), "{owner}");
            assert!(
                question["path"]
                    .as_str()
                    .unwrap()
                    .starts_with("Bundle.entry")
            );
        }
    };
    let (plain, codes) = with(observation(
        "http://loinc.org",
        "8480-6",
        json!({"value": 120, "unit": "mm[Hg]"}),
    ));
    assert_eq!(plain["gate_now"], "ready");
    assert_eq!(codes, ["medicines_not_stated", "allergies_not_stated"]);
    check(
        observation("urn:lab", "INR", json!({"value": 1})),
        "laboratory_code_not_known",
        "pending",
    );
    check(
        json!({"resourceType": "AllergyIntolerance", "patient": subject, "code": {"text": "white dye"}}),
        "allergy_not_classed",
        "review",
    );
    check(
        json!({"resourceType": "MedicationRequest", "status": "stopped", "subject": subject,
            "medicationCodeableConcept": {"text": "apixaban"}}),
        "medicine_ended",
        "review",
    );
    check(
        json!({"resourceType": "MedicationRequest", "status": "active", "subject": subject,
            "medicationReference": {"reference": "Medication/nowhere"}}),
        "medicine_not_named",
        "review",
    );
    check(
        json!({"resourceType": "Condition", "subject": {"reference": "Patient/other"}}),
        "other_patient",
        "review",
    );
    check(
        json!({"resourceType": "Procedure", "status": "completed", "subject": subject}),
        "resource_not_read",
        "pending",
    );
    check(
        json!({"resourceType": "Condition", "subject": subject, "modifierExtension": [{"url": "x"}]}),
        "modifier_not_understood",
        "review",
    );
    check(
        json!({"resourceType": "QuestionnaireResponse", "status": "completed", "subject": subject,
            "item": [{"linkId": "q7", "text": "Do you smoke?", "answer": [{"valueBoolean": true}]}]}),
        "answer_not_understood",
        "pending",
    );
    check(
        json!({"resourceType": "Condition", "subject": subject, "note": [{"text": "bleeds easily"}],
            "code": {"coding": [{"system": "urn:seldinger:condition", "code": "copd"}]}}),
        "note_to_read",
        "pending",
    );
    let (plan, _) = with(
        json!({"resourceType": "Condition", "subject": subject, "code": {"text": "pregnant",
        "coding": [{"system": "http://snomed.info/sct", "code": "38341003"}]}}),
    );
    assert_eq!(
        plan["reviews"],
        json!(["condition_not_identified"]),
        "its words are never matched"
    );
}

#[test]
fn a_code_of_several_procedures_is_a_question_and_two_requests_are_two_plans() {
    let snomed = "http://snomed.info/sct";
    let all = plans(
        &bundle(&[
            request("a", snomed, "1"),
            request("b", snomed, "2"),
            request("c", snomed, "3"),
        ]),
        AT,
    );
    let seen: Vec<(&str, &str, bool)> = all
        .iter()
        .map(|plan| {
            let gate = plan["gate_if_completed"].as_str().unwrap();
            (
                plan["id"].as_str().unwrap(),
                gate,
                plan.get("bleeding_class").is_some(),
            )
        })
        .collect();
    assert_eq!(
        seen,
        [
            ("a", "ready", true),
            ("b", "review", false),
            ("c", "review", false)
        ]
    );
    let codes = |at: usize| all[at]["open_questions"].to_string();
    assert!(
        codes(1).contains("procedure_ambiguous") && codes(1).contains("thyroid_fna or tips"),
        "{}",
        codes(1)
    );
    assert!(codes(2).contains("procedure_not_identified"));
}

#[test]
fn the_facts_count_as_they_would_in_a_case_file() {
    let dabigatran = json!({
        "resourceType": "MedicationRequest", "status": "active", "intent": "order",
        "subject": {"reference": "Patient/p"}, "contained": [{"resourceType": "Medication", "id": "m", "code":
            {"coding": [{"system": "http://www.whocc.no/atc", "code": "B01AE07", "display": "dabigatran"}]}}],
        "medicationReference": {"reference": "#m"},
        "dosageInstruction": [{"timing": {"repeat": {"timeOfDay": ["08:00:00", "20:00:00"]}}}],
    });
    let mut tips = request("r1", "urn:seldinger:procedure", "tips");
    tips["orderDetail"] =
        json!([{"coding": [{"system": "urn:seldinger:anaesthesia", "code": "general"}]}]);
    let resources = [
        tips,
        dabigatran,
        observation(
            "http://loinc.org",
            "2160-0",
            json!({"value": 1.0, "code": "mg/dL", "system": "http://unitsofmeasure.org"}),
        ),
        observation(
            "http://loinc.org",
            "29463-7",
            json!({"value": 154.0, "code": "[lb_av]", "system": "http://unitsofmeasure.org"}),
        ),
    ];
    let requests = read(&bundle(&resources), AT).unwrap();
    let facts = &requests[0].as_ref().unwrap().facts;
    let medicine = &facts.medicines[0];
    assert_eq!(
        (medicine.inn.as_str(), medicine.atc.as_str()),
        ("dabigatran", "B01AE07")
    );
    assert_eq!(medicine.times, ["08:00", "20:00"]);
    let sample = facts.laboratory[0].taken_at.unwrap();
    assert_eq!(
        sample.to_string(),
        "2027-02-10T08:00:00",
        "on the hospital's clocks"
    );
    let entered = facts.weight_entered.as_ref().unwrap();
    assert_eq!((entered.amount, entered.unit.as_str()), (154.0, "[lb_av]"));
    let plan = plans(&bundle(&resources), AT).remove(0);
    assert!(plan["crcl_ml_min"].as_f64().is_some(), "{plan:#}");
    assert_eq!(plan["medication_actions"][0]["action"], "hold");
}

#[test]
fn a_name_that_contradicts_its_code_reaches_the_engine() {
    let (plan, _) = with(json!({
        "resourceType": "MedicationStatement", "status": "active", "subject": {"reference": "Patient/p"},
        "medicationCodeableConcept": {"text": "warfarin 5 mg tablet",
            "coding": [{"system": "http://www.whocc.no/atc", "code": "B01AF02", "display": "apixaban"}]},
    }));
    assert_eq!(plan["medication_actions"][0]["inn"], "warfarin 5 mg tablet");
}

#[test]
fn a_request_that_is_not_to_be_done_stands_with_its_reason() {
    let mut revoked = ours();
    revoked["status"] = json!("revoked");
    let mut later = request("r2", "urn:seldinger:procedure", "thyroid_fna");
    later.as_object_mut().unwrap().remove("occurrenceDateTime");
    let all = plans(&bundle(&[revoked, later]), AT);
    assert_eq!(all[0]["refused"], "the request is revoked");
    assert!(
        all[1]["refused"]
            .as_str()
            .unwrap()
            .starts_with("no appointment")
    );
}

#[test]
fn what_is_malformed_is_refused_with_the_path_of_the_element() {
    let check = |mut change: Box<dyn FnMut(&mut Value)>, words: &str| {
        let lab = observation("http://loinc.org", "6301-6", json!({"value": 1.1}));
        let mut whole = bundle(&[ours(), lab]);
        change(&mut whole);
        let refused = read(&whole, AT).unwrap_err();
        assert!(refused.contains(words), "{refused}");
    };
    let set = |path: &'static str, value: Value| -> Box<dyn FnMut(&mut Value)> {
        Box::new(move |whole| *whole.pointer_mut(path).unwrap() = value.clone())
    };
    check(
        set("/resourceType", json!("Parameters")),
        "Bundle.resourceType",
    );
    check(set("/entry", json!({})), "Bundle.entry: a list is wanted");
    check(set("/type", json!("history")), "Bundle.type");
    check(
        set("/entry/1/resource", json!(7)),
        "Bundle.entry[1].resource: an object is wanted, a number",
    );
    check(
        set(
            "/entry/1/resource/subject",
            json!({"reference": "Patient/q"}),
        ),
        "Bundle.entry[1].resource.subject",
    );
    check(
        set("/entry/1/resource/status", json!("soon")),
        "entry[1].resource.status",
    );
    check(
        set("/entry/1/resource/code", json!(null)),
        "entry[1].resource.code: is missing",
    );
    check(
        set("/entry/2/resource/valueQuantity/value", json!("1,1")),
        "Bundle.entry[2].resource.valueQuantity.value: a number is wanted, a text stands there",
    );
    check(
        set("/entry/2/resource/effectiveDateTime", json!("yesterday")),
        "entry[2].resource.effectiveDateTime",
    );
    check(
        set("/entry/0/resource/gender", json!("F")),
        "entry[0].resource.gender",
    );
    let empty = json!({"resourceType": "Bundle", "type": "searchset"});
    assert!(read(&empty, AT).unwrap_err().contains("no ServiceRequest"));
}

#[test]
fn a_sample_without_its_time_is_asked_for_and_a_cancelled_value_is_gone() {
    let mut lab = observation("http://loinc.org", "6301-6", json!({"value": 1.1}));
    lab.as_object_mut().unwrap().remove("effectiveDateTime");
    let (_, codes) = with(lab);
    assert!(
        codes.contains(&"sample_time_missing".to_owned()),
        "{codes:?}"
    );
    let mut gone = observation("http://loinc.org", "6301-6", json!({"value": 9.9}));
    gone["status"] = json!("entered-in-error");
    let requests = read(&bundle(&[ours(), gone]), AT).unwrap();
    let request = requests[0].as_ref().unwrap();
    assert!(request.facts.laboratory.is_empty());
    assert!(request.not_used[0].why.contains("entered-in-error"));
}
