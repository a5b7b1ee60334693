//! The same suite on both databases. PostgreSQL is left out, and said so, where `SELDINGER_TEST_POSTGRES` is unset.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test fails by panicking; what is left out is printed"
)]

mod archive;
mod database;
#[cfg(test)]
mod event_body;
mod events;
mod objects;
