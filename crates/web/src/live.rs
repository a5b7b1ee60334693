//! Server-sent events: which cases have changed. A page that hears of one fetches its own part again.

use crate::state::State;
use axum::extract::State as Given;
use axum::response::Sse;
use axum::response::sse::{Event, KeepAlive};
use futures_util::stream::{self, Stream};
use std::convert::Infallible;
use std::time::Duration;
use tokio::sync::broadcast::error::RecvError;

/// One `cases` event for each commit, its data the case ids with spaces between; `all` when some were missed.
pub async fn cases(
    Given(state): Given<State>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let watch = state.desk.query().watch_cases();
    let events = stream::unfold(watch, |mut watch| async move {
        let data = match watch.recv().await {
            Ok(cases) => cases.join(" "),
            Err(RecvError::Lagged(_)) => "all".to_owned(),
            Err(RecvError::Closed) => return None,
        };
        Some((Ok(Event::default().event("cases").data(data)), watch))
    });
    Sse::new(events).keep_alive(KeepAlive::new().interval(Duration::from_secs(15)))
}
