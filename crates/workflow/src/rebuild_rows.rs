//! Works the read rows of every case and patient out of the events alone and writes them anew.
//!
//! What no event holds stays as it is: laboratory values, objects, plans, messages, accounts.

use crate::case_file::{case_rows, load_case};
use crate::desk::{Desk, WorkError};
use crate::patient::Patient;
use store::rows::PatientRow;
use store::{Change, Commit};

/// Rewrites the rows; gives the number of streams. Nobody else may write meanwhile.
/// # Errors
/// The database, or an event that this program cannot read.
pub async fn rebuild_rows(desk: &Desk) -> Result<usize, WorkError> {
    let streams = desk.query().streams().await?;
    // Patients first: a case's row names its patient's.
    for stream in &streams {
        if let Some(key) = stream.stream.strip_prefix("patient:") {
            let changes = patient_rows(desk, key).await?;
            desk.commit(Commit { changes }).await?;
        }
    }
    for stream in &streams {
        if let Some(id) = stream.stream.strip_prefix("case:") {
            let changes = rows_of_case(desk, id).await?;
            desk.commit(Commit { changes }).await?;
        }
    }
    Ok(streams.len())
}

/// The last event of a patient holds the whole person.
async fn patient_rows(desk: &Desk, key: &str) -> Result<Vec<Change>, WorkError> {
    let events = desk.query().events(&format!("patient:{key}")).await?;
    let Some(last) = events.last() else {
        return Ok(Vec::new());
    };
    let mut patient = Patient::from_row(&PatientRow {
        patient_key: key.to_owned(),
        version: last.version,
        family: String::new(),
        given: String::new(),
        birth_date: String::new(),
        sex: String::new(),
        deceased: false,
        restricted: false,
        merged_into: None,
        body: last.body.clone(),
    })?;
    patient.version -= 1;
    let mut changes = patient.saved(&last.kind, last.at, &last.actor, &last.role)?;
    changes.retain(|change| !matches!(change, Change::Append { .. }));
    Ok(changes)
}

async fn rows_of_case(desk: &Desk, id: &str) -> Result<Vec<Change>, WorkError> {
    let events = desk.query().events(&format!("case:{id}")).await?;
    let case = load_case(desk.query(), id).await?;
    match (case, events.last()) {
        (Some(case), Some(last)) => case_rows(desk, &case, last.at),
        _ => Ok(Vec::new()),
    }
}
