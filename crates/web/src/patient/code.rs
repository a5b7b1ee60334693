//! Staff give a patient the code of the own page, on a paper without the date of birth, and take it back.

use crate::guard::Seated;
use crate::layout::{Frame, page};
use crate::pages::banner::Banner;
use crate::pages::log_in::go_to;
use crate::pages::opened::{Ended, Opened, open};
use crate::refusal::Refusal;
use crate::state::State;
use crate::words::long_day;
use askama::Template;
use axum::extract::{Path, State as Given};
use axum::http::HeaderMap;
use axum::http::header::HOST;
use axum::response::Response;
use letters::{Language, Message, Words};
use workflow::patient_page::{make_code, revoke_codes};

#[derive(Template)]
#[template(path = "code_of_patient.html")]
struct CodePage {
    frame: Frame,
    banner: Banner,
    case_id: String,
    /// Until when a code of this patient works; empty when none does.
    until: String,
    paper: Option<Paper>,
}

/// What is printed: in the patient's language, never with the date of birth on it.
struct Paper {
    lang: &'static str,
    demonstration: String,
    hospital: String,
    name: String,
    title: String,
    address: String,
    code_label: String,
    code: String,
    birth: String,
    until: String,
    lost: String,
}

async fn opened(
    state: &State,
    seat: &Seated,
    headers: &HeaderMap,
    id: &str,
) -> Result<Opened, Ended> {
    let opened = open(state, &seat.0, headers, id, "patient code").await?;
    if opened.patient.deceased || opened.case.death.is_some() {
        return Err(
            Refusal::Bad("this patient is recorded as dead: no page is opened".to_owned()).into(),
        );
    }
    Ok(opened)
}

/// Whether a code stands, and the forms to make a new one or take it back.
pub async fn show(
    Given(state): Given<State>,
    seat: Seated,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Ended> {
    let opened = opened(&state, &seat, &headers, &id).await?;
    shown(&state, &seat, opened, None).await
}

/// Makes a new code and shows it once.
pub async fn make(
    Given(state): Given<State>,
    seat: Seated,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Ended> {
    let opened = opened(&state, &seat, &headers, &id).await?;
    let key = opened.patient.key.as_str();
    let code = make_code(&state.desk, &seat.0.session.actor(), &id, key).await?;
    let paper = paper(&state, &headers, &opened, &code).await?;
    shown(&state, &seat, opened, Some(paper)).await
}

/// Takes every code of the patient back and closes the open pages.
pub async fn revoke(
    Given(state): Given<State>,
    seat: Seated,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Ended> {
    let opened = open(&state, &seat.0, &headers, &id, "patient code").await?;
    let key = opened.patient.key.as_str();
    revoke_codes(&state.desk, &seat.0.session.actor(), &id, key).await?;
    Ok(go_to(&format!("/cases/{id}/patient-code")))
}

async fn shown(
    state: &State,
    seat: &Seated,
    opened: Opened,
    paper: Option<Paper>,
) -> Result<Response, Ended> {
    let until = state
        .desk
        .query()
        .patient_code_until(opened.patient.key.as_str(), state.desk.now())
        .await?;
    let zone = state.desk.site().zone_or_utc();
    Ok(page(&CodePage {
        frame: Frame::of(state, &seat.0, "/cases", "Code of the patient's page"),
        case_id: opened.case.id.to_string(),
        banner: opened.banner,
        until: until
            .map(|at| long_day(at.to_zoned_datetime(zone).date()))
            .unwrap_or_default(),
        paper,
    })?)
}

async fn paper(
    state: &State,
    headers: &HeaderMap,
    opened: &Opened,
    code: &str,
) -> Result<Paper, Refusal> {
    let site = state.desk.site();
    let said = opened.patient.facts.language.clone().unwrap_or_default();
    let language = Language::from_tag(&said).unwrap_or(Language::English);
    let failed = |error: letters::WordsError| Refusal::Page(error.to_string());
    let words = Words::of(language).map_err(failed)?;
    let say = |message: Message<'_>| words.say(message).map_err(failed);
    let until = state
        .desk
        .query()
        .patient_code_until(opened.patient.key.as_str(), state.desk.now())
        .await?
        .map(|at| at.to_zoned_datetime(site.zone_or_utc()).date());
    let until = match until {
        Some(day) => say(Message::PaperUntil {
            date: &words.date(day).map_err(failed)?,
        })?,
        None => String::new(),
    };
    let host = headers
        .get(HOST)
        .and_then(|host| host.to_str().ok())
        .unwrap_or_default();
    let scheme = if state.secure_cookies {
        "https"
    } else {
        "http"
    };
    let name = &opened.patient.name;
    Ok(Paper {
        lang: language.code(),
        demonstration: if site.demonstration {
            say(Message::LetterDemonstration)?
        } else {
            String::new()
        },
        hospital: site.hospital.clone(),
        name: format!("{} {}", name.given, name.family).trim().to_owned(),
        title: say(Message::PaperTitle)?,
        address: say(Message::PaperAddress {
            address: &format!("{scheme}://{host}/p"),
        })?,
        code_label: say(Message::PaperCode)?,
        code: code.to_owned(),
        birth: say(Message::PaperBirth)?,
        until,
        lost: match &site.telephone_day {
            Some(phone) => say(Message::PaperLost { phone })?,
            None => String::new(),
        },
    })
}
