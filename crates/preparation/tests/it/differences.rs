//! Two plans, two rule books, one rule: what the other doors are told.

use jiff::civil::date;
use jiff::tz::TimeZone;
use knowledge::RuleBook;
use model::{BleedingClass, ProcedureId, Sex, Urgency};
use preparation::difference::{Part, difference, lines};
use preparation::inr_alone::{AnticoagulantInr, anticoagulant_inr};
use preparation::rules_compared::compare_rules;
use preparation::{
    BookedProcedure, Booking, Facts, LabResult, MedicineTaken, ResultValue, StatedAge, plan,
};
use testkit::shipped_rules::{files, rule_book};

fn takes(inn: &str, times: &[&str]) -> Facts {
    Facts {
        age: StatedAge::Years(60.0),
        sex: Sex::Male,
        medicines: vec![MedicineTaken {
            inn: inn.to_owned(),
            times: times.iter().map(|time| (*time).to_owned()).collect(),
            ..MedicineTaken::default()
        }],
        ..Facts::default()
    }
}

fn booking(procedure: &str) -> Booking {
    Booking {
        procedures: vec![BookedProcedure {
            id: ProcedureId::new(procedure).unwrap(),
            modality: Vec::new(),
            anaesthesia: None,
            access: None,
            sheath: None,
            contrast: None,
        }],
        appointment: date(2027, 2, 22).at(9, 0, 0, 0),
        urgency: Urgency::Elective,
    }
}

#[test]
fn a_changed_figure_is_told_with_its_rule_and_only_to_whom_it_concerns() {
    let edited = files().into_iter().map(|(path, text)| {
        let is_it = path == "medicines/clopidogrel.toml";
        let longer = text.replace("hold_days = 5", "hold_days = 7");
        (path, if is_it { longer } else { text })
    });
    let new = RuleBook::load(edited).unwrap();
    let (as_of, zone) = (date(2027, 2, 10).at(9, 0, 0, 0), TimeZone::UTC);
    let check = |inn: &str, procedure: &str| {
        let facts = takes(inn, &["08:00"]);
        compare_rules(
            &facts,
            &booking(procedure),
            (rule_book(), &new),
            as_of,
            &zone,
        )
        .unwrap()
    };
    let found = check("clopidogrel", "kidney_native_biopsy").unwrap();
    let [line] = found.lines.as_slice() else {
        panic!("{found:?}")
    };
    assert_eq!(
        (line.part, line.subject.as_str()),
        (Part::Medicine, "clopidogrel")
    );
    assert!(
        line.before.as_ref().unwrap().contains("Tue 16 Feb 2027"),
        "{line:?}"
    );
    assert!(
        line.after.as_ref().unwrap().contains("Sun 14 Feb 2027"),
        "{line:?}"
    );
    let rules: Vec<&str> = found.rules.iter().map(|rule| rule.rule.as_str()).collect();
    assert_eq!(rules, ["medicines/clopidogrel"]);
    assert_ne!(found.rules[0].before, found.rules[0].after);
    assert_eq!(
        check("clopidogrel", "thyroid_fna"),
        None,
        "goes on in the low class"
    );
    assert_eq!(check("warfarin", "kidney_native_biopsy"), None);
}

#[test]
fn the_same_plan_an_hour_later_says_the_same() {
    let zone = TimeZone::UTC;
    let facts = takes("clopidogrel", &["08:00"]);
    let said = |hour: i8| {
        let as_of = date(2027, 2, 10).at(hour, 0, 0, 0);
        let plan = plan(
            &facts,
            &booking("kidney_native_biopsy"),
            rule_book(),
            as_of,
            &zone,
        );
        lines(&plan.unwrap(), as_of)
    };
    let changed = difference(&said(9), &said(10));
    assert!(changed.is_empty(), "{changed:?}");
    assert!(
        said(9).iter().any(|line| line.says.starts_with("now to")),
        "{:?}",
        said(9)
    );
}

#[test]
fn one_rule_alone_recognises_and_compares_as_the_plan_does() {
    let check = |inn: &str, atc: &str, value: f64, unit: &str, expected: AnticoagulantInr| {
        let medicines = [MedicineTaken {
            inn: inn.to_owned(),
            atc: atc.to_owned(),
            ..MedicineTaken::default()
        }];
        let inr = LabResult {
            analyte: "inr".to_owned(),
            value: ResultValue::Number(value),
            unit: unit.to_owned(),
            taken_at: None,
        };
        let got = anticoagulant_inr(&medicines, &inr, BleedingClass::High, rule_book());
        assert_eq!(got, expected, "{inn} {atc} {value} {unit}");
    };
    check("warfarin", "", 1.8, "{INR}", AnticoagulantInr::Meets);
    check("warfarin", "", 1.81, "", AnticoagulantInr::AboveLimit);
    check(
        "Warfarin 5 mg tablet",
        "",
        3.0,
        "1",
        AnticoagulantInr::AboveLimit,
    );
    check("", "B01AF02", 3.0, "", AnticoagulantInr::AboveLimit);
    check(
        "aspirin",
        "B01AC06",
        3.0,
        "",
        AnticoagulantInr::NoAnticoagulant,
    );
    check(
        "paracetamol",
        "",
        3.0,
        "",
        AnticoagulantInr::NoAnticoagulant,
    );
    check("warfarin", "", 30.0, "", AnticoagulantInr::NotUsable);
    check("warfarin", "", 3.0, "mg/L", AnticoagulantInr::NotUsable);
}
