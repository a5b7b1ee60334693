//! One established association: commands and data set fragments in, responses out (PS3.7 annex F, PS3.8 9.3).

use super::dimse::{C_CANCEL_RQ, Command, CommandFlaw};
use super::negotiation::Context;
use super::settings::Limits;
use super::wire::{A_ABORT, A_RELEASE_RQ, P_DATA_TF, PduHead, Wire, WireFault};
use bytes::{Buf, Bytes};
use std::collections::{BTreeMap, VecDeque};
use std::net::IpAddr;
use std::sync::Arc;
use tokio::time::Instant;

/// We never send a longer PDU than this, whatever the peer would take.
const OUR_PDU_BYTES_MAX: usize = 128 * 1024;

/// Who is at the other end: for the sink, the worklist source and the log. Never a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeerName {
    pub calling_ae_title: String,
    pub host: IpAddr,
}

/// Why an association cannot go on. All but the first two end in an A-ABORT.
#[derive(Debug, thiserror::Error)]
pub(super) enum Fault {
    #[error("the peer aborted")]
    PeerAborted,
    #[error(transparent)]
    Wire(#[from] WireFault),
    #[error("a PDU of type {kind:#04x} is not known")]
    UnknownPdu { kind: u8 },
    #[error("a PDU of type {kind:#04x} has no place here")]
    UnexpectedPdu { kind: u8 },
    #[error("a PDU of {length} bytes is longer than agreed")]
    PduTooLong { length: u32 },
    #[error("the values of a P-DATA PDU do not add up to its length")]
    BadValues,
    #[error("presentation context {id} was not accepted")]
    UnknownContext { id: u8 },
    #[error("a fragment belongs to another message")]
    MixedFragments,
    #[error("a command set is longer than {most} bytes")]
    CommandTooLong { most: usize },
    #[error(transparent)]
    Command(#[from] CommandFlaw),
    #[error("a response came where only requests are expected")]
    ResponseFromPeer,
    #[error("the object is longer than {most} bytes")]
    ObjectTooLong { most: u64 },
    #[error("the message comes slower than {bytes_per_second} bytes a second")]
    TooSlow { bytes_per_second: u64 },
}

impl Fault {
    /// Source and reason of the A-ABORT (PS3.8 table 9-26); `None` when there is nobody to tell.
    pub(super) fn abort_code(&self) -> Option<(u8, u8)> {
        match self {
            Self::PeerAborted => None,
            Self::Wire(fault) => match fault {
                WireFault::Silent { .. } => Some((2, 0)),
                WireFault::HungUp
                | WireFault::HungUpInside
                | WireFault::NotRead { .. }
                | WireFault::Failed(_) => None,
            },
            Self::UnknownPdu { .. } => Some((2, 1)),
            Self::UnexpectedPdu { .. } => Some((2, 2)),
            Self::PduTooLong { .. } | Self::BadValues | Self::UnknownContext { .. } => Some((2, 6)),
            Self::MixedFragments | Self::ResponseFromPeer => Some((2, 5)),
            Self::CommandTooLong { .. } | Self::Command(_) => Some((0, 0)),
            Self::ObjectTooLong { .. } | Self::TooSlow { .. } => Some((0, 0)),
        }
    }
}

/// What the peer wants next.
#[derive(Debug)]
pub(super) enum Incoming {
    Message {
        context_id: u8,
        context: Arc<Context>,
        command: Command,
    },
    Release,
}

/// A presentation data value.
#[derive(Debug)]
struct Value {
    context_id: u8,
    is_command: bool,
    is_last: bool,
    bytes: Bytes,
}

/// A piece of the data set of the message under way.
pub(super) struct Fragment {
    pub bytes: Bytes,
    pub is_last: bool,
}

pub(super) struct Association {
    wire: Wire,
    pub peer: PeerName,
    contexts: BTreeMap<u8, Arc<Context>>,
    waiting: VecDeque<Value>,
    pdu_bytes_max: u32,
    /// Longest fragment we send.
    fragment_bytes_max: usize,
    command_bytes_max: usize,
    message: Progress,
}

/// How fast the message under way arrives.
struct Progress {
    began: Instant,
    bytes: u64,
    limits: Arc<Limits>,
}

impl Progress {
    fn check(&mut self, arrived: usize) -> Result<(), Fault> {
        self.bytes += arrived as u64;
        let bytes_per_second = self.limits.message_bytes_per_second_min;
        let took = self.began.elapsed();
        let due = u128::from(bytes_per_second).saturating_mul(took.as_nanos()) / 1_000_000_000;
        if took > self.limits.slow_message_after && u128::from(self.bytes) < due {
            return Err(Fault::TooSlow { bytes_per_second });
        }
        Ok(())
    }
}

impl Association {
    pub(super) fn new(
        wire: Wire,
        peer: PeerName,
        contexts: BTreeMap<u8, Context>,
        peer_pdu_bytes_max: u32,
        limits: &Arc<Limits>,
    ) -> Self {
        let most = match peer_pdu_bytes_max as usize {
            0 => OUR_PDU_BYTES_MAX,
            most => most.min(OUR_PDU_BYTES_MAX),
        };
        Self {
            wire,
            peer,
            contexts: contexts
                .into_iter()
                .map(|(id, context)| (id, Arc::new(context)))
                .collect(),
            waiting: VecDeque::new(),
            pdu_bytes_max: limits.pdu_bytes_max,
            fragment_bytes_max: most.saturating_sub(6).max(1),
            command_bytes_max: limits.command_bytes_max,
            message: Progress {
                began: Instant::now(),
                bytes: 0,
                limits: Arc::clone(limits),
            },
        }
    }

    /// Whether a message has begun to arrive (the next call of [`Association::incoming`] will not wait idle).
    pub(super) async fn wait_for_message(&mut self) -> Result<(), Fault> {
        if self.waiting.is_empty() {
            let wait = self.message.limits.idle_timeout;
            self.wire.head(wait).await?;
        }
        Ok(())
    }

    /// The next command set, whole, or the wish to release.
    pub(super) async fn incoming(&mut self) -> Result<Incoming, Fault> {
        self.message.began = Instant::now();
        self.message.bytes = 0;
        let mut collected: Vec<u8> = Vec::new();
        let mut of_context: Option<u8> = None;
        loop {
            let Some(value) = self.waiting.pop_front() else {
                if self.refill(of_context.is_none()).await? == Refill::Release {
                    return Ok(Incoming::Release);
                }
                continue;
            };
            if !value.is_command || of_context.is_some_and(|id| id != value.context_id) {
                return Err(Fault::MixedFragments);
            }
            of_context = Some(value.context_id);
            let most = self.command_bytes_max;
            if collected.len() + value.bytes.len() > most {
                return Err(Fault::CommandTooLong { most });
            }
            collected.extend_from_slice(&value.bytes);
            if !value.is_last {
                continue;
            }
            let context_id = value.context_id;
            let context = self.context(context_id)?;
            let command = Command::read(&collected)?;
            if command.field() & super::dimse::RESPONSE != 0 {
                return Err(Fault::ResponseFromPeer);
            }
            if command.field() != C_CANCEL_RQ {
                command.message_id()?;
            }
            return Ok(Incoming::Message {
                context_id,
                context,
                command,
            });
        }
    }

    fn context(&self, id: u8) -> Result<Arc<Context>, Fault> {
        self.contexts
            .get(&id)
            .cloned()
            .ok_or(Fault::UnknownContext { id })
    }

    /// The next piece of the data set that belongs to the command read last.
    pub(super) async fn fragment(&mut self, context_id: u8) -> Result<Fragment, Fault> {
        loop {
            let Some(value) = self.waiting.pop_front() else {
                self.refill(false).await?;
                continue;
            };
            if value.is_command || value.context_id != context_id {
                return Err(Fault::MixedFragments);
            }
            return Ok(Fragment {
                bytes: value.bytes,
                is_last: value.is_last,
            });
        }
    }

    /// A whole data set; `None` when it is longer than `most` (it is then read to its end and dropped).
    pub(super) async fn data_set(
        &mut self,
        context_id: u8,
        most: usize,
    ) -> Result<Option<Vec<u8>>, Fault> {
        let mut collected = Some(Vec::new());
        let mut length = 0_u64;
        loop {
            let fragment = self.fragment(context_id).await?;
            length += fragment.bytes.len() as u64;
            let limit = self.message.limits.object_bytes_max;
            if length > limit {
                return Err(Fault::ObjectTooLong { most: limit });
            }
            if length > most as u64 {
                collected = None;
            }
            if let Some(bytes) = collected.as_mut() {
                bytes.extend_from_slice(&fragment.bytes);
            }
            if fragment.is_last {
                return Ok(collected);
            }
        }
    }

    /// Reads one PDU into the queue of values.
    async fn refill(&mut self, between_messages: bool) -> Result<Refill, Fault> {
        let limits = &self.message.limits;
        let wait = if between_messages {
            limits.idle_timeout
        } else {
            limits.pdu_timeout
        };
        let head = self.wire.head(wait).await?;
        if head.length > self.pdu_bytes_max {
            return Err(Fault::PduTooLong {
                length: head.length,
            });
        }
        let body = self.wire.body(head).await?;
        self.message.check(body.len())?;
        match head.kind {
            P_DATA_TF => {
                self.queue(body)?;
                Ok(Refill::Values)
            }
            A_RELEASE_RQ if between_messages => Ok(Refill::Release),
            A_ABORT => Err(Fault::PeerAborted),
            1..=6 => Err(Fault::UnexpectedPdu { kind: head.kind }),
            kind => Err(Fault::UnknownPdu { kind }),
        }
    }

    fn queue(&mut self, mut body: Bytes) -> Result<(), Fault> {
        while body.has_remaining() {
            if body.remaining() < 6 {
                return Err(Fault::BadValues);
            }
            let length = body.get_u32() as usize;
            if length < 2 || length > body.remaining() {
                return Err(Fault::BadValues);
            }
            let context_id = body.get_u8();
            let control = body.get_u8();
            self.context(context_id)?;
            self.waiting.push_back(Value {
                context_id,
                is_command: control & 1 != 0,
                is_last: control & 2 != 0,
                bytes: body.split_to(length - 2),
            });
        }
        Ok(())
    }

    /// Whether the peer has sent a C-CANCEL for `message_id`, without waiting for one. Any other message at this
    /// point breaks the agreed window of one operation.
    pub(super) async fn cancelled(&mut self, message_id: u16) -> Result<bool, Fault> {
        loop {
            while let Some(value) = self.waiting.pop_front() {
                if !value.is_command || !value.is_last {
                    return Err(Fault::MixedFragments);
                }
                let command = Command::read(&value.bytes)?;
                if command.field() != C_CANCEL_RQ {
                    return Err(Fault::MixedFragments);
                }
                if command.responded_to() == Some(message_id) {
                    return Ok(true);
                }
            }
            match self.wire.whole_pdu_waiting()? {
                Some(PduHead { .. }) => {
                    self.refill(false).await?;
                }
                None => return Ok(false),
            }
        }
    }

    /// Sends a response, with its data set when there is one: two PDUs at least, one write.
    pub(super) async fn respond(
        &mut self,
        context_id: u8,
        command: &Command,
        data_set: Option<&[u8]>,
    ) -> Result<(), Fault> {
        let mut out = Vec::new();
        self.frame(&mut out, context_id, command, data_set);
        self.send(&out).await
    }

    /// Adds a response to a buffer that [`Association::send`] writes later.
    pub(super) fn frame(
        &self,
        out: &mut Vec<u8>,
        context_id: u8,
        command: &Command,
        data_set: Option<&[u8]>,
    ) {
        frame_part(
            out,
            context_id,
            1,
            &command.write(),
            self.fragment_bytes_max,
        );
        if let Some(bytes) = data_set {
            frame_part(out, context_id, 0, bytes, self.fragment_bytes_max);
        }
    }

    pub(super) async fn send(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        Ok(self.wire.write(bytes).await?)
    }

    /// Gives the wire back, for the last words.
    pub(super) fn into_wire(self) -> Wire {
        self.wire
    }
}

#[derive(PartialEq, Eq)]
enum Refill {
    Values,
    Release,
}

/// P-DATA PDUs of one value each. `kind` is 1 for a command, 0 for a data set (PS3.8 annex E.2).
pub(super) fn frame_part(
    out: &mut Vec<u8>,
    context_id: u8,
    kind: u8,
    bytes: &[u8],
    fragment_bytes_max: usize,
) {
    let mut parts = bytes.chunks(fragment_bytes_max).peekable();
    loop {
        // An empty data set is one empty last fragment.
        let part = parts.next().unwrap_or_default();
        let is_last = parts.peek().is_none();
        let length = u32::try_from(part.len()).unwrap_or(u32::MAX);
        out.extend_from_slice(&[P_DATA_TF, 0]);
        out.extend_from_slice(&length.saturating_add(6).to_be_bytes());
        out.extend_from_slice(&length.saturating_add(2).to_be_bytes());
        out.extend_from_slice(&[context_id, kind | if is_last { 2 } else { 0 }]);
        out.extend_from_slice(part);
        if is_last {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_cut_into_pdus_that_the_peer_takes() {
        let mut out = Vec::new();
        frame_part(&mut out, 3, 0, &[9; 25], 10);
        let mut rest = &out[..];
        let mut seen = Vec::new();
        while let [4, 0, a, b, c, d, tail @ ..] = rest {
            let length = u32::from_be_bytes([*a, *b, *c, *d]) as usize;
            assert_eq!(&tail[..4], &(length as u32 - 4).to_be_bytes());
            assert_eq!(tail[4], 3);
            seen.push((length - 6, tail[5]));
            rest = &tail[length..];
        }
        assert_eq!(seen, [(10, 0), (10, 0), (5, 2)]);

        let mut out = Vec::new();
        frame_part(&mut out, 3, 0, &[], 10);
        assert_eq!(out, [4, 0, 0, 0, 0, 6, 0, 0, 0, 2, 3, 2]);
    }
}
