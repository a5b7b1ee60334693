//! Wall clock, elapsed time, and dated names.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

/// The hospital's clock.
#[derive(Debug, Clone)]
pub struct Zone(pub TimeZone);

impl Zone {
    /// # Panics
    /// On a name that is no zone.
    pub fn named(name: &str) -> Self {
        match TimeZone::get(name) {
            Ok(zone) => Self(zone),
            Err(error) => panic!("{name}: {error}"),
        }
    }

    /// This minute is on the clock once: neither skipped nor repeated.
    pub fn once(&self, wall: DateTime) -> bool {
        !self.0.to_ambiguous_timestamp(wall).is_ambiguous()
    }

    /// Minutes since 1970; of a repeated or skipped minute the later reading.
    pub fn minutes(&self, wall: DateTime) -> i64 {
        let later = self.0.to_ambiguous_timestamp(wall).later();
        later.map_or(0, |at| at.as_second().div_euclid(60))
    }

    pub fn wall(&self, minutes: i64) -> DateTime {
        let at = Timestamp::from_second(minutes * 60).unwrap_or(Timestamp::UNIX_EPOCH);
        self.0.to_datetime(at)
    }

    /// A stop limit moves to the last plain minute before the hour that the clocks skip or repeat.
    pub fn plain(&self, mut wall: DateTime) -> DateTime {
        while !self.once(wall) {
            wall = wall.saturating_sub(1.minute());
        }
        wall
    }

    pub fn hours_before(&self, wall: DateTime, hours: i64) -> DateTime {
        self.plain(self.wall(self.minutes(wall) - hours * 60))
    }
}

pub fn days_earlier(day: Date, days: i64) -> Date {
    day.saturating_sub(days.days())
}

/// Calendar days from one date to the other.
pub fn calendar_days(from: Date, to: Date) -> i64 {
    from.until(to).map_or(0, |span| span.get_days().into())
}

/// `08:00`; everything else is no time.
pub fn clock(text: &str) -> Option<Time> {
    let (hour, minute) = text.split_once(':')?;
    Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()
}

/// Name and last possible day of `name_2027-01-20`, `name_2027-01` or `name_2027`.
pub fn dated(written: &str) -> (String, Option<Date>) {
    let Some((name, tail)) = written.rsplit_once('_') else {
        return (written.to_owned(), None);
    };
    let parts: Vec<&str> = tail.split('-').collect();
    let year = parts
        .first()
        .filter(|year| year.len() == 4)
        .and_then(|year| year.parse().ok());
    let Some(year) = year else {
        return (written.to_owned(), None);
    };
    let month = parts.get(1).and_then(|month| month.parse().ok());
    let day = parts.get(2).and_then(|day| day.parse().ok());
    let date = match (month, day) {
        (Some(month), Some(day)) => Date::new(year, month, day).ok(),
        (Some(month), None) => Date::new(year, month, 1).ok().map(Date::last_of_month),
        _ => Date::new(year, 12, 31).ok(),
    };
    (name.to_owned(), date)
}

/// Event + n calendar months lies after the day; no date is within.
pub fn within_months(event: Option<Date>, months: i64, day: Date) -> bool {
    event.is_none_or(|event| event.saturating_add(months.months()) > day)
}
