//! The one entry: a message's bytes in, what it says out.

use super::fault::{Fault, FaultKind};
use super::limits::Limits;
use super::message::Message;
use super::sender::{Header, SenderSettings};
use super::{adt, orm, oru, siu};
use bytes::Bytes;
use workflow::incoming::Incoming;
use workflow::site_codes::LaboratoryCodes;

/// What becomes of one message.
#[derive(Debug, Clone, PartialEq)]
pub enum Meaning {
    /// Understood; `ignored` lists orders or values that are left out, each with its reason.
    Apply {
        what: Box<Incoming>,
        ignored: Vec<String>,
    },
    /// Understood, and there is nothing in it for us.
    Ignore(Vec<String>),
    /// A type or trigger that we do not take; the sender gets AR.
    NotTaken(Fault),
    /// Not understood: kept in quarantine under this reason; the sender gets AE.
    Quarantine(Fault),
}

/// A message that was read: its header (as far as it could be read), its meaning, and what was tolerated.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    pub header: Header,
    pub meaning: Meaning,
    pub notes: Vec<String>,
}

/// Reads one message. Never fails: what cannot be read is a [`Meaning`] too.
pub fn read(
    bytes: &Bytes,
    limits: &Limits,
    settings: &SenderSettings,
    codes: &LaboratoryCodes,
) -> Reading {
    let message = match Message::parse(bytes.clone(), limits, settings.charset) {
        Ok(message) => message,
        Err(fault) => {
            return Reading {
                header: Header::loosely(bytes),
                meaning: Meaning::Quarantine(fault),
                notes: Vec::new(),
            };
        }
    };
    let header = Header::of(&message);
    let mut notes = message.tolerated().to_vec();
    let meaning = match meaning(&message, &header, settings, codes, &mut notes) {
        Ok(meaning) => meaning,
        Err(fault) => Meaning::Quarantine(fault),
    };
    Reading {
        header,
        meaning,
        notes,
    }
}

fn meaning(
    message: &Message,
    header: &Header,
    settings: &SenderSettings,
    codes: &LaboratoryCodes,
    notes: &mut Vec<String>,
) -> Result<Meaning, Fault> {
    if header.message_type.is_empty() {
        let what = "no message type";
        return Err(Fault::header(9, FaultKind::RequiredFieldMissing, what));
    }
    if header.control_id.is_empty() {
        let what = "no message control id: a resent message could not be told from a new one";
        return Err(Fault::header(10, FaultKind::RequiredFieldMissing, what));
    }
    let trigger = header.trigger.as_str();
    match (header.message_type.as_str(), trigger) {
        ("ADT", trigger) if adt::takes(trigger) => {
            let changes = adt::read(message, trigger, settings, codes, notes)?;
            Ok(applied(Incoming::Patients(changes), Vec::new()))
        }
        ("ORM", "O01") | ("OMI", "O23") | ("OMG", "O19") => {
            let (orders, ignored) = orm::read(message, settings, codes, notes)?;
            if orders.visits_to_the_room.is_empty() {
                return Ok(Meaning::Ignore(ignored));
            }
            Ok(applied(Incoming::Orders(orders), ignored))
        }
        ("ORU", "R01") => {
            let (results, ignored) = oru::read(message, settings, codes, notes)?;
            if results.results.is_empty() {
                return Ok(Meaning::Ignore(ignored));
            }
            Ok(applied(Incoming::Results(results), ignored))
        }
        ("SIU", trigger) => match siu::change(trigger) {
            Some(change) => {
                let appointment = siu::read(message, change, settings, codes, notes)?;
                Ok(applied(
                    Incoming::Appointment(Box::new(appointment)),
                    Vec::new(),
                ))
            }
            None => Ok(not_taken(header)),
        },
        _ => Ok(not_taken(header)),
    }
}

fn applied(what: Incoming, ignored: Vec<String>) -> Meaning {
    let what = Box::new(what);
    Meaning::Apply { what, ignored }
}

fn not_taken(header: &Header) -> Meaning {
    let known_type = matches!(
        header.message_type.as_str(),
        "ADT" | "ORM" | "OMI" | "OMG" | "ORU" | "SIU"
    );
    let kind = if known_type {
        FaultKind::UnsupportedEvent
    } else {
        FaultKind::UnsupportedMessageType
    };
    let shown: String = header.type_and_trigger().chars().take(20).collect();
    Meaning::NotTaken(Fault::header(9, kind, format!("{shown} is not taken here")))
}
