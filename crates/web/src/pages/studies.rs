//! The studies that were filed under a case; one that belongs to somebody else is taken off it.

use crate::guard::{Form, Seat, Seated};
use crate::layout::{Frame, page};
use crate::pages::acts::inputs::Input;
use crate::pages::banner::Banner;
use crate::pages::log_in::go_to;
use crate::pages::opened::{Ended, Opened, open};
use crate::pages::sheet::{Sheet, whole};
use crate::refusal::Refusal;
use crate::state::State;
use crate::words;
use askama::Template;
use axum::Extension;
use axum::extract::{Path, State as Given};
use axum::http::HeaderMap;
use axum::response::Response;
use model::StudyUid;
use workflow::ObjectSummary;
use workflow::act_on_case::ActError;
use workflow::detach_study::{NotDetached, detach_study};

#[derive(Template)]
#[template(path = "studies.html")]
struct StudiesPage {
    frame: Frame,
    banner: Banner,
    case_id: String,
    studies: Vec<Study>,
}

struct Study {
    uid: String,
    what: String,
    who: String,
    differs: bool,
    objects: String,
    when: String,
}

pub async fn list(
    Given(state): Given<State>,
    Extension(seat): Seated,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Ended> {
    let opened = open(&state, &seat, &headers, &id, "studies").await?;
    let studies = studies(&state, &opened).await?;
    Ok(page(&StudiesPage {
        frame: Frame::of(&state, &seat, "/cases", format!("Studies of case {id}")),
        banner: opened.banner,
        case_id: id,
        studies,
    })?)
}

async fn studies(state: &State, opened: &Opened) -> Result<Vec<Study>, Refusal> {
    let zone = state.desk.site().zone_or_utc();
    let today = state.desk.now_here().date();
    let id = opened.case.id.as_str();
    let objects = state.desk.query().objects_of_case(id).await?;
    let mut uids: Vec<String> = objects.iter().map(|row| row.study_uid.clone()).collect();
    uids.sort();
    uids.dedup();
    let mut studies = Vec::new();
    for uid in uids {
        let of_study: Vec<_> = objects.iter().filter(|row| row.study_uid == uid).collect();
        let Some(first) = of_study.first() else {
            continue;
        };
        let said = ObjectSummary::read(&first.body);
        let number = &said.patient_id;
        let is_ours = number.is_empty()
            || opened
                .patient
                .identifiers
                .iter()
                .any(|known| known.value() == number);
        let reports = of_study
            .iter()
            .filter(|row| row.kind == "dose_report")
            .count();
        let last = of_study.iter().map(|row| row.received).max();
        studies.push(Study {
            what: joined(
                &[&said.modality, &said.description, &said.study_date],
                "study",
            ),
            who: joined(
                &[&said.patient_name, number],
                "nobody: no name and no number",
            ),
            differs: !is_ours,
            objects: match reports {
                0 => of_study.len().to_string(),
                1 => format!("{}, 1 of them a dose report", of_study.len()),
                more => format!("{}, {more} of them dose reports", of_study.len()),
            },
            when: last.map_or_else(String::new, |at| words::moment(at, &zone, today)),
            uid,
        });
        if let Some(study) = studies.last_mut() {
            study.what = words::readable(&study.what, &zone, today);
        }
    }
    Ok(studies)
}

fn joined(parts: &[&str], nothing: &str) -> String {
    let said: Vec<&str> = parts
        .iter()
        .map(|part| part.trim())
        .filter(|part| !part.is_empty())
        .collect();
    if said.is_empty() {
        nothing.to_owned()
    } else {
        said.join(", ")
    }
}

pub async fn ask(
    Given(state): Given<State>,
    Extension(seat): Seated,
    headers: HeaderMap,
    Path((id, uid)): Path<(String, String)>,
) -> Result<Response, Ended> {
    let opened = open(&state, &seat, &headers, &id, "studies").await?;
    let sheet = sheet(&state, &opened, &uid).await?;
    sheet.shown(&state, &seat, opened.banner)
}

pub async fn detach(
    Given(state): Given<State>,
    Extension(seat): Seated,
    headers: HeaderMap,
    Path((id, uid)): Path<(String, String)>,
    Extension(fields): Form,
) -> Result<Response, Ended> {
    let study = StudyUid::new(&uid).map_err(|_| Refusal::NotFound)?;
    let opened = open(&state, &seat, &headers, &id, "studies").await?;
    let seen: u64 = fields
        .text("version")
        .parse()
        .map_err(|_| Refusal::Bad("the form does not say which version it saw".to_owned()))?;
    let by = seat.session.actor();
    let reason = fields.text("reason");
    let problem = match detach_study(&state.desk, &by, &id, seen, &study, reason).await {
        Ok(_) => return Ok(go_to(&format!("/cases/{id}/studies"))),
        Err(NotDetached::Act(ActError::Work(error))) => return Err(error.into()),
        Err(NotDetached::Act(ActError::Changed { .. })) => {
            "the case has changed meanwhile: look at its studies again, then decide".to_owned()
        }
        Err(refused) => refused.to_string(),
    };
    again(&state, &seat, opened, &uid, &fields, problem).await
}

async fn again(
    state: &State,
    seat: &Seat,
    opened: Opened,
    uid: &str,
    fields: &crate::fields::Fields,
    problem: String,
) -> Result<Response, Ended> {
    let sheet = sheet(state, &opened, uid).await?;
    sheet
        .again(fields, whole(problem))
        .shown(state, seat, opened.banner)
}

async fn sheet(state: &State, opened: &Opened, uid: &str) -> Result<Sheet, Ended> {
    let study = studies(state, opened)
        .await?
        .into_iter()
        .find(|study| study.uid == uid && !uid.is_empty())
        .ok_or(Refusal::NotFound)?;
    let id = opened.case.id.as_str();
    Ok(Sheet {
        title: "Take this study off the case".to_owned(),
        action: format!("/cases/{id}/studies/{uid}"),
        back: format!("/cases/{id}/studies"),
        intro: vec![
            format!("{}. It says it is for {}.", study.what, study.who),
            format!(
                "Its objects ({}) wait under Unmatched, its dose counts no more for this case, and what comes later of it waits too. Nothing is erased.",
                study.objects
            ),
        ],
        hidden: vec![("version", opened.case.version.to_string())],
        inputs: vec![Input::text("reason", "Why")],
        button: "Take it off the case".to_owned(),
        problems: Vec::new(),
    })
}
