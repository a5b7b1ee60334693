//! Brings the tables up to date. Forward only; every migration is one folder with one `up.sql`, its text is
//! hashed, and a database that was made by another text is refused.

use crate::sql::statement;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, TransactionTrait};
use sha2::{Digest, Sha256};

/// In order of their dates; the name is the folder's.
const MIGRATIONS: &[(&str, &str)] = &[(
    "20261124-first-tables",
    include_str!("../migrations/20261124-first-tables/up.sql"),
)];

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

/// Runs what is missing, each migration in a transaction of its own. Running it again does nothing.
/// # Errors
/// A changed or unknown migration, or the database's own failure.
pub async fn run(db: &DatabaseConnection) -> Result<(), MigrationError> {
    let backend = db.get_database_backend();
    db.execute_unprepared(
        "create table if not exists migration (name text primary key, sha256 text not null)",
    )
    .await?;
    let rows = db
        .query_all_raw(statement(
            backend,
            "select name, sha256 from migration order by name",
            vec![],
        ))
        .await?;
    for row in &rows {
        let name: String = row.try_get("", "name")?;
        let sha256: String = row.try_get("", "sha256")?;
        match MIGRATIONS.iter().find(|(known, _)| *known == name) {
            None => return Err(MigrationError::Newer { name }),
            Some((_, text)) if hash(text) != sha256 => {
                return Err(MigrationError::Changed { name });
            }
            Some(_) => {}
        }
    }
    for (name, text) in MIGRATIONS.iter().skip(rows.len()) {
        apply(db, backend, name, text)
            .await
            .map_err(|source| MigrationError::Failed {
                name: (*name).to_owned(),
                source,
            })?;
    }
    Ok(())
}

async fn apply(
    db: &DatabaseConnection,
    backend: DbBackend,
    name: &str,
    text: &str,
) -> Result<(), DbErr> {
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
    transaction.commit().await
}
