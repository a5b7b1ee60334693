//! Premedication with clock times: the longest scheme that the time left allows.

use crate::clock::at_least_hours;
use crate::plan::{MilliGram, PremedicationDose, Section};
use crate::situation::Situation;
use jiff::ToSpan;
use jiff::civil::DateTime;
use knowledge::contrast::{AgeGroup, Premedication, Step};

/// The doses, and the id of the scheme.
pub(super) fn work_out(situation: &Situation) -> (Section<Vec<PremedicationDose>>, Option<String>) {
    let group = if situation.is_child() {
        AgeGroup::Child
    } else {
        AgeGroup::Adult
    };
    let scheme = situation.rules.premedication.iter().find(|scheme| {
        scheme.population == group
            && (scheme.hours_left_min == 0
                || at_least_hours(situation.now, situation.start, scheme.hours_left_min))
    });
    let Some(scheme) = scheme else {
        return (
            Section::NotWorkedOut("no scheme for this patient".to_owned()),
            None,
        );
    };
    let mut doses = Vec::new();
    for step in &scheme.steps {
        let Some(dose) = dose_of(situation, step) else {
            let why = "the dose goes by weight and the weight is not known".to_owned();
            return (Section::NotWorkedOut(why), Some(scheme.id.clone()));
        };
        doses.extend(
            times(situation, step)
                .into_iter()
                .map(|at| one(scheme, step, dose, at)),
        );
    }
    doses.sort_by(|a, b| (a.at, &a.drug).cmp(&(b.at, &b.drug)));
    (Section::Worked(doses), Some(scheme.id.clone()))
}

fn one(scheme: &Premedication, step: &Step, dose: MilliGram, at: DateTime) -> PremedicationDose {
    PremedicationDose {
        drug: step.drug.clone(),
        dose,
        route: step.route.clone(),
        at,
        optional: step.optional,
        rule: format!("contrast/premedication/{}", scheme.id),
    }
}

fn dose_of(situation: &Situation, step: &Step) -> Option<MilliGram> {
    if let Some(dose) = step.dose_mg {
        return Some(MilliGram(dose));
    }
    let by_weight = step.dose_mg_per_kg? * situation.weight?.0;
    Some(MilliGram(
        step.max_mg.map_or(by_weight, |max| by_weight.min(max)),
    ))
}

fn times(situation: &Situation, step: &Step) -> Vec<DateTime> {
    if let Some(every) = step.from_now_every_hours.filter(|every| *every > 0) {
        let mut at = situation.now;
        let mut times = Vec::new();
        while at < situation.start {
            times.push(situation.clock.wall(at));
            let Ok(next) = at.checked_add(i64::from(every).hours()) else {
                break;
            };
            at = next;
        }
        return times;
    }
    let Some(hours) = step.hours_before else {
        return Vec::new();
    };
    let at = situation.clock.hours_before(situation.start, hours).at;
    vec![if step.or_now {
        at.max(situation.as_of)
    } else {
        at
    }]
}
