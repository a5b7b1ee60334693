//! The made-up day on a real store: full at 07:30, empty in the night.

use super::player::Player;
use super::story::STORIES;
use crate::settings::{Given, Settings};
use exchange::hl7::receive::Hl7Door;
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use workflow::Clock;

#[derive(Debug)]
struct HandClock(AtomicI64);

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

/// 07:30 in Helsinki.
const MORNING: &str = "2027-02-01T05:30:00Z";

#[tokio::test]
async fn the_day_is_full_in_the_morning_and_nobody_is_left_in_a_room_at_night() {
    let folder = tempfile::tempdir().unwrap();
    let given = Given {
        demonstration: true,
        data: Some(folder.path().to_owned()),
        ..Given::default()
    };
    let settings = Settings::read(&given).unwrap();
    let morning: Timestamp = MORNING.parse().unwrap();
    let clock = Arc::new(HandClock(AtomicI64::new(morning.as_second())));
    let desk = crate::open::desk(&settings, clock.clone()).await.unwrap();
    let door = Hl7Door::new(desk.clone(), crate::peers::hl7(&settings).unwrap().1);
    let mut player = Player::new(desk.clone(), "2027-02-01".parse().unwrap());
    player.fill(&door).await.unwrap();
    assert_eq!(player.refused(), Vec::<&str>::new());
    let cases = desk.query().open_cases().await.unwrap();
    assert!(cases.len() >= 24, "{}", cases.len());
    let in_state = |name: &str| {
        cases
            .iter()
            .filter(|entry| entry.case.state == name)
            .count()
    };
    for state in [
        "arrived",
        "in_procedure",
        "recovery",
        "preparation",
        "referred",
        "vetting",
    ] {
        assert!(in_state(state) > 0, "nobody is {state}");
    }
    let events = desk
        .query()
        .count(store::query::Table::Event)
        .await
        .unwrap();
    player.fill(&door).await.unwrap();
    let again = desk
        .query()
        .count(store::query::Table::Event)
        .await
        .unwrap();
    assert_eq!(again, events, "filling again changes nothing");

    for _ in 0..96 {
        let ten = SignedDuration::from_mins(10).as_secs();
        clock.0.fetch_add(ten, Ordering::SeqCst);
        player.walk().await.unwrap();
    }
    assert_eq!(player.refused(), Vec::<&str>::new());
    let in_the_house: Vec<_> = desk.query().open_cases().await.unwrap();
    let left = in_the_house.iter().map(|entry| entry.case.state.as_str());
    let left: BTreeSet<&str> = left.collect();
    let expected = ["admitted", "discharged", "referred", "vetting"];
    assert_eq!(left, BTreeSet::from(expected));
}

#[test]
fn the_stories_cover_the_department() {
    let given = Given {
        demonstration: true,
        ..Given::default()
    };
    let settings = Settings::read(&given).unwrap();
    let rules = crate::rules::load(None).unwrap();
    let families: BTreeSet<&str> = STORIES
        .iter()
        .map(|story| rules.book.procedures[story.procedure].family.code())
        .collect();
    for family in ["biopsy", "drainage", "angioplasty", "stent"] {
        assert!(families.contains(family), "{family}");
    }
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
    for one in STORIES.iter().filter(|story| story.start.0 > 0) {
        let minutes = |at: (i8, i8)| i32::from(at.0) * 60 + i32::from(at.1);
        let overlaps = STORIES.iter().filter(|other| {
            other.room == one.room
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
