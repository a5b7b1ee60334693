//! Home, and the end of the case: closed only when nothing is open.

use crate::{
    Answered, Body, Case, Command, ConsentState, Context, Holds, Refusal, Restart, State, Stated,
    checklist::complete, follow_up, values::said,
};

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Discharge {
    pub criteria: Vec<Answered>,
    /// Language of the written instructions.
    pub language: String,
    /// Medicine restart dates, in words; required when holds had begun.
    pub restart: String,
    /// Catheter care given, when a catheter stays.
    pub catheter_care: Stated,
    pub warning_signs_given: Stated,
    /// Who tells the results, and when.
    pub results_by: String,
    pub escort: Stated,
    /// The patient leaves before the criteria are met: what was said. Empty otherwise.
    pub against_advice: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum CaseOutcome {
    Completed,
    Rejected,
    Redirected,
    Cancelled,
    Declined,
    Died,
    Joined,
}

impl CaseOutcome {
    pub const ALL: &'static [Self] = &[
        Self::Completed,
        Self::Rejected,
        Self::Redirected,
        Self::Cancelled,
        Self::Declined,
        Self::Died,
        Self::Joined,
    ];

    pub fn code(&self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::Rejected => "rejected",
            Self::Redirected => "redirected_other_modality",
            Self::Cancelled => "cancelled",
            Self::Declined => "declined",
            Self::Died => "died",
            Self::Joined => "joined",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|outcome| outcome.code() == code)
            .cloned()
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Reopening {
    /// Late complication, new result, audit.
    pub reason: String,
}

pub(crate) fn discharge(
    state: &Case,
    command: &Command,
    discharge: &Discharge,
    context: &Context<'_>,
) -> Result<Vec<Body>, Refusal> {
    state.must_be_in(command, &[State::Recovery, State::Admitted])?;
    if !said(&discharge.against_advice) {
        complete(
            &discharge.criteria,
            &context.rules.discharge_criteria,
            "discharge_criteria_not_answered",
        )?;
        too_early(state, context)?;
    }
    if !said(&discharge.language) {
        return Err(Refusal::empty("the language of the written instructions"));
    }
    if !said(&discharge.results_by) {
        return Err(Refusal::empty("who tells the results"));
    }
    match context.holds {
        Holds::NotBegun => {}
        Holds::Begun | Holds::Unknown if said(&discharge.restart) => {}
        Holds::Begun | Holds::Unknown => {
            return Err(Refusal::new(
                "restart_instruction_missing",
                "medicines may have been stopped: say what the patient restarts, and when",
            ));
        }
    }
    let mut bodies = vec![Body::Discharged(discharge.clone())];
    if state.started_at.is_some() {
        bodies.push(state.opened(0, follow_up::complication_check(context)));
    }
    Ok(bodies)
}

fn too_early(state: &Case, context: &Context<'_>) -> Result<(), Refusal> {
    let Some(recovery) = &state.recovery else {
        return Ok(());
    };
    let bed_rest = recovery.bed_rest_ends.is_some_and(|end| context.at < end);
    if bed_rest || context.at < recovery.observation_ends {
        Err(Refusal::new(
            "observation_not_over",
            "bed rest or observation is not over yet",
        )
        .instead("wait, or record a discharge against advice"))
    } else {
        Ok(())
    }
}

/// Closed when nothing is open: no track, no unexplained deviation, no restart instruction owed.
pub(crate) fn close(state: &Case, command: &Command) -> Result<Vec<Body>, Refusal> {
    let outcome = match state.state {
        State::Discharged => CaseOutcome::Completed,
        State::Rejected => CaseOutcome::Rejected,
        State::Redirected => CaseOutcome::Redirected,
        State::Cancelled => cancelled_outcome(state),
        State::NotReferred
        | State::Referred
        | State::Returned
        | State::Vetting
        | State::Scheduled
        | State::Preparation
        | State::Emergency
        | State::Arrived
        | State::SignIn
        | State::TimeOut
        | State::InProcedure
        | State::SignOut
        | State::Recovery
        | State::Admitted
        | State::Escalated
        | State::Closed => {
            let died = state.death.is_some() && state.state != State::Closed;
            if !died {
                return Err(Refusal::not_from(
                    state.state,
                    command,
                    &[
                        State::Discharged,
                        State::Cancelled,
                        State::Rejected,
                        State::Redirected,
                    ],
                ));
            }
            CaseOutcome::Died
        }
    };
    nothing_open(state)?;
    Ok(vec![Body::Closed { outcome }])
}

fn cancelled_outcome(state: &Case) -> CaseOutcome {
    match state.consent {
        ConsentState::Declined { .. } => CaseOutcome::Declined,
        ConsentState::NotTaken | ConsentState::Given { .. } | ConsentState::Withdrawn { .. } => {
            CaseOutcome::Cancelled
        }
    }
}

fn nothing_open(state: &Case) -> Result<(), Refusal> {
    let open: Vec<String> = state
        .open_tracks()
        .map(|track| {
            format!(
                "{} ({}, {})",
                track.kind.code(),
                track.about,
                track.owner.code()
            )
        })
        .collect();
    if !open.is_empty() {
        return Err(
            Refusal::new("tracks_open", format!("still open: {}", open.join("; ")))
                .instead("close each track with its outcome"),
        );
    }
    if let Some(deviation) = state.deviations.iter().find(|d| d.reason.is_none()) {
        return Err(Refusal::new(
            "deviation_not_explained",
            format!("deviation {} has no reason yet", deviation.number),
        )
        .instead("say why the steps were missing"));
    }
    if state.restart == Some(Restart::Owed) && state.death.is_none() {
        return Err(Refusal::new(
            "restart_instruction_owed",
            "nobody has told the patient which medicines to restart",
        )
        .instead("give the restart instruction"));
    }
    Ok(())
}

pub(crate) fn reopen(
    state: &Case,
    command: &Command,
    reopening: &Reopening,
) -> Result<Vec<Body>, Refusal> {
    state.must_be_in(command, &[State::Closed])?;
    if !said(&reopening.reason) {
        return Err(Refusal::empty("the reason"));
    }
    let mut bodies = vec![Body::Reopened(reopening.clone())];
    if state.closed_from == Some(State::Discharged) {
        bodies.push(state.opened(0, follow_up::after_reopening(&reopening.reason)));
    }
    Ok(bodies)
}
