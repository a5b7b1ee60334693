//! All events of a case.

use crate::guard::Seated;
use crate::layout::{Frame, page};
use crate::pages::banner::Banner;
use crate::pages::opened::{Ended, open};
use crate::pages::timeline::{TimelineLine, timeline};
use crate::state::State;
use askama::Template;
use axum::Extension;
use axum::extract::{Path, State as Given};
use axum::http::HeaderMap;
use axum::response::Response;
use workflow::case_file::case_events;

#[derive(Template)]
#[template(path = "all_events.html")]
struct EventsPage {
    frame: Frame,
    banner: Banner,
    case_id: String,
    events: Vec<TimelineLine>,
}

pub async fn show(
    Given(state): Given<State>,
    Extension(seat): Seated,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Ended> {
    let opened = open(&state, &seat, &headers, &id, "events").await?;
    let events = case_events(state.desk.query(), &opened.case.id).await?;
    let zone = state.desk.site().zone_or_utc();
    let today = state.desk.now_here().date();
    Ok(page(&EventsPage {
        frame: Frame::of(&state, &seat, "/cases", format!("Events of case {id}")),
        banner: opened.banner,
        case_id: id,
        events: timeline(&events, events.len(), &zone, today),
    })?)
}
