//! Cases, their worklist steps, tasks, plans and objects.

use super::{Query, QueryError, at, maybe_at};
use crate::rows::{CaseRow, ObjectRow, PatientRow, PlanRow, TaskRow, WorklistRow};
use crate::sql::{micros, optional_micros};
use jiff::Timestamp;
use sea_orm::{DbErr, QueryResult, Value};

/// A case with its patient, as one line of the board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoardEntry {
    pub case: CaseRow,
    pub patient: PatientRow,
}

/// What a modality asks for. Empty texts match everything; times are inclusive.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WorklistFilter {
    pub station_ae: String,
    pub modality: String,
    pub accession_number: String,
    pub study_uid: String,
    pub patient_id: String,
    pub from: Option<Timestamp>,
    pub until: Option<Timestamp>,
}

const CASE: &str = "case_row.case_id, case_row.patient_key, case_row.version, case_row.state, \
    case_row.start_us, case_row.room, case_row.gate_now, case_row.gate_if_completed, \
    case_row.closed_us, case_row.changed_us, case_row.body";

fn case_row(row: &QueryResult) -> Result<CaseRow, DbErr> {
    Ok(CaseRow {
        case_id: row.try_get("", "case_id")?,
        patient_key: row.try_get("", "patient_key")?,
        version: row.try_get("", "version")?,
        state: row.try_get("", "state")?,
        start: maybe_at(row, "start_us")?,
        room: row.try_get("", "room")?,
        gate_now: row.try_get("", "gate_now")?,
        gate_if_completed: row.try_get("", "gate_if_completed")?,
        closed: maybe_at(row, "closed_us")?,
        changed: at(row, "changed_us")?,
        body: row.try_get("", "body")?,
    })
}

pub(super) fn worklist_row(row: &QueryResult) -> Result<WorklistRow, DbErr> {
    Ok(WorklistRow {
        case_id: row.try_get("", "case_id")?,
        step: row.try_get("", "step")?,
        patient_key: row.try_get("", "patient_key")?,
        accession_number: row.try_get("", "accession_number")?,
        study_uid: row.try_get("", "study_uid")?,
        station_ae: row.try_get("", "station_ae")?,
        modality: row.try_get("", "modality")?,
        start: at(row, "start_us")?,
        body: row.try_get("", "body")?,
    })
}

fn task_row(row: &QueryResult) -> Result<TaskRow, DbErr> {
    Ok(TaskRow {
        task_id: row.try_get("", "task_id")?,
        kind: row.try_get("", "kind")?,
        case_id: row.try_get("", "case_id")?,
        patient_key: row.try_get("", "patient_key")?,
        words: row.try_get("", "words")?,
        owner: row.try_get("", "owner")?,
        due: maybe_at(row, "due_us")?,
        opened: at(row, "opened_us")?,
        done: maybe_at(row, "done_us")?,
        done_by: row.try_get("", "done_by")?,
    })
}

fn object_row(row: &QueryResult) -> Result<ObjectRow, DbErr> {
    Ok(ObjectRow {
        sop_instance_uid: row.try_get("", "sop_instance_uid")?,
        sha256: row.try_get("", "sha256")?,
        sop_class_uid: row.try_get("", "sop_class_uid")?,
        study_uid: row.try_get("", "study_uid")?,
        series_uid: row.try_get("", "series_uid")?,
        transfer_syntax: row.try_get("", "transfer_syntax")?,
        bytes: row.try_get("", "bytes")?,
        received: at(row, "received_us")?,
        sender: row.try_get("", "sender")?,
        case_id: row.try_get("", "case_id")?,
        kind: row.try_get("", "kind")?,
        body: row.try_get("", "body")?,
    })
}

fn plan_row(row: &QueryResult) -> Result<PlanRow, DbErr> {
    Ok(PlanRow {
        case_id: row.try_get("", "case_id")?,
        case_version: row.try_get("", "case_version")?,
        computed: at(row, "computed_us")?,
        knowledge_version: row.try_get("", "knowledge_version")?,
        body: row.try_get("", "body")?,
    })
}

impl Query {
    pub async fn case(&self, case_id: &str) -> Result<Option<CaseRow>, QueryError> {
        let text = format!("select {CASE} from case_row where case_id = $1");
        self.one(&text, vec![case_id.into()], case_row).await
    }

    /// Cases that start in `from..until`, with their patients, by start and room.
    pub async fn board(
        &self,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<BoardEntry>, QueryError> {
        self.entries(
            "start_us >= $1 and start_us < $2",
            vec![micros(from), micros(until)],
        )
        .await
    }

    /// Cases in one of these states, whatever their day.
    pub async fn cases_in_states(&self, states: &[&str]) -> Result<Vec<BoardEntry>, QueryError> {
        let places: Vec<String> = (1..=states.len()).map(|n| format!("${n}")).collect();
        let test = format!("case_row.state in ({})", places.join(", "));
        self.entries(
            &test,
            states.iter().map(|state| Value::from(*state)).collect(),
        )
        .await
    }

    pub async fn cases_of_patient(&self, patient_key: &str) -> Result<Vec<BoardEntry>, QueryError> {
        self.entries("case_row.patient_key = $1", vec![patient_key.into()])
            .await
    }

    /// Cases of every patient who has this identifier, whoever gave it.
    pub async fn cases_of_patient_id(&self, value: &str) -> Result<Vec<BoardEntry>, QueryError> {
        let test = "exists (select 1 from patient_identifier where \
            patient_identifier.patient_key = case_row.patient_key and value = $1)";
        self.entries(test, vec![value.into()]).await
    }

    /// Cases that are not closed or cancelled, newest change first is not promised; by start.
    pub async fn open_cases(&self) -> Result<Vec<BoardEntry>, QueryError> {
        self.entries(
            "case_row.closed_us is null and case_row.state <> 'cancelled'",
            vec![],
        )
        .await
    }

    async fn entries(&self, test: &str, values: Vec<Value>) -> Result<Vec<BoardEntry>, QueryError> {
        let text = format!(
            "select {CASE}, {} from case_row join patient on patient.patient_key = case_row.patient_key \
             where {test} order by start_us, room, case_id",
            super::patients::AS_PARTNER
        );
        self.all(&text, values, |row| {
            Ok(BoardEntry {
                case: case_row(row)?,
                patient: super::patients::as_partner(row)?,
            })
        })
        .await
    }

    /// Ids of the cases that have this key; see [`crate::rows::CaseKeyRow`] for the kinds.
    pub async fn cases_by_key(&self, kind: &str, value: &str) -> Result<Vec<String>, QueryError> {
        self.all(
            "select case_id from case_key where kind = $1 and value = $2 order by case_id",
            vec![kind.into(), value.into()],
            |row| row.try_get("", "case_id"),
        )
        .await
    }

    /// Worklist steps with their patients, by start.
    pub async fn worklist(
        &self,
        filter: &WorklistFilter,
    ) -> Result<Vec<(WorklistRow, PatientRow)>, QueryError> {
        let mut tests = vec!["1 = 1".to_owned()];
        let mut values: Vec<Value> = vec![];
        let texts = [
            ("station_ae", &filter.station_ae),
            ("modality", &filter.modality),
            ("accession_number", &filter.accession_number),
            ("study_uid", &filter.study_uid),
        ];
        for (column, wanted) in texts.into_iter().filter(|(_, wanted)| !wanted.is_empty()) {
            values.push(wanted.into());
            tests.push(format!("worklist_step.{column} = ${}", values.len()));
        }
        if !filter.patient_id.is_empty() {
            values.push(filter.patient_id.as_str().into());
            tests.push(format!(
                "exists (select 1 from patient_identifier where \
                 patient_identifier.patient_key = worklist_step.patient_key and value = ${})",
                values.len()
            ));
        }
        for (sign, bound) in [(">=", filter.from), ("<=", filter.until)] {
            if bound.is_some() {
                values.push(optional_micros(bound));
                tests.push(format!("worklist_step.start_us {sign} ${}", values.len()));
            }
        }
        let text = format!(
            "select case_id, step, worklist_step.patient_key, accession_number, study_uid, station_ae, \
             modality, start_us, worklist_step.body, {} from worklist_step \
             join patient on patient.patient_key = worklist_step.patient_key \
             where {} order by start_us, case_id, step",
            super::patients::AS_PARTNER,
            tests.join(" and ")
        );
        self.all(&text, values, |row| {
            Ok((worklist_row(row)?, super::patients::as_partner(row)?))
        })
        .await
    }

    /// Tasks that nobody has closed, the earliest due first, those without a due time last.
    pub async fn open_tasks(&self) -> Result<Vec<TaskRow>, QueryError> {
        self.all(
            "select * from task where done_us is null \
             order by case when due_us is null then 1 else 0 end, due_us, opened_us, task_id",
            vec![],
            task_row,
        )
        .await
    }

    /// All tasks of a case, open ones first.
    pub async fn tasks_of_case(&self, case_id: &str) -> Result<Vec<TaskRow>, QueryError> {
        self.all(
            "select * from task where case_id = $1 \
             order by case when done_us is null then 0 else 1 end, due_us, task_id",
            vec![case_id.into()],
            task_row,
        )
        .await
    }

    /// The plan computed last.
    pub async fn plan(&self, case_id: &str) -> Result<Option<PlanRow>, QueryError> {
        self.one(
            "select * from plan where case_id = $1 order by computed_us desc limit 1",
            vec![case_id.into()],
            plan_row,
        )
        .await
    }

    pub async fn objects_of_case(&self, case_id: &str) -> Result<Vec<ObjectRow>, QueryError> {
        self.all(
            "select * from object where case_id = $1 order by received_us, sop_instance_uid",
            vec![case_id.into()],
            object_row,
        )
        .await
    }

    pub async fn objects_of_study(&self, study_uid: &str) -> Result<Vec<ObjectRow>, QueryError> {
        self.all(
            "select * from object where study_uid = $1 order by received_us, sop_instance_uid",
            vec![study_uid.into()],
            object_row,
        )
        .await
    }

    /// All versions of one instance: one, unless somebody sent other bytes under the same UID.
    pub async fn object(&self, sop_instance_uid: &str) -> Result<Vec<ObjectRow>, QueryError> {
        self.all(
            "select * from object where sop_instance_uid = $1 order by received_us",
            vec![sop_instance_uid.into()],
            object_row,
        )
        .await
    }

    /// Dose reports that a case has, received in `from..until`, newest first, at most `limit`.
    pub async fn dose_reports(
        &self,
        from: Timestamp,
        until: Timestamp,
        limit: i64,
    ) -> Result<Vec<ObjectRow>, QueryError> {
        self.all(
            "select * from object where kind = 'dose_report' and case_id <> '' \
             and received_us >= $1 and received_us < $2 \
             order by received_us desc, sop_instance_uid limit $3",
            vec![micros(from), micros(until), limit.into()],
            object_row,
        )
        .await
    }

    /// Objects that no case has, newest first.
    pub async fn unmatched(&self) -> Result<Vec<ObjectRow>, QueryError> {
        self.all(
            "select * from object where case_id = '' order by received_us desc, sop_instance_uid",
            vec![],
            object_row,
        )
        .await
    }
}
