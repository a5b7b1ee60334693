//! Radiation dose reports: bytes → [`dose::Report`], and values → bytes ([`write`]).
//!
//! Recognised by code and scheme (tables in `codes.rs`), never by meaning text. Every maker's way of writing
//! that we know is read; what had to be tolerated or left out is a finding in the report. Nothing unknown
//! becomes zero.

mod codes;
mod content;
mod ct;
mod image_header;
pub mod performed_procedure_step;
mod projection;
mod units;
pub mod write;

use super::data_set::{AtEnd, DataSet, DataSetError, Tag, open};
use super::header::{self, Header};
use content::{Content, Notes};
use dose::report::{Device, EventKind, Kind, Plane, Report, Trust};
use image_header::Order;
use std::collections::BTreeMap;

/// X-Ray Radiation Dose SR.
pub const XRAY_RADIATION_DOSE_SR: &str = "1.2.840.10008.5.1.4.1.1.88.67";
/// Enhanced X-Ray Radiation Dose SR.
pub const ENHANCED_XRAY_RADIATION_DOSE_SR: &str = "1.2.840.10008.5.1.4.1.1.88.76";
/// All structured reports share this root; a dose report may come as any of them.
const STRUCTURED_REPORT_ROOT: &str = "1.2.840.10008.5.1.4.1.1.88.";

/// More bytes than any dose report has (a report of 1,000 events has about 10 MB).
pub const SIZE_LIMIT: usize = 128 << 20;

/// Why bytes could not be read. A readable object without dose is no error: its kind says so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    #[error("the object has {0} bytes, more than a dose report may have ({SIZE_LIMIT})")]
    TooLarge(usize),
    #[error(transparent)]
    DataSet(#[from] DataSetError),
}

/// A dose report with the header that files it.
#[derive(Debug, Clone, PartialEq)]
pub struct DoseReport {
    pub header: Header,
    pub report: Report,
}

/// Whether an object is a dose report: its SOP class says so, or it is a structured report whose root concept
/// says so. `false` also when it cannot be read.
pub fn is_dose_report(sop_class_uid: &str, bytes: &[u8]) -> bool {
    if sop_class_uid == XRAY_RADIATION_DOSE_SR || sop_class_uid == ENHANCED_XRAY_RADIATION_DOSE_SR {
        return true;
    }
    if !sop_class_uid.is_empty() && !sop_class_uid.starts_with(STRUCTURED_REPORT_ROOT) {
        return false;
    }
    let Ok(opened) = open(bytes) else {
        return false;
    };
    // The root concept stands before the content: no need to read the tree.
    opened
        .data_set(0x0040_A050, AtEnd::Keep)
        .is_ok_and(|set| root_trust(&set).is_some())
}

fn root_trust(set: &DataSet<'_>) -> Option<Trust> {
    let root = content::concept_name(set)?;
    if root.is(codes::DOSE_REPORT) {
        Some(Trust::Report)
    } else if root.is(codes::SIEMENS_RADIATION_SUMMARY) {
        Some(Trust::Private)
    } else {
        None
    }
}

/// Reads a dose report from the bytes of any object, image headers as the last resort.
///
/// The kind is [`Kind::NotADoseReport`] for a readable object that says nothing about dose.
/// # Errors
/// Not DICOM, cut off inside the report, over the limits of size, nesting and number of elements.
pub fn read(bytes: &[u8]) -> Result<DoseReport, ReadError> {
    if bytes.len() > SIZE_LIMIT {
        return Err(ReadError::TooLarge(bytes.len()));
    }
    let opened = open(bytes)?;
    let is_report = opened
        .data_set(header::FIRST_CONTENT_GROUP, AtEnd::Keep)?
        .ascii(0x0008_0016)
        .is_none_or(|class| class.starts_with(STRUCTURED_REPORT_ROOT));
    // Images: everything up to the pixels; a cut-off picture still has its header.
    let set = if is_report {
        opened.data_set(Tag::MAX, AtEnd::Refuse)?
    } else {
        opened.data_set(0x7FE0_0000, AtEnd::Keep)?
    };
    let mut header = header::from_data_set(&set);
    header.transfer_syntax = opened.transfer_syntax.clone();
    header.tolerated = opened.tolerated.clone();
    let notes = Notes::default();
    for words in &header.tolerated {
        notes.add("tolerated", *words);
    }
    let report = match root_trust(&set) {
        Some(trust) => structured(&set, &header, &notes, trust),
        None if is_report => empty(&header),
        None => {
            let modality = header.modality.clone();
            image_header::read(&set, Order::of(opened.encoding), empty(&header), &modality)
                .unwrap_or_else(|| empty(&header))
        }
    };
    Ok(DoseReport {
        report: finished(report, notes),
        header,
    })
}

fn finished(mut report: Report, notes: Notes) -> Report {
    report.findings = notes.into_findings();
    if report.kind != Kind::NotADoseReport {
        report.findings.extend(dose::totals::findings(&report));
    }
    report
}

fn empty(header: &Header) -> Report {
    Report {
        sop_instance_uid: header.sop_instance_uid.clone(),
        study_uid: header.study_uid.clone(),
        device: Device {
            manufacturer: header.manufacturer.clone(),
            model: header.model.clone(),
            serial_number: header.serial_number.clone(),
            station_name: header.station_name.clone(),
            ..Device::default()
        },
        kind: Kind::NotADoseReport,
        trust: Trust::Report,
        written: header.content,
        utc_offset: header.utc_offset.clone(),
        planes: Vec::new(),
        dlp_total: None,
        events_stated: None,
        events: Vec::new(),
        ct_events: Vec::new(),
        findings: Vec::new(),
    }
}

fn structured(set: &DataSet<'_>, header: &Header, notes: &Notes, trust: Trust) -> Report {
    let root = Content::new(set, &header.character_sets, notes, trust);
    let mut report = empty(header);
    report.trust = trust;
    report.device.observer_manufacturer = root.text(codes::DEVICE_MANUFACTURER).unwrap_or_default();
    report.device.observer_model = root.text(codes::DEVICE_MODEL).unwrap_or_default();
    report.device.observer_serial_number = root.text(codes::DEVICE_SERIAL).unwrap_or_default();
    if trust == Trust::Private {
        report.kind = Kind::Projection;
        report.planes = vec![projection::private_plane(&root)];
        return report;
    }
    report.planes = projection::planes(&root);
    report.events = projection::events(&root, &report.planes);
    report.ct_events = ct::acquisitions(&root);
    let accumulated = root.containers(codes::CT_ACCUMULATED).next();
    if let Some(accumulated) = accumulated.map(|set| root.inside(set, &[])) {
        report.dlp_total = accumulated.amount(
            codes::DLP_TOTAL,
            units::Quantity::DoseLength,
            model::MilliGrayCentimetre,
        );
        report.events_stated = accumulated
            .numbers(codes::CT_EVENT_COUNT, units::Quantity::Count)
            .first()
            .filter(|v| v.0 >= 0.0 && v.0 <= f64::from(u32::MAX))
            .map(|v| v.0 as u32);
    }
    once_each(&mut report, notes);
    report.kind = kind(&root, &report, notes);
    without_identity(&report, notes);
    report
}

/// By the procedure that the report names; where it names none, by what it holds.
fn kind(root: &Content<'_, '_>, report: &Report, notes: &Notes) -> Kind {
    match root.code(codes::PROCEDURE_REPORTED) {
        Some(code) if code.is(codes::COMPUTED_TOMOGRAPHY) => return Kind::Ct,
        Some(code) if code.is(codes::MAMMOGRAPHY) => return Kind::Mammography,
        Some(code) if code.is(codes::PROJECTION_XRAY) => {}
        Some(code) => {
            let words = format!(
                "the procedure code ({}, {}) is not known",
                code.value, code.scheme
            );
            notes.add("unknown_procedure_code", words);
        }
        None => notes.add(
            "no_procedure_code",
            "the report does not name its procedure",
        ),
    }
    if report.events.is_empty() && (!report.ct_events.is_empty() || report.dlp_total.is_some()) {
        return Kind::Ct;
    }
    let still = |e: &dose::IrradiationEvent| {
        e.kind == EventKind::Stationary
            && e.start.primary_angle.is_none()
            && e.start.secondary_angle.is_none()
    };
    if !report.events.is_empty() && report.events.iter().all(still) {
        Kind::Radiography
    } else {
        Kind::Projection
    }
}

/// The same event written twice in one report counts once; different events under one UID are kept and noted.
fn once_each(report: &mut Report, notes: &Notes) {
    let before = report.event_count();
    let mut kept: Vec<dose::IrradiationEvent> = Vec::with_capacity(report.events.len());
    let mut seen: BTreeMap<(String, Plane), usize> = BTreeMap::new();
    let mut shared = 0;
    for event in report.events.drain(..) {
        let Some(uid) = event.uid.clone() else {
            kept.push(event);
            continue;
        };
        match seen.get(&(uid.clone(), event.plane)) {
            Some(at) if kept.get(*at) == Some(&event) => {}
            Some(_) => {
                shared += 1;
                kept.push(event);
            }
            None => {
                seen.insert((uid, event.plane), kept.len());
                kept.push(event);
            }
        }
    }
    report.events = kept;
    let mut scans: Vec<dose::report::CtAcquisition> = Vec::with_capacity(report.ct_events.len());
    for scan in report.ct_events.drain(..) {
        let twin = scans.iter().find(|s| s.uid.is_some() && s.uid == scan.uid);
        shared += usize::from(twin.is_some_and(|twin| *twin != scan));
        if twin != Some(&scan) {
            scans.push(scan);
        }
    }
    report.ct_events = scans;
    let repeated = before - report.event_count();
    if repeated > 0 {
        let words = format!("{repeated} events stand twice in this report and count once");
        notes.add("repeated_event", words);
    }
    if shared > 0 {
        let words = format!("{shared} events have the UID of another event and are kept beside it");
        notes.add("event_uid_used_twice", words);
    }
}

/// An event without its UID cannot be told from a repetition of itself.
fn without_identity(report: &Report, notes: &Notes) {
    let projection = report.events.iter().filter(|e| e.uid.is_none()).count();
    let ct = report.ct_events.iter().filter(|e| e.uid.is_none()).count();
    if projection + ct > 0 {
        let words = format!("{} events have no irradiation event UID", projection + ct);
        notes.add("event_without_uid", words);
    }
}

#[cfg(test)]
mod pitfalls;
#[cfg(test)]
mod published_reports;
#[cfg(test)]
mod published_skin_dose;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod variants;
