//! What the shipped folder holds.

use model::BleedingClass;
use testkit::shipped_rules::{files, rule_book};

#[test]
fn the_whole_catalogue_and_every_medicine_are_there() {
    let book = rule_book();
    assert_eq!(book.procedures.len(), 95);
    let count = |class| {
        book.procedures
            .values()
            .filter(|procedure| procedure.bleeding.class == class)
            .count()
    };
    assert_eq!(
        (count(BleedingClass::Low), count(BleedingClass::High)),
        (49, 46)
    );
    // Antithrombotics, NSAIDs, supplements and the groups of diabetes.
    assert_eq!(book.combinations.len(), 28);
    assert_eq!(book.medicines.len(), 54);
    assert_eq!(book.team.len(), 12);
    assert_eq!(book.local_anaesthetics.len(), 9);
    assert_eq!(book.antibiotic_groups.len(), 21);
}

#[test]
fn no_shipped_figure_is_approved() {
    let counts = rule_book().counts();
    assert_eq!(counts.approved_rules, 0);
    assert!(counts.recalled > 0 && counts.secondary > 0);
    for (path, text) in files() {
        assert!(!text.contains("\"reviewed\""), "{path}");
    }
}

#[test]
fn every_source_is_named_with_how_much_of_it_was_read() {
    for source in rule_book().sources.values() {
        assert!(
            !source.read.is_empty() && !source.citation.is_empty(),
            "{}",
            source.key
        );
    }
}

#[test]
fn after_care_follows_the_procedure_its_access_and_sedation() {
    let book = rule_book();
    let names = |procedures: &[&str], access, sedated| -> Vec<String> {
        book.aftercare(procedures, access, sedated)
            .into_iter()
            .map(|rule| rule.id.clone())
            .collect()
    };
    assert_eq!(
        names(&["liver_lesion_biopsy"], None, false),
        ["liver_biopsy"]
    );
    assert_eq!(
        names(&["liver_lesion_biopsy"], None, true),
        ["after_sedation", "liver_biopsy"]
    );
    // The catalogue's usual access, when nobody said another.
    assert_eq!(
        names(&["iliac_stent"], None, false),
        ["femoral_puncture", "stent_in_vessel", "widened_leg_artery"]
    );
    assert_eq!(
        names(&["iliac_stent"], Some("radial"), false),
        ["radial_puncture", "stent_in_vessel", "widened_leg_artery"]
    );
    assert_eq!(
        names(&["thyroid_fna"], None, false),
        ["neck_puncture", "superficial_puncture"]
    );
    assert!(
        names(&["evar"], None, false).is_empty(),
        "nothing known is nothing said"
    );
}
