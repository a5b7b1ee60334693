//! Files that hold named figures and word lists: `policy.toml`, `contrast/kidney.toml`, `pregnancy/rules.toml`.

use crate::cite::cited;
use jiff::civil::Date;
use model::ReviewStatus;
use serde::Deserialize;

/// One named figure with its unit (UCUM).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Figure {
    pub id: String,
    pub value: f64,
    pub unit: String,
    #[serde(default)]
    pub says: String,
    pub source: Vec<String>,
    #[serde(deserialize_with = "crate::read::date")]
    pub since: Date,
    #[serde(deserialize_with = "crate::read::status")]
    pub status: ReviewStatus,
}

/// One named list of words or codes.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WordList {
    pub id: String,
    pub items: Vec<String>,
    pub source: Vec<String>,
    #[serde(deserialize_with = "crate::read::date")]
    pub since: Date,
    #[serde(deserialize_with = "crate::read::status")]
    pub status: ReviewStatus,
}
cited!(Figure, WordList);

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FigureFile {
    pub id: String,
    pub says: String,
    #[serde(default, rename = "figure")]
    pub figures: Vec<Figure>,
    #[serde(default, rename = "list")]
    pub lists: Vec<WordList>,
}

impl FigureFile {
    pub fn figure(&self, id: &str) -> Option<&Figure> {
        self.figures.iter().find(|figure| figure.id == id)
    }

    pub fn list(&self, id: &str) -> Option<&WordList> {
        self.lists.iter().find(|list| list.id == id)
    }
}

/// A struct of figures that are all there, or the names of those that are missing.
macro_rules! figure_set {
    ($(#[$doc:meta])* $name:ident { $($(#[$fdoc:meta])* $field:ident),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq)]
        pub struct $name { $($(#[$fdoc])* pub $field: $crate::figures::Figure),+ }

        impl $name {
            pub(crate) fn take(
                find: &dyn Fn(&str) -> Option<$crate::figures::Figure>,
            ) -> Result<Self, Vec<&'static str>> {
                let missing: Vec<&'static str> =
                    [$(stringify!($field)),+].into_iter().filter(|id| find(id).is_none()).collect();
                match ($(find(stringify!($field)),)+) {
                    ($(Some($field),)+) => Ok(Self { $($field),+ }),
                    _ => Err(missing),
                }
            }
        }
    };
}

/// The same for word lists.
macro_rules! list_set {
    ($(#[$doc:meta])* $name:ident { $($field:ident),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq)]
        pub struct $name { $(pub $field: $crate::figures::WordList),+ }

        impl $name {
            pub(crate) fn take(
                find: &dyn Fn(&str) -> Option<$crate::figures::WordList>,
            ) -> Result<Self, Vec<&'static str>> {
                let missing: Vec<&'static str> =
                    [$(stringify!($field)),+].into_iter().filter(|id| find(id).is_none()).collect();
                match ($(find(stringify!($field)),)+) {
                    ($(Some($field),)+) => Ok(Self { $($field),+ }),
                    _ => Err(missing),
                }
            }
        }
    };
}

figure_set!(
/// `laboratory/formulas.toml`: the constants of the kidney and body size formulas.
Formulas {
    ckd_epi_scale, ckd_epi_kappa_female, ckd_epi_kappa_male, ckd_epi_alpha_female,
    ckd_epi_alpha_male, ckd_epi_exponent_above, ckd_epi_per_year, ckd_epi_female,
    cockcroft_gault_age_base, cockcroft_gault_divisor, cockcroft_gault_female,
    schwartz_constant, mosteller_divisor, devine_base_male, devine_base_female, devine_per_cm,
    devine_base_height, adult_formulas_from_years, creatinine_umol_l_per_mg_dl,
});
figure_set!(
/// `contrast/kidney.toml`. "Below" never holds the limit itself.
ContrastKidney {
    fluids_below_egfr, discretionary_below_egfr, first_pass_fluids_below_egfr,
    metformin_stops_below_egfr, nephrotoxic_stop_below_egfr, nephrotoxic_hours_before,
    nephrotoxic_hours_after, recheck_from_hours, recheck_until_hours,
    first_pass_ml_per_egfr_max, first_pass_iodine_g_per_egfr_max, reference_iodine_mg_ml,
    observe_minutes,
});
figure_set!(
/// `pregnancy/rules.toml`.
PregnancyRules {
    asked_from_age_years, asked_until_age_years, menopause_from_age_years,
    no_test_until_cycle_day, overdue_after_cycle_day, test_counts_hours_direct,
    test_counts_hours_near, left_tilt_from_weeks,
});
figure_set!(
/// `anaesthesia/rules.toml`.
AnaesthesiaRules {
    reduce_local_anaesthetic_percent, reduce_from_age_years, reduce_below_age_years,
    ideal_weight_from_bmi, no_driving_hours, escort_from_age_years,
});
figure_set!(
/// The figures of `policy.toml`.
PolicyFigures {
    lab_stale_blocks_hours, suspected_hit_platelets_fraction, weight_entered_tolerance_kg,
    child_fasting_below_years, adult_from_years, near_boundary, antibiotic_minutes_before,
    sheath_gap_from_french,
});
list_set!(
    /// `contrast/nephrotoxic.toml`: ATC groups.
    Nephrotoxic { groups, combinations });
list_set!(
    /// `contrast/severity.toml`: words of an earlier reaction.
    SeverityWords { severe, moderate, mild, physiologic, neutral });
list_set!(
    /// `contrast/agents.toml`: how an agent's name is read.
    ContrastAgents { gadolinium_kidney_check_needed, gadolinium, microbubbles, carbon_dioxide, no_contrast });
list_set!(
    /// `contrast/thyroid.toml`: conditions that forbid iodinated contrast.
    Thyroid { forbids_iodine });
list_set!(
    /// `anaesthesia/rules.toml`: kinds of allergies that together leave no local anaesthetic.
    AnaesthesiaLists { local_anaesthetic_kinds });
list_set!(
    /// `pregnancy/rules.toml`.
    PregnancyLists { x_ray_modalities, high_dose_modalities, high_dose_families });
