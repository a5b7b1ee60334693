//! Which rule, from where, approved by whom? Every rule of this start with its status, its sources and the site's word.

use crate::fields::encoded;
use crate::guard::Seated;
use crate::layout::{Frame, page};
use crate::pages::lists::{Cell, ListPage, ROWS, Row, Search};
use crate::refusal::Refusal;
use crate::state::State;
use crate::words::{self, Mark};
use axum::Extension;
use axum::extract::{Query as Asked, State as Given};
use axum::response::Response;
use jiff::civil::Date;
use knowledge::{Origin, RuleBook, RuleState};
use model::ReviewStatus;
use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Question {
    q: String,
    /// Rules before the first one of this page.
    after: usize,
}

pub async fn list(
    Given(state): Given<State>,
    Extension(seat): Seated,
    Asked(asked): Asked<Question>,
) -> Result<Response, Refusal> {
    let book = &state.desk.rules().book;
    let today = state.desk.now_here().date();
    let wanted = asked.q.trim().to_lowercase();
    let mut list = ListPage::new(
        Frame::of(&state, &seat, "/knowledge", "Knowledge"),
        "Which rule, from where, approved by whom?",
        vec![
            "Rule",
            "What it says",
            "Sources",
            "Weakest figure",
            "Approved here",
        ],
    );
    let counts = book.counts();
    list.intro = format!(
        "Rule book of {}. {} rules, {} approved here. A rule without an approval is shown to staff with its status and never reaches a patient.",
        words::day(book.version, today),
        counts.rules,
        counts.approved_rules
    );
    list.search = Some(Search {
        label: "Part of a rule's name or sentence",
        hint: "",
        value: asked.q.trim().to_owned(),
    });
    list.rows = book
        .states
        .iter()
        .filter(|(rule, known)| {
            wanted.is_empty()
                || rule.to_lowercase().contains(&wanted)
                || known.says.to_lowercase().contains(&wanted)
        })
        .map(|(rule, known)| row(book, rule, known, today))
        .collect();
    let count = list.rows.len();
    let first = if asked.after < count { asked.after } else { 0 };
    let last = count.min(first + ROWS);
    list.rows.truncate(last);
    list.rows.drain(..first);
    list.note = match count {
        1 => "1 rule".to_owned(),
        more if more <= ROWS => format!("{more} rules"),
        more => format!("{} to {last} of {more} rules", first + 1),
    };
    let turn = |after: usize, words: &str| {
        let href = format!("/knowledge?q={}&after={after}", encoded(asked.q.trim()));
        (href, words.to_owned())
    };
    if first > 0 {
        list.turns
            .push(turn(first.saturating_sub(ROWS), "Rules before"));
    }
    if last < count {
        list.turns.push(turn(last, "Rules after"));
    }
    list.empty = format!("No rule is found by \u{201c}{}\u{201d}.", asked.q.trim());
    page(&list)
}

fn row(book: &RuleBook, rule: &str, known: &RuleState, today: Date) -> Row {
    let (approval, mark) = approved(known, today);
    let sources: Vec<String> = known
        .sources
        .iter()
        .map(|key| {
            book.sources
                .get(key)
                .map_or_else(|| key.clone(), |source| source.citation.clone())
        })
        .collect();
    let status = match known.weakest {
        Some(ReviewStatus::Primary) => "read in the source itself",
        Some(ReviewStatus::Secondary) => "read in a text that cites the source",
        Some(ReviewStatus::Recalled) => "from memory, not found in a source",
        None => "holds no figure",
    };
    let origin = match known.origin {
        Origin::Shipped => "as shipped",
        Origin::Local => "this hospital's own file",
    };
    Row {
        tone: mark.tone,
        cells: vec![
            Cell::text(rule).meta(origin),
            Cell::text(if known.says.is_empty() {
                "no sentence in its file".to_owned()
            } else {
                known.says.clone()
            })
            .label("Says"),
            Cell::text(if sources.is_empty() {
                "none named".to_owned()
            } else {
                sources.join("; ")
            })
            .label("Sources"),
            Cell::text(status).label("Weakest figure"),
            Cell::text(approval).marked(mark).label("Approved"),
        ],
    }
}

fn approved(known: &RuleState, today: Date) -> (String, Mark) {
    let Some(approval) = &known.approval else {
        return (
            String::new(),
            Mark::new("review", "review", "not approved here"),
        );
    };
    let words = format!(
        "{}, {}, {}, until {}",
        approval.name,
        approval.role,
        words::day(approval.date, today),
        words::day(approval.due, today)
    );
    let mark = if approval.counts_on(today) {
        Mark::new("ready", "ready", "approved")
    } else {
        Mark::new("blocked", "blocked", "approval has run out")
    };
    (words, mark)
}
