//! The booked patients under two rule books: whose plan changes, and which rule did that.

use crate::case_file::load_case;
use crate::desk::{Desk, WorkError};
use crate::laboratory::standing;
use crate::patient::Patient;
use crate::plan_case::Planned;
use crate::plan_change::ChangedLine;
use crate::plan_facts::{booking, facts, wall_clock};
use crate::plan_request::{PlanRequest, RequestRefused};
use case::State;
use jiff::civil::DateTime;
use knowledge::RuleBook;
use preparation::rules_compared::{PlanDifference, RuleDifference, compare_rules};
use serde_json::{Value, json};
use store::query::BoardEntry;

/// Name and version of the JSON form.
pub const SCHEMA: &str = "seldinger-plan-comparison/1";

/// One patient whose plan changes, or could not be compared.
#[derive(Debug, Clone, PartialEq)]
pub struct Compared {
    pub id: String,
    /// Start on the hospital's clocks; `None` for what could not be read.
    pub appointment: Option<DateTime>,
    pub difference: Result<PlanDifference, String>,
}

/// All of them, with how many were looked at.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Comparison {
    pub looked_at: usize,
    /// In the order of the requests; those whose plan says the same are left out.
    pub changed: Vec<Compared>,
}

/// Compares what was asked, each at its own moment.
pub fn compare(
    requests: Vec<Result<PlanRequest, RequestRefused>>,
    old: &RuleBook,
    new: &RuleBook,
) -> Comparison {
    let mut comparison = Comparison {
        looked_at: requests.len(),
        changed: Vec::new(),
    };
    for request in requests {
        let (id, appointment, difference) = match request {
            Err(refused) => (refused.id, None, Err(refused.reason)),
            Ok(request) => {
                let Some(booking) = &request.booking else {
                    let why = "the procedure is not identified".to_owned();
                    comparison.changed.push(Compared {
                        id: request.id,
                        appointment: None,
                        difference: Err(why),
                    });
                    continue;
                };
                let books = (old, new);
                let compared =
                    compare_rules(&request.facts, booking, books, request.as_of, &request.zone);
                match compared {
                    Ok(None) => continue,
                    Ok(Some(difference)) => (request.id, Some(booking.appointment), Ok(difference)),
                    Err(not) => (request.id, Some(booking.appointment), Err(not.to_string())),
                }
            }
        };
        comparison.changed.push(Compared {
            id,
            appointment,
            difference,
        });
    }
    comparison
}

/// Every case that waits for its procedure, as a request at this moment; the id is the case's.
/// # Errors
/// The database; a case that cannot be read stands in its place.
pub async fn booked_requests(
    desk: &Desk,
) -> Result<Vec<Result<PlanRequest, RequestRefused>>, WorkError> {
    let mut requests = Vec::new();
    for entry in desk.query().open_cases().await? {
        if waits(&entry) {
            requests.extend(request(desk, &entry).await?);
        }
    }
    Ok(requests)
}

fn waits(entry: &BoardEntry) -> bool {
    entry.case.start.is_some()
        && State::from_code(&entry.case.state).is_some_and(State::is_before_sign_in)
}

async fn request(
    desk: &Desk,
    entry: &BoardEntry,
) -> Result<Option<Result<PlanRequest, RequestRefused>>, WorkError> {
    let id = entry.case.case_id.clone();
    let refused = |reason: String| {
        Some(Err(RequestRefused {
            id: id.clone(),
            reason,
        }))
    };
    let case = match load_case(desk.query(), &id).await {
        Ok(Some(case)) => case,
        Ok(None) => return Ok(None),
        Err(WorkError::Damaged(why)) => return Ok(refused(why)),
        Err(other) => return Err(other),
    };
    let patient = match Patient::from_row(&entry.patient) {
        Ok(patient) => patient,
        Err(error) => return Ok(refused(error.to_string())),
    };
    let zone = desk.site().zone_or_utc();
    let Some(booking) = booking(&case, &zone) else {
        return Ok(refused("no procedure of it is identified".to_owned()));
    };
    let values = standing(&desk.query().laboratory(patient.key.as_str()).await?);
    Ok(Some(Ok(PlanRequest {
        id: id.clone(),
        as_of: wall_clock(desk.now(), &zone),
        facts: facts(&patient, &case, &values, &zone),
        booking: Some(booking),
        zone,
        open: Vec::new(),
        not_used: Vec::new(),
    })))
}

/// The JSON of the contract.
pub fn write_comparison(comparison: &Comparison, old: &RuleBook, new: &RuleBook) -> String {
    let changed: Vec<Value> = comparison.changed.iter().map(row).collect();
    let whole = json!({
        "schema": SCHEMA,
        "old": old.version.to_string(),
        "new": new.version.to_string(),
        "looked_at": comparison.looked_at,
        "changed": changed,
    });
    format!("{whole:#}\n")
}

fn row(compared: &Compared) -> Value {
    let appointment = compared.appointment.map(crate::plan_json::minute);
    match &compared.difference {
        Err(why) => json!({ "id": compared.id, "appointment": appointment, "not_compared": why }),
        Ok(difference) => {
            let lines: Vec<Value> = difference
                .lines
                .iter()
                .map(|line| {
                    json!({
                        "part": line.part.code(), "subject": line.subject,
                        "before": line.before, "after": line.after,
                    })
                })
                .collect();
            let rules: Vec<Value> = difference
                .rules
                .iter()
                .map(
                    |rule| json!({ "rule": rule.rule, "before": rule.before, "after": rule.after }),
                )
                .collect();
            json!({
                "id": compared.id, "appointment": appointment, "lines": lines, "because": rules,
            })
        }
    }
}

/// For a person: each patient, what changes, and by which rules.
pub fn comparison_words(comparison: &Comparison) -> String {
    let mut out = format!(
        "{} of {} plans change\n",
        comparison.changed.len(),
        comparison.looked_at
    );
    for compared in &comparison.changed {
        let when = compared
            .appointment
            .map(|at| format!(", {}", crate::plan_json::minute(at)));
        out.push_str(&format!("{}{}", compared.id, when.unwrap_or_default()));
        match &compared.difference {
            Err(why) => out.push_str(&format!(": not compared: {why}\n")),
            Ok(difference) => {
                let rules: Vec<&str> = difference.rules.iter().map(rule_name).collect();
                out.push_str(&format!(" by {}\n", rules.join(", ")));
                for line in &difference.lines {
                    let words = ChangedLine::from(line.clone()).words();
                    out.push_str(&format!("  {words}\n"));
                }
            }
        }
    }
    out
}

fn rule_name(rule: &RuleDifference) -> &str {
    &rule.rule
}

/// A booked patient whose stored plan was made by rules that read otherwise now, and says something else.
#[derive(Debug, Clone)]
pub struct OutdatedPlan {
    pub entry: BoardEntry,
    pub computed: jiff::Timestamp,
    pub knowledge_version: String,
    pub lines: Vec<ChangedLine>,
    /// The rules that changed since.
    pub rules: Vec<String>,
}

/// The booked patients whose plan would change if it were worked out by the rules of this start; soonest first.
/// # Errors
/// The database.
pub async fn outdated_plans(desk: &Desk) -> Result<Vec<OutdatedPlan>, WorkError> {
    let mut out = Vec::new();
    for entry in desk.query().open_cases().await? {
        if !waits(&entry) {
            continue;
        }
        let Some(row) = desk.query().plan(&entry.case.case_id).await? else {
            continue;
        };
        let rules = changed_rules(&row.body, &desk.rules().book);
        let (Some(before), false) = (crate::plan_change::stored_lines(&row), rules.is_empty())
        else {
            continue;
        };
        let Some(case) = load_case(desk.query(), &entry.case.case_id).await? else {
            continue;
        };
        let patient = Patient::from_row(&entry.patient)?;
        let Planned {
            plan: Some(plan), ..
        } = crate::plan_case::plan_case(desk, &case, &patient, desk.now()).await?
        else {
            continue;
        };
        let now = preparation::difference::lines(
            &plan,
            wall_clock(desk.now(), &desk.site().zone_or_utc()),
        );
        let lines: Vec<ChangedLine> = preparation::difference::difference(&before, &now)
            .into_iter()
            .map(ChangedLine::from)
            .collect();
        if !lines.is_empty() {
            out.push(OutdatedPlan {
                entry,
                computed: row.computed,
                knowledge_version: row.knowledge_version,
                lines,
                rules,
            });
        }
    }
    Ok(out)
}

/// Rules of a stored plan whose content reads otherwise in this book.
fn changed_rules(body: &str, book: &RuleBook) -> Vec<String> {
    let body: Value = serde_json::from_str(body).unwrap_or_default();
    let used = body.get("provenance").and_then(Value::as_array);
    let text = |value: &Value, key: &str| {
        value
            .get(key)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    used.into_iter()
        .flatten()
        .filter_map(|used| {
            let rule = text(used, "rule");
            let now = book.states.get(&rule).map(|state| state.hash.as_str());
            (now.unwrap_or_default() != text(used, "hash")).then_some(rule)
        })
        .collect()
}
