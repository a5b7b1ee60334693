//! Listens, judges who may come in, and runs one task per association.

use super::association::{Association, Fault, Incoming, PeerName};
use super::dimse::{C_CANCEL_RQ, C_ECHO_RQ, C_FIND_RQ, C_STORE_RQ, Command, status};
use super::modality_worklist::{self, WorklistSource};
use super::negotiation::{APPLICATION_CONTEXT, Service, negotiate};
use super::seats::{Seat, Seats};
use super::settings::{Limits, NodeSettings};
use super::spool;
use super::storage::{self, Door, ObjectSink};
use super::verification;
use super::wire::{A_ASSOCIATE_RQ, A_RELEASE_RP, Wire, WireFault};
use super::{NodeCounters, count};
use dicom_ul::pdu::{
    AssociationRJ, AssociationRJResult, AssociationRJServiceProviderASCEReason as AcseReason,
    AssociationRJServiceProviderPresentationReason as PresentationReason,
    AssociationRJServiceUserReason as UserReason, AssociationRJSource as RejectSource,
    AssociationRQ, Pdu, read_pdu, write_pdu,
};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// The DICOM door of one process.
pub struct Node {
    settings: NodeSettings,
    limits: Arc<Limits>,
    worklist: Arc<dyn WorklistSource>,
    sink: Arc<dyn ObjectSink>,
    counters: Arc<NodeCounters>,
    seats: Seats,
}

impl Node {
    /// Makes the spool folder and empties it of what an earlier run left half arrived.
    /// # Errors
    /// The spool folder cannot be made or swept.
    pub fn new(
        settings: NodeSettings,
        worklist: Arc<dyn WorklistSource>,
        sink: Arc<dyn ObjectSink>,
    ) -> std::io::Result<Self> {
        let swept = spool::sweep(&settings.spool)?;
        if swept > 0 {
            tracing::info!(files = swept, "removed objects that had not arrived whole");
        }
        let limits = Arc::new(settings.limits.clone());
        Ok(Self {
            seats: Seats::new(
                limits.associations_max,
                limits.associations_per_host_max,
                limits.eviction_after,
            ),
            settings,
            limits,
            worklist,
            sink,
            counters: Arc::new(NodeCounters::default()),
        })
    }

    /// What the node has done since it started, for the metrics page.
    pub fn counters(&self) -> Arc<NodeCounters> {
        Arc::clone(&self.counters)
    }

    /// Serves until `stop` is cancelled, then lets messages under way finish within the grace of the limits.
    pub async fn serve(self, listener: TcpListener, stop: CancellationToken) {
        let node = Arc::new(self);
        let tasks = TaskTracker::new();
        let most = node.limits.connections_waiting_max;
        let waiting = Seats::new(most, most, std::time::Duration::ZERO);
        let cut = CancellationToken::new();
        loop {
            let accepted = tokio::select! {
                biased;
                () = stop.cancelled() => break,
                accepted = listener.accept() => accepted,
            };
            let (stream, address) = match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // Out of file handles, most likely: give others time to close theirs.
                    tracing::error!(%error, "could not accept a connection");
                    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
                    continue;
                }
            };
            let Some(place) = waiting.take(address.ip()) else {
                count(&node.counters.connections_dropped);
                continue;
            };
            let (node, stop, cut) = (Arc::clone(&node), stop.clone(), cut.clone());
            tasks.spawn(async move {
                tokio::select! {
                    biased;
                    () = cut.cancelled() => {}
                    () = node.attend(stream, address, place, stop) => {}
                }
            });
        }
        drop(listener);
        tasks.close();
        if timeout(node.limits.drain_grace, tasks.wait())
            .await
            .is_err()
        {
            cut.cancel();
            tasks.wait().await;
        }
    }

    /// One connection, from its first byte to its last.
    async fn attend(
        &self,
        stream: TcpStream,
        address: SocketAddr,
        place: Seat,
        stop: CancellationToken,
    ) {
        // Answers are small and the peer waits for them.
        let _ = stream.set_nodelay(true);
        let mut wire = Wire::new(stream, &self.limits);
        let request = tokio::select! {
            biased;
            () = stop.cancelled() => return,
            () = place.evicted() => {
                count(&self.counters.connections_dropped);
                return;
            }
            request = timeout(self.limits.request_timeout, self.read_request(&mut wire)) => {
                request.unwrap_or(Err(Unasked::Gone))
            }
        };
        drop(place);
        let admitted = match request {
            Ok(request) => self.admit(request, address),
            Err(Unasked::Reject(rejection)) => Err(*rejection),
            Err(Unasked::Abort(reason)) => {
                count(&self.counters.associations_aborted);
                let _ = wire.write(&abort_pdu(2, reason)).await;
                return wire.linger(self.limits.request_timeout).await;
            }
            Err(Unasked::Gone) => return,
        };
        match admitted {
            Ok(admitted) => self.associate(wire, admitted, &stop).await,
            Err(rejection) => {
                count(&self.counters.associations_rejected);
                tracing::warn!(host = %address.ip(), reason = %rejection.source, "association rejected");
                if write_one(&mut wire, &Pdu::AssociationRJ(rejection))
                    .await
                    .is_ok()
                {
                    wire.linger(self.limits.request_timeout).await;
                }
            }
        }
    }

    async fn read_request(&self, wire: &mut Wire) -> Result<AssociationRQ, Unasked> {
        let head = wire.head(self.limits.request_timeout).await?;
        if head.kind != A_ASSOCIATE_RQ {
            // Unexpected PDU when it is a known one, else unrecognised.
            return Err(Unasked::Abort(if (1..=7).contains(&head.kind) {
                2
            } else {
                1
            }));
        }
        if head.length > self.limits.request_bytes_max {
            return Err(Unasked::reject(
                AssociationRJResult::Permanent,
                RejectSource::ServiceProviderPresentation(PresentationReason::LocalLimitExceeded),
            ));
        }
        let body = wire.body(head).await?;
        let mut whole = vec![head.kind, 0];
        whole.extend_from_slice(&head.length.to_be_bytes());
        whole.extend_from_slice(&body);
        // The reader's own limit only has to be no smaller than ours.
        let most = self
            .limits
            .request_bytes_max
            .max(dicom_ul::pdu::MINIMUM_PDU_SIZE);
        match read_pdu(&whole[..], most, true) {
            Ok(Some(Pdu::AssociationRQ(request))) => Ok(request),
            Ok(_) | Err(_) => Err(Unasked::Abort(6)),
        }
    }

    fn admit(
        &self,
        request: AssociationRQ,
        address: SocketAddr,
    ) -> Result<Admitted, AssociationRJ> {
        let permanent = |source| AssociationRJ {
            result: AssociationRJResult::Permanent,
            source,
        };
        if request.protocol_version & 1 == 0 {
            let reason = AcseReason::ProtocolVersionNotSupported;
            return Err(permanent(RejectSource::ServiceProviderASCE(reason)));
        }
        let named = request.application_context_name.trim_matches(['\0', ' ']);
        if named != APPLICATION_CONTEXT {
            let reason = UserReason::ApplicationContextNameNotSupported;
            return Err(permanent(RejectSource::ServiceUser(reason)));
        }
        let called = request.called_ae_title.trim_matches(['\0', ' ']);
        if called != self.settings.ae_title.as_str() {
            let reason = UserReason::CalledAETitleNotRecognized;
            return Err(permanent(RejectSource::ServiceUser(reason)));
        }
        let calling = request
            .calling_ae_title
            .trim_matches(['\0', ' '])
            .to_owned();
        if !self.settings.peers.admits(&calling, address.ip()) {
            let reason = UserReason::CallingAETitleNotRecognized;
            return Err(permanent(RejectSource::ServiceUser(reason)));
        }
        let Some(seat) = self.seats.take(address.ip()) else {
            return Err(AssociationRJ {
                result: AssociationRJResult::Transient,
                source: RejectSource::ServiceProviderPresentation(
                    PresentationReason::TemporaryCongestion,
                ),
            });
        };
        let peer = PeerName {
            calling_ae_title: calling,
            host: address.ip(),
        };
        Ok(Admitted {
            request,
            peer,
            seat,
        })
    }

    async fn associate(&self, mut wire: Wire, admitted: Admitted, stop: &CancellationToken) {
        let Admitted {
            request,
            peer,
            seat,
        } = admitted;
        let negotiated = negotiate(&request, self.limits.pdu_bytes_max);
        let answer = Pdu::AssociationAC(negotiated.answer);
        if let Err(error) = write_one(&mut wire, &answer).await {
            tracing::info!(calling_ae_title = %peer.calling_ae_title, %error, "association not begun");
            return;
        }
        count(&self.counters.associations_accepted);
        let most = negotiated.peer_pdu_bytes_max;
        let mut association = Association::new(wire, peer, negotiated.contexts, most, &self.limits);
        let end = tokio::select! {
            biased;
            () = seat.evicted() => End::Evicted,
            end = self.converse(&mut association, &seat, stop) => end,
        };
        drop(seat);
        self.close(association, end).await;
    }

    /// Messages one after the other until there is a reason to end.
    async fn converse(
        &self,
        association: &mut Association,
        seat: &Seat,
        stop: &CancellationToken,
    ) -> End {
        loop {
            seat.idle();
            let waited = tokio::select! {
                biased;
                () = stop.cancelled() => return End::Stopped,
                waited = association.wait_for_message() => waited,
            };
            if let Err(fault) = waited {
                return End::Fault(fault);
            }
            seat.busy();
            match self.one_message(association).await {
                Ok(Went::On) => {}
                Ok(Went::Released) => return End::Released,
                Err(fault) => return End::Fault(fault),
            }
        }
    }

    async fn one_message(&self, association: &mut Association) -> Result<Went, Fault> {
        let (context_id, context, command) = match association.incoming().await? {
            Incoming::Release => return Ok(Went::Released),
            Incoming::Message {
                context_id,
                context,
                command,
            } => (context_id, context, command),
        };
        match (command.field(), context.service) {
            (C_ECHO_RQ, Service::Verification) => {
                verification::echo(association, context_id, &command).await?;
            }
            (C_FIND_RQ, Service::ModalityWorklist) => {
                count(&self.counters.worklist_queries);
                let source = self.worklist.as_ref();
                let limits = &self.limits;
                modality_worklist::find(
                    association,
                    context_id,
                    &context,
                    &command,
                    source,
                    limits,
                )
                .await?;
            }
            (C_STORE_RQ, Service::Storage) => {
                let door = Door {
                    settings: &self.settings,
                    sink: self.sink.as_ref(),
                    counters: &self.counters,
                };
                storage::store(association, context_id, &context, &command, &door).await?;
            }
            // Too late: the request it means has been answered.
            (C_CANCEL_RQ, _) => {}
            _ => {
                if command.has_data_set() {
                    association.data_set(context_id, 0).await?;
                }
                let response = Command::response(&command, status::UNRECOGNISED_OPERATION)
                    .with_comment("this service has no such operation");
                association.respond(context_id, &response, None).await?;
            }
        }
        Ok(Went::On)
    }

    async fn close(&self, association: Association, end: End) {
        let peer = association.peer.clone();
        let mut wire = association.into_wire();
        let last_words = match &end {
            End::Released => Some(vec![A_RELEASE_RP, 0, 0, 0, 0, 4, 0, 0, 0, 0]),
            End::Stopped | End::Evicted => Some(abort_pdu(0, 0)),
            End::Fault(fault) => fault
                .abort_code()
                .map(|(source, reason)| abort_pdu(source, reason)),
        };
        match &end {
            End::Released => {}
            End::Stopped | End::Evicted => count(&self.counters.associations_aborted),
            End::Fault(fault) => {
                count(&self.counters.associations_aborted);
                tracing::warn!(
                    calling_ae_title = %peer.calling_ae_title,
                    host = %peer.host,
                    reason = %fault,
                    "association ended"
                );
            }
        }
        if let Some(bytes) = last_words
            && wire.write(&bytes).await.is_ok()
        {
            wire.linger(self.limits.request_timeout).await;
        }
    }
}

struct Admitted {
    request: AssociationRQ,
    peer: PeerName,
    seat: Seat,
}

/// Why a connection never became a request.
enum Unasked {
    Reject(Box<AssociationRJ>),
    Abort(u8),
    Gone,
}

impl Unasked {
    fn reject(result: AssociationRJResult, source: RejectSource) -> Self {
        Self::Reject(Box::new(AssociationRJ { result, source }))
    }
}

impl From<WireFault> for Unasked {
    fn from(fault: WireFault) -> Self {
        match fault {
            // The ARTIM timer ran out: the connection is closed without a word (PS3.8 table 9-10, AA-2).
            WireFault::Silent { .. }
            | WireFault::HungUp
            | WireFault::HungUpInside
            | WireFault::NotRead { .. }
            | WireFault::Failed(_) => Self::Gone,
        }
    }
}

enum Went {
    On,
    Released,
}

enum End {
    Released,
    /// The node was told to stop.
    Stopped,
    /// Idle, and another peer needed the seat.
    Evicted,
    Fault(Fault),
}

fn abort_pdu(source: u8, reason: u8) -> Vec<u8> {
    vec![super::wire::A_ABORT, 0, 0, 0, 0, 4, 0, 0, source, reason]
}

async fn write_one(wire: &mut Wire, pdu: &Pdu) -> Result<(), WireFault> {
    let mut bytes = Vec::new();
    write_pdu(&mut bytes, pdu).map_err(|error| std::io::Error::other(error.to_string()))?;
    wire.write(&bytes).await
}
