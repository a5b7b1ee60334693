//! What one patient has to know about one visit, as ready values; letter and web page read the same one.
//!
//! Nothing is computed here: every date, hour and name is put in by `workflow` from the staff plan, the
//! booking and the site's settings. [`crate::sentences`] turns it into words.

use jiff::ZonedDateTime;
use jiff::civil::{Date, Time};
use model::{CaseId, Family, Laterality, Modality, PersonName, ProcedureId};

/// A value that rests on a rule of the rule book, and whether this hospital has approved that rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ruled<T> {
    pub value: T,
    pub standing: Standing,
}

impl<T> Ruled<T> {
    pub fn approved(value: T) -> Self {
        Self {
            value,
            standing: Standing::Approved,
        }
    }

    pub fn not_approved(value: T) -> Self {
        Self {
            value,
            standing: Standing::NotApproved,
        }
    }
}

/// Has the hospital approved the rule? Outside a demonstration only `Approved` reaches a patient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Approved,
    NotApproved,
}

/// Everything the preparation sheet and the patient's page say.
///
/// All `ZonedDateTime` values must be in the hospital's zone: they are printed as they stand.
#[derive(Debug, Clone, PartialEq)]
pub struct PatientPlan {
    /// Shows unapproved rules too, with the demonstration box and watermark on every page.
    pub demonstration: bool,
    pub patient: Addressee,
    pub hospital: Hospital,
    pub appointment: Appointment,
    pub procedure: PlannedProcedure,
    /// In any order; the sentences sort them by day and hour.
    pub steps: Vec<Ruled<Instruction>>,
    /// What the staff plan has not decided: the patient reads that the unit will call.
    pub open: Vec<OpenTopic>,
    /// By when the unit will have called about `open`; `None` when no date is promised.
    pub call_by: Option<Date>,
    pub aftercare: AfterCare,
    pub results: Results,
    pub contacts: Contacts,
    pub version: PlanVersion,
}

/// All that a patient's letter shows about the person: no birth date, no address, no diagnosis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addressee {
    pub name: PersonName,
    pub hospital_number: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hospital {
    pub name: String,
    /// Name of the unit as the patient knows it.
    pub unit: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appointment {
    /// When the patient must be there.
    pub arrive_at: ZonedDateTime,
    /// Start of the procedure, when the unit tells it.
    pub starts_at: Option<ZonedDateTime>,
    /// Where to come, as the site writes it.
    pub place: String,
    pub stay: Stay,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stay {
    SameDay,
    Overnight,
    /// Already in hospital: no travel, no escort.
    Inpatient,
    NotDecided,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedProcedure {
    /// Catalogue entry; `None` or an id without patient words falls back to the family's words.
    pub id: Option<ProcedureId>,
    pub family: Family,
    pub side: Laterality,
    /// Empty when not decided.
    pub modalities: Vec<Modality>,
    pub anaesthesia: Anaesthesia,
    pub contrast: Contrast,
    pub pregnancy: PregnancyQuestion,
}

/// Is the question about pregnancy put to this patient?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PregnancyQuestion {
    /// Also when sex or age is unknown.
    Ask,
    NotNeeded,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anaesthesia {
    None,
    Local,
    Sedation,
    General,
    NotDecided,
}

/// Which contrast agent the plan expects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Contrast {
    None,
    Iodine,
    Gadolinium,
    NotDecided,
}

/// Generic name first; the trade name only from the patient's own list.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct MedicineName {
    pub generic: String,
    pub trade: Option<String>,
}

/// A moment that is known to the minute, or only to the part of a day.
#[derive(Debug, Clone, PartialEq)]
pub enum DoseMoment {
    At(ZonedDateTime),
    Morning(Date),
    Evening(Date),
    /// Some time on this day.
    Day(Date),
}

/// One thing the patient does or must know before and on the day.
#[derive(Debug, Clone, PartialEq)]
pub enum Instruction {
    /// Take as usual, also on the day of the procedure.
    ContinueMedicine {
        medicine: MedicineName,
    },
    /// Take the last dose at `last_dose`, then none until `restart`.
    ///
    /// `last_dose` `None`: no dose from `free_from` on, or (both `None`) the patient is told to wait for a call.
    HoldMedicine {
        medicine: MedicineName,
        why: HoldReason,
        last_dose: Option<DoseMoment>,
        free_from: Option<Date>,
        restart: Restart,
    },
    /// Taken until the procedure, then not until the patient is told.
    HoldAfterProcedure {
        medicine: MedicineName,
        why: HoldReason,
    },
    /// No dose in the morning of `on`; later doses as the ward says.
    OmitMorningDose {
        medicine: MedicineName,
        on: Date,
    },
    /// The unit tells the dose (for example reduced insulin).
    AskAboutDose {
        medicine: MedicineName,
    },
    /// A dose to prevent a reaction or for sleep, given by prescription. `dose` as written ("50 mg").
    Premedication {
        medicine: MedicineName,
        dose: String,
        at: ZonedDateTime,
    },
    /// A replacement injection; `dose` as prescribed.
    Injection {
        medicine: MedicineName,
        dose: String,
        at: ZonedDateTime,
    },
    /// Tests may be taken from `from` until `until`; both ends included. `place` as the site writes it.
    LaboratoryTests {
        from: ZonedDateTime,
        until: ZonedDateTime,
        place: Option<String>,
    },
    /// Eat and drink as usual.
    NoFasting,
    NoFoodAfter(ZonedDateTime),
    /// Water and other clear drinks are allowed until then.
    ClearFluidsUntil(ZonedDateTime),
    /// Extra water, on this day.
    DrinkWell(Date),
    Shower(Date),
    /// Somebody must fetch the patient; with `overnight` somebody must also stay at home.
    Escort {
        overnight: bool,
    },
}

/// Why a medicine is stopped, as the patient is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HoldReason {
    /// It thins the blood.
    Bleeding,
    /// It lowers the blood sugar while the patient fasts.
    BloodSugar,
    /// It strains the kidneys together with the contrast agent.
    Kidneys,
    /// Another reason, or none given: nothing is said.
    NotSaid,
}

/// When a held medicine starts again.
#[derive(Debug, Clone, PartialEq)]
pub enum Restart {
    /// At this moment, if the ward does not say otherwise.
    At(DoseMoment),
    /// Not decided in advance: the patient asks before taking it.
    AskFirst,
}

/// A question the plan leaves open. Medicines by name, the rest by topic.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum OpenTopic {
    Medicine(MedicineName),
    BloodTests,
    Fasting,
    ContrastAgent,
    Pregnancy,
    Anaesthesia,
    Antibiotic,
    Stay,
    AfterCare,
    /// Anything else: "your preparation".
    Preparation,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct AfterCare {
    pub steps: Vec<Ruled<AfterStep>>,
    /// Beside the signs that every sheet has (bleeding, breath, chest pain, fainting, fever, rash).
    pub warning_signs: Vec<Ruled<WarningSign>>,
}

/// One line of after-care. Hours and days are whole numbers from `knowledge/aftercare`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AfterStep {
    NoBedRest,
    BedRestHours(u16),
    /// Used on the discharge sheet or when the end is known.
    BedRestUntil(ZonedDateTime),
    StayWatchedHours(u16),
    StayOvernight,
    LegStraight,
    LieOnRightSide,
    KeepDressingDays(u16),
    NoHeavyLiftingDays(u16),
    NoBathDays(u16),
    NoDrivingHours(u16),
    NoAlcoholHours(u16),
    NoFlyingDays(u16),
    DrinkWell,
    CatheterStays(CatheterPlace),
    /// Millilitres of sterile saline, times a day.
    FlushCatheter {
        volume_ml: u16,
        times_a_day: u16,
    },
    WriteDownOutput,
    CatheterBelowBody,
    StentCard,
    PainRelief,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CatheterPlace {
    Abdomen,
    Chest,
    Kidney,
    BileDuct,
    Other,
}

/// A warning sign; each has one sentence and one level ([`WarningSign::level`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WarningSign {
    BleedingDoesNotStop,
    Breathless,
    ChestPain,
    Fainting,
    ColdLimb,
    FaceSwelling,
    NeckSwelling,
    CoughingBlood,
    FeverWithShivering,
    NumbHand,
    StrokeSigns,
    ChestTubeOut,
    Fever,
    StrongPain,
    GrowingLump,
    RednessOrPus,
    Rash,
    BloodInUrine,
    CannotPassUrine,
    BlackStools,
    YellowSkin,
    NoUrineInBag,
    CatheterOut,
    CatheterLeaks,
    CatheterStopped,
    BloodInBag,
    LegPainReturns,
}

/// Whom a warning sign sends the patient to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CallLevel {
    Emergency,
    SameDay,
}

impl WarningSign {
    /// The signs on every sheet, whatever the procedure (`docs/explanation/unknown_is_not_no.md`).
    pub const ALWAYS: &'static [Self] = &[
        Self::BleedingDoesNotStop,
        Self::Breathless,
        Self::ChestPain,
        Self::Fainting,
        Self::ColdLimb,
        Self::FaceSwelling,
        Self::FeverWithShivering,
        Self::Fever,
        Self::StrongPain,
        Self::RednessOrPus,
        Self::Rash,
    ];

    pub fn level(self) -> CallLevel {
        match self {
            Self::BleedingDoesNotStop
            | Self::Breathless
            | Self::ChestPain
            | Self::Fainting
            | Self::ColdLimb
            | Self::FaceSwelling
            | Self::NeckSwelling
            | Self::CoughingBlood
            | Self::FeverWithShivering
            | Self::NumbHand
            | Self::StrokeSigns
            | Self::ChestTubeOut => CallLevel::Emergency,
            Self::Fever
            | Self::StrongPain
            | Self::GrowingLump
            | Self::RednessOrPus
            | Self::Rash
            | Self::BloodInUrine
            | Self::CannotPassUrine
            | Self::BlackStools
            | Self::YellowSkin
            | Self::NoUrineInBag
            | Self::CatheterOut
            | Self::CatheterLeaks
            | Self::CatheterStopped
            | Self::BloodInBag
            | Self::LegPainReturns => CallLevel::SameDay,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Results {
    /// Who tells the result, as the patient knows the person ("Doctor Alho"); `None`: the referring doctor.
    pub told_by: Option<String>,
    /// At the latest on this day; `None` when no date is set.
    pub by: Option<Date>,
    pub appointment: FollowUp,
}

/// Is a visit or a call about the result booked?
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FollowUp {
    Booked(ZonedDateTime),
    NotBooked,
    /// The procedure gives no result to wait for.
    NotNeeded,
}

/// Whom to call. The three numbers are required settings of the site outside a demonstration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contacts {
    pub day_phone: String,
    /// `None` when the site has not set them: the line then stands without hours.
    pub day_hours: Option<DayHours>,
    pub night_phone: String,
    pub emergency_number: String,
}

/// Monday to Friday from, until.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayHours {
    pub from: Time,
    pub until: Time,
}

/// What the footer says, so that an old sheet can be told from the new one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanVersion {
    pub case: CaseId,
    /// Counts the sheets of this case, from 1.
    pub number: u32,
    /// Version of the rule book.
    pub rule_book: String,
    pub written_at: ZonedDateTime,
}

/// What a patient may read about the X-rays of a procedure that is over.
#[derive(Debug, Clone, PartialEq)]
pub enum DoseTold {
    NoXRays,
    /// X-rays were used; no report has come, or no rule that the hospital approved speaks about it.
    NotReported,
    Reported(dose::explain::Explanation),
}

/// What may show on the skin, as a patient sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SkinSign {
    Redness,
    HairLoss,
    Wound,
}

impl SkinSign {
    pub const ALL: &'static [Self] = &[Self::Redness, Self::HairLoss, Self::Wound];

    /// From the keys of `knowledge/dose/skin_levels.toml`; those that say that it gets better are no signs.
    pub(crate) fn of_key(key: &str) -> Option<Self> {
        match key {
            "passing_redness" | "redness" | "lasting_redness_possible" | "long_redness" => {
                Some(Self::Redness)
            }
            "hair_loss" | "permanent_hair_loss_possible" | "permanent_hair_loss" => {
                Some(Self::HairLoss)
            }
            "hair_recovers" | "recovery" => None,
            // Anything else that a table may name: the patient looks for a wound.
            _ => Some(Self::Wound),
        }
    }
}
