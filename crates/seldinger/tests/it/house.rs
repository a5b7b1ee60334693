//! The rules of the house, read from the tree as it stands. Each rule is a function from text to findings, so that
//! every one of them is also shown here to find what it forbids.

mod arrows;
mod hazards;
mod locales;
mod settings_page;
mod shape;
mod words;

use std::path::{Path, PathBuf};

/// The top of the workspace.
fn top() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .unwrap()
        .to_path_buf()
}

/// One file of the tree: its path from the top, with `/`, and its text.
struct Source {
    path: String,
    text: String,
}

/// Every text file of the tree that belongs to us: built things, installed packages and stores are left out.
fn sources() -> Vec<Source> {
    let mut found = Vec::new();
    walk(&top(), &mut found);
    found.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(
        found.len() > 50,
        "only {} files found below {}",
        found.len(),
        top().display()
    );
    found
}

fn walk(folder: &Path, found: &mut Vec<Source>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() || name == ".git" {
            let not_ours = ["target", "node_modules", ".git"].contains(&name.as_str())
                || name.starts_with("seldinger-d");
            if !not_ours {
                walk(&path, found);
            }
        } else if let Ok(text) = std::fs::read_to_string(&path) {
            let path = path
                .strip_prefix(top())
                .unwrap()
                .to_string_lossy()
                .replace('\\', "/");
            found.push(Source { path, text });
        }
    }
}

fn source(path: &str, text: &str) -> Source {
    Source {
        path: path.to_owned(),
        text: text.to_owned(),
    }
}

fn assert_none(findings: &[String]) {
    assert!(findings.is_empty(), "\n{}\n", findings.join("\n"));
}
