//! The real program and other people's programs around it.
