//! Brings the tables up to date. Forward only; every migration is one folder with one `up.sql`, its text is
//! hashed, and a database that was made by another text is refused.

use crate::sql::statement;
use sea_orm::{ConnectionTrait, DbBackend, DbErr, TransactionTrait};
use sha2::{Digest, Sha256};

/// In order of their dates; the name is the folder's.
const MIGRATIONS: &[(&str, &str)] = &[
    (
        "20261124-first-tables",
        include_str!("../migrations/20261124-first-tables/up.sql"),
    ),
    (
        "20261124-uses-of-a-patient-code",
        include_str!("../migrations/20261124-uses-of-a-patient-code/up.sql"),
    ),
];

/// Why the tables could not be brought up to date.
#[derive(Debug, thiserror::Error)]
pub enum MigrationError {
    #[error("migration {name} in the database was made by another text than this program's")]
    Changed { name: String },
    #[error("the database knows migration {name}, which this program does not: it is newer")]
    Newer { name: String },
    #[error("could not run migration {name}")]
    Failed { name: String, source: DbErr },
    #[error("could not read the list of migrations")]
    List(#[from] DbErr),
}

fn hash(text: &str) -> String {
    crate::objects::hex(&Sha256::digest(text.as_bytes()))
}

fn for_backend(text: &str, backend: DbBackend) -> String {
    let (serial, blob) = match backend {
        DbBackend::Postgres => ("bigserial primary key", "bytea"),
        _ => ("integer primary key autoincrement", "blob"),
    };
    text.replace("{serial}", serial).replace("{blob}", blob)
}

/// One migration that a database has had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    pub name: String,
    pub sha256: String,
}

/// The migrations that the database has had, in order.
/// # Errors
/// The database's own failure, also when it has no such table.
pub async fn done(db: &impl ConnectionTrait) -> Result<Vec<Done>, DbErr> {
    let rows = db
        .query_all_raw(statement(
            db.get_database_backend(),
            "select name, sha256 from migration order by name",
            vec![],
        ))
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Done {
                name: row.try_get("", "name")?,
                sha256: row.try_get("", "sha256")?,
            })
        })
        .collect()
}

/// Whether this program knows all of them, by the same text.
/// # Errors
/// A changed or unknown migration.
pub fn are_ours(done: &[Done]) -> Result<(), MigrationError> {
    for Done { name, sha256 } in done {
        match MIGRATIONS.iter().find(|(known, _)| known == name) {
            None => return Err(MigrationError::Newer { name: name.clone() }),
            Some((_, text)) if hash(text) != *sha256 => {
                return Err(MigrationError::Changed { name: name.clone() });
            }
            Some(_) => {}
        }
    }
    Ok(())
}

/// Runs what is missing, each migration in a transaction of its own. Running it again does nothing.
/// # Errors
/// A changed or unknown migration, or the database's own failure.
pub async fn run<C>(db: &C) -> Result<(), MigrationError>
where
    C: ConnectionTrait + TransactionTrait,
{
    run_up_to(db, MIGRATIONS.len()).await
}

/// [`run`] that ends after the first `count` migrations, as an older program would have left the tables.
/// # Errors
/// As [`run`].
pub async fn run_up_to<C>(db: &C, count: usize) -> Result<(), MigrationError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let backend = db.get_database_backend();
    db.execute_unprepared(
        "create table if not exists migration (name text primary key, sha256 text not null)",
    )
    .await?;
    let done = done(db).await?;
    are_ours(&done)?;
    for (name, text) in MIGRATIONS.iter().take(count).skip(done.len()) {
        apply(db, backend, name, text)
            .await
            .map_err(|source| MigrationError::Failed {
                name: (*name).to_owned(),
                source,
            })?;
    }
    Ok(())
}

async fn apply<C>(db: &C, backend: DbBackend, name: &str, text: &str) -> Result<(), DbErr>
where
    C: ConnectionTrait + TransactionTrait,
{
    let transaction = db.begin().await?;
    transaction
        .execute_unprepared(&for_backend(text, backend))
        .await?;
    transaction
        .execute_raw(statement(
            backend,
            "insert into migration (name, sha256) values ($1, $2)",
            vec![name.into(), hash(text).into()],
        ))
        .await?;
    sea_orm::TransactionSession::commit(transaction).await
}
