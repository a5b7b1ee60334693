//! Reasons, and the gate that follows from them.

use crate::situation::Situation;
use knowledge::Cited;
use model::{Gate, ReviewStatus};
use std::collections::{BTreeMap, BTreeSet};

/// Why the gate is not open: shown beside the gate, always with who can lift it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reason {
    /// The code of the contract, such as `lab_missing_inr`.
    pub code: String,
    /// Rule id, such as `laboratory/analytes/inr`.
    pub rule: String,
    /// The fact in words.
    pub fact: String,
    pub source: Vec<String>,
    pub status: ReviewStatus,
    /// The site answers for the rule on the day of planning.
    pub approved_here: bool,
    /// Roles or teams.
    pub lifted_by: Vec<String>,
    /// A task of the plan lifts it; otherwise a decision.
    pub lifted_by_task: bool,
}

/// Everything that the sections found, by code, so that the order of the facts does not matter.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    pub blockers: BTreeMap<String, Reason>,
    pub reviews: BTreeMap<String, Reason>,
    pub warnings: BTreeSet<String>,
    /// Rules that were used, whatever came out.
    pub used: BTreeSet<String>,
}

/// Who lifts a blocker, and how.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lift<'a> {
    pub by: &'a [&'a str],
    pub by_task: bool,
}

impl Findings {
    pub fn block(
        &mut self,
        code: String,
        situation: &Situation,
        rule: &str,
        cited: &dyn Cited,
        fact: String,
        lift: Lift,
    ) {
        let reason = reason(code.clone(), situation, rule, cited, fact, lift);
        self.used.insert(rule.to_owned());
        let kept = self.blockers.entry(code).or_insert_with(|| reason.clone());
        // A blocker stays until the slowest of its causes is gone; the words of the smallest fact are kept.
        let by_task = kept.lifted_by_task && reason.lifted_by_task;
        if reason.fact < kept.fact {
            *kept = reason;
        }
        kept.lifted_by_task = by_task;
    }

    pub fn review(
        &mut self,
        code: &str,
        situation: &Situation,
        rule: &str,
        cited: &dyn Cited,
        fact: String,
        by: &[&str],
    ) {
        let lift = Lift { by, by_task: false };
        let reason = reason(code.to_owned(), situation, rule, cited, fact, lift);
        self.used.insert(rule.to_owned());
        let kept = self
            .reviews
            .entry(code.to_owned())
            .or_insert_with(|| reason.clone());
        if reason < *kept {
            *kept = reason;
        }
    }

    pub fn warn(&mut self, code: impl Into<String>) {
        self.warnings.insert(code.into());
    }

    pub fn use_rule(&mut self, rule: &str) {
        if !self.used.contains(rule) {
            self.used.insert(rule.to_owned());
        }
    }
}

fn reason(
    code: String,
    situation: &Situation,
    rule: &str,
    cited: &dyn Cited,
    fact: String,
    lift: Lift,
) -> Reason {
    Reason {
        code,
        rule: rule.to_owned(),
        fact,
        source: cited.source().to_vec(),
        status: cited.status(),
        approved_here: situation.rules.is_approved(rule, situation.as_of.date()),
        lifted_by: lift.by.iter().map(|who| (*who).to_owned()).collect(),
        lifted_by_task: lift.by_task,
    }
}

/// What the gate looks at.
#[derive(Debug, Clone, Copy)]
pub(crate) struct GateInput<'a> {
    pub emergency: bool,
    pub blockers: &'a BTreeMap<String, Reason>,
    pub reviews: &'a BTreeMap<String, Reason>,
    /// A medicine waits for a decision.
    pub team_decides: bool,
    /// Something is still to be done.
    pub tasks_open: bool,
    /// In an emergency: food is not waited for although sedation or anaesthesia is planned.
    pub fasting_bypassed: bool,
    /// A section could not be worked out.
    pub incomplete: bool,
}

/// Reviews that end when the listed tasks and the operator's word are given.
const REVIEWS_THAT_END: [&str; 2] = ["aspirin_operator_decision", "pregnant_ionising"];

/// The gate now, and at the start when every listed task is done with acceptable results.
pub(crate) fn gates(input: GateInput) -> (Gate, Gate) {
    let decides = input.team_decides || input.incomplete;
    if input.emergency {
        let bypassed = !input.blockers.is_empty()
            || !input.reviews.is_empty()
            || decides
            || input.fasting_bypassed;
        if bypassed {
            return (Gate::OverrideRequired, Gate::OverrideRequired);
        }
    }
    let now = if !input.blockers.is_empty() {
        Gate::Blocked
    } else if !input.reviews.is_empty() || decides {
        Gate::Review
    } else if input.tasks_open {
        Gate::Pending
    } else {
        Gate::Ready
    };
    let blocked_still = input.blockers.values().any(|reason| !reason.lifted_by_task);
    let review_still = input
        .reviews
        .keys()
        .any(|code| !REVIEWS_THAT_END.contains(&code.as_str()));
    let if_completed = if blocked_still {
        Gate::Blocked
    } else if review_still || decides {
        Gate::Review
    } else {
        Gate::Ready
    };
    (now, if_completed)
}
