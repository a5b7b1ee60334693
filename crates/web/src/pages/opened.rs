//! Opens one case for one person: the access table, the reason where one is asked for, and the audit row. No row,
//! no page.

use crate::fields::decoded;
use crate::guard::{Seat, cookie};
use crate::layout::{Frame, page};
use crate::pages::banner::Banner;
use crate::refusal::Refusal;
use crate::state::State;
use askama::Template;
use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use case::Case;
use store::query::BoardEntry;
use workflow::access::{Opening, looked_at, may_open};
use workflow::case_file::load_case;
use workflow::case_summary::CaseSummary;
use workflow::{Patient, WorkError};

/// Cookie with the reason that was given for one case: `26-000318:words`. Sending another is giving another reason;
/// every view writes it down.
pub const REASON_COOKIE: &str = "seldinger_reason";

/// A case that this person may see now, with its patient.
pub struct Opened {
    pub entry: BoardEntry,
    pub summary: CaseSummary,
    pub case: Case,
    pub patient: Patient,
    pub banner: Banner,
}

/// Why a handler ends without its page: a refusal, or another page instead.
pub enum Ended {
    Refused(Refusal),
    Instead(Box<Response>),
}

impl<T: Into<Refusal>> From<T> for Ended {
    fn from(refusal: T) -> Self {
        Self::Refused(refusal.into())
    }
}

impl IntoResponse for Ended {
    fn into_response(self) -> Response {
        match self {
            Self::Refused(refusal) => refusal.into_response(),
            Self::Instead(response) => *response,
        }
    }
}

#[derive(Template)]
#[template(path = "ask_reason.html")]
struct AskReason {
    frame: Frame,
    case_id: String,
    words: String,
}

/// `what` – the name of the page, for the audit.
pub async fn open(
    state: &State,
    seat: &Seat,
    headers: &HeaderMap,
    case_id: &str,
    what: &str,
) -> Result<Opened, Ended> {
    let query = state.desk.query();
    let row = query.case(case_id).await?.ok_or(Refusal::NotFound)?;
    let patient_row = query
        .patient(&row.patient_key)
        .await?
        .ok_or(Refusal::NotFound)?;
    let entry = BoardEntry {
        case: row,
        patient: patient_row,
    };
    let tasks = query.tasks_of_case(case_id).await?;
    let has_open_task = tasks.iter().any(|task| task.done.is_none());
    let reason = given_reason(headers, case_id);
    match may_open(&seat.session, &entry, has_open_task, state.desk.now()) {
        Opening::Yes => {}
        Opening::AskReason(_) if !reason.is_empty() => {}
        Opening::AskReason(words) => {
            let shown = page(&AskReason {
                frame: Frame::of(state, seat, "/cases", "Why do you open this case?"),
                case_id: case_id.to_owned(),
                words: words.to_owned(),
            })?;
            let answer = (StatusCode::FORBIDDEN, shown).into_response();
            return Err(Ended::Instead(Box::new(answer)));
        }
        Opening::No => return Err(Refusal::NotAllowed.into()),
    }
    looked_at(
        &state.desk,
        &seat.session,
        what,
        &entry.patient.patient_key,
        case_id,
        &reason,
    )
    .await?;
    let case = load_case(query, case_id).await?.ok_or(Refusal::NotFound)?;
    let patient = Patient::from_row(&entry.patient)?;
    let summary = CaseSummary::read(&entry.case.body);
    let same_name = same_name_today(state, &entry).await?;
    let banner = Banner::of(state, &patient, Some((&case, &summary)), same_name);
    Ok(Opened {
        entry,
        summary,
        case,
        patient,
        banner,
    })
}

fn given_reason(headers: &HeaderMap, case_id: &str) -> String {
    cookie(headers, REASON_COOKIE)
        .and_then(|value| {
            let (id, words) = value.split_once(':')?;
            (id == case_id).then(|| decoded(words.as_bytes()))
        })
        .unwrap_or_default()
}

/// Whether another patient of the same family name has a case today.
async fn same_name_today(state: &State, entry: &BoardEntry) -> Result<bool, WorkError> {
    let today = state.desk.now_here().date();
    let zone = state.desk.site().zone_or_utc();
    let bounds = today.to_zoned_datetime(zone.clone()).ok().zip(
        today
            .tomorrow()
            .ok()
            .and_then(|next| next.to_zoned_datetime(zone).ok()),
    );
    let Some((from, until)) = bounds else {
        return Ok(false);
    };
    let today = state
        .desk
        .query()
        .board(from.timestamp(), until.timestamp())
        .await?;
    let family = entry.patient.family.to_lowercase();
    Ok(!family.is_empty()
        && today.iter().any(|other| {
            other.patient.patient_key != entry.patient.patient_key
                && !matches!(other.case.state.as_str(), "cancelled" | "rejected")
                && other.patient.family.to_lowercase() == family
        }))
}
