//! Two cases of one patient are one visit: which, and which of their procedures are the same.

use crate::fields::Fields;
use crate::guard::{Form, Seat, Seated};
use crate::layout::{Frame, page};
use crate::pages::acts::inputs::Input;
use crate::pages::banner::Banner;
use crate::pages::log_in::go_to;
use crate::pages::opened::{Ended, Opened, open};
use crate::refusal::Refusal;
use crate::state::State;
use crate::words;
use askama::Template;
use axum::Extension;
use axum::extract::{Path, Query as Asked, State as Given};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use case::{Case, ProcedureNumber};
use serde::Deserialize;
use std::collections::BTreeMap;
use store::query::BoardEntry;
use workflow::act_on_case::ActError;
use workflow::case_file::load_case;
use workflow::case_summary::{CaseSummary, ProcedureSummary, side_words};
use workflow::join_cases::{Join, JoinError, join_cases};

#[derive(Template)]
#[template(path = "join.html")]
struct JoinPage {
    frame: Frame,
    banner: Banner,
    case_id: String,
    version: u64,
    cases: Vec<Candidate>,
    other: Option<Other>,
    refused: String,
}

struct Candidate {
    id: String,
    what: String,
    when: String,
    state: &'static str,
}

struct Other {
    id: String,
    version: u64,
    when: String,
    inputs: Vec<Input>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Question {
    with: String,
}

pub async fn show(
    Given(state): Given<State>,
    Extension(seat): Seated,
    headers: HeaderMap,
    Path(id): Path<String>,
    Asked(question): Asked<Question>,
) -> Result<Response, Ended> {
    let opened = open(&state, &seat, &headers, &id, "join").await?;
    let empty = Fields::default();
    shown(&state, &seat, opened, &question.with, &empty, String::new()).await
}

pub async fn join(
    Given(state): Given<State>,
    Extension(seat): Seated,
    headers: HeaderMap,
    Path(id): Path<String>,
    Extension(fields): Form,
) -> Result<Response, Ended> {
    let opened = open(&state, &seat, &headers, &id, "join").await?;
    let with = fields.text("with").to_owned();
    let version = |name: &str| {
        fields
            .text(name)
            .parse::<u64>()
            .map_err(|_| Refusal::Bad("the form does not say which version it saw".to_owned()))
    };
    let (into_version, from_version) = (version("version")?, version("with_version")?);
    let other = load_case(state.desk.query(), &with).await?;
    let other = other.ok_or(Refusal::NotFound)?;
    let refused = match same(&other, &fields) {
        Err(problem) => problem,
        Ok(same) => {
            let join = Join {
                into: id.clone(),
                into_version,
                from: with.clone(),
                from_version,
                same,
            };
            match join_cases(&state.desk, &seat.session.actor(), &join).await {
                Ok(_) => return Ok(go_to(&format!("/cases/{id}"))),
                Err(JoinError::Act(ActError::Work(error))) => return Err(error.into()),
                Err(JoinError::Act(ActError::Changed { .. })) => {
                    "one of the two cases has changed meanwhile; both stand here as they are now"
                        .to_owned()
                }
                Err(refused) => refused.to_string(),
            }
        }
    };
    let page = shown(&state, &seat, opened, &with, &fields, refused).await?;
    Ok((StatusCode::CONFLICT, page).into_response())
}

/// What was chosen for each procedure of the other case.
fn same(
    other: &Case,
    fields: &Fields,
) -> Result<BTreeMap<ProcedureNumber, ProcedureNumber>, String> {
    let mut same = BTreeMap::new();
    for procedure in other.live() {
        match fields.text(&format!("same_{}", procedure.number)) {
            "own" => {}
            text => {
                let number = text
                    .parse()
                    .map_err(|_| "say for each procedure whether it stands here already")?;
                same.insert(procedure.number, ProcedureNumber(number));
            }
        }
    }
    Ok(same)
}

async fn shown(
    state: &State,
    seat: &Seat,
    opened: Opened,
    with: &str,
    fields: &Fields,
    refused: String,
) -> Result<Response, Ended> {
    let key = opened.patient.key.as_str();
    let entries: Vec<BoardEntry> = state
        .desk
        .query()
        .cases_of_patient(key)
        .await?
        .into_iter()
        .filter(|entry| entry.case.case_id != opened.case.id.as_str())
        .filter(|entry| {
            case::State::from_code(&entry.case.state).is_some_and(case::State::is_before_sign_in)
        })
        .collect();
    let zone = state.desk.site().zone_or_utc();
    let today = state.desk.now_here().date();
    let when = |entry: &BoardEntry| {
        entry.case.start.map_or_else(
            || "no appointment".to_owned(),
            |at| words::moment(at, &zone, today),
        )
    };
    let other = entries
        .iter()
        .find(|entry| entry.case.case_id == with)
        .map(|entry| Other {
            id: entry.case.case_id.clone(),
            version: u64::try_from(entry.case.version).unwrap_or_default(),
            when: when(entry),
            inputs: inputs(
                &opened.summary,
                &CaseSummary::read(&entry.case.body),
                fields,
            ),
        });
    if other.is_none() && !with.is_empty() && refused.is_empty() {
        return Err(Refusal::NotFound.into());
    }
    let cases = entries
        .iter()
        .map(|entry| Candidate {
            id: entry.case.case_id.clone(),
            what: CaseSummary::read(&entry.case.body).title,
            when: when(entry),
            state: words::state(&entry.case.state),
        })
        .collect();
    Ok(page(&JoinPage {
        frame: Frame::of(state, seat, "/cases", "Join two cases"),
        case_id: opened.case.id.to_string(),
        version: opened.case.version,
        banner: opened.banner,
        cases,
        other,
        refused,
    })?)
}

/// One choice for each procedure of the other case; the same entry and side is only offered, never chosen for you.
fn inputs(ours: &CaseSummary, theirs: &CaseSummary, fields: &Fields) -> Vec<Input> {
    let mut options: Vec<(String, String)> = ours
        .procedures
        .iter()
        .filter(|procedure| !procedure.dropped)
        .map(|procedure| {
            (
                procedure.number.to_string(),
                format!("the same as: {}", named(procedure)),
            )
        })
        .collect();
    options.push(("own".to_owned(), "a procedure of its own".to_owned()));
    theirs
        .procedures
        .iter()
        .filter(|procedure| !procedure.dropped)
        .map(|procedure| {
            let name = format!("same_{}", procedure.number);
            let value = fields.text(&name).to_owned();
            Input::select(&name, &named(procedure), options.clone()).value(value)
        })
        .collect()
}

fn named(procedure: &ProcedureSummary) -> String {
    match side_words(&procedure.side) {
        "" => procedure.words.clone(),
        side => format!("{}, {side}", procedure.words),
    }
}
