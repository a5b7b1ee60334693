//! `make bench-dose`: skin dose maps and report import, side by side with other people's programs in one run.
//!
//! One JSON line a figure on standard output; nothing is asserted. Environment:
//! `SELDINGER_TEST_DATA` (holds `data/rdsr`), `SELDINGER_PROGRAM` (the built program, for the whole command),
//! `SELDINGER_BENCH_PEERS` (folder with the peers' environments `venv` and `openrem`) and
//! `SELDINGER_BENCH_PEER_SCRIPTS` (folder with `skin_dose.py` and `openrem_import.py`). What is not there is left out
//! and said.

mod import;
mod maps;
mod peers;

use serde_json::{Value, json};
use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

type Done<T> = Result<T, Box<dyn Error>>;

/// The published example procedure: 24 events of a Siemens AXIOM-Artis.
const EXAMPLE: &str = "data/rdsr/siemens_axiom_example_procedure.dcm";

fn main() -> ExitCode {
    match all() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failed) => {
            eprintln!("bench-dose: {failed}");
            ExitCode::FAILURE
        }
    }
}

fn all() -> Done<()> {
    let folder = std::env::var_os("SELDINGER_TEST_DATA").ok_or("SELDINGER_TEST_DATA is not set")?;
    let file = PathBuf::from(folder).join(EXAMPLE);
    let mut ours = maps::all(&file)?;
    ours.push(import::all(&file)?);
    let theirs = peers::all(&file)?;
    peers::ratios(&ours, &theirs);
    Ok(())
}

/// One figure of ours: name and median, in the unit of the name.
struct Figure {
    name: &'static str,
    median: f64,
}

/// Times `work` so many times, in milliseconds, and says the figure with `more` beside it.
fn timed<T>(
    name: &'static str,
    runs: usize,
    more: Value,
    mut work: impl FnMut() -> Done<T>,
) -> Done<Figure> {
    let mut times = Vec::with_capacity(runs);
    for _ in 0..runs {
        let start = Instant::now();
        std::hint::black_box(work()?);
        times.push(start.elapsed().as_secs_f64() * 1e3);
    }
    Ok(figure(name, times, more))
}

fn figure(name: &'static str, mut times: Vec<f64>, more: Value) -> Figure {
    times.sort_by(f64::total_cmp);
    let at = |share: f64| {
        let place = (share * times.len() as f64) as usize;
        times
            .get(place.min(times.len().saturating_sub(1)))
            .copied()
            .unwrap_or(f64::NAN)
    };
    let mut line = json!({
        "peer": "seldinger", "figure": name, "runs": times.len(),
        "min": at(0.0), "median": at(0.5), "p95": at(0.95), "max": at(1.0),
    });
    if let (Some(line), Some(more)) = (line.as_object_mut(), more.as_object()) {
        line.extend(more.clone());
    }
    say(&line);
    Figure {
        name,
        median: at(0.5),
    }
}

#[expect(clippy::print_stdout, reason = "the figures are this program's output")]
fn say(line: &Value) {
    println!("{line}");
}
