//! `/p/doses`: the patient tells when the last doses were really taken.

use crate::fields::Fields;
use crate::guard::Form;
use crate::pages::log_in::go_to;
use crate::pages::opened::Ended;
use crate::patient::around::{Around, Reader, shown};
use crate::patient::door::{Link, entered, fits};
use crate::refusal::Refusal;
use crate::state::State;
use askama::Template;
use axum::Extension;
use axum::extract::{Query as Asked, State as Given};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use jiff::civil::{Date, DateTime, Time};
use letters::{Message, Words, WordsError};
use workflow::patient_page::OwnPage;
use workflow::tell_last_doses::{AskedDose, TellError, ToldDose, asked_doses, tell_last_doses};

#[derive(Template)]
#[template(path = "patient_doses.html")]
struct DosesPage {
    around: Around,
    csrf: String,
    title: String,
    intro: String,
    /// "Thank you", after the form was taken.
    note: String,
    problem: Option<(String, String)>,
    /// What the patient has to call about.
    calls: Vec<String>,
    rows: Vec<Row>,
    day_label: String,
    time_label: String,
    not_known: String,
    send: String,
    back: String,
}

struct Row {
    number: usize,
    medicine: String,
    plan: String,
    told: String,
    day: String,
    time: String,
    is_not_known: bool,
}

pub async fn show(
    Given(state): Given<State>,
    headers: HeaderMap,
    Asked(link): Asked<Link>,
) -> Result<Response, Ended> {
    let own = entered(&state, &headers, "own doses").await?;
    let reader = Reader::of(&headers, &link.lang, own.patient.facts.language.as_deref());
    let mut page = doses_page(&state, reader, &own).await?;
    if link.said == "thanks" {
        page.note = reader.say(Message::TakenThanks)?;
    }
    Ok(shown(&state, reader, &page)?)
}

pub async fn tell(
    Given(state): Given<State>,
    headers: HeaderMap,
    Extension(fields): Form,
) -> Result<Response, Ended> {
    let own = entered(&state, &headers, "own doses").await?;
    let reader = Reader::of(&headers, "", own.patient.facts.language.as_deref());
    fits(&own, fields.text("csrf"))?;
    let asked = asked_doses(&state.desk, &own.case).await?;
    let problem = match read(&fields, &asked) {
        Ok(said) => match tell_last_doses(&state.desk, &own.case, &said).await {
            Ok(()) => return Ok(go_to("/p/doses?said=thanks")),
            Err(TellError::NotAsked(medicine)) => reader.say(Message::TakenBad {
                medicine: &medicine,
            })?,
            Err(TellError::StillToCome(medicine)) => reader.say(Message::TakenFuture {
                medicine: &medicine,
            })?,
            Err(TellError::Act(error)) => {
                return Err(Refusal::Page(error.to_string()).into());
            }
        },
        Err(medicine) => reader.say(Message::TakenBad {
            medicine: &medicine,
        })?,
    };
    let mut page = doses_page(&state, reader, &own).await?;
    page.problem = Some((reader.say(Message::PortalProblem)?, problem));
    for row in &mut page.rows {
        let field = |name: &str| fields.text(&format!("{name}_{}", row.number)).to_owned();
        row.day = field("day");
        row.time = field("time");
        row.is_not_known = !field("unknown").is_empty();
    }
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    Ok((status, shown(&state, reader, &page)?).into_response())
}

/// What was said of each medicine; rows left empty say nothing. The error is the medicine whose row is half filled.
fn read(fields: &Fields, asked: &[AskedDose]) -> Result<Vec<(String, ToldDose)>, String> {
    let mut said = Vec::new();
    for number in 1..=asked.len() {
        let field = |name: &str| fields.text(&format!("{name}_{number}"));
        let medicine = field("medicine").to_owned();
        let (day, time) = (field("day"), field("time"));
        let dose = match (field("unknown").is_empty(), day.is_empty(), time.is_empty()) {
            (true, true, true) => continue,
            (false, true, true) => ToldDose::NotKnown,
            (true, false, false) => {
                let at = day.parse::<Date>().ok().zip(time.parse::<Time>().ok());
                match at {
                    Some((day, time)) => ToldDose::At(DateTime::from_parts(day, time)),
                    None => return Err(medicine),
                }
            }
            // A time and "I do not know" at once, or half a time.
            _ => return Err(medicine),
        };
        said.push((medicine, dose));
    }
    Ok(said)
}

async fn doses_page(state: &State, reader: Reader, own: &OwnPage) -> Result<DosesPage, Refusal> {
    let asked = asked_doses(&state.desk, &own.case).await?;
    let site = state.desk.site();
    let phone = site.telephone_day.clone().unwrap_or_default();
    let words = reader.words()?;
    let failed = |error: WordsError| Refusal::Page(error.to_string());
    let mut rows = Vec::new();
    let mut calls = Vec::new();
    for (index, dose) in asked.iter().enumerate() {
        let may_be_told = dose.is_approved || site.demonstration;
        calls.extend(call(words, dose, may_be_told, &phone).map_err(failed)?);
        rows.push(row(words, index + 1, dose, may_be_told).map_err(failed)?);
    }
    Ok(DosesPage {
        around: Around::of(state, reader, "")?.open(reader, &own.csrf)?,
        csrf: own.csrf.clone(),
        title: reader.say(Message::TakenTitle)?,
        intro: if rows.is_empty() {
            reader.say(Message::TakenNone)?
        } else {
            reader.say(Message::TakenIntro)?
        },
        note: String::new(),
        problem: None,
        calls,
        rows,
        day_label: reader.say(Message::TakenDay)?,
        time_label: reader.say(Message::TakenTime)?,
        not_known: reader.say(Message::TakenNotKnown)?,
        send: reader.say(Message::TakenSend)?,
        back: reader.say(Message::PortalBack)?,
    })
}

/// Too late, or not known: the patient calls. That it is too late is said only by a rule that the hospital approved.
fn call(
    words: &Words,
    dose: &AskedDose,
    may_be_told: bool,
    phone: &str,
) -> Result<Option<String>, WordsError> {
    let medicine = &dose.medicine;
    let message = match (dose.is_late(), may_be_told, dose.told) {
        (true, true, _) => Message::TakenLate { medicine, phone },
        (true, false, _) | (false, _, Some(ToldDose::NotKnown)) => {
            Message::TakenUnclear { medicine, phone }
        }
        (false, _, _) => return Ok(None),
    };
    words.say(message).map(Some)
}

fn row(
    words: &Words,
    number: usize,
    dose: &AskedDose,
    may_be_told: bool,
) -> Result<Row, WordsError> {
    let plan = match dose.limit.filter(|_| may_be_told) {
        Some(limit) => words.say(Message::TakenPlan {
            date: &words.date(limit.date())?,
            time: &words.time(limit.time())?,
        })?,
        None => String::new(),
    };
    let mut row = Row {
        number,
        medicine: dose.medicine.clone(),
        plan,
        told: String::new(),
        day: String::new(),
        time: String::new(),
        is_not_known: false,
    };
    match dose.told {
        Some(ToldDose::At(at)) => {
            row.told = words.say(Message::TakenTold {
                date: &words.date(at.date())?,
                time: &words.time(at.time())?,
            })?;
            row.day = at.date().to_string();
            row.time = at.strftime("%H:%M").to_string();
        }
        Some(ToldDose::NotKnown) => row.is_not_known = true,
        None => {}
    }
    Ok(row)
}
