//! The preparation sheet as PDF, and the patient's code on paper, both for staff to print.

use crate::guard::Seated;
use crate::layout::{Frame, page};
use crate::pages::banner::Banner;
use crate::pages::opened::{Ended, open};
use crate::patient::plan::patient_plan;
use crate::refusal::Refusal;
use crate::state::State;
use askama::Template;
use axum::Extension;
use axum::extract::{Path, Query as Asked, State as Given};
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use letters::{Language, Print, SheetInput, preparation_sheet};
use serde::Deserialize;
use workflow::patient_page::make_code;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Choice {
    language: String,
    large: bool,
}

#[derive(Template)]
#[template(path = "patient_code.html")]
struct CodePage {
    frame: Frame,
    banner: Banner,
    case_id: String,
    code: String,
}

pub async fn sheet(
    Given(state): Given<State>,
    Extension(seat): Seated,
    headers: HeaderMap,
    Path(id): Path<String>,
    Asked(choice): Asked<Choice>,
) -> Result<Response, Ended> {
    let opened = open(&state, &seat, &headers, &id, "letter").await?;
    let row = state.desk.query().plan(&id).await?;
    let plan = patient_plan(&state, &opened.case, &opened.patient, row.as_ref())?;
    let said = opened.patient.facts.language.clone().unwrap_or_default();
    let language = Language::from_code(&choice.language)
        .or_else(|| Language::from_code(&said))
        .unwrap_or(Language::English);
    // The typesetter computes for tens of milliseconds: off the async threads.
    let pdf = tokio::task::spawn_blocking(move || {
        let print = if choice.large {
            Print::Large
        } else {
            Print::Normal
        };
        preparation_sheet(&SheetInput {
            plan: &plan,
            language,
            print,
        })
    })
    .await
    .map_err(|ended| Refusal::Page(ended.to_string()))?
    .map_err(|error| Refusal::Page(error.to_string()))?;
    let name = if state.desk.site().demonstration {
        format!("inline; filename=\"DEMO-{id}.pdf\"")
    } else {
        format!("inline; filename=\"{id}.pdf\"")
    };
    let headers = [
        (CONTENT_TYPE, "application/pdf".to_owned()),
        (CONTENT_DISPOSITION, name),
    ];
    Ok((headers, pdf).into_response())
}

/// Makes a new code and shows it once.
pub async fn code(
    Given(state): Given<State>,
    Extension(seat): Seated,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Ended> {
    let opened = open(&state, &seat, &headers, &id, "patient code").await?;
    if opened.patient.deceased {
        return Err(
            Refusal::Bad("this patient is recorded as dead: no page is opened".to_owned()).into(),
        );
    }
    let key = opened.patient.key.as_str();
    let code = make_code(&state.desk, &seat.session.actor(), &id, key).await?;
    Ok(page(&CodePage {
        frame: Frame::of(&state, &seat, "/cases", "Code of the patient's page"),
        banner: opened.banner,
        case_id: id,
        code,
    })?)
}
