//! What is said about a case beside its commands: who it is, what else belongs to it, what does not, and paper.

use crate::browser::{Browser, hidden};
use crate::department::{Department, Until, accounts, department, router, somebody};
use axum::body::Bytes;
use axum::http::StatusCode;
use case::Actor;
use model::{BirthDate, DoseTotals, Gray, PersonName};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use workflow::WorkError;
use workflow::receive_message::{Envelope, ReadAgain, quarantine_message, resolve_quarantine};
use workflow::receive_object::{ObjectBytes, ObjectKind, ReceivedObject, receive_object};

/// An unidentified patient's case, made on the page.
async fn unidentified(browser: &mut Browser, tag: &str) -> String {
    let made = browser
        .fill(
            "/new-case",
            "/new-case",
            &[
                ("whom", "unidentified"),
                ("tag", tag),
                ("sex", "F"),
                ("procedure", "nephrostomy"),
                ("side", "left"),
                ("urgency", "urgent"),
                ("indication", "obstructed kidney"),
            ],
        )
        .await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
    made.location
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_patient_is_identified_with_both_records_side_by_side() {
    let department = department(true).await;
    accounts(&department.desk).await;
    department.play(&somebody(Until::Booked)).await;
    let router = router(&department);
    let mut nurse = Browser::logged_in(&router, "ir_nurse").await;
    let case = unidentified(&mut nurse, "T-17").await;
    assert!(
        nurse
            .get(&case)
            .await
            .text
            .contains("Identify this patient")
    );
    let found = nurse
        .get(&format!(
            "{case}/identify?family=demo-toivokoski&birth=1949-01-12"
        ))
        .await
        .text;
    assert!(found.contains("family name, date of birth"), "{found}");
    let (_, rest) = found.split_once("person=").expect("a person to choose");
    let key: String = rest.chars().take_while(|c| c.is_alphanumeric()).collect();
    let both = nurse.get(&format!("{case}/identify?person={key}")).await;
    assert!(both.text.contains("UNIDENTIFIED") && both.text.contains("DEMO-TOIVOKOSKI, Eila"));
    let path = format!("{case}/identify");
    let open = format!("{path}?person={key}");
    let without = nurse.fill(&open, &path, &[("person", &key)]).await;
    assert_eq!(without.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(without.text.contains("say how the person was identified"));
    let done = nurse
        .fill(
            &open,
            &path,
            &[("person", &key), ("how", "the daughter came")],
        )
        .await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    let page = nurse.get(&case).await.text;
    assert!(page.contains("DEMO-TOIVOKOSKI, Eila") && !page.contains("Identify this patient"));
    let again = nurse.get(&path).await.text;
    assert!(again.contains("more than a tag number"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restricted_record_asks_everybody_and_can_be_opened_again() {
    let department = department(true).await;
    accounts(&department.desk).await;
    let id = department.play(&somebody(Until::Booked)).await;
    let router = router(&department);
    let path = format!("/cases/{id}/restriction");
    let mut coordinator = Browser::logged_in(&router, "coordinator").await;
    let bare = coordinator
        .fill(&path, &path, &[("restricted", "yes")])
        .await;
    assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(bare.text.contains("write the reason"));
    let done = coordinator
        .fill(
            &path,
            &path,
            &[("restricted", "yes"), ("reason", "works here")],
        )
        .await;
    assert_eq!(done.status, StatusCode::SEE_OTHER);
    let mut nurse = Browser::logged_in(&router, "ir_nurse").await;
    let asked = nurse.get(&format!("/cases/{id}")).await;
    assert_eq!(asked.status, StatusCode::FORBIDDEN);
    assert!(!asked.text.contains("TOIVOKOSKI"));
    let pack = nurse.get("/downtime?day=2027-03-10").await;
    assert_eq!(pack.status, StatusCode::OK);
    assert!(
        pack.text.contains("restricted record") && !pack.text.contains("TOIVOKOSKI"),
        "a pack for everybody holds no restricted name"
    );
    let reason = format!("/cases/{id}/reason");
    let given = nurse
        .post_bare(
            &reason,
            &[
                ("csrf", &hidden(&asked.text, "csrf")),
                ("reason", "h\u{e4}nen hoitajansa"),
            ],
        )
        .await;
    assert_eq!(given.status, StatusCode::SEE_OTHER);
    let opened = nurse
        .fill(&path, &path, &[("restricted", "no"), ("reason", "left us")])
        .await;
    assert_eq!(opened.status, StatusCode::SEE_OTHER, "{}", opened.text);
    let mut radiologist = Browser::logged_in(&router, "radiologist").await;
    let page = radiologist.get(&format!("/cases/{id}")).await;
    assert_eq!(page.status, StatusCode::OK);
    let mut administrator = Browser::logged_in(&router, "administrator").await;
    let audit = administrator.get("/audit").await.text;
    assert!(audit.contains("works here") && audit.contains("h\u{e4}nen hoitajansa"));
}

#[tokio::test(flavor = "multi_thread")]
async fn procedures_are_added_changed_and_dropped_in_the_room() {
    let department = department(true).await;
    accounts(&department.desk).await;
    let id = department.play(&somebody(Until::InProcedure)).await;
    let router = router(&department);
    let mut radiologist = Browser::logged_in(&router, "radiologist").await;
    let path = format!("/cases/{id}/do/add_procedure");
    let none = radiologist.fill(&path, &path, &[("side", "left")]).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    let added = radiologist
        .fill(
            &path,
            &path,
            &[
                ("procedure", "nephrostomy"),
                ("side", "left"),
                ("reason", "hydronephrosis seen on the way"),
            ],
        )
        .await;
    assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.text);
    assert_eq!(added.location, format!("/cases/{id}/room"));
    let room = radiologist.get(&added.location).await.text;
    assert!(room.contains("Time-out to repeat") && room.contains("LEFT"));
    let case = loaded(&department, &id).await;
    let second = case.procedures.last().expect("two procedures");
    assert!(
        second.accession.is_some() && second.study.is_some(),
        "the modality and the dose report must find it"
    );
    let change = format!("/cases/{id}/do/change_procedure");
    let changed = radiologist
        .fill(
            &change,
            &change,
            &[
                ("which", "2"),
                ("side", "right"),
                ("reason", "side mistaken when it was added"),
            ],
        )
        .await;
    assert_eq!(changed.status, StatusCode::SEE_OTHER, "{}", changed.text);
    let drop = format!("/cases/{id}/do/drop_procedure");
    let unknown = radiologist
        .fill(&drop, &drop, &[("which", "9"), ("reason", "x")])
        .await;
    assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY);
    let dropped = radiologist
        .fill(&drop, &drop, &[("which", "1"), ("reason", "not reachable")])
        .await;
    assert_eq!(dropped.status, StatusCode::SEE_OTHER, "{}", dropped.text);
    let page = radiologist.get(&format!("/cases/{id}")).await.text;
    assert!(page.contains("RIGHT"), "the banner names what is done now");
    assert!(!page.contains("/do/drop_procedure"), "the last one stays");
}

async fn loaded(department: &Department, id: &str) -> case::Case {
    workflow::case_file::load_case(department.desk.query(), id)
        .await
        .expect("the store")
        .expect("the case")
}

#[tokio::test(flavor = "multi_thread")]
async fn two_cases_of_one_visit_become_one() {
    let department = department(true).await;
    accounts(&department.desk).await;
    let first = department.play(&somebody(Until::Booked)).await;
    let router = router(&department);
    let mut nurse = Browser::logged_in(&router, "coordinator").await;
    let key = loaded(&department, &first)
        .await
        .patient
        .expect("a patient");
    let made = nurse
        .fill(
            "/new-case?number=7004128",
            "/new-case",
            &[
                ("whom", key.as_str()),
                ("procedure", "liver_parenchymal_biopsy"),
                ("side", "not_applicable"),
                ("urgency", "elective"),
                ("indication", "staging"),
            ],
        )
        .await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
    let second = made.location.trim_start_matches("/cases/").to_owned();
    let list = nurse.get(&format!("/cases/{first}/join")).await.text;
    assert!(list.contains(&format!("join?with={second}")));
    let page = format!("/cases/{first}/join?with={second}");
    let path = format!("/cases/{first}/join");
    let shown = nurse.get(&page).await.text;
    let with_version = hidden(&shown, "with_version");
    let fields = [("with", second.as_str()), ("with_version", &with_version)];
    let open = nurse.fill(&page, &path, &fields).await;
    assert_eq!(open.status, StatusCode::CONFLICT);
    assert!(open.text.contains("say for each procedure"));
    let mut chosen = fields.to_vec();
    chosen.push(("same_1", "own"));
    let joined = nurse.fill(&page, &path, &chosen).await;
    assert_eq!(joined.status, StatusCode::SEE_OTHER, "{}", joined.text);
    let case = loaded(&department, &first).await;
    assert_eq!(case.live().count(), 2);
    assert_eq!(
        loaded(&department, &second).await.state,
        case::State::Closed
    );
    let (csrf, version) = (hidden(&shown, "csrf"), hidden(&shown, "version"));
    chosen.extend([("csrf", csrf.as_str()), ("version", version.as_str())]);
    let stale = nurse.post_bare(&path, &chosen).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    assert!(stale.text.contains("has changed meanwhile"));
}

/// A dose report whose accession number is the case's.
fn report(accession: &str, instance: &str) -> ReceivedObject {
    ReceivedObject {
        sop_class_uid: "1.2.840.10008.5.1.4.1.1.88.67".to_owned(),
        sop_instance_uid: format!("1.2.3.9.{instance}"),
        transfer_syntax: "1.2.840.10008.1.2.1".to_owned(),
        study_uid: "1.2.3.9".to_owned(),
        series_uid: "1.2.3.9.1".to_owned(),
        patient_id: String::new(),
        issuer_of_patient_id: String::new(),
        patient_name: PersonName::default(),
        birth_date: BirthDate::Unknown,
        accession_number: accession.to_owned(),
        modality: "SR".to_owned(),
        description: "Dose report".to_owned(),
        study_date: None,
        kind: ObjectKind::DoseReport(Ok(DoseTotals {
            ka_r: Some(Gray(0.25)),
            ..DoseTotals::default()
        })),
        sender: "ANGIO1".to_owned(),
        flaw: String::new(),
        bytes: ObjectBytes::Memory(Bytes::from(instance.to_owned())),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_study_of_somebody_else_leaves_the_case_and_does_not_come_back_by_itself() {
    let department = department(true).await;
    accounts(&department.desk).await;
    let id = department.play(&somebody(Until::InProcedure)).await;
    let case = loaded(&department, &id).await;
    let accession = case.procedures[0]
        .accession
        .as_ref()
        .expect("ours")
        .to_string();
    let first = receive_object(&department.desk, report(&accession, "1")).await;
    assert_eq!(first.expect("kept").case_id.as_deref(), Some(id.as_str()));
    let router = router(&department);
    let mut nurse = Browser::logged_in(&router, "radiographer").await;
    let dose = nurse.get("/dose").await.text;
    assert!(dose.contains(&id) && dose.contains("0.25") && dose.contains("not stated"));
    assert!(
        nurse
            .get(&format!("/cases/{id}"))
            .await
            .text
            .contains("0.25 Gy")
    );
    let list = nurse.get(&format!("/cases/{id}/studies")).await.text;
    assert!(list.contains("1.2.3.9") && list.contains("1 of them a dose report"));
    let path = format!("/cases/{id}/studies/1.2.3.9");
    let bare = nurse.fill(&path, &path, &[]).await;
    assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY);
    let reason = [("reason", "wrong worklist entry chosen")];
    let done = nurse.fill(&path, &path, &reason).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    let page = nurse.get(&format!("/cases/{id}")).await.text;
    assert!(page.contains("No dose report has been received"));
    assert!(
        page.contains("wrong worklist entry chosen"),
        "it stays visible"
    );
    assert!(!nurse.get("/dose").await.text.contains(&id));
    // Neither the clock nor a further object of the study brings it back.
    let back = workflow::receive_object::match_again(&department.desk).await;
    assert_eq!(back.expect("looked"), 0);
    let late = receive_object(&department.desk, report(&accession, "2")).await;
    assert_eq!(late.expect("kept").case_id, None);
    let waiting = nurse.get("/unmatched").await.text;
    assert!(waiting.contains(&format!("staff took this study off case {id}")));
    // A person may attach it again.
    let attach = "/unmatched/1.2.3.9.1";
    let attached = nurse
        .fill(&format!("{attach}?case={id}"), attach, &[("case", &id)])
        .await;
    assert_eq!(attached.status, StatusCode::SEE_OTHER, "{}", attached.text);
    assert!(
        nurse
            .get(&format!("/cases/{id}"))
            .await
            .text
            .contains("0.25 Gy")
    );
    let third = receive_object(&department.desk, report(&accession, "3")).await;
    assert_eq!(third.expect("kept").case_id.as_deref(), Some(id.as_str()));
}

/// A door that takes a message only after a table was mended.
#[derive(Debug)]
struct Door {
    desk: workflow::Desk,
    mended: std::sync::atomic::AtomicBool,
}

impl ReadAgain for Door {
    fn read_again<'a>(
        &'a self,
        entry: i64,
        by: &'a Actor,
    ) -> Pin<Box<dyn Future<Output = Result<String, WorkError>> + Send + 'a>> {
        Box::pin(async move {
            if self.mended.load(std::sync::atomic::Ordering::SeqCst) {
                resolve_quarantine(&self.desk, entry, by).await?;
                Ok("taken now: case opened".to_owned())
            } else {
                Ok("still not taken: PID-3 is empty".to_owned())
            }
        })
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quarantined_message_is_read_again_and_the_page_says_what_became_of_it() {
    let department = department(true).await;
    accounts(&department.desk).await;
    for bytes in ["MSH|one", "MSH|two"] {
        let envelope = Envelope {
            sender: "HIS".to_owned(),
            message_id: bytes.to_owned(),
            message_type: "ORM^O01".to_owned(),
            bytes: Bytes::from(bytes),
        };
        quarantine_message(&department.desk, "hl7", &envelope, "PID-3", "no number")
            .await
            .expect("kept");
    }
    let door = Arc::new(Door {
        desk: department.desk.clone(),
        mended: false.into(),
    });
    let state = web::State::new(department.desk.clone(), false, Arc::new(String::new))
        .reading_again(door.clone());
    let router = web::router(state);
    let mut coordinator = Browser::logged_in(&router, "coordinator").await;
    let list = coordinator.get("/quarantine").await.text;
    assert!(list.contains("/quarantine/1") && list.contains("/quarantine/2"));
    let again = "/quarantine/1/again";
    let still = coordinator.fill("/quarantine/1", again, &[]).await.text;
    assert!(still.contains("still not taken: PID-3 is empty") && still.contains("Read again"));
    door.mended.store(true, std::sync::atomic::Ordering::SeqCst);
    let taken = coordinator.fill("/quarantine/1", again, &[]).await.text;
    assert!(taken.contains("taken now: case opened") && taken.contains("MSH|one"));
    assert!(!taken.contains("Take it off the list") && taken.contains("by coordinator"));
    let settled = coordinator
        .fill("/quarantine/2", "/quarantine/2/settle", &[])
        .await;
    assert_eq!(settled.location, "/quarantine");
    let list = coordinator.get("/quarantine").await.text;
    assert!(!list.contains("/quarantine/1") && !list.contains("/quarantine/2"));
    let entry = department.desk.query().quarantined(2).await;
    let entry = entry.expect("the store").expect("it stays");
    assert_eq!(entry.resolved_by, "coordinator");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_day_on_paper_has_a_sheet_for_each_case() {
    let department = department(true).await;
    accounts(&department.desk).await;
    let first = department.play(&somebody(Until::Booked)).await;
    let mut other = somebody(Until::Recovery);
    other.family = "DEMO-KORPI";
    other.number = "7009999";
    other.start = "08:00";
    let second = department.play(&other).await;
    let router = router(&department);
    let mut nurse = Browser::logged_in(&router, "ward_nurse").await;
    let pack = nurse.get("/downtime?day=2027-03-10").await.text;
    for id in [&first, &second] {
        assert!(pack.contains(&format!("id=\"sheet-{id}\"")), "{id}");
    }
    assert!(pack.contains("DEMO-KORPI, Eila") && pack.contains("7009999"));
    assert!(pack.contains("Wednesday 10 March 2027") && pack.contains("112"));
    assert!(pack.contains("Printed Wed 10 March 10:42 by Demo ward_nurse"));
    let one = nurse.get(&format!("/cases/{first}/print")).await.text;
    assert!(one.contains("DEMO-TOIVOKOSKI") && !one.contains("DEMO-KORPI"));
    let empty = nurse.get("/downtime?day=2027-03-13").await.text;
    assert!(empty.contains("No case is booked on this day"));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_rule_stands_with_its_status_and_source() {
    let department = department(true).await;
    accounts(&department.desk).await;
    let router = router(&department);
    let mut observer = Browser::logged_in(&router, "observer").await;
    let book = &department.desk.rules().book;
    // Page by page, as the links lead: every rule stands on one of them.
    let mut all = observer.get("/knowledge").await.text;
    let mut page = all.clone();
    while let Some((before, _)) = page.split_once("\">Rules after") {
        let (_, href) = before.rsplit_once("href=\"").expect("a link");
        page = observer
            .get(&href.replace("&#38;", "&").replace("&amp;", "&"))
            .await
            .text;
        all.push_str(&page);
    }
    for rule in book.states.keys() {
        assert!(all.contains(rule.as_str()), "{rule}");
    }
    let one = observer.get("/knowledge?q=medicines/apixaban").await.text;
    assert!(one.contains("not approved here") && one.contains("1 rule"));
    let status = match book.states["medicines/apixaban"].weakest {
        Some(model::ReviewStatus::Primary) => "read in the source itself",
        Some(model::ReviewStatus::Secondary) => "read in a text that cites the source",
        Some(model::ReviewStatus::Recalled) => "from memory, not found in a source",
        None => "holds no figure",
    };
    assert!(one.contains(status), "{status}");
    let source = book.states["medicines/apixaban"].sources.iter().next();
    let citation = &book.sources[source.expect("a source")].citation;
    let begin: String = citation
        .chars()
        .take_while(|c| c.is_alphanumeric())
        .collect();
    assert!(one.contains(&begin), "{citation}");
    let none = observer.get("/knowledge?q=nothing+like+this").await.text;
    assert!(none.contains("No rule is found by"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conflict_says_line_by_line_what_differs() {
    let department = department(true).await;
    accounts(&department.desk).await;
    let id = department.play(&somebody(Until::Booked)).await;
    let router = router(&department);
    let mut nurse = Browser::logged_in(&router, "ir_nurse").await;
    let path = format!("/cases/{id}/do/record_call");
    let form = nurse.get(&path).await.text;
    let mut coordinator = Browser::logged_in(&router, "coordinator").await;
    let step = format!("/cases/{id}/do/move");
    let moved = coordinator
        .fill(
            &step,
            &step,
            &[
                ("room", "CT 1"),
                ("start", "2027-03-12T09:00"),
                ("minutes", "45"),
                ("reason", "ultrasound is out of order"),
            ],
        )
        .await;
    assert_eq!(moved.status, StatusCode::SEE_OTHER, "{}", moved.text);
    let conflict = nurse
        .post_bare(
            &path,
            &[
                ("csrf", &hidden(&form, "csrf")),
                ("version", &hidden(&form, "version")),
                ("outcome", "comes by taxi"),
            ],
        )
        .await;
    assert_eq!(conflict.status, StatusCode::CONFLICT);
    let text = &conflict.text;
    assert!(text.contains("Wed 10 March 11:15") && text.contains("Fri 12 March 09:00"));
    assert!(text.contains("US 1") && text.contains("CT 1"));
    assert!(text.contains("Keep theirs") && text.contains("knowing this"));
    assert!(text.contains("comes by taxi"), "what was typed is kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_emergency_is_entered_on_one_page_and_goes_to_the_room() {
    let department = department(true).await;
    accounts(&department.desk).await;
    let router = router(&department);
    let mut radiologist = Browser::logged_in(&router, "radiologist").await;
    let empty = radiologist.fill("/emergency", "/emergency", &[]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(empty.text.contains("choose the patient, or give a tag"));
    let fields = [
        ("whom", "unidentified"),
        ("tag", "T-99"),
        ("sex", "M"),
        ("procedure", "nephrostomy"),
        ("side", "right"),
        ("urgency", "immediate"),
        ("referred_by", "surgeon on call"),
        ("indication", "septic, obstructed kidney"),
        ("room", "Angio 1"),
        ("minutes", "60"),
        ("anticoagulant", "apixaban this morning"),
        ("now_at", "room"),
        ("first_identifier", "tag on the wristband"),
        ("second_identifier", "brought by the ambulance crew"),
        ("consent", "presumed_emergency"),
        ("consent_words", "not able to answer"),
        ("consent_by", "nobody: emergency"),
        ("override", "sepsis, no time for the laboratory"),
    ];
    let done = radiologist.fill("/emergency", "/emergency", &fields).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    assert!(done.location.ends_with("/room"), "{}", done.location);
    let id = done.location.replace("/cases/", "").replace("/room", "");
    let case = loaded(&department, &id).await;
    assert_eq!(case.state, case::State::SignIn);
    let signed = case.override_signed.as_ref().expect("signed");
    assert_eq!(signed.what.words, "sepsis, no time for the laboratory");
    assert!(!signed.what.rules.is_empty(), "it names every reason");
    let page = radiologist.get(&format!("/cases/{id}")).await.text;
    assert!(page.contains("apixaban this morning") && page.contains("Override signed by"));
    let board = radiologist.get("/board?day=2027-03-10").await.text;
    assert!(
        board.contains(&format!("slot-{id}")),
        "the board has it at once"
    );
    let again = radiologist.fill("/emergency", "/emergency", &fields).await;
    assert!(again.text.contains("tag T-99 is worn by another patient"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_emergency_by_a_coordinator_waits_where_the_next_person_takes_it_on() {
    let department = department(true).await;
    accounts(&department.desk).await;
    department.play(&somebody(Until::Booked)).await;
    let router = router(&department);
    let mut coordinator = Browser::logged_in(&router, "coordinator").await;
    let find = "/emergency?family=DEMO-TOIVOKOSKI&birth=1949-01-12";
    let found = coordinator.get(find).await.text;
    let (_, rest) = found
        .split_once("name=\"whom\" value=\"")
        .expect("a patient");
    let key = rest.split('"').next().expect("a key").to_owned();
    let done = coordinator
        .fill(
            find,
            "/emergency",
            &[
                ("whom", &key),
                ("procedure", "nephrostomy"),
                ("side", "left"),
                ("urgency", "within_1_h"),
                ("referred_by", "urologist"),
                ("indication", "anuria"),
                ("minutes", "60"),
                // Fields that this role is not offered say nothing.
                ("now_at", "room"),
                ("override", "because I say so"),
            ],
        )
        .await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    let id = done.location.replace("/cases/", "");
    let case = loaded(&department, &id).await;
    assert_eq!(case.state, case::State::Emergency);
    assert!(case.override_signed.is_none() && case.arrival.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_that_follows_another_names_it() {
    let department = department(true).await;
    accounts(&department.desk).await;
    let id = department.play(&somebody(Until::Recovery)).await;
    let router = router(&department);
    let mut coordinator = Browser::logged_in(&router, "coordinator").await;
    let path = format!("/cases/{id}/again");
    let none = coordinator.fill(&path, &path, &[]).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    let made = coordinator
        .fill(
            &path,
            &path,
            &[
                ("procedure", "liver_lesion_biopsy"),
                ("side", "not_applicable"),
                ("urgency", "urgent"),
                ("indication", "not diagnostic"),
                ("referrer", "Dr Alho"),
            ],
        )
        .await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
    let page = coordinator.get(&made.location).await.text;
    assert!(page.contains("Follows case") && page.contains(&id));
    assert!(page.contains("DEMO-TOIVOKOSKI, Eila"));
    let mut radiologist = Browser::logged_in(&router, "radiologist").await;
    let back = format!("/cases/{id}/do/reintervene");
    let same_visit = radiologist
        .fill(
            &back,
            &back,
            &[
                ("reason", "bleeding"),
                ("procedure", "liver_lesion_biopsy"),
                ("side", "not_applicable"),
            ],
        )
        .await;
    assert_eq!(
        same_visit.status,
        StatusCode::SEE_OTHER,
        "{}",
        same_visit.text
    );
    assert_eq!(loaded(&department, &id).await.state, case::State::SignIn);
}
