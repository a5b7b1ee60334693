//! What follows a procedure: after-care out of the rules, and the dose in words.

use crate::plans;
use dose::explain::{BackgroundDays, Comparison, Explanation, Skin};
use dose::rules::levels::MilliSievert;
use jiff::civil::date;
use knowledge::RuleBook;
use letters::letter_words::Part;
use letters::patient_plan::*;
use letters::{Language, discharge_words, from_aftercare};
use model::RuleId;
use std::collections::BTreeMap;
use std::path::Path;

fn book() -> RuleBook {
    fn below(root: &Path, folder: &Path, files: &mut BTreeMap<String, String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                below(root, &path, files);
            } else if path.extension().is_some_and(|end| end == "toml") {
                let name = path.strip_prefix(root).unwrap().display().to_string();
                files.insert(name, std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../knowledge");
    let mut files = BTreeMap::new();
    below(&root, &root, &mut files);
    RuleBook::load(files).unwrap()
}

#[test]
fn of_two_rules_the_longer_time_counts_and_both_must_be_approved() {
    let book = book();
    let rules = book.aftercare(&["iliac_stent"], Some("femoral"), true);
    let driving = |care: &AfterCare| {
        care.steps
            .iter()
            .find(|step| matches!(step.value, AfterStep::NoDrivingHours(_)))
            .cloned()
            .unwrap()
    };
    // 48 hours after the groin, 24 after a calming medicine.
    let all = from_aftercare(&rules, &|_| true);
    assert_eq!(
        driving(&all),
        Ruled::approved(AfterStep::NoDrivingHours(48))
    );
    let one = from_aftercare(&rules, &|rule| rule == "aftercare/after_sedation");
    assert_eq!(
        driving(&one),
        Ruled::not_approved(AfterStep::NoDrivingHours(48)),
        "24 hours alone would be too short"
    );
}

#[test]
fn every_shipped_rule_becomes_sentences() {
    let book = book();
    for id in book.procedures.keys() {
        let rules = book.aftercare(&[id], None, true);
        let care = from_aftercare(&rules, &|_| true);
        let steps: usize = rules
            .iter()
            .flat_map(|rule| rule.steps.iter().map(|step| step.what))
            .collect::<std::collections::BTreeSet<_>>()
            .len();
        let lies = care
            .steps
            .iter()
            .any(|step| matches!(step.value, AfterStep::BedRestHours(_)));
        let both = lies && rules.iter().any(|rule| rule.id == "superficial_puncture");
        assert_eq!(care.steps.len() + usize::from(both), steps, "{id}");
        for language in Language::ALL {
            let mut input = plans::discharge(*language);
            input.aftercare = care.clone();
            assert!(discharge_words(&input).is_ok(), "{id}");
        }
    }
}

fn dose_lines(told: DoseTold, language: Language) -> Vec<String> {
    let mut input = plans::discharge(language);
    input.dose = Some(told);
    let parts = discharge_words(&input).unwrap().parts;
    parts
        .into_iter()
        .filter_map(|part| match part {
            Part::Section(section) => Some(section),
            Part::Alarm(_) | Part::Table { .. } | Part::Calls(_) => None,
        })
        .next_back()
        .unwrap()
        .lines
}

fn about(dose: f64, days: f64) -> DoseTold {
    DoseTold::Reported(Explanation {
        comparison: Comparison::Background {
            dose: MilliSievert(dose),
            days: BackgroundDays(days),
            factor: RuleId::new("lower_limb_arteriography").unwrap(),
        },
        skin: Skin::NothingExpected,
    })
}

#[test]
fn the_dose_is_a_number_of_days_and_says_what_it_is_not() {
    assert_eq!(
        dose_lines(about(7.0, 500.0), Language::English),
        [
            "The X-ray pictures helped the doctor to find the right place.",
            "Your dose was about 7 millisieverts.",
            "That is like 500 days of natural background radiation.",
            "The dose depends on the place and on how long it takes.",
            "This is a comparison. It does not say what will happen to you.",
            "Do you worry about X-rays? Ask your doctor or us.",
            "We expect no mark on your skin.",
        ]
    );
    let finnish = dose_lines(about(0.3, 20.0), Language::Finnish).join(" ");
    assert!(finnish.contains("noin 0,3 millisievertiä") && finnish.contains("20 päivän"));
    let swedish = dose_lines(about(0.02, 1.0), Language::Swedish).join(" ");
    assert!(swedish.contains("0,02 millisievert") && swedish.contains("en dag"));
    let little = dose_lines(about(0.003, 0.2), Language::English).join(" ");
    assert!(little.contains("less than one day"), "{little}");
}

#[test]
fn the_skin_goes_before_a_number_of_days() {
    let told = DoseTold::Reported(Explanation {
        comparison: Comparison::SkinMatters,
        skin: Skin::Watch {
            band: "a2".to_owned(),
            until: date(2027, 5, 6),
            prompt: vec!["passing_redness".to_owned()],
            early: vec!["hair_loss".to_owned()],
            midterm: vec!["hair_recovers".to_owned()],
        },
    });
    assert_eq!(
        dose_lines(told, Language::English)[1..],
        [
            "Your skin got more X-rays than usual in one place.",
            "Look at your back and sides until Thursday 6 May 2027.",
            "Look for a red patch.",
            "Look for a place where hair falls out.",
            "Do you see this? Call us: 000 000 001.",
            "Tell any doctor who sees it that you had X-ray treatment there.",
        ]
    );
    let unknown = DoseTold::Reported(Explanation {
        comparison: Comparison::AskUs,
        skin: Skin::WatchWithoutMap {
            until: date(2027, 5, 6),
        },
    });
    let lines = dose_lines(unknown, Language::English).join(" ");
    assert!(
        lines.contains("does not heal") && !lines.contains("millisievert"),
        "{lines}"
    );
}

#[test]
fn without_a_report_or_a_rule_the_patient_asks() {
    for language in Language::ALL {
        let lines = dose_lines(DoseTold::NotReported, *language);
        assert!(
            lines[1].contains("000 000 001") && lines.len() == 2,
            "{lines:?}"
        );
        let none = dose_lines(DoseTold::NoXRays, *language);
        assert_eq!(none.len(), 1);
    }
}

#[test]
fn every_key_of_the_skin_table_is_a_sign_or_gets_better() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../knowledge/dose/skin_levels.toml");
    let text = std::fs::read_to_string(path).unwrap();
    let known = [
        "passing_redness",
        "redness",
        "hair_loss",
        "hair_recovers",
        "recovery",
        "lasting_redness_possible",
        "permanent_hair_loss_possible",
        "permanent_hair_loss",
        "long_redness",
        "peeling_possible",
        "moist_peeling",
        "swelling_possible",
        "ulcer_possible",
        "thin_skin",
        "surgery_likely",
    ];
    for line in text.lines().filter(|line| {
        ["prompt =", "early =", "midterm ="]
            .iter()
            .any(|start| line.starts_with(start))
    }) {
        for key in line.split('"').skip(1).step_by(2) {
            assert!(known.contains(&key), "{key} is new: which sign is it?");
        }
    }
}
