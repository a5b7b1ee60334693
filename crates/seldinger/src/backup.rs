//! `seldinger backup` and `restore`: one tar archive of all tables and every object that a row names.
//!
//! In this order: `manifest.json` (form, program version, when), `tables.jsonl` (see `store::archive`), each
//! `objects/SHA256`, `end.json` (how many there must be, and which were lost already when the archive was made).
//! Objects are on the disk before a row names them, so what the dump names is there although the program goes on.

mod read;
mod write;

pub use read::restore;
pub use write::backup;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::io::{self, Read};

const FORM: u32 = 1;
const MANIFEST: &str = "manifest.json";
const TABLES: &str = "tables.jsonl";
const OBJECTS: &str = "objects/";
const END: &str = "end.json";

#[derive(Debug, Serialize, Deserialize)]
struct Manifest {
    seldinger_backup: u32,
    version: String,
    made: String,
}

#[derive(Debug, Serialize, Deserialize)]
struct End {
    tables: u64,
    rows: u64,
    tables_sha256: String,
    objects: u64,
    bytes: u64,
    /// Objects that rows name but that were missing or damaged when the archive was made.
    lost: BTreeSet<String>,
}

/// Passes bytes on and keeps their hash and their number.
struct Hashing<R> {
    inner: R,
    hash: Sha256,
    bytes: u64,
}

impl<R: Read> Hashing<R> {
    fn new(inner: R) -> Self {
        Self {
            inner,
            hash: Sha256::new(),
            bytes: 0,
        }
    }

    fn sha256(self) -> String {
        let hash = self.hash.finalize();
        hash.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.hash.update(buffer.get(..count).unwrap_or_default());
        self.bytes += count as u64;
        Ok(count)
    }
}
