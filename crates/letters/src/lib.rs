//! Room: letters.
