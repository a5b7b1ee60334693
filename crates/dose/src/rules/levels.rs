//! Levels, skin bands, follow-up, reference levels and factors to effective dose.

use super::Flaw;
use super::reading::{Cited, Files, Status, cited, file, parse};
use crate::peak_skin_dose::room::Share;
use model::{DoseTotals, Gray, GraySquareMetre, MilliGrayCentimetre, Role, RuleId, Seconds};
use serde::Deserialize;
use toml::value::Datetime;

/// Everything that judges a dose.
#[derive(Debug, Clone, PartialEq)]
pub struct Levels {
    pub levels: Vec<Level>,
    pub bands: Vec<SkinBand>,
    pub follow_up: Vec<FollowUp>,
    /// Days for which earlier procedures count with this one.
    pub cumulation: Days,
    pub reference_levels: Vec<ReferenceLevel>,
    /// Fewest procedures of which a median says something.
    pub least_procedures: usize,
    /// How many periods in a row make "consistently exceeded", and how long one is. At least one of at least a day.
    pub review_periods: u32,
    pub review_period: Days,
    pub factors: Vec<EffectiveDoseFactor>,
    pub backgrounds: Vec<Background>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Days(pub u32);

/// What a level is about; its numbers are in the unit of the quantity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quantity {
    PeakSkinDoseGy,
    KaRGy,
    PkaGyM2,
    FluoroscopyS,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Each plane by itself: they meet different skin.
    Plane,
    Procedure,
}

/// Notification and substantial-dose level of one quantity, inclusive, in the unit of the quantity.
#[derive(Debug, Clone, PartialEq)]
pub struct Level {
    pub id: String,
    pub quantity: Quantity,
    pub scope: Scope,
    pub applies: Applies,
    pub first: Share,
    pub every: Share,
    pub substantial: Share,
    pub cited: Cited,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applies {
    Always,
    /// Only when no dose quantity is stated.
    WithoutDose,
}

/// What skin may show after a peak dose.
#[derive(Debug, Clone, PartialEq)]
pub struct SkinBand {
    pub id: String,
    /// Inclusive.
    pub from: Gray,
    /// Exclusive; `None` for the last band.
    pub to: Option<Gray>,
    pub prompt: Vec<String>,
    pub early: Vec<String>,
    pub midterm: Vec<String>,
    pub long_term: Vec<String>,
    /// How long the skin is to be watched.
    pub watch: Days,
    pub cited: Cited,
}

/// When a duty is owed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum When {
    /// Any substantial-dose level is reached.
    Substantial,
    /// The peak skin dose (upper end of the interval is not used) reaches this.
    PeakSkinDose(Gray),
}

/// One duty after a high dose.
#[derive(Debug, Clone, PartialEq)]
pub struct FollowUp {
    pub rule: RuleId,
    pub when: When,
    /// Key of the sentence and of the work item, e.g. `clinic_visit`.
    pub duty: String,
    /// What is to be done, for staff.
    pub says: String,
    pub owner: Role,
    /// To be known, not to be ticked off.
    pub is_advice: bool,
    /// First and last day after the procedure.
    pub days: [Days; 2],
    pub cited: Cited,
}

#[derive(Debug, Clone, PartialEq)]
pub struct ReferenceLevel {
    pub id: String,
    pub procedure: String,
    pub where_from: String,
    pub pka: Option<GraySquareMetre>,
    pub ka_r: Option<Gray>,
    pub fluoroscopy: Option<Seconds>,
    pub dlp: Option<MilliGrayCentimetre>,
    pub cited: Cited,
}

/// Effective dose per dose quantity, for an average adult.
#[derive(Debug, Clone, PartialEq)]
pub struct EffectiveDoseFactor {
    pub rule: RuleId,
    pub region: String,
    /// Ids of the catalogue whose X-rays go to this region.
    pub procedures: Vec<String>,
    pub per: PerQuantity,
    pub cited: Cited,
}

impl EffectiveDoseFactor {
    /// Whether the totals state the quantity that it multiplies.
    pub fn has_quantity(&self, totals: &DoseTotals) -> bool {
        match self.per {
            PerQuantity::GraySquareMetre(_) => totals.pka.is_some(),
            PerQuantity::MilliGrayCentimetre(_) => totals.dlp.is_some(),
        }
    }
}

/// mSv per unit of the quantity.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum PerQuantity {
    GraySquareMetre(Share),
    MilliGrayCentimetre(Share),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Background {
    pub id: String,
    pub year: MilliSievert,
    pub cited: Cited,
}

/// Effective dose, mSv.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct MilliSievert(pub f64);

// ---- files -----------------------------------------------------------------------------------------------

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SkinLevelsFile {
    #[serde(rename = "id")]
    _id: String,
    #[serde(rename = "says")]
    _says: String,
    level: Vec<LevelRow>,
    band: Vec<BandRow>,
    follow_up: Vec<FollowUpRow>,
    cumulation: CumulationRow,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LevelRow {
    id: String,
    quantity: Quantity,
    scope: Scope,
    #[serde(default)]
    only_without_dose: bool,
    first: f64,
    every: f64,
    substantial: f64,
    source: Vec<String>,
    since: Datetime,
    status: Status,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BandRow {
    id: String,
    from_gy: f64,
    to_gy: Option<f64>,
    prompt: Vec<String>,
    early: Vec<String>,
    midterm: Vec<String>,
    long_term: Vec<String>,
    watch_days: u32,
    source: Vec<String>,
    since: Datetime,
    status: Status,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FollowUpRow {
    id: String,
    when: WhenRow,
    duty: String,
    says: String,
    owner: String,
    #[serde(default)]
    advice: bool,
    days: [u32; 2],
    source: Vec<String>,
    since: Datetime,
    status: Status,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum WhenRow {
    Substantial,
    PeakSkinDoseGy(f64),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CumulationRow {
    days: u32,
    #[serde(rename = "source")]
    _source: Vec<String>,
    #[serde(rename = "since")]
    _since: Datetime,
    #[serde(rename = "status")]
    _status: Status,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReferenceFile {
    #[serde(rename = "id")]
    _id: String,
    #[serde(rename = "says")]
    _says: String,
    review: ReviewRow,
    level: Vec<ReferenceRow>,
}

/// Levels of one country or one site, in a file of their own.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MoreLevelsFile {
    #[serde(rename = "id")]
    _id: String,
    #[serde(rename = "says")]
    _says: String,
    level: Vec<ReferenceRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReviewRow {
    least_procedures: usize,
    periods: u32,
    period_days: u32,
    #[serde(rename = "source")]
    _source: Vec<String>,
    #[serde(rename = "since")]
    _since: Datetime,
    #[serde(rename = "status")]
    _status: Status,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReferenceRow {
    id: String,
    procedure: String,
    #[serde(rename = "where")]
    where_from: String,
    pka_gy_m2: Option<f64>,
    ka_r_gy: Option<f64>,
    fluoroscopy_s: Option<f64>,
    dlp_mgy_cm: Option<f64>,
    source: Vec<String>,
    since: Datetime,
    status: Status,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EffectiveFile {
    #[serde(rename = "id")]
    _id: String,
    #[serde(rename = "says")]
    _says: String,
    factor: Vec<FactorRow>,
    background: Vec<BackgroundRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FactorRow {
    id: String,
    region: String,
    #[serde(default)]
    procedures: Vec<String>,
    msv_per_gy_m2: Option<f64>,
    msv_per_mgy_cm: Option<f64>,
    source: Vec<String>,
    since: Datetime,
    status: Status,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BackgroundRow {
    id: String,
    msv_per_year: f64,
    source: Vec<String>,
    since: Datetime,
    status: Status,
}

const SKIN: &str = "dose/skin_levels.toml";
const REFERENCE: &str = "dose/reference_levels.toml";
const REFERENCE_FOLDER: &str = "dose/reference_levels/";
const EFFECTIVE: &str = "dose/effective_dose.toml";

pub(super) fn levels(files: &Files<'_>, flaws: &mut Vec<Flaw>) -> Option<Levels> {
    let skin = file::<SkinLevelsFile>(files, SKIN, flaws);
    let reference = file::<ReferenceFile>(files, REFERENCE, flaws);
    let effective = file::<EffectiveFile>(files, EFFECTIVE, flaws);
    let (skin, reference, effective) = (skin?, reference?, effective?);
    if reference.review.periods == 0 || reference.review.period_days == 0 {
        let reason = "review: at least one period of at least one day".to_owned();
        flaw(flaws, REFERENCE, reason);
    }
    let bands = bands(skin.band, flaws);
    Some(Levels {
        levels: skin
            .level
            .into_iter()
            .filter_map(|row| level(row, flaws))
            .collect(),
        bands,
        follow_up: skin
            .follow_up
            .into_iter()
            .filter_map(|row| follow_up(row, flaws))
            .collect(),
        cumulation: Days(skin.cumulation.days),
        reference_levels: reference_levels(reference.level, files, flaws),
        least_procedures: reference.review.least_procedures,
        review_periods: reference.review.periods,
        review_period: Days(reference.review.period_days),
        factors: effective
            .factor
            .into_iter()
            .filter_map(|row| factor(row, flaws))
            .collect(),
        backgrounds: effective
            .background
            .into_iter()
            .filter_map(|b| background(b, flaws))
            .collect(),
    })
}

fn flaw(flaws: &mut Vec<Flaw>, path: &str, reason: String) {
    flaws.push(Flaw {
        path: path.to_owned(),
        reason,
    });
}

fn level(row: LevelRow, flaws: &mut Vec<Flaw>) -> Option<Level> {
    if !(row.first > 0.0 && row.every > 0.0 && row.first <= row.substantial) {
        flaw(
            flaws,
            SKIN,
            format!("level {}: 0 < first <= substantial and 0 < every", row.id),
        );
        return None;
    }
    Some(Level {
        id: row.id,
        quantity: row.quantity,
        scope: row.scope,
        applies: if row.only_without_dose {
            Applies::WithoutDose
        } else {
            Applies::Always
        },
        first: Share(row.first),
        every: Share(row.every),
        substantial: Share(row.substantial),
        cited: cited(row.source, row.since, row.status),
    })
}

/// From zero upwards without gap or overlap; only the last is open.
fn bands(rows: Vec<BandRow>, flaws: &mut Vec<Flaw>) -> Vec<SkinBand> {
    let mut next = Some(0.0);
    for row in &rows {
        if next != Some(row.from_gy) {
            flaw(
                flaws,
                SKIN,
                format!("band {} does not start where the one before ends", row.id),
            );
        }
        if row.to_gy.is_some_and(|to| to <= row.from_gy) {
            flaw(
                flaws,
                SKIN,
                format!("band {} ends before it starts", row.id),
            );
        }
        next = row.to_gy;
    }
    if next.is_some() {
        flaw(
            flaws,
            SKIN,
            "the last band must be open to higher doses".to_owned(),
        );
    }
    rows.into_iter()
        .map(|row| SkinBand {
            id: row.id,
            from: Gray(row.from_gy),
            to: row.to_gy.map(Gray),
            prompt: row.prompt,
            early: row.early,
            midterm: row.midterm,
            long_term: row.long_term,
            watch: Days(row.watch_days),
            cited: cited(row.source, row.since, row.status),
        })
        .collect()
}

fn follow_up(row: FollowUpRow, flaws: &mut Vec<Flaw>) -> Option<FollowUp> {
    let [from, to] = row.days;
    let rule = RuleId::new(&row.id).ok().filter(|_| from <= to);
    let owner = Role::from_code(&row.owner);
    if rule.is_none() || owner.is_none() {
        let words = format!("follow-up {}: id, owner, or days out of order", row.id);
        flaw(flaws, SKIN, words);
    }
    Some(FollowUp {
        rule: rule?,
        when: match row.when {
            WhenRow::Substantial => When::Substantial,
            WhenRow::PeakSkinDoseGy(dose) => When::PeakSkinDose(Gray(dose)),
        },
        duty: row.duty,
        says: row.says,
        owner: owner?,
        is_advice: row.advice,
        days: [Days(from), Days(to)],
        cited: cited(row.source, row.since, row.status),
    })
}

/// The shipped levels and those of every further file: a site or a country loads its own beside them.
fn reference_levels(
    shipped: Vec<ReferenceRow>,
    files: &Files<'_>,
    flaws: &mut Vec<Flaw>,
) -> Vec<ReferenceLevel> {
    let mut rows: Vec<(&str, ReferenceRow)> =
        shipped.into_iter().map(|row| (REFERENCE, row)).collect();
    for (path, text) in files.range(REFERENCE_FOLDER..) {
        if !path.starts_with(REFERENCE_FOLDER) {
            break;
        }
        if let Some(more) = parse::<MoreLevelsFile>(path, text, flaws) {
            rows.extend(more.level.into_iter().map(|row| (*path, row)));
        }
    }
    let mut levels: Vec<ReferenceLevel> = Vec::new();
    for (path, row) in rows {
        let amounts = [
            row.pka_gy_m2,
            row.ka_r_gy,
            row.fluoroscopy_s,
            row.dlp_mgy_cm,
        ];
        let stated = amounts.iter().flatten();
        if stated.clone().next().is_none() || !stated.clone().all(|v| *v > 0.0 && v.is_finite()) {
            let reason = format!("level {} needs a quantity, and each above 0", row.id);
            flaw(flaws, path, reason);
        } else if levels.iter().any(|l| l.id == row.id) {
            flaw(flaws, path, format!("level {} is there already", row.id));
        } else {
            levels.push(reference_level(row));
        }
    }
    levels
}

fn reference_level(row: ReferenceRow) -> ReferenceLevel {
    ReferenceLevel {
        id: row.id,
        procedure: row.procedure,
        where_from: row.where_from,
        pka: row.pka_gy_m2.map(GraySquareMetre),
        ka_r: row.ka_r_gy.map(Gray),
        fluoroscopy: row.fluoroscopy_s.map(Seconds),
        dlp: row.dlp_mgy_cm.map(MilliGrayCentimetre),
        cited: cited(row.source, row.since, row.status),
    }
}

fn factor(row: FactorRow, flaws: &mut Vec<Flaw>) -> Option<EffectiveDoseFactor> {
    let per = match (row.msv_per_gy_m2, row.msv_per_mgy_cm) {
        (Some(k), None) => Some(PerQuantity::GraySquareMetre(Share(k))),
        (None, Some(k)) => Some(PerQuantity::MilliGrayCentimetre(Share(k))),
        _ => None,
    };
    let rule = RuleId::new(&row.id).ok();
    if per.is_none() || rule.is_none() {
        flaw(
            flaws,
            EFFECTIVE,
            format!("factor {} needs an id and exactly one quantity", row.id),
        );
    }
    Some(EffectiveDoseFactor {
        rule: rule?,
        region: row.region,
        procedures: row.procedures,
        per: per?,
        cited: cited(row.source, row.since, row.status),
    })
}

fn background(row: BackgroundRow, flaws: &mut Vec<Flaw>) -> Option<Background> {
    if !(0.5..=50.0).contains(&row.msv_per_year) {
        flaw(
            flaws,
            EFFECTIVE,
            format!("background {} outside 0.5 to 50 mSv a year", row.id),
        );
        return None;
    }
    Some(Background {
        id: row.id,
        year: MilliSievert(row.msv_per_year),
        cited: cited(row.source, row.since, row.status),
    })
}
