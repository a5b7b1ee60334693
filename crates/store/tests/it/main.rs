//! The same suite on both databases. PostgreSQL is left out, and said so, where `SELDINGER_TEST_POSTGRES` is unset.

#[cfg(test)]
mod archive;
#[cfg(test)]
mod database;
#[cfg(test)]
mod events;
#[cfg(test)]
mod objects;
