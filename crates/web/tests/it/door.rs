//! The listener: slow, silent and lying peers hold nothing but their own connection.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::routing::{get, post};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use web::server::{WebCounters, WebLimits, serve};

/// Longer than the kernel holds for a peer that does not read.
const LONG: usize = 32 * 1024 * 1024;

struct Door {
    address: SocketAddr,
    counters: Arc<WebCounters>,
    /// Lets one request of `/gate` through for each permit.
    gate: Arc<Semaphore>,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

async fn door(change: impl FnOnce(&mut WebLimits)) -> Door {
    let gate = Arc::new(Semaphore::new(0));
    let held = Arc::clone(&gate);
    let router = Router::new()
        .route("/", get(|| async { "served" }))
        .route(
            "/form",
            post(|form: Bytes| async move { form.len().to_string() }),
        )
        .route("/long", get(|| async { Body::from(vec![b'x'; LONG]) }))
        .route(
            "/gate",
            get(|| async move {
                held.acquire().await.unwrap().forget();
                "through"
            }),
        );
    let mut limits = WebLimits::default();
    change(&mut limits);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let counters = Arc::new(WebCounters::default());
    let stop = CancellationToken::new();
    let task = tokio::spawn(serve(
        listener,
        router,
        limits,
        Arc::clone(&counters),
        stop.clone(),
    ));
    Door {
        address,
        counters,
        gate,
        stop,
        task,
    }
}

impl Door {
    async fn says(&self, bytes: &str) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(bytes.as_bytes()).await.unwrap();
        stream
    }

    /// A peer of its own that asks and is served.
    async fn serves_another(&self) {
        let mut stream = self
            .says("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            .await;
        assert!(rest(&mut stream).await.ends_with("served"));
    }
}

/// Everything up to the end of the connection.
async fn rest(stream: &mut TcpStream) -> String {
    let mut heard = Vec::new();
    // A peer that was cut off in the middle hears a reset.
    let _ = stream.read_to_end(&mut heard).await;
    String::from_utf8(heard).unwrap()
}

async fn until(counter: &AtomicU64, count: u64) {
    while counter.load(Ordering::Relaxed) < count {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn another_is_served_while_slow_peers_hold_their_connections() {
    let door = door(|limits| limits.connections = 31).await;
    let mut heads = Vec::new();
    let mut forms = Vec::new();
    let mut readers = Vec::new();
    for _ in 0..10 {
        heads.push(door.says("GET / HTTP/1.1\r\nHo").await);
        forms.push(
            door.says("POST /form HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nab")
                .await,
        );
        readers.push(
            door.says("GET /long HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                .await,
        );
    }
    until(&door.counters.connections, 30).await;
    for _ in 0..5 {
        door.serves_another().await;
    }
    // The slow ones were still held: each is served when it goes on.
    assert_eq!(door.counters.evicted.load(Ordering::Relaxed), 0);
    for stream in &mut heads {
        stream
            .write_all(b"st: x\r\nConnection: close\r\n\r\n")
            .await
            .unwrap();
        assert!(rest(stream).await.ends_with("served"));
    }
    for stream in &mut forms {
        stream.write_all(b"cd").await.unwrap();
        let mut heard = [0; 12];
        stream.read_exact(&mut heard).await.unwrap();
        assert_eq!(&heard, b"HTTP/1.1 200");
    }
    let mut reader = readers.pop().unwrap();
    assert!(rest(&mut reader).await.len() > LONG);
}

#[tokio::test]
async fn in_a_full_house_the_quietest_gives_way_and_what_is_answered_stays() {
    let door = door(|limits| limits.connections = 2).await;
    let mut answered = door
        .says("GET /gate HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        .await;
    until(&door.counters.connections, 1).await;
    let mut silent = door.says("").await;
    until(&door.counters.connections, 2).await;
    // The request of the first is in work by now, or at least younger than the silence of nobody.
    door.gate.add_permits(1);
    assert!(rest(&mut answered).await.ends_with("through"));
    let mut working = door
        .says("GET /gate HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        .await;
    until(&door.counters.connections, 3).await;
    door.serves_another().await;
    assert_eq!(rest(&mut silent).await, "");
    door.gate.add_permits(1);
    assert!(rest(&mut working).await.ends_with("through"));
}

#[tokio::test]
async fn an_address_that_takes_its_share_takes_nothing_of_another() {
    let door = door(|limits| limits.connections_per_address = 4).await;
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.2:0".parse().unwrap()).unwrap();
    let mut other = socket.connect(door.address).await.unwrap();
    other.write_all(b"GET / HTTP/1.1\r\nHo").await.unwrap();
    until(&door.counters.connections, 1).await;
    let mut greedy = Vec::new();
    for _ in 0..12 {
        greedy.push(door.says("GET / HTTP/1.1\r\n").await);
    }
    until(&door.counters.evicted, 8).await;
    other
        .write_all(b"st: x\r\nConnection: close\r\n\r\n")
        .await
        .unwrap();
    assert!(rest(&mut other).await.ends_with("served"));
}

#[tokio::test]
async fn too_much_is_refused_in_words() {
    let door = door(|limits| {
        limits.body_bytes = 8;
        limits.head_bytes = 200;
    })
    .await;
    let head = "POST /form HTTP/1.1\r\nHost: x\r\n";
    let check = async |said: String, status: &str| {
        let mut stream = door.says(&said).await;
        let heard = rest(&mut stream).await;
        assert!(heard.starts_with(&format!("HTTP/1.1 {status}")), "{heard}");
    };
    check(
        format!("{head}Connection: close\r\nContent-Length: 8\r\n\r\n12345678"),
        "200",
    )
    .await;
    check(format!("{head}Content-Length: 9\r\n\r\n"), "413").await;
    check(
        format!("{head}Transfer-Encoding: chunked\r\n\r\n9\r\n123456789\r\n0\r\n\r\n"),
        "413",
    )
    .await;
    check(format!("{head}X: {}\r\n\r\n", "x".repeat(200)), "431").await;
    assert_eq!(door.counters.too_large.load(Ordering::Relaxed), 2);
    door.serves_another().await;
}

#[tokio::test]
async fn whoever_sends_too_slowly_is_closed() {
    let door = door(|limits| {
        limits.head = Duration::from_millis(200);
        limits.body = Duration::from_millis(200);
    })
    .await;
    let mut silent = door.says("").await;
    let mut head = door.says("GET / HTTP/1.1\r\nHo").await;
    let mut form = door
        .says("POST /form HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n")
        .await;
    assert!(!rest(&mut silent).await.contains("200"));
    assert!(!rest(&mut head).await.contains("200"));
    let heard = rest(&mut form).await;
    assert!(heard.starts_with("HTTP/1.1 408"), "{heard}");
    until(&door.counters.too_slow, 3).await;
    door.serves_another().await;
}

#[tokio::test]
async fn whoever_takes_nothing_of_an_answer_is_closed() {
    let door = door(|limits| limits.stalled = Duration::from_millis(200)).await;
    let mut reader = door.says("GET /long HTTP/1.1\r\nHost: x\r\n\r\n").await;
    until(&door.counters.too_slow, 1).await;
    assert!(rest(&mut reader).await.len() < LONG);
    door.serves_another().await;
}

#[tokio::test]
async fn a_door_that_is_told_to_stop_finishes_what_has_begun() {
    let mut door = door(|_| {}).await;
    let mut answered = door.says("GET /gate HTTP/1.1\r\nHost: x\r\n\r\n").await;
    until(&door.counters.connections, 1).await;
    // Its answer must be in work, else the connection is an idle one.
    door.serves_another().await;
    door.stop.cancel();
    door.gate.add_permits(1);
    let heard = rest(&mut answered).await;
    assert!(heard.is_empty() || heard.ends_with("through"), "{heard}");
    (&mut door.task).await.unwrap();
    assert!(TcpStream::connect(door.address).await.is_err());
}
