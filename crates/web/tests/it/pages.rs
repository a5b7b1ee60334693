//! Pages as people use them: log in, act, meet a conflict, open the patient's page.

use crate::browser::{Browser, hidden};
use crate::department::{Until, account, accounts, department, router, somebody};
use axum::http::StatusCode;
use model::Role;

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_carries_the_security_headers() {
    let department = department(true).await;
    let router = router(&department);
    let mut nobody = Browser::new(&router);
    for path in ["/log-in", "/p", "/healthz", "/nothing", "/assets/app.css"] {
        let answer = nobody.get(path).await;
        let header = |name| {
            answer
                .headers
                .get(name)
                .and_then(|v| v.to_str().ok())
                .unwrap_or_default()
        };
        let policy = header("content-security-policy");
        assert!(
            policy.contains("default-src 'none'") && !policy.contains("unsafe"),
            "{path}"
        );
        assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
    }
    let page = nobody.get("/log-in").await.text;
    assert!(!page.contains("style=") && !page.contains("onclick") && !page.contains("<style"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_without_the_pages_token_is_refused() {
    let department = department(true).await;
    account(&department.desk, "ir_nurse", &[Role::IrNurse]).await;
    let id = department.play(&somebody(Until::Booked)).await;
    let router = router(&department);
    let mut nurse = Browser::logged_in(&router, "ir_nurse").await;
    let path = format!("/cases/{id}/do/cancel");
    for token in ["", "0000"] {
        let answer = nurse
            .post_bare(&path, &[("csrf", token), ("version", "1")])
            .await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_passwords_have_to_wait() {
    let department = department(true).await;
    account(&department.desk, "ir_nurse", &[Role::IrNurse]).await;
    let router = router(&department);
    let mut nobody = Browser::new(&router);
    let mut last = StatusCode::OK;
    for _ in 0..8 {
        last = nobody
            .post_bare(
                "/log-in",
                &[("name", "ir_nurse"), ("password", "not it at all")],
            )
            .await
            .status;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_person_acts_in_one_role_at_a_time() {
    let department = department(true).await;
    accounts(&department.desk).await;
    let router = router(&department);
    let mut both = Browser::logged_in(&router, "both").await;
    assert_eq!(both.get("/users").await.status, StatusCode::FORBIDDEN);
    let changed = both
        .fill("/role", "/role", &[("role", "administrator")])
        .await;
    assert_eq!(changed.location, "/users");
    assert_eq!(both.get("/users").await.status, StatusCode::OK);
    assert_eq!(both.get("/board").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stale_form_meets_the_conflict_page_and_loses_nothing() {
    let department = department(true).await;
    accounts(&department.desk).await;
    let id = department.play(&somebody(Until::Booked)).await;
    let router = router(&department);
    let path = format!("/cases/{id}/do/record_call");
    let mut nurse = Browser::logged_in(&router, "ir_nurse").await;
    let form = nurse.get(&path).await.text;
    let mut coordinator = Browser::logged_in(&router, "coordinator").await;
    let first = coordinator
        .fill(&path, &path, &[("outcome", "comes by taxi")])
        .await;
    assert_eq!(first.status, StatusCode::SEE_OTHER, "{}", first.text);
    let second = nurse
        .post_bare(
            &path,
            &[
                ("csrf", &hidden(&form, "csrf")),
                ("version", &hidden(&form, "version")),
                ("outcome", "daughter comes along"),
            ],
        )
        .await;
    assert_eq!(second.status, StatusCode::CONFLICT);
    assert!(
        second.text.contains("daughter comes along"),
        "the words are kept"
    );
    assert!(second.text.contains("Demo coordinator"), "who was first");
    let again = nurse
        .post_bare(
            &path,
            &[
                ("csrf", &hidden(&second.text, "csrf")),
                ("version", &hidden(&second.text, "version")),
                ("outcome", "daughter comes along"),
            ],
        )
        .await;
    assert_eq!(again.status, StatusCode::SEE_OTHER);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_by_hand_goes_through_the_room_by_forms() {
    let department = department(true).await;
    accounts(&department.desk).await;
    let router = router(&department);
    let mut coordinator = Browser::logged_in(&router, "coordinator").await;
    let made = coordinator
        .fill(
            "/new-case?family=Lahti&birth=1950-02-03&number=7001",
            "/new-case",
            &[
                ("whom", "new"),
                ("family", "Lahti"),
                ("given", "Osmo"),
                ("birth", "1950-02-03"),
                ("patient_number", "7001"),
                ("sex", "M"),
                ("procedure", "nephrostomy"),
                ("side", "left"),
                ("urgency", "urgent"),
                ("indication", "obstructed kidney"),
            ],
        )
        .await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
    let case = made.location.clone();
    let page = coordinator.get(&case).await.text;
    assert!(page.contains("DEMO-LAHTI, Osmo") && page.contains("LEFT"));
    assert!(
        page.contains("allergies not recorded"),
        "unknown is said to be unknown"
    );

    let mut radiologist = Browser::logged_in(&router, "radiologist").await;
    let vet = format!("{case}/do/vet");
    let empty = radiologist
        .fill(&vet, &vet, &[("room_minutes", "60")])
        .await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(empty.text.contains("There is a problem") && empty.text.contains("<title>Error:"));
    let fields = [
        ("modality", "XA"),
        ("bleeding_class", "high"),
        ("access", "left flank"),
        ("anaesthesia", "local"),
        ("setting", "inpatient"),
        ("room_minutes", "45"),
        ("justification", "drain must be seen"),
    ];
    let vetted = radiologist.fill(&vet, &vet, &fields).await;
    assert_eq!(vetted.status, StatusCode::SEE_OTHER, "{}", vetted.text);
    let book = format!("{case}/do/schedule");
    let booked = coordinator
        .fill(
            &book,
            &book,
            &[
                ("room", "Angio 1"),
                ("start", "2027-03-11T09:00"),
                ("minutes", "45"),
            ],
        )
        .await;
    assert_eq!(booked.status, StatusCode::SEE_OTHER, "{}", booked.text);
    let board = coordinator.get("/board?day=2027-03-11").await.text;
    assert!(board.contains("DEMO-LAHTI, Osmo") && board.contains("Angio 1"));
    let again = coordinator
        .fill(
            "/new-case?number=7001",
            "/new-case",
            &[
                ("whom", "new"),
                ("family", "Other"),
                ("patient_number", "7001"),
                ("procedure", "nephrostomy"),
                ("side", "left"),
                ("urgency", "urgent"),
                ("indication", "obstructed kidney"),
            ],
        )
        .await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(again.text.contains("this number belongs to DEMO-LAHTI"));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_the_demonstration_says_so() {
    let department = department(true).await;
    accounts(&department.desk).await;
    let id = department.play(&somebody(Until::Arrived)).await;
    let router = router(&department);
    let mut nobody = Browser::new(&router);
    for path in ["/log-in", "/p", "/nothing-here"] {
        assert!(
            nobody.get(path).await.text.contains("DEMONSTRATION"),
            "{path}"
        );
    }
    let mut both = Browser::logged_in(&router, "coordinator").await;
    let mut paths: Vec<String> = [
        "/board",
        "/cases",
        "/recovery",
        "/follow-up",
        "/tasks",
        "/unmatched",
        "/quarantine",
        "/settings",
        "/new-case",
        "/role",
    ]
    .iter()
    .map(|path| (*path).to_owned())
    .collect();
    paths.extend(
        ["", "/room", "/events", "/do/cancel"]
            .iter()
            .map(|end| format!("/cases/{id}{end}")),
    );
    for path in paths {
        let answer = both.get(&path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert!(
            answer.text.contains("DEMONSTRATION")
                && answer.text.contains("(demonstration)</title>"),
            "{path}"
        );
        if path.starts_with("/cases/") {
            assert!(
                answer.text.contains("DEMO-TOIVOKOSKI, Eila") && answer.text.contains("7004128"),
                "{path}"
            );
        }
    }
}
