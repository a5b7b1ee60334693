//! The order comes in, a radiologist protocols it, or it goes back.

use crate::{Body, Case, Command, NewProcedure, Refusal, State, values::said};
use jiff::Timestamp;
use model::{BleedingClass, CaseId, Modality, PatientKey, Urgency};

/// One field of the referral's data set: what it is about and what was said.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Statement {
    /// Short stable word: `indication`, `anticoagulant`, `allergy`, `isolation`, …
    pub about: String,
    pub words: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Referral {
    pub patient: PatientKey,
    pub procedures: Vec<NewProcedure>,
    pub urgency: Urgency,
    /// Clinical question; empty when the sender gave none.
    pub indication: String,
    /// Who asked, and who receives the result, as the sender writes them; empty when not stated.
    pub referrer: String,
    pub result_to: String,
    /// When the sender would like it.
    pub wanted_at: Option<Timestamp>,
    pub statements: Vec<Statement>,
    /// The case that this one repeats or follows.
    pub index_case: Option<CaseId>,
}

/// The radiologist's protocol.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Protocol {
    pub modality: Modality,
    pub bleeding_class: BleedingClass,
    /// Access route and target, in words.
    pub access: String,
    /// `local`, `sedation` or `general`.
    pub anaesthesia: String,
    pub contrast: String,
    pub devices: String,
    /// `day_case` or `inpatient`.
    pub setting: String,
    pub room_minutes: u16,
    pub antibiotic: String,
    /// Id of the observation bundle for afterwards.
    pub observation_bundle: String,
    /// Why the exposure is justified; required for X-ray and CT.
    pub justification: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Rejection {
    pub reason: String,
    pub reply_to_referrer: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Redirection {
    pub reason: String,
    /// Reference of the new order.
    pub new_order: String,
}

pub(crate) fn refer(state: &Case, referral: &Referral) -> Result<Vec<Body>, Refusal> {
    if state.state != State::NotReferred {
        return Err(
            Refusal::new("already_referred", "this case has its referral already")
                .instead("change the order, or open another case"),
        );
    }
    if referral.procedures.is_empty() {
        return Err(Refusal::empty("the requested procedure"));
    }
    Ok(vec![Body::Referred(referral.clone())])
}

pub(crate) fn complete_referral(
    state: &Case,
    command: &Command,
    answers: &[Statement],
) -> Result<Vec<Body>, Refusal> {
    state.must_be_in(command, &[State::Returned])?;
    if !answers.iter().any(|answer| said(&answer.words)) {
        return Err(Refusal::empty("what was missing"));
    }
    Ok(vec![Body::ReferralCompleted {
        answers: answers.to_vec(),
    }])
}

pub(crate) fn begin_vetting(state: &Case, command: &Command) -> Result<Vec<Body>, Refusal> {
    state.must_be_in(command, &[State::Referred])?;
    Ok(vec![Body::VettingBegun])
}

/// Signed by a radiologist; taken straight from `referred` too, where it begins the vetting as well.
pub(crate) fn vet(
    state: &Case,
    command: &Command,
    protocol: &Protocol,
) -> Result<Vec<Body>, Refusal> {
    state.must_be_in(command, &[State::Referred, State::Vetting])?;
    if let Some(procedure) = state.live().find(|procedure| !procedure.is_identified()) {
        return Err(Refusal::new(
            "procedure_not_identified",
            format!("procedure {} is not identified yet", procedure.number),
        )
        .instead("say which catalogue entry it is"));
    }
    let uses_x_ray = match protocol.modality {
        Modality::Fluoroscopy | Modality::Ct | Modality::Mammography => true,
        Modality::Ultrasound | Modality::Mr => false,
    };
    if uses_x_ray && !said(&protocol.justification) {
        return Err(Refusal::empty("the justification of the exposure"));
    }
    for (text, what) in [
        (&protocol.access, "access route and target"),
        (&protocol.anaesthesia, "anaesthesia plan"),
        (&protocol.setting, "day case or inpatient"),
    ] {
        if !said(text) {
            return Err(Refusal::empty(what));
        }
    }
    let mut bodies = Vec::new();
    if state.state == State::Referred {
        bodies.push(Body::VettingBegun);
    }
    bodies.push(Body::Vetted(protocol.clone()));
    Ok(bodies)
}

pub(crate) fn reject(
    state: &Case,
    command: &Command,
    rejection: &Rejection,
) -> Result<Vec<Body>, Refusal> {
    state.must_be_in(command, &[State::Referred, State::Vetting])?;
    if !said(&rejection.reason) {
        return Err(Refusal::empty("the reason"));
    }
    if !said(&rejection.reply_to_referrer) {
        return Err(Refusal::empty("the reply to the referrer"));
    }
    Ok(vec![Body::Rejected(rejection.clone())])
}

pub(crate) fn return_to_referrer(
    state: &Case,
    command: &Command,
    missing: &[String],
) -> Result<Vec<Body>, Refusal> {
    state.must_be_in(command, &[State::Referred, State::Vetting])?;
    if !missing.iter().any(|field| said(field)) {
        return Err(Refusal::empty("which field is missing"));
    }
    Ok(vec![Body::ReturnedToReferrer {
        missing: missing.to_vec(),
    }])
}

pub(crate) fn redirect(
    state: &Case,
    command: &Command,
    redirection: &Redirection,
) -> Result<Vec<Body>, Refusal> {
    state.must_be_in(command, &[State::Referred, State::Vetting])?;
    if !said(&redirection.new_order) {
        return Err(Refusal::empty("the reference of the new order"));
    }
    Ok(vec![Body::Redirected(redirection.clone())])
}
