//! Questions about the store as a whole: `seldinger check` asks them.

use super::cases::worklist_row;
use super::{Query, QueryError};
use crate::rows::{CaseKeyRow, WorklistRow};

/// How far a stream goes. Its versions have no gap when `first` is 1 and `last` equals `events`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamExtent {
    pub stream: String,
    pub events: i64,
    pub first: i64,
    pub last: i64,
}

impl Query {
    /// Every stream, by its key.
    /// # Errors
    /// The database's own failure; the same for every function here.
    pub async fn streams(&self) -> Result<Vec<StreamExtent>, QueryError> {
        self.all(
            "select stream, count(*) as events, min(version) as first, max(version) as last from event \
             group by stream order by stream",
            vec![],
            |row| {
                Ok(StreamExtent {
                    stream: row.try_get("", "stream")?,
                    events: row.try_get("", "events")?,
                    first: row.try_get("", "first")?,
                    last: row.try_get("", "last")?,
                })
            },
        )
        .await
    }

    /// The ids of all cases that have a row, and the keys of all patients.
    pub async fn row_keys(&self) -> Result<(Vec<String>, Vec<String>), QueryError> {
        let cases = "select case_id as k from case_row order by case_id";
        let patients = "select patient_key as k from patient order by patient_key";
        Ok((
            self.all(cases, vec![], |row| row.try_get("", "k")).await?,
            self.all(patients, vec![], |row| row.try_get("", "k"))
                .await?,
        ))
    }

    /// The worklist steps of a case, by step.
    pub async fn worklist_of_case(&self, case_id: &str) -> Result<Vec<WorklistRow>, QueryError> {
        self.all(
            "select * from worklist_step where case_id = $1 order by step",
            vec![case_id.into()],
            worklist_row,
        )
        .await
    }

    /// Everything that a case is found by.
    pub async fn keys_of_case(&self, case_id: &str) -> Result<Vec<CaseKeyRow>, QueryError> {
        self.all(
            "select kind, value, case_id from case_key where case_id = $1",
            vec![case_id.into()],
            |row| {
                Ok(CaseKeyRow {
                    kind: row.try_get("", "kind")?,
                    value: row.try_get("", "value")?,
                    case_id: row.try_get("", "case_id")?,
                })
            },
        )
        .await
    }
}
