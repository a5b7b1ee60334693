//! Writes valid X-Ray Radiation Dose SR objects (projection and CT) from given values.
//!
//! Used by the demonstration, the simulator and the tests. The values are the caller's; nothing is invented
//! except the fixed texts of the standard. Explicit little endian unless another encoding is asked for.

use super::super::data_set::Encoding;
use dose::report::{EventKind, Plane, Posture, TableEnd};
use jiff::civil::DateTime;
use model::{
    DoseTotals, Gray, GraySquareMetre, MilliGray, MilliGrayCentimetre, PersonName, Seconds,
};

/// Whose report it is and who wrote it.
#[derive(Debug, Clone, PartialEq)]
pub struct ReportHeader {
    pub sop_instance_uid: String,
    pub study_uid: String,
    pub series_uid: String,
    pub patient_id: String,
    pub issuer_of_patient_id: String,
    pub patient_name: PersonName,
    /// DICOM DA (`YYYYMMDD`), empty when not known.
    pub birth_date: String,
    /// DICOM CS: M, F, O, or empty.
    pub sex: String,
    pub accession_number: String,
    pub manufacturer: String,
    pub model: String,
    pub serial_number: String,
    pub station_name: String,
    pub written: DateTime,
}

/// One projection event. `None` is left out of the report.
#[derive(Debug, Clone, PartialEq)]
pub struct ProjectionEvent {
    pub uid: String,
    pub started: DateTime,
    pub kind: EventKind,
    pub plane: Plane,
    pub ka_r: Gray,
    pub pka: GraySquareMetre,
    pub duration: Seconds,
    pub kvp: dose::Kilovolt,
    pub copper: dose::Millimetre,
    pub primary_angle: dose::Degrees,
    pub secondary_angle: dose::Degrees,
    /// Angles at the end of a rotational run.
    pub end_angles: Option<[dose::Degrees; 2]>,
    pub source_to_isocentre: dose::Millimetre,
    pub source_to_detector: dose::Millimetre,
    pub table_longitudinal: dose::Millimetre,
    pub table_lateral: dose::Millimetre,
    pub table_height: dose::Millimetre,
    pub collimated_area: Option<dose::SquareMetre>,
    pub patient: Option<(TableEnd, Posture)>,
}

/// One CT event.
#[derive(Debug, Clone, PartialEq)]
pub struct CtEvent {
    pub uid: String,
    pub kind: EventKind,
    pub protocol: String,
    pub ctdi_vol: Option<MilliGray>,
    pub dlp: Option<MilliGrayCentimetre>,
    pub scanning_length: dose::Millimetre,
}

/// A projection report; its totals are the sums of the events, one block per plane that has events.
pub fn projection(header: &ReportHeader, events: &[ProjectionEvent]) -> Vec<u8> {
    projection_encoded(
        header,
        events,
        Encoding {
            explicit: true,
            big_endian: false,
        },
    )
}

/// The same in another encoding; the meta group names the transfer syntax.
pub fn projection_encoded(
    header: &ReportHeader,
    events: &[ProjectionEvent],
    encoding: Encoding,
) -> Vec<u8> {
    let mut content = Vec::new();
    content.push(
        code_item(
            "HAS CONCEPT MOD",
            D("121058", "Procedure reported"),
            D("113704", "Projection X-Ray"),
        )
        .with(code_item(
            "HAS CONCEPT MOD",
            C("363703001", "SCT", "Has Intent"),
            C("261004008", "SCT", "Diagnostic Intent"),
        )),
    );
    content.extend(observer(header));
    let mut planes: Vec<Plane> = events.iter().map(|e| e.plane).collect();
    planes.sort_unstable();
    planes.dedup();
    for plane in &planes {
        content.push(accumulated(*plane, events));
    }
    content.extend(events.iter().map(projection_event));
    content.push(code_item(
        "CONTAINS",
        D("113854", "Source of Dose Information"),
        D("113856", "Automated Data Collection"),
    ));
    document(header, "10001", &content, encoding)
}

/// A CT report; number of events and total DLP are those of the events that have a dose.
pub fn ct(header: &ReportHeader, events: &[CtEvent]) -> Vec<u8> {
    let mut content = Vec::new();
    content.push(
        code_item(
            "HAS CONCEPT MOD",
            D("121058", "Procedure reported"),
            C("77477000", "SCT", "Computed Tomography X-Ray"),
        )
        .with(code_item(
            "HAS CONCEPT MOD",
            C("363703001", "SCT", "Has Intent"),
            C("261004008", "SCT", "Diagnostic Intent"),
        )),
    );
    content.extend(observer(header));
    let total: f64 = events.iter().filter_map(|e| e.dlp.map(|d| d.0)).sum();
    content.push(
        container("CONTAINS", D("113811", "CT Accumulated Dose Data"))
            .with(number(
                "CONTAINS",
                D("113812", "Total Number of Irradiation Events"),
                events.len() as f64,
                "{events}",
            ))
            .with(number(
                "CONTAINS",
                D("113813", "CT Dose Length Product Total"),
                total,
                "mGy.cm",
            )),
    );
    content.extend(events.iter().map(ct_event));
    content.push(code_item(
        "CONTAINS",
        D("113854", "Source of Dose Information"),
        D("113856", "Automated Data Collection"),
    ));
    document(
        header,
        "10011",
        &content,
        Encoding {
            explicit: true,
            big_endian: false,
        },
    )
}

/// What [`projection`] states for these events, for tests and for the demonstration's own bookkeeping.
pub fn totals(events: &[ProjectionEvent]) -> DoseTotals {
    let fluoroscopy = events.iter().filter(|e| e.kind == EventKind::Fluoroscopy);
    DoseTotals {
        ka_r: Some(Gray(events.iter().map(|e| e.ka_r.0).sum())),
        pka: Some(GraySquareMetre(events.iter().map(|e| e.pka.0).sum())),
        fluoroscopy: Some(Seconds(fluoroscopy.map(|e| e.duration.0).sum())),
        dlp: None,
        agd: Vec::new(),
    }
}

fn accumulated(plane: Plane, events: &[ProjectionEvent]) -> Node {
    let here: Vec<&ProjectionEvent> = events.iter().filter(|e| e.plane == plane).collect();
    let sum = |wanted: Option<bool>, value: fn(&ProjectionEvent) -> f64| -> f64 {
        here.iter()
            .filter(|e| wanted.is_none_or(|f| (e.kind == EventKind::Fluoroscopy) == f))
            .map(|e| value(e))
            .sum()
    };
    let pka: fn(&ProjectionEvent) -> f64 = |e| e.pka.0;
    let ka_r: fn(&ProjectionEvent) -> f64 = |e| e.ka_r.0;
    let time: fn(&ProjectionEvent) -> f64 = |e| e.duration.0;
    container("CONTAINS", D("113702", "Accumulated X-Ray Dose Data"))
        .with(code_item(
            "HAS CONCEPT MOD",
            D("113764", "Acquisition Plane"),
            plane_code(plane),
        ))
        .with(number(
            "CONTAINS",
            D("113722", "Dose Area Product Total"),
            sum(None, pka),
            "Gy.m2",
        ))
        .with(number(
            "CONTAINS",
            D("113725", "Dose (RP) Total"),
            sum(None, ka_r),
            "Gy",
        ))
        .with(number(
            "CONTAINS",
            D("113726", "Fluoro Dose Area Product Total"),
            sum(Some(true), pka),
            "Gy.m2",
        ))
        .with(number(
            "CONTAINS",
            D("113728", "Fluoro Dose (RP) Total"),
            sum(Some(true), ka_r),
            "Gy",
        ))
        .with(number(
            "CONTAINS",
            D("113730", "Total Fluoro Time"),
            sum(Some(true), time),
            "s",
        ))
        .with(number(
            "CONTAINS",
            D("113727", "Acquisition Dose Area Product Total"),
            sum(Some(false), pka),
            "Gy.m2",
        ))
        .with(number(
            "CONTAINS",
            D("113729", "Acquisition Dose (RP) Total"),
            sum(Some(false), ka_r),
            "Gy",
        ))
        .with(number(
            "CONTAINS",
            D("113855", "Total Acquisition Time"),
            sum(Some(false), time),
            "s",
        ))
        .with(reference_point())
}

fn reference_point() -> Node {
    code_item(
        "CONTAINS",
        D("113780", "Reference Point Definition"),
        D("113860", "15cm from Isocenter toward Source"),
    )
}

fn plane_code(plane: Plane) -> Coded {
    match plane {
        Plane::A => D("113620", "Plane A"),
        Plane::B => D("113621", "Plane B"),
        Plane::All => D("113890", "All Planes"),
        Plane::Single | Plane::NotStated => D("113622", "Single Plane"),
    }
}

fn type_code(kind: EventKind) -> Coded {
    match kind {
        EventKind::Fluoroscopy => C("44491008", "SCT", "Fluoroscopy"),
        EventKind::Stepping => D("113612", "Stepping Acquisition"),
        EventKind::Rotational => D("113613", "Rotational Acquisition"),
        EventKind::CtSpiral => C("116152004", "SCT", "Spiral Acquisition"),
        EventKind::CtSequenced => D("113804", "Sequenced Acquisition"),
        EventKind::CtConstantAngle => D("113805", "Constant Angle Acquisition"),
        EventKind::CtStationary => D("113806", "Stationary Acquisition"),
        EventKind::CtFree => D("113807", "Free Acquisition"),
        EventKind::CtConeBeam => C("702569007", "SCT", "Cone Beam Acquisition"),
        EventKind::Stationary | EventKind::NotStated => D("113611", "Stationary Acquisition"),
    }
}

fn projection_event(e: &ProjectionEvent) -> Node {
    let n = |code, name, value, unit| number("CONTAINS", D(code, name), value, unit);
    let mut node = container("CONTAINS", D("113706", "Irradiation Event X-Ray Data"))
        .with(code_item(
            "HAS CONCEPT MOD",
            D("113764", "Acquisition Plane"),
            plane_code(e.plane),
        ))
        .with(uid(
            "CONTAINS",
            D("113769", "Irradiation Event UID"),
            &e.uid,
        ))
        .with(date_time(
            "CONTAINS",
            D("111526", "DateTime Started"),
            e.started,
        ))
        .with(code_item(
            "CONTAINS",
            D("113721", "Irradiation Event Type"),
            type_code(e.kind),
        ))
        .with(reference_point())
        .with(n("122130", "Dose Area Product", e.pka.0, "Gy.m2"))
        .with(n("113738", "Dose (RP)", e.ka_r.0, "Gy"))
        .with(n("113742", "Irradiation Duration", e.duration.0, "s"))
        .with(n("113733", "KVP", e.kvp.0, "kV"))
        .with(n(
            "112011",
            "Positioner Primary Angle",
            e.primary_angle.0,
            "deg",
        ))
        .with(n(
            "112012",
            "Positioner Secondary Angle",
            e.secondary_angle.0,
            "deg",
        ));
    if let Some([primary, secondary]) = e.end_angles {
        node = node
            .with(n(
                "113739",
                "Positioner Primary End Angle",
                primary.0,
                "deg",
            ))
            .with(n(
                "113740",
                "Positioner Secondary End Angle",
                secondary.0,
                "deg",
            ));
    }
    node = node
        .with(n(
            "113748",
            "Distance Source to Isocenter",
            e.source_to_isocentre.0,
            "mm",
        ))
        .with(n(
            "113750",
            "Distance Source to Detector",
            e.source_to_detector.0,
            "mm",
        ))
        .with(n(
            "113751",
            "Table Longitudinal Position",
            e.table_longitudinal.0,
            "mm",
        ))
        .with(n(
            "113752",
            "Table Lateral Position",
            e.table_lateral.0,
            "mm",
        ))
        .with(n("113753", "Table Height Position", e.table_height.0, "mm"));
    if let Some(area) = e.collimated_area {
        node = node.with(n("113790", "Collimated Field Area", area.0, "m2"));
    }
    if e.copper.0 > 0.0 {
        node = node.with(copper_filter(e.copper.0));
    }
    if let Some((end, posture)) = e.patient {
        node = node.with(code_item(
            "CONTAINS",
            D("113745", "Patient Table Relationship"),
            match end {
                TableEnd::HeadFirst => C("102540001", "SCT", "headfirst"),
                TableEnd::FeetFirst => C("102541002", "SCT", "feet-first"),
            },
        ));
        node = node.with(
            code_item(
                "CONTAINS",
                D("113743", "Patient Orientation"),
                C("102538003", "SCT", "recumbent"),
            )
            .with(code_item(
                "HAS CONCEPT MOD",
                D("113744", "Patient Orientation Modifier"),
                match posture {
                    Posture::Supine => C("40199007", "SCT", "supine"),
                    Posture::Prone => C("1240000", "SCT", "prone"),
                    Posture::LeftLateral => C("102535000", "SCT", "left lateral decubitus"),
                    Posture::RightLateral => C("102536004", "SCT", "right lateral decubitus"),
                },
            )),
        );
    }
    node
}

fn copper_filter(thickness: f64) -> Node {
    container("CONTAINS", D("113771", "X-Ray Filters"))
        .with(code_item(
            "CONTAINS",
            D("113772", "X-Ray Filter Type"),
            D("113653", "Flat filter"),
        ))
        .with(code_item(
            "CONTAINS",
            D("113757", "X-Ray Filter Material"),
            C("66925006", "SCT", "Copper"),
        ))
        .with(number(
            "CONTAINS",
            D("113758", "X-Ray Filter Thickness Minimum"),
            thickness,
            "mm",
        ))
        .with(number(
            "CONTAINS",
            D("113773", "X-Ray Filter Thickness Maximum"),
            thickness,
            "mm",
        ))
}

fn ct_event(e: &CtEvent) -> Node {
    let mut node = container("CONTAINS", D("113819", "CT Acquisition"))
        .with(text(
            "CONTAINS",
            D("125203", "Acquisition Protocol"),
            &e.protocol,
        ))
        .with(code_item(
            "CONTAINS",
            D("123014", "Target Region"),
            C("818981001", "SCT", "Abdomen"),
        ))
        .with(code_item(
            "CONTAINS",
            D("113820", "CT Acquisition Type"),
            type_code(e.kind),
        ))
        .with(uid(
            "CONTAINS",
            D("113769", "Irradiation Event UID"),
            &e.uid,
        ))
        .with(
            container("CONTAINS", D("113822", "CT Acquisition Parameters")).with(number(
                "CONTAINS",
                D("113825", "Scanning Length"),
                e.scanning_length.0,
                "mm",
            )),
        );
    if e.ctdi_vol.is_some() || e.dlp.is_some() {
        let mut dose = container("CONTAINS", D("113829", "CT Dose"));
        if let Some(ctdi) = e.ctdi_vol {
            dose = dose.with(number(
                "CONTAINS",
                D("113830", "Mean CTDIvol"),
                ctdi.0,
                "mGy",
            ));
        }
        dose = dose.with(code_item(
            "CONTAINS",
            D("113835", "CTDIw Phantom Type"),
            D("113691", "IEC Body Dosimetry Phantom"),
        ));
        if let Some(dlp) = e.dlp {
            dose = dose.with(number("CONTAINS", D("113838", "DLP"), dlp.0, "mGy.cm"));
        }
        node = node.with(dose);
    }
    node
}

fn observer(header: &ReportHeader) -> Vec<Node> {
    let how = "HAS OBS CONTEXT";
    vec![
        code_item(how, D("121005", "Observer Type"), D("121007", "Device")),
        uid(how, D("121012", "Device Observer UID"), &header.series_uid),
        text(
            how,
            D("121013", "Device Observer Name"),
            &header.station_name,
        ),
        text(
            how,
            D("121014", "Device Observer Manufacturer"),
            &header.manufacturer,
        ),
        text(
            how,
            D("121015", "Device Observer Model Name"),
            &header.model,
        ),
        text(
            how,
            D("121016", "Device Observer Serial Number"),
            &header.serial_number,
        ),
        code_item(
            how,
            D("113705", "Scope of Accumulation"),
            D("113014", "Study"),
        )
        .with(uid(
            "HAS PROPERTIES",
            D("110180", "Study Instance UID"),
            &header.study_uid,
        )),
    ]
}

// ---- content items ---------------------------------------------------------------------------------------

struct Coded(&'static str, &'static str, &'static str);

#[allow(non_snake_case, reason = "reads like the tables of PS3.16")]
fn D(value: &'static str, meaning: &'static str) -> Coded {
    Coded(value, "DCM", meaning)
}

#[allow(non_snake_case, reason = "reads like the tables of PS3.16")]
fn C(value: &'static str, scheme: &'static str, meaning: &'static str) -> Coded {
    Coded(value, scheme, meaning)
}

enum Payload {
    Container,
    Code(Coded),
    Number(f64, &'static str),
    Text(String),
    Uid(String),
    DateTime(DateTime),
}

struct Node {
    relationship: &'static str,
    concept: Coded,
    payload: Payload,
    children: Vec<Node>,
}

impl Node {
    fn with(mut self, child: Node) -> Self {
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
fn container(relationship: &'static str, concept: Coded) -> Node {
    node(relationship, concept, Payload::Container)
}
fn code_item(relationship: &'static str, concept: Coded, value: Coded) -> Node {
    node(relationship, concept, Payload::Code(value))
}
fn number(relationship: &'static str, concept: Coded, value: f64, unit: &'static str) -> Node {
    node(relationship, concept, Payload::Number(value, unit))
}
fn text(relationship: &'static str, concept: Coded, value: &str) -> Node {
    node(relationship, concept, Payload::Text(value.to_owned()))
}
fn uid(relationship: &'static str, concept: Coded, value: &str) -> Node {
    node(relationship, concept, Payload::Uid(value.to_owned()))
}
fn date_time(relationship: &'static str, concept: Coded, value: DateTime) -> Node {
    node(relationship, concept, Payload::DateTime(value))
}

// ---- bytes -----------------------------------------------------------------------------------------------

struct Writer {
    bytes: Vec<u8>,
    encoding: Encoding,
}

impl Writer {
    fn new(encoding: Encoding) -> Self {
        Self {
            bytes: Vec::new(),
            encoding,
        }
    }

    fn u16(&mut self, value: u16) {
        let big = self.encoding.big_endian;
        self.bytes.extend(if big {
            value.to_be_bytes()
        } else {
            value.to_le_bytes()
        });
    }

    fn u32(&mut self, value: u32) {
        let big = self.encoding.big_endian;
        self.bytes.extend(if big {
            value.to_be_bytes()
        } else {
            value.to_le_bytes()
        });
    }

    fn element(&mut self, tag: u32, vr: &[u8; 2], value: &[u8]) {
        let pad = match vr {
            b"UI" | b"OB" => 0,
            _ => b' ',
        };
        let odd = value.len() % 2;
        let length = value.len() + odd;
        self.u16((tag >> 16) as u16);
        self.u16((tag & 0xFFFF) as u16);
        if !self.encoding.explicit {
            self.u32(length as u32);
        } else if matches!(vr, b"OB" | b"SQ" | b"UT") {
            self.bytes.extend(vr);
            self.u16(0);
            self.u32(length as u32);
        } else {
            self.bytes.extend(vr);
            self.u16(length as u16);
        }
        self.bytes.extend(value);
        self.bytes.extend(std::iter::repeat_n(pad, odd));
    }

    fn text(&mut self, tag: u32, vr: &[u8; 2], value: &str) {
        self.element(tag, vr, value.as_bytes());
    }

    fn sequence(&mut self, tag: u32, items: &[Vec<u8>]) {
        let mut inside = Writer::new(self.encoding);
        for item in items {
            inside.u16(0xFFFE);
            inside.u16(0xE000);
            inside.u32(item.len() as u32);
            inside.bytes.extend(item);
        }
        self.element(tag, b"SQ", &inside.bytes);
    }

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

fn document(
    header: &ReportHeader,
    template: &str,
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
    let mut meta = Writer::new(Encoding {
        explicit: true,
        big_endian: false,
    });
    meta.element(0x0002_0001, b"OB", &[0, 1]);
    meta.text(0x0002_0002, b"UI", super::XRAY_RADIATION_DOSE_SR);
    meta.text(0x0002_0003, b"UI", &header.sop_instance_uid);
    meta.text(0x0002_0010, b"UI", syntax);
    meta.text(0x0002_0012, b"UI", "1.2.826.0.1.3680043.10.1442.1");
    let mut bytes = vec![0; 128];
    bytes.extend(b"DICM");
    let mut length = Writer::new(Encoding {
        explicit: true,
        big_endian: false,
    });
    length.element(0x0002_0000, b"UL", &(meta.bytes.len() as u32).to_le_bytes());
    bytes.extend(length.bytes);
    bytes.extend(meta.bytes);
    bytes.extend(data_set(header, template, content, encoding));
    bytes
}

fn data_set(
    header: &ReportHeader,
    template: &str,
    content: &[Node],
    encoding: Encoding,
) -> Vec<u8> {
    let day = header.written.strftime("%Y%m%d").to_string();
    let time = header.written.strftime("%H%M%S").to_string();
    let name = &header.patient_name;
    let mut w = Writer::new(encoding);
    w.text(0x0008_0005, b"CS", "ISO_IR 192");
    w.text(0x0008_0016, b"UI", super::XRAY_RADIATION_DOSE_SR);
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
    w.code(0x0040_A043, &D("113701", "X-Ray Radiation Dose Report"));
    w.text(0x0040_A050, b"CS", "SEPARATE");
    w.sequence(0x0040_A372, &[]);
    w.text(0x0040_A491, b"CS", "COMPLETE");
    w.text(0x0040_A493, b"CS", "UNVERIFIED");
    let mut template_item = Writer::new(encoding);
    template_item.text(0x0008_0105, b"CS", "DCMR");
    template_item.text(0x0040_DB00, b"CS", template);
    w.sequence(0x0040_A504, &[template_item.bytes]);
    let items: Vec<Vec<u8>> = content.iter().map(|n| item_bytes(n, encoding)).collect();
    w.sequence(0x0040_A730, &items);
    w.bytes
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
