//! A plan that is worked out anew: what it says that the last one did not, why, and who has to be told.

use crate::act_on_case::signature;
use crate::desk::{Desk, WorkError};
use crate::patient::Patient;
use crate::plan_case::Planned;
use crate::plan_facts::wall_clock;
use case::{Actor, Case, Command, PreparationFact, State};
use jiff::Timestamp;
use model::Role;
use preparation::difference::{LineChange, Part, PlanLine, difference, lines};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::Change;
use store::rows::{PlanRow, TaskRow};

/// What changed last in the plan of a case. Stands beside the plan that it led to.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PlanChange {
    /// ISO instant.
    pub at: String,
    /// What led to it: the word of a command, or `facts`.
    pub because: String,
    /// Who did that, as the audit writes it.
    pub by: String,
    pub lines: Vec<ChangedLine>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ChangedLine {
    /// Code of [`Part`].
    pub part: String,
    pub subject: String,
    pub before: Option<String>,
    pub after: Option<String>,
}

/// A line of a plan as its row keeps it.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct StoredLine {
    part: String,
    subject: String,
    says: String,
}

/// The kind of task that asks somebody to tell what changed.
pub const TASK: &str = "plan_changed";

impl PlanChange {
    /// Of a stored plan; `None` when nothing has changed since its first one.
    pub fn read(row: &PlanRow) -> Option<Self> {
        let body: Value = serde_json::from_str(&row.body).ok()?;
        serde_json::from_value(body.get("changed")?.clone()).ok()
    }
}

impl From<LineChange> for ChangedLine {
    fn from(change: LineChange) -> Self {
        Self {
            part: change.part.code().to_owned(),
            subject: change.subject,
            before: change.before,
            after: change.after,
        }
    }
}

impl ChangedLine {
    /// `apixaban: hold, last dose … (before: continue)`.
    pub fn words(&self) -> String {
        let subject = if self.subject.is_empty() {
            self.part.replace('_', " ")
        } else {
            self.subject.replace('_', " ")
        };
        match (&self.before, &self.after) {
            (Some(before), Some(after)) => format!("{subject}: {after} (before: {before})"),
            (None, Some(after)) => format!("{subject}: {after} (new)"),
            (Some(before), None) => format!("{subject}: no longer (before: {before})"),
            (None, None) => subject,
        }
    }

    /// The patient or the ward has to do something else than they were told.
    pub fn is_instruction(&self) -> bool {
        Part::from_code(&self.part).is_some_and(Part::is_instruction)
    }
}

/// The lines that a stored plan said; none for a row of a version that did not keep them.
pub fn stored_lines(row: &PlanRow) -> Option<Vec<PlanLine>> {
    let body: Value = serde_json::from_str(&row.body).ok()?;
    let stored: Vec<StoredLine> = serde_json::from_value(body.get("lines")?.clone()).ok()?;
    let line = |line: StoredLine| {
        Some(PlanLine {
            part: Part::from_code(&line.part)?,
            subject: line.subject,
            says: line.says,
        })
    };
    Some(stored.into_iter().filter_map(line).collect())
}

/// Why a plan is worked out anew.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Because<'a> {
    pub words: &'a str,
    pub by: &'a Actor,
}

/// The row of the new plan with what changed in it, and the task to tell it.
///
/// Nothing when it says exactly what the last one said.
pub(crate) async fn plan_changes(
    desk: &Desk,
    after: &Case,
    patient: &Patient,
    planned: &Planned,
    because: Because<'_>,
) -> Result<Vec<Change>, WorkError> {
    let (Some(row), Some(plan)) = (&planned.row, &planned.plan) else {
        return Ok(Vec::new());
    };
    let last = desk.query().plan(after.id.as_str()).await?;
    let zone = desk.site().zone_or_utc();
    let now = lines(plan, wall_clock(row.computed, &zone));
    let before = last.as_ref().and_then(stored_lines);
    let is_known = before.is_some();
    let changed: Vec<ChangedLine> = before
        .map(|before| difference(&before, &now))
        .unwrap_or_default()
        .into_iter()
        .map(ChangedLine::from)
        .collect();
    let damaged = |error: serde_json::Error| WorkError::Damaged(error.to_string());
    let mut body: Value = serde_json::from_str(&row.body).map_err(damaged)?;
    // The same lines by the same rules: nothing to keep. (Only moments that read "now" have moved.)
    let says_the_same = changed.is_empty()
        && is_known
        && last.as_ref().is_some_and(|last| {
            let before: Value = serde_json::from_str(&last.body).unwrap_or_default();
            last.knowledge_version == row.knowledge_version
                && before.get("provenance") == body.get("provenance")
        });
    if says_the_same {
        return Ok(Vec::new());
    }
    let Some(map) = body.as_object_mut() else {
        return Ok(vec![Change::PutPlan(row.clone())]);
    };
    let stored = now.iter().map(|line| StoredLine {
        part: line.part.code().to_owned(),
        subject: line.subject.clone(),
        says: line.says.clone(),
    });
    let stored: Vec<StoredLine> = stored.collect();
    map.insert(
        "lines".to_owned(),
        serde_json::to_value(stored).map_err(damaged)?,
    );
    let mut changes = Vec::new();
    let told = if changed.is_empty() {
        last.as_ref().and_then(PlanChange::read)
    } else {
        changes.extend(task(desk, after, patient, &changed, because, row.computed));
        Some(PlanChange {
            at: row.computed.to_string(),
            because: because.words.to_owned(),
            by: signature(because.by).0,
            lines: changed,
        })
    };
    if let Some(told) = told {
        map.insert(
            "changed".to_owned(),
            serde_json::to_value(told).map_err(damaged)?,
        );
    }
    let body = serde_json::to_string(&body).map_err(damaged)?;
    changes.push(Change::PutPlan(PlanRow {
        body,
        ..row.clone()
    }));
    Ok(changes)
}

/// A call to the patient settles it.
pub(crate) fn settled(case: &Case, command: &Command, at: Timestamp) -> Option<Change> {
    let is_call = matches!(
        command,
        Command::RecordPreparation(PreparationFact::Call { .. })
    );
    let is_over = !case.state.is_before_procedure();
    (is_call || is_over).then(|| Change::CloseTask {
        task_id: task_id(case),
        at,
        by: String::new(),
    })
}

fn task_id(case: &Case) -> String {
    format!("{}:{TASK}", case.id)
}

/// Who must know: the ward of an inpatient, else the nurse who calls the patient.
fn task(
    desk: &Desk,
    case: &Case,
    patient: &Patient,
    changed: &[ChangedLine],
    because: Because<'_>,
    at: Timestamp,
) -> Option<Change> {
    let is_booked = matches!(
        case.state,
        State::Scheduled | State::Preparation | State::Arrived | State::SignIn | State::TimeOut
    );
    let told: Vec<String> = changed
        .iter()
        .filter(|line| line.is_instruction())
        .map(ChangedLine::words)
        .collect();
    if told.is_empty() || !is_booked {
        return None;
    }
    let (owner, whom) = match &patient.facts.inpatient_ward {
        Some(ward) => (
            Role::WardNurse,
            format!("the ward ({ward}) and the patient"),
        ),
        None => (Role::IrNurse, "the patient".to_owned()),
    };
    let today = at.to_zoned_datetime(desk.site().zone_or_utc());
    let end_of_day = today.end_of_day().ok().map(|end| end.timestamp());
    let appointment = case.appointment();
    Some(Change::PutTask(TaskRow {
        task_id: task_id(case),
        kind: TASK.to_owned(),
        case_id: case.id.to_string(),
        patient_key: patient.key.to_string(),
        words: format!(
            "The plan has changed ({}): tell {whom}: {}",
            because.words.replace('_', " "),
            told.join("; ")
        ),
        owner: owner.code().to_owned(),
        due: [end_of_day, appointment].into_iter().flatten().min(),
        opened: at,
        done: None,
        done_by: String::new(),
    }))
}
