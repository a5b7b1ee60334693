//! The patient's door: what opens it, what closes it, and in which language it speaks.

use crate::browser::{Browser, hidden};
use crate::department::{Department, Until, accounts, at, department, router, somebody};
use axum::Router;
use axum::http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use workflow::record_patient_facts::PatientFact;

/// Born as `somebody` says.
pub const BORN: &str = "1949-01-12";

pub struct Ward {
    pub department: Department,
    pub router: Router,
    pub id: String,
    pub coordinator: Browser,
}

/// One booked patient, and a coordinator at work.
pub async fn ward(demonstration: bool) -> Ward {
    ward_with(demonstration, Until::Booked).await
}

/// One patient taken so far; outside a demonstration with a name that is none of its names.
pub async fn ward_with(demonstration: bool, until: Until) -> Ward {
    let department = department(demonstration).await;
    accounts(&department.desk).await;
    let mut story = somebody(until);
    if !demonstration {
        story.family = "TOIVOKOSKI";
    }
    let id = department.play(&story).await;
    let router = router(&department);
    let coordinator = Browser::logged_in(&router, "coordinator").await;
    Ward {
        department,
        router,
        id,
        coordinator,
    }
}

impl Ward {
    /// The text of the page with a new code, and the code.
    pub async fn new_code(&mut self) -> (String, String) {
        let path = format!("/cases/{}/patient-code", self.id);
        // The clock of the test may have ended the last log-in.
        self.coordinator = Browser::logged_in(&self.router, "coordinator").await;
        let shown = self.coordinator.fill(&path, &path, &[]).await;
        assert_eq!(shown.status, StatusCode::OK, "{}", shown.text);
        let code = shown
            .text
            .split_once("<p class=\"code\">")
            .and_then(|(_, rest)| rest.split_once('<'))
            .map(|(code, _)| code.to_owned())
            .expect("a code");
        (shown.text, code)
    }

    /// A patient whose page is open.
    pub async fn patient(&mut self) -> Browser {
        let (_, code) = self.new_code().await;
        let mut patient = Browser::new(&self.router);
        let opened = patient
            .post_bare("/p", &[("code", &code), ("birth", BORN)])
            .await;
        assert_eq!(opened.location, "/p/plan", "{}", opened.text);
        patient
    }

    pub fn pass(&self, minutes: i64) {
        let now = self.department.desk.now();
        self.department.clock.put(
            now.checked_add(SignedDuration::from_mins(minutes))
                .expect("a moment"),
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_opens_with_code_and_birth_date_only() {
    let mut ward = ward(true).await;
    let (_, code) = ward.new_code().await;
    let id = ward.id.clone();
    let mut patient = Browser::new(&ward.router);
    let link = patient.get(&format!("/p?code={code}")).await;
    assert_eq!(link.status, StatusCode::OK);
    assert!(
        !link.text.contains("TOIVOKOSKI"),
        "the link alone shows nothing"
    );
    assert!(
        patient.cookies.is_empty(),
        "and opens nothing: {:?}",
        patient.cookies
    );
    assert_eq!(patient.get("/p/plan").await.location, "/p");
    let wrong = patient
        .post_bare("/p", &[("code", &code), ("birth", "1949-01-13")])
        .await;
    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
    let spaced = format!(" {} ", code.to_lowercase());
    let right = patient
        .post_bare("/p", &[("code", &spaced), ("birth", BORN)])
        .await;
    assert_eq!(right.location, "/p/plan", "{}", right.text);
    let plan = patient.get("/p/plan?lang=fi").await;
    assert_eq!(plan.status, StatusCode::OK, "{}", plan.text);
    assert!(plan.text.contains("Eila") && plan.text.contains("lang=\"fi\""));
    assert_eq!(
        patient.get(&format!("/cases/{id}")).await.status,
        StatusCode::SEE_OTHER,
        "no staff page"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_paper_with_the_code_does_not_hold_the_second_thing() {
    let mut ward = ward(false).await;
    let facts = [PatientFact::Language("fi".to_owned())];
    ward.department.learn(&ward.id, &facts).await;
    let (page, code) = ward.new_code().await;
    let (_, rest) = page
        .split_once("<section class=\"panel narrow codepaper\"")
        .expect("a paper");
    let (paper, _) = rest.split_once("</section>").expect("an end");
    assert!(paper.contains(&code) && paper.contains("Oma sivusi") && paper.contains("Eila"));
    for said in [BORN, "1949", "12 Jan", "12.1."] {
        assert!(!paper.contains(said), "{said} on {paper}");
    }
    // What is not the paper is not printed.
    assert!(page.contains("<div class=\"noprint\"><section class=\"banner\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_tries_wait_by_code_and_by_address_and_end_the_code() {
    let mut ward = ward(false).await;
    let (_, code) = ward.new_code().await;
    let mut guessing = Browser::new(&ward.router);
    let mut last = StatusCode::OK;
    for day in 1..=7 {
        let birth = format!("1950-01-0{day}");
        last = guessing
            .post_bare("/p", &[("code", &code), ("birth", &birth)])
            .await
            .status;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS, "by the code");
    let other = guessing
        .post_bare("/p", &[("code", "ABCDEFGHJK"), ("birth", BORN)])
        .await;
    assert_eq!(
        other.status,
        StatusCode::TOO_MANY_REQUESTS,
        "by the address"
    );
    // Slowly: each wait is waited for, and the code is dead after ten wrong dates all the same.
    for _ in 0..10 {
        ward.pass(70);
        guessing
            .post_bare("/p", &[("code", &code), ("birth", "1950-02-01")])
            .await;
    }
    ward.pass(70);
    let late = guessing
        .post_bare("/p", &[("code", &code), ("birth", BORN)])
        .await;
    assert_eq!(late.status, StatusCode::UNAUTHORIZED, "the code is dead");
}

#[tokio::test(flavor = "multi_thread")]
async fn ones_own_code_buys_no_tries_at_others() {
    let mut ward = ward(false).await;
    let (_, code) = ward.new_code().await;
    let mut guessing = Browser::new(&ward.router);
    let mut last = StatusCode::OK;
    for number in 0..8 {
        let guess = format!("AAAAAAAAA{number}");
        last = guessing
            .post_bare("/p", &[("code", &guess), ("birth", BORN)])
            .await
            .status;
        if last != StatusCode::TOO_MANY_REQUESTS {
            guessing
                .post_bare("/p", &[("code", &code), ("birth", BORN)])
                .await;
        }
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_ends_after_its_days_and_after_so_many_openings() {
    let mut ward = ward(false).await;
    let (_, code) = ward.new_code().await;
    let mut patient = Browser::new(&ward.router);
    let mut opened = 0;
    for _ in 0..200 {
        let answer = patient
            .post_bare("/p", &[("code", &code), ("birth", BORN)])
            .await;
        if answer.status != StatusCode::SEE_OTHER {
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
            break;
        }
        opened += 1;
    }
    assert_eq!(opened, 60);
    let (_, code) = ward.new_code().await;
    ward.pass(60 * 24 * 90 + 1);
    let late = patient
        .post_bare("/p", &[("code", &code), ("birth", BORN)])
        .await;
    assert_eq!(
        late.status,
        StatusCode::UNAUTHORIZED,
        "ninety days are over"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_closes_when_nobody_reads_it_and_after_hours_however_busy() {
    let mut ward = ward(false).await;
    let mut patient = ward.patient().await;
    for _ in 0..12 {
        ward.pass(19);
        assert_eq!(patient.get("/p/plan").await.status, StatusCode::OK);
    }
    ward.pass(19);
    let closed = patient.get("/p/plan").await;
    assert_eq!(closed.location, "/p?said=closed", "four hours are over");
    assert!(
        patient
            .get(&closed.location)
            .await
            .text
            .contains("Your page has closed.")
    );
    let mut patient = ward.patient().await;
    ward.pass(21);
    assert_eq!(patient.get("/p/plan").await.location, "/p?said=closed");
    assert_eq!(
        patient.get("/p/letter.pdf").await.location,
        "/p?said=closed"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_patient_logs_out() {
    let mut ward = ward(false).await;
    let mut patient = ward.patient().await;
    let stolen = patient.cookies.clone();
    let forged = patient.post_bare("/p/leave", &[("csrf", "0000")]).await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
    assert!(
        forged.text.contains("The form was too old."),
        "{}",
        forged.text
    );
    let left = patient.fill("/p/plan", "/p/leave", &[]).await;
    assert_eq!(left.location, "/p?said=left");
    assert!(
        patient
            .get(&left.location)
            .await
            .text
            .contains("You have logged out.")
    );
    let mut again = Browser::new(&ward.router);
    again.cookies = stolen;
    assert_eq!(again.get("/p/plan").await.location, "/p?said=closed");
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_take_a_code_back() {
    let mut ward = ward(false).await;
    let mut patient = ward.patient().await;
    let path = format!("/cases/{}/patient-code", ward.id);
    let (_, code) = ward.new_code().await;
    assert_eq!(
        patient.get("/p/plan").await.location,
        "/p?said=closed",
        "a new code closes what the old one opened"
    );
    let mut patient = Browser::new(&ward.router);
    patient
        .post_bare("/p", &[("code", &code), ("birth", BORN)])
        .await;
    assert_eq!(patient.get("/p/plan").await.status, StatusCode::OK);
    let standing = ward.coordinator.get(&path).await.text;
    assert!(standing.contains("works until"), "{standing}");
    let revoked = ward
        .coordinator
        .fill(&path, &format!("{path}/revoke"), &[])
        .await;
    assert_eq!(revoked.location, path);
    let gone = ward.coordinator.get(&path).await.text;
    assert!(
        gone.contains("No code of this patient opens the page"),
        "{gone}"
    );
    assert_eq!(patient.get("/p/plan").await.location, "/p?said=closed");
    let again = patient
        .post_bare("/p", &[("code", &code), ("birth", BORN)])
        .await;
    assert_eq!(again.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_is_there_for_the_patient_alone() {
    let mut ward = ward(true).await;
    let mut nobody = Browser::new(&ward.router);
    assert_eq!(nobody.get("/p/letter.pdf").await.location, "/p");
    let mut patient = ward.patient().await;
    for path in [
        "/p/letter.pdf",
        "/p/letter.pdf?large=true",
        "/p/letter.pdf?lang=sv",
    ] {
        let letter = patient.get(path).await;
        assert_eq!(letter.status, StatusCode::OK, "{path}");
        assert!(letter.text.starts_with("%PDF-"), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_of_the_door_is_in_the_readers_language() {
    let mut ward = ward(false).await;
    let expected = [
        (
            "en",
            "Open your plan",
            "do not fit together",
            "nothing on this page",
        ),
        (
            "fi",
            "Avaa omat ohjeesi",
            "eivät sovi yhteen",
            "ei ole mitään",
        ),
        ("sv", "Öppna din plan", "hör inte ihop", "Det finns inget"),
    ];
    for (code, title, wrong, nothing) in expected {
        let mut reader = Browser::new(&ward.router);
        let door = reader.get(&format!("/p?lang={code}")).await.text;
        assert!(door.contains(title) && door.contains(&format!("<html lang=\"{code}\">")));
        // Chosen once, kept.
        let again = reader.get("/p").await.text;
        assert!(again.contains(title), "{code} is kept");
        let refused = reader
            .post_bare(
                "/p",
                &[("code", "NOTHING"), ("birth", BORN), ("lang", code)],
            )
            .await;
        assert!(refused.text.contains(wrong), "{code}: {}", refused.text);
        let missing = reader.get("/p/nowhere").await;
        assert_eq!(missing.status, StatusCode::NOT_FOUND);
        assert!(missing.text.contains(nothing), "{code}: {}", missing.text);
        ward.pass(60 * 3);
    }
    let facts = [PatientFact::Language("fi".to_owned())];
    ward.department.learn(&ward.id, &facts).await;
    let mut patient = ward.patient().await;
    let plan = patient.get("/p/plan").await.text;
    assert!(plan.contains("<html lang=\"fi\">"), "the record's language");
    let other = patient.get("/p/plan?lang=sv").await.text;
    assert!(other.contains("<html lang=\"sv\">") && other.contains("Logga ut"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_store_shows_no_plan() {
    let mut ward = ward(false).await;
    let mut patient = ward.patient().await;
    ward.department
        .says("alter table audit rename to audit_gone")
        .await;
    for path in ["/p/plan", "/p/letter.pdf"] {
        let answer = patient.get(path).await;
        assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR, "{path}");
        assert!(
            answer.text.contains("Something is broken here."),
            "{}",
            answer.text
        );
        assert!(!answer.text.contains("TOIVOKOSKI"), "no row, no page");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recorded_death_closes_the_page_at_once() {
    let mut ward = ward(false).await;
    let mut patient = ward.patient().await;
    let (_, code) = ward.new_code().await;
    patient
        .post_bare("/p", &[("code", &code), ("birth", BORN)])
        .await;
    assert_eq!(patient.get("/p/plan").await.status, StatusCode::OK);
    let died: Timestamp = at("09:00");
    let death = case::Command::RecordDeath(case::DeathRecord {
        died_at: Some(died),
        source: "ward".to_owned(),
    });
    workflow::act_on_case::act_on_case(
        &ward.department.desk,
        &crate::department::staff(model::Role::WardNurse),
        &ward.id,
        None,
        &death,
    )
    .await
    .expect("a death");
    for path in ["/p/plan", "/p/letter.pdf"] {
        assert_eq!(patient.get(path).await.location, "/p?said=closed", "{path}");
    }
    let again = patient
        .post_bare("/p", &[("code", &code), ("birth", BORN)])
        .await;
    assert_eq!(again.status, StatusCode::UNAUTHORIZED);
    let (id, coordinator) = (ward.id.clone(), &mut ward.coordinator);
    let letter = coordinator.get(&format!("/cases/{id}/letter.pdf")).await;
    assert_eq!(letter.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = coordinator.get(&format!("/cases/{id}")).await.text;
    let made = coordinator
        .post_bare(
            &format!("/cases/{id}/patient-code"),
            &[("csrf", &hidden(&page, "csrf"))],
        )
        .await;
    assert_eq!(made.status, StatusCode::UNPROCESSABLE_ENTITY);
}
