//! Sentences 25 to 27: contrast reactions and premedication, pregnancy and X-rays.

use crate::patient::{Asked, Patient, at, high};
use model::Gate;
use preparation::{Plan, PregnancyStatus, Section};

fn leg() -> Patient {
    Patient::for_procedure("femoropopliteal_angioplasty").modality("XA")
}

fn reacted(patient: Patient, reaction: &str, severity: &str) -> Patient {
    patient.allergy("iodinated_contrast", "iohexol", reaction, severity)
}

/// Drug, whole milligrams and time of each dose.
fn doses(plan: &Plan) -> Vec<(String, i64, String)> {
    let Section::Worked(doses) = &plan.premedication else {
        panic!("not worked out: {:?}", plan.premedication);
    };
    doses
        .iter()
        .map(|one| {
            let whole = format!("{:.0}", one.dose.0).parse().unwrap();
            let when = one.at.strftime("%d %H:%M").to_string();
            (one.drug.clone(), whole, when)
        })
        .collect()
}

fn check(patient: &Patient, expected: &[(&str, i64, &str)]) {
    let got = doses(&patient.plan());
    let got: Vec<(&str, i64, &str)> = got
        .iter()
        .map(|(drug, dose, when)| (drug.as_str(), *dose, when.as_str()))
        .collect();
    assert_eq!(
        got, expected,
        "{} {}",
        patient.as_of, patient.booking.appointment
    );
}

#[test]
fn sentence_25_optional_contrast_counts_unless_another_agent_is_named() {
    let liver = || reacted(Patient::for_procedure("liver_ablation"), "", "moderate");
    assert!(
        !doses(&liver().plan()).is_empty(),
        "optional counts as planned"
    );
    for (agent, counts) in [
        ("iohexol", true),
        ("something new", true),
        ("co2", false),
        ("none", false),
        ("gadobutrol", false),
        ("gadodiamide", false),
    ] {
        assert_eq!(
            !doses(&liver().contrast(agent).plan()).is_empty(),
            counts,
            "{agent}"
        );
        let vein = reacted(leg(), "", "moderate").contrast(agent).plan();
        assert_eq!(!doses(&vein).is_empty(), counts, "{agent}");
    }
    // Into a cavity a reaction does not count.
    let cavity = reacted(
        Patient::for_procedure("nephrostomy_exchange"),
        "",
        "moderate",
    );
    check(&cavity, &[]);
}

#[test]
fn sentence_25_severity_decides_and_missing_severity_goes_by_the_words() {
    for (reaction, severity, premedicated, review) in [
        ("", "mild", false, false),
        ("", "moderate", true, false),
        ("", "severe", false, true),
        ("limited urticaria", "", false, false),
        ("sneezing", "", false, false),
        ("diffuse urticaria", "", true, false),
        ("wheeze, mild or no hypoxia", "", true, false),
        (
            "throat tightness or hoarseness without dyspnoea",
            "",
            true,
            false,
        ),
        ("anaphylactic shock", "", false, true),
        ("laryngeal oedema with stridor", "", false, true),
        ("felt strange", "", false, true),
        ("limited cutaneous oedema", "", false, false),
        ("facial oedema without dyspnoea", "", true, false),
        ("facial edema without dyspnea", "", true, false),
        ("facial oedema with dyspnoea", "", false, true),
        ("diffuse erythema, stable vital signs", "", true, false),
        ("erythema with hypotension", "", false, true),
        ("bronchospasm with significant hypoxia", "", false, true),
        ("", "", false, true),
        ("nausea, vomiting", "", false, false),
        ("warmth", "", false, false),
    ] {
        let plan = reacted(leg(), reaction, severity).plan();
        assert_eq!(
            !doses(&plan).is_empty(),
            premedicated,
            "{reaction} {severity}"
        );
        let reviews: &[&str] = if review {
            &["contrast_severe_prior_reaction"]
        } else {
            &[]
        };
        assert_eq!(plan.reviews(), reviews, "{reaction} {severity}");
    }
    let magnet = |severity: &str| {
        let patient = Patient::for_procedure("mr_guided_biopsy").modality("MR");
        patient.allergy("gadolinium_contrast", "gadobutrol", "", severity)
    };
    assert_eq!(
        magnet("severe").plan().reviews(),
        ["contrast_severe_prior_reaction"]
    );
    check(&magnet("severe"), &[]);
    // The other kind of contrast is no matter.
    assert!(
        magnet("severe")
            .contrast("none")
            .plan()
            .reviews()
            .is_empty()
    );
    let iodine = reacted(Patient::for_procedure("mr_guided_biopsy"), "", "severe");
    assert!(iodine.contrast("gadobutrol").plan().reviews().is_empty());
}

#[test]
fn sentence_24_and_25_gadolinium_into_a_cavity_counts_neither_kidneys_nor_reactions() {
    let cavity = Patient::for_procedure("nephrostomy_exchange")
        .contrast("gadodiamide")
        .without("creatinine")
        .allergy("gadolinium_contrast", "gadobutrol", "", "severe")
        .plan();
    assert!(cavity.reviews().is_empty() && cavity.labs().is_empty());
}

#[test]
fn sentence_25_the_time_left_chooses_the_scheme() {
    let patient = |as_of: &str| reacted(leg(), "", "moderate").planned_at(as_of);
    // The appointment is on the 10th at 09:00.
    let prednisone = [
        ("prednisone", 50, "09 20:00"),
        ("prednisone", 50, "10 02:00"),
        ("diphenhydramine", 50, "10 08:00"),
        ("prednisone", 50, "10 08:00"),
    ];
    check(&patient("2027-02-01T09:00"), &prednisone);
    check(&patient("2027-02-09T20:00"), &prednisone);
    let methyl = [
        ("methylprednisolone", 32, "09 21:00"),
        ("methylprednisolone", 32, "10 07:00"),
        ("diphenhydramine", 50, "10 08:00"),
    ];
    check(&patient("2027-02-09T20:01"), &methyl);
    check(&patient("2027-02-09T21:00"), &methyl);
    const SODIUM: &str = "methylprednisolone sodium succinate";
    check(
        &patient("2027-02-09T21:01"),
        &[
            (SODIUM, 40, "09 21:01"),
            (SODIUM, 40, "10 01:01"),
            (SODIUM, 40, "10 05:01"),
            ("diphenhydramine", 50, "10 08:00"),
        ],
    );
    // The next dose would fall on the appointment itself: while before it.
    check(
        &patient("2027-02-10T05:00"),
        &[
            (SODIUM, 40, "10 05:00"),
            ("diphenhydramine", 50, "10 08:00"),
        ],
    );
    check(
        &patient("2027-02-10T05:01"),
        &[("diphenhydramine", 50, "10 08:00")],
    );
    check(
        &patient("2027-02-10T08:00"),
        &[("diphenhydramine", 50, "10 08:00")],
    );
    check(
        &patient("2027-02-10T08:30"),
        &[("diphenhydramine", 50, "10 08:30")],
    );
}

#[test]
fn sentence_25_children_have_rows_of_their_own() {
    let child = |as_of: &str| {
        let patient = reacted(leg(), "", "moderate").age(17.9).weight(20.0);
        patient.planned_at(as_of)
    };
    let elective = [
        ("prednisone", 14, "09 20:00"),
        ("prednisone", 14, "10 02:00"),
        ("diphenhydramine", 25, "10 08:00"),
        ("prednisone", 14, "10 08:00"),
    ];
    check(&child("2027-02-09T20:00"), &elective);
    let five_hours = [
        ("hydrocortisone", 40, "10 04:00"),
        ("diphenhydramine", 25, "10 08:00"),
        ("hydrocortisone", 40, "10 08:00"),
    ];
    check(&child("2027-02-09T20:01"), &five_hours);
    check(&child("2027-02-10T04:00"), &five_hours);
    check(
        &child("2027-02-10T04:01"),
        &[("diphenhydramine", 25, "10 08:00")],
    );
    // Heavy children get the adult dose at most, an adult of 18 the adult rows.
    let heavy = child("2027-02-01T09:00").weight(90.0);
    assert!(doses(&heavy.plan()).iter().all(|(_, dose, _)| *dose == 50));
    let adult = child("2027-02-09T20:01").age(18.0);
    assert_eq!(doses(&adult.plan())[0].0, "methylprednisolone");
    // Without a weight nobody makes up a dose.
    let unknown = child("2027-02-01T09:00").weight_unknown().plan();
    assert!(matches!(unknown.premedication, Section::NotWorkedOut(_)));
    assert_eq!(unknown.gates(), (Gate::Review, Gate::Review));
}

fn code(patient: &Patient) -> String {
    patient.plan().pregnancy
}

fn woman(id: &str) -> Patient {
    Patient::for_procedure(id)
        .woman(30.0)
        .pregnancy(PregnancyStatus::Unknown)
}

const OVERDUE: &str = "overdue_treat_as_pregnant_until_tested";
const HIGH_DOSE: &str = "test_required_high_dose";

#[test]
fn sentence_26_pregnancy_is_a_question_of_x_rays() {
    // Sedation or contrast without X-rays: not asked.
    let magnet = woman("mr_guided_biopsy").modality("MR").sedated();
    assert_eq!(code(&magnet), "not_asked");
    assert_eq!(
        code(&woman("paracentesis").modality("US").sedated()),
        "not_asked"
    );
    for (modality, asked) in [("US", false), ("MR", false), ("CT", true), ("US+CT", true)] {
        let biopsy = woman("liver_lesion_biopsy")
            .modality(modality)
            .cycle_day(40);
        let want = if asked { OVERDUE } else { "not_asked" };
        assert_eq!(code(&biopsy), want, "{modality}");
    }
    // Always X-rays, whatever is booked.
    assert_eq!(
        code(&woman("nephrostomy").modality("US").cycle_day(40)),
        OVERDUE
    );
}

#[test]
fn sentence_26_hysterectomy_and_the_ages() {
    let lost = "not_asked_hysterectomy";
    for (age, want) in [
        (11.9, "not_asked"),
        (12.0, lost),
        (55.9, lost),
        (56.0, "not_asked"),
    ] {
        let patient = woman("nephrostomy")
            .age(age)
            .has("hysterectomy")
            .cycle_day(40);
        assert_eq!(code(&patient), want, "{age}");
        let no_x_ray = woman("paracentesis").age(age).has("hysterectomy");
        assert_eq!(code(&no_x_ray), want, "always, {age}");
        let asked = woman("nephrostomy").age(age).cycle_day(40);
        let want = if want == lost { OVERDUE } else { "not_asked" };
        assert_eq!(code(&asked), want, "{age}");
    }
    let man = Patient::for_procedure("nephrostomy").has("hysterectomy");
    assert_eq!(code(&man), "not_asked");
}

#[test]
fn sentence_26_a_pregnant_patient_and_x_rays() {
    const CODE: &str = "pregnant_ionising_justification_required";
    for patient in [
        woman("nephrostomy").pregnancy(PregnancyStatus::Pregnant),
        woman("nephrostomy").has("pregnant"),
        woman("nephrostomy").lab_word("hcg", "positive", "2027-01-31T08:00"),
    ] {
        let elective = patient.clone().plan();
        assert_eq!(elective.pregnancy, CODE);
        assert_eq!(elective.blockers(), ["pregnant_ionising_elective"]);
        assert!(elective.reviews().is_empty());
        assert_eq!(elective.gates(), (Gate::Blocked, Gate::Blocked));
        let urgent = patient.clone().urgent().plan();
        assert_eq!(urgent.reviews(), ["pregnant_ionising"]);
        assert!(urgent.blockers().is_empty());
        assert_eq!(urgent.gates(), (Gate::Review, Gate::Ready));
        let emergency = patient.emergency().plan();
        assert_eq!(emergency.reviews(), ["pregnant_ionising"]);
    }
}

/// Code, whether a test is asked for, whether it blocks.
fn test_of(patient: &Patient) -> (String, bool, bool) {
    let plan = patient.plan();
    let asked = plan.labs().contains(&"hcg_urine");
    let blocks = plan.blockers().contains(&"pregnancy_test_required");
    (plan.pregnancy, asked, blocks)
}

fn is(code: &str, asked: bool, blocks: bool) -> (String, bool, bool) {
    (code.to_owned(), asked, blocks)
}

#[test]
fn sentence_27_the_day_of_the_cycle_decides() {
    let no_test = |day: i64| format!("asked_lmp_day_{day}_within_10_days_no_test");
    let within = |day: i64| format!("asked_lmp_day_{day}_within_28_days");
    // Direct field and high dose, direct field, near field.
    for (id, modality, early, late, overdue) in [
        ("iliac_stent", "XA", false, true, true),
        ("kidney_native_biopsy", "CT", false, true, true),
        ("nephrostomy", "US+XA", false, false, true),
        ("ptbd", "US+XA", false, false, true),
        ("tace", "XA", false, false, true),
    ] {
        for (as_of, open) in [("2027-02-05T09:00", false), ("2027-02-09T10:00", true)] {
            let day = |day: i64| {
                let patient = woman(id).modality(modality).cycle_day(day);
                test_of(&patient.planned_at(as_of).without_labs_of_class())
            };
            assert_eq!(day(10), is(&no_test(10), early, false), "{id}");
            let eleven = if late {
                is(HIGH_DOSE, true, open)
            } else {
                is(&within(11), false, false)
            };
            assert_eq!(day(11), eleven, "{id} {as_of}");
            assert_eq!(day(28).1, late, "{id}");
            assert_eq!(day(29), is(OVERDUE, overdue, open), "{id} {as_of}");
        }
    }
    // Far from the beam nobody is tested.
    let (_, asked, blocks) = test_of(&woman("lung_biopsy").modality("CT").cycle_day(40));
    assert!(!asked && !blocks);
}

impl Patient {
    /// Fresh values, so that only the pregnancy test is open.
    fn without_labs_of_class(self) -> Self {
        let taken = "2027-02-04T08:00";
        self.only("inr", 1.0, "{INR}", taken)
            .only("platelets", 200.0, "10*9/L", taken)
            .only("hb", 140.0, "g/L", taken)
            .only("creatinine", 0.8, "mg/dL", taken)
    }
}

#[test]
fn sentence_27_the_window_of_the_test_is_24_hours_direct_and_72_near() {
    for (id, modality, before, open) in [
        (
            "nephrostomy",
            "US+XA",
            "2027-02-09T08:59",
            "2027-02-09T09:00",
        ),
        ("ptbd", "US+XA", "2027-02-07T08:59", "2027-02-07T09:00"),
    ] {
        let patient = woman(id)
            .modality(modality)
            .cycle_day(40)
            .without_labs_of_class();
        assert_eq!(
            test_of(&patient.clone().planned_at(before)),
            is(OVERDUE, true, false)
        );
        let blocked = patient.clone().planned_at(open);
        assert_eq!(test_of(&blocked), is(OVERDUE, true, true), "{id}");
        assert_eq!(blocked.plan().gates(), (Gate::Blocked, Gate::Ready));
        // A negative test from inside the window clears it, the code stays.
        let near = blocked.clone().planned_at("2027-02-09T12:00");
        let cleared = near.clone().lab_word("hcg", "negative", open);
        assert_eq!(test_of(&cleared), is(OVERDUE, false, false), "{id}");
        let old = near.clone().lab_word("hcg", "negative", before);
        assert_eq!(test_of(&old), is(OVERDUE, true, true), "{id}");
        let low_number = near.clone().lab("hcg", 4.9, "[IU]/L", open);
        assert_eq!(test_of(&low_number), is(OVERDUE, false, false));
        let number = near.lab("hcg", 5.0, "[IU]/L", open);
        assert_eq!(code(&number), "pregnant_ionising_justification_required");
    }
}

#[test]
fn sentence_27_without_a_first_day_and_when_the_answer_is_refused() {
    use PregnancyStatus::{NotAsked, NotPregnantStated, Refused, Unknown};
    let near = "2027-02-09T12:00";
    for (id, modality, status, want) in [
        (
            "nephrostomy",
            "US+XA",
            NotAsked,
            is("not_asked", true, true),
        ),
        ("nephrostomy", "US+XA", Unknown, is(OVERDUE, true, true)),
        (
            "nephrostomy",
            "US+XA",
            NotPregnantStated,
            is(OVERDUE, true, true),
        ),
        ("iliac_stent", "XA", NotAsked, is("not_asked", true, true)),
        ("iliac_stent", "XA", Unknown, is(HIGH_DOSE, true, true)),
        (
            "kidney_native_biopsy",
            "CT",
            NotPregnantStated,
            is(HIGH_DOSE, true, true),
        ),
        ("ptbd", "US+XA", NotAsked, is("not_asked", false, false)),
        ("ptbd", "US+XA", Unknown, is("not_asked", false, false)),
        ("lung_biopsy", "CT", Unknown, is("not_asked", false, false)),
        ("nephrostomy", "US+XA", Refused, is("refused", true, true)),
        ("ptbd", "US+XA", Refused, is("refused", false, false)),
    ] {
        let patient = woman(id)
            .modality(modality)
            .pregnancy(status)
            .planned_at(near);
        let patient = patient.without_labs_of_class();
        assert_eq!(test_of(&patient), want, "{id} {status:?}");
        let cleared = patient.lab_word("hcg", "negative", "2027-02-09T10:00");
        assert_eq!(
            test_of(&cleared),
            is(&want.0, false, false),
            "{id} {status:?}"
        );
    }
}

#[test]
fn sentence_27_a_positive_test_is_not_forgotten_because_of_an_unclear_one() {
    let patient = woman("ptbd")
        .cycle_day(5)
        .planned_at("2027-02-05T09:00")
        .lab_word("hcg", "positive", "2027-02-01T08:00")
        .lab_word("hcg", "indeterminate", "2027-02-03T08:00");
    assert_eq!(code(&patient), "pregnant_ionising_justification_required");
    let cleared = patient.lab_word("hcg", "negative", "2027-02-04T08:00");
    assert_ne!(code(&cleared), "pregnant_ionising_justification_required");
}

#[test]
fn sentence_25_and_30_an_appointment_at_night_counts_back_over_midnight() {
    let patient = reacted(leg(), "", "moderate").appointment("2027-02-10T00:30");
    let first = doses(&patient.plan())[0].clone();
    assert_eq!(first, ("prednisone".to_owned(), 50, "09 11:30".to_owned()));
    let fasting = high().sedated().appointment("2027-02-10T00:30").plan();
    assert_eq!(
        fasting.fasting.limits[0].until.date(),
        at("2027-02-09T00:00").date()
    );
}
