//! Fills an empty database from a dump, in one transaction: all of it is there afterwards, or nothing.

use super::dump::{Dumped, object_key};
use super::schema::{Column, Kind, Shape, any_table, tables};
use super::{ArchiveError, FORM, names_an_object};
use crate::database::{Location, postgres, sqlite};
use crate::migrations::{self, Done};
use crate::sql::statement;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, TransactionTrait,
};
use serde_json::Value;
use std::io::{BufRead, Read as _};

/// A longer line was not written by this program.
const LINE_BYTES_MAX: u64 = 256 << 20;

/// An empty database that is being filled. Nothing is kept until [`Loading::save`]; dropped before, it is as it was.
#[derive(Debug)]
pub struct Loading {
    connection: DatabaseConnection,
    transaction: DatabaseTransaction,
}

impl Loading {
    /// Opens an empty database; for SQLite, in a folder that is there.
    /// # Errors
    /// The database does not open, or has a table already.
    pub async fn begin(location: &Location) -> Result<Self, ArchiveError> {
        let connection = match &location.database {
            Some(url) => postgres(url).await?,
            None => sqlite(&location.sqlite_file(), 1).await?,
        };
        let transaction = connection.begin().await?;
        if let Some(table) = any_table(&transaction).await? {
            return Err(ArchiveError::NotEmpty(table));
        }
        Ok(Self {
            connection,
            transaction,
        })
    }

    /// Reads a dump to its end, then brings the tables up to this program's state. Reading blocks the thread that calls.
    /// # Errors
    /// See [`ArchiveError`]; then drop it.
    pub async fn load(&self, lines: impl BufRead) -> Result<Dumped, ArchiveError> {
        let db = &self.transaction;
        let mut lines = Lines {
            input: lines,
            line: 0,
        };
        let done = lines.migrations()?;
        migrations::are_ours(&done)?;
        migrations::run_up_to(db, done.len()).await?;
        if migrations::done(db).await? != done {
            return Err(lines.wrong("its migrations are not this program's first ones"));
        }
        let mut dumped = Dumped::default();
        for shape in &tables(db).await? {
            dumped.rows += load_table(db, &mut lines, shape, &mut dumped).await?;
            dumped.tables += 1;
            set_sequence(db, shape).await?;
        }
        lines.end(&dumped)?;
        migrations::run(db).await?;
        Ok(dumped)
    }

    /// Keeps all of it and lets go of the database.
    /// # Errors
    /// The database's own failure; then nothing is kept.
    pub async fn save(self) -> Result<(), ArchiveError> {
        self.transaction.commit().await?;
        Ok(self.connection.close().await?)
    }
}

async fn load_table(
    db: &DatabaseTransaction,
    lines: &mut Lines<impl BufRead>,
    shape: &Shape,
    dumped: &mut Dumped,
) -> Result<u64, ArchiveError> {
    let head = lines.next()?;
    let is_head = head.get("table").and_then(Value::as_str) == Some(shape.name.as_str())
        && head.get("columns") == Some(&shape.column_names().into());
    if !is_head {
        return Err(lines.wrong(&format!(
            "expected the table {} with its columns",
            shape.name
        )));
    }
    let insert = shape.insert();
    let mut count = 0;
    loop {
        let row = match lines.next()? {
            Value::Array(row) if row.len() == shape.columns.len() => row,
            Value::Object(end) if end.get("rows") == Some(&count.into()) => return Ok(count),
            _ => return Err(lines.wrong(&format!("expected a row of {} or its end", shape.name))),
        };
        let mut values = Vec::with_capacity(row.len());
        for (column, value) in shape.columns.iter().zip(&row) {
            let written = database_value(column, value).ok_or_else(|| {
                lines.wrong(&format!("{}.{} does not fit", shape.name, column.name))
            })?;
            if names_an_object(&shape.name, &column.name)
                && let Some(name) = value.as_str().filter(|name| !name.is_empty())
            {
                dumped.objects.insert(object_key(&shape.name, name)?);
            }
            values.push(written);
        }
        db.execute_raw(statement(db.get_database_backend(), &insert, values))
            .await?;
        count += 1;
    }
}

/// `None` when the value is of another kind than the column.
fn database_value(column: &Column, value: &Value) -> Option<sea_orm::Value> {
    let is_null = value.is_null();
    match column.kind {
        Kind::Whole if is_null => Some(None::<i64>.into()),
        Kind::Whole => value.as_i64().map(Into::into),
        Kind::Text if is_null => Some(None::<String>.into()),
        Kind::Text => value.as_str().map(Into::into),
        Kind::Bytes if is_null => Some(None::<Vec<u8>>.into()),
        Kind::Bytes => value.as_str().and_then(bytes).map(Into::into),
    }
}

fn bytes(hexadecimal: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = hexadecimal
        .chars()
        .map(|digit| {
            digit
                .to_digit(16)
                .and_then(|digit| u8::try_from(digit).ok())
        })
        .collect();
    let digits = digits?;
    let pairs = digits.chunks(2).map(|pair| match pair {
        [high, low] => Some(high << 4 | low),
        _ => None,
    });
    pairs.collect()
}

/// PostgreSQL counts on from the highest number that was loaded; SQLite does so by itself.
async fn set_sequence(db: &DatabaseTransaction, shape: &Shape) -> Result<(), ArchiveError> {
    let key = shape.key();
    let (DbBackend::Postgres, [key]) = (db.get_database_backend(), key.as_slice()) else {
        return Ok(());
    };
    if key.kind != Kind::Whole {
        return Ok(());
    }
    let text = format!(
        "select setval(sequence, (select coalesce(max(\"{column}\"), 1) from \"{table}\"), \
           exists (select 1 from \"{table}\")) \
         from (select pg_get_serial_sequence('\"{table}\"', '{column}') as sequence) found where sequence is not null",
        column = key.name,
        table = shape.name,
    );
    db.query_all_raw(statement(DbBackend::Postgres, &text, vec![]))
        .await?;
    Ok(())
}

struct Lines<R> {
    input: R,
    line: u64,
}

impl<R: BufRead> Lines<R> {
    fn wrong(&self, why: &str) -> ArchiveError {
        ArchiveError::Form {
            line: self.line,
            why: why.to_owned(),
        }
    }

    fn read(&mut self) -> Result<String, ArchiveError> {
        let mut text = String::new();
        self.line += 1;
        let mut limited = (&mut self.input).take(LINE_BYTES_MAX);
        limited.read_line(&mut text).map_err(ArchiveError::Read)?;
        Ok(text)
    }

    fn next(&mut self) -> Result<Value, ArchiveError> {
        let text = self.read()?;
        if !text.ends_with('\n') {
            return Err(self.wrong("it ends too early"));
        }
        serde_json::from_str(&text).map_err(|error| self.wrong(&error.to_string()))
    }

    fn migrations(&mut self) -> Result<Vec<Done>, ArchiveError> {
        let head = self.next()?;
        if head.get("archive").and_then(Value::as_u64) != Some(FORM) {
            return Err(self.wrong("not a dump of a form that this program reads"));
        }
        let list = head.get("migrations").and_then(Value::as_array);
        let word = |value: &Value, key: &str| value.get(key)?.as_str().map(str::to_owned);
        let done: Option<Vec<Done>> = list.and_then(|list| {
            list.iter()
                .map(|done| {
                    Some(Done {
                        name: word(done, "name")?,
                        sha256: word(done, "sha256")?,
                    })
                })
                .collect()
        });
        done.ok_or_else(|| self.wrong("no list of migrations"))
    }

    fn end(&mut self, dumped: &Dumped) -> Result<(), ArchiveError> {
        let end = self.next()?;
        let fits = end.get("end") == Some(&true.into())
            && end.get("tables") == Some(&dumped.tables.into())
            && end.get("rows") == Some(&dumped.rows.into());
        if !fits || !self.read()?.is_empty() {
            return Err(self.wrong("expected the end, with the numbers of tables and rows"));
        }
        Ok(())
    }
}
