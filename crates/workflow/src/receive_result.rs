//! Laboratory values arrive. Every one is kept; a code that nobody has mapped is a task.

use crate::desk::WorkError;
use crate::draft::{Draft, Task};
use crate::incoming::{IncomingResult, IncomingResults, OrderNumber};
use crate::laboratory;
use crate::receive_message::ReceiveError;
use crate::receive_patient_message::{Stay, patient_of};
use model::Role;
use store::Change;

pub(crate) async fn apply(
    draft: &mut Draft<'_>,
    results: &IncomingResults,
) -> Result<(), ReceiveError> {
    let patient = patient_of(draft, &results.patient, Stay::NotStated).await?;
    let known = draft.desk.query().laboratory(patient.key.as_str()).await?;
    let mut unmapped: Vec<&IncomingResult> = Vec::new();
    for result in &results.results {
        let number =
            |n: &Option<OrderNumber>| n.as_ref().map(|n| n.value.clone()).unwrap_or_default();
        let numbers = (number(&result.placer), number(&result.filler));
        let row = laboratory::row(
            patient.key.as_str(),
            &result.value,
            (&numbers.0, &numbers.1),
            draft.at,
        )
        .map_err(|error| WorkError::Damaged(error.to_string()))?;
        // The same value sent again under another message number is still one value.
        let is_known = known.iter().any(|known| {
            (
                &known.analyte,
                &known.code,
                known.specimen,
                &known.status,
                &known.body,
            ) == (
                &row.analyte,
                &row.code,
                row.specimen,
                &row.status,
                &row.body,
            )
        });
        if !is_known {
            draft.add(Change::AddLaboratory(row));
        }
        let same_code = |other: &&IncomingResult| {
            (&other.value.code, &other.value.code_system)
                == (&result.value.code, &result.value.code_system)
        };
        if result.value.analyte.is_none() && !unmapped.iter().any(same_code) {
            unmapped.push(result);
        }
    }
    draft.mark_for_planning(&patient);
    for result in unmapped {
        let value = &result.value;
        draft.put_task(Task {
            // One task for a code of a sender, however many patients have it.
            id: format!(
                "laboratory_code:{}:{}:{}",
                draft.sender(),
                value.code_system,
                value.code
            ),
            kind: "laboratory_code_not_mapped",
            case: None,
            patient: &patient,
            words: format!(
                "laboratory code not mapped: {} ({} {}) from {}",
                value.code_text,
                value.code_system,
                value.code,
                draft.sender()
            ),
            owner: Role::Coordinator,
        });
    }
    Ok(())
}
