//! Room: dose.
