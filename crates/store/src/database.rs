//! Opens the database: SQLite in a file, or PostgreSQL by its address.

use crate::migrations::{self, MigrationError};
use crate::objects::{ObjectError, Objects};
use crate::query::Query;
use crate::write::Writer;
use sea_orm::{ConnectOptions, Database, DatabaseConnection, DbErr};
use sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _};
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

impl Location {
    /// Where the embedded database is, whether or not it is used.
    pub fn sqlite_file(&self) -> PathBuf {
        self.folder.join("seldinger.sqlite")
    }

    /// Where the objects are.
    pub fn object_folder(&self) -> PathBuf {
        self.folder.join("objects")
    }
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
    #[error("could not look into {file}")]
    Look { file: PathBuf, source: sqlx::Error },
    #[error("could not open the object folder")]
    Objects(#[from] ObjectError),
}

const READERS: u32 = 4;
const POSTGRES_CONNECTIONS: u32 = 8;

/// A fact about the database itself, read without making, migrating or locking anything; `None` when the file holds
/// no such fact, or no table of facts.
///
/// * `file` – an SQLite file that exists.
/// # Errors
/// The file is no database, or cannot be read.
pub async fn sqlite_fact(file: &Path, name: &str) -> Result<Option<String>, OpenError> {
    let wal = file.with_extension("sqlite-wal");
    let is_quiet = std::fs::metadata(&wal).map_or(true, |wal| wal.len() == 0);
    let mut options = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(file)
        .read_only(true)
        .busy_timeout(Duration::from_secs(10));
    if is_quiet {
        // Without this a reader makes the files of the write-ahead log beside the database.
        options = options.immutable(true);
    }
    let failed = |error: sqlx::Error| OpenError::Look {
        file: file.to_owned(),
        source: error,
    };
    let mut one = options.connect().await.map_err(failed)?;
    let has_table = "select count(*) from sqlite_master where type = 'table' and name = 'fact'";
    let tables: i64 = sqlx::query_scalar(has_table)
        .fetch_one(&mut one)
        .await
        .map_err(failed)?;
    let mut value = None;
    if tables > 0 {
        value = sqlx::query_scalar("select value from fact where name = $1")
            .bind(name)
            .fetch_optional(&mut one)
            .await
            .map_err(failed)?;
    }
    one.close().await.map_err(failed)?;
    Ok(value)
}

impl Store {
    /// Opens, and makes what is missing.
    /// # Errors
    /// See [`OpenError`].
    pub async fn open(location: &Location) -> Result<Self, OpenError> {
        std::fs::create_dir_all(&location.folder).map_err(|source| OpenError::Folder {
            folder: location.folder.clone(),
            source,
        })?;
        let objects = Objects::open(&location.object_folder())?;
        let (reader, writer) = match &location.database {
            Some(url) => {
                let pool = postgres(url).await.map_err(OpenError::Connect)?;
                migrations::run(&pool).await?;
                (pool.clone(), Writer::on_pool(pool))
            }
            None => {
                let file = location.sqlite_file();
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

pub(crate) async fn postgres(url: &str) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(url.to_owned());
    options
        .max_connections(POSTGRES_CONNECTIONS)
        .sqlx_logging(false)
        .connect_timeout(Duration::from_secs(10));
    Database::connect(options).await
}

pub(crate) async fn sqlite(file: &Path, connections: u32) -> Result<DatabaseConnection, DbErr> {
    let file = file.to_owned();
    let mut options = ConnectOptions::new("sqlite://seldinger.sqlite");
    options
        .max_connections(connections)
        .min_connections(1)
        .sqlx_logging(false);
    options.map_sqlx_sqlite_opts(move |sqlite| {
        // The file by its path: in an address, a folder's `?` or `%` would mean something else.
        sqlite
            .filename(&file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(10))
    });
    Database::connect(options).await
}
