//! The day's board: who is where, who is ready, who is not and why.

use crate::guard::{Seat, Seated};
use crate::layout::{Frame, page};
use crate::refusal::Refusal;
use crate::state::State;
use crate::words::{self, Mark};
use askama::Template;
use axum::Extension;
use axum::extract::{Query as Asked, State as Given};
use axum::response::Response;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use store::query::BoardEntry;
use workflow::access::{Area, Whose, allowed, looked_at};
use workflow::case_summary::CaseSummary;
use workflow::hidden_from::hidden_from;

/// Minutes in one column of the grid.
const STEP: i64 = 15;
/// Shown even when nothing is booked then: from and until, hours of the day.
const USUAL_HOURS: (i64, i64) = (8, 16);
/// Open tasks that the board lists; the others are on their own page.
const TASKS_SHOWN: usize = 8;
/// Reasons listed for one case; all of them stand on its page.
const REASONS_SHOWN: usize = 3;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Question {
    day: String,
}

#[derive(Template)]
#[template(path = "board.html")]
struct BoardPage {
    frame: Frame,
    iso: String,
    previous: DayLink,
    next: DayLink,
    may_print: bool,
    may_enter: bool,
    part: Part,
}

#[derive(Template)]
#[template(path = "board_part.html")]
struct BoardPart {
    part: Part,
}

struct DayLink {
    iso: String,
    words: String,
}

struct Part {
    /// The demonstration is still making its department.
    is_filling: bool,
    now: Option<Now>,
    hours: Vec<String>,
    columns: i64,
    rows: Vec<RoomRow>,
    total: usize,
    counts: Vec<Mark>,
    not_ready: Vec<NotReady>,
    can_come: Vec<CanCome>,
    tasks: Vec<TaskLine>,
    tasks_open: usize,
    tasks_late: usize,
}

struct Now {
    words: String,
    /// Place of the line in thousandths of the grid's width.
    x: i64,
}

/// One lane of a room: the first carries the room's name over all of them.
struct RoomRow {
    head: Option<RoomHead>,
    cells: Vec<Cell>,
}

struct RoomHead {
    name: String,
    operator: String,
    lanes: usize,
}

struct Cell {
    columns: i64,
    slot: Option<Slot>,
}

struct Slot {
    case_id: String,
    tone: &'static str,
    class: &'static str,
    is_narrow: bool,
    at: String,
    who: String,
    what: String,
    mark: Mark,
    note: String,
}

struct NotReady {
    case_id: String,
    when_and_who: String,
    mark: Mark,
    missing: Vec<String>,
    who_acts: String,
}

struct CanCome {
    case_id: String,
    who: String,
    what: String,
    needs: String,
    mark: Mark,
}

struct TaskLine {
    tone: &'static str,
    late: String,
    due: String,
    words: String,
    who: String,
    case_id: String,
    owner: String,
}

/// One case of the day, read once.
struct Line {
    entry: BoardEntry,
    summary: CaseSummary,
    who: String,
    mark: Mark,
    start: Timestamp,
    end: Timestamp,
    /// Rooms whose worklist does not show the case now.
    hidden_from: Vec<String>,
}

pub async fn show(
    Given(state): Given<State>,
    Extension(seat): Seated,
    Asked(question): Asked<Question>,
) -> Result<Response, Refusal> {
    let (day, part) = read(&state, &seat, &question).await?;
    let link = |day: Date| DayLink {
        iso: day.to_string(),
        words: day.strftime("%a %-d %B").to_string(),
    };
    page(&BoardPage {
        frame: Frame::of(&state, &seat, "/board", words::long_day(day)),
        iso: day.to_string(),
        previous: link(day.yesterday().unwrap_or(day)),
        next: link(day.tomorrow().unwrap_or(day)),
        may_enter: allowed(seat.session.role, Area::NewCase).is_some(),
        may_print: allowed(seat.session.role, Area::Downtime).is_some(),
        part,
    })
}

/// The same board without its frame, for a page that is open.
pub async fn part(
    Given(state): Given<State>,
    Extension(seat): Seated,
    Asked(question): Asked<Question>,
) -> Result<Response, Refusal> {
    let (_, part) = read(&state, &seat, &question).await?;
    page(&BoardPart { part })
}

async fn read(state: &State, seat: &Seat, question: &Question) -> Result<(Date, Part), Refusal> {
    let zone = state.desk.site().zone_or_utc();
    let now = state.desk.now();
    let today = state.desk.now_here().date();
    let day: Date = question.day.parse().unwrap_or(today);
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
    let entries = state.desk.query().board(from, until).await?;
    let detail = format!("{day}, {} cases", entries.len());
    looked_at(&state.desk, &seat.session, "board", "", "", &detail).await?;
    let lines: Vec<Line> = entries
        .into_iter()
        .filter_map(|entry| line(state, entry, seat.whose, now))
        .collect();
    let hours = window(&lines, from);
    let columns = (hours.1 - hours.0) * 60 / STEP;
    let grid_start = from
        .checked_add(SignedDuration::from_hours(hours.0))
        .unwrap_or(from);
    let grid = Grid {
        start: grid_start,
        columns,
        zone: &zone,
        today,
    };
    let (tasks, tasks_open, tasks_late) = tasks(state, seat.whose, now, &zone, today).await?;
    let part = Part {
        is_filling: state.is_filling(),
        now: (day == today).then(|| now_line(now, grid_start, columns, &zone)),
        hours: (hours.0..hours.1)
            .map(|hour| format!("{hour:02}:00"))
            .collect(),
        columns,
        rows: rows(state, &lines, &grid),
        total: lines.iter().filter(|line| !is_off(line)).count(),
        counts: counts(&lines),
        not_ready: not_ready(&lines, &zone, today),
        can_come: can_come(&lines, now, &zone),
        tasks,
        tasks_open,
        tasks_late,
    };
    Ok((day, part))
}

fn line(state: &State, entry: BoardEntry, whose: Whose, now: Timestamp) -> Option<Line> {
    let summary = CaseSummary::read(&entry.case.body);
    let start = entry.case.start?;
    let minutes = i64::from(summary.duration_minutes.max(15));
    let planned = start
        .checked_add(SignedDuration::from_mins(minutes))
        .unwrap_or(start);
    let is_in_room = matches!(
        entry.case.state.as_str(),
        "sign_in" | "time_out" | "in_procedure" | "sign_out"
    );
    let end = if is_in_room {
        planned.max(now)
    } else {
        planned
    };
    let mark = words::on_the_board(
        &entry.case.state,
        &entry.case.gate_now,
        summary.override_signed,
    );
    Some(Line {
        who: shown_name(&entry, whose),
        hidden_from: hidden_from(&state.desk, &entry, &summary),
        entry,
        summary,
        mark,
        start,
        end,
    })
}

/// The name as lists write it, or the case number for those who see no names.
pub fn shown_name(entry: &BoardEntry, whose: Whose) -> String {
    match whose {
        Whose::WithoutNames | Whose::NoPatient => format!("Case {}", entry.case.case_id),
        Whose::Department | Whose::Own => {
            let name = model::PersonName {
                family: entry.patient.family.clone(),
                given: entry.patient.given.clone(),
                middle: String::new(),
            };
            name.to_string()
        }
    }
}

fn is_off(line: &Line) -> bool {
    matches!(
        line.entry.case.state.as_str(),
        "cancelled" | "rejected" | "redirected_other_modality"
    )
}

/// Whole hours from the first to the last case of the day, at least the usual ones.
fn window(lines: &[Line], from: Timestamp) -> (i64, i64) {
    let hour = |at: Timestamp| at.duration_since(from).as_mins();
    let first = lines.iter().map(|line| hour(line.start) / 60).min();
    let last = lines.iter().map(|line| (hour(line.end) + 59) / 60).max();
    (
        first
            .map_or(USUAL_HOURS.0, |hour| hour.min(USUAL_HOURS.0))
            .max(0),
        last.map_or(USUAL_HOURS.1, |hour| hour.max(USUAL_HOURS.1))
            .min(24),
    )
}

fn now_line(now: Timestamp, grid_start: Timestamp, columns: i64, zone: &TimeZone) -> Now {
    let seconds = now.duration_since(grid_start).as_secs();
    let whole = (columns * STEP * 60).max(1);
    Now {
        words: words::clock(now, zone),
        x: (seconds * 1000 / whole).clamp(-10, 1010),
    }
}

/// The day's columns, and how times are written in them.
struct Grid<'a> {
    start: Timestamp,
    columns: i64,
    zone: &'a TimeZone,
    today: Date,
}

fn rows(state: &State, lines: &[Line], grid: &Grid<'_>) -> Vec<RoomRow> {
    let site = state.desk.site();
    let mut rooms: Vec<(String, String)> = site
        .rooms
        .iter()
        .map(|room| (room.name.clone(), room.operator.clone()))
        .collect();
    for line in lines {
        if !rooms.iter().any(|(name, _)| *name == line.entry.case.room) {
            rooms.push((line.entry.case.room.clone(), String::new()));
        }
    }
    let mut rows = Vec::new();
    for (name, operator) in rooms {
        let mut lanes: Vec<(i64, Vec<Cell>)> = Vec::new();
        for line in lines.iter().filter(|line| line.entry.case.room == name) {
            put(&mut lanes, line, grid);
        }
        if lanes.is_empty() {
            lanes.push((0, Vec::new()));
        }
        let count = lanes.len();
        for (at, (filled, mut cells)) in lanes.into_iter().enumerate() {
            push_gap(&mut cells, grid.columns - filled);
            let head = (at == 0).then(|| RoomHead {
                name: if name.is_empty() {
                    "No room".to_owned()
                } else {
                    name.clone()
                },
                operator: operator.clone(),
                lanes: count,
            });
            rows.push(RoomRow { head, cells });
        }
    }
    rows
}

/// Puts a case into the first lane that is free at its time.
fn put(lanes: &mut Vec<(i64, Vec<Cell>)>, line: &Line, grid: &Grid<'_>) {
    let column = |at: Timestamp| at.duration_since(grid.start).as_mins();
    let first = (column(line.start) / STEP).clamp(0, grid.columns - 1);
    let last = ((column(line.end) + STEP - 1) / STEP).clamp(first + 1, grid.columns);
    let cell = Cell {
        columns: last - first,
        slot: Some(slot(line, last - first, grid)),
    };
    let free = lanes.iter_mut().find(|(filled, _)| *filled <= first);
    match free {
        Some((filled, cells)) => {
            push_gap(cells, first - *filled);
            cells.push(cell);
            *filled = last;
        }
        None => {
            let mut cells = Vec::new();
            push_gap(&mut cells, first);
            cells.push(cell);
            lanes.push((last, cells));
        }
    }
}

fn push_gap(cells: &mut Vec<Cell>, columns: i64) {
    if columns > 0 {
        cells.push(Cell {
            columns,
            slot: None,
        });
    }
}

/// * `columns` – how wide it stands; in a narrow slot long words may be parted, so that none is broken anywhere.
fn slot(line: &Line, columns: i64, grid: &Grid<'_>) -> Slot {
    let case = &line.entry.case;
    let zone = grid.zone;
    let is_off = is_off(line);
    let (tone, class) = if is_off {
        ("quiet", "free")
    } else if line.mark.tone == "now" {
        ("now", "inroom")
    } else {
        (line.mark.tone, "")
    };
    let longest = match columns {
        ..=2 => 5,
        3 => 9,
        4 => 12,
        _ => usize::MAX,
    };
    let shown = |text: String| words::parted(&text, longest);
    Slot {
        case_id: case.case_id.clone(),
        tone,
        class,
        is_narrow: columns <= 3,
        at: words::clock(line.start, zone),
        who: if is_off {
            format!(
                "Free {} to {}",
                words::clock(line.start, zone),
                words::clock(line.end, zone)
            )
        } else {
            shown(line.who.clone())
        },
        what: shown(if is_off {
            format!("{}: {}", line.mark.words, line.who)
        } else {
            line.summary.title.clone()
        }),
        mark: Mark {
            words: shown(line.mark.words.clone()),
            ..line.mark.clone()
        },
        note: shown(note(line, grid)),
    }
}

/// One reason, or the next time.
fn note(line: &Line, grid: &Grid<'_>) -> String {
    let zone = grid.zone;
    let summary = &line.summary;
    let at = |text: &str, words: &str| {
        words::instant(text)
            .map(|at| format!("{words} {}", words::clock(at, zone)))
            .unwrap_or_default()
    };
    match line.entry.case.state.as_str() {
        "in_procedure" => at(&summary.started_at, "started"),
        "sign_out" => at(&summary.ended_at, "ended"),
        "recovery" | "admitted" if !summary.bed_rest_ends.is_empty() => {
            at(&summary.bed_rest_ends, "lying until")
        }
        "recovery" => at(&summary.observation_ends, "observed until"),
        "discharged" | "closed" | "cancelled" | "admitted" | "time_out" | "sign_in" => {
            String::new()
        }
        "arrived" if line.mark.tone == "ready" => at(&summary.arrived_at, "arrived"),
        _ => summary
            .gate_reasons
            .first()
            .map(|reason| words::readable(&reason.words, zone, grid.today))
            .unwrap_or_default(),
    }
}

fn counts(lines: &[Line]) -> Vec<Mark> {
    let kinds = [
        ("quiet", "bed", "done or recovering"),
        ("now", "room", "in room"),
        ("ready", "ready", "ready"),
        ("pending", "pending", "pending"),
        ("review", "review", "to review"),
        ("blocked", "blocked", "blocked"),
        ("override", "override", "with override"),
    ];
    kinds
        .into_iter()
        .filter_map(|(tone, icon, words)| {
            let count = lines
                .iter()
                .filter(|line| !is_off(line) && line.mark.tone == tone)
                .count();
            (count > 0).then(|| Mark::new(tone, icon, format!("{count} {words}")))
        })
        .collect()
}

fn is_before_the_room(line: &Line) -> bool {
    matches!(
        line.entry.case.state.as_str(),
        "referred"
            | "returned_to_referrer"
            | "vetting"
            | "scheduled"
            | "preparation"
            | "emergency"
            | "arrived"
    )
}

fn not_ready(lines: &[Line], zone: &TimeZone, today: Date) -> Vec<NotReady> {
    lines
        .iter()
        .filter(|line| is_before_the_room(line) && line.mark.tone != "ready")
        .map(|line| {
            let reasons = &line.summary.gate_reasons;
            let mut who: Vec<String> = Vec::new();
            for role in reasons.iter().flat_map(|reason| &reason.who) {
                let role = words::role_of_code(role);
                if !who.contains(&role) {
                    who.push(role);
                }
            }
            let mut missing: Vec<String> = reasons
                .iter()
                .take(REASONS_SHOWN)
                .map(|reason| words::readable(&reason.words, zone, today))
                .collect();
            if reasons.len() > REASONS_SHOWN {
                missing.push(format!(
                    "and {} more on the case page",
                    reasons.len() - REASONS_SHOWN
                ));
            }
            if !line.hidden_from.is_empty() {
                missing.push(format!("hidden from {}", line.hidden_from.join(", ")));
            }
            NotReady {
                case_id: line.entry.case.case_id.clone(),
                when_and_who: format!("{} · {}", words::clock(line.start, zone), line.who),
                mark: line.mark.clone(),
                missing: match (reasons.is_empty(), line.entry.case.gate_now.as_str()) {
                    (false, _) => missing,
                    (true, "") => vec!["Readiness has not been worked out.".to_owned()],
                    (true, _) => vec![
                        "Nothing is missing; the plan asks for something until then.".to_owned(),
                    ],
                },
                who_acts: who.join(" or "),
            }
        })
        .collect()
}

/// Ready, not yet in the room, and either here or due later today.
fn can_come(lines: &[Line], now: Timestamp, zone: &TimeZone) -> Vec<CanCome> {
    lines
        .iter()
        .filter(|line| is_before_the_room(line) && line.mark.tone == "ready")
        .filter(|line| line.entry.case.state == "arrived" || line.start > now)
        .map(|line| {
            let here = if line.entry.case.state == "arrived" {
                "in the department"
            } else {
                "not arrived yet"
            };
            CanCome {
                case_id: line.entry.case.case_id.clone(),
                who: line.who.clone(),
                what: line.summary.title.clone(),
                needs: format!(
                    "{} min, booked {} in {}, {here}",
                    line.summary.duration_minutes,
                    words::clock(line.start, zone),
                    line.entry.case.room
                ),
                mark: line.mark.clone(),
            }
        })
        .collect()
}

async fn tasks(
    state: &State,
    whose: Whose,
    now: Timestamp,
    zone: &TimeZone,
    today: Date,
) -> Result<(Vec<TaskLine>, usize, usize), Refusal> {
    let query = state.desk.query();
    let open = query.open_tasks().await?;
    let is_late = |due: Option<Timestamp>| due.is_some_and(|due| due < now);
    let late = open.iter().filter(|task| is_late(task.due)).count();
    let count = open.len();
    let mut lines = Vec::new();
    for task in open.into_iter().take(TASKS_SHOWN) {
        let who = match whose {
            Whose::Department | Whose::Own => query
                .patient(&task.patient_key)
                .await?
                .map(|row| name_of(&row))
                .unwrap_or_default(),
            Whose::WithoutNames | Whose::NoPatient => String::new(),
        };
        let late = task.due.and_then(|due| words::late(due, now));
        let is_today = task
            .due
            .is_some_and(|due| due.to_zoned_datetime(zone.clone()).date() == today);
        lines.push(TaskLine {
            tone: match (&late, is_today) {
                (Some(_), _) => "blocked",
                (None, true) => "review",
                (None, false) => "quiet",
            },
            late: late.unwrap_or_default(),
            due: task.due.map_or_else(
                || "no date".to_owned(),
                |due| words::moment(due, zone, today),
            ),
            words: words::readable(&task.words, zone, today),
            who,
            case_id: task.case_id,
            owner: words::role_of_code(&task.owner),
        });
    }
    Ok((lines, count, late))
}

/// `FAMILY, Given` of a patient's row.
pub fn name_of(row: &store::rows::PatientRow) -> String {
    model::PersonName {
        family: row.family.clone(),
        given: row.given.clone(),
        middle: String::new(),
    }
    .to_string()
}
