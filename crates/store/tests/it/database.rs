//! An empty store of each kind for every test.

use sea_orm::{ConnectionTrait, Database};
use std::sync::atomic::{AtomicU64, Ordering};
use store::Store;
use store::database::Location;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Sqlite,
    Postgres,
}

/// The databases to test on: SQLite and, where its address is given, PostgreSQL.
pub fn kinds() -> Vec<Kind> {
    if std::env::var_os("SELDINGER_TEST_POSTGRES").is_some() {
        vec![Kind::Sqlite, Kind::Postgres]
    } else {
        println!("left out: PostgreSQL (SELDINGER_TEST_POSTGRES is not set)");
        vec![Kind::Sqlite]
    }
}

/// A place for a store without tables, and the folder that goes away with its owner.
pub async fn empty_location(kind: Kind) -> (Location, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let database = match kind {
        Kind::Sqlite => None,
        Kind::Postgres => postgres_database().await,
    };
    let location = Location {
        database,
        folder: folder.path().to_owned(),
    };
    (location, folder)
}

/// Runs a test on each database.
pub async fn on_each_database<F, Fut>(test: F)
where
    F: Fn(Store, Location) -> Fut,
    Fut: Future<Output = ()>,
{
    for kind in kinds() {
        let (location, _folder) = empty_location(kind).await;
        test(Store::open(&location).await.unwrap(), location).await;
    }
}

/// Makes an empty database beside the one that the variable names.
async fn postgres_database() -> Option<String> {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let url = std::env::var("SELDINGER_TEST_POSTGRES").ok()?;
    let name = format!(
        "store_{}_{}",
        std::process::id(),
        NUMBER.fetch_add(1, Ordering::Relaxed)
    );
    let admin = Database::connect(&url).await.unwrap();
    admin
        .execute_unprepared(&format!("create database {name}"))
        .await
        .unwrap();
    let (address, options) = url.split_once('?').unwrap_or((&url, ""));
    let (server, _) = address.rsplit_once('/').unwrap();
    Some(format!("{server}/{name}?{options}"))
}

#[tokio::test]
async fn opening_twice_changes_nothing() {
    on_each_database(|store, location| async move {
        assert_eq!(
            store.query.count(store::query::Table::Event).await.unwrap(),
            0
        );
        drop(store);
        let again = Store::open(&location).await.unwrap();
        again.query.ping().await.unwrap();
    })
    .await;
}
