//! The shipped knowledge, read from the folder of this source tree.

use knowledge::RuleBook;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// The top folder `knowledge/`.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../knowledge")
}

/// Every file below it: path with `/`, and its text; sorted by path.
///
/// # Panics
/// When the folder cannot be read.
#[expect(
    clippy::expect_used,
    reason = "test material: a missing folder ends the test"
)]
pub fn files() -> Vec<(String, String)> {
    let root = folder();
    let mut open = vec![root.clone()];
    let mut files = Vec::new();
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(&next).expect("the knowledge folder") {
            let path = entry.expect("an entry of the folder").path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(&root).expect("below the root");
                let name = name.to_string_lossy().replace('\\', "/");
                let text = std::fs::read_to_string(&path).expect("a text file");
                files.push((name, text));
            }
        }
    }
    files.sort();
    files
}

/// The rule book of the shipped files, loaded once.
///
/// # Panics
/// With the list of flaws.
#[expect(
    clippy::panic,
    reason = "test material: a flawed rule book ends the test"
)]
pub fn rule_book() -> &'static RuleBook {
    static BOOK: OnceLock<RuleBook> = OnceLock::new();
    BOOK.get_or_init(|| match RuleBook::load(files()) {
        Ok(book) => book,
        Err(flaws) => {
            let list: Vec<String> = flaws.iter().map(ToString::to_string).collect();
            panic!("the shipped rules have flaws:\n{}", list.join("\n"))
        }
    })
}

/// The dose room's rules of the shipped files.
///
/// # Panics
/// With the list of flaws.
#[expect(clippy::panic, reason = "test material: flawed rules end the test")]
pub fn dose_rules() -> dose::rules::Rules {
    let files = files();
    let texts = files
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()));
    match dose::rules::read(texts) {
        Ok(rules) => rules,
        Err(flaws) => panic!("the shipped dose rules have flaws: {flaws:?}"),
    }
}
