//! The real program among other people's programs.

#[cfg(test)]
mod kill;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod peers;
#[cfg(test)]
mod slow_peers;
#[cfg(test)]
mod storyboard;
