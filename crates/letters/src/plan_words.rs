//! The ready sentences of one plan: what the patient's page and the preparation sheet both show.

use crate::patient_plan::CallLevel;
use crate::words::Language;
use jiff::civil::{Date, Time};

/// All sentences of a plan, in the order in which they are read. Text, not markup: escape at the door.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanWords {
    pub language: Language,
    pub title: String,
    /// The demonstration line; `None` for a real patient.
    pub demonstration: Option<String>,
    /// Given name, family name.
    pub patient_name: String,
    pub hospital_number: Fact,
    pub hospital: String,
    pub unit: String,
    /// When, where, what, how long. The first is the one to print largest.
    pub facts: Vec<Fact>,
    pub days_heading: String,
    pub days: Vec<DaySection>,
    /// What holds on every day: medicines taken as usual, the trip home.
    pub any_day: Option<Section>,
    /// What the unit will call about.
    pub open: Option<Section>,
    pub tell_us: Section,
    pub bring: Section,
    pub about: Section,
    pub room: Section,
    pub radiation: Section,
    pub risks: Section,
    pub after: Section,
    pub results: Option<Section>,
    pub emergency: Section,
    pub same_day: Section,
    pub who_to_call: WhoToCall,
    pub footer: Vec<String>,
}

/// A label and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    pub label: String,
    pub value: String,
}

/// What the patient does on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DaySection {
    pub date: Date,
    /// Weekday, day and month.
    pub heading: String,
    pub is_procedure_day: bool,
    /// By clock time; what holds all day comes first.
    pub lines: Vec<Line>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub kind: LineKind,
    pub text: String,
    /// The reason, as its own sentence.
    pub why: Option<String>,
    /// Clock time of the act, when it has one.
    pub at: Option<Time>,
}

/// What a line is about; a page chooses the picture by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LineKind {
    TakeMedicine,
    NoMedicine,
    AskAboutMedicine,
    BloodTest,
    Food,
    Drink,
    Wash,
    Arrive,
    Home,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    pub heading: String,
    pub lines: Vec<String>,
}

/// The telephone numbers: on every letter and page, always last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WhoToCall {
    pub heading: String,
    pub lines: Vec<CallLine>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallLine {
    pub level: CallLevel,
    pub text: String,
    /// The number alone, for a link to dial.
    pub phone: String,
}
