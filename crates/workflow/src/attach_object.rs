//! Staff say whose an unmatched object is. The rest of its study goes with it, and what comes later of the study.

use crate::act_on_case::ActError;
use crate::desk::Desk;
use crate::file_object::{ATTACHED, DETACHED, attached_value};
use crate::object_summary::ObjectSummary;
use crate::receive_object::{act_with_all, commands};
use case::{Actor, Command};
use store::Change;
use store::rows::{AuditRow, CaseKeyRow, ObjectRow};

/// Why an object was not attached.
#[derive(Debug, thiserror::Error)]
pub enum NotAttached {
    #[error("there is no such object")]
    NoSuchObject,
    #[error("the object belongs to case {0} already")]
    Taken(String),
    #[error(transparent)]
    Act(#[from] ActError),
}

/// Attaches an unmatched object, with the other unmatched objects of its study, to a case. Returns how many.
/// # Errors
/// See [`NotAttached`]; then nothing has changed.
pub async fn attach_object(
    desk: &Desk,
    by: &Actor,
    sop_instance_uid: &str,
    case_id: &str,
) -> Result<usize, NotAttached> {
    let versions = desk
        .query()
        .object(sop_instance_uid)
        .await
        .map_err(ActError::from)?;
    let object = versions.first().ok_or(NotAttached::NoSuchObject)?;
    if let Some(taken) = versions.iter().find(|row| !row.case_id.is_empty()) {
        return Err(NotAttached::Taken(taken.case_id.clone()));
    }
    let case = desk.query().case(case_id).await.map_err(ActError::from)?;
    let case = case.ok_or_else(|| ActError::NoSuchCase(case_id.to_owned()))?;
    let objects = with_its_study(desk, object, versions.clone()).await?;
    let mut orders: Vec<Command> = Vec::new();
    let mut changes = Vec::new();
    for row in &objects {
        let summary = ObjectSummary::read(&row.body);
        for command in commands(row, &summary) {
            if !is_there(&orders, &command) {
                orders.push(command);
            }
        }
        if !row.study_uid.is_empty() {
            let key = CaseKeyRow {
                kind: ATTACHED.to_owned(),
                value: attached_value(&row.study_uid, &summary),
                case_id: case_id.to_owned(),
            };
            changes.push(Change::AddCaseKey(key));
        }
    }
    changes.dedup();
    if !object.study_uid.is_empty() {
        changes.push(Change::DropCaseKey(CaseKeyRow {
            kind: DETACHED.to_owned(),
            value: object.study_uid.clone(),
            case_id: case_id.to_owned(),
        }));
    }
    if object.study_uid.is_empty() {
        changes.push(Change::FileObject {
            sop_instance_uid: sop_instance_uid.to_owned(),
            case_id: case_id.to_owned(),
        });
    } else {
        changes.push(Change::FileStudy {
            study_uid: object.study_uid.clone(),
            case_id: case_id.to_owned(),
        });
    }
    let (actor, role) = crate::act_on_case::signature(by);
    changes.push(Change::Audit(AuditRow {
        at: desk.now(),
        actor,
        role,
        action: "attach_object".to_owned(),
        patient_key: case.patient_key,
        case_id: case_id.to_owned(),
        detail: format!("{} objects, first {sop_instance_uid}", objects.len()),
    }));
    act_with_all(desk, by, case_id, &orders, &changes, &objects).await?;
    Ok(objects.len())
}

async fn with_its_study(
    desk: &Desk,
    object: &ObjectRow,
    alone: Vec<ObjectRow>,
) -> Result<Vec<ObjectRow>, NotAttached> {
    if object.study_uid.is_empty() {
        return Ok(alone);
    }
    let study = desk
        .query()
        .objects_of_study(&object.study_uid)
        .await
        .map_err(ActError::from)?;
    Ok(study
        .into_iter()
        .filter(|row| row.case_id.is_empty())
        .collect())
}

/// A study is linked once and a report counts once, however many objects speak of them.
fn is_there(orders: &[Command], command: &Command) -> bool {
    orders.iter().any(|known| match (known, command) {
        (Command::LinkStudy(known), Command::LinkStudy(new)) => known.study == new.study,
        (Command::ReceiveDose(known), Command::ReceiveDose(new)) => known.report == new.report,
        _ => false,
    })
}
