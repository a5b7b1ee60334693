//! The room: sign-in, time-out, record, sign-out on a tablet. One tap opens what is to be recorded, with its time.

use crate::guard::Seated;
use crate::layout::{Frame, page};
use crate::pages::acts::{Offer, offers, pad};
use crate::pages::banner::Banner;
use crate::pages::opened::{Ended, open};
use crate::pages::timeline::{TimelineLine, timeline};
use crate::state::State;
use crate::words;
use askama::Template;
use axum::Extension;
use axum::extract::{Path, State as Given};
use axum::http::HeaderMap;
use axum::response::Response;
use case::{Case, RoomFact};
use jiff::tz::TimeZone;
use workflow::case_file::case_events;

const EVENTS_SHOWN: usize = 25;

#[derive(Template)]
#[template(path = "room.html")]
struct RoomPage {
    frame: Frame,
    banner: Banner,
    case_id: String,
    title: String,
    steps: Vec<Step>,
    totals: Vec<(&'static str, String)>,
    warning: String,
    offers: Vec<Offer>,
    pad: Vec<Offer>,
    events: Vec<TimelineLine>,
}

struct Step {
    class: &'static str,
    is_now: bool,
    words: &'static str,
    note: String,
}

pub async fn show(
    Given(state): Given<State>,
    Extension(seat): Seated,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Ended> {
    let opened = open(&state, &seat, &headers, &id, "room").await?;
    let zone = state.desk.site().zone_or_utc();
    let today = state.desk.now_here().date();
    let events = case_events(state.desk.query(), &opened.case.id).await?;
    let case = &opened.case;
    let room = if opened.entry.case.room.is_empty() {
        "No room booked".to_owned()
    } else {
        opened.entry.case.room.clone()
    };
    let warning = if case.needs_another_time_out() {
        "Operator, side or procedure changed: the time-out is repeated before the next needle. What happens meanwhile is recorded all the same."
    } else {
        ""
    };
    let role = seat.session.role;
    Ok(page(&RoomPage {
        frame: Frame::of(&state, &seat, "/board", room.clone()).with_body("roompage"),
        title: format!(
            "{room} · {}",
            words::state(case.state.code()).to_lowercase()
        ),
        steps: steps(case, &zone),
        totals: totals(case),
        warning: warning.to_owned(),
        offers: offers(case, role),
        pad: pad(case, role),
        events: timeline(&events, EVENTS_SHOWN, &zone, today),
        case_id: id,
        banner: opened.banner,
    })?)
}

fn steps(case: &Case, zone: &TimeZone) -> Vec<Step> {
    let state = case.state.code();
    let at = |at: jiff::Timestamp| words::clock(at, zone);
    let step = |words, is_done: bool, is_now, note| Step {
        class: if is_done { "done" } else { "" },
        is_now,
        words,
        note,
    };
    vec![
        step(
            "Sign-in",
            case.sign_in.is_some(),
            matches!(state, "arrived" | "emergency" | "sign_in"),
            case.sign_in.as_ref().map_or_else(
                || "not complete".to_owned(),
                |done| format!("{}, {} items", at(done.at), done.what.items.len()),
            ),
        ),
        step(
            "Time-out",
            case.time_out.is_some(),
            state == "time_out" || case.needs_another_time_out(),
            case.time_out.as_ref().map_or_else(
                || {
                    if case.needs_another_time_out() {
                        "to be repeated".to_owned()
                    } else {
                        "not complete".to_owned()
                    }
                },
                |done| format!("{}, {} items", at(done.at), done.what.items.len()),
            ),
        ),
        step(
            "Procedure",
            case.ended.is_some(),
            state == "in_procedure" && !case.needs_another_time_out(),
            case.started_at.map_or_else(
                || "not started".to_owned(),
                |start| format!("since {}", at(start)),
            ),
        ),
        step(
            "Sign-out",
            case.sign_out.is_some(),
            state == "sign_out",
            case.sign_out
                .as_ref()
                .map_or_else(|| "not complete".to_owned(), |done| at(done.at)),
        ),
    ]
}

/// Sums of what was recorded; never a limit that nobody worked out.
fn totals(case: &Case) -> Vec<(&'static str, String)> {
    let mut contrast = 0.0;
    let mut specimens = 0_usize;
    let mut devices = 0_usize;
    let mut kerma = None;
    for entry in &case.room_facts {
        match &entry.fact {
            RoomFact::Contrast { volume, .. } => contrast += volume.0,
            RoomFact::Specimen(_) => specimens += 1,
            RoomFact::Device(_) => devices += 1,
            RoomFact::DoseRead(totals) => kerma = totals.ka_r,
            RoomFact::Needle { .. }
            | RoomFact::Medicine { .. }
            | RoomFact::Vitals { .. }
            | RoomFact::Finding { .. }
            | RoomFact::Complication { .. }
            | RoomFact::TeamMember { .. } => {}
        }
    }
    let reported = case.doses.iter().find_map(|dose| dose.totals.ka_r);
    vec![
        (
            "Contrast recorded",
            if contrast > 0.0 {
                format!("{} mL", words::number(contrast))
            } else {
                "none".to_owned()
            },
        ),
        ("Specimens recorded", count(specimens)),
        ("Devices recorded", count(devices)),
        (
            "Reference air kerma",
            kerma.or(reported).map_or_else(
                || "not received yet".to_owned(),
                |gray| format!("{} Gy", words::number(gray.0)),
            ),
        ),
    ]
}

/// "none" is said of what was recorded, never of what was used.
fn count(recorded: usize) -> String {
    if recorded == 0 {
        "none".to_owned()
    } else {
        recorded.to_string()
    }
}
