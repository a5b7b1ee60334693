//! The last fallback: what an image header says about dose. Trust `header`, units of the image standard.

use super::super::data_set::{DataSet, Encoding, Tag, Value};
use super::super::header::date_time;
use super::units::{Quantity, decimal, lookup};
use dose::quantity::{Kilovolt, Millimetre};
use dose::report::{
    CtAcquisition, EventKind, IrradiationEvent, Kind, Plane, PlaneTotals, ReferencePoint, Report,
    Stated, Trust,
};
use model::{Gray, GraySquareMetre, MilliGray, MilliGrayCentimetre, Seconds};

const KVP: Tag = 0x0018_0060;
const SOURCE_TO_DETECTOR: Tag = 0x0018_1110;
/// Image and Fluoroscopy Area Dose Product, dGy·cm².
const AREA_DOSE_PRODUCT: Tag = 0x0018_115E;
/// Entrance Dose in mGy; 0040,0302 is the older one in dGy.
const ENTRANCE_DOSE_MGY: Tag = 0x0040_8302;
const TOTAL_FLUOROSCOPY_TIME: Tag = 0x0040_0300;
const ORGAN_DOSE_DGY: Tag = 0x0040_0316;
const EVENT_UID: Tag = 0x0008_3010;
const EXPOSURE_DOSE_SEQUENCE: Tag = 0x0040_030E;
const COMMENTS_ON_RADIATION_DOSE: Tag = 0x0040_0310;
const CTDI_VOL: Tag = 0x0018_9345;

/// Fills an empty report from an image header; `None` when the header says nothing about dose.
pub fn read(set: &DataSet<'_>, order: Order, mut report: Report, modality: &str) -> Option<Report> {
    report.trust = Trust::Header;
    let done = match modality {
        "CT" => computed_tomography(set, order, &mut report),
        "MG" => mammography(set, &mut report),
        _ => projection(set, order, &mut report),
    };
    done.then_some(report)
}

pub(super) fn decimal_of(
    set: &DataSet<'_>,
    tag: Tag,
    quantity: Quantity,
    unit: &str,
) -> Option<(f64, f64)> {
    let ratio = lookup(quantity, unit)?;
    let (value, resolution) = decimal(set.ascii(tag)?.split('\\').next()?)?;
    (value >= 0.0).then_some((
        value * ratio.times / ratio.over,
        resolution * ratio.times / ratio.over,
    ))
}

pub(super) fn stated<T>(pair: (f64, f64), make: fn(f64) -> T) -> Stated<T> {
    Stated {
        value: make(pair.0),
        resolution: make(pair.1),
        trust: Trust::Header,
    }
}

/// One image is one event; the product in the header is that of the image (or of the run it belongs to).
fn projection(set: &DataSet<'_>, order: Order, report: &mut Report) -> bool {
    let pka = decimal_of(set, AREA_DOSE_PRODUCT, Quantity::KermaArea, "dGy.cm2")
        .map(|v| stated(v, GraySquareMetre));
    let fluoroscopy = order
        .unsigned(set, TOTAL_FLUOROSCOPY_TIME)
        .map(|seconds| stated((seconds, 1.0), Seconds));
    if pka.is_none() && fluoroscopy.is_none() {
        return false;
    }
    report.kind = Kind::Radiography;
    report.planes = vec![PlaneTotals {
        pka,
        fluoroscopy,
        ..plane()
    }];
    report.events = vec![IrradiationEvent { pka, ..event(set) }];
    true
}

fn mammography(set: &DataSet<'_>, report: &mut Report) -> bool {
    let agd =
        decimal_of(set, ORGAN_DOSE_DGY, Quantity::MilliKerma, "dGy").map(|v| stated(v, MilliGray));
    let entrance =
        decimal_of(set, ENTRANCE_DOSE_MGY, Quantity::Kerma, "mGy").map(|v| stated(v, Gray));
    if agd.is_none() && entrance.is_none() {
        return false;
    }
    report.kind = Kind::Mammography;
    report.planes = vec![PlaneTotals {
        agd: agd.into_iter().collect(),
        ..plane()
    }];
    report.events = vec![IrradiationEvent { agd, ..event(set) }];
    true
}

pub(super) fn plane() -> PlaneTotals {
    PlaneTotals {
        plane: Plane::Single,
        ka_r: None,
        ka_r_fluoroscopy: None,
        ka_r_acquisition: None,
        pka: None,
        pka_fluoroscopy: None,
        pka_acquisition: None,
        fluoroscopy: None,
        acquisition: None,
        agd: Vec::new(),
        reference_point: ReferencePoint::NotStated,
        source_to_reference_point: None,
    }
}

fn event(set: &DataSet<'_>) -> IrradiationEvent {
    let positive = |tag| {
        decimal_of(set, tag, Quantity::Length, "mm")
            .map(|v| v.0)
            .filter(|v| *v > 0.0)
    };
    IrradiationEvent {
        uid: set.ascii(EVENT_UID).map(str::to_owned),
        started: set.ascii(0x0008_002A).and_then(date_time),
        kind: EventKind::Stationary,
        plane: Plane::Single,
        kvp: decimal_of(set, KVP, Quantity::Voltage, "kV").map(|v| Kilovolt(v.0)),
        source_to_detector: positive(SOURCE_TO_DETECTOR).map(Millimetre),
        ..IrradiationEvent::default()
    }
}

/// Philips dose screens: a comment with one line per series and a total, and the exposure dose sequence.
fn computed_tomography(set: &DataSet<'_>, order: Order, report: &mut Report) -> bool {
    let comment = set
        .bytes(COMMENTS_ON_RADIATION_DOSE)
        .map(String::from_utf8_lossy);
    let comment = comment.as_deref().unwrap_or_default();
    let total = after(comment, "Total DLP=");
    let items = set.items(EXPOSURE_DOSE_SEQUENCE);
    if total.is_none() && items.is_empty() {
        return false;
    }
    report.kind = Kind::Ct;
    report.dlp_total = total.map(|v| stated(v, MilliGrayCentimetre));
    report.ct_events = items
        .iter()
        .map(|item| {
            let line = item.ascii(0x0020_0011).and_then(|number| {
                comment
                    .lines()
                    .find(|l| l.starts_with(&format!("Series #{number} ")))
            });
            CtAcquisition {
                kind: match item.ascii(0x0018_9302) {
                    Some("SPIRAL") => EventKind::CtSpiral,
                    Some("SEQUENCED") => EventKind::CtSequenced,
                    Some("CONSTANT_ANGLE") => EventKind::CtConstantAngle,
                    Some("STATIONARY") => EventKind::CtStationary,
                    Some("FREE") => EventKind::CtFree,
                    _ => EventKind::NotStated,
                },
                dlp: line
                    .and_then(|l| after(l, " DLP="))
                    .map(|v| stated(v, MilliGrayCentimetre)),
                ctdi_vol: line
                    .and_then(|l| after(l, "CTDIvol="))
                    .or_else(|| order.double(item, CTDI_VOL).filter(|v| v.0 > 0.0))
                    .map(|v| stated(v, MilliGray)),
                ..CtAcquisition::default()
            }
        })
        .collect();
    true
}

/// Order of the bytes in binary numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    Little,
    Big,
}

impl Order {
    pub fn of(encoding: Encoding) -> Self {
        if encoding.big_endian {
            Self::Big
        } else {
            Self::Little
        }
    }

    /// The bytes of a value as they stand: trailing zero bytes belong to the number.
    fn bytes<const N: usize>(self, set: &DataSet<'_>, tag: Tag) -> Option<[u8; N]> {
        let Value::Bytes(bytes) = set.value(tag)? else {
            return None;
        };
        let mut bytes: [u8; N] = (*bytes).try_into().ok()?;
        if self == Self::Big {
            bytes.reverse();
        }
        Some(bytes)
    }

    /// A value of VR FD.
    pub fn double(self, set: &DataSet<'_>, tag: Tag) -> Option<(f64, f64)> {
        let value = f64::from_le_bytes(self.bytes(set, tag)?);
        value
            .is_finite()
            .then_some((value, value.abs() * f64::EPSILON))
    }

    /// A value of VR US.
    pub fn unsigned(self, set: &DataSet<'_>, tag: Tag) -> Option<f64> {
        self.bytes(set, tag)
            .map(|b| f64::from(u16::from_le_bytes(b)))
    }
}

/// The number that follows a mark in a maker's comment.
fn after(text: &str, mark: &str) -> Option<(f64, f64)> {
    let (_, rest) = text.split_once(mark)?;
    let number: String = rest
        .chars()
        .take_while(|c| c.is_ascii_digit() || *c == '.')
        .collect();
    decimal(&number)
}
