//! The listener of the web door: many browsers, each connection in its own task, none able to hold up another.
//!
//! A connection that sends its request slowly, or none, is closed after the head or body time; one that takes nothing of
//! an answer after the stall time. A form is read whole before a handler begins, so that a slow sender holds nothing
//! but its own connection. When all places are taken, the connection that has been quiet longest makes room, never one
//! whose request is being answered.

use crate::guard::FORM_BYTES_MAX;
use crate::seats::{Room, Seat};
use axum::Router;
use axum::body::{Body, HttpBody, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::header::CONNECTION;
use axum::http::{HeaderValue, Request, StatusCode};
use axum::response::{IntoResponse, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

/// The listener reads no less than this at a time.
const BUFFER_MIN: usize = 8192;

/// Limits of the web door; the defaults stand on the settings page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WebLimits {
    /// Connections at one time, from everybody together.
    pub connections: usize,
    /// Connections at one time from one address; behind a proxy all come from its address.
    pub connections_per_address: usize,
    /// Bytes of the request line and the headers.
    pub head_bytes: usize,
    /// Bytes of one form.
    pub body_bytes: usize,
    /// From the connection, or the last answer, to the last byte of the next request's head.
    pub head: Duration,
    /// From the head to the last byte of the form.
    pub body: Duration,
    /// How long a peer may take nothing of an answer.
    pub stalled: Duration,
    /// What a page that is still being sent gets when the program stops; a live board would never end by itself.
    pub drain: Duration,
}

impl Default for WebLimits {
    fn default() -> Self {
        Self {
            connections: 512,
            connections_per_address: 128,
            head_bytes: 64 * 1024,
            body_bytes: FORM_BYTES_MAX,
            head: Duration::from_secs(30),
            body: Duration::from_secs(30),
            stalled: Duration::from_secs(60),
            drain: Duration::from_secs(5),
        }
    }
}

/// What happened at the door since the start, for `/metrics`.
#[derive(Debug, Default)]
pub struct WebCounters {
    pub connections: AtomicU64,
    /// Quiet connections that made room.
    pub evicted: AtomicU64,
    /// Closed at once: all places were taken by requests in work.
    pub refused: AtomicU64,
    /// Heads, forms or answers that took too long.
    pub too_slow: AtomicU64,
    pub too_large: AtomicU64,
}

fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

/// Serves until `stop` is cancelled and every answer in work is sent (or the drain time is over).
pub async fn serve(
    listener: TcpListener,
    router: Router,
    limits: WebLimits,
    counters: Arc<WebCounters>,
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
                tracing::warn!(%error, "could not accept a web connection");
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        let Some(entered) = room.enter(address.ip(), &limits) else {
            count(&counters.refused);
            continue;
        };
        count(&counters.connections);
        if entered.made_room {
            count(&counters.evicted);
        }
        let connection = Connection {
            router: router.clone(),
            address,
            limits,
            counters: Arc::clone(&counters),
            seat: entered.seat,
        };
        tasks.spawn(connection.run(stream, stop.clone()));
    }
    drop(listener);
    let all = async { while tasks.join_next().await.is_some() {} };
    if timeout(limits.drain, all).await.is_err() {
        tracing::info!("pages that were still being sent are cut");
    }
}

/// One connection. The seat is free again when it is dropped.
struct Connection {
    router: Router,
    address: SocketAddr,
    limits: WebLimits,
    counters: Arc<WebCounters>,
    seat: Arc<Seat>,
}

impl Connection {
    async fn run(self, stream: TcpStream, stop: CancellationToken) {
        let _ = stream.set_nodelay(true);
        let watched = Watched {
            stream,
            seat: Arc::clone(&self.seat),
        };
        let service = service_fn(|request| self.answer(request));
        let mut served = pin!(
            http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(self.limits.head)
                .max_header_size(self.limits.head_bytes)
                .max_buf_size(self.limits.head_bytes.max(BUFFER_MIN))
                .serve_connection(TokioIo::new(watched), service)
        );
        let mut stalled = pin!(self.stalled());
        let mut is_stopping = false;
        loop {
            tokio::select! {
                ended = served.as_mut() => {
                    if ended.is_err_and(|error| error.is_timeout()) {
                        count(&self.counters.too_slow);
                    }
                    return;
                }
                () = self.seat.asked_to_leave() => return,
                () = stalled.as_mut() => {
                    count(&self.counters.too_slow);
                    return;
                }
                () = stop.cancelled(), if !is_stopping => {
                    is_stopping = true;
                    served.as_mut().graceful_shutdown();
                }
            }
        }
    }

    /// Ends when nothing has gone over the wire for the stall time, except while a request is being answered.
    async fn stalled(&self) {
        loop {
            let left = self.limits.stalled.saturating_sub(self.seat.quiet_for());
            if left.is_zero() && !self.seat.is_busy() {
                return;
            }
            tokio::time::sleep(left.max(Duration::from_millis(100))).await;
        }
    }

    async fn answer(&self, request: Request<Incoming>) -> Result<Response, Infallible> {
        let (mut parts, body) = request.into_parts();
        parts.extensions.insert(ConnectInfo(self.address));
        let most = self.limits.body_bytes;
        if body.size_hint().lower() > most as u64 {
            return Ok(self.not_taken(StatusCode::PAYLOAD_TOO_LARGE));
        }
        let read = timeout(self.limits.body, to_bytes(Body::new(body), most));
        let form = match read.await {
            Ok(Ok(bytes)) => bytes,
            Ok(Err(_)) => return Ok(self.not_taken(StatusCode::PAYLOAD_TOO_LARGE)),
            Err(_) => return Ok(self.not_taken(StatusCode::REQUEST_TIMEOUT)),
        };
        self.seat.set_busy(true);
        let request = Request::from_parts(parts, Body::from(form));
        let answer = self.router.clone().oneshot(request).await;
        self.seat.set_busy(false);
        answer
    }

    /// The rest of the form is not read, so the connection ends with this answer.
    fn not_taken(&self, status: StatusCode) -> Response {
        count(match status {
            StatusCode::REQUEST_TIMEOUT => &self.counters.too_slow,
            _ => &self.counters.too_large,
        });
        let mut response = (status, "the form was not taken\n").into_response();
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(CONNECTION, close);
        response
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.seat.leave();
    }
}

/// A stream that tells its seat when bytes move.
struct Watched {
    stream: TcpStream,
    seat: Arc<Seat>,
}

impl Watched {
    fn moved(&self, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        if matches!(written, Poll::Ready(Ok(bytes)) if bytes > 0) {
            self.seat.moved();
        }
        written
    }
}

impl AsyncRead for Watched {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(context, buffer);
        if buffer.filled().len() > before {
            self.seat.moved();
        }
        polled
    }
}

impl AsyncWrite for Watched {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.moved(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, bytes);
        self.moved(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
