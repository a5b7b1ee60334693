//! `POST /api/plan?at=…`: plans for a case file or a FHIR R4 Bundle that a machine sends. Nothing of it is kept.

use crate::state::State;
use axum::body::Bytes;
use axum::extract::{Query as Asked, State as Given};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use jiff::civil::DateTime;
use serde::Deserialize;
use workflow::plan_request::{ReadWith, answer, write_answers};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Question {
    /// Plan as if it were this moment, on the clocks of the plan's zone.
    at: String,
}

/// 200 with the plans (a case that cannot be planned says so in its place), 400 with the reason.
pub async fn work_out(
    Given(state): Given<State>,
    Asked(question): Asked<Question>,
    body: Bytes,
) -> Response {
    let Some(reader) = state.plan_reader.clone() else {
        return refused(StatusCode::NOT_IMPLEMENTED, "plans are not offered here");
    };
    let at = match question.at.as_str() {
        "" => None,
        text => match text.parse::<DateTime>() {
            Ok(at) => Some(at),
            Err(_) => {
                let words = "at: a date and a time such as 2027-02-10T15:00 is wanted";
                return refused(StatusCode::BAD_REQUEST, words);
            }
        },
    };
    let desk = state.desk.clone();
    // A thousand plans take a while: the other pages go on meanwhile.
    let worked_out = tokio::task::spawn_blocking(move || {
        let rules = &desk.rules().book;
        let with = ReadWith {
            rules,
            site: desk.site(),
            now: desk.now(),
            at,
        };
        let requests = reader.read(&body, &with)?;
        Ok::<_, workflow::plan_request::NotReadable>(write_answers(&answer(requests, rules), rules))
    });
    match worked_out.await {
        Ok(Ok(json)) => ([(CONTENT_TYPE, "application/json")], json).into_response(),
        Ok(Err(reason)) => refused(StatusCode::BAD_REQUEST, &reason.to_string()),
        Err(ended) => {
            tracing::error!(error = %ended, "planning was ended");
            refused(StatusCode::INTERNAL_SERVER_ERROR, "planning was ended")
        }
    }
}

fn refused(status: StatusCode, words: &str) -> Response {
    let body = serde_json::json!({ "error": words }).to_string();
    (status, [(CONTENT_TYPE, "application/json")], body).into_response()
}
