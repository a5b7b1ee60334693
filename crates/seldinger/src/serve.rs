//! `seldinger serve`: web, DICOM and HL7 in one process.

use crate::demonstration;
use crate::doors::Doors;
use crate::open::{block_on, desk};
use crate::peers;
use crate::settings::{Given, Settings, shown};
use anyhow::{Context as _, Result};
use exchange::hl7::receive::Hl7Settings;
use jiff::Timestamp;
use std::io::Write as _;
use std::process::ExitCode;
use std::sync::Arc;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use workflow::demonstration::keep_demonstration_day;
use workflow::plan_open_cases::plan_open_cases;
use workflow::{Clock, Desk, SystemClock};

/// # Errors
/// Settings that cannot be, a store that does not open, an address that is taken.
pub fn run(given: &Given) -> Result<ExitCode> {
    start_log();
    let settings = Settings::read(given)?;
    block_on(serve(settings))?;
    Ok(ExitCode::SUCCESS)
}

/// Structured lines on standard error; `SELDINGER_LOG` chooses the level, `info` when unset.
fn start_log() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("SELDINGER_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .json()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
}

async fn serve(settings: Settings) -> Result<()> {
    let began = if settings.site.demonstration {
        Some(demonstration::begin(&settings, Timestamp::now()).await?)
    } else {
        None
    };
    let clock: Arc<dyn Clock> = match &began {
        Some(began) => Arc::new(began.clock),
        None => Arc::new(SystemClock),
    };
    let desk = desk(&settings, clock).await?;
    let doors = Doors::bind(&settings).await?;
    if began.is_none() {
        // Before anybody reads a plan: rules and approvals may be others than at the last start.
        plan_open_cases(&desk).await?;
    }
    tracing::info!(folder = shown(&settings.data), "store is open");
    let stop = CancellationToken::new();
    let tasks = TaskTracker::new();
    let ready = doors.ready_line(settings.site.demonstration)?;
    if began.is_some() {
        let addresses = doors.addresses()?;
        eprintln!("{addresses}\n{}", demonstration::log_in_lines());
    }
    let (full, is_full) = watch::channel(false);
    let filling = began.is_some().then_some(is_full);
    doors.open(&settings, &desk, filling, &tasks, &stop)?;
    say_ready(&ready)?;
    if let Some(began) = began {
        keep_demonstration_day(&desk, began.day).await?;
        let hl7 = peers::hl7(&settings)?.1;
        tasks.spawn(demonstrate(desk, hl7, began, full, stop.clone()));
    }
    wait_for_the_end().await?;
    tracing::info!("closing: no new work is taken, what has begun is finished");
    stop.cancel();
    tasks.close();
    tasks.wait().await;
    tracing::info!("closed");
    Ok(())
}

async fn demonstrate(
    desk: Desk,
    hl7: Hl7Settings,
    began: demonstration::Began,
    full: watch::Sender<bool>,
    stop: CancellationToken,
) {
    if let Err(error) = demonstration::make_accounts(&desk).await {
        tracing::error!("could not make the demonstration's accounts: {error:#}");
    }
    demonstration::play(desk, hl7, began.day.day, full, stop).await;
}

fn say_ready(line: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")
        .and_then(|()| out.flush())
        .context("could not say that we are ready")
}

async fn wait_for_the_end() -> Result<()> {
    let mut terminate = signal(SignalKind::terminate()).context("could not wait for SIGTERM")?;
    tokio::select! {
        _ = terminate.recv() => {}
        interrupted = tokio::signal::ctrl_c() => interrupted.context("could not wait for Ctrl-C")?,
    }
    Ok(())
}
