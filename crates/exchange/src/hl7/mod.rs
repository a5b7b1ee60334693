//! HL7 v2: from bytes to plain values, through `workflow`, and back to an acknowledgement. No sockets here.

pub mod fault;
pub mod limits;

pub mod charset;
pub mod escape;
pub mod message;
pub mod split;

pub mod sender;
pub mod value;

pub mod adt;
pub mod orm;
pub mod oru;
pub mod patient;
pub mod siu;

pub mod acknowledge;
pub mod read;
pub mod receive;
