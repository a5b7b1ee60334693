//! A step that a modality asks for has a Study Instance UID: one that came without gets one of ours, and keeps it.

use crate::act_on_case::{ActError, act_on_case};
use crate::case_file::load_case;
use crate::desk::{Desk, WorkError};
use crate::new_numbers::new_study_uid;
use case::{Actor, Command, Door, OrderChange, OrderNumbers, ProcedureNumber};
use model::StudyUid;

/// How often it is tried again when the case changed meanwhile.
const TRIES: usize = 10;

/// The study UID of a procedure; made and written when there is none. Two who ask at once get the same.
/// # Errors
/// The database; no such procedure is damage, as its step came out of the same store.
pub async fn study_of(desk: &Desk, case_id: &str, number: u16) -> Result<StudyUid, WorkError> {
    let damaged =
        |why: &str| WorkError::Damaged(format!("case {case_id}, procedure {number}: {why}"));
    for _ in 0..TRIES {
        let case = load_case(desk.query(), case_id)
            .await?
            .ok_or_else(|| damaged("no such case"))?;
        let procedure = case
            .procedure(ProcedureNumber(number))
            .map_err(|refusal| damaged(&refusal.to_string()))?;
        if let Some(study) = &procedure.study {
            return Ok(study.clone());
        }
        let given = Command::ChangeOrder(OrderChange {
            number: procedure.number,
            orders: OrderNumbers::default(),
            accession: None,
            study: Some(new_study_uid(desk).await?),
            sender_code: None,
            procedure: None,
            side: None,
            site: None,
            indication: None,
            wanted_at: None,
        });
        let by = Actor::Sender {
            door: Door::Dicom,
            name: "worklist".to_owned(),
        };
        match act_on_case(desk, &by, case_id, Some(case.version), &given).await {
            Ok(_) | Err(ActError::Changed { .. }) => {}
            Err(ActError::Work(error)) => return Err(error),
            Err(other) => return Err(damaged(&other.to_string())),
        }
    }
    Err(damaged("it changes too often"))
}
