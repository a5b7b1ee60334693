//! A later visit that follows this one: a new case of the same patient, linked to the earlier.

use crate::fields::Fields;
use crate::guard::{Form, Seated};
use crate::pages::acts::inputs::{Input, Reader};
use crate::pages::log_in::go_to;
use crate::pages::opened::{Ended, Opened, open};
use crate::pages::sheet::{Sheet, whole};
use crate::state::State;
use axum::Extension;
use axum::extract::{Path, State as Given};
use axum::http::HeaderMap;
use axum::response::Response;
use case::{NewProcedure, OrderNumbers, Referral, What};
use model::{Laterality, ProcedureId, Urgency};
use workflow::act_on_case::ActError;
use workflow::open_case_by_hand::{ByHandError, CaseByHand, Whose, open_case_by_hand};

pub async fn show(
    Given(state): Given<State>,
    Extension(seat): Seated,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Ended> {
    let opened = open(&state, &seat, &headers, &id, "new case that follows").await?;
    sheet(&state, &opened, true).shown(&state, &seat, opened.banner)
}

pub async fn make(
    Given(state): Given<State>,
    Extension(seat): Seated,
    headers: HeaderMap,
    Path(id): Path<String>,
    Extension(fields): Form,
) -> Result<Response, Ended> {
    let opened = open(&state, &seat, &headers, &id, "new case that follows").await?;
    let mut reader = Reader {
        fields: &fields,
        zone: state.desk.site().zone_or_utc(),
        now: state.desk.now(),
        wrong: Vec::new(),
    };
    let new = read(&opened, &mut reader);
    let problems = match new {
        Some(new) if reader.wrong.is_empty() => {
            match open_case_by_hand(&state.desk, &seat.session.actor(), &new).await {
                Ok(case) => return Ok(go_to(&format!("/cases/{}", case.id))),
                Err(ByHandError::Act(ActError::Work(error))) => return Err(error.into()),
                Err(refused) => whole(refused.to_string()),
            }
        }
        _ => reader.wrong,
    };
    again(&state, &seat, opened, &fields, problems)
}

fn again(
    state: &State,
    seat: &crate::guard::Seat,
    opened: Opened,
    fields: &Fields,
    problems: Vec<(String, String)>,
) -> Result<Response, Ended> {
    sheet(state, &opened, false)
        .again(fields, problems)
        .shown(state, seat, opened.banner)
}

fn read(opened: &Opened, reader: &mut Reader<'_>) -> Option<CaseByHand> {
    let procedure = reader.text("procedure", "the procedure");
    let side = reader.chosen(
        "side",
        "the side",
        Laterality::from_code,
        Laterality::NotStated,
    );
    let urgency = reader.chosen(
        "urgency",
        "the urgency",
        Urgency::from_code,
        Urgency::Elective,
    );
    let indication = reader.text("indication", "the clinical question");
    let referrer = reader.text("referrer", "the referrer");
    Some(CaseByHand {
        whose: Whose::Known {
            patient_key: opened.patient.key.to_string(),
        },
        referral: Referral {
            patient: opened.patient.key.clone(),
            procedures: vec![NewProcedure {
                what: What::Catalogue(ProcedureId::new(&procedure).ok()?),
                sender_code: None,
                side,
                site: reader.maybe("site"),
                accession: None,
                study: None,
                orders: OrderNumbers::default(),
            }],
            urgency,
            indication,
            result_to: referrer.clone(),
            referrer,
            wanted_at: None,
            statements: Vec::new(),
            index_case: Some(opened.case.id.clone()),
        },
        emergency: None,
        another_because: format!("follows case {}", opened.case.id),
    })
}

fn sheet(state: &State, opened: &Opened, is_first: bool) -> Sheet {
    let id = &opened.case.id;
    let book = &state.desk.rules().book;
    let options = book
        .procedures
        .iter()
        .map(|(id, procedure)| (id.clone(), procedure.name.clone()))
        .collect();
    let referrer = if is_first {
        opened.case.referrer.clone()
    } else {
        String::new()
    };
    Sheet {
        title: format!("A new case that follows case {id}"),
        action: format!("/cases/{id}/again"),
        back: format!("/cases/{id}"),
        intro: vec![
            "The same patient, another visit: a re-intervention, an exchange, a second look. In the same visit it is \u{201c}Back into the room\u{201d} on the case page instead.".to_owned(),
        ],
        hidden: Vec::new(),
        inputs: vec![
            Input::select("procedure", "Procedure", options),
            Input::choice(
                "side",
                "Side",
                &[
                    ("left", "Left"),
                    ("right", "Right"),
                    ("both", "Both"),
                    ("not_applicable", "No side"),
                ],
            ),
            Input::text("site", "Site").optional(),
            Input::choice(
                "urgency",
                "Urgency",
                &[
                    ("elective", "Elective"),
                    ("urgent", "Urgent"),
                    ("emergency", "Emergency"),
                ],
            ),
            Input::area("indication", "Clinical question"),
            Input::text("referrer", "Referrer")
                .hint("who asks, and who receives the result")
                .value(referrer),
        ],
        button: "Make the case".to_owned(),
        problems: Vec::new(),
    }
}
