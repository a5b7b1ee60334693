#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod department;
mod fhir;
mod mllp;
mod outside_files;
mod reading;
mod receiving;
mod robustness;
