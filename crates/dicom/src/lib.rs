//! DICOM: [`objects`] are bytes ↔ values, without sockets.

pub mod objects;
