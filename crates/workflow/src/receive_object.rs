//! A modality sends an object: keep it, file it under its case, tell the case what it brings.

use crate::act_on_case::{ActError, decided, patient_of};
use crate::case_dose::{dose_of, follow_up_commands};
use crate::case_file::load_case;
use crate::desk::{Desk, WorkError};
use crate::file_object::{Filing, case_of_object};
use crate::new_numbers::{is_demonstration_name, is_demonstration_study};
use crate::object_summary::{DoseSummary, ObjectSummary};
use crate::patient::birth_text;
use bytes::Bytes;
use case::{Actor, Case, Command, Door, DoseReceived, StudyReceived};
use jiff::Timestamp;
use jiff::civil::Date;
use model::{AccessionNumber, BirthDate, DoseTotals, PersonName, Role, StudyUid};
use std::path::PathBuf;
use store::rows::{ObjectRow, TaskRow};
use store::{Change, Commit, CommitError, ObjectKey};

/// How often the case is decided again when others were first.
const TRIES: usize = 20;

/// The bytes of an object.
#[derive(Debug, Clone)]
pub enum ObjectBytes {
    Memory(Bytes),
    /// A file in [`store::Objects::arriving`]; it is taken over.
    File(PathBuf),
}

/// What an object is to a case.
#[derive(Debug, Clone, PartialEq)]
pub enum ObjectKind {
    /// With what it states, or why it could not be read.
    DoseReport(Result<DoseTotals, String>),
    Image,
    Other,
}

impl ObjectKind {
    /// The code in `object.kind`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::DoseReport(_) => "dose_report",
            Self::Image => "image",
            Self::Other => "other",
        }
    }
}

/// One object as the DICOM door read it. Texts are empty where the object does not say.
#[derive(Debug, Clone)]
pub struct ReceivedObject {
    pub sop_class_uid: String,
    pub sop_instance_uid: String,
    pub transfer_syntax: String,
    pub study_uid: String,
    pub series_uid: String,
    pub patient_id: String,
    pub issuer_of_patient_id: String,
    pub patient_name: PersonName,
    pub birth_date: BirthDate,
    pub accession_number: String,
    pub modality: String,
    pub description: String,
    pub study_date: Option<Date>,
    pub kind: ObjectKind,
    /// Calling AE title.
    pub sender: String,
    /// Why the head could not be read to its end; empty when it could.
    pub flaw: String,
    pub bytes: ObjectBytes,
}

/// What became of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    pub version: Version,
    /// The case that has it now; `None` = in the unmatched list.
    pub case_id: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    New,
    /// The same bytes were here before.
    Again,
    /// Other bytes were here before under the same SOP Instance UID; both are kept and a task says so.
    Further,
}

/// Why an object was not kept.
#[derive(Debug, thiserror::Error)]
pub enum NotReceived {
    #[error("an object of a demonstration is not taken by a real department")]
    Demonstration,
    #[error(transparent)]
    Work(#[from] WorkError),
}

/// Keeps an object. When it returns, bytes, row and what follows for the case are durable.
/// # Errors
/// See [`NotReceived`]; then nothing is in the store but, at most, bytes that no row names.
pub async fn receive_object(desk: &Desk, object: ReceivedObject) -> Result<Received, NotReceived> {
    let is_made_up = is_demonstration_study(&object.study_uid)
        || is_demonstration_name(&object.patient_name.family);
    if !desk.site().demonstration && is_made_up {
        return Err(NotReceived::Demonstration);
    }
    let received = desk.now();
    let before = desk
        .query()
        .object(&object.sop_instance_uid)
        .await
        .map_err(WorkError::from)?;
    let (key, bytes) = keep(desk, object.bytes.clone()).await?;
    let known = before.iter().find(|row| row.sha256 == key.as_str());
    if let Some(row) = known {
        return Ok(Received {
            version: Version::Again,
            case_id: filed(row),
        });
    }
    let version = if before.is_empty() {
        Version::New
    } else {
        Version::Further
    };
    let summary = summary_of(desk, &object, version == Version::Further);
    let row = ObjectRow {
        sop_instance_uid: object.sop_instance_uid,
        sha256: key.as_str().to_owned(),
        sop_class_uid: object.sop_class_uid,
        study_uid: object.study_uid,
        series_uid: object.series_uid,
        transfer_syntax: object.transfer_syntax,
        bytes: i64::try_from(bytes).unwrap_or(i64::MAX),
        received,
        sender: object.sender,
        case_id: String::new(),
        kind: object.kind.code().to_owned(),
        body: String::new(),
    };
    let filing = case_of_object(desk, &row.study_uid, &summary, received).await?;
    let case_id = add(desk, row, summary, filing, &object.kind).await?;
    Ok(Received { version, case_id })
}

fn filed(row: &ObjectRow) -> Option<String> {
    Some(row.case_id.clone()).filter(|id| !id.is_empty())
}

async fn keep(desk: &Desk, bytes: ObjectBytes) -> Result<(ObjectKey, u64), WorkError> {
    let objects = desk.objects().clone();
    let kept = tokio::task::spawn_blocking(move || match bytes {
        ObjectBytes::Memory(bytes) => objects.put(&bytes).map(|key| (key, bytes.len() as u64)),
        ObjectBytes::File(path) => objects.adopt(&path),
    });
    match kept.await {
        Ok(kept) => Ok(kept?),
        Err(ended) => Err(WorkError::Damaged(format!(
            "an object was not written: {ended}"
        ))),
    }
}

fn summary_of(desk: &Desk, object: &ReceivedObject, is_further_version: bool) -> ObjectSummary {
    let issuer = match object.issuer_of_patient_id.as_str() {
        "" => desk.site().patient_issuer.clone().unwrap_or_default(),
        stated => stated.to_owned(),
    };
    let name = &object.patient_name;
    let has_name = *name != PersonName::default();
    let dose = match &object.kind {
        ObjectKind::DoseReport(Ok(totals)) => Some(DoseSummary::from(totals)),
        ObjectKind::DoseReport(Err(_)) | ObjectKind::Image | ObjectKind::Other => None,
    };
    ObjectSummary {
        patient_id: object.patient_id.clone(),
        issuer,
        patient_name: if has_name {
            name.to_string()
        } else {
            String::new()
        },
        birth_date: birth_text(object.birth_date),
        accession_number: object.accession_number.clone(),
        modality: object.modality.clone(),
        description: object.description.clone(),
        study_date: object
            .study_date
            .map(|day| day.to_string())
            .unwrap_or_default(),
        flaw: object.flaw.clone(),
        reason: String::new(),
        is_further_version,
        dose,
    }
}

/// Adds the row under its case, or to the unmatched list; gives back the case.
async fn add(
    desk: &Desk,
    row: ObjectRow,
    summary: ObjectSummary,
    filing: Filing,
    kind: &ObjectKind,
) -> Result<Option<String>, WorkError> {
    let case_id = match filing {
        Filing::Nobody(reason) => return add_unmatched(desk, row, summary, reason).await,
        Filing::Case(case_id) => case_id,
    };
    let by = Actor::Sender {
        door: Door::Dicom,
        name: row.sender.clone(),
    };
    let mut with = tasks(desk, &row, &summary, &case_id, kind).await?;
    let commands = commands(&row, &summary);
    let mut filed = row.clone();
    filed.case_id.clone_from(&case_id);
    filed.body = body(&summary)?;
    with.insert(0, Change::AddObject(filed));
    let reports = std::slice::from_ref(&row);
    match act_with_all(desk, &by, &case_id, &commands, &with, reports).await {
        Ok(()) => Ok(Some(case_id)),
        Err(ActError::Work(error)) => Err(error),
        Err(refused) => {
            let reason = format!("case {case_id} does not take it: {refused}");
            add_unmatched(desk, row, summary, reason).await
        }
    }
}

async fn add_unmatched(
    desk: &Desk,
    mut row: ObjectRow,
    mut summary: ObjectSummary,
    reason: String,
) -> Result<Option<String>, WorkError> {
    summary.reason = reason;
    row.body = body(&summary)?;
    desk.commit(Commit::one(Change::AddObject(row))).await?;
    Ok(None)
}

fn body(summary: &ObjectSummary) -> Result<String, WorkError> {
    serde_json::to_string(summary).map_err(|error| WorkError::Damaged(error.to_string()))
}

/// What an object of a case has the case know: the study at its first object, the dose at its report.
pub(crate) fn commands(row: &ObjectRow, summary: &ObjectSummary) -> Vec<Command> {
    let study = StudyUid::new(&row.study_uid).ok();
    let linked = study.clone().map(|study| {
        Command::LinkStudy(StudyReceived {
            study,
            accession: AccessionNumber::new(&summary.accession_number).ok(),
            modality: summary.modality.clone(),
            instances: 1,
        })
    });
    let dose = summary.dose.as_ref().map(|dose| {
        Command::ReceiveDose(DoseReceived {
            report: row.sop_instance_uid.clone(),
            study,
            totals: DoseTotals::from(dose),
        })
    });
    linked.into_iter().chain(dose).collect()
}

fn is_known(case: &Case, command: &Command) -> bool {
    match command {
        Command::LinkStudy(new) => case.studies.iter().any(|known| known.study == new.study),
        Command::ReceiveDose(new) => case.doses.iter().any(|known| known.report == new.report),
        _ => false,
    }
}

async fn tasks(
    desk: &Desk,
    row: &ObjectRow,
    summary: &ObjectSummary,
    case_id: &str,
    kind: &ObjectKind,
) -> Result<Vec<Change>, WorkError> {
    let sender = &row.sender;
    let mut wanted = Vec::new();
    if summary.is_further_version {
        let words = format!(
            "{sender} sent other bytes for an object that was here before: both are kept, decide which one counts"
        );
        wanted.push(("object_further_version", Role::Radiographer, words));
    }
    if let ObjectKind::DoseReport(Err(why)) = kind {
        let words = format!("A dose report of {sender} could not be read: {why}");
        wanted.push(("dose_report_unreadable", Role::Physicist, words));
    }
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let case = desk.query().case(case_id).await?;
    let patient_key = case.map(|case| case.patient_key).unwrap_or_default();
    let first = row.sha256.get(..12).unwrap_or_default();
    let task = |(kind, owner, words): (&str, Role, String)| {
        Change::PutTask(TaskRow {
            task_id: format!("{case_id}:{kind}:{first}"),
            kind: kind.to_owned(),
            case_id: case_id.to_owned(),
            patient_key: patient_key.clone(),
            words,
            owner: owner.code().to_owned(),
            due: None,
            opened: row.received,
            done: None,
            done_by: String::new(),
        })
    };
    Ok(wanted.into_iter().map(task).collect())
}

/// Does those of the commands that are news to the case, and the other changes, in one commit. A dose report that is
/// news opens, in the same commit, the follow-up that the dose of the whole case calls for.
///
/// * `objects` – what is filed under the case by `with`.
pub(crate) async fn act_with_all(
    desk: &Desk,
    by: &Actor,
    case_id: &str,
    commands: &[Command],
    with: &[Change],
    objects: &[ObjectRow],
) -> Result<(), ActError> {
    let mut last = None;
    for _ in 0..TRIES {
        let mut case = load_case(desk.query(), case_id)
            .await?
            .ok_or_else(|| ActError::NoSuchCase(case_id.to_owned()))?;
        let mut changes = Vec::new();
        let mut is_dose_news = false;
        for command in commands {
            if !is_known(&case, command) {
                let (after, of_command) = decided(desk, by, &case, command).await?;
                case = after;
                changes.extend(of_command);
                is_dose_news |= matches!(command, Command::ReceiveDose(_));
            }
        }
        if is_dose_news {
            changes.extend(dose_follow_up(desk, case, objects).await?);
        }
        changes.extend(with.iter().cloned());
        match desk.commit(Commit { changes }).await {
            Ok(()) => return Ok(()),
            Err(stale @ CommitError::Stale { .. }) => last = Some(stale),
            Err(other) => return Err(other.into()),
        }
    }
    Err(last.map_or_else(|| ActError::NoSuchCase(case_id.to_owned()), ActError::from))
}

/// Opens the dated duties that the dose calls for, new reports and those of the case together.
async fn dose_follow_up(
    desk: &Desk,
    mut case: Case,
    objects: &[ObjectRow],
) -> Result<Vec<Change>, ActError> {
    let patient = patient_of(desk, &case).await?;
    let mut rows = desk.query().objects_of_case(case.id.as_str()).await?;
    rows.extend(objects.iter().cloned());
    let dose = dose_of(desk, rows, &patient).await?;
    let day = case.started_at.unwrap_or_else(|| desk.now());
    let day = day.to_zoned_datetime(desk.site().zone_or_utc()).date();
    let by = Actor::Sender {
        door: Door::Clock,
        name: "dose".to_owned(),
    };
    let mut changes = Vec::new();
    for command in follow_up_commands(&case, &dose, &desk.rules().dose, day) {
        let (after, of_command) = decided(desk, &by, &case, &command).await?;
        case = after;
        changes.extend(of_command);
    }
    Ok(changes)
}

/// Tries the unmatched objects again: an order, a booking or a merge may have come since. Returns how many found
/// their case.
/// # Errors
/// The database.
pub async fn match_again(desk: &Desk) -> Result<usize, WorkError> {
    let mut found = 0;
    for row in desk.query().unmatched().await? {
        let summary = ObjectSummary::read(&row.body);
        let Filing::Case(case_id) =
            case_of_object(desk, &row.study_uid, &summary, row.received).await?
        else {
            continue;
        };
        let by = Actor::Sender {
            door: Door::Dicom,
            name: row.sender.clone(),
        };
        let filed = Change::FileObject {
            sop_instance_uid: row.sop_instance_uid.clone(),
            case_id: case_id.clone(),
        };
        let commands = commands(&row, &summary);
        let reports = std::slice::from_ref(&row);
        match act_with_all(desk, &by, &case_id, &commands, &[filed], reports).await {
            Ok(()) => found += 1,
            Err(ActError::Work(error)) => return Err(error),
            // It stays where staff see it.
            Err(_) => {}
        }
    }
    Ok(found)
}

/// A modality has been shown these cases on its worklist. No row, no answer.
/// # Errors
/// The database.
pub async fn worklist_shown(
    desk: &Desk,
    calling_ae_title: &str,
    case_ids: &[String],
    at: Timestamp,
) -> Result<(), WorkError> {
    if case_ids.is_empty() {
        return Ok(());
    }
    let row = store::rows::AuditRow {
        at,
        actor: calling_ae_title.to_owned(),
        role: Door::Dicom.code().to_owned(),
        action: "answer_worklist".to_owned(),
        patient_key: String::new(),
        case_id: String::new(),
        detail: case_ids.join(" "),
    };
    Ok(desk.commit(Commit::one(Change::Audit(row))).await?)
}

#[cfg(test)]
mod tests;
