//! The three languages say the same things: same keys, same variables, same choices, nothing left over.

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement, Resource};
use letters::{Language, Message, Words};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// What a message asks for: its variables, and for each choice its variable with the names of its arms.
#[derive(Debug, Default, PartialEq, Eq, Clone)]
struct Shape {
    variables: BTreeSet<String>,
    choices: BTreeSet<(String, Vec<String>)>,
}

fn note_inline(expression: &InlineExpression<&str>, shape: &mut Shape) {
    match expression {
        InlineExpression::VariableReference { id } => {
            shape.variables.insert(id.name.to_owned());
        }
        InlineExpression::Placeable { expression } => note(expression, shape),
        InlineExpression::StringLiteral { .. } | InlineExpression::NumberLiteral { .. } => {}
        other => panic!("the files use no functions, terms or references: {other:?}"),
    }
}

fn note(expression: &Expression<&str>, shape: &mut Shape) {
    match expression {
        Expression::Inline(inline) => note_inline(inline, shape),
        Expression::Select { selector, variants } => {
            note_inline(selector, shape);
            let InlineExpression::VariableReference { id } = selector else {
                panic!("a choice is made by a variable");
            };
            let arms = variants
                .iter()
                .map(|arm| format!("{:?}", arm.key))
                .collect();
            shape.choices.insert((id.name.to_owned(), arms));
            for arm in variants {
                note_pattern(&arm.value, shape);
            }
        }
    }
}

fn note_pattern(pattern: &Pattern<&str>, shape: &mut Shape) {
    for element in &pattern.elements {
        if let PatternElement::Placeable { expression } = element {
            note(expression, shape);
        }
    }
}

/// Every message of a language: key → (file, shape).
fn messages(language: Language) -> BTreeMap<String, (String, Shape)> {
    let mut found = BTreeMap::new();
    let folder = root().join("locales").join(language.code());
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).unwrap();
        let resource: Resource<&str> =
            fluent_syntax::parser::parse(text.as_str()).unwrap_or_else(|error| {
                panic!("{}/{name} does not parse: {error:?}", language.code());
            });
        for entry in &resource.body {
            match entry {
                Entry::Message(message) => {
                    let mut shape = Shape::default();
                    note_pattern(message.value.as_ref().unwrap(), &mut shape);
                    let key = message.id.name.to_owned();
                    let before = found.insert(key.clone(), (name.clone(), shape));
                    assert!(
                        before.is_none(),
                        "{key} stands twice in {}",
                        language.code()
                    );
                }
                Entry::Comment(_) | Entry::GroupComment(_) | Entry::ResourceComment(_) => {}
                Entry::Term(_) | Entry::Junk { .. } => panic!("{name} holds a term or junk"),
            }
        }
    }
    found
}

#[test]
fn all_languages_have_the_same_keys_variables_and_choices() {
    let english = messages(Language::English);
    assert!(english.len() > 300, "only {} messages", english.len());
    for language in [Language::Finnish, Language::Swedish] {
        let other = messages(language);
        for (key, expected) in &english {
            assert_eq!(
                other.get(key),
                Some(expected),
                "{key} in {}",
                language.code()
            );
        }
        let extra: Vec<_> = other
            .keys()
            .filter(|key| !english.contains_key(*key))
            .collect();
        assert!(extra.is_empty(), "only in {}: {extra:?}", language.code());
    }
}

#[test]
fn the_typed_messages_are_exactly_the_files() {
    let in_files: BTreeMap<String, BTreeSet<String>> = messages(Language::English)
        .into_iter()
        .filter(|(_, (file, _))| file != "procedures.ftl")
        .map(|(key, (_, shape))| (key, shape.variables))
        .collect();
    let typed: BTreeMap<String, BTreeSet<String>> = Message::ALL
        .iter()
        .map(|(key, names)| {
            let names = names.iter().map(|name| (*name).to_owned()).collect();
            ((*key).to_owned(), names)
        })
        .collect();
    assert_eq!(typed, in_files);
}

#[test]
fn no_sentence_is_left_in_english() {
    let text = |language: Language, key: &str, file: &str| {
        let path = root().join("locales").join(language.code()).join(file);
        let whole = std::fs::read_to_string(path).unwrap();
        let start = whole.find(&format!("\n{key} =")).unwrap() + 1;
        let rest = &whole[start..];
        let lines = rest.lines().enumerate();
        let own: Vec<&str> = lines
            .take_while(|(index, line)| {
                *index == 0 || line.starts_with(' ') || line.starts_with('}')
            })
            .map(|(_, line)| line)
            .collect();
        own.join("\n")
    };
    // The same word in both languages.
    let alike = ["letter-watermark"];
    for (key, (file, _)) in messages(Language::English) {
        let english = text(Language::English, &key, &file);
        for language in [Language::Finnish, Language::Swedish] {
            if !alike.contains(&key.as_str()) {
                assert_ne!(english, text(language, &key, &file), "{key} {language:?}");
            }
        }
    }
}

#[test]
fn every_catalogue_entry_has_patient_words() {
    let catalogue = root().join("knowledge/procedures");
    let Ok(files) = std::fs::read_dir(&catalogue) else {
        println!("left out: 1 (no procedure catalogue here yet)");
        return;
    };
    let known = messages(Language::English);
    let missing: Vec<String> = files
        .map(|file| file.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "toml"))
        .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
        .filter(|id| !known.contains_key(&format!("procedure-{id}")))
        .collect();
    assert!(missing.is_empty(), "no patient words for {missing:?}");
}

#[test]
fn plural_and_variables_are_filled_without_marks() {
    let say = |language, hours| {
        let words = Words::of(language).unwrap();
        words.say(Message::AfterBedRestHours { hours }).unwrap()
    };
    assert_eq!(say(Language::English, 1), "You lie down for one hour.");
    assert_eq!(say(Language::English, 4), "You lie down for 4 hours.");
    assert_eq!(say(Language::Finnish, 1), "Makaat yhden tunnin.");
    assert_eq!(say(Language::Finnish, 4), "Makaat 4 tuntia.");
    assert_eq!(say(Language::Swedish, 1), "Du ligger ned i en timme.");
    assert_eq!(say(Language::Swedish, 4), "Du ligger ned i 4 timmar.");
}
