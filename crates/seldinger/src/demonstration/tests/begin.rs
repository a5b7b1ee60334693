//! What a start finds in its folder: its own day, another day, or something that is none of its business.

use super::super::begin;
use crate::settings::{Given, Settings};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use workflow::demonstration::keep_demonstration_day;
use workflow::{Desk, SystemClock};

fn settings(folder: &Path, demonstration: bool) -> Settings {
    let given = Given {
        demonstration,
        data: Some(folder.to_owned()),
        ..Given::default()
    };
    Settings::read(&given).unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// Begins as `serve` does, and keeps the day. The desk is given back: a store that is let go still tidies up.
async fn started(folder: &Path, now: &str) -> (super::super::Began, Desk) {
    let settings = settings(folder, true);
    let began = begin(&settings, at(now)).await.unwrap();
    let desk = crate::open::desk(&settings, Arc::new(SystemClock))
        .await
        .unwrap();
    keep_demonstration_day(&desk, began.day).await.unwrap();
    (began, desk)
}

/// Every file below a folder with its bytes, but for the marks of who is reading.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if !path.ends_with("seldinger.sqlite-shm") {
                let bytes = std::fs::read(&path).unwrap();
                found.insert(path, bytes);
            }
        }
    }
    found
}

#[tokio::test]
async fn a_day_begins_at_half_past_seven_and_a_restart_goes_on_with_its_clock() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("demo");
    let (first, desk) = started(&folder, "2027-02-01T11:10:00Z").await;
    drop(desk);
    assert_eq!(first.day.day.to_string(), "2027-02-01");
    let begun = at("2027-02-01T11:10:00Z") + first.day.shift;
    assert_eq!(begun, at("2027-02-01T05:30:00Z"), "07:30 in Helsinki");
    let (again, _desk) = started(&folder, "2027-02-01T12:40:00Z").await;
    assert_eq!(again.day, first.day);
}

#[tokio::test]
async fn the_folder_of_another_day_is_set_aside_whole() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("demo");
    let (_, _old) = started(&folder, "2027-02-01T11:10:00Z").await;
    let before = files(&folder);
    let (next, _desk) = started(&folder, "2027-02-02T06:00:00Z").await;
    assert_eq!(next.day.day.to_string(), "2027-02-02");
    let aside = parent.path().join("demo.2027-02-01");
    let kept: Vec<Vec<u8>> = files(&aside).into_values().collect();
    assert_eq!(kept, before.into_values().collect::<Vec<_>>());
}

#[tokio::test]
async fn a_real_department_and_a_foreign_folder_are_refused_untouched() {
    let parent = tempfile::tempdir().unwrap();
    let real = parent.path().join("real");
    let _desk = crate::open::desk(&settings(&real, false), Arc::new(SystemClock))
        .await
        .unwrap();
    let foreign = parent.path().join("foreign");
    std::fs::create_dir(&foreign).unwrap();
    std::fs::write(foreign.join("letter.txt"), "mine").unwrap();
    let other_database = parent.path().join("other");
    std::fs::create_dir(&other_database).unwrap();
    std::fs::write(other_database.join("seldinger.sqlite"), "").unwrap();
    for folder in [real, foreign, other_database] {
        let before = files(&folder);
        let refused = begin(&settings(&folder, true), at("2027-02-01T11:10:00Z")).await;
        let words = format!("{:#}", refused.unwrap_err());
        assert!(words.contains("no demonstration"), "{words}");
        assert_eq!(files(&folder), before, "{}", folder.display());
    }
}

#[test]
fn an_address_beyond_loopback_is_refused_for_each_door() {
    let beyond = || Some("0.0.0.0:0".to_owned());
    let given = |http, dicom, mllp| Given {
        demonstration: true,
        http,
        dicom,
        mllp,
        ..Given::default()
    };
    for given in [
        given(beyond(), None, None),
        given(None, beyond(), None),
        given(None, None, beyond()),
    ] {
        let refused = Settings::read(&given).unwrap_err().to_string();
        assert!(refused.contains("loopback only"), "{refused}");
    }
}
