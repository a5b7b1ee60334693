//! The made-up day on a real store: full at 07:30, played to the night, replayed from its events.

mod begin;
mod day;
mod stories;
