//! `/p/plan`: before the visit what the patient does, day by day; afterwards how to go on at home; when the visit is
//! cancelled, what to do with the medicines. Always whom to call.

use crate::pages::opened::Ended;
use crate::patient::around::{Around, Reader, shown};
use crate::patient::door::{Link, call, entered};
use crate::patient::refused::Note;
use crate::patient::visit::{Paper, paper};
use crate::refusal::Refusal;
use crate::state::State;
use askama::Template;
use axum::extract::{Query as Asked, State as Given};
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use letters::letter_words::{LetterWords, Part};
use letters::patient_plan::CallLevel;
use letters::plan_words::{Line, LineKind, PlanWords};
use letters::{
    Message, Print, WordsError, calendar, cancellation_words, discharge_words, sentences,
};
use workflow::patient_page::OwnPage;
use workflow::tell_last_doses::asked_doses;

#[derive(Template)]
#[template(path = "patient_plan.html")]
struct PlanPage {
    around: Around,
    words: PlanWords,
    /// Address and words of what can be done or taken along.
    ways: Vec<(&'static str, String)>,
}

#[derive(Template)]
#[template(path = "patient_letter.html")]
struct LetterPage {
    around: Around,
    words: LetterWords,
    ways: Vec<(&'static str, String)>,
}

impl PlanPage {
    fn icon(line: &Line) -> &'static str {
        match line.kind {
            LineKind::TakeMedicine => "done",
            LineKind::NoMedicine => "off",
            LineKind::AskAboutMedicine => "phone",
            LineKind::BloodTest => "pending",
            // A limit by the clock; "as usual" has none.
            LineKind::Food | LineKind::Drink if line.at.is_some() => "pending",
            LineKind::Food | LineKind::Drink => "done",
            LineKind::Wash => "done",
            LineKind::Arrive => "flag",
            LineKind::Home => "bed",
        }
    }

    fn tone(level: &CallLevel) -> &'static str {
        tone(*level)
    }
}

impl LetterPage {
    fn tone(level: &CallLevel) -> &'static str {
        tone(*level)
    }
}

fn tone(level: CallLevel) -> &'static str {
    match level {
        CallLevel::Emergency => "blocked",
        CallLevel::SameDay => "review",
    }
}

fn failed(error: WordsError) -> Refusal {
    Refusal::Page(error.to_string())
}

pub async fn plan(
    Given(state): Given<State>,
    headers: HeaderMap,
    Asked(link): Asked<Link>,
) -> Result<Response, Ended> {
    let own = entered(&state, &headers, "own plan").await?;
    let reader = Reader::of(&headers, &link.lang, own.patient.facts.language.as_deref());
    let paper = paper(
        &state,
        &own.case,
        &own.patient,
        reader.language,
        Print::Normal,
    )
    .await?;
    let around = Around::of(&state, reader, "")?.open(reader, &own.csrf)?;
    let letter = match &paper {
        None => return Ok(not_booked(&state, reader, &own)?),
        Some(Paper::Prepare(plan)) => {
            let words = sentences(plan, reader.language).map_err(failed)?;
            let ways = ways(&state, reader, &own).await?;
            let page = PlanPage {
                around,
                words,
                ways,
            };
            return Ok(shown(&state, reader, &page)?);
        }
        Some(Paper::Cancelled(input)) => cancellation_words(input),
        Some(Paper::Home(input)) => discharge_words(input),
    };
    let page = LetterPage {
        around,
        words: letter.map_err(failed)?,
        ways: letters_to_print(reader)?,
    };
    Ok(shown(&state, reader, &page)?)
}

async fn ways(
    state: &State,
    reader: Reader,
    own: &OwnPage,
) -> Result<Vec<(&'static str, String)>, Refusal> {
    let mut ways = Vec::new();
    if !asked_doses(&state.desk, &own.case).await?.is_empty() {
        ways.push(("/p/doses", reader.say(Message::TakenLink)?));
    }
    ways.push(("/p/calendar.ics", reader.say(Message::PortalCalendar)?));
    ways.extend(letters_to_print(reader)?);
    Ok(ways)
}

fn letters_to_print(reader: Reader) -> Result<Vec<(&'static str, String)>, Refusal> {
    Ok(vec![
        ("/p/letter.pdf", reader.say(Message::PortalLetter)?),
        (
            "/p/letter.pdf?large=true",
            reader.say(Message::PortalLetterLarge)?,
        ),
    ])
}

/// The plan's days for the patient's own calendar.
pub async fn own_calendar(
    Given(state): Given<State>,
    headers: HeaderMap,
    Asked(link): Asked<Link>,
) -> Result<Response, Ended> {
    let own = entered(&state, &headers, "own calendar").await?;
    let reader = Reader::of(&headers, &link.lang, own.patient.facts.language.as_deref());
    let paper = paper(
        &state,
        &own.case,
        &own.patient,
        reader.language,
        Print::Normal,
    )
    .await?;
    let Some(Paper::Prepare(plan)) = paper else {
        return Err(Refusal::NotFound.into());
    };
    let text = calendar(&plan, reader.language).map_err(failed)?;
    let mark = if state.desk.site().demonstration {
        "DEMO-"
    } else {
        ""
    };
    let headers = [
        (CONTENT_TYPE, "text/calendar; charset=utf-8".to_owned()),
        (
            CONTENT_DISPOSITION,
            format!("attachment; filename=\"{mark}{}.ics\"", own.case.id),
        ),
    ];
    Ok((headers, text).into_response())
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
