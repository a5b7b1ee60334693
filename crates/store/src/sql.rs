//! The few words in which SQLite and PostgreSQL differ, and instants as whole microseconds.

use jiff::Timestamp;
use sea_orm::{DbBackend, Statement, Value};

pub fn statement(backend: DbBackend, text: &str, values: Vec<Value>) -> Statement {
    Statement::from_sql_and_values(backend, text, values)
}

pub fn micros(at: Timestamp) -> Value {
    at.as_microsecond().into()
}

pub fn optional_micros(at: Option<Timestamp>) -> Value {
    at.map(|at| at.as_microsecond()).into()
}

/// An instant from the store; one that no calendar holds cannot have been written by us.
pub fn instant(micros: i64) -> Timestamp {
    Timestamp::from_microsecond(micros).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// Text folded for finding look-alike names: lower case, without spaces, hyphens and apostrophes.
pub fn folded(name: &str) -> String {
    name.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}
