//! `/p`: code and date of birth open the page. The link alone changes nothing.

use crate::address::came_from;
use crate::guard::{Form, cookie, set_cookie};
use crate::pages::log_in::go_to;
use crate::pages::opened::Ended;
use crate::patient::around::{Around, Reader, shown};
use crate::refusal::Refusal;
use crate::state::State;
use askama::Template;
use axum::Extension;
use axum::extract::{ConnectInfo, Query as Asked, State as Given};
use axum::http::header::{LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use letters::Message;
use serde::Deserialize;
use std::net::SocketAddr;
use workflow::patient_page::{NotOpened, OwnPage, close_page, open_page, own_page};

pub const PATIENT_COOKIE: &str = "seldinger_patient";
/// Seconds that the browser keeps the cookie; the server's own end counts.
const COOKIE_SECONDS: u32 = 4 * 60 * 60;

#[derive(Template)]
#[template(path = "patient_door.html")]
struct Door {
    around: Around,
    title: String,
    intro: String,
    code_label: String,
    birth_label: String,
    open_label: String,
    code: String,
    /// What happened before: the page closed, the patient logged out.
    note: String,
    problem: Option<Problem>,
}

struct Problem {
    heading: String,
    words: String,
    call: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Link {
    code: String,
    pub lang: String,
    /// What happened before: `closed`, `left`, `thanks`.
    pub said: String,
}

/// The letters and digits of a code, as many as one can have.
fn code_of(text: &str) -> String {
    text.chars()
        .filter(char::is_ascii_alphanumeric)
        .take(16)
        .collect()
}

impl Door {
    fn new(state: &State, reader: Reader, code: &str) -> Result<Self, Refusal> {
        let kept = if code.is_empty() {
            String::new()
        } else {
            format!("&code={code}")
        };
        Ok(Self {
            around: Around::of(state, reader, &kept)?,
            title: reader.say(Message::PortalTitle)?,
            intro: reader.say(Message::PortalIntro)?,
            code_label: reader.say(Message::PortalCode)?,
            birth_label: reader.say(Message::PortalBirth)?,
            open_label: reader.say(Message::PortalOpen)?,
            code: code.to_owned(),
            note: String::new(),
            problem: None,
        })
    }
}

pub async fn show(
    Given(state): Given<State>,
    headers: HeaderMap,
    Asked(link): Asked<Link>,
) -> Result<Response, Ended> {
    let reader = Reader::of(&headers, &link.lang, None);
    let mut door = Door::new(&state, reader, &code_of(&link.code))?;
    door.note = match link.said.as_str() {
        "closed" => reader.say(Message::PortalClosed)?,
        "left" => reader.say(Message::PortalLeft)?,
        _ => String::new(),
    };
    Ok(shown(&state, reader, &door)?)
}

pub async fn enter(
    Given(state): Given<State>,
    from: Option<Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
    Extension(fields): Form,
) -> Result<Response, Ended> {
    let reader = Reader::of(&headers, fields.text("lang"), None);
    let from = came_from(&state, &headers, from.map(|Extension(info)| info));
    let code = code_of(fields.text("code"));
    let refused = match open_page(&state.desk, &code, fields.text("birth"), &from).await {
        Ok(token) => {
            let cookie = set_cookie(
                PATIENT_COOKIE,
                &token,
                state.secure_cookies,
                Some(COOKIE_SECONDS),
            );
            let headers = [(SET_COOKIE, cookie), (LOCATION, "/p/plan".to_owned())];
            return Ok((StatusCode::SEE_OTHER, headers).into_response());
        }
        Err(NotOpened::Work(error)) => return Err(error.into()),
        Err(refused) => refused,
    };
    let (status, words) = match refused {
        NotOpened::Wait { seconds } => {
            let minutes = u16::try_from((seconds + 59) / 60).unwrap_or(u16::MAX);
            let words = reader.say(Message::PortalWait { minutes })?;
            (StatusCode::TOO_MANY_REQUESTS, words)
        }
        NotOpened::Wrong | NotOpened::Work(_) => {
            (StatusCode::UNAUTHORIZED, reader.say(Message::PortalWrong)?)
        }
    };
    let mut door = Door::new(&state, reader, &code)?;
    door.problem = Some(Problem {
        heading: reader.say(Message::PortalProblem)?,
        words,
        call: call(&state, reader)?,
    });
    Ok((status, shown(&state, reader, &door)?).into_response())
}

/// "You can call us", with the number; empty when the site has not set one.
pub fn call(state: &State, reader: Reader) -> Result<String, Refusal> {
    match &state.desk.site().telephone_day {
        Some(phone) => reader.say(Message::PortalCall { phone }),
        None => Ok(String::new()),
    }
}

/// The way out.
pub async fn leave(
    Given(state): Given<State>,
    headers: HeaderMap,
    Extension(fields): Form,
) -> Result<Response, Ended> {
    if let Some(token) = cookie(&headers, PATIENT_COOKIE)
        && let Some(own) = own_page(&state.desk, &token, "log out").await?
    {
        fits(&own, fields.text("csrf"))?;
        close_page(&state.desk, &token).await?;
    }
    let forgotten = set_cookie(PATIENT_COOKIE, "", state.secure_cookies, Some(0));
    let headers = [
        (SET_COOKIE, forgotten),
        (LOCATION, "/p?said=left".to_owned()),
    ];
    Ok((StatusCode::SEE_OTHER, headers).into_response())
}

/// Refuses a form that does not carry the open page's own token.
pub fn fits(own: &OwnPage, csrf: &str) -> Result<(), Refusal> {
    if csrf == own.csrf {
        Ok(())
    } else {
        Err(Refusal::Csrf)
    }
}

/// The page that the cookie opened; otherwise the way to the door.
pub async fn entered(state: &State, headers: &HeaderMap, what: &str) -> Result<OwnPage, Ended> {
    let Some(token) = cookie(headers, PATIENT_COOKIE).filter(|token| !token.is_empty()) else {
        return Err(Ended::Instead(Box::new(go_to("/p"))));
    };
    own_page(&state.desk, &token, what)
        .await?
        .ok_or_else(|| Ended::Instead(Box::new(go_to("/p?said=closed"))))
}
