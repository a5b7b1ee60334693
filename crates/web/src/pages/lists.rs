//! Lists: cases, recovery, follow-up, tasks, quarantine, audit, settings. One shape for all: a question, a table,
//! and a sentence when it is empty.

use crate::guard::Seated;
use crate::layout::{Frame, page};
use crate::pages::banner::born;
use crate::pages::board::{name_of, shown_name};
use crate::refusal::Refusal;
use crate::state::State;
use crate::words::{self, Mark};
use askama::Template;
use axum::Extension;
use axum::extract::{Query as Asked, State as Given};
use axum::response::Response;
use serde::Deserialize;
use store::query::BoardEntry;
use workflow::access::{Area, Whose, allowed, is_own, looked_at};
use workflow::case_summary::CaseSummary;

/// Rows of one page.
pub(super) const ROWS: usize = 50;
/// Audit rows shown.
const AUDIT_ROWS: i64 = 300;

#[derive(Template)]
#[template(path = "list.html")]
pub struct ListPage {
    pub frame: Frame,
    pub title: String,
    pub intro: String,
    pub note: String,
    pub search: Option<Search>,
    pub columns: Vec<&'static str>,
    pub rows: Vec<Row>,
    pub empty: String,
    pub more: String,
    /// Address and words of the pages before and after this one.
    pub turns: Vec<(String, String)>,
    pub new_case: bool,
}

pub struct Search {
    pub label: &'static str,
    pub hint: &'static str,
    pub value: String,
}

#[derive(Default)]
pub struct Row {
    pub tone: &'static str,
    pub cells: Vec<Cell>,
}

#[derive(Default)]
pub struct Cell {
    pub words: String,
    pub href: String,
    pub mark: Option<Mark>,
    pub meta: String,
    pub label: &'static str,
}

impl Cell {
    pub fn text(words: impl Into<String>) -> Self {
        Self {
            words: words.into(),
            ..Self::default()
        }
    }

    pub fn link(words: impl Into<String>, href: impl Into<String>) -> Self {
        Self {
            words: words.into(),
            href: href.into(),
            ..Self::default()
        }
    }

    pub fn marked(mut self, mark: Mark) -> Self {
        self.mark = Some(mark);
        self
    }

    pub fn meta(mut self, meta: impl Into<String>) -> Self {
        self.meta = meta.into();
        self
    }

    pub fn label(mut self, label: &'static str) -> Self {
        self.label = label;
        self
    }
}

impl ListPage {
    pub fn new(frame: Frame, title: impl Into<String>, columns: Vec<&'static str>) -> Self {
        Self {
            frame,
            title: title.into(),
            intro: String::new(),
            note: String::new(),
            search: None,
            columns,
            rows: Vec::new(),
            empty: String::new(),
            more: String::new(),
            turns: Vec::new(),
            new_case: false,
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Words {
    q: String,
}

pub async fn cases(
    Given(state): Given<State>,
    Extension(seat): Seated,
    Asked(asked): Asked<Words>,
) -> Result<Response, Refusal> {
    let query = state.desk.query();
    let words_asked = asked.q.trim().to_owned();
    let mut entries = if words_asked.is_empty() {
        query.open_cases().await?
    } else {
        search(&state, &words_asked).await?
    };
    entries.retain(|entry| seat.whose != Whose::Own || is_own(&seat.session, entry));
    let detail = format!("{} cases", entries.len());
    looked_at(&state.desk, &seat.session, "cases", "", "", &detail).await?;
    let zone = state.desk.site().zone_or_utc();
    let today = state.desk.now_here().date();
    let count = entries.len();
    let names = !matches!(seat.whose, Whose::WithoutNames | Whose::NoPatient);
    let mut list = ListPage::new(
        Frame::of(&state, &seat, "/cases", "Cases"),
        "Where is this patient's case?",
        vec!["Patient", "Procedure", "Appointment", "State"],
    );
    list.note = format!("{count} cases, next first");
    list.search = names.then_some(Search {
        label: "Family name, hospital number, accession or case number",
        hint: "",
        value: words_asked.clone(),
    });
    list.new_case = allowed(seat.session.role, Area::NewCase).is_some();
    list.empty = if words_asked.is_empty() {
        "No open case.".to_owned()
    } else {
        format!("No case is found by \u{201c}{words_asked}\u{201d}.")
    };
    list.rows = entries
        .iter()
        .take(ROWS)
        .map(|entry| {
            let summary = CaseSummary::read(&entry.case.body);
            let who = shown_name(entry, seat.whose);
            let birth = workflow::patient::birth_from_text(&entry.patient.birth_date);
            let patient = if names {
                Cell::link(who, format!("/cases/{}", entry.case.case_id)).meta(format!(
                    "born {} · case {}",
                    born(birth, today),
                    entry.case.case_id
                ))
            } else {
                Cell::text(who)
            };
            let mark = words::on_the_board(
                &entry.case.state,
                &entry.case.gate_now,
                summary.override_signed,
            );
            Row {
                tone: mark.tone,
                cells: vec![
                    patient,
                    Cell::text(summary.title).label("Procedure"),
                    Cell::text(entry.case.start.map_or_else(
                        || "no appointment".to_owned(),
                        |at| format!("{} {}", words::moment(at, &zone, today), entry.case.room),
                    ))
                    .label("Appointment"),
                    // In the room and after it the mark says where the case is; once is enough.
                    Cell::text(if mark.words == words::state(&entry.case.state) {
                        ""
                    } else {
                        words::state(&entry.case.state)
                    })
                    .marked(mark)
                    .label("State"),
                ],
            }
        })
        .collect();
    if count > ROWS {
        list.more = format!("{} more: narrow the search.", count - ROWS);
    }
    page(&list)
}

async fn search(state: &State, asked: &str) -> Result<Vec<BoardEntry>, Refusal> {
    let query = state.desk.query();
    let mut found: Vec<BoardEntry> = Vec::new();
    let mut ids = query.cases_by_key("accession", asked).await?;
    ids.push(asked.to_owned());
    for id in ids {
        if let Some(case) = query.case(&id).await?
            && let Some(patient) = query.patient(&case.patient_key).await?
        {
            found.push(BoardEntry { case, patient });
        }
    }
    found.extend(query.cases_of_patient_id(asked).await?);
    let family = asked.split([',', ' ']).next().unwrap_or(asked);
    for patient in query.look_alikes(family, "").await? {
        found.extend(query.cases_of_patient(&patient.patient_key).await?);
    }
    let mut seen = std::collections::BTreeSet::new();
    found.retain(|entry| seen.insert(entry.case.case_id.clone()));
    Ok(found)
}

pub async fn recovery(
    Given(state): Given<State>,
    Extension(seat): Seated,
) -> Result<Response, Refusal> {
    let states = ["recovery", "escalated", "admitted"];
    let entries = state.desk.query().cases_in_states(&states).await?;
    let detail = format!("{} cases", entries.len());
    looked_at(&state.desk, &seat.session, "recovery", "", "", &detail).await?;
    let zone = state.desk.site().zone_or_utc();
    let now = state.desk.now();
    let mut list = ListPage::new(
        Frame::of(&state, &seat, "/recovery", "Recovery"),
        "Who is due for a check, and who may leave?",
        vec![
            "Patient",
            "Procedure",
            "Lying until",
            "Observed until",
            "Do",
        ],
    );
    list.empty = "Nobody is recovering now.".to_owned();
    list.note = format!("{} patients", entries.len());
    list.rows = entries
        .iter()
        .map(|entry| {
            let summary = CaseSummary::read(&entry.case.body);
            let id = &entry.case.case_id;
            let until = |text: &str, missing: &str| match words::instant(text) {
                Some(at) if at <= now => format!("{}, over", words::clock(at, &zone)),
                Some(at) => words::clock(at, &zone),
                None => missing.to_owned(),
            };
            let mark = words::on_the_board(&entry.case.state, "", false);
            Row {
                tone: mark.tone,
                cells: vec![
                    Cell::link(shown_name(entry, seat.whose), format!("/cases/{id}")).marked(mark),
                    Cell::text(summary.title.clone()).label("Procedure"),
                    Cell::text(until(&summary.bed_rest_ends, "no bed rest stated"))
                        .label("Lying until"),
                    Cell::text(until(&summary.observation_ends, "not stated"))
                        .label("Observed until"),
                    Cell::link("Record a check", format!("/cases/{id}/do/observe")),
                ],
            }
        })
        .collect();
    page(&list)
}

pub async fn follow_up(
    Given(state): Given<State>,
    Extension(seat): Seated,
) -> Result<Response, Refusal> {
    let title = "What is still open, whose, and how late?";
    // The tasks that are tracks of a case carry the track's own code.
    let tracks: Vec<&str> = case::TrackKind::ALL
        .iter()
        .map(|kind| kind.code())
        .collect();
    tasks_of(
        &state,
        &seat,
        "/follow-up",
        "Follow-up",
        title,
        Some(&tracks),
    )
    .await
}

pub async fn tasks(
    Given(state): Given<State>,
    Extension(seat): Seated,
) -> Result<Response, Refusal> {
    let title = "What must not be forgotten?";
    tasks_of(&state, &seat, "/tasks", "Tasks", title, None).await
}

async fn tasks_of(
    state: &State,
    seat: &crate::guard::Seat,
    here: &str,
    name: &str,
    title: &str,
    kinds: Option<&[&str]>,
) -> Result<Response, Refusal> {
    let query = state.desk.query();
    let now = state.desk.now();
    let zone = state.desk.site().zone_or_utc();
    let today = state.desk.now_here().date();
    let mut list = ListPage::new(
        Frame::of(state, seat, here, name),
        title,
        vec!["Due", "What", "Patient", "Owner"],
    );
    for task in query.open_tasks().await? {
        if kinds.is_some_and(|kinds| !kinds.contains(&task.kind.as_str())) {
            continue;
        }
        let case = query.case(&task.case_id).await?;
        let patient = query.patient(&task.patient_key).await?;
        if seat.whose == Whose::Own {
            let own = case
                .clone()
                .zip(patient.clone())
                .is_some_and(|(case, patient)| {
                    is_own(&seat.session, &BoardEntry { case, patient })
                });
            if !own {
                continue;
            }
        }
        let late = task.due.and_then(|due| words::late(due, now));
        let is_today = task
            .due
            .is_some_and(|due| due.to_zoned_datetime(zone.clone()).date() == today);
        let due = task.due.map_or_else(
            || "no date".to_owned(),
            |due| words::moment(due, &zone, today),
        );
        let tone = match (&late, is_today) {
            (Some(_), _) => "blocked",
            (None, true) => "review",
            (None, false) => "quiet",
        };
        let first = match late {
            Some(late) => Cell::text(due).marked(Mark::new("blocked", "flag", late)),
            None => Cell::text(due),
        };
        let who = patient.as_ref().map(name_of).unwrap_or_default();
        let whose = match (who.is_empty(), task.case_id.is_empty()) {
            (false, false) => {
                Cell::link(who, format!("/cases/{}", task.case_id)).meta(task.case_id)
            }
            (false, true) => Cell::text(who),
            (true, false) => Cell::link(
                format!("Case {}", task.case_id),
                format!("/cases/{}", task.case_id),
            ),
            (true, true) => Cell::text("no patient"),
        };
        list.rows.push(Row {
            tone,
            cells: vec![
                first,
                Cell::text(words::readable(&task.words, &zone, today)),
                whose.label("Patient"),
                Cell::text(words::role_of_code(&task.owner)).label("Owner"),
            ],
        });
    }
    let detail = format!("{} tasks", list.rows.len());
    looked_at(&state.desk, &seat.session, name, "", "", &detail).await?;
    list.note = format!("{} open, the latest first", list.rows.len());
    list.empty = format!(
        "Nothing is open. Last checked {}.",
        words::clock(now, &zone)
    );
    page(&list)
}

pub async fn quarantine(
    Given(state): Given<State>,
    Extension(seat): Seated,
) -> Result<Response, Refusal> {
    let rows = state.desk.query().quarantine().await?;
    let may_read = allowed(seat.session.role, Area::QuarantineRead).is_some();
    let zone = state.desk.site().zone_or_utc();
    let today = state.desk.now_here().date();
    let mut list = ListPage::new(
        Frame::of(&state, &seat, "/quarantine", "Quarantine"),
        "Which message failed, and why?",
        vec!["Received", "From", "Type", "Why it stopped"],
    );
    list.intro = "The bytes of each are kept as they came. Nothing of them was applied.".to_owned();
    list.empty = format!(
        "No message waits here. Last checked {}.",
        words::clock(state.desk.now(), &zone)
    );
    list.note = format!("{} waiting, newest first", rows.len());
    list.rows = rows
        .into_iter()
        .map(|row| {
            let why = Cell::text(row.reason).meta(row.place).label("Why");
            Row {
                tone: "review",
                cells: vec![
                    Cell::text(words::moment(row.received, &zone, today)),
                    Cell::text(row.sender).label("From"),
                    if may_read {
                        Cell::link(
                            format!("{} {}", row.kind, row.message_type),
                            format!("/quarantine/{}", row.entry),
                        )
                        .label("Type")
                    } else {
                        Cell::text(format!("{} {}", row.kind, row.message_type)).label("Type")
                    },
                    why,
                ],
            }
        })
        .collect();
    page(&list)
}

pub async fn audit(
    Given(state): Given<State>,
    Extension(seat): Seated,
) -> Result<Response, Refusal> {
    let rows = state.desk.query().audit(AUDIT_ROWS).await?;
    let zone = state.desk.site().zone_or_utc();
    let today = state.desk.now_here().date();
    let mut list = ListPage::new(
        Frame::of(&state, &seat, "/audit", "Audit"),
        "Who looked, and who changed what?",
        vec!["When", "Who", "What", "Case", "Detail"],
    );
    list.intro =
        "Case numbers, no names. A reason that was asked for stands in the last column.".to_owned();
    list.note = format!("the newest {}", rows.len());
    list.empty = "Nothing has been written down yet.".to_owned();
    list.rows = rows
        .into_iter()
        .map(|row| Row {
            tone: "",
            cells: vec![
                Cell::text(words::moment(row.at, &zone, today)),
                Cell::text(row.actor)
                    .meta(words::role_of_code(&row.role))
                    .label("Who"),
                Cell::text(words::from_code(&row.action)).label("What"),
                Cell::text(row.case_id).label("Case"),
                Cell::text(row.detail).label("Detail"),
            ],
        })
        .collect();
    page(&list)
}

pub async fn settings(
    Given(state): Given<State>,
    Extension(seat): Seated,
) -> Result<Response, Refusal> {
    let site = state.desk.site();
    let mut list = ListPage::new(
        Frame::of(&state, &seat, "/settings", "Settings"),
        "How is this department set up?",
        vec!["Setting", "Value"],
    );
    list.intro =
        "Settings are changed in the settings file or the environment, and read at the start."
            .to_owned();
    let missing = site.missing();
    if !missing.is_empty() {
        list.intro = format!(
            "Not set yet: {}. The first real patient is refused until they are.",
            missing.join(", ")
        );
    }
    let not_set = || "not set".to_owned();
    let zone = site
        .zone
        .as_ref()
        .and_then(|zone| zone.iana_name())
        .map(str::to_owned);
    let mut add = |name: &str, value: Option<String>| {
        let is_missing = value.is_none();
        list.rows.push(Row {
            tone: if is_missing { "review" } else { "" },
            cells: vec![
                Cell::text(name),
                Cell::text(value.filter(|v| !v.is_empty()).unwrap_or_else(not_set)),
            ],
        });
    };
    add("Hospital", Some(site.hospital.clone()));
    add("Unit", Some(site.unit.clone()));
    add("Time zone", zone);
    add("Issuer of patient numbers", site.patient_issuer.clone());
    add("Unit telephone, day", site.telephone_day.clone());
    add("Unit telephone, night", site.telephone_night.clone());
    add("Emergency number", site.emergency_number.clone());
    for room in &site.rooms {
        add(
            &format!("Room {}", room.name),
            Some(format!(
                "station {}, {}",
                room.station.as_str(),
                room.modality.code()
            )),
        );
    }
    add(
        "Order codes mapped",
        Some(site.procedure_codes.len().to_string()),
    );
    add(
        "Laboratory codes mapped",
        Some(site.laboratory_codes.len().to_string()),
    );
    add(
        "Rule book",
        Some(state.desk.rules().book.version.to_string()),
    );
    add(
        "Longest form",
        Some(format!("{} kB", crate::guard::FORM_BYTES_MAX / 1024)),
    );
    page(&list)
}
