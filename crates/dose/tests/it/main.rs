//! One binary; a module per topic.

mod acting;
mod closed_forms;
mod fixture;
mod map_laws;
mod oracle;
mod shipped;
mod studies;
