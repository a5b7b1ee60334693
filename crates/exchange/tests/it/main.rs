#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::duplicate_mod,
    reason = "a test fails by panicking"
)]

mod department;
mod fhir;
mod mllp;
mod outside_files;
mod reading;
mod robustness;

/// What the department has after a message, on each database.
#[path = "."]
mod on_sqlite {
    #[path = "receiving.rs"]
    mod receiving;
}
#[path = "."]
mod on_postgresql {
    #[path = "receiving.rs"]
    mod receiving;
}
