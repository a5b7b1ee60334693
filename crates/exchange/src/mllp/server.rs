//! The MLLP listener: many peers, each in its own task, none able to hold up another.
//!
//! A peer that sends nothing is closed after the idle time, one that sends slowly after the frame time, one
//! that does not read its answers after the write time. When all places are taken, the peer that has been
//! quiet longest makes room. An answer in work is always finished and sent, also while the server stops.

use super::frame::{Found, Frames, framed};
use super::peers::Peers;
use bytes::Bytes;
use std::collections::BTreeMap;
use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// Limits of the MLLP door; the defaults stand on the settings page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MllpLimits {
    /// Connections at one time, from everybody together.
    pub connections: usize,
    /// Connections at one time from one address.
    pub connections_per_peer: usize,
    /// Bytes of one message.
    pub message_bytes: usize,
    /// How long a peer may say nothing between two messages.
    pub idle: Duration,
    /// How long one message may take from its first to its last byte.
    pub frame: Duration,
    /// How long a peer may take to accept an answer.
    pub write: Duration,
    /// How long stopping waits for answers in work.
    pub drain: Duration,
}

impl Default for MllpLimits {
    fn default() -> Self {
        Self {
            connections: 64,
            connections_per_peer: 16,
            message_bytes: 16 * 1024 * 1024,
            idle: Duration::from_secs(600),
            frame: Duration::from_secs(30),
            write: Duration::from_secs(30),
            drain: Duration::from_secs(8),
        }
    }
}

/// Who sent a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Peer {
    pub address: SocketAddr,
    /// Its name in the allow-list; empty when everybody may connect.
    pub name: String,
}

/// What stands behind the door: takes one frame, returns the acknowledgement to send.
pub trait Handler: Send + Sync + 'static {
    /// Returns only after everything is committed.
    fn answer(&self, frame: Bytes, peer: Peer) -> impl Future<Output = Vec<u8>> + Send;

    /// The acknowledgement of a frame that is too large to be taken; `start` is its beginning.
    fn too_large(&self, start: &[u8], limit: usize) -> Vec<u8>;

    /// The acknowledgement when answering itself broke: nothing was kept, the sender should resend.
    fn broken(&self, frame: &[u8]) -> Vec<u8>;
}

/// What happened at the door since the start, for `/metrics`.
#[derive(Debug, Default)]
pub struct MllpCounters {
    pub connections: AtomicU64,
    pub refused_peers: AtomicU64,
    pub evicted: AtomicU64,
    pub messages: AtomicU64,
    pub too_large: AtomicU64,
    pub not_mllp: AtomicU64,
    pub broken: AtomicU64,
}

fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

/// Serves until `stop` is cancelled and every answer in work is sent (or the drain time is over).
pub async fn serve<H: Handler>(
    listener: TcpListener,
    handler: Arc<H>,
    peers: Peers,
    limits: MllpLimits,
    counters: Arc<MllpCounters>,
    stop: CancellationToken,
) {
    let room = Arc::new(Room::default());
    let mut tasks = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        while tasks.try_join_next().is_some() {}
        let (stream, address) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of file handles, most likely: wait a little instead of spinning.
                tracing::warn!(%error, "could not accept an MLLP connection");
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        let Some(name) = peers.name_of(address.ip()) else {
            count(&counters.refused_peers);
            tracing::warn!(peer = %address.ip(), "MLLP peer is not on the list, closed");
            continue;
        };
        let Some(place) = room.enter(address.ip(), &limits, &counters, &stop) else {
            count(&counters.refused_peers);
            tracing::warn!(peer = %address.ip(), "MLLP places are all in use, closed");
            continue;
        };
        count(&counters.connections);
        let peer = Peer {
            address,
            name: name.to_owned(),
        };
        let connection = Connection {
            handler: Arc::clone(&handler),
            peer,
            limits,
            counters: Arc::clone(&counters),
            place,
        };
        tasks.spawn(connection.run(stream));
    }
    drop(listener);
    let all = async { while tasks.join_next().await.is_some() {} };
    if timeout(limits.drain, all).await.is_err() {
        tracing::warn!("MLLP answers were still in work after the drain time");
    }
}

/// Who is connected now.
#[derive(Debug, Default)]
struct Room {
    places: Mutex<BTreeMap<u64, Seat>>,
    next: AtomicU64,
}

#[derive(Debug)]
struct Seat {
    peer: IpAddr,
    quiet_since: Instant,
    /// An answer is in work: this peer is not asked to leave.
    busy: bool,
    leave: CancellationToken,
}

/// A taken place; given back when dropped.
#[derive(Debug)]
struct Place {
    room: Arc<Room>,
    id: u64,
    leave: CancellationToken,
}

impl Room {
    fn locked(&self) -> std::sync::MutexGuard<'_, BTreeMap<u64, Seat>> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place for a new connection; `None` when there is none and nobody who could leave.
    fn enter(
        self: &Arc<Self>,
        peer: IpAddr,
        limits: &MllpLimits,
        counters: &MllpCounters,
        stop: &CancellationToken,
    ) -> Option<Place> {
        let mut places = self.locked();
        let of_peer = places.values().filter(|seat| seat.peer == peer).count();
        // A peer over its own limit makes room among its own; only a full house asks anybody else.
        let own_only = of_peer >= limits.connections_per_peer;
        if own_only || places.len() >= limits.connections {
            let quietest = places
                .iter()
                .filter(|(_, seat)| !seat.busy && (!own_only || seat.peer == peer))
                .min_by_key(|(_, seat)| seat.quiet_since)
                .map(|(id, _)| *id)?;
            if let Some(seat) = places.remove(&quietest) {
                seat.leave.cancel();
                count(&counters.evicted);
            }
        }
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let leave = stop.child_token();
        places.insert(
            id,
            Seat {
                peer,
                quiet_since: Instant::now(),
                busy: false,
                leave: leave.clone(),
            },
        );
        Some(Place {
            room: Arc::clone(self),
            id,
            leave,
        })
    }
}

impl Place {
    fn set_busy(&self, busy: bool) {
        if let Some(seat) = self.room.locked().get_mut(&self.id) {
            seat.busy = busy;
            seat.quiet_since = Instant::now();
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.room.locked().remove(&self.id);
    }
}

struct Connection<H> {
    handler: Arc<H>,
    peer: Peer,
    limits: MllpLimits,
    counters: Arc<MllpCounters>,
    place: Place,
}

impl<H: Handler> Connection<H> {
    async fn run(self, mut stream: TcpStream) {
        let _ = stream.set_nodelay(true);
        let mut frames = Frames::default();
        while let Some(frame) = self.next_frame(&mut stream, &mut frames).await {
            self.place.set_busy(true);
            count(&self.counters.messages);
            let answer = self.answer(frame).await;
            let sent = self.send(&mut stream, &answer).await;
            self.place.set_busy(false);
            if !sent || self.place.leave.is_cancelled() {
                break;
            }
        }
        let _ = timeout(self.limits.write, stream.shutdown()).await;
    }

    /// The next whole message; `None` when the connection is over.
    async fn next_frame(&self, stream: &mut TcpStream, frames: &mut Frames) -> Option<Bytes> {
        let mut began: Option<Instant> = None;
        loop {
            match frames.next(self.limits.message_bytes) {
                Found::Frame(frame) => return Some(frame),
                Found::Nothing => began = None,
                Found::Part => began = began.or_else(|| Some(Instant::now())),
                Found::TooLarge(start) => {
                    count(&self.counters.too_large);
                    let answer = self.handler.too_large(&start, self.limits.message_bytes);
                    self.send(stream, &answer).await;
                    return None;
                }
                Found::NotMllp => {
                    count(&self.counters.not_mllp);
                    return None;
                }
            }
            let left = match began {
                Some(began) => self.limits.frame.saturating_sub(began.elapsed()),
                None => self.limits.idle,
            };
            let read = tokio::select! {
                () = self.place.leave.cancelled() => return None,
                read = timeout(left, stream.read_buf(frames.buffer())) => read,
            };
            match read {
                Ok(Ok(count)) if count > 0 => {}
                // Closed, broken, silent or slow: an unfinished message was never acknowledged.
                _ => return None,
            }
        }
    }

    /// The answer runs in its own task, so that a peer that hangs up does not stop it half way.
    async fn answer(&self, frame: Bytes) -> Vec<u8> {
        let (handler, peer, bytes) = (Arc::clone(&self.handler), self.peer.clone(), frame.clone());
        let task = tokio::spawn(async move { handler.answer(bytes, peer).await });
        match task.await {
            Ok(answer) => answer,
            Err(error) => {
                count(&self.counters.broken);
                tracing::error!(%error, peer = %self.peer.address.ip(), "could not answer a message");
                self.handler.broken(&frame)
            }
        }
    }

    async fn send(&self, stream: &mut TcpStream, answer: &[u8]) -> bool {
        let framed = framed(answer);
        let written = timeout(self.limits.write, stream.write_all(&framed)).await;
        matches!(written, Ok(Ok(())))
    }
}
