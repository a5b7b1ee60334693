//! One HL7 v2 message: its bytes as they came, its text, and where each segment stands in it.
//!
//! Lossless: the bytes are kept untouched and segments are ranges of the decoded text. Separators come from
//! the message's own MSH. What was tolerated in reading is listed, never silently repaired.

use super::charset;
use super::escape;
use super::fault::{Fault, FaultKind, Place};
use super::limits::Limits;
use bytes::Bytes;
use encoding_rs::Encoding;
use std::ops::Range;

/// The five characters that structure a message. What MSH-2 leaves out is not used in that message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Separators {
    pub field: char,
    pub component: char,
    pub repetition: Option<char>,
    pub escape: Option<char>,
    pub subcomponent: Option<char>,
}

impl Separators {
    pub const STANDARD: Self = Self {
        field: '|',
        component: '^',
        repetition: Some('~'),
        escape: Some('\\'),
        subcomponent: Some('&'),
    };
}

/// A message that has an MSH and whose segments have names. Whether it makes sense is the readers' question.
#[derive(Debug, Clone)]
pub struct Message {
    bytes: Bytes,
    text: String,
    segments: Vec<(String, Range<usize>)>,
    separators: Separators,
    encoding: &'static Encoding,
    tolerated: Vec<String>,
    repetition_limit: usize,
}

impl Message {
    /// Reads one message (see [`super::split`] for files that hold several).
    ///
    /// * `sender_charset` – used when MSH-18 is empty and the bytes are neither ASCII nor UTF-8.
    /// # Errors
    /// No MSH at the start, separators that cannot work, an unknown character set, or a limit passed.
    pub fn parse(
        bytes: Bytes,
        limits: &Limits,
        sender_charset: Option<&'static Encoding>,
    ) -> Result<Self, Fault> {
        if bytes.len() > limits.bytes {
            let what = format!("the message is larger than {} bytes", limits.bytes);
            return Err(Fault::header(0, FaultKind::DataType, what));
        }
        let mut tolerated = Vec::new();
        let separators = separators_of(&bytes, &mut tolerated)?;
        let stated = stated_charset(&bytes, &separators);
        let text = charset::decode(&bytes, &stated, sender_charset)?;
        let segments = find_segments(&text, &separators, limits, &mut tolerated)?;
        let encoding = charset::encoding_named(&stated)
            .or(sender_charset)
            .unwrap_or(encoding_rs::UTF_8);
        Ok(Self {
            bytes,
            text,
            segments,
            separators,
            encoding,
            tolerated,
            repetition_limit: limits.repetitions,
        })
    }

    /// The bytes exactly as they came.
    pub fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// What was read although it is not as the standard has it, in words.
    pub fn tolerated(&self) -> &[String] {
        &self.tolerated
    }

    pub fn separators(&self) -> &Separators {
        &self.separators
    }

    /// All segments in order.
    pub fn segments(&self) -> impl Iterator<Item = Segment<'_>> {
        let mut seen: Vec<(&str, usize)> = Vec::new();
        self.segments.iter().map(move |(name, range)| {
            let occurrence = match seen.iter_mut().find(|(known, _)| *known == name.as_str()) {
                Some((_, count)) => {
                    *count += 1;
                    *count
                }
                None => {
                    seen.push((name, 1));
                    1
                }
            };
            Segment {
                message: self,
                name,
                occurrence,
                raw: self.text.get(range.clone()).unwrap_or_default(),
            }
        })
    }

    /// The first segment of a name.
    pub fn first(&self, name: &str) -> Option<Segment<'_>> {
        self.segments().find(|segment| segment.name == name)
    }

    /// The header. Every parsed message has one.
    pub fn header(&self) -> Segment<'_> {
        self.first("MSH").unwrap_or(Segment {
            message: self,
            name: "MSH",
            occurrence: 1,
            raw: "",
        })
    }
}

/// One segment of a message.
#[derive(Debug, Clone, Copy)]
pub struct Segment<'m> {
    message: &'m Message,
    pub name: &'m str,
    /// Which segment of this name, counted from 1.
    pub occurrence: usize,
    raw: &'m str,
}

impl<'m> Segment<'m> {
    /// A field by its number in the standard. A field that is not there reads as empty.
    pub fn field(&self, number: usize) -> Field<'m> {
        let field_separator = self.message.separators.field;
        let index = if self.name == "MSH" {
            number.saturating_sub(1)
        } else {
            number
        };
        let raw = match (self.name, number) {
            ("MSH", 1) => self.raw.get(3..4).unwrap_or_default(),
            _ => self
                .raw
                .split(field_separator)
                .nth(index)
                .unwrap_or_default(),
        };
        Field {
            message: self.message,
            at: Place::new(self.name, self.occurrence, number),
            // MSH-2 holds the separators themselves and must not be taken apart by them.
            whole: self.name == "MSH" && number <= 2,
            raw: raw.trim_matches(['\r', '\n']),
        }
    }

    /// The segment as a whole, for a fault.
    pub fn place(&self) -> Place {
        Place::new(self.name, self.occurrence, 0)
    }
}

/// One field, not yet taken apart.
#[derive(Debug, Clone)]
pub struct Field<'m> {
    message: &'m Message,
    pub at: Place,
    whole: bool,
    raw: &'m str,
}

impl<'m> Field<'m> {
    pub fn is_empty(&self) -> bool {
        self.raw.trim().is_empty()
    }

    /// The sender deletes what was there before (`""`).
    pub fn is_deleted(&self) -> bool {
        self.raw.trim() == "\"\""
    }

    /// Neither empty nor deleted.
    pub fn is_stated(&self) -> bool {
        !self.is_empty() && !self.is_deleted()
    }

    /// The field exactly as sent, escape sequences included.
    pub fn raw(&self) -> &'m str {
        self.raw
    }

    /// Its repetitions, at most as many as the limit allows.
    pub fn repetitions(&self) -> impl Iterator<Item = Repetition<'m>> {
        let separator = self.message.separators.repetition.filter(|_| !self.whole);
        let parts: Box<dyn Iterator<Item = &'m str>> = match separator {
            Some(separator) => Box::new(self.raw.split(separator)),
            None => Box::new(std::iter::once(self.raw)),
        };
        let (message, whole) = (self.message, self.whole);
        parts
            .take(message.repetition_limit)
            .map(move |raw| Repetition {
                message,
                whole,
                raw,
            })
    }

    fn first(&self) -> Repetition<'m> {
        self.repetitions().next().unwrap_or(Repetition {
            message: self.message,
            whole: self.whole,
            raw: "",
        })
    }

    /// Text of a component (from 1) of the first repetition.
    pub fn component(&self, number: usize) -> String {
        self.first().component(number)
    }

    /// Text of a subcomponent (both from 1) of the first repetition.
    pub fn subcomponent(&self, component: usize, number: usize) -> String {
        self.first().subcomponent(component, number)
    }

    /// The first component of the first repetition: what a simple field holds.
    pub fn text(&self) -> String {
        self.component(1)
    }

    /// All of the field as a reader would see it, escape sequences resolved, separators kept.
    pub fn whole_text(&self) -> String {
        escape::unescape(self.raw, &self.message.separators, self.message.encoding)
            .trim()
            .to_owned()
    }

    pub fn fault(&self, kind: FaultKind, what: impl Into<String>) -> Fault {
        Fault::new(self.at.clone(), kind, what)
    }
}

/// One repetition of a field.
#[derive(Debug, Clone, Copy)]
pub struct Repetition<'m> {
    message: &'m Message,
    whole: bool,
    raw: &'m str,
}

impl Repetition<'_> {
    pub fn is_empty(&self) -> bool {
        self.raw.trim().is_empty()
    }

    fn raw_component(&self, number: usize) -> &str {
        if self.whole {
            return if number == 1 { self.raw } else { "" };
        }
        self.raw
            .split(self.message.separators.component)
            .nth(number.saturating_sub(1))
            .unwrap_or_default()
    }

    /// A component (from 1): its first subcomponent, escape sequences resolved, trimmed. `""` reads as empty.
    pub fn component(&self, number: usize) -> String {
        self.subcomponent(number, 1)
    }

    pub fn subcomponent(&self, component: usize, number: usize) -> String {
        let raw = self.raw_component(component);
        let part = match self.message.separators.subcomponent.filter(|_| !self.whole) {
            Some(separator) => raw.split(separator).nth(number.saturating_sub(1)),
            None => Some(raw).filter(|_| number == 1),
        };
        let part = part.unwrap_or_default().trim();
        if part == "\"\"" {
            return String::new();
        }
        if self.whole {
            return part.to_owned();
        }
        escape::unescape(part, &self.message.separators, self.message.encoding)
            .trim()
            .to_owned()
    }
}

/// Separators from the first bytes: they are ASCII in every character set that we take.
fn separators_of(bytes: &[u8], tolerated: &mut Vec<String>) -> Result<Separators, Fault> {
    let Some(rest) = bytes.strip_prefix(b"MSH") else {
        let what = "the message does not begin with MSH";
        return Err(Fault::header(0, FaultKind::SegmentSequence, what));
    };
    let wrong = |field, what: &str| Fault::header(field, FaultKind::DataType, what);
    let (&field, rest) = rest
        .split_first()
        .ok_or_else(|| wrong(1, "the field separator is missing"))?;
    if !is_separator(field) {
        return Err(wrong(1, "this cannot be a field separator"));
    }
    let end = rest
        .iter()
        .position(|&b| b == field || b == b'\r' || b == b'\n')
        .unwrap_or(rest.len());
    let mut encoding: Vec<u8> = rest.iter().copied().take(end).collect();
    // Some senders write the escape character twice, as in a C string; the last one then is the subcomponent.
    if let [a, b, c, d, e] = *encoding.as_slice()
        && c == d
        && e != c
    {
        encoding = vec![a, b, c, e];
        tolerated.push("MSH-2: the escape character stands twice, read as once".to_owned());
    }
    let distinct = encoding.iter().enumerate().all(|(i, b)| {
        is_separator(*b) && *b != field && !encoding.iter().skip(i + 1).any(|o| o == b)
    });
    if encoding.is_empty() || encoding.len() > 5 || !distinct {
        return Err(wrong(2, "the encoding characters cannot separate"));
    }
    let letter = |i: usize| encoding.get(i).map(|b| char::from(*b));
    Ok(Separators {
        field: char::from(field),
        component: letter(0).unwrap_or('^'),
        repetition: letter(1),
        escape: letter(2),
        subcomponent: letter(3),
    })
}

fn is_separator(byte: u8) -> bool {
    byte.is_ascii_punctuation()
}

/// MSH-18 read from the raw bytes, before anything is decoded.
fn stated_charset(bytes: &[u8], separators: &Separators) -> String {
    let line = bytes
        .split(|&b| b == b'\r' || b == b'\n')
        .next()
        .unwrap_or_default();
    let field = line
        .split(|&b| char::from(b) == separators.field)
        .nth(17)
        .unwrap_or_default();
    let first = field
        .split(|&b| Some(char::from(b)) == separators.repetition)
        .next()
        .unwrap_or_default();
    String::from_utf8_lossy(first).trim().to_owned()
}

fn find_segments(
    text: &str,
    separators: &Separators,
    limits: &Limits,
    tolerated: &mut Vec<String>,
) -> Result<Vec<(String, Range<usize>)>, Fault> {
    let mut segments: Vec<(String, Range<usize>)> = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive(['\r', '\n']) {
        let range = start..start + line.len();
        start = range.end;
        if line.trim().is_empty() {
            continue;
        }
        match (segment_name(line, separators.field), segments.last_mut()) {
            (Some(name), _) => segments.push((name.to_owned(), range)),
            // A line that is no segment is the rest of the field before it: a raw line break in free text.
            (None, Some((name, previous))) => {
                previous.end = range.end;
                let note = format!("{name}: a line break inside a field, joined");
                if !tolerated.contains(&note) {
                    tolerated.push(note);
                }
            }
            (None, None) => {}
        }
        if segments.len() > limits.segments {
            let what = format!("more than {} segments", limits.segments);
            return Err(Fault::header(0, FaultKind::SegmentSequence, what));
        }
    }
    Ok(segments)
}

/// Three capital letters or digits, the first a letter, then the field separator or the end of the line.
fn segment_name(line: &str, field_separator: char) -> Option<&str> {
    let name = line.get(..3)?;
    let mut letters = name.bytes();
    let sound = letters.next().is_some_and(|b| b.is_ascii_uppercase())
        && letters.all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    let next = line.get(3..)?.chars().next();
    let ends = next.is_none_or(|c| c == field_separator || c == '\r' || c == '\n');
    (sound && ends).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Message, Fault> {
        Message::parse(Bytes::from(text.to_owned()), &Limits::default(), None)
    }

    #[test]
    fn separators_come_from_the_message() {
        let message = parse("MSH*:;!%*APP\rPID*1**A1:::ISS%U;B2\r").unwrap();
        let pid = message.first("PID").unwrap().field(3);
        let ids: Vec<String> = pid.repetitions().map(|r| r.component(1)).collect();
        assert_eq!(ids, ["A1", "B2"]);
        assert_eq!(pid.subcomponent(4, 1), "ISS");
        assert_eq!(pid.subcomponent(4, 2), "U");
        assert_eq!(message.header().field(3).text(), "APP");
        assert_eq!(message.header().field(1).text(), "*");
        assert_eq!(message.header().field(2).text(), ":;!%");
    }

    #[test]
    fn every_line_end_reads_the_same_and_the_bytes_stay() {
        for end in ["\r", "\n", "\r\n", "\r\r\n"] {
            let text = ["MSH|^~\\&|A", "PID|1||X", ""].join(end);
            let message = parse(&text).unwrap();
            let names: Vec<&str> = message.segments().map(|s| s.name).collect();
            assert_eq!(names, ["MSH", "PID"]);
            assert_eq!(message.first("PID").unwrap().field(3).text(), "X");
            assert_eq!(message.bytes().as_ref(), text.as_bytes());
        }
    }

    #[test]
    fn a_doubled_escape_character_is_read_and_said() {
        let message = parse("MSH|^~\\\\&|A\rPID|||1&2\r").unwrap();
        assert_eq!(message.separators(), &Separators::STANDARD);
        assert_eq!(message.tolerated().len(), 1);
    }

    #[test]
    fn a_line_break_inside_a_field_is_joined_and_said() {
        let message = parse("MSH|^~\\&|A\nOBX|1|TX|||first\nsecond line\nNTE|1\n").unwrap();
        let obx = message.first("OBX").unwrap();
        assert_eq!(obx.field(5).text(), "first\nsecond line");
        assert_eq!(message.tolerated().len(), 1);
        assert!(message.first("NTE").is_some());
    }

    #[test]
    fn what_cannot_be_a_message_is_refused() {
        for text in [
            "",
            "MSH",
            "MSHa^~",
            "MSH||",
            "MSH|^^~&|A",
            "PID|1",
            "MSH|^~\\&#@|A",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
        let limits = Limits {
            segments: 2,
            ..Limits::default()
        };
        let long = Bytes::from_static(b"MSH|^~\\&|A\rNTE|1\rNTE|2\r");
        assert!(Message::parse(long.clone(), &limits, None).is_err());
        let limits = Limits {
            segments: 3,
            bytes: long.len(),
            ..Limits::default()
        };
        assert!(Message::parse(long.clone(), &limits, None).is_ok());
        let limits = Limits {
            bytes: long.len() - 1,
            ..limits
        };
        assert!(Message::parse(long, &limits, None).is_err());
    }
}
