//! The after-care rules that speak about a visit → what the patient reads. Of two figures the stricter counts.

use crate::patient_plan::{AfterCare, AfterStep, CatheterPlace, Ruled, Standing, WarningSign};
use knowledge::aftercare::{AfterCareRule, Care, CareStep, Sign};
use std::collections::BTreeMap;

/// Joins the rules of all procedures of a visit.
///
/// A line is told only when every rule that asks for it is approved: a shorter time must not stand where another
/// rule, not approved yet, asks for a longer one.
///
/// * `is_approved` – by rule id, `aftercare/<name>`.
pub fn from_aftercare(rules: &[&AfterCareRule], is_approved: &dyn Fn(&str) -> bool) -> AfterCare {
    let mut steps: BTreeMap<Care, (CareStep, bool)> = BTreeMap::new();
    let mut signs: BTreeMap<WarningSign, bool> = BTreeMap::new();
    for rule in rules {
        let approved = is_approved(&format!("aftercare/{}", rule.id));
        for step in &rule.steps {
            steps
                .entry(step.what)
                .and_modify(|(known, all)| {
                    *all = *all && approved;
                    if step.figure > known.figure {
                        *known = step.clone();
                    }
                })
                .or_insert_with(|| (step.clone(), approved));
        }
        for sign in &rule.signs {
            let all = signs.entry(warning_sign(sign.what)).or_insert(true);
            *all = *all && approved;
        }
    }
    if steps.contains_key(&Care::BedRestHours) {
        steps.remove(&Care::NoBedRest);
    }
    let ruled = |approved: bool| {
        if approved {
            Standing::Approved
        } else {
            Standing::NotApproved
        }
    };
    AfterCare {
        steps: steps
            .into_values()
            .filter_map(|(step, approved)| {
                Some(Ruled {
                    value: after_step(&step)?,
                    standing: ruled(approved),
                })
            })
            .collect(),
        warning_signs: signs
            .into_iter()
            .map(|(value, approved)| Ruled {
                value,
                standing: ruled(approved),
            })
            .collect(),
    }
}

/// `None` for a step without the figure that it needs; the rule book's check keeps these from happening.
fn after_step(step: &CareStep) -> Option<AfterStep> {
    Some(match step.what {
        Care::NoBedRest => AfterStep::NoBedRest,
        Care::BedRestHours => AfterStep::BedRestHours(step.figure?),
        Care::StayWatchedHours => AfterStep::StayWatchedHours(step.figure?),
        Care::LegStraight => AfterStep::LegStraight,
        Care::LieOnRightSide => AfterStep::LieOnRightSide,
        Care::KeepDressingDays => AfterStep::KeepDressingDays(step.figure?),
        Care::NoHeavyLiftingDays => AfterStep::NoHeavyLiftingDays(step.figure?),
        Care::NoBathDays => AfterStep::NoBathDays(step.figure?),
        Care::NoDrivingHours => AfterStep::NoDrivingHours(step.figure?),
        Care::NoAlcoholHours => AfterStep::NoAlcoholHours(step.figure?),
        Care::NoFlyingDays => AfterStep::NoFlyingDays(step.figure?),
        Care::DrinkWell => AfterStep::DrinkWell,
        Care::CatheterStaysAbdomen => AfterStep::CatheterStays(CatheterPlace::Abdomen),
        Care::CatheterStaysChest => AfterStep::CatheterStays(CatheterPlace::Chest),
        Care::CatheterStaysKidney => AfterStep::CatheterStays(CatheterPlace::Kidney),
        Care::CatheterStaysBileDuct => AfterStep::CatheterStays(CatheterPlace::BileDuct),
        Care::FlushCatheter => AfterStep::FlushCatheter {
            volume_ml: step.figure?,
            times_a_day: step.times_a_day?,
        },
        Care::WriteDownOutput => AfterStep::WriteDownOutput,
        Care::CatheterBelowBody => AfterStep::CatheterBelowBody,
        Care::StentCard => AfterStep::StentCard,
    })
}

fn warning_sign(sign: Sign) -> WarningSign {
    match sign {
        Sign::NeckSwelling => WarningSign::NeckSwelling,
        Sign::CoughingBlood => WarningSign::CoughingBlood,
        Sign::NumbHand => WarningSign::NumbHand,
        Sign::StrokeSigns => WarningSign::StrokeSigns,
        Sign::ChestTubeOut => WarningSign::ChestTubeOut,
        Sign::GrowingLump => WarningSign::GrowingLump,
        Sign::BloodInUrine => WarningSign::BloodInUrine,
        Sign::CannotPassUrine => WarningSign::CannotPassUrine,
        Sign::BlackStools => WarningSign::BlackStools,
        Sign::YellowSkin => WarningSign::YellowSkin,
        Sign::NoUrineInBag => WarningSign::NoUrineInBag,
        Sign::CatheterOut => WarningSign::CatheterOut,
        Sign::CatheterLeaks => WarningSign::CatheterLeaks,
        Sign::CatheterStopped => WarningSign::CatheterStopped,
        Sign::BloodInBag => WarningSign::BloodInBag,
        Sign::LegPainReturns => WarningSign::LegPainReturns,
    }
}
