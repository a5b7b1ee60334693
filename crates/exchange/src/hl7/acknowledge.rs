//! The acknowledgement: AA taken, AE not taken (mend and resend), AR never taken here.
//!
//! | answer | when | MSA-3, ERR |
//! |---|---|---|
//! | AA | committed; also when there was nothing in it for us | the reasons for what was left out |
//! | AE | content that cannot be read (kept in quarantine), or our own trouble (nothing kept, resend) | segment, field, what to change |
//! | AR | a type or trigger that we do not take, or no HL7 at all | ERR-3 200 or 201 |
//!
//! Always original mode. It holds no patient data; only the sender's own names and control id come back.

use super::escape::escape;
use super::fault::Fault;
use super::sender::Header;
use jiff::ZonedDateTime;

/// MSA-1, table 0008.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AckCode {
    Accepted,
    Error,
    Rejected,
}

impl AckCode {
    pub fn code(self) -> &'static str {
        match self {
            Self::Accepted => "AA",
            Self::Error => "AE",
            Self::Rejected => "AR",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Accepted, Self::Error, Self::Rejected]
            .into_iter()
            .find(|ack| ack.code() == code)
    }
}

/// What to answer: everything that must be the same when the same message comes again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub code: AckCode,
    /// MSA-3, for a person.
    pub text: String,
    pub fault: Option<Fault>,
}

impl Answer {
    pub fn accepted(text: impl Into<String>) -> Self {
        Self {
            code: AckCode::Accepted,
            text: text.into(),
            fault: None,
        }
    }

    pub fn error(fault: Fault) -> Self {
        Self {
            code: AckCode::Error,
            text: fault.to_string(),
            fault: Some(fault),
        }
    }

    pub fn rejected(fault: Fault) -> Self {
        Self {
            code: AckCode::Rejected,
            text: fault.to_string(),
            fault: Some(fault),
        }
    }
}

/// Who answers, and when.
#[derive(Debug, Clone)]
pub struct Us<'a> {
    pub application: &'a str,
    pub facility: &'a str,
    /// MSH-10 of the answer, unique.
    pub control_id: &'a str,
    pub at: &'a ZonedDateTime,
}

/// Writes the acknowledgement of a message, segments ended by carriage return.
pub fn write(header: &Header, answer: &Answer, us: &Us<'_>) -> Vec<u8> {
    let trigger = match header.trigger.as_str() {
        "" => "ACK".to_owned(),
        trigger => format!("ACK^{}^ACK", escape(trigger)),
    };
    let or = |text: &str, otherwise: &str| match text {
        "" => otherwise.to_owned(),
        text => escape(text),
    };
    let mut out = format!(
        "MSH|^~\\&|{}|{}|{}|{}|{}||{trigger}|{}|{}|{}\r",
        escape(us.application),
        escape(us.facility),
        escape(&header.application),
        escape(&header.facility),
        us.at.strftime("%Y%m%d%H%M%S%z"),
        escape(us.control_id),
        or(&header.processing_id, "P"),
        or(&header.version, "2.5.1"),
    );
    let control_id = escape(&header.control_id);
    let code = answer.code.code();
    out.push_str(&format!(
        "MSA|{code}|{control_id}|{}\r",
        escape(&answer.text)
    ));
    if let Some(fault) = &answer.fault {
        out.push_str(&error_segment(fault));
    }
    if out.is_ascii() {
        return out.into_bytes();
    }
    // The sender's own names may hold letters beyond ASCII; then MSH-18 says how they are written.
    let mut lines = out.splitn(2, '\r');
    let msh = lines.next().unwrap_or_default();
    let rest = lines.next().unwrap_or_default();
    format!("{msh}||||||UNICODE UTF-8\r{rest}").into_bytes()
}

fn error_segment(fault: &Fault) -> String {
    let (code, text) = fault.kind.table_0357();
    let at = &fault.at;
    let field = if at.field > 0 {
        format!("^{}", at.field)
    } else {
        String::new()
    };
    format!(
        "ERR||{}^{}{field}|{code}^{text}^HL70357|E||||{}\r",
        escape(&at.segment),
        at.occurrence,
        escape(&fault.what),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hl7::fault::{FaultKind, Place};
    use crate::hl7::limits::Limits;
    use crate::hl7::message::Message;

    fn written(header: &Header, answer: &Answer) -> String {
        let at: ZonedDateTime = "2027-01-12T08:30:00+02:00[Europe/Helsinki]"
            .parse()
            .unwrap();
        let us = Us {
            application: "SELDINGER",
            facility: "IR",
            control_id: "S1",
            at: &at,
        };
        String::from_utf8(write(header, answer, &us)).unwrap()
    }

    fn header() -> Header {
        Header {
            application: "A|B".to_owned(),
            facility: "F".to_owned(),
            message_type: "ORM".to_owned(),
            trigger: "O01".to_owned(),
            control_id: "42".to_owned(),
            processing_id: "P".to_owned(),
            version: "2.3".to_owned(),
            ..Header::default()
        }
    }

    #[test]
    fn an_error_names_segment_and_field_and_can_be_read_back() {
        let at = Place::new("OBX", 2, 14);
        let fault = Fault::new(at, FaultKind::DataType, "not a date or time");
        let text = written(&header(), &Answer::error(fault));
        let expected = "MSH|^~\\&|SELDINGER|IR|A\\F\\B|F|20270112083000+0200||ACK^O01^ACK|S1|P|2.3\r\
                        MSA|AE|42|OBX(2)-14: not a date or time\r\
                        ERR||OBX^2^14|102^Data type error^HL70357|E||||not a date or time\r";
        assert_eq!(text, expected);
        let back = Message::parse(text.into(), &Limits::default(), None).unwrap();
        assert_eq!(back.header().field(5).text(), "A|B");
        assert_eq!(back.first("MSA").unwrap().field(2).text(), "42");
    }

    #[test]
    fn letters_beyond_ascii_are_said_in_msh_18() {
        let header = Header {
            control_id: "ä1".to_owned(),
            ..header()
        };
        let text = written(&header, &Answer::accepted(""));
        let back = Message::parse(text.into(), &Limits::default(), None).unwrap();
        assert_eq!(back.header().field(18).text(), "UNICODE UTF-8");
        assert_eq!(back.first("MSA").unwrap().field(2).text(), "ä1");
    }
}
