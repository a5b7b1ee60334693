//! What one dose report says: values as the device stated them, each with its printed resolution and its
//! trust. Made by `dicom::objects::radiation_dose_report`; nothing here knows DICOM encodings.
//!
//! `None` always means "the report does not say". No value here was ever filled in with zero.

use crate::quantity::{Degrees, Kilovolt, Millimetre, SquareMetre};
use jiff::civil::DateTime;
use model::{DoseTotals, Gray, GraySquareMetre, MilliGray, MilliGrayCentimetre, Seconds};

/// How a value came to us, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Trust {
    /// A standard dose report states it.
    Report,
    /// Added up by us from the events of a standard dose report.
    EventSum,
    /// A report in the maker's private codes states it.
    Private,
    /// Copied from an image header or a performed procedure step.
    Header,
    /// Typed in by a person.
    Typed,
}

impl Trust {
    pub fn code(self) -> &'static str {
        match self {
            Self::Report => "report",
            Self::EventSum => "event_sum",
            Self::Private => "private",
            Self::Header => "header",
            Self::Typed => "typed",
        }
    }
}

/// A stated number with the size of its last printed digit, both in the unit of `T`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stated<T> {
    pub value: T,
    /// One unit in the last printed digit; half of it is the most that rounding can explain.
    pub resolution: T,
    pub trust: Trust,
}

/// What kind of examination the report is about, by its codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    Projection,
    Ct,
    Mammography,
    Radiography,
    /// A readable object that is no dose report.
    NotADoseReport,
}

impl Kind {
    pub fn code(self) -> &'static str {
        match self {
            Self::Projection => "projection",
            Self::Ct => "ct",
            Self::Mammography => "mammography",
            Self::Radiography => "radiography",
            Self::NotADoseReport => "not_a_dose_report",
        }
    }
}

/// Acquisition plane (CID 10003).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Plane {
    Single,
    A,
    B,
    All,
    #[default]
    NotStated,
}

impl Plane {
    pub fn code(self) -> &'static str {
        match self {
            Self::Single => "single",
            Self::A => "a",
            Self::B => "b",
            Self::All => "all",
            Self::NotStated => "not_stated",
        }
    }
}

/// Irradiation event type (CID 10002), or acquisition type for CT (CID 10013).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum EventKind {
    Fluoroscopy,
    Stationary,
    Stepping,
    Rotational,
    CtSpiral,
    CtSequenced,
    CtConstantAngle,
    CtStationary,
    CtFree,
    CtConeBeam,
    #[default]
    NotStated,
}

impl EventKind {
    pub fn code(self) -> &'static str {
        match self {
            Self::Fluoroscopy => "fluoroscopy",
            Self::Stationary => "stationary_acquisition",
            Self::Stepping => "stepping_acquisition",
            Self::Rotational => "rotational_acquisition",
            Self::CtSpiral => "ct_spiral",
            Self::CtSequenced => "ct_sequenced",
            Self::CtConstantAngle => "ct_constant_angle",
            Self::CtStationary => "ct_stationary",
            Self::CtFree => "ct_free",
            Self::CtConeBeam => "ct_cone_beam",
            Self::NotStated => "not_stated",
        }
    }
}

/// The accumulated values of one plane (TID 10002, 10004, 10007), or of one breast (TID 10005).
#[derive(Debug, Clone, PartialEq)]
pub struct PlaneTotals {
    pub plane: Plane,
    pub ka_r: Option<Stated<Gray>>,
    pub ka_r_fluoroscopy: Option<Stated<Gray>>,
    pub ka_r_acquisition: Option<Stated<Gray>>,
    pub pka: Option<Stated<GraySquareMetre>>,
    pub pka_fluoroscopy: Option<Stated<GraySquareMetre>>,
    pub pka_acquisition: Option<Stated<GraySquareMetre>>,
    pub fluoroscopy: Option<Stated<Seconds>>,
    pub acquisition: Option<Stated<Seconds>>,
    pub agd: Vec<Stated<MilliGray>>,
    pub reference_point: ReferencePoint,
    pub source_to_reference_point: Option<Millimetre>,
}

/// Where the reference air kerma is meant to be (CID 10025), or in the maker's own words.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum ReferencePoint {
    /// 15 cm from the isocentre towards the source.
    FifteenCmFromIsocentre,
    /// Another point of the code list: its DCM code value.
    Other(String),
    /// Free text that no table of ours knows.
    Text(String),
    #[default]
    NotStated,
}

/// Patient on the table. Only what the report says; nothing assumed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PatientOnTable {
    pub head_first: Option<TableEnd>,
    pub posture: Option<Posture>,
}

/// Patient Table Relationship (CID 21).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableEnd {
    HeadFirst,
    FeetFirst,
}

/// Patient Orientation Modifier (CID 20).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Posture {
    Supine,
    Prone,
    LeftLateral,
    RightLateral,
    /// Stated, but none of these: sitting, standing, tilted on a side. Such an event is not mapped.
    Other,
}

/// A position of gantry and table, at the start or the end of an event. DICOM signs, as sent.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Pose {
    pub primary_angle: Option<Degrees>,
    pub secondary_angle: Option<Degrees>,
    pub column_angle: Option<Degrees>,
    pub table_longitudinal: Option<Millimetre>,
    pub table_lateral: Option<Millimetre>,
    pub table_height: Option<Millimetre>,
    /// Table X, Y, Z Position to Isocenter (128766 to 128768).
    pub table_to_isocentre: Option<[Millimetre; 3]>,
    pub table_head_tilt: Option<Degrees>,
    pub table_horizontal_rotation: Option<Degrees>,
    pub table_cradle_tilt: Option<Degrees>,
}

/// Shutter edges seen from the beam axis, scaled to one metre from the source.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shutters {
    pub left: Millimetre,
    pub right: Millimetre,
    pub top: Millimetre,
    pub bottom: Millimetre,
}

/// One added filter layer; thickness as stated (mean of minimum and maximum when both are given).
#[derive(Debug, Clone, PartialEq)]
pub struct Filter {
    pub material: FilterMaterial,
    pub minimum: Option<Millimetre>,
    pub maximum: Option<Millimetre>,
    /// A wedge or other shaped filter: covers an unknown part of the field.
    pub shaped: Shape,
}

/// Does the filter cover the whole field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    Flat,
    PartOfField,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FilterMaterial {
    Aluminium,
    Copper,
    /// Code value of another material, empty when none is stated.
    Other(String),
}

/// One irradiation event of a projection report (TID 10003).
#[derive(Debug, Clone, PartialEq, Default)]
pub struct IrradiationEvent {
    pub uid: Option<String>,
    /// Local time of the device; the report's offset from UTC is in [`Report::utc_offset`].
    pub started: Option<DateTime>,
    pub kind: EventKind,
    pub plane: Plane,
    pub ka_r: Option<Stated<Gray>>,
    pub pka: Option<Stated<GraySquareMetre>>,
    pub agd: Option<Stated<MilliGray>>,
    pub duration: Option<Stated<Seconds>>,
    pub start: Pose,
    pub end: Pose,
    pub source_to_isocentre: Option<Millimetre>,
    pub source_to_detector: Option<Millimetre>,
    pub source_to_reference_point: Option<Millimetre>,
    pub reference_point: ReferencePoint,
    pub collimated_area: Option<SquareMetre>,
    pub collimated_height: Option<Millimetre>,
    pub collimated_width: Option<Millimetre>,
    pub shutters: Option<Shutters>,
    /// Side or diameter of the detector format in use.
    pub detector_field: Option<[Millimetre; 2]>,
    pub kvp: Option<Kilovolt>,
    pub filters: Vec<Filter>,
    pub half_value_layer: Option<Millimetre>,
    pub patient: PatientOnTable,
    pub protocol: String,
    /// Target region: code value and scheme as sent.
    pub target_region: Option<(String, String)>,
}

/// One CT irradiation event (TID 10013).
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CtAcquisition {
    pub uid: Option<String>,
    pub kind: EventKind,
    pub protocol: String,
    pub target_region: Option<(String, String)>,
    pub dlp: Option<Stated<MilliGrayCentimetre>>,
    pub ctdi_vol: Option<Stated<MilliGray>>,
    /// Diameter of the CTDI phantom: head 160, body 320.
    pub phantom: Option<Millimetre>,
    pub scanning_length: Option<Millimetre>,
    /// Lower and upper end of the scanned length, as stated.
    pub z_limits: Option<[Millimetre; 2]>,
    pub exposure_time: Option<Stated<Seconds>>,
}

/// Something that a person should know about this report: a stable code and words.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Finding {
    pub code: &'static str,
    pub words: String,
}

impl Finding {
    pub fn new(code: &'static str, words: impl Into<String>) -> Self {
        Self {
            code,
            words: words.into(),
        }
    }
}

/// The device that irradiated, in its own words.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Device {
    pub manufacturer: String,
    pub model: String,
    pub serial_number: String,
    pub station_name: String,
    /// The device as the report's content names it (TID 1004); the header may name only the archive.
    pub observer_manufacturer: String,
    pub observer_model: String,
    pub observer_serial_number: String,
}

/// One dose report, or what an image header says in its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    pub sop_instance_uid: String,
    pub study_uid: String,
    pub device: Device,
    pub kind: Kind,
    pub trust: Trust,
    /// Content date and time: the later of two cumulative reports of one study counts.
    pub written: Option<DateTime>,
    /// Timezone Offset From UTC (0008,0201) as sent, empty when not stated.
    pub utc_offset: String,
    pub planes: Vec<PlaneTotals>,
    pub dlp_total: Option<Stated<MilliGrayCentimetre>>,
    /// Number of events that the report itself states (113812).
    pub events_stated: Option<u32>,
    pub events: Vec<IrradiationEvent>,
    pub ct_events: Vec<CtAcquisition>,
    pub findings: Vec<Finding>,
}

impl Report {
    /// Number of irradiation events, projection and CT together.
    pub fn event_count(&self) -> usize {
        self.events.len() + self.ct_events.len()
    }

    /// What the report states, summed over its planes. See [`crate::totals::stated`].
    pub fn stated(&self) -> DoseTotals {
        crate::totals::stated(self)
    }

    /// The same keys added up from the events. See [`crate::totals::summed`].
    pub fn summed(&self) -> DoseTotals {
        crate::totals::summed(self)
    }
}
