//! An empty store of each kind for every test.

use sea_orm::{ConnectionTrait, Database};
use std::sync::atomic::{AtomicU64, Ordering};
use store::Store;
use store::database::Location;

/// Runs a test on SQLite and, where its address is given, on PostgreSQL in a database of its own.
pub async fn on_each_database<F, Fut>(test: F)
where
    F: Fn(Store, Location) -> Fut,
    Fut: Future<Output = ()>,
{
    let folder = tempfile::tempdir().unwrap();
    let location = Location {
        database: None,
        folder: folder.path().to_owned(),
    };
    test(Store::open(&location).await.unwrap(), location).await;

    let Some(url) = postgres_database().await else {
        eprintln!("left out: PostgreSQL (SELDINGER_TEST_POSTGRES is not set)");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let location = Location {
        database: Some(url),
        folder: folder.path().to_owned(),
    };
    test(Store::open(&location).await.unwrap(), location).await;
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
