//! The shipped knowledge, embedded in the binary, with the site's own files over it.

use anyhow::{Context as _, Result, bail};
use include_dir::{Dir, DirEntry, include_dir};
use knowledge::RuleBook;
use knowledge::pathway::Pathway;
use std::collections::BTreeMap;
use std::path::Path;
use workflow::Rules;

static SHIPPED: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../../knowledge");

/// Loads everything.
/// # Errors
/// Every flaw with file and line; a site folder that cannot be read.
pub fn load(site_folder: Option<&Path>) -> Result<Rules> {
    let site = site_folder.map(site_files).transpose()?.unwrap_or_default();
    read(shipped(), site)
}

/// The rules of a folder: a whole edition (it has a `version.toml`), else files laid over the shipped ones.
/// # Errors
/// As [`load`].
pub fn edition(folder: &Path) -> Result<Rules> {
    if !folder.join("version.toml").is_file() {
        return load(Some(folder));
    }
    read(site_files(folder)?, BTreeMap::new())
}

/// One edition with the site's own files over it.
fn read(edition: BTreeMap<String, String>, site: BTreeMap<String, String>) -> Result<Rules> {
    let text = |path: &str| site.get(path).or_else(|| edition.get(path)).cloned();
    let pathway = match Pathway::read(text) {
        Ok(pathway) => pathway,
        Err(flaw) => bail!("knowledge: {flaw}"),
    };
    let dose = dose_rules(edition.iter().chain(&site))?;
    match RuleBook::load_with_site(edition, site) {
        Ok(book) => Ok(Rules::new(book, pathway, dose)),
        Err(flaws) => {
            let lines: Vec<String> = flaws.iter().map(ToString::to_string).collect();
            bail!("knowledge has {} flaws:\n{}", lines.len(), lines.join("\n"))
        }
    }
}

/// The dose room's rules; the last text of a path counts.
/// # Errors
/// Every flaw with its file.
pub fn dose_rules<'a>(
    texts: impl IntoIterator<Item = (&'a String, &'a String)>,
) -> Result<dose::rules::Rules> {
    let texts = texts
        .into_iter()
        .map(|(path, text)| (path.as_str(), text.as_str()));
    dose::rules::read(texts).map_err(|flaws| {
        let lines: Vec<String> = flaws.iter().map(ToString::to_string).collect();
        let count = lines.len();
        anyhow::anyhow!("the dose rules have {count} flaws:\n{}", lines.join("\n"))
    })
}

/// Every text as it counts here: the shipped ones with the site's laid over them.
/// # Errors
/// A site folder that cannot be read.
pub fn texts(site_folder: Option<&Path>) -> Result<BTreeMap<String, String>> {
    let mut texts = shipped();
    texts.extend(site_folder.map(site_files).transpose()?.unwrap_or_default());
    Ok(texts)
}

/// Path below `knowledge/` and text of each shipped file.
pub fn shipped() -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    let mut folders = vec![&SHIPPED];
    while let Some(folder) = folders.pop() {
        for entry in folder.entries() {
            match entry {
                DirEntry::Dir(inner) => folders.push(inner),
                DirEntry::File(file) => {
                    if let Some(text) = file.contents_utf8() {
                        files.insert(file.path().display().to_string(), text.to_owned());
                    }
                }
            }
        }
    }
    files
}

fn site_files(root: &Path) -> Result<BTreeMap<String, String>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(&folder)
            .with_context(|| format!("could not read the site's folder {}", folder.display()))?;
        for entry in entries {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path
                .extension()
                .is_some_and(|extension| extension == "toml")
            {
                let text = std::fs::read_to_string(&path)
                    .with_context(|| format!("could not read {}", path.display()))?;
                let name = path
                    .strip_prefix(root)
                    .unwrap_or(&path)
                    .display()
                    .to_string();
                files.insert(name, text);
            }
        }
    }
    Ok(files)
}
