//! One quarantined message with its bytes as they came, for those who may read it.

use crate::guard::Seated;
use crate::layout::{Frame, page};
use crate::refusal::Refusal;
use crate::state::State;
use crate::words;
use askama::Template;
use axum::Extension;
use axum::extract::{Path, State as Given};
use axum::response::Response;
use store::objects::ObjectKey;
use workflow::WorkError;
use workflow::access::looked_at;

/// Bytes shown of one message.
const BYTES_SHOWN: usize = 64 * 1024;

#[derive(Template)]
#[template(path = "quarantined.html")]
struct QuarantinedPage {
    frame: Frame,
    facts: Vec<(&'static str, String)>,
    text: String,
}

pub async fn show(
    Given(state): Given<State>,
    Extension(seat): Seated,
    Path(entry): Path<i64>,
) -> Result<Response, Refusal> {
    let row = state
        .desk
        .query()
        .quarantined(entry)
        .await?
        .ok_or(Refusal::NotFound)?;
    looked_at(
        &state.desk,
        &seat.session,
        "quarantined message",
        "",
        "",
        &entry.to_string(),
    )
    .await?;
    let key = ObjectKey::parse(&row.object_key).ok_or(Refusal::NotFound)?;
    let objects = state.desk.objects().clone();
    let bytes = tokio::task::spawn_blocking(move || objects.get(&key))
        .await
        .map_err(|ended| WorkError::Damaged(ended.to_string()))?
        .map_err(WorkError::from)?;
    let shown = bytes.get(..BYTES_SHOWN).unwrap_or(&bytes);
    let text = String::from_utf8_lossy(shown).replace('\r', "\n");
    let zone = state.desk.site().zone_or_utc();
    let today = state.desk.now_here().date();
    page(&QuarantinedPage {
        frame: Frame::of(&state, &seat, "/quarantine", "Quarantined message"),
        facts: vec![
            ("Received", words::moment(row.received, &zone, today)),
            ("From", row.sender),
            ("Type", row.message_type),
            ("Stopped at", row.place),
            ("Why", row.reason),
            ("Bytes", bytes.len().to_string()),
        ],
        text,
    })
}
