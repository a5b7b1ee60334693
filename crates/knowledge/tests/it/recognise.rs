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
