//! Fills an empty folder, and an empty PostgreSQL database where one is set: all of it, or nothing.

use super::{END, End, FORM, Hashing, MANIFEST, Manifest, OBJECTS, TABLES};
use crate::open::block_on;
use crate::settings::{Given, Settings, location, shown};
use anyhow::{Context as _, Result, bail};
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use store::archive::{Dumped, Loading};
use store::database::Location;
use store::{ObjectKey, Objects};

/// Small parts of the archive are read whole.
const SMALL_BYTES_MAX: u64 = 64 << 20;

/// # Errors
/// The folder or the database is not empty, the archive is not whole, or the disk refuses; then nothing is restored.
pub fn restore(given: &Given, archive: &Path) -> Result<ExitCode> {
    let settings = Settings::read(given)?;
    let target = location(&settings);
    refuse_a_used_folder(&target.folder)?;
    let file =
        File::open(archive).with_context(|| format!("could not read {}", archive.display()))?;
    let building = Building::new(&target.folder)?;
    let location = Location {
        folder: building.0.clone(),
        ..target.clone()
    };
    let restored = block_on(fill(BufReader::new(file), &location, building, &target))
        .with_context(|| format!("could not restore {}; nothing was kept", archive.display()))?;
    let Restored { manifest, end } = restored;
    eprintln!(
        "restored from {} (version {}, made {}) into {}: {} rows of {} tables, {} objects of {} bytes",
        archive.display(),
        manifest.version,
        manifest.made,
        shown(&target.folder),
        end.rows,
        end.tables,
        end.objects,
        end.bytes
    );
    for key in &end.lost {
        eprintln!("seldinger: object {key} was lost already when the archive was made");
    }
    Ok(ExitCode::SUCCESS)
}

fn refuse_a_used_folder(folder: &Path) -> Result<()> {
    let is_used = match fs::read_dir(folder) {
        Ok(mut entries) => entries.next().is_some(),
        Err(missing) if missing.kind() == std::io::ErrorKind::NotFound => false,
        Err(other) => {
            return Err(other).with_context(|| format!("could not read {}", folder.display()));
        }
    };
    if is_used {
        bail!("{} is not empty", folder.display());
    }
    Ok(())
}

/// The folder under another name until it is whole; removed when it does not become so.
struct Building(PathBuf);

impl Building {
    fn new(target: &Path) -> Result<Self> {
        let target = std::path::absolute(target)?;
        let mut name = target.into_os_string();
        name.push(".restoring");
        let path = PathBuf::from(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)
                .with_context(|| format!("could not make {}", parent.display()))?;
        }
        fs::create_dir(&path).with_context(|| {
            format!(
                "could not make {} (an interrupted restore may have left it)",
                path.display()
            )
        })?;
        Ok(Self(path))
    }

    /// The folder gets its name; an empty folder of that name gives way.
    fn name(&self, target: &Path) -> Result<()> {
        fs::rename(&self.0, target).with_context(|| format!("could not name {}", target.display()))
    }
}

impl Drop for Building {
    fn drop(&mut self) {
        // After its renaming there is nothing of this name.
        let _ = fs::remove_dir_all(&self.0);
    }
}

struct Restored {
    manifest: Manifest,
    end: End,
}

async fn fill(
    archive: impl Read,
    location: &Location,
    building: Building,
    target: &Location,
) -> Result<Restored> {
    let loading = Loading::begin(location).await?;
    let restored = {
        let objects = Objects::open(&location.object_folder())?;
        read(archive, &loading, &objects).await?
    };
    // SQLite lies in the folder and is closed before the folder gets its name. PostgreSQL comes last: a full database
    // beside an empty folder would look whole and miss every object.
    if location.database.is_none() {
        loading.save().await?;
        building.name(&target.folder)?;
    } else {
        building.name(&target.folder)?;
        if let Err(refused) = loading.save().await {
            fs::rename(&target.folder, &building.0)?;
            return Err(refused.into());
        }
    }
    Ok(restored)
}

async fn read(archive: impl Read, loading: &Loading, objects: &Objects) -> Result<Restored> {
    let mut archive = tar::Archive::new(archive);
    let mut entries = archive.entries()?;
    let mut next = || -> Result<(String, tar::Entry<'_, _>)> {
        let entry = entries.next().context("the archive ends too early")?;
        let entry = entry.context("the archive is damaged")?;
        Ok((entry.path()?.display().to_string(), entry))
    };
    let (name, entry) = next()?;
    if name != MANIFEST {
        bail!("{name} stands where {MANIFEST} is needed: this is no backup");
    }
    let manifest: Manifest =
        serde_json::from_slice(&small(entry)?).context("this is no backup of ours")?;
    if manifest.seldinger_backup != FORM {
        bail!(
            "the archive has form {}; this program reads {FORM}",
            manifest.seldinger_backup
        );
    }
    let (name, entry) = next()?;
    if name != TABLES {
        bail!("{name} stands where {TABLES} is needed");
    }
    let mut hashing = Hashing::new(entry);
    let dumped = loading.load(BufReader::new(&mut hashing)).await?;
    let tables_sha256 = hashing.sha256();
    let mut kept = Kept::default();
    loop {
        let (name, entry) = next()?;
        if let Some(key) = name.strip_prefix(OBJECTS) {
            kept.take(key, entry, objects)?;
        } else if name == END {
            let end: End = serde_json::from_slice(&small(entry)?)?;
            kept.judge(&end, &dumped, &tables_sha256)?;
            return Ok(Restored { manifest, end });
        } else {
            bail!("{name} does not belong into a backup");
        }
    }
}

fn small(entry: impl Read) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    entry.take(SMALL_BYTES_MAX).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Which objects came out of the archive as their names say.
#[derive(Default)]
struct Kept {
    whole: BTreeSet<ObjectKey>,
    bytes: u64,
}

impl Kept {
    fn take(&mut self, name: &str, mut entry: impl Read, objects: &Objects) -> Result<()> {
        let key = ObjectKey::parse(name).with_context(|| format!("{name} is no object's name"))?;
        let mut incoming = objects.begin()?;
        let mut chunk = vec![0; 1 << 16];
        loop {
            let count = entry.read(&mut chunk).context("the archive is damaged")?;
            let Some(read) = chunk.get(..count).filter(|read| !read.is_empty()) else {
                break;
            };
            incoming.write(read)?;
        }
        // What is not what its name says is dropped here, and missed in the end.
        if let Some(bytes) = incoming.finish_as(&key)? {
            self.bytes += bytes;
            self.whole.insert(key);
        }
        Ok(())
    }

    fn judge(&self, end: &End, dumped: &Dumped, tables_sha256: &str) -> Result<()> {
        if end.tables_sha256 != tables_sha256 || end.rows != dumped.rows {
            bail!("the tables are not as they were written: the archive is damaged");
        }
        for key in &dumped.objects {
            if !self.whole.contains(key) && !end.lost.contains(key.as_str()) {
                bail!(
                    "object {} is missing or damaged in the archive",
                    key.as_str()
                );
            }
        }
        if let Some(key) = self.whole.difference(&dumped.objects).next() {
            bail!("object {} is named by no row", key.as_str());
        }
        if (end.objects, end.bytes) != (self.whole.len() as u64, self.bytes) {
            bail!(
                "the archive says that it holds {} objects of {} bytes, and does not",
                end.objects,
                end.bytes
            );
        }
        Ok(())
    }
}
