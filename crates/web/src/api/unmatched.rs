//! `GET /api/unmatched`: received objects that no case has yet.

use crate::guard::Seat;
use crate::refusal::Refusal;
use crate::state::State;
use axum::Extension;
use axum::extract::State as Given;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use store::rows::AuditRow;

pub async fn list(Given(state): Given<State>, seat: Option<Extension<Arc<Seat>>>) -> Response {
    match find(&state, seat.as_deref()).await {
        Ok(answer) => axum::Json(answer).into_response(),
        Err(refusal) => refusal.json(),
    }
}

async fn find(state: &State, seat: Option<&Arc<Seat>>) -> Result<serde_json::Value, Refusal> {
    let objects = state.desk.query().unmatched().await?;
    let (actor, role) = match seat {
        Some(seat) => (
            seat.session.account.clone(),
            seat.session.role.code().to_owned(),
        ),
        None => ("machine".to_owned(), "api".to_owned()),
    };
    workflow::access::write_down(
        &state.desk,
        AuditRow {
            at: state.desk.now(),
            actor,
            role,
            action: "view unmatched".to_owned(),
            patient_key: String::new(),
            case_id: String::new(),
            detail: format!("{} objects", objects.len()),
        },
    )
    .await?;
    let items: Vec<serde_json::Value> = objects
        .into_iter()
        .map(|object| {
            // What the receiving door wrote down about the object; unknown fields are null.
            let about: serde_json::Value = serde_json::from_str(&object.body).unwrap_or_default();
            let text = |name: &str| about.get(name).cloned().unwrap_or(serde_json::Value::Null);
            serde_json::json!({
                "id": object.sop_instance_uid,
                "received": object.received.to_string(),
                "kind": object.kind,
                "patient_id": text("patient_id"),
                "accession_number": text("accession_number"),
                "study_uid": object.study_uid,
                "dose": text("dose"),
            })
        })
        .collect();
    Ok(serde_json::json!({ "items": items }))
}
