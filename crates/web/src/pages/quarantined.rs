//! One quarantined message with its bytes as they came, for those who may read it.

use crate::guard::{Seat, Seated};
use crate::layout::{Frame, page};
use crate::pages::log_in::go_to;
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
use workflow::receive_message::resolve_quarantine;

/// Bytes shown of one message.
const BYTES_SHOWN: usize = 64 * 1024;

#[derive(Template)]
#[template(path = "quarantined.html")]
struct QuarantinedPage {
    frame: Frame,
    entry: i64,
    facts: Vec<(&'static str, String)>,
    text: String,
    /// What became of it when it was read again just now.
    outcome: String,
    waits: bool,
    can_read_again: bool,
}

pub async fn show(
    Given(state): Given<State>,
    Extension(seat): Seated,
    Path(entry): Path<i64>,
) -> Result<Response, Refusal> {
    shown(&state, &seat, entry, String::new()).await
}

/// The same bytes once more, after a setting or a table was mended; the page says what became of them.
pub async fn read_again(
    Given(state): Given<State>,
    Extension(seat): Seated,
    Path(entry): Path<i64>,
) -> Result<Response, Refusal> {
    let door = state
        .read_again
        .clone()
        .ok_or_else(|| Refusal::Bad("no door is open that reads messages here".to_owned()))?;
    let outcome = door.read_again(entry, &seat.session.actor()).await?;
    shown(&state, &seat, entry, outcome).await
}

/// Somebody decides that the message is not needed any more; its bytes stay.
pub async fn settle(
    Given(state): Given<State>,
    Extension(seat): Seated,
    Path(entry): Path<i64>,
) -> Result<Response, Refusal> {
    let row = state.desk.query().quarantined(entry).await?;
    let row = row.ok_or(Refusal::NotFound)?;
    if row.resolved.is_none() {
        resolve_quarantine(&state.desk, entry, &seat.session.actor()).await?;
    }
    Ok(go_to("/quarantine"))
}

async fn shown(
    state: &State,
    seat: &Seat,
    entry: i64,
    outcome: String,
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
    let settled = row
        .resolved
        .map(|at| format!("{} by {}", words::moment(at, &zone, today), row.resolved_by));
    page(&QuarantinedPage {
        frame: Frame::of(state, seat, "/quarantine", "Quarantined message"),
        entry,
        outcome,
        waits: row.resolved.is_none(),
        can_read_again: state.read_again.is_some(),
        facts: vec![
            ("Received", words::moment(row.received, &zone, today)),
            ("From", row.sender),
            ("Type", row.message_type),
            ("Stopped at", row.place),
            ("Why", row.reason),
            ("Bytes", bytes.len().to_string()),
            ("Settled", settled.unwrap_or_else(|| "not yet".to_owned())),
        ],
        text,
    })
}
