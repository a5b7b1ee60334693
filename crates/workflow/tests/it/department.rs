//! A made-up department for a test: an empty store, the shipped rules, two rooms, a clock that the test moves.

use jiff::{SignedDuration, Timestamp};
use knowledge::RuleBook;
use knowledge::pathway::Pathway;
use model::{AeTitle, Modality, Role};
use sea_orm::{ConnectionTrait, Database};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use store::Store;
use store::database::Location;
use workflow::{Clock, Desk, Room, Rules, Site};

/// 07:30 in Helsinki on a working day.
pub const MORNING: &str = "2027-02-01T05:30:00Z";

#[derive(Debug)]
pub struct HandClock(AtomicI64);

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_microsecond(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

impl HandClock {
    pub fn pass(&self, span: SignedDuration) {
        let micros = i64::try_from(span.as_micros()).unwrap();
        self.0.fetch_add(micros, Ordering::SeqCst);
    }
}

#[derive(Clone)]
pub struct Department {
    pub desk: Desk,
    pub clock: Arc<HandClock>,
    pub location: Location,
}

/// Runs a test in a fresh department on each database that is at hand.
pub async fn in_a_department<F, Fut>(test: F)
where
    F: Fn(Department) -> Fut,
    Fut: Future<Output = ()>,
{
    in_a_department_with(site(), test).await;
}

pub async fn in_a_department_with<F, Fut>(site: Site, test: F)
where
    F: Fn(Department) -> Fut,
    Fut: Future<Output = ()>,
{
    let folder = tempfile::tempdir().unwrap();
    test(department(None, folder.path(), site.clone()).await).await;
    let Some(url) = postgres_database().await else {
        eprintln!("left out: PostgreSQL (SELDINGER_TEST_POSTGRES is not set)");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    test(department(Some(url), folder.path(), site).await).await;
}

async fn department(database: Option<String>, folder: &Path, site: Site) -> Department {
    let location = Location {
        database,
        folder: folder.to_owned(),
    };
    let store = Store::open(&location).await.unwrap();
    let morning: Timestamp = MORNING.parse().unwrap();
    let clock = Arc::new(HandClock(AtomicI64::new(morning.as_microsecond())));
    let desk = Desk::new(store, clock.clone(), Arc::new(site), rules());
    Department {
        desk,
        clock,
        location,
    }
}

async fn postgres_database() -> Option<String> {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let url = std::env::var("SELDINGER_TEST_POSTGRES").ok()?;
    let name = format!(
        "workflow_{}_{}",
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

pub fn site() -> Site {
    let room = |name: &str, station: &str, modality| Room {
        name: name.to_owned(),
        station: AeTitle::new(station).unwrap(),
        modality,
        operator: String::new(),
    };
    Site {
        hospital: "Test hospital".to_owned(),
        unit: "Interventional radiology".to_owned(),
        zone: Some(jiff::tz::TimeZone::get("Europe/Helsinki").unwrap()),
        patient_issuer: Some("TESTHOSP".to_owned()),
        telephone_day: Some("+358 9 000 0001".to_owned()),
        telephone_night: Some("+358 9 000 0002".to_owned()),
        emergency_number: Some("112".to_owned()),
        rooms: vec![
            room("Angio 1", "ANGIO1", Modality::Fluoroscopy),
            room("Ultrasound 1", "US1", Modality::Ultrasound),
        ],
        ..Site::unconfigured()
    }
}

/// The shipped rule book, read once.
pub fn rules() -> Arc<Rules> {
    static RULES: OnceLock<Arc<Rules>> = OnceLock::new();
    RULES
        .get_or_init(|| {
            let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../knowledge");
            let mut files = BTreeMap::new();
            read_below(&root, &root, &mut files);
            let pathway = Pathway::read(|path| files.get(path).cloned()).unwrap();
            let book = RuleBook::load(files).unwrap();
            Arc::new(Rules::new(
                book,
                pathway,
                testkit::shipped_rules::dose_rules(),
            ))
        })
        .clone()
}

fn read_below(root: &Path, folder: &Path, files: &mut BTreeMap<String, String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read_below(root, &path, files);
        } else if path
            .extension()
            .is_some_and(|extension| extension == "toml")
        {
            let name = path.strip_prefix(root).unwrap().display().to_string();
            files.insert(name, std::fs::read_to_string(&path).unwrap());
        }
    }
}

pub fn staff(role: Role) -> case::Actor {
    case::Actor::Staff {
        user: role.code().to_owned(),
        name: format!("the {}", role.code()),
        role,
    }
}

pub fn doctor() -> case::Actor {
    staff(Role::Radiologist)
}
