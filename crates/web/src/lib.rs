//! The staff app, the patient's page and our own API.
//!
//! Every route stands in [`router`]; [`guard`] lets nobody in without a row of the access table; a handler reads,
//! calls `workflow`, and fills a page struct. No decision in a template.

pub mod address;
pub mod api;
pub mod assets;
pub mod fields;
pub mod guard;
pub mod headers;
pub mod layout;
pub mod live;
pub mod operations;
pub mod pages;
pub mod patient;
pub mod refusal;
pub mod router;
mod seats;
pub mod server;
pub mod state;
pub mod times;
pub mod words;

pub use router::router;
pub use state::State;
