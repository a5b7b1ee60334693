//! Integration tests of the letters room.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "tests"
)]

mod after;
mod calendar;
mod from_preparation;
mod locales;
mod mission;
mod pdf;
mod plans;
mod reading_level;
mod told_or_not;
