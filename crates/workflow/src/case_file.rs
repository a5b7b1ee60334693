//! A case out of the store, and back into it with everything that lists and modalities read.

use crate::case_summary::{CaseSummary, ProcedureNames, WorklistSummary, gate_words};
use crate::case_tasks::case_tasks;
use crate::desk::{Desk, WorkError};
use case::{Body, Case, Event, State};
use jiff::Timestamp;
use model::CaseId;
use store::rows::{CaseKeyRow, CaseRow, WorklistRow};
use store::{Change, Query, Stream, event_body};

/// Loads a case by replaying its events; `None` when there is no such case.
/// # Errors
/// The database, or an event that no version of this program wrote.
pub async fn load_case(query: &Query, case_id: &str) -> Result<Option<Case>, WorkError> {
    let Ok(id) = CaseId::new(case_id) else {
        return Ok(None);
    };
    let events = case_events(query, &id).await?;
    Ok((!events.is_empty()).then(|| Case::replay(id, &events)))
}

/// The events of a case in order.
/// # Errors
/// As [`load_case`].
pub async fn case_events(query: &Query, id: &CaseId) -> Result<Vec<Event>, WorkError> {
    let stored = query.events(&Stream::Case(id.clone()).key()).await?;
    stored
        .iter()
        .map(|event| event_body::decode(event).map_err(|e| WorkError::Damaged(e.to_string())))
        .collect()
}

/// What makes `events` true for a case that stands as `before`: the appended events and every row that is read
/// from the case; without events nothing changes. The commit is stale when somebody else was first.
/// # Errors
/// An event that cannot be written as JSON.
pub(crate) fn case_changes(
    desk: &Desk,
    before: &Case,
    events: &[Event],
) -> Result<(Case, Vec<Change>), WorkError> {
    let mut after = before.clone();
    let Some(last) = events.last() else {
        return Ok((after, Vec::new()));
    };
    for event in events {
        after.apply(event);
    }
    let written = events
        .iter()
        .map(|event| event_body::encode(event).map_err(|e| WorkError::Damaged(e.to_string())))
        .collect::<Result<Vec<_>, _>>()?;
    let mut changes = vec![Change::Append {
        stream: Stream::Case(before.id.clone()),
        expected: i64::try_from(before.version).unwrap_or(i64::MAX),
        events: written,
    }];
    changes.extend(case_rows(desk, &after, last.at)?);
    changes.extend(after_death(&after, events));
    Ok((after, changes))
}

/// A death that is recorded now ends the patient's codes and takes back what waits to be sent, in the same commit.
fn after_death(case: &Case, events: &[Event]) -> Vec<Change> {
    let died = events.iter().find_map(|event| match event.body {
        Body::DeathRecorded(_) => Some(event.at),
        _ => None,
    });
    let Some((at, patient)) = died.zip(case.patient.as_ref()) else {
        return Vec::new();
    };
    let patient_key = patient.to_string();
    vec![
        Change::EndPatientCodes {
            patient_key: patient_key.clone(),
        },
        Change::Withdraw {
            subject: patient_key,
            at,
            why: "a death is recorded".to_owned(),
        },
    ]
}

/// The read rows of a case as it stands; also what a rebuild from the events writes.
/// # Errors
/// A value that JSON cannot hold.
pub(crate) fn case_rows(
    desk: &Desk,
    case: &Case,
    changed: Timestamp,
) -> Result<Vec<Change>, WorkError> {
    let id = case.id.as_str().to_owned();
    let patient_key = case
        .patient
        .as_ref()
        .map(ToString::to_string)
        .unwrap_or_default();
    let summary = CaseSummary::of(case, desk);
    let gate = |pick: fn(&case::GateFinding) -> model::Gate| {
        case.gate
            .as_ref()
            .map(|gate| pick(&gate.what).code().to_owned())
            .unwrap_or_default()
    };
    let room = case
        .live()
        .find_map(|p| p.step.as_ref())
        .map(|step| step.room.clone());
    let closed = case
        .history
        .last()
        .filter(|_| case.state == State::Closed)
        .map(|last| last.at);
    let mut changes = vec![Change::PutCase(CaseRow {
        case_id: id.clone(),
        patient_key: patient_key.clone(),
        version: i64::try_from(case.version).unwrap_or(i64::MAX),
        state: case.state.code().to_owned(),
        start: case.appointment(),
        room: room.unwrap_or_default(),
        gate_now: gate(|finding| finding.now),
        gate_if_completed: gate(|finding| finding.if_completed),
        closed,
        changed,
        body: json(&summary)?,
    })];
    changes.extend(case_tasks(
        case,
        &summary,
        &desk.site().zone_or_utc(),
        changed,
    ));
    changes.extend(keys(case).into_iter().map(Change::AddCaseKey));
    changes.push(Change::PutWorklist {
        case_id: id,
        steps: worklist(desk, case, &patient_key)?,
    });
    Ok(changes)
}

fn json(value: &impl serde::Serialize) -> Result<String, WorkError> {
    serde_json::to_string(value).map_err(|error| WorkError::Damaged(error.to_string()))
}

/// Everything that a case is found by.
fn keys(case: &Case) -> Vec<CaseKeyRow> {
    let mut keys = Vec::new();
    for procedure in &case.procedures {
        let found_by = [
            (
                "accession",
                procedure.accession.as_ref().map(ToString::to_string),
            ),
            (
                "study_uid",
                procedure.study.as_ref().map(ToString::to_string),
            ),
            ("placer_order", procedure.orders.placer.clone()),
            ("filler_order", procedure.orders.filler.clone()),
            ("order_group", procedure.orders.placer_group.clone()),
        ];
        keys.extend(found_by.into_iter().filter_map(|(kind, value)| {
            Some(CaseKeyRow {
                kind: kind.to_owned(),
                value: value?,
                case_id: case.id.as_str().to_owned(),
            })
        }));
    }
    keys.extend(case.studies.iter().map(|study| CaseKeyRow {
        kind: "study_uid".to_owned(),
        value: study.study.to_string(),
        case_id: case.id.as_str().to_owned(),
    }));
    keys
}

/// Whether a modality should still find the case: booked, and not yet out of the room.
fn is_on_worklist(state: State) -> bool {
    match state {
        State::Scheduled
        | State::Preparation
        | State::Emergency
        | State::Arrived
        | State::SignIn
        | State::TimeOut
        | State::InProcedure => true,
        State::NotReferred
        | State::Referred
        | State::Returned
        | State::Vetting
        | State::Rejected
        | State::Redirected
        | State::SignOut
        | State::Recovery
        | State::Admitted
        | State::Escalated
        | State::Discharged
        | State::Cancelled
        | State::Closed => false,
    }
}

fn worklist(desk: &Desk, case: &Case, patient_key: &str) -> Result<Vec<WorklistRow>, WorkError> {
    if !is_on_worklist(case.state) || case.death.is_some() {
        return Ok(Vec::new());
    }
    let summary = CaseSummary::of(case, desk);
    let mut rows = Vec::new();
    for procedure in case.live() {
        let Some(step) = &procedure.step else {
            continue;
        };
        let words = summary
            .procedures
            .iter()
            .find(|line| line.number == procedure.number.0)
            .map(|line| line.words.clone())
            .unwrap_or_default();
        let body = WorklistSummary {
            requested_procedure_id: format!("{}-{}", case.id, procedure.number),
            requested_procedure_words: words.clone(),
            step_id: step.step_id.clone(),
            step_words: words,
            room: step.room.clone(),
            performing_physician: case.operator.clone().unwrap_or_default(),
            referring_physician: case.referrer.clone(),
            urgency: if case.emergency.is_some() {
                "emergency".to_owned()
            } else {
                summary.urgency.clone()
            },
            gate_words: gate_words(case),
            side: procedure.side.code().to_owned(),
            inpatient_ward: String::new(),
            gate: case
                .gate
                .as_ref()
                .map(|gate| gate.what.now.code().to_owned())
                .unwrap_or_default(),
            gate_rules: summary
                .gate_reasons
                .iter()
                .map(|reason| reason.rule.clone())
                .collect(),
            state: case.state.code().to_owned(),
        };
        rows.push(WorklistRow {
            case_id: case.id.as_str().to_owned(),
            step: procedure.number.to_string(),
            patient_key: patient_key.to_owned(),
            accession_number: procedure
                .accession
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
            study_uid: procedure
                .study
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
            station_ae: step.station.as_str().to_owned(),
            modality: step.modality.code().to_owned(),
            start: step.start,
            body: json(&body)?,
        });
    }
    Ok(rows)
}

impl ProcedureNames for Desk {
    fn words(&self, catalogue_id: &str) -> Option<String> {
        self.rules()
            .book
            .procedures
            .get(catalogue_id)
            .map(|procedure| procedure.name.clone())
    }
}
