//! A refusal as a page, with the strip and the bar around it.

use crate::guard::{SESSION_COOKIE, Seat, cookie};
use crate::layout::{Frame, page};
use crate::patient::around::Reader;
use crate::patient::refused::{is_patients, refused};
use crate::refusal::{Refusal, Words};
use crate::state::State;
use askama::Template;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use workflow::access::Whose;
use workflow::log_in::session;

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    frame: Frame,
    title: &'static str,
    words: String,
}

/// Puts the page around every refusal that a browser gets.
pub async fn dressed(state: State, request: Request, next: Next) -> Response {
    let wants_page = request
        .headers()
        .get("accept")
        .and_then(|value| value.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"));
    let token = cookie(request.headers(), SESSION_COOKIE);
    let patient = is_patients(request.uri().path()).then(|| {
        let query = request.uri().query().unwrap_or_default();
        let asked = query.split('&').find_map(|pair| pair.strip_prefix("lang="));
        Reader::of(request.headers(), asked.unwrap_or_default(), None)
    });
    let response = next.run(request).await;
    if let Some(reader) = patient {
        return for_patient(&state, reader, response);
    }
    let Some(Words(words)) = response.extensions().get::<Words>().cloned() else {
        return response;
    };
    if !wants_page {
        return response;
    }
    let status = response.status();
    let found = match token {
        Some(token) => session(&state.desk, &token).await.ok().flatten(),
        None => None,
    };
    let title = title(status);
    let frame = match found {
        Some(session) => {
            let whose = Whose::NoPatient;
            Frame::of(&state, &Seat { session, whose }, "", title)
        }
        None => Frame::bare(&state, title),
    };
    match page(&ErrorPage {
        frame,
        title,
        words: sentence(&words),
    }) {
        Ok(page) => (status, page).into_response(),
        Err(_) => response,
    }
}

/// A patient reads every refusal in the own language, whatever the browser says that it accepts.
fn for_patient(state: &State, reader: Reader, response: Response) -> Response {
    let status = response.status();
    let is_page = response
        .headers()
        .get(CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if is_page || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    refused(state, reader, status).unwrap_or(response)
}

/// For every address that no route has.
pub async fn nothing_here() -> Refusal {
    Refusal::NotFound
}

fn title(status: StatusCode) -> &'static str {
    match status {
        StatusCode::FORBIDDEN => "Not for this role",
        StatusCode::NOT_FOUND => "There is nothing here",
        StatusCode::CONFLICT => "Somebody else was first",
        StatusCode::UNPROCESSABLE_ENTITY => "That could not be done",
        _ => "Something is broken here",
    }
}

fn sentence(words: &str) -> String {
    let mut words = words.to_owned();
    if let Some(first) = words.get_mut(0..1) {
        first.make_ascii_uppercase();
    }
    if !words.ends_with('.') {
        words.push('.');
    }
    words
}
