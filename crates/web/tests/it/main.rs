//! The door on a real SQLite store, without a socket.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests end the test"
)]

mod access;
mod browser;
#[allow(dead_code, reason = "the gallery uses the rest")]
mod department;
mod pages;
