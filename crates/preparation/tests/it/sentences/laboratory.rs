//! Sentences 18 to 24: how old a value may be, which fail, and which are asked for.

use crate::patient::{Asked, Patient, at, high, low};
use knowledge::medicine::Action;
use model::Gate;

const BLOCKED_THEN_READY: (Gate, Gate) = (Gate::Blocked, Gate::Ready);

fn warfarin(patient: Patient) -> Patient {
    patient.takes("warfarin", "B01AA03", "5 mg", "18:00")
}

fn apixaban(patient: Patient) -> Patient {
    patient.takes("apixaban", "B01AF02", "5 mg", "08:00 20:00")
}

#[test]
fn sentence_18_days_are_calendar_dates_and_the_limit_counts() {
    for (patient, valid, too_old) in [
        (high(), "2027-01-11T00:00", "2027-01-10T23:59"),
        (high().inpatient(), "2027-02-03T00:00", "2027-02-02T23:59"),
        (
            high().has("ovarian_cancer_on_therapy"),
            "2027-02-03T00:00",
            "2027-02-02T23:59",
        ),
    ] {
        let patient = patient.planned_at("2027-02-05T09:00");
        let due = |taken: &str| {
            let mut patient = patient.clone();
            for analyte in ["inr", "platelets"] {
                patient = patient.without(analyte);
            }
            let patient = patient
                .lab("inr", 1.0, "{INR}", taken)
                .lab("platelets", 200.0, "10*9/L", taken)
                .only("hb", 140.0, "g/L", taken);
            patient.plan().labs().len()
        };
        assert_eq!((due(valid), due(too_old)), (0, 3), "{valid}");
    }
}

#[test]
fn sentence_18_hours_are_elapsed_time() {
    let tips = |taken: &str| {
        let patient = Patient::for_procedure("tips").planned_at("2027-02-09T08:00");
        patient.lab_word("group_and_screen", "taken", taken).plan()
    };
    assert!(
        !tips("2027-02-07T09:00")
            .labs()
            .contains(&"group_and_screen")
    );
    assert!(
        tips("2027-02-07T08:59")
            .labs()
            .contains(&"group_and_screen")
    );
    // A clock change lies between: 24 hours before 09:00 of summer time is 08:00 of winter time.
    let spring = |taken: &str| {
        warfarin(low())
            .appointment("2027-03-28T09:00")
            .planned_at("2027-03-28T07:30")
            .only("inr", 2.0, "{INR}", taken)
            .plan()
            .row("warfarin")
            .action
    };
    assert_eq!(spring("2027-03-27T08:00"), Action::Continue);
    assert_eq!(spring("2027-03-27T07:59"), Action::Target);
}

#[test]
fn sentence_18_the_strictest_rule_for_an_analyte_counts() {
    // 30 days for the class, 24 hours for the vitamin K antagonist.
    let plan = warfarin(high()).plan();
    assert_eq!(plan.labs(), ["inr"]);
    assert_eq!(plan.labs_due[0].take_from, at("2027-02-09T09:00"));
    assert_eq!(plan.labs_due[0].take_until, at("2027-02-10T09:00"));
}

#[test]
fn sentence_19_valid_and_passing_is_nothing_and_failing_is_out_of_range() {
    for (analyte, unit, passes, fails) in [
        ("inr", "{INR}", 1.8, 1.81),
        ("inr", "1", 1.8, 1.81),
        ("inr", "", 1.8, 1.81),
        ("platelets", "10*9/L", 50.0, 49.9),
        ("platelets", "10*3/uL", 50.0, 49.9),
        ("platelets", "/uL", 50_000.0, 49_999.0),
    ] {
        let plan = |value: f64| high().only(analyte, value, unit, "2027-01-30T08:00").plan();
        assert!(plan(passes).blockers().is_empty(), "{analyte} {unit}");
        assert_eq!(plan(passes).gates(), (Gate::Ready, Gate::Ready));
        let code = format!("lab_out_of_range_{analyte}");
        assert_eq!(plan(fails).blockers(), [code], "{analyte} {unit}");
    }
}

#[test]
fn sentence_19_what_cannot_be_true_is_repeated() {
    for (analyte, value, unit) in [
        ("inr", 0.4, "{INR}"),
        ("inr", 15.1, "{INR}"),
        ("inr", 1.0, "s"),
        ("platelets", 200.0, ""),
        ("platelets", 200.0, "10*12/L"),
        ("platelets", 2001.0, "10*9/L"),
        ("hb", 14.0, "g/L"),
        ("hb", 140.0, "g/dL"),
        ("hb", 140.0, "kPa"),
    ] {
        let plan = high().only(analyte, value, unit, "2027-01-30T08:00").plan();
        let code = format!("lab_implausible_{analyte}");
        assert_eq!(plan.blockers(), [code], "{analyte} {value} {unit}");
        assert_eq!(plan.labs(), [analyte]);
        assert_eq!(plan.gates(), BLOCKED_THEN_READY);
    }
    // 90 umol/L typed as mg/dL, and 1 mg/dL typed as umol/L.
    for (value, unit) in [(90.0, "mg/dL"), (1.0, "umol/L")] {
        let plan = apixaban(high())
            .only("creatinine", value, unit, "2027-01-30T08:00")
            .plan();
        assert_eq!(plan.blockers(), ["lab_implausible_creatinine"]);
        assert_eq!(plan.crcl, None);
    }
}

#[test]
fn sentence_19_a_missing_value_blocks_once_its_window_is_open() {
    let plan = high().without("hb").plan();
    assert_eq!(plan.blockers(), ["lab_missing_hb"]);
    assert_eq!(plan.labs(), ["hb"]);
    assert_eq!(plan.gates(), BLOCKED_THEN_READY);
    // 30 days before 10 February is 11 January.
    let early = |as_of: &str| {
        high()
            .without("hb")
            .without("inr")
            .without("platelets")
            .planned_at(as_of)
    };
    let before = early("2027-01-10T23:59").plan();
    assert_eq!((before.blockers().len(), before.labs().len()), (0, 3));
    assert_eq!(before.gates(), (Gate::Pending, Gate::Ready));
    assert_eq!(early("2027-01-11T00:00").plan().blockers().len(), 3);
    // 24 hours for the vitamin K antagonist.
    let inr = |as_of: &str| warfarin(low()).without("inr").planned_at(as_of).plan();
    assert!(inr("2027-02-09T08:59").blockers().is_empty());
    assert_eq!(inr("2027-02-09T09:00").blockers(), ["lab_missing_inr"]);
}

#[test]
fn sentence_19_an_old_value_blocks_in_the_last_24_hours_and_is_never_judged() {
    // 2.5 would fail.
    let old = |as_of: &str| {
        high()
            .only("inr", 2.5, "{INR}", "2027-01-01T08:00")
            .planned_at(as_of)
            .plan()
    };
    for as_of in ["2027-02-01T09:00", "2027-02-09T08:59"] {
        assert!(old(as_of).blockers().is_empty(), "{as_of}");
        assert_eq!(old(as_of).labs(), ["inr"]);
        assert_eq!(old(as_of).gates(), (Gate::Pending, Gate::Ready));
    }
    assert_eq!(old("2027-02-09T09:00").blockers(), ["lab_stale_inr"]);
    assert_eq!(old("2027-02-09T09:00").gates(), BLOCKED_THEN_READY);
}

#[test]
fn sentence_19_the_creatinine_of_a_doac_is_wanted_before_its_last_dose() {
    // Over 90 days old. The last dose is on 7 February at 20:00.
    let old = |as_of: &str| {
        apixaban(high())
            .only("creatinine", 1.48, "mg/dL", "2026-11-01T08:00")
            .planned_at(as_of)
            .plan()
    };
    let before = old("2027-02-06T19:59");
    assert_eq!(
        before.row("apixaban").last_dose,
        Some(at("2027-02-07T20:00"))
    );
    assert!(before.crcl.is_some(), "provisionally");
    assert_eq!(before.labs(), ["creatinine"]);
    assert_eq!(before.labs_due[0].take_until, at("2027-02-07T20:00"));
    assert!(before.blockers().is_empty());
    let after = old("2027-02-06T20:00");
    assert_eq!(after.row("apixaban").action, Action::DecisionRequired);
    assert_eq!(after.crcl, None);
    assert_eq!(after.blockers(), ["lab_stale_creatinine"]);
    // 90 days and 30 days when the clearance is below 50: both edges.
    let due = |patient: Patient| apixaban(patient).plan().labs().len();
    let taken =
        |patient: Patient, value: f64, when: &str| patient.only("creatinine", value, "mg/dL", when);
    assert_eq!(due(taken(high(), 1.48, "2026-11-12T00:00")), 0);
    assert_eq!(due(taken(high(), 1.48, "2026-11-11T23:59")), 1);
    assert_eq!(due(taken(high(), 2.0, "2027-01-11T00:00")), 0);
    assert_eq!(due(taken(high(), 2.0, "2027-01-10T23:59")), 1);
    assert_eq!(
        due(taken(low(), 2.0, "2025-01-10T23:59")),
        0,
        "the high class only"
    );
}

#[test]
fn sentence_19_an_inr_that_the_team_decides_about_is_asked_for_only_in_its_24_hours() {
    let valve = |as_of: &str| {
        warfarin(high())
            .has("mechanical_heart_valve")
            .planned_at(as_of)
            .plan()
    };
    assert!(!valve("2027-02-09T08:59").labs().contains(&"inr"));
    assert!(valve("2027-02-09T08:59").blockers().is_empty());
    assert!(valve("2027-02-09T09:00").labs().contains(&"inr"));
    assert_eq!(valve("2027-02-09T09:00").blockers(), ["lab_stale_inr"]);
}

#[test]
fn sentence_20_a_failing_value_is_repeated_only_before_the_day_itself() {
    for (analyte, value, unit) in [("inr", 1.9, "{INR}"), ("platelets", 40.0, "10*9/L")] {
        let plan = |as_of: &str| {
            let patient = high().only(analyte, value, unit, "2027-02-08T08:00");
            patient.planned_at(as_of).plan()
        };
        let before = plan("2027-02-09T23:59");
        assert_eq!(before.labs(), [analyte]);
        assert_eq!(before.gates(), BLOCKED_THEN_READY);
        let same_day = plan("2027-02-10T00:00");
        assert!(same_day.labs().is_empty());
        assert_eq!(same_day.gates(), (Gate::Blocked, Gate::Blocked));
    }
}

#[test]
fn sentence_21_values_on_file_are_judged_where_nobody_asked() {
    let platelets = |patient: Patient, value: f64, taken: &str| {
        let patient = patient.only("platelets", value, "10*9/L", taken);
        let plan = patient.planned_at("2027-02-05T09:00").plan();
        !plan.blockers().is_empty()
    };
    assert!(platelets(low(), 19.9, "2027-01-11T00:00"));
    assert!(!platelets(low(), 20.0, "2027-01-11T00:00"));
    assert!(!platelets(low(), 19.9, "2027-01-10T23:59"));
    assert!(platelets(low().inpatient(), 19.9, "2027-02-03T00:00"));
    assert!(!platelets(low().inpatient(), 19.9, "2027-02-02T23:59"));
    let inr = |value: f64| low().only("inr", value, "{INR}", "2027-01-30T08:00").plan();
    assert!(inr(3.0).blockers().is_empty());
    assert_eq!(inr(3.01).blockers(), ["lab_out_of_range_inr"]);
    // Fibrinogen has a limit in liver disease only, haemoglobin has none.
    let fibrinogen = |patient: Patient, value: f64| {
        let patient = patient.lab("fibrinogen", value, "mg/dL", "2027-02-04T08:00");
        patient
            .planned_at("2027-02-05T09:00")
            .plan()
            .blockers()
            .contains(&"lab_out_of_range_fibrinogen")
    };
    assert!(!fibrinogen(low(), 60.0));
    let liver = || low().has("chronic_liver_disease_child_pugh_a");
    assert!(fibrinogen(liver(), 100.0));
    assert!(!fibrinogen(liver(), 100.1));
    let hb = low().only("hb", 60.0, "g/L", "2027-01-30T08:00").plan();
    assert!(hb.blockers().is_empty());
    // Without a limit the INR is ignored: low class in liver disease.
    let ignored = liver()
        .only("inr", 5.0, "{INR}", "2027-02-04T08:00")
        .planned_at("2027-02-05T09:00")
        .plan();
    assert!(!ignored.blockers().iter().any(|code| code.contains("inr")));
}

/// Liver disease with everything fresh that it asks for.
fn liver(patient: Patient) -> Patient {
    patient
        .has("chronic_liver_disease_child_pugh_b")
        .planned_at("2027-02-09T12:00")
        .lab("fibrinogen", 2.0, "g/L", "2027-02-09T08:00")
        .only("platelets", 100.0, "10*9/L", "2027-02-09T08:00")
        .only("hb", 120.0, "g/L", "2027-02-09T08:00")
        .only("inr", 1.0, "{INR}", "2027-02-09T10:00")
}

#[test]
fn sentence_22_arterial_limits_and_those_of_the_vitamin_k_antagonist_hold_in_liver_disease_too() {
    let fails = |patient: Patient, inr: f64| {
        let patient = liver(patient).only("inr", inr, "{INR}", "2027-02-09T10:00");
        patient.plan().blockers().contains(&"lab_out_of_range_inr")
    };
    for (patient, passes, limit) in [
        (high(), 2.49, 2.5),
        (Patient::for_procedure("visceral_angiography"), 1.79, 1.8),
        (
            Patient::for_procedure("visceral_angiography").access("radial"),
            1.8,
            1.81,
        ),
        (Patient::for_procedure("tace"), 1.79, 1.8),
        (Patient::for_procedure("tace").access("radial"), 2.19, 2.2),
        (warfarin(high()), 1.8, 1.81),
        (warfarin(low()), 3.0, 3.01),
    ] {
        let id = patient.booking.procedures[0].id.clone();
        assert!(!fails(patient.clone(), passes), "{id} {passes}");
        assert!(fails(patient, limit), "{id} {limit}");
    }
    // Platelets and fibrinogen in liver disease: exactly the limit fails.
    for (patient, limit) in [(high(), 30.0), (low(), 20.0)] {
        let plan = |value: f64| {
            let patient = liver(patient.clone());
            patient
                .only("platelets", value, "10*9/L", "2027-02-09T08:00")
                .plan()
        };
        assert_eq!(plan(limit).blockers(), ["lab_out_of_range_platelets"]);
        assert!(plan(limit + 0.1).blockers().is_empty());
    }
}

#[test]
fn sentence_22_the_low_class_asks_for_the_inr_only_where_a_limit_applies() {
    let asks = |patient: Patient| liver(patient).without("inr").plan().labs().contains(&"inr");
    assert!(!asks(low()));
    assert!(!asks(Patient::for_procedure("venography_extremity")));
    assert!(asks(Patient::for_procedure("tace")));
    assert!(asks(Patient::for_procedure("tace").access("radial")));
    assert!(!asks(Patient::for_procedure("tace").access("brachial")));
    assert!(asks(warfarin(low())));
    assert!(asks(high()));
}

#[test]
fn sentence_23_aptt_after_a_stopped_infusion_only() {
    for (inn, atc) in [
        ("heparin", "B01AB01"),
        ("argatroban", "B01AE03"),
        ("bivalirudin", "B01AE06"),
    ] {
        let plan = high().takes(inn, atc, "iv", "continuous").plan();
        assert_eq!(plan.labs(), ["aptt"], "{inn}");
        assert_eq!(plan.labs_due[0].take_from, at("2027-02-10T05:00"));
        assert_eq!(plan.labs_due[0].take_until, at("2027-02-10T09:00"));
        assert!(
            low()
                .takes(inn, atc, "iv", "continuous")
                .plan()
                .labs()
                .is_empty()
        );
        let late = high()
            .planned_at("2027-02-10T08:00")
            .takes(inn, atc, "iv", "continuous");
        assert!(!late.plan().labs().contains(&"aptt"), "not stopped");
    }
    let injected = high().takes("heparin", "B01AB01", "5000 IU", "08:00 20:00");
    assert!(injected.plan().labs().is_empty());
    let left_to_team =
        high()
            .has("mechanical_heart_valve")
            .takes("heparin", "B01AB01", "iv", "continuous");
    assert!(left_to_team.plan().labs().is_empty());
}

#[test]
fn sentence_23_one_row_for_each_analyte_and_window_and_blood_where_it_may_be_needed() {
    for id in ["tips", "bleeding_embolisation", "evar"] {
        let plan = Patient::for_procedure(id).plan();
        assert!(plan.labs().contains(&"group_and_screen"), "{id}");
        let row = plan
            .labs_due
            .iter()
            .find(|lab| lab.analyte == "group_and_screen");
        assert_eq!(row.unwrap().take_from, at("2027-02-07T09:00"));
        assert!(plan.blockers().is_empty(), "{id}");
        let near = Patient::for_procedure(id)
            .planned_at("2027-02-07T09:00")
            .plan();
        assert_eq!(near.blockers(), ["lab_missing_group_and_screen"]);
    }
    let plan = high()
        .inpatient()
        .has("chronic_liver_disease_child_pugh_b")
        .takes("warfarin", "B01AA03", "5 mg", "18:00")
        .takes("acenocoumarol", "B01AA07", "2 mg", "18:00")
        .without("inr")
        .without("platelets")
        .plan();
    let mut labs = plan.labs();
    labs.sort_unstable();
    labs.dedup();
    assert_eq!(labs.len(), plan.labs().len(), "{:?}", plan.labs_due);
}

#[test]
fn sentence_24_creatinine_before_contrast_into_a_vessel() {
    let asks = |patient: Patient| {
        patient
            .without("creatinine")
            .plan()
            .labs()
            .contains(&"creatinine")
    };
    let leg = || Patient::for_procedure("femoropopliteal_angioplasty");
    assert!(!asks(leg()));
    assert!(!asks(leg().age(85.0)), "not the older list");
    assert!(
        asks(Patient::for_procedure("visceral_angiography")),
        "first pass always"
    );
    assert!(asks(leg().takes("metformin", "A10BA02", "1 g", "08:00")));
    assert!(asks(leg().takes("", "A10BD07", "1 g", "08:00")));
    for risk in [
        "type_1_diabetes",
        "type_2_diabetes",
        "haemodialysis_mon_wed_fri",
        "kidney_transplant",
        "single_kidney",
        "obstructed_kidney",
        "obstructive_pyelonephritis",
        "ureteric_obstruction",
        "renal_artery_stenosis",
        "renovascular_hypertension",
    ] {
        assert!(asks(leg().has(risk)), "{risk}");
        assert!(!asks(leg().has(risk).contrast("co2")), "{risk}");
        assert!(!asks(low().has(risk)), "{risk}");
        // Into a cavity only.
        let cavity = Patient::for_procedure("nephrostomy_exchange").has(risk);
        assert!(!asks(cavity), "{risk}");
    }
    let magnet = |agent: &str| {
        Patient::for_procedure("mr_guided_biopsy")
            .modality("MR")
            .contrast(agent)
    };
    assert!(asks(magnet("gadodiamide")));
    assert!(!asks(magnet("gadobutrol").has("single_kidney")));
}

#[test]
fn sentence_24_ninety_days_and_seven_when_it_is_acute() {
    let due = |patient: Patient, taken: &str| {
        let patient = patient.planned_at("2027-02-05T09:00");
        !patient
            .only("creatinine", 1.0, "mg/dL", taken)
            .plan()
            .labs()
            .is_empty()
    };
    let leg = || Patient::for_procedure("femoropopliteal_angioplasty").has("single_kidney");
    assert!(!due(leg(), "2026-11-12T00:00"));
    assert!(due(leg(), "2026-11-11T23:59"));
    for acute in [leg().inpatient(), leg().urgent(), leg().emergency()] {
        assert!(!due(acute.clone(), "2027-02-03T00:00"));
        assert!(due(acute, "2027-02-02T23:59"));
    }
}
