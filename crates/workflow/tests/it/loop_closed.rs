//! The loop: a plan that changes is told line by line with somebody who must know, and a stopped medicine stays an
//! open matter until somebody has seen that it is taken again.

use crate::acting::*;
use crate::department::*;
use bytes::Bytes;
use case::*;
use jiff::SignedDuration;
use model::{LaboratoryStatus, LaboratoryValue, PatientIdentifier, Role, Sex};
use store::rows::TaskRow;
use workflow::act_on_case::{ActError, act_on_case};
use workflow::case_file::load_case;
use workflow::incoming::*;
use workflow::late_restarts::escalate_late_restarts;
use workflow::open_case_by_hand::{CaseByHand, TAG_ISSUER, Whose, open_case_by_hand};
use workflow::patient::Medicine;
use workflow::plan_change::{PlanChange, TASK};
use workflow::plan_open_cases::plan_open_cases;
use workflow::receive_message::{Envelope, receive_message};
use workflow::record_patient_facts::{PatientFact, record_patient_facts};

const DAYS_AHEAD: i64 = 10;

fn hours(hours: i64) -> SignedDuration {
    SignedDuration::from_hours(hours)
}

async fn does(department: &Department, id: &str, role: Role, command: &Command) -> Case {
    act_on_case(&department.desk, &staff(role), id, None, command)
        .await
        .unwrap()
}

fn slot(department: &Department, case: &Case, days: i64) -> Booking {
    let mut booking = booking(department, case);
    for step in &mut booking.steps {
        step.step.start = department.desk.now() + hours(24 * days + 3);
    }
    booking
}

/// A kidney biopsy in ten days, for somebody who takes clopidogrel at eight.
async fn booked(department: &Department, tag: &str) -> Case {
    let new = CaseByHand {
        whose: Whose::Unidentified {
            tag: text(tag),
            sex: Sex::Male,
        },
        referral: Referral {
            urgency: model::Urgency::Elective,
            ..referral("kidney_native_biopsy")
        },
        emergency: None,
        another_because: String::new(),
    };
    let case = open_case_by_hand(&department.desk, &doctor(), &new)
        .await
        .unwrap();
    let facts = [
        PatientFact::NoAllergies,
        PatientFact::Companion(text("daughter")),
        PatientFact::Medicine(Medicine {
            inn: text("clopidogrel"),
            atc: text("B01AC04"),
            dose: text("75 mg"),
            times: vec![text("08:00")],
            indication: String::new(),
        }),
    ];
    let key = case.patient.clone().unwrap().to_string();
    let nurse = staff(Role::IrNurse);
    record_patient_facts(&department.desk, &nurse, &key, &facts)
        .await
        .unwrap();
    let id = case.id.to_string();
    let case = does(
        department,
        &id,
        Role::Radiologist,
        &Command::Vet(protocol()),
    )
    .await;
    let slot = slot(department, &case, DAYS_AHEAD);
    does(department, &id, Role::Coordinator, &Command::Schedule(slot)).await
}

async fn change(department: &Department, case: &Case) -> Option<PlanChange> {
    let row = department
        .desk
        .query()
        .plan(case.id.as_str())
        .await
        .unwrap();
    PlanChange::read(&row.unwrap())
}

async fn task(department: &Department, case: &Case, kind: &str) -> Option<TaskRow> {
    let tasks = department
        .desk
        .query()
        .tasks_of_case(case.id.as_str())
        .await;
    let mut tasks = tasks.unwrap().into_iter();
    tasks.find(|task| task.kind == kind && task.done.is_none())
}

fn restart(case: &Case) -> &Track {
    let mut tracks = case
        .tracks
        .iter()
        .filter(|track| track.kind == TrackKind::Restart);
    let track = tracks.next().unwrap();
    assert!(tracks.next().is_none(), "one hold, one restart");
    track
}

fn cancellation(restart: Restart) -> Command {
    Command::Cancel(Cancellation {
        reason: rules().lists.cancel_reasons[0].clone(),
        words: text("the scanner is down"),
        restart,
        given_in_room: String::new(),
        rebook: Rebook::No,
    })
}

#[tokio::test]
async fn a_moved_appointment_shows_what_changed_and_asks_somebody_to_tell_it() {
    in_a_department(|department| async move {
        let case = booked(&department, "T-300").await;
        let id = case.id.to_string();
        assert_eq!(
            change(&department, &case).await,
            None,
            "a first plan changes nothing"
        );
        let moved = Command::Move(Move {
            booking: slot(&department, &case, DAYS_AHEAD + 3),
            reason: text("the room is closed"),
        });
        let case = does(&department, &id, Role::Coordinator, &moved).await;
        let told = change(&department, &case).await.unwrap();
        assert_eq!(
            (told.because.as_str(), told.by.as_str()),
            ("move", "coordinator")
        );
        let line = told
            .lines
            .iter()
            .find(|line| line.subject == "clopidogrel" && line.part == "medicine");
        let line = line.unwrap();
        assert!(
            line.before.as_ref().unwrap().contains("5 Feb 2027"),
            "{line:?}"
        );
        assert!(
            line.after.as_ref().unwrap().contains("8 Feb 2027"),
            "{line:?}"
        );
        let asked = task(&department, &case, TASK).await.unwrap();
        assert_eq!(asked.owner, "ir_nurse");
        assert!(
            asked
                .words
                .contains("clopidogrel: hold, last dose Mon 8 Feb 2027"),
            "{}",
            asked.words
        );
        let call = Command::RecordPreparation(PreparationFact::Call {
            outcome: text("told: last dose on Monday"),
        });
        let case = does(&department, &id, Role::IrNurse, &call).await;
        assert_eq!(
            task(&department, &case, TASK).await,
            None,
            "who was called knows"
        );
        assert_eq!(
            restart(&case).due.unwrap().to_string(),
            "2027-02-15",
            "the restart moves along"
        );
    })
    .await;
}

fn result(value: &str, status: LaboratoryStatus, department: &Department) -> Incoming {
    let specimen = department.desk.site().zone.clone().unwrap();
    let day = jiff::civil::date(2027, 2, 10).at(8, 0, 0, 0);
    Incoming::Results(IncomingResults {
        patient: IncomingPatient {
            identifiers: vec![PatientIdentifier::new("T-301", TAG_ISSUER).unwrap()],
            name: None,
            birth_date: None,
            sex: None,
            death: DeathStatement::NotStated,
            allergies: None,
            weight: None,
            height: None,
            language: None,
        },
        results: vec![IncomingResult {
            value: LaboratoryValue {
                analyte: Some(text("inr")),
                code: text("6301-6"),
                code_text: text("INR"),
                code_system: text("LN"),
                value: text(value),
                unit: text("{INR}"),
                status,
                specimen_at: Some(day.to_zoned_datetime(specimen).unwrap().timestamp()),
            },
            placer: None,
            filler: None,
        }],
    })
}

#[tokio::test]
async fn a_late_value_its_correction_its_cancelling_and_an_allergy_at_the_door_count_at_once() {
    in_a_department(|department| async move {
        let case = booked(&department, "T-301").await;
        let id = case.id.to_string();
        // The morning of the day before.
        department.clock.pass(hours(24 * (DAYS_AHEAD - 1) + 4));
        plan_open_cases(&department.desk).await.unwrap();
        let mut seen = Vec::new();
        for (number, (value, status)) in [
            ("1.1", LaboratoryStatus::Final),
            ("2.9", LaboratoryStatus::Corrected),
            ("", LaboratoryStatus::Cancelled),
        ]
        .into_iter()
        .enumerate()
        {
            let envelope = Envelope {
                sender: text("LAB"),
                message_id: number.to_string(),
                message_type: text("ORU^R01"),
                bytes: Bytes::from(format!("result {number}")),
            };
            let incoming = result(value, status, &department);
            receive_message(&department.desk, &envelope, &incoming, &[])
                .await
                .unwrap();
            let case = load_case(department.desk.query(), &id)
                .await
                .unwrap()
                .unwrap();
            let told = change(&department, &case).await.unwrap();
            assert_eq!(told.because, "what a sender told");
            let inr = told
                .lines
                .iter()
                .filter(|line| line.subject.contains("inr"));
            seen.push(
                inr.map(|line| (line.subject.clone(), line.after.is_some()))
                    .collect::<Vec<_>>(),
            );
        }
        let failing = (text("lab_out_of_range_inr"), true);
        assert!(
            seen[0].contains(&(text("inr"), false)),
            "asked for no more: {seen:?}"
        );
        assert!(seen[1].contains(&failing), "{seen:?}");
        assert!(seen[2].contains(&(failing.0, false)), "{seen:?}");
        let told = ["local_anaesthetic_ester", "local_anaesthetic_amide"].map(|kind| {
            PatientFact::Allergy(workflow::patient::Allergy {
                kind: text(kind),
                substance: text(kind),
                reaction: text("wheals"),
                severity: String::new(),
                year: None,
            })
        });
        let key = case.patient.clone().unwrap().to_string();
        let nurse = staff(Role::IrNurse);
        record_patient_facts(&department.desk, &nurse, &key, &told)
            .await
            .unwrap();
        let case = load_case(department.desk.query(), &id)
            .await
            .unwrap()
            .unwrap();
        let gate = &case.gate.as_ref().unwrap().what;
        assert_eq!(gate.now, model::Gate::Blocked);
        let told = change(&department, &case).await.unwrap();
        assert_eq!(
            (told.because.as_str(), told.by.as_str()),
            ("new facts", "ir_nurse")
        );
        assert!(
            told.lines
                .iter()
                .any(|line| line.subject == "allergy_all_local_anaesthetics"),
            "{told:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn a_restart_is_open_with_owner_and_day_until_somebody_confirms_it() {
    in_a_department(|department| async move {
        let case = booked(&department, "T-302").await;
        let id = case.id.to_string();
        assert_eq!(
            (
                restart(&case).owner,
                restart(&case).due.unwrap().to_string()
            ),
            (Role::WardNurse, text("2027-02-12"))
        );
        department.clock.pass(hours(24 * DAYS_AHEAD + 3));
        let now = department.desk.now();
        let start = Command::RecordStart {
            happened_at: now,
            reason: StartReason::RecordedLate(text("typed in afterwards")),
        };
        does(&department, &id, Role::Radiologist, &start).await;
        // It took until the evening: the restart falls on the next day.
        department.clock.pass(hours(9));
        let end = Command::EndProcedure(ProcedureEnd::Haemostasis {
            happened_at: department.desk.now(),
            closure: text("by hand"),
        });
        let case = does(&department, &id, Role::Radiologist, &end).await;
        assert_eq!(restart(&case).due.unwrap().to_string(), "2027-02-13");
        assert!(
            restart(&case)
                .about
                .contains("clopidogrel: 6 h after the end"),
            "{}",
            restart(&case).about
        );
        department.clock.pass(hours(24 * 4));
        let desk = &department.desk;
        assert_eq!(plan_open_cases(desk).await.unwrap(), 0);
        assert_eq!(escalate_late_restarts(desk).await.unwrap(), 1);
        assert_eq!(escalate_late_restarts(desk).await.unwrap(), 0, "said once");
        let asked = task(&department, &case, "medicine_restart").await.unwrap();
        assert_eq!(asked.owner, "radiologist", "a late one goes to a doctor");
        let confirmed = Command::CloseTrack {
            number: restart(&case).number,
            outcome: TrackOutcome::RestartConfirmed {
                on: department.desk.now_here().date(),
                words: text("the ward gave 75 mg this morning"),
            },
        };
        let case = does(&department, &id, Role::WardNurse, &confirmed).await;
        assert!(!restart(&case).is_open());
        assert_eq!(task(&department, &case, "medicine_restart").await, None);
        let checked = workflow::check_rows::check_rows(&department.desk)
            .await
            .unwrap();
        assert!(checked.wrong.is_empty(), "{:?}", checked.wrong);
    })
    .await;
}

#[tokio::test]
async fn a_cancelled_case_restarts_the_same_day_and_cannot_be_forgotten() {
    in_a_department(|department| async move {
        let early = booked(&department, "T-303").await;
        let id = early.id.to_string();
        let early = does(
            &department,
            &id,
            Role::Coordinator,
            &cancellation(Restart::NotNeeded),
        )
        .await;
        assert!(!restart(&early).is_open(), "nothing was stopped yet");
        does(&department, &id, Role::Coordinator, &Command::Close).await;

        let late = booked(&department, "T-304").await;
        let id = late.id.to_string();
        department.clock.pass(hours(24 * 7));
        let refused = act_on_case(
            &department.desk,
            &staff(Role::Coordinator),
            &id,
            None,
            &cancellation(Restart::NotNeeded),
        )
        .await;
        assert!(matches!(refused, Err(ActError::Refused(_))), "{refused:?}");
        let given = cancellation(Restart::Given(text("clopidogrel tomorrow morning")));
        let late = does(&department, &id, Role::Coordinator, &given).await;
        let today = department.desk.now_here().date();
        assert_eq!(
            (restart(&late).is_open(), restart(&late).due),
            (true, Some(today))
        );
        let close = act_on_case(
            &department.desk,
            &staff(Role::Coordinator),
            &id,
            None,
            &Command::Close,
        )
        .await;
        assert!(matches!(close, Err(ActError::Refused(_))), "{close:?}");
    })
    .await;
}

#[tokio::test]
async fn what_is_not_stopped_any_more_needs_no_restart_and_the_same_plan_is_not_written_twice() {
    in_a_department(|department| async move {
        let case = booked(&department, "T-305").await;
        let key = case.patient.clone().unwrap().to_string();
        let plans = async || {
            department
                .desk
                .query()
                .plan(case.id.as_str())
                .await
                .unwrap()
                .unwrap()
                .computed
        };
        let first = plans().await;
        department.clock.pass(hours(1));
        plan_open_cases(&department.desk).await.unwrap();
        let body = async || {
            let row = department.desk.query().plan(case.id.as_str()).await;
            row.unwrap().unwrap().body
        };
        assert_eq!(
            plans().await,
            first,
            "nothing new, nothing written: {}",
            body().await
        );
        let indication = [PatientFact::MedicineStopped {
            inn: text("clopidogrel"),
        }];
        let nurse = staff(Role::IrNurse);
        record_patient_facts(&department.desk, &nurse, &key, &indication)
            .await
            .unwrap();
        let told = change(&department, &case).await.unwrap();
        assert_eq!(told.because, "new facts");
        let gone = told
            .lines
            .iter()
            .find(|line| line.part == "medicine")
            .unwrap();
        assert_eq!(
            (gone.subject.as_str(), gone.after.as_ref()),
            ("clopidogrel", None)
        );
        assert!(task(&department, &case, TASK).await.is_some());
    })
    .await;
}

#[tokio::test]
async fn an_added_step_has_a_study_and_keeps_it() {
    in_a_department(|department| async move {
        let case = booked(&department, "T-306").await;
        let id = case.id.to_string();
        let another = Command::AddProcedure {
            procedure: NewProcedure {
                study: None,
                ..referral("kidney_native_biopsy").procedures[0].clone()
            },
            reason: text("the other side too"),
        };
        let start = Command::RecordStart {
            happened_at: department.desk.now(),
            reason: StartReason::Emergency(text("bleeding")),
        };
        does(&department, &id, Role::Radiologist, &start).await;
        let case = does(&department, &id, Role::Radiologist, &another).await;
        let number = case.procedures[1].number.0;
        let given = case.procedures[1].study.clone();
        assert!(given.is_some(), "a procedure is never without its study");
        let desk = &department.desk;
        let (a, b) = tokio::join!(
            workflow::give_study::study_of(desk, &id, number),
            workflow::give_study::study_of(desk, &id, number),
        );
        let (a, b) = (a.unwrap(), b.unwrap());
        assert_eq!(a, b, "two who ask at once get the same");
        let kept = load_case(desk.query(), &id).await.unwrap().unwrap();
        assert_eq!(kept.procedures[1].study, Some(a));
        assert_eq!(kept.procedures[1].study, given);
        assert!(workflow::give_study::study_of(desk, &id, 99).await.is_err());
    })
    .await;
}
