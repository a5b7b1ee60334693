//! A message from outside: taken once, all of it or nothing, and never lost.
//!
//! The bytes are kept first. Then one commit makes true what the message says together with its inbox row; the
//! sender is answered after that. The same message again changes nothing and gets the same answer.

use crate::act_on_case::{ActError, evaluate_again};
use crate::desk::{Desk, WorkError};
use crate::draft::Draft;
use crate::incoming::Incoming;
use crate::{receive_appointment, receive_order, receive_patient_message, receive_result};
use bytes::Bytes;
use case::{Actor, Door};
use store::rows::{AuditRow, InboxRow, QuarantineRow};
use store::{Change, Commit, CommitError};

/// What stands around a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// Who sent it, e.g. application and facility; never empty.
    pub sender: String,
    /// The sender's own number of it; empty when it could not be read.
    pub message_id: String,
    /// `ORM^O01`; empty when it could not be read.
    pub message_type: String,
    pub bytes: Bytes,
}

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Applied,
    /// Understood, and nothing in it for us.
    Ignored,
    /// A type that we do not take.
    NotTaken,
}

impl Outcome {
    fn code(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Ignored => "ignored",
            Self::NotTaken => "not_taken",
        }
    }

    fn from_code(code: &str) -> Self {
        match code {
            "applied" => Self::Applied,
            "ignored" => Self::Ignored,
            _ => Self::NotTaken,
        }
    }
}

/// The answer for the sender. `words` hold no patient data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    pub outcome: Outcome,
    pub words: String,
    /// It was taken before; nothing has changed now.
    pub again: bool,
}

/// Why a message that can be read is not applied. It goes to quarantine under these words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotApplied {
    #[error("no real patient is taken before these settings are made: {}", .0.join(", "))]
    SiteNotConfigured(Vec<&'static str>),
    #[error("a patient of the demonstration is not taken by a real database")]
    DemonstrationPatient,
    #[error("a study of the demonstration is not taken by a real database")]
    DemonstrationStudy,
    #[error("the new identifier belongs to another record; records are joined by a merge only")]
    IdentifierInUse,
    #[error("a record cannot be merged with one that is merged into it")]
    MergeCircle,
}

/// What went wrong with a message.
#[derive(Debug, thiserror::Error)]
pub enum ReceiveError {
    /// For the sender to mend; nothing of the message is true.
    #[error("{0}")]
    NotApplied(#[from] NotApplied),
    /// Our own trouble; the sender sends it again.
    #[error(transparent)]
    Work(#[from] WorkError),
}

impl From<store::QueryError> for ReceiveError {
    fn from(error: store::QueryError) -> Self {
        Self::Work(error.into())
    }
}

impl From<ActError> for ReceiveError {
    fn from(error: ActError) -> Self {
        Self::Work(match error {
            ActError::Work(work) => work,
            // Facts from a sender are never refused by the case; if one is, it must not pass unseen.
            other => WorkError::Damaged(other.to_string()),
        })
    }
}

/// How often a message is decided again when something else changed the same patient or case first.
const TRIES: usize = 20;

/// The answer that this very message got before: same sender, same number, same bytes.
/// # Errors
/// The database.
pub async fn taken_before(desk: &Desk, envelope: &Envelope) -> Result<Option<Taken>, WorkError> {
    let sha256 = crate::accounts::sha256_bytes(&envelope.bytes);
    for id in [envelope.message_id.clone(), reused(envelope, &sha256)] {
        let row = desk.query().taken_in(&envelope.sender, &id).await?;
        if let Some(row) = row.filter(|row| row.sha256 == sha256) {
            return Ok(Some(Taken {
                outcome: Outcome::from_code(&row.outcome),
                words: row.reason,
                again: true,
            }));
        }
    }
    Ok(None)
}

/// The inbox id of a message whose number was used before for other bytes.
fn reused(envelope: &Envelope, sha256: &str) -> String {
    let short: String = sha256.chars().take(16).collect();
    format!("{}#{short}", envelope.message_id)
}

/// Takes a message that was read.
///
/// * `notes` – what the reader left out or tolerated, for the answer.
/// # Errors
/// See [`ReceiveError`]; then nothing of the message is true.
pub async fn receive_message(
    desk: &Desk,
    envelope: &Envelope,
    incoming: &Incoming,
    notes: &[String],
) -> Result<Taken, ReceiveError> {
    receive(desk, envelope, notes, Outcome::Applied, Some(incoming)).await
}

/// Takes note of a message in which there is nothing for us: kept, numbered, nothing changed.
/// # Errors
/// Our own trouble.
pub async fn receive_nothing(
    desk: &Desk,
    envelope: &Envelope,
    outcome: Outcome,
    notes: &[String],
) -> Result<Taken, ReceiveError> {
    receive(desk, envelope, notes, outcome, None).await
}

async fn receive(
    desk: &Desk,
    envelope: &Envelope,
    notes: &[String],
    outcome: Outcome,
    incoming: Option<&Incoming>,
) -> Result<Taken, ReceiveError> {
    let object = desk.objects().put_async(envelope.bytes.clone()).await;
    let object_key = object.map_err(WorkError::from)?.as_str().to_owned();
    for _ in 0..TRIES {
        if let Some(taken) = taken_before(desk, envelope).await? {
            return Ok(taken);
        }
        let by = Actor::Sender {
            door: Door::Hl7,
            name: envelope.sender.clone(),
        };
        let mut draft = Draft::new(desk, by.clone());
        if let Some(incoming) = incoming {
            apply(&mut draft, incoming).await?;
        }
        let words: Vec<String> = notes.iter().chain(&draft.notes).cloned().collect();
        let words = words.join("; ");
        let used = desk
            .query()
            .taken_in(&envelope.sender, &envelope.message_id)
            .await?;
        let message_id = match used {
            None => envelope.message_id.clone(),
            // This very message was taken while we were reading it: its answer is there now.
            Some(row) if row.sha256 == object_key => continue,
            Some(_) => reused(envelope, &object_key),
        };
        let waiting = desk.query().waiting_in_quarantine(&object_key).await?;
        let at = desk.now();
        let mut commit = Commit {
            changes: vec![Change::TakeIn(InboxRow {
                sender: envelope.sender.clone(),
                message_id,
                sha256: object_key.clone(),
                outcome: outcome.code().to_owned(),
                reason: words.clone(),
                reply: String::new(),
                received: at,
                object_key: object_key.clone(),
            })],
        };
        // The same bytes may wait in quarantine from before a setting was mended.
        commit.extend(waiting.into_iter().map(|entry| Change::ResolveQuarantine {
            entry,
            at,
            by: envelope.sender.clone(),
        }));
        let (changes, patients) = draft.finish();
        commit.extend(changes);
        match desk.commit(commit).await {
            Ok(()) => {
                plan_again(desk, &by, &patients).await;
                return Ok(Taken {
                    outcome,
                    words,
                    again: false,
                });
            }
            // Somebody else was first, with this patient or case or with this very message: look again.
            Err(CommitError::Stale { .. } | CommitError::Duplicate { .. }) => {}
            Err(other) => return Err(WorkError::from(other).into()),
        }
    }
    let stream = envelope.sender.clone();
    Err(WorkError::from(CommitError::Stale {
        stream,
        expected: 0,
    })
    .into())
}

async fn apply(draft: &mut Draft<'_>, incoming: &Incoming) -> Result<(), ReceiveError> {
    draft.refuse_when_not_configured()?;
    match incoming {
        Incoming::Patients(changes) => receive_patient_message::apply(draft, changes).await,
        Incoming::Orders(orders) => receive_order::apply(draft, orders).await,
        Incoming::Results(results) => receive_result::apply(draft, results).await,
        Incoming::Appointment(appointment) => receive_appointment::apply(draft, appointment).await,
    }
}

/// New facts about a patient may change the gate of the open cases. What fails here is worked out again by the
/// clock; the message stands.
async fn plan_again(desk: &Desk, by: &Actor, patients: &[String]) {
    for patient in patients {
        let cases = match desk.query().cases_of_patient(patient).await {
            Ok(cases) => cases,
            Err(error) => {
                tracing::error!(%error, "could not list the cases to plan again");
                continue;
            }
        };
        for entry in cases.iter().filter(|entry| is_open(&entry.case.state)) {
            let Ok(id) = model::CaseId::new(&entry.case.case_id) else {
                continue;
            };
            if let Err(error) = evaluate_again(desk, by, &id, "what a sender told").await {
                tracing::error!(%error, case = %id, "could not work the gate out again");
            }
        }
    }
}

/// Neither closed nor cancelled nor handed on.
pub(crate) fn is_open(state: &str) -> bool {
    !matches!(
        state,
        "closed" | "cancelled" | "rejected" | "redirected_other_modality"
    )
}

/// Keeps a message that cannot be taken, once, with the place and the reason.
///
/// * `kind` – `hl7`, or `hl7:` and the name of the settings that it was read with.
/// # Errors
/// Our own trouble.
pub async fn quarantine_message(
    desk: &Desk,
    kind: &str,
    envelope: &Envelope,
    place: &str,
    reason: &str,
) -> Result<(), WorkError> {
    let object = desk.objects().put_async(envelope.bytes.clone()).await?;
    let object_key = object.as_str().to_owned();
    if desk.query().quarantined_bytes(&object_key).await? {
        return Ok(());
    }
    let row = QuarantineRow {
        entry: 0,
        kind: kind.to_owned(),
        sender: envelope.sender.clone(),
        message_type: envelope.message_type.clone(),
        place: place.to_owned(),
        reason: reason.to_owned(),
        object_key,
        received: desk.now(),
        resolved: None,
        resolved_by: String::new(),
    };
    Ok(desk.commit(Commit::one(Change::Quarantine(row))).await?)
}

/// The bytes of a quarantined message.
/// # Errors
/// They cannot be read, or the disk has changed them.
pub async fn kept_bytes(desk: &Desk, object_key: &str) -> Result<Bytes, WorkError> {
    let key = store::ObjectKey::parse(object_key)
        .ok_or_else(|| WorkError::Damaged("an object key in quarantine".to_owned()))?;
    let objects = desk.objects().clone();
    let read = tokio::task::spawn_blocking(move || objects.get(&key)).await;
    let bytes = read.map_err(|ended| WorkError::Damaged(ended.to_string()))??;
    Ok(Bytes::from(bytes))
}

/// Says that a quarantined message is settled: it was taken, or somebody decided that it is not needed.
/// # Errors
/// Our own trouble.
pub async fn resolve_quarantine(desk: &Desk, entry: i64, by: &Actor) -> Result<(), WorkError> {
    let (actor, role) = crate::act_on_case::signature(by);
    let at = desk.now();
    let commit = Commit {
        changes: vec![
            Change::ResolveQuarantine {
                entry,
                at,
                by: actor.clone(),
            },
            Change::Audit(AuditRow {
                at,
                actor,
                role,
                action: "resolve_quarantine".to_owned(),
                patient_key: String::new(),
                case_id: String::new(),
                detail: format!("entry {entry}"),
            }),
        ],
    };
    Ok(desk.commit(commit).await?)
}

/// Reading a quarantined message again, after a setting or a table was mended. A door offers it; the binary hands
/// it to the page of the quarantine.
pub trait ReadAgain: Send + Sync + std::fmt::Debug {
    /// Says in words what became of it.
    fn read_again<'a>(
        &'a self,
        entry: i64,
        by: &'a Actor,
    ) -> std::pin::Pin<Box<dyn Future<Output = Result<String, WorkError>> + Send + 'a>>;
}
