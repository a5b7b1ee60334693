//! Structured reports written item by item, in any encoding, right or wrong: what the dose reader is tested with.
//!
//! Written apart from the program's own writer, so that one mistake cannot hide in both.

/// How the data set is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Syntax {
    Implicit,
    Explicit,
    BigEndian,
}

impl Syntax {
    pub fn uid(self) -> &'static str {
        match self {
            Self::Implicit => "1.2.840.10008.1.2",
            Self::Explicit => "1.2.840.10008.1.2.1",
            Self::BigEndian => "1.2.840.10008.1.2.2",
        }
    }
}

/// How sequences and items end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lengths {
    Defined,
    Undefined,
}

/// Value, scheme, meaning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code(pub String, pub String, pub String);

impl Code {
    pub fn new(value: &str, scheme: &str, meaning: &str) -> Self {
        Self(value.into(), scheme.into(), meaning.into())
    }

    pub fn dcm(value: &str) -> Self {
        Self::new(value, "DCM", "meaning")
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    Container,
    /// NumericValue as it is to stand there, and the unit's code.
    Number(String, String),
    /// A measured value sequence without item.
    NoMeasuredValue,
    /// A measured value whose number is empty or left out.
    NoNumber(String),
    Code(Code),
    Text(Vec<u8>),
    Uid(String),
    DateTime(String),
}

/// One content item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    pub concept: Code,
    pub value: Value,
    /// Specific Character Set of this item alone.
    pub character_set: Option<&'static str>,
    pub children: Vec<Item>,
}

impl Item {
    pub fn new(concept: Code, value: Value) -> Self {
        Self {
            concept,
            value,
            character_set: None,
            children: Vec::new(),
        }
    }

    pub fn container(value: &str, children: Vec<Item>) -> Self {
        Self {
            children,
            ..Self::new(Code::dcm(value), Value::Container)
        }
    }

    pub fn number(value: &str, number: impl Into<String>, unit: &str) -> Self {
        Self::new(Code::dcm(value), Value::Number(number.into(), unit.into()))
    }

    pub fn code(value: &str, code: Code) -> Self {
        Self::new(Code::dcm(value), Value::Code(code))
    }

    pub fn text(value: &str, text: &str) -> Self {
        Self::new(Code::dcm(value), Value::Text(text.as_bytes().to_vec()))
    }

    pub fn uid(value: &str, uid: &str) -> Self {
        Self::new(Code::dcm(value), Value::Uid(uid.into()))
    }

    pub fn date_time(value: &str, at: &str) -> Self {
        Self::new(Code::dcm(value), Value::DateTime(at.into()))
    }

    /// Every item of the tree below this one, itself first.
    pub fn each(&mut self, change: &mut impl FnMut(&mut Item)) {
        change(self);
        for child in &mut self.children {
            child.each(change);
        }
    }
}

/// A whole report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    pub sop_class_uid: String,
    pub sop_instance_uid: String,
    pub study_uid: String,
    pub manufacturer: String,
    pub model: String,
    /// Content date and time, `YYYYMMDDHHMMSS`.
    pub written: String,
    pub utc_offset: Option<String>,
    pub character_set: Option<&'static str>,
    pub root: Code,
    pub template: Option<&'static str>,
    pub items: Vec<Item>,
}

impl Document {
    /// A projection report of a Siemens room, empty.
    pub fn projection() -> Self {
        Self {
            sop_class_uid: "1.2.840.10008.5.1.4.1.1.88.67".into(),
            sop_instance_uid: "2.25.900.1".into(),
            study_uid: "2.25.900".into(),
            manufacturer: "SIEMENS".into(),
            model: "AXIOM-Artis".into(),
            written: "20260302120000".into(),
            utc_offset: None,
            character_set: Some("ISO_IR 192"),
            root: Code::new("113701", "DCM", "X-Ray Radiation Dose Report"),
            template: Some("10001"),
            items: vec![Item::code("121058", Code::dcm("113704"))],
        }
    }

    pub fn each(&mut self, mut change: impl FnMut(&mut Item)) {
        for item in &mut self.items {
            item.each(&mut change);
        }
    }

    /// The Part 10 file.
    pub fn bytes(&self, syntax: Syntax, lengths: Lengths) -> Vec<u8> {
        let mut meta = Writer::new(Syntax::Explicit, Lengths::Defined);
        meta.text(0x0002_0002, b"UI", &self.sop_class_uid);
        meta.text(0x0002_0003, b"UI", &self.sop_instance_uid);
        meta.text(0x0002_0010, b"UI", syntax.uid());
        let mut head = Writer::new(Syntax::Explicit, Lengths::Defined);
        head.element(0x0002_0000, b"UL", &(meta.bytes.len() as u32).to_le_bytes());
        let mut bytes = vec![0; 128];
        bytes.extend(b"DICM");
        bytes.extend(head.bytes);
        bytes.extend(meta.bytes);
        bytes.extend(self.data_set(syntax, lengths));
        bytes
    }

    fn data_set(&self, syntax: Syntax, lengths: Lengths) -> Vec<u8> {
        let mut w = Writer::new(syntax, lengths);
        let (day, time) = self.written.split_at(self.written.len().min(8));
        if let Some(set) = self.character_set {
            w.text(0x0008_0005, b"CS", set);
        }
        w.text(0x0008_0016, b"UI", &self.sop_class_uid);
        w.text(0x0008_0018, b"UI", &self.sop_instance_uid);
        w.text(0x0008_0023, b"DA", day);
        w.text(0x0008_0033, b"TM", time);
        w.text(0x0008_0060, b"CS", "SR");
        w.text(0x0008_0070, b"LO", &self.manufacturer);
        w.text(0x0008_1090, b"LO", &self.model);
        if let Some(offset) = &self.utc_offset {
            w.text(0x0008_0201, b"SH", offset);
        }
        w.text(0x0010_0010, b"PN", "Testi^Anna");
        w.text(0x0010_0020, b"LO", "T-900");
        w.text(0x0020_000D, b"UI", &self.study_uid);
        w.text(0x0020_000E, b"UI", "2.25.900.2");
        w.text(0x0040_A040, b"CS", "CONTAINER");
        w.code(0x0040_A043, &self.root);
        w.text(0x0040_A050, b"CS", "SEPARATE");
        if let Some(template) = self.template {
            let mut item = Writer::new(syntax, lengths);
            item.text(0x0008_0105, b"CS", "DCMR");
            item.text(0x0040_DB00, b"CS", template);
            w.sequence(0x0040_A504, &[item.bytes]);
        }
        w.content(&self.items);
        w.bytes
    }
}

struct Writer {
    bytes: Vec<u8>,
    syntax: Syntax,
    lengths: Lengths,
}

impl Writer {
    fn new(syntax: Syntax, lengths: Lengths) -> Self {
        Self {
            bytes: Vec::new(),
            syntax,
            lengths,
        }
    }

    fn u16(&mut self, value: u16) {
        self.bytes.extend(match self.syntax {
            Syntax::BigEndian => value.to_be_bytes(),
            Syntax::Implicit | Syntax::Explicit => value.to_le_bytes(),
        });
    }

    fn u32(&mut self, value: u32) {
        self.bytes.extend(match self.syntax {
            Syntax::BigEndian => value.to_be_bytes(),
            Syntax::Implicit | Syntax::Explicit => value.to_le_bytes(),
        });
    }

    fn tag(&mut self, tag: u32) {
        self.u16((tag >> 16) as u16);
        self.u16((tag & 0xFFFF) as u16);
    }

    fn element(&mut self, tag: u32, vr: &[u8; 2], value: &[u8]) {
        self.tag(tag);
        let odd = value.len() % 2;
        let length = (value.len() + odd) as u32;
        if self.syntax == Syntax::Implicit {
            self.u32(length);
        } else {
            self.bytes.extend(vr);
            if vr == b"UT" || vr == b"UC" {
                self.u16(0);
                self.u32(length);
            } else {
                self.u16(length as u16);
            }
        }
        self.bytes.extend(value);
        let padding = if vr == b"UI" { 0 } else { b' ' };
        self.bytes.extend(std::iter::repeat_n(padding, odd));
    }

    fn text(&mut self, tag: u32, vr: &[u8; 2], value: &str) {
        self.element(tag, vr, value.as_bytes());
    }

    fn sequence(&mut self, tag: u32, items: &[Vec<u8>]) {
        let mut inside = Self::new(self.syntax, self.lengths);
        let open = self.lengths == Lengths::Undefined;
        for item in items {
            inside.tag(0xFFFE_E000);
            inside.u32(if open { u32::MAX } else { item.len() as u32 });
            inside.bytes.extend(item);
            if open {
                inside.tag(0xFFFE_E00D);
                inside.u32(0);
            }
        }
        if open {
            inside.tag(0xFFFE_E0DD);
            inside.u32(0);
        }
        self.tag(tag);
        if self.syntax != Syntax::Implicit {
            self.bytes.extend(b"SQ");
            self.u16(0);
        }
        self.u32(if open {
            u32::MAX
        } else {
            inside.bytes.len() as u32
        });
        self.bytes.extend(inside.bytes);
    }

    fn code(&mut self, tag: u32, code: &Code) {
        let mut item = Self::new(self.syntax, self.lengths);
        let long = code.0.len() > 16;
        if !long {
            item.text(0x0008_0100, b"SH", &code.0);
        }
        item.text(0x0008_0102, b"SH", &code.1);
        item.text(0x0008_0104, b"LO", &code.2);
        if long {
            item.text(0x0008_0119, b"UC", &code.0);
        }
        self.sequence(tag, &[item.bytes]);
    }

    fn content(&mut self, items: &[Item]) {
        if items.is_empty() {
            return;
        }
        let bytes: Vec<Vec<u8>> = items.iter().map(|item| self.item(item)).collect();
        self.sequence(0x0040_A730, &bytes);
    }

    fn item(&self, item: &Item) -> Vec<u8> {
        let mut w = Self::new(self.syntax, self.lengths);
        if let Some(set) = item.character_set {
            w.text(0x0008_0005, b"CS", set);
        }
        w.text(0x0040_A010, b"CS", "CONTAINS");
        let kind = match item.value {
            Value::Container => "CONTAINER",
            Value::Number(..) | Value::NoMeasuredValue | Value::NoNumber(_) => "NUM",
            Value::Code(_) => "CODE",
            Value::Text(_) => "TEXT",
            Value::Uid(_) => "UIDREF",
            Value::DateTime(_) => "DATETIME",
        };
        w.text(0x0040_A040, b"CS", kind);
        w.code(0x0040_A043, &item.concept);
        match &item.value {
            Value::Container => w.text(0x0040_A050, b"CS", "SEPARATE"),
            Value::DateTime(at) => w.text(0x0040_A120, b"DT", at),
            Value::Uid(uid) => w.text(0x0040_A124, b"UI", uid),
            Value::Text(text) => w.element(0x0040_A160, b"UT", text),
            Value::Code(code) => w.code(0x0040_A168, code),
            Value::NoMeasuredValue => w.sequence(0x0040_A300, &[]),
            Value::Number(number, unit) => w.measured(number, unit),
            Value::NoNumber(unit) => w.measured("", unit),
        }
        w.content(&item.children);
        w.bytes
    }

    fn measured(&mut self, number: &str, unit: &str) {
        let mut inside = Self::new(self.syntax, self.lengths);
        inside.code(0x0040_08EA, &Code::new(unit, "UCUM", unit));
        inside.text(0x0040_A30A, b"DS", number);
        self.sequence(0x0040_A300, &[inside.bytes]);
    }
}
