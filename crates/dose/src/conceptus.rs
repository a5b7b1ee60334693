//! Dose of an unborn child: a range from published factors, or the reason why there is none. Never a single number.
//!
//! An estimate for the first talk with the patient and for the physicist's task; it replaces no estimate of a medical
//! physicist. An exposure whose quantity is not stated, or a region without a factor, makes the whole estimate unknown:
//! leaving it out would read as zero.

use crate::rules::conceptus::{Conceptus, ConceptusFactor, Per};
use model::{GraySquareMetre, MilliGray, RuleId};

/// What was irradiated, and how much, as far as it is stated.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Amount {
    /// Computed tomography: CTDIvol (32 cm phantom), summed over the scans that met the region.
    CtdiVol(Option<MilliGray>),
    /// Projection: kerma-area product.
    Pka(Option<GraySquareMetre>),
}

/// One exposure of one region.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Exposure<'a> {
    /// Key of the factor table, e.g. `abdomen_pelvis`.
    pub region: &'a str,
    pub amount: Amount,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Estimate {
    Range(Range),
    Unknown(Unknown),
}

/// Lowest and highest dose that is plausible.
#[derive(Debug, Clone, PartialEq)]
pub struct Range {
    pub low: MilliGray,
    pub high: MilliGray,
    pub physicist: Physicist,
    /// The factors that it stands on, in the order of the exposures.
    pub factors: Vec<RuleId>,
}

/// Whether a physicist has to estimate the dose for this patient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Physicist {
    IsDue,
    NotDue,
}

/// Why there is no range. A physicist is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unknown {
    NoExposure,
    /// The quantity of an exposure of this region is not stated.
    NotStated(String),
    /// No factor for this region and quantity.
    NoFactor(String),
}

impl Unknown {
    /// One sentence for staff.
    pub fn words(&self) -> String {
        match self {
            Self::NoExposure => "no exposure is recorded".to_owned(),
            Self::NotStated(region) => {
                format!("the dose quantity of an exposure of \"{region}\" is not stated")
            }
            Self::NoFactor(region) => format!(
                "there is no factor for an exposure of \"{region}\": a medical physicist estimates it"
            ),
        }
    }
}

/// Adds the exposures up, each with its own factor, and widens the range as the rule says.
pub fn estimate(rules: &Conceptus, exposures: &[Exposure<'_>]) -> Estimate {
    if exposures.is_empty() {
        return Estimate::Unknown(Unknown::NoExposure);
    }
    let (mut low, mut high) = (0.0, 0.0);
    let mut factors = Vec::new();
    for exposure in exposures {
        let (per, amount) = match exposure.amount {
            Amount::CtdiVol(dose) => (Per::CtdiVol, dose.map(|d| d.0)),
            Amount::Pka(product) => (Per::Pka, product.map(|p| p.0)),
        };
        let of_region = |f: &&ConceptusFactor| f.region == exposure.region && f.per == per;
        let Some(factor) = rules.factors.iter().find(of_region) else {
            return Estimate::Unknown(Unknown::NoFactor(exposure.region.to_owned()));
        };
        let Some(amount) = amount.filter(|a| *a >= 0.0 && a.is_finite()) else {
            return Estimate::Unknown(Unknown::NotStated(exposure.region.to_owned()));
        };
        low += amount * factor.low.0;
        high += amount * factor.high.0;
        factors.push(factor.rule.clone());
    }
    let (low, high) = (low / rules.widen.0, high * rules.widen.0);
    Estimate::Range(Range {
        low: MilliGray(low),
        high: MilliGray(high),
        physicist: if high >= rules.physicist_from.0 {
            Physicist::IsDue
        } else {
            Physicist::NotDue
        },
        factors,
    })
}
