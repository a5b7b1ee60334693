//! A patient under a tag number is identified: the person's record is found, both stand side by side, then they are one.

use crate::fields::encoded;
use crate::guard::{Form, Seat, Seated};
use crate::layout::{Frame, page};
use crate::pages::banner::{Banner, born, sex};
use crate::pages::log_in::go_to;
use crate::pages::opened::{Ended, Opened, open};
use crate::refusal::Refusal;
use crate::state::State;
use askama::Template;
use axum::Extension;
use axum::extract::{Path, Query as Asked, State as Given};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use model::{BirthDate, PatientIdentifier, Sex};
use serde::Deserialize;
use workflow::Patient;
use workflow::access::looked_at;
use workflow::act_on_case::ActError;
use workflow::find_patient::{Agrees, Candidate, PatientSearch, find_patient};
use workflow::identify_patient::{IdentifyError, identify_patient};
use workflow::open_case_by_hand::TAG_ISSUER;
use workflow::patient::birth_from_text;

#[derive(Template)]
#[template(path = "identify.html")]
struct IdentifyPage {
    frame: Frame,
    banner: Banner,
    case_id: String,
    is_known: bool,
    asked: Question,
    was_asked: bool,
    found: Vec<Found>,
    picked: Option<Picked>,
    refused: String,
}

struct Found {
    key: String,
    href: String,
    name: String,
    born: String,
    sex: &'static str,
    numbers: String,
    agrees: String,
    is_same: bool,
}

struct Picked {
    key: String,
    name: String,
    lines: Vec<Compared>,
}

struct Compared {
    label: &'static str,
    ours: String,
    theirs: String,
    differs: bool,
}

#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct Question {
    family: String,
    birth: String,
    number: String,
    person: String,
}

pub async fn show(
    Given(state): Given<State>,
    Extension(seat): Seated,
    headers: HeaderMap,
    Path(id): Path<String>,
    Asked(asked): Asked<Question>,
) -> Result<Response, Ended> {
    let opened = open(&state, &seat, &headers, &id, "identify").await?;
    shown(&state, &seat, opened, asked, String::new()).await
}

pub async fn identify(
    Given(state): Given<State>,
    Extension(seat): Seated,
    headers: HeaderMap,
    Path(id): Path<String>,
    Extension(fields): Form,
) -> Result<Response, Ended> {
    let opened = open(&state, &seat, &headers, &id, "identify").await?;
    let person = fields.text("person").to_owned();
    let asked = Question {
        person: person.clone(),
        ..Question::default()
    };
    let how = fields.text("how");
    let refused = if how.is_empty() {
        "say how the person was identified".to_owned()
    } else {
        let tagged = opened.patient.key.to_string();
        match identify_patient(&state.desk, &seat.session.actor(), &tagged, &person).await {
            Ok(_) => {
                let what = "identified";
                looked_at(&state.desk, &seat.session, what, &person, &id, how).await?;
                return Ok(go_to(&format!("/cases/{id}")));
            }
            Err(IdentifyError::Act(ActError::Work(error))) => return Err(error.into()),
            Err(refused) => refused.to_string(),
        }
    };
    let page = shown(&state, &seat, opened, asked, refused).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

async fn shown(
    state: &State,
    seat: &Seat,
    opened: Opened,
    asked: Question,
    refused: String,
) -> Result<Response, Ended> {
    let today = state.desk.now_here().date();
    let is_known = !opened
        .patient
        .identifiers
        .iter()
        .all(|id| id.issuer() == TAG_ISSUER);
    let was_asked = !is_known
        && [&asked.family, &asked.birth, &asked.number]
            .iter()
            .any(|text| !text.trim().is_empty());
    let found = if was_asked {
        search(state, seat, &opened, &asked, today).await?
    } else {
        Vec::new()
    };
    let picked = if is_known || asked.person.is_empty() {
        None
    } else {
        let person = Patient::load(state.desk.query(), &asked.person).await?;
        let person = person.ok_or(Refusal::NotFound)?;
        let (what, key) = ("identify", asked.person.as_str());
        looked_at(&state.desk, &seat.session, what, key, "", "").await?;
        Some(picked(&opened.patient, &person, today))
    };
    Ok(page(&IdentifyPage {
        frame: Frame::of(state, seat, "/cases", "Who is this patient?"),
        case_id: opened.case.id.to_string(),
        banner: opened.banner,
        is_known,
        asked,
        was_asked,
        found,
        picked,
        refused,
    })?)
}

async fn search(
    state: &State,
    seat: &Seat,
    opened: &Opened,
    asked: &Question,
    today: Date,
) -> Result<Vec<Found>, Refusal> {
    let issuer = state.desk.site().patient_issuer.clone().unwrap_or_default();
    let search = PatientSearch {
        identifier: PatientIdentifier::new(asked.number.trim(), &issuer).ok(),
        family: asked.family.clone(),
        birth: birth_from_text(asked.birth.trim()),
    };
    let found = find_patient(&state.desk, &seat.session.actor(), &search).await?;
    let line = |candidate: Candidate, is_same: bool| Found {
        name: candidate.patient.name.to_string(),
        born: born(candidate.patient.birth, today),
        sex: sex(candidate.patient.sex),
        numbers: numbers(&candidate.patient),
        agrees: agreement(&candidate),
        is_same,
        href: format!(
            "/cases/{}/identify?family={}&birth={}&number={}&person={}",
            opened.case.id,
            encoded(&asked.family),
            encoded(&asked.birth),
            encoded(&asked.number),
            encoded(candidate.patient.key.as_str())
        ),
        key: candidate.patient.key.to_string(),
    };
    let same = found.same.into_iter().map(|one| line(one, true));
    let alike = found.look_alikes.into_iter().map(|one| line(one, false));
    let own = opened.patient.key.to_string();
    Ok(same.chain(alike).filter(|one| one.key != own).collect())
}

fn numbers(patient: &Patient) -> String {
    let numbers: Vec<String> = patient
        .identifiers
        .iter()
        .map(|id| format!("{} ({})", id.value(), id.issuer()))
        .collect();
    if numbers.is_empty() {
        "no number".to_owned()
    } else {
        numbers.join(", ")
    }
}

fn agreement(candidate: &Candidate) -> String {
    let words: Vec<&str> = candidate
        .agrees
        .iter()
        .map(|what| match what {
            Agrees::Identifier => "number",
            Agrees::FamilyName => "family name",
            Agrees::BirthDate => "date of birth",
        })
        .collect();
    match words.as_slice() {
        [] => "looks alike only".to_owned(),
        [one] => format!("{one} only"),
        more => more.join(", "),
    }
}

fn picked(tagged: &Patient, person: &Patient, today: Date) -> Picked {
    let line = |label, ours: String, theirs: String, differs| Compared {
        label,
        ours,
        theirs,
        differs,
    };
    let sexes_differ =
        tagged.sex != Sex::Unknown && person.sex != Sex::Unknown && tagged.sex != person.sex;
    let births_differ = tagged.birth != BirthDate::Unknown && tagged.birth != person.birth;
    Picked {
        key: person.key.to_string(),
        name: person.name.to_string(),
        lines: vec![
            line(
                "Name",
                tagged.name.to_string(),
                person.name.to_string(),
                false,
            ),
            line(
                "Born",
                born(tagged.birth, today),
                born(person.birth, today),
                births_differ,
            ),
            line(
                "Sex",
                sex(tagged.sex).to_owned(),
                sex(person.sex).to_owned(),
                sexes_differ,
            ),
            line("Numbers", numbers(tagged), numbers(person), false),
        ],
    }
}
