//! The figures: start, idle memory, orders, pages, and worklist answers with a full day and with a thousand booked cases.

use crate::booking::Weeks;
use crate::peer;
use anyhow::{Context, Result, ensure};
use interoperability::folder::Folder;
use interoperability::hospital;
use interoperability::mllp::{Sender, acknowledged};
use interoperability::program::{Program, Setup};
use interoperability::staff::Staff;
use interoperability::worklist::Modality;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const STARTS: usize = 5;
const QUERIES: usize = 500;
const ORDERS: u32 = 2000;
const SENDERS: u32 = 4;
const PAGES: usize = 200;
/// Cases of one full day, and of the weeks around it.
const DAY: u32 = 24;
const BOOKED: u32 = 1000;

/// Measures everything that the program offers.
pub fn all(program: &str) -> Result<()> {
    let folder = Folder::new("bench")?;
    let named = Setup {
        binary: Some(std::path::absolute(program)?),
        ..Setup::default()
    };
    let setup = hospital::open(&folder, named)?;
    say("start_to_ready_ms", starts(&setup));
    let running = Program::start(&folder, &setup)?;
    say("idle_resident_mb", idle(&running));
    say("orders_per_second", orders(&running));
    let weeks = Weeks::find(&folder, &setup, &running, BOOKED)?;
    say("bookings_per_second", weeks.book(&running, 0..DAY));
    let day = weeks.first_day("%Y%m%d");
    let board = format!("/board?day={}", weeks.first_day("%Y-%m-%d"));
    say(
        "worklist_of_a_day_ms",
        worklist(&running.dicom, &day, QUERIES),
    );
    say("board_page_ms", page(&running, &board));
    say("bookings_per_second", weeks.book(&running, DAY..BOOKED));
    say(
        "worklist_of_a_day_among_1000_ms",
        worklist(&running.dicom, &day, QUERIES),
    );
    say(
        "worklist_of_all_among_1000_ms",
        worklist(&running.dicom, "", QUERIES / 10),
    );
    say(
        "wlmscpfs_worklist_ms",
        peer::wlmscpfs(&folder, &running.dicom, &day),
    );
    say("board_page_among_1000_ms", page(&running, &board));
    say("case_page_ms", page(&running, &weeks.a_case_page()));
    say("loaded_resident_mb", idle(&running));
    ensure!(running.stop()? == 0, "the program did not stop politely");
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the figures are this program's output")]
fn say(figure: &str, found: Result<Value>) {
    let mut line = json!({"figure": figure, "cores": cores()});
    let (key, value) = match found {
        Ok(value) => ("value", value),
        Err(failed) => ("not_measured", format!("{failed:#}").into()),
    };
    if let Some(line) = line.as_object_mut() {
        line.insert(key.to_owned(), value);
    }
    println!("{line}");
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(0, usize::from)
}

/// From the start of the process to its ready line, on a new folder each time.
fn starts(setup: &Setup) -> Result<Value> {
    let mut times = Vec::new();
    for _ in 0..STARTS {
        let folder = Folder::new("start")?;
        let setup = Setup {
            settings: hospital::settings(&folder),
            ..setup.clone()
        };
        std::fs::create_dir_all(folder.path().join("site"))?;
        let program = Program::start(&folder, &setup)?;
        times.push(program.ready_after);
        program.kill()?;
    }
    Ok(spread(times))
}

fn idle(program: &Program) -> Result<Value> {
    Ok(round(program.resident_kb()? as f64 / 1024.0))
}

/// Orders of new patients, each acknowledged before the next one of its connection.
fn orders(program: &Program) -> Result<Value> {
    let begun = Instant::now();
    let senders: Vec<_> = (0..SENDERS)
        .map(|sender| {
            let address = program.mllp.clone();
            std::thread::spawn(move || -> Result<Vec<Duration>> {
                let mut connection = Sender::connect(&address)?;
                let mut times = Vec::new();
                for number in (sender..ORDERS).step_by(SENDERS as usize) {
                    let sent = Instant::now();
                    let answer =
                        connection.send(&hospital::order(number, "kidney_native_biopsy"))?;
                    times.push(sent.elapsed());
                    let (code, segment) = acknowledged(&answer);
                    ensure!(code == "AA", "order {number}: {segment}");
                }
                Ok(times)
            })
        })
        .collect();
    let mut times = Vec::new();
    for sender in senders {
        times.extend(sender.join().ok().context("a sender ended")??);
    }
    let seconds = begun.elapsed().as_secs_f64();
    Ok(json!({
        "per_second": round(times.len() as f64 / seconds), "orders": times.len(), "connections": SENDERS,
        "acknowledged_ms": spread(times),
    }))
}

/// What the modality wants to see of each step.
const KEYS: [(u16, u16, &str); 5] = [
    (0x0008, 0x0050, ""),
    (0x0010, 0x0010, ""),
    (0x0010, 0x0020, ""),
    (0x0020, 0x000d, ""),
    (0x0032, 0x1060, ""),
];

/// One open association of ANGIO1 that asks for its day, or for all its days, again and again.
pub fn worklist(address: &str, day: &str, queries: usize) -> Result<Value> {
    let mut modality = Modality::associate(address, "ANGIO1")?;
    let step = [
        (0x0008, 0x0060, "XA"),
        (0x0040, 0x0001, "ANGIO1"),
        (0x0040, 0x0002, day),
        (0x0040, 0x0003, ""),
        (0x0040, 0x0007, ""),
    ];
    let mut times = Vec::new();
    let mut answers = 0;
    for _ in 0..queries {
        let asked = Instant::now();
        answers = modality.find(&KEYS, &step)?.len();
        times.push(asked.elapsed());
    }
    modality.release()?;
    Ok(json!({"answers": answers, "spread": spread(times)}))
}

/// One page, for a coordinator, again and again; each time over a connection of its own.
fn page(program: &Program, path: &str) -> Result<Value> {
    let mut staff = Staff::log_in(&program.http, "coordinator")?;
    let mut times = Vec::new();
    let mut bytes = 0;
    for _ in 0..PAGES {
        let asked = Instant::now();
        let page = staff.open(path)?;
        times.push(asked.elapsed());
        ensure!(page.status == 200, "{path}: {}", page.status);
        bytes = page.body.len();
    }
    Ok(json!({"bytes": bytes, "spread": spread(times)}))
}

/// Median, 99th percentile and the worst, in milliseconds.
fn spread(mut times: Vec<Duration>) -> Value {
    times.sort();
    let at = |share: f64| {
        let place = (times.len().saturating_sub(1) as f64 * share).round() as usize;
        times
            .get(place)
            .map(|time| round(time.as_secs_f64() * 1000.0))
    };
    json!({"p50": at(0.5), "p99": at(0.99), "max": at(1.0), "times": times.len()})
}

fn round(figure: f64) -> Value {
    ((figure * 100.0).round() / 100.0).into()
}
