//! Writes the archive while the program may go on serving.

use super::{END, End, FORM, Hashing, MANIFEST, Manifest, OBJECTS, TABLES};
use crate::open::block_on;
use crate::settings::{Given, Settings, location};
use anyhow::{Context as _, Result, bail};
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{BufWriter, Read, Seek, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use store::archive::Dumped;
use store::{ObjectKey, Objects};

/// # Errors
/// There is no database, the archive exists already or cannot be written. An object that is missing or damaged does not
/// stop the rest: it is named, and the exit code is 1.
pub fn backup(given: &Given, archive: &Path) -> Result<ExitCode> {
    let settings = Settings::read(given)?;
    let location = location(&settings);
    if archive.exists() {
        bail!("{} is there already", archive.display());
    }
    let mut tables = unnamed_file(archive)?;
    let dumped = block_on(async {
        let mut out = BufWriter::new(&mut tables);
        store::archive::dump(&location, &mut out)
            .await
            .with_context(|| format!("could not back up {}", settings.data.display()))
    })?;
    let partial = Partial::new(archive)?;
    let objects = Objects::open(&location.object_folder())?;
    let end = write(&partial, tables, &dumped, &objects)
        .with_context(|| format!("could not write {}", archive.display()))?;
    partial.finish(archive)?;
    for key in &end.lost {
        eprintln!("seldinger: object {key} is missing or damaged; it is not in the archive");
    }
    eprintln!(
        "{}: {} rows of {} tables, {} objects of {} bytes",
        archive.display(),
        end.rows,
        end.tables,
        end.objects,
        end.bytes
    );
    Ok(if end.lost.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn private() -> fs::OpenOptions {
    let mut options = File::options();
    options.write(true).read(true).create_new(true).mode(0o600);
    options
}

fn beside(archive: &Path, ending: &str) -> PathBuf {
    let mut name = archive.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// A file beside the archive whose name is gone at once: nothing of it stays, whatever happens.
fn unnamed_file(archive: &Path) -> Result<File> {
    let path = beside(archive, ".tables");
    let file = private()
        .open(&path)
        .with_context(|| format!("could not make {}", path.display()))?;
    fs::remove_file(&path).with_context(|| format!("could not unname {}", path.display()))?;
    Ok(file)
}

/// The archive under another name until it is whole; removed when it does not become so.
struct Partial {
    path: PathBuf,
    file: File,
}

impl Partial {
    fn new(archive: &Path) -> Result<Self> {
        let path = beside(archive, ".partial");
        let file = private().open(&path).with_context(|| {
            format!(
                "could not make {} (an interrupted backup may have left it)",
                path.display()
            )
        })?;
        Ok(Self { path, file })
    }

    fn finish(self, archive: &Path) -> Result<()> {
        self.file.sync_all().context("could not sync the archive")?;
        // A hard link, unlike a rename, never replaces what somebody put there meanwhile.
        fs::hard_link(&self.path, archive)
            .with_context(|| format!("could not name {}", archive.display()))?;
        let folder = archive
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))
            .and_then(|folder| folder.sync_all())
            .context("could not sync the archive's folder")
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        // Its second name goes; where the backup failed, it was the only one.
        let _ = fs::remove_file(&self.path);
    }
}

fn write(partial: &Partial, mut tables: File, dumped: &Dumped, objects: &Objects) -> Result<End> {
    let mut archive = tar::Builder::new(BufWriter::new(&partial.file));
    let manifest = Manifest {
        seldinger_backup: FORM,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        made: jiff::Timestamp::now().to_string(),
    };
    let manifest = serde_json::to_vec(&manifest)?;
    append(
        &mut archive,
        MANIFEST,
        manifest.len() as u64,
        manifest.as_slice(),
    )?;
    tables.rewind()?;
    let size = tables.metadata()?.len();
    let mut hashing = Hashing::new(&tables);
    append(&mut archive, TABLES, size, &mut hashing)?;
    let mut end = End {
        tables: dumped.tables,
        rows: dumped.rows,
        tables_sha256: hashing.sha256(),
        objects: 0,
        bytes: 0,
        lost: BTreeSet::new(),
    };
    for key in &dumped.objects {
        match append_object(&mut archive, objects, key)? {
            Some(bytes) => {
                end.objects += 1;
                end.bytes += bytes;
            }
            None => {
                end.lost.insert(key.as_str().to_owned());
            }
        }
    }
    let text = serde_json::to_vec(&end)?;
    append(&mut archive, END, text.len() as u64, text.as_slice())?;
    archive.into_inner()?.flush()?;
    Ok(end)
}

/// Gives its size, or `None` when it is not there or not what its key says; then it is read again to no end at restore.
fn append_object(
    archive: &mut tar::Builder<impl Write>,
    objects: &Objects,
    key: &ObjectKey,
) -> Result<Option<u64>> {
    let Ok(file) = File::open(objects.file(key)) else {
        return Ok(None);
    };
    let size = file.metadata()?.len();
    let mut hashing = Hashing::new(file);
    append(
        archive,
        &format!("{OBJECTS}{}", key.as_str()),
        size,
        &mut hashing,
    )?;
    Ok((hashing.sha256() == key.as_str()).then_some(size))
}

/// Exactly `size` bytes: a file that shrinks while it is read would spoil everything behind it, so that is a failure.
fn append(
    archive: &mut tar::Builder<impl Write>,
    name: &str,
    size: u64,
    from: impl Read,
) -> Result<()> {
    let mut header = tar::Header::new_gnu();
    header.set_size(size);
    header.set_mode(0o600);
    let mut counted = Hashing::new(from.take(size));
    archive
        .append_data(&mut header, name, &mut counted)
        .with_context(|| format!("could not write {name}"))?;
    if counted.bytes != size {
        bail!("{name} changed while it was read");
    }
    Ok(())
}
