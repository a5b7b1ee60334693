//! Writes valid X-Ray Radiation Dose SR objects (projection and CT) from given values.
//!
//! Used by the demonstration, the simulator and the tests. The values are the caller's; nothing is invented
//! except the fixed texts of the standard. Explicit little endian unless another encoding is asked for.

pub(in super::super) mod encode;

use super::super::data_set::Encoding;
use dose::report::{EventKind, Plane, Posture, TableEnd};
use encode::{
    C, Coded, D, Form, Node, code_item, container, date_time, document, number, text, uid,
};
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
    document(header, &dose_form("10001"), &content, encoding)
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
        &dose_form("10011"),
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
                TableEnd::HeadFirst => C("102540008", "SCT", "headfirst"),
                TableEnd::FeetFirst => C("102541007", "SCT", "feet-first"),
            },
        ));
        node = node.with(
            code_item(
                "CONTAINS",
                D("113743", "Patient Orientation"),
                match posture {
                    Posture::Other => C("102539006", "SCT", "semi-erect"),
                    _ => C("102538003", "SCT", "recumbent"),
                },
            )
            .with(code_item(
                "HAS CONCEPT MOD",
                D("113744", "Patient Orientation Modifier"),
                match posture {
                    Posture::Supine => C("40199007", "SCT", "supine"),
                    Posture::Prone => C("1240000", "SCT", "prone"),
                    Posture::LeftLateral => C("102536004", "SCT", "left lateral decubitus"),
                    Posture::RightLateral => C("102535000", "SCT", "right lateral decubitus"),
                    Posture::Other => C("33586001", "SCT", "sitting"),
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

fn dose_form(template: &'static str) -> Form<'static> {
    Form {
        sop_class_uid: super::XRAY_RADIATION_DOSE_SR,
        root: D("113701", "X-Ray Radiation Dose Report"),
        template,
        evidence: &[],
    }
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
