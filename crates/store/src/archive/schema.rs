//! Which tables and columns a database has, asked of the database itself.

use super::ArchiveError;
use crate::sql::statement;
use sea_orm::{ConnectionTrait, DbBackend, DbErr, QueryResult};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Whole,
    Text,
    Bytes,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Column {
    pub name: String,
    pub kind: Kind,
    /// Place in the primary key, from 1; 0 outside it.
    pub key: i64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shape {
    pub name: String,
    pub columns: Vec<Column>,
}

const SQLITE: &str = "select m.name as table_name, p.name as column_name, lower(p.type) as kind, p.pk as key_place \
    from sqlite_master m join pragma_table_info(m.name) p \
    where m.type = 'table' and m.name not like 'sqlite\\_%' escape '\\' order by m.name, p.cid";

const POSTGRES: &str = "select c.table_name::text as table_name, c.column_name::text as column_name, \
    c.data_type::text as kind, coalesce((select k.ordinal_position::bigint \
      from information_schema.table_constraints t join information_schema.key_column_usage k \
        on k.table_schema = t.table_schema and k.table_name = t.table_name and k.constraint_name = t.constraint_name \
      where t.constraint_type = 'PRIMARY KEY' and t.table_schema = c.table_schema \
        and t.table_name = c.table_name and k.column_name = c.column_name), 0) as key_place \
    from information_schema.columns c join information_schema.tables b \
      on b.table_schema = c.table_schema and b.table_name = c.table_name \
    where c.table_schema = current_schema() and b.table_type = 'BASE TABLE' \
    order by c.table_name::text collate \"C\", c.ordinal_position";

/// All tables of ours by name, the list of migrations left out.
pub(super) async fn tables(db: &impl ConnectionTrait) -> Result<Vec<Shape>, ArchiveError> {
    let mut shapes: Vec<Shape> = Vec::new();
    for row in rows(db).await? {
        let table: String = row.try_get("", "table_name")?;
        let name: String = row.try_get("", "column_name")?;
        let kind: String = row.try_get("", "kind")?;
        let column = Column {
            kind: match kind.as_str() {
                "integer" | "bigint" => Kind::Whole,
                "text" => Kind::Text,
                "blob" | "bytea" => Kind::Bytes,
                _ => {
                    let column = name;
                    return Err(ArchiveError::Kind {
                        table,
                        column,
                        kind,
                    });
                }
            },
            key: row.try_get("", "key_place")?,
            name,
        };
        match shapes.last_mut() {
            Some(shape) if shape.name == table => shape.columns.push(column),
            _ => shapes.push(Shape {
                name: table,
                columns: vec![column],
            }),
        }
    }
    shapes.retain(|shape| shape.name != "migration");
    Ok(shapes)
}

/// The first table that a database has, of anybody's.
pub(super) async fn any_table(db: &impl ConnectionTrait) -> Result<Option<String>, ArchiveError> {
    let rows = rows(db).await?;
    let first = rows.first().map(|row| row.try_get("", "table_name"));
    Ok(first.transpose()?)
}

async fn rows(db: &impl ConnectionTrait) -> Result<Vec<QueryResult>, DbErr> {
    let backend = db.get_database_backend();
    let text = match backend {
        DbBackend::Postgres => POSTGRES,
        _ => SQLITE,
    };
    db.query_all_raw(statement(backend, text, vec![])).await
}

impl Shape {
    /// The columns of the primary key, in its order.
    pub(super) fn key(&self) -> Vec<&Column> {
        let mut key: Vec<&Column> = self.columns.iter().filter(|c| c.key > 0).collect();
        key.sort_by_key(|column| column.key);
        key
    }

    /// Reads all rows, or for `after_key` those behind a key, in the order of the primary key, texts by their bytes: the
    /// same order on both databases.
    pub(super) fn select(&self, backend: DbBackend, after_key: bool) -> String {
        let by_bytes = match backend {
            DbBackend::Postgres => " collate \"C\"",
            _ => "",
        };
        let key = self.key();
        let names: Vec<String> = key.iter().map(|column| quoted(column)).collect();
        let order: Vec<String> = key
            .iter()
            .map(|column| {
                let collation = if column.kind == Kind::Text {
                    by_bytes
                } else {
                    ""
                };
                format!("{}{collation}", quoted(column))
            })
            .collect();
        let behind = if after_key {
            format!("where ({}) > ({})", names.join(", "), places(names.len()))
        } else {
            String::new()
        };
        format!(
            "select {} from \"{}\" {behind} order by {}",
            self.column_list(),
            self.name,
            order.join(", ")
        )
    }

    pub(super) fn insert(&self) -> String {
        format!(
            "insert into \"{}\" ({}) values ({})",
            self.name,
            self.column_list(),
            places(self.columns.len())
        )
    }

    fn column_list(&self) -> String {
        let names: Vec<String> = self.columns.iter().map(quoted).collect();
        names.join(", ")
    }

    pub(super) fn column_names(&self) -> Vec<&str> {
        self.columns
            .iter()
            .map(|column| column.name.as_str())
            .collect()
    }
}

fn quoted(column: &Column) -> String {
    format!("\"{}\"", column.name)
}

fn places(count: usize) -> String {
    let places: Vec<String> = (1..=count).map(|n| format!("${n}")).collect();
    places.join(", ")
}
