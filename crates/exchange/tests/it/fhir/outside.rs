//! The official R4 examples, each beside a request: none may break the reader, none may go unnoticed.

use super::read;
use serde_json::{Value, json};
use std::collections::BTreeMap;

#[test]
fn the_official_examples_are_read_or_asked_about() {
    let Ok(folder) = std::env::var("SELDINGER_TEST_DATA") else {
        eprintln!("left out: the official R4 examples (SELDINGER_TEST_DATA is not set)");
        return;
    };
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut refused = Vec::new();
    for entry in std::fs::read_dir(format!("{folder}/data/fhir-r4")).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let mut resource: Value = serde_json::from_str(&text).unwrap();
        let kind = resource["resourceType"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        let spoken = ["subject", "patient"]
            .into_iter()
            .find(|key| resource.get(key).is_some());
        let (Some(key), false) = (spoken, kind == "ServiceRequest") else {
            continue;
        };
        resource[key] = json!({"reference": "Patient/p"});
        let whole = json!({"resourceType": "Bundle", "type": "collection", "entry": [
            {"resource": {"resourceType": "Patient", "id": "p"}},
            {"resource": {"resourceType": "ServiceRequest", "id": "ours", "status": "active", "intent": "order",
             "code": {"coding": [{"system": "urn:seldinger:procedure", "code": "thyroid_fna"}]},
             "subject": {"reference": "Patient/p"}, "occurrenceDateTime": "2027-02-16T09:00:00+02:00"}},
            {"resource": resource},
        ]});
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        match read(&whole, "2027-02-10T10:00:00") {
            Err(words) => refused.push(format!("{name}: {words}")),
            Ok(requests) => {
                let request = requests[0].as_ref().unwrap();
                let facts = &request.facts;
                let traces = facts.medicines.len()
                    + facts.laboratory.len()
                    + facts.conditions.len()
                    + facts.allergies.len()
                    + facts.last_intakes.len()
                    + usize::from(facts.weight_entered.is_some() || facts.height.is_some())
                    + usize::from(facts.pregnancy.lmp.is_some())
                    + request.not_used.len()
                    + request
                        .open
                        .iter()
                        .filter(|one| one.path.contains("entry[2]"))
                        .count();
                let silent = [
                    "Encounter-",
                    "AllergyIntolerance-nk",
                    "QuestionnaireResponse-",
                ];
                let may_be_silent = silent.iter().any(|start| name.starts_with(start));
                assert!(traces > 0 || may_be_silent, "{name} has left no trace");
                *seen.entry(kind).or_default() += 1;
            }
        }
    }
    assert!(refused.is_empty(), "{}", refused.join("\n"));
    assert!(
        seen["Observation"] > 40 && seen["MedicationRequest"] > 30,
        "{seen:?}"
    );
}
