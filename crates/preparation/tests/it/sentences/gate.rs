//! Sentences 31 to 34: what the gate says now, and when everything on the list is done.

use crate::patient::{Asked, Patient, high, low};
use model::Gate;
use preparation::PregnancyStatus;

const READY: (Gate, Gate) = (Gate::Ready, Gate::Ready);
const PENDING: (Gate, Gate) = (Gate::Pending, Gate::Ready);

fn leg() -> Patient {
    Patient::for_procedure("femoropopliteal_angioplasty").modality("XA")
}

#[test]
fn sentence_31_every_task_makes_the_gate_pending() {
    assert_eq!(low().plan().gates(), READY);
    assert_eq!(high().plan().gates(), READY);
    let poor = |patient: Patient| {
        let patient = patient.age(71.0);
        patient.only("creatinine", 2.341, "mg/dL", "2027-01-30T08:00")
    };
    for (why, patient) in [
        (
            "hold",
            high().takes("clopidogrel", "B01AC04", "75 mg", "08:00"),
        ),
        (
            "target",
            low().takes("warfarin", "B01AA03", "5 mg", "18:00"),
        ),
        (
            "reduce",
            low().sedated().takes("", "A10AE04", "40 U", "22:00"),
        ),
        ("omit", low().sedated().takes("", "A10BB09", "1", "08:00")),
        ("liquid", low().sedated().takes("", "A10BJ06", "1", "08:00")),
        ("fasting", low().sedated()),
        (
            "premedication",
            leg().allergy("iodinated_contrast", "iohexol", "", "moderate"),
        ),
        ("fluids below 30", poor(leg())),
        (
            "nsaid around contrast",
            poor(leg()).takes("", "M01AE01", "1", "08:00"),
        ),
        (
            "sample after contrast",
            Patient::for_procedure("visceral_angiography").takes("", "A10BA02", "1", "08:00"),
        ),
        (
            "laboratory",
            low()
                .takes("", "A10BA02", "1", "08:00")
                .has("copd")
                .lab_due(),
        ),
    ] {
        assert_eq!(patient.plan().gates(), PENDING, "{why}");
    }
}

impl Patient {
    /// A sample that falls due only later.
    fn lab_due(self) -> Self {
        self.takes("warfarin", "B01AA03", "5 mg", "18:00")
    }
}

#[test]
fn sentence_31_fluids_by_route_and_not_on_dialysis() {
    // 71 years: 2.275 mg/dL is 30.0, and 1.62 is 45.0.
    let egfr = |id: &str, mg_dl: f64| {
        let patient = Patient::for_procedure(id).age(71.0);
        patient.only("creatinine", mg_dl, "mg/dL", "2027-01-30T08:00")
    };
    let second = "femoropopliteal_angioplasty";
    let first = "visceral_angiography";
    assert_eq!(
        egfr(second, 2.275).plan().gates(),
        READY,
        "the band is no task"
    );
    assert_eq!(egfr(second, 2.341).plan().gates(), PENDING);
    let above = egfr(first, 1.61);
    assert!(above.plan().egfr.unwrap().0 >= 45.0);
    assert_eq!(above.plan().gates(), READY);
    let below = egfr(first, 1.63);
    assert!(below.plan().egfr.unwrap().0 < 45.0);
    assert_eq!(below.plan().gates(), PENDING);
    for id in [second, first] {
        let dialysis = egfr(id, 6.0).has("haemodialysis_mon_wed_fri");
        assert_eq!(dialysis.plan().gates(), READY, "{id}");
        assert_eq!(egfr(id, 6.0).plan().gates(), PENDING, "{id}");
        assert_eq!(egfr(id, 6.0).contrast("co2").plan().gates(), READY);
    }
}

#[test]
fn sentence_31_a_team_decision_and_continuing_are_no_tasks() {
    let goes_on = high()
        .takes("cilostazol", "B01AC23", "100 mg", "08:00")
        .takes("amlodipine", "C08CA01", "5 mg", "08:00");
    assert_eq!(goes_on.plan().gates(), READY);
}

#[test]
fn sentence_32_a_decision_without_a_review_code_is_still_a_review() {
    for patient in [
        high().takes("apixaban", "B01AF02", "5 mg", ""),
        high().takes("vorapaxar", "B01AC26", "2 mg", "08:00"),
        high().takes("", "M01AG01", "1", "08:00"),
        high()
            .weight_unknown()
            .takes("apixaban", "B01AF02", "5 mg", "08:00"),
        leg()
            .age(71.0)
            .only("creatinine", 2.341, "mg/dL", "2027-01-30T08:00")
            .takes("furosemide", "C03CA01", "40 mg", "08:00"),
    ] {
        let plan = patient.plan();
        assert!(plan.reviews().is_empty(), "{:?}", plan.reviews());
        assert_eq!(plan.gates(), (Gate::Review, Gate::Review));
    }
}

#[test]
fn sentence_33_what_tasks_lift_and_what_stays() {
    let lifted = (Gate::Blocked, Gate::Ready);
    let stays = (Gate::Blocked, Gate::Blocked);
    let woman = |id: &str| Patient::for_procedure(id).woman(30.0);
    for (why, patient, want) in [
        ("missing", high().without("hb"), lifted),
        (
            "stale",
            high()
                .only("hb", 140.0, "g/L", "2026-12-01T08:00")
                .planned_at("2027-02-09T12:00"),
            lifted,
        ),
        (
            "implausible",
            high().only("hb", 14.0, "g/L", "2027-01-30T08:00"),
            lifted,
        ),
        (
            "can be repeated",
            high().only("inr", 2.0, "{INR}", "2027-01-30T08:00"),
            lifted,
        ),
        (
            "same day",
            high()
                .only("inr", 2.0, "{INR}", "2027-01-30T08:00")
                .planned_at("2027-02-10T07:00"),
            stays,
        ),
        (
            "test",
            woman("nephrostomy")
                .cycle_day(40)
                .planned_at("2027-02-09T12:00"),
            lifted,
        ),
        (
            "no escort",
            low().sedated().companion(preparation::Answer::NotAsked),
            stays,
        ),
        (
            "magnet",
            Patient::for_procedure("mr_guided_biopsy")
                .modality("MR")
                .has("pacemaker_mr_unsafe"),
            stays,
        ),
        (
            "pregnant",
            woman("nephrostomy").pregnancy(PregnancyStatus::Pregnant),
            stays,
        ),
        (
            "both",
            high()
                .without("hb")
                .sedated()
                .companion(preparation::Answer::NotAsked),
            stays,
        ),
    ] {
        assert_eq!(
            patient.plan().gates(),
            want,
            "{why}: {:?}",
            patient.plan().blockers()
        );
    }
    let review = (Gate::Review, Gate::Review);
    for (why, patient, want) in [
        (
            "aspirin",
            high().takes("", "B01AC06", "75 mg", "08:00"),
            (Gate::Review, Gate::Ready),
        ),
        (
            "pregnant",
            woman("nephrostomy")
                .urgent()
                .pregnancy(PregnancyStatus::Pregnant),
            (Gate::Review, Gate::Ready),
        ),
        ("condition", low().has("unheard_of"), review),
        ("medicine", low().takes("zzyzx", "", "1", "08:00"), review),
        (
            "contrast",
            leg().allergy("iodinated_contrast", "iohexol", "", "severe"),
            review,
        ),
        (
            "late",
            high()
                .takes("clopidogrel", "B01AC04", "75 mg", "08:00")
                .planned_at("2027-02-09T12:00"),
            review,
        ),
    ] {
        assert_eq!(
            patient.plan().gates(),
            want,
            "{why}: {:?}",
            patient.plan().blockers()
        );
    }
}

#[test]
fn sentence_34_an_emergency_goes_on_with_an_override_or_as_usual() {
    let bypassed = (Gate::OverrideRequired, Gate::OverrideRequired);
    for (why, patient, want) in [
        ("nothing", low().emergency(), READY),
        ("blocker", high().without("hb").emergency(), bypassed),
        ("review", low().has("unheard_of").emergency(), bypassed),
        (
            "team",
            high()
                .takes("vorapaxar", "B01AC26", "2 mg", "08:00")
                .emergency(),
            bypassed,
        ),
        ("fasting", low().sedated().emergency(), bypassed),
        (
            "only a task",
            low()
                .sedated()
                .anaesthesia("local")
                .allergy("x", "", "", "")
                .takes("warfarin", "B01AA03", "5 mg", "18:00")
                .emergency(),
            PENDING,
        ),
    ] {
        assert_eq!(
            patient.plan().gates(),
            want,
            "{why}: {:?}",
            patient.plan().bypassed()
        );
    }
}

#[test]
fn a_list_that_nobody_asked_for_is_an_open_question() {
    use preparation::List::NotAsked;
    let mut patient = low();
    patient.facts.medicines_asked = NotAsked;
    patient.facts.allergies_asked = NotAsked;
    let codes = |patient: &Patient| -> Vec<String> {
        let open = patient.plan().open_questions;
        assert!(
            open.iter()
                .all(|one| !one.owners.is_empty() && !one.words.is_empty())
        );
        open.into_iter().map(|one| one.code).collect()
    };
    assert_eq!(
        codes(&patient),
        ["allergies_not_asked", "medicines_not_asked"]
    );
    assert_eq!(patient.plan().gates(), PENDING);
    // A list with something on it has been asked for.
    let told = patient.takes("amlodipine", "C08CA01", "5 mg", "08:00");
    assert_eq!(codes(&told), ["allergies_not_asked"]);
    let both = told.allergy("latex", "latex", "rash", "");
    assert!(codes(&both).is_empty());
    assert_eq!(both.plan().gates(), READY);
    assert!(codes(&low()).is_empty());
}

#[test]
fn what_contrast_asks_of_the_kidneys_is_said_in_bands() {
    // 71 years: 2.341 mg/dL is 29.0, 2.275 is 30.0.
    let actions = |id: &str, mg_dl: f64| {
        let patient = Patient::for_procedure(id).age(71.0);
        let patient = patient.only("creatinine", mg_dl, "mg/dL", "2027-01-30T08:00");
        patient.plan().contrast_actions
    };
    let second = "femoropopliteal_angioplasty";
    assert_eq!(actions(second, 2.341), ["prophylaxis_saline_acr"]);
    assert_eq!(actions(second, 2.275), ["acr_band_30_44_discretionary"]);
    assert_eq!(actions(second, 1.0), ["acr_band_45_and_above_none"]);
    let first = |mg_dl: f64| actions("visceral_angiography", mg_dl);
    assert!(first(1.63).contains(&"hydration_esur_first_pass_egfr_below_45".to_owned()));
    assert!(
        !first(1.61)
            .iter()
            .any(|action| action.starts_with("hydration"))
    );
    // Three millilitres for each millilitre a minute bind at 350 mg/mL, cut to a tenth.
    let rate = Patient::for_procedure("visceral_angiography").age(71.0);
    let rate = rate
        .only("creatinine", 1.0, "mg/dL", "2027-01-30T08:00")
        .plan()
        .egfr
        .unwrap()
        .0;
    let most = format!(
        "max_volume_ml_{:.1}_at_350",
        (rate * 3.0 * 10.0).floor() / 10.0
    );
    assert!(first(1.0).contains(&most), "{most} {:?}", first(1.0));
}
