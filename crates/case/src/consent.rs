//! Consent: a fact beside the line. It gates sign-in; taken back, it stops what has not begun.

use crate::{
    Body, Cancellation, Case, Command, Context, Refusal, Restart, State,
    cancellation::{Rebook, needs_restart},
    values::said,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ConsentBasis {
    Signed,
    /// Spoken, and written down by the doctor.
    OralDocumented,
    /// Given by a guardian or proxy.
    Proxy,
    /// Emergency, patient cannot answer; as local law allows.
    PresumedEmergency,
    TwoDoctors,
}

impl ConsentBasis {
    pub const ALL: &'static [Self] = &[
        Self::Signed,
        Self::OralDocumented,
        Self::Proxy,
        Self::PresumedEmergency,
        Self::TwoDoctors,
    ];

    pub fn code(self) -> &'static str {
        match self {
            Self::Signed => "signed",
            Self::OralDocumented => "oral_documented",
            Self::Proxy => "proxy",
            Self::PresumedEmergency => "presumed_emergency",
            Self::TwoDoctors => "two_doctors",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|basis| basis.code() == code)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Consent {
    pub basis: ConsentBasis,
    pub form_version: String,
    pub language: String,
    /// Interpreter by name, or empty when none was needed.
    pub interpreter: String,
    /// What was discussed: indication, benefits, alternatives, risks, radiation.
    pub discussed: String,
    /// Who gave it, when it was not the patient.
    pub given_by: String,
}

/// What follows when there is no consent and the procedure has not begun.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum AfterRefusal {
    Cancel,
    BackToVetting,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct NoConsent {
    /// The patient's decision, in the patient's words where possible.
    pub words: String,
    pub then: AfterRefusal,
    pub restart: Restart,
    /// Drugs already given, when the patient is in the room.
    pub given_in_room: String,
}

pub(crate) fn give(
    state: &Case,
    command: &Command,
    consent: &Consent,
) -> Result<Vec<Body>, Refusal> {
    if !state.state.is_before_procedure() {
        return Err(Refusal::not_from(
            state.state,
            command,
            &[
                State::Vetting,
                State::Scheduled,
                State::Preparation,
                State::Emergency,
                State::Arrived,
            ],
        ));
    }
    let emergency_basis = match consent.basis {
        ConsentBasis::PresumedEmergency | ConsentBasis::TwoDoctors => true,
        ConsentBasis::Signed | ConsentBasis::OralDocumented | ConsentBasis::Proxy => false,
    };
    if emergency_basis && state.emergency.is_none() {
        return Err(Refusal::new(
            "not_an_emergency",
            "presumed consent and the two-doctor rule are for emergencies",
        )
        .instead("enter the emergency first, or take consent"));
    }
    if consent.basis == ConsentBasis::Proxy && !said(&consent.given_by) {
        return Err(Refusal::empty("who gave consent for the patient"));
    }
    if !emergency_basis && !said(&consent.discussed) {
        return Err(Refusal::empty("what was discussed"));
    }
    Ok(vec![Body::ConsentGiven(consent.clone())])
}

/// Declined (never given) or withdrawn (given before). Recorded in every state; stops what has not begun.
pub(crate) fn refuse(
    state: &Case,
    no: &NoConsent,
    context: &Context<'_>,
    body: fn(NoConsent) -> Body,
) -> Result<Vec<Body>, Refusal> {
    if state.state == State::NotReferred {
        return Err(Refusal::new("no_case", "there is no case yet"));
    }
    let mut bodies = vec![body(no.clone())];
    if !state.state.is_before_procedure() {
        return Ok(bodies);
    }
    needs_restart(&no.restart, context)?;
    match no.then {
        AfterRefusal::Cancel => bodies.push(Body::Cancelled(Cancellation {
            reason: "consent_withdrawn".to_owned(),
            words: no.words.clone(),
            restart: no.restart.clone(),
            given_in_room: no.given_in_room.clone(),
            rebook: Rebook::No,
        })),
        AfterRefusal::BackToVetting => bodies.push(Body::SentBackToVetting {
            reason: no.words.clone(),
        }),
    }
    Ok(bodies)
}
