//! The templates of the patient's door hold no sentence of their own: every word comes from `locales/`.

use std::path::{Path, PathBuf};

fn templates() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    let mut found: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("the templates")
        .map(|entry| entry.expect("a file").path())
        .filter(|path| {
            path.file_name()
                .and_then(|name| name.to_str())
                .is_some_and(|name| name.starts_with("patient_") || name == "icons.html")
        })
        .collect();
    found.sort();
    found
}

/// The text without what stands between two marks, both of them included.
fn without(text: &str, open: &str, close: &str) -> String {
    let mut kept = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(open) {
        kept.push_str(before);
        rest = after.split_once(close).map_or("", |(_, rest)| rest);
    }
    kept.push_str(rest);
    kept
}

/// Everything that a reader would see or hear and that no value filled in: text between tags, and the attributes
/// that are read out.
fn own_words(template: &str) -> Vec<String> {
    let fixed = without(&without(template, "{#", "#}"), "{%", "%}");
    let fixed = without(&fixed, "{{", "}}");
    let mut found = Vec::new();
    let mut rest = fixed.as_str();
    while let Some((text, after)) = rest.split_once('<') {
        found.push(text.to_owned());
        let (tag, beyond) = after.split_once('>').unwrap_or((after, ""));
        for name in [
            "aria-label",
            "alt",
            "title",
            "placeholder",
            "aria-description",
        ] {
            if let Some((_, value)) = tag.split_once(&format!(" {name}=\"")) {
                found.extend(value.split('"').next().map(str::to_owned));
            }
        }
        rest = beyond;
    }
    found.push(rest.to_owned());
    found.retain(|text| text.chars().any(char::is_alphabetic));
    found
}

#[test]
fn no_template_of_the_patients_door_holds_a_sentence() {
    let templates = templates();
    assert!(templates.len() >= 5, "{templates:?}");
    for path in templates {
        let text = std::fs::read_to_string(&path).expect("a template");
        let own = own_words(&text);
        assert!(own.is_empty(), "{}: {own:?}", path.display());
    }
}

#[test]
fn the_search_itself_finds_words() {
    let found = own_words("{% if x %}<p title=\"Two\">{{ a }} One</p>{% endif %}<br>{# Three #}");
    assert_eq!(found, ["Two", " One"]);
    assert!(own_words("<p class=\"big\">{{ \"quoted\" }}: 12 &amp;</p>").len() == 1);
}
