//! DCMTK's worklist server on the same entries, asked by the same client in the same run.

use crate::figures::worklist;
use anyhow::{Context, Result, bail};
use interoperability::folder::Folder;
use interoperability::worklist::Modality;
use serde_json::{Value, json};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// It reads every file for each question.
const QUERIES: usize = 30;
/// What the files say of each step.
const KEYS: [(u16, u16, &str); 12] = [
    (0x0008, 0x0005, ""),
    (0x0008, 0x0050, ""),
    (0x0008, 0x0090, ""),
    (0x0010, 0x0010, ""),
    (0x0010, 0x0020, ""),
    (0x0010, 0x0030, ""),
    (0x0010, 0x0040, ""),
    (0x0020, 0x000d, ""),
    (0x0032, 0x1032, ""),
    (0x0032, 0x1060, ""),
    (0x0040, 0x1001, ""),
    (0x0040, 0x1003, ""),
];
const STEP: [(u16, u16, &str); 8] = [
    (0x0008, 0x0060, ""),
    (0x0040, 0x0001, ""),
    (0x0040, 0x0002, ""),
    (0x0040, 0x0003, ""),
    (0x0040, 0x0006, ""),
    (0x0040, 0x0007, ""),
    (0x0040, 0x0009, ""),
    (0x0040, 0x0010, ""),
];

/// Ended with its owner.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// The same two questions as to our own server.
pub fn wlmscpfs(folder: &Folder, ours: &str, day: &str) -> Result<Value> {
    let below = folder.path().join("wlmscpfs");
    let files = write_files(&below.join("SELDINGER"), ours)?;
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let address = format!("127.0.0.1:{port}");
    let _server = serve(&below, port, &address)?;
    Ok(json!({
        "entries": files,
        "day": worklist(&address, day, QUERIES)?,
        "all": worklist(&address, "", QUERIES)?,
    }))
}

fn serve(folder: &Path, port: u16, address: &str) -> Result<Server> {
    let child = Command::new("wlmscpfs")
        .arg("-dfr")
        .arg("-dfp")
        .arg(folder)
        .arg(port.to_string())
        .env("TCP_NODELAY", "1")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .context("wlmscpfs is not here")?;
    let server = Server(child);
    for _ in 0..100 {
        if TcpStream::connect(address).is_ok() {
            return Ok(server);
        }
        std::thread::park_timeout(Duration::from_millis(50));
    }
    bail!("wlmscpfs does not listen")
}

/// All entries of our server as files of theirs.
fn write_files(folder: &Path, ours: &str) -> Result<usize> {
    std::fs::create_dir_all(folder)?;
    std::fs::write(folder.join("lockfile"), "")?;
    let mut modality = Modality::associate(ours, "ANGIO1")?;
    let entries = modality.find(&KEYS, &STEP)?;
    modality.release()?;
    for (number, entry) in entries.iter().enumerate() {
        let file = [&head(number), entry.as_slice()].concat();
        std::fs::write(folder.join(format!("{number}.wl")), file)?;
    }
    Ok(entries.len())
}

/// Preamble and meta group of a file in implicit little endian.
fn head(number: usize) -> Vec<u8> {
    let mut group = b"\x02\0\x01\0OB\0\0\x02\0\0\0\0\x01".to_vec();
    for (element, text) in [
        (0x02_u8, "1.2.276.0.7230010.3.1.0.1".to_owned()),
        (0x03, format!("2.25.77005.{number}")),
        (0x10, "1.2.840.10008.1.2".to_owned()),
        (0x12, "2.25.300000000000000000000000000000000001".to_owned()),
    ] {
        let mut value = text.into_bytes();
        value.resize(value.len().next_multiple_of(2), 0);
        group.extend([2, 0, element, 0, b'U', b'I']);
        group.extend(u16::try_from(value.len()).unwrap_or(0).to_le_bytes());
        group.extend(value);
    }
    let length = u32::try_from(group.len()).unwrap_or(0).to_le_bytes();
    [&[0; 128][..], b"DICM\x02\0\0\0UL\x04\0", &length, &group].concat()
}
