//! Sentences 28 to 30: escort, local anaesthetics, fasting of adults and children.

use crate::patient::{Asked, Patient, high, low};
use model::Gate;
use preparation::{Answer, Plan};

#[test]
fn sentence_28_a_sedated_adult_outpatient_needs_somebody_to_go_home_with() {
    for answer in [Answer::NotAsked, Answer::Unknown, Answer::Known(false)] {
        for depth in ["moderate_sedation", "ga"] {
            let patient = low().anaesthesia(depth).companion(answer);
            let plan = patient.plan();
            assert_eq!(plan.blockers(), ["no_escort"], "{answer:?}");
            assert_eq!(
                plan.gates(),
                (Gate::Blocked, Gate::Blocked),
                "no task lifts it"
            );
            assert!(patient.clone().inpatient().plan().blockers().is_empty());
            assert!(patient.clone().age(17.9).plan().blockers().is_empty());
            assert_eq!(patient.clone().age(18.0).plan().blockers(), ["no_escort"]);
            assert_eq!(patient.age_unknown().plan().blockers(), ["no_escort"]);
        }
        assert!(low().companion(answer).plan().blockers().is_empty());
        assert!(
            low()
                .anaesthesia("none")
                .companion(answer)
                .plan()
                .blockers()
                .is_empty()
        );
    }
    assert!(low().sedated().plan().blockers().is_empty());
}

#[test]
fn sentence_29_an_ester_and_an_amide_leave_no_local_anaesthetic() {
    let ester = |patient: Patient| patient.allergy("local_anaesthetic_ester", "procaine", "", "");
    let amide = |patient: Patient| patient.allergy("local_anaesthetic_amide", "lidocaine", "", "");
    for depth in ["local", "none", "moderate_sedation"] {
        let both = ester(amide(low().anaesthesia(depth)));
        assert_eq!(both.plan().blockers(), ["allergy_all_local_anaesthetics"]);
        assert_eq!(both.plan().gates().1, Gate::Blocked);
        assert!(ester(low().anaesthesia(depth)).plan().blockers().is_empty());
        assert!(amide(low().anaesthesia(depth)).plan().blockers().is_empty());
    }
    assert!(
        ester(amide(low().anaesthesia("ga")))
            .plan()
            .blockers()
            .is_empty()
    );
}

/// Food and clock time of each limit.
fn limits(plan: &Plan) -> Vec<(String, String)> {
    let mut limits: Vec<(String, String)> = plan
        .fasting
        .limits
        .iter()
        .map(|limit| {
            (
                limit.food.clone(),
                limit.until.strftime("%d %H:%M").to_string(),
            )
        })
        .collect();
    limits.sort();
    limits
}

fn check(patient: &Patient, expected: &[(&str, &str)]) {
    let got = limits(&patient.plan());
    let got: Vec<(&str, &str)> = got
        .iter()
        .map(|(food, at)| (food.as_str(), at.as_str()))
        .collect();
    assert_eq!(got, expected, "{:?}", patient.facts.age);
}

const ADULT: [(&str, &str); 3] = [
    ("clear_liquid", "10 07:00"),
    ("fatty_meal", "10 01:00"),
    ("light_meal", "10 03:00"),
];
const CHILD: [(&str, &str); 4] = [
    ("alternative_asa_clear_liquid", "10 07:00"),
    ("clear_liquid", "10 08:00"),
    ("light_breakfast", "10 05:00"),
    ("solids", "10 03:00"),
];
const SMALL: [(&str, &str); 6] = [
    ("alternative_asa_clear_liquid", "10 07:00"),
    ("breast_milk", "10 06:00"),
    ("clear_liquid", "10 08:00"),
    ("infant_formula", "10 05:00"),
    ("light_breakfast", "10 05:00"),
    ("solids", "10 03:00"),
];

#[test]
fn sentence_30_children_fast_by_their_own_table() {
    let aged = |years: f64| low().sedated().age(years);
    check(&aged(16.0), &ADULT);
    check(&aged(15.99), &CHILD);
    check(&aged(2.0), &CHILD);
    check(&aged(1.99), &SMALL);
    check(&aged(0.1), &SMALL);
    check(&low().sedated().age_unknown(), &ADULT);
    assert_eq!(aged(30.0).plan().fasting.scheme, "ASA2017_2023");
    assert_eq!(aged(8.0).plan().fasting.scheme, "ESAIC2022");
}

#[test]
fn sentence_30_no_fasting_in_an_emergency_and_under_local_anaesthesia() {
    for depth in ["local", "none", "moderate_sedation", "ga"] {
        let plan = low().anaesthesia(depth).emergency().plan();
        assert_eq!(plan.fasting.scheme, "not_applied", "{depth}");
        assert!(plan.fasting.limits.is_empty());
    }
    for depth in ["local", "none"] {
        let plan = low().anaesthesia(depth).plan();
        assert_eq!(plan.fasting.scheme, "none");
        assert!(plan.fasting.limits.is_empty());
    }
}

#[test]
fn the_class_follows_the_sheath_of_an_arterial_puncture() {
    use model::BleedingClass::{High, Low};
    let class = |id: &str, french: f64| {
        Patient::for_procedure(id)
            .sheath(french)
            .plan()
            .bleeding_class
    };
    assert_eq!(class("femoropopliteal_angioplasty", 7.0), Low);
    assert_eq!(class("femoropopliteal_angioplasty", 7.1), High);
    assert_eq!(
        class("iliac_stent", 5.0),
        High,
        "never lower than the catalogue"
    );
    assert_eq!(class("venography_extremity", 9.0), Low, "no artery");
    let warned = |french: f64| {
        let plan = Patient::for_procedure("tace").sheath(french).plan();
        plan.warns("sheath_class_gap_6_7F")
    };
    assert_eq!(
        [5.0, 5.9, 6.0, 7.0, 7.1].map(warned),
        [false, false, true, true, false]
    );
}

#[test]
fn sentence_30_anaesthesia_that_was_not_said_is_the_deepest_of_the_catalogue() {
    let said = |id: &str| Patient::for_procedure(id).anaesthesia_not_said();
    // local and moderate sedation; local only; sedation, local and general.
    check(&said("kidney_native_biopsy"), &ADULT);
    check(&said("paracentesis"), &[]);
    check(&said("biliary_stent"), &ADULT);
    let all = said("prostate_biopsy_transperineal")
        .allergy("local_anaesthetic_ester", "procaine", "", "")
        .allergy("local_anaesthetic_amide", "lidocaine", "", "");
    assert!(all.plan().blockers().is_empty(), "general counts");
    // Said is said, whatever the catalogue lists.
    check(&high().anaesthesia("local"), &[]);
}

#[test]
fn no_penicillin_after_any_reaction_to_penicillin() {
    // The first choice there is ampicillin with sulbactam.
    let tace = |severity: &str| {
        let patient =
            Patient::for_procedure("tace").allergy("penicillin", "amoxicillin", "rash", severity);
        patient.plan().antibiotic
    };
    for severity in ["mild", "moderate", "severe", ""] {
        assert!(!tace(severity).contains("ampicillin"), "{}", tace(severity));
        assert!(tace(severity).contains("penicillin allergy"));
    }
    // After a mild one a cephalosporin may be given, after others the alternative.
    let drain = |severity: &str| {
        let patient = Patient::for_procedure("nephrostomy").allergy(
            "penicillin",
            "amoxicillin",
            "rash",
            severity,
        );
        patient.plan().antibiotic
    };
    assert!(drain("mild").contains("ceftriaxone"));
    assert!(!drain("").contains("ceftriaxone") && !drain("severe").contains("ceftriaxone"));
}

#[test]
fn a_heavy_patient_gets_local_anaesthetic_for_the_ideal_weight() {
    let plain = |patient: Patient| {
        let plan = patient.plan();
        let lidocaine = plan
            .local_anaesthetics
            .iter()
            .find(|one| one.inn == "lidocaine");
        lidocaine.unwrap().plain.unwrap().0
    };
    // 160 cm: a man's ideal weight is 56.9 kg; 76.8 kg are a body mass index of exactly 30. 3 mg for each kilogram.
    let ideal = 3.0 * (50.0 + 0.9055 * (160.0 - 152.4));
    assert!((plain(low().weight(76.9).height(160.0)) - ideal).abs() < 0.01);
    assert!((plain(low().weight(60.0).height(160.0)) - 180.0).abs() < 0.01);
    assert!(
        (plain(low().weight(90.0)) - 200.0).abs() < 0.01,
        "never above the cap"
    );
    // So short that the formula gives nothing: the real weight.
    assert!((plain(low().weight(40.0).height(60.0)) - 120.0).abs() < 0.01);
    assert!(low().weight_unknown().plan().local_anaesthetics.is_empty());
}

#[test]
fn the_very_young_and_the_old_get_less_local_anaesthetic() {
    let less = |age: f64| {
        low()
            .age(age)
            .plan()
            .warns("local_anaesthetic_reduce_30_percent")
    };
    assert_eq!(
        [0.1, 0.49, 0.5, 69.9, 70.0, 90.0].map(less),
        [true, true, false, false, true, true]
    );
    assert!(
        !low()
            .age_unknown()
            .plan()
            .warns("local_anaesthetic_reduce_30_percent")
    );
}

#[test]
fn an_age_that_cannot_be_true_is_unknown() {
    let known = |age: f64| low().age(age).plan().egfr.is_some();
    assert_eq!(
        [-1.0, f64::NAN, f64::INFINITY, 150.0, 149.0].map(known),
        [false, false, false, false, true]
    );
}
