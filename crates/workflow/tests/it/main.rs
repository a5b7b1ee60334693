//! What happens in a department, on SQLite and, where `SELDINGER_TEST_POSTGRES` is set, on PostgreSQL.

#[cfg(test)]
mod department;

#[cfg(test)]
mod acting;
#[cfg(test)]
mod arrival;
#[cfg(test)]
mod by_hand;
#[cfg(test)]
mod dose;
#[cfg(test)]
mod facts;
#[cfg(test)]
mod loop_closed;
