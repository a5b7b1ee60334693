//! A case of a case file as the Bundle that a hospital would send for it.

use serde_json::{Value, json};
use toml::Table;

/// Everything that the case says, in the resources of the contract; times with the zone's offset.
pub fn bundle(case: &Table) -> Value {
    let patient = case["patient"].as_table().unwrap();
    let procedure = case["procedure"].as_table().unwrap();
    let zone = case.get("timezone").and_then(toml::Value::as_str);
    let zone = jiff::tz::TimeZone::get(zone.unwrap_or("Europe/Helsinki")).unwrap();
    let instant = |value: &toml::Value| {
        let local: jiff::civil::DateTime = text(value).parse().unwrap();
        let at = local.to_zoned_datetime(zone.clone()).unwrap();
        at.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
    };
    let mut resources = vec![
        person(patient, &text(&case["as_of"])),
        order(&text(&case["id"]), procedure),
        json!({
            "resourceType": "Appointment", "id": "a", "status": "booked", "start": instant(&procedure["appointment"]),
            "basedOn": [{"reference": format!("ServiceRequest/{}", text(&case["id"]))}],
            "participant": [{"actor": {"reference": "Patient/p"}, "status": "accepted"}],
        }),
    ];
    for key in ["weight", "height"] {
        resources.extend(measure(patient, key));
    }
    for name in list(patient, "conditions") {
        resources.push(json!({
            "resourceType": "Condition", "subject": {"reference": "Patient/p"},
            "code": {"coding": [{"system": "urn:seldinger:condition", "code": text(name)}]},
        }));
    }
    resources.extend(
        list(patient, "medications")
            .iter()
            .map(|row| medicine(row.as_table().unwrap())),
    );
    for row in list(patient, "labs") {
        resources.push(laboratory(row.as_table().unwrap(), &instant));
    }
    resources.extend(
        list(patient, "allergies")
            .iter()
            .map(|row| allergy(row.as_table().unwrap())),
    );
    resources.push(answers(patient, &instant));
    let entries: Vec<Value> = resources
        .into_iter()
        .map(|resource| json!({"resource": resource}))
        .collect();
    json!({"resourceType": "Bundle", "type": "collection", "entry": entries})
}

fn text(value: &toml::Value) -> String {
    match value {
        toml::Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn list<'a>(table: &'a Table, key: &str) -> &'a [toml::Value] {
    table
        .get(key)
        .and_then(toml::Value::as_array)
        .map_or(&[], Vec::as_slice)
}

fn number(value: &toml::Value) -> f64 {
    value
        .as_float()
        .unwrap_or_else(|| value.as_integer().unwrap() as f64)
}

/// Born so many years before the day of planning.
fn person(patient: &Table, as_of: &str) -> Value {
    let day: jiff::civil::Date = as_of.get(..10).unwrap().parse().unwrap();
    let mut person = json!({"resourceType": "Patient", "id": "p"});
    if let Some(years) = patient.get("age_years").map(number) {
        let born = day
            .checked_sub(jiff::Span::new().years(years as i16))
            .unwrap();
        person["birthDate"] = json!(born.to_string());
    }
    let gender = match patient.get("sex").map(text).as_deref() {
        Some("F") => "female",
        Some("M") => "male",
        _ => "unknown",
    };
    person["gender"] = json!(gender);
    person
}

fn order(id: &str, procedure: &Table) -> Value {
    let mut details = Vec::new();
    for key in ["modality", "anaesthesia", "access", "contrast", "sheath_f"] {
        if let Some(value) = procedure.get(key) {
            details.push(json!({"coding": [{"system": format!("urn:seldinger:{key}"), "code": text(value)}]}));
        }
    }
    let priority = match procedure.get("urgency").map(text).as_deref() {
        Some("urgent") => "urgent",
        Some("emergency") => "stat",
        _ => "routine",
    };
    json!({
        "resourceType": "ServiceRequest", "id": id, "status": "active", "intent": "order", "priority": priority,
        "code": {"coding": [{"system": "urn:seldinger:procedure", "code": text(&procedure["id"])}]},
        "subject": {"reference": "Patient/p"}, "orderDetail": details,
    })
}

fn measure(patient: &Table, what: &str) -> Option<Value> {
    let (key, loinc, unit) = match what {
        "weight" => ("weight_kg", "29463-7", "kg"),
        _ => ("height_cm", "8302-2", "cm"),
    };
    let value = number(patient.get(key)?);
    Some(json!({
        "resourceType": "Observation", "status": "final", "subject": {"reference": "Patient/p"},
        "code": {"coding": [{"system": "http://loinc.org", "code": loinc}]},
        "valueQuantity": {"value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit},
    }))
}

fn medicine(row: &Table) -> Value {
    let inn = row.get("inn").map(text).unwrap_or_default();
    let mut concept = json!({"text": inn});
    if let Some(atc) = row.get("atc") {
        concept["coding"] =
            json!([{"system": "http://www.whocc.no/atc", "code": text(atc), "display": inn}]);
    }
    let mut dosage = json!({"text": row.get("dose").map(text).unwrap_or_default()});
    match row.get("times") {
        Some(toml::Value::Array(times)) => {
            let times: Vec<String> = times
                .iter()
                .map(|time| format!("{}:00", text(time)))
                .collect();
            dosage["timing"] = json!({"repeat": {"timeOfDay": times}});
        }
        Some(word) => {
            dosage["timing"] = json!({"code": {"coding": [{"system": "urn:seldinger:schedule", "code": text(word)}]}});
        }
        None => {}
    }
    let mut statement = json!({
        "resourceType": "MedicationStatement", "status": "active", "subject": {"reference": "Patient/p"},
        "medicationCodeableConcept": concept, "dosage": [dosage],
    });
    if let Some(indication) = row.get("indication") {
        statement["reasonCode"] =
            json!([{"coding": [{"system": "urn:seldinger:condition", "code": text(indication)}]}]);
    }
    statement
}

/// By LOINC where the rule book names a code, else by our own name.
fn laboratory(row: &Table, instant: &dyn Fn(&toml::Value) -> String) -> Value {
    let analyte = text(&row["analyte"]);
    let loinc = testkit::shipped_rules::rule_book()
        .analytes
        .get(&analyte)
        .and_then(|known| known.loinc.first());
    let coding = match loinc {
        Some(code) => json!({"system": "http://loinc.org", "code": code}),
        None => json!({"system": "urn:seldinger:analyte", "code": analyte}),
    };
    let mut out = json!({
        "resourceType": "Observation", "status": "final", "subject": {"reference": "Patient/p"},
        "code": {"coding": [coding]}, "effectiveDateTime": instant(&row["taken_at"]),
    });
    match &row["value"] {
        toml::Value::String(word) => out["valueString"] = json!(word),
        value => {
            out["valueQuantity"] = json!({"value": number(value)});
            if let Some(unit) = row.get("unit") {
                out["valueQuantity"]["system"] = json!("http://unitsofmeasure.org");
                out["valueQuantity"]["code"] = json!(text(unit));
            }
        }
    }
    out
}

fn allergy(row: &Table) -> Value {
    let mut reaction =
        json!({"manifestation": [{"text": row.get("reaction").map(text).unwrap_or_default()}]});
    if let Some(severity) = row.get("severity") {
        reaction["severity"] = json!(text(severity));
    }
    let mut out = json!({
        "resourceType": "AllergyIntolerance", "patient": {"reference": "Patient/p"}, "reaction": [reaction],
        "code": {
            "coding": [{"system": "urn:seldinger:allergy", "code": text(&row["kind"])}],
            "text": row.get("substance").map(text).unwrap_or_default(),
        },
    });
    if let Some(year) = row.get("year") {
        out["onsetDateTime"] = json!(text(year));
    }
    out
}

/// What no other resource has a place for.
fn answers(patient: &Table, instant: &dyn Fn(&toml::Value) -> String) -> Value {
    let mut items = Vec::new();
    for key in ["companion", "inpatient"] {
        if let Some(truth) = patient.get(key).and_then(toml::Value::as_bool) {
            items.push(json!({"linkId": key, "answer": [{"valueBoolean": truth}]}));
        }
    }
    if let Some(pregnancy) = patient.get("pregnancy").and_then(toml::Value::as_table) {
        let status = pregnancy.get("status").map(text).unwrap_or_default();
        items.push(json!({"linkId": "pregnancy_status", "answer": [{"valueString": status}]}));
        if let Some(lmp) = pregnancy.get("lmp") {
            items.push(json!({"linkId": "lmp", "answer": [{"valueDate": text(lmp)}]}));
        }
        if let Some(weeks) = pregnancy.get("gestation_weeks") {
            items.push(
                json!({"linkId": "gestation_weeks", "answer": [{"valueDecimal": number(weeks)}]}),
            );
        }
    }
    for intake in list(patient, "last_intake") {
        items.push(json!({"linkId": "last_intake", "item": [
            {"linkId": "drug", "answer": [{"valueString": text(&intake["drug"])}]},
            {"linkId": "at", "answer": [{"valueDateTime": instant(&intake["at"])}]},
        ]}));
    }
    json!({
        "resourceType": "QuestionnaireResponse", "status": "completed", "subject": {"reference": "Patient/p"},
        "item": items,
    })
}
