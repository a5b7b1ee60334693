//! Wall clock and elapsed time in the hospital's zone.
//!
//! Hours before an appointment are elapsed hours, counted in UTC. A limit that would fall into the hour that is
//! skipped or repeated when the clocks change is moved to the last plain minute before it: stop earlier.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{Span, Timestamp, ToSpan};

/// The hospital's zone.
#[derive(Debug, Clone)]
pub struct Clock {
    zone: TimeZone,
}

/// A limit on the wall clock, and whether a change of the clocks moved it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Limit {
    pub at: DateTime,
    pub moved: bool,
}

const MOST_MINUTES_MOVED: u32 = 24 * 60;

impl Clock {
    pub fn new(zone: &TimeZone) -> Self {
        Self { zone: zone.clone() }
    }

    /// The instant of a wall clock time; the first one when the hour is repeated or skipped.
    pub fn first_instant(&self, at: DateTime) -> Timestamp {
        let ambiguous = self.zone.to_ambiguous_timestamp(at);
        ambiguous.earlier().unwrap_or(Timestamp::MAX)
    }

    /// The instant of a wall clock time; the second one when the hour is repeated or skipped.
    pub fn last_instant(&self, at: DateTime) -> Timestamp {
        let ambiguous = self.zone.to_ambiguous_timestamp(at);
        ambiguous.later().unwrap_or(Timestamp::MAX)
    }

    /// Wall clock of an instant.
    pub fn wall(&self, instant: Timestamp) -> DateTime {
        self.zone.to_datetime(instant)
    }

    /// Midnight, or the first minute of a day on which the clocks skip midnight.
    pub fn first_of_day(&self, day: Date) -> DateTime {
        let midnight = day.to_datetime(Time::midnight());
        let first = self.zone.to_ambiguous_timestamp(midnight).compatible();
        first.map_or(midnight, |first| self.wall(first))
    }

    /// Elapsed hours before an instant, as a limit.
    pub fn hours_before(&self, start: Timestamp, hours: u16) -> Limit {
        let at = start
            .checked_sub(i64::from(hours).hours())
            .unwrap_or(Timestamp::MIN);
        self.safe(self.wall(at))
    }

    /// A wall clock limit on a minute that exists exactly once.
    pub fn safe(&self, wanted: DateTime) -> Limit {
        let mut at = wanted;
        for _ in 0..MOST_MINUTES_MOVED {
            if self.is_plain(at) {
                break;
            }
            let minute: Span = 1.minute();
            at = at.checked_sub(minute).unwrap_or(DateTime::MIN);
        }
        Limit {
            at,
            moved: at != wanted,
        }
    }

    /// The minute exists exactly once in this zone.
    pub fn is_plain(&self, at: DateTime) -> bool {
        matches!(
            self.zone.to_ambiguous_timestamp(at).offset(),
            AmbiguousOffset::Unambiguous { .. }
        )
    }

    /// The clocks change between two instants, be it forth and back.
    pub fn changes_between(&self, from: Timestamp, to: Timestamp) -> bool {
        let before = self.zone.to_offset(from);
        self.zone
            .following(from)
            .take_while(|change| change.timestamp() <= to)
            .any(|change| change.offset() != before)
    }
}

/// At least so many hours from one instant to another.
pub(crate) fn at_least_hours(from: Timestamp, to: Timestamp, hours: u16) -> bool {
    to.as_microsecond() - from.as_microsecond() >= i64::from(hours) * MICROSECONDS_PER_HOUR
}

/// At most so many hours from one instant to another.
pub(crate) fn at_most_hours(from: Timestamp, to: Timestamp, hours: f64) -> bool {
    let elapsed = to.as_microsecond() - from.as_microsecond();
    #[expect(
        clippy::cast_precision_loss,
        reason = "microseconds of a few years are exact in f64"
    )]
    let elapsed = elapsed as f64;
    #[expect(clippy::cast_precision_loss, reason = "a small constant")]
    let hour = MICROSECONDS_PER_HOUR as f64;
    elapsed <= hours * hour
}

const MICROSECONDS_PER_HOUR: i64 = 3_600_000_000;

/// Calendar days from one date to another.
pub(crate) fn days_between(from: Date, to: Date) -> i64 {
    from.until(to).map_or(0, |span| i64::from(span.get_days()))
}

/// A date some days earlier; the first date there is when that is out of range.
pub(crate) fn days_before(day: Date, days: i64) -> Date {
    day.checked_sub(days.days()).unwrap_or(Date::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn helsinki() -> Clock {
        Clock::new(&TimeZone::get("Europe/Helsinki").unwrap())
    }

    #[test]
    fn elapsed_hours_count_across_the_spring_change() {
        // 28 March 2027: 03:00 becomes 04:00.
        let clock = helsinki();
        let start = clock.first_instant(date(2027, 3, 28).at(9, 0, 0, 0));
        assert_eq!(
            clock.hours_before(start, 8).at,
            date(2027, 3, 28).at(0, 0, 0, 0)
        );
        assert_eq!(
            clock.hours_before(start, 2).at,
            date(2027, 3, 28).at(7, 0, 0, 0)
        );
    }

    #[test]
    fn a_limit_in_the_repeated_hour_moves_to_the_minute_before_it() {
        // 31 October 2027: 04:00 becomes 03:00, so 03:00 to 03:59 come twice.
        let clock = helsinki();
        let start = clock.first_instant(date(2027, 10, 31).at(9, 30, 0, 0));
        let limit = clock.hours_before(start, 6);
        assert_eq!(limit.at, date(2027, 10, 31).at(2, 59, 0, 0));
        assert!(limit.moved);
    }

    #[test]
    fn a_limit_in_the_skipped_hour_moves_to_the_minute_before_it() {
        let clock = helsinki();
        let limit = clock.safe(date(2027, 3, 28).at(3, 30, 0, 0));
        assert_eq!(limit.at, date(2027, 3, 28).at(2, 59, 0, 0));
        assert!(!clock.is_plain(date(2027, 3, 28).at(3, 30, 0, 0)));
    }

    #[test]
    fn days_count_by_the_calendar() {
        assert_eq!(days_between(date(2027, 2, 20), date(2027, 3, 9)), 17);
        assert_eq!(days_before(date(2027, 3, 1), 1), date(2027, 2, 28));
    }
}
