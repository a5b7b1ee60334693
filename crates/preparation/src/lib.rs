//! Room: preparation.
