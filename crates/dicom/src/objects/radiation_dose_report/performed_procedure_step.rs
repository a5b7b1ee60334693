//! Dose in a Modality Performed Procedure Step (PS3.3 C.4.16): the data set of an N-CREATE or N-SET.
//!
//! Read where no report comes. Trust `header`; units are those of the attributes and not of a dose report. Entrance
//! dose is not the reference air kerma: it is named in a finding and counted nowhere.

use super::super::data_set::{AtEnd, DataSet, Tag, open};
use super::super::header;
use super::content::Notes;
use super::image_header::{Order, decimal_of, plane, stated};
use super::units::Quantity;
use super::{DoseReport, ReadError, SIZE_LIMIT, empty, finished};
use dose::report::{CtAcquisition, EventKind, Kind, PlaneTotals, Trust};
use model::{GraySquareMetre, MilliGray, Seconds};

const STUDY_UID: Tag = 0x0020_000D;
const ACCESSION_NUMBER: Tag = 0x0008_0050;
const SCHEDULED_STEP_ATTRIBUTES: Tag = 0x0040_0270;
const STATION_NAME: Tag = 0x0040_0242;
/// Seconds.
const TOTAL_TIME_OF_FLUOROSCOPY: Tag = 0x0040_0300;
/// dGy.
const ENTRANCE_DOSE: Tag = 0x0040_0302;
/// mGy.
const ENTRANCE_DOSE_MGY: Tag = 0x0040_8302;
/// dGy·cm².
const AREA_DOSE_PRODUCT: Tag = 0x0018_115E;
const EXPOSURE_DOSE_SEQUENCE: Tag = 0x0040_030E;
const ACQUISITION_TYPE: Tag = 0x0018_9302;
/// mGy.
const CTDI_VOL: Tag = 0x0018_9345;

/// Reads a step; its kind is [`Kind::NotADoseReport`] when it states no dose.
///
/// An N-SET holds what it changes: give each of a step's data sets and let the last value of each total count.
/// # Errors
/// Not a data set, cut off, over the limits of size, nesting and number of elements.
pub fn read(bytes: &[u8]) -> Result<DoseReport, ReadError> {
    if bytes.len() > SIZE_LIMIT {
        return Err(ReadError::TooLarge(bytes.len()));
    }
    let opened = open(bytes)?;
    let set = opened.data_set(Tag::MAX, AtEnd::Refuse)?;
    let mut header = header::from_data_set(&set);
    if let Some(scheduled) = set.first_item(SCHEDULED_STEP_ATTRIBUTES) {
        let own = |tag| scheduled.ascii(tag).unwrap_or_default().to_owned();
        header.study_uid = own(STUDY_UID);
        header.accession_number = own(ACCESSION_NUMBER);
    }
    if header.station_name.is_empty() {
        header.station_name = set.ascii(STATION_NAME).unwrap_or_default().to_owned();
    }
    let notes = Notes::default();
    let mut report = empty(&header);
    report.trust = Trust::Header;
    let order = Order::of(opened.encoding);
    if header.modality == "CT" {
        scans(&set, order, &mut report.ct_events);
        if !report.ct_events.is_empty() {
            report.kind = Kind::Ct;
        }
    } else if let Some(totals) = projection(&set, order, &notes) {
        report.kind = match header.modality.as_str() {
            "MG" => Kind::Mammography,
            "DX" | "CR" => Kind::Radiography,
            _ => Kind::Projection,
        };
        report.planes = vec![totals];
    }
    Ok(DoseReport {
        report: finished(report, notes),
        header,
    })
}

fn projection(set: &DataSet<'_>, order: Order, notes: &Notes) -> Option<PlaneTotals> {
    let fluoroscopy = order.unsigned(set, TOTAL_TIME_OF_FLUOROSCOPY);
    let pka = decimal_of(set, AREA_DOSE_PRODUCT, Quantity::KermaArea, "dGy.cm2");
    let entrance = decimal_of(set, ENTRANCE_DOSE_MGY, Quantity::Kerma, "mGy").map(|v| v.0);
    let entrance = entrance.or_else(|| Some(order.unsigned(set, ENTRANCE_DOSE)? / 10.0));
    if let Some(gray) = entrance {
        let words =
            format!("the step states an entrance dose of {gray} Gy; it is no reference air kerma");
        notes.add("entrance_dose", words);
    }
    if fluoroscopy.is_none() && pka.is_none() {
        return None;
    }
    Some(PlaneTotals {
        fluoroscopy: fluoroscopy.map(|v| stated((v, 1.0), Seconds)),
        pka: pka.map(|v| stated(v, GraySquareMetre)),
        ..plane()
    })
}

fn scans(set: &DataSet<'_>, order: Order, scans: &mut Vec<CtAcquisition>) {
    for item in set.items(EXPOSURE_DOSE_SEQUENCE) {
        let ctdi_vol = order.double(item, CTDI_VOL).filter(|v| v.0 > 0.0);
        if let Some(ctdi_vol) = ctdi_vol {
            scans.push(CtAcquisition {
                kind: match item.ascii(ACQUISITION_TYPE) {
                    Some("SPIRAL") => EventKind::CtSpiral,
                    Some("SEQUENCED") => EventKind::CtSequenced,
                    Some("CONSTANT_ANGLE") => EventKind::CtConstantAngle,
                    Some("STATIONARY") => EventKind::CtStationary,
                    Some("FREE") => EventKind::CtFree,
                    _ => EventKind::NotStated,
                },
                ctdi_vol: Some(stated(ctdi_vol, MilliGray)),
                ..CtAcquisition::default()
            });
        }
    }
}
