//! What is backed up comes back, into either database; a spoilt archive brings nothing.

use crate::site::{Engine, Site, engines, fill, names};
use std::process::Output;
use store::Store;
use store::archive::dump;

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&[output.stdout.clone(), output.stderr.clone()].concat()).into_owned()
}

#[track_caller]
fn succeeds(output: &Output) -> String {
    assert!(output.status.success(), "{}", said(output));
    said(output)
}

#[track_caller]
fn refused(output: &Output, because: &str) {
    assert_eq!(output.status.code(), Some(1), "{}", said(output));
    assert!(said(output).contains(because), "{}", said(output));
}

async fn lines(site: &Site) -> String {
    let mut bytes = Vec::new();
    dump(&site.location(), &mut bytes).await.unwrap();
    String::from_utf8(bytes).unwrap()
}

/// Nothing was made, neither a folder nor a table.
async fn assert_untouched(site: &Site, before: &[String]) {
    assert_eq!(site.entries(), before);
    if site.database.is_some() {
        let loading = store::archive::Loading::begin(&site.location()).await;
        assert!(loading.is_ok(), "the database is still empty");
    }
}

#[tokio::test]
async fn a_backup_taken_while_the_store_is_open_comes_back_into_each_database() {
    for from in engines() {
        let site = Site::new(from).await;
        let store = Store::open(&site.location()).await.unwrap();
        let keys = fill(&store).await;
        let archive = site.path("b.tar");
        let archive = archive.to_str().unwrap();
        let words = succeeds(&site.run(&["backup", archive]));
        assert!(words.contains("2 objects of 22 bytes"), "{words}");
        refused(&site.run(&["backup", archive]), "is there already");
        assert_eq!(site.entries(), ["b.tar", "data", "settings.toml"]);
        refused(&site.run(&["restore", archive]), "is not empty");
        let before = lines(&site).await;
        for into in engines() {
            let other = Site::new(into).await;
            let words = succeeds(&other.run(&["restore", archive]));
            assert!(words.contains("2 objects of 22 bytes"), "{words}");
            assert_eq!(lines(&other).await, before, "{from:?} to {into:?}");
            let restored = Store::open(&other.location()).await.unwrap();
            for key in &keys {
                restored.objects.verify(key).unwrap();
            }
            assert_eq!(other.entries(), ["data", "settings.toml"]);
        }
    }
}

#[tokio::test]
async fn a_spoilt_archive_brings_nothing() {
    let site = Site::new(Engine::Sqlite).await;
    let store = Store::open(&site.location()).await.unwrap();
    fill(&store).await;
    let archive = site.path("b.tar");
    succeeds(&site.run(&["backup", archive.to_str().unwrap()]));
    let whole = std::fs::read(&archive).unwrap();
    let changed = |from: &[u8], to: &[u8]| {
        let at = whole.windows(from.len()).position(|w| w == from).unwrap();
        let mut bytes = whole.clone();
        bytes[at..at + to.len()].copy_from_slice(to);
        bytes
    };
    let spoilt = [
        whole[..whole.len() / 2].to_vec(),
        changed(b"a dose report", b"a dose rePort"),
        changed(b"open_case", b"open_cAse"),
        changed(b"manifest.json", b"manifest.xson"),
        b"not an archive at all".repeat(100),
    ];
    for engine in engines() {
        let other = Site::new(engine).await;
        let archive = other.path("spoilt.tar");
        for (number, bytes) in spoilt.iter().enumerate() {
            std::fs::write(&archive, bytes).unwrap();
            let before = other.entries();
            let output = other.run(&["restore", archive.to_str().unwrap()]);
            assert_eq!(output.status.code(), Some(1), "{number}: {}", said(&output));
            assert_untouched(&other, &before).await;
        }
    }
}

#[tokio::test]
async fn a_lost_object_is_named_and_the_rest_is_kept() {
    let site = Site::new(Engine::Sqlite).await;
    let store = Store::open(&site.location()).await.unwrap();
    let [report, message] = fill(&store).await;
    std::fs::remove_file(store.objects.file(&report)).unwrap();
    std::fs::write(store.objects.file(&message), b"MSH|^~\\&!").unwrap();
    let archive = site.path("b.tar");
    let output = site.run(&["backup", archive.to_str().unwrap()]);
    refused(&output, report.as_str());
    refused(&output, message.as_str());
    let other = Site::new(Engine::Sqlite).await;
    let words = succeeds(&other.run(&["restore", archive.to_str().unwrap()]));
    assert!(words.contains("was lost already"), "{words}");
    assert_eq!(names(&other.path("data/objects/arriving")).len(), 0);
}

#[tokio::test]
async fn an_interrupted_restore_is_said_and_nothing_is_made_for_a_missing_database() {
    let site = Site::new(Engine::Sqlite).await;
    let nothing = site.path("b.tar");
    refused(
        &site.run(&["backup", nothing.to_str().unwrap()]),
        "there is no database",
    );
    assert_eq!(site.entries(), ["settings.toml"]);
    std::fs::write(&nothing, b"").unwrap();
    std::fs::create_dir(site.path("data.restoring")).unwrap();
    refused(
        &site.run(&["restore", nothing.to_str().unwrap()]),
        "interrupted restore",
    );
}
