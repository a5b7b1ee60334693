//! A tolerant reader of DICOM data sets that borrows from the bytes and copies nothing.
//!
//! Every explicit, implicit, big-endian or deflated Part 10 file is read, and so are files without a
//! preamble or meta group, with a wrong group length, or with a transfer syntax that is not the one stated.
//! What was tolerated is listed. Depth, number of elements and inflated size have limits, so that no input
//! takes more memory or time than its own size justifies. Pixel data are never touched.

use std::borrow::Cow;

/// Group in the upper, element in the lower sixteen bits.
pub type Tag = u32;

/// Nested sequences deeper than this are refused; real dose reports stay under 20.
pub const DEPTH_LIMIT: usize = 64;
/// Elements in one object; a report of 1,000 events has about 300,000.
pub const ELEMENT_LIMIT: usize = 2_000_000;
/// A deflated object may not grow beyond this.
pub const INFLATED_LIMIT: usize = 64 << 20;

const ITEM: Tag = 0xFFFE_E000;
const ITEM_END: Tag = 0xFFFE_E00D;
const SEQUENCE_END: Tag = 0xFFFE_E0DD;
const PIXEL_DATA: Tag = 0x7FE0_0010;
const UNDEFINED: u32 = 0xFFFF_FFFF;

/// Why bytes could not be read as a DICOM object.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DataSetError {
    #[error("these bytes are no DICOM object")]
    NotDicom,
    #[error("the object ends in the middle of an element")]
    Truncated,
    #[error("sequences are nested more than {DEPTH_LIMIT} deep")]
    TooDeep,
    #[error("the object has more than {ELEMENT_LIMIT} elements")]
    TooManyElements,
    #[error("the deflated data set is damaged or inflates to more than 64 MiB")]
    Deflate,
}

/// How elements are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Encoding {
    pub explicit: bool,
    pub big_endian: bool,
}

/// A Part 10 object whose meta group has been read.
#[derive(Debug)]
pub struct Opened<'a> {
    /// Transfer syntax as stated in (0002,0010); empty when there is none.
    pub transfer_syntax: String,
    pub encoding: Encoding,
    /// What had to be tolerated so far, in words.
    pub tolerated: Vec<&'static str>,
    body: Cow<'a, [u8]>,
}

#[derive(Debug, Clone)]
pub struct Element<'a> {
    pub tag: Tag,
    pub value: Value<'a>,
}

#[derive(Debug, Clone)]
pub enum Value<'a> {
    Bytes(&'a [u8]),
    Sequence(Vec<DataSet<'a>>),
}

/// Elements in the order of the file.
#[derive(Debug, Clone, Default)]
pub struct DataSet<'a> {
    pub elements: Vec<Element<'a>>,
}

impl<'a> DataSet<'a> {
    pub fn value(&self, tag: Tag) -> Option<&Value<'a>> {
        self.elements
            .iter()
            .find(|e| e.tag == tag)
            .map(|e| &e.value)
    }

    /// Raw bytes of an element, without the padding; `None` when absent or empty.
    pub fn bytes(&self, tag: Tag) -> Option<&'a [u8]> {
        match self.value(tag)? {
            Value::Bytes(bytes) => {
                let bytes = trim(bytes);
                (!bytes.is_empty()).then_some(bytes)
            }
            Value::Sequence(_) => None,
        }
    }

    /// Text of an element that holds only ASCII by definition (UI, CS, DA, TM, DS, IS, codes).
    pub fn ascii(&self, tag: Tag) -> Option<&'a str> {
        std::str::from_utf8(self.bytes(tag)?).ok()
    }

    pub fn items(&self, tag: Tag) -> &[DataSet<'a>] {
        match self.value(tag) {
            Some(Value::Sequence(items)) => items,
            _ => &[],
        }
    }

    pub fn first_item(&self, tag: Tag) -> Option<&DataSet<'a>> {
        self.items(tag).first()
    }
}

fn trim(bytes: &[u8]) -> &[u8] {
    let padding = |b: &u8| matches!(b, b' ' | 0 | b'\t' | b'\r' | b'\n');
    let start = bytes
        .iter()
        .position(|b| !padding(b))
        .unwrap_or(bytes.len());
    let end = bytes
        .iter()
        .rposition(|b| !padding(b))
        .map_or(start, |i| i + 1);
    bytes.get(start..end).unwrap_or_default()
}

/// Reads preamble and meta group and finds out how the data set is written.
/// # Errors
/// `NotDicom` when neither a meta group nor a data set can be recognised; `Deflate`.
pub fn open(bytes: &[u8]) -> Result<Opened<'_>, DataSetError> {
    let mut tolerated = Vec::new();
    let start = if bytes.get(128..132) == Some(b"DICM") {
        132
    } else {
        tolerated.push("no preamble");
        0
    };
    let (transfer_syntax, body_start) = meta_group(bytes, start)?;
    let rest = bytes.get(body_start..).unwrap_or_default();
    let body: Cow<'_, [u8]> = if transfer_syntax == DEFLATED {
        Cow::Owned(inflate(rest)?)
    } else {
        Cow::Borrowed(rest)
    };
    let stated = match transfer_syntax.as_str() {
        IMPLICIT | PRIVATE_GE_IMPLICIT => Some(Encoding {
            explicit: false,
            big_endian: false,
        }),
        BIG_ENDIAN => Some(Encoding {
            explicit: true,
            big_endian: true,
        }),
        "" => None,
        _ => Some(Encoding {
            explicit: true,
            big_endian: false,
        }),
    };
    let seen = recognise(&body);
    let encoding = match (stated, seen) {
        (Some(stated), Some(seen)) if stated != seen => {
            tolerated.push("the data set is not written in the stated transfer syntax");
            seen
        }
        (Some(stated), _) if !body.is_empty() => stated,
        (None, Some(seen)) => {
            tolerated.push("no transfer syntax stated");
            seen
        }
        _ => return Err(DataSetError::NotDicom),
    };
    Ok(Opened {
        transfer_syntax,
        encoding,
        tolerated,
        body,
    })
}

const IMPLICIT: &str = "1.2.840.10008.1.2";
const DEFLATED: &str = "1.2.840.10008.1.2.1.99";
const BIG_ENDIAN: &str = "1.2.840.10008.1.2.2";
/// Implicit little endian with big-endian pixel data; only the pixel data differ.
const PRIVATE_GE_IMPLICIT: &str = "1.2.840.113619.5.2";

/// Transfer syntax and the place where the data set starts. The group length is not believed.
fn meta_group(bytes: &[u8], start: usize) -> Result<(String, usize), DataSetError> {
    let mut reader = Reader::new(
        bytes,
        Encoding {
            explicit: true,
            big_endian: false,
        },
    );
    reader.position = start;
    let mut syntax = String::new();
    while reader.peek_group() == Some(2) {
        let header = reader.header()?;
        let length = header.length as usize;
        let value = reader.take(length).ok_or(DataSetError::Truncated)?;
        if header.tag == 0x0002_0010 {
            syntax = String::from_utf8_lossy(trim(value)).into_owned();
        }
    }
    Ok((syntax, reader.position))
}

/// Explicit or implicit, little or big endian, from the first element; `None` when it is neither.
fn recognise(body: &[u8]) -> Option<Encoding> {
    let first: &[u8; 8] = body.first_chunk()?;
    let [g0, g1, _, _, v0, v1, ..] = *first;
    // No standard data set starts in a group above 0x00FF; the larger reading is the wrong one.
    let big_endian = g0 == 0 && g1 != 0;
    let explicit = Vr::from_bytes([v0, v1]).is_some();
    let group = if big_endian {
        u16::from_be_bytes([g0, g1])
    } else {
        u16::from_le_bytes([g0, g1])
    };
    (group != 0 && group <= 0x00FF && (explicit || !big_endian)).then_some(Encoding {
        explicit,
        big_endian,
    })
}

fn inflate(bytes: &[u8]) -> Result<Vec<u8>, DataSetError> {
    use std::io::Read;
    let mut out = Vec::new();
    let limit = INFLATED_LIMIT as u64 + 1;
    flate2::read::DeflateDecoder::new(bytes)
        .take(limit)
        .read_to_end(&mut out)
        .map_err(|_| DataSetError::Deflate)?;
    if out.len() > INFLATED_LIMIT {
        Err(DataSetError::Deflate)
    } else {
        Ok(out)
    }
}

/// What to do when the bytes end too early.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AtEnd {
    /// An error: half a dose report is no dose report.
    Refuse,
    /// Keep what came before: an identifying header is useful even when the pixels were cut off.
    Keep,
}

impl Opened<'_> {
    /// The data set up to, and without, `stop` and whatever follows it on the top level.
    /// # Errors
    /// `Truncated` (with [`AtEnd::Refuse`] only), `TooDeep`, `TooManyElements`.
    pub fn data_set(&self, stop: Tag, at_end: AtEnd) -> Result<DataSet<'_>, DataSetError> {
        let mut reader = Reader::new(&self.body, self.encoding);
        let mut set = DataSet::default();
        match reader.elements(&mut set, self.body.len(), 0, stop) {
            Err(DataSetError::Truncated) if at_end == AtEnd::Keep => {}
            other => other?,
        }
        Ok(set)
    }
}

macro_rules! vrs {
    (short: $($s:ident)+; long: $($l:ident)+) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        enum Vr { $($s,)+ $($l),+ }
        impl Vr {
            fn from_bytes(b: [u8; 2]) -> Option<Self> {
                let text = std::str::from_utf8(&b).ok()?;
                $(if text == stringify!($s) { return Some(Self::$s); })+
                $(if text == stringify!($l) { return Some(Self::$l); })+
                None
            }
            fn is_long(self) -> bool { matches!(self, $(Self::$l)|+) }
        }
    };
}
vrs!(short: AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US;
     long: OB OD OF OL OV OW SQ SV UC UN UR UT UV);

struct Header {
    tag: Tag,
    vr: Option<Vr>,
    length: u32,
}

struct Reader<'a> {
    bytes: &'a [u8],
    position: usize,
    encoding: Encoding,
    elements: usize,
}

impl<'a> Reader<'a> {
    fn new(bytes: &'a [u8], encoding: Encoding) -> Self {
        Self {
            bytes,
            position: 0,
            encoding,
            elements: 0,
        }
    }

    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let end = self.position.checked_add(length)?;
        let bytes = self.bytes.get(self.position..end)?;
        self.position = end;
        Some(bytes)
    }

    fn u16(&mut self) -> Result<u16, DataSetError> {
        let bytes = self
            .take(2)
            .and_then(|b| b.try_into().ok())
            .ok_or(DataSetError::Truncated)?;
        Ok(if self.encoding.big_endian {
            u16::from_be_bytes(bytes)
        } else {
            u16::from_le_bytes(bytes)
        })
    }

    fn u32(&mut self) -> Result<u32, DataSetError> {
        let bytes = self
            .take(4)
            .and_then(|b| b.try_into().ok())
            .ok_or(DataSetError::Truncated)?;
        Ok(if self.encoding.big_endian {
            u32::from_be_bytes(bytes)
        } else {
            u32::from_le_bytes(bytes)
        })
    }

    /// The group of the next element in little endian, or nothing at the end.
    fn peek_group(&self) -> Option<u16> {
        let at = self.bytes.get(self.position..)?;
        at.first_chunk().map(|b| u16::from_le_bytes(*b))
    }

    fn header(&mut self) -> Result<Header, DataSetError> {
        self.elements += 1;
        if self.elements > ELEMENT_LIMIT {
            return Err(DataSetError::TooManyElements);
        }
        let tag = (Tag::from(self.u16()?) << 16) | Tag::from(self.u16()?);
        if tag >> 16 == 0xFFFE || !self.encoding.explicit {
            return Ok(Header {
                tag,
                vr: None,
                length: self.u32()?,
            });
        }
        let at = self.position;
        let vr = self
            .take(2)
            .and_then(|b| b.try_into().ok())
            .ok_or(DataSetError::Truncated)?;
        match Vr::from_bytes(vr) {
            Some(vr) if vr.is_long() => {
                self.u16()?;
                Ok(Header {
                    tag,
                    vr: Some(vr),
                    length: self.u32()?,
                })
            }
            Some(vr) => Ok(Header {
                tag,
                vr: Some(vr),
                length: u32::from(self.u16()?),
            }),
            // An unknown VR: some writers put a single implicit element into an explicit data set.
            None => {
                self.position = at;
                Ok(Header {
                    tag,
                    vr: None,
                    length: self.u32()?,
                })
            }
        }
    }

    fn elements(
        &mut self,
        set: &mut DataSet<'a>,
        end: usize,
        depth: usize,
        stop: Tag,
    ) -> Result<(), DataSetError> {
        while self.position < end {
            // Padding after the last element is not an element.
            if depth == 0
                && self
                    .bytes
                    .get(self.position..)
                    .is_some_and(|b| b.iter().all(|b| *b == 0))
            {
                break;
            }
            let header = self.header()?;
            if header.tag == ITEM_END || header.tag == SEQUENCE_END {
                break;
            }
            if depth == 0 && header.tag >= stop {
                break;
            }
            let value = self.value(&header, end, depth)?;
            set.elements.push(Element {
                tag: header.tag,
                value,
            });
        }
        Ok(())
    }

    fn value(
        &mut self,
        header: &Header,
        end: usize,
        depth: usize,
    ) -> Result<Value<'a>, DataSetError> {
        let undefined = header.length == UNDEFINED;
        if header.tag == PIXEL_DATA && undefined {
            self.sequence(
                end,
                depth + 1,
                Encoding {
                    explicit: false,
                    ..self.encoding
                },
            )?;
            return Ok(Value::Bytes(&[]));
        }
        let is_sequence = match header.vr {
            Some(Vr::SQ) => true,
            Some(Vr::UN) | None => undefined || IMPLICIT_SEQUENCES.contains(&header.tag),
            Some(_) => undefined,
        };
        if !is_sequence {
            let bytes = self
                .take(header.length as usize)
                .ok_or(DataSetError::Truncated)?;
            return Ok(Value::Bytes(bytes));
        }
        let inner = if header.vr == Some(Vr::UN) {
            // PS3.5 section 6.2.2: a sequence sent as UN is implicit little endian inside.
            Encoding {
                explicit: false,
                big_endian: false,
            }
        } else {
            self.encoding
        };
        let end = if undefined {
            end
        } else {
            let stop = self.position.saturating_add(header.length as usize);
            if stop > self.bytes.len() {
                return Err(DataSetError::Truncated);
            }
            stop
        };
        let items = self.sequence(end, depth + 1, inner)?;
        if !undefined {
            self.position = end;
        }
        Ok(Value::Sequence(items))
    }

    /// Items up to a sequence delimiter or `end`. Bytes of encapsulated fragments are passed over.
    fn sequence(
        &mut self,
        end: usize,
        depth: usize,
        encoding: Encoding,
    ) -> Result<Vec<DataSet<'a>>, DataSetError> {
        if depth > DEPTH_LIMIT {
            return Err(DataSetError::TooDeep);
        }
        let outer = std::mem::replace(&mut self.encoding, encoding);
        let items = self.items(end, depth);
        self.encoding = outer;
        items
    }

    fn items(&mut self, end: usize, depth: usize) -> Result<Vec<DataSet<'a>>, DataSetError> {
        let mut items = Vec::new();
        while self.position < end {
            let header = self.header()?;
            if header.tag != ITEM {
                break;
            }
            let item_end = if header.length == UNDEFINED {
                end
            } else {
                self.position.saturating_add(header.length as usize)
            };
            if item_end > self.bytes.len() {
                return Err(DataSetError::Truncated);
            }
            let mut set = DataSet::default();
            self.elements(&mut set, item_end, depth, Tag::MAX)?;
            if header.length != UNDEFINED {
                self.position = item_end;
            }
            items.push(set);
        }
        Ok(items)
    }
}

/// Sequences of defined length that we look into when the VR is not written: structured reports, dose and
/// request attributes. Others stay bytes.
const IMPLICIT_SEQUENCES: [Tag; 24] = [
    0x0008_1032,
    0x0008_1110,
    0x0008_1111,
    0x0008_1115,
    0x0008_1140,
    0x0008_1199,
    0x0008_114A,
    0x0010_1002,
    0x0032_1064,
    0x0040_0260,
    0x0040_0275,
    0x0040_030E,
    0x0040_08EA,
    0x0040_A043,
    0x0040_A073,
    0x0040_A168,
    0x0040_A300,
    0x0040_A301,
    0x0040_A370,
    0x0040_A372,
    0x0040_A375,
    0x0040_A504,
    0x0040_A730,
    0x0054_0410,
];

#[cfg(test)]
mod tests {
    use super::*;

    fn implicit(tag: u32, value: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        out.extend_from_slice(&((tag >> 16) as u16).to_le_bytes());
        out.extend_from_slice(&(tag as u16).to_le_bytes());
        out.extend_from_slice(&(value.len() as u32).to_le_bytes());
        out.extend_from_slice(value);
        out
    }

    #[test]
    fn a_bare_implicit_data_set_is_recognised() {
        let bytes = implicit(0x0008_0060, b"SR");
        let opened = open(&bytes).unwrap();
        assert_eq!(
            opened.encoding,
            Encoding {
                explicit: false,
                big_endian: false
            }
        );
        let set = opened.data_set(Tag::MAX, AtEnd::Refuse).unwrap();
        assert_eq!(set.ascii(0x0008_0060), Some("SR"));
    }

    #[test]
    fn truncation_is_an_error_or_kept_as_asked() {
        let mut bytes = implicit(0x0008_0060, b"SR");
        bytes.extend(implicit(0x0010_0020, b"12345678"));
        bytes.truncate(bytes.len() - 3);
        let opened = open(&bytes).unwrap();
        assert_eq!(
            opened.data_set(Tag::MAX, AtEnd::Refuse).unwrap_err(),
            DataSetError::Truncated
        );
        let set = opened.data_set(Tag::MAX, AtEnd::Keep).unwrap();
        assert_eq!(set.ascii(0x0008_0060), Some("SR"));
    }

    #[test]
    fn nesting_has_a_limit() {
        let mut bytes = Vec::new();
        for _ in 0..100 {
            bytes.extend_from_slice(&[0x40, 0x00, 0x30, 0xA7, 0xFF, 0xFF, 0xFF, 0xFF]);
            bytes.extend_from_slice(&[0xFE, 0xFF, 0x00, 0xE0, 0xFF, 0xFF, 0xFF, 0xFF]);
        }
        let opened = open(&bytes).unwrap();
        assert_eq!(
            opened.data_set(Tag::MAX, AtEnd::Keep).unwrap_err(),
            DataSetError::TooDeep
        );
    }

    #[test]
    fn text_is_not_dicom() {
        assert_eq!(
            open(b"hello, this is no DICOM file").unwrap_err(),
            DataSetError::NotDicom
        );
        assert_eq!(open(b"").unwrap_err(), DataSetError::NotDicom);
    }
}
