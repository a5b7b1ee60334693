//! One file per page.

pub mod acts;
pub mod banner;
pub mod board;
pub mod case;
pub mod dose;
pub mod errors;
pub mod events;
pub mod facts;
pub mod lists;
pub mod log_in;
pub mod new_case;
pub mod opened;
pub mod plan_lines;
pub mod quarantined;
pub mod room;
pub mod timeline;
pub mod unmatched;
pub mod users;
