//! Which modalities do not see a case on their worklist: the site's choice, within what may never be hidden.

use crate::case_summary::CaseSummary;
use crate::desk::Desk;
use case::State;
use model::AeTitle;
use store::query::BoardEntry;

/// What decides it, out of the board's row or the worklist's.
#[derive(Debug, Clone, Copy)]
pub struct Standing<'a> {
    pub state: &'a str,
    pub gate_now: &'a str,
    pub emergency: bool,
    /// The rules behind the gate.
    pub rules: &'a [String],
}

/// Blocked, no emergency, not in the room yet, and blocked by rules that this site has approved.
pub fn may_be_hidden(desk: &Desk, standing: Standing<'_>) -> bool {
    let in_front_of_the_room = State::from_code(standing.state).is_some_and(|state| {
        matches!(
            state,
            State::Scheduled | State::Preparation | State::Arrived
        )
    });
    let today = desk.now_here().date();
    let book = &desk.rules().book;
    let approved = standing
        .rules
        .iter()
        .all(|rule| book.is_approved(rule, today));
    standing.gate_now == "blocked"
        && !standing.emergency
        && in_front_of_the_room
        && approved
        && !standing.rules.is_empty()
}

/// Whether a modality that calls itself so does not see the case.
pub fn is_hidden_from(desk: &Desk, calling_ae_title: &str, standing: Standing<'_>) -> bool {
    let titles = &desk.site().worklist.without_blocked;
    titles
        .iter()
        .any(|title| title.as_str() == calling_ae_title)
        && may_be_hidden(desk, standing)
}

/// Whether a modality gets no clinical attributes.
pub fn is_without_clinical(desk: &Desk, calling_ae_title: &str) -> bool {
    let titles = &desk.site().worklist.without_clinical;
    titles
        .iter()
        .any(|title| title.as_str() == calling_ae_title)
}

/// For the board: the rooms (or AE titles) from which a case is hidden now.
pub fn hidden_from(desk: &Desk, entry: &BoardEntry, summary: &CaseSummary) -> Vec<String> {
    let rules: Vec<String> = summary
        .gate_reasons
        .iter()
        .map(|reason| reason.rule.clone())
        .collect();
    let standing = Standing {
        state: &entry.case.state,
        gate_now: &entry.case.gate_now,
        emergency: summary.emergency || summary.urgency == "emergency",
        rules: &rules,
    };
    if !may_be_hidden(desk, standing) {
        return Vec::new();
    }
    let site = desk.site();
    let name = |title: &AeTitle| {
        let room = site.room_of_station(title);
        room.map_or_else(|| title.as_str().to_owned(), |room| room.name.clone())
    };
    site.worklist.without_blocked.iter().map(name).collect()
}
