//! The DICOM room from outside.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a helper of a test may fail it; what is left out is printed"
)]

mod dcmtk;
mod desk;
mod lying_peers;
mod peer;
mod storage;
mod worklist;
