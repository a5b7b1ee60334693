//! Which presentation contexts we accept, and with which transfer syntax (PS3.8 section 7.1.1.13).

use super::data_set::Encoding;
use super::settings::{IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME};
use dicom_ul::pdu::{
    AssociationAC, AssociationRQ, PresentationContextProposed, PresentationContextResult,
    PresentationContextResultReason, UserVariableItem,
};
use std::collections::BTreeMap;

pub const APPLICATION_CONTEXT: &str = "1.2.840.10008.3.1.1.1";
pub const VERIFICATION: &str = "1.2.840.10008.1.1";
pub const MODALITY_WORKLIST_FIND: &str = "1.2.840.10008.5.1.4.31";
pub const IMPLICIT_LITTLE: &str = "1.2.840.10008.1.2";
pub const EXPLICIT_LITTLE: &str = "1.2.840.10008.1.2.1";
pub const DEFLATED: &str = "1.2.840.10008.1.2.1.99";
pub const EXPLICIT_BIG: &str = "1.2.840.10008.1.2.2";

/// For the services whose data sets we read and write ourselves, best first.
const FOR_SERVICES: [&str; 2] = [EXPLICIT_LITTLE, IMPLICIT_LITTLE];

/// For storage, best first: nothing is lost, and most readers can open it. Whatever else is proposed is taken in
/// the proposer's order, known to us or not: we keep the bytes.
const FOR_STORAGE: [&str; 11] = [
    EXPLICIT_LITTLE,
    IMPLICIT_LITTLE,
    // JPEG lossless (first order, any order), JPEG-LS, JPEG 2000, HTJ2K (plain, RPCL), RLE: all lossless.
    "1.2.840.10008.1.2.4.70",
    "1.2.840.10008.1.2.4.57",
    "1.2.840.10008.1.2.4.80",
    "1.2.840.10008.1.2.4.90",
    "1.2.840.10008.1.2.4.201",
    "1.2.840.10008.1.2.4.202",
    "1.2.840.10008.1.2.5",
    EXPLICIT_BIG,
    DEFLATED,
];

/// Storage classes of the standard outside `1.2.840.10008.5.1.4.1.1` (PS3.4 B.5, GG.3): RT beams delivery
/// instruction, RT conventional and proton machine verification, hanging protocol, colour palette, generic
/// implant template with its assembly and group, defined procedure protocol.
const STORAGE_ELSEWHERE: [&str; 10] = [
    "1.2.840.10008.5.1.4.34.7",
    "1.2.840.10008.5.1.4.34.8",
    "1.2.840.10008.5.1.4.34.9",
    "1.2.840.10008.5.1.4.34.10",
    "1.2.840.10008.5.1.4.38.1",
    "1.2.840.10008.5.1.4.39.1",
    "1.2.840.10008.5.1.4.43.1",
    "1.2.840.10008.5.1.4.44.1",
    "1.2.840.10008.5.1.4.45.1",
    "1.2.840.10008.5.1.4.20.1",
];

/// What a presentation context is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    Verification,
    ModalityWorklist,
    Storage,
}

impl Service {
    /// The service of an abstract syntax; `None` when we do not offer it. A UID that is not the standard's own
    /// is taken for a private storage class: nothing else private is ever asked of us.
    pub fn of(abstract_syntax: &str) -> Option<Self> {
        if abstract_syntax == VERIFICATION {
            return Some(Self::Verification);
        }
        if abstract_syntax == MODALITY_WORKLIST_FIND {
            return Some(Self::ModalityWorklist);
        }
        let standard = abstract_syntax.starts_with("1.2.840.10008.");
        let storage = abstract_syntax.starts_with("1.2.840.10008.5.1.4.1.1.")
            || STORAGE_ELSEWHERE.contains(&abstract_syntax);
        (storage || (!standard && is_uid(abstract_syntax))).then_some(Self::Storage)
    }
}

fn is_uid(text: &str) -> bool {
    !text.is_empty() && text.len() <= 64 && text.chars().all(|c| c.is_ascii_digit() || c == '.')
}

/// An accepted presentation context.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Context {
    pub abstract_syntax: String,
    pub transfer_syntax: String,
    pub service: Service,
}

impl Context {
    /// How identifiers of this context are written.
    pub fn encoding(&self) -> Encoding {
        if self.transfer_syntax == IMPLICIT_LITTLE {
            Encoding::ImplicitLittle
        } else {
            Encoding::ExplicitLittle
        }
    }
}

/// What came of a request.
#[derive(Debug, Clone)]
pub struct Negotiated {
    /// Accepted contexts by presentation context id.
    pub contexts: BTreeMap<u8, Context>,
    /// Longest PDU body the peer takes; 0 means that it named no limit.
    pub peer_pdu_bytes_max: u32,
    pub answer: AssociationAC,
}

/// Judges every proposed context. Asynchronous windows, role selection, extended negotiation and user identity
/// are not answered, which by PS3.7 D.3.3 leaves their defaults in force: one operation at a time, the requestor is
/// the user of every service, nothing extended.
pub fn negotiate(request: &AssociationRQ, pdu_bytes_max: u32) -> Negotiated {
    let mut contexts = BTreeMap::new();
    let mut results = Vec::new();
    for proposed in &request.presentation_contexts {
        let (reason, transfer_syntax) = judge(proposed, &mut contexts);
        results.push(PresentationContextResult {
            id: proposed.id,
            reason,
            transfer_syntax,
        });
    }
    let peer_pdu_bytes_max = request.user_variables.iter().find_map(|item| match item {
        UserVariableItem::MaxLength(most) => Some(*most),
        _ => None,
    });
    let answer = AssociationAC {
        protocol_version: 1,
        calling_ae_title: request.calling_ae_title.clone(),
        called_ae_title: request.called_ae_title.clone(),
        application_context_name: APPLICATION_CONTEXT.to_owned(),
        presentation_contexts: results,
        user_variables: vec![
            UserVariableItem::MaxLength(pdu_bytes_max),
            UserVariableItem::ImplementationClassUID(IMPLEMENTATION_CLASS_UID.to_owned()),
            UserVariableItem::ImplementationVersionName(IMPLEMENTATION_VERSION_NAME.to_owned()),
        ],
    };
    Negotiated {
        contexts,
        // The item is mandatory; without it the smallest default of old programs is the safe guess.
        peer_pdu_bytes_max: peer_pdu_bytes_max.unwrap_or(16_384),
        answer,
    }
}

fn judge(
    proposed: &PresentationContextProposed,
    contexts: &mut BTreeMap<u8, Context>,
) -> (PresentationContextResultReason, String) {
    let clean = |uid: &str| uid.trim_matches(['\0', ' ']).to_owned();
    let abstract_syntax = clean(&proposed.abstract_syntax);
    let proposals: Vec<String> = proposed
        .transfer_syntaxes
        .iter()
        .map(|uid| clean(uid))
        .collect();
    let first = || {
        proposals
            .first()
            .cloned()
            .unwrap_or_else(|| IMPLICIT_LITTLE.to_owned())
    };
    if proposed.id.is_multiple_of(2) || contexts.contains_key(&proposed.id) {
        return (PresentationContextResultReason::NoReason, first());
    }
    let Some(service) = Service::of(&abstract_syntax) else {
        return (
            PresentationContextResultReason::AbstractSyntaxNotSupported,
            first(),
        );
    };
    let Some(transfer_syntax) = preferred(service, &proposals) else {
        return (
            PresentationContextResultReason::TransferSyntaxesNotSupported,
            first(),
        );
    };
    let context = Context {
        abstract_syntax,
        transfer_syntax: transfer_syntax.clone(),
        service,
    };
    contexts.insert(proposed.id, context);
    (PresentationContextResultReason::Acceptance, transfer_syntax)
}

fn preferred(service: Service, proposals: &[String]) -> Option<String> {
    let ours: &[&str] = match service {
        Service::Verification | Service::ModalityWorklist => &FOR_SERVICES,
        Service::Storage => &FOR_STORAGE,
    };
    let known = ours
        .iter()
        .find(|uid| proposals.iter().any(|proposed| proposed == *uid));
    match (known, service) {
        (Some(uid), _) => Some((*uid).to_owned()),
        (None, Service::Storage) => proposals.iter().find(|uid| is_uid(uid)).cloned(),
        (None, Service::Verification | Service::ModalityWorklist) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proposed(id: u8, abstract_syntax: &str, syntaxes: &[&str]) -> PresentationContextProposed {
        PresentationContextProposed {
            id,
            abstract_syntax: abstract_syntax.to_owned(),
            transfer_syntaxes: syntaxes.iter().map(|uid| (*uid).to_owned()).collect(),
        }
    }

    fn check(contexts: Vec<PresentationContextProposed>, expected: &[(u8, Option<&str>)]) {
        let request = AssociationRQ {
            protocol_version: 1,
            calling_ae_title: "A".into(),
            called_ae_title: "B".into(),
            application_context_name: APPLICATION_CONTEXT.into(),
            presentation_contexts: contexts,
            user_variables: vec![UserVariableItem::MaxLength(0)],
        };
        let negotiated = negotiate(&request, 1024);
        let results: Vec<(u8, Option<&str>)> = negotiated
            .answer
            .presentation_contexts
            .iter()
            .map(|result| {
                let accepted = result.reason == PresentationContextResultReason::Acceptance;
                (
                    result.id,
                    accepted.then_some(result.transfer_syntax.as_str()),
                )
            })
            .collect();
        assert_eq!(results, expected);
    }

    #[test]
    fn our_preference_decides_not_the_order_of_the_peer() {
        let lossy = "1.2.840.10008.1.2.4.50";
        let ct = "1.2.840.10008.5.1.4.1.1.2";
        check(
            vec![
                proposed(1, VERIFICATION, &[IMPLICIT_LITTLE]),
                proposed(
                    3,
                    MODALITY_WORKLIST_FIND,
                    &[IMPLICIT_LITTLE, EXPLICIT_LITTLE],
                ),
                proposed(5, ct, &[lossy, "1.2.840.10008.1.2.4.70", IMPLICIT_LITTLE]),
                proposed(7, ct, &[lossy]),
                proposed(9, ct, &["1.3.46.670589.33.1.4.1"]),
            ],
            &[
                (1, Some(IMPLICIT_LITTLE)),
                (3, Some(EXPLICIT_LITTLE)),
                (5, Some(IMPLICIT_LITTLE)),
                (7, Some(lossy)),
                (9, Some("1.3.46.670589.33.1.4.1")),
            ],
        );
    }

    #[test]
    fn any_storage_class_is_taken_and_no_other_service() {
        check(
            vec![
                proposed(1, "1.2.840.10008.5.1.4.1.1.88.67\0", &[EXPLICIT_LITTLE]),
                proposed(3, "1.3.12.2.1107.5.9.1", &[EXPLICIT_LITTLE]),
                proposed(5, "1.2.840.10008.5.1.4.1.2.2.1", &[EXPLICIT_LITTLE]),
                proposed(7, "1.2.840.10008.1.20.1", &[EXPLICIT_LITTLE]),
                proposed(9, MODALITY_WORKLIST_FIND, &["1.2.840.10008.1.2.4.70"]),
                proposed(11, "not a uid", &[EXPLICIT_LITTLE]),
                proposed(12, VERIFICATION, &[EXPLICIT_LITTLE]),
                proposed(1, VERIFICATION, &[EXPLICIT_LITTLE]),
                proposed(13, VERIFICATION, &[]),
            ],
            &[
                (1, Some(EXPLICIT_LITTLE)),
                (3, Some(EXPLICIT_LITTLE)),
                (5, None),
                (7, None),
                (9, None),
                (11, None),
                (12, None),
                (1, None),
                (13, None),
            ],
        );
    }
}
