//! Room: workflow.
