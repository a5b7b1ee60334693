//! The clinical sentences "How the tables combine", one by one and with both edges: the number of the sentence stands in
//! the name of its tests.

mod contrast_and_pregnancy;
mod gate;
mod holds;
mod kidneys_and_dates;
mod laboratory;
mod medicines;
mod people;
