//! Storage service class, provider (PS3.4 annex B): any storage class, any transfer syntax, bytes untouched.
//!
//! | status | when |
//! | --- | --- |
//! | 0x0000 success | the bytes are durable and the row is committed; also when the same bytes were here before, and when other bytes under the same SOP Instance UID were kept as a further version |
//! | 0x0122 refused: SOP class not supported | the command's SOP class is not that of its presentation context |
//! | 0x0124 refused: not authorised | this database does not take such an object (a demonstration object in a real one) |
//! | 0xA700 refused: out of resources | the object could not be kept now, or is longer than the limit; sending it again later is right |
//! | 0xA900 error: data set does not match SOP class | the data set names another SOP class or instance than the command |
//! | 0xC000 error: cannot understand | no data set, an empty one, or no usable SOP instance UID |

use super::association::{Association, Fault, PeerName};
use super::dimse::{Command, status};
use super::negotiation::Context;
use super::object_head::{HEAD_BYTES_MAX, ObjectHead, read_head};
use super::settings::{IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME, NodeSettings};
use super::spool::{FileBytes, Spool};
use super::{NodeCounters, Pending};
use std::sync::atomic::Ordering;

pub const OUT_OF_RESOURCES: u16 = 0xA700;
pub const DATA_SET_DOES_NOT_MATCH: u16 = 0xA900;
pub const CANNOT_UNDERSTAND: u16 = 0xC000;

/// An object that has arrived whole, with a file head of ours.
#[derive(Debug)]
pub struct ArrivedObject {
    pub sop_class_uid: String,
    pub sop_instance_uid: String,
    pub transfer_syntax: String,
    pub from: PeerName,
    /// What the data set itself says; `sop_class_uid` and `sop_instance_uid` in it are empty or equal to the above.
    pub head: ObjectHead,
    /// Preamble, meta group (it depends on class, instance and syntax only), data set as it came.
    pub file: FileBytes,
    /// Where in the file the data set begins.
    pub data_set_at: usize,
}

/// What became of a kept object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    New,
    /// The same bytes were here already; nothing changed.
    Again,
    /// Other bytes under a SOP Instance UID that is known: both are kept and a person is told.
    AsFurtherVersion,
}

/// Why an object was not kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotKept {
    /// Disk, database or a limit; the sender may try again.
    #[error("no room or no database now: {0}")]
    OutOfResources(String),
    /// This database does not take it, now or later.
    #[error("not taken here: {0}")]
    Refused(String),
}

/// Keeps objects for good.
pub trait ObjectSink: Send + Sync {
    /// Returns success only when the bytes are durable and the row that names them is committed. Dropping the
    /// future half-way leaves at most bytes without a row. Called for one object of an association at a time.
    fn keep(&self, object: ArrivedObject) -> Pending<'_, Result<Kept, NotKept>>;
}

/// Receives the data set of a C-STORE and answers it.
pub(super) async fn store(
    association: &mut Association,
    context_id: u8,
    context: &Context,
    request: &Command,
    door: &Door<'_>,
) -> Result<(), Fault> {
    let answer = match refusal_of_command(request, context) {
        Some(refusal) => {
            if request.has_data_set() {
                association.data_set(context_id, 0).await?;
            }
            Err(refusal)
        }
        None => receive(association, context_id, context, request, door).await?,
    };
    let (code, comment) = match &answer {
        Ok(_) => (status::SUCCESS, None),
        Err(refusal) => (refusal.status, Some(refusal.comment.as_str())),
    };
    let counter = match &answer {
        Ok(Kept::New | Kept::AsFurtherVersion) => &door.counters.objects_kept,
        Ok(Kept::Again) => &door.counters.objects_again,
        Err(_) => &door.counters.objects_refused,
    };
    counter.fetch_add(1, Ordering::Relaxed);
    let mut response = Command::response(request, code);
    if let Some(comment) = comment {
        tracing::warn!(
            calling_ae_title = %association.peer.calling_ae_title,
            status = format_args!("{code:#06x}"),
            comment,
            "object not kept"
        );
        response = response.with_comment(comment);
    }
    association.respond(context_id, &response, None).await
}

/// What storage needs from the node.
pub(super) struct Door<'a> {
    pub settings: &'a NodeSettings,
    pub sink: &'a dyn ObjectSink,
    pub counters: &'a NodeCounters,
}

struct Refusal {
    status: u16,
    comment: String,
}

impl Refusal {
    fn new(status: u16, comment: impl Into<String>) -> Self {
        Self {
            status,
            comment: comment.into(),
        }
    }
}

fn refusal_of_command(request: &Command, context: &Context) -> Option<Refusal> {
    if !request.has_data_set() {
        return Some(Refusal::new(
            CANNOT_UNDERSTAND,
            "no data set follows the command",
        ));
    }
    if request.sop_class_uid() != context.abstract_syntax {
        let comment = "SOP class is not that of the presentation context";
        return Some(Refusal::new(status::SOP_CLASS_NOT_SUPPORTED, comment));
    }
    let uid = request.sop_instance_uid();
    // Old programs write letters into UIDs; they are kept as they are. Only what cannot be a name is refused.
    let usable = !uid.is_empty() && uid.len() <= 64 && uid.bytes().all(|b| b.is_ascii_graphic());
    (!usable).then(|| Refusal::new(CANNOT_UNDERSTAND, "no usable SOP instance UID"))
}

async fn receive(
    association: &mut Association,
    context_id: u8,
    context: &Context,
    request: &Command,
    door: &Door<'_>,
) -> Result<Result<Kept, Refusal>, Fault> {
    let limits = &door.settings.limits;
    let instance = request.sop_instance_uid();
    let file_head = file_head(
        &context.abstract_syntax,
        &instance,
        &context.transfer_syntax,
    );
    let mut spool = Spool::new(&door.settings.spool, limits.object_in_memory_bytes_max);
    let mut trouble = spool.write(&file_head).await.err();
    let mut first: Vec<u8> = Vec::new();
    let mut length = 0_u64;
    loop {
        let fragment = association.fragment(context_id).await?;
        length += fragment.bytes.len() as u64;
        if length > limits.object_bytes_max {
            return refuse_too_long(association, context_id, request, limits.object_bytes_max)
                .await;
        }
        if trouble.is_none() {
            trouble = spool.write(&fragment.bytes).await.err();
        }
        let room = HEAD_BYTES_MAX.saturating_sub(first.len());
        first.extend_from_slice(fragment.bytes.get(..room).unwrap_or(&fragment.bytes));
        if fragment.is_last {
            break;
        }
    }
    if length == 0 {
        return Ok(Err(Refusal::new(
            CANNOT_UNDERSTAND,
            "the data set is empty",
        )));
    }
    let file = match trouble {
        Some(trouble) => Err(trouble),
        None => spool.finish().await,
    };
    let file = match file {
        Ok(file) => file,
        Err(trouble) => {
            tracing::error!(error = %trouble, "could not write to the spool folder");
            return Ok(Err(Refusal::new(
                OUT_OF_RESOURCES,
                "no room for the object",
            )));
        }
    };
    let head = read_head(&first, &context.transfer_syntax);
    if let Some(refusal) = contradiction(&head, request) {
        return Ok(Err(refusal));
    }
    let object = ArrivedObject {
        sop_class_uid: context.abstract_syntax.clone(),
        sop_instance_uid: instance,
        transfer_syntax: context.transfer_syntax.clone(),
        from: association.peer.clone(),
        head,
        file,
        data_set_at: file_head.len(),
    };
    Ok(door
        .sink
        .keep(object)
        .await
        .map_err(|not_kept| match not_kept {
            NotKept::OutOfResources(_) => {
                tracing::error!(error = %not_kept, "could not keep an object");
                Refusal::new(OUT_OF_RESOURCES, "the object could not be kept now")
            }
            NotKept::Refused(reason) => Refusal::new(status::NOT_AUTHORISED, reason),
        }))
}

/// There is no end in sight: say why, then abort.
async fn refuse_too_long(
    association: &mut Association,
    context_id: u8,
    request: &Command,
    most: u64,
) -> Result<Result<Kept, Refusal>, Fault> {
    let comment = format!("longer than {most} bytes");
    let response = Command::response(request, OUT_OF_RESOURCES).with_comment(&comment);
    association.respond(context_id, &response, None).await?;
    Err(Fault::ObjectTooLong { most })
}

fn contradiction(head: &ObjectHead, request: &Command) -> Option<Refusal> {
    let differs = |inside: &str, command: &str| !inside.is_empty() && inside != command;
    let what = if differs(&head.sop_class_uid, &request.sop_class_uid()) {
        "SOP class"
    } else if differs(&head.sop_instance_uid, &request.sop_instance_uid()) {
        "SOP instance"
    } else {
        return None;
    };
    let comment = format!("{what} UID of data set and command differ");
    Some(Refusal::new(DATA_SET_DOES_NOT_MATCH, comment))
}

/// Preamble and file meta information (PS3.10 section 7.1). The sender's AE title is not in it, so that the same
/// object from two senders is the same file.
pub fn file_head(sop_class_uid: &str, sop_instance_uid: &str, transfer_syntax: &str) -> Vec<u8> {
    let mut group = Vec::new();
    group.extend_from_slice(&[0x02, 0x00, 0x01, 0x00]);
    group.extend_from_slice(b"OB\0\0\x02\0\0\0\0\x01");
    for (element, vr, text) in [
        (0x02_u8, b"UI", sop_class_uid),
        (0x03, b"UI", sop_instance_uid),
        (0x10, b"UI", transfer_syntax),
        (0x12, b"UI", IMPLEMENTATION_CLASS_UID),
        (0x13, b"SH", IMPLEMENTATION_VERSION_NAME),
    ] {
        let padding: &[u8] = match (text.len() % 2, vr) {
            (0, _) => b"",
            (_, b"UI") => b"\0",
            (_, _) => b" ",
        };
        let length = u16::try_from(text.len() + padding.len()).unwrap_or(u16::MAX);
        group.extend_from_slice(&[0x02, 0x00, element, 0x00]);
        group.extend_from_slice(vr);
        group.extend_from_slice(&length.to_le_bytes());
        group.extend_from_slice(text.as_bytes());
        group.extend_from_slice(padding);
    }
    let mut out = vec![0; 128];
    out.extend_from_slice(b"DICM\x02\0\0\0UL\x04\0");
    out.extend_from_slice(&u32::try_from(group.len()).unwrap_or(u32::MAX).to_le_bytes());
    out.extend_from_slice(&group);
    out
}
