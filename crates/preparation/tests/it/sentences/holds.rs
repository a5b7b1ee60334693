//! Sentences 6 to 9 and 14 to 17: events, intended therapy, and the medicines with rules of their own.

use crate::patient::{Asked, Patient, at, check, high, low};
use knowledge::medicine::Action;
use model::Gate;

const APIXABAN: (&str, &str, &str, &str) = ("apixaban", "B01AF02", "5 mg", "08:00 20:00");
const CLOPIDOGREL: (&str, &str, &str, &str) = ("clopidogrel", "B01AC04", "75 mg", "08:00");
const ASPIRIN: (&str, &str, &str, &str) = ("acetylsalicylic acid", "B01AC06", "75 mg", "08:00");

fn with(patient: Patient, (inn, atc, dose, times): (&str, &str, &str, &str)) -> Patient {
    patient.takes(inn, atc, dose, times)
}

#[test]
fn sentence_06_within_months_counts_calendar_months_up_to_the_appointment() {
    // The appointment is on 10 February 2027.
    for (condition, medicine, is_within) in [
        ("vte_2026-11-10", APIXABAN, false),
        ("vte_2026-11-11", APIXABAN, true),
        ("vte", APIXABAN, true),
        ("vte_2026-11", APIXABAN, true),
        ("vte_2026-10", APIXABAN, false),
        ("vte_2026", APIXABAN, true),
        ("vte_2025", APIXABAN, false),
        ("stroke_tia_2026-11-11", APIXABAN, true),
        ("stroke_tia_2026-11-10", APIXABAN, false),
        ("acs_2026-02-11", CLOPIDOGREL, true),
        ("acs_2026-02-10", CLOPIDOGREL, false),
        ("coronary_des_2026-08-11", CLOPIDOGREL, true),
        ("coronary_des_2026-08-10", CLOPIDOGREL, false),
        ("coronary_bms_2027-01-11", CLOPIDOGREL, true),
        ("coronary_bms_2027-01-10", CLOPIDOGREL, false),
        ("coronary_balloon_2027-01-11", CLOPIDOGREL, true),
        ("coronary_balloon_2027-01-10", CLOPIDOGREL, false),
        ("acute_dvt", APIXABAN, true),
        ("acute_dvt_2025-01-01", APIXABAN, true),
    ] {
        let plan = with(high().has(condition), medicine).plan();
        let action = plan.row(medicine.0).action;
        let want = if is_within {
            Action::MdtDecisionRequired
        } else {
            Action::Hold
        };
        assert_eq!(action, want, "{condition}");
    }
    // 31 August and six months is the last day of February.
    let end = |day: &str| {
        with(high().has("coronary_des_2026-08-31"), CLOPIDOGREL)
            .appointment(day)
            .plan()
            .row("clopidogrel")
            .action
    };
    assert_eq!(end("2027-02-27T09:00"), Action::MdtDecisionRequired);
    assert_eq!(end("2027-02-28T09:00"), Action::Hold);
}

#[test]
fn sentence_06_events_are_read_from_indications_too() {
    let review = |inn: &str, atc: &str, indication: &str| -> Vec<String> {
        let plan = high()
            .takes_for(inn, atc, "5 mg", "08:00", indication)
            .plan();
        plan.reviews().into_iter().map(str::to_owned).collect()
    };
    for name in [
        "pulmonary_embolism",
        "deep_vein_thrombosis",
        "portal_vein_thrombosis",
        "vte",
        "acute_dvt",
    ] {
        let dated = format!("{name}_2027-01-10");
        assert_eq!(
            review("apixaban", "B01AF02", &dated),
            ["vte_within_3_months"],
            "{name}"
        );
    }
    for name in ["peripheral_stent", "carotid_stent"] {
        let stent = "peripheral_or_carotid_stent_within_3_months";
        let new = format!("{name}_2026-11-11");
        let old = format!("{name}_2026-11-10");
        assert_eq!(review("clopidogrel", "B01AC04", &new), [stent]);
        assert!(review("clopidogrel", "B01AC04", &old).is_empty());
    }
}

#[test]
fn sentence_07_an_anticoagulant_with_any_antiplatelet_is_for_the_team() {
    const REVIEW: [&str; 1] = ["combined_anticoagulant_and_antiplatelet"];
    for (inn, atc) in [
        ("clopidogrel", "B01AC04"),
        ("cilostazol", "B01AC23"),
        ("dipyridamole", "B01AC07"),
        ("acetylsalicylic acid + dipyridamole", "B01AC30"),
        ("vorapaxar", "B01AC26"),
    ] {
        for (blood, code) in [("apixaban", "B01AF02"), ("warfarin", "B01AA03")] {
            let patient = high()
                .takes(blood, code, "5 mg", "20:00")
                .takes(inn, atc, "75 mg", "08:00");
            check(&patient, blood, Action::MdtDecisionRequired, None);
            assert_eq!(patient.plan().reviews(), REVIEW, "{blood} {inn}");
            let goes_on = inn == "cilostazol";
            let action = patient.plan().row(inn).action;
            assert_eq!(action == Action::Continue, goes_on, "{inn}");
        }
        // A heparin is neither vka nor doac.
        let heparin = high()
            .takes("enoxaparin", "B01AB05", "80 mg", "08:00 20:00")
            .takes(inn, atc, "75 mg", "08:00");
        assert!(heparin.plan().reviews().is_empty());
    }
}

#[test]
fn sentence_08_the_antiplatelet_of_an_arterial_angioplasty_goes_on() {
    let both = "acetylsalicylic acid + dipyridamole";
    for id in ["iliac_stent", "renal_angioplasty", "carotid_stent", "evar"] {
        let patient = with(with(Patient::for_procedure(id), ASPIRIN), CLOPIDOGREL)
            .takes(both, "B01AC30", "200 mg", "08:00 20:00")
            .takes("ticagrelor", "B01AC24", "90 mg", "08:00 20:00");
        for inn in ["acetylsalicylic acid", "clopidogrel", both, "ticagrelor"] {
            check(&patient, inn, Action::Continue, None);
        }
    }
    // Only arterial ones, and no anticoagulant.
    let vein = with(Patient::for_procedure("svc_stent"), CLOPIDOGREL);
    check(&vein, "clopidogrel", Action::Hold, Some("2027-02-04T08:00"));
    let angiography = with(Patient::for_procedure("visceral_angiography"), CLOPIDOGREL);
    assert_eq!(angiography.plan().row("clopidogrel").action, Action::Hold);
    let blood = with(Patient::for_procedure("iliac_stent"), APIXABAN);
    check(&blood, "apixaban", Action::Hold, Some("2027-02-07T20:00"));
    let weak =
        Patient::for_procedure("iliac_stent").takes("dipyridamole", "B01AC07", "75 mg", "08:00");
    check(
        &weak,
        "dipyridamole",
        Action::Hold,
        Some("2027-02-07T08:00"),
    );
}

#[test]
fn sentence_09_acetylsalicylic_acid_stops_only_in_primary_prevention() {
    let takes = |patient: Patient, indication: &str| {
        patient.takes_for(ASPIRIN.0, ASPIRIN.1, ASPIRIN.2, ASPIRIN.3, indication)
    };
    let plain = takes(high(), "primary_prevention");
    check(&plain, ASPIRIN.0, Action::Hold, Some("2027-02-04T08:00"));
    assert!(plain.plan().reviews().is_empty());
    assert_eq!(
        plain.plan().row(ASPIRIN.0).restart_hours_after_end,
        Some(24)
    );
    let mut asked = vec![
        takes(high(), ""),
        takes(high(), "secondary_prevention"),
        takes(high(), "peripheral_arterial_disease"),
    ];
    for disease in [
        "peripheral_arterial_disease",
        "claudication",
        "critical_limb_ischaemia",
        "stroke_tia_2020-01-01",
        "acs_2020-01-01",
        "coronary_des_2020-01-01",
    ] {
        asked.push(takes(high().has(disease), "primary_prevention"));
    }
    for patient in asked {
        check(&patient, ASPIRIN.0, Action::ContinuePendingOperator, None);
        assert_eq!(patient.plan().reviews(), ["aspirin_operator_decision"]);
        assert_eq!(patient.plan().gates(), (Gate::Review, Gate::Ready));
    }
    check(&takes(low(), ""), ASPIRIN.0, Action::Continue, None);
}

#[test]
fn sentence_14_a_fall_of_platelets_under_heparin_comes_before_every_other_rule() {
    let fell = |patient: Patient, newest: f64| {
        patient
            .only("platelets", 240.0, "10*9/L", "2027-01-20T08:00")
            .lab("platelets", 200.0, "10*9/L", "2027-01-25T08:00")
            .lab("platelets", newest, "10*9/L", "2027-01-30T08:00")
    };
    for (inn, atc, dose, times) in [
        ("heparin", "B01AB01", "iv", "continuous"),
        ("heparin", "B01AB01", "5000 IU", "08:00 20:00"),
        (
            "heparin",
            "B01AB01",
            "with dialysis",
            "dialysis_tue_thu_sat",
        ),
        ("enoxaparin", "B01AB05", "40 mg", "20:00"),
        ("dalteparin", "B01AB04", "5000 IU", "20:00"),
        ("tinzaparin", "B01AB10", "4500 IU", "20:00"),
        ("nadroparin", "B01AB06", "0.3 mL", "20:00"),
    ] {
        for patient in [low(), high(), high().has("mechanical_heart_valve")] {
            let hit = fell(patient.clone(), 120.0).takes(inn, atc, dose, times);
            check(&hit, inn, Action::DecisionRequired, None);
            assert_eq!(hit.plan().reviews(), ["suspected_hit"], "{inn}");
            let no_hit = fell(patient, 120.1).takes(inn, atc, dose, times);
            assert!(!no_hit.plan().reviews().contains(&"suspected_hit"));
        }
    }
    let other = fell(high(), 60.0).takes("fondaparinux", "B01AX05", "2.5 mg", "20:00");
    assert!(other.plan().reviews().is_empty());
    // A rise is no fall: the half must be an earlier value.
    let rise = high()
        .only("platelets", 100.0, "10*9/L", "2027-01-20T08:00")
        .lab("platelets", 250.0, "10*9/L", "2027-01-30T08:00")
        .takes("heparin", "B01AB01", "iv", "continuous");
    assert!(rise.plan().reviews().is_empty());
}

/// 71 years: 29.0 and 30.0 mL/min/1.73 m² by the worked figures.
fn poor_kidneys(id: &str) -> Patient {
    Patient::for_procedure(id)
        .age(71.0)
        .only("creatinine", 2.341, "mg/dL", "2027-01-30T08:00")
}

fn fair_kidneys(id: &str) -> Patient {
    poor_kidneys(id).only("creatinine", 2.275, "mg/dL", "2027-01-30T08:00")
}

#[test]
fn sentence_15_an_nsaid_pauses_around_contrast_when_the_kidneys_are_poor() {
    let leg = "femoropopliteal_angioplasty";
    for (inn, atc) in [
        ("ibuprofen", "M01AE01"),
        ("celecoxib", "M01AH01"),
        ("etoricoxib", "M01AH05"),
        ("mefenamic acid", "M01AG01"),
    ] {
        for as_of in ["2027-02-01T09:00", "2027-02-10T08:30"] {
            let patient = poor_kidneys(leg)
                .planned_at(as_of)
                .takes(inn, atc, "1", "08:00");
            let plan = patient.plan();
            let row = plan.row(inn);
            assert_eq!((row.action, row.last_dose), (Action::Hold, None), "{inn}");
            assert_eq!(
                (row.from_hours_before, row.until_hours_after),
                (Some(48), Some(48))
            );
            assert!(plan.reviews().is_empty(), "never a broken limit");
        }
        let fair = fair_kidneys(leg).takes(inn, atc, "1", "08:00");
        check(&fair, inn, Action::Continue, None);
        let no_iodine = poor_kidneys(leg)
            .contrast("co2")
            .takes(inn, atc, "1", "08:00");
        check(&no_iodine, inn, Action::Continue, None);
        let no_contrast = poor_kidneys("paracentesis").takes(inn, atc, "1", "08:00");
        check(&no_contrast, inn, Action::Continue, None);
    }
}

#[test]
fn sentence_15_where_the_class_holds_the_nsaid_too_the_earlier_date_is_printed() {
    let iliac = |times: &str| {
        poor_kidneys("iliac_angioplasty").takes("ibuprofen", "M01AE01", "400 mg", times)
    };
    // One dose-free day would allow the 8th at noon; 48 hours only the 7th.
    check(
        &iliac("12:00"),
        "ibuprofen",
        Action::Hold,
        Some("2027-02-07T12:00"),
    );
    check(
        &iliac("08:00"),
        "ibuprofen",
        Action::Hold,
        Some("2027-02-08T08:00"),
    );
    let long = poor_kidneys("iliac_angioplasty").takes("naproxen", "M01AE02", "1", "12:00");
    check(&long, "naproxen", Action::Hold, Some("2027-02-05T12:00"));
    // The class's own limit can be broken, the one of contrast cannot.
    let after_contrast_limit = iliac("12:00").planned_at("2027-02-08T11:00");
    assert_eq!(
        after_contrast_limit.plan().row("ibuprofen").action,
        Action::Hold
    );
    let broken = iliac("12:00").planned_at("2027-02-09T12:00");
    check(&broken, "ibuprofen", Action::DecisionRequired, None);
    assert_eq!(broken.plan().reviews(), ["hold_interval_not_reachable"]);
}

#[test]
fn sentence_15_other_nephrotoxic_medicines_are_decided() {
    let leg = "femoropopliteal_angioplasty";
    for (inn, atc) in [
        ("furosemide", "C03CA01"),
        ("gentamicin", "J01GB03"),
        ("amphotericin b", "J02AA01"),
        ("cisplatin", "L01XA01"),
        ("zoledronic acid", "M05BA08"),
        ("methotrexate", "L04AX03"),
        ("", "L01BA01"),
    ] {
        let row = |patient: Patient| {
            let plan = patient.takes(inn, atc, "1", "08:00").plan();
            assert!(plan.reviews().is_empty(), "{inn}");
            plan.medicines[0].action
        };
        assert_eq!(row(poor_kidneys(leg)), Action::DecisionRequired, "{inn}");
        assert_eq!(row(fair_kidneys(leg)), Action::Continue, "{inn}");
        assert_eq!(row(poor_kidneys(leg).contrast("none")), Action::Continue);
    }
    let fixed = poor_kidneys(leg).takes("", "C09DA01", "1", "08:00").plan();
    assert_eq!(fixed.medicines[0].action, Action::Continue);
    assert!(fixed.warns("nephrotoxic_combination"));
}

#[test]
fn sentence_16_heparin_of_dialysis_conflicts_only_on_a_dialysis_day() {
    // 10 February 2027 is a Wednesday.
    let takes = |patient: Patient, times: &str| patient.takes("heparin", "B01AB01", "iv", times);
    let conflict = takes(high(), "dialysis_mon_wed_fri");
    check(&conflict, "heparin", Action::DecisionRequired, None);
    assert_eq!(conflict.plan().reviews(), ["dialysis_day_conflict"]);
    let free = takes(high(), "dialysis_tue_thu_sat");
    check(&free, "heparin", Action::Continue, None);
    assert!(free.plan().reviews().is_empty());
    let thursday = takes(high(), "dialysis_mon_wed_fri").appointment("2027-02-11T09:00");
    check(&thursday, "heparin", Action::Continue, None);
    check(
        &takes(low(), "dialysis_mon_wed_fri"),
        "heparin",
        Action::Continue,
        None,
    );
}

#[test]
fn sentence_17_medicines_of_diabetes_change_only_when_the_patient_fasts() {
    for (inn, atc, action) in [
        ("insulin aspart", "A10AB05", Action::OmitMorning),
        ("gliclazide", "A10BB09", Action::OmitMorning),
        ("repaglinide", "A10BX02", Action::OmitMorning),
        ("sitagliptin", "A10BH01", Action::OmitMorning),
        ("pioglitazone", "A10BG03", Action::OmitMorning),
        ("acarbose", "A10BF01", Action::OmitMorning),
        ("metformin", "A10BA02", Action::OmitMorning),
        ("insulin glargine", "A10AE04", Action::Reduce),
        ("", "A10AC01", Action::Reduce),
        ("", "A10AD05", Action::Reduce),
        ("semaglutide", "A10BJ06", Action::ContinueWithLiquidDiet),
        ("empagliflozin", "A10BK03", Action::Hold),
        ("ertugliflozin", "A10BK04", Action::Hold),
        ("", "A10BD15", Action::Hold),
        ("", "A10BD02", Action::OmitMorning),
        ("", "A10AE54", Action::Reduce),
        ("", "A10AE56", Action::Reduce),
    ] {
        let row =
            |patient: Patient| patient.takes(inn, atc, "10 U", "08:00").plan().medicines[0].clone();
        for depth in ["moderate_sedation", "ga"] {
            assert_eq!(row(high().anaesthesia(depth)).action, action, "{inn} {atc}");
        }
        assert_eq!(row(high()).action, Action::Continue, "{inn} {atc}");
        assert_eq!(row(high().anaesthesia("none")).action, Action::Continue);
        if atc.starts_with("A10AE5") {
            let liquids = row(high().sedated()).liquids_only_from;
            assert_eq!(liquids, Some(at("2027-02-09T09:00")));
        }
    }
    let last = |atc: &str| {
        high()
            .sedated()
            .takes("", atc, "1", "08:00")
            .plan()
            .medicines[0]
            .last_dose
    };
    assert_eq!(last("A10BK03"), Some(at("2027-02-06T08:00")), "3 days");
    assert_eq!(last("A10BK04"), Some(at("2027-02-05T08:00")), "4 days");
    assert_eq!(last("A10BD15"), Some(at("2027-02-06T08:00")));
    assert_eq!(last("A10BD23"), Some(at("2027-02-05T08:00")));
}

#[test]
fn sentence_17_metformin_goes_by_contrast_first() {
    let row = |patient: Patient| {
        let plan = patient.takes("metformin", "A10BA02", "1 g", "08:00").plan();
        plan.row("metformin").action
    };
    let leg = "femoropopliteal_angioplasty";
    let stops = Action::HoldFromProcedure;
    for depth in ["local", "moderate_sedation"] {
        assert_eq!(row(poor_kidneys(leg).anaesthesia(depth)), stops);
        assert_eq!(
            row(fair_kidneys(leg).anaesthesia(depth).without("creatinine")),
            stops,
            "unknown counts as below 30"
        );
        let renal = fair_kidneys("visceral_angiography").anaesthesia(depth);
        assert_eq!(row(renal), stops, "first pass");
    }
    assert_eq!(row(fair_kidneys(leg)), Action::Continue);
    assert_eq!(row(fair_kidneys(leg).sedated()), Action::OmitMorning);
    assert_eq!(row(poor_kidneys(leg).contrast("co2")), Action::Continue);
    // The sample after it is asked for, and the gate waits.
    let plan = poor_kidneys(leg)
        .takes("metformin", "A10BA02", "1 g", "08:00")
        .plan();
    assert!(plan.labs_due.iter().any(|lab| lab.analyte == "creatinine"
        && lab.take_from == at("2027-02-12T09:00")
        && lab.take_until == at("2027-02-13T09:00")));
}
