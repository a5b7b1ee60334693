//! Why a command was not taken, and what can be done instead.

use crate::{Command, State};
use model::Role;
use std::fmt;

/// A refusal is an outcome, not a fault: nothing changed, and the reader learns what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Stable word for machines: `time_out_not_complete`.
    pub code: &'static str,
    /// One sentence for the person at the page.
    pub words: String,
    /// What would work instead; empty when nothing would.
    pub instead: String,
    /// Roles that may do it.
    pub who: &'static [Role],
}

impl Refusal {
    pub(crate) fn new(code: &'static str, words: impl Into<String>) -> Self {
        Self {
            code,
            words: words.into(),
            instead: String::new(),
            who: &[],
        }
    }

    pub(crate) fn instead(mut self, what: impl Into<String>) -> Self {
        self.instead = what.into();
        self
    }

    pub(crate) fn who(mut self, roles: &'static [Role]) -> Self {
        self.who = roles;
        self
    }

    /// The command has no place in this state; `from` lists the states it has one in.
    pub(crate) fn not_from(state: State, command: &Command, from: &[State]) -> Self {
        let wanted: Vec<String> = from.iter().map(ToString::to_string).collect();
        Self::new(
            "not_in_this_state",
            format!(
                "could not {}: the case is in {state}",
                command.name().replace('_', " ")
            ),
        )
        .instead(format!("possible in: {}", wanted.join(", ")))
    }

    pub(crate) fn empty(what: &str) -> Self {
        Self::new("not_stated", format!("{what} is not stated"))
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words)?;
        if self.instead.is_empty() {
            Ok(())
        } else {
            write!(f, " ({})", self.instead)
        }
    }
}

impl std::error::Error for Refusal {}
