//! Kidney function and body size. The constants come from `knowledge/laboratory/formulas.toml`.
//!
//! CKD-EPI 2021: scale · min(Scr/κ, 1)^α · max(Scr/κ, 1)^−1.2 · per_year^age · female (adults).
//! Cockcroft–Gault: (base − age) · kg · female / (divisor · Scr), actual weight.
//! Bedside Schwartz: constant · cm / Scr (children). Nothing is rounded here.

use knowledge::figures::Formulas;
use model::{Centimetre, Kilogram, Sex};

/// Creatinine in serum or plasma.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct MicromolePerLitre(pub f64);

/// Creatinine clearance.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct MlPerMin(pub f64);

/// Filtration rate per 1.73 m² of body surface.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct MlPerMinPer173(pub f64);

/// Body surface.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct SquareMetre(pub f64);

/// Age in years.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Years(pub f64);

fn mg_per_dl(formulas: &Formulas, creatinine: MicromolePerLitre) -> f64 {
    creatinine.0 / formulas.creatinine_umol_l_per_mg_dl.value
}

/// Adults only; `None` for a child or when the sex for limits is not known.
pub fn ckd_epi_2021(
    formulas: &Formulas,
    age: Years,
    sex: Sex,
    creatinine: MicromolePerLitre,
) -> Option<MlPerMinPer173> {
    if age.0 < formulas.adult_formulas_from_years.value {
        return None;
    }
    let (kappa, alpha, factor) = match sex {
        Sex::Female => (
            formulas.ckd_epi_kappa_female.value,
            formulas.ckd_epi_alpha_female.value,
            formulas.ckd_epi_female.value,
        ),
        Sex::Male => (
            formulas.ckd_epi_kappa_male.value,
            formulas.ckd_epi_alpha_male.value,
            1.0,
        ),
        Sex::Other | Sex::Unknown => return None,
    };
    let ratio = mg_per_dl(formulas, creatinine) / kappa;
    let rate = formulas.ckd_epi_scale.value
        * ratio.min(1.0).powf(alpha)
        * ratio.max(1.0).powf(formulas.ckd_epi_exponent_above.value)
        * formulas.ckd_epi_per_year.value.powf(age.0)
        * factor;
    Some(MlPerMinPer173(rate))
}

/// Adults only; `None` for a child, or when the sex for limits is not known.
pub fn cockcroft_gault(
    formulas: &Formulas,
    age: Years,
    sex: Sex,
    weight: Kilogram,
    creatinine: MicromolePerLitre,
) -> Option<MlPerMin> {
    let left = formulas.cockcroft_gault_age_base.value - age.0;
    if age.0 < formulas.adult_formulas_from_years.value || left <= 0.0 {
        return None;
    }
    let factor = match sex {
        Sex::Female => formulas.cockcroft_gault_female.value,
        Sex::Male => 1.0,
        Sex::Other | Sex::Unknown => return None,
    };
    let divisor = formulas.cockcroft_gault_divisor.value * mg_per_dl(formulas, creatinine);
    Some(MlPerMin(left * weight.0 * factor / divisor))
}

/// Children; `None` for an adult.
pub fn bedside_schwartz(
    formulas: &Formulas,
    age: Years,
    height: Centimetre,
    creatinine: MicromolePerLitre,
) -> Option<MlPerMinPer173> {
    (age.0 < formulas.adult_formulas_from_years.value)
        .then(|| MlPerMinPer173(formulas.schwartz_constant.value * height.0 / creatinine.0))
}

pub fn bsa_mosteller(formulas: &Formulas, height: Centimetre, weight: Kilogram) -> SquareMetre {
    SquareMetre((height.0 * weight.0 / formulas.mosteller_divisor.value).sqrt())
}

/// Ideal body weight; `None` when the sex for limits is not known.
pub fn ideal_weight_devine(formulas: &Formulas, height: Centimetre, sex: Sex) -> Option<Kilogram> {
    let base = match sex {
        Sex::Female => formulas.devine_base_female.value,
        Sex::Male => formulas.devine_base_male.value,
        Sex::Other | Sex::Unknown => return None,
    };
    let above = height.0 - formulas.devine_base_height.value;
    Some(Kilogram(base + formulas.devine_per_cm.value * above))
}

/// What is known about the kidneys of this patient.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct KidneyFunction {
    pub crcl: Option<MlPerMin>,
    pub egfr: Option<MlPerMinPer173>,
    /// Children.
    pub schwartz: Option<MlPerMinPer173>,
}

impl KidneyFunction {
    /// The filtration rate that limits speak about, at any age.
    pub fn filtration(&self) -> Option<MlPerMinPer173> {
        self.egfr.or(self.schwartz)
    }
}
