//! Sentences 10 to 13: unknown kidneys, how dates are counted, broken limits, emergencies.

use crate::patient::{Asked, Patient, check, high};
use knowledge::medicine::Action;
use model::Gate;

#[test]
fn sentence_10_without_a_clearance_a_banded_medicine_has_no_date() {
    for (inn, atc) in [
        ("apixaban", "B01AF02"),
        ("rivaroxaban", "B01AF01"),
        ("edoxaban", "B01AF03"),
        ("dabigatran etexilate", "B01AE07"),
        ("fondaparinux", "B01AX05"),
    ] {
        for patient in [
            high().without("creatinine"),
            high().weight_unknown(),
            high().age_unknown(),
            high().age(17.9).weight(60.0),
            high().only("creatinine", 3000.0, "umol/L", "2027-01-30T08:00"),
        ] {
            let patient = patient.takes(inn, atc, "5 mg", "08:00");
            check(&patient, inn, Action::DecisionRequired, None);
            assert_eq!(patient.plan().gates().1, Gate::Review, "{inn}");
        }
        check_is_held(high().age(18.0), inn, atc);
    }
    let plain = high()
        .without("creatinine")
        .takes("betrixaban", "B01AF04", "80 mg", "08:00");
    check(&plain, "betrixaban", Action::Hold, Some("2027-02-06T08:00"));
}

fn check_is_held(patient: Patient, inn: &str, atc: &str) {
    let plan = patient.takes(inn, atc, "5 mg", "08:00").plan();
    assert_eq!(plan.row(inn).action, Action::Hold, "{inn}");
}

#[test]
fn sentence_10_tinzaparin_says_itself_what_unknown_kidneys_mean() {
    let hours = |patient: Patient, dose: &str| {
        let plan = patient.takes("tinzaparin", "B01AB10", dose, "20:00").plan();
        assert_eq!(plan.row("tinzaparin").action, Action::Hold);
        plan.row("tinzaparin").min_hours
    };
    for (dose, from_30, below_30) in [("4500 IU", 12, 24), ("14000 IU", 24, 48)] {
        assert_eq!(hours(high().clearance(30.01), dose), Some(from_30));
        assert_eq!(hours(high().clearance(29.99), dose), Some(below_30));
        assert_eq!(hours(high().without("creatinine"), dose), Some(below_30));
        assert_eq!(hours(high().weight_unknown(), dose), Some(below_30));
    }
}

/// Just below, at and above each edge of each band.
#[test]
fn sentence_10_and_11_bands_hold_their_lower_edge() {
    let team = |review: &'static str| (None, Some(review));
    for (inn, atc, clearance, (days, review)) in [
        ("apixaban", "B01AF02", 50.0, (Some(2), None)),
        ("apixaban", "B01AF02", 49.99, (Some(3), None)),
        ("apixaban", "B01AF02", 30.0, (Some(3), None)),
        ("apixaban", "B01AF02", 29.99, team("apixaban_crcl_below_30")),
        ("apixaban", "B01AF02", 15.0, team("apixaban_crcl_below_30")),
        ("apixaban", "B01AF02", 14.99, team("crcl_below_15_doac")),
        ("rivaroxaban", "B01AF01", 30.0, (Some(2), None)),
        ("rivaroxaban", "B01AF01", 29.99, (Some(3), None)),
        ("rivaroxaban", "B01AF01", 15.0, (Some(3), None)),
        ("rivaroxaban", "B01AF01", 14.99, team("crcl_below_15_doac")),
        ("edoxaban", "B01AF03", 15.0, (Some(2), None)),
        ("edoxaban", "B01AF03", 14.99, team("crcl_below_15_doac")),
        ("dabigatran etexilate", "B01AE07", 50.0, (Some(2), None)),
        ("dabigatran etexilate", "B01AE07", 49.99, (Some(4), None)),
        ("dabigatran etexilate", "B01AE07", 30.0, (Some(4), None)),
        (
            "dabigatran etexilate",
            "B01AE07",
            29.99,
            team("dabigatran_crcl_below_30"),
        ),
        ("fondaparinux", "B01AX05", 50.0, (Some(3), None)),
        ("fondaparinux", "B01AX05", 49.99, (Some(5), None)),
    ] {
        // 90 years and 1 mg/dL: 72 kg clear exactly 50 mL/min, 43.2 kg 30, and 21.6 kg 15.
        let patient = high().age(90.0).weight(clearance * 1.44).only(
            "creatinine",
            1.0,
            "mg/dL",
            "2027-01-30T08:00",
        );
        let plan = patient.takes(inn, atc, "5 mg", "08:00").plan();
        let row = plan.row(inn);
        assert_eq!(row.hold_days, days, "{inn} at {clearance}");
        assert_eq!(
            plan.reviews().first().copied(),
            review,
            "{inn} at {clearance}"
        );
        assert_eq!(row.last_dose.is_some(), days.is_some());
    }
}

#[test]
fn sentence_11_days_count_as_they_stand_however_often_it_is_taken() {
    for (times, last) in [
        ("08:00", "2027-02-07T08:00"),
        ("08:00 20:00", "2027-02-07T20:00"),
        ("06:00 14:00 22:00", "2027-02-07T22:00"),
    ] {
        let patient = high().takes("apixaban", "B01AF02", "5 mg", times);
        check(&patient, "apixaban", Action::Hold, Some(last));
    }
    // Before a late appointment the dose of the same morning still belongs to the day itself.
    let evening = high()
        .appointment("2027-02-10T18:00")
        .takes("apixaban", "B01AF02", "5 mg", "08:00");
    check(&evening, "apixaban", Action::Hold, Some("2027-02-07T08:00"));
    for (inn, atc, last) in [
        ("warfarin", "B01AA03", "2027-02-04T18:00"),
        ("acenocoumarol", "B01AA07", "2027-02-06T18:00"),
        ("phenprocoumon", "B01AA04", "2027-01-30T18:00"),
    ] {
        let patient = high()
            .planned_at("2027-01-25T09:00")
            .takes(inn, atc, "1", "18:00");
        check(&patient, inn, Action::Hold, Some(last));
    }
}

#[test]
fn sentence_11_injections_keep_doses_and_hours_unless_either_is_enough() {
    for (inn, atc, dose, times, last) in [
        // One dose and 12 hours: the evening dose is 13 hours before, yet one dose must be left out.
        (
            "enoxaparin",
            "B01AB05",
            "40 mg",
            "20:00",
            "2027-02-08T20:00",
        ),
        (
            "enoxaparin",
            "B01AB05",
            "40 mg",
            "08:00",
            "2027-02-09T08:00",
        ),
        // The dose of 22:00 is 11 hours before.
        (
            "enoxaparin",
            "B01AB05",
            "40 mg",
            "10:00 22:00",
            "2027-02-09T10:00",
        ),
        // Treatment dose, two doses or 24 hours: the hours alone are enough here.
        (
            "enoxaparin",
            "B01AB05",
            "120 mg",
            "08:30",
            "2027-02-09T08:30",
        ),
        (
            "enoxaparin",
            "B01AB05",
            "80 mg",
            "08:00 20:00",
            "2027-02-09T08:00",
        ),
        // And the doses alone here: 23 hours, yet two doses are left out.
        (
            "enoxaparin",
            "B01AB05",
            "80 mg",
            "04:00 10:00 22:00",
            "2027-02-09T10:00",
        ),
        // One dose and 24 hours.
        (
            "dalteparin",
            "B01AB04",
            "5000 IU",
            "08:00",
            "2027-02-09T08:00",
        ),
        (
            "dalteparin",
            "B01AB04",
            "5000 IU",
            "09:00",
            "2027-02-08T09:00",
        ),
        (
            "dalteparin",
            "B01AB04",
            "5000 IU",
            "22:00",
            "2027-02-08T22:00",
        ),
        (
            "nadroparin",
            "B01AB06",
            "0.3 mL",
            "09:00",
            "2027-02-09T09:00",
        ),
        (
            "nadroparin",
            "B01AB06",
            "0.3 mL",
            "09:01",
            "2027-02-08T09:01",
        ),
        (
            "tinzaparin",
            "B01AB10",
            "4500 IU",
            "21:00",
            "2027-02-09T21:00",
        ),
        (
            "tinzaparin",
            "B01AB10",
            "4500 IU",
            "21:01",
            "2027-02-08T21:01",
        ),
        (
            "heparin",
            "B01AB01",
            "5000 IU",
            "03:00 15:00",
            "2027-02-10T03:00",
        ),
        (
            "heparin",
            "B01AB01",
            "5000 IU",
            "03:01 15:00",
            "2027-02-09T15:00",
        ),
        // An infusion's last dose is the moment it stops.
        ("heparin", "B01AB01", "iv", "continuous", "2027-02-10T03:00"),
        (
            "argatroban",
            "B01AE03",
            "iv",
            "continuous",
            "2027-02-10T05:00",
        ),
        (
            "bivalirudin",
            "B01AE06",
            "iv",
            "continuous",
            "2027-02-10T05:00",
        ),
    ] {
        let patient = high().takes(inn, atc, dose, times);
        check(&patient, inn, Action::Hold, Some(last));
    }
}

#[test]
fn sentence_12_the_timetable_is_presumed_until_somebody_says_otherwise() {
    for (inn, atc, before, after, last) in [
        (
            "clopidogrel",
            "B01AC04",
            "2027-02-05T07:59",
            "2027-02-05T08:00",
            "2027-02-04T08:00",
        ),
        (
            "ibuprofen",
            "M01AE01",
            "2027-02-09T07:59",
            "2027-02-09T08:00",
            "2027-02-08T08:00",
        ),
        (
            "empagliflozin",
            "A10BK03",
            "2027-02-07T07:59",
            "2027-02-07T08:00",
            "2027-02-06T08:00",
        ),
        (
            "warfarin",
            "B01AA03",
            "2027-02-05T07:59",
            "2027-02-05T08:00",
            "2027-02-04T08:00",
        ),
    ] {
        let takes = |as_of: &str| {
            high()
                .sedated()
                .planned_at(as_of)
                .takes(inn, atc, "1", "08:00")
        };
        check(&takes(before), inn, Action::Hold, Some(last));
        let broken = takes(after);
        check(&broken, inn, Action::DecisionRequired, None);
        let plan = broken.plan();
        assert_eq!(plan.reviews(), ["hold_interval_not_reachable"], "{inn}");
        assert!(!plan.blockers().contains(&"hold_not_followed"));
        // Confirmed at the limit or long before it: held, and the limit stays the last dose.
        for taken in [last, "2027-01-15T08:00"] {
            let kept = takes(after).last_took(inn, taken);
            check(&kept, inn, Action::Hold, Some(last));
            assert!(kept.plan().reviews().is_empty());
        }
        let late = last.replace("08:00", "08:01");
        let confirmed = takes(after).last_took(inn, &late);
        check(&confirmed, inn, Action::DecisionRequired, None);
        assert!(confirmed.plan().blockers().contains(&"hold_not_followed"));
        assert!(confirmed.plan().reviews().is_empty());
        assert_eq!(confirmed.plan().gates().1, Gate::Blocked);
    }
}

#[test]
fn sentence_12_advice_is_printed_all_the_same() {
    let patient = high()
        .planned_at("2027-02-09T09:00")
        .takes("ginkgo", "N06DX02", "1", "08:00")
        .last_took("ginkgo", "2027-02-09T08:00");
    check(
        &patient,
        "ginkgo",
        Action::HoldAdvice,
        Some("2027-02-02T08:00"),
    );
    assert!(patient.plan().reviews().is_empty() && patient.plan().blockers().is_empty());
}

#[test]
fn sentence_12_an_infusion_and_an_injection_can_be_late_too() {
    let infusion = |as_of: &str| {
        high()
            .planned_at(as_of)
            .takes("heparin", "B01AB01", "iv", "continuous")
    };
    check(
        &infusion("2027-02-10T03:00"),
        "heparin",
        Action::Hold,
        Some("2027-02-10T03:00"),
    );
    check(
        &infusion("2027-02-10T03:01"),
        "heparin",
        Action::DecisionRequired,
        None,
    );
    let stopped = infusion("2027-02-10T05:00").last_took("heparin", "2027-02-10T03:00");
    check(&stopped, "heparin", Action::Hold, Some("2027-02-10T03:00"));
    let late = infusion("2027-02-10T05:00").last_took("heparin", "2027-02-10T03:01");
    assert_eq!(late.plan().blockers().first(), Some(&"hold_not_followed"));
}

#[test]
fn sentence_13_an_emergency_is_never_blocked_and_lists_what_it_bypasses() {
    let plan = high()
        .emergency()
        .without("hb")
        .only("inr", 2.0, "{INR}", "2027-01-30T08:00")
        .plan();
    assert!(plan.blockers().is_empty());
    assert_eq!(plan.bypassed(), ["lab_missing_hb", "lab_out_of_range_inr"]);
    assert_eq!(
        plan.gates(),
        (Gate::OverrideRequired, Gate::OverrideRequired)
    );
}

#[test]
fn sentence_13_an_anticoagulant_that_may_still_act_is_named() {
    for (inn, atc, dose, times) in [
        ("apixaban", "B01AF02", "5 mg", "08:00 20:00"),
        ("warfarin", "B01AA03", "5 mg", "18:00"),
        ("enoxaparin", "B01AB05", "80 mg", "08:00 20:00"),
        ("heparin", "B01AB01", "iv", "continuous"),
        ("fondaparinux", "B01AX05", "2.5 mg", "20:00"),
        ("argatroban", "B01AE03", "iv", "continuous"),
    ] {
        // Planned far ahead, so the timetable alone would allow a date: in an emergency that is not enough.
        let patient = high().emergency().takes(inn, atc, dose, times);
        check(&patient, inn, Action::DecisionRequired, None);
        let plan = patient.plan();
        assert_eq!(plan.reviews(), ["anticoagulant_active_emergency"], "{inn}");
        assert_eq!(plan.gates().0, Gate::OverrideRequired);
        let stopped = patient.clone().last_took(inn, "2027-01-25T08:00").plan();
        assert_eq!(stopped.row(inn).action, Action::Hold, "{inn}");
        assert!(stopped.reviews().is_empty());
    }
    let both =
        high()
            .emergency()
            .has("acute_dvt")
            .takes("apixaban", "B01AF02", "5 mg", "08:00 20:00");
    check(&both, "apixaban", Action::MdtDecisionRequired, None);
    assert_eq!(
        both.plan().reviews(),
        ["anticoagulant_active_emergency", "vte_within_3_months"]
    );
}

#[test]
fn sentence_13_other_medicines_are_only_late() {
    for taken in ["", "2027-02-09T08:00"] {
        let mut patient = high().emergency().planned_at("2027-02-10T07:00").takes(
            "clopidogrel",
            "B01AC04",
            "75 mg",
            "08:00",
        );
        if !taken.is_empty() {
            patient = patient.last_took("clopidogrel", taken);
        }
        check(&patient, "clopidogrel", Action::DecisionRequired, None);
        assert_eq!(patient.plan().reviews(), ["hold_interval_not_reachable"]);
        assert!(patient.plan().blockers().is_empty());
    }
}
