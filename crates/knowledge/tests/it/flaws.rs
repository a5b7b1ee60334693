//! A flaw in any file stops the load and says where.

use knowledge::{Flaw, RuleBook};
use testkit::shipped_rules::files;

/// The flaws after one replacement in one file.
fn flaws_after(path: &str, from: &str, to: &str) -> Vec<Flaw> {
    let mut changed = files();
    let file = changed
        .iter_mut()
        .find(|(name, _)| name == path)
        .expect(path);
    assert!(file.1.contains(from), "{path} holds no {from}");
    file.1 = file.1.replacen(from, to, 1);
    RuleBook::load(changed).expect_err("the flaw is noticed")
}

fn check(path: &str, from: &str, to: &str, word: &str) {
    let flaws = flaws_after(path, from, to);
    let said = flaws
        .iter()
        .any(|flaw| flaw.file == path && flaw.what.contains(word));
    assert!(said, "{word} not said: {flaws:?}");
}

#[test]
fn a_gap_between_bands_is_noticed_with_its_line() {
    let flaws = flaws_after(
        "medicines/apixaban.toml",
        "crcl_from = 50.0",
        "crcl_from = 51.0",
    );
    assert_eq!(flaws.len(), 1, "{flaws:?}");
    assert!(
        flaws[0].what.contains("no band from 50 up to 51"),
        "{flaws:?}"
    );
    assert!(flaws[0].line > 10);
}

#[test]
fn an_overlap_of_bands_is_noticed() {
    check(
        "medicines/apixaban.toml",
        "crcl_from = 50.0",
        "crcl_from = 49.0",
        "overlaps",
    );
}

#[test]
fn bands_that_end_or_begin_too_early_are_noticed() {
    check(
        "medicines/edoxaban.toml",
        "crcl_from = 15.0",
        "crcl_from = 15.0\ncrcl_below = 90.0",
        "upwards",
    );
    check(
        "medicines/edoxaban.toml",
        "crcl_below = 15.0",
        "crcl_from = 5.0\ncrcl_below = 15.0",
        "up to 5",
    );
}

#[test]
fn a_class_without_a_rule_is_noticed() {
    check(
        "medicines/prasugrel.toml",
        "bleeding_class = \"low\"",
        "bleeding_class = \"high\"",
        "no rule for low",
    );
}

#[test]
fn reviewed_is_refused_in_a_shipped_file() {
    check(
        "medicines/warfarin.toml",
        "status = \"secondary\"",
        "status = \"reviewed\"",
        "approval is the site's",
    );
}

#[test]
fn an_unknown_source_a_wrong_id_and_an_unknown_key_are_noticed() {
    check(
        "medicines/warfarin.toml",
        "SIR2019_TRANSCRIPT\"",
        "NOBODY\"",
        "NOBODY",
    );
    check(
        "medicines/warfarin.toml",
        "id = \"warfarin\"",
        "id = \"other\"",
        "file name",
    );
    check(
        "medicines/warfarin.toml",
        "hold_days = 5",
        "hold_dayz = 5",
        "hold_dayz",
    );
}

#[test]
fn a_missing_figure_and_a_missing_file_are_noticed() {
    check(
        "policy.toml",
        "id = \"near_boundary\"",
        "id = \"nearly\"",
        "near_boundary",
    );
    let without: Vec<_> = files()
        .into_iter()
        .filter(|(path, _)| path != "laboratory/requests/doac_kidney.toml")
        .collect();
    let flaws = RuleBook::load(without).expect_err("a request is missing");
    assert!(
        flaws.iter().any(|flaw| flaw.file.contains("doac_kidney")),
        "{flaws:?}"
    );
}

#[test]
fn two_medicines_with_one_name_are_noticed() {
    check(
        "medicines/edoxaban.toml",
        "\"Lixiana\"",
        "\"Eliquis\"",
        "claimed twice",
    );
}

#[test]
fn a_limit_in_a_foreign_unit_is_noticed() {
    check(
        "laboratory/analytes/fibrinogen.toml",
        "value = 100.0\nunit = \"mg/dL\"",
        "value = 100.0\nunit = \"kg\"",
        "kg",
    );
}
