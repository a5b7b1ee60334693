//! The patient tells when the last dose of a stopped medicine was really taken. It becomes a fact of the case, the
//! gate is worked out again in the same commit, and what is not known becomes a task of the nurse.

use crate::act_on_case::{ActError, act_with, patient_of};
use crate::desk::{Desk, WorkError};
use crate::patient::PatientFacts;
use case::{Actor, Case, Command, PreparationFact};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use model::{CaseId, Role};
use serde_json::Value;
use store::Change;
use store::rows::TaskRow;

/// A medicine about which the patient is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedDose {
    pub medicine: String,
    /// The last dose as the plan has it; `None` when the plan has no date for it (any more).
    pub limit: Option<DateTime>,
    /// The rule behind the date, for the question whether the patient may read it.
    pub is_approved: bool,
    pub told: Option<ToldDose>,
}

/// On the hospital's clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ToldDose {
    At(DateTime),
    NotKnown,
}

impl AskedDose {
    /// The plan does not hold with what was told: later than its date, or it has no date any more.
    pub fn is_late(&self) -> bool {
        match (&self.told, self.limit) {
            (Some(ToldDose::At(at)), Some(limit)) => *at > limit,
            (Some(ToldDose::At(_)), None) => true,
            (Some(ToldDose::NotKnown) | None, _) => false,
        }
    }
}

/// Why what the patient said is not taken.
#[derive(Debug, thiserror::Error)]
pub enum TellError {
    /// Nobody asked about this medicine, or no longer.
    #[error("the plan does not ask about {0}")]
    NotAsked(String),
    /// A dose that is still to come was not taken.
    #[error("{0} cannot have been taken in the future")]
    StillToCome(String),
    #[error(transparent)]
    Act(#[from] ActError),
}

impl From<WorkError> for TellError {
    fn from(error: WorkError) -> Self {
        Self::Act(error.into())
    }
}

/// The medicines that the plan stops, and those about which something was told.
///
/// Empty once the patient has come: then the nurse asks.
/// # Errors
/// The store.
pub async fn asked_doses(desk: &Desk, case: &Case) -> Result<Vec<AskedDose>, WorkError> {
    if !case.state.is_before_sign_in() || case.arrival.is_some() {
        return Ok(Vec::new());
    }
    let Some(row) = desk.query().plan(case.id.as_str()).await? else {
        return Ok(Vec::new());
    };
    let body: Value = serde_json::from_str(&row.body)
        .map_err(|error| WorkError::Damaged(format!("plan of {}: {error}", case.id)))?;
    let tasks = desk.query().tasks_of_case(case.id.as_str()).await?;
    let zone = desk.site().zone_or_utc();
    let record = patient_of(desk, case).await?.facts;
    let mut asked = Vec::new();
    for item in list(&body, "medication_actions") {
        let medicine = text(item, "inn").to_owned();
        let is_held = matches!(text(item, "action"), "hold" | "hold_advice");
        let limit: Option<DateTime> = text(item, "last_dose").parse().ok().filter(|_| is_held);
        let not_known = tasks
            .iter()
            .any(|task| task.done.is_none() && task.task_id == task_id(&case.id, &medicine));
        let told = if not_known {
            Some(ToldDose::NotKnown)
        } else {
            told(case, &record, &medicine, &zone).map(ToldDose::At)
        };
        if limit.is_some() || told.is_some() {
            asked.push(AskedDose {
                is_approved: is_approved(&body, text(item, "rule")),
                medicine,
                limit,
                told,
            });
        }
    }
    Ok(asked)
}

/// Writes down what the patient said; the same said again changes nothing.
///
/// Everything is checked before the first of it is written.
/// # Errors
/// See [`TellError`].
pub async fn tell_last_doses(
    desk: &Desk,
    case: &Case,
    said: &[(String, ToldDose)],
) -> Result<(), TellError> {
    let asked = asked_doses(desk, case).await?;
    let zone = desk.site().zone_or_utc();
    let now = desk.now();
    let mut new = Vec::new();
    for (medicine, dose) in said {
        let known = asked
            .iter()
            .find(|asked| asked.medicine == *medicine)
            .ok_or_else(|| TellError::NotAsked(medicine.clone()))?;
        let at = match dose {
            ToldDose::NotKnown => None,
            ToldDose::At(at) => {
                let at = later_of(*at, &zone)?;
                if at > now {
                    return Err(TellError::StillToCome(medicine.clone()));
                }
                Some(at)
            }
        };
        if known.told != Some(*dose) {
            new.push((medicine, at));
        }
    }
    for (medicine, at) in new {
        let (fact, task) = match at {
            Some(taken_at) => (
                PreparationFact::LastDose {
                    medicine: medicine.clone(),
                    taken_at,
                },
                Change::CloseTask {
                    task_id: task_id(&case.id, medicine),
                    at: now,
                    by: "patient".to_owned(),
                },
            ),
            None => (
                PreparationFact::Note {
                    words: format!("does not know when the last {medicine} was taken"),
                },
                Change::PutTask(not_known(case, medicine, now)),
            ),
        };
        let command = Command::RecordPreparation(fact);
        act_with(
            desk,
            &Actor::Patient,
            case.id.as_str(),
            None,
            &command,
            &[task],
        )
        .await?;
    }
    Ok(())
}

fn not_known(case: &Case, medicine: &str, opened: Timestamp) -> TaskRow {
    TaskRow {
        task_id: task_id(&case.id, medicine),
        kind: "last_dose_not_known".to_owned(),
        case_id: case.id.to_string(),
        patient_key: case
            .patient
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default(),
        words: format!("Call the patient: does not know when the last {medicine} was taken"),
        owner: Role::IrNurse.code().to_owned(),
        due: None,
        opened,
        done: None,
        done_by: String::new(),
    }
}

/// The task that stands while a patient does not know.
pub(crate) fn task_id(case: &CaseId, medicine: &str) -> String {
    format!("{case}:last_dose:{medicine}")
}

/// What was said last of this medicine: in the case by the patient, or in the patient's record by staff.
fn told(case: &Case, record: &PatientFacts, medicine: &str, zone: &TimeZone) -> Option<DateTime> {
    let in_case = case
        .preparation
        .iter()
        .rev()
        .find_map(|said| match &said.what {
            PreparationFact::LastDose {
                medicine: known,
                taken_at,
            } if known == medicine => {
                let at = taken_at.to_zoned_datetime(zone.clone()).datetime();
                Some((said.at, at))
            }
            _ => None,
        });
    let in_record = record.last_intakes.iter().find_map(|intake| {
        let said: Timestamp = intake.said_at.parse().ok()?;
        let at: DateTime = intake.at.parse().ok()?;
        (intake.drug == medicine).then_some((said, at))
    });
    [in_case, in_record]
        .into_iter()
        .flatten()
        .max_by_key(|(said, _)| *said)
        .map(|(_, at)| at)
}

/// In the hour that comes twice the later one: the dose counts as taken later, never earlier.
fn later_of(at: DateTime, zone: &TimeZone) -> Result<Timestamp, WorkError> {
    zone.to_ambiguous_timestamp(at)
        .later()
        .map_err(|error| WorkError::Damaged(error.to_string()))
}

fn is_approved(body: &Value, rule: &str) -> bool {
    list(body, "provenance").iter().any(|used| {
        text(used, "rule") == rule
            && used.get("approved_here").and_then(Value::as_bool) == Some(true)
    })
}

fn list<'a>(body: &'a Value, field: &str) -> &'a [Value] {
    body.get(field)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

fn text<'a>(item: &'a Value, field: &str) -> &'a str {
    item.get(field).and_then(Value::as_str).unwrap_or_default()
}
