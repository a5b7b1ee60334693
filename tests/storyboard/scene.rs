//! Where the story plays: the program, its folder, the browser, and what the tellers need to know of the case.

use interoperability::album::Album;
use interoperability::browser::{Browser, Page};
use interoperability::folder::Folder;
use interoperability::hospital::{self, items};
use interoperability::http::Client;
use interoperability::program::{Program, Setup};
use jiff::civil::{Date, DateTime, date};
use jiff::tz::TimeZone;
use jiff::{ToSpan, ZonedDateTime};
use serde_json::Value;
use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// What the patient came for, by the catalogue's own id.
pub const PROCEDURE: &str = "nephrostomy";
/// The patient's number, and the number of somebody else who is in the department meanwhile.
pub const PATIENT: &str = "H1";
pub const OTHER_PATIENT: &str = "H2";
pub const BORN: Date = date(1958, 4, 12);

/// The rules that this story stands on; the hospital approves these and no others.
pub const RULES: &[&str] = &[
    "antibiotics/groups/genitourinary",
    "fasting/asa2017_2023",
    "laboratory/requests/doac_kidney",
    "laboratory/requests/high_baseline",
    "policy",
    "procedures/nephrostomy",
];
/// Approved only after the patient has asked.
pub const RULE_OF_THE_MEDICINE: &str = "medicines/apixaban";

pub struct Scene {
    pub folder: Folder,
    pub setup: Setup,
    pub browser: Browser,
    /// Looks at the pages; the second database shows the same ones.
    pub album: Option<Album>,
    program: RefCell<Option<Program>>,
    watcher: RefCell<Client>,
    /// Who has logged in stays so, by role, also when the machine starts again.
    desks: RefCell<BTreeMap<String, Page>>,
    case: OnceCell<String>,
    now: ZonedDateTime,
}

impl Scene {
    /// The hospital opens: accounts, settings, approvals of the rules that the story needs, and the program.
    pub fn opens(database: Option<String>, album: Option<Album>) -> Self {
        let folder = Folder::new("story").unwrap();
        let named = Setup {
            database,
            ..Setup::default()
        };
        let setup = hospital::staffed(&folder, named, hospital::PEOPLE).unwrap();
        hospital::approve(&folder, &setup, RULES).unwrap();
        let both = ["--role", "coordinator", "--role", "ir_nurse"];
        let again = [&["user add", "cora"], &both[..]].concat();
        hospital::say(&folder, &setup, &again, hospital::PASSWORD).unwrap();
        let program = Program::start(&folder, &setup).unwrap();
        let watcher = hospital::machine(&folder, &setup).unwrap();
        Self {
            folder,
            setup,
            browser: Browser::start().unwrap(),
            album,
            program: RefCell::new(Some(program)),
            watcher: RefCell::new(watcher),
            desks: RefCell::default(),
            case: OnceCell::new(),
            now: ZonedDateTime::now().with_time_zone(TimeZone::get("Europe/Helsinki").unwrap()),
        }
    }

    /// The machine fails and starts again, at other addresses: what was acknowledged before is there afterwards.
    pub fn fails_and_starts_again(&self) {
        let program = self.program.borrow_mut().take().unwrap();
        program.kill().unwrap();
        let again = Program::start(&self.folder, &self.setup).unwrap();
        *self.program.borrow_mut() = Some(again);
    }

    /// The last one puts out the light.
    pub fn closes(self) {
        let program = self.program.borrow_mut().take().unwrap();
        assert_eq!(program.stop().unwrap(), 0);
        let faults = self.album.iter().flat_map(Album::faults);
        let faults: Vec<String> = faults.collect();
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }

    pub fn desk(&self, role: &str) -> Option<Page> {
        self.desks.borrow().get(role).cloned()
    }

    pub fn sits_down(&self, role: &str, page: Page) {
        self.desks.borrow_mut().insert(role.to_owned(), page);
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.http())
    }

    fn http(&self) -> String {
        self.program.borrow().as_ref().unwrap().http.clone()
    }

    pub fn dicom(&self) -> String {
        self.program.borrow().as_ref().unwrap().dicom.clone()
    }

    pub fn mllp(&self) -> String {
        self.program.borrow().as_ref().unwrap().mllp.clone()
    }

    /// One list of the machine interface.
    pub fn list(&self, path: &str) -> Vec<Value> {
        let program = self.program.borrow();
        items(
            &mut self.watcher.borrow_mut(),
            program.as_ref().unwrap(),
            path,
        )
        .unwrap()
    }

    pub fn cases_of(&self, patient: &str) -> Vec<Value> {
        self.list(&format!("/api/cases?patient_id={patient}"))
    }

    /// The case as it stands.
    pub fn case(&self) -> Value {
        self.cases_of(PATIENT).remove(0)
    }

    pub fn case_id(&self) -> &str {
        self.case
            .get_or_init(|| self.case()["id"].as_str().unwrap().to_owned())
    }

    pub fn state(&self) -> String {
        self.case()["state"].as_str().unwrap().to_owned()
    }

    /// May the patient go on now?
    pub fn gate(&self) -> String {
        self.case()["gate"]["now"].as_str().unwrap().to_owned()
    }

    pub fn accession(&self) -> String {
        self.case()["accession_numbers"][0]
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// When the story began, on the hospital's clocks.
    pub fn now(&self) -> DateTime {
        self.now.datetime()
    }

    pub fn today(&self) -> Date {
        self.now.date()
    }

    pub fn day(&self, from_today: i32) -> Date {
        self.today().checked_add(from_today.days()).unwrap()
    }

    /// The first appointment.
    pub fn booked(&self) -> DateTime {
        self.day(7).at(9, 0, 0, 0)
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

/// As a `datetime-local` field takes it.
pub fn typed(at: DateTime) -> String {
    at.strftime("%Y-%m-%dT%H:%M").to_string()
}
