//! Opens the store for a command and puts the desk in front of it.

use crate::settings::{Settings, location};
use anyhow::{Context as _, Result, bail};
use std::sync::Arc;
use store::Store;
use workflow::{Clock, Desk};

/// The fact that says which kind of department a database is.
pub const DEMONSTRATION: &str = "demonstration";

/// Opens the store and makes sure that a demonstration and a real department never share one.
/// # Errors
/// The store does not open, or belongs to the other kind.
pub async fn desk(settings: &Settings, clock: Arc<dyn Clock>) -> Result<Desk> {
    let store = Store::open(&location(settings))
        .await
        .with_context(|| format!("could not open the store in {}", settings.data.display()))?;
    let kind = store.query.fact(DEMONSTRATION).await?;
    match (kind.as_deref(), settings.site.demonstration) {
        (Some("true"), false) => bail!(
            "{} holds a demonstration: real work needs a folder of its own",
            settings.data.display()
        ),
        (Some("false"), true) => bail!(
            "{} holds a real department: the demonstration will not open it",
            settings.data.display()
        ),
        (Some(_), _) => {}
        (None, demonstration) => {
            let fact = store::Change::PutFact {
                name: DEMONSTRATION.to_owned(),
                value: demonstration.to_string(),
            };
            store.writer.commit(store::Commit::one(fact)).await?;
        }
    }
    let rules = crate::rules::load(settings.site_folder.as_deref())?;
    Ok(Desk::new(
        store,
        clock,
        Arc::new(settings.site.clone()),
        Arc::new(rules),
    )
    .reading_dose_reports(Arc::new(dicom::node::DoseReports)))
}

/// Runs one command's work to its end on a runtime of its own.
/// # Errors
/// No threads, or the work's own failure.
pub fn block_on<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("could not start the threads")?
        .block_on(work)
}
