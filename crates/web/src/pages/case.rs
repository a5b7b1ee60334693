//! The case page: may this patient go on, and what happens when?

use crate::fields::encoded;
use crate::guard::{Form, Seated};
use crate::layout::{Frame, page};
use crate::pages::acts::{self, Offer};
use crate::pages::banner::{Banner, procedures};
use crate::pages::log_in::go_to;
use crate::pages::opened::{Ended, Opened, REASON_COOKIE, open};
use crate::pages::plan_lines::{PlanLine, plan_lines};
use crate::pages::timeline::{TimelineLine, timeline};
use crate::refusal::Refusal;
use crate::state::State;
use crate::words::{self, Mark};
use askama::Template;
use axum::Extension;
use axum::extract::{Path, State as Given};
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::Value;
use store::rows::PlanRow;
use workflow::access::{Area, allowed};
use workflow::case_file::case_events;
use workflow::open_case_by_hand::TAG_ISSUER;
use workflow::plan_change::PlanChange;

/// Events that the case page lists; the others are on the page of all events.
const EVENTS_SHOWN: usize = 14;
/// Laboratory values listed.
const LABORATORY_SHOWN: usize = 12;

#[derive(Template)]
#[template(path = "case.html")]
struct CasePage {
    frame: Frame,
    banner: Banner,
    case_id: String,
    version: u64,
    title: String,
    steps: Vec<Step>,
    gate: GatePanel,
    offers: Vec<Offer>,
    plan: Vec<PlanLine>,
    plan_note: String,
    changed: Option<ChangePanel>,
    order: Vec<(&'static str, String)>,
    laboratory: Vec<LaboratoryLine>,
    images: Vec<ImageLine>,
    doses: Vec<DoseLine>,
    tracks: Vec<TrackLine>,
    deviations: Vec<DeviationLine>,
    events: Vec<TimelineLine>,
    event_count: usize,
    may_act: bool,
    room_open: bool,
    may_give_code: bool,
    also: Vec<(String, &'static str)>,
}

struct Step {
    class: &'static str,
    is_now: bool,
    words: &'static str,
    when: String,
}

struct GatePanel {
    mark: Mark,
    worked_out: String,
    words: String,
    if_completed: String,
    reasons: Vec<ReasonLine>,
    override_words: String,
}

struct ReasonLine {
    tone: &'static str,
    words: String,
    rule: String,
    is_approved: bool,
    standing: String,
    who: String,
}

/// What the plan says now that the last one did not.
struct ChangePanel {
    when: String,
    because: String,
    by: String,
    lines: Vec<ChangeLine>,
}

struct ChangeLine {
    what: String,
    before: String,
    after: String,
}

pub(super) struct LaboratoryLine {
    pub what: String,
    pub value: String,
    pub taken: String,
    pub status: String,
}

struct ImageLine {
    words: String,
    when: String,
}

struct DoseLine {
    words: String,
    value: String,
}

struct TrackLine {
    number: u16,
    tone: &'static str,
    what: String,
    owner: String,
    due: String,
    kind: &'static str,
    stage: &'static str,
}

struct DeviationLine {
    number: u16,
    words: String,
    reason: String,
}

pub async fn show(
    Given(state): Given<State>,
    Extension(seat): Seated,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Ended> {
    let opened = open(&state, &seat, &headers, &id, "case").await?;
    let may_act = allowed(seat.session.role, Area::Act).is_some();
    let zone = state.desk.site().zone_or_utc();
    let today = state.desk.now_here().date();
    let events = case_events(state.desk.query(), &opened.case.id).await?;
    let event_count = events.len();
    let plan_row = state.desk.query().plan(&id).await?;
    let (plan, plan_note) = plan_lines(plan_row.as_ref(), &zone, today);
    let offers = if may_act {
        acts::offers(&opened.case, seat.session.role)
    } else {
        Vec::new()
    };
    let room_open = matches!(
        opened.case.state.code(),
        "arrived" | "emergency" | "sign_in" | "time_out" | "in_procedure" | "sign_out"
    );
    Ok(page(&CasePage {
        frame: Frame::of(&state, &seat, "/cases", title(&opened, &zone, today)),
        title: title(&opened, &zone, today),
        steps: steps(&opened, &zone, today),
        gate: gate_panel(&state, &opened, &zone, today),
        offers,
        changed: plan_row.as_ref().and_then(|row| changed(row, &zone, today)),
        plan,
        plan_note,
        order: order(&opened),
        laboratory: laboratory(&state, &opened, &zone, today).await?,
        images: images(&state, &opened, &zone, today).await?,
        doses: doses(&opened),
        tracks: tracks(&opened, today),
        deviations: deviations(&opened),
        events: timeline(&events, EVENTS_SHOWN, &zone, today),
        event_count,
        may_act,
        room_open,
        may_give_code: allowed(seat.session.role, Area::NewCase).is_some(),
        also: also(&opened, seat.session.role),
        case_id: id,
        version: opened.case.version,
        banner: opened.banner,
    })?)
}

fn changed(row: &PlanRow, zone: &TimeZone, today: Date) -> Option<ChangePanel> {
    let change = PlanChange::read(row)?;
    let at: jiff::Timestamp = change.at.parse().ok()?;
    let lines = change.lines.into_iter().map(|line| {
        let subject = words::from_code(if line.subject.is_empty() {
            &line.part
        } else {
            &line.subject
        });
        ChangeLine {
            what: subject,
            before: line.before.unwrap_or_else(|| "was not there".to_owned()),
            after: line.after.unwrap_or_else(|| "is gone".to_owned()),
        }
    });
    Some(ChangePanel {
        when: words::moment(at, zone, today),
        because: change.because.replace('_', " "),
        by: change.by,
        lines: lines.collect(),
    })
}

/// The other pages about this case that this role may open.
fn also(opened: &Opened, role: model::Role) -> Vec<(String, &'static str)> {
    let id = &opened.case.id;
    let may = |area| allowed(role, area).is_some();
    let only_a_tag = !opened.patient.identifiers.is_empty()
        && opened
            .patient
            .identifiers
            .iter()
            .all(|known| known.issuer() == TAG_ISSUER);
    let mut also = Vec::new();
    if may(Area::NewCase) && only_a_tag {
        also.push((format!("/cases/{id}/identify"), "Identify this patient"));
    }
    if may(Area::NewCase) {
        also.push((
            format!("/cases/{id}/again"),
            "New case that follows this one",
        ));
        also.push((format!("/cases/{id}/join"), "Join with another case"));
    }
    if may(Area::Unmatched) {
        also.push((format!("/cases/{id}/studies"), "Images received"));
    }
    if may(Area::Downtime) {
        also.push((format!("/cases/{id}/print"), "On paper"));
    }
    if may(Area::NewCase) {
        let words = if opened.patient.restricted {
            "Restricted record"
        } else {
            "Restrict the record"
        };
        also.push((format!("/cases/{id}/restriction"), words));
    }
    also
}

/// Keeps the reason for opening a case, and goes to its page.
pub async fn give_reason(
    Given(state): Given<State>,
    Path(id): Path<String>,
    Extension(fields): Form,
) -> Result<Response, Ended> {
    let words: String = fields
        .text("reason")
        .chars()
        .filter(|c| !c.is_control())
        .take(200)
        .collect();
    if words.trim().is_empty() {
        return Err(Refusal::Bad("write the reason in words".to_owned()).into());
    }
    let secure = if state.secure_cookies { "; Secure" } else { "" };
    let value = format!(
        "{REASON_COOKIE}={}:{}; Path=/; HttpOnly; SameSite=Lax{secure}",
        encoded(&id),
        encoded(&words)
    );
    let cookie = HeaderValue::from_str(&value)
        .map_err(|_| Refusal::Bad("write the reason in plain words".to_owned()))?;
    let mut response = go_to(&format!("/cases/{id}"));
    response.headers_mut().append(SET_COOKIE, cookie);
    Ok(response.into_response())
}

fn title(opened: &Opened, zone: &TimeZone, today: Date) -> String {
    let when = opened.case.appointment().map_or_else(
        || "no appointment yet".to_owned(),
        |start| words::moment(start, zone, today),
    );
    let room = &opened.entry.case.room;
    let room = if room.is_empty() {
        String::new()
    } else {
        format!(", {room}")
    };
    format!("{} · {when}{room}", opened.summary.title)
}

/// The line of the case, with the states that belong to each step.
const LINE: &[(&str, &[&str])] = &[
    ("Referred", &["referred", "returned_to_referrer"]),
    (
        "Vetting",
        &["vetting", "rejected", "redirected_other_modality"],
    ),
    ("Booked", &["scheduled"]),
    ("Preparing", &["preparation", "emergency"]),
    ("Arrived", &["arrived"]),
    ("Sign-in", &["sign_in"]),
    ("Time-out", &["time_out"]),
    ("Procedure", &["in_procedure"]),
    ("Sign-out", &["sign_out"]),
    ("Recovery", &["recovery", "admitted", "escalated"]),
    ("Discharged", &["discharged"]),
    ("Closed", &["closed", "cancelled"]),
];

fn steps(opened: &Opened, zone: &TimeZone, today: Date) -> Vec<Step> {
    let now = opened.case.state.code();
    let here = LINE.iter().position(|(_, states)| states.contains(&now));
    LINE.iter()
        .enumerate()
        .map(|(at, (name, states))| {
            let entered = opened
                .case
                .history
                .iter()
                .rev()
                .find(|entered| states.contains(&entered.state.code()));
            let is_now = here == Some(at);
            let is_done = entered.is_some() && here.is_some_and(|here| at < here);
            let when = entered.map_or_else(String::new, |entered| {
                let at = entered.at.to_zoned_datetime(zone.clone());
                if at.date() == today {
                    at.strftime("today %H:%M").to_string()
                } else {
                    words::day(at.date(), today)
                }
            });
            Step {
                class: if is_done { "done" } else { "" },
                is_now,
                words: match (is_now, now) {
                    (true, "cancelled") => "Cancelled",
                    (true, "rejected") => "Rejected",
                    (true, "emergency") => "Emergency",
                    (true, "admitted") => "Admitted",
                    (true, "escalated") => "Escalated",
                    _ => name,
                },
                when,
            }
        })
        .collect()
}

fn gate_panel(state: &State, opened: &Opened, zone: &TimeZone, today: Date) -> GatePanel {
    let case = &opened.case;
    let Some(gate) = &case.gate else {
        return GatePanel {
            mark: Mark::new("quiet", "unknown", "Not worked out"),
            worked_out: String::new(),
            words: "No plan has been worked out for this case yet.".to_owned(),
            if_completed: String::new(),
            reasons: Vec::new(),
            override_words: String::new(),
        };
    };
    let what = &gate.what;
    let tone = words::gate(what.now.code(), false).tone;
    let rules = &state.desk.rules().book;
    let reasons: Vec<ReasonLine> = what
        .reasons
        .iter()
        .map(|reason| {
            let known = rules.states.get(reason.rule.as_str());
            let approval = known.and_then(|rule| rule.approval.as_ref());
            let who: Vec<String> = reason
                .who
                .iter()
                .map(|role| words::role(*role).to_owned())
                .collect();
            ReasonLine {
                tone,
                words: words::readable(&reason.words, zone, today),
                rule: reason.rule.to_string(),
                is_approved: approval.is_some() || known.is_none(),
                standing: match (known.and_then(|rule| rule.weakest), approval) {
                    (_, Some(_)) => "approved here".to_owned(),
                    (Some(status), None) => {
                        format!("source {}, not yet approved here", status.code())
                    }
                    (None, None) => String::new(),
                },
                who: if who.is_empty() {
                    "not said".to_owned()
                } else {
                    who.join(" or ")
                },
            }
        })
        .collect();
    let first = reasons
        .first()
        .map(|reason| reason.words.clone())
        .unwrap_or_default();
    let more = reasons.len().saturating_sub(1);
    GatePanel {
        mark: words::gate(what.now.code(), false),
        worked_out: format!("Worked out {}", words::moment(gate.at, zone, today)),
        words: match (reasons.is_empty(), more) {
            (true, _) => "Nothing stands in the way.".to_owned(),
            (false, 0) => first,
            (false, 1) => format!("{first}. One more reason below."),
            (false, more) => format!("{first}. {more} more reasons below."),
        },
        if_completed: if what.if_completed == what.now {
            String::new()
        } else {
            words::gate(what.if_completed.code(), false).words
        },
        reasons,
        override_words: case
            .override_signed
            .as_ref()
            .map_or_else(String::new, |signed| {
                format!(
                    "Override signed by {}, {}: {}",
                    signed.by.shown(),
                    words::moment(signed.at, zone, today),
                    signed.what.words
                )
            }),
    }
}

/// Every reason of the gate in words, and who can lift it.
pub(super) fn reason_lines(opened: &Opened, zone: &TimeZone, today: Date) -> Vec<(String, String)> {
    let reasons = opened.case.gate.iter().flat_map(|gate| &gate.what.reasons);
    reasons
        .map(|reason| {
            let who: Vec<&str> = reason.who.iter().map(|role| words::role(*role)).collect();
            let who = if who.is_empty() {
                "not said".to_owned()
            } else {
                who.join(" or ")
            };
            (words::readable(&reason.words, zone, today), who)
        })
        .collect()
}

fn or_not_stated(text: &str) -> String {
    if text.trim().is_empty() {
        "not stated".to_owned()
    } else {
        text.to_owned()
    }
}

fn order(opened: &Opened) -> Vec<(&'static str, String)> {
    let case = &opened.case;
    let accessions: Vec<String> = opened
        .summary
        .procedures
        .iter()
        .map(|procedure| procedure.accession.clone())
        .filter(|accession| !accession.is_empty())
        .collect();
    let mut lines = vec![
        ("Procedure", procedures(&opened.summary)),
        ("Question", or_not_stated(&case.indication)),
        (
            "Urgency",
            case.urgency.map_or_else(
                || "not stated".to_owned(),
                |urgency| words::from_code(urgency.code()),
            ),
        ),
        ("Referrer", or_not_stated(&case.referrer)),
        ("Result to", or_not_stated(&case.result_to)),
        ("Accession", or_not_stated(&accessions.join(", "))),
    ];
    if let Some(protocol) = &case.protocol {
        let what = &protocol.what;
        lines.push((
            "Bleeding risk",
            words::from_code(what.bleeding_class.code()),
        ));
        lines.push(("Access", or_not_stated(&what.access)));
        lines.push(("Anaesthesia", or_not_stated(&what.anaesthesia)));
        lines.push(("Contrast", or_not_stated(&what.contrast)));
        lines.push(("Devices", or_not_stated(&what.devices)));
        lines.push(("Stay", or_not_stated(&what.setting)));
        lines.push(("Vetted by", protocol.by.shown().to_owned()));
    }
    for statement in &case.statements {
        lines.push((
            "Stated",
            format!(
                "{}: {}",
                words::from_code(&statement.about),
                statement.words
            ),
        ));
    }
    if let Some(earlier) = &case.index_case {
        lines.push(("Follows case", earlier.to_string()));
    }
    if let Some(emergency) = &case.emergency {
        for known in &emergency.what.minimum {
            lines.push((
                "Known at entry",
                format!("{}: {}", words::from_code(&known.about), known.words),
            ));
        }
    }
    if !case.missing_fields.is_empty() {
        lines.push(("Missing", case.missing_fields.join(", ")));
    }
    lines
}

pub(super) async fn laboratory(
    state: &State,
    opened: &Opened,
    zone: &TimeZone,
    today: Date,
) -> Result<Vec<LaboratoryLine>, Refusal> {
    let key = opened.patient.key.as_str();
    let rows = state.desk.query().laboratory(key).await?;
    let text = |body: &Value, field: &str| {
        body.get(field)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    Ok(rows
        .into_iter()
        .take(LABORATORY_SHOWN)
        .map(|row| {
            let body: Value = serde_json::from_str(&row.body).unwrap_or_default();
            let name = if row.analyte.is_empty() {
                format!(
                    "{} (code {}, not mapped)",
                    text(&body, "code_text"),
                    row.code
                )
            } else {
                words::analyte(&row.analyte)
            };
            LaboratoryLine {
                what: name,
                value: format!("{}\u{a0}{}", text(&body, "value"), text(&body, "unit")),
                taken: row.specimen.map_or_else(
                    || "time of sample not stated".to_owned(),
                    |at| words::moment(at, zone, today),
                ),
                status: if row.status == "final" {
                    String::new()
                } else {
                    row.status
                },
            }
        })
        .collect())
}

async fn images(
    state: &State,
    opened: &Opened,
    zone: &TimeZone,
    today: Date,
) -> Result<Vec<ImageLine>, Refusal> {
    let id = opened.case.id.as_str();
    let objects = state.desk.query().objects_of_case(id).await?;
    let mut studies: Vec<(String, usize, usize, jiff::Timestamp, String)> = Vec::new();
    for object in objects {
        let is_dose = usize::from(object.kind == "dose_report");
        match studies.iter_mut().find(|study| study.0 == object.study_uid) {
            Some(study) => {
                study.1 += 1;
                study.2 += is_dose;
                study.3 = study.3.max(object.received);
            }
            None => studies.push((object.study_uid, 1, is_dose, object.received, object.sender)),
        }
    }
    Ok(studies
        .into_iter()
        .map(|(_, count, dose_reports, received, sender)| {
            let reports = match dose_reports {
                0 => "no dose report".to_owned(),
                1 => "1 dose report".to_owned(),
                n => format!("{n} dose reports"),
            };
            let objects = if count == 1 {
                "1 object".to_owned()
            } else {
                format!("{count} objects")
            };
            ImageLine {
                words: format!("{objects} from {sender}, {reports}"),
                when: words::moment(received, zone, today),
            }
        })
        .collect())
}

/// Totals of every report that came; a total that a report does not state is said to be missing.
fn doses(opened: &Opened) -> Vec<DoseLine> {
    let mut lines = Vec::new();
    for dose in &opened.case.doses {
        let totals = &dose.totals;
        let mut line = |words: &str, value: Option<String>| {
            lines.push(DoseLine {
                words: words.to_owned(),
                value: value.unwrap_or_else(|| "not stated by this report".to_owned()),
            });
        };
        if totals.dlp.is_some() {
            line(
                "Dose–length product",
                totals.dlp.map(|v| format!("{} mGy·cm", words::number(v.0))),
            );
        }
        if totals.dlp.is_none() || totals.ka_r.is_some() || totals.pka.is_some() {
            line(
                "Reference air kerma",
                totals.ka_r.map(|v| format!("{} Gy", words::number(v.0))),
            );
            line(
                "Kerma–area product",
                totals
                    .pka
                    .map(|v| format!("{} Gy·cm²", words::number(v.0 * 10_000.0))),
            );
            line(
                "Fluoroscopy",
                totals
                    .fluoroscopy
                    .map(|v| format!("{} min", words::number((v.0 / 6.0).round() / 10.0))),
            );
        }
    }
    lines
}

fn tracks(opened: &Opened, today: Date) -> Vec<TrackLine> {
    opened
        .case
        .open_tracks()
        .map(|track| {
            let is_late = track.due.is_some_and(|due| due < today);
            TrackLine {
                number: track.number.0,
                tone: if is_late { "blocked" } else { "review" },
                what: format!(
                    "{}{}",
                    words::from_code(track.kind.code()),
                    if track.about.is_empty() {
                        String::new()
                    } else {
                        format!(": {}", track.about)
                    }
                ),
                owner: words::role(track.owner).to_owned(),
                due: track.due.map_or_else(
                    || "no date".to_owned(),
                    |due| {
                        let late = if is_late { " (late)" } else { "" };
                        format!("{}{late}", words::day(due, today))
                    },
                ),
                kind: track.kind.code(),
                stage: match track.stage {
                    case::TrackStage::Open => "open",
                    case::TrackStage::ResultReceived => "received",
                    case::TrackStage::Reviewed => "reviewed",
                    case::TrackStage::PatientInformed => "informed",
                    case::TrackStage::Closed => "closed",
                },
            }
        })
        .collect()
}

fn deviations(opened: &Opened) -> Vec<DeviationLine> {
    opened
        .case
        .deviations
        .iter()
        .map(|deviation| {
            let missing: Vec<String> = deviation
                .missing
                .iter()
                .map(|step| words::from_code(step.code()))
                .collect();
            DeviationLine {
                number: deviation.number,
                words: format!(
                    "{}, without: {}",
                    words::from_code(&deviation.during),
                    missing.join(", ")
                ),
                reason: deviation.reason.clone().unwrap_or_default(),
            }
        })
        .collect()
}
