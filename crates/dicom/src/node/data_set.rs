//! A small reader and writer of data sets, for what the node itself looks into: worklist identifiers and the
//! head of a stored object.
//!
//! Why not the library's reader here: it recurses as deep as the sender nests (a few hundred kilobytes of
//! nested items end the process), and it gives up at the first flaw. A peer is not trusted that far. This one
//! has a nesting limit, never allocates what a length field merely claims, and keeps what it read before a flaw.

use dicom_core::dictionary::{DataDictionary, DataDictionaryEntry};
use dicom_core::{Tag, VR};
use dicom_dictionary_std::{StandardDataDictionary, tags};
use dicom_encoding::text::{SpecificCharacterSet, TextCodec};
use std::collections::BTreeMap;

/// Nesting of sequences beyond this is refused.
pub const NESTING_MAX: u8 = 16;

const ITEM: Tag = Tag(0xFFFE, 0xE000);
const ITEM_END: Tag = Tag(0xFFFE, 0xE00D);
const SEQUENCE_END: Tag = Tag(0xFFFE, 0xE0DD);
const UNDEFINED: u32 = u32::MAX;

/// How the elements of a data set are written (PS3.5 sections 7.1 and 7.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    ImplicitLittle,
    ExplicitLittle,
    /// Retired, still met.
    ExplicitBig,
}

impl Encoding {
    fn u16(self, bytes: [u8; 2]) -> u16 {
        match self {
            Self::ImplicitLittle | Self::ExplicitLittle => u16::from_le_bytes(bytes),
            Self::ExplicitBig => u16::from_be_bytes(bytes),
        }
    }

    fn u32(self, bytes: [u8; 4]) -> u32 {
        match self {
            Self::ImplicitLittle | Self::ExplicitLittle => u32::from_le_bytes(bytes),
            Self::ExplicitBig => u32::from_be_bytes(bytes),
        }
    }
}

/// Where and why a data set could not be read further.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DataSetFlaw {
    #[error("the data set ends inside an element (byte {at})")]
    EndsEarly { at: usize },
    #[error("an element claims {length} bytes where fewer are left (byte {at})")]
    LengthBeyondEnd { at: usize, length: u32 },
    #[error("sequences are nested deeper than {NESTING_MAX}")]
    TooDeep,
    #[error("a sequence holds {tag} where an item is due")]
    NotAnItem { tag: Tag },
}

/// One element as it lies in the bytes. For a sequence `value` is its items, without the end delimiter.
#[derive(Debug, Clone, Copy)]
pub struct Element<'a> {
    pub tag: Tag,
    pub vr: VR,
    pub value: &'a [u8],
}

/// Walks the elements of one level in the order of the bytes.
pub struct Elements<'a> {
    bytes: &'a [u8],
    at: usize,
    encoding: Encoding,
    depth: u8,
}

struct Header {
    tag: Tag,
    vr: VR,
    length: u32,
}

impl<'a> Elements<'a> {
    pub fn new(bytes: &'a [u8], encoding: Encoding) -> Self {
        Self::at_depth(bytes, encoding, 0)
    }

    fn at_depth(bytes: &'a [u8], encoding: Encoding, depth: u8) -> Self {
        Self {
            bytes,
            at: 0,
            encoding,
            depth,
        }
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N], DataSetFlaw> {
        let ends = DataSetFlaw::EndsEarly { at: self.at };
        let part = self.bytes.get(self.at..self.at + N).ok_or(ends)?;
        self.at += N;
        part.try_into().map_err(|_| ends)
    }

    fn header(&mut self) -> Result<Header, DataSetFlaw> {
        let group = self.encoding.u16(self.take()?);
        let element = self.encoding.u16(self.take()?);
        let tag = Tag(group, element);
        if group == 0xFFFE || self.encoding == Encoding::ImplicitLittle {
            let length = self.encoding.u32(self.take()?);
            let vr = if group == 0xFFFE { VR::UN } else { vr_of(tag) };
            return Ok(Header { tag, vr, length });
        }
        let code: [u8; 2] = self.take()?;
        match VR::from_binary(code) {
            Some(vr) if has_short_length(vr) => {
                let length = u32::from(self.encoding.u16(self.take()?));
                Ok(Header { tag, vr, length })
            }
            Some(vr) => {
                let _reserved: [u8; 2] = self.take()?;
                let length = self.encoding.u32(self.take()?);
                Ok(Header { tag, vr, length })
            }
            // A representation made after this program: the long form is what PS3.5 6.2.2 promises for it.
            None if code.iter().all(u8::is_ascii_uppercase) => {
                let _reserved: [u8; 2] = self.take()?;
                let length = self.encoding.u32(self.take()?);
                Ok(Header {
                    tag,
                    vr: VR::UN,
                    length,
                })
            }
            // Not letters at all: some writers slip implicit elements into an explicit data set.
            None => {
                let [high, low]: [u8; 2] = self.take()?;
                let length = self.encoding.u32([code[0], code[1], high, low]);
                Ok(Header {
                    tag,
                    vr: vr_of(tag),
                    length,
                })
            }
        }
    }

    /// The next element, or `None` at the end (also at an item or sequence delimiter).
    /// # Errors
    /// See [`DataSetFlaw`]; elements before the flaw were good.
    pub fn step(&mut self) -> Result<Option<Element<'a>>, DataSetFlaw> {
        if self.at >= self.bytes.len() {
            return Ok(None);
        }
        let header = self.header()?;
        if header.tag == ITEM_END || header.tag == SEQUENCE_END {
            return Ok(None);
        }
        let start = self.at;
        if header.length == UNDEFINED {
            // Of unknown kind and undefined length means implicit little endian inside (PS3.5 6.2.2 note 4).
            let inside = if header.vr == VR::UN {
                Encoding::ImplicitLittle
            } else {
                self.encoding
            };
            let rest = self.bytes.get(start..).unwrap_or_default();
            let (content, whole) = undefined_extent(rest, inside, self.depth)?;
            self.at = start + whole;
            let value = rest.get(..content).unwrap_or_default();
            return Ok(Some(Element {
                tag: header.tag,
                vr: header.vr,
                value,
            }));
        }
        let beyond = DataSetFlaw::LengthBeyondEnd {
            at: start,
            length: header.length,
        };
        let end = start.checked_add(header.length as usize).ok_or(beyond)?;
        let value = self.bytes.get(start..end).ok_or(beyond)?;
        self.at = end;
        Ok(Some(Element {
            tag: header.tag,
            vr: header.vr,
            value,
        }))
    }
}

/// Length of the items of an element of undefined length, without and with its end delimiter.
fn undefined_extent(
    bytes: &[u8],
    encoding: Encoding,
    depth: u8,
) -> Result<(usize, usize), DataSetFlaw> {
    if depth >= NESTING_MAX {
        return Err(DataSetFlaw::TooDeep);
    }
    let mut walk = Elements::at_depth(bytes, encoding, depth + 1);
    loop {
        let before = walk.at;
        let header = walk.header()?;
        if header.tag == SEQUENCE_END {
            return Ok((before, walk.at));
        }
        if header.tag != ITEM {
            return Err(DataSetFlaw::NotAnItem { tag: header.tag });
        }
        if header.length == UNDEFINED {
            while walk.step()?.is_some() {}
        } else {
            let beyond = DataSetFlaw::LengthBeyondEnd {
                at: walk.at,
                length: header.length,
            };
            walk.at = walk
                .at
                .checked_add(header.length as usize)
                .filter(|end| *end <= bytes.len())
                .ok_or(beyond)?;
        }
    }
}

fn vr_of(tag: Tag) -> VR {
    if tag.element() == 0 {
        return VR::UL;
    }
    StandardDataDictionary
        .by_tag(tag)
        .map_or(VR::UN, |entry| entry.vr().relaxed())
}

fn has_short_length(vr: VR) -> bool {
    !matches!(
        vr,
        VR::OB
            | VR::OD
            | VR::OF
            | VR::OL
            | VR::OV
            | VR::OW
            | VR::SQ
            | VR::SV
            | VR::UC
            | VR::UN
            | VR::UR
            | VR::UT
            | VR::UV
    )
}

fn is_text(vr: VR) -> bool {
    matches!(
        vr,
        VR::AE
            | VR::AS
            | VR::CS
            | VR::DA
            | VR::DS
            | VR::DT
            | VR::IS
            | VR::LO
            | VR::LT
            | VR::PN
            | VR::SH
            | VR::ST
            | VR::TM
            | VR::UC
            | VR::UI
            | VR::UR
            | VR::UT
    )
}

/// The text encoding that a data set names in Specific Character Set (0008,0005).
#[derive(Debug, Clone)]
pub struct CharacterSet {
    /// The value as it stands in the element; empty for the default repertoire.
    pub code: String,
    codec: SpecificCharacterSet,
}

impl CharacterSet {
    pub fn default_repertoire() -> Self {
        Self {
            code: String::new(),
            codec: SpecificCharacterSet::ISO_IR_6,
        }
    }

    pub fn utf8() -> Self {
        Self {
            code: "ISO_IR 192".to_owned(),
            codec: SpecificCharacterSet::ISO_IR_192,
        }
    }

    /// Of several values the first one that is more than the default repertoire counts; an unknown one is read
    /// as UTF-8, which fails softly.
    pub fn from_value(value: &str) -> Self {
        let mut codes = value
            .split('\\')
            .map(str::trim)
            .filter(|code| !code.is_empty());
        let Some(code) = codes.find(|code| !matches!(*code, "ISO_IR 6" | "ISO 2022 IR 6")) else {
            return Self::default_repertoire();
        };
        Self {
            code: code.to_owned(),
            codec: SpecificCharacterSet::from_code(code)
                .unwrap_or(SpecificCharacterSet::ISO_IR_192),
        }
    }

    pub fn decode(&self, bytes: &[u8]) -> String {
        if bytes.is_ascii() {
            return String::from_utf8_lossy(bytes).into_owned();
        }
        self.codec
            .decode(bytes)
            .unwrap_or_else(|_| String::from_utf8_lossy(bytes).into_owned())
    }

    /// The bytes of a text, or `None` when this character set cannot carry every letter of it.
    pub fn encode(&self, text: &str) -> Option<Vec<u8>> {
        if text.is_ascii() {
            return Some(text.as_bytes().to_vec());
        }
        // The library reads and writes the default repertoire as Latin-1; by PS3.5 6.1.2.1 it is ASCII.
        if self.code.is_empty() {
            return None;
        }
        let bytes = self.codec.encode(text).ok()?;
        (self.decode(&bytes) == text).then_some(bytes)
    }
}

/// What an element of an owned data set holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// A text value, several of them parted by a backslash.
    Text {
        vr: VR,
        text: String,
    },
    /// Anything that is not text, as it came.
    Bytes {
        vr: VR,
        bytes: Vec<u8>,
    },
    Items(Vec<DataSet>),
}

/// A small data set in memory: worklist identifiers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DataSet(pub BTreeMap<Tag, Content>);

impl DataSet {
    /// Reads all elements; group lengths are dropped.
    /// # Errors
    /// See [`DataSetFlaw`].
    pub fn read(bytes: &[u8], encoding: Encoding) -> Result<Self, DataSetFlaw> {
        let mut charset = CharacterSet::default_repertoire();
        let mut first = Elements::new(bytes, encoding);
        while let Ok(Some(element)) = first.step() {
            if element.tag == tags::SPECIFIC_CHARACTER_SET {
                charset = CharacterSet::from_value(&String::from_utf8_lossy(element.value));
                break;
            }
        }
        Self::read_level(bytes, encoding, 0, &charset)
    }

    fn read_level(
        bytes: &[u8],
        encoding: Encoding,
        depth: u8,
        charset: &CharacterSet,
    ) -> Result<Self, DataSetFlaw> {
        if depth > NESTING_MAX {
            return Err(DataSetFlaw::TooDeep);
        }
        let mut set = BTreeMap::new();
        let mut elements = Elements::at_depth(bytes, encoding, depth);
        while let Some(element) = elements.step()? {
            if element.tag.element() == 0 {
                continue;
            }
            let content = if element.vr == VR::SQ {
                Content::Items(read_items(element.value, encoding, depth, charset)?)
            } else if is_text(element.vr) {
                let text = charset.decode(element.value);
                let text = text.trim_end_matches([' ', '\0']).to_owned();
                Content::Text {
                    vr: element.vr,
                    text,
                }
            } else {
                Content::Bytes {
                    vr: element.vr,
                    bytes: element.value.to_vec(),
                }
            };
            set.insert(element.tag, content);
        }
        Ok(Self(set))
    }

    /// The text of an element without padding; empty when it is absent, empty or not text.
    pub fn text(&self, tag: Tag) -> &str {
        match self.0.get(&tag) {
            Some(Content::Text { text, .. }) => text,
            Some(Content::Bytes { .. } | Content::Items(_)) | None => "",
        }
    }

    /// The items of a sequence; none when it is absent or not a sequence.
    pub fn items(&self, tag: Tag) -> &[DataSet] {
        match self.0.get(&tag) {
            Some(Content::Items(items)) => items,
            Some(Content::Bytes { .. } | Content::Text { .. }) | None => &[],
        }
    }

    /// Puts a text; its representation comes from the dictionary.
    pub fn put(&mut self, tag: Tag, text: &str) {
        let content = Content::Text {
            vr: vr_of(tag),
            text: text.to_owned(),
        };
        self.0.insert(tag, content);
    }

    /// Puts an unsigned short (US), as binary of little endian syntaxes.
    pub fn put_number(&mut self, tag: Tag, value: u16) {
        let content = Content::Bytes {
            vr: VR::US,
            bytes: value.to_le_bytes().to_vec(),
        };
        self.0.insert(tag, content);
    }

    pub fn put_items(&mut self, tag: Tag, items: Vec<DataSet>) {
        self.0.insert(tag, Content::Items(items));
    }

    /// Whether a character set carries every text in here.
    pub fn fits(&self, charset: &CharacterSet) -> bool {
        self.0.values().all(|content| match content {
            Content::Text { text, .. } => charset.encode(text).is_some(),
            Content::Bytes { .. } => true,
            Content::Items(items) => items.iter().all(|item| item.fits(charset)),
        })
    }

    /// The bytes of the data set, all lengths defined. Call [`DataSet::fits`] first: a text that the character
    /// set cannot carry is written with `?` for the letters that are missing.
    pub fn write(&self, encoding: Encoding, charset: &CharacterSet) -> Vec<u8> {
        let mut out = Vec::new();
        for (tag, content) in &self.0 {
            let (vr, value) = match content {
                Content::Text { vr, text } => (*vr, padded_text(*vr, text, charset)),
                Content::Bytes { vr, bytes } => (*vr, bytes.clone()),
                Content::Items(items) => (VR::SQ, write_items(items, encoding, charset)),
            };
            write_header(&mut out, encoding, *tag, vr, value.len());
            out.extend_from_slice(&value);
        }
        out
    }
}

fn read_items(
    bytes: &[u8],
    encoding: Encoding,
    depth: u8,
    charset: &CharacterSet,
) -> Result<Vec<DataSet>, DataSetFlaw> {
    let mut items = Vec::new();
    let mut walk = Elements::at_depth(bytes, encoding, depth + 1);
    while walk.at < bytes.len() {
        let header = walk.header()?;
        if header.tag == SEQUENCE_END {
            break;
        }
        if header.tag != ITEM {
            return Err(DataSetFlaw::NotAnItem { tag: header.tag });
        }
        let start = walk.at;
        if header.length == UNDEFINED {
            while walk.step()?.is_some() {}
        } else {
            walk.at = start.saturating_add(header.length as usize);
        }
        let beyond = DataSetFlaw::LengthBeyondEnd {
            at: start,
            length: header.length,
        };
        let item = bytes.get(start..walk.at).ok_or(beyond)?;
        items.push(DataSet::read_level(item, encoding, depth + 1, charset)?);
    }
    Ok(items)
}

fn padded_text(vr: VR, text: &str, charset: &CharacterSet) -> Vec<u8> {
    let mut bytes = charset.encode(text).unwrap_or_else(|| {
        let plain = text.chars().map(|c| if c.is_ascii() { c } else { '?' });
        plain.collect::<String>().into_bytes()
    });
    if bytes.len() % 2 == 1 {
        bytes.push(if vr == VR::UI { 0 } else { b' ' });
    }
    bytes
}

fn write_items(items: &[DataSet], encoding: Encoding, charset: &CharacterSet) -> Vec<u8> {
    let mut out = Vec::new();
    for item in items {
        let bytes = item.write(encoding, charset);
        write_header(&mut out, encoding, ITEM, VR::UN, bytes.len());
        out.extend_from_slice(&bytes);
    }
    out
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "identifiers are limited to 64 KiB by the caller"
)]
fn write_header(out: &mut Vec<u8>, encoding: Encoding, tag: Tag, vr: VR, length: usize) {
    let u16_bytes = |value: u16| match encoding {
        Encoding::ImplicitLittle | Encoding::ExplicitLittle => value.to_le_bytes(),
        Encoding::ExplicitBig => value.to_be_bytes(),
    };
    let u32_bytes = |value: u32| match encoding {
        Encoding::ImplicitLittle | Encoding::ExplicitLittle => value.to_le_bytes(),
        Encoding::ExplicitBig => value.to_be_bytes(),
    };
    out.extend_from_slice(&u16_bytes(tag.group()));
    out.extend_from_slice(&u16_bytes(tag.element()));
    if tag.group() == 0xFFFE || encoding == Encoding::ImplicitLittle {
        out.extend_from_slice(&u32_bytes(length as u32));
    } else if has_short_length(vr) {
        out.extend_from_slice(&vr.to_bytes());
        out.extend_from_slice(&u16_bytes(length as u16));
    } else {
        out.extend_from_slice(&vr.to_bytes());
        out.extend_from_slice(&[0, 0]);
        out.extend_from_slice(&u32_bytes(length as u32));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn worklist_key() -> DataSet {
        let mut step = DataSet::default();
        step.put(tags::MODALITY, "XA");
        step.put(tags::SCHEDULED_STATION_AE_TITLE, "ANGIO1");
        let mut set = DataSet::default();
        set.put(tags::PATIENT_NAME, "DEMO^\u{c4}nne");
        set.put(tags::STUDY_INSTANCE_UID, "1.2.3");
        set.put_items(tags::SCHEDULED_PROCEDURE_STEP_SEQUENCE, vec![step]);
        set
    }

    #[test]
    fn what_is_written_is_read_again_in_every_encoding() {
        for encoding in [
            Encoding::ImplicitLittle,
            Encoding::ExplicitLittle,
            Encoding::ExplicitBig,
        ] {
            for charset in [CharacterSet::utf8(), CharacterSet::from_value("ISO_IR 100")] {
                let mut set = worklist_key();
                set.put(tags::SPECIFIC_CHARACTER_SET, &charset.code);
                let bytes = set.write(encoding, &charset);
                assert_eq!(DataSet::read(&bytes, encoding), Ok(set));
            }
        }
    }

    #[test]
    fn a_character_set_says_what_it_cannot_carry() {
        let latin = CharacterSet::from_value("ISO_IR 100");
        assert_eq!(latin.encode("\u{c4}"), Some(vec![0xC4]));
        assert_eq!(latin.encode("\u{416}"), None);
        assert!(
            CharacterSet::default_repertoire()
                .encode("\u{c4}")
                .is_none()
        );
        assert!(worklist_key().fits(&latin));
    }

    #[test]
    fn undefined_lengths_are_followed() {
        // (0040,0100) SQ undefined, one item undefined, (0008,0060) CS "XA", delimiters; then (0040,1001) SH "R1".
        let mut bytes = Vec::new();
        let u = |out: &mut Vec<u8>, g: u16, e: u16, l: u32| {
            out.extend_from_slice(&g.to_le_bytes());
            out.extend_from_slice(&e.to_le_bytes());
            out.extend_from_slice(&l.to_le_bytes());
        };
        u(&mut bytes, 0x0040, 0x0100, UNDEFINED);
        u(&mut bytes, 0xFFFE, 0xE000, UNDEFINED);
        u(&mut bytes, 0x0008, 0x0060, 2);
        bytes.extend_from_slice(b"XA");
        u(&mut bytes, 0xFFFE, 0xE00D, 0);
        u(&mut bytes, 0xFFFE, 0xE0DD, 0);
        u(&mut bytes, 0x0040, 0x1001, 2);
        bytes.extend_from_slice(b"R1");
        let set = DataSet::read(&bytes, Encoding::ImplicitLittle).unwrap();
        let steps = set.items(tags::SCHEDULED_PROCEDURE_STEP_SEQUENCE);
        assert_eq!(steps.len(), 1);
        assert_eq!(steps[0].text(tags::MODALITY), "XA");
        assert_eq!(set.text(tags::REQUESTED_PROCEDURE_ID), "R1");
    }

    #[test]
    fn nesting_without_end_is_refused_and_does_not_end_the_process() {
        let mut one = Vec::new();
        one.extend_from_slice(&[0x40, 0x00, 0x00, 0x01, 0xFF, 0xFF, 0xFF, 0xFF]);
        one.extend_from_slice(&[0xFE, 0xFF, 0x00, 0xE0, 0xFF, 0xFF, 0xFF, 0xFF]);
        let bytes = one.repeat(60_000);
        let read = DataSet::read(&bytes, Encoding::ImplicitLittle);
        assert_eq!(read, Err(DataSetFlaw::TooDeep));

        // The same with defined lengths, innermost first.
        let mut bytes = Vec::new();
        for _ in 0..3_000 {
            let mut outer = vec![0x40, 0x00, 0x00, 0x01];
            outer.extend_from_slice(&(bytes.len() as u32 + 8).to_le_bytes());
            outer.extend_from_slice(&[0xFE, 0xFF, 0x00, 0xE0]);
            outer.extend_from_slice(&(bytes.len() as u32).to_le_bytes());
            outer.extend_from_slice(&bytes);
            bytes = outer;
        }
        let read = DataSet::read(&bytes, Encoding::ImplicitLittle);
        assert_eq!(read, Err(DataSetFlaw::TooDeep));
    }

    #[test]
    fn a_length_beyond_the_end_is_a_flaw_and_what_came_before_stands() {
        let mut bytes = DataSet::default().write(Encoding::ImplicitLittle, &CharacterSet::utf8());
        bytes.extend_from_slice(&[0x08, 0x00, 0x60, 0x00, 2, 0, 0, 0, b'X', b'A']);
        bytes.extend_from_slice(&[0x10, 0x00, 0x10, 0x00, 0xF0, 0xFF, 0xFF, 0x7F, b'A']);
        let mut elements = Elements::new(&bytes, Encoding::ImplicitLittle);
        assert!(
            elements
                .step()
                .is_ok_and(|e| e.is_some_and(|e| e.value == b"XA"))
        );
        assert!(matches!(
            elements.step(),
            Err(DataSetFlaw::LengthBeyondEnd { .. })
        ));
    }

    #[test]
    fn no_cut_of_a_data_set_is_a_panic() {
        for encoding in [
            Encoding::ImplicitLittle,
            Encoding::ExplicitLittle,
            Encoding::ExplicitBig,
        ] {
            let bytes = worklist_key().write(encoding, &CharacterSet::utf8());
            for end in 0..bytes.len() {
                let _ = DataSet::read(&bytes[..end], encoding);
            }
        }
    }
}
