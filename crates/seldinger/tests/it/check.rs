//! `seldinger check` finds what is wrong, says it on a line of its own, and its exit code says so too.

use crate::site::{Site, engines, fill};
use sea_orm::{ConnectionTrait, Database};
use store::Store;

/// The lines that begin with `wrong`, without those about rules that no site has approved yet.
fn wrong(site: &Site) -> Vec<String> {
    let output = site.run(&["check"]);
    let text = String::from_utf8(output.stdout).unwrap();
    let is_wrong = text.lines().any(|line| line.starts_with("wrong "));
    assert_eq!(output.status.code(), Some(i32::from(is_wrong)), "{text}");
    assert!(
        text.lines()
            .all(|line| line.starts_with("ok ") || line.starts_with("wrong ")),
        "{text}"
    );
    text.lines()
        .filter(|line| line.starts_with("wrong ") && !line.contains("not approved here"))
        .map(str::to_owned)
        .collect()
}

async fn say(site: &Site, statement: &str) {
    let url = match &site.database {
        Some(url) => url.clone(),
        None => format!("sqlite://{}", site.location().sqlite_file().display()),
    };
    let database = Database::connect(url).await.unwrap();
    database.execute_unprepared(statement).await.unwrap();
    database.close().await.unwrap();
}

#[tokio::test]
async fn a_sound_site_has_no_findings_and_each_damage_has_one() {
    for engine in engines() {
        let site = Site::new(engine).await;
        assert_eq!(wrong(&site), [""; 0], "before the first start");
        let store = Store::open(&site.location()).await.unwrap();
        let [report, _] = fill(&store).await;
        assert_eq!(wrong(&site), [""; 0]);

        say(&site, "update patient set body = '{\"a\":1}'").await;
        assert!(wrong(&site)[0].contains("patient p1: the row is not what"));
        say(&site, "update patient set body = '{}'").await;

        say(&site, "update event set version = 2").await;
        assert!(wrong(&site)[0].contains("some are missing"));
        say(&site, "update event set version = 1").await;

        std::fs::write(store.objects.file(&report), b"another thing").unwrap();
        assert!(wrong(&site)[0].contains(report.as_str()));
        std::fs::remove_file(store.objects.file(&report)).unwrap();
        assert!(wrong(&site)[0].starts_with("wrong objects: could not read"));
        store.objects.put(b"a dose report").unwrap();

        say(&site, "update migration set sha256 = 'x'").await;
        assert!(wrong(&site)[0].contains("another text"));
    }
}

#[tokio::test]
async fn settings_that_cannot_be_or_are_missing_are_named() {
    let site = Site::new(engines()[0]).await;
    std::fs::write(site.path("settings.toml"), "[hospital]\nzone = \"x\"").unwrap();
    let found = wrong(&site);
    assert!(found[0].starts_with("wrong settings: "), "{found:?}");
    std::fs::write(site.path("settings.toml"), "").unwrap();
    let found = wrong(&site);
    assert_eq!(found.len(), 5, "{found:?}");
    assert!(found[0].contains("hospital.time_zone is not set"));
}

#[tokio::test]
async fn a_rule_that_nobody_here_approved_is_wrong() {
    let site = Site::new(engines()[0]).await;
    let output = site.run(&["check"]);
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("apixaban"), "{text}");
    let approvals = site.path("site");
    let approvals = approvals.to_str().unwrap();
    let approve = "knowledge approve all --name Lund --role radiologist --until 2999-01-01 --site";
    let mut arguments: Vec<&str> = approve.split(' ').collect();
    arguments.push(approvals);
    assert!(site.run(&arguments).status.success());
    let settings = format!(
        "{}[knowledge]\nsite_folder = {approvals:?}\n",
        crate::site::SETTINGS
    );
    std::fs::write(site.path("settings.toml"), settings).unwrap();
    let output = site.run(&["check"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert!(text.contains("every rule is approved here"), "{text}");
}
