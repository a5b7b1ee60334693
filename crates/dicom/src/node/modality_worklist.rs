//! Modality worklist service class, provider (PS3.4 annex K).
//!
//! SOP class 1.2.840.10008.5.1.4.31, C-FIND and C-CANCEL.
//!
//! | status | when |
//! | --- | --- |
//! | 0xFF00 pending | a match, every attribute that was asked for is in it |
//! | 0xFF01 pending, warning | a match, but an attribute was asked for that we do not have |
//! | 0x0000 success | no further match |
//! | 0xFE00 cancel | the peer cancelled |
//! | 0x0122 refused: SOP class not supported | the command's SOP class is not the negotiated one |
//! | 0xA700 refused: out of resources | more matches than the limit: the query must be narrower |
//! | 0xA900 error: identifier does not match SOP class | unreadable, too long, or a key that cannot be one |
//! | 0xC001 error: unable to process | the worklist could not be read now |

use super::Pending;
use super::association::{Association, Fault};
use super::data_set::{CharacterSet, Content, DataSet, Encoding};
use super::dimse::{Command, status};
use super::negotiation::Context;
use super::settings::Limits;
use super::worklist_item::WorklistItem;
use super::worklist_query::WorklistQuery;
use dicom_core::Tag;
use dicom_dictionary_std::tags;

pub const PENDING: u16 = 0xFF00;
pub const PENDING_OPTIONAL_KEYS: u16 = 0xFF01;
pub const CANCELLED: u16 = 0xFE00;
pub const TOO_MANY_MATCHES: u16 = 0xA700;
pub const IDENTIFIER_DOES_NOT_MATCH: u16 = 0xA900;
pub const UNABLE_TO_PROCESS: u16 = 0xC001;

/// Responses are written together up to about this many bytes, then a cancel request is looked for.
const BATCH_BYTES: usize = 16 * 1024;

/// The worklist could not be read: database gone, or the audit row could not be written. The text goes to the log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct WorklistUnavailable(pub String);

/// Where the scheduled steps come from.
pub trait WorklistSource: Send + Sync {
    /// All steps that may answer the query, soonest first. It may give more than asked for (it is matched again
    /// here), never less; keys that an index can use are [`super::TextKey::exact`] and the range of dates.
    fn steps(
        &self,
        query: WorklistQuery,
    ) -> Pending<'_, Result<Vec<WorklistItem>, WorklistUnavailable>>;
}

struct Refusal {
    status: u16,
    comment: String,
}

/// Answers C-FIND.
pub(super) async fn find(
    association: &mut Association,
    context_id: u8,
    context: &Context,
    request: &Command,
    source: &dyn WorklistSource,
    limits: &Limits,
) -> Result<(), Fault> {
    let identifier = if request.has_data_set() {
        association
            .data_set(context_id, limits.identifier_bytes_max)
            .await?
    } else {
        None
    };
    let found = search(association, context, request, identifier, source, limits).await;
    let response = match found {
        Ok(found) => send_matches(association, context_id, context, request, &found).await?,
        Err(refusal) => {
            tracing::warn!(
                calling_ae_title = %association.peer.calling_ae_title,
                status = format_args!("{:#06x}", refusal.status),
                comment = refusal.comment,
                "worklist query not answered"
            );
            Command::response(request, refusal.status).with_comment(&refusal.comment)
        }
    };
    association.respond(context_id, &response, None).await
}

/// A query with its answers.
struct Found {
    identifier: DataSet,
    steps: Vec<WorklistItem>,
}

async fn search(
    association: &Association,
    context: &Context,
    request: &Command,
    identifier: Option<Vec<u8>>,
    source: &dyn WorklistSource,
    limits: &Limits,
) -> Result<Found, Refusal> {
    let refuse = |status: u16, comment: String| Refusal { status, comment };
    if request.sop_class_uid() != context.abstract_syntax {
        let comment = "SOP class is not that of the presentation context".to_owned();
        return Err(refuse(status::SOP_CLASS_NOT_SUPPORTED, comment));
    }
    let wrong = |comment: String| refuse(IDENTIFIER_DOES_NOT_MATCH, comment);
    let bytes = identifier.ok_or_else(|| {
        wrong(format!(
            "identifier is absent or longer than {}",
            limits.identifier_bytes_max
        ))
    })?;
    let identifier =
        DataSet::read(&bytes, context.encoding()).map_err(|flaw| wrong(flaw.to_string()))?;
    let query = WorklistQuery::read(&identifier, association.peer.clone())
        .map_err(|flaw| wrong(flaw.to_string()))?;
    let mut steps = source.steps(query.clone()).await.map_err(|unavailable| {
        tracing::error!(error = %unavailable, "could not read the worklist");
        refuse(
            UNABLE_TO_PROCESS,
            "the worklist could not be read now".to_owned(),
        )
    })?;
    steps.retain(|step| query.matches(step));
    let most = limits.worklist_matches_max;
    if steps.len() > most {
        return Err(refuse(
            TOO_MANY_MATCHES,
            format!("more than {most} matches: narrow the query"),
        ));
    }
    Ok(Found { identifier, steps })
}

/// Sends the pending responses; gives back the final one.
async fn send_matches(
    association: &mut Association,
    context_id: u8,
    context: &Context,
    request: &Command,
    found: &Found,
) -> Result<Command, Fault> {
    let message_id = request.message_id()?;
    let mut out = Vec::new();
    for step in &found.steps {
        let (answer, code) = answer_to(&found.identifier, step);
        let bytes = encode(answer, &found.identifier, context.encoding());
        let response = Command::response(request, code).with_data_set();
        association.frame(&mut out, context_id, &response, Some(&bytes));
        if out.len() >= BATCH_BYTES {
            if association.cancelled(message_id).await? {
                return Ok(Command::response(request, CANCELLED));
            }
            association.send(&out).await?;
            out.clear();
        }
    }
    if association.cancelled(message_id).await? {
        return Ok(Command::response(request, CANCELLED));
    }
    if !out.is_empty() {
        association.send(&out).await?;
    }
    Ok(Command::response(request, status::SUCCESS))
}

/// The part of a step that was asked for, and which pending status says so.
fn answer_to(identifier: &DataSet, step: &WorklistItem) -> (DataSet, u16) {
    let mut all_there = true;
    let answer = project(identifier, &step.attributes(), &mut all_there);
    (
        answer,
        if all_there {
            PENDING
        } else {
            PENDING_OPTIONAL_KEYS
        },
    )
}

/// Keeps what the keys name. An empty sequence, or one with an empty item, asks for all of its attributes
/// (PS3.4 C.2.2.2.6).
fn project(keys: &DataSet, attributes: &DataSet, all_there: &mut bool) -> DataSet {
    let mut out = DataSet::default();
    for (tag, key) in &keys.0 {
        if is_about_the_query(*tag) {
            continue;
        }
        let Some(attribute) = attributes.0.get(tag) else {
            *all_there = false;
            continue;
        };
        let content = match (key, attribute) {
            (Content::Items(wanted), Content::Items(have)) => {
                let wanted = wanted.first().filter(|item| !item.0.is_empty());
                let part = |item: &DataSet, all_there: &mut bool| match wanted {
                    Some(keys) => project(keys, item, all_there),
                    None => item.clone(),
                };
                Content::Items(have.iter().map(|item| part(item, all_there)).collect())
            }
            (_, attribute) => attribute.clone(),
        };
        out.0.insert(*tag, content);
    }
    out
}

/// Specific Character Set, Timezone Offset and Query/Retrieve Level describe the query itself.
fn is_about_the_query(tag: Tag) -> bool {
    tag == tags::SPECIFIC_CHARACTER_SET
        || tag == tags::TIMEZONE_OFFSET_FROM_UTC
        || tag == tags::QUERY_RETRIEVE_LEVEL
}

/// Writes an answer in the first of these that carries every letter: plain ASCII, the character set that the
/// query is written in, UTF-8.
fn encode(mut answer: DataSet, identifier: &DataSet, encoding: Encoding) -> Vec<u8> {
    let asked_in = CharacterSet::from_value(identifier.text(tags::SPECIFIC_CHARACTER_SET));
    let plain = CharacterSet::default_repertoire();
    let charset = [plain, asked_in]
        .into_iter()
        .find(|charset| answer.fits(charset))
        .unwrap_or_else(CharacterSet::utf8);
    if !charset.code.is_empty() {
        answer.put(tags::SPECIFIC_CHARACTER_SET, &charset.code);
    }
    answer.write(encoding, &charset)
}
