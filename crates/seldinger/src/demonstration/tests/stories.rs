//! The list of stories: what the department must show, and that nobody is in two places.

use super::super::story::{STORIES, Story};
use crate::settings::{Given, Settings};
use std::collections::BTreeSet;

fn settings() -> Settings {
    let given = Given {
        demonstration: true,
        ..Given::default()
    };
    Settings::read(&given).unwrap()
}

#[test]
fn the_stories_cover_the_department() {
    let settings = settings();
    let rules = crate::rules::load(None).unwrap();
    let today = || STORIES.iter().filter(|story| story.days_ago == 0);
    assert!(today().count() >= 24);
    let families: BTreeSet<&str> = today()
        .map(|story| rules.book.procedures[story.procedure].family.code())
        .collect();
    let all = BTreeSet::from(["biopsy", "drainage", "angioplasty", "stent"]);
    assert_eq!(families, all);
    let mut modalities = BTreeSet::new();
    for story in STORIES {
        assert!(story.family.starts_with("DEMO-"));
        let room = settings.site.room_named(story.room).unwrap();
        let usual = &rules.book.procedures[story.procedure].technique.modalities;
        assert!(
            usual.contains(&room.modality),
            "{} in {}",
            story.procedure,
            story.room
        );
        modalities.insert(room.modality.code());
    }
    assert_eq!(modalities, BTreeSet::from(["XA", "CT", "US", "MR"]));
}

#[test]
fn a_room_has_one_patient_at_a_time() {
    use super::super::story::Course;
    let minutes = |at: (i8, i8)| i32::from(at.0) * 60 + i32::from(at.1);
    let same_day = |one: &Story, other: &Story| {
        let is_later = |story: &Story| matches!(story.course, Course::ToVet | Course::ToBook);
        one.days_ago == other.days_ago && is_later(one) == is_later(other)
    };
    for one in STORIES {
        let overlaps = STORIES.iter().filter(|other| {
            same_day(one, other)
                && other.room == one.room
                && minutes(other.start) > minutes(one.start)
                && minutes(other.start) < minutes(one.start) + i32::from(one.minutes)
        });
        assert_eq!(
            overlaps.count(),
            0,
            "{} overlaps in {}",
            one.family,
            one.room
        );
    }
}

#[test]
fn two_patients_of_today_have_the_same_name_and_no_two_the_same_birth() {
    let today: Vec<&Story> = STORIES.iter().filter(|story| story.days_ago == 0).collect();
    let pairs = today.iter().enumerate().flat_map(|(place, one)| {
        let rest = today.iter().skip(place + 1);
        rest.filter(move |other| (one.family, one.given) == (other.family, other.given))
    });
    assert_eq!(pairs.count(), 1);
    let births: BTreeSet<&str> = STORIES.iter().map(|story| story.born).collect();
    assert_eq!(births.len(), STORIES.len());
}
