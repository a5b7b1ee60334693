//! Reads what somebody asks plans for: a case file (TOML, or the same as JSON) or a FHIR R4 Bundle.

use super::case_file::{Case, CaseRefused, read_case_file};
use exchange::fhir::{Reading, read_bundle};
use serde_json::Value;
use workflow::plan_request::{NotReadable, PlanReader, PlanRequest, ReadWith, RequestRefused};

/// All forms, told apart by what they begin with.
#[derive(Debug, Clone, Copy, Default)]
pub struct Reader;

type Requests = Vec<Result<PlanRequest, RequestRefused>>;

impl PlanReader for Reader {
    fn read(&self, bytes: &[u8], with: &ReadWith) -> Result<Requests, NotReadable> {
        let begin = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
        if begin != Some(&b'{') {
            let text = std::str::from_utf8(bytes)
                .map_err(|_| NotReadable("neither JSON nor a case file in UTF-8".to_owned()))?;
            return case_file(text, with);
        }
        let document: Value = serde_json::from_slice(bytes)
            .map_err(|error| NotReadable(format!("not JSON: {error}")))?;
        if document.get("resourceType").is_none() {
            let text = as_case_file(&document)?;
            return case_file(&text, with);
        }
        let reading = Reading {
            rules: with.rules,
            site: with.site,
            now: with.now,
            at: with.at,
        };
        read_bundle(bytes, &reading).map_err(|refused| NotReadable(refused.to_string()))
    }
}

/// The same keys as JSON; a null is a key that is not there.
fn as_case_file(document: &Value) -> Result<String, NotReadable> {
    let not = |error: String| NotReadable(format!("not a case file as JSON: {error}"));
    let table = toml::Value::try_from(without_nulls(document)).map_err(|e| not(e.to_string()))?;
    toml::to_string(&table).map_err(|error| not(error.to_string()))
}

fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(map) => Value::Object(
            map.iter()
                .filter(|(_, inner)| !inner.is_null())
                .map(|(key, inner)| (key.clone(), without_nulls(inner)))
                .collect(),
        ),
        Value::Array(items) => items.iter().map(without_nulls).collect(),
        other => other.clone(),
    }
}

fn case_file(text: &str, with: &ReadWith) -> Result<Requests, NotReadable> {
    let cases = read_case_file(text).map_err(|error| NotReadable(error.to_string()))?;
    Ok(cases.into_iter().map(|case| request(case, with)).collect())
}

fn request(
    case: Result<Case, CaseRefused>,
    with: &ReadWith,
) -> Result<PlanRequest, RequestRefused> {
    match case {
        Err(refused) => Err(RequestRefused {
            id: refused.id,
            reason: refused.reason,
        }),
        Ok(case) => Ok(PlanRequest {
            id: case.id,
            as_of: with.at.unwrap_or(case.as_of),
            zone: case.zone,
            facts: case.facts,
            booking: Some(case.booking),
            open: Vec::new(),
            not_used: Vec::new(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use workflow::Site;

    fn read(bytes: &[u8]) -> Result<Requests, NotReadable> {
        let rules = crate::rules::load(None).unwrap();
        let with = ReadWith {
            rules: &rules.book,
            site: &Site::unconfigured(),
            now: jiff::Timestamp::UNIX_EPOCH,
            at: None,
        };
        Reader.read(bytes, &with)
    }

    const TOML: &str = "[[case]]\nid = \"a\"\nas_of = 2027-02-10T10:00:00\n[case.patient]\nage_years = 52\nsex = \"F\"\n\
        [case.procedure]\nid = \"thyroid_fna\"\nappointment = 2027-02-16T09:00:00\n";

    #[test]
    fn a_case_file_as_json_says_the_same_as_in_toml() {
        let json = r#"{"case": [{"id": "a", "as_of": "2027-02-10T10:00:00", "timezone": null,
            "patient": {"age_years": 52, "sex": "F", "weight_kg": null},
            "procedure": {"id": "thyroid_fna", "appointment": "2027-02-16T09:00:00"}}]}"#;
        let shown = |bytes: &[u8]| format!("{:?}", read(bytes).unwrap());
        assert_eq!(shown(json.as_bytes()), shown(TOML.as_bytes()));
    }

    #[test]
    fn what_is_neither_is_refused_in_words() {
        let check = |bytes: &[u8], words: &str| {
            let refused = read(bytes).unwrap_err().to_string();
            assert!(refused.contains(words), "{refused}");
        };
        check(b"\xff\xfe", "UTF-8");
        check(b"{\"case\": ", "not JSON");
        check(b"{\"resourceType\": \"Patient\"}", "Bundle.resourceType");
        check(b"{\"cases\": []}", "no [[case]]");
        check(b"", "no [[case]]");
    }

    #[test]
    fn a_bundle_without_a_time_zone_is_refused() {
        let bundle = br#"{"resourceType": "Bundle", "type": "collection", "entry": [
            {"resource": {"resourceType": "Patient", "id": "p"}},
            {"resource": {"resourceType": "ServiceRequest", "id": "r", "status": "active", "intent": "order",
             "subject": {"reference": "Patient/p"}, "code": {"coding": [{"system": "urn:seldinger:procedure",
             "code": "thyroid_fna"}]}, "occurrenceDateTime": "2027-02-16T09:00:00+02:00"}}]}"#;
        let refused = read(bundle).unwrap_err().to_string();
        assert!(refused.contains("no time zone"), "{refused}");
    }
}
