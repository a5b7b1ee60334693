//! Content items of a report and their bytes.

use super::super::super::data_set::Encoding;
use super::super::super::element_writer::{Writer, file};
use super::ReportHeader;
use jiff::civil::DateTime;

pub(in super::super::super) struct Coded(&'static str, &'static str, &'static str);

#[allow(non_snake_case, reason = "reads like the tables of PS3.16")]
pub(in super::super::super) fn D(value: &'static str, meaning: &'static str) -> Coded {
    Coded(value, "DCM", meaning)
}

#[allow(non_snake_case, reason = "reads like the tables of PS3.16")]
pub(in super::super::super) fn C(
    value: &'static str,
    scheme: &'static str,
    meaning: &'static str,
) -> Coded {
    Coded(value, scheme, meaning)
}

pub(in super::super::super) enum Payload {
    Container,
    Code(Coded),
    Number(f64, &'static str),
    Text(String),
    Uid(String),
    DateTime(DateTime),
    /// SOP class and instance of another object.
    Composite(String, String),
}

pub(in super::super::super) struct Node {
    relationship: &'static str,
    concept: Coded,
    payload: Payload,
    children: Vec<Node>,
}

impl Node {
    pub(in super::super::super) fn with(mut self, child: Node) -> Self {
        self.children.push(child);
        self
    }
}

fn node(relationship: &'static str, concept: Coded, payload: Payload) -> Node {
    Node {
        relationship,
        concept,
        payload,
        children: Vec::new(),
    }
}
pub(in super::super::super) fn container(relationship: &'static str, concept: Coded) -> Node {
    node(relationship, concept, Payload::Container)
}
pub(in super::super::super) fn code_item(
    relationship: &'static str,
    concept: Coded,
    value: Coded,
) -> Node {
    node(relationship, concept, Payload::Code(value))
}
pub(in super::super::super) fn number(
    relationship: &'static str,
    concept: Coded,
    value: f64,
    unit: &'static str,
) -> Node {
    node(relationship, concept, Payload::Number(value, unit))
}
pub(in super::super::super) fn text(
    relationship: &'static str,
    concept: Coded,
    value: &str,
) -> Node {
    node(relationship, concept, Payload::Text(value.to_owned()))
}
pub(in super::super::super) fn uid(
    relationship: &'static str,
    concept: Coded,
    value: &str,
) -> Node {
    node(relationship, concept, Payload::Uid(value.to_owned()))
}
pub(in super::super::super) fn date_time(
    relationship: &'static str,
    concept: Coded,
    value: DateTime,
) -> Node {
    node(relationship, concept, Payload::DateTime(value))
}

pub(in super::super::super) fn composite(
    relationship: &'static str,
    concept: Coded,
    sop_class_uid: &str,
    sop_instance_uid: &str,
) -> Node {
    let value = Payload::Composite(sop_class_uid.to_owned(), sop_instance_uid.to_owned());
    node(relationship, concept, value)
}

/// Which document it is.
pub(in super::super::super) struct Form<'a> {
    pub(in super::super::super) sop_class_uid: &'static str,
    pub(in super::super::super) root: Coded,
    pub(in super::super::super) template: &'static str,
    /// Objects that the content names.
    pub(in super::super::super) evidence: &'a [Evidence],
}

/// An object that a document names, with where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    pub study_uid: String,
    pub series_uid: String,
    pub sop_class_uid: String,
    pub sop_instance_uid: String,
}

// ---- bytes -----------------------------------------------------------------------------------------------

impl Writer {
    fn code(&mut self, tag: u32, code: &Coded) {
        let mut item = Writer::new(self.encoding);
        item.text(0x0008_0100, b"SH", code.0);
        item.text(0x0008_0102, b"SH", code.1);
        item.text(0x0008_0104, b"LO", code.2);
        self.sequence(tag, &[item.bytes]);
    }
}

fn item_bytes(node: &Node, encoding: Encoding) -> Vec<u8> {
    let mut w = Writer::new(encoding);
    w.text(0x0040_A010, b"CS", node.relationship);
    let value_type = match node.payload {
        Payload::Container => "CONTAINER",
        Payload::Code(_) => "CODE",
        Payload::Number(..) => "NUM",
        Payload::Text(_) => "TEXT",
        Payload::Uid(_) => "UIDREF",
        Payload::DateTime(_) => "DATETIME",
        Payload::Composite(..) => "COMPOSITE",
    };
    w.text(0x0040_A040, b"CS", value_type);
    w.code(0x0040_A043, &node.concept);
    match &node.payload {
        Payload::Container => w.text(0x0040_A050, b"CS", "SEPARATE"),
        Payload::DateTime(at) => {
            w.text(0x0040_A120, b"DT", &at.strftime("%Y%m%d%H%M%S").to_string());
        }
        Payload::Uid(uid) => w.text(0x0040_A124, b"UI", uid),
        Payload::Text(text) => w.text(0x0040_A160, b"UT", text),
        Payload::Code(code) => w.code(0x0040_A168, code),
        Payload::Composite(class, instance) => {
            let mut item = Writer::new(encoding);
            item.text(0x0008_1150, b"UI", class);
            item.text(0x0008_1155, b"UI", instance);
            w.sequence(0x0008_1199, &[item.bytes]);
        }
        Payload::Number(value, unit) => {
            let mut item = Writer::new(encoding);
            item.code(0x0040_08EA, &Coded(unit, "UCUM", unit));
            item.text(0x0040_A30A, b"DS", &decimal_string(*value));
            w.sequence(0x0040_A300, &[item.bytes]);
        }
    }
    if !node.children.is_empty() {
        let children: Vec<Vec<u8>> = node
            .children
            .iter()
            .map(|c| item_bytes(c, encoding))
            .collect();
        w.sequence(0x0040_A730, &children);
    }
    w.bytes
}

/// The shortest text of at most 16 characters (VR DS) that is nearest to the value.
fn decimal_string(value: f64) -> String {
    let plain = format!("{value}");
    if plain.len() <= 16 {
        return plain;
    }
    (0..=12)
        .rev()
        .map(|digits| format!("{value:.digits$e}"))
        .find(|text| text.len() <= 16)
        .unwrap_or(plain)
}

pub(in super::super::super) fn document(
    header: &ReportHeader,
    form: &Form<'_>,
    content: &[Node],
    encoding: Encoding,
) -> Vec<u8> {
    let syntax = match (encoding.explicit, encoding.big_endian) {
        (true, false) => "1.2.840.10008.1.2.1",
        (true, true) => "1.2.840.10008.1.2.2",
        (false, _) => "1.2.840.10008.1.2",
    };
    let encoding = Encoding {
        big_endian: encoding.explicit && encoding.big_endian,
        ..encoding
    };
    let data_set = data_set(header, form, content, encoding);
    file(
        form.sop_class_uid,
        &header.sop_instance_uid,
        syntax,
        &data_set,
    )
}

fn data_set(
    header: &ReportHeader,
    form: &Form<'_>,
    content: &[Node],
    encoding: Encoding,
) -> Vec<u8> {
    let day = header.written.strftime("%Y%m%d").to_string();
    let time = header.written.strftime("%H%M%S").to_string();
    let name = &header.patient_name;
    let mut w = Writer::new(encoding);
    w.text(0x0008_0005, b"CS", "ISO_IR 192");
    w.text(0x0008_0016, b"UI", form.sop_class_uid);
    w.text(0x0008_0018, b"UI", &header.sop_instance_uid);
    w.text(0x0008_0020, b"DA", &day);
    w.text(0x0008_0023, b"DA", &day);
    w.text(0x0008_0030, b"TM", &time);
    w.text(0x0008_0033, b"TM", &time);
    w.text(0x0008_0050, b"SH", &header.accession_number);
    w.text(0x0008_0060, b"CS", "SR");
    w.text(0x0008_0070, b"LO", &header.manufacturer);
    w.text(0x0008_0090, b"PN", "");
    w.text(0x0008_1010, b"SH", &header.station_name);
    w.text(0x0008_1090, b"LO", &header.model);
    w.sequence(0x0008_1111, &[]);
    let pn = [
        name.family.as_str(),
        name.given.as_str(),
        name.middle.as_str(),
    ]
    .join("^");
    w.text(0x0010_0010, b"PN", pn.trim_end_matches('^'));
    w.text(0x0010_0020, b"LO", &header.patient_id);
    if !header.issuer_of_patient_id.is_empty() {
        w.text(0x0010_0021, b"LO", &header.issuer_of_patient_id);
    }
    w.text(0x0010_0030, b"DA", &header.birth_date);
    w.text(0x0010_0040, b"CS", &header.sex);
    w.text(0x0018_1000, b"LO", &header.serial_number);
    w.text(0x0018_1020, b"LO", "synthetic");
    w.text(0x0020_000D, b"UI", &header.study_uid);
    w.text(0x0020_000E, b"UI", &header.series_uid);
    w.text(0x0020_0010, b"SH", "");
    w.text(0x0020_0011, b"IS", "990");
    w.text(0x0020_0013, b"IS", "1");
    w.text(0x0040_A040, b"CS", "CONTAINER");
    w.code(0x0040_A043, &form.root);
    w.text(0x0040_A050, b"CS", "SEPARATE");
    w.sequence(0x0040_A372, &[]);
    if !form.evidence.is_empty() {
        let items: Vec<Vec<u8>> = form
            .evidence
            .iter()
            .map(|e| evidence(e, encoding))
            .collect();
        w.sequence(0x0040_A375, &items);
    }
    w.text(0x0040_A491, b"CS", "COMPLETE");
    w.text(0x0040_A493, b"CS", "UNVERIFIED");
    let mut template_item = Writer::new(encoding);
    template_item.text(0x0008_0105, b"CS", "DCMR");
    template_item.text(0x0040_DB00, b"CS", form.template);
    w.sequence(0x0040_A504, &[template_item.bytes]);
    let items: Vec<Vec<u8>> = content.iter().map(|n| item_bytes(n, encoding)).collect();
    w.sequence(0x0040_A730, &items);
    w.bytes
}

fn evidence(e: &Evidence, encoding: Encoding) -> Vec<u8> {
    let mut object = Writer::new(encoding);
    object.text(0x0008_1150, b"UI", &e.sop_class_uid);
    object.text(0x0008_1155, b"UI", &e.sop_instance_uid);
    let mut series = Writer::new(encoding);
    series.sequence(0x0008_1199, &[object.bytes]);
    series.text(0x0020_000E, b"UI", &e.series_uid);
    let mut study = Writer::new(encoding);
    study.sequence(0x0008_1115, &[series.bytes]);
    study.text(0x0020_000D, b"UI", &e.study_uid);
    study.bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimal_strings_fit_their_vr() {
        for value in [
            0.0,
            1.0,
            -25.9,
            1.0 / 3.0,
            1.23456789012345e-8,
            -9.87654321e-12,
            123456789.123,
        ] {
            let text = decimal_string(value);
            assert!(text.len() <= 16, "{text}");
            let back: f64 = text.parse().unwrap();
            assert!((back - value).abs() <= 1e-8 * value.abs(), "{value} {text}");
        }
    }
}
