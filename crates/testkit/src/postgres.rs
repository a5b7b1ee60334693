//! A PostgreSQL database for one test, on the cluster that `SELDINGER_TEST_POSTGRES` names.
//!
//! A suite runs on both databases by standing twice in its binary, in a module `on_sqlite` and in one
//! `on_postgresql`: [`wanted`] tells which of the two the running test belongs to.

use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};

/// The module of the tests that run on PostgreSQL.
const MODULE: &str = "on_postgresql";
static NEXT: AtomicU64 = AtomicU64::new(0);

/// A database of its own; dropped with its owner.
#[derive(Debug)]
pub struct Database {
    maintenance: String,
    name: String,
}

/// The database of a test that stands in a module `on_postgresql`, else `None`. Where no cluster is named that test runs
/// on SQLite like its twin, and says that PostgreSQL was left out.
///
/// # Errors
/// The cluster refuses, or `psql` is not there.
#[expect(
    clippy::print_stdout,
    reason = "the test runner keeps and counts the line"
)]
pub fn wanted() -> Result<Option<Database>, String> {
    let thread = std::thread::current();
    let test = thread.name().unwrap_or_default();
    if !test.split("::").any(|part| part == MODULE) {
        return Ok(None);
    }
    let Ok(maintenance) = std::env::var("SELDINGER_TEST_POSTGRES") else {
        println!("left out: PostgreSQL (SELDINGER_TEST_POSTGRES is not set)");
        return Ok(None);
    };
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let database = Database {
        maintenance,
        name: format!("test_{}_{number}", std::process::id()),
    };
    say(
        &database.maintenance,
        &format!("create database {}", database.name),
    )?;
    Ok(Some(database))
}

impl Database {
    /// Its address.
    #[must_use]
    pub fn url(&self) -> String {
        in_database(&self.maintenance, &self.name)
    }

    /// Runs a statement in it.
    ///
    /// # Errors
    /// With the words of PostgreSQL.
    pub fn say(&self, statement: &str) -> Result<(), String> {
        say(&self.url(), statement)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let statement = format!("drop database if exists {} with (force)", self.name);
        drop(say(&self.maintenance, &statement));
    }
}

fn say(url: &str, statement: &str) -> Result<(), String> {
    let output = Command::new("psql")
        .args([url, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-c", statement])
        .output()
        .map_err(|error| format!("psql: {error}"))?;
    if output.status.success() {
        Ok(())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

/// The same address with another database in its path.
fn in_database(url: &str, name: &str) -> String {
    let (base, query) = url.split_once('?').unwrap_or((url, ""));
    let server = base.rsplit_once('/').map_or(base, |(server, _)| server);
    format!("{server}/{name}?{query}")
}

#[cfg(test)]
mod tests {
    use super::{in_database, wanted};

    #[test]
    fn only_the_database_of_an_address_changes() {
        let url = "postgres://seldinger@localhost/postgres?host=/tmp/x";
        let expected = "postgres://seldinger@localhost/a?host=/tmp/x";
        assert_eq!(in_database(url, "a"), expected);
    }

    mod on_sqlite {
        #[test]
        fn a_test_elsewhere_wants_none() {
            assert!(super::wanted().unwrap().is_none());
        }
    }
}
