//! The most local anaesthetic that may be given, by weight.

use crate::kidney::ideal_weight_devine;
use crate::plan::MilliGram;
use crate::situation::Situation;
use knowledge::anaesthesia::LocalAnaestheticLimit;
use model::Kilogram;

/// One local anaesthetic for this patient; `None` where no column has a figure.
#[derive(Debug, Clone, PartialEq)]
pub struct Maximum {
    pub inn: String,
    pub plain: Option<MilliGram>,
    pub with_adrenaline: Option<MilliGram>,
    /// Plain, by the column of the United States, for comparison.
    pub plain_us: Option<MilliGram>,
    pub rule: String,
}

/// Every local anaesthetic, when the weight is known. The lowest column counts unless the site picks one.
pub(crate) fn maxima(situation: &Situation) -> Vec<Maximum> {
    let Some(weight) = dosing_weight(situation) else {
        return Vec::new();
    };
    let column = situation.rules.policy.local_anaesthetic_column.as_str();
    let picked = |limit: &&LocalAnaestheticLimit| column == "lowest" || limit.column == column;
    situation
        .rules
        .local_anaesthetics
        .values()
        .map(|one| Maximum {
            inn: one.id.clone(),
            plain: lowest(
                one.limits
                    .iter()
                    .filter(picked)
                    .map(|limit| plain(limit, weight)),
            ),
            with_adrenaline: lowest(
                one.limits
                    .iter()
                    .filter(picked)
                    .map(|limit| with_adrenaline(limit, weight)),
            ),
            plain_us: lowest(
                one.limits
                    .iter()
                    .filter(|limit| limit.column == "US")
                    .map(|limit| plain(limit, weight)),
            ),
            rule: format!("anaesthesia/local/{}", one.id),
        })
        .collect()
}

/// Ideal weight from a body mass index on, the real one otherwise.
fn dosing_weight(situation: &Situation) -> Option<Kilogram> {
    let weight = situation.weight?;
    let from = situation.rules.anaesthesia.ideal_weight_from_bmi.value;
    let ideal = situation.facts.height.filter(|height| {
        let metres = height.0 / 100.0;
        weight.0 / (metres * metres) >= from
    });
    let ideal = ideal.and_then(|height| {
        ideal_weight_devine(&situation.rules.formulas, height, situation.facts.sex)
    });
    Some(
        ideal
            .filter(|ideal| ideal.0 < weight.0 && ideal.0 > 0.0)
            .unwrap_or(weight),
    )
}

fn plain(limit: &LocalAnaestheticLimit, weight: Kilogram) -> Option<f64> {
    capped(limit.plain_mg_kg, limit.plain_max_mg, weight)
}

fn with_adrenaline(limit: &LocalAnaestheticLimit, weight: Kilogram) -> Option<f64> {
    capped(
        limit.with_adrenaline_mg_kg,
        limit.with_adrenaline_max_mg,
        weight,
    )
}

fn capped(per_kg: Option<f64>, most: Option<f64>, weight: Kilogram) -> Option<f64> {
    let dose = per_kg? * weight.0;
    Some(most.map_or(dose, |most| dose.min(most)))
}

fn lowest(doses: impl Iterator<Item = Option<f64>>) -> Option<MilliGram> {
    doses.flatten().reduce(f64::min).map(MilliGram)
}
