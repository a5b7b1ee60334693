//! What the modalities of the demonstration send: they ask the worklist first, then send pictures and a dose report
//! of the patient that it names.

use super::story::{Story, Twist};
use anyhow::{Context as _, Result, bail};

use dicom::node::{
    ArrivedObject, DataSet, DeskDoor, FileBytes, ObjectSink as _, PeerName, TextKey, WorklistItem,
    WorklistQuery, WorklistSource as _, read_head,
};
use dicom::objects::header::{self, Header};
use dicom::objects::made_up_picture::{self, Picture};
use dicom::objects::radiation_dose_report::write::{self, CtEvent, ProjectionEvent, ReportHeader};
use dose::report::{EventKind, Plane, Posture, TableEnd};
use dose::{Degrees, Kilovolt, Millimetre, SquareMetre};
use jiff::SignedDuration;
use jiff::civil::DateTime;
use model::{
    AccessionNumber, BirthDate, Family, Gray, GraySquareMetre, MilliGray, MilliGrayCentimetre,
    Modality, PersonName, Seconds,
};
use std::net::{IpAddr, Ipv4Addr};
use tokio_util::bytes::Bytes;
use workflow::Room;
use workflow::patient::sex_code;

const EXPLICIT_LITTLE: &str = "1.2.840.10008.1.2.1";

/// One thing that a modality sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sent {
    /// Its number in the series, from 1.
    Picture(u16),
    DoseReport,
}

/// What comes of a case, with the minute after the first needle.
///
/// * `work` – minutes from the first needle to the end.
pub fn objects(modality: Modality, work: i64) -> Vec<(i64, Sent)> {
    let first = (work / 4, Sent::Picture(1));
    let second = (work - 3, Sent::Picture(2));
    match modality {
        Modality::Fluoroscopy | Modality::Ct => vec![first, second, (work + 3, Sent::DoseReport)],
        Modality::Ultrasound | Modality::Mr => vec![first, second],
        Modality::Mammography => Vec::new(),
    }
}

/// Who sends, and what of.
pub struct Visit<'a> {
    pub story: &'a Story,
    pub room: &'a Room,
    pub family: Family,
    pub accession: &'a str,
    pub work: i64,
    pub now: DateTime,
}

/// Sends the object through the door of the node. For the first one the modality asks its worklist whose it is; the
/// others are the same study's, as the first one says.
///
/// * `first` – the bytes of the first picture, when it has been sent.
/// # Errors
/// The patient is not on the worklist, or the object is not kept.
pub async fn send(
    door: &DeskDoor,
    visit: &Visit<'_>,
    sent: Sent,
    first: Option<Vec<u8>>,
) -> Result<()> {
    let from = PeerName {
        calling_ae_title: visit.room.station.as_str().to_owned(),
        host: IpAddr::V4(Ipv4Addr::LOCALHOST),
    };
    let whose = match first {
        Some(bytes) => of_picture(&header::read(&bytes)?),
        None => ask(door, visit, &from).await?,
    };
    let file: Bytes = bytes_of(visit, whose, sent)?.into();
    let data_set_at = data_set_at(&file).context("a file of ours has no meta group")?;
    let head = read_head(file.get(data_set_at..).unwrap_or_default(), EXPLICIT_LITTLE);
    if let Some(flaw) = &head.flaw {
        bail!("an object of ours cannot be read: {flaw}");
    }
    let object = ArrivedObject {
        sop_class_uid: head.sop_class_uid.clone(),
        sop_instance_uid: head.sop_instance_uid.clone(),
        transfer_syntax: EXPLICIT_LITTLE.to_owned(),
        from,
        head,
        file: FileBytes::Memory(file),
        data_set_at,
    };
    door.keep(object).await?;
    Ok(())
}

async fn ask(door: &DeskDoor, visit: &Visit<'_>, from: &PeerName) -> Result<Whose> {
    let mut query = WorklistQuery::read(&DataSet::default(), from.clone())?;
    query.scheduled_station_ae_title = TextKey::new(visit.room.station.as_str());
    query.accession_number = TextKey::new(visit.accession);
    let answered = door.steps(query).await?;
    let item = answered
        .first()
        .context("the patient in the room is not on the worklist")?;
    Ok(of_item(item))
}

/// Whose study it is.
struct Whose {
    study_uid: String,
    patient_id: String,
    issuer: String,
    name: PersonName,
    birth: BirthDate,
    sex: &'static str,
    accession: String,
}

fn of_item(item: &WorklistItem) -> Whose {
    let accession = item.accession_number.as_ref();
    Whose {
        study_uid: item.study_instance_uid.as_str().to_owned(),
        patient_id: item.patient_id.value().to_owned(),
        issuer: item.patient_id.issuer().to_owned(),
        name: item.patient_name.clone(),
        birth: item.birth_date,
        sex: sex_code(item.sex),
        accession: accession
            .map(AccessionNumber::as_str)
            .unwrap_or_default()
            .to_owned(),
    }
}

fn of_picture(head: &Header) -> Whose {
    Whose {
        study_uid: head.study_uid.clone(),
        patient_id: head.patient_id.clone(),
        issuer: head.issuer_of_patient_id.clone(),
        name: head.patient_name.clone(),
        birth: head.birth_date.unwrap_or(BirthDate::Unknown),
        sex: head.sex.map_or("U", sex_code),
        accession: head.accession_number.clone(),
    }
}

/// Behind the preamble, the group length and the group.
fn data_set_at(file: &[u8]) -> Option<usize> {
    let length: [u8; 4] = file.get(140..144)?.try_into().ok()?;
    usize::try_from(u32::from_le_bytes(length))
        .ok()?
        .checked_add(144)
}

fn bytes_of(visit: &Visit<'_>, whose: Whose, sent: Sent) -> Result<Vec<u8>> {
    let modality = visit.room.modality;
    let mut header = header_of(visit, whose);
    header.series_uid = series_uid(&header.study_uid, sent);
    header.sop_instance_uid = instance_uid(&header.study_uid, sent);
    Ok(match (sent, modality) {
        (Sent::Picture(number), _) => {
            let picture = Picture {
                modality,
                description: description(modality, number).to_owned(),
                instance: number,
                shows_needle: modality != Modality::Fluoroscopy,
            };
            made_up_picture::write(&header, &picture)
        }
        (Sent::DoseReport, Modality::Fluoroscopy) => {
            write::projection(&header, &projection(visit, &header.study_uid)?)
        }
        (Sent::DoseReport, Modality::Ct) => write::ct(&header, &computed(&header.study_uid)),
        (Sent::DoseReport, Modality::Ultrasound | Modality::Mr | Modality::Mammography) => {
            bail!("no dose report comes from {}", modality.code())
        }
    })
}

fn series_uid(study: &str, sent: Sent) -> String {
    match sent {
        Sent::Picture(_) => format!("{study}.1"),
        Sent::DoseReport => format!("{study}.2"),
    }
}

/// Under the study's own UID, so under the root of the demonstration.
pub fn instance_uid(study: &str, sent: Sent) -> String {
    let number = match sent {
        Sent::Picture(number) => number,
        Sent::DoseReport => 1,
    };
    format!("{}.{number}", series_uid(study, sent))
}

fn description(modality: Modality, number: u16) -> &'static str {
    match (modality, number) {
        (Modality::Fluoroscopy, 1) => "Angiography before",
        (Modality::Fluoroscopy, _) => "Control at the end",
        (Modality::Ct, 1) => "Planning scan",
        (Modality::Ct, _) => "Needle in place",
        (Modality::Ultrasound, 1) => "Target",
        (Modality::Ultrasound, _) => "Needle in the target",
        (Modality::Mr, 1) => "T2 planning",
        (Modality::Mr, _) => "Needle check",
        (Modality::Mammography, _) => "View",
    }
}

fn header_of(visit: &Visit<'_>, whose: Whose) -> ReportHeader {
    let (manufacturer, model) = match visit.room.modality {
        Modality::Fluoroscopy => ("Siemens", "AXIOM-Artis"),
        Modality::Ct => ("Siemens", "SOMATOM Definition Edge"),
        Modality::Ultrasound => ("Made-up", "Demonstration US"),
        Modality::Mr => ("Made-up", "Demonstration MR"),
        Modality::Mammography => ("Made-up", "Demonstration MG"),
    };
    ReportHeader {
        sop_instance_uid: String::new(),
        study_uid: whose.study_uid,
        series_uid: String::new(),
        patient_id: whose.patient_id,
        issuer_of_patient_id: whose.issuer,
        patient_name: whose.name,
        birth_date: match whose.birth {
            BirthDate::Day(day) => day.strftime("%Y%m%d").to_string(),
            BirthDate::Year(_) | BirthDate::Unknown => String::new(),
        },
        sex: match whose.sex {
            "U" => "",
            code => code,
        }
        .to_owned(),
        accession_number: whose.accession,
        manufacturer: manufacturer.to_owned(),
        model: model.to_owned(),
        serial_number: "DEMO-1".to_owned(),
        station_name: visit.room.station.as_str().to_owned(),
        written: visit.now,
    }
}

/// Share of the dose, primary angle, secondary angle, place of the table along and across, in order of time.
const BEAMS: [(EventKind, f64, f64, f64, f64, f64); 8] = [
    (EventKind::Fluoroscopy, 0.06, 0.0, 0.0, 0.0, 420.0),
    (EventKind::Fluoroscopy, 0.14, -22.0, 4.0, 12.0, 455.0),
    (EventKind::Stepping, 0.12, -22.0, 4.0, 12.0, 455.0),
    (EventKind::Fluoroscopy, 0.18, -30.0, 0.0, 14.0, 470.0),
    (EventKind::Stepping, 0.14, -30.0, 0.0, 14.0, 470.0),
    (EventKind::Fluoroscopy, 0.18, 12.0, 10.0, -8.0, 470.0),
    (EventKind::Fluoroscopy, 0.10, 25.0, -6.0, -16.0, 450.0),
    (EventKind::Stepping, 0.08, -22.0, 4.0, 12.0, 455.0),
];

/// Invented, in the usual range of such work: reference air kerma and minutes of fluoroscopy.
fn usual(visit: &Visit<'_>) -> (f64, f64) {
    let (gray, minutes) = match (visit.family, visit.story.procedure) {
        (_, "nephrostomy" | "nephrostomy_exchange") => (0.045, 3.2),
        (_, "biliary_stent" | "ptbd") => (0.31, 14.0),
        (_, "dialysis_access_angioplasty" | "venous_angioplasty_extremity") => (0.038, 6.5),
        (_, "renal_stent" | "renal_angioplasty") => (0.88, 17.0),
        (_, "iliac_stent" | "iliac_angioplasty") => (0.52, 13.0),
        (Family::Stent | Family::Angioplasty, _) => (0.21, 19.0),
        _ => (0.06, 4.0),
    };
    let by_hour = f64::from(visit.story.start.1) / 200.0;
    match visit.story.twist {
        Twist::HighDose => (5.62, 71.0),
        _ => (gray * (1.0 + by_hour), minutes * (1.0 + by_hour)),
    }
}

fn projection(visit: &Visit<'_>, study: &str) -> Result<Vec<ProjectionEvent>> {
    let (gray, minutes) = usual(visit);
    let area = 0.04;
    // Area at the reference point: the detector's, scaled by the square of the distances (635 mm of 1100 mm).
    let at_reference = area * (635.0_f64 / 1100.0).powi(2);
    let mut events = Vec::new();
    for (place, (kind, share, primary, secondary, along, across)) in BEAMS.into_iter().enumerate() {
        let count = i64::try_from(BEAMS.len())?;
        let back = SignedDuration::from_mins(visit.work * (count - i64::try_from(place)?) / count);
        let ka_r = gray * share;
        let is_fluoroscopy = kind == EventKind::Fluoroscopy;
        events.push(ProjectionEvent {
            uid: format!("{study}.9.{}", place + 1),
            started: visit.now.checked_sub(back)?,
            kind,
            plane: Plane::Single,
            ka_r: Gray(ka_r),
            pka: GraySquareMetre(ka_r * at_reference),
            duration: Seconds(if is_fluoroscopy {
                minutes * 60.0 * share / 0.66
            } else {
                6.0
            }),
            kvp: Kilovolt(if is_fluoroscopy { 77.0 } else { 82.0 }),
            copper: Millimetre(if is_fluoroscopy { 0.3 } else { 0.1 }),
            primary_angle: Degrees(primary),
            secondary_angle: Degrees(secondary),
            end_angles: None,
            source_to_isocentre: Millimetre(785.0),
            source_to_detector: Millimetre(1100.0),
            table_longitudinal: Millimetre(along),
            table_lateral: Millimetre(across),
            table_height: Millimetre(150.0),
            collimated_area: Some(SquareMetre(area)),
            patient: Some((TableEnd::HeadFirst, Posture::Supine)),
        });
    }
    Ok(events)
}

fn computed(study: &str) -> Vec<CtEvent> {
    let event = |number: u16, kind, protocol: &str, ctdi: f64, length: f64| CtEvent {
        uid: format!("{study}.9.{number}"),
        kind,
        protocol: protocol.to_owned(),
        ctdi_vol: Some(MilliGray(ctdi)),
        dlp: Some(MilliGrayCentimetre(ctdi * length / 10.0)),
        scanning_length: Millimetre(length),
    };
    let mut events = vec![event(1, EventKind::CtSpiral, "Planning", 7.1, 240.0)];
    events.extend((2..=7).map(|number| {
        event(
            number,
            EventKind::CtSequenced,
            "Intervention, single slices",
            4.4,
            15.0,
        )
    }));
    events.push(event(8, EventKind::CtSpiral, "Control", 5.2, 180.0));
    events
}
