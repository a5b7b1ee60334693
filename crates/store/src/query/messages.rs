//! What came in and what has to go out: inbox, quarantine, outbox, audit.

use super::{Query, QueryError, at, maybe_at};
use crate::rows::{AuditRow, InboxRow, OutboxRow, QuarantineRow};
use crate::sql::micros;
use jiff::Timestamp;
use sea_orm::{DbErr, QueryResult};

fn inbox_row(row: &QueryResult) -> Result<InboxRow, DbErr> {
    Ok(InboxRow {
        sender: row.try_get("", "sender")?,
        message_id: row.try_get("", "message_id")?,
        sha256: row.try_get("", "sha256")?,
        outcome: row.try_get("", "outcome")?,
        reason: row.try_get("", "reason")?,
        reply: row.try_get("", "reply")?,
        received: at(row, "received_us")?,
        object_key: row.try_get("", "object_key")?,
    })
}

fn quarantine_row(row: &QueryResult) -> Result<QuarantineRow, DbErr> {
    Ok(QuarantineRow {
        entry: row.try_get("", "entry")?,
        kind: row.try_get("", "kind")?,
        sender: row.try_get("", "sender")?,
        message_type: row.try_get("", "message_type")?,
        place: row.try_get("", "place")?,
        reason: row.try_get("", "reason")?,
        object_key: row.try_get("", "object_key")?,
        received: at(row, "received_us")?,
        resolved: maybe_at(row, "resolved_us")?,
        resolved_by: row.try_get("", "resolved_by")?,
    })
}

fn outbox_row(row: &QueryResult) -> Result<OutboxRow, DbErr> {
    Ok(OutboxRow {
        entry: row.try_get("", "entry")?,
        kind: row.try_get("", "kind")?,
        subject: row.try_get("", "subject")?,
        body: row.try_get("", "body")?,
        due: at(row, "due_us")?,
        attempts: row.try_get("", "attempts")?,
        done: maybe_at(row, "done_us")?,
        failure: row.try_get("", "failure")?,
    })
}

fn audit_row(row: &QueryResult) -> Result<AuditRow, DbErr> {
    Ok(AuditRow {
        at: at(row, "at_us")?,
        actor: row.try_get("", "actor")?,
        role: row.try_get("", "role")?,
        action: row.try_get("", "action")?,
        patient_key: row.try_get("", "patient_key")?,
        case_id: row.try_get("", "case_id")?,
        detail: row.try_get("", "detail")?,
    })
}

impl Query {
    pub async fn taken_in(
        &self,
        sender: &str,
        message_id: &str,
    ) -> Result<Option<InboxRow>, QueryError> {
        self.one(
            "select * from inbox where sender = $1 and message_id = $2",
            vec![sender.into(), message_id.into()],
            inbox_row,
        )
        .await
    }

    /// What waits in quarantine, newest first.
    pub async fn quarantine(&self) -> Result<Vec<QuarantineRow>, QueryError> {
        self.all(
            "select * from quarantine where resolved_us is null order by entry desc",
            vec![],
            quarantine_row,
        )
        .await
    }

    pub async fn quarantined(&self, entry: i64) -> Result<Option<QuarantineRow>, QueryError> {
        self.one(
            "select * from quarantine where entry = $1",
            vec![entry.into()],
            quarantine_row,
        )
        .await
    }

    /// Whether the same bytes of a kind already wait or waited in quarantine.
    pub async fn quarantined_bytes(&self, object_key: &str) -> Result<bool, QueryError> {
        self.one(
            "select 1 as found from quarantine where object_key = $1",
            vec![object_key.into()],
            |_| Ok(()),
        )
        .await
        .map(|found| found.is_some())
    }

    /// Entries of these bytes that still wait in quarantine.
    pub async fn waiting_in_quarantine(&self, object_key: &str) -> Result<Vec<i64>, QueryError> {
        self.all(
            "select entry from quarantine where object_key = $1 and resolved_us is null order by entry",
            vec![object_key.into()],
            |row| row.try_get("", "entry"),
        )
        .await
    }

    /// Messages that are due to go out.
    pub async fn due(&self, now: Timestamp, limit: i64) -> Result<Vec<OutboxRow>, QueryError> {
        self.all(
            "select * from outbox where done_us is null and due_us <= $1 order by due_us, entry limit $2",
            vec![micros(now), limit.into()],
            outbox_row,
        )
        .await
    }

    /// The newest audit rows.
    pub async fn audit(&self, limit: i64) -> Result<Vec<AuditRow>, QueryError> {
        self.all(
            "select * from audit order by entry desc limit $1",
            vec![limit.into()],
            audit_row,
        )
        .await
    }

    /// How many rows a table holds; for metrics and tests. The name is ours, never a caller's text.
    pub async fn count(&self, table: Table) -> Result<i64, QueryError> {
        let text = format!("select count(*) as n from {}", table.name());
        self.one(&text, vec![], |row| row.try_get("", "n"))
            .await
            .map(|n| n.unwrap_or(0))
    }
}

/// Tables that are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Table {
    Event,
    Patient,
    Case,
    Laboratory,
    Inbox,
    Quarantine,
    Object,
    Outbox,
    Audit,
    Task,
    Account,
}

impl Table {
    pub const ALL: &'static [Self] = &[
        Self::Event,
        Self::Patient,
        Self::Case,
        Self::Laboratory,
        Self::Inbox,
        Self::Quarantine,
        Self::Object,
        Self::Outbox,
        Self::Audit,
        Self::Task,
        Self::Account,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Event => "event",
            Self::Patient => "patient",
            Self::Case => "case_row",
            Self::Laboratory => "laboratory",
            Self::Inbox => "inbox",
            Self::Quarantine => "quarantine",
            Self::Object => "object",
            Self::Outbox => "outbox",
            Self::Audit => "audit",
            Self::Task => "task",
            Self::Account => "account",
        }
    }
}
