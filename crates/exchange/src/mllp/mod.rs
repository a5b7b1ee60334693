//! MLLP: HL7 v2 over TCP. `frame` finds messages in a stream, `server` keeps peers from disturbing each other.

pub mod frame;
pub mod peers;
pub mod server;
