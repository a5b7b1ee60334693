//! `seldinger plan [FILE] --compare OLD NEW`: whose plan changes when the knowledge changes, and by which rules.

use crate::open::block_on;
use crate::plan::moment;
use crate::plan::reader::Reader;
use crate::rules::edition;
use crate::settings::{Settings, location, shown};
use anyhow::{Context as _, Result, bail};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use store::Store;
use workflow::compare_rules::{booked_requests, compare, comparison_words, write_comparison};
use workflow::plan_request::{PlanReader as _, PlanRequest, ReadWith, RequestRefused};
use workflow::{Desk, Rules, SystemClock};

type Requests = Vec<Result<PlanRequest, RequestRefused>>;

/// Compares and prints; exit code 0 also when plans change.
///
/// * `files` – a case file, a Bundle or a folder of them; without one the booked cases of the store.
/// # Errors
/// A knowledge folder with flaws, files that cannot be read, a store that does not open.
pub fn run(
    settings: &Settings,
    files: Option<&Path>,
    (old, new): (&Path, &Path),
    at: Option<&str>,
    json: bool,
) -> Result<ExitCode> {
    let at = moment(at)?;
    let book = |folder: &Path| {
        edition(folder)
            .with_context(|| format!("could not use the knowledge in {}", folder.display()))
    };
    let (old, new) = (book(old)?, book(new)?);
    let with = ReadWith {
        rules: &new.book,
        site: &settings.site,
        now: jiff::Timestamp::now(),
        at,
    };
    let requests = match files {
        Some(files) => from_files(files, &with)?,
        None => booked(settings, &new, &with)?,
    };
    let comparison = compare(requests, &old.book, &new.book);
    let out = if json {
        write_comparison(&comparison, &old.book, &new.book)
    } else {
        comparison_words(&comparison)
    };
    std::io::stdout()
        .lock()
        .write_all(out.as_bytes())
        .context("could not print the comparison")?;
    Ok(ExitCode::SUCCESS)
}

fn from_files(files: &Path, with: &ReadWith) -> Result<Requests> {
    let mut paths: Vec<PathBuf> = Vec::new();
    if files.is_dir() {
        for entry in std::fs::read_dir(files)
            .with_context(|| format!("could not read {}", files.display()))?
        {
            let path = entry?.path();
            let kind = path.extension().and_then(|kind| kind.to_str());
            if matches!(kind, Some("toml" | "json")) {
                paths.push(path);
            }
        }
        paths.sort();
    } else {
        paths.push(files.to_owned());
    }
    let mut requests = Vec::new();
    for path in paths {
        let bytes =
            std::fs::read(&path).with_context(|| format!("could not read {}", path.display()))?;
        match Reader.read(&bytes, with) {
            Ok(read) => requests.extend(read),
            Err(not) => requests.push(Err(RequestRefused {
                id: path.display().to_string(),
                reason: not.to_string(),
            })),
        }
    }
    if requests.is_empty() {
        bail!("no case files in {}", files.display());
    }
    Ok(requests)
}

/// Reads only: the kind of the store (demonstration or not) does not matter.
fn booked(settings: &Settings, rules: &Rules, with: &ReadWith) -> Result<Requests> {
    let location = location(settings);
    if location.database.is_none() && !location.sqlite_file().is_file() {
        bail!("there is no database in {}", shown(&settings.data));
    }
    let mut requests = block_on(async {
        let store = Store::open(&location)
            .await
            .with_context(|| format!("could not open the store in {}", shown(&settings.data)))?;
        let (site, rules) = (Arc::new(settings.site.clone()), Arc::new(rules.clone()));
        let desk = Desk::new(store, Arc::new(SystemClock), site, rules);
        Ok(booked_requests(&desk).await?)
    })?;
    if let Some(at) = with.at {
        for request in requests.iter_mut().flatten() {
            request.as_of = at;
        }
    }
    Ok(requests)
}
