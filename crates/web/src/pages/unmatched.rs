//! Objects that no case has: whose image or report is this? Attached with two clicks, both identities side by side.

use crate::guard::{Form, Seated};
use crate::layout::{Frame, page};
use crate::pages::banner::Banner;
use crate::pages::board::shown_name;
use crate::pages::lists::{Cell, ListPage, Row};
use crate::pages::log_in::go_to;
use crate::pages::opened::{Ended, open};
use crate::refusal::Refusal;
use crate::state::State;
use crate::words;
use askama::Template;
use axum::Extension;
use axum::extract::{Path, Query as Asked, State as Given};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;
use workflow::ObjectSummary;
use workflow::access::looked_at;
use workflow::attach_object::{NotAttached, attach_object};
use workflow::case_summary::CaseSummary;

/// Cases offered for one object.
const OFFERED: usize = 60;

#[derive(Template)]
#[template(path = "attach.html")]
struct AttachPage {
    frame: Frame,
    object: String,
    facts: Vec<(&'static str, String)>,
    cases: Vec<Candidate>,
    picked: Option<Picked>,
}

struct Candidate {
    id: String,
    who: String,
    what: String,
    when: String,
    fits: String,
}

struct Picked {
    case_id: String,
    banner: Banner,
    same: Vec<(&'static str, String, String, bool)>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Pick {
    case: String,
}

pub async fn list(
    Given(state): Given<State>,
    Extension(seat): Seated,
) -> Result<Response, Refusal> {
    let rows = state.desk.query().unmatched().await?;
    let detail = format!("{} objects", rows.len());
    looked_at(&state.desk, &seat.session, "unmatched", "", "", &detail).await?;
    let zone = state.desk.site().zone_or_utc();
    let today = state.desk.now_here().date();
    let mut list = ListPage::new(
        Frame::of(&state, &seat, "/unmatched", "Unmatched"),
        "Whose image or report is this?",
        vec![
            "Received",
            "What",
            "It says it is for",
            "Why nothing matched",
        ],
    );
    list.empty = format!(
        "No unmatched item. Last checked {}.",
        words::clock(state.desk.now(), &zone)
    );
    list.note = format!("{} waiting, newest first", rows.len());
    list.rows = rows
        .into_iter()
        .map(|row| {
            let summary = ObjectSummary::read(&row.body);
            let address = format!("/unmatched/{}", row.sop_instance_uid);
            Row {
                tone: "review",
                cells: vec![
                    Cell::text(words::moment(row.received, &zone, today)).meta(row.sender),
                    Cell::link(words::from_code(&row.kind), address)
                        .meta(format!("{} {}", summary.modality, summary.description))
                        .label("What"),
                    Cell::text(or_not(&summary.patient_name))
                        .meta(format!(
                            "number {}, accession {}",
                            or_not(&summary.patient_id),
                            or_not(&summary.accession_number)
                        ))
                        .label("For"),
                    Cell::text(or_not(&summary.reason)).label("Why"),
                ],
            }
        })
        .collect();
    page(&list)
}

fn or_not(text: &str) -> String {
    if text.trim().is_empty() {
        "not stated".to_owned()
    } else {
        text.to_owned()
    }
}

pub async fn show(
    Given(state): Given<State>,
    Extension(seat): Seated,
    headers: HeaderMap,
    Path(object): Path<String>,
    Asked(pick): Asked<Pick>,
) -> Result<Response, Ended> {
    let query = state.desk.query();
    let versions = query.object(&object).await?;
    let row = versions.first().ok_or(Refusal::NotFound)?;
    if !row.case_id.is_empty() {
        return Ok(go_to(&format!("/cases/{}", row.case_id)));
    }
    let summary = ObjectSummary::read(&row.body);
    looked_at(
        &state.desk,
        &seat.session,
        "unmatched object",
        "",
        "",
        &object,
    )
    .await?;
    let zone = state.desk.site().zone_or_utc();
    let today = state.desk.now_here().date();
    let picked = if pick.case.is_empty() {
        None
    } else {
        let opened = open(&state, &seat, &headers, &pick.case, "attach").await?;
        let issuer = state.desk.site().patient_issuer.as_deref();
        let number = opened
            .patient
            .hospital_number(issuer)
            .map(|id| id.value().to_owned())
            .unwrap_or_default();
        let same = |label, theirs: &str, ours: String| {
            let is_same = !theirs.is_empty() && theirs.eq_ignore_ascii_case(&ours);
            (label, or_not(theirs), ours, is_same)
        };
        Some(Picked {
            same: vec![
                same(
                    "Name",
                    &summary.patient_name.replace('^', ", "),
                    opened.patient.name.to_string(),
                ),
                same("Patient no.", &summary.patient_id, number),
                same(
                    "Born",
                    &summary.birth_date,
                    opened.entry.patient.birth_date.clone(),
                ),
            ],
            case_id: pick.case.clone(),
            banner: opened.banner,
        })
    };
    let mut cases: Vec<Candidate> = query
        .open_cases()
        .await?
        .into_iter()
        .map(|entry| {
            let same_number =
                entry.patient.birth_date == summary.birth_date && !summary.birth_date.is_empty();
            let same_name = summary
                .patient_name
                .to_lowercase()
                .starts_with(&entry.patient.family.to_lowercase())
                && !entry.patient.family.is_empty();
            Candidate {
                who: shown_name(&entry, seat.whose),
                what: CaseSummary::read(&entry.case.body).title,
                when: entry.case.start.map_or_else(
                    || "no appointment".to_owned(),
                    |at| words::moment(at, &zone, today),
                ),
                fits: match (same_name, same_number) {
                    (true, true) => "same family name and date of birth".to_owned(),
                    (true, false) => "same family name".to_owned(),
                    (false, true) => "same date of birth".to_owned(),
                    (false, false) => String::new(),
                },
                id: entry.case.case_id,
            }
        })
        .collect();
    cases.sort_by_key(|case| std::cmp::Reverse(case.fits.len()));
    cases.truncate(OFFERED);
    let facts = vec![
        ("Kind", words::from_code(&row.kind)),
        ("Name in the object", or_not(&summary.patient_name)),
        ("Patient no.", or_not(&summary.patient_id)),
        ("Born", or_not(&summary.birth_date)),
        ("Accession", or_not(&summary.accession_number)),
        ("Modality", or_not(&summary.modality)),
        ("Study day", or_not(&summary.study_date)),
        ("Received", words::moment(row.received, &zone, today)),
        ("Sender", or_not(&row.sender)),
        ("Why nothing matched", or_not(&summary.reason)),
    ];
    Ok(page(&AttachPage {
        frame: Frame::of(&state, &seat, "/unmatched", "Attach"),
        object,
        facts,
        cases,
        picked,
    })?)
}

pub async fn attach(
    Given(state): Given<State>,
    Extension(seat): Seated,
    Path(object): Path<String>,
    Extension(fields): Form,
) -> Result<Response, Ended> {
    let case_id = fields.text("case");
    match attach_object(&state.desk, &seat.session.actor(), &object, case_id).await {
        Ok(_) => Ok(go_to(&format!("/cases/{case_id}"))),
        Err(NotAttached::NoSuchObject) => Err(Refusal::NotFound.into()),
        Err(refused) => Err(Refusal::Bad(refused.to_string()).into()),
    }
}
