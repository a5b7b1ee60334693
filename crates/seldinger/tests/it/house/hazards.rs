//! The safety file: every hazard is whole, and every control that it names exists.

use super::{Source, assert_none, source, sources, top};
use std::collections::BTreeSet;
use toml::Table;

const WORDS: [&str; 6] = ["cause", "effect", "harm", "owner", "title", "status"];
const GRADES: [&str; 4] = [
    "severity_before",
    "likelihood_before",
    "severity_after",
    "likelihood_after",
];
const SEVERITIES: [&str; 5] = ["negligible", "minor", "serious", "critical", "catastrophic"];
const LIKELIHOODS: [&str; 5] = ["improbable", "remote", "occasional", "probable", "frequent"];
const KINDS: [&str; 5] = ["eliminate", "substitute", "engineer", "warn", "train"];
const STATUSES: [&str; 3] = ["open", "transferred", "closed"];

/// What of the tree a control may name.
struct Tree {
    tests: BTreeSet<String>,
    rules: BTreeSet<String>,
    paths: BTreeSet<String>,
}

impl Tree {
    fn of(sources: &[Source]) -> Self {
        let mut tree = Self {
            tests: BTreeSet::new(),
            rules: BTreeSet::new(),
            paths: BTreeSet::new(),
        };
        for source in sources {
            tree.paths.insert(source.path.clone());
            if source.path.ends_with(".rs") {
                tree.tests.extend(tests_of(&source.text));
            }
            if source.path.starts_with("knowledge/") && source.path.ends_with(".toml") {
                let ids = source
                    .text
                    .lines()
                    .filter_map(|line| line.strip_prefix("id"));
                let ids = ids.filter_map(|rest| rest.trim_start().strip_prefix('='));
                tree.rules
                    .extend(ids.map(|id| id.trim().trim_matches('"').to_owned()));
            }
        }
        tree
    }
}

/// Names of the functions that follow a test attribute.
fn tests_of(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut is_test = false;
    for line in text.lines().map(str::trim) {
        is_test |= line.starts_with("#[test]") || line.starts_with("#[tokio::test");
        let name = line
            .strip_prefix("async ")
            .unwrap_or(line)
            .strip_prefix("fn ");
        if let Some(name) = name {
            let end = name.find(['(', '<']).unwrap_or(name.len());
            if is_test {
                found.push(name[..end].to_owned());
            }
            is_test = false;
        }
    }
    // Inside `proptest! { … }` the attribute stands before each property too, so nothing more is needed here.
    found
}

/// Everything that is wrong with one hazard file.
fn flaws(source: &Source, tree: &Tree) -> Vec<String> {
    let mut found = Vec::new();
    let mut flaw = |what: String| found.push(format!("{}: {what}", source.path));
    let table: Table = match source.text.parse() {
        Ok(table) => table,
        Err(error) => return vec![format!("{}: {error}", source.path)],
    };
    let word = |key: &str| {
        table
            .get(key)
            .and_then(|value| value.as_str())
            .unwrap_or("")
            .trim()
    };
    let id = word("id");
    if source.path != format!("safety/hazards/{id}.toml") {
        flaw(format!("the id is {id:?}"));
    }
    for key in WORDS.iter().chain(&GRADES) {
        if word(key).is_empty() {
            flaw(format!("{key} is empty"));
        }
    }
    for (key, allowed) in [
        ("severity_before", &SEVERITIES[..]),
        ("severity_after", &SEVERITIES),
        ("likelihood_before", &LIKELIHOODS),
        ("likelihood_after", &LIKELIHOODS),
        ("status", &STATUSES),
    ] {
        if !allowed.contains(&word(key)) {
            flaw(format!("{key} is {:?}, not one of {allowed:?}", word(key)));
        }
    }
    let empty = Vec::new();
    let controls = table
        .get("control")
        .and_then(|value| value.as_array())
        .unwrap_or(&empty);
    if controls.is_empty() {
        flaw("it has no control".to_owned());
    }
    for control in controls {
        let word = |key: &str| {
            control
                .get(key)
                .and_then(|value| value.as_str())
                .unwrap_or("")
        };
        if word("says").trim().is_empty() || !KINDS.contains(&word("kind")) {
            flaw(format!(
                "a control needs `says` and a kind of {KINDS:?}: {control}"
            ));
        }
        let (test, rule, path) = (word("test"), word("rule"), word("path"));
        if test.is_empty() && rule.is_empty() && path.is_empty() {
            flaw(format!(
                "a control names a test, a rule or a path: {control}"
            ));
        }
        if !test.is_empty() && !tree.tests.contains(test) {
            flaw(format!("no test is called {test}"));
        }
        if !rule.is_empty() && !tree.rules.contains(rule) {
            flaw(format!("no rule has the id {rule}"));
        }
        if !path.is_empty() && !tree.paths.contains(path) {
            flaw(format!("there is no {path}"));
        }
    }
    found
}

fn hazards(sources: &[Source]) -> Vec<&Source> {
    let is_hazard = |source: &&Source| {
        source.path.starts_with("safety/hazards/") && source.path.ends_with(".toml")
    };
    sources.iter().filter(is_hazard).collect()
}

#[test]
fn every_hazard_is_whole_and_its_controls_exist() {
    let sources = sources();
    let tree = Tree::of(&sources);
    let hazards = hazards(&sources);
    assert!(
        !hazards.is_empty(),
        "no hazard in {}",
        top().join("safety/hazards").display()
    );
    let findings: Vec<String> = hazards
        .iter()
        .flat_map(|hazard| flaws(hazard, &tree))
        .collect();
    assert_none(&findings);
}

#[test]
fn every_test_marked_with_a_hazard_names_one_that_exists() {
    let sources = sources();
    let known: BTreeSet<&str> = hazards(&sources)
        .iter()
        .filter_map(|hazard| hazard.path.rsplit('/').next()?.strip_suffix(".toml"))
        .collect();
    let mark = format!("// {}: H-", "hazard");
    let mut findings = Vec::new();
    for source in sources.iter().filter(|source| source.path.ends_with(".rs")) {
        for (number, line) in source.text.lines().enumerate() {
            let Some((_, named)) = line.split_once(&mark) else {
                continue;
            };
            for name in named.split(", H-") {
                let digits: String = name.chars().take_while(|c| c.is_ascii_digit()).collect();
                if !known.contains(format!("H-{digits}").as_str()) {
                    findings.push(format!("{}:{}: no H-{digits}", source.path, number + 1));
                }
            }
        }
    }
    assert_none(&findings);
}

#[test]
fn an_unfinished_hazard_is_found() {
    let whole = r#"
id = "H-999"
title = "t"
cause = "c"
effect = "e"
harm = "h"
severity_before = "serious"
likelihood_before = "probable"
severity_after = "serious"
likelihood_after = "remote"
owner = "o"
status = "open"
[[control]]
kind = "engineer"
says = "s"
test = "it_holds"
"#;
    let code = source(
        "crates/x/src/a.rs",
        "#[test]\nfn it_holds() {}\nfn helper() {}\n",
    );
    let tree = Tree::of(&[
        code,
        source("knowledge/medicines/x.toml", "id = \"x_rule\"\n"),
    ]);
    let check = |text: &str, expected: usize| {
        let found = flaws(&source("safety/hazards/H-999.toml", text), &tree);
        assert_eq!(found.len(), expected, "{found:?}");
    };
    check(whole, 0);
    check(
        &whole.replace("it_holds", "x").replace("test =", "rule ="),
        1,
    );
    check(
        &whole
            .replace("it_holds", "x_rule")
            .replace("test =", "rule ="),
        0,
    );
    check(&whole.replace("it_holds", "helper"), 1);
    check(
        &whole
            .replace("it_holds", "crates/x/src/a.rs")
            .replace("test =", "path ="),
        0,
    );
    check(&whole.replace("test = \"it_holds\"", ""), 1);
    check(&whole.replace("\"engineer\"", "\"hope\""), 1);
    check(&whole.replace("harm = \"h\"", "harm = \" \""), 1);
    check(&whole.replace("\"remote\"", "\"rarely\""), 1);
    check(&whole.replace("\"open\"", "\"done\""), 1);
    check(&whole.replace("H-999", "H-998"), 1);
    check(whole.split("[[control]]").next().unwrap(), 1);
}
