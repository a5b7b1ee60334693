//! Every language says the same things: same files, same keys, same variables.

use super::{Source, assert_none, source, sources};
use std::collections::{BTreeMap, BTreeSet};

type Messages = BTreeMap<String, BTreeSet<String>>;

/// The messages of one Fluent file: key (and `key.attribute`) with the variables that it uses, in their order.
fn messages(text: &str) -> Vec<(String, BTreeSet<String>)> {
    let mut found: Vec<(String, BTreeSet<String>)> = Vec::new();
    let mut message = String::new();
    for line in text.lines() {
        if line.starts_with('#') {
            continue;
        }
        let body = line.trim_start();
        if !line.starts_with([' ', '\t', '}', '[', '*']) && !line.is_empty() {
            let Some((name, _)) = line.split_once('=') else {
                continue;
            };
            message = name.trim().to_owned();
            found.push((message.clone(), BTreeSet::new()));
        } else if let Some(attribute) = body.strip_prefix('.')
            && let Some((name, _)) = attribute.split_once('=')
            && !message.is_empty()
        {
            found.push((format!("{message}.{}", name.trim()), BTreeSet::new()));
        }
        for (at, _) in line.match_indices('$') {
            let name = line[at + 1..].chars();
            let name: String = name
                .take_while(|c| c.is_alphanumeric() || *c == '_' || *c == '-')
                .collect();
            if let Some((_, variables)) = found.last_mut() {
                variables.insert(name);
            }
        }
    }
    found
}

/// Where two languages differ; `locales` are (language, file, text).
fn differences(locales: &[(String, String, String)]) -> Vec<String> {
    let mut by_language: BTreeMap<&str, Messages> = BTreeMap::new();
    let mut findings = Vec::new();
    for (language, file, text) in locales {
        let known = by_language.entry(language).or_default();
        for (key, variables) in messages(text) {
            if known.insert(key.clone(), variables).is_some() {
                findings.push(format!("{language}/{file}: {key} is said twice"));
            }
        }
    }
    let Some(english) = by_language.get("en").cloned() else {
        return vec!["there is no English".to_owned()];
    };
    for (language, said) in &by_language {
        for (key, variables) in &english {
            match said.get(key) {
                None => findings.push(format!("{language}: {key} is not translated")),
                Some(used) if used != variables => {
                    findings.push(format!(
                        "{language}: {key} uses {used:?}, not {variables:?}"
                    ));
                }
                Some(_) => {}
            }
        }
        for key in said.keys().filter(|key| !english.contains_key(*key)) {
            findings.push(format!("{language}: {key} is not in English"));
        }
    }
    findings
}

fn locales(sources: &[Source]) -> Vec<(String, String, String)> {
    let mut found = Vec::new();
    for source in sources
        .iter()
        .filter(|source| source.path.ends_with(".ftl"))
    {
        let rest = source
            .path
            .strip_prefix("locales/")
            .and_then(|path| path.split_once('/'));
        let (language, file) = rest.unwrap_or_else(|| panic!("{} is misplaced", source.path));
        found.push((language.to_owned(), file.to_owned(), source.text.clone()));
    }
    found
}

#[test]
fn every_language_says_the_same() {
    let locales = locales(&sources());
    let languages: BTreeSet<&str> = locales
        .iter()
        .map(|(language, ..)| language.as_str())
        .collect();
    assert_eq!(languages, BTreeSet::from(["en", "fi", "sv"]));
    assert_none(&differences(&locales));
}

#[test]
fn a_missing_translation_is_found() {
    let check = |finnish: &str, expected: usize| {
        let english =
            "# note = x\nfast-from = From { $time } no food\n    .title = Food\nbye = Bye\n";
        let all = [
            source("locales/en/a.ftl", english),
            source("locales/fi/a.ftl", finnish),
        ];
        let found = differences(&locales(&all));
        assert_eq!(found.len(), expected, "{found:?}");
    };
    check(
        "fast-from = Ilman ruokaa { $time }\n    .title = Ruoka\nbye = Hei\n",
        0,
    );
    check(
        "fast-from =\n    Ilman ruokaa { $time }\n    .title = Ruoka\nbye = Hei\n",
        0,
    );
    check(
        "fast-from = Ilman ruokaa { $time }\n    .title = Ruoka\n",
        1,
    );
    check(
        "fast-from = Ilman ruokaa { $aika }\n    .title = Ruoka\nbye = Hei\n",
        1,
    );
    check("fast-from = Ilman ruokaa { $time }\nbye = Hei\n", 1);
    check(
        "fast-from = Ilman ruokaa { $time }\n    .title = Ruoka\nbye = Hei\nmore = Lisää\n",
        1,
    );
    check(
        "fast-from = { $time }\n    .title = Ruoka\nbye = Hei\nbye = Hei\n",
        1,
    );
}
