//! The real program among other people's programs.

#[cfg(test)]
mod peers;
#[cfg(test)]
mod storyboard;
