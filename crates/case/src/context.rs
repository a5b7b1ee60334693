//! What a decision needs and does not know: time, actor, the fresh gate, the site's lists.

use crate::Actor;
use jiff::{Timestamp, civil::Date};
use model::{Gate, Role, RuleId};

/// One reason behind a gate, as the preparation room gave it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct GateReason {
    pub rule: RuleId,
    pub words: String,
    /// Who can lift it.
    pub who: Vec<Role>,
}

/// A gate that was worked out at a moment.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct GateFinding {
    pub now: Gate,
    /// What it would be if everything planned is done.
    pub if_completed: Gate,
    pub reasons: Vec<GateReason>,
}

/// Has the patient begun to stop medicines for this appointment?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Holds {
    /// The plan holds no medicine, or the first hold is still ahead.
    NotBegun,
    Begun,
    /// No plan could be worked out: treated as begun, never as "no".
    Unknown,
}

/// The site's lists and intervals, out of `knowledge/pathway/`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PathwayRules {
    /// Ids of items that must be answered, in the order of the list.
    pub sign_in_items: Vec<String>,
    pub time_out_items: Vec<String>,
    pub sign_out_items: Vec<String>,
    pub discharge_criteria: Vec<String>,
    pub cancel_reasons: Vec<String>,
    /// Days from discharge to the complication check.
    pub complication_check_days: i16,
    /// Days within which a result is expected when the sender of the specimen states none.
    pub result_expected_days: i16,
}

#[derive(Debug, Clone)]
pub struct Context<'a> {
    pub at: Timestamp,
    /// The day of `at` in the hospital's zone.
    pub today: Date,
    pub by: Actor,
    /// The gate worked out for this command, when the command needs one (check-in, sign-in).
    pub gate: Option<GateFinding>,
    pub holds: Holds,
    /// The first moment that the holds and the laboratory window allow; `None` when nothing limits it.
    pub earliest: Option<Timestamp>,
    pub rules: &'a PathwayRules,
}
