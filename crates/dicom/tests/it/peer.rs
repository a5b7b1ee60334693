//! A node with sources in memory, and a small peer that can say anything, true or not.

use dicom::node::{
    ArrivedObject, Command, FileBytes, Kept, Limits, Node, NodeCounters, NodeSettings, NotKept,
    ObjectSink, Peers, Pending, WorklistItem, WorklistQuery, WorklistSource, WorklistUnavailable,
};
use dicom_ul::pdu::{
    AssociationRQ, Pdu, PresentationContextProposed, PresentationContextResultReason,
    UserVariableItem, read_pdu, write_pdu,
};
use model::AeTitle;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub const IMPLICIT: &str = "1.2.840.10008.1.2";
pub const EXPLICIT: &str = "1.2.840.10008.1.2.1";
pub const VERIFICATION: &str = "1.2.840.10008.1.1";
pub const WORKLIST: &str = "1.2.840.10008.5.1.4.31";
pub const SECONDARY_CAPTURE: &str = "1.2.840.10008.5.1.4.1.1.7";
pub const C_STORE: u16 = 0x0001;
pub const C_FIND: u16 = 0x0020;
pub const C_ECHO: u16 = 0x0030;

/// A kept file with what the node said about it.
pub struct KeptFile {
    pub transfer_syntax: String,
    pub data_set_at: usize,
    pub patient_id: String,
    pub study_instance_uid: String,
    pub head_flaw: Option<String>,
    pub bytes: Vec<u8>,
}

/// Keeps objects in memory, all versions; can be told to fail or to wait.
#[derive(Default)]
pub struct MemorySink {
    pub files: Mutex<BTreeMap<String, Vec<KeptFile>>>,
    pub fails: Mutex<Option<NotKept>>,
    pub gate: Mutex<Option<Arc<tokio::sync::Semaphore>>>,
    pub spooled: AtomicU64,
    /// Calls of `keep` so far.
    pub asked: AtomicU64,
}

impl ObjectSink for MemorySink {
    fn keep(&self, object: ArrivedObject) -> Pending<'_, Result<Kept, NotKept>> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        Box::pin(async move {
            let gate = self.gate.lock().unwrap().clone();
            if let Some(gate) = gate {
                gate.acquire().await.unwrap().forget();
            }
            if let Some(failure) = self.fails.lock().unwrap().clone() {
                return Err(failure);
            }
            let bytes = match &object.file {
                FileBytes::Memory(bytes) => bytes.to_vec(),
                FileBytes::Spooled(file) => {
                    self.spooled.fetch_add(1, Ordering::Relaxed);
                    std::fs::read(&file.path).unwrap()
                }
            };
            assert_eq!(bytes.len() as u64, object.file.length());
            let mut files = self.files.lock().unwrap();
            let versions = files.entry(object.sop_instance_uid.clone()).or_default();
            if versions.iter().any(|version| version.bytes == bytes) {
                return Ok(Kept::Again);
            }
            versions.push(KeptFile {
                transfer_syntax: object.transfer_syntax.clone(),
                data_set_at: object.data_set_at,
                patient_id: object.head.patient_id.clone(),
                study_instance_uid: object.head.study_instance_uid.clone(),
                head_flaw: object.head.flaw.as_ref().map(ToString::to_string),
                bytes,
            });
            Ok(if versions.len() == 1 {
                Kept::New
            } else {
                Kept::AsFurtherVersion
            })
        })
    }
}

/// Gives every step to every query: matching is the node's work.
#[derive(Default)]
pub struct MemoryWorklist {
    pub steps: Mutex<Vec<WorklistItem>>,
    pub queries: Mutex<Vec<WorklistQuery>>,
    pub fails: Mutex<bool>,
}

impl WorklistSource for MemoryWorklist {
    fn steps(
        &self,
        query: WorklistQuery,
    ) -> Pending<'_, Result<Vec<WorklistItem>, WorklistUnavailable>> {
        Box::pin(async move {
            self.queries.lock().unwrap().push(query);
            if *self.fails.lock().unwrap() {
                return Err(WorklistUnavailable("no database".to_owned()));
            }
            Ok(self.steps.lock().unwrap().clone())
        })
    }
}

pub struct Started {
    pub address: SocketAddr,
    pub sink: Arc<MemorySink>,
    pub worklist: Arc<MemoryWorklist>,
    pub counters: Arc<NodeCounters>,
    pub spool: PathBuf,
    pub stop: CancellationToken,
    pub task: JoinHandle<()>,
}

impl Started {
    /// Waits until the sink has been asked to keep `times` objects.
    pub async fn sink_asked(&self, times: u64) {
        while self.sink.asked.load(Ordering::Relaxed) < times {
            tokio::task::yield_now().await;
        }
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        self.stop.cancel();
        let _ = std::fs::remove_dir_all(&self.spool);
    }
}

pub fn temporary_folder(name: &str) -> PathBuf {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    std::env::temp_dir().join(format!(
        "seldinger-dicom-{name}-{}-{number}",
        std::process::id()
    ))
}

/// A node on a free port with the default limits, changed by `change`.
pub async fn start(change: impl FnOnce(&mut NodeSettings)) -> Started {
    let spool = temporary_folder("spool");
    let mut settings = NodeSettings {
        ae_title: AeTitle::new("SELDINGER").unwrap(),
        peers: Peers::Open,
        limits: Limits::default(),
        spool: spool.clone(),
    };
    change(&mut settings);
    let sink = Arc::new(MemorySink::default());
    let worklist = Arc::new(MemoryWorklist::default());
    let node = Node::new(settings, worklist.clone(), sink.clone()).unwrap();
    let counters = node.counters();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let stop = CancellationToken::new();
    let task = tokio::spawn(node.serve(listener, stop.clone()));
    Started {
        address,
        sink,
        worklist,
        counters,
        spool,
        stop,
        task,
    }
}

/// What a peer hears.
#[derive(Debug, PartialEq, Eq)]
pub enum Heard {
    /// A command with its data set, if any.
    Message(Command, Option<Vec<u8>>),
    /// (id, accepted transfer syntax or none) of each context.
    Accepted(Vec<(u8, Option<String>)>),
    /// Result, source, reason.
    Rejected(u8, u8, u8),
    ReleaseReply,
    /// Source, reason.
    Aborted(u8, u8),
    HungUp,
}

pub struct Peer {
    pub stream: TcpStream,
}

pub fn request(calling: &str, called: &str, contexts: &[(&str, &[&str])]) -> AssociationRQ {
    AssociationRQ {
        protocol_version: 1,
        calling_ae_title: calling.to_owned(),
        called_ae_title: called.to_owned(),
        application_context_name: "1.2.840.10008.3.1.1.1".to_owned(),
        presentation_contexts: contexts
            .iter()
            .zip(0_u8..)
            .map(
                |((abstract_syntax, syntaxes), n)| PresentationContextProposed {
                    id: 2 * n + 1,
                    abstract_syntax: (*abstract_syntax).to_owned(),
                    transfer_syntaxes: syntaxes.iter().map(|uid| (*uid).to_owned()).collect(),
                },
            )
            .collect(),
        user_variables: vec![
            UserVariableItem::MaxLength(16_384),
            UserVariableItem::ImplementationClassUID("1.2.3".to_owned()),
        ],
    }
}

pub fn request_bytes(request: AssociationRQ) -> Vec<u8> {
    let mut bytes = Vec::new();
    write_pdu(&mut bytes, &Pdu::AssociationRQ(request)).unwrap();
    bytes
}

/// One P-DATA PDU per fragment of at most `most` bytes.
pub fn p_data(context_id: u8, is_command: bool, bytes: &[u8], most: usize) -> Vec<u8> {
    let mut out = Vec::new();
    let parts: Vec<&[u8]> = if bytes.is_empty() {
        vec![bytes]
    } else {
        bytes.chunks(most).collect()
    };
    for (n, part) in parts.iter().enumerate() {
        let last = if n + 1 == parts.len() { 2 } else { 0 };
        out.extend_from_slice(&[4, 0]);
        out.extend_from_slice(&(part.len() as u32 + 6).to_be_bytes());
        out.extend_from_slice(&(part.len() as u32 + 2).to_be_bytes());
        out.extend_from_slice(&[context_id, u8::from(is_command) | last]);
        out.extend_from_slice(part);
    }
    out
}

pub fn message(context_id: u8, command: &Command, data_set: Option<&[u8]>) -> Vec<u8> {
    let mut out = p_data(context_id, true, &command.write(), 16_000);
    if let Some(bytes) = data_set {
        out.extend(p_data(context_id, false, bytes, 16_000));
    }
    out
}

pub fn store_command(message_id: u16, sop_class: &str, instance: &str) -> Command {
    Command::request(C_STORE, message_id, sop_class)
        .with_sop_instance_uid(instance)
        .with_data_set()
}

impl Peer {
    pub async fn connect(address: SocketAddr) -> Self {
        Self {
            stream: TcpStream::connect(address).await.unwrap(),
        }
    }

    /// Connected and associated with the given contexts (ids 1, 3, 5, …).
    pub async fn associated(address: SocketAddr, contexts: &[(&str, &[&str])]) -> Self {
        let mut peer = Self::connect(address).await;
        peer.say(&request_bytes(request("TESTPEER", "SELDINGER", contexts)))
            .await;
        match peer.hear().await {
            Heard::Accepted(_) => peer,
            other => panic!("not accepted: {other:?}"),
        }
    }

    pub async fn say(&mut self, bytes: &[u8]) {
        // A node that has aborted may have closed already; what it said is heard next.
        let _ = self.stream.write_all(bytes).await;
    }

    async fn pdu(&mut self) -> Option<(u8, Vec<u8>)> {
        let mut head = [0; 6];
        self.stream.read_exact(&mut head).await.ok()?;
        let length = u32::from_be_bytes([head[2], head[3], head[4], head[5]]) as usize;
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).await.ok()?;
        let mut whole = head.to_vec();
        whole.extend(body);
        Some((head[0], whole))
    }

    pub async fn hear(&mut self) -> Heard {
        let mut command = Vec::new();
        let mut data_set: Option<Vec<u8>> = None;
        loop {
            let Some((kind, whole)) = self.pdu().await else {
                return Heard::HungUp;
            };
            match kind {
                2 => {
                    let Ok(Some(Pdu::AssociationAC(answer))) = read_pdu(&whole[..], 1 << 20, true)
                    else {
                        panic!("not an A-ASSOCIATE-AC");
                    };
                    let contexts = answer.presentation_contexts.into_iter().map(|context| {
                        let accepted =
                            context.reason == PresentationContextResultReason::Acceptance;
                        (context.id, accepted.then_some(context.transfer_syntax))
                    });
                    return Heard::Accepted(contexts.collect());
                }
                3 => return Heard::Rejected(whole[7], whole[8], whole[9]),
                4 => {
                    let is_last = whole[11] & 2 != 0;
                    let is_command = whole[11] & 1 != 0;
                    if is_command {
                        command.extend_from_slice(&whole[12..]);
                    } else {
                        data_set
                            .get_or_insert_default()
                            .extend_from_slice(&whole[12..]);
                    }
                    if is_last {
                        let read = Command::read(&command).unwrap();
                        if !is_command || !read.has_data_set() {
                            return Heard::Message(read, data_set);
                        }
                    }
                }
                6 => return Heard::ReleaseReply,
                7 => return Heard::Aborted(whole[8], whole[9]),
                other => panic!("PDU of type {other}"),
            }
        }
    }

    /// The status of the next message.
    pub async fn status(&mut self) -> u16 {
        match self.hear().await {
            Heard::Message(command, _) => command.status().unwrap(),
            other => panic!("no message: {other:?}"),
        }
    }

    pub async fn echo(&mut self) -> u16 {
        self.say(&message(
            1,
            &Command::request(C_ECHO, 9, VERIFICATION),
            None,
        ))
        .await;
        self.status().await
    }

    pub async fn release(mut self) {
        self.say(&[5, 0, 0, 0, 0, 4, 0, 0, 0, 0]).await;
        assert_eq!(self.hear().await, Heard::ReleaseReply);
    }
}
