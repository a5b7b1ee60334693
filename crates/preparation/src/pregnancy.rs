//! Pregnancy before X-rays: who is asked, when a test is needed, what clears it.
//!
//! The first day of the last period is day 1. Where no X-ray is used the answer is `not_asked`.

use crate::clock::{at_most_hours, days_between};
use crate::facts::{PregnancyStatus, ResultValue};
use crate::laboratory::reading::factor_of;
use crate::plan::LabDue;
use crate::readiness::{Findings, Lift};
use crate::situation::Situation;
use jiff::Timestamp;
use jiff::ToSpan;
use jiff::civil::DateTime;
use knowledge::condition::Tag;
use knowledge::figures::Figure;
use knowledge::procedure::UterusField;
use model::{Sex, Urgency};

const NOT_ASKED: &str = "not_asked";
const OVERDUE: &str = "overdue_treat_as_pregnant_until_tested";
const HIGH_DOSE: &str = "test_required_high_dose";
const RULE: &str = "pregnancy/rules";

/// The code of the contract; adds the test and the reasons.
pub(crate) fn work_out(
    situation: &Situation,
    labs: &mut Vec<LabDue>,
    findings: &mut Findings,
) -> String {
    if situation.facts.sex == Sex::Male {
        return NOT_ASKED.to_owned();
    }
    let in_age = is_in_age(situation);
    let test = newest_test(situation);
    if is_pregnant(situation, test.as_ref()) && situation.is_ionising() {
        return pregnant(situation, findings);
    }
    if in_age && situation.has(Tag::NoUterus) {
        return "not_asked_hysterectomy".to_owned();
    }
    let menopause_from = situation.rules.pregnancy.menopause_from_age_years.value;
    let past_menopause =
        situation.has(Tag::Menopause) && situation.age.is_some_and(|age| age.0 >= menopause_from);
    if !in_age || past_menopause || !situation.is_ionising() {
        return NOT_ASKED.to_owned();
    }
    findings.use_rule(RULE);
    let (code, figure) = cycle(situation);
    if let Some((figure, hours)) = figure {
        ask_for_test(situation, figure, hours, test.as_ref(), labs, findings);
    }
    code
}

/// Completed years within the limits; an unknown age is within.
fn is_in_age(situation: &Situation) -> bool {
    let rules = &situation.rules.pregnancy;
    situation.age.is_none_or(|age| {
        let years = age.0.floor();
        years >= rules.asked_from_age_years.value && years <= rules.asked_until_age_years.value
    })
}

fn is_pregnant(situation: &Situation, test: Option<&Test>) -> bool {
    situation.facts.pregnancy.status == PregnancyStatus::Pregnant
        || situation.has(Tag::Pregnant)
        || test.is_some_and(|test| test.outcome == Outcome::Positive)
}

fn pregnant(situation: &Situation, findings: &mut Findings) -> String {
    let figure = &situation.rules.pregnancy.left_tilt_from_weeks;
    let fact = "pregnant, and X-rays are planned".to_owned();
    let by = &["radiologist", "referrer", "physicist"];
    if situation.booking.urgency == Urgency::Elective {
        let lift = Lift { by, by_task: false };
        findings.block(
            "pregnant_ionising_elective".to_owned(),
            situation,
            RULE,
            figure,
            fact,
            lift,
        );
    } else {
        findings.review("pregnant_ionising", situation, RULE, figure, fact, by);
    }
    for warning in [
        "us_only_guidance_preferred",
        "minimise_screening_and_collimate",
        "dose_estimate_medical_physics",
    ] {
        findings.warn(warning);
    }
    if situation
        .facts
        .pregnancy
        .gestation_weeks
        .is_some_and(|weeks| weeks >= figure.value)
    {
        findings.warn("left_tilt");
    }
    "pregnant_ionising_justification_required".to_owned()
}

/// The code, and where a test is needed how long it counts.
fn cycle<'a>(situation: &Situation<'a>) -> (String, Option<(&'a Figure, f64)>) {
    let rules = &situation.rules.pregnancy;
    let field = situation.uterus_field();
    let counts = match field {
        UterusField::Direct => Some((
            &rules.test_counts_hours_direct,
            rules.test_counts_hours_direct.value,
        )),
        UterusField::Near => Some((
            &rules.test_counts_hours_near,
            rules.test_counts_hours_near.value,
        )),
        UterusField::Remote | UterusField::None => None,
    };
    let direct = counts.filter(|_| field == UterusField::Direct);
    let status = situation.facts.pregnancy.status;
    if status == PregnancyStatus::Refused {
        return ("refused".to_owned(), direct);
    }
    let day = situation
        .facts
        .pregnancy
        .lmp
        .filter(|lmp| *lmp <= situation.as_of.date())
        .map(|lmp| days_between(lmp, situation.appointment.date()) + 1);
    let Some(day) = day else {
        let code = if status == PregnancyStatus::NotAsked || field != UterusField::Direct {
            NOT_ASKED
        } else if is_high_dose(situation) {
            HIGH_DOSE
        } else {
            OVERDUE
        };
        return (code.to_owned(), direct);
    };
    #[expect(clippy::cast_precision_loss, reason = "days of a few years")]
    let number = day as f64;
    if number > rules.overdue_after_cycle_day.value {
        (OVERDUE.to_owned(), counts)
    } else if number <= rules.no_test_until_cycle_day.value {
        (format!("asked_lmp_day_{day}_within_10_days_no_test"), None)
    } else if field == UterusField::Direct && is_high_dose(situation) {
        (HIGH_DOSE.to_owned(), direct)
    } else {
        (format!("asked_lmp_day_{day}_within_28_days"), None)
    }
}

/// Direct field, with CT or a family that works long under X-rays.
fn is_high_dose(situation: &Situation) -> bool {
    let lists = &situation.rules.pregnancy_lists;
    situation.planned.iter().any(|one| {
        let modalities = if one.booked.modality.is_empty() {
            &one.entry.technique.modalities
        } else {
            &one.booked.modality
        };
        let by_modality = modalities.iter().any(|modality| {
            lists
                .high_dose_modalities
                .items
                .iter()
                .any(|code| code == modality.code())
        });
        let by_family = lists
            .high_dose_families
            .items
            .iter()
            .any(|family| family == one.entry.family.code());
        situation.uses_x_ray(*one)
            && one.entry.technique.uterus_field == UterusField::Direct
            && (by_modality || by_family)
    })
}

fn ask_for_test(
    situation: &Situation,
    figure: &Figure,
    hours: f64,
    test: Option<&Test>,
    labs: &mut Vec<LabDue>,
    findings: &mut Findings,
) {
    let cleared = test.is_some_and(|test| {
        test.outcome == Outcome::Negative && at_most_hours(test.taken, situation.start, hours)
    });
    if cleared {
        return;
    }
    #[expect(clippy::cast_possible_truncation, reason = "hours of a few days")]
    let whole = hours as i64;
    let opens = situation
        .start
        .checked_sub(whole.hours())
        .unwrap_or(Timestamp::MIN);
    labs.push(LabDue {
        analyte: "hcg_urine".to_owned(),
        take_from: situation.clock.wall(opens).max(situation.as_of),
        take_until: situation.appointment,
        advice: "before the X-ray part".to_owned(),
        rule: RULE.to_owned(),
    });
    if at_most_hours(situation.now, situation.start, hours) {
        let fact = "pregnancy is not excluded and the uterus is in or near the beam".to_owned();
        let lift = Lift {
            by: &["ir_nurse"],
            by_task: true,
        };
        findings.block(
            "pregnancy_test_required".to_owned(),
            situation,
            RULE,
            figure,
            fact,
            lift,
        );
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    Negative,
    /// Indeterminate, without a unit, or not readable.
    Unclear,
    Positive,
}

struct Test {
    outcome: Outcome,
    taken: Timestamp,
}

/// The newest test; of one moment the worse one. A positive test stays until a negative one: one that is unclear does not
/// take it back.
fn newest_test(situation: &Situation) -> Option<Test> {
    const NAMES: [&str; 4] = ["hcg", "hcg_urine", "hcg_serum_qual", "hcg_serum_quant"];
    let mut tests: Vec<(DateTime, Outcome)> = situation
        .facts
        .laboratory
        .iter()
        .filter(|result| NAMES.contains(&result.analyte.as_str()))
        .filter_map(|result| {
            let at = result.taken_at.filter(|at| *at <= situation.as_of)?;
            Some((at, outcome(situation, &result.value, &result.unit)))
        })
        .collect();
    tests.sort_unstable();
    let conclusive = tests
        .iter()
        .rfind(|(_, outcome)| *outcome != Outcome::Unclear);
    let still_positive = conclusive.filter(|(_, outcome)| *outcome == Outcome::Positive);
    still_positive.or(tests.last()).map(|(at, outcome)| Test {
        outcome: *outcome,
        taken: situation.clock.first_instant(*at),
    })
}

fn outcome(situation: &Situation, value: &ResultValue, unit: &str) -> Outcome {
    match value {
        ResultValue::Word(word) => match word.trim().to_lowercase().as_str() {
            "negative" => Outcome::Negative,
            "positive" => Outcome::Positive,
            _ => Outcome::Unclear,
        },
        ResultValue::Number(number) => {
            let analyte = situation.rules.analytes.get("hcg_serum_quant");
            let converted = analyte.and_then(|analyte| {
                let value = number * factor_of(analyte, unit.trim())?;
                let low = analyte.plausible_min.is_some_and(|min| value < min);
                let high = analyte.plausible_max.is_some_and(|max| value > max);
                (!low && !high && value.is_finite()).then_some((value, analyte.positive_min?))
            });
            match converted {
                Some((value, limit)) if value >= limit => Outcome::Positive,
                Some(_) => Outcome::Negative,
                None => Outcome::Unclear,
            }
        }
    }
}
