//! `make bench`: starts the program and measures it from outside; one JSON line a figure on standard output.
//!
//! `seldinger-bench PROGRAM` measures; `seldinger-bench PROGRAM --demonstration FOLDER` remakes a demonstration's day
//! there and stops. Nothing is asserted: a figure that could not be taken says why in its place.

mod booking;
mod demonstration;
mod figures;
mod peer;

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        [program] => figures::all(program),
        [program, "--demonstration", folder] => demonstration::remake(program, folder),
        _ => {
            eprintln!("usage: seldinger-bench PROGRAM [--demonstration FOLDER]");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failed) => {
            eprintln!("seldinger-bench: {failed:#}");
            ExitCode::FAILURE
        }
    }
}
