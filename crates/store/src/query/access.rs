//! Accounts, sessions, tokens, codes and throttles.

use super::{Query, QueryError, at, maybe_at, yes};
use crate::rows::{AccountRow, MachineTokenRow, PatientCodeRow, SessionRow, ThrottleRow};
use crate::sql::micros;
use jiff::Timestamp;
use sea_orm::{DbErr, QueryResult};

fn account_row(row: &QueryResult) -> Result<AccountRow, DbErr> {
    Ok(AccountRow {
        name: row.try_get("", "name")?,
        display_name: row.try_get("", "display_name")?,
        password_hash: row.try_get("", "password_hash")?,
        roles: row.try_get("", "roles")?,
        disabled: yes(row, "disabled")?,
        created: at(row, "created_us")?,
    })
}

impl Query {
    pub async fn account(&self, name: &str) -> Result<Option<AccountRow>, QueryError> {
        self.one(
            "select * from account where name = $1",
            vec![name.into()],
            account_row,
        )
        .await
    }

    pub async fn accounts(&self) -> Result<Vec<AccountRow>, QueryError> {
        self.all("select * from account order by name", vec![], account_row)
            .await
    }

    pub async fn session(&self, token_sha256: &str) -> Result<Option<SessionRow>, QueryError> {
        self.one(
            "select * from session where token_sha256 = $1",
            vec![token_sha256.into()],
            |row| {
                Ok(SessionRow {
                    token_sha256: row.try_get("", "token_sha256")?,
                    account: row.try_get("", "account")?,
                    role: row.try_get("", "role")?,
                    csrf: row.try_get("", "csrf")?,
                    created: at(row, "created_us")?,
                    seen: at(row, "seen_us")?,
                    expires: at(row, "expires_us")?,
                })
            },
        )
        .await
    }

    pub async fn machine_token(
        &self,
        token_sha256: &str,
    ) -> Result<Option<MachineTokenRow>, QueryError> {
        self.one(
            "select * from machine_token where token_sha256 = $1",
            vec![token_sha256.into()],
            |row| {
                Ok(MachineTokenRow {
                    token_sha256: row.try_get("", "token_sha256")?,
                    name: row.try_get("", "name")?,
                    scope: row.try_get("", "scope")?,
                    created: at(row, "created_us")?,
                    revoked: maybe_at(row, "revoked_us")?,
                })
            },
        )
        .await
    }

    pub async fn patient_code(
        &self,
        code_sha256: &str,
    ) -> Result<Option<PatientCodeRow>, QueryError> {
        self.one(
            "select * from patient_code where code_sha256 = $1",
            vec![code_sha256.into()],
            |row| {
                Ok(PatientCodeRow {
                    code_sha256: row.try_get("", "code_sha256")?,
                    case_id: row.try_get("", "case_id")?,
                    patient_key: row.try_get("", "patient_key")?,
                    created: at(row, "created_us")?,
                    expires: at(row, "expires_us")?,
                    failures: row.try_get("", "failures")?,
                    uses: row.try_get("", "uses")?,
                })
            },
        )
        .await
    }

    /// Whether this patient holds a code that can still open the page, and until when.
    pub async fn patient_code_until(
        &self,
        patient_key: &str,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, QueryError> {
        self.one(
            "select * from patient_code where patient_key = $1 and expires_us > $2 \
             order by expires_us desc limit 1",
            vec![patient_key.into(), micros(now)],
            |row| at(row, "expires_us"),
        )
        .await
    }

    pub async fn throttle(&self, subject: &str) -> Result<Option<ThrottleRow>, QueryError> {
        self.one(
            "select * from throttle where subject = $1",
            vec![subject.into()],
            |row| {
                Ok(ThrottleRow {
                    subject: row.try_get("", "subject")?,
                    failures: row.try_get("", "failures")?,
                    until: at(row, "until_us")?,
                })
            },
        )
        .await
    }
}
