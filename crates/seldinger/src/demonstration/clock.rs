//! The clock that began at 07:30 of today, and the folder of another day that is set aside.

use crate::open::DEMONSTRATION;
use crate::settings::{Settings, location};
use anyhow::{Context as _, Result, bail};
use jiff::{SignedDuration, Timestamp, civil::time};
use std::path::PathBuf;
use store::database::sqlite_fact;
use workflow::ShiftedClock;
use workflow::demonstration::{DemonstrationDay, demonstration_day};

/// What a start of the demonstration has found.
#[derive(Debug, Clone, Copy)]
pub struct Began {
    pub day: DemonstrationDay,
    pub clock: ShiftedClock,
}

/// Finds the day that the folder plays; a folder of another day is renamed to `<folder>.<day>` first.
///
/// A folder that holds anything but a demonstration is refused before its database is opened for work.
/// # Errors
/// The folder holds something else, cannot be read, or cannot be renamed.
pub async fn begin(settings: &Settings, now: Timestamp) -> Result<Began> {
    let zone = settings.site.zone_or_utc();
    let today = now.to_zoned_datetime(zone.clone()).date();
    let kept = kept_day(settings).await?;
    let day = match kept {
        Some(day) if day.day == today => day,
        other => {
            if let Some(old) = other {
                set_aside(settings, old)?;
            }
            let morning = today
                .to_datetime(time(7, 30, 0, 0))
                .to_zoned_datetime(zone)
                .context("07:30 of today is no moment in this zone")?;
            let shift = morning.timestamp().duration_since(now);
            DemonstrationDay {
                day: today,
                shift: SignedDuration::from_secs(shift.as_secs()),
            }
        }
    };
    let clock = ShiftedClock { by: day.shift };
    Ok(Began { day, clock })
}

/// The day of a database that is a demonstration's. One that was made and got no day yet counts as none.
async fn kept_day(settings: &Settings) -> Result<Option<DemonstrationDay>> {
    let file = location(settings).sqlite_file();
    let folder = settings.data.display();
    if !file.exists() {
        let is_empty = match std::fs::read_dir(&settings.data) {
            // A start that was cut off leaves the folder of the objects.
            Ok(entries) => entries
                .flatten()
                .all(|entry| entry.file_name() == "objects"),
            Err(_) => true,
        };
        if !is_empty {
            bail!("{folder} holds files and no demonstration: give --data a folder of its own");
        }
        return Ok(None);
    }
    let kind = sqlite_fact(&file, DEMONSTRATION).await?;
    if kind.as_deref() != Some("true") {
        bail!("{folder} holds no demonstration: it is left as it is, give --data another folder");
    }
    Ok(demonstration_day(&file).await?)
}

fn set_aside(settings: &Settings, old: DemonstrationDay) -> Result<()> {
    let mut name = settings.data.clone().into_os_string();
    name.push(format!(".{}", old.day));
    let aside = PathBuf::from(name);
    if aside.exists() {
        bail!(
            "the demonstration of {} would be set aside as {}, and that is there already",
            old.day,
            aside.display()
        );
    }
    std::fs::rename(&settings.data, &aside).with_context(|| {
        format!(
            "could not set the old demonstration aside as {}",
            aside.display()
        )
    })?;
    tracing::info!(day = %old.day, "the demonstration of another day is set aside");
    Ok(())
}
