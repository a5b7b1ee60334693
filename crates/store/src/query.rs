//! The read side. Doors may hold it; nothing here changes anything.

mod access;
mod cases;
mod messages;
mod patients;
mod whole;

use crate::sql::{instant, statement};
use jiff::Timestamp;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, QueryResult, Value};
use tokio::sync::broadcast;

pub use cases::{BoardEntry, WorklistFilter};
pub use messages::Table;
pub use whole::StreamExtent;

#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    #[error("could not read the database")]
    Database(#[from] DbErr),
}

/// The reading handle. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Query {
    pub(crate) db: DatabaseConnection,
    watch: broadcast::Sender<Vec<String>>,
}

/// An event as it stands in the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEvent {
    pub position: i64,
    pub stream: String,
    pub version: i64,
    pub at: Timestamp,
    pub actor: String,
    pub role: String,
    pub kind: String,
    pub body: String,
}

impl Query {
    pub(crate) fn new(db: DatabaseConnection, watch: broadcast::Sender<Vec<String>>) -> Self {
        Self { db, watch }
    }

    /// Tells the ids of cases that changed, after each commit.
    pub fn watch_cases(&self) -> broadcast::Receiver<Vec<String>> {
        self.watch.subscribe()
    }

    async fn all<T>(
        &self,
        text: &str,
        values: Vec<Value>,
        read: impl Fn(&QueryResult) -> Result<T, DbErr>,
    ) -> Result<Vec<T>, QueryError> {
        let rows = self
            .db
            .query_all_raw(statement(self.db.get_database_backend(), text, values))
            .await?;
        rows.iter()
            .map(|row| read(row).map_err(QueryError::from))
            .collect()
    }

    async fn one<T>(
        &self,
        text: &str,
        values: Vec<Value>,
        read: impl Fn(&QueryResult) -> Result<T, DbErr>,
    ) -> Result<Option<T>, QueryError> {
        let row = self
            .db
            .query_one_raw(statement(self.db.get_database_backend(), text, values))
            .await?;
        row.as_ref()
            .map(|row| read(row).map_err(QueryError::from))
            .transpose()
    }

    /// Whether the database answers; for `/healthz`.
    /// # Errors
    /// It does not.
    pub async fn ping(&self) -> Result<(), QueryError> {
        self.all("select 1", vec![], |_| Ok(())).await.map(|_| ())
    }

    /// A fact about the database itself, e.g. `demonstration`.
    /// # Errors
    /// The database's own failure; the same for every function here.
    pub async fn fact(&self, name: &str) -> Result<Option<String>, QueryError> {
        self.one(
            "select value from fact where name = $1",
            vec![name.into()],
            |row| row.try_get("", "value"),
        )
        .await
    }

    /// The events of one stream (`Stream::key`), in order.
    pub async fn events(&self, stream: &str) -> Result<Vec<StoredEvent>, QueryError> {
        self.all(
            "select position, stream, version, at_us, actor, role, kind, body from event \
             where stream = $1 order by version",
            vec![stream.into()],
            stored_event,
        )
        .await
    }

    /// Events of all streams after a position, at most `limit`.
    pub async fn events_after(
        &self,
        position: i64,
        limit: u64,
    ) -> Result<Vec<StoredEvent>, QueryError> {
        self.all(
            "select position, stream, version, at_us, actor, role, kind, body from event \
             where position > $1 order by position limit $2",
            vec![
                position.into(),
                i64::try_from(limit).unwrap_or(i64::MAX).into(),
            ],
            stored_event,
        )
        .await
    }
}

fn stored_event(row: &QueryResult) -> Result<StoredEvent, DbErr> {
    Ok(StoredEvent {
        position: row.try_get("", "position")?,
        stream: row.try_get("", "stream")?,
        version: row.try_get("", "version")?,
        at: at(row, "at_us")?,
        actor: row.try_get("", "actor")?,
        role: row.try_get("", "role")?,
        kind: row.try_get("", "kind")?,
        body: row.try_get("", "body")?,
    })
}

fn at(row: &QueryResult, column: &str) -> Result<Timestamp, DbErr> {
    row.try_get("", column).map(instant)
}

fn maybe_at(row: &QueryResult, column: &str) -> Result<Option<Timestamp>, DbErr> {
    row.try_get::<Option<i64>>("", column)
        .map(|micros| micros.map(instant))
}

fn yes(row: &QueryResult, column: &str) -> Result<bool, DbErr> {
    row.try_get::<i64>("", column).map(|value| value != 0)
}
