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
mod department;
mod pages;
mod patient_door;
mod patient_visit;
mod patient_words;
