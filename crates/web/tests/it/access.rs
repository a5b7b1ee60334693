//! Every route × role against a written table. A route without a row fails here.

use crate::browser::Browser;
use crate::department::{Until, accounts, department, router, somebody};
use axum::http::StatusCode;
use model::Role;
use web::guard::Entry;
use web::router::routes;

const CLINICAL: &str =
    "coordinator ir_nurse ward_nurse radiographer radiologist anaesthetist physicist";

/// Path as the router writes it, and who enters: `open` for everybody, else role codes.
fn table() -> Vec<(&'static str, String)> {
    let with = |more: &str| format!("{CLINICAL} {more}");
    let everybody = with("referrer observer administrator");
    vec![
        ("/healthz", "open".to_owned()),
        ("/metrics", "open".to_owned()),
        ("/assets/{name}", "open".to_owned()),
        ("/log-in", "open".to_owned()),
        ("/p", "open".to_owned()),
        ("/p/plan", "open".to_owned()),
        ("/p/doses", "open".to_owned()),
        ("/p/calendar.ics", "open".to_owned()),
        ("/p/letter.pdf", "open".to_owned()),
        ("/p/leave", "open".to_owned()),
        ("/", everybody.clone()),
        ("/log-out", everybody.clone()),
        ("/role", everybody),
        ("/live", with("referrer observer")),
        ("/api/cases", with("referrer observer")),
        ("/api/cases/{id}/events", with("referrer")),
        ("/api/plan", with("referrer")),
        (
            "/api/unmatched",
            "coordinator ir_nurse radiographer radiologist physicist".to_owned(),
        ),
        ("/board", with("observer")),
        ("/board/part", with("observer")),
        ("/cases", with("referrer observer")),
        ("/cases/{id}", with("referrer")),
        ("/cases/{id}/reason", with("referrer")),
        ("/cases/{id}/events", with("referrer")),
        ("/cases/{id}/dose", with("referrer")),
        ("/cases/{id}/letter.pdf", with("referrer")),
        ("/cases/{id}/room", with("referrer")),
        ("/cases/{id}/facts", with("referrer")),
        ("/cases/{id}/do/{act}", with("referrer")),
        (
            "/cases/{id}/patient-code",
            "coordinator ir_nurse radiologist".to_owned(),
        ),
        (
            "/cases/{id}/patient-code/revoke",
            "coordinator ir_nurse radiologist".to_owned(),
        ),
        ("/new-case", "coordinator ir_nurse radiologist".to_owned()),
        ("/emergency", "coordinator ir_nurse radiologist".to_owned()),
        (
            "/cases/{id}/again",
            "coordinator ir_nurse radiologist".to_owned(),
        ),
        (
            "/cases/{id}/identify",
            "coordinator ir_nurse radiologist".to_owned(),
        ),
        (
            "/cases/{id}/join",
            "coordinator ir_nurse radiologist".to_owned(),
        ),
        (
            "/cases/{id}/restriction",
            "coordinator ir_nurse radiologist".to_owned(),
        ),
        (
            "/cases/{id}/studies",
            "coordinator ir_nurse radiographer radiologist physicist".to_owned(),
        ),
        (
            "/cases/{id}/studies/{study}",
            "coordinator ir_nurse radiographer radiologist physicist".to_owned(),
        ),
        ("/cases/{id}/print", CLINICAL.to_owned()),
        ("/downtime", CLINICAL.to_owned()),
        ("/dose", CLINICAL.to_owned()),
        ("/knowledge", with("observer administrator")),
        (
            "/recovery",
            "coordinator ir_nurse ward_nurse radiographer radiologist anaesthetist".to_owned(),
        ),
        ("/follow-up", with("referrer")),
        ("/tasks", with("referrer")),
        (
            "/unmatched",
            "coordinator ir_nurse radiographer radiologist physicist".to_owned(),
        ),
        (
            "/unmatched/{object}",
            "coordinator ir_nurse radiographer radiologist physicist".to_owned(),
        ),
        ("/quarantine", "coordinator administrator".to_owned()),
        ("/quarantine/{entry}", "coordinator".to_owned()),
        ("/quarantine/{entry}/again", "coordinator".to_owned()),
        ("/quarantine/{entry}/settle", "coordinator".to_owned()),
        ("/users", "administrator".to_owned()),
        ("/audit", "administrator".to_owned()),
        ("/settings", with("administrator")),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_lets_in_whom_the_table_names_and_nobody_else() {
    let department = department(true).await;
    accounts(&department.desk).await;
    let id = department.play(&somebody(Until::Arrived)).await;
    let router = router(&department);
    let table = table();
    for route in routes() {
        assert!(
            table.iter().any(|(path, _)| *path == route.path),
            "{} has no row in the access table",
            route.path
        );
    }
    assert_eq!(
        table.len(),
        routes().len(),
        "the table names a route that is not there"
    );
    for role in Role::ALL {
        let mut browser = Browser::logged_in(&router, role.code()).await;
        for route in routes() {
            let (_, who) = table
                .iter()
                .find(|(path, _)| *path == route.path)
                .expect("a row");
            let path = route
                .path
                .replace("{id}", &id)
                .replace("{act}", "cancel")
                .replace("{object}", "1.2.3")
                .replace("{entry}", "1")
                .replace("{study}", "1.2.3")
                .replace("{name}", "app.css");
            let answer = browser.head_of(&path).await;
            let is_in =
                answer.status != StatusCode::FORBIDDEN && answer.status != StatusCode::UNAUTHORIZED;
            let should = who == "open" || who.split(' ').any(|named| named == role.code());
            assert_eq!(
                is_in,
                should,
                "{} as {}: {}",
                route.path,
                role.code(),
                answer.status
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_log_in_only_open_routes_answer() {
    let department = department(true).await;
    let router = router(&department);
    for route in routes() {
        let mut nobody = Browser::new(&router);
        let path = route
            .path
            .replace("{id}", "26-000001")
            .replace("{entry}", "1");
        let answer = nobody.head_of(&path).await;
        match route.entry {
            Entry::Open | Entry::Patient => {
                assert!(!answer.location.starts_with("/log-in"), "{path}");
            }
            Entry::AnyStaff | Entry::Staff(_) | Entry::StaffOrMachine(..) => {
                assert!(
                    answer.location.starts_with("/log-in"),
                    "{path}: {}",
                    answer.status
                );
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn which_patients_a_role_sees() {
    let department = department(true).await;
    accounts(&department.desk).await;
    let mut other = somebody(Until::Booked);
    other.family = "DEMO-KORPI";
    other.number = "7009999";
    other.referrer = "somebody else";
    other.start = "13:00";
    let own = department.play(&somebody(Until::Booked)).await;
    let foreign = department.play(&other).await;
    let router = router(&department);

    let mut referrer = Browser::logged_in(&router, "referrer").await;
    assert_eq!(
        referrer.get(&format!("/cases/{own}")).await.status,
        StatusCode::OK
    );
    assert_eq!(
        referrer.get(&format!("/cases/{foreign}")).await.status,
        StatusCode::FORBIDDEN
    );
    let cases = referrer.get("/cases").await.text;
    assert!(cases.contains("DEMO-TOIVOKOSKI") && !cases.contains("DEMO-KORPI"));

    let mut observer = Browser::logged_in(&router, "observer").await;
    for path in ["/board?day=2027-03-10", "/cases"] {
        let page = observer.get(path).await.text;
        assert!(page.contains(&own), "{path}");
        assert!(
            !page.contains("TOIVOKOSKI") && !page.contains("Eila"),
            "{path}"
        );
    }

    let mut administrator = Browser::logged_in(&router, "administrator").await;
    let audit = administrator.get("/audit").await.text;
    assert!(audit.contains(&own) && !audit.contains("TOIVOKOSKI"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_case_asks_for_a_reason_and_the_audit_shows_it() {
    let department = department(true).await;
    accounts(&department.desk).await;
    let id = department.play(&somebody(Until::Booked)).await;
    let router = router(&department);
    let mut nurse = Browser::logged_in(&router, "ir_nurse").await;
    nurse
        .fill(
            &format!("/cases/{id}/do/cancel"),
            &format!("/cases/{id}/do/cancel"),
            &[
                ("reason", "no_show"),
                ("rebook", "no"),
                ("restart", "goes on with all medicines today"),
            ],
        )
        .await;
    department
        .clock
        .put("2027-05-20T07:00:00Z".parse().expect("a moment"));
    let mut nurse = Browser::logged_in(&router, "ir_nurse").await;
    let asked = nurse.get(&format!("/cases/{id}")).await;
    assert_eq!(asked.status, StatusCode::FORBIDDEN);
    assert!(asked.text.contains("Why do you open case") && !asked.text.contains("TOIVOKOSKI"));
    let token = hidden_csrf(&asked.text);
    let given = nurse
        .post_bare(
            &format!("/cases/{id}/reason"),
            &[
                ("csrf", &token),
                ("reason", "\u{e4}iti soitti: \u{f6}dema p\u{e5} ben; 50 %"),
            ],
        )
        .await;
    assert_eq!(given.status, StatusCode::SEE_OTHER);
    let page = nurse.get(&format!("/cases/{id}")).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains("TOIVOKOSKI"));
    let mut administrator = Browser::logged_in(&router, "administrator").await;
    assert!(
        administrator
            .get("/audit")
            .await
            .text
            .contains("\u{e4}iti soitti: \u{f6}dema p\u{e5} ben; 50 %")
    );
}

fn hidden_csrf(page: &str) -> String {
    crate::browser::hidden(page, "csrf")
}

#[tokio::test(flavor = "multi_thread")]
async fn no_audit_row_no_page() {
    let department = department(true).await;
    accounts(&department.desk).await;
    let id = department.play(&somebody(Until::Booked)).await;
    let router = router(&department);
    let mut nurse = Browser::logged_in(&router, "ir_nurse").await;
    let paths = [
        "/board?day=2027-03-10".to_owned(),
        "/cases".to_owned(),
        format!("/cases/{id}"),
        format!("/cases/{id}/room"),
        format!("/cases/{id}/events"),
        format!("/cases/{id}/dose"),
        format!("/cases/{id}/letter.pdf"),
        format!("/cases/{id}/do/cancel"),
        format!("/cases/{id}/print"),
        "/downtime?day=2027-03-10".to_owned(),
        "/dose".to_owned(),
        "/recovery".to_owned(),
        "/tasks".to_owned(),
        "/follow-up".to_owned(),
        format!("/api/cases/{id}/events"),
        "/api/cases".to_owned(),
    ];
    for path in &paths {
        assert_eq!(nurse.get(path).await.status, StatusCode::OK, "{path}");
    }
    department
        .says("alter table audit rename to audit_gone")
        .await;
    for path in &paths {
        let answer = nurse.get(path).await;
        assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR, "{path}");
        assert!(!answer.text.contains("TOIVOKOSKI"), "{path}");
    }
}
