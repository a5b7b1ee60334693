//! A made-up department on a real store, SQLite or PostgreSQL by the module of its test: every page of the door can be
//! opened on it.

#![allow(
    dead_code,
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "shared by the tests and the gallery, which use different parts"
)]

use case::{
    Actor, Answered, Arrival, BookedStep, Booking, Checklist, ChecklistAnswer, Command, Consent,
    ConsentBasis, ProcedureEnd, ProcedureNumber, Protocol, Recovery, RoomFact, ScheduledStep,
    SignOut, Stated, Statement,
};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use knowledge::pathway::{Pathway, PathwayItem};
use model::{
    AeTitle, BirthDate, BleedingClass, Laterality, Modality, PersonName, ProcedureId, Role, Sex,
    Urgency,
};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use store::database::{Location, Store};
use testkit::postgres::Database;
use workflow::accounts::{NewAccount, put_account};
use workflow::act_on_case::act_on_case;
use workflow::new_case::{ByHand, Whom, new_case};
use workflow::record_patient_facts::{PatientFact, record_patient_facts};
use workflow::{Clock, Desk, Room, Rules, Site};

pub const PASSWORD: &str = "made up for tests";

/// A clock that goes where it is put.
#[derive(Debug)]
pub struct SetClock(AtomicI64);

impl Clock for SetClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_microsecond(self.0.load(Ordering::SeqCst)).expect("a moment")
    }
}

impl SetClock {
    pub fn put(&self, at: Timestamp) {
        self.0.store(at.as_microsecond(), Ordering::SeqCst);
    }
}

pub struct Department {
    pub desk: Desk,
    pub clock: Arc<SetClock>,
    pub folder: tempfile::TempDir,
    pub database: Option<Database>,
}

/// How far a case is taken.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Until {
    Referred,
    Vetted,
    Booked,
    Arrived,
    SignedIn,
    InProcedure,
    SignOut,
    Recovery,
}

pub struct Story {
    pub family: &'static str,
    pub given: &'static str,
    pub born: &'static str,
    pub sex: Sex,
    pub number: &'static str,
    pub procedure: &'static str,
    pub side: Laterality,
    pub room: &'static str,
    /// Clock time of the day of the board.
    pub start: &'static str,
    pub minutes: u16,
    pub until: Until,
    pub referrer: &'static str,
}

pub fn at(clock: &str) -> Timestamp {
    format!("2027-03-10T{clock}:00+02:00[Europe/Helsinki]")
        .parse::<jiff::ZonedDateTime>()
        .expect("a moment")
        .timestamp()
}

pub fn staff(role: Role) -> Actor {
    Actor::Staff {
        user: role.code().to_owned(),
        name: format!("Demo {}", role.code()),
        role,
    }
}

pub fn site(demonstration: bool) -> Site {
    let room = |name: &str, station: &str, modality, operator: &str| Room {
        name: name.to_owned(),
        station: AeTitle::new(station).expect("a title"),
        modality,
        operator: operator.to_owned(),
    };
    Site {
        demonstration,
        hospital: "Harbour Hospital".to_owned(),
        unit: "Imaging unit, 1st floor".to_owned(),
        zone: TimeZone::get("Europe/Helsinki").ok(),
        patient_issuer: Some("HARBOUR".to_owned()),
        telephone_day: Some("000 000 001".to_owned()),
        telephone_night: Some("000 000 002".to_owned()),
        emergency_number: Some("112".to_owned()),
        background: workflow::site::DEFAULT_BACKGROUND.to_owned(),
        rooms: vec![
            room("Angio 1", "ANGIO1", Modality::Fluoroscopy, "Dr Rautio"),
            room("Angio 2", "ANGIO2", Modality::Fluoroscopy, "Dr Ekholm"),
            room("CT 1", "CT1", Modality::Ct, "Dr Saarelma"),
            room("US 1", "US1", Modality::Ultrasound, "Dr Wiik"),
        ],
        procedure_codes: BTreeMap::new(),
        laboratory_codes: BTreeMap::new(),
        ..Site::unconfigured()
    }
}

pub async fn department(demonstration: bool) -> Department {
    let folder = tempfile::tempdir().expect("a folder");
    let database = testkit::postgres::wanted().expect("a database");
    let store = Store::open(&Location {
        database: database.as_ref().map(Database::url),
        folder: folder.path().to_owned(),
    })
    .await
    .expect("a store");
    let files: BTreeMap<String, String> = testkit::shipped_rules::files().into_iter().collect();
    let pathway =
        Pathway::read(|path: &str| files.get(path).cloned()).expect("the pathway's lists");
    let rules = Rules::new(
        testkit::shipped_rules::rule_book().clone(),
        pathway,
        testkit::shipped_rules::dose_rules(),
    );
    let clock = Arc::new(SetClock(AtomicI64::new(at("10:42").as_microsecond())));
    let desk = Desk::new(
        store,
        Arc::<SetClock>::clone(&clock),
        Arc::new(site(demonstration)),
        Arc::new(rules),
    );
    Department {
        desk,
        clock,
        folder,
        database,
    }
}

pub fn router(department: &Department) -> axum::Router {
    let state = web::State::new(department.desk.clone(), false, Arc::new(String::new));
    web::router(state)
}

/// One account for each role, named like it, and one that holds two.
pub async fn accounts(desk: &Desk) {
    for role in Role::ALL {
        account(desk, role.code(), &[*role]).await;
    }
    account(desk, "both", &[Role::Coordinator, Role::Administrator]).await;
}

pub async fn account(desk: &Desk, name: &str, roles: &[Role]) {
    let account = NewAccount {
        name: name.to_owned(),
        display_name: format!("Demo {name}"),
        roles: roles.to_vec(),
    };
    put_account(desk, "test", &account, PASSWORD)
        .await
        .expect("an account");
}

fn agreed(items: &[PathwayItem]) -> Checklist {
    Checklist {
        items: items
            .iter()
            .map(|item| Answered {
                item: item.id.clone(),
                answer: ChecklistAnswer::Yes,
            })
            .collect(),
        present: vec!["Demo radiologist".to_owned(), "Demo ir_nurse".to_owned()],
        operator: "Dr Rautio".to_owned(),
        spoken_aloud: true,
    }
}

impl Department {
    async fn act(&self, role: Role, id: &str, clock: Timestamp, command: Command) {
        self.clock.put(clock);
        let name = command.name();
        if let Err(error) = act_on_case(&self.desk, &staff(role), id, None, &command).await {
            panic!("{name} on {id}: {error}");
        }
    }

    /// Takes one made-up patient as far as asked; gives the case id.
    pub async fn play(&self, story: &Story) -> String {
        let start = at(story.start);
        let before = |minutes: i64| {
            start
                .checked_sub(SignedDuration::from_mins(minutes))
                .expect("a moment")
        };
        let after = |minutes: i64| {
            start
                .checked_add(SignedDuration::from_mins(minutes))
                .expect("a moment")
        };
        self.clock.put(before(3000));
        let order = ByHand {
            whom: Whom::New {
                name: PersonName {
                    family: story.family.to_owned(),
                    given: story.given.to_owned(),
                    middle: String::new(),
                },
                birth: BirthDate::Day(story.born.parse().expect("a day")),
                sex: story.sex,
                number: story.number.to_owned(),
            },
            procedure: ProcedureId::new(story.procedure).expect("an id"),
            side: story.side,
            site: String::new(),
            urgency: Urgency::Elective,
            indication: "Raised liver enzymes, new 24 mm lesion, segment 6".to_owned(),
            referrer: story.referrer.to_owned(),
            another_because: String::new(),
        };
        let case = new_case(&self.desk, &staff(Role::Coordinator), &order)
            .await
            .expect("a case");
        let id = case.id.to_string();
        let room = self
            .desk
            .site()
            .room_named(story.room)
            .expect("a room")
            .clone();
        if story.until >= Until::Vetted {
            let protocol = Protocol {
                modality: room.modality,
                bleeding_class: BleedingClass::High,
                access: "right lobe, intercostal".to_owned(),
                anaesthesia: "local".to_owned(),
                contrast: String::new(),
                devices: "18 G core needle".to_owned(),
                setting: "inpatient".to_owned(),
                room_minutes: story.minutes,
                antibiotic: String::new(),
                observation_bundle: "standard".to_owned(),
                justification: "lesion not seen by ultrasound alone".to_owned(),
            };
            self.act(Role::Radiologist, &id, before(2900), Command::Vet(protocol))
                .await;
        }
        if story.until >= Until::Booked {
            let step = ScheduledStep {
                step_id: String::new(),
                room: room.name.clone(),
                station: room.station.clone(),
                start,
                duration_minutes: story.minutes,
                modality: room.modality,
            };
            let booking = Booking {
                steps: vec![BookedStep {
                    procedure: ProcedureNumber(1),
                    step,
                }],
                team: String::new(),
                bed: "ward 5B".to_owned(),
                anaesthesia_slot: String::new(),
            };
            self.act(
                Role::Coordinator,
                &id,
                before(2800),
                Command::Schedule(booking),
            )
            .await;
            self.act(
                Role::Coordinator,
                &id,
                before(2700),
                Command::BeginPreparation,
            )
            .await;
            let consent = Consent {
                basis: ConsentBasis::Signed,
                form_version: "3".to_owned(),
                language: "fi".to_owned(),
                interpreter: String::new(),
                discussed: "indication, benefits, alternatives, risks".to_owned(),
                given_by: "the patient".to_owned(),
            };
            self.act(
                Role::Radiologist,
                &id,
                before(2600),
                Command::GiveConsent(consent),
            )
            .await;
        }
        if story.until >= Until::Arrived {
            let arrival = Arrival {
                identity_checked_by: vec!["name".to_owned(), "wristband".to_owned()],
                last_food_at: None,
                last_drink_at: None,
                medicines_today: Stated::No,
                allergies_repeated: Stated::No,
                pregnancy_repeated: Stated::No,
                findings: vec![Statement {
                    about: "pulse".to_owned(),
                    words: "68 /min".to_owned(),
                }],
            };
            self.act(Role::IrNurse, &id, before(45), Command::Arrive(arrival))
                .await;
        }
        if story.until >= Until::SignedIn {
            self.enter_the_room(&id, before(15)).await;
        }
        if story.until >= Until::InProcedure {
            let list = agreed(&self.desk.rules().pathway.time_out);
            self.act(
                Role::Radiologist,
                &id,
                before(3),
                Command::CompleteTimeOut(list),
            )
            .await;
            self.act(
                Role::Radiologist,
                &id,
                start,
                Command::StartProcedure { happened_at: start },
            )
            .await;
            let fact = RoomFact::Medicine {
                medicine: "lidocaine".to_owned(),
                amount: case::Amount {
                    value: "100".to_owned(),
                    unit: "mg".to_owned(),
                },
                route: "subcutaneous".to_owned(),
                indication: "numbing".to_owned(),
            };
            self.act(
                Role::IrNurse,
                &id,
                after(2),
                Command::RecordInRoom {
                    happened_at: after(2),
                    fact,
                },
            )
            .await;
        }
        if story.until >= Until::SignOut {
            let end = ProcedureEnd::Haemostasis {
                happened_at: after(25),
                closure: "manual, 5 min".to_owned(),
            };
            self.act(
                Role::Radiologist,
                &id,
                after(25),
                Command::EndProcedure(end),
            )
            .await;
        }
        if story.until >= Until::Recovery {
            let out = SignOut {
                checklist: agreed(&self.desk.rules().pathway.sign_out),
                specimens_counted: 0,
                orders_signed_by: "Dr Rautio".to_owned(),
            };
            self.act(Role::IrNurse, &id, after(28), Command::CompleteSignOut(out))
                .await;
            let recovery = Recovery {
                bundle: "standard".to_owned(),
                position: "on the right side".to_owned(),
                bed_rest_ends: Some(after(150)),
                observation_ends: after(270),
                triggers: "systolic below 100, pain 5 or more".to_owned(),
                without_sign_out_because: String::new(),
            };
            self.act(
                Role::WardNurse,
                &id,
                after(32),
                Command::BeginRecovery(recovery),
            )
            .await;
        }
        self.clock.put(at("10:42"));
        id
    }

    /// Runs a statement in the store's own database, behind its back.
    pub async fn says(&self, statement: &str) {
        use sqlx::Connection as _;
        if let Some(database) = &self.database {
            database.say(statement).expect("the statement");
            return;
        }
        let file = self.folder.path().join("seldinger.sqlite");
        let mut database = sqlx::SqliteConnection::connect(&format!("sqlite://{}", file.display()))
            .await
            .expect("the database");
        let done = sqlx::query(sqlx::AssertSqlSafe(statement))
            .execute(&mut database)
            .await;
        done.expect("the statement");
    }

    /// Writes down what the patient answered.
    pub async fn learn(&self, id: &str, facts: &[PatientFact]) {
        let row = self
            .desk
            .query()
            .case(id)
            .await
            .expect("the store")
            .expect("the case");
        record_patient_facts(&self.desk, &staff(Role::IrNurse), &row.patient_key, facts)
            .await
            .expect("facts");
    }

    /// Sign-in; with an override when the gate asks for one.
    async fn enter_the_room(&self, id: &str, when: Timestamp) {
        let case = workflow::case_file::load_case(self.desk.query(), id)
            .await
            .expect("the store")
            .expect("the case");
        let gate = case.gate.as_ref().map(|gate| gate.what.clone());
        if let Some(gate) = gate.filter(|gate| gate.now != model::Gate::Ready) {
            let signed = case::Override {
                rules: gate
                    .reasons
                    .iter()
                    .map(|reason| reason.rule.clone())
                    .collect(),
                words: "urgent, discussed with the team".to_owned(),
            };
            self.act(Role::Radiologist, id, when, Command::SignOverride(signed))
                .await;
        }
        self.act(Role::IrNurse, id, when, Command::BeginSignIn)
            .await;
        let list = agreed(&self.desk.rules().pathway.sign_in);
        self.act(Role::IrNurse, id, when, Command::CompleteSignIn(list))
            .await;
    }
}

/// One ordinary patient, to be changed where a test needs it.
pub fn somebody(until: Until) -> Story {
    Story {
        family: "DEMO-TOIVOKOSKI",
        given: "Eila",
        born: "1949-01-12",
        sex: Sex::Female,
        number: "7004128",
        procedure: "liver_lesion_biopsy",
        side: Laterality::NotApplicable,
        room: "US 1",
        start: "11:15",
        minutes: 45,
        until,
        referrer: "referrer",
    }
}
