//! The door on a real SQLite store, without a socket.

mod access;
mod browser;
mod department;
mod pages;
