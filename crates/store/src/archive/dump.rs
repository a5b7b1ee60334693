//! Writes every table out as it stood at one moment, while others go on writing.

use super::schema::{Column, Kind, Shape, tables};
use super::{ArchiveError, FORM, names_an_object};
use crate::database::{Location, postgres, sqlite};
use crate::migrations;
use crate::objects::{ObjectKey, hex};
use crate::query::Query;
use crate::sql::statement;
use sea_orm::{
    AccessMode, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr,
    IsolationLevel, QueryResult, TransactionTrait,
};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::io::Write;

/// What a dump holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Dumped {
    pub tables: u64,
    pub rows: u64,
    /// Every object that a row names.
    pub objects: BTreeSet<ObjectKey>,
}

/// Writes the tables of the database at `location` as it is: nothing is made or migrated, and a program that serves
/// there goes on. Writing blocks the thread that calls.
/// # Errors
/// See [`ArchiveError`].
pub async fn dump(location: &Location, out: &mut impl Write) -> Result<Dumped, ArchiveError> {
    let connection = connect(location).await?;
    let snapshot = snapshot(&connection).await?;
    let dumped = write_all(&snapshot, out).await;
    snapshot.rollback().await?;
    connection.close().await?;
    dumped
}

/// Every object that a row names, by the keys alone.
/// # Errors
/// See [`ArchiveError`].
pub async fn named_objects(query: &Query) -> Result<BTreeSet<ObjectKey>, ArchiveError> {
    let backend = query.db.get_database_backend();
    let mut objects = BTreeSet::new();
    for shape in tables(&query.db).await? {
        for column in &shape.columns {
            if !names_an_object(&shape.name, &column.name) {
                continue;
            }
            let text = format!(
                "select distinct \"{0}\" as name from \"{1}\" where \"{0}\" <> ''",
                column.name, shape.name
            );
            for row in query
                .db
                .query_all_raw(statement(backend, &text, vec![]))
                .await?
            {
                let name: String = row.try_get("", "name")?;
                objects.insert(object_key(&shape.name, &name)?);
            }
        }
    }
    Ok(objects)
}

async fn connect(location: &Location) -> Result<DatabaseConnection, ArchiveError> {
    if let Some(url) = &location.database {
        return Ok(postgres(url).await?);
    }
    let file = location.sqlite_file();
    if !file.is_file() {
        let folder = location.folder.display().to_string();
        return Err(ArchiveError::NoDatabase(folder));
    }
    Ok(sqlite(&file, 1).await?)
}

/// A transaction in which every read sees the same moment. SQLite's write-ahead log gives that to any transaction.
async fn snapshot(connection: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    match connection.get_database_backend() {
        DbBackend::Postgres => {
            connection
                .begin_with_config(
                    Some(IsolationLevel::RepeatableRead),
                    Some(AccessMode::ReadOnly),
                )
                .await
        }
        _ => connection.begin().await,
    }
}

async fn write_all(db: &DatabaseTransaction, out: &mut impl Write) -> Result<Dumped, ArchiveError> {
    let shapes = tables(db).await?;
    let done = migrations::done(db).await?;
    let done: Vec<Value> = done
        .iter()
        .map(|done| json!({"name": done.name, "sha256": done.sha256}))
        .collect();
    line(out, &json!({"archive": FORM, "migrations": done}))?;
    let mut dumped = Dumped::default();
    for shape in &shapes {
        line(
            out,
            &json!({"table": shape.name, "columns": shape.column_names()}),
        )?;
        let rows = write_table(db, shape, out, &mut dumped.objects).await?;
        line(out, &json!({ "rows": rows }))?;
        dumped.tables += 1;
        dumped.rows += rows;
    }
    line(
        out,
        &json!({"end": true, "tables": dumped.tables, "rows": dumped.rows}),
    )?;
    out.flush().map_err(ArchiveError::Write)?;
    Ok(dumped)
}

async fn write_table(
    db: &DatabaseTransaction,
    shape: &Shape,
    out: &mut impl Write,
    objects: &mut BTreeSet<ObjectKey>,
) -> Result<u64, ArchiveError> {
    let mut pages = Pages::of(db, shape).await?;
    let mut count = 0;
    loop {
        let rows = pages.next().await?;
        if rows.is_empty() {
            return Ok(count);
        }
        for row in &rows {
            let mut values = Vec::with_capacity(shape.columns.len());
            for column in &shape.columns {
                let value = value(row, column)?;
                if names_an_object(&shape.name, &column.name)
                    && let Some(name) = value.as_str().filter(|name| !name.is_empty())
                {
                    objects.insert(object_key(&shape.name, name)?);
                }
                values.push(value);
            }
            line(out, &Value::Array(values))?;
            count += 1;
        }
    }
}

/// A table's rows in pieces, so that no table has to fit into memory: by a cursor in PostgreSQL, whose indexes may be
/// sorted by a language, and behind the last key in SQLite, which has no cursors but an index in this very order.
struct Pages<'a> {
    db: &'a DatabaseTransaction,
    shape: &'a Shape,
    last_key: Vec<sea_orm::Value>,
}

const ROWS_PER_PAGE: u32 = 1000;

impl<'a> Pages<'a> {
    async fn of(db: &'a DatabaseTransaction, shape: &'a Shape) -> Result<Self, DbErr> {
        if db.get_database_backend() == DbBackend::Postgres {
            let select = shape.select(DbBackend::Postgres, false);
            let name = &shape.name;
            db.execute_unprepared(&format!("declare \"dump_{name}\" cursor for {select}"))
                .await?;
        }
        Ok(Self {
            db,
            shape,
            last_key: Vec::new(),
        })
    }

    async fn next(&mut self) -> Result<Vec<QueryResult>, DbErr> {
        let backend = self.db.get_database_backend();
        let text = match backend {
            DbBackend::Postgres => {
                format!("fetch {ROWS_PER_PAGE} from \"dump_{}\"", self.shape.name)
            }
            _ => {
                let select = self.shape.select(backend, !self.last_key.is_empty());
                format!("{select} limit {ROWS_PER_PAGE}")
            }
        };
        let last_key = std::mem::take(&mut self.last_key);
        let rows = self
            .db
            .query_all_raw(statement(backend, &text, last_key))
            .await?;
        if let (Some(last), false) = (rows.last(), backend == DbBackend::Postgres) {
            for column in self.shape.key() {
                self.last_key.push(match column.kind {
                    Kind::Whole => last.try_get::<i64>("", &column.name)?.into(),
                    Kind::Text => last.try_get::<String>("", &column.name)?.into(),
                    Kind::Bytes => last.try_get::<Vec<u8>>("", &column.name)?.into(),
                });
            }
        }
        Ok(rows)
    }
}

pub(super) fn object_key(table: &str, name: &str) -> Result<ObjectKey, ArchiveError> {
    ObjectKey::parse(name).ok_or_else(|| ArchiveError::ObjectName {
        table: table.to_owned(),
        value: name.to_owned(),
    })
}

fn value(row: &QueryResult, column: &Column) -> Result<Value, DbErr> {
    Ok(match column.kind {
        Kind::Whole => row.try_get::<Option<i64>>("", &column.name)?.into(),
        Kind::Text => row.try_get::<Option<String>>("", &column.name)?.into(),
        Kind::Bytes => row
            .try_get::<Option<Vec<u8>>>("", &column.name)?
            .map(|bytes| hex(&bytes))
            .into(),
    })
}

fn line(out: &mut impl Write, value: &Value) -> Result<(), ArchiveError> {
    writeln!(out, "{value}").map_err(ArchiveError::Write)
}
