//! Somebody finds out who the patient with the tag is: the tag's record joins the person's record.

use crate::act_on_case::{ActError, decided_for, signature};
use crate::case_file::load_case;
use crate::desk::{Desk, WorkError};
use crate::open_case_by_hand::TAG_ISSUER;
use crate::patient::Patient;
use case::{Actor, Case, Command};
use model::Role;
use store::rows::{AuditRow, TaskRow};
use store::{Change, Commit, CommitError};

#[derive(Debug, thiserror::Error)]
pub enum IdentifyError {
    #[error("there is no patient {0}")]
    NoSuchPatient(String),
    #[error(
        "this record has more than a tag number; records of known people are merged by the hospital's system"
    )]
    NotUnidentified,
    #[error("this is the same record")]
    SameRecord,
    #[error(transparent)]
    Act(#[from] ActError),
}

impl From<WorkError> for IdentifyError {
    fn from(error: WorkError) -> Self {
        Self::Act(error.into())
    }
}

impl From<CommitError> for IdentifyError {
    fn from(error: CommitError) -> Self {
        Self::Act(error.into())
    }
}

/// How often it is decided again when a case changed meanwhile.
const TRIES: usize = 20;

/// Joins the record of an unidentified patient to the person's record; all its cases go along, in one commit. When the
/// person has a case open already, a task asks whether the two are one visit.
/// # Errors
/// See [`IdentifyError`].
pub async fn identify_patient(
    desk: &Desk,
    by: &Actor,
    unidentified: &str,
    person: &str,
) -> Result<Vec<Case>, IdentifyError> {
    let mut last = None;
    for _ in 0..TRIES {
        match joined(desk, by, unidentified, person).await {
            Err(IdentifyError::Act(ActError::Work(WorkError::Write(
                stale @ CommitError::Stale { .. },
            )))) => last = Some(stale),
            done => return done,
        }
    }
    Err(match last {
        Some(stale) => stale.into(),
        None => IdentifyError::SameRecord,
    })
}

async fn joined(
    desk: &Desk,
    by: &Actor,
    unidentified: &str,
    person: &str,
) -> Result<Vec<Case>, IdentifyError> {
    let load = async |key: &str| {
        Patient::load(desk.query(), key)
            .await?
            .ok_or_else(|| IdentifyError::NoSuchPatient(key.to_owned()))
    };
    let mut tagged = load(unidentified).await?;
    let mut known = load(person).await?;
    if tagged.key == known.key {
        return Err(IdentifyError::SameRecord);
    }
    let only_a_tag = tagged
        .identifiers
        .iter()
        .all(|id| id.issuer() == TAG_ISSUER);
    if !only_a_tag || tagged.merged_into.is_some() {
        return Err(IdentifyError::NotUnidentified);
    }
    let (actor, role) = signature(by);
    let at = desk.now();
    let had = desk.query().cases_of_patient(known.key.as_str()).await;
    let had = had.map_err(WorkError::from)?;
    let has_open_case = had.iter().any(|entry| entry.case.closed.is_none());
    known.identifiers.append(&mut tagged.identifiers);
    known.deceased |= tagged.deceased;
    tagged.merged_into = Some(known.key.clone());
    let mut changes = tagged.saved("patient_merged", at, &actor, &role)?;
    changes.extend(known.saved("patient_merged", at, &actor, &role)?);
    changes.push(Change::MoveLaboratory {
        from: tagged.key.to_string(),
        to: known.key.to_string(),
    });
    let mut cases = Vec::new();
    let of_tag = desk.query().cases_of_patient(unidentified).await;
    for entry in of_tag.map_err(WorkError::from)? {
        let Some(before) = load_case(desk.query(), &entry.case.case_id).await? else {
            continue;
        };
        let merge = Command::RecordPatientMerged {
            from: tagged.key.clone(),
            to: known.key.clone(),
        };
        let (after, more) = decided_for(desk, by, &before, &merge, &known).await?;
        changes.extend(more);
        if has_open_case {
            changes.push(Change::PutTask(ask_to_join(&after, at)));
        }
        cases.push(after);
    }
    changes.push(Change::Audit(AuditRow {
        at,
        actor,
        role,
        action: "identify_patient".to_owned(),
        patient_key: known.key.to_string(),
        case_id: String::new(),
        detail: format!("the record {} joined this one", tagged.key),
    }));
    desk.commit(Commit { changes }).await?;
    Ok(cases)
}

fn ask_to_join(case: &Case, at: jiff::Timestamp) -> TaskRow {
    TaskRow {
        task_id: format!("join:{}", case.id),
        kind: "join_orders".to_owned(),
        case_id: case.id.to_string(),
        patient_key: case
            .patient
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default(),
        words: "this patient is identified and has another open case: are they one visit?"
            .to_owned(),
        owner: Role::Coordinator.code().to_owned(),
        due: None,
        opened: at,
        done: None,
        done_by: String::new(),
    }
}
