//! Room: workflow.

pub mod incoming;
pub mod site_codes;
