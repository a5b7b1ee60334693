//! The built binary, run as a hospital runs it: on a folder, with a settings file, on free ports.

use crate::folder::Folder;
use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

const READY_WITHIN: Duration = Duration::from_secs(60);
const STOPPED_WITHIN: Duration = Duration::from_secs(10);

/// Where and how the program runs.
#[derive(Debug, Default, Clone)]
pub struct Setup {
    /// Text of the settings file; empty: none is given.
    pub settings: String,
    /// `postgres://…` instead of SQLite.
    pub database: Option<String>,
    pub demonstration: bool,
    /// More arguments of `serve`.
    pub arguments: Vec<String>,
    /// More environment.
    pub environment: Vec<(String, String)>,
    /// Another program than [`binary`] finds.
    pub binary: Option<PathBuf>,
}

/// A program that serves. Dropping it ends it without ceremony; [`Program::stop`] is the polite way.
#[derive(Debug)]
pub struct Program {
    child: Child,
    lines: Receiver<String>,
    log: PathBuf,
    pub http: String,
    pub dicom: String,
    pub mllp: String,
    pub demonstration: bool,
    /// From the start of the process to its ready line.
    pub ready_after: Duration,
}

/// The binary: named by the environment, or the one built beside the running test.
///
/// # Errors
/// When there is none.
pub fn binary() -> Result<PathBuf> {
    if let Some(named) = std::env::var_os("SELDINGER_BINARY") {
        return Ok(PathBuf::from(named));
    }
    let running = std::env::current_exe()?;
    let beside = running
        .ancestors()
        .skip(1)
        .take(2)
        .map(|folder| folder.join("seldinger"));
    let found = beside.into_iter().find(|path| path.is_file());
    found.context("no built seldinger beside this test: cargo build --profile ci -p seldinger")
}

impl Program {
    /// Starts `serve` and waits for its ready line.
    ///
    /// # Errors
    /// When it does not get ready; the end of its log is in the message.
    pub fn start(folder: &Folder, setup: &Setup) -> Result<Self> {
        let mut command = command(folder, setup, "serve")?;
        command.args([
            "--http",
            "127.0.0.1:0",
            "--dicom",
            "127.0.0.1:0",
            "--mllp",
            "127.0.0.1:0",
        ]);
        if setup.demonstration {
            command.arg("--demo");
        }
        command.args(&setup.arguments);
        let log = folder.path().join("log");
        let log_file = File::options().create(true).append(true).open(&log)?;
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log_file);
        let started = Instant::now();
        let mut child = command.spawn().context("could not start the program")?;
        let stdout = child.stdout.take().context("no standard output")?;
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        let Ok(line) = lines.recv_timeout(READY_WITHIN) else {
            let status = child.kill().and_then(|()| child.wait());
            bail!("not ready ({status:?}); its log ends:\n{}", tail(&log));
        };
        let ready_after = started.elapsed();
        let ready: Value =
            serde_json::from_str(&line).with_context(|| format!("not JSON: {line}"))?;
        let address = |door: &str| {
            let address = ready.get(door).and_then(Value::as_str);
            address
                .map(str::to_owned)
                .with_context(|| format!("no {door} in {line}"))
        };
        ensure!(
            ready.get("ready") == Some(&Value::Bool(true)),
            "not ready: {line}"
        );
        Ok(Self {
            http: address("http")?,
            dicom: address("dicom")?,
            mllp: address("mllp")?,
            demonstration: ready.get("demo") == Some(&Value::Bool(true)),
            ready_after,
            child,
            lines,
            log,
        })
    }

    #[must_use]
    pub fn process_id(&self) -> u32 {
        self.child.id()
    }

    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.http)
    }

    /// What it has logged so far.
    #[must_use]
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// SIGTERM, and the exit code of a program that drained within 10 s without another word on standard output.
    ///
    /// # Errors
    /// When it does not stop, or said more than its one line.
    pub fn stop(mut self) -> Result<i32> {
        signal(self.child.id(), "TERM")?;
        match self.lines.recv_timeout(STOPPED_WITHIN) {
            Err(RecvTimeoutError::Disconnected) => {}
            Err(RecvTimeoutError::Timeout) => bail!("still running 10 s after SIGTERM"),
            Ok(line) => bail!("a second line on standard output: {line}"),
        }
        let status = self.child.wait()?;
        status
            .code()
            .with_context(|| format!("ended by a signal: {status}"))
    }

    /// SIGKILL, as a failing machine would.
    ///
    /// # Errors
    /// When the process cannot be ended.
    pub fn kill(mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Resident memory in kilobytes, as the kernel counts it.
    ///
    /// # Errors
    /// When the kernel does not say.
    pub fn resident_kb(&self) -> Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let figure = line.and_then(|line| line.split_whitespace().next());
        Ok(figure.context("no VmRSS")?.parse()?)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            drop(self.child.kill());
            drop(self.child.wait());
        }
    }
}

/// Runs another command of the program (`user add`, `check`, `backup`, …) with the same settings, and gives what it said.
///
/// # Errors
/// When it cannot be run at all; its exit code is for the caller to judge.
pub fn run(folder: &Folder, setup: &Setup, arguments: &[&str], input: &str) -> Result<Output> {
    let (name, rest) = arguments.split_first().context("no command")?;
    let mut command = command(folder, setup, name)?;
    command
        .args(rest)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().context("could not start the program")?;
    let mut stdin = child.stdin.take().context("no standard input")?;
    let text = input.to_owned();
    let writer = std::thread::spawn(move || stdin.write_all(text.as_bytes()));
    let output = child.wait_with_output()?;
    // A command that does not read its input closes it: that is no error.
    drop(writer.join());
    Ok(output)
}

/// `seldinger NAME --data DIR [--config FILE]` in an environment without settings of ours.
fn command(folder: &Folder, setup: &Setup, name: &str) -> Result<Command> {
    let mut command = Command::new(match &setup.binary {
        Some(named) => named.clone(),
        None => binary()?,
    });
    for (key, _) in std::env::vars_os() {
        if key.to_string_lossy().starts_with("SELDINGER_") {
            command.env_remove(key);
        }
    }
    command.current_dir(folder.path()).args(name.split(' '));
    command.arg("--data").arg(folder.path().join("data"));
    if !setup.settings.is_empty() {
        let file = folder.write("settings.toml", setup.settings.as_bytes())?;
        command.arg("--config").arg(file);
    }
    if let Some(database) = &setup.database {
        command.env("SELDINGER_DATABASE", database);
    }
    command.envs(setup.environment.iter().map(|(key, value)| (key, value)));
    Ok(command)
}

fn signal(process: u32, name: &str) -> Result<()> {
    let status = Command::new("kill")
        .args([format!("-{name}"), process.to_string()])
        .status()?;
    ensure!(status.success(), "could not send SIG{name}");
    Ok(())
}

fn tail(log: &Path) -> String {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines
        .get(lines.len().saturating_sub(20)..)
        .unwrap_or_default()
        .join("\n")
}
