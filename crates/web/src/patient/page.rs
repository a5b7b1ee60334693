//! `/p`: code and date of birth open the plan. The link alone changes nothing.

use crate::assets;
use crate::guard::{Form, cookie, set_cookie};
use crate::layout::page;
use crate::pages::log_in::go_to;
use crate::pages::opened::Ended;
use crate::patient::plan::{NO_APPOINTMENT, patient_plan};
use crate::refusal::Refusal;
use crate::state::State;
use askama::Template;
use axum::Extension;
use axum::extract::{ConnectInfo, Query as Asked, State as Given};
use axum::http::header::{LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use letters::patient_plan::CallLevel;
use letters::plan_words::{LineKind, PlanWords};
use letters::{Language, sentences};
use serde::Deserialize;
use std::net::SocketAddr;
use workflow::Patient;
use workflow::case_file::load_case;
use workflow::patient_page::{NotOpened, open_page, patient_case};

const PATIENT_COOKIE: &str = "seldinger_patient";
/// Seconds that the browser keeps the cookie; the server's own end counts.
const COOKIE_SECONDS: u32 = 30 * 60;

/// What stands around a patient's page.
struct Around {
    lang: &'static str,
    hospital: String,
    demonstration: bool,
    css: String,
    langs: Vec<(&'static str, &'static str, bool)>,
}

fn around(state: &State, language: Language) -> Around {
    Around {
        lang: language.code(),
        hospital: state.desk.site().hospital.clone(),
        demonstration: state.desk.site().demonstration,
        css: assets::address("app.css"),
        langs: Language::ALL
            .iter()
            .map(|other| (other.code(), other.own_name(), *other == language))
            .collect(),
    }
}

#[derive(Template)]
#[template(path = "patient_door.html")]
struct Door {
    around: Around,
    code: String,
    problem: String,
    phone: String,
}

#[derive(Template)]
#[template(path = "patient_plan.html")]
struct PlanPage {
    around: Around,
    words: PlanWords,
}

impl PlanPage {
    fn icon(kind: &LineKind) -> &'static str {
        match kind {
            LineKind::TakeMedicine => "done",
            LineKind::NoMedicine => "off",
            LineKind::AskAboutMedicine => "phone",
            LineKind::BloodTest => "pending",
            LineKind::Food | LineKind::Drink => "off",
            LineKind::Wash => "done",
            LineKind::Arrive => "flag",
            LineKind::Home => "bed",
        }
    }

    fn tone(level: &CallLevel) -> &'static str {
        match level {
            CallLevel::Emergency => "blocked",
            CallLevel::SameDay => "review",
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Link {
    code: String,
    lang: String,
}

fn language(text: &str) -> Language {
    Language::from_code(text).unwrap_or(Language::English)
}

pub async fn door(Given(state): Given<State>, Asked(link): Asked<Link>) -> Result<Response, Ended> {
    Ok(page(&Door {
        around: around(&state, language(&link.lang)),
        code: link
            .code
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .take(16)
            .collect(),
        problem: String::new(),
        phone: state.desk.site().telephone_day.clone().unwrap_or_default(),
    })?)
}

pub async fn enter(
    Given(state): Given<State>,
    from: Option<Extension<ConnectInfo<SocketAddr>>>,
    Extension(fields): Form,
) -> Result<Response, Ended> {
    let from = from.map_or_else(
        || "not known".to_owned(),
        |Extension(ConnectInfo(address))| address.ip().to_string(),
    );
    let code = fields.text("code").to_owned();
    match open_page(&state.desk, &code, fields.text("birth"), &from).await {
        Ok(token) => {
            let cookie = set_cookie(
                PATIENT_COOKIE,
                &token,
                state.secure_cookies,
                Some(COOKIE_SECONDS),
            );
            let headers = [(SET_COOKIE, cookie), (LOCATION, "/p/plan".to_owned())];
            Ok((StatusCode::SEE_OTHER, headers).into_response())
        }
        Err(NotOpened::Work(error)) => Err(error.into()),
        Err(refused) => {
            let status = match refused {
                NotOpened::Wait { .. } => StatusCode::TOO_MANY_REQUESTS,
                _ => StatusCode::UNAUTHORIZED,
            };
            let shown = page(&Door {
                around: around(&state, language(fields.text("lang"))),
                code,
                problem: refused.to_string(),
                phone: state.desk.site().telephone_day.clone().unwrap_or_default(),
            })?;
            Ok((status, shown).into_response())
        }
    }
}

pub async fn plan(
    Given(state): Given<State>,
    headers: HeaderMap,
    Asked(link): Asked<Link>,
) -> Result<Response, Ended> {
    let Some(token) = cookie(&headers, PATIENT_COOKIE) else {
        return Ok(go_to("/p"));
    };
    let Some(case_id) = patient_case(&state.desk, &token, "own plan").await? else {
        return Ok(go_to("/p"));
    };
    let query = state.desk.query();
    let case = load_case(query, &case_id).await?.ok_or(Refusal::NotFound)?;
    let key = case.patient.as_ref().ok_or(Refusal::NotFound)?;
    let patient = Patient::load(query, key.as_str())
        .await?
        .ok_or(Refusal::NotFound)?;
    let row = query.plan(&case_id).await?;
    if case.appointment().is_none() {
        return Err(Refusal::Bad(NO_APPOINTMENT.to_owned()).into());
    }
    let plan = patient_plan(&state, &case, &patient, row.as_ref())?;
    let said = patient.facts.language.clone().unwrap_or_default();
    let language = Language::from_code(&link.lang)
        .or_else(|| Language::from_code(&said))
        .unwrap_or(Language::English);
    let words = sentences(&plan, language).map_err(|error| Refusal::Page(error.to_string()))?;
    Ok(page(&PlanPage {
        around: around(&state, language),
        words,
    })?)
}
