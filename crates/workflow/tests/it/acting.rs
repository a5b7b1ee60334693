//! Commands on a case: what is in the store afterwards, what a stale page gets, what a refusal leaves.

use crate::department::*;
use case::*;
use jiff::SignedDuration;
use model::{BleedingClass, Laterality, Modality, ProcedureId, Role, Sex, Urgency};
use store::query::Table;
use workflow::act_on_case::{ActError, act_on_case};
use workflow::case_file::{case_events, load_case};
use workflow::open_case_by_hand::{CaseByHand, Whose, open_case_by_hand};

pub fn text(words: &str) -> String {
    words.to_owned()
}

pub fn referral(procedure: &str) -> Referral {
    Referral {
        patient: model::PatientKey::new("filled in").unwrap(),
        procedures: vec![NewProcedure {
            what: What::Catalogue(ProcedureId::new(procedure).unwrap()),
            sender_code: None,
            side: Laterality::Left,
            site: text("lower pole"),
            accession: None,
            study: None,
            orders: OrderNumbers::default(),
        }],
        urgency: Urgency::Urgent,
        indication: text("infected obstructed kidney"),
        referrer: text("Dr Aho"),
        result_to: text("Dr Aho"),
        wanted_at: None,
        statements: vec![],
        index_case: None,
    }
}

/// A catalogue entry that the shipped rule book has.
pub fn known_procedure() -> String {
    rules().book.procedures.keys().next().unwrap().to_string()
}

pub async fn unidentified(department: &Department, tag: &str) -> Case {
    let new = CaseByHand {
        whose: Whose::Unidentified {
            tag: text(tag),
            sex: Sex::Female,
        },
        referral: referral(&known_procedure()),
        emergency: None,
        another_because: String::new(),
    };
    open_case_by_hand(&department.desk, &doctor(), &new)
        .await
        .unwrap()
}

pub fn protocol() -> Protocol {
    Protocol {
        modality: Modality::Ultrasound,
        bleeding_class: BleedingClass::Low,
        access: text("lower pole calyx"),
        anaesthesia: text("local"),
        contrast: String::new(),
        devices: text("8 Fr pigtail"),
        setting: text("inpatient"),
        room_minutes: 45,
        antibiotic: text("given on the ward"),
        observation_bundle: text("OBS_SEPSIS"),
        justification: String::new(),
    }
}

pub fn booking(department: &Department, case: &Case) -> Booking {
    let start = department.desk.now() + SignedDuration::from_hours(2);
    let room = department.desk.site().room_named("Ultrasound 1").unwrap();
    Booking {
        steps: case
            .live()
            .map(|procedure| BookedStep {
                procedure: procedure.number,
                step: ScheduledStep {
                    step_id: String::new(),
                    room: room.name.clone(),
                    station: room.station.clone(),
                    start,
                    duration_minutes: 45,
                    modality: room.modality,
                },
            })
            .collect(),
        team: text("Lind"),
        bed: text("4B"),
        anaesthesia_slot: String::new(),
    }
}

#[tokio::test]
async fn a_command_changes_events_board_worklist_and_audit_together() {
    in_a_department(|department| async move {
        let desk = &department.desk;
        let case = unidentified(&department, "T-100").await;
        let id = case.id.to_string();
        let vetted = act_on_case(
            desk,
            &doctor(),
            &id,
            Some(case.version),
            &Command::Vet(protocol()),
        )
        .await
        .unwrap();
        assert_eq!(vetted.state, State::Vetting);
        let coordinator = staff(Role::Coordinator);
        let booked = act_on_case(
            desk,
            &coordinator,
            &id,
            Some(vetted.version),
            &Command::Schedule(booking(&department, &vetted)),
        )
        .await
        .unwrap();
        assert_eq!(booked.state, State::Scheduled);
        let row = desk.query().case(&id).await.unwrap().unwrap();
        assert_eq!(row.state, "scheduled");
        assert_eq!(u64::try_from(row.version).unwrap(), booked.version);
        assert_eq!(row.start, booked.appointment());
        let steps = desk
            .query()
            .worklist(&store::query::WorklistFilter::default())
            .await
            .unwrap();
        assert_eq!(steps.len(), 1);
        let events = case_events(desk.query(), &booked.id).await.unwrap();
        assert_eq!(Case::replay(booked.id.clone(), &events), booked);
        let audited = desk.query().count(Table::Audit).await.unwrap();
        assert!(audited >= 3, "{audited}");
    })
    .await;
}

#[tokio::test]
async fn a_page_that_shows_an_older_case_gets_a_conflict_and_changes_nothing() {
    in_a_department(|department| async move {
        let desk = &department.desk;
        let case = unidentified(&department, "T-101").await;
        let id = case.id.to_string();
        let seen = Some(case.version);
        act_on_case(desk, &doctor(), &id, seen, &Command::BeginVetting)
            .await
            .unwrap();
        let late = act_on_case(desk, &doctor(), &id, seen, &Command::Vet(protocol())).await;
        let Err(ActError::Changed { expected, now }) = late else {
            panic!("{late:?}");
        };
        assert!(now > expected);
        let stands = load_case(desk.query(), &id).await.unwrap().unwrap();
        assert!(stands.protocol.is_none());
        assert_eq!(stands.version, now);
    })
    .await;
}

/// Twenty people say twenty facts at once, without having seen each other's: all are kept.
#[tokio::test(flavor = "multi_thread")]
async fn facts_said_at_once_are_all_kept() {
    in_a_department(|department| async move {
        let case = unidentified(&department, "T-102").await;
        let id = case.id.to_string();
        let said: Vec<_> = (0..20)
            .map(|n| {
                let (desk, id) = (department.desk.clone(), id.clone());
                tokio::spawn(async move {
                    let fact = PreparationFact::Note {
                        words: format!("note {n}"),
                    };
                    let nurse = staff(Role::IrNurse);
                    let command = Command::RecordPreparation(fact);
                    act_on_case(&desk, &nurse, &id, None, &command).await
                })
            })
            .collect();
        for one in said {
            one.await.unwrap().unwrap();
        }
        let stands = load_case(department.desk.query(), &id)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(stands.preparation.len(), 20);
    })
    .await;
}

/// Of two who claim the same step from the same page, one does it and one is told.
#[tokio::test(flavor = "multi_thread")]
async fn of_two_claims_from_the_same_page_one_is_done() {
    in_a_department(|department| async move {
        let case = unidentified(&department, "T-103").await;
        let both: Vec<_> = (0..2)
            .map(|_| {
                let (desk, id) = (department.desk.clone(), case.id.to_string());
                let seen = Some(case.version);
                tokio::spawn(async move {
                    act_on_case(&desk, &doctor(), &id, seen, &Command::Vet(protocol())).await
                })
            })
            .collect();
        let mut done = 0;
        for one in both {
            match one.await.unwrap() {
                Ok(_) => done += 1,
                Err(ActError::Changed { .. }) => {}
                Err(other) => panic!("{other:?}"),
            }
        }
        assert_eq!(done, 1);
    })
    .await;
}

#[tokio::test]
async fn a_refusal_leaves_nothing_and_names_who_may() {
    in_a_department(|department| async move {
        let desk = &department.desk;
        let case = unidentified(&department, "T-104").await;
        let id = case.id.to_string();
        let before = desk.query().count(Table::Event).await.unwrap();
        let nurse = staff(Role::IrNurse);
        let refused = act_on_case(desk, &nurse, &id, None, &Command::Vet(protocol())).await;
        let Err(ActError::Refused(refusal)) = refused else {
            panic!("{refused:?}");
        };
        assert_eq!(refusal.code, "not_this_role");
        assert_eq!(refusal.who, [Role::Radiologist]);
        assert_eq!(desk.query().count(Table::Event).await.unwrap(), before);
        let nobody = act_on_case(desk, &nurse, "27-999999", None, &Command::BeginVetting).await;
        assert!(matches!(nobody, Err(ActError::NoSuchCase(_))));
    })
    .await;
}

/// The whole line through the store: from by hand to closed, with the gate's reasons signed for.
#[tokio::test]
async fn a_case_goes_from_the_first_page_to_closed() {
    in_a_department(|department| async move {
        let case = unidentified(&department, "T-105").await;
        let mut walk = Walk {
            department: department.clone(),
            case,
        };
        walk.does(Command::Vet(protocol())).await;
        let slot = booking(&department, &walk.case);
        walk.does(Command::Schedule(slot)).await;
        walk.walk_to_the_needle().await;
        walk.afterwards().await;
        assert_eq!(walk.case.state, State::Closed);
        assert_eq!(walk.case.outcome, Some(CaseOutcome::Completed));
        let id = walk.case.id.to_string();
        let tasks = department.desk.query().tasks_of_case(&id).await.unwrap();
        assert!(tasks.iter().all(|task| task.done.is_some()), "{tasks:?}");
        let worklist = store::query::WorklistFilter::default();
        let steps = department.desk.query().worklist(&worklist).await.unwrap();
        assert!(steps.is_empty());
    })
    .await;
}

struct Walk {
    department: Department,
    case: Case,
}

impl Walk {
    async fn does(&mut self, command: Command) {
        self.department.clock.pass(SignedDuration::from_mins(5));
        let (desk, id) = (&self.department.desk, self.case.id.to_string());
        let seen = Some(self.case.version);
        match act_on_case(desk, &doctor(), &id, seen, &command).await {
            Ok(after) => self.case = after,
            Err(refused) => panic!("{}: {refused:?}", command.name()),
        }
    }

    async fn walk_to_the_needle(&mut self) {
        self.does(Command::GiveConsent(Consent {
            basis: ConsentBasis::Signed,
            form_version: text("3"),
            language: text("fi"),
            interpreter: String::new(),
            discussed: text("benefits, alternatives, risks"),
            given_by: String::new(),
        }))
        .await;
        self.does(Command::Arrive(Arrival {
            identity_checked_by: vec![text("wristband"), text("tag")],
            last_food_at: None,
            last_drink_at: None,
            medicines_today: Stated::Unknown,
            allergies_repeated: Stated::Unknown,
            pregnancy_repeated: Stated::Unknown,
            findings: vec![],
        }))
        .await;
        let gate = self.case.gate.clone().unwrap().what;
        if gate.now != model::Gate::Ready {
            self.does(Command::SignOverride(Override {
                rules: gate.reasons.into_iter().map(|reason| reason.rule).collect(),
                words: text("septic, cannot wait"),
            }))
            .await;
        }
        let lists = self.department.desk.pathway().clone();
        self.does(Command::CompleteSignIn(checklist(&lists.sign_in_items)))
            .await;
        self.does(Command::CompleteTimeOut(checklist(&lists.time_out_items)))
            .await;
        let happened_at = self.department.desk.now();
        self.does(Command::StartProcedure { happened_at }).await;
    }

    async fn afterwards(&mut self) {
        let lists = self.department.desk.pathway().clone();
        let happened_at = self.department.desk.now();
        let closure = text("manual");
        self.does(Command::EndProcedure(ProcedureEnd::Haemostasis {
            happened_at,
            closure,
        }))
        .await;
        self.does(Command::CompleteSignOut(SignOut {
            checklist: checklist(&lists.sign_out_items),
            specimens_counted: 0,
            orders_signed_by: text("the radiologist"),
        }))
        .await;
        let observation_ends = self.department.desk.now();
        self.does(Command::BeginRecovery(Recovery {
            bundle: text("OBS_STD"),
            position: text("on the back"),
            bed_rest_ends: Some(observation_ends),
            observation_ends,
            triggers: text("pain"),
            without_sign_out_because: String::new(),
        }))
        .await;
        self.does(Command::Discharge(Discharge {
            criteria: checklist(&lists.discharge_criteria).items,
            language: text("fi"),
            restart: text("nothing was stopped"),
            catheter_care: Stated::No,
            warning_signs_given: Stated::Yes(text("sheet")),
            results_by: text("Dr Aho"),
            escort: Stated::No,
            against_advice: String::new(),
        }))
        .await;
        let number = self.case.open_tracks().next().unwrap().number;
        let outcome = TrackOutcome::FollowUpDone {
            words: text("well"),
        };
        self.does(Command::CloseTrack { number, outcome }).await;
        self.does(Command::Close).await;
    }
}

fn checklist(items: &[String]) -> Checklist {
    Checklist {
        items: items
            .iter()
            .map(|item| Answered {
                item: item.clone(),
                answer: ChecklistAnswer::Yes,
            })
            .collect(),
        present: vec![text("the radiologist"), text("the nurse")],
        operator: text("the radiologist"),
        spoken_aloud: true,
    }
}
