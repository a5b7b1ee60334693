//! The door on a real store of each kind, without a socket; `door` is about the sockets alone.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::duplicate_mod,
    reason = "helpers of tests end the test"
)]

mod browser;
mod department;
mod door;
mod patient_words;

/// Who sees what, and every page, on each database.
#[path = "."]
mod on_sqlite {
    #[path = "access.rs"]
    mod access;
    #[path = "around_the_case.rs"]
    mod around_the_case;
    #[path = "pages.rs"]
    mod pages;
    #[path = "patient_door.rs"]
    mod patient_door;
    #[path = "patient_visit.rs"]
    mod patient_visit;
}
#[path = "."]
mod on_postgresql {
    #[path = "access.rs"]
    mod access;
    #[path = "around_the_case.rs"]
    mod around_the_case;
    #[path = "pages.rs"]
    mod pages;
    #[path = "patient_door.rs"]
    mod patient_door;
    #[path = "patient_visit.rs"]
    mod patient_visit;
}
