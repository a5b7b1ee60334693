//! Every table of the store as lines of JSON, the same bytes from SQLite and from PostgreSQL; and back into an empty
//! database of either kind.
//!
//! The first line is `{"archive":1,"migrations":[{"name":…,"sha256":…}]}`. Then for each table, by name, a line
//! `{"table":…,"columns":[…]}`, one array a row in the order of the primary key, and `{"rows":n}`. The last line is
//! `{"end":true,"tables":n,"rows":n}`: a dump that was cut off is seen. Whole numbers and texts stand as they are,
//! bytes as hexadecimal text.

mod dump;
mod load;
mod schema;

pub use dump::{Dumped, dump, named_objects};
pub use load::Loading;

use crate::migrations::MigrationError;
use sea_orm::DbErr;
use std::io;

/// The only form that is written and read.
const FORM: u64 = 1;

/// Why tables could not be written out or read back.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    #[error("there is no database in {0}")]
    NoDatabase(String),
    #[error("the database is not empty: it has the table {0}")]
    NotEmpty(String),
    #[error("could not write the dump")]
    Write(#[source] io::Error),
    #[error("could not read the dump")]
    Read(#[source] io::Error),
    /// The dump is not what this program writes; nothing of it is kept.
    #[error("line {line} of the dump: {why}")]
    Form { line: u64, why: String },
    #[error("table {table} has a column of a kind that no dump holds: {column} {kind}")]
    Kind {
        table: String,
        column: String,
        kind: String,
    },
    #[error("table {table} names an object by {value:?}, which is no SHA-256")]
    ObjectName { table: String, value: String },
    #[error("could not bring the tables to the dump's state")]
    Migrate(#[from] MigrationError),
    #[error("could not use the database")]
    Database(#[from] DbErr),
}

/// Whether a column holds the key of an object.
fn names_an_object(table: &str, column: &str) -> bool {
    column == "object_key" || (table == "object" && column == "sha256")
}
