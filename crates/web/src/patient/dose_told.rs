//! What the patient may read about the X-rays of a procedure that is over: the report's totals, the rules of
//! `knowledge/dose/`, and what the hospital has approved of them.

use crate::refusal::Refusal;
use crate::state::State;
use case::Case;
use dose::alert::Grade;
use dose::explain::{Comparison, Explanation, Skin, Substantial, Told, explain};
use dose::rules::Levels;
use jiff::civil::Date;
use letters::patient_plan::DoseTold;
use model::{DoseTotals, Modality};
use workflow::Patient;
use workflow::case_dose::{CaseDose, case_dose};

const SKIN_RULE: &str = "dose/skin_levels";
const EFFECTIVE_DOSE_RULE: &str = "dose/effective_dose";

/// Worked out from the reports themselves, as staff see it: a report that holds another counts once.
/// # Errors
/// The store.
pub async fn dose_told(
    state: &State,
    case: &Case,
    patient: &Patient,
    procedure: Date,
) -> Result<DoseTold, Refusal> {
    let dose = case_dose(&state.desk, case.id.as_str(), patient).await?;
    if dose.studies.is_empty() {
        let has_some = uses_x_rays(case) || !dose.unread.is_empty() || !case.doses.is_empty();
        return Ok(if has_some {
            DoseTold::NotReported
        } else {
            DoseTold::NoXRays
        });
    }
    Ok(told(state, case, &dose, procedure))
}

fn told(state: &State, case: &Case, dose: &CaseDose, procedure: Date) -> DoseTold {
    let rules = state.desk.rules();
    let levels = &rules.dose.levels;
    let site = state.desk.site();
    let today = state.desk.now_here().date();
    let may_tell = |rule: &str| site.demonstration || rules.book.is_approved(rule, today);
    let totals = dose.totals();
    let is_substantial = dose
        .alerts
        .iter()
        .any(|alert| alert.grade == Grade::Substantial);
    let explanation = explain(
        levels,
        Told {
            totals: &totals,
            peak: dose.peak_at_most(),
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
    if may_tell(SKIN_RULE) {
        return DoseTold::Reported(explanation);
    }
    if explanation.comparison == Comparison::SkinMatters {
        // What to watch for may not be told, and nothing else would be true alone: the patient asks.
        return DoseTold::NotReported;
    }
    DoseTold::Reported(Explanation {
        skin: Skin::NotComputed,
        ..explanation
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
