//! Where an object waits while it arrives: in memory when it is short, else in a file of the spool folder.

use bytes::Bytes;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::fs::File;
use tokio::io::AsyncWriteExt;

const PREFIX: &str = "incoming-";
const SUFFIX: &str = ".part";
static NEXT: AtomicU64 = AtomicU64::new(0);

/// A file of the spool folder. It is removed when this value is dropped, unless somebody has renamed it.
#[derive(Debug)]
pub struct SpooledFile {
    pub path: PathBuf,
    pub length: u64,
}

impl Drop for SpooledFile {
    fn drop(&mut self) {
        // It may have been renamed away, which is the good end.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// The bytes of a whole file: preamble, meta group, data set.
#[derive(Debug)]
pub enum FileBytes {
    Memory(Bytes),
    /// Written and flushed, not yet synced.
    Spooled(SpooledFile),
}

impl FileBytes {
    pub fn length(&self) -> u64 {
        match self {
            Self::Memory(bytes) => bytes.len() as u64,
            Self::Spooled(file) => file.length,
        }
    }
}

/// An object under way.
pub(super) struct Spool {
    folder: PathBuf,
    memory: Vec<u8>,
    memory_max: usize,
    file: Option<(File, SpooledFile)>,
}

impl Spool {
    pub(super) fn new(folder: &Path, memory_max: usize) -> Self {
        Self {
            folder: folder.to_owned(),
            memory: Vec::new(),
            memory_max,
            file: None,
        }
    }

    /// # Errors
    /// The file system refuses: full, gone, read-only.
    pub(super) async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        if let Some((file, spooled)) = self.file.as_mut() {
            file.write_all(bytes).await?;
            spooled.length += bytes.len() as u64;
            return Ok(());
        }
        if self.memory.len() + bytes.len() <= self.memory_max {
            self.memory.extend_from_slice(bytes);
            return Ok(());
        }
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("{PREFIX}{}-{number}{SUFFIX}", std::process::id());
        let path = self.folder.join(name);
        let mut file = File::options()
            .write(true)
            .create_new(true)
            .open(&path)
            .await?;
        let mut spooled = SpooledFile { path, length: 0 };
        for part in [&self.memory[..], bytes] {
            file.write_all(part).await?;
            spooled.length += part.len() as u64;
        }
        self.memory = Vec::new();
        self.file = Some((file, spooled));
        Ok(())
    }

    /// # Errors
    /// As for writing.
    pub(super) async fn finish(self) -> io::Result<FileBytes> {
        match self.file {
            Some((mut file, spooled)) => {
                file.flush().await?;
                Ok(FileBytes::Spooled(spooled))
            }
            None => Ok(FileBytes::Memory(self.memory.into())),
        }
    }
}

/// Makes the spool folder and removes what an earlier run left half arrived: none of it was acknowledged.
/// Returns how many files were removed.
/// # Errors
/// The folder cannot be made or read.
pub(super) fn sweep(folder: &Path) -> io::Result<usize> {
    std::fs::create_dir_all(folder)?;
    let mut removed = 0;
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        if name.starts_with(PREFIX) && name.ends_with(SUFFIX) {
            std::fs::remove_file(&path)?;
            removed += 1;
        }
    }
    Ok(removed)
}
