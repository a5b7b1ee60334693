//! One whole day in minutes: the department as it stands in the morning, and everybody's evening.

use super::super::player::Player;
use super::super::story::STORIES;
use crate::settings::{Given, Settings};
use case::{Case, State};
use dicom::objects::radiation_dose_report;
use dose::peak_skin_dose::{self, Outcome};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use store::database::Location;
use store::query::Table;
use store::rows::CaseRow;
use store::{Change, Commit, NewEvent, ObjectKey, Store, Stream};
use workflow::case_file::{case_events, load_case};
use workflow::case_summary::CaseSummary;
use workflow::check_rows::check_rows;
use workflow::new_numbers::is_demonstration_study;
use workflow::rebuild_rows::rebuild_rows;
use workflow::{Desk, SetClock};

/// 07:30 in Helsinki on a Wednesday.
const MORNING: &str = "2027-02-03T05:30:00Z";
const DAY: &str = "2027-02-03";

fn morning() -> Timestamp {
    MORNING.parse().unwrap()
}

fn settings(folder: &Path) -> Settings {
    let given = Given {
        demonstration: true,
        data: Some(folder.to_owned()),
        ..Given::default()
    };
    Settings::read(&given).unwrap()
}

struct Department {
    desk: Desk,
    settings: Settings,
    player: Player,
}

impl Department {
    async fn open(folder: &Path) -> Self {
        let settings = settings(folder);
        let clock = Arc::new(SetClock::new(morning()));
        let desk = crate::open::desk(&settings, clock).await.unwrap();
        let player = Self::player(&desk, &settings);
        Self {
            desk,
            settings,
            player,
        }
    }

    fn player(desk: &Desk, settings: &Settings) -> Player {
        let hl7 = crate::peers::hl7(settings).unwrap().1;
        Player::new(desk, hl7, DAY.parse().unwrap())
    }

    async fn play_until(&mut self, minutes: i64) -> usize {
        let until = morning() + SignedDuration::from_mins(minutes);
        let steps = self.player.play_until(until).await.unwrap();
        assert_eq!(self.player.refused(), Vec::<&str>::new());
        steps
    }

    /// Every case with its row, by case number.
    async fn cases(&self) -> Vec<(CaseRow, Case)> {
        let query = self.desk.query();
        let (ids, _) = query.row_keys().await.unwrap();
        let mut cases = Vec::new();
        for id in ids {
            let row = query.case(&id).await.unwrap().unwrap();
            cases.push((row, load_case(query, &id).await.unwrap().unwrap()));
        }
        cases
    }

    async fn today(&self) -> Vec<(CaseRow, Case)> {
        let midnight = |day: Date| {
            let zone = self.desk.site().zone_or_utc();
            day.to_zoned_datetime(zone).unwrap().timestamp()
        };
        let day: Date = DAY.parse().unwrap();
        let (from, until) = (midnight(day), midnight(day.tomorrow().unwrap()));
        let mut cases = self.cases().await;
        cases.retain(|(row, _)| {
            row.start
                .is_some_and(|start| start >= from && start < until)
        });
        cases
    }

    async fn events(&self) -> i64 {
        self.desk.query().count(Table::Event).await.unwrap()
    }
}

fn by_state(cases: &[(CaseRow, Case)]) -> BTreeMap<&str, usize> {
    let mut states = BTreeMap::new();
    for (row, _) in cases {
        *states.entry(row.state.as_str()).or_insert(0) += 1;
    }
    states
}

#[tokio::test]
async fn the_morning_is_full_believable_and_the_same_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let mut department = Department::open(folder.path()).await;
    department.play_until(0).await;
    let cases = department.today().await;
    assert!(cases.len() >= 24, "{}", cases.len());
    let states = by_state(&cases);
    for state in ["in_procedure", "recovery", "arrived", "preparation"] {
        assert!(states.contains_key(state), "nobody is {state}: {states:?}");
    }
    let mut gates: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (row, case) in &cases {
        let reasons = CaseSummary::read(&row.body).gate_reasons;
        let words: Vec<&str> = reasons.iter().map(|it| it.words.as_str()).collect();
        if case.state.is_before_procedure() {
            let line = format!(
                "{} {}: {}",
                row.case_id,
                row.start.unwrap(),
                words.join("; ")
            );
            gates.entry(row.gate_now.as_str()).or_default().push(line);
        }
    }
    let ready = gates.get("ready").map_or(0, Vec::len);
    assert!(ready >= 14, "{gates:#?}");
    assert!(gates.contains_key("blocked"), "{gates:#?}");
    assert!(
        gates.contains_key("pending") || gates.contains_key("review"),
        "{gates:#?}"
    );
    let signed = cases
        .iter()
        .filter(|(_, case)| case.override_signed.is_some());
    assert!(signed.count() <= 2);
    for (_, case) in &cases {
        let events = case_events(department.desk.query(), &case.id)
            .await
            .unwrap();
        assert!(
            events.is_sorted_by_key(|event| event.at),
            "case {}",
            case.id
        );
        assert!(events.iter().all(|event| event.at <= morning()));
        let known_for = morning().duration_since(events[0].at);
        assert!(case.emergency.is_some() || known_for >= SignedDuration::from_hours(24 * 8));
    }

    let events = department.events().await;
    assert_eq!(department.play_until(0).await, 0);
    department.player = Department::player(&department.desk, &department.settings);
    department.play_until(0).await;
    assert_eq!(
        department.events().await,
        events,
        "a restart tells it again, and nothing changes"
    );
}

#[tokio::test]
async fn a_whole_day_ends_with_every_case_closed_or_with_an_owner() {
    let folder = tempfile::tempdir().unwrap();
    let mut department = Department::open(folder.path()).await;
    for minutes in (0..=15 * 60).step_by(15) {
        department.play_until(minutes).await;
    }
    let cases = department.cases().await;
    assert_eq!(cases.len(), STORIES.len());
    let mut closed = 0;
    for (row, case) in &cases {
        let owned = case.open_tracks().any(|track| track.due.is_some());
        match case.state {
            State::Closed => closed += 1,
            State::Admitted | State::Discharged | State::Cancelled | State::Preparation => {
                assert!(owned, "case {} is {} and nobody's", case.id, row.state);
            }
            other => panic!("case {} is still {}", case.id, other.code()),
        }
        assert!(
            case.deviations.is_empty(),
            "case {}: {:?}",
            case.id,
            case.deviations
        );
    }
    assert!(closed >= 3, "{closed} closed: {:?}", by_state(&cases));
    let signed = cases
        .iter()
        .filter(|(_, case)| case.override_signed.is_some());
    assert!((1..=3).contains(&signed.count()));

    radiation(&department, &cases).await;
    let checked = check_rows(&department.desk).await.unwrap();
    assert_eq!(checked.wrong, Vec::<String>::new());
    replayed(&department).await;
}

/// Every case under X-rays has its pictures and its dose, and a map of the skin where the geometry is known.
async fn radiation(department: &Department, cases: &[(CaseRow, Case)]) {
    let query = department.desk.query();
    let texts = crate::rules::texts(None).unwrap();
    let texts = texts
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()));
    let rules = dose::rules::read(texts).unwrap();
    let phantom = peak_skin_dose::phantom::Phantom::human(
        peak_skin_dose::phantom::human::Measures::ADULT,
        dose::Millimetre(20.0),
    );
    assert_eq!(query.unmatched().await.unwrap(), []);
    let mut mapped = BTreeSet::new();
    let mut highest = 0.0_f64;
    for (row, case) in cases.iter().filter(|(_, case)| case.started_at.is_some()) {
        let objects = query.objects_of_case(case.id.as_str()).await.unwrap();
        let kinds: Vec<&str> = objects.iter().map(|object| object.kind.as_str()).collect();
        assert!(
            kinds.iter().filter(|kind| **kind == "image").count() == 2,
            "{kinds:?}"
        );
        for object in &objects {
            assert!(is_demonstration_study(&object.study_uid));
        }
        let modality = CaseSummary::read(&row.body).modality;
        let is_x_ray = modality == "XA" || modality == "CT";
        assert_eq!(case.doses.len(), usize::from(is_x_ray), "case {}", case.id);
        for object in objects.iter().filter(|object| object.kind == "dose_report") {
            let key = ObjectKey::parse(&object.sha256).unwrap();
            let bytes = department.desk.objects().get(&key).unwrap();
            let read = radiation_dose_report::read(&bytes).unwrap();
            assert_eq!(read.report.findings, []);
            assert!(read.header.patient_name.family.starts_with("DEMO-"));
            let report = &read.report;
            let device = &report.device;
            let (skin, _) = peak_skin_dose::compute(
                &rules.model,
                &phantom,
                device,
                report.kind,
                &report.events,
            );
            if modality == "XA" {
                let Outcome::Computed(peak) = skin else {
                    panic!("case {}: no map: {skin:?}", case.id);
                };
                let stated = report.stated().ka_r.unwrap().0;
                assert!(peak.dose.0 > 0.1 * stated && peak.dose.0 < 2.0 * stated);
                highest = highest.max(peak.dose.0);
                mapped.insert(case.id.clone());
            }
        }
    }
    assert!(mapped.len() >= 8);
    assert!(highest > 2.0, "one patient's skin is looked at: {highest}");
}

/// The events alone, in an empty database: the same board, the same open tasks.
async fn replayed(department: &Department) {
    let folder = tempfile::tempdir().unwrap();
    let location = Location {
        database: None,
        folder: folder.path().to_owned(),
    };
    let second = Store::open(&location).await.unwrap();
    let query = department.desk.query();
    for extent in query.streams().await.unwrap() {
        let stream = match extent.stream.split_once(':').unwrap() {
            ("case", id) => Stream::Case(model::CaseId::new(id).unwrap()),
            ("patient", key) => Stream::Patient(model::PatientKey::new(key).unwrap()),
            other => panic!("{other:?}"),
        };
        let events = query.events(&extent.stream).await.unwrap();
        let append = Change::Append {
            stream,
            expected: 0,
            events: events
                .into_iter()
                .map(|event| NewEvent {
                    at: event.at,
                    actor: event.actor,
                    role: event.role,
                    kind: event.kind,
                    body: event.body,
                })
                .collect(),
        };
        second.writer.commit(Commit::one(append)).await.unwrap();
    }
    let clock = Arc::new(SetClock::new(morning()));
    let site = Arc::new(department.settings.site.clone());
    let rules = Arc::new(crate::rules::load(None).unwrap());
    let second = Desk::new(second, clock, site, rules);
    rebuild_rows(&second).await.unwrap();
    let always = (
        morning() - SignedDuration::from_hours(24 * 60),
        morning() + SignedDuration::from_hours(24 * 60),
    );
    let board = query.board(always.0, always.1).await.unwrap();
    assert!(board.len() >= 30);
    assert_eq!(
        second.query().board(always.0, always.1).await.unwrap(),
        board
    );
    let open = |tasks: Vec<store::rows::TaskRow>| -> BTreeMap<String, (String, String)> {
        let line = |task: store::rows::TaskRow| (task.task_id, (task.words, task.owner));
        // A task that a message raised beside its case is no part of the case's events.
        let of_a_case = |task: &store::rows::TaskRow| {
            let own = format!("{}:", task.case_id);
            task.task_id.starts_with(&own)
        };
        tasks.into_iter().filter(of_a_case).map(line).collect()
    };
    assert_eq!(
        open(second.query().open_tasks().await.unwrap()),
        open(query.open_tasks().await.unwrap())
    );
}
