//! Room: exchange.
