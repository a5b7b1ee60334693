//! What the patient may read about the X-rays of a procedure that is over: the report's totals, the rules of
//! `knowledge/dose/`, and what the hospital has approved of them.

use crate::state::State;
use case::Case;
use dose::alert::{Grade, Known, alerts};
use dose::explain::{Explanation, Skin, Substantial, Told, explain};
use dose::rules::Levels;
use jiff::civil::Date;
use letters::patient_plan::DoseTold;
use model::{DoseTotals, Gray, GraySquareMetre, MilliGrayCentimetre, Modality, Seconds};

const SKIN_RULE: &str = "dose/skin_levels";
const EFFECTIVE_DOSE_RULE: &str = "dose/effective_dose";

pub fn dose_told(state: &State, case: &Case, procedure: Date) -> DoseTold {
    if case.doses.is_empty() {
        return if uses_x_rays(case) {
            DoseTold::NotReported
        } else {
            DoseTold::NoXRays
        };
    }
    let rules = state.desk.rules();
    let Some(levels) = rules.dose.as_ref().map(|rules| &rules.levels) else {
        return DoseTold::NotReported;
    };
    let site = state.desk.site();
    let today = state.desk.now_here().date();
    let may_tell = |rule: &str| site.demonstration || rules.book.is_approved(rule, today);
    let totals = summed(case);
    let known = Known {
        stated: &totals,
        summed: &totals,
        planes: &[],
        peak_skin_dose: None,
    };
    let is_substantial = alerts(levels, known)
        .iter()
        .any(|alert| alert.grade == Grade::Substantial);
    if is_substantial && !may_tell(SKIN_RULE) {
        return DoseTold::NotReported;
    }
    let explanation = explain(
        levels,
        Told {
            totals: &totals,
            peak: None,
            substantial: if is_substantial {
                Substantial::Reached
            } else {
                Substantial::NotReached
            },
            region: region(levels, case, &totals).as_deref(),
            background: &site.background,
            procedure,
        },
        |_| may_tell(EFFECTIVE_DOSE_RULE),
    );
    DoseTold::Reported(if may_tell(SKIN_RULE) {
        explanation
    } else {
        Explanation {
            skin: Skin::NotComputed,
            ..explanation
        }
    })
}

/// Unknown counts as X-rays: "no X-rays" is said only of ultrasound and magnet pictures.
fn uses_x_rays(case: &Case) -> bool {
    let mut modalities = case
        .live()
        .filter_map(|procedure| procedure.step.as_ref())
        .map(|step| step.modality)
        .peekable();
    modalities.peek().is_none()
        || modalities.any(|modality| !matches!(modality, Modality::Ultrasound | Modality::Mr))
}

/// The region of the first factor that speaks about a procedure of this case and has its quantity.
fn region(levels: &Levels, case: &Case, totals: &DoseTotals) -> Option<String> {
    let ids: Vec<&str> = case
        .live()
        .filter_map(|procedure| match &procedure.what {
            case::What::Catalogue(id) => Some(id.as_str()),
            case::What::NotIdentified => None,
        })
        .collect();
    levels
        .factors
        .iter()
        .find(|factor| {
            factor.has_quantity(totals)
                && factor
                    .procedures
                    .iter()
                    .any(|known| ids.contains(&known.as_str()))
        })
        .map(|factor| factor.region.clone())
}

/// All reports of the visit together; what none of them states stays not stated.
fn summed(case: &Case) -> DoseTotals {
    let mut all = DoseTotals::default();
    for dose in &case.doses {
        let one = &dose.totals;
        all.ka_r = plus(all.ka_r.map(|v| v.0), one.ka_r.map(|v| v.0)).map(Gray);
        all.pka = plus(all.pka.map(|v| v.0), one.pka.map(|v| v.0)).map(GraySquareMetre);
        all.fluoroscopy =
            plus(all.fluoroscopy.map(|v| v.0), one.fluoroscopy.map(|v| v.0)).map(Seconds);
        all.dlp = plus(all.dlp.map(|v| v.0), one.dlp.map(|v| v.0)).map(MilliGrayCentimetre);
    }
    all
}

fn plus(known: Option<f64>, more: Option<f64>) -> Option<f64> {
    match (known, more) {
        (Some(known), Some(more)) => Some(known + more),
        (known, more) => known.or(more),
    }
}
