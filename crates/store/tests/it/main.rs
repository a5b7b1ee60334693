//! The same suite on both databases. PostgreSQL is left out, and said so, where `SELDINGER_TEST_POSTGRES` is unset.

mod database;
#[cfg(test)]
mod event_body;
mod events;
mod objects;
