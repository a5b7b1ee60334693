//! The paper that the visit calls for now, as PDF, for staff to print and for the patient to take along.

use crate::guard::Seated;
use crate::pages::opened::{Ended, open};
use crate::patient::around::Reader;
use crate::patient::door::{Link, entered};
use crate::patient::plan::NO_APPOINTMENT;
use crate::patient::visit::paper;
use crate::refusal::Refusal;
use crate::state::State;
use axum::Extension;
use axum::extract::{Path, Query as Asked, State as Given};
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use case::Case;
use letters::{Language, Print};
use serde::Deserialize;
use workflow::Patient;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Choice {
    language: String,
    large: bool,
}

/// For staff.
pub async fn sheet(
    Given(state): Given<State>,
    Extension(seat): Seated,
    headers: HeaderMap,
    Path(id): Path<String>,
    Asked(choice): Asked<Choice>,
) -> Result<Response, Ended> {
    let opened = open(&state, &seat, &headers, &id, "letter").await?;
    if opened.patient.deceased || opened.case.death.is_some() {
        return Err(
            Refusal::Bad("this patient is recorded as dead: no letter is made".to_owned()).into(),
        );
    }
    let said = opened.patient.facts.language.clone().unwrap_or_default();
    let language = Language::from_code(&choice.language)
        .or_else(|| Language::from_tag(&said))
        .unwrap_or(Language::English);
    Ok(letter(
        &state,
        &opened.case,
        &opened.patient,
        language,
        print(choice.large),
    )
    .await?)
}

/// For the patient whose page is open.
pub async fn own(
    Given(state): Given<State>,
    headers: HeaderMap,
    Asked(link): Asked<Link>,
    Asked(choice): Asked<Choice>,
) -> Result<Response, Ended> {
    let own = entered(&state, &headers, "own letter").await?;
    let reader = Reader::of(&headers, &link.lang, own.patient.facts.language.as_deref());
    Ok(letter(
        &state,
        &own.case,
        &own.patient,
        reader.language,
        print(choice.large),
    )
    .await?)
}

fn print(large: bool) -> Print {
    if large { Print::Large } else { Print::Normal }
}

async fn letter(
    state: &State,
    case: &Case,
    patient: &Patient,
    language: Language,
    print: Print,
) -> Result<Response, Refusal> {
    let paper = paper(state, case, patient, language, print)
        .await?
        .ok_or_else(|| Refusal::Bad(NO_APPOINTMENT.to_owned()))?;
    // The typesetter computes for tens of milliseconds: off the async threads.
    let pdf = tokio::task::spawn_blocking(move || paper.pdf(language, print))
        .await
        .map_err(|ended| Refusal::Page(ended.to_string()))?
        .map_err(|error| Refusal::Page(error.to_string()))?;
    let mark = if state.desk.site().demonstration {
        "DEMO-"
    } else {
        ""
    };
    let headers = [
        (CONTENT_TYPE, "application/pdf".to_owned()),
        (
            CONTENT_DISPOSITION,
            format!("inline; filename=\"{mark}{}.pdf\"", case.id),
        ),
    ];
    Ok((headers, pdf).into_response())
}
