//! What may not stand in any file: left-out tests, stubs, sleeping tests, paths of one machine, package hosts.

use super::{Source, assert_none, source, sources};

/// The forbidden words, put together here so that this file does not hold them itself.
fn forbidden_in_code() -> Vec<(String, &'static str)> {
    vec![
        (
            format!("#[{}", "ignore"),
            "a test is never left out by hand",
        ),
        (format!("{}!(", "todo"), "no stub is called done"),
        (format!("{}!(", "unimplemented"), "no stub is called done"),
        (
            format!("thread::{}(", "sleep"),
            "wait for the thing itself, not for a time",
        ),
        (format!("{}{}", "FIX", "ME"), "a known fault has an issue"),
    ]
}

fn forbidden_everywhere() -> Vec<(String, &'static str)> {
    let host = |parts: &[&str]| {
        (
            parts.join("."),
            "a package registry is named by its client only",
        )
    };
    let path = |name: &str| (format!("/{name}/"), "a path of one machine");
    vec![
        host(&["crates", "io"]),
        host(&["pypi", "org"]),
        host(&["npmjs", "org"]),
        host(&["npmjs", "com"]),
        host(&["deb", "debian", "org"]),
        (
            format!("python{}", "hosted"),
            "a package registry is named by its client only",
        ),
        path("work"),
        path("root"),
        path("farm"),
        (format!("/tmp/{}_", "bash"), "a path of one machine"),
    ]
}

fn is_code(path: &str) -> bool {
    [".rs", ".mjs", ".ts", ".js", ".py", ".sh"]
        .iter()
        .any(|end| path.ends_with(end))
}

fn findings(sources: &[Source]) -> Vec<String> {
    let mut found = Vec::new();
    for source in sources.iter().filter(|source| source.path != "Cargo.lock") {
        let mut in_tests = source.path.contains("tests/");
        for (number, line) in source.text.lines().enumerate() {
            in_tests |= line.contains("#[cfg(test)]");
            let mut report = |word: &str, why: &str| {
                found.push(format!("{}:{}: {word} ({why})", source.path, number + 1));
            };
            if is_code(&source.path) {
                for (word, why) in forbidden_in_code() {
                    if line.contains(&word) {
                        report(&word, why);
                    }
                }
                if in_tests && source.path.ends_with(".rs") && line.contains("time::sleep") {
                    report("time::sleep", "no test sleeps");
                }
            }
            for (word, why) in forbidden_everywhere() {
                if starts_a_path_or_host(line, &word) {
                    report(&word, why);
                }
            }
        }
    }
    found
}

/// True where the word stands by itself: a folder of ours with such a name is not a path of one machine.
fn starts_a_path_or_host(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line.get(..at).and_then(|text| text.chars().next_back());
        !before.is_some_and(|c| c.is_alphanumeric() || c == '.' || c == '/' || c == '}')
    })
}

#[test]
fn no_file_holds_a_stub_a_sleep_or_a_place() {
    let sources: Vec<Source> = sources()
        .into_iter()
        .filter(|source| source.path != "crates/seldinger/tests/it/house/words.rs")
        .collect();
    assert_none(&findings(&sources));
}

/// A lock file that names where a package was fetched from names a registry, or somebody's mirror of one.
fn named_registries(sources: &[Source]) -> Vec<String> {
    let locks = sources
        .iter()
        .filter(|source| source.path.ends_with("package-lock.json"));
    let mut found = Vec::new();
    for source in locks {
        for (number, line) in source.text.lines().enumerate() {
            if line.contains("\"resolved\"") || line.contains("://") {
                found.push(format!("{}:{}: names a host", source.path, number + 1));
            }
        }
    }
    found
}

#[test]
fn no_lock_file_names_a_registry() {
    let sources = sources();
    assert!(
        sources
            .iter()
            .any(|s| s.path.ends_with("package-lock.json"))
    );
    assert_none(&named_registries(&sources));
    let named = "  \"resolved\": \"x\",\n  \"url\": \"https://y\"";
    assert_eq!(
        named_registries(&[source("a/package-lock.json", named)]).len(),
        2
    );
}

#[test]
fn each_forbidden_word_is_found() {
    for (word, _) in forbidden_in_code() {
        assert_eq!(
            findings(&[source("crates/x/src/a.rs", &format!("    {word}"))]).len(),
            1,
            "{word}"
        );
    }
    for (word, _) in forbidden_everywhere() {
        assert_eq!(
            findings(&[source("docs/a.md", &format!("see {word}x"))]).len(),
            1,
            "{word}"
        );
    }
    let waits = "tokio::time::sleep(d).await";
    assert_eq!(
        findings(&[source("crates/x/tests/it/main.rs", waits)]).len(),
        1
    );
    assert_eq!(
        findings(&[source(
            "crates/x/src/a.rs",
            &format!("#[cfg(test)]\n{waits}")
        )])
        .len(),
        1
    );
    assert_eq!(findings(&[source("crates/x/src/a.rs", waits)]).len(), 0);
    assert_eq!(
        findings(&[source(
            concat!("crates/x/src/", "work/a.rs"),
            concat!("mod src/", "work/a;")
        )])
        .len(),
        0
    );
}
