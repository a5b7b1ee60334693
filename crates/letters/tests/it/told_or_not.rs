//! What may reach a patient, and how the day list is made.

use crate::plans::{self, PROCEDURE_DAY, at, biopsy, hold_apixaban, medicine};
use jiff::civil::date;
use letters::patient_plan::*;
use letters::plan_words::PlanWords;
use letters::{Language, WordsError, sentences};

fn english(plan: &PatientPlan) -> PlanWords {
    sentences(plan, Language::English).unwrap()
}

fn day_texts(words: &PlanWords) -> Vec<(String, Vec<String>)> {
    words
        .days
        .iter()
        .map(|day| {
            let lines = day.lines.iter().map(|line| line.text.clone()).collect();
            (day.heading.clone(), lines)
        })
        .collect()
}

#[test]
fn a_plan_is_told_day_by_day() {
    let expected = [
        (
            "Monday 8 March",
            vec![
                "You can have your blood test from 07:30 today. Have it by Wednesday 10 March, 14:00. Place: Laboratory, entrance A.",
                "Take the last apixaban (Eliquis) at 20:00. Then no more.",
            ],
        ),
        ("Tuesday 9 March", vec!["Do not take apixaban (Eliquis)."]),
        (
            "Wednesday 10 March",
            vec![
                "Do not take apixaban (Eliquis).",
                "Last day for the blood test: have it before 14:00. Place: Laboratory, entrance A.",
            ],
        ),
        (
            "Thursday 11 March",
            vec![
                "Do not take apixaban (Eliquis).",
                "Do not eat after 03:00.",
                "You may drink water until 07:00.",
                "Come at 08:00.",
                "We start at about 09:00.",
            ],
        ),
        (
            "Friday 12 March",
            vec!["Start apixaban (Eliquis) again at 20:00 if the ward says yes."],
        ),
    ];
    let said = day_texts(&english(&biopsy()));
    let expected: Vec<(String, Vec<String>)> = expected
        .into_iter()
        .map(|(day, lines)| {
            (
                day.to_owned(),
                lines.into_iter().map(str::to_owned).collect(),
            )
        })
        .collect();
    assert_eq!(said, expected);
}

#[test]
fn an_unapproved_rule_never_reaches_a_patient() {
    for language in Language::ALL {
        let all_told = format!("{:?}", sentences(&biopsy(), *language).unwrap());
        let said = sentences(&plans::nothing_approved(), *language).unwrap();
        let text = format!("{said:?}");
        for secret in ["20:00", "20.00", "03:00", "3.00", "07:30", "7.30"] {
            assert!(!text.contains(secret), "{secret} in {language:?}");
        }
        assert!(all_told.contains("Eliquis"));
        let open = said.open.unwrap().lines;
        // apixaban, metoprolol, blood tests, fasting, after-care, preparation, and the line with the number.
        assert_eq!(open.len(), 7, "{open:?}");
        assert_eq!(said.days.len(), 1, "only the day to come");
        assert_eq!(said.after.lines.len(), 2);
    }
}

#[test]
fn a_demonstration_tells_all_and_says_what_it_is() {
    let mut plan = plans::nothing_approved();
    plan.demonstration = true;
    let said = english(&plan);
    assert!(said.demonstration.unwrap().starts_with("DEMONSTRATION"));
    assert_eq!(said.open, None);
    assert_eq!(said.days.len(), 5);
    assert_eq!(english(&biopsy()).demonstration, None);
}

#[test]
fn a_hold_without_a_date_becomes_a_call() {
    let mut plan = biopsy();
    plan.steps = vec![Ruled::approved(Instruction::HoldMedicine {
        medicine: medicine("dabigatran", None),
        why: HoldReason::Bleeding,
        last_dose: None,
        free_from: None,
        restart: Restart::AskFirst,
    })];
    let open = english(&plan).open.unwrap();
    assert_eq!(
        open.lines.first().unwrap(),
        "dabigatran: your unit will call you. Do not stop it on your own."
    );
}

#[test]
fn a_hold_longer_than_the_limit_is_refused() {
    let hold = |day| {
        let mut plan = biopsy();
        plan.steps = vec![Ruled::approved(Instruction::HoldMedicine {
            medicine: medicine("x", None),
            why: HoldReason::NotSaid,
            last_dose: Some(DoseMoment::Day(day)),
            free_from: None,
            restart: Restart::AskFirst,
        })];
        sentences(&plan, Language::English).map(|said| said.days.len())
    };
    // 60 free days up to and with 11 March, and the day of the last dose.
    assert_eq!(hold(date(2027, 1, 10)), Ok(61));
    assert_eq!(
        hold(date(2027, 1, 9)),
        Err(WordsError::HoldTooLong { most: 60 })
    );
}

#[test]
fn the_clock_is_the_hospitals_across_the_change_to_summer_time() {
    let mut plan = biopsy();
    plan.steps = vec![
        Ruled::approved(Instruction::NoFoodAfter(plans::hospital_time(
            "2027-03-28T00:30:00Z",
        ))),
        Ruled::approved(Instruction::ClearFluidsUntil(plans::hospital_time(
            "2027-03-28T01:30:00Z",
        ))),
    ];
    plan.appointment.arrive_at = plans::hospital_time("2027-03-28T06:00:00Z");
    plan.appointment.starts_at = None;
    // Helsinki goes from 02:59 to 04:00 that night.
    assert_eq!(
        day_texts(&english(&plan)),
        [(
            "Sunday 28 March".to_owned(),
            vec![
                "Do not eat after 02:30.".to_owned(),
                "You may drink water until 04:30.".to_owned(),
                "Come at 09:00.".to_owned(),
            ]
        )]
    );
}

#[test]
fn emergency_signs_and_numbers_are_always_there() {
    let mut plan = plans::nothing_approved();
    plan.aftercare = AfterCare::default();
    for language in Language::ALL {
        let said = sentences(&plan, *language).unwrap();
        assert!(said.emergency.heading.contains("112"));
        assert!(said.emergency.lines.len() >= 5);
        let phones: Vec<&str> = said
            .who_to_call
            .lines
            .iter()
            .map(|line| line.phone.as_str())
            .collect();
        assert_eq!(phones, ["112", "000 000 001", "000 000 002"]);
    }
}

#[test]
fn an_unknown_procedure_is_called_by_its_family() {
    let mut plan = biopsy();
    plan.procedure.id = None;
    let what = |plan: &PatientPlan| english(plan).facts[2].value.clone();
    assert_eq!(what(&plan), "A needle sample.");
    plan.procedure.id = Some(model::ProcedureId::new("something_of_the_site").unwrap());
    assert_eq!(what(&plan), "A needle sample.");
    plan.procedure.side = model::Laterality::Left;
    assert_eq!(what(&plan), "A needle sample. Left side.");
}

#[test]
fn days_are_sorted_whatever_the_order_of_the_steps() {
    let mut plan = biopsy();
    let forward = english(&plan).days;
    plan.steps.reverse();
    assert_eq!(english(&plan).days, forward);
    assert!(plan.steps.contains(&Ruled::approved(hold_apixaban())));
    assert_eq!(at(PROCEDURE_DAY, 8, 0), plan.appointment.arrive_at);
}
