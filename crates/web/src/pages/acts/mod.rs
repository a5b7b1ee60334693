//! Forms that act on a case: each is a command of the case, with the version that the person saw.
//!
//! The table says where in the line a form is offered and to whom; whether it may be done, the case itself says.

mod after;
mod before;
pub mod inputs;
mod procedures;
mod room;
mod tracks;

use crate::fields::Fields;
use crate::guard::{Form, Seat, Seated};
use crate::layout::{Frame, page};
use crate::pages::banner::Banner;
use crate::pages::changed::{Changed, changed};
use crate::pages::log_in::go_to;
use crate::pages::opened::{Ended, Opened, open};
use crate::pages::timeline::{TimelineLine, timeline};
use crate::refusal::Refusal;
use crate::state::State;
use askama::Template;
use axum::Extension;
use axum::extract::{Path, Query as Asked, State as Given};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use case::{Case, Command, ConsentState, RoomFact};
use inputs::{Input, Reader};
use model::Role::{
    self, Anaesthetist, Coordinator, IrNurse, Physicist, Radiographer, Radiologist, Referrer,
    WardNurse,
};
use serde::Deserialize;
use workflow::act_on_case::{ActError, act_on_case};
use workflow::case_file::case_events;

/// What a form is made from and read with.
pub struct View<'a> {
    pub state: &'a State,
    pub seat: &'a Seat,
    pub case: &'a Case,
    pub opened: &'a Opened,
    /// Number of the track or deviation that it is about.
    pub number: u16,
}

/// One form.
pub struct Act {
    pub code: &'static str,
    /// On the button that opens it and as its title.
    pub words: &'static str,
    /// On the button that does it.
    pub button: &'static str,
    /// States in which it is offered; the first of the table that fits is the main one.
    states: &'static [&'static str],
    roles: &'static [Role],
    place: Place,
    inputs: fn(&View<'_>) -> Vec<Input>,
    read: Read,
}

/// How the answers become a command.
#[derive(Clone, Copy)]
enum Read {
    Command(fn(&View<'_>, &mut Reader<'_>) -> Command),
    /// A fact of the procedure record, at the moment in the form.
    Fact(fn(&mut Reader<'_>) -> RoomFact),
}

impl Read {
    fn command(self, view: &View<'_>, reader: &mut Reader<'_>) -> Command {
        match self {
            Self::Command(read) => read(view, reader),
            Self::Fact(read) => Command::RecordInRoom {
                fact: read(reader),
                happened_at: reader.moment("happened_at", "Time"),
            },
        }
    }
}

/// Where a form is offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// On the case page.
    Case,
    /// On the pad of the room.
    Pad,
    /// Beside the track or deviation that it is about.
    Track,
}

const BOOKING: &[Role] = &[Coordinator, IrNurse, Radiologist];
const ROOM: &[Role] = &[Radiologist, IrNurse, Radiographer, Anaesthetist];
const CARE: &[Role] = &[IrNurse, WardNurse, Radiologist, Anaesthetist];
const DOCTORS: &[Role] = &[Radiologist, Anaesthetist];
const CLINICAL: &[Role] = &[
    Coordinator,
    IrNurse,
    WardNurse,
    Radiographer,
    Radiologist,
    Anaesthetist,
    Physicist,
];
const WITH_REFERRER: &[Role] = &[
    Coordinator,
    IrNurse,
    WardNurse,
    Radiographer,
    Radiologist,
    Anaesthetist,
    Physicist,
    Referrer,
];

/// Forms that take the case along its line: only these are ever the main button.
const LINE: &[&str] = &[
    "vet",
    "schedule",
    "begin_preparation",
    "arrive",
    "begin_sign_in",
    "sign_in",
    "time_out",
    "start",
    "end",
    "sign_out",
    "begin_recovery",
    "observe",
    "close",
];

/// Steps that stand already are not offered again.
fn is_done(case: &Case, code: &str) -> bool {
    match code {
        "give_consent" | "decline_consent" => matches!(case.consent, ConsentState::Given(_)),
        "time_out" => case.time_out.is_some(),
        "sign_out" => case.sign_out.is_some(),
        "identify_procedure" => case.live().all(case::Procedure::is_identified),
        "sign_override" => {
            case.override_signed.is_some()
                || case
                    .gate
                    .as_ref()
                    .is_none_or(|gate| gate.what.now == model::Gate::Ready)
        }
        "drop_procedure" => case.live().count() < 2,
        "restart_instruction" => !matches!(case.restart, Some(case::Restart::Owed)),
        _ => false,
    }
}

fn all() -> impl Iterator<Item = &'static Act> {
    before::ACTS
        .iter()
        .chain(room::ACTS)
        .chain(procedures::ACTS)
        .chain(after::ACTS)
        .chain(tracks::ACTS)
}

/// A button of the case page.
pub struct Offer {
    pub code: &'static str,
    pub words: &'static str,
    pub is_next: bool,
}

/// The forms offered on the case page in this state to this role, the next step first.
pub fn offers(case: &Case, role: Role) -> Vec<Offer> {
    offered(case, role, Place::Case)
}

/// The forms of the room's pad.
pub fn pad(case: &Case, role: Role) -> Vec<Offer> {
    offered(case, role, Place::Pad)
}

fn offered(case: &Case, role: Role, place: Place) -> Vec<Offer> {
    let state = case.state.code();
    let mut acts: Vec<&Act> = all()
        .filter(|act| {
            act.place == place
                && act.roles.contains(&role)
                && act.states.contains(&state)
                && !is_done(case, act.code)
        })
        .collect();
    // Going on stands before giving up.
    acts.sort_by_key(|act| !LINE.contains(&act.code));
    acts.into_iter()
        .enumerate()
        .map(|(at, act)| Offer {
            code: act.code,
            words: act.words,
            is_next: at == 0 && LINE.contains(&act.code),
        })
        .collect()
}

#[derive(Template)]
#[template(path = "act.html")]
struct ActPage {
    frame: Frame,
    banner: Banner,
    case_id: String,
    version: u64,
    number: u16,
    code: &'static str,
    title: &'static str,
    button: &'static str,
    inputs: Vec<Input>,
    problems: Vec<(String, String)>,
    refused: String,
    conflict: Vec<TimelineLine>,
    changed: Vec<Changed>,
    back: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct About {
    track: u16,
}

/// What stands over a form that was not taken.
#[derive(Default)]
struct NotTaken {
    problems: Vec<(String, String)>,
    refused: String,
    conflict: Vec<TimelineLine>,
    changed: Vec<Changed>,
}

pub async fn show(
    Given(state): Given<State>,
    Extension(seat): Seated,
    headers: HeaderMap,
    Path((id, code)): Path<(String, String)>,
    Asked(about): Asked<About>,
) -> Result<Response, Ended> {
    let act = all()
        .find(|act| act.code == code)
        .ok_or(Refusal::NotFound)?;
    let opened = open(&state, &seat, &headers, &id, act.code).await?;
    let empty = Fields::default();
    form(
        &state,
        &seat,
        &opened,
        act,
        about.track,
        &empty,
        NotTaken::default(),
    )
}

pub async fn submit(
    Given(state): Given<State>,
    Extension(seat): Seated,
    headers: HeaderMap,
    Path((id, code)): Path<(String, String)>,
    Extension(fields): Form,
) -> Result<Response, Ended> {
    let act = all()
        .find(|act| act.code == code)
        .ok_or(Refusal::NotFound)?;
    let opened = open(&state, &seat, &headers, &id, act.code).await?;
    let number = fields.text("number").parse().unwrap_or_default();
    let seen: u64 = fields
        .text("version")
        .parse()
        .map_err(|_| Refusal::Bad("the form does not say which version it saw".to_owned()))?;
    let view = View {
        state: &state,
        seat: &seat,
        case: &opened.case,
        opened: &opened,
        number,
    };
    let mut reader = Reader {
        fields: &fields,
        zone: state.desk.site().zone_or_utc(),
        now: state.desk.now(),
        wrong: Vec::new(),
    };
    let command = act.read.command(&view, &mut reader);
    if !reader.wrong.is_empty() {
        let problems = reader.wrong;
        let not_taken = NotTaken {
            problems,
            ..NotTaken::default()
        };
        let shown = form(&state, &seat, &opened, act, number, &fields, not_taken)?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, shown).into_response());
    }
    let by = seat.session.actor();
    match act_on_case(&state.desk, &by, &id, Some(seen), &command).await {
        Ok(after) => Ok(go_to(&back(&after, act))),
        Err(ActError::Changed { .. }) => {
            let opened = open(&state, &seat, &headers, &id, act.code).await?;
            let events = case_events(state.desk.query(), &opened.case.id).await?;
            let newer = events
                .get(usize::try_from(seen).unwrap_or(0)..)
                .unwrap_or_default();
            let older = events
                .get(..usize::try_from(seen).unwrap_or(0))
                .unwrap_or_default();
            let before = Case::replay(opened.case.id.clone(), older);
            let zone = state.desk.site().zone_or_utc();
            let today = state.desk.now_here().date();
            let not_taken = NotTaken {
                conflict: timeline(newer, newer.len(), &zone, today),
                changed: changed(&state, &before, &opened.case),
                ..NotTaken::default()
            };
            let shown = form(&state, &seat, &opened, act, number, &fields, not_taken)?;
            Ok((StatusCode::CONFLICT, shown).into_response())
        }
        Err(ActError::Refused(refusal)) => {
            let not_taken = NotTaken {
                refused: refusal.to_string(),
                ..NotTaken::default()
            };
            let shown = form(&state, &seat, &opened, act, number, &fields, not_taken)?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, shown).into_response())
        }
        Err(ActError::NoSuchCase(_)) => Err(Refusal::NotFound.into()),
        Err(ActError::Work(error)) => Err(error.into()),
    }
}

fn back(case: &Case, act: &Act) -> String {
    let id = &case.id;
    let is_in_room = matches!(
        case.state.code(),
        "sign_in" | "time_out" | "in_procedure" | "sign_out"
    );
    let is_of_the_room = act.place == Place::Pad || act.roles == ROOM;
    if is_of_the_room && (is_in_room || act.place == Place::Pad) {
        format!("/cases/{id}/room")
    } else {
        format!("/cases/{id}")
    }
}

/// The page of a form; what was typed is kept.
fn form(
    state: &State,
    seat: &Seat,
    opened: &Opened,
    act: &Act,
    number: u16,
    fields: &Fields,
    not_taken: NotTaken,
) -> Result<Response, Ended> {
    let view = View {
        state,
        seat,
        case: &opened.case,
        opened,
        number,
    };
    let mut inputs = (act.inputs)(&view);
    let was_sent = fields.iter().next().is_some();
    for input in &mut inputs {
        if was_sent {
            input.value = fields.text(&input.name).to_owned();
            input.beside = fields.text(&format!("{}_words", input.name)).to_owned();
        }
        let wrong = not_taken
            .problems
            .iter()
            .find(|(name, _)| *name == input.name);
        input.bad = wrong
            .map(|(_, sentence)| sentence.clone())
            .unwrap_or_default();
    }
    let is_error = !not_taken.problems.is_empty() || !not_taken.refused.is_empty();
    let title = if is_error {
        format!("Error: {}", act.words)
    } else {
        act.words.to_owned()
    };
    let class = if act.place == Place::Pad || act.roles == ROOM {
        "roompage"
    } else {
        ""
    };
    Ok(page(&ActPage {
        frame: Frame::of(state, seat, "/cases", title).with_body(class),
        banner: opened.banner.clone(),
        case_id: opened.case.id.to_string(),
        version: opened.case.version,
        number,
        code: act.code,
        title: act.words,
        button: act.button,
        inputs,
        problems: not_taken.problems,
        refused: sentence(&not_taken.refused),
        conflict: not_taken.conflict,
        changed: not_taken.changed,
        back: back(&opened.case, act),
    })?)
}

fn sentence(words: &str) -> String {
    let mut words = words.to_owned();
    if let Some(first) = words.get_mut(0..1) {
        first.make_ascii_uppercase();
    }
    words
}

/// Now, as a `datetime-local` field takes it.
fn now_value(view: &View<'_>) -> String {
    view.state
        .desk
        .now_here()
        .strftime("%Y-%m-%dT%H:%M")
        .to_string()
}

fn nothing(_: &View<'_>) -> Vec<Input> {
    Vec::new()
}
