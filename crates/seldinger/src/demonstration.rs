//! `seldinger serve --demo`: a made-up department that plays one day by the same doors as real life.
//!
//! Orders and blood values come in as HL7 texts, pictures and dose reports as objects of modalities that have asked
//! the worklist, everything else as commands of named staff. What is due, and at which moment, follows from a case's
//! state alone ([`scene`]), so filling, playing and going on after a restart are the same walk ([`player`]).

mod accounts;
mod afterwards;
mod calendar;
mod clock;
mod facts;
mod messages;
mod objects;
mod player;
mod room;
mod scene;
mod site;
mod staff;
mod story;

pub use accounts::{log_in_lines, make_accounts};
pub use clock::{Began, begin};
pub use player::play;
pub use site::fill_in;

#[cfg(test)]
mod tests;
