//! The demonstration's own clock, kept in its database: a restart goes on with the same time of day.

use crate::desk::{Desk, WorkError};
use jiff::SignedDuration;
use jiff::civil::Date;
use store::{Change, Commit, Query};

const CLOCK: &str = "demonstration_clock";

/// The day that is played, and how far its clock stands from the machine's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DemonstrationDay {
    pub day: Date,
    pub shift: SignedDuration,
}

/// The day that this database plays; `None` when none has begun.
/// # Errors
/// The database, or a fact that this program did not write.
pub async fn demonstration_day(query: &Query) -> Result<Option<DemonstrationDay>, WorkError> {
    let Some(text) = query.fact(CLOCK).await? else {
        return Ok(None);
    };
    let damaged = || WorkError::Damaged(format!("{CLOCK} = {text:?}"));
    let (day, seconds) = text.split_once(' ').ok_or_else(damaged)?;
    Ok(Some(DemonstrationDay {
        day: day.parse().map_err(|_| damaged())?,
        shift: SignedDuration::from_secs(seconds.parse().map_err(|_| damaged())?),
    }))
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
