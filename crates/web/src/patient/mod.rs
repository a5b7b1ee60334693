//! The patient's own page: every sentence comes from `letters` and `locales/`; the templates hold none.

pub mod around;
pub mod code;
pub mod door;
mod dose_told;
pub mod doses;
pub mod letter;
pub mod page;
pub mod plan;
pub mod refused;
pub mod visit;
