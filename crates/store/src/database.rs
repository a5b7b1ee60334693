//! Opens the database: SQLite in a file, or PostgreSQL by its address.

use crate::migrations::{self, MigrationError};
use crate::objects::{ObjectError, Objects};
use crate::query::Query;
use crate::write::Writer;
use sea_orm::{ConnectOptions, Database, DatabaseConnection, DbErr};
use sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Where the store lives.
#[derive(Debug, Clone)]
pub struct Location {
    /// `postgres://…`; `None` means `seldinger.sqlite` in the folder.
    pub database: Option<String>,
    /// Folder of the SQLite file and of the objects.
    pub folder: PathBuf,
}

/// Both sides of an open store. Only `workflow` is given the writer.
#[derive(Debug)]
pub struct Store {
    pub query: Query,
    pub writer: Writer,
    pub objects: Objects,
}

/// Why a store could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("could not make the folder {folder}")]
    Folder {
        folder: PathBuf,
        source: std::io::Error,
    },
    #[error("could not open the database")]
    Connect(#[source] DbErr),
    #[error("could not bring the tables up to date")]
    Migrate(#[from] MigrationError),
    #[error("could not open the object folder")]
    Objects(#[from] ObjectError),
}

const READERS: u32 = 4;
const POSTGRES_CONNECTIONS: u32 = 8;

impl Store {
    /// Opens, and makes what is missing.
    /// # Errors
    /// See [`OpenError`].
    pub async fn open(location: &Location) -> Result<Self, OpenError> {
        std::fs::create_dir_all(&location.folder).map_err(|source| OpenError::Folder {
            folder: location.folder.clone(),
            source,
        })?;
        let objects = Objects::open(&location.folder.join("objects"))?;
        let (reader, writer) = match &location.database {
            Some(url) => {
                let pool = postgres(url).await.map_err(OpenError::Connect)?;
                migrations::run(&pool).await?;
                (pool.clone(), Writer::on_pool(pool))
            }
            None => {
                let file = location.folder.join("seldinger.sqlite");
                let single = sqlite(&file, 1).await.map_err(OpenError::Connect)?;
                migrations::run(&single).await?;
                let readers = sqlite(&file, READERS).await.map_err(OpenError::Connect)?;
                (readers, Writer::on_single(single))
            }
        };
        let query = Query::new(reader, writer.watch());
        Ok(Self {
            query,
            writer,
            objects,
        })
    }
}

async fn postgres(url: &str) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(url.to_owned());
    options
        .max_connections(POSTGRES_CONNECTIONS)
        .sqlx_logging(false)
        .connect_timeout(Duration::from_secs(10));
    Database::connect(options).await
}

async fn sqlite(file: &Path, connections: u32) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(format!("sqlite://{}?mode=rwc", file.display()));
    options
        .max_connections(connections)
        .min_connections(1)
        .sqlx_logging(false);
    options.map_sqlx_sqlite_opts(|sqlite| {
        sqlite
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(10))
    });
    Database::connect(options).await
}
