//! What the department needs on paper when the program is away: the day's list, and each case on one page.

use crate::guard::{Seat, Seated};
use crate::layout::{Frame, page};
use crate::pages::banner::Banner;
use crate::pages::case::reason_lines;
use crate::pages::opened::{Ended, Opened, open};
use crate::pages::plan_lines::{PlanLine, plan_lines};
use crate::refusal::Refusal;
use crate::state::State;
use crate::words::{self, Mark};
use askama::Template;
use axum::Extension;
use axum::extract::{Path, Query as Asked, State as Given};
use axum::http::HeaderMap;
use axum::response::Response;
use jiff::civil::Date;
use serde::Deserialize;
use workflow::access::looked_at;

#[derive(Template)]
#[template(path = "downtime.html")]
struct DowntimePage {
    frame: Frame,
    /// Of the whole day; empty for the sheet of one case.
    title: String,
    /// "Printed Wed 10 March 10:42 by Demo ir_nurse".
    printed: String,
    lines: Vec<Line>,
    phones: Vec<(&'static str, String)>,
    sheets: Vec<Sheet>,
}

struct Line {
    at: String,
    room: String,
    who: String,
    born: String,
    number: String,
    what: String,
    state: &'static str,
    mark: Mark,
}

struct Sheet {
    case_id: String,
    banner: Banner,
    title: String,
    mark: Mark,
    gate_words: String,
    reasons: Vec<(String, String)>,
    question: String,
    plan: Vec<PlanLine>,
    laboratory: Vec<(String, String)>,
    checks: Vec<(&'static str, Vec<String>)>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Question {
    day: String,
}

/// The day's pack.
pub async fn day(
    Given(state): Given<State>,
    Extension(seat): Seated,
    headers: HeaderMap,
    Asked(question): Asked<Question>,
) -> Result<Response, Ended> {
    let today = state.desk.now_here().date();
    let day: Date = question.day.parse().unwrap_or(today);
    let zone = state.desk.site().zone_or_utc();
    let odd = |_| Refusal::Bad("this day cannot be shown".to_owned());
    let from = day
        .to_zoned_datetime(zone.clone())
        .map_err(odd)?
        .timestamp();
    let until = day
        .tomorrow()
        .and_then(|next| next.to_zoned_datetime(zone.clone()))
        .map_err(odd)?
        .timestamp();
    let mut entries = state.desk.query().board(from, until).await?;
    entries.retain(|entry| {
        !matches!(
            entry.case.state.as_str(),
            "cancelled" | "rejected" | "redirected_other_modality"
        )
    });
    entries.sort_by(|a, b| (a.case.start, &a.case.room).cmp(&(b.case.start, &b.case.room)));
    let detail = format!("{day}, {} cases", entries.len());
    looked_at(&state.desk, &seat.session, "downtime pack", "", "", &detail).await?;
    let mut lines = Vec::new();
    let mut sheets = Vec::new();
    for entry in entries {
        let at = entry
            .case
            .start
            .map_or_else(String::new, |at| words::clock(at, &zone));
        let id = entry.case.case_id.clone();
        let room = entry.case.room.clone();
        let opened = match open(&state, &seat, &headers, &id, "downtime pack").await {
            Ok(opened) => opened,
            Err(Ended::Refused(refusal)) => return Err(refusal.into()),
            // A restricted record stands in the list without its sheet: a reason is asked for one by one.
            Err(Ended::Instead(_)) => {
                lines.push(closed_line(at, room, &id));
                continue;
            }
        };
        let number = opened.banner.fact("Patient no.").to_owned();
        lines.push(Line {
            at,
            room,
            who: opened.banner.name.clone(),
            born: opened.banner.fact("Born").to_owned(),
            number,
            what: opened.summary.title.clone(),
            state: words::state(opened.case.state.code()),
            mark: mark(&opened),
        });
        sheets.push(sheet(&state, opened).await?);
    }
    shown(&state, &seat, words::long_day(day), lines, sheets)
}

/// One case on one page.
pub async fn case(
    Given(state): Given<State>,
    Extension(seat): Seated,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Ended> {
    let opened = open(&state, &seat, &headers, &id, "print").await?;
    let sheet = sheet(&state, opened).await?;
    shown(&state, &seat, String::new(), Vec::new(), vec![sheet])
}

fn shown(
    state: &State,
    seat: &Seat,
    title: String,
    lines: Vec<Line>,
    sheets: Vec<Sheet>,
) -> Result<Response, Ended> {
    let zone = state.desk.site().zone_or_utc();
    let today = state.desk.now_here().date();
    let site = state.desk.site();
    let phone = |number: &Option<String>| number.clone().unwrap_or_else(|| "not set".to_owned());
    let name = if title.is_empty() {
        "Case on paper"
    } else {
        "Downtime pack"
    };
    Ok(page(&DowntimePage {
        frame: Frame::of(state, seat, "/board", name).with_body("paper"),
        title,
        printed: format!(
            "Printed {} by {}",
            words::moment(state.desk.now(), &zone, today),
            seat.session.display_name
        ),
        lines,
        phones: vec![
            ("Unit by day", phone(&site.telephone_day)),
            ("Unit by night", phone(&site.telephone_night)),
            ("Emergency", phone(&site.emergency_number)),
        ],
        sheets,
    })?)
}

fn closed_line(at: String, room: String, id: &str) -> Line {
    Line {
        at,
        room,
        who: format!("Case {id}"),
        born: "restricted record".to_owned(),
        number: "open the case with a reason".to_owned(),
        what: String::new(),
        state: "",
        mark: Mark::new("review", "review", "restricted"),
    }
}

fn mark(opened: &Opened) -> Mark {
    words::on_the_board(
        opened.case.state.code(),
        &opened.entry.case.gate_now,
        opened.case.override_signed.is_some(),
    )
}

async fn sheet(state: &State, opened: Opened) -> Result<Sheet, Ended> {
    let zone = state.desk.site().zone_or_utc();
    let today = state.desk.now_here().date();
    let id = opened.case.id.to_string();
    let plan_row = state.desk.query().plan(&id).await?;
    let (plan, _) = plan_lines(plan_row.as_ref(), &zone, today);
    let case = &opened.case;
    let when = case.appointment().map_or_else(
        || "no appointment".to_owned(),
        |at| words::moment(at, &zone, today),
    );
    let laboratory = crate::pages::case::laboratory(state, &opened, &zone, today)
        .await?
        .into_iter()
        .map(|line| (format!("{} {}", line.what, line.value), line.taken))
        .collect();
    let pathway = &state.desk.rules().pathway;
    let items = |items: &[knowledge::pathway::PathwayItem]| {
        items.iter().map(|item| item.words.clone()).collect()
    };
    let gate = case.gate.as_ref();
    Ok(Sheet {
        title: format!(
            "{} · {when} · {}",
            opened.summary.title, opened.entry.case.room
        ),
        mark: mark(&opened),
        gate_words: match gate {
            None => "Readiness has not been worked out.".to_owned(),
            Some(gate) if gate.what.reasons.is_empty() => "Nothing stands in the way.".to_owned(),
            Some(_) => String::new(),
        },
        reasons: reason_lines(&opened, &zone, today),
        question: if case.indication.is_empty() {
            "not stated".to_owned()
        } else {
            case.indication.clone()
        },
        plan,
        laboratory,
        checks: vec![
            ("Sign-in", items(&pathway.sign_in)),
            ("Time-out", items(&pathway.time_out)),
            ("Sign-out", items(&pathway.sign_out)),
        ],
        case_id: id,
        banner: opened.banner,
    })
}
