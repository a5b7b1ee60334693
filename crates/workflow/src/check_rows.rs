//! Whether the read rows say what the events say: each case is replayed and its rows are worked out again.

use crate::case_file::{case_rows, load_case};
use crate::desk::{Desk, WorkError};
use store::query::StreamExtent;
use store::{Change, Query};

/// What a look at every stream found. The words name cases and patients by their keys only.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Checked {
    pub cases: usize,
    pub patients: usize,
    pub events: i64,
    pub wrong: Vec<String>,
}

/// Rows are read while others write: a difference counts when it stays this many times.
const LOOKS: usize = 3;

/// Replays every stream and compares.
/// # Errors
/// The database does not answer. Everything else is a finding.
pub async fn check_rows(desk: &Desk) -> Result<Checked, WorkError> {
    let mut checked = Checked::default();
    let (cases, patients) = desk.query().row_keys().await?;
    let streams = desk.query().streams().await?;
    for stream in &streams {
        checked.events += stream.events;
        checked.wrong.extend(gap(stream));
    }
    let known = |key: &str| streams.iter().any(|stream| stream.stream == key);
    for key in patients {
        checked.patients += 1;
        if known(&format!("patient:{key}")) {
            checked.wrong.extend(patient(desk.query(), &key).await?);
        } else {
            checked
                .wrong
                .push(format!("patient {key}: a row without events"));
        }
    }
    for id in &cases {
        if !known(&format!("case:{id}")) {
            checked
                .wrong
                .push(format!("case {id}: a row without events"));
        }
    }
    for stream in &streams {
        if let Some(id) = stream.stream.strip_prefix("case:") {
            checked.cases += 1;
            checked.wrong.extend(case(desk, id).await?);
        }
    }
    Ok(checked)
}

fn gap(stream: &StreamExtent) -> Option<String> {
    let is_whole = stream.first == 1 && stream.last == stream.events;
    (!is_whole).then(|| {
        format!(
            "{}: {} events with versions {} to {}: some are missing",
            stream.stream, stream.events, stream.first, stream.last
        )
    })
}

/// A patient's event holds the whole person; the row is the last one.
async fn patient(query: &Query, key: &str) -> Result<Option<String>, WorkError> {
    let mut found = None;
    for _ in 0..LOOKS {
        let events = query.events(&format!("patient:{key}")).await?;
        let row = query.patient(key).await?;
        let fits = match (&row, events.last()) {
            (Some(row), Some(last)) => row.version == last.version && row.body == last.body,
            _ => false,
        };
        if fits {
            return Ok(None);
        }
        found = Some(format!(
            "patient {key}: the row is not what the last event says"
        ));
    }
    Ok(found)
}

async fn case(desk: &Desk, id: &str) -> Result<Vec<String>, WorkError> {
    let mut found = Vec::new();
    for _ in 0..LOOKS {
        found = case_once(desk, id).await?;
        if found.is_empty() {
            break;
        }
    }
    Ok(found)
}

async fn case_once(desk: &Desk, id: &str) -> Result<Vec<String>, WorkError> {
    let query = desk.query();
    let events = query.events(&format!("case:{id}")).await?;
    let Some(changed) = events.last().map(|last| last.at) else {
        return Ok(vec![format!("case {id}: no events")]);
    };
    let replayed = match load_case(query, id).await {
        Ok(Some(case)) => case,
        Ok(None) => return Ok(vec![format!("case {id}: no such id")]),
        Err(WorkError::Read(failed)) => return Err(failed.into()),
        Err(other) => return Ok(vec![format!("case {id}: {other}")]),
    };
    let mut wrong = Vec::new();
    let stored_keys = query.keys_of_case(id).await?;
    for change in case_rows(desk, &replayed, changed)? {
        match change {
            Change::PutCase(row) => match query.case(id).await? {
                None => wrong.push(format!("case {id}: events without a row")),
                Some(stored) if stored == row => {}
                Some(stored) if stored.body == row.body => {
                    wrong.push(format!(
                        "case {id}: the row is not what its events say (row {} at {}, events {} at {})",
                        stored.state, stored.version, row.state, row.version
                    ));
                }
                Some(_) => wrong.push(format!(
                    "case {id}: the row's summary is not what its events say"
                )),
            },
            Change::PutWorklist { mut steps, .. } => {
                steps.sort_by(|a, b| a.step.cmp(&b.step));
                if query.worklist_of_case(id).await? != steps {
                    wrong.push(format!(
                        "case {id}: the worklist steps are not what its events say"
                    ));
                }
            }
            Change::AddCaseKey(key) if !stored_keys.contains(&key) => {
                wrong.push(format!("case {id}: it is not found by its {}", key.kind));
            }
            _ => {}
        }
    }
    Ok(wrong)
}
