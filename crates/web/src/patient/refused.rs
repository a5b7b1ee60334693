//! What a patient reads when a page or a form does not work.

use crate::patient::around::{Around, Reader, shown};
use crate::patient::door::call;
use crate::refusal::Refusal;
use crate::state::State;
use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use letters::Message;

/// A heading and some lines.
#[derive(Template)]
#[template(path = "patient_note.html")]
pub struct Note {
    pub around: Around,
    pub title: String,
    pub lines: Vec<String>,
    /// The way to the plan or to the door, with its words.
    pub way: Option<(&'static str, String)>,
}

/// Is this address behind the patient's door?
pub fn is_patients(path: &str) -> bool {
    path == "/p" || path.starts_with("/p/")
}

/// The page in the place of a refusal.
pub fn refused(state: &State, reader: Reader, status: StatusCode) -> Result<Response, Refusal> {
    let words = match status {
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => Message::PortalNothingHere,
        StatusCode::UNPROCESSABLE_ENTITY => Message::PortalNotBooked,
        StatusCode::FORBIDDEN | StatusCode::PAYLOAD_TOO_LARGE => Message::PortalFormOld,
        _ => Message::PortalBroken,
    };
    let mut lines = vec![reader.say(words)?];
    lines.extend(Some(call(state, reader)?).filter(|line| !line.is_empty()));
    let note = Note {
        around: Around::of(state, reader, "")?,
        title: reader.say(Message::PortalProblem)?,
        lines,
        way: Some(("/p/plan", reader.say(Message::PortalBack)?)),
    };
    Ok((status, shown(state, reader, &note)?).into_response())
}
