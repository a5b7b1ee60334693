//! One binary; a module per topic.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "tests"
)]

mod acting;
mod closed_forms;
mod department;
mod fixture;
mod map_laws;
mod oracle;
mod packs;
mod shipped;
mod studies;
