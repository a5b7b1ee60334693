//! The real program and other people's programs around it.
//!
//! Start at [`program::Program`], which runs the built binary on a folder of its own, and [`hospital`]. Its peers are a sender of HL7
//! ([`mllp`]), DCMTK's command line tools ([`dcmtk`]), Debian's Chromium ([`browser`]), poppler ([`pdf`]) and, when
//! a cluster is named in the environment, PostgreSQL ([`postgres`]). What is not installed is left out and counted
//! ([`peers`]), except under `make test`.

pub mod album;
pub mod browser;
pub mod dcmtk;
pub mod dimse;
pub mod folder;
pub mod hospital;
pub mod http;
pub mod mllp;
pub mod pdf;
pub mod peers;
pub mod postgres;
pub mod program;
pub mod staff;
pub mod storage;
pub mod worklist;
