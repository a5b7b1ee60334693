//! When a medicine is taken.

use jiff::civil::{DateTime, Time, Weekday};
use knowledge::condition::WEEKDAYS;
use std::collections::BTreeSet;

/// The timetable of one medicine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Schedule {
    /// Every day at these times.
    Clock(BTreeSet<Time>),
    /// An infusion that runs.
    Continuous,
    /// With dialysis; Monday is 0.
    Dialysis(BTreeSet<usize>),
    /// Not said, or not understood.
    Unknown,
}

impl Schedule {
    pub fn read(times: &[&str]) -> Self {
        let words: Vec<String> = times
            .iter()
            .map(|time| time.trim().to_lowercase())
            .collect();
        if words.is_empty() {
            return Self::Unknown;
        }
        if words.iter().any(|word| word == "continuous") {
            return Self::Continuous;
        }
        let dialysis: Vec<&str> = words
            .iter()
            .filter_map(|word| word.strip_prefix("dialysis_"))
            .collect();
        if !dialysis.is_empty() {
            let days: Option<BTreeSet<usize>> = dialysis
                .iter()
                .flat_map(|days| days.split('_'))
                .map(weekday_number)
                .collect();
            return days.map_or(Self::Unknown, Self::Dialysis);
        }
        let clock: Option<BTreeSet<Time>> = words.iter().map(|word| clock_time(word)).collect();
        clock.map_or(Self::Unknown, Self::Clock)
    }
}

fn clock_time(word: &str) -> Option<Time> {
    let (hour, minute) = word.split_once(':')?;
    let short = hour.len() <= 2 && minute.len() == 2;
    let time = Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()?;
    short.then_some(time)
}

/// Monday is 0.
pub(crate) fn weekday_number(day: &str) -> Option<usize> {
    WEEKDAYS.iter().position(|known| *known == day)
}

/// Monday is 0.
pub(crate) fn weekday_of(at: DateTime) -> usize {
    match at.weekday() {
        Weekday::Monday => 0,
        Weekday::Tuesday => 1,
        Weekday::Wednesday => 2,
        Weekday::Thursday => 3,
        Weekday::Friday => 4,
        Weekday::Saturday => 5,
        Weekday::Sunday => 6,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_understood_is_unknown() {
        assert_eq!(Schedule::read(&[]), Schedule::Unknown);
        assert_eq!(Schedule::read(&["08:00", "evening"]), Schedule::Unknown);
        assert_eq!(Schedule::read(&["25:00"]), Schedule::Unknown);
        assert_eq!(Schedule::read(&["dialysis_mon_xyz"]), Schedule::Unknown);
        assert_eq!(Schedule::read(&["continuous"]), Schedule::Continuous);
        assert!(
            matches!(Schedule::read(&["20:00", "08:00"]), Schedule::Clock(times) if times.len() == 2)
        );
    }
}
