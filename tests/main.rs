//! The real program among other people's programs.
