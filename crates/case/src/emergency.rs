//! The emergency way through: a verbal referral and the minimum data set, then sign-in. Never around the time-out.

use crate::{
    Body, BookedStep, Case, Command, Refusal, State, Stated, Statement, booking, values::said,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EmergencyUrgency {
    /// Within half an hour.
    Immediate,
    WithinOneHour,
    WithinSixHours,
    WithinOneDay,
}

impl EmergencyUrgency {
    pub const ALL: &'static [Self] = &[
        Self::Immediate,
        Self::WithinOneHour,
        Self::WithinSixHours,
        Self::WithinOneDay,
    ];

    pub fn code(self) -> &'static str {
        match self {
            Self::Immediate => "immediate",
            Self::WithinOneHour => "within_1_h",
            Self::WithinSixHours => "within_6_h",
            Self::WithinOneDay => "within_24_h",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|urgency| urgency.code() == code)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct EmergencyEntry {
    pub urgency: EmergencyUrgency,
    /// Who referred by word of mouth.
    pub referred_by: String,
    pub indication: String,
    pub identity_known: Stated,
    /// Anticoagulant and last dose, allergy, kidneys, airway, blood products, isolation: what is known.
    pub minimum: Vec<Statement>,
    /// The room, where one is known, so that the modality finds the patient on its worklist.
    pub steps: Vec<BookedStep>,
}

pub(crate) fn enter(
    state: &Case,
    command: &Command,
    entry: &EmergencyEntry,
) -> Result<Vec<Body>, Refusal> {
    state.must_be_in(
        command,
        &[
            State::Referred,
            State::Returned,
            State::Vetting,
            State::Scheduled,
            State::Preparation,
            State::Arrived,
            State::Cancelled,
        ],
    )?;
    if !said(&entry.referred_by) {
        return Err(Refusal::empty("who referred the patient"));
    }
    if !said(&entry.indication) {
        return Err(Refusal::empty("the indication"));
    }
    let mut entry = entry.clone();
    for booked in &mut entry.steps {
        state.procedure(booked.procedure)?;
        booking::fill_step_id(state, booked);
    }
    Ok(vec![Body::EmergencyEntered(entry)])
}
