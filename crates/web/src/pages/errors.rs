//! A refusal as a page, with the strip and the bar around it.

use crate::guard::{SESSION_COOKIE, Seat, cookie};
use crate::layout::{Frame, page};
use crate::refusal::{Refusal, Words};
use crate::state::State;
use askama::Template;
use axum::extract::Request;
use axum::http::StatusCode;
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
    let response = next.run(request).await;
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
