//! DICOM: [`objects`] are bytes ↔ values, without sockets; [`node`] speaks to modalities over associations and
//! may use `objects`, never the other way round.

pub mod objects;

pub mod node;
