//! DCMTK's command line tools as the modality: verification, worklist query, store.

use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output};

/// One answer of a query: value by tag (`0008,0050`); elements of nested items stand beside the others.
pub type Answer = BTreeMap<String, String>;

/// C-ECHO.
///
/// # Errors
/// With the tool's own words.
pub fn echo(address: &str, calling: &str) -> Result<()> {
    run("echoscu", address, calling, &[]).map(drop)
}

/// Modality worklist C-FIND; keys as DCMTK writes them (`ScheduledProcedureStepSequence[0].Modality=XA`).
///
/// # Errors
/// With the tool's own words.
pub fn worklist(address: &str, calling: &str, keys: &[&str]) -> Result<Vec<Answer>> {
    let mut arguments = vec!["-W", "--show-responses"];
    for key in keys {
        arguments.extend(["-k", key]);
    }
    let output = run("findscu", address, calling, &arguments)?;
    let text = [output.stdout, output.stderr].concat();
    Ok(answers(&String::from_utf8_lossy(&text)))
}

/// C-STORE of one file, in its own transfer syntax.
///
/// # Errors
/// With the tool's own words.
pub fn store(address: &str, calling: &str, file: &Path) -> Result<()> {
    let file = file.to_str().context("a path that is not text")?;
    let (host, port) = host_and_port(address)?;
    // `-R`: propose only what the file needs, so that any storage class and syntax is really negotiated.
    let arguments = [
        "-v",
        "-R",
        "-aet",
        calling,
        "-aec",
        "SELDINGER",
        host,
        port,
        file,
    ];
    finish(
        "storescu",
        Command::new("storescu").args(arguments).output()?,
    )
    .map(drop)
}

fn run(program: &str, address: &str, calling: &str, more: &[&str]) -> Result<Output> {
    let (host, port) = host_and_port(address)?;
    let fixed = ["-v", "-aet", calling, "-aec", "SELDINGER", host, port];
    let output = Command::new(program).args(more).args(fixed).output();
    finish(
        program,
        output.with_context(|| format!("could not run {program}"))?,
    )
}

fn finish(program: &str, output: Output) -> Result<Output> {
    let said = String::from_utf8_lossy(&[output.stdout.clone(), output.stderr.clone()].concat())
        .into_owned();
    let is_failed = !output.status.success()
        || said
            .lines()
            .any(|line| line.starts_with("E:") || line.starts_with("F:"));
    if is_failed {
        bail!("{program} ({}):\n{said}", output.status);
    }
    Ok(output)
}

fn host_and_port(address: &str) -> Result<(&str, &str)> {
    address
        .rsplit_once(':')
        .with_context(|| format!("not host:port: {address}"))
}

/// Reads the responses out of what `findscu --show-responses` prints.
fn answers(text: &str) -> Vec<Answer> {
    let mut found: Vec<Answer> = Vec::new();
    for line in text.lines() {
        let line = line.trim_start_matches("I:").trim();
        if line.starts_with("Find Response:") || line.starts_with("# Dicom-Data-Set") {
            // The request is printed the same way: only what follows a response is an answer.
            if line.starts_with("Find Response:") {
                found.push(Answer::new());
            }
        } else if let (Some(answer), Some((tag, value))) = (found.last_mut(), element(line)) {
            answer.insert(tag, value);
        }
    }
    found.retain(|answer| !answer.is_empty());
    found
}

/// `(0008,0050) SH [ACC-1]   #  6, 1 AccessionNumber`
fn element(line: &str) -> Option<(String, String)> {
    let (tag, rest) = line.strip_prefix('(')?.split_once(')')?;
    if tag.len() != 9 || tag.starts_with("fffe") {
        return None;
    }
    let value = rest.trim_start().get(2..)?.trim_start();
    let value = match value.strip_prefix('[') {
        Some(inside) => inside.split_once(']').map_or(inside, |(value, _)| value),
        None => "",
    };
    Some((tag.to_owned(), value.trim_end().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::answers;

    #[test]
    fn responses_are_read_as_findscu_prints_them() {
        let printed = "I: Request Identifiers:\nI: (0008,0050) SH (no value available) # 0, 0 AccessionNumber\n\
            I: ---------------------------\nI: Find Response: 1 (Pending)\nI: \nI: # Dicom-Data-Set\n\
            I: (0008,0050) SH [ACC-1 ]  #   6, 1 AccessionNumber\n\
            I: (0040,0100) SQ (Sequence with explicit length #=1)\nI:   (fffe,e000) na (Item)\n\
            I:     (0008,0060) CS [XA] #   2, 1 Modality\nI: Find Response: 2 (Pending)\n\
            I: (0008,0050) SH (no value available) # 0, 0 AccessionNumber\n\
            I: Received Final Find Response (Success)\n";
        let found = answers(printed);
        assert_eq!(found.len(), 2);
        assert_eq!(found[0]["0008,0050"], "ACC-1");
        assert_eq!(found[0]["0008,0060"], "XA");
        assert_eq!(found[1]["0008,0050"], "");
    }
}
