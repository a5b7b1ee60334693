//! The rows of the read tables, in the store's own words. Instants are [`jiff::Timestamp`]; codes are the
//! `code()` texts of `model`. `body` is JSON text that the room which writes the row also reads.

use jiff::Timestamp;

/// A person; `body` holds the demographics and clinical facts that no query filters on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PatientRow {
    pub patient_key: String,
    pub version: i64,
    pub family: String,
    pub given: String,
    /// ISO day, ISO year, or empty when unknown.
    pub birth_date: String,
    pub sex: String,
    pub deceased: bool,
    pub restricted: bool,
    pub merged_into: Option<String>,
    pub body: String,
}

/// One case as the board and the lists show it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CaseRow {
    pub case_id: String,
    pub patient_key: String,
    pub version: i64,
    pub state: String,
    pub start: Option<Timestamp>,
    pub room: String,
    pub gate_now: String,
    pub gate_if_completed: String,
    pub closed: Option<Timestamp>,
    pub changed: Timestamp,
    pub body: String,
}

/// Something a case is found by: `accession`, `study_uid`, `placer_order`, `filler_order`, `order_group`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseKeyRow {
    pub kind: String,
    pub value: String,
    pub case_id: String,
}

/// One scheduled procedure step for the modality worklist; `body` holds the answer's other attributes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorklistRow {
    pub case_id: String,
    pub step: String,
    pub patient_key: String,
    pub accession_number: String,
    pub study_uid: String,
    pub station_ae: String,
    pub modality: String,
    pub start: Timestamp,
    pub body: String,
}

/// One laboratory value as received; `analyte` is empty when the sender's code is not mapped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LaboratoryRow {
    pub patient_key: String,
    pub analyte: String,
    pub code: String,
    pub specimen: Option<Timestamp>,
    pub received: Timestamp,
    pub status: String,
    pub body: String,
}

/// A message that was taken in, by sender and message id: the second time it changes nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboxRow {
    pub sender: String,
    pub message_id: String,
    pub sha256: String,
    pub outcome: String,
    pub reason: String,
    /// The acknowledgement that was given, to be given again word for word.
    pub reply: String,
    pub received: Timestamp,
    pub object_key: String,
}

/// A message or object that could not be understood; its bytes are kept under `object_key`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuarantineRow {
    pub entry: i64,
    pub kind: String,
    pub sender: String,
    pub message_type: String,
    /// Segment and field, or attribute, that stopped it.
    pub place: String,
    pub reason: String,
    pub object_key: String,
    pub received: Timestamp,
    pub resolved: Option<Timestamp>,
    pub resolved_by: String,
}

/// One received DICOM object; `case_id` is empty while nothing matches it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectRow {
    pub sop_instance_uid: String,
    pub sha256: String,
    pub sop_class_uid: String,
    pub study_uid: String,
    pub series_uid: String,
    pub transfer_syntax: String,
    pub bytes: i64,
    pub received: Timestamp,
    pub sender: String,
    pub case_id: String,
    /// `dose_report`, `image`, `other`.
    pub kind: String,
    pub body: String,
}

/// A message that has to go out, and is tried until it is done or given up with a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxRow {
    pub entry: i64,
    pub kind: String,
    /// Whom it is about: the patient's key for everything that goes to a patient.
    pub subject: String,
    pub body: String,
    pub due: Timestamp,
    pub attempts: i64,
    pub done: Option<Timestamp>,
    pub failure: String,
}

/// Who saw or changed what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRow {
    pub at: Timestamp,
    pub actor: String,
    pub role: String,
    pub action: String,
    pub patient_key: String,
    pub case_id: String,
    pub detail: String,
}

/// Something that a role has to do; open until somebody says that it is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskRow {
    pub task_id: String,
    pub kind: String,
    pub case_id: String,
    pub patient_key: String,
    pub words: String,
    /// Role code of the owner.
    pub owner: String,
    pub due: Option<Timestamp>,
    pub opened: Timestamp,
    pub done: Option<Timestamp>,
    pub done_by: String,
}

/// A computed preparation plan, kept whole with what it was computed from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanRow {
    pub case_id: String,
    pub case_version: i64,
    pub computed: Timestamp,
    pub knowledge_version: String,
    pub body: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountRow {
    pub name: String,
    pub display_name: String,
    pub password_hash: String,
    /// Role codes, separated by commas.
    pub roles: String,
    pub disabled: bool,
    pub created: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    pub token_sha256: String,
    pub account: String,
    pub role: String,
    pub csrf: String,
    pub created: Timestamp,
    pub seen: Timestamp,
    pub expires: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MachineTokenRow {
    pub token_sha256: String,
    pub name: String,
    pub scope: String,
    pub created: Timestamp,
    pub revoked: Option<Timestamp>,
}

/// A patient's code to the own page; only its hash is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatientCodeRow {
    pub code_sha256: String,
    pub case_id: String,
    pub patient_key: String,
    pub created: Timestamp,
    pub expires: Timestamp,
    pub failures: i64,
    /// How often it has opened the page.
    pub uses: i64,
}

/// Failed tries of one subject (account, address, code) and until when it has to wait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThrottleRow {
    pub subject: String,
    pub failures: i64,
    pub until: Timestamp,
}
