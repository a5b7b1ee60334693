//! A study that was filed under the wrong case leaves it: its objects wait under Unmatched, its dose counts no more.

use crate::act_on_case::{ActError, act_with};
use crate::desk::Desk;
use crate::file_object::{ATTACHED, DETACHED, attached_value};
use crate::object_summary::ObjectSummary;
use case::{Actor, Case, Command};
use model::StudyUid;
use store::Change;
use store::rows::{AuditRow, CaseKeyRow};

/// Why a study was not detached.
#[derive(Debug, thiserror::Error)]
pub enum NotDetached {
    #[error("this case has no such study")]
    NoSuchStudy,
    #[error(transparent)]
    Act(#[from] ActError),
}

/// Takes a study with all its objects off a case. What comes later of it waits for a person too.
///
/// * `expected` – the version of the case that the person saw.
/// # Errors
/// See [`NotDetached`]; then nothing has changed.
pub async fn detach_study(
    desk: &Desk,
    by: &Actor,
    case_id: &str,
    expected: u64,
    study: &StudyUid,
    reason: &str,
) -> Result<Case, NotDetached> {
    let study_uid = study.to_string();
    let objects = desk.query().objects_of_study(&study_uid).await;
    let mut objects = objects.map_err(ActError::from)?;
    objects.retain(|row| row.case_id == case_id);
    let first = objects.first().ok_or(NotDetached::NoSuchStudy)?;
    let key = |kind: &str, value: String| CaseKeyRow {
        kind: kind.to_owned(),
        value,
        case_id: case_id.to_owned(),
    };
    let (actor, role) = crate::act_on_case::signature(by);
    let mut with = vec![
        Change::UnfileStudy {
            study_uid: study_uid.clone(),
            case_id: case_id.to_owned(),
        },
        Change::AddCaseKey(key(DETACHED, study_uid.clone())),
        Change::Audit(AuditRow {
            at: desk.now(),
            actor,
            role,
            action: "detach_study".to_owned(),
            patient_key: String::new(),
            case_id: case_id.to_owned(),
            detail: format!(
                "{} objects, first {}",
                objects.len(),
                first.sop_instance_uid
            ),
        }),
    ];
    for row in &objects {
        let value = attached_value(&study_uid, &ObjectSummary::read(&row.body));
        let drop = Change::DropCaseKey(key(ATTACHED, value));
        if !with.contains(&drop) {
            with.push(drop);
        }
    }
    if !is_ordered(desk, case_id, study).await? {
        with.push(Change::DropCaseKey(key("study_uid", study_uid)));
    }
    let command = Command::DetachStudy {
        study: study.clone(),
        reason: reason.to_owned(),
    };
    Ok(act_with(desk, by, case_id, Some(expected), &command, &with).await?)
}

/// Whether the order itself has this study UID: then the case is still found by it.
async fn is_ordered(desk: &Desk, case_id: &str, study: &StudyUid) -> Result<bool, ActError> {
    let case = crate::case_file::load_case(desk.query(), case_id).await?;
    let case = case.ok_or_else(|| ActError::NoSuchCase(case_id.to_owned()))?;
    Ok(case
        .procedures
        .iter()
        .any(|procedure| procedure.study.as_ref() == Some(study)))
}
