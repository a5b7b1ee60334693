//! Sentences 1 to 5: which row a medicine gets, and when only a team decides.

use crate::patient::{Asked, Patient, check, high, low};
use knowledge::medicine::Action;
use model::Gate;

const NOT_IDENTIFIED: [&str; 1] = ["medicine_not_identified"];

#[test]
fn sentence_01_every_medicine_has_exactly_one_row() {
    let patient = high()
        .takes("apixaban", "B01AF02", "5 mg", "08:00")
        .takes("Apixaban", "B01AF02", "5 mg", "20:00")
        .takes("apixaban", "", "5 mg", "20:00")
        .takes("amlodipine", "C08CA01", "5 mg", "08:00");
    let plan = patient.plan();
    let names: Vec<&str> = plan.medicines.iter().map(|row| row.inn.as_str()).collect();
    assert_eq!(names.len(), 2, "{names:?}");
    // The doses of all its lines count.
    let apixaban = plan
        .medicines
        .iter()
        .find(|row| row.inn.eq_ignore_ascii_case("apixaban"));
    assert_eq!(
        apixaban.unwrap().last_dose,
        Some(crate::patient::at("2027-02-07T20:00"))
    );
    assert_eq!(plan.row("amlodipine").action, Action::Continue);
}

#[test]
fn sentence_01_what_is_not_identified_is_asked() {
    for (inn, atc) in [
        ("zzyzx", ""),
        ("", "B01"),
        ("warfarin", "B01AF02"),
        ("amlodipine", "B01AF02"),
        ("clopidogrel + acetylsalicylic acid", ""),
        ("alteplase", "B01AD02"),
        ("", "B01AC99"),
        ("bromocriptine", "A10BX99"),
        ("", "A10BD99"),
    ] {
        for patient in [low(), high()] {
            let plan = patient.takes(inn, atc, "1", "08:00").plan();
            let row = &plan.medicines[0];
            assert_eq!(row.action, Action::DecisionRequired, "{inn} {atc}");
            assert_eq!(row.last_dose, None);
            assert_eq!(plan.reviews(), NOT_IDENTIFIED, "{inn} {atc}");
            assert_eq!(plan.gates(), (Gate::Review, Gate::Review));
        }
    }
    // A code that is whole and has no rule identifies the medicine.
    check(
        &high().takes("zzyzx", "C10AA05", "1", "08:00"),
        "zzyzx",
        Action::Continue,
        None,
    );
}

#[test]
fn sentence_01_an_nsaid_without_a_row_is_decided_in_the_high_class_only() {
    let takes = |patient: Patient| patient.takes("mefenamic acid", "M01AG01", "500 mg", "08:00");
    let plan = takes(high()).plan();
    assert_eq!(plan.row("mefenamic acid").action, Action::DecisionRequired);
    assert!(plan.reviews().is_empty());
    assert_eq!(plan.gates(), (Gate::Review, Gate::Review));
    check(&takes(low()), "mefenamic acid", Action::Continue, None);
}

#[test]
fn sentence_01_without_dose_times_no_date_is_made_up() {
    for (inn, atc) in [
        ("apixaban", "B01AF02"),
        ("warfarin", "B01AA03"),
        ("clopidogrel", "B01AC04"),
        ("ibuprofen", "M01AE01"),
        ("enoxaparin", "B01AB05"),
        ("ginkgo", "N06DX02"),
    ] {
        check(
            &high().takes(inn, atc, "40 mg", ""),
            inn,
            Action::DecisionRequired,
            None,
        );
        check(
            &high().takes(inn, atc, "40 mg", "evening"),
            inn,
            Action::DecisionRequired,
            None,
        );
    }
    check(
        &low().takes("apixaban", "B01AF02", "5 mg", ""),
        "apixaban",
        Action::Continue,
        None,
    );
    check(
        &high().takes("celecoxib", "M01AH01", "200 mg", ""),
        "celecoxib",
        Action::Continue,
        None,
    );
    check(
        &high()
            .sedated()
            .takes("empagliflozin", "A10BK03", "10 mg", ""),
        "empagliflozin",
        Action::DecisionRequired,
        None,
    );
}

#[test]
fn sentence_01_a_condition_that_is_not_in_the_list_is_a_review() {
    for name in [
        "hypertension",
        "vte_2027-02-31",
        "peripheral_stent_2020",
        "haemodialysis_mon_xyz",
    ] {
        assert_eq!(
            low().has(name).plan().reviews(),
            ["condition_not_identified"],
            "{name}"
        );
    }
    for name in [
        "copd",
        "vte_2020-02",
        "af_cha2ds2vasc_3",
        "on_ceftriaxone",
        "haemodialysis_mon_wed_fri",
    ] {
        assert!(low().has(name).plan().reviews().is_empty(), "{name}");
    }
}

#[test]
fn sentence_02_a_vitamin_k_antagonist_in_the_low_class_goes_by_its_inr() {
    let plan = |patient: Patient, inn: &str, atc: &str, inr: f64, taken: &str| {
        patient
            .planned_at("2027-02-10T08:00")
            .takes(inn, atc, "1", "18:00")
            .only("inr", inr, "{INR}", taken)
            .plan()
    };
    for (inn, atc) in [
        ("warfarin", "B01AA03"),
        ("acenocoumarol", "B01AA07"),
        ("phenprocoumon", "B01AA04"),
    ] {
        let row = |inr: f64, taken: &str| plan(low(), inn, atc, inr, taken).row(inn).action;
        assert_eq!(row(3.0, "2027-02-09T09:00"), Action::Continue, "{inn}");
        assert_eq!(row(3.01, "2027-02-09T09:00"), Action::Target);
        assert_eq!(row(2.0, "2027-02-09T08:59"), Action::Target, "too old");
        let leg = || Patient::for_procedure("femoropopliteal_angioplasty").modality("XA");
        for (artery, passes, fails) in [
            ("femoral", 1.79, 1.8),
            ("radial", 2.19, 2.2),
            ("brachial", 3.0, 3.01),
        ] {
            let row = |inr: f64| {
                let patient = leg().access(artery);
                plan(patient, inn, atc, inr, "2027-02-10T07:00")
                    .row(inn)
                    .action
            };
            assert_eq!(row(passes), Action::Continue, "{inn} {artery}");
            assert_eq!(row(fails), Action::Target, "{inn} {artery}");
        }
        // Without a word about it the usual artery is punctured: the femoral one.
        assert_eq!(
            plan(leg(), inn, atc, 1.8, "2027-02-10T07:00")
                .row(inn)
                .action,
            Action::Target
        );
    }
    let none = low()
        .without("inr")
        .takes("warfarin", "B01AA03", "5 mg", "18:00");
    check(&none, "warfarin", Action::Target, None);
}

#[test]
fn sentence_03_in_the_low_class_medicines_go_on() {
    for (inn, atc) in [
        ("tinzaparin", "B01AB10"),
        ("nadroparin", "B01AB06"),
        ("ticlopidine", "B01AC05"),
        ("dipyridamole", "B01AC07"),
        ("vorapaxar", "B01AC26"),
        ("apixaban", "B01AF02"),
        ("rivaroxaban", "B01AF01"),
        ("edoxaban", "B01AF03"),
        ("dabigatran etexilate", "B01AE07"),
        ("betrixaban", "B01AF04"),
    ] {
        for patient in [
            low().clearance(10.0),
            low().clearance(90.0),
            low().without("creatinine"),
        ] {
            let patient = patient.takes(inn, atc, "5 mg", "08:00");
            check(&patient, inn, Action::Continue, None);
            assert!(patient.plan().reviews().is_empty());
        }
    }
}

#[test]
fn sentence_03_a_row_without_a_restart_figure_prints_none_and_still_owes_the_restart() {
    for (inn, atc, dose) in [
        ("acenocoumarol", "B01AA07", "2 mg"),
        ("phenprocoumon", "B01AA04", "3 mg"),
        ("tinzaparin", "B01AB10", "4500 IU"),
        ("nadroparin", "B01AB06", "0.3 mL"),
        ("ticlopidine", "B01AC05", "250 mg"),
        ("dipyridamole", "B01AC07", "75 mg"),
        ("ibuprofen", "M01AE01", "400 mg"),
    ] {
        let patient = high()
            .appointment("2027-02-24T09:00")
            .takes(inn, atc, dose, "20:00");
        let plan = patient.plan();
        assert_eq!(plan.row(inn).action, Action::Hold, "{inn}");
        assert_eq!(plan.row(inn).restart_hours_after_end, None, "{inn}");
        assert_eq!(plan.obligations.len(), 1, "{inn}");
        assert_eq!(plan.obligations[0].restart_hours_after_end, None);
    }
    let plan = high()
        .takes("clopidogrel", "B01AC04", "75 mg", "08:00")
        .plan();
    assert_eq!(plan.obligations[0].restart_hours_after_end, Some(6));
}

#[test]
fn sentence_04_only_a_medicine_that_would_be_held_is_left_to_the_team() {
    // In the low class nobody is asked.
    let low_class = low()
        .has("acute_dvt")
        .takes("apixaban", "B01AF02", "5 mg", "08:00 20:00");
    check(&low_class, "apixaban", Action::Continue, None);
    assert!(low_class.plan().reviews().is_empty());
    // Neither about intended therapy, nor about a medicine that goes on by its own row.
    let stent = Patient::for_procedure("iliac_stent")
        .has("acs_2027-01-20")
        .takes("clopidogrel", "B01AC04", "75 mg", "08:00")
        .takes("cilostazol", "B01AC23", "100 mg", "08:00 20:00");
    assert!(stent.plan().reviews().is_empty());
    check(&stent, "clopidogrel", Action::Continue, None);
    check(&stent, "cilostazol", Action::Continue, None);
    let own_row =
        high()
            .has("acs_2027-01-20")
            .takes("cilostazol", "B01AC23", "100 mg", "08:00 20:00");
    assert!(own_row.plan().reviews().is_empty());
}

#[test]
fn sentence_04_every_true_condition_is_a_review_and_no_date_is_printed() {
    let both = high()
        .clearance(20.0)
        .has("acute_dvt")
        .has("antiphospholipid_syndrome")
        .takes("apixaban", "B01AF02", "5 mg", "08:00 20:00");
    check(&both, "apixaban", Action::MdtDecisionRequired, None);
    assert_eq!(
        both.plan().reviews(),
        [
            "antiphospholipid_or_severe_thrombophilia",
            "apixaban_crcl_below_30",
            "vte_within_3_months"
        ]
    );
    // Acetylsalicylic acid counts as would-be held whatever its indication: sentence 9 is not reached.
    let aspirin = high().has("coronary_des_2026-11-15").takes_for(
        "acetylsalicylic acid",
        "B01AC06",
        "75 mg",
        "08:00",
        "coronary_stent",
    );
    check(
        &aspirin,
        "acetylsalicylic acid",
        Action::MdtDecisionRequired,
        None,
    );
    assert_eq!(aspirin.plan().reviews(), ["coronary_des_within_6_months"]);
}

#[test]
fn sentence_04_intravenous_antiplatelets_belong_to_the_team_in_either_class() {
    for (inn, atc) in [
        ("cangrelor", "B01AC25"),
        ("abciximab", "B01AC13"),
        ("eptifibatide", "B01AC16"),
        ("tirofiban", "B01AC17"),
    ] {
        for patient in [low(), high(), Patient::for_procedure("iliac_stent")] {
            let patient = patient.takes(inn, atc, "iv", "continuous");
            check(&patient, inn, Action::MdtDecisionRequired, None);
            assert_eq!(patient.plan().reviews(), ["iv_antiplatelet_pci_window"]);
            assert_eq!(patient.plan().gates(), (Gate::Review, Gate::Review));
        }
    }
}

#[test]
fn sentence_05_which_doses_count_as_treatment() {
    let vte = |inn: &str, atc: &str, dose: &str, times: &str| {
        high()
            .has("vte_2027-01-20")
            .takes(inn, atc, dose, times)
            .plan()
            .row(inn)
            .action
    };
    let team = Action::MdtDecisionRequired;
    assert_eq!(vte("dalteparin", "B01AB04", "2500 IU", "20:00"), team);
    assert_eq!(vte("nadroparin", "B01AB06", "0.3 mL", "20:00"), team);
    assert_eq!(vte("fondaparinux", "B01AX05", "2.5 mg", "20:00"), team);
    assert_eq!(vte("tinzaparin", "B01AB10", "3500 IU", "20:00"), team);
    assert_eq!(vte("enoxaparin", "B01AB05", "80 mg", "08:00 20:00"), team);
    assert_eq!(vte("enoxaparin", "B01AB05", "a syringe", "20:00"), team);
    assert_eq!(vte("enoxaparin", "B01AB05", "40 mg", "20:00"), Action::Hold);
    assert_eq!(
        vte("enoxaparin", "B01AB05", "40 mg", "08:00 20:00"),
        Action::Hold
    );
    assert_eq!(
        vte("enoxaparin", "B01AB05", "40 mg", "06:00 14:00 22:00"),
        team
    );
    // 80 kg: half a milligram for each kilogram and day are 40 mg a day.
    assert_eq!(vte("enoxaparin", "B01AB05", "41 mg", "20:00"), team);
    // The hours of tinzaparin go by its own cut-off, 4500 units once a day.
    let last = |dose: &str, times: &str| {
        high()
            .takes("tinzaparin", "B01AB10", dose, times)
            .plan()
            .row("tinzaparin")
            .min_hours
    };
    assert_eq!(last("4500 IU", "20:00"), Some(12));
    assert_eq!(last("4501 IU", "20:00"), Some(24));
    assert_eq!(last("4500 IU", "08:00 20:00"), Some(24));
    assert_eq!(last("one syringe", "20:00"), Some(24));
}

#[test]
fn sentence_05_the_indication_alone_may_name_a_mechanical_valve() {
    for indication in ["mechanical_mitral_valve", "mechanical_heart_valve"] {
        for (inn, atc, times) in [
            ("warfarin", "B01AA03", "18:00"),
            ("heparin", "B01AB01", "continuous"),
        ] {
            let patient = high().takes_for(inn, atc, "1", times, indication);
            check(&patient, inn, Action::MdtDecisionRequired, None);
            assert_eq!(patient.plan().reviews(), ["mechanical_heart_valve"]);
        }
    }
    // The classes are the rows' own: no LMWH, no DOAC.
    let other =
        high()
            .has("mechanical_heart_valve")
            .takes("enoxaparin", "B01AB05", "80 mg", "08:00 20:00");
    assert!(other.plan().reviews().is_empty());
}
