//! Server-sent events: which cases have changed. A page that hears of one fetches its own part again.

use crate::state::State;
use axum::extract::State as Given;
use axum::response::Sse;
use axum::response::sse::{Event, KeepAlive};
use futures_util::stream::{self, Stream};
use std::convert::Infallible;
use std::time::Duration;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::watch;

/// One `cases` event for each commit, its data the case ids with spaces between; `all` when some were missed, and when
/// a demonstration has become full.
pub async fn cases(
    Given(state): Given<State>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let watch = state.desk.query().watch_cases();
    let filling = state.filling.clone().filter(|_| state.is_filling());
    let events = stream::unfold((watch, filling), |(mut watch, mut filling)| async move {
        let data = tokio::select! {
            changed = watch.recv() => match changed {
                Ok(cases) => cases.join(" "),
                Err(RecvError::Lagged(_)) => "all".to_owned(),
                Err(RecvError::Closed) => return None,
            },
            () = is_full(&mut filling) => "all".to_owned(),
        };
        Some((
            Ok(Event::default().event("cases").data(data)),
            (watch, filling),
        ))
    });
    Sse::new(events).keep_alive(KeepAlive::new().interval(Duration::from_secs(15)))
}

/// Ends once, when the demonstration is full; never where nothing is filled.
async fn is_full(filling: &mut Option<watch::Receiver<bool>>) {
    if let Some(full) = filling
        && full.wait_for(|full| *full).await.is_ok()
    {
        *filling = None;
        return;
    }
    std::future::pending().await
}
