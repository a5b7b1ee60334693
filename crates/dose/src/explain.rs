//! What a patient may read about the own dose: values and message keys; the sentences are in `locales/`.
//!
//! Effective dose appears only with a factor that this site has approved for that region; otherwise the
//! message is about the skin and "ask us". It is a comparison, never a personal risk, and it is left out when
//! the skin dose is what matters.

use crate::follow_up;
use crate::rules::levels::{EffectiveDoseFactor, Levels, MilliSievert, PerQuantity};
use jiff::ToSpan;
use jiff::civil::Date;
use model::{DoseTotals, Gray, RuleId};

/// Days of natural background radiation.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct BackgroundDays(pub f64);

/// Which message the patient gets about effective dose.
#[derive(Debug, Clone, PartialEq)]
pub enum Comparison {
    /// One significant figure; true within a factor of two for an average person.
    Background {
        dose: MilliSievert,
        days: BackgroundDays,
        factor: RuleId,
    },
    /// No approved factor for this region, or no dose stated: ask us.
    AskUs,
    /// The skin is what matters; a number of days would distract.
    SkinMatters,
}

/// Which message about the skin.
#[derive(Debug, Clone, PartialEq)]
pub enum Skin {
    /// Nothing is expected.
    NothingExpected,
    /// Watch the place until this day; message keys of what may show, by time.
    Watch {
        band: String,
        until: Date,
        prompt: Vec<String>,
        early: Vec<String>,
        midterm: Vec<String>,
    },
    /// A substantial level was reached but the map was refused: watch, and we call.
    WatchWithoutMap { until: Date },
    /// The peak is not known and no level was reached.
    NotComputed,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    pub comparison: Comparison,
    pub skin: Skin,
}

/// What is to be explained.
#[derive(Debug, Clone, Copy)]
pub struct Told<'a> {
    pub totals: &'a DoseTotals,
    pub peak: Option<Gray>,
    pub substantial: Substantial,
    /// Body region of the factor table, when the procedure has one.
    pub region: Option<&'a str>,
    /// Key of the background in use, e.g. `finland`.
    pub background: &'a str,
    pub procedure: Date,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Substantial {
    Reached,
    NotReached,
}

/// The values for the patient's page.
///
/// * `approved` – whether this site has approved a rule.
pub fn explain(levels: &Levels, told: Told<'_>, approved: impl Fn(&RuleId) -> bool) -> Explanation {
    let skin = skin(levels, told);
    let comparison = match skin {
        Skin::Watch { .. } | Skin::WatchWithoutMap { .. } => Comparison::SkinMatters,
        Skin::NothingExpected | Skin::NotComputed => {
            comparison(levels, told, approved).unwrap_or(Comparison::AskUs)
        }
    };
    Explanation { comparison, skin }
}

fn skin(levels: &Levels, told: Told<'_>) -> Skin {
    let watch_longest = levels
        .bands
        .iter()
        .find(|b| b.watch.0 > 0)
        .map_or(56, |b| b.watch.0);
    let until = |days: u32| told.procedure.saturating_add(i64::from(days).days());
    match told.peak.and_then(|peak| follow_up::band(levels, peak)) {
        Some(band) if band.watch.0 > 0 => Skin::Watch {
            band: band.id.clone(),
            until: until(band.watch.0),
            prompt: band.prompt.clone(),
            early: band.early.clone(),
            midterm: band.midterm.clone(),
        },
        // A level in another quantity still calls for watching.
        _ if told.substantial == Substantial::Reached => Skin::WatchWithoutMap {
            until: until(watch_longest),
        },
        Some(_) => Skin::NothingExpected,
        None => Skin::NotComputed,
    }
}

fn comparison(
    levels: &Levels,
    told: Told<'_>,
    approved: impl Fn(&RuleId) -> bool,
) -> Option<Comparison> {
    let background = levels
        .backgrounds
        .iter()
        .find(|b| b.id == told.background)?;
    let region = told.region?;
    levels
        .factors
        .iter()
        .filter(|f| f.region == region && approved(&f.rule))
        .find_map(|factor| {
            let dose = one_figure(effective_dose(factor, told.totals)?);
            let days = one_figure(dose / background.year.0 * 365.0);
            Some(Comparison::Background {
                dose: MilliSievert(dose),
                days: BackgroundDays(days),
                factor: factor.rule.clone(),
            })
        })
}

fn effective_dose(factor: &EffectiveDoseFactor, totals: &DoseTotals) -> Option<f64> {
    match factor.per {
        PerQuantity::GraySquareMetre(k) => Some(totals.pka?.0 * k.0),
        PerQuantity::MilliGrayCentimetre(k) => Some(totals.dlp?.0 * k.0),
    }
}

/// Rounded to one significant figure.
fn one_figure(value: f64) -> f64 {
    if value <= 0.0 || !value.is_finite() {
        return 0.0;
    }
    let step = 10f64.powi(value.log10().floor() as i32);
    (value / step).round() * step
}
