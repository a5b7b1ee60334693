//! A site's overlay and its signatures.

use jiff::civil::date;
use knowledge::{Origin, RuleBook};
use testkit::shipped_rules::{files, rule_book};

fn approval(rule: &str, hash: &str) -> (String, String) {
    let text = format!(
        "[[approval]]\nrule = \"{rule}\"\nsha256 = \"{hash}\"\nname = \"A. Physician\"\nrole = \"radiologist\"\ndate = 2026-12-01\ndue = 2027-12-01\n"
    );
    ("approvals/one.toml".to_owned(), text)
}

#[test]
fn an_approval_with_the_right_hash_counts_until_its_due_day() {
    let hash = &rule_book().states["medicines/apixaban"].hash;
    let book = RuleBook::load_with_site(files(), [approval("medicines/apixaban", hash)])
        .expect("the approval fits");
    assert!(book.is_approved("medicines/apixaban", date(2027, 12, 1)));
    assert!(!book.is_approved("medicines/apixaban", date(2027, 12, 2)));
    assert!(!book.is_approved("medicines/apixaban", date(2026, 11, 30)));
    assert!(!book.is_approved("medicines/warfarin", date(2027, 1, 1)));
    assert_eq!(book.counts().approved_rules, 1);
}

#[test]
fn an_approval_whose_hash_does_not_fit_is_refused() {
    let flaws = RuleBook::load_with_site(files(), [approval("medicines/apixaban", "00")])
        .expect_err("the hash is wrong");
    assert!(flaws[0].what.contains("does not fit"), "{flaws:?}");
    assert_eq!(flaws[0].line, 2);
}

#[test]
fn an_approval_of_nothing_and_a_shipped_approval_are_refused() {
    let flaws = RuleBook::load_with_site(files(), [approval("medicines/none", "00")]).unwrap_err();
    assert!(flaws[0].what.contains("no rule"), "{flaws:?}");
    let hash = &rule_book().states["medicines/apixaban"].hash;
    let mut shipped = files();
    shipped.push(approval("medicines/apixaban", hash));
    assert!(RuleBook::load(shipped).is_err());
}

#[test]
fn a_site_file_replaces_the_shipped_one_and_counts_as_local() {
    let path = "medicines/clopidogrel.toml";
    let (_, text) = files().into_iter().find(|(name, _)| name == path).unwrap();
    let local = text.replace("hold_days = 5", "hold_days = 7");
    let hash = rule_book().states["medicines/clopidogrel"].hash.clone();
    let book = RuleBook::load_with_site(files(), [(path.to_owned(), local)]).unwrap();
    let state = &book.states["medicines/clopidogrel"];
    assert_eq!(state.origin, Origin::Local);
    assert_ne!(state.hash, hash, "the old approval would not fit any more");
    let days = book
        .medicines
        .iter()
        .find(|medicine| medicine.id == "clopidogrel")
        .and_then(|medicine| medicine.rows[0].rules[1].get_ref().hold_days);
    assert_eq!(days, Some(7));
}
