//! Room: knowledge.
