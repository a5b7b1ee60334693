//! What the open page says before, after and instead of the visit, and what the patient tells through it.

use super::patient_door::{Ward, ward_with};
use crate::browser::Browser;
use crate::department::{Department, Until, at, staff};
use axum::http::StatusCode;
use jiff::civil::DateTime;
use jiff::{SignedDuration, Timestamp};
use model::{Gate, Role};
use workflow::act_on_case::act_on_case;
use workflow::case_file::load_case;
use workflow::patient::Medicine;
use workflow::record_patient_facts::PatientFact;
use workflow::tell_last_doses::{AskedDose, ToldDose, asked_doses};

fn clopidogrel() -> PatientFact {
    PatientFact::Medicine(Medicine {
        inn: "clopidogrel".to_owned(),
        atc: "B01AC04".to_owned(),
        dose: "75 mg".to_owned(),
        times: vec!["08:00".to_owned()],
        indication: String::new(),
    })
}

/// Takes clopidogrel; the visit is moved two weeks on, so that every date is still to come, and a day has passed since
/// the last dose of the plan.
async fn taking_clopidogrel(demonstration: bool) -> (Ward, DateTime) {
    let mut ward = ward_with(demonstration, Until::Booked).await;
    let desk = &ward.department.desk;
    let case = load_case(desk.query(), &ward.id).await.unwrap().unwrap();
    let mut step = case.procedures[0].step.clone().unwrap();
    step.start = step
        .start
        .checked_add(SignedDuration::from_hours(24 * 14))
        .unwrap();
    let booking = case::Booking {
        steps: vec![case::BookedStep {
            procedure: case.procedures[0].number,
            step,
        }],
        team: String::new(),
        bed: String::new(),
        anaesthesia_slot: String::new(),
    };
    let moved = case::Command::Move(case::Move {
        booking,
        reason: "the room is closed".to_owned(),
    });
    act_on_case(desk, &staff(Role::Coordinator), &ward.id, None, &moved)
        .await
        .unwrap();
    ward.department
        .learn(&ward.id, &[clopidogrel(), PatientFact::NoAllergies])
        .await;
    let asked = asked(&ward.department, &ward.id).await;
    assert_eq!(asked.len(), 1, "{asked:?}");
    let limit = asked[0].limit.expect("a last dose");
    ward.department.clock.put(instant(limit, 30));
    ward.coordinator = Browser::logged_in(&ward.router, "coordinator").await;
    (ward, limit)
}

fn instant(at: DateTime, hours: i64) -> Timestamp {
    at.to_zoned_datetime(jiff::tz::TimeZone::get("Europe/Helsinki").unwrap())
        .unwrap()
        .timestamp()
        .checked_add(SignedDuration::from_hours(hours))
        .unwrap()
}

async fn asked(department: &Department, id: &str) -> Vec<AskedDose> {
    let case = load_case(department.desk.query(), id)
        .await
        .unwrap()
        .unwrap();
    asked_doses(&department.desk, &case).await.unwrap()
}

async fn gate(department: &Department, id: &str) -> (Gate, Vec<String>) {
    let case = load_case(department.desk.query(), id)
        .await
        .unwrap()
        .unwrap();
    let gate = case.gate.expect("a gate").what;
    let rules = gate.reasons.iter().map(|reason| reason.rule.to_string());
    (gate.now, rules.collect())
}

/// A reason of the gate that the rule of the stopped medicine gives.
fn speaks_of_the_hold(rules: &[String]) -> bool {
    rules.iter().any(|rule| rule.contains("clopidogrel"))
}

async fn tell(patient: &mut Browser, at: DateTime) -> crate::browser::Answer {
    let day = at.date().to_string();
    let time = at.strftime("%H:%M").to_string();
    patient
        .fill(
            "/p/doses",
            "/p/doses",
            &[
                ("medicine_1", "clopidogrel"),
                ("day_1", &day),
                ("time_1", &time),
            ],
        )
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dose_in_time_is_written_down_as_told_by_the_patient() {
    let (mut ward, limit) = taking_clopidogrel(true).await;
    let mut patient = ward.patient().await;
    let plan = patient.get("/p/plan").await.text;
    assert!(plan.contains("href=\"/p/doses\""), "{plan}");
    let form = patient.get("/p/doses").await.text;
    assert!(
        form.contains("clopidogrel") && form.contains("The plan:"),
        "{form}"
    );
    let told = tell(&mut patient, limit).await;
    assert_eq!(told.location, "/p/doses?said=thanks", "{}", told.text);
    let thanks = patient.get(&told.location).await.text;
    assert!(
        thanks.contains("Thank you.") && thanks.contains("You told us:"),
        "{thanks}"
    );
    assert!(!thanks.contains("later than planned"));
    let asked = asked(&ward.department, &ward.id).await;
    assert_eq!(asked[0].told, Some(ToldDose::At(limit)));
    let (_, rules) = gate(&ward.department, &ward.id).await;
    assert!(!speaks_of_the_hold(&rules), "{rules:?}");
    let page = ward
        .coordinator
        .get(&format!("/cases/{}", ward.id))
        .await
        .text;
    assert!(
        page.contains("Last dose taken") && page.contains("the patient"),
        "shown to staff"
    );
    // The same said again changes nothing.
    let before = load_case(ward.department.desk.query(), &ward.id)
        .await
        .unwrap()
        .unwrap()
        .version;
    tell(&mut patient, limit).await;
    let after = load_case(ward.department.desk.query(), &ward.id)
        .await
        .unwrap()
        .unwrap()
        .version;
    assert_eq!(before, after);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missed_hold_changes_the_gate_at_once_until_the_nurse_knows_better() {
    let (mut ward, limit) = taking_clopidogrel(true).await;
    let mut patient = ward.patient().await;
    let late = limit.checked_add(SignedDuration::from_hours(24)).unwrap();
    let told = tell(&mut patient, late).await;
    assert_eq!(told.location, "/p/doses?said=thanks", "{}", told.text);
    let (now, rules) = gate(&ward.department, &ward.id).await;
    assert_eq!(now, Gate::Blocked);
    assert!(speaks_of_the_hold(&rules), "{rules:?}");
    let page = patient.get("/p/doses").await.text;
    assert!(
        page.contains("later than planned") && page.contains("000 000 001"),
        "{page}"
    );
    let case = ward
        .coordinator
        .get(&format!("/cases/{}", ward.id))
        .await
        .text;
    assert!(case.contains("Blocked"), "{case}");
    ward.pass(5);
    let right = PatientFact::LastIntake {
        drug: "clopidogrel".to_owned(),
        at: limit,
        confirmed_by: "the patient, by telephone".to_owned(),
    };
    ward.department.learn(&ward.id, &[right]).await;
    let (_, rules) = gate(&ward.department, &ward.id).await;
    assert!(
        !speaks_of_the_hold(&rules),
        "what was said last counts: {rules:?}"
    );
    let page = patient.get("/p/doses").await.text;
    assert!(!page.contains("later than planned"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn not_knowing_is_a_task_and_half_an_answer_is_none() {
    let (mut ward, limit) = taking_clopidogrel(true).await;
    let mut patient = ward.patient().await;
    let half = [("medicine_1", "clopidogrel"), ("day_1", "2027-03-18")];
    let refused = patient.fill("/p/doses", "/p/doses", &half).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.text.contains("give the day and the time"),
        "{}",
        refused.text
    );
    let future = tell(
        &mut patient,
        limit.checked_add(SignedDuration::from_hours(100)).unwrap(),
    )
    .await;
    assert!(future.text.contains("still to come"), "{}", future.text);
    let other = [
        ("medicine_1", "aspirin"),
        ("day_1", "2027-03-01"),
        ("time_1", "08:00"),
    ];
    let foreign = patient.fill("/p/doses", "/p/doses", &other).await;
    assert_eq!(foreign.status, StatusCode::UNPROCESSABLE_ENTITY);
    let forged = [
        ("medicine_1", "clopidogrel"),
        ("unknown_1", "yes"),
        ("csrf", "0000"),
    ];
    let forged = patient.post_bare("/p/doses", &forged).await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
    assert_eq!(
        asked(&ward.department, &ward.id).await[0].told,
        None,
        "nothing was taken"
    );
    let unknown = [("medicine_1", "clopidogrel"), ("unknown_1", "yes")];
    let told = patient.fill("/p/doses", "/p/doses", &unknown).await;
    assert_eq!(told.location, "/p/doses?said=thanks", "{}", told.text);
    let page = patient.get("/p/doses").await.text;
    assert!(page.contains("please call us: 000 000 001"), "{page}");
    let open = |tasks: Vec<store::rows::TaskRow>| {
        let owed = tasks
            .iter()
            .filter(|task| task.kind == "last_dose_not_known");
        owed.filter(|task| task.done.is_none() && task.owner == "ir_nurse")
            .count()
    };
    let tasks = ward
        .department
        .desk
        .query()
        .tasks_of_case(&ward.id)
        .await
        .unwrap();
    assert_eq!(open(tasks), 1);
    tell(&mut patient, limit).await;
    let tasks = ward
        .department
        .desk
        .query()
        .tasks_of_case(&ward.id)
        .await
        .unwrap();
    assert_eq!(open(tasks), 0, "known now");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_that_is_not_approved_tells_no_date_but_takes_the_answer() {
    let (mut ward, limit) = taking_clopidogrel(false).await;
    let mut patient = ward.patient().await;
    let plan = patient.get("/p/plan").await.text;
    assert!(
        plan.contains("clopidogrel: your unit will call you."),
        "{plan}"
    );
    let form = patient.get("/p/doses").await.text;
    assert!(
        form.contains("clopidogrel") && !form.contains("The plan:"),
        "{form}"
    );
    let late = limit.checked_add(SignedDuration::from_hours(24)).unwrap();
    tell(&mut patient, late).await;
    let page = patient.get("/p/doses").await.text;
    assert!(
        page.contains("please call us") && !page.contains("later than planned"),
        "{page}"
    );
    let (_, rules) = gate(&ward.department, &ward.id).await;
    assert!(
        speaks_of_the_hold(&rules),
        "staff see it all the same: {rules:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_calendar_is_there_before_the_visit() {
    let (mut ward, _) = taking_clopidogrel(true).await;
    let mut nobody = Browser::new(&ward.router);
    assert_eq!(nobody.get("/p/calendar.ics").await.location, "/p");
    let mut patient = ward.patient().await;
    let calendar = patient.get("/p/calendar.ics").await;
    assert_eq!(calendar.status, StatusCode::OK);
    for part in [
        "BEGIN:VTIMEZONE",
        "TZID=Europe/Helsinki:20270324T111500",
        "clopidogrel",
    ] {
        assert!(calendar.text.contains(part), "{part} in {}", calendar.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_visit_says_at_once_what_to_do_with_the_medicines() {
    let (mut ward, _) = taking_clopidogrel(false).await;
    let mut patient = ward.patient().await;
    let cancel = format!("/cases/{}/do/cancel", ward.id);
    let fields = [
        ("reason", "no_show"),
        ("rebook", "yes"),
        ("restart", "clopidogrel again from tomorrow morning"),
    ];
    let done = ward.coordinator.fill(&cancel, &cancel, &fields).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    let page = patient.get("/p/plan").await.text;
    for part in [
        "Your visit is cancelled. Do not come.",
        "Your unit says: clopidogrel again from tomorrow morning",
        "Did you stop clopidogrel? Call us before you start again: 000 000 001.",
        "We will send you a new time.",
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
    assert!(!page.contains("href=\"/p/doses\""));
    let letter = patient.get("/p/letter.pdf").await;
    assert!(letter.text.starts_with("%PDF-"));
    assert_eq!(
        patient.get("/p/calendar.ics").await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn after_the_procedure_the_page_says_how_to_go_on() {
    for (demonstration, told) in [(true, true), (false, false)] {
        let mut ward = ward_with(demonstration, Until::Recovery).await;
        ward.department.clock.put(at("12:30"));
        let mut patient = ward.patient().await;
        let page = patient.get("/p/plan").await.text;
        for part in [
            "Going home after your procedure",
            // What the nurse at the bed has set needs no rule.
            "Stay lying down until 13:45.",
            "Call 112 at once if",
            "Ultrasound and magnet pictures use no X-rays.",
            "tells you the result",
            "000 000 002",
        ] {
            assert!(page.contains(part), "{part} in {page}");
        }
        assert_eq!(page.contains("Do not lift heavy things for 7 days."), told);
        assert_eq!(
            page.contains("Care after the procedure: your unit will call you."),
            !told
        );
        let letter = patient.get("/p/letter.pdf").await;
        assert!(letter.text.starts_with("%PDF-"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recorded_death_withdraws_what_waits_to_be_sent() {
    let ward = ward_with(false, Until::Booked).await;
    let desk = &ward.department.desk;
    let key = desk
        .query()
        .case(&ward.id)
        .await
        .unwrap()
        .unwrap()
        .patient_key;
    for subject in [key.as_str(), "another patient"] {
        ward.department
            .says(&format!(
                "insert into outbox (kind, subject, body, due_us, attempts, done_us, failure) \
                 values ('letter', '{subject}', '', 0, 0, null, '')"
            ))
            .await;
    }
    assert_eq!(desk.query().due(desk.now(), 10).await.unwrap().len(), 2);
    let death = case::Command::RecordDeath(case::DeathRecord {
        died_at: None,
        source: "ward".to_owned(),
    });
    act_on_case(desk, &staff(Role::WardNurse), &ward.id, None, &death)
        .await
        .unwrap();
    let due = desk.query().due(desk.now(), 10).await.unwrap();
    let subjects: Vec<&str> = due.iter().map(|row| row.subject.as_str()).collect();
    assert_eq!(subjects, ["another patient"]);
}
