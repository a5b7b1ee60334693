//! Remakes a demonstration's day in a folder: the program itself makes it, by its own doors.

use anyhow::{Context, Result, ensure};
use interoperability::http::Client;
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const FULL_WITHIN: Duration = Duration::from_secs(120);

/// Removes the folder's demonstration, serves a new one until its department is full, and stops.
pub fn remake(program: &str, folder: &str) -> Result<()> {
    let path = Path::new(folder);
    if path.exists() {
        let is_demonstration =
            path.join("seldinger.sqlite").is_file() && path.ends_with("seldinger-demo");
        ensure!(
            is_demonstration,
            "{folder} is no demonstration's folder: it is left as it is"
        );
        std::fs::remove_dir_all(path)?;
    }
    let ports = ["--http", "--dicom", "--mllp"].map(|door| [door, "127.0.0.1:0"]);
    let mut child = Command::new(program)
        .args(["serve", "--demo", "--data", folder])
        .args(ports.concat())
        .stdout(Stdio::piped())
        .spawn()
        .context("could not start the program")?;
    let made = wait_until_full(&mut child);
    let asked = Command::new("kill")
        .args(["-TERM", &child.id().to_string()])
        .status();
    let ended = child.wait()?;
    made?;
    ensure!(asked?.success() && ended.success(), "it ended with {ended}");
    Ok(())
}

fn wait_until_full(child: &mut Child) -> Result<()> {
    let stdout = child.stdout.take().context("no standard output")?;
    let mut line = String::new();
    BufReader::new(stdout).read_line(&mut line)?;
    let ready: Value = serde_json::from_str(&line).context("no ready line")?;
    let http = ready.get("http").and_then(Value::as_str);
    let http = http.context("no web address")?;
    let begun = Instant::now();
    while begun.elapsed() < FULL_WITHIN {
        let metrics = Client::default().get(http, "/metrics")?.text();
        if metrics
            .lines()
            .any(|line| line.starts_with("seldinger_demonstration_full 1"))
        {
            eprintln!("full after {:.1} s", begun.elapsed().as_secs_f64());
            return Ok(());
        }
        std::thread::park_timeout(Duration::from_millis(200));
    }
    anyhow::bail!("not full after {} s", FULL_WITHIN.as_secs())
}
