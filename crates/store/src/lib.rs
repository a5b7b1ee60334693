//! Keeps what happened: events, the read tables made from them, outgoing messages, audit, objects.
//!
//! Reading order: [`database`] opens SQLite or PostgreSQL, `migrations` brings the tables up to date,
//! [`commit`] is the one value that every write is, `write` puts it into one transaction, [`query`] is the
//! read side that doors may hold, [`objects`] keeps bytes, [`archive`] writes all tables out and reads them back.

pub mod archive;
pub mod commit;
pub mod database;
pub mod event_body;
pub mod objects;
pub mod query;
pub mod rows;

mod migrations;
mod sql;
mod write;

pub use commit::{Change, Commit, NewEvent, Stream};
pub use database::{OpenError, Store};
pub use objects::{ObjectError, ObjectKey, Objects};
pub use query::{Query, QueryError, StoredEvent};
pub use write::{CommitError, Writer};
