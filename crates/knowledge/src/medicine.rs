//! `medicines/<id>.toml`: how a medicine is recognised and what happens with it before a procedure.

use crate::cite::{Differs, cited};
use jiff::civil::Date;
use model::{BleedingClass, ReviewStatus};
use serde::Deserialize;
use toml::Spanned;

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Medicine {
    pub id: String,
    pub says: String,
    /// For information; a count in a table is converted to days in the file already.
    pub doses_per_day: Option<u8>,
    #[serde(default)]
    pub bridging: String,
    #[serde(default)]
    pub note: String,
    /// ATC groups that belong here whatever the member.
    #[serde(default)]
    pub atc_prefix: Vec<String>,
    /// Up to which dose it is prophylactic; everything above, and what cannot be read, is treatment.
    pub prophylactic_dose: Option<ProphylacticDose>,
    #[serde(rename = "member")]
    pub members: Vec<Member>,
    #[serde(default, rename = "row")]
    pub rows: Vec<Row>,
    #[serde(default)]
    pub differs: Vec<Differs>,
}

/// One substance: its international name, ATC codes and other names.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    pub inn: String,
    pub atc: Vec<String>,
    #[serde(default)]
    pub names: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProphylacticDose {
    /// Largest single amount, inclusive.
    pub amount_max: f64,
    /// UCUM.
    pub unit: String,
    /// Most doses a day, inclusive.
    pub per_day_max: u8,
    /// Or: at most this much per kilogram and day, inclusive.
    pub mg_per_kg_day_max: Option<f64>,
    pub source: Vec<String>,
    #[serde(deserialize_with = "crate::read::date")]
    pub since: Date,
    #[serde(deserialize_with = "crate::read::status")]
    pub status: ReviewStatus,
}

/// What the medicine is when it is given in this way.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    pub class: MedicineClass,
    pub for_dose: Option<DoseLevel>,
    pub for_route: Option<Route>,
    #[serde(default, rename = "rule")]
    pub rules: Vec<Spanned<Rule>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DoseLevel {
    Prophylactic,
    Treatment,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Route {
    Infusion,
    Injection,
}

/// What is done in one bleeding class (or fasting state) and band of kidney function.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    #[serde(default, deserialize_with = "crate::read::bleeding_class_if_any")]
    pub bleeding_class: Option<BleedingClass>,
    /// For the medicines of diabetes: under sedation or general anaesthesia, or not.
    pub fasting: Option<bool>,
    pub for_dose: Option<DoseLevel>,
    /// Creatinine clearance in mL/min, from and including.
    pub crcl_from: Option<f64>,
    /// Up to and not including.
    pub crcl_below: Option<f64>,
    /// This band also counts when the clearance is not known.
    #[serde(default)]
    pub also_if_crcl_unknown: bool,
    pub action: Action,
    pub doses: Option<u8>,
    pub doses_lower: Option<u8>,
    /// Dose-free calendar days before the day of the procedure.
    pub hold_days: Option<u8>,
    pub hold_days_lower: Option<u8>,
    /// Elapsed hours from the last dose to the procedure.
    pub min_hours: Option<u16>,
    pub min_hours_lower: Option<u16>,
    pub doses_or_hours: Option<DosesOrHours>,
    pub inr_max: Option<f64>,
    pub inr_op: Option<Comparison>,
    /// Hours from the end of the procedure to the first dose.
    pub restart_hours: Option<u16>,
    pub restart_hours_lower: Option<u16>,
    pub restart_hours_loading: Option<u16>,
    #[serde(default)]
    pub restart: String,
    /// Review code when the team decides.
    #[serde(default)]
    pub review: String,
    /// Analytes to be checked after the stop.
    #[serde(default)]
    pub check: Vec<String>,
    /// The guideline asks for a choice by patient.
    #[serde(default)]
    pub operator_decides: bool,
    pub fraction: Option<f64>,
    pub fraction_lower: Option<f64>,
    pub liquids_only_hours: Option<u16>,
    #[serde(default)]
    pub note: String,
    pub source: Vec<String>,
    #[serde(deserialize_with = "crate::read::date")]
    pub since: Date,
    #[serde(deserialize_with = "crate::read::status")]
    pub status: ReviewStatus,
}
cited!(Rule, ProphylacticDose);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DosesOrHours {
    /// One of the two is enough.
    Either,
}

/// Which side of the limit passes; "at most" and "at least" hold the limit itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Comparison {
    #[serde(rename = "<")]
    Below,
    #[serde(rename = "<=")]
    AtMost,
    #[serde(rename = ">")]
    Above,
    #[serde(rename = ">=")]
    AtLeast,
}

impl Comparison {
    /// The sign as printed.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Below => "<",
            Self::AtMost => "<=",
            Self::Above => ">",
            Self::AtLeast => ">=",
        }
    }
}

/// What happens with a medicine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    Continue,
    ContinueWithLiquidDiet,
    ContinuePendingOperator,
    HoldAdvice,
    Target,
    Reduce,
    OmitMorning,
    HoldFromProcedure,
    Hold,
    DecisionRequired,
    MdtDecisionRequired,
}

impl Action {
    pub fn code(self) -> &'static str {
        match self {
            Self::Continue => "continue",
            Self::ContinueWithLiquidDiet => "continue_with_liquid_diet",
            Self::ContinuePendingOperator => "continue_pending_operator",
            Self::HoldAdvice => "hold_advice",
            Self::Target => "target",
            Self::Reduce => "reduce",
            Self::OmitMorning => "omit_morning",
            Self::HoldFromProcedure => "hold_from_procedure",
            Self::Hold => "hold",
            Self::DecisionRequired => "decision_required",
            Self::MdtDecisionRequired => "mdt_decision_required",
        }
    }
}

macro_rules! medicine_classes {
    ($($variant:ident = $code:literal),+ $(,)?) => {
        /// What kind of medicine it is, for the rules that speak about kinds.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
        pub enum MedicineClass { $(#[serde(rename = $code)] $variant),+ }
        impl MedicineClass {
            pub fn code(self) -> &'static str { match self { $(Self::$variant => $code),+ } }
        }
    };
}
medicine_classes! {
    VitaminKAntagonist = "vka", Doac = "doac", Heparin = "heparin",
    LmwhProphylactic = "lmwh_prophylactic", LmwhTherapeutic = "lmwh_therapeutic", Lmwh = "lmwh",
    FactorXaParenteral = "factor_xa_parenteral", ThrombinParenteral = "dti_parenteral",
    Antiplatelet = "antiplatelet", P2y12 = "antiplatelet_p2y12",
    AntiplateletWeak = "antiplatelet_weak", AntiplateletIv = "antiplatelet_iv",
    Nsaid = "nsaid", Supplement = "supplement", Metformin = "metformin",
    Sulfonylurea = "sulfonylurea", OtherOral = "glinide_dpp4_glitazone_acarbose",
    Sglt2 = "sglt2_inhibitor", Glp1 = "glp1_agonist", InsulinLong = "insulin_long_acting",
    InsulinNph = "insulin_nph", InsulinPremixed = "insulin_premixed", InsulinRapid = "insulin_rapid",
}

impl MedicineClass {
    /// Stops clotting (and not platelets).
    pub fn is_anticoagulant(self) -> bool {
        matches!(
            self,
            Self::VitaminKAntagonist
                | Self::Doac
                | Self::Heparin
                | Self::LmwhProphylactic
                | Self::LmwhTherapeutic
                | Self::Lmwh
                | Self::FactorXaParenteral
                | Self::ThrombinParenteral
        )
    }

    /// Heparin itself or a low molecular weight heparin.
    pub fn is_heparin_or_lmwh(self) -> bool {
        matches!(
            self,
            Self::Heparin | Self::LmwhProphylactic | Self::LmwhTherapeutic | Self::Lmwh
        )
    }
}

/// `medicines/combinations/<id>.toml`: several medicines in one tablet or pen.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Combination {
    pub id: String,
    pub says: String,
    /// What is done with the whole where the strictest component would not say it.
    pub components_action: Option<Action>,
    #[serde(rename = "component")]
    pub components: Vec<Component>,
    #[serde(rename = "member")]
    pub members: Vec<Member>,
    pub source: Vec<String>,
    #[serde(deserialize_with = "crate::read::date")]
    pub since: Date,
    #[serde(deserialize_with = "crate::read::status")]
    pub status: ReviewStatus,
}
cited!(Combination);

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Component {
    pub inn: String,
    pub atc: String,
}

/// `medicines/without_rule.toml`: names that only serve to notice a name and a code that disagree.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WithoutRule {
    pub id: String,
    pub says: String,
    #[serde(rename = "name")]
    pub names: Vec<Component>,
    pub source: Vec<String>,
    #[serde(deserialize_with = "crate::read::date")]
    pub since: Date,
    #[serde(deserialize_with = "crate::read::status")]
    pub status: ReviewStatus,
}
cited!(WithoutRule);
