//! Fixtures of stored events, one line each: they must stay readable for ever. New lines may be added, none changed.

use serde_json::Value;
use std::collections::BTreeSet;
use store::StoredEvent;
use store::event_body::{BodyError, decode, encode};

const VERSION_1: &str = include_str!("event_body/v1.jsonl");

fn fixtures() -> Vec<(String, Value)> {
    let read = |line: &str| {
        let row: Value = serde_json::from_str(line).ok()?;
        let kind = row.get("kind")?.as_str()?.to_owned();
        Some((kind, row.get("body")?.clone()))
    };
    let rows: Vec<_> = VERSION_1.lines().filter_map(read).collect();
    assert_eq!(
        rows.len(),
        VERSION_1.lines().count(),
        "a line is not a fixture"
    );
    rows
}

fn row(kind: &str, body: &Value) -> StoredEvent {
    StoredEvent {
        position: 1,
        stream: "case:27-000001".to_owned(),
        version: 1,
        at: jiff::Timestamp::UNIX_EPOCH,
        actor: String::new(),
        role: String::new(),
        kind: kind.to_owned(),
        body: body.to_string(),
    }
}

#[test]
fn every_kind_has_a_fixture() {
    let have: BTreeSet<String> = fixtures().into_iter().map(|(kind, _)| kind).collect();
    let need: BTreeSet<String> = case::Body::KINDS.iter().map(|k| (*k).to_owned()).collect();
    assert_eq!(have, need);
}

#[test]
fn a_stored_event_is_read_and_written_the_same() {
    for (kind, body) in fixtures() {
        let event = decode(&row(&kind, &body)).unwrap_or_else(|e| panic!("{kind}: {e:?}"));
        let again = encode(&event).unwrap();
        assert_eq!(again.kind, kind);
        assert_eq!(
            serde_json::from_str::<Value>(&again.body).unwrap(),
            body,
            "{kind}"
        );
        assert!(!again.actor.is_empty() && !again.role.is_empty(), "{kind}");
        assert_eq!(again.at, event.at);
    }
}

/// A newer program beside this one adds a field: this one reads on.
#[test]
fn a_field_that_is_not_known_is_passed_over() {
    for (kind, mut body) in fixtures() {
        let plain = decode(&row(&kind, &body)).unwrap();
        body["added_later"] = Value::from(1);
        if let Some(fields) = body["what"].get_mut(&kind).and_then(Value::as_object_mut) {
            let is_a_choice = fields.len() == 1 && fields.values().all(Value::is_object);
            if !is_a_choice {
                fields.insert("added_later".to_owned(), Value::from(1));
            }
        }
        assert_eq!(decode(&row(&kind, &body)).unwrap(), plain, "{kind}");
    }
}

/// An older program did not write an optional field: it was not stated.
#[test]
fn a_missing_optional_field_is_not_stated() {
    let (kind, mut body) = fixtures().swap_remove(0);
    body["what"][&kind]
        .as_object_mut()
        .unwrap()
        .remove("wanted_at");
    let event = decode(&row(&kind, &body)).unwrap();
    let case::Body::Referred(referral) = event.body else {
        panic!("not the referral");
    };
    assert_eq!(referral.wanted_at, None);
}

#[test]
fn what_this_program_cannot_read_is_refused_and_named() {
    let (kind, body) = fixtures().swap_remove(0);
    let mut newer = body.clone();
    newer["v"] = Value::from(2);
    assert!(matches!(
        decode(&row(&kind, &newer)),
        Err(BodyError::Newer {
            found: 2,
            known: 1,
            ..
        })
    ));
    let mut word = body.clone();
    word["what"][&kind]["urgency"] = Value::from("soon");
    assert!(matches!(
        decode(&row(&kind, &word)),
        Err(BodyError::Word {
            expected: "an urgency",
            ..
        })
    ));
    let mut mandatory = body.clone();
    mandatory["what"][&kind]
        .as_object_mut()
        .unwrap()
        .remove("procedures");
    assert!(matches!(
        decode(&row(&kind, &mandatory)),
        Err(BodyError::Json { .. })
    ));
    assert!(matches!(
        decode(&row("closed", &body)),
        Err(BodyError::KindDiffers { .. })
    ));
}

/// A dose comes back bit for bit, however odd its last digit.
#[test]
fn quantities_keep_every_bit() {
    let mut value = 0.1_f64;
    for _ in 0..2000 {
        value = (value * 1.000_731 + 0.013_37).sin().abs();
        let event = case::Event {
            at: jiff::Timestamp::UNIX_EPOCH,
            by: case::Actor::Patient,
            body: case::Body::DoseReceived(case::DoseReceived {
                report: "1.2".to_owned(),
                study: None,
                totals: model::DoseTotals {
                    ka_r: Some(model::Gray(value)),
                    ..Default::default()
                },
            }),
        };
        let stored = encode(&event).unwrap();
        let body: Value = serde_json::from_str(&stored.body).unwrap();
        assert_eq!(decode(&row(&stored.kind, &body)).unwrap(), event);
    }
}
