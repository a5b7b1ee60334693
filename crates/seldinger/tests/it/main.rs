//! What holds for the house as a whole, and for the program as it is run.

#[cfg(test)]
mod backup;
#[cfg(test)]
mod check;
#[cfg(test)]
mod house;
#[cfg(test)]
mod site;
