//! The node's two sources on the real desk: the worklist out of the store's read side, objects into `workflow`.

use super::Pending;
use super::association::PeerName;
use super::clinical::Clinical;
use super::modality_worklist::{WorklistSource, WorklistUnavailable};
use super::object_head::ObjectHead;
use super::spool::FileBytes;
use super::storage::{ArrivedObject, Kept, NotKept, ObjectSink};
use super::worklist_item::{PregnancyStatus, WorklistItem};
use super::worklist_query::WorklistQuery;
use crate::objects::header;
use crate::objects::radiation_dose_report as dose_report;
use bytes::Bytes;
use dose::report::Kind;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use model::{AccessionNumber, AeTitle, BirthDate, Modality, PersonName, StudyUid, Urgency};
use std::error::Error;
use std::sync::Arc;
use store::query::WorklistFilter;
use store::rows::{PatientRow, WorklistRow};
use tokio::sync::Semaphore;
use workflow::case_summary::{WorklistSummary, side_words};
use workflow::give_study::study_of;
use workflow::hidden_from::{Standing, is_hidden_from, is_without_clinical};
use workflow::receive_object::{
    NotReceived, ObjectBytes, ObjectKind, ReceivedObject, Version, receive_object, worklist_shown,
};
use workflow::{Desk, Patient};

/// Classes that are structured reports, and those that are neither reports nor pictures.
const STRUCTURED_REPORTS: &str = "1.2.840.10008.5.1.4.1.1.88.";
/// Presentation states, encapsulated documents, raw data, registrations, waveforms.
const NEITHER: [&str; 5] = [
    "1.2.840.10008.5.1.4.1.1.11.",
    "1.2.840.10008.5.1.4.1.1.104.",
    "1.2.840.10008.5.1.4.1.1.66",
    "1.2.840.10008.5.1.4.1.1.67",
    "1.2.840.10008.5.1.4.1.1.9.",
];

/// Dose reports that are read at one time: a deflated one takes far more memory than its own length.
pub const REPORTS_AT_ONCE: usize = 2;

/// Connects [`super::Node`] with [`Desk`].
#[derive(Debug, Clone)]
pub struct DeskDoor {
    desk: Desk,
    reading: Arc<Semaphore>,
}

impl DeskDoor {
    pub fn new(desk: Desk) -> Self {
        Self {
            desk,
            reading: Arc::new(Semaphore::new(REPORTS_AT_ONCE)),
        }
    }

    /// What an object is; waits while too many others are being read.
    async fn kind(&self, class: String, whole: Whole) -> Result<ObjectKind, NotKept> {
        let ended = |reason: &dyn std::fmt::Display| {
            NotKept::OutOfResources(format!("reading was ended: {reason}"))
        };
        if !class.starts_with(STRUCTURED_REPORTS) {
            return Ok(kind_of(&class, &whole));
        }
        let reading = Arc::clone(&self.reading).acquire_owned();
        let reading = reading.await.map_err(|closed| ended(&closed))?;
        let read = tokio::task::spawn_blocking(move || {
            let kind = kind_of(&class, &whole);
            drop(reading);
            kind
        });
        read.await.map_err(|panicked| ended(&panicked))
    }

    async fn worklist(
        &self,
        query: WorklistQuery,
    ) -> Result<Vec<WorklistItem>, WorklistUnavailable> {
        let zone = self.desk.site().zone_or_utc();
        let failed = |error: &dyn Error| WorklistUnavailable(chain(error));
        let rows = self.desk.query().worklist(&filter(&query, &zone)).await;
        let rows = rows.map_err(|error| failed(&error))?;
        let mut items = Vec::with_capacity(rows.len());
        let mut shown = Vec::new();
        let title = &query.asked_by.calling_ae_title;
        let without_clinical = is_without_clinical(&self.desk, title);
        for (row, patient) in rows {
            let body = WorklistSummary::read(&row.body);
            if is_hidden_from(&self.desk, title, standing(&body)) {
                continue;
            }
            let row = self.with_study(row).await?;
            let Some(mut item) = self.item(&row, &patient, &body, &zone) else {
                // An entry that cannot be told to a modality must not hide the others.
                tracing::error!(
                    case_id = row.case_id,
                    step = row.step,
                    "step left off the worklist"
                );
                continue;
            };
            if without_clinical {
                Clinical::default().put_into(&mut item);
            }
            if query.matches(&item) {
                shown.push(row.case_id.clone());
                items.push(item);
            }
        }
        shown.dedup();
        let PeerName {
            calling_ae_title, ..
        } = &query.asked_by;
        worklist_shown(&self.desk, calling_ae_title, &shown, self.desk.now())
            .await
            .map_err(|error| failed(&error))?;
        Ok(items)
    }

    /// A step that came without study UID gets one of ours, which it keeps.
    async fn with_study(&self, mut row: WorklistRow) -> Result<WorklistRow, WorklistUnavailable> {
        if StudyUid::new(&row.study_uid).is_err()
            && let Ok(number) = row.step.parse()
        {
            let study = study_of(&self.desk, &row.case_id, number).await;
            let study = study.map_err(|error| WorklistUnavailable(chain(&error)))?;
            row.study_uid = study.to_string();
        }
        Ok(row)
    }

    /// `None` for a step without station or patient id: a modality could not work with it.
    fn item(
        &self,
        row: &WorklistRow,
        patient: &PatientRow,
        body: &WorklistSummary,
        zone: &TimeZone,
    ) -> Option<WorklistItem> {
        let patient = Patient::from_row(patient).ok()?;
        let issuer = self.desk.site().patient_issuer.as_deref();
        let side = match side_words(&body.side) {
            "" => String::new(),
            side => format!(", {side}"),
        };
        let clinical = Clinical::of(&patient.facts, &self.desk.rules().book);
        let mut item = WorklistItem {
            patient_name: patient.name.clone(),
            patient_id: patient.hospital_number(issuer)?.clone(),
            birth_date: patient.birth,
            sex: patient.sex,
            weight: None,
            allergies: Vec::new(),
            medical_alerts: Vec::new(),
            special_needs: String::new(),
            patient_state: String::new(),
            pregnancy: PregnancyStatus::Unknown,
            accession_number: AccessionNumber::new(&row.accession_number).ok(),
            referring_physician: physician(&body.referring_physician),
            requesting_physician: physician(&body.referring_physician),
            admission_id: String::new(),
            current_patient_location: patient.facts.inpatient_ward.clone().unwrap_or_default(),
            study_instance_uid: StudyUid::new(&row.study_uid).ok()?,
            requested_procedure_id: body.requested_procedure_id.clone(),
            requested_procedure_description: format!("{}{side}", body.requested_procedure_words),
            requested_procedure_code: None,
            urgency: Urgency::from_code(&body.urgency).unwrap_or(Urgency::Elective),
            scheduled_procedure_step_id: body.step_id.clone(),
            scheduled_procedure_step_description: format!("{}{side}", body.step_words),
            scheduled_protocol_code: None,
            start: row.start.to_zoned_datetime(zone.clone()).datetime(),
            modality: Modality::from_code(&row.modality)?,
            scheduled_station_ae_titles: vec![AeTitle::new(&row.station_ae).ok()?],
            scheduled_station_name: String::new(),
            scheduled_procedure_step_location: body.room.clone(),
            scheduled_performing_physician: physician(&body.performing_physician),
            comments: body.gate_words.clone(),
        };
        clinical.put_into(&mut item);
        Some(item)
    }

    async fn receive(&self, object: ArrivedObject) -> Result<Kept, NotKept> {
        let (bytes, whole) = match &object.file {
            FileBytes::Memory(bytes) => (
                ObjectBytes::Memory(bytes.clone()),
                Whole::Here(bytes.clone()),
            ),
            FileBytes::Spooled(file) => (
                ObjectBytes::File(file.path.clone()),
                Whole::File(file.path.clone(), file.length),
            ),
        };
        let class = object.sop_class_uid.clone();
        let kind = self.kind(class, whole).await?;
        let received = receive_object(&self.desk, received(&object, kind, bytes)).await;
        // The spooled file, if any, is the store's now; dropping the object removes what is left of it.
        drop(object);
        match received {
            Ok(received) => Ok(match received.version {
                Version::New => Kept::New,
                Version::Again => Kept::Again,
                Version::Further => Kept::AsFurtherVersion,
            }),
            Err(refused @ NotReceived::Demonstration) => Err(NotKept::Refused(refused.to_string())),
            Err(NotReceived::Work(error)) => Err(NotKept::OutOfResources(chain(&error))),
        }
    }
}

impl WorklistSource for DeskDoor {
    fn steps(
        &self,
        query: WorklistQuery,
    ) -> Pending<'_, Result<Vec<WorklistItem>, WorklistUnavailable>> {
        Box::pin(self.worklist(query))
    }
}

impl ObjectSink for DeskDoor {
    fn keep(&self, object: ArrivedObject) -> Pending<'_, Result<Kept, NotKept>> {
        Box::pin(self.receive(object))
    }
}

/// What decides whether a case may be hidden.
fn standing(body: &WorklistSummary) -> Standing<'_> {
    Standing {
        state: &body.state,
        gate_now: &body.gate,
        emergency: body.urgency == "emergency",
        rules: &body.gate_rules,
    }
}

/// An error with its causes in one line, for the log.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text = format!("{text}: {inner}");
        cause = inner.source();
    }
    text
}

/// The part of a query that the store's index can use.
fn filter(query: &WorklistQuery, zone: &TimeZone) -> WorklistFilter {
    let exact = |key: &super::TextKey| key.exact().unwrap_or_default().to_owned();
    let midnight = |day: Date| {
        day.to_zoned_datetime(zone.clone())
            .ok()
            .map(|at| at.timestamp())
    };
    let end = query.start_date.until.and_then(|day| day.tomorrow().ok());
    WorklistFilter {
        station_ae: exact(&query.scheduled_station_ae_title),
        modality: exact(&query.modality),
        accession_number: exact(&query.accession_number),
        study_uid: exact(&query.study_instance_uid),
        patient_id: exact(&query.patient_id),
        from: query.start_date.from.and_then(midnight),
        until: end.and_then(midnight),
    }
}

/// A name as the case keeps it, `FAMILY, Given (id)` or any text, in the parts of PN.
fn physician(text: &str) -> Option<PersonName> {
    let name = text.split(" (").next().unwrap_or_default().trim();
    let (family, given) = name.split_once(", ").unwrap_or((name, ""));
    (!family.is_empty()).then(|| PersonName {
        family: family.to_owned(),
        given: given.to_owned(),
        middle: String::new(),
    })
}

/// The file of an object, to be read when it may be a report.
enum Whole {
    Here(Bytes),
    File(std::path::PathBuf, u64),
}

/// What an object is, with its dose when it is a report. Blocking.
fn kind_of(sop_class_uid: &str, whole: &Whole) -> ObjectKind {
    if !sop_class_uid.starts_with(STRUCTURED_REPORTS) {
        let neither = NEITHER.iter().any(|class| sop_class_uid.starts_with(class));
        return if neither {
            ObjectKind::Other
        } else {
            ObjectKind::Image
        };
    }
    let read;
    let bytes: &[u8] = match whole {
        Whole::Here(bytes) => bytes,
        Whole::File(_, length) if *length > dose_report::SIZE_LIMIT as u64 => {
            return ObjectKind::DoseReport(Err("it is too long for a report".to_owned()));
        }
        Whole::File(path, _) => match std::fs::read(path) {
            Ok(bytes) => {
                read = bytes;
                &read
            }
            Err(error) => return ObjectKind::DoseReport(Err(error.to_string())),
        },
    };
    if !dose_report::is_dose_report(sop_class_uid, bytes) {
        return ObjectKind::Other;
    }
    match dose_report::read(bytes) {
        Ok(found) if found.report.kind == Kind::NotADoseReport => ObjectKind::Other,
        Ok(found) => ObjectKind::DoseReport(Ok(found.report.stated())),
        Err(error) => ObjectKind::DoseReport(Err(error.to_string())),
    }
}

fn received(object: &ArrivedObject, kind: ObjectKind, bytes: ObjectBytes) -> ReceivedObject {
    let head: &ObjectHead = &object.head;
    let birth_date = header::date(&head.patient_birth_date);
    let description = match head.series_description.as_str() {
        "" => &head.study_description,
        series => series,
    };
    ReceivedObject {
        sop_class_uid: object.sop_class_uid.clone(),
        sop_instance_uid: object.sop_instance_uid.clone(),
        transfer_syntax: object.transfer_syntax.clone(),
        study_uid: head.study_instance_uid.clone(),
        series_uid: head.series_instance_uid.clone(),
        patient_id: head.patient_id.clone(),
        issuer_of_patient_id: head.issuer_of_patient_id.clone(),
        patient_name: header::person_name(&head.patient_name),
        birth_date: birth_date.map_or(BirthDate::Unknown, BirthDate::Day),
        accession_number: head.accession_number.clone(),
        modality: head.modality.clone(),
        description: description.to_owned(),
        study_date: header::date(&head.study_date),
        kind,
        sender: object.from.calling_ae_title.clone(),
        flaw: head
            .flaw
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default(),
        bytes,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_is_a_report_a_picture_or_neither() {
        let check = |class: &str, expected: &str| {
            let kind = kind_of(class, &Whole::Here(Bytes::from_static(b"no dicom")));
            assert_eq!(kind.code(), expected, "{class}");
        };
        check("1.2.840.10008.5.1.4.1.1.2", "image");
        check("1.2.840.10008.5.1.4.1.1.12.1", "image");
        check("1.2.840.10008.5.1.4.1.1.88.67", "dose_report");
        check("1.2.840.10008.5.1.4.1.1.88.22", "other");
        check("1.2.840.10008.5.1.4.1.1.11.1", "other");
        check("1.2.840.10008.5.1.4.1.1.104.1", "other");
    }

    #[test]
    fn physicians_are_parted_as_the_case_writes_them() {
        let check = |text: &str, family: &str, given: &str| {
            let name = physician(text).unwrap();
            assert_eq!(
                (name.family.as_str(), name.given.as_str()),
                (family, given),
                "{text}"
            );
        };
        check("VIRTA, Anna (D12)", "VIRTA", "Anna");
        check("VIRTA", "VIRTA", "");
        assert!(physician("").is_none());
    }
}
