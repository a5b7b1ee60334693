//! A new case by hand, on one page: find the patient by two identifiers, look at who looks alike, then the order.

use crate::fields::Fields;
use crate::guard::{Form, Seat, Seated};
use crate::layout::{Frame, page};
use crate::pages::acts::inputs::Input;
use crate::pages::banner::{born, sex};
use crate::pages::board::name_of;
use crate::pages::log_in::go_to;
use crate::pages::opened::Ended;
use crate::refusal::Refusal;
use crate::state::State;
use askama::Template;
use axum::Extension;
use axum::extract::{Query as Asked, State as Given};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use model::{Laterality, PersonName, ProcedureId, Urgency};
use serde::Deserialize;
use workflow::access::looked_at;
use workflow::act_on_case::ActError;
use workflow::new_case::{ByHand, NotMade, Whom, new_case};
use workflow::open_case_by_hand::ByHandError;
use workflow::patient::{birth_from_text, sex_from_code};

#[derive(Template)]
#[template(path = "new_case.html")]
struct NewCasePage {
    frame: Frame,
    asked: Question,
    was_asked: bool,
    found: Vec<Found>,
    inputs: Vec<Input>,
    problem: String,
    whom: String,
}

pub(super) struct Found {
    pub key: String,
    pub name: String,
    pub born: String,
    pub sex: &'static str,
    pub numbers: String,
    pub is_chosen: bool,
}

#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct Question {
    pub family: String,
    pub birth: String,
    pub number: String,
}

impl Question {
    /// What was searched for before the form was sent.
    pub fn of(fields: &Fields) -> Self {
        Self {
            family: fields.text("asked_family").to_owned(),
            birth: fields.text("asked_birth").to_owned(),
            number: fields.text("asked_number").to_owned(),
        }
    }

    pub fn is_empty(&self) -> bool {
        [&self.family, &self.birth, &self.number]
            .iter()
            .all(|text| text.trim().is_empty())
    }
}

pub async fn show(
    Given(state): Given<State>,
    Extension(seat): Seated,
    Asked(asked): Asked<Question>,
) -> Result<Response, Ended> {
    form(&state, &seat, asked, &Fields::default(), String::new()).await
}

pub async fn make(
    Given(state): Given<State>,
    Extension(seat): Seated,
    Extension(fields): Form,
) -> Result<Response, Ended> {
    let asked = Question::of(&fields);
    let order = match read(&fields) {
        Ok(order) => order,
        Err(problem) => {
            let shown = form(&state, &seat, asked, &fields, problem).await?;
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, shown).into_response());
        }
    };
    match new_case(&state.desk, &seat.session.actor(), &order).await {
        Ok(case) => Ok(go_to(&format!("/cases/{}", case.id))),
        Err(NotMade::Open(ByHandError::Act(ActError::Work(error)))) => Err(error.into()),
        Err(refused) => {
            let shown = form(&state, &seat, asked, &fields, refused.to_string()).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, shown).into_response())
        }
    }
}

fn read(fields: &Fields) -> Result<ByHand, String> {
    let whom = match fields.text("whom") {
        "" => return Err("choose the patient, or say that it is a new one".to_owned()),
        "new" => Whom::New {
            name: PersonName {
                family: fields.text("family").to_owned(),
                given: fields.text("given").to_owned(),
                middle: String::new(),
            },
            birth: birth_from_text(fields.text("birth")),
            sex: sex_from_code(fields.text("sex")),
            number: fields.text("patient_number").to_owned(),
        },
        "unidentified" => {
            let tag = fields.text("tag").to_owned();
            if tag.is_empty() {
                return Err("an unidentified patient needs a tag number".to_owned());
            }
            Whom::Unidentified {
                tag,
                sex: sex_from_code(fields.text("sex")),
            }
        }
        key => Whom::Known(key.to_owned()),
    };
    let procedure = ProcedureId::new(fields.text("procedure"))
        .map_err(|_| "choose the procedure".to_owned())?;
    let side =
        Laterality::from_code(fields.text("side")).ok_or("say the side, or that there is none")?;
    let urgency = Urgency::from_code(fields.text("urgency")).ok_or("say how urgent it is")?;
    let indication = fields.text("indication").to_owned();
    if indication.is_empty() {
        return Err("the clinical question is not stated".to_owned());
    }
    Ok(ByHand {
        whom,
        procedure,
        side,
        site: fields.text("site").to_owned(),
        urgency,
        indication,
        referrer: fields.text("referrer").to_owned(),
        another_because: fields.text("another_because").to_owned(),
    })
}

async fn form(
    state: &State,
    seat: &Seat,
    asked: Question,
    fields: &Fields,
    problem: String,
) -> Result<Response, Ended> {
    let was_asked = !asked.is_empty();
    let whom = fields.text("whom").to_owned();
    let found = if was_asked {
        look_alikes(state, &asked, &whom).await?
    } else {
        Vec::new()
    };
    if was_asked {
        let detail = format!("{} found", found.len());
        looked_at(
            &state.desk,
            &seat.session,
            "patient search",
            "",
            "",
            &detail,
        )
        .await?;
    }
    let book = &state.desk.rules().book;
    let options = book
        .procedures
        .iter()
        .map(|(id, procedure)| (id.clone(), procedure.name.clone()))
        .collect();
    let mut inputs = vec![
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
        Input::text(
            "another_because",
            "Why another case, when one is open for the same procedure",
        )
        .optional(),
        Input::text("referrer", "Referrer")
            .hint("who asked, and who receives the result")
            .optional(),
    ];
    for input in &mut inputs {
        input.value = fields.text(&input.name).to_owned();
    }
    let title = if problem.is_empty() {
        "New case"
    } else {
        "Error: new case"
    };
    Ok(page(&NewCasePage {
        frame: Frame::of(state, seat, "/cases", title),
        asked,
        was_asked,
        found,
        inputs,
        problem,
        whom,
    })?)
}

pub(super) async fn look_alikes(
    state: &State,
    asked: &Question,
    chosen: &str,
) -> Result<Vec<Found>, Refusal> {
    let query = state.desk.query();
    let today = state.desk.now_here().date();
    let mut rows = query
        .look_alikes(asked.family.trim(), asked.birth.trim())
        .await?;
    if let Some(issuer) = &state.desk.site().patient_issuer
        && let Some(row) = query
            .patient_by_identifier(issuer, asked.number.trim())
            .await?
        && !rows
            .iter()
            .any(|other| other.patient_key == row.patient_key)
    {
        rows.insert(0, row);
    }
    let mut found = Vec::new();
    for row in rows {
        let numbers: Vec<String> = query
            .identifiers(&row.patient_key)
            .await?
            .into_iter()
            .map(|(issuer, value)| format!("{value} ({issuer})"))
            .collect();
        found.push(Found {
            name: name_of(&row),
            born: born(birth_from_text(&row.birth_date), today),
            sex: sex(sex_from_code(&row.sex)),
            numbers: numbers.join(", "),
            is_chosen: row.patient_key == chosen,
            key: row.patient_key,
        });
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}
