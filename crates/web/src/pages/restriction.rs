//! A patient's record is restricted (staff member, protected person), or open again: with the reason, in the audit.

use crate::fields::Fields;
use crate::guard::{Form, Seated};
use crate::pages::acts::inputs::Input;
use crate::pages::log_in::go_to;
use crate::pages::opened::{Ended, Opened, open};
use crate::pages::sheet::{Sheet, whole};
use crate::state::State;
use axum::Extension;
use axum::extract::{Path, State as Given};
use axum::http::HeaderMap;
use axum::response::Response;
use workflow::restrict_patient::{RestrictError, restrict_patient};

pub async fn show(
    Given(state): Given<State>,
    Extension(seat): Seated,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Ended> {
    let opened = open(&state, &seat, &headers, &id, "restriction").await?;
    sheet(&opened, &id).shown(&state, &seat, opened.banner)
}

pub async fn change(
    Given(state): Given<State>,
    Extension(seat): Seated,
    headers: HeaderMap,
    Path(id): Path<String>,
    Extension(fields): Form,
) -> Result<Response, Ended> {
    let opened = open(&state, &seat, &headers, &id, "restriction").await?;
    let wanted = match fields.text("restricted") {
        "yes" => true,
        "no" => false,
        _ => return again(&state, &seat, opened, &id, &fields, "say what it becomes"),
    };
    let key = opened.patient.key.to_string();
    let by = seat.session.actor();
    match restrict_patient(&state.desk, &by, &key, wanted, fields.text("reason")).await {
        Ok(_) => Ok(go_to(&format!("/cases/{id}"))),
        Err(RestrictError::Work(error)) => Err(error.into()),
        Err(refused) => again(&state, &seat, opened, &id, &fields, &refused.to_string()),
    }
}

fn again(
    state: &State,
    seat: &crate::guard::Seat,
    opened: Opened,
    id: &str,
    fields: &Fields,
    problem: &str,
) -> Result<Response, Ended> {
    sheet(&opened, id)
        .again(fields, whole(problem))
        .shown(state, seat, opened.banner)
}

fn sheet(opened: &Opened, id: &str) -> Sheet {
    let is_restricted = opened.patient.restricted;
    Sheet {
        title: if is_restricted {
            "This patient's record is restricted".to_owned()
        } else {
            "Restrict this patient's record".to_owned()
        },
        action: format!("/cases/{id}/restriction"),
        back: format!("/cases/{id}"),
        intro: vec![if is_restricted {
            "Whoever opens a case of this patient is asked for a reason. Opened again, it is a record like every other."
        } else {
            "For a member of staff or a protected person. Whoever opens a case of this patient is then asked for a reason, and every reason stands in the audit."
        }
        .to_owned()],
        hidden: vec![(
            "restricted",
            if is_restricted { "no" } else { "yes" }.to_owned(),
        )],
        inputs: vec![Input::text("reason", "Why")],
        button: if is_restricted {
            "Open the record again".to_owned()
        } else {
            "Restrict the record".to_owned()
        },
        problems: Vec::new(),
    }
}
