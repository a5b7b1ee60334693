//! What holds for the house as a whole, and for the program as it is run.

#[cfg(test)]
mod house;
