//! Our own JSON API. The forms are a contract: see docs/reference/api.md.

pub mod cases;
pub mod plan;
pub mod unmatched;
