//! A PostgreSQL database for each test, on the cluster named by `SELDINGER_TEST_POSTGRES`.

use anyhow::{Context, Result, ensure};
use std::process::Command;

/// A database of its own; dropped with its owner.
#[derive(Debug)]
pub struct Database {
    maintenance: String,
    name: String,
}

impl Database {
    /// # Errors
    /// When the cluster is not named or refuses.
    pub fn new(purpose: &str) -> Result<Self> {
        let maintenance =
            std::env::var("SELDINGER_TEST_POSTGRES").context("no cluster is named")?;
        let name = format!("t_{purpose}_{}", std::process::id());
        let database = Self { maintenance, name };
        database.say(&format!("create database {}", database.name))?;
        Ok(database)
    }

    /// Its address, for `SELDINGER_DATABASE`.
    ///
    /// # Errors
    /// When the cluster's address names no database.
    pub fn url(&self) -> Result<String> {
        in_database(&self.maintenance, &self.name)
    }

    fn say(&self, statement: &str) -> Result<()> {
        let output = Command::new("psql")
            .args([
                &self.maintenance,
                "-X",
                "-q",
                "-v",
                "ON_ERROR_STOP=1",
                "-c",
                statement,
            ])
            .output()?;
        ensure!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        Ok(())
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        drop(self.say(&format!(
            "drop database if exists {} with (force)",
            self.name
        )));
    }
}

/// The same address with another database in its path.
fn in_database(url: &str, name: &str) -> Result<String> {
    let (base, query) = url
        .split_once('?')
        .map_or((url, ""), |(base, query)| (base, query));
    let (host, _) = base
        .rsplit_once('/')
        .with_context(|| format!("no database in {url}"))?;
    Ok(format!("{host}/{name}?{query}"))
}

#[cfg(test)]
mod tests {
    use super::in_database;

    #[test]
    fn only_the_database_of_an_address_changes() {
        let url = "postgres://seldinger@localhost/postgres?host=/tmp/x";
        assert_eq!(
            in_database(url, "a").unwrap(),
            "postgres://seldinger@localhost/a?host=/tmp/x"
        );
    }
}
