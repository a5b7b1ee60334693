//! Dose of the department: every report that came, and what is usual for each procedure in each room. What a report
//! does not state is said to be missing; nothing is summed that may overlap.

use crate::guard::Seated;
use crate::layout::{Frame, page};
use crate::refusal::Refusal;
use crate::state::State;
use crate::words;
use askama::Template;
use axum::Extension;
use axum::extract::{Query as Asked, State as Given};
use axum::response::Response;
use jiff::SignedDuration;
use serde::Deserialize;
use std::collections::BTreeMap;
use workflow::access::looked_at;
use workflow::case_summary::CaseSummary;
use workflow::{DoseSummary, ObjectSummary};

/// Days shown when nobody asks for others, and the most that are shown.
const DAYS: i64 = 30;
const DAYS_MAX: i64 = 366;
/// Reports read at the most.
const REPORTS: i64 = 2000;
/// Reports listed one by one.
const LISTED: usize = 100;

#[derive(Template)]
#[template(path = "dose.html")]
struct DosePage {
    frame: Frame,
    days: i64,
    total: usize,
    is_cut: bool,
    groups: Vec<Group>,
    reports: Vec<Report>,
}

struct Group {
    procedure: String,
    room: String,
    count: usize,
    figures: Vec<Spread>,
}

/// Median and highest of one quantity, with how many reports state it.
struct Spread {
    label: &'static str,
    median: String,
    highest: String,
    stated: String,
}

struct Report {
    case_id: String,
    procedure: String,
    room: String,
    when: String,
    figures: Vec<(&'static str, String)>,
}

/// How one figure is read out of a report.
type Figure = fn(&DoseSummary) -> Option<f64>;

/// What is shown of a report: its name, and the value in the unit that staff use.
const FIGURES: &[(&str, Figure)] = &[
    ("Kerma–area product, Gy·cm²", |dose| {
        dose.pka_gy_m2.map(|value| value * 10_000.0)
    }),
    ("Reference air kerma, Gy", |dose| dose.ka_r_gy),
    ("Fluoroscopy, min", |dose| {
        dose.fluoroscopy_s.map(|value| value / 60.0)
    }),
    ("Dose–length product, mGy·cm", |dose| dose.dlp_mgy_cm),
];

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Question {
    days: String,
}

/// One report with what is known of its case.
struct Line {
    case_id: String,
    procedure: String,
    room: String,
    received: jiff::Timestamp,
    dose: Option<DoseSummary>,
}

pub async fn show(
    Given(state): Given<State>,
    Extension(seat): Seated,
    Asked(question): Asked<Question>,
) -> Result<Response, Refusal> {
    let days = question
        .days
        .trim()
        .parse::<i64>()
        .unwrap_or(DAYS)
        .clamp(1, DAYS_MAX);
    let now = state.desk.now();
    let from = now
        .checked_sub(SignedDuration::from_hours(days * 24))
        .unwrap_or(now);
    let until = now.checked_add(SignedDuration::from_secs(1)).unwrap_or(now);
    let rows = state
        .desk
        .query()
        .dose_reports(from, until, REPORTS)
        .await?;
    let detail = format!("{} reports", rows.len());
    looked_at(&state.desk, &seat.session, "dose", "", "", &detail).await?;
    let is_cut = i64::try_from(rows.len()).is_ok_and(|count| count >= REPORTS);
    let mut cases: BTreeMap<String, (String, String)> = BTreeMap::new();
    let mut lines = Vec::new();
    for row in rows {
        if !cases.contains_key(&row.case_id) {
            let case = state.desk.query().case(&row.case_id).await?;
            let known = case.map(|case| (CaseSummary::read(&case.body).title, case.room));
            cases.insert(row.case_id.clone(), known.unwrap_or_default());
        }
        let (procedure, room) = cases.get(&row.case_id).cloned().unwrap_or_default();
        lines.push(Line {
            procedure: or(procedure, "procedure not known"),
            room: or(room, "no room"),
            received: row.received,
            dose: ObjectSummary::read(&row.body).dose,
            case_id: row.case_id,
        });
    }
    let zone = state.desk.site().zone_or_utc();
    let today = state.desk.now_here().date();
    let reports = lines
        .iter()
        .take(LISTED)
        .map(|line| Report {
            case_id: line.case_id.clone(),
            procedure: line.procedure.clone(),
            room: line.room.clone(),
            when: words::moment(line.received, &zone, today),
            figures: stated(line.dose.as_ref()),
        })
        .collect();
    page(&DosePage {
        frame: Frame::of(&state, &seat, "/dose", "Dose"),
        days,
        total: lines.len(),
        is_cut,
        groups: groups(&lines),
        reports,
    })
}

fn or(words: String, nothing: &str) -> String {
    if words.is_empty() {
        nothing.to_owned()
    } else {
        words
    }
}

/// Four columns for every report; a total that it does not state is "not stated", never zero.
fn stated(dose: Option<&DoseSummary>) -> Vec<(&'static str, String)> {
    FIGURES
        .iter()
        .map(|(label, value)| {
            let shown = match dose {
                None => "not readable".to_owned(),
                Some(dose) => value(dose).map_or_else(|| "not stated".to_owned(), figure),
            };
            (*label, shown)
        })
        .collect()
}

/// Three figures that count.
fn figure(value: f64) -> String {
    let digits = if value.abs() >= 100.0 {
        0
    } else if value.abs() >= 10.0 {
        1
    } else if value.abs() >= 1.0 {
        2
    } else {
        4
    };
    let text = format!("{value:.digits$}");
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

fn groups(lines: &[Line]) -> Vec<Group> {
    let mut by: BTreeMap<(&str, &str), Vec<&Line>> = BTreeMap::new();
    for line in lines {
        by.entry((&line.procedure, &line.room))
            .or_default()
            .push(line);
    }
    let mut groups: Vec<Group> = by
        .into_iter()
        .map(|((procedure, room), lines)| Group {
            procedure: procedure.to_owned(),
            room: room.to_owned(),
            count: lines.len(),
            figures: FIGURES
                .iter()
                .map(|(label, value)| spread(label, *value, &lines))
                .collect(),
        })
        .collect();
    groups.sort_by(|a, b| b.count.cmp(&a.count).then(a.procedure.cmp(&b.procedure)));
    groups
}

fn spread(label: &'static str, value: fn(&DoseSummary) -> Option<f64>, lines: &[&Line]) -> Spread {
    let mut values: Vec<f64> = lines
        .iter()
        .filter_map(|line| line.dose.as_ref().and_then(value))
        .filter(|value| value.is_finite())
        .collect();
    values.sort_by(f64::total_cmp);
    let stated = if values.len() == lines.len() {
        String::new()
    } else {
        format!("{} of {} state it", values.len(), lines.len())
    };
    Spread {
        label,
        median: median(&values).map_or_else(|| "not stated".to_owned(), figure),
        highest: values.last().copied().map(figure).unwrap_or_default(),
        stated,
    }
}

/// Of sorted values; the mean of the two in the middle when their number is even.
fn median(sorted: &[f64]) -> Option<f64> {
    let middle = sorted.len() / 2;
    let upper = sorted.get(middle)?;
    if sorted.len() % 2 == 1 {
        return Some(*upper);
    }
    let lower = sorted.get(middle.checked_sub(1)?)?;
    Some(f64::midpoint(*lower, *upper))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_of_what_was_stated() {
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[3.0]), Some(3.0));
        assert_eq!(median(&[1.0, 2.0]), Some(1.5));
        assert_eq!(median(&[1.0, 2.0, 9.0]), Some(2.0));
    }

    #[test]
    fn a_report_without_a_total_is_counted_as_not_stating_it() {
        let line = |ka_r_gy| Line {
            case_id: "27-000001".to_owned(),
            procedure: "Iliac stent".to_owned(),
            room: "Angio 1".to_owned(),
            received: jiff::Timestamp::UNIX_EPOCH,
            dose: Some(DoseSummary {
                ka_r_gy,
                ..DoseSummary::default()
            }),
        };
        let groups = groups(&[line(Some(0.5)), line(None), line(Some(1.5))]);
        let [group] = groups.as_slice() else {
            panic!("one group")
        };
        let kerma = &group.figures[1];
        assert_eq!((group.count, kerma.median.as_str()), (3, "1"));
        assert_eq!(
            (kerma.highest.as_str(), kerma.stated.as_str()),
            ("1.5", "2 of 3 state it")
        );
        assert_eq!(group.figures[3].median, "not stated");
    }

    #[test]
    fn figures_keep_what_counts() {
        assert_eq!(figure(0.012_34), "0.0123");
        assert_eq!(figure(100.0), "100");
        assert_eq!(figure(1_234.5), "1234");
        assert_eq!(figure(2.5), "2.5");
    }
}
