//! `/p/plan`: what the patient does, day by day, and whom to call.

use crate::pages::opened::Ended;
use crate::patient::around::{Around, Reader, shown};
use crate::patient::door::{Link, call, entered};
use crate::patient::plan::patient_plan;
use crate::patient::refused::Note;
use crate::refusal::Refusal;
use crate::state::State;
use askama::Template;
use axum::extract::{Query as Asked, State as Given};
use axum::http::HeaderMap;
use axum::response::Response;
use letters::patient_plan::CallLevel;
use letters::plan_words::{LineKind, PlanWords};
use letters::{Message, sentences};
use workflow::patient_page::OwnPage;
use workflow::tell_last_doses::asked_doses;

#[derive(Template)]
#[template(path = "patient_plan.html")]
struct PlanPage {
    around: Around,
    words: PlanWords,
    /// Address and words of what can be done or taken along.
    ways: Vec<(String, String)>,
}

impl PlanPage {
    fn icon(kind: &LineKind) -> &'static str {
        match kind {
            LineKind::TakeMedicine => "done",
            LineKind::NoMedicine => "off",
            LineKind::AskAboutMedicine => "phone",
            LineKind::BloodTest => "pending",
            LineKind::Food | LineKind::Drink => "off",
            LineKind::Wash => "done",
            LineKind::Arrive => "flag",
            LineKind::Home => "bed",
        }
    }

    fn tone(level: &CallLevel) -> &'static str {
        match level {
            CallLevel::Emergency => "blocked",
            CallLevel::SameDay => "review",
        }
    }
}

pub async fn plan(
    Given(state): Given<State>,
    headers: HeaderMap,
    Asked(link): Asked<Link>,
) -> Result<Response, Ended> {
    let own = entered(&state, &headers, "own plan").await?;
    let reader = Reader::of(&headers, &link.lang, own.patient.facts.language.as_deref());
    if own.case.appointment().is_none() {
        return Ok(not_booked(&state, reader, &own)?);
    }
    let row = state.desk.query().plan(own.case.id.as_str()).await?;
    let plan = patient_plan(&state, &own.case, &own.patient, row.as_ref())?;
    let words =
        sentences(&plan, reader.language).map_err(|error| Refusal::Page(error.to_string()))?;
    let mut ways = Vec::new();
    if !asked_doses(&state.desk, &own.case).await?.is_empty() {
        ways.push(("/p/doses".to_owned(), reader.say(Message::TakenLink)?));
    }
    ways.push((
        "/p/letter.pdf".to_owned(),
        reader.say(Message::PortalLetter)?,
    ));
    ways.push((
        "/p/letter.pdf?large=true".to_owned(),
        reader.say(Message::PortalLetterLarge)?,
    ));
    Ok(shown(
        &state,
        reader,
        &PlanPage {
            around: Around::of(&state, reader, "")?.open(reader, &own.csrf)?,
            words,
            ways,
        },
    )?)
}

fn not_booked(state: &State, reader: Reader, own: &OwnPage) -> Result<Response, Refusal> {
    let mut lines = Vec::new();
    lines.extend(Some(call(state, reader)?).filter(|line| !line.is_empty()));
    shown(
        state,
        reader,
        &Note {
            around: Around::of(state, reader, "")?.open(reader, &own.csrf)?,
            title: reader.say(Message::PortalNotBooked)?,
            lines,
            way: None,
        },
    )
}
