//! What a PDF says, by poppler.

use anyhow::{Result, ensure};
use std::path::Path;
use std::process::Command;

/// The text of a PDF in reading order, without the soft hyphens of line ends.
///
/// # Errors
/// With the tool's own words.
pub fn text(file: &Path) -> Result<String> {
    let output = Command::new("pdftotext")
        .args(["-enc", "UTF-8"])
        .arg(file)
        .arg("-")
        .output()?;
    ensure!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8(output.stdout)?;
    Ok(text.replace("\u{ad}\n", "").replace('\u{ad}', ""))
}
