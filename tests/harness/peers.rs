//! Which other programs and which outside data are here. What is missing is left out, said and counted; under
//! `make test`, which installs them, a missing program is a failure.

use anyhow::{Result, bail};
use std::path::{Path, PathBuf};

/// Everything a test may need besides the program itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Peer {
    Dcmtk,
    Browser,
    Poppler,
    Postgres,
}

/// True when all of them are here. Otherwise the reason is printed and the caller returns, having tested nothing.
///
/// # Errors
/// Under `make test` (`SELDINGER_TEST_WHOLE`), when one is missing.
pub fn present(peers: &[Peer]) -> Result<bool> {
    let missing: Vec<&str> = peers.iter().filter_map(|peer| lack(*peer)).collect();
    if missing.is_empty() {
        return Ok(true);
    }
    let missing = missing.join(", ");
    if std::env::var_os("SELDINGER_TEST_WHOLE").is_some() {
        bail!("missing under make test: {missing}");
    }
    left_out(&format!("needs {missing}"));
    Ok(false)
}

/// The line that `scripts/left-out` counts.
#[expect(clippy::print_stdout, reason = "the test runner keeps the line")]
pub fn left_out(reason: &str) {
    println!("left out: {reason}");
}

/// The folder with `data/` and `clinical/`, or `None` after saying so.
#[must_use]
pub fn outside_data() -> Option<PathBuf> {
    let folder = std::env::var_os("SELDINGER_TEST_DATA").map(PathBuf::from);
    if folder.is_none() {
        left_out("outside data (SELDINGER_TEST_DATA)");
    }
    folder
}

/// True when the full sizes are asked for (`make long`).
#[must_use]
pub fn full_size() -> bool {
    std::env::var("SELDINGER_TEST_SIZE").is_ok_and(|size| size == "full")
}

fn lack(peer: Peer) -> Option<&'static str> {
    let node_modules = Path::new(env!("CARGO_MANIFEST_DIR")).join("browser/node_modules");
    match peer {
        Peer::Dcmtk => (!["findscu", "storescu", "echoscu"]
            .iter()
            .all(|name| on_path(name)))
        .then_some("dcmtk"),
        Peer::Browser => (!(on_path("node") && on_path("chromium") && node_modules.is_dir()))
            .then_some("chromium, node and npm ci"),
        Peer::Poppler => (!on_path("pdftotext")).then_some("poppler-utils"),
        Peer::Postgres => (std::env::var_os("SELDINGER_TEST_POSTGRES").is_none())
            .then_some("SELDINGER_TEST_POSTGRES"),
    }
}

fn on_path(name: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(name).is_file())
}
