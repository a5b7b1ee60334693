//! What may follow what: the pathway's exits, its laws, and the stories that must end well.

#[cfg(test)]
mod exits;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod stories;
#[cfg(test)]
mod walk;
