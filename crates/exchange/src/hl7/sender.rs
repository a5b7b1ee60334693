//! What we know about a sender before its first message: settings, one set per peer.

use super::message::Message;
use encoding_rs::Encoding;
use jiff::tz::TimeZone;

/// A place in a message that a setting may name: `IPC-1`, `OBR-18`, `ZDS-1`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldName {
    pub segment: String,
    pub field: usize,
}

impl FieldName {
    pub fn new(segment: &str, field: usize) -> Self {
        Self {
            segment: segment.to_owned(),
            field,
        }
    }

    /// Reads `OBR-18`.
    pub fn parse(text: &str) -> Option<Self> {
        let (segment, field) = text.trim().split_once('-')?;
        let name = segment.len() == 3 && segment.chars().all(|c| c.is_ascii_alphanumeric());
        let field: usize = field.parse().ok()?;
        (name && (1..=999).contains(&field)).then(|| Self::new(segment, field))
    }
}

/// How one sender's messages are read.
#[derive(Debug, Clone)]
pub struct SenderSettings {
    /// Issuer of patient identifiers whose CX.4 is empty.
    pub default_issuer: String,
    /// Issuers whose identifier is shown first, best first; else the type codes `MR`, then `PI`, then the order sent.
    pub preferred_issuers: Vec<String>,
    /// Zone of times without an offset.
    pub zone: TimeZone,
    /// Character set of messages that state none.
    pub charset: Option<&'static Encoding>,
    /// Where the accession number stands; the first stated field counts.
    pub accession_from: Vec<FieldName>,
    /// Where the Study Instance UID stands; the first stated field counts.
    pub study_uid_from: Vec<FieldName>,
}

impl SenderSettings {
    /// The defaults: accession IPC-1, else OBR-18, else OBR-3; Study UID IPC-3, else ZDS-1.
    pub fn new(default_issuer: &str, zone: TimeZone) -> Self {
        Self {
            default_issuer: default_issuer.to_owned(),
            preferred_issuers: Vec::new(),
            zone,
            charset: None,
            accession_from: vec![
                FieldName::new("IPC", 1),
                FieldName::new("OBR", 18),
                FieldName::new("OBR", 3),
            ],
            study_uid_from: vec![FieldName::new("IPC", 3), FieldName::new("ZDS", 1)],
        }
    }
}

/// The header of a message, for the inbox, the acknowledgement and the log.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Header {
    /// MSH-3 and MSH-4, first component each: who sent it.
    pub application: String,
    pub facility: String,
    /// MSH-5 and MSH-6: who it was sent to.
    pub receiving_application: String,
    pub receiving_facility: String,
    /// MSH-9.1 and MSH-9.2.
    pub message_type: String,
    pub trigger: String,
    /// MSH-10.
    pub control_id: String,
    /// MSH-11.1 and MSH-12.1.
    pub processing_id: String,
    pub version: String,
}

impl Header {
    pub fn of(message: &Message) -> Self {
        let msh = message.header();
        let text = |field: usize| msh.field(field).text();
        Self {
            application: text(3),
            facility: text(4),
            receiving_application: text(5),
            receiving_facility: text(6),
            message_type: msh.field(9).component(1).to_ascii_uppercase(),
            trigger: msh.field(9).component(2).to_ascii_uppercase(),
            control_id: text(10),
            processing_id: text(11),
            version: text(12),
        }
    }

    /// The header of bytes that could not be read as a message, for an answer that the sender can place.
    pub fn loosely(bytes: &[u8]) -> Self {
        let line = bytes
            .split(|&b| b == b'\r' || b == b'\n')
            .next()
            .unwrap_or_default();
        let line = String::from_utf8_lossy(line.get(..1024).unwrap_or(line));
        let Some(separator) = line
            .strip_prefix("MSH")
            .and_then(|rest| rest.chars().next())
        else {
            return Self::default();
        };
        let fields: Vec<&str> = line.split(separator).collect();
        let part = |field: usize, component: usize| {
            let field = fields.get(field - 1).copied().unwrap_or_default();
            let part = field.split('^').nth(component - 1).unwrap_or_default();
            part.chars()
                .filter(|c| !c.is_control())
                .take(199)
                .collect::<String>()
        };
        Self {
            application: part(3, 1),
            facility: part(4, 1),
            receiving_application: part(5, 1),
            receiving_facility: part(6, 1),
            message_type: part(9, 1).to_ascii_uppercase(),
            trigger: part(9, 2).to_ascii_uppercase(),
            control_id: part(10, 1),
            processing_id: part(11, 1),
            version: part(12, 1),
        }
    }

    /// `ORM^O01`, for lists and logs.
    pub fn type_and_trigger(&self) -> String {
        if self.trigger.is_empty() {
            self.message_type.clone()
        } else {
            format!("{}^{}", self.message_type, self.trigger)
        }
    }
}
