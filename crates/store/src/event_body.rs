//! Events of a case as JSON, and back.
//!
//! One stored shape per event, with a written conversion both ways: the wire never dictates the core. A reader
//! ignores fields that it does not know (an older program beside a newer one), takes a missing optional field as
//! "not stated", and refuses a version newer than its own. A changed meaning raises the kind's version and adds a
//! step to `upcast`; fixtures of every version stay under `tests/it/event_body/`.

mod body;
mod steps;
mod wire;
mod words;

use crate::{NewEvent, StoredEvent};
use case::{Actor, Event};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use wire::Wire;

/// Why stored JSON is not an event of this program.
#[derive(Debug, thiserror::Error)]
pub enum BodyError {
    #[error("event {kind} is not the JSON that it should be")]
    Json {
        kind: String,
        #[source]
        source: serde_json::Error,
    },
    #[error("event {kind} holds {found:?} where {expected} is needed")]
    Word {
        kind: String,
        expected: &'static str,
        found: String,
    },
    #[error("event {kind} has version {found}; this program reads up to {known}")]
    Newer {
        kind: String,
        found: u16,
        known: u16,
    },
    #[error("the row says {row} and the body says {body}")]
    KindDiffers { row: String, body: String },
}

/// The envelope: version of the kind, who, what. `what` is `{"<kind>": {…}}`, or `"<kind>"` for an event without
/// fields.
#[derive(Debug, Serialize, Deserialize)]
struct Envelope {
    v: u16,
    by: <Actor as Wire>::Json,
    what: Value,
}

/// The version that this program writes. Every kind is still at its first.
fn version_of(_kind: &str) -> u16 {
    1
}

/// Brings the body of an older version to today's shape, one version at a time. Nothing to do yet.
fn upcast(_kind: &str, _from: u16, what: Value) -> Value {
    what
}

/// The event as a row of the event table.
/// # Errors
/// Only if serde cannot write our own shapes.
pub fn encode(event: &Event) -> Result<NewEvent, BodyError> {
    let kind = event.body.kind();
    let json = |source| BodyError::Json {
        kind: kind.to_owned(),
        source,
    };
    let envelope = Envelope {
        v: version_of(kind),
        by: event.by.wire(),
        what: serde_json::to_value(event.body.wire()).map_err(json)?,
    };
    let (actor, role) = match &event.by {
        Actor::Staff { user, role, .. } => (user.clone(), role.code().to_owned()),
        Actor::Patient => ("patient".to_owned(), "patient".to_owned()),
        Actor::Sender { door, name } => (name.clone(), door.code().to_owned()),
    };
    Ok(NewEvent {
        at: event.at,
        actor,
        role,
        kind: kind.to_owned(),
        body: serde_json::to_string(&envelope).map_err(json)?,
    })
}

/// The event that a row holds.
/// # Errors
/// [`BodyError`]: the row was written by a newer program or is damaged; the case cannot be shown.
pub fn decode(row: &StoredEvent) -> Result<Event, BodyError> {
    let json = |source| BodyError::Json {
        kind: row.kind.clone(),
        source,
    };
    let envelope: Envelope = serde_json::from_str(&row.body).map_err(json)?;
    let known = version_of(&row.kind);
    if envelope.v > known {
        return Err(BodyError::Newer {
            kind: row.kind.clone(),
            found: envelope.v,
            known,
        });
    }
    let what = upcast(&row.kind, envelope.v, envelope.what);
    let stored = serde_json::from_value(what).map_err(json)?;
    let word = |wrong: wire::Wrong| BodyError::Word {
        kind: row.kind.clone(),
        expected: wrong.expected,
        found: wrong.found,
    };
    let body = case::Body::unwire(stored).map_err(word)?;
    if body.kind() != row.kind {
        return Err(BodyError::KindDiffers {
            row: row.kind.clone(),
            body: body.kind().to_owned(),
        });
    }
    Ok(Event {
        at: row.at,
        by: Actor::unwire(envelope.by).map_err(word)?,
        body,
    })
}
