//! One write is one value: everything in a [`Commit`] becomes true together or not at all.

use crate::rows::{
    AccountRow, AuditRow, CaseKeyRow, CaseRow, InboxRow, LaboratoryRow, MachineTokenRow, ObjectRow,
    OutboxRow, PatientCodeRow, PatientRow, PlanRow, QuarantineRow, SessionRow, TaskRow,
    ThrottleRow, WorklistRow,
};
use jiff::Timestamp;
use model::{CaseId, PatientKey};

/// Which history an event belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stream {
    Case(CaseId),
    Patient(PatientKey),
}

impl Stream {
    /// The text key of the event table.
    pub fn key(&self) -> String {
        match self {
            Self::Case(id) => format!("case:{id}"),
            Self::Patient(key) => format!("patient:{key}"),
        }
    }
}

/// An event on its way into the store; `body` is the JSON made by [`crate::event_body`] or by the room that owns
/// the stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    pub at: Timestamp,
    pub actor: String,
    pub role: String,
    pub kind: String,
    pub body: String,
}

/// One thing that becomes true.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Appends to a stream that must stand at `expected` (number of events so far); otherwise the whole
    /// commit is refused as stale.
    Append {
        stream: Stream,
        expected: i64,
        events: Vec<NewEvent>,
    },
    PutPatient(PatientRow),
    /// An identifier points to one patient; putting it again moves it (a merge).
    PutIdentifier {
        issuer: String,
        value: String,
        patient_key: String,
    },
    /// An identifier becomes this patient's, or is it already; the commit is stale when another patient has it
    /// meanwhile.
    ClaimIdentifier {
        issuer: String,
        value: String,
        patient_key: String,
    },
    /// An identifier that was wrong no longer leads to this patient.
    DropIdentifier {
        issuer: String,
        value: String,
        patient_key: String,
    },
    PutCase(CaseRow),
    AddCaseKey(CaseKeyRow),
    /// The case is not found by this any more.
    DropCaseKey(CaseKeyRow),
    /// Something that only one may have (the case of an order) becomes this one's, or is it already; the commit is
    /// stale when another has it meanwhile.
    Claim {
        what: String,
        by: String,
    },
    /// Replaces all worklist steps of the case by these.
    PutWorklist {
        case_id: String,
        steps: Vec<WorklistRow>,
    },
    AddLaboratory(LaboratoryRow),
    /// Moves the laboratory values of a merged patient.
    MoveLaboratory {
        from: String,
        to: String,
    },
    /// Refused as a duplicate when (sender, message id) is there already.
    TakeIn(InboxRow),
    /// `entry` is given by the database.
    Quarantine(QuarantineRow),
    ResolveQuarantine {
        entry: i64,
        at: Timestamp,
        by: String,
    },
    /// Does nothing when the same instance with the same bytes is there already.
    AddObject(ObjectRow),
    /// Files the objects of a study that no case has yet under a case.
    FileStudy {
        study_uid: String,
        case_id: String,
    },
    /// Takes the objects of a study off a case: no case has them then.
    UnfileStudy {
        study_uid: String,
        case_id: String,
    },
    /// Files one object under a case.
    FileObject {
        sop_instance_uid: String,
        case_id: String,
    },
    Send(OutboxRow),
    Sent {
        entry: i64,
        at: Timestamp,
    },
    /// Takes back everything about this subject that has not gone out yet.
    Withdraw {
        subject: String,
        at: Timestamp,
        why: String,
    },
    SendFailed {
        entry: i64,
        failure: String,
        next: Timestamp,
    },
    Audit(AuditRow),
    PutTask(TaskRow),
    CloseTask {
        task_id: String,
        at: Timestamp,
        by: String,
    },
    /// Closes every open task of this kind on a case.
    CloseTasksOfKind {
        case_id: String,
        kind: String,
        at: Timestamp,
        by: String,
    },
    PutPlan(PlanRow),
    PutAccount(AccountRow),
    PutSession(SessionRow),
    /// The sign of life of a session that is still there: one that was ended meanwhile stays ended.
    TouchSession {
        token_sha256: String,
        seen: Timestamp,
        expires: Timestamp,
    },
    EndSession {
        token_sha256: String,
    },
    EndSessionsOf {
        account: String,
    },
    PutMachineToken(MachineTokenRow),
    PutPatientCode(PatientCodeRow),
    EndPatientCodes {
        patient_key: String,
    },
    PutThrottle(ThrottleRow),
    ClearThrottle {
        subject: String,
    },
    /// A fact about the database itself (`demonstration`, `clock_started`, …).
    PutFact {
        name: String,
        value: String,
    },
}

/// Everything that one command makes true.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Commit {
    pub changes: Vec<Change>,
}

impl Commit {
    pub fn one(change: Change) -> Self {
        Self {
            changes: vec![change],
        }
    }

    pub fn add(&mut self, change: Change) -> &mut Self {
        self.changes.push(change);
        self
    }

    pub fn extend(&mut self, changes: impl IntoIterator<Item = Change>) -> &mut Self {
        self.changes.extend(changes);
        self
    }

    /// The cases whose board rows change: who watches the board is told after the commit.
    pub fn touched_cases(&self) -> Vec<String> {
        let mut cases: Vec<String> = self
            .changes
            .iter()
            .filter_map(|change| match change {
                Change::PutCase(row) => Some(row.case_id.clone()),
                Change::Append {
                    stream: Stream::Case(id),
                    ..
                } => Some(id.as_str().to_owned()),
                Change::PutTask(row) => Some(row.case_id.clone()),
                _ => None,
            })
            .collect();
        cases.sort();
        cases.dedup();
        cases
    }
}
