//! The door to other systems: HL7 v2 over MLLP; FHIR R4 Bundles that a plan is asked for.
//!
//! `hl7` turns bytes into plain values of `workflow::incoming` and writes acknowledgements; `mllp` is the
//! listener. Writing happens only through `workflow`.

pub mod fhir;
pub mod hl7;
pub mod mllp;
