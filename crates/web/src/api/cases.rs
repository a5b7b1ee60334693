//! `GET /api/cases?accession_number=…` or `?patient_id=…`, and `GET /api/cases/{id}/events`.

use crate::guard::Seat;
use crate::refusal::Refusal;
use crate::state::State;
use axum::Extension;
use axum::extract::{Path, Query as Asked, State as Given};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::Stream;
use store::query::BoardEntry;
use store::rows::AuditRow;
use workflow::access::{Opening, may_open};
use workflow::case_summary::CaseSummary;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Question {
    accession_number: String,
    patient_id: String,
}

#[derive(Serialize)]
struct Answer {
    items: Vec<Item>,
}

#[derive(Serialize)]
struct Item {
    id: String,
    patient_id: String,
    state: String,
    accession_numbers: Vec<String>,
    procedures: Vec<String>,
    appointment: Option<String>,
    gate: GateItem,
}

#[derive(Serialize)]
struct GateItem {
    now: String,
    if_completed: String,
    reasons: Vec<ReasonItem>,
}

#[derive(Serialize)]
struct ReasonItem {
    rule: String,
    words: String,
}

type MaybeSeat = Option<Extension<Arc<Seat>>>;

/// Lists cases; without a question all that are open.
pub async fn list(
    Given(state): Given<State>,
    seat: MaybeSeat,
    Asked(question): Asked<Question>,
) -> Response {
    match find(&state, seat.as_deref(), &question).await {
        Ok(answer) => axum::Json(answer).into_response(),
        Err(refusal) => refusal.json(),
    }
}

async fn find(
    state: &State,
    seat: Option<&Arc<Seat>>,
    question: &Question,
) -> Result<Answer, Refusal> {
    let query = state.desk.query();
    let entries: Vec<BoardEntry> = if !question.accession_number.is_empty() {
        let mut entries = Vec::new();
        for id in query
            .cases_by_key("accession", &question.accession_number)
            .await?
        {
            entries.extend(entry(state, &id).await?);
        }
        entries
    } else if question.patient_id.is_empty() {
        query.open_cases().await?
    } else {
        query.cases_of_patient_id(&question.patient_id).await?
    };
    let mut items = Vec::new();
    for entry in entries {
        if !is_shown(state, seat, &entry).await? {
            continue;
        }
        looked_at(state, seat, &entry, "api cases").await?;
        items.push(item(state, entry).await?);
    }
    Ok(Answer { items })
}

async fn entry(state: &State, id: &str) -> Result<Option<BoardEntry>, Refusal> {
    let query = state.desk.query();
    let Some(case) = query.case(id).await? else {
        return Ok(None);
    };
    let patient = query.patient(&case.patient_key).await?;
    Ok(patient.map(|patient| BoardEntry { case, patient }))
}

/// A machine sees the department; a person what the table says, and nothing that would ask for a reason.
async fn is_shown(
    state: &State,
    seat: Option<&Arc<Seat>>,
    entry: &BoardEntry,
) -> Result<bool, Refusal> {
    let Some(seat) = seat else { return Ok(true) };
    let tasks = state
        .desk
        .query()
        .tasks_of_case(&entry.case.case_id)
        .await?;
    let has_open_task = tasks.iter().any(|task| task.done.is_none());
    Ok(may_open(&seat.session, entry, has_open_task, state.desk.now()) == Opening::Yes)
}

/// No row, no answer.
async fn looked_at(
    state: &State,
    seat: Option<&Arc<Seat>>,
    entry: &BoardEntry,
    what: &str,
) -> Result<(), Refusal> {
    let (actor, role) = match seat {
        Some(seat) => (
            seat.session.account.clone(),
            seat.session.role.code().to_owned(),
        ),
        None => ("machine".to_owned(), "api".to_owned()),
    };
    let row = AuditRow {
        at: state.desk.now(),
        actor,
        role,
        action: format!("view {what}"),
        patient_key: entry.patient.patient_key.clone(),
        case_id: entry.case.case_id.clone(),
        detail: String::new(),
    };
    Ok(workflow::access::write_down(&state.desk, row).await?)
}

async fn item(state: &State, entry: BoardEntry) -> Result<Item, Refusal> {
    let summary = CaseSummary::read(&entry.case.body);
    let identifiers = state
        .desk
        .query()
        .identifiers(&entry.patient.patient_key)
        .await?;
    let issuer = state.desk.site().patient_issuer.as_deref();
    let patient_id = identifiers
        .iter()
        .find(|(given_by, _)| Some(given_by.as_str()) == issuer)
        .or_else(|| identifiers.first())
        .map(|(_, value)| value.clone())
        .unwrap_or_default();
    let live = || {
        summary
            .procedures
            .iter()
            .filter(|procedure| !procedure.dropped)
    };
    let zone = state.desk.site().zone_or_utc();
    Ok(Item {
        id: entry.case.case_id,
        patient_id,
        state: entry.case.state,
        accession_numbers: live()
            .map(|p| p.accession.clone())
            .filter(|a| !a.is_empty())
            .collect(),
        procedures: live()
            .map(|p| p.catalogue.clone())
            .filter(|id| !id.is_empty())
            .collect(),
        appointment: entry
            .case
            .start
            .map(|start| start.to_zoned_datetime(zone).datetime().to_string()),
        gate: GateItem {
            now: entry.case.gate_now,
            if_completed: entry.case.gate_if_completed,
            reasons: summary
                .gate_reasons
                .into_iter()
                .map(|reason| ReasonItem {
                    rule: reason.rule,
                    words: reason.words,
                })
                .collect(),
        },
    })
}

#[derive(Serialize)]
struct EventItem {
    version: i64,
    at: String,
    kind: String,
    actor: String,
    role: String,
}

/// The events of one case: what happened, when, by whom; the bodies stay inside.
pub async fn events(
    Given(state): Given<State>,
    seat: MaybeSeat,
    Path(id): Path<String>,
) -> Response {
    match list_events(&state, seat.as_deref(), &id).await {
        Ok(items) => axum::Json(serde_json::json!({ "items": items })).into_response(),
        Err(refusal) => refusal.json(),
    }
}

async fn list_events(
    state: &State,
    seat: Option<&Arc<Seat>>,
    id: &str,
) -> Result<Vec<EventItem>, Refusal> {
    let entry = entry(state, id).await?.ok_or(Refusal::NotFound)?;
    if !is_shown(state, seat, &entry).await? {
        return Err(Refusal::NotAllowed);
    }
    looked_at(state, seat, &entry, "api events").await?;
    let case_id = model::CaseId::new(id).map_err(|_| Refusal::NotFound)?;
    let stream = Stream::Case(case_id).key();
    Ok(state
        .desk
        .query()
        .events(&stream)
        .await?
        .into_iter()
        .map(|event| EventItem {
            version: event.version,
            at: event.at.to_string(),
            kind: event.kind,
            actor: event.actor,
            role: event.role,
        })
        .collect())
}
