//! The program is killed in the middle of its work, again and again: what it has acknowledged is there, and nothing
//! is half there. On SQLite and on PostgreSQL.
//!
//! `SELDINGER_TEST_KILLS` says how often on each database; unset: 10, in full size 200, and 500 with objects only.
//! `SELDINGER_TEST_SEED` chooses the moments; it is printed.

mod load;
mod proof;
mod record;
mod staff;

use anyhow::{Context, Result, ensure};
use interoperability::folder::Folder;
use interoperability::hospital::{self, account};
use interoperability::peers::{Peer, full_size, present};
use interoperability::postgres::Database;
use interoperability::program::{Program, Setup, run};
use load::{Load, Mix};
use proof::Proof;
use record::{Piece, Record};
use std::time::{Duration, Instant};

/// Work of the last run, which is not killed: some of each kind.
const LAST_PIECES: usize = 60;
/// `seldinger check` reads the whole store: not after each of many kills.
const CHECK_EVERY: u64 = 50;

/// Work acknowledged before the kill: so many pieces, and then a moment that falls anywhere in the next ones.
struct Moment {
    pieces: usize,
    then: Duration,
}

/// SplitMix64: the moments of a run follow from its seed.
struct Chance(u64);

impl Chance {
    fn next(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % below
    }

    fn moment(&mut self) -> Moment {
        Moment {
            pieces: 3 + usize::try_from(self.next(50)).unwrap_or(0),
            then: Duration::from_micros(self.next(30_000)),
        }
    }
}

fn number(name: &str, otherwise: u64) -> Result<u64> {
    match std::env::var(name) {
        Ok(text) => text.parse().with_context(|| format!("{name} is a number")),
        Err(_) => Ok(otherwise),
    }
}

/// Each round ends with a kill, and the next one resends what was cut off, as a sender without an answer does.
#[expect(clippy::print_stdout, reason = "how much the test has really done")]
fn killed_many_times(folder: &Folder, database: Option<String>, mix: Mix) -> Result<()> {
    let kills = number(
        "SELDINGER_TEST_KILLS",
        match (full_size(), mix) {
            (false, _) => 10,
            (true, Mix::Everything) => 200,
            (true, Mix::Objects) => 500,
        },
    )?;
    let seed = number("SELDINGER_TEST_SEED", 1)?;
    let name = format!(
        "{} on {}",
        mix.name(),
        database.as_ref().map_or("SQLite", |_| "PostgreSQL")
    );
    println!("{name}: {kills} kills, seed {seed}");
    let begun = Instant::now();
    let named = Setup {
        database,
        ..Setup::default()
    };
    let setup = hospital::open_with(folder, named, &[("coordinator", account("coordinator"))])?;
    let proof = Proof::new(folder, setup.database.clone())?;
    let mut chance = Chance(seed);
    let mut record = Record::default();
    let mut session = None;
    for round in 1..=kills {
        let moment = chance.moment();
        let program = Program::start(folder, &setup).with_context(|| format!("round {round}"))?;
        let again = std::mem::take(&mut record.cut_off);
        let load = Load::begin(&program, mix, round, again, session)?;
        let waited = load.wait_for(moment.pieces, moment.then);
        program.kill()?;
        let (done, person) = load.end();
        session = person;
        waited.with_context(|| format!("round {round}"))?;
        proof
            .all_there(&done)
            .with_context(|| format!("after kill {round} of seed {seed}"))?;
        if round % CHECK_EVERY == 0 {
            check_finds(folder, &setup, true)?;
        }
        record.append(done);
    }
    // Once more over everything, after a last start in which the rest was sent again, and a polite stop.
    let program = Program::start(folder, &setup)?;
    let again = std::mem::take(&mut record.cut_off);
    let load = Load::begin(&program, mix, kills + 1, again, session)?;
    load.wait_for(LAST_PIECES, Duration::ZERO)?;
    record.append(load.end().0);
    ensure!(program.stop()? == 0, "it did not stop politely");
    proof.all_there(&record).context("at the end")?;
    proof.nothing_arriving()?;
    check_finds(folder, &setup, true)?;
    println!(
        "{name}: {} in {kills} kills, {:.2} minutes; all there, nothing half there",
        record.words(),
        begun.elapsed().as_secs_f64() / 60.0
    );
    the_proof_can_fail(folder, &setup, &proof, &record)
}

/// `seldinger check`: each event stream without a gap, the read rows as the replayed events say, each named object there.
fn check_finds(folder: &Folder, setup: &Setup, all_well: bool) -> Result<()> {
    let output = run(folder, setup, &["check"], "")?;
    let words = String::from_utf8_lossy(&output.stdout).into_owned();
    let expected = if all_well { Some(0) } else { Some(1) };
    ensure!(output.status.code() == expected, "check said:\n{words}");
    Ok(())
}

/// What was never sent is missed, other bytes are seen, and an object without its bytes is seen twice.
fn the_proof_can_fail(
    folder: &Folder,
    setup: &Setup,
    proof: &Proof,
    record: &Record,
) -> Result<()> {
    for kind in record.kinds() {
        let real = record
            .acknowledged
            .iter()
            .find(|piece| piece.kind() == kind);
        let dropped = real.context("no such piece")?.never_sent();
        let alone = Record::of(dropped);
        ensure!(
            proof.all_there(&alone).is_err(),
            "a lost {kind} would not be seen"
        );
    }
    let object = record.acknowledged.iter().find_map(|piece| match piece {
        Piece::Object(object) => Some(object),
        _ => None,
    });
    let object = object.context("no object was sent")?;
    let mut other = object.clone();
    other.sha256 = record::sha256(b"other bytes");
    let other = Record::of(Piece::Object(other));
    ensure!(
        proof.all_there(&other).is_err(),
        "other bytes were not seen"
    );
    let file = proof.file_of(object)?;
    let bytes = std::fs::read(&file)?;
    let whole = Record::of(Piece::Object(object.clone()));
    for damaged in [None, Some(bytes.get(1..).unwrap_or_default())] {
        match damaged {
            None => std::fs::remove_file(&file)?,
            Some(bytes) => std::fs::write(&file, bytes)?,
        }
        ensure!(proof.all_there(&whole).is_err(), "lost bytes were not seen");
        check_finds(folder, setup, false)?;
    }
    std::fs::write(&file, &bytes)?;
    proof.all_there(&whole)?;
    check_finds(folder, setup, true)
}

fn on_sqlite(mix: Mix) {
    let folder = Folder::new("kill").unwrap();
    killed_many_times(&folder, None, mix).unwrap();
}

fn on_postgresql(mix: Mix) {
    if !present(&[Peer::Postgres]).unwrap() {
        return;
    }
    let folder = Folder::new("kill").unwrap();
    let database = Database::new(&format!("kill_{}", mix.name())).unwrap();
    killed_many_times(&folder, Some(database.url().unwrap()), mix).unwrap();
}

#[test]
fn what_was_acknowledged_survives_every_kill_on_sqlite() {
    on_sqlite(Mix::Everything);
}

#[test]
fn what_was_acknowledged_survives_every_kill_on_postgresql() {
    on_postgresql(Mix::Everything);
}

#[test]
fn objects_alone_survive_every_kill_on_sqlite() {
    on_sqlite(Mix::Objects);
}

#[test]
fn objects_alone_survive_every_kill_on_postgresql() {
    on_postgresql(Mix::Objects);
}
