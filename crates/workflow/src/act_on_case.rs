//! Somebody, or a machine, does something to a case: load, decide, plan again, save, tell.

use crate::case_file::{case_changes, load_case};
use crate::desk::{Desk, WorkError};
use crate::new_numbers::{new_accession, new_study_uid};
use crate::patient::Patient;
use crate::plan_case::{Planned, plan_case};
use crate::plan_change::{Because, plan_changes, settled};
use crate::restarts::restart_events;
use case::{Actor, Case, Command, Context, Door, Event, GateFinding, Refusal, State, decide};
use jiff::Timestamp;
use model::CaseId;
use store::rows::AuditRow;
use store::{Change, Commit, CommitError};

/// Why a command was not done. Nothing of it is in the store.
#[derive(Debug, thiserror::Error)]
pub enum ActError {
    #[error("there is no case {0}")]
    NoSuchCase(String),
    /// The page that the command came from shows an older case.
    #[error("the case has changed: the page shows version {expected}, it stands at {now}")]
    Changed { expected: u64, now: u64 },
    #[error("{0}")]
    Refused(Refusal),
    #[error(transparent)]
    Work(#[from] WorkError),
}

impl From<CommitError> for ActError {
    fn from(error: CommitError) -> Self {
        Self::Work(error.into())
    }
}

impl From<store::QueryError> for ActError {
    fn from(error: store::QueryError) -> Self {
        Self::Work(error.into())
    }
}

/// How often a command without an expected version is decided again when others were first.
const TRIES: usize = 20;

/// Does one command.
///
/// * `expected` – the version that the person saw; `None` for machines and for facts that hold whatever happened
///   meanwhile.
///
/// Returns the case as it stands afterwards. A fact that is known already changes nothing.
/// # Errors
/// See [`ActError`].
pub async fn act_on_case(
    desk: &Desk,
    by: &Actor,
    case_id: &str,
    expected: Option<u64>,
    command: &Command,
) -> Result<Case, ActError> {
    act_with(desk, by, case_id, expected, command, &[]).await
}

/// [`act_on_case`] with further changes in the same commit: the inbox row of the message that asked for it, the rows
/// of the object that it is about.
/// # Errors
/// See [`ActError`].
pub(crate) async fn act_with(
    desk: &Desk,
    by: &Actor,
    case_id: &str,
    expected: Option<u64>,
    command: &Command,
    with: &[Change],
) -> Result<Case, ActError> {
    let mut last = None;
    let command = &numbered(desk, command).await?;
    for _ in 0..TRIES {
        let case = load_case(desk.query(), case_id)
            .await?
            .ok_or_else(|| ActError::NoSuchCase(case_id.to_owned()))?;
        if let Some(expected) = expected.filter(|expected| *expected != case.version) {
            return Err(ActError::Changed {
                expected,
                now: case.version,
            });
        }
        let (after, mut changes) = decided(desk, by, &case, command).await?;
        changes.extend(with.iter().cloned());
        match desk.commit(Commit { changes }).await {
            Ok(()) => return Ok(after),
            Err(stale @ CommitError::Stale { .. }) => last = Some((stale, case.version)),
            Err(other) => return Err(other.into()),
        }
    }
    match (expected, last) {
        (Some(expected), Some((_, now))) => Err(ActError::Changed {
            expected,
            now: now + 1,
        }),
        (_, Some((stale, _))) => Err(stale.into()),
        (_, None) => Err(ActError::NoSuchCase(case_id.to_owned())),
    }
}

/// A procedure that is added gets an accession number and a study UID of ours where it has none, so that the modality
/// and the dose report find it.
async fn numbered(desk: &Desk, command: &Command) -> Result<Command, WorkError> {
    let mut command = command.clone();
    if let Command::AddProcedure { procedure, .. } | Command::Reintervene { procedure, .. } =
        &mut command
    {
        if procedure.accession.is_none() {
            procedure.accession = Some(new_accession(desk).await?);
        }
        if procedure.study.is_none() {
            procedure.study = Some(new_study_uid(desk).await?);
        }
    }
    Ok(command)
}

/// A new case from its first command, for tests that need one to stand there.
#[cfg(test)]
pub(crate) async fn opened(
    desk: &Desk,
    by: &Actor,
    patient: &Patient,
    command: &Command,
) -> Result<(Case, Vec<Change>), ActError> {
    let before = Case::new(desk.new_case_id().await?);
    decided_for(desk, by, &before, command, patient).await
}

/// Decides one command on a loaded case and lists what becomes true.
pub(crate) async fn decided(
    desk: &Desk,
    by: &Actor,
    before: &Case,
    command: &Command,
) -> Result<(Case, Vec<Change>), ActError> {
    let patient = patient_of(desk, before).await?;
    decided_for(desk, by, before, command, &patient).await
}

/// [`decided`] for a patient that may not be in the store yet.
pub(crate) async fn decided_for(
    desk: &Desk,
    by: &Actor,
    before: &Case,
    command: &Command,
    patient: &Patient,
) -> Result<(Case, Vec<Change>), ActError> {
    let at = desk.now();
    let planned = plan_case(desk, before, patient, at).await?;
    let holds = planned.holds;
    let context = Context {
        at,
        today: desk.now_here().date(),
        by: by.clone(),
        gate: Some(planned.gate.clone()),
        holds: planned.holds,
        earliest: planned.earliest,
        rules: desk.pathway(),
    };
    let mut events = decide(before, command, &context).map_err(ActError::Refused)?;
    let mut after = before.clone();
    for event in &events {
        after.apply(event);
    }
    let planned = plan_case(desk, &after, patient, at).await?;
    events.extend(gate_event(desk, &after, &planned, at));
    if !events.is_empty() {
        let from = (before.state, holds);
        events.extend(restart_events(desk, from, &after, &planned, at));
    }
    let (after, mut changes) = case_changes(desk, before, &events)?;
    if !events.is_empty() {
        let words = command.name();
        let because = Because { words, by };
        changes.extend(plan_changes(desk, &after, patient, &planned, because).await?);
        changes.extend(settled(&after, command, at));
    }
    changes.push(Change::Audit(audit(by, &after, command.name(), at)));
    Ok((after, changes))
}

/// The gate that follows from the case as it is now, when it differs from the one that stands.
fn gate_event(desk: &Desk, case: &Case, planned: &Planned, at: Timestamp) -> Vec<Event> {
    if !is_gated(case.state) || stands(case, &planned.gate) {
        return Vec::new();
    }
    let context = Context {
        at,
        today: desk.now_here().date(),
        by: Actor::Sender {
            door: Door::Clock,
            name: "preparation".to_owned(),
        },
        gate: Some(planned.gate.clone()),
        holds: planned.holds,
        earliest: planned.earliest,
        rules: desk.pathway(),
    };
    decide(case, &Command::EvaluateGate(planned.gate.clone()), &context).unwrap_or_default()
}

fn stands(case: &Case, gate: &GateFinding) -> bool {
    case.gate
        .as_ref()
        .is_some_and(|standing| standing.what == *gate)
}

/// Before the needle the gate follows the facts; afterwards it stays as it stood.
fn is_gated(state: State) -> bool {
    state.is_before_sign_in() || matches!(state, State::SignIn | State::TimeOut)
}

pub(crate) async fn patient_of(desk: &Desk, case: &Case) -> Result<Patient, WorkError> {
    let damaged = || WorkError::Damaged(format!("case {} has no patient", case.id));
    let key = case.patient.as_ref().ok_or_else(damaged)?;
    Patient::load(desk.query(), key.as_str())
        .await?
        .ok_or_else(damaged)
}

/// Works the gate of a case out again, because the patient's facts or the time have changed.
///
/// * `because` – what has changed, in a word or two, for those who have to be told.
/// # Errors
/// See [`ActError`].
pub async fn evaluate_again(
    desk: &Desk,
    by: &Actor,
    case_id: &CaseId,
    because: &str,
) -> Result<(), ActError> {
    for _ in 0..TRIES {
        let Some(case) = load_case(desk.query(), case_id.as_str()).await? else {
            return Err(ActError::NoSuchCase(case_id.to_string()));
        };
        let patient = patient_of(desk, &case).await?;
        let at = desk.now();
        let planned = plan_case(desk, &case, &patient, at).await?;
        let mut events = gate_event(desk, &case, &planned, at);
        let from = (case.state, planned.holds);
        events.extend(restart_events(desk, from, &case, &planned, at));
        let words = because;
        let because = Because { words, by };
        let mut changes = plan_changes(desk, &case, &patient, &planned, because).await?;
        if !events.is_empty() {
            changes.extend(case_changes(desk, &case, &events)?.1);
        }
        if changes.is_empty() {
            return Ok(());
        }
        match desk.commit(Commit { changes }).await {
            Err(CommitError::Stale { .. }) => {}
            done => return Ok(done?),
        }
    }
    Ok(())
}

/// The audit row of something done to a case.
pub(crate) fn audit(by: &Actor, case: &Case, action: &str, at: Timestamp) -> AuditRow {
    let (actor, role) = signature(by);
    AuditRow {
        at,
        actor,
        role,
        action: action.to_owned(),
        patient_key: case
            .patient
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default(),
        case_id: case.id.to_string(),
        detail: String::new(),
    }
}

/// Name and role as the audit keeps them.
pub(crate) fn signature(by: &Actor) -> (String, String) {
    match by {
        Actor::Staff { user, role, .. } => (user.clone(), role.code().to_owned()),
        Actor::Patient => ("patient".to_owned(), "patient".to_owned()),
        Actor::Sender { door, name } => (name.clone(), door.code().to_owned()),
    }
}
