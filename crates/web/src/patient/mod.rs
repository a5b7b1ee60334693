//! The patient's own page: every sentence comes from `letters` and `locales/`.

pub mod letter;
pub mod page;
pub mod plan;
