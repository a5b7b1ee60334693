//! Room: case.
