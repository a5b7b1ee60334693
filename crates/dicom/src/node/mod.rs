//! The DICOM node: associations from modalities, their worklist queries and their objects.
//!
//! Reading order: [`settings`](NodeSettings) and limits → `acceptor` (who may come in) → `negotiation` (which
//! contexts) → `association` and `wire` (bytes to messages) → one file per service class: `verification`,
//! `modality_worklist`, `storage`, each with the statuses it returns → `desk_door` (the real worklist and store).

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};

mod acceptor;
mod association;
mod clinical;
mod data_set;
mod desk_door;
mod dimse;
mod dose_reports;
mod modality_worklist;
mod negotiation;
mod object_head;
mod seats;
mod settings;
mod spool;
mod storage;
mod verification;
mod wire;
mod worklist_item;
mod worklist_query;

pub use acceptor::Node;
pub use association::PeerName;
pub use data_set::{CharacterSet, Content, DataSet, DataSetFlaw, Encoding, NESTING_MAX};
pub use desk_door::{DeskDoor, REPORTS_AT_ONCE};
pub use dimse::{Command, CommandFlaw};
pub use dose_reports::DoseReports;
pub use modality_worklist::{WorklistSource, WorklistUnavailable};
pub use object_head::{HeadFlaw, ObjectHead, read_head};
pub use settings::{
    IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME, Limits, NodeSettings, Peer, Peers,
};
pub use spool::{FileBytes, SpooledFile};
pub use storage::{ArrivedObject, Kept, NotKept, ObjectSink, file_head};
pub use worklist_item::{Code, PregnancyStatus, WorklistItem};
pub use worklist_query::{QueryFlaw, Range, TextKey, WorklistQuery};

/// A future that a trait object gives back.
pub type Pending<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What the node has done since it started. Counts only, for `/metrics`.
#[derive(Debug, Default)]
pub struct NodeCounters {
    /// Connections without a request that were closed because others came.
    pub connections_dropped: AtomicU64,
    pub associations_accepted: AtomicU64,
    pub associations_rejected: AtomicU64,
    pub associations_aborted: AtomicU64,
    pub worklist_queries: AtomicU64,
    pub objects_kept: AtomicU64,
    pub objects_again: AtomicU64,
    pub objects_refused: AtomicU64,
}

fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}
