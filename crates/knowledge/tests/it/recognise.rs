//! Names and codes find their medicine.

use knowledge::medicine_index::MedicineRef;
use testkit::shipped_rules::rule_book;

fn named(written: &str) -> Vec<String> {
    let book = rule_book();
    book.index
        .by_name(written)
        .into_iter()
        .map(|found| match found {
            MedicineRef::Medicine(at, _) | MedicineRef::Group(at) => book.medicines[at].id.clone(),
            MedicineRef::Combination(at) => book.combinations[at].id.clone(),
            MedicineRef::WithoutRule(at) => book.without_rule.names[at].inn.clone(),
        })
        .collect()
}

#[test]
fn trade_names_salts_and_strengths_are_understood() {
    assert_eq!(named("Eliquis"), ["apixaban"]);
    assert_eq!(named("apixaban 5 mg tablet"), ["apixaban"]);
    assert_eq!(named("DABIGATRAN ETEXILATE"), ["dabigatran"]);
    assert_eq!(named("metoprolol succinate"), ["metoprolol"]);
}

#[test]
fn a_combination_is_one_medicine_and_two_medicines_are_two() {
    assert_eq!(named("metformin/sitagliptin"), ["metformin_sitagliptin"]);
    assert_eq!(
        named("acetylsalicylic acid and dipyridamole"),
        ["aspirin_dipyridamole"]
    );
    assert_eq!(
        named("clopidogrel + acetylsalicylic acid"),
        ["aspirin", "clopidogrel"]
    );
}

#[test]
fn a_part_of_a_word_is_not_a_name() {
    assert!(named("asathing").is_empty());
    assert!(named("").is_empty());
}

#[test]
fn every_name_and_every_trade_name_finds_its_own_medicine_and_no_other() {
    let book = rule_book();
    for medicine in &book.medicines {
        for member in &medicine.members {
            for name in member.names.iter().chain([&member.inn]) {
                assert_eq!(named(name), [medicine.id.as_str()], "{name}");
                assert_eq!(
                    named(&name.to_uppercase()),
                    [medicine.id.as_str()],
                    "{name}"
                );
            }
        }
    }
}

#[test]
fn two_medicines_in_one_name_are_both_found() {
    assert_eq!(named("apixaban, clopidogrel"), ["apixaban", "clopidogrel"]);
    assert_eq!(named("warfarin / ibuprofen"), ["ibuprofen", "warfarin"]);
}
