//! Every fact of the page that hospitals give to everybody is said to the patient whom it concerns, on their own paper.

use crate::plans;
use letters::patient_plan::*;
use letters::plan_words::{PlanWords, Section};
use letters::{Language, discharge_words, sentences};

fn all(words: &PlanWords) -> String {
    let mut text = words.title.clone();
    let sections = [
        Some(&words.about),
        Some(&words.tell_us),
        Some(&words.room),
        Some(&words.radiation),
        Some(&words.risks),
        Some(&words.after),
        words.any_day.as_ref(),
        words.results.as_ref(),
    ];
    let mut lines = |section: &Section| {
        for line in &section.lines {
            text.push('\n');
            text.push_str(line);
        }
    };
    sections.into_iter().flatten().for_each(&mut lines);
    for day in &words.days {
        for line in &day.lines {
            text.push('\n');
            text.push_str(&line.text);
        }
    }
    for fact in &words.facts {
        text.push('\n');
        text.push_str(&fact.value);
    }
    text.push_str(&words.footer.join("\n"));
    text
}

fn english(plan: &PatientPlan) -> String {
    all(&sentences(plan, Language::English).unwrap())
}

/// What the page says in our words, whose paper says it, and the sentence.
fn facts() -> Vec<(&'static str, PatientPlan, &'static str)> {
    let with = |change: fn(&mut PatientPlan)| {
        let mut plan = plans::biopsy();
        change(&mut plan);
        plan
    };
    let all_contrast = || with(|plan| plan.procedure.contrast = Contrast::Iodine);
    vec![
        (
            "done with the help of imaging",
            plans::biopsy(),
            "with the help of pictures",
        ),
        (
            "gentler than an operation",
            plans::biopsy(),
            "gentler than an operation",
        ),
        ("faster recovery", plans::biopsy(), "recover faster"),
        (
            "general anaesthesia often not needed",
            plans::biopsy(),
            "do not need to sleep",
        ),
        (
            "ultrasound",
            with(|p| p.procedure.modalities = vec![model::Modality::Ultrasound]),
            "We use ultrasound",
        ),
        (
            "fluoroscopy",
            with(|p| p.procedure.modalities = vec![model::Modality::Fluoroscopy]),
            "We use X-ray pictures",
        ),
        (
            "computed tomography",
            with(|p| p.procedure.modalities = vec![model::Modality::Ct]),
            "computed tomography",
        ),
        (
            "magnetic resonance",
            with(|p| p.procedure.modalities = vec![model::Modality::Mr]),
            "magnet scanner",
        ),
        (
            "contrast agents",
            all_contrast(),
            "contrast agent with iodine",
        ),
        (
            "needle sampling",
            plans::biopsy(),
            "small samples with a thin needle",
        ),
        (
            "fluid or pus is drained",
            plans::drainage(),
            "Fluid or pus flows out",
        ),
        (
            "a narrow artery is widened by a balloon",
            plans::angioplasty(),
            "A small balloon makes it wider.",
        ),
        (
            "the narrowing is found with contrast first",
            plans::angioplasty(),
            "Contrast shows where it is narrow.",
        ),
        (
            "a metal mesh keeps it open",
            plans::stent(),
            "metal mesh tube",
        ),
        (
            "deep samples: one night",
            with(|p| p.appointment.stay = Stay::Overnight),
            "one night in hospital",
        ),
        ("laboratory tests", plans::biopsy(), "blood test"),
        ("fasting", plans::biopsy(), "Do not eat after"),
        (
            "blood thinners are paused",
            plans::biopsy(),
            "Take the last apixaban",
        ),
        (
            "allergy to contrast is told",
            all_contrast(),
            "allergic to a contrast agent",
        ),
        (
            "allergy to anaesthetics is told",
            plans::biopsy(),
            "allergic to a numbing medicine",
        ),
        (
            "pregnancy is told",
            with(|p| p.procedure.pregnancy = PregnancyQuestion::Ask),
            "you are pregnant",
        ),
        (
            "the skin is cleaned and covered",
            plans::biopsy(),
            "We clean your skin. We cover it",
        ),
        (
            "the place is numbed",
            with(|p| p.procedure.anaesthesia = Anaesthesia::Local),
            "We numb the place.",
        ),
        (
            "sometimes general anaesthesia",
            with(|p| p.procedure.anaesthesia = Anaesthesia::General),
            "You sleep",
        ),
        (
            "a cannula for pain relief",
            plans::biopsy(),
            "a thin tube in a vein of your hand",
        ),
        (
            "a radiologist with a nurse",
            plans::biopsy(),
            "A radiologist does it.",
        ),
        ("watched all the time", plans::biopsy(), "all the time"),
        ("rest lying down", plans::biopsy(), "You lie down for"),
        (
            "medicines afterwards",
            plans::biopsy(),
            "go on with your medicines",
        ),
        (
            "who tells the result",
            plans::biopsy(),
            "tells you the result",
        ),
        (
            "nothing booked: contact the unit",
            plans::biopsy(),
            "You have no visit or call about it yet. Call us",
        ),
        (
            "some risk, rarely bleeding or infection",
            plans::biopsy(),
            "Bleeding and infection are rare.",
        ),
        (
            "preparation makes it smaller",
            plans::biopsy(),
            "Good preparation makes the risk smaller.",
        ),
        (
            "X-rays, by place and time",
            with(|p| p.procedure.modalities = vec![model::Modality::Ct]),
            "How much depends on the place and the time.",
        ),
        (
            "whom to ask about X-rays",
            with(|p| p.procedure.modalities = vec![model::Modality::Ct]),
            "Ask your doctor or us.",
        ),
        (
            "the date of the text",
            plans::biopsy(),
            "Written Thursday 25 February 2027",
        ),
    ]
}

#[test]
fn every_fact_of_the_hospitals_page_is_said_to_whom_it_concerns() {
    for (fact, plan, sentence) in facts() {
        let said = english(&plan);
        assert!(said.contains(sentence), "{fact}: {sentence:?} in\n{said}");
        for language in [Language::Finnish, Language::Swedish] {
            let other = all(&sentences(&plan, language).unwrap());
            assert_eq!(
                other.lines().count(),
                said.lines().count(),
                "{fact} in {language:?}"
            );
        }
    }
}

#[test]
fn a_superficial_sample_needs_no_rest_and_a_tube_comes_with_its_care() {
    let mut plan = plans::biopsy();
    plan.aftercare.steps = vec![Ruled::approved(AfterStep::NoBedRest)];
    assert!(english(&plan).contains("You need not lie down."));
    let home = format!(
        "{:?}",
        discharge_words(&plans::discharge(Language::English)).unwrap()
    );
    assert!(home.contains("You get care instructions for it."), "{home}");
}
