//! Reads `knowledge/` into typed, checked rules.

pub mod pathway;
