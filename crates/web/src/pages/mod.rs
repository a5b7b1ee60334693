//! One file for each page: read, ask `workflow`, fill the page's struct.

pub mod board;
pub mod errors;
pub mod log_in;
