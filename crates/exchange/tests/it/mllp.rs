//! The listener over real sockets on loopback: no peer holds up another, answers come after the work.

use bytes::Bytes;
use exchange::mllp::frame::framed;
use exchange::mllp::peers::Peers;
use exchange::mllp::server::{Handler, MllpCounters, MllpLimits, Peer, serve};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Answers with the message itself; `WAIT` waits for a permit, `PANIC` panics.
struct Echo {
    permits: Semaphore,
    entered: Semaphore,
}

impl Handler for Echo {
    async fn answer(&self, frame: Bytes, _peer: Peer) -> Vec<u8> {
        self.entered.add_permits(1);
        assert!(frame.as_ref() != b"PANIC", "as the test asks");
        if frame.as_ref() == b"WAIT" {
            self.permits.acquire().await.unwrap().forget();
        }
        frame.to_vec()
    }

    fn too_large(&self, start: &[u8], limit: usize) -> Vec<u8> {
        assert!(start.len() > limit);
        b"TOO LARGE".to_vec()
    }

    fn broken(&self, _frame: &[u8]) -> Vec<u8> {
        b"BROKEN".to_vec()
    }
}

struct Door {
    address: SocketAddr,
    handler: Arc<Echo>,
    counters: Arc<MllpCounters>,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

async fn open(peers: Peers, limits: MllpLimits) -> Door {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let handler = Arc::new(Echo {
        permits: Semaphore::new(0),
        entered: Semaphore::new(0),
    });
    let counters = Arc::new(MllpCounters::default());
    let stop = CancellationToken::new();
    let task = tokio::spawn(serve(
        listener,
        Arc::clone(&handler),
        peers,
        limits,
        Arc::clone(&counters),
        stop.clone(),
    ));
    Door {
        address,
        handler,
        counters,
        stop,
        task,
    }
}

async fn send(stream: &mut TcpStream, message: &[u8]) {
    stream.write_all(&framed(message)).await.unwrap();
}

/// The next answer; empty when the other side closed.
async fn answer(stream: &mut TcpStream) -> Vec<u8> {
    let mut got = Vec::new();
    loop {
        match stream.read_u8().await {
            Ok(0x0B) => {}
            Ok(0x1C) => {
                stream.read_u8().await.unwrap();
                return got;
            }
            Ok(byte) => got.push(byte),
            Err(_) => return got,
        }
    }
}

#[tokio::test]
async fn a_silent_and_a_slow_peer_hold_up_nobody_and_are_closed() {
    let limits = MllpLimits {
        idle: Duration::from_millis(200),
        frame: Duration::from_millis(200),
        ..MllpLimits::default()
    };
    let door = open(Peers::Everybody, limits).await;
    let mut silent = TcpStream::connect(door.address).await.unwrap();
    let mut slow = TcpStream::connect(door.address).await.unwrap();
    slow.write_all(b"\x0bMSH").await.unwrap();
    let mut good = TcpStream::connect(door.address).await.unwrap();
    send(&mut good, b"ONE").await;
    assert_eq!(answer(&mut good).await, b"ONE");
    assert_eq!(answer(&mut silent).await, b"");
    assert_eq!(answer(&mut slow).await, b"");
    assert_eq!(door.counters.messages.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn messages_on_one_connection_are_answered_in_order() {
    let door = open(Peers::Everybody, MllpLimits::default()).await;
    let mut stream = TcpStream::connect(door.address).await.unwrap();
    let two = [framed(b"ONE"), framed(b"TWO")].concat();
    stream.write_all(&two).await.unwrap();
    assert_eq!(answer(&mut stream).await, b"ONE");
    assert_eq!(answer(&mut stream).await, b"TWO");
}

#[tokio::test]
async fn a_peer_that_is_not_listed_is_closed_without_an_answer() {
    let door = open(Peers::Listed(Vec::new()), MllpLimits::default()).await;
    let mut stream = TcpStream::connect(door.address).await.unwrap();
    let _ = stream.write_all(&framed(b"ONE")).await;
    assert_eq!(answer(&mut stream).await, b"");
    assert_eq!(door.counters.messages.load(Ordering::Relaxed), 0);
    assert_eq!(door.counters.refused_peers.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn a_message_past_the_limit_is_answered_and_ends_the_connection() {
    let limits = MllpLimits {
        message_bytes: 4,
        ..MllpLimits::default()
    };
    let door = open(Peers::Everybody, limits).await;
    let mut stream = TcpStream::connect(door.address).await.unwrap();
    send(&mut stream, b"FOUR").await;
    assert_eq!(answer(&mut stream).await, b"FOUR");
    send(&mut stream, b"FIVE!").await;
    assert_eq!(answer(&mut stream).await, b"TOO LARGE");
    assert_eq!(answer(&mut stream).await, b"");
}

#[tokio::test]
async fn another_protocol_is_closed() {
    let door = open(Peers::Everybody, MllpLimits::default()).await;
    let mut stream = TcpStream::connect(door.address).await.unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
    assert_eq!(answer(&mut stream).await, b"");
    assert_eq!(door.counters.not_mllp.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn a_message_that_breaks_the_handler_ends_that_message_only() {
    let door = open(Peers::Everybody, MllpLimits::default()).await;
    let mut stream = TcpStream::connect(door.address).await.unwrap();
    send(&mut stream, b"PANIC").await;
    assert_eq!(answer(&mut stream).await, b"BROKEN");
    send(&mut stream, b"ONE").await;
    assert_eq!(answer(&mut stream).await, b"ONE");
}

#[tokio::test]
async fn in_a_full_house_the_quietest_peer_makes_room_but_never_a_busy_one() {
    let limits = MllpLimits {
        connections: 2,
        ..MllpLimits::default()
    };
    let door = open(Peers::Everybody, limits).await;
    let mut busy = TcpStream::connect(door.address).await.unwrap();
    send(&mut busy, b"WAIT").await;
    door.handler.entered.acquire().await.unwrap().forget();
    let mut quiet = TcpStream::connect(door.address).await.unwrap();
    send(&mut quiet, b"ONE").await;
    assert_eq!(answer(&mut quiet).await, b"ONE");
    let mut third = TcpStream::connect(door.address).await.unwrap();
    send(&mut third, b"TWO").await;
    assert_eq!(answer(&mut third).await, b"TWO");
    assert_eq!(answer(&mut quiet).await, b"");
    door.handler.permits.add_permits(1);
    assert_eq!(answer(&mut busy).await, b"WAIT");
}

#[tokio::test]
async fn stopping_finishes_the_answer_in_work_and_then_ends() {
    let door = open(Peers::Everybody, MllpLimits::default()).await;
    let mut busy = TcpStream::connect(door.address).await.unwrap();
    let mut silent = TcpStream::connect(door.address).await.unwrap();
    send(&mut busy, b"WAIT").await;
    door.handler.entered.acquire().await.unwrap().forget();
    door.stop.cancel();
    assert_eq!(answer(&mut silent).await, b"");
    door.handler.permits.add_permits(1);
    assert_eq!(answer(&mut busy).await, b"WAIT");
    assert_eq!(answer(&mut busy).await, b"");
    door.task.await.unwrap();
    assert!(TcpStream::connect(door.address).await.is_err());
}
