//! The demonstration's own clock, kept in its database: a restart goes on with the same time of day.

use crate::desk::{Desk, WorkError};
use jiff::SignedDuration;
use jiff::civil::Date;
use std::path::Path;
use store::database::sqlite_fact;
use store::{Change, Commit, OpenError};

const CLOCK: &str = "demonstration_clock";

/// The day that is played, and how far its clock stands from the machine's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DemonstrationDay {
    pub day: Date,
    pub shift: SignedDuration,
}

/// The day that the database in this file plays, without opening it for work; `None` when none has begun.
/// # Errors
/// The file cannot be read, or a fact that this program did not write.
pub async fn demonstration_day(file: &Path) -> Result<Option<DemonstrationDay>, LookError> {
    let Some(text) = sqlite_fact(file, CLOCK).await? else {
        return Ok(None);
    };
    let damaged = || LookError::Damaged(text.clone());
    let (day, seconds) = text.split_once(' ').ok_or_else(damaged)?;
    Ok(Some(DemonstrationDay {
        day: day.parse().map_err(|_| damaged())?,
        shift: SignedDuration::from_secs(seconds.parse().map_err(|_| damaged())?),
    }))
}

/// Why the day of a file is not known.
#[derive(Debug, thiserror::Error)]
pub enum LookError {
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error("the demonstration's clock is damaged: {0:?}")]
    Damaged(String),
}

/// Keeps the day for the next start.
/// # Errors
/// The database.
pub async fn keep_demonstration_day(desk: &Desk, day: DemonstrationDay) -> Result<(), WorkError> {
    let fact = Change::PutFact {
        name: CLOCK.to_owned(),
        value: format!("{} {}", day.day, day.shift.as_secs()),
    };
    desk.commit(Commit::one(fact)).await?;
    Ok(())
}
