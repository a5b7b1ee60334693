//! Moments of a story: so many days before or after its day in the room, at a clock time of the hospital.

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};

#[derive(Debug, Clone)]
pub struct Calendar {
    /// The day in the room.
    pub day: Date,
    pub zone: TimeZone,
}

impl Calendar {
    pub fn date(&self, days: i32) -> Date {
        self.day.checked_add(days.days()).unwrap_or(self.day)
    }

    /// Clock time on the day that is `days` after the day in the room (negative: before).
    ///
    /// * `minutes` – minutes after midnight on the clock; more than a day goes on into the next.
    pub fn at(&self, days: i32, minutes: i64) -> Timestamp {
        let over = minutes.div_euclid(24 * 60);
        let date = self.date(days.saturating_add(i32::try_from(over).unwrap_or(0)));
        let minute = minutes.rem_euclid(24 * 60);
        let clock = Time::new(
            i8::try_from(minute / 60).unwrap_or(0),
            i8::try_from(minute % 60).unwrap_or(0),
            0,
            0,
        );
        // A clock time that a clock change leaves out is the one after it.
        date.to_datetime(clock.unwrap_or_default())
            .to_zoned_datetime(self.zone.clone())
            .map_or(Timestamp::UNIX_EPOCH, |at| at.timestamp())
    }
}

pub fn later(at: Timestamp, minutes: i64) -> Timestamp {
    at.checked_add(SignedDuration::from_mins(minutes))
        .unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_minutes_are_counted_on_the_hospitals_clocks() {
        let calendar = Calendar {
            day: "2027-03-29".parse().unwrap(),
            zone: TimeZone::get("Europe/Helsinki").unwrap(),
        };
        let check = |days, minutes, expected: &str| {
            assert_eq!(calendar.at(days, minutes).to_string(), expected);
        };
        check(0, 7 * 60 + 30, "2027-03-29T04:30:00Z");
        // Before the change to summer time.
        check(-2, 7 * 60 + 30, "2027-03-27T05:30:00Z");
        check(0, 25 * 60, "2027-03-29T22:00:00Z");
        check(0, -60, "2027-03-28T20:00:00Z");
    }
}
