//! Bytes, kept for ever under their SHA-256. A key is given only when the bytes are on the disk.

use sha2::{Digest, Sha256};
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// SHA-256 of the bytes, 64 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectKey(String);

impl ObjectKey {
    /// `None` for anything but 64 hexadecimal digits: a key never becomes a path of somebody's choice.
    pub fn parse(text: &str) -> Option<Self> {
        let sound = text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit());
        sound.then(|| Self(text.to_ascii_lowercase()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[derive(Debug, thiserror::Error)]
pub enum ObjectError {
    #[error("could not {what} {path}")]
    Io {
        what: &'static str,
        path: PathBuf,
        source: io::Error,
    },
    #[error("object {0} is not what its key says: the disk has changed it")]
    Damaged(String),
}

/// The object folder. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Objects {
    root: Arc<PathBuf>,
    serial: Arc<AtomicU64>,
    /// Locked while this process uses the folder, so that another one does not sweep what is arriving here.
    _in_use: Arc<File>,
}

/// An object that is still arriving. Dropped unfinished, it leaves nothing behind.
#[derive(Debug)]
pub struct Incoming {
    objects: Objects,
    path: PathBuf,
    file: File,
    hash: Sha256,
    bytes: u64,
    finished: bool,
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn failed<'a>(what: &'static str, path: &'a Path) -> impl FnOnce(io::Error) -> ObjectError + 'a {
    move |source| ObjectError::Io {
        what,
        path: path.to_owned(),
        source,
    }
}

impl Objects {
    /// Makes the folder and sweeps what a killed process left half written, unless another process is at work in it.
    /// # Errors
    /// The folder cannot be made or read.
    pub fn open(root: &Path) -> Result<Self, ObjectError> {
        let arriving = root.join("arriving");
        fs::create_dir_all(&arriving).map_err(failed("make", &arriving))?;
        let path = root.join("in-use");
        let in_use = File::create(&path).map_err(failed("make", &path))?;
        if in_use.try_lock().is_ok() {
            sweep(&arriving)?;
        }
        in_use.lock_shared().map_err(failed("lock", &path))?;
        Ok(Self {
            root: Arc::new(root.to_owned()),
            serial: Arc::new(AtomicU64::new(0)),
            _in_use: Arc::new(in_use),
        })
    }

    fn path(&self, key: &ObjectKey) -> PathBuf {
        let (first, rest) = key.0.split_at(2);
        self.root.join(first).join(rest)
    }

    /// Starts an object whose bytes arrive in pieces. Blocking; call it off the async threads.
    /// # Errors
    /// The temporary file cannot be made.
    pub fn begin(&self) -> Result<Incoming, ObjectError> {
        let number = self.serial.fetch_add(1, Ordering::Relaxed);
        let path = self
            .root
            .join("arriving")
            .join(format!("{}-{number}", std::process::id()));
        let file = File::create(&path).map_err(failed("make", &path))?;
        Ok(Incoming {
            objects: self.clone(),
            path,
            file,
            hash: Sha256::new(),
            bytes: 0,
            finished: false,
        })
    }

    /// Keeps bytes; when it returns they survive a power cut. Blocking.
    /// # Errors
    /// The disk refuses.
    pub fn put(&self, bytes: &[u8]) -> Result<ObjectKey, ObjectError> {
        let mut incoming = self.begin()?;
        incoming.write(bytes)?;
        incoming.finish().map(|(key, _)| key)
    }

    /// [`Objects::put`] off the async threads.
    /// # Errors
    /// The disk refuses, or the thread was ended.
    pub async fn put_async(&self, bytes: bytes::Bytes) -> Result<ObjectKey, ObjectError> {
        let objects = self.clone();
        tokio::task::spawn_blocking(move || objects.put(&bytes))
            .await
            .unwrap_or_else(|ended| {
                Err(ObjectError::Io {
                    what: "write to",
                    path: PathBuf::from("objects"),
                    source: io::Error::other(ended),
                })
            })
    }

    /// The folder for bytes that are still arriving elsewhere and will be given to [`Objects::adopt`]: it is swept at
    /// every start.
    pub fn arriving(&self) -> PathBuf {
        self.root.join("arriving")
    }

    /// Keeps a file of [`Objects::arriving`] by giving it its name, without copying it; then it survives a power cut.
    /// Blocking. Returns the key and the size in bytes.
    /// # Errors
    /// The disk refuses.
    pub fn adopt(&self, path: &Path) -> Result<(ObjectKey, u64), ObjectError> {
        let mut file = File::open(path).map_err(failed("open", path))?;
        let mut incoming = Incoming {
            objects: self.clone(),
            path: path.to_owned(),
            file: file.try_clone().map_err(failed("open", path))?,
            hash: Sha256::new(),
            bytes: 0,
            finished: false,
        };
        let mut buffer = vec![0; 256 * 1024];
        loop {
            let read = file.read(&mut buffer).map_err(failed("read", path))?;
            let Some(part) = buffer.get(..read).filter(|part| !part.is_empty()) else {
                return incoming.finish();
            };
            incoming.hash.update(part);
            incoming.bytes += part.len() as u64;
        }
    }

    /// Reads the bytes back and checks them against their key. Blocking.
    /// # Errors
    /// Not there, not readable, or damaged.
    pub fn get(&self, key: &ObjectKey) -> Result<Vec<u8>, ObjectError> {
        let path = self.path(key);
        let bytes = fs::read(&path).map_err(failed("read", &path))?;
        if hex(&Sha256::digest(&bytes)) == key.0 {
            Ok(bytes)
        } else {
            Err(ObjectError::Damaged(key.0.clone()))
        }
    }

    /// Reads the whole object against its key without keeping it, and gives its size in bytes. Blocking.
    /// # Errors
    /// As [`Objects::get`].
    pub fn verify(&self, key: &ObjectKey) -> Result<u64, ObjectError> {
        let path = self.path(key);
        let mut file = File::open(&path).map_err(failed("read", &path))?;
        let mut hash = Sha256::new();
        let mut chunk = vec![0; 1 << 16];
        let mut bytes = 0;
        loop {
            let count = file.read(&mut chunk).map_err(failed("read", &path))?;
            let Some(read) = chunk.get(..count).filter(|read| !read.is_empty()) else {
                break;
            };
            hash.update(read);
            bytes += count as u64;
        }
        if hex(&hash.finalize()) == key.0 {
            Ok(bytes)
        } else {
            Err(ObjectError::Damaged(key.0.clone()))
        }
    }

    /// The file of an object, for streaming it out without a check.
    pub fn file(&self, key: &ObjectKey) -> PathBuf {
        self.path(key)
    }
}

impl Incoming {
    /// # Errors
    /// The disk refuses.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), ObjectError> {
        self.hash.update(bytes);
        self.bytes += bytes.len() as u64;
        self.file
            .write_all(bytes)
            .map_err(failed("write", &self.path))
    }

    /// Syncs the file, gives it its name and syncs the folder; then the object is there for good.
    /// Returns the key and the size in bytes.
    /// # Errors
    /// The disk refuses.
    pub fn finish(mut self) -> Result<(ObjectKey, u64), ObjectError> {
        let key = self.key();
        self.keep(&key)?;
        Ok((key, self.bytes))
    }

    /// [`Incoming::finish`] where the key is known before: the size in bytes, or `None` when the bytes are others, and
    /// then nothing is kept.
    /// # Errors
    /// The disk refuses.
    pub fn finish_as(mut self, expected: &ObjectKey) -> Result<Option<u64>, ObjectError> {
        let key = self.key();
        if key != *expected {
            return Ok(None);
        }
        self.keep(&key)?;
        Ok(Some(self.bytes))
    }

    fn key(&mut self) -> ObjectKey {
        ObjectKey(hex(&std::mem::take(&mut self.hash).finalize()))
    }

    fn keep(&mut self, key: &ObjectKey) -> Result<(), ObjectError> {
        let target = self.objects.path(key);
        let folder = target.parent().unwrap_or(&self.objects.root).to_owned();
        self.file.sync_all().map_err(failed("sync", &self.path))?;
        if !folder.exists() {
            fs::create_dir_all(&folder).map_err(failed("make", &folder))?;
            sync_folder(&self.objects.root)?;
        }
        fs::rename(&self.path, &target).map_err(failed("name", &target))?;
        sync_folder(&folder)?;
        self.finished = true;
        Ok(())
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        if !self.finished {
            // Nothing to tell anybody: the next start sweeps what stays.
            let _ = fs::remove_file(&self.path);
        }
    }
}

fn sweep(arriving: &Path) -> Result<(), ObjectError> {
    for entry in fs::read_dir(arriving)
        .map_err(failed("read", arriving))?
        .flatten()
    {
        fs::remove_file(entry.path()).map_err(failed("remove", &entry.path()))?;
    }
    Ok(())
}

fn sync_folder(folder: &Path) -> Result<(), ObjectError> {
    File::open(folder)
        .and_then(|file| file.sync_all())
        .map_err(failed("sync", folder))
}
