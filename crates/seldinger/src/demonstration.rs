//! `seldinger serve --demo`: a made-up department that plays one day by the same doors as real life.
//!
//! Orders and laboratory values come in as HL7 texts, everything else as commands of named staff. What is due
//! follows from a case's state and the demonstration's clock alone, so filling, playing and going on after a
//! restart are the same walk.

mod accounts;
mod clock;
mod messages;
mod player;
mod site;
mod steps;
mod story;

pub use accounts::{log_in_lines, make_accounts};
pub use clock::{Began, begin};
pub use player::play;
pub use site::fill_in;

#[cfg(test)]
mod tests;
