//! `/healthz` and `/metrics`: for whoever runs the program; neither needs a log-in nor shows a patient.

use crate::state::State;
use axum::extract::State as Given;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use std::fmt::Write as _;
use store::query::Table;

/// `ok` when the database answers.
pub async fn healthz(Given(state): Given<State>) -> Response {
    match state.desk.query().ping().await {
        Ok(()) => (StatusCode::OK, "ok\n").into_response(),
        Err(error) => {
            tracing::error!(%error, "the database does not answer");
            (
                StatusCode::SERVICE_UNAVAILABLE,
                "the database does not answer\n",
            )
                .into_response()
        }
    }
}

/// Prometheus text format 0.0.4.
pub async fn metrics(Given(state): Given<State>) -> Response {
    let mut text = String::new();
    let seconds = state.started.elapsed().as_secs_f64();
    let _ = writeln!(
        text,
        "# TYPE seldinger_up_seconds gauge\nseldinger_up_seconds {seconds:.1}"
    );
    let _ = writeln!(text, "# TYPE seldinger_rows gauge");
    for table in Table::ALL {
        match state.desk.query().count(*table).await {
            Ok(rows) => {
                let _ = writeln!(text, "seldinger_rows{{table=\"{}\"}} {rows}", table.name());
            }
            Err(error) => tracing::error!(%error, table = table.name(), "could not count"),
        }
    }
    text.push_str(&(state.other_metrics)());
    ([("content-type", "text/plain; version=0.0.4")], text).into_response()
}
