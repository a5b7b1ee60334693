//! Which room may import which. The table is STYLE's; the manifests are what the compiler obeys.

use super::{Source, assert_none, source, sources};
use toml::Table;

/// Every room and what it may import. `seldinger` may import all but `testkit`.
const ROOMS: [(&str, &[&str]); 14] = [
    ("model", &[]),
    ("knowledge", &["model"]),
    ("preparation", &["model", "knowledge"]),
    ("case", &["model", "knowledge"]),
    ("dose", &["model", "knowledge"]),
    ("guidance", &["model", "knowledge"]),
    (
        "store",
        &[
            "model",
            "knowledge",
            "preparation",
            "case",
            "dose",
            "guidance",
        ],
    ),
    (
        "workflow",
        &[
            "model",
            "knowledge",
            "preparation",
            "case",
            "dose",
            "guidance",
            "store",
        ],
    ),
    (
        "letters",
        &[
            "model",
            "knowledge",
            "preparation",
            "case",
            "dose",
            "guidance",
        ],
    ),
    (
        "dicom",
        &[
            "model",
            "knowledge",
            "preparation",
            "case",
            "dose",
            "guidance",
            "store",
            "workflow",
        ],
    ),
    (
        "exchange",
        &[
            "model",
            "knowledge",
            "preparation",
            "case",
            "dose",
            "guidance",
            "store",
            "workflow",
            "letters",
        ],
    ),
    (
        "web",
        &[
            "model",
            "knowledge",
            "preparation",
            "case",
            "dose",
            "guidance",
            "store",
            "workflow",
            "letters",
        ],
    ),
    (
        "seldinger",
        &[
            "model",
            "knowledge",
            "preparation",
            "case",
            "dose",
            "guidance",
            "store",
            "workflow",
            "letters",
            "dicom",
            "exchange",
            "web",
        ],
    ),
    (
        "testkit",
        &[
            "model",
            "knowledge",
            "preparation",
            "case",
            "dose",
            "guidance",
            "store",
            "workflow",
            "letters",
            "dicom",
            "exchange",
            "web",
        ],
    ),
];

/// Rooms that know no clock, file, socket, database or chance, and what would bring these in.
const PURE: [&str; 6] = [
    "model",
    "knowledge",
    "preparation",
    "case",
    "dose",
    "guidance",
];
const IMPURE: [&str; 14] = [
    "tokio",
    "tokio-util",
    "sea-orm",
    "sqlx",
    "axum",
    "tower",
    "hyper",
    "reqwest",
    "getrandom",
    "rand",
    "tracing-subscriber",
    "typst",
    "object_store",
    "clap",
];

/// Finds every forbidden import of one manifest. The top `tests` package may import any room; no room may import it.
fn forbidden(folder: &str, manifest: &str) -> Vec<String> {
    let table: Table = manifest.parse().unwrap();
    let name = table["package"]["name"].as_str().unwrap();
    let mut findings = Vec::new();
    if name != folder {
        findings.push(format!("crates/{folder} calls itself {name}"));
    }
    let Some((_, allowed)) = ROOMS.iter().find(|(room, _)| *room == name) else {
        findings.push(format!(
            "crates/{folder} is not one of the {} rooms",
            ROOMS.len()
        ));
        return findings;
    };
    for (kind, import) in imports(&table) {
        let is_room = ROOMS.iter().any(|(room, _)| *room == import) || import == "interoperability";
        let for_tests = kind == "dev-dependencies" && (import == "testkit" || import == name);
        if is_room && !for_tests && !allowed.contains(&import.as_str()) {
            findings.push(format!(
                "{name} imports {import} ({kind}): this arrow is forbidden"
            ));
        }
        let is_impure = IMPURE.contains(&import.as_str()) || import.starts_with("dicom-");
        if PURE.contains(&name) && is_impure && kind != "dev-dependencies" {
            findings.push(format!("{name} is a pure room and imports {import}"));
        }
        if name == "model" && import.starts_with("serde") {
            findings.push("model types are not serialisable: no serde here".to_owned());
        }
    }
    findings
}

/// (kind, package) of every dependency of a manifest, also those for one target only, with renames undone.
fn imports(manifest: &Table) -> Vec<(&'static str, String)> {
    let mut tables = vec![manifest];
    if let Some(targets) = manifest
        .get("target")
        .and_then(|targets| targets.as_table())
    {
        tables.extend(targets.values().filter_map(|target| target.as_table()));
    }
    let mut found = Vec::new();
    for table in tables {
        for kind in ["dependencies", "build-dependencies", "dev-dependencies"] {
            let Some(dependencies) = table.get(kind).and_then(|value| value.as_table()) else {
                continue;
            };
            for (key, value) in dependencies {
                let renamed = value.get("package").and_then(|package| package.as_str());
                let by_path = value.get("path").and_then(|path| path.as_str());
                let by_path = by_path.and_then(|path| path.rsplit('/').next());
                found.push((kind, renamed.or(by_path).unwrap_or(key).to_owned()));
            }
        }
    }
    found
}

fn manifests() -> Vec<Source> {
    let is_manifest = |source: &Source| {
        source.path.starts_with("crates/") && source.path.ends_with("/Cargo.toml")
    };
    sources().into_iter().filter(is_manifest).collect()
}

#[test]
fn every_arrow_between_rooms_points_down() {
    let manifests = manifests();
    assert!(manifests.len() >= 13, "the rooms were not found");
    let findings = manifests
        .iter()
        .flat_map(|manifest| forbidden(manifest.path.split('/').nth(1).unwrap(), &manifest.text));
    assert_none(&findings.collect::<Vec<_>>());
}

#[test]
fn a_forbidden_arrow_is_found() {
    let check = |folder: &str, manifest: &str, finding: &str| {
        let findings = forbidden(folder, manifest);
        assert_eq!(findings.len(), 1, "{findings:?}");
        assert!(findings[0].contains(finding), "{findings:?}");
    };
    let package = |name: &str, rest: &str| format!("[package]\nname = \"{name}\"\n{rest}");
    check(
        "web",
        &package("web", "[dependencies]\ndicom.workspace = true"),
        "imports dicom",
    );
    check(
        "case",
        &package("case", "[dependencies]\ndose.workspace = true"),
        "imports dose",
    );
    check(
        "store",
        &package("store", "[dev-dependencies]\nworkflow = {}"),
        "imports workflow",
    );
    check(
        "dose",
        &package("dose", "[dependencies]\ntestkit = {}"),
        "imports testkit",
    );
    check(
        "dose",
        &package("dose", "[dependencies]\nx = { package = \"case\" }"),
        "imports case",
    );
    check(
        "dose",
        &package("dose", "[build-dependencies]\nx = { path = \"../web\" }"),
        "web",
    );
    check(
        "dose",
        &package("dose", "[target.'cfg(unix)'.dependencies]\ncase = {}"),
        "case",
    );
    check(
        "dose",
        &package("dose", "[dependencies]\ntokio = {}"),
        "pure room",
    );
    check(
        "model",
        &package("model", "[dependencies]\nserde = {}"),
        "serde",
    );
    check("model", &package("case", ""), "calls itself");
    check("utils", &package("utils", ""), "not one of");
    let fine = "[dependencies]\nmodel = {}\n[dev-dependencies]\ntestkit = {}";
    assert_none(&forbidden("dose", &package("dose", fine)));
}

/// Doors write only through `workflow`: the writing handle of the store is named nowhere else.
fn writing_handles(sources: &[Source]) -> Vec<String> {
    let mut findings = Vec::new();
    for source in sources {
        let room = source
            .path
            .strip_prefix("crates/")
            .and_then(|path| path.split('/').next());
        if !matches!(room, Some("web" | "dicom" | "exchange" | "letters")) {
            continue;
        }
        for (number, line) in source.text.lines().enumerate() {
            let names_it = line.contains("store::") && line.contains("Writer");
            if names_it && !line.trim_start().starts_with("//") {
                findings.push(format!(
                    "{}:{}: a door holds the writer",
                    source.path,
                    number + 1
                ));
            }
        }
    }
    findings
}

#[test]
fn doors_write_only_through_workflow() {
    assert_none(&writing_handles(&sources()));
    let planted = source("crates/web/src/board.rs", "use store::{Query, Writer};\n");
    assert_eq!(writing_handles(&[planted]).len(), 1);
}

#[test]
fn pure_rooms_ban_the_same_calls() {
    let of = |room: &str| {
        let wanted = format!("crates/{room}/clippy.toml");
        let all = sources();
        let found = all.into_iter().find(|source| source.path == wanted);
        found.unwrap_or_else(|| panic!("{wanted} is missing")).text
    };
    let model = of("model");
    assert!(model.contains("SystemTime::now") && model.contains("reason"));
    for (room, _) in ROOMS.iter().filter(|(room, _)| PURE.contains(room)) {
        let exists = super::top().join("crates").join(room).exists();
        assert!(
            !exists || of(room) == model,
            "crates/{room}/clippy.toml differs from model's"
        );
    }
}
