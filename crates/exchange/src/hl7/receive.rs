//! The HL7 door: a frame in, everything it says made true by `workflow`, the acknowledgement out.
//!
//! Also reads files for `import`, and messages again that waited in quarantine.

use super::acknowledge::{AckCode, Answer, Us, write};
use super::fault::{Fault, FaultKind, Place};
use super::limits::Limits;
use super::read::{Meaning, Reading, read};
use super::sender::{Header, SenderSettings};
use super::split::split;
use crate::mllp::server::{Handler, Peer};
use bytes::Bytes;
use case::Actor;
use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use workflow::receive_message::{
    Envelope, NotApplied, Outcome, ReadAgain, ReceiveError, Taken, quarantine_message,
    receive_message, receive_nothing, resolve_quarantine, taken_before,
};
use workflow::site_codes::LaboratoryCodes;
use workflow::{Desk, WorkError};

/// Kind of our messages in quarantine; the name of the sender's settings may follow a colon.
const KIND: &str = "hl7";

/// What the door is given beside the desk.
#[derive(Debug, Clone)]
pub struct Hl7Settings {
    pub limits: Limits,
    /// By MSH-3 of the message, else by the peer's name in the allow-list.
    pub senders: BTreeMap<String, SenderSettings>,
    /// For every other peer, and for imported files.
    pub anybody: SenderSettings,
    /// MSH-3 and MSH-4 of our answers.
    pub application: String,
    pub facility: String,
}

/// What happened since the start, for `/metrics`.
#[derive(Debug, Default)]
pub struct Hl7Counters {
    pub accepted: AtomicU64,
    pub errors: AtomicU64,
    pub rejected: AtomicU64,
    pub repeated: AtomicU64,
}

/// The door. One for the whole program.
#[derive(Debug)]
pub struct Hl7Door {
    desk: Desk,
    settings: Hl7Settings,
    codes: LaboratoryCodes,
    answers: AtomicU64,
    pub counters: Hl7Counters,
}

/// One message with what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    pub header: Header,
    pub answer: Answer,
    /// It was taken before, nothing has changed now.
    pub again: bool,
}

impl Hl7Door {
    pub fn new(desk: Desk, settings: Hl7Settings) -> Self {
        let analytes = &desk.rules().book.analytes;
        let codes = LaboratoryCodes::new(analytes.values(), &desk.site().laboratory_codes);
        Self {
            desk,
            settings,
            codes,
            answers: AtomicU64::new(0),
            counters: Hl7Counters::default(),
        }
    }

    /// Takes every message of a frame or file.
    ///
    /// * `from` – who sent it, when the message does not say: a peer's address, a file's name.
    /// * `settings_of` – the peer's name in the allow-list.
    pub async fn take(&self, bytes: &Bytes, from: &str, settings_of: &str) -> Vec<Answered> {
        let messages = match split(bytes, &self.settings.limits) {
            Ok(messages) => messages,
            Err(fault) => {
                let header = Header::loosely(bytes);
                return vec![
                    self.no_message(bytes, header, from, settings_of, fault)
                        .await,
                ];
            }
        };
        let mut answered = Vec::with_capacity(messages.len());
        for message in messages {
            answered.push(self.take_one(&message, from, settings_of).await);
        }
        answered
    }

    async fn no_message(
        &self,
        bytes: &Bytes,
        header: Header,
        from: &str,
        settings_of: &str,
        fault: Fault,
    ) -> Answered {
        let envelope = envelope(&header, from, bytes);
        let answer = match self.keep(&envelope, settings_of, &fault).await {
            Ok(()) => Answer::rejected(fault),
            Err(error) => trouble(&error),
        };
        Answered {
            header,
            answer,
            again: false,
        }
    }

    async fn take_one(&self, bytes: &Bytes, from: &str, settings_of: &str) -> Answered {
        // One interface engine may forward several systems: the sending application's own settings come first.
        let application = Header::loosely(bytes).application;
        let senders = &self.settings.senders;
        let settings = senders
            .get(&application)
            .or_else(|| senders.get(settings_of));
        let settings = settings.unwrap_or(&self.settings.anybody);
        let reading = read(bytes, &self.settings.limits, settings, &self.codes);
        let envelope = envelope(&reading.header, from, bytes);
        let (answer, again) = match self.answer_of(&reading, &envelope, settings_of).await {
            Ok(answer) => answer,
            Err(error) => (trouble(&error), false),
        };
        self.count(&answer, again);
        tracing::info!(
            message_type = %envelope.message_type,
            answer = answer.code.code(),
            again,
            "HL7 message answered"
        );
        Answered {
            header: reading.header,
            answer,
            again,
        }
    }

    async fn answer_of(
        &self,
        reading: &Reading,
        envelope: &Envelope,
        settings_of: &str,
    ) -> Result<(Answer, bool), WorkError> {
        if !envelope.message_id.is_empty()
            && let Some(taken) = taken_before(&self.desk, envelope).await?
        {
            return Ok((answer(&taken, reading), true));
        }
        let mut notes = reading.notes.clone();
        let received = match &reading.meaning {
            Meaning::Quarantine(fault) => {
                self.keep(envelope, settings_of, fault).await?;
                return Ok((Answer::error(fault.clone()), false));
            }
            Meaning::NotTaken(fault) => {
                notes.insert(0, fault.to_string());
                receive_nothing(&self.desk, envelope, Outcome::NotTaken, &notes).await
            }
            Meaning::Ignore(reasons) => {
                notes.extend(reasons.iter().cloned());
                receive_nothing(&self.desk, envelope, Outcome::Ignored, &notes).await
            }
            Meaning::Apply { what, ignored } => {
                notes.extend(ignored.iter().cloned());
                receive_message(&self.desk, envelope, what, &notes).await
            }
        };
        match received {
            Ok(taken) => Ok((answer(&taken, reading), taken.again)),
            Err(ReceiveError::NotApplied(why)) => {
                let fault = fault_of(&why);
                self.keep(envelope, settings_of, &fault).await?;
                let answer = match why {
                    NotApplied::DemonstrationPatient | NotApplied::DemonstrationStudy => {
                        Answer::rejected(fault)
                    }
                    NotApplied::SiteNotConfigured(_)
                    | NotApplied::IdentifierInUse
                    | NotApplied::MergeCircle => Answer::error(fault),
                };
                Ok((answer, false))
            }
            Err(ReceiveError::Work(error)) => Err(error),
        }
    }

    /// Into quarantine, with the name of the settings that it was read with.
    async fn keep(
        &self,
        envelope: &Envelope,
        settings_of: &str,
        fault: &Fault,
    ) -> Result<(), WorkError> {
        let place = fault.at.to_string();
        let kind = match settings_of {
            "" => KIND.to_owned(),
            name => format!("{KIND}:{name}"),
        };
        quarantine_message(&self.desk, &kind, envelope, &place, &fault.what).await
    }

    fn count(&self, answer: &Answer, again: bool) {
        let counter = match answer.code {
            _ if again => &self.counters.repeated,
            AckCode::Accepted => &self.counters.accepted,
            AckCode::Error => &self.counters.errors,
            AckCode::Rejected => &self.counters.rejected,
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    /// The acknowledgement of one message in bytes.
    fn written(&self, header: &Header, answer: &Answer) -> Vec<u8> {
        let at = self.desk.now_here();
        let number = self.answers.fetch_add(1, Ordering::Relaxed);
        let control_id = format!("{}-{number}", at.timestamp().as_microsecond());
        let us = Us {
            application: &self.settings.application,
            facility: &self.settings.facility,
            control_id: &control_id,
            at: &at,
        };
        write(header, answer, &us)
    }

    /// One acknowledgement for one message; for a batch a batch of them.
    fn reply(&self, answered: &[Answered]) -> Vec<u8> {
        let each = answered
            .iter()
            .map(|one| self.written(&one.header, &one.answer));
        if answered.len() == 1 {
            return each.flatten().collect();
        }
        let mut out = b"BHS|^~\\&\r".to_vec();
        out.extend(each.flatten());
        out.extend(format!("BTS|{}\r", answered.len()).into_bytes());
        out
    }

    async fn read_again_now(&self, entry: i64, by: &Actor) -> Result<String, WorkError> {
        let row = self.desk.query().quarantined(entry).await?;
        let Some(row) = row.filter(|row| row.kind.starts_with(KIND) && row.resolved.is_none())
        else {
            return Ok("this message does not wait here any more".to_owned());
        };
        let settings_of = row.kind.split_once(':').map_or("", |(_, name)| name);
        let bytes = workflow::receive_message::kept_bytes(&self.desk, &row.object_key).await?;
        let answered = self.take(&bytes, &row.sender, settings_of).await;
        let all_taken = answered
            .iter()
            .all(|one| one.answer.code == AckCode::Accepted);
        if all_taken {
            resolve_quarantine(&self.desk, entry, by).await?;
        }
        let words: Vec<&str> = answered
            .iter()
            .map(|one| one.answer.text.as_str())
            .collect();
        let words = words.join("; ");
        Ok(match (all_taken, words.as_str()) {
            (true, "") => "taken now".to_owned(),
            (true, words) => format!("taken now: {words}"),
            (false, words) => format!("still not taken: {words}"),
        })
    }
}

impl Handler for Hl7Door {
    async fn answer(&self, frame: Bytes, peer: Peer) -> Vec<u8> {
        let from = peer.address.ip().to_string();
        let answered = self.take(&frame, &from, &peer.name).await;
        self.reply(&answered)
    }

    fn too_large(&self, start: &[u8], limit: usize) -> Vec<u8> {
        let what = format!("the message is larger than {limit} bytes and was not kept");
        let fault = Fault::header(0, FaultKind::DataType, what);
        self.written(&Header::loosely(start), &Answer::rejected(fault))
    }

    fn broken(&self, frame: &[u8]) -> Vec<u8> {
        self.written(&Header::loosely(frame), &no_reason_given())
    }
}

impl ReadAgain for Hl7Door {
    fn read_again<'a>(
        &'a self,
        entry: i64,
        by: &'a Actor,
    ) -> Pin<Box<dyn Future<Output = Result<String, WorkError>> + Send + 'a>> {
        Box::pin(self.read_again_now(entry, by))
    }
}

fn envelope(header: &Header, from: &str, bytes: &Bytes) -> Envelope {
    let names = [header.application.as_str(), header.facility.as_str()];
    let names: Vec<&str> = names.into_iter().filter(|name| !name.is_empty()).collect();
    let sender = if names.is_empty() {
        from.to_owned()
    } else {
        names.join(" ")
    };
    Envelope {
        sender,
        message_id: header.control_id.clone(),
        message_type: header.type_and_trigger(),
        bytes: bytes.clone(),
    }
}

fn answer(taken: &Taken, reading: &Reading) -> Answer {
    match (taken.outcome, &reading.meaning) {
        (Outcome::NotTaken, Meaning::NotTaken(fault)) => Answer::rejected(fault.clone()),
        (Outcome::NotTaken, _) => Answer {
            code: AckCode::Rejected,
            text: taken.words.clone(),
            fault: None,
        },
        (Outcome::Applied | Outcome::Ignored, _) => Answer::accepted(taken.words.clone()),
    }
}

/// The place in the message of what `workflow` would not apply.
fn fault_of(why: &NotApplied) -> Fault {
    let (segment, field, kind) = match why {
        NotApplied::SiteNotConfigured(_) => ("PID", 3, FaultKind::Internal),
        NotApplied::DemonstrationPatient => ("PID", 5, FaultKind::TableValue),
        NotApplied::DemonstrationStudy => ("IPC", 3, FaultKind::TableValue),
        NotApplied::IdentifierInUse => ("PID", 3, FaultKind::DuplicateKey),
        NotApplied::MergeCircle => ("MRG", 1, FaultKind::DuplicateKey),
    };
    Fault::new(Place::new(segment, 1, field), kind, why.to_string())
}

/// Our own trouble, told to the sender without its inside; the log has the chain.
fn trouble(error: &WorkError) -> Answer {
    let mut chain = error.to_string();
    let mut next = std::error::Error::source(error);
    while let Some(cause) = next {
        chain = format!("{chain}: {cause}");
        next = cause.source();
    }
    tracing::error!(error = %chain, "could not take an HL7 message");
    no_reason_given()
}

fn no_reason_given() -> Answer {
    let what = "not taken because of trouble here, nothing was kept: send it again";
    Answer::error(Fault::header(0, FaultKind::Internal, what))
}
