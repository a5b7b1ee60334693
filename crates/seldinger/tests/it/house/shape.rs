//! How the tree is cut: file sizes, a README in every room, test files.

use super::{Source, assert_none, source, sources, top};

const LINES_MAX: usize = 800;
const CODE: [&str; 8] = [".rs", ".ts", ".js", ".mjs", ".py", ".css", ".html", ".sh"];
const VAGUE: [&str; 5] = ["utils", "helpers", "common", "misc", "manager"];

fn too_long(sources: &[Source]) -> Vec<String> {
    let code = sources
        .iter()
        .filter(|source| CODE.iter().any(|end| source.path.ends_with(end)));
    code.filter(|source| source.text.lines().count() > LINES_MAX)
        .map(|source| format!("{} has {} lines", source.path, source.text.lines().count()))
        .collect()
}

#[test]
fn no_file_is_longer_than_800_lines() {
    assert_none(&too_long(&sources()));
    assert_none(&too_long(&[source(
        "crates/x/src/a.rs",
        &"\n".repeat(LINES_MAX),
    )]));
    assert_eq!(
        too_long(&[source("crates/x/src/a.rs", &"\n".repeat(LINES_MAX + 1))]).len(),
        1
    );
}

fn vague_names(sources: &[Source]) -> Vec<String> {
    let is_vague = |path: &str| {
        path.split('/')
            .any(|part| VAGUE.contains(&part.split('.').next().unwrap_or(part)))
    };
    let named = sources.iter().filter(|source| is_vague(&source.path));
    named
        .map(|source| format!("{}: name the thing", source.path))
        .collect()
}

#[test]
fn files_are_named_for_what_they_hold() {
    assert_none(&vague_names(&sources()));
    assert_eq!(
        vague_names(&[source("crates/x/src/utils.rs", ""), source("src/a.rs", "")]).len(),
        1
    );
}

#[test]
fn every_room_has_a_readme_and_a_map() {
    let mut findings = Vec::new();
    for entry in std::fs::read_dir(top().join("crates")).unwrap() {
        let room = entry.unwrap().path();
        let readme = std::fs::read_to_string(room.join("README.md")).unwrap_or_default();
        if readme
            .lines()
            .filter(|line| !line.trim().is_empty())
            .count()
            < 4
        {
            findings.push(format!("{} has no README.md of some lines", room.display()));
        }
        let map =
            ["src/lib.rs", "src/main.rs"].map(|file| std::fs::read_to_string(room.join(file)));
        if !map
            .into_iter()
            .flatten()
            .any(|text| text.starts_with("//!"))
        {
            findings.push(format!(
                "{} does not begin with its map (//!)",
                room.display()
            ));
        }
    }
    assert_none(&findings);
}

/// One integration binary a crate: every `.rs` directly below `tests/` would become one more.
fn second_binaries(sources: &[Source]) -> Vec<String> {
    let mut findings = Vec::new();
    for source in sources
        .iter()
        .filter(|source| source.path.starts_with("crates/"))
    {
        let mut parts = source.path.split('/').skip(2);
        if let (Some("tests"), Some(file), None) = (parts.next(), parts.next(), parts.next())
            && file.ends_with(".rs")
        {
            findings.push(format!("{}: put it into tests/it/", source.path));
        }
    }
    findings
}

#[test]
fn each_room_has_one_integration_binary() {
    assert_none(&second_binaries(&sources()));
    assert_eq!(
        second_binaries(&[source("crates/x/tests/more.rs", "")]).len(),
        1
    );
    assert_eq!(
        second_binaries(&[source("crates/x/tests/it/main.rs", "")]).len(),
        0
    );
}
