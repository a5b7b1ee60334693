//! FHIR R4, read: a Bundle turns into what a plan is asked for. No sockets, nothing is written.
//!
//! * [`plan_requests`] – the entry: bytes of a Bundle in, one request for each ServiceRequest out
//! * [`node`] – JSON with the path of each element, so that a flaw names its place
//! * [`bundle`] – entries, references, whose resource it is
//! * [`code`], [`time`], [`value`] – coded concepts, partial dates, `value[x]`
//! * one file for each resource that is read

mod allergy;
mod appointment;
pub mod bundle;
mod chart;
pub mod code;
mod condition;
mod fact;
mod medicine;
pub mod node;
mod observation;
mod patient;
pub mod plan_requests;
mod service_request;
pub mod time;
pub mod value;

pub use plan_requests::{BundleRefused, Reading, read_bundle};
