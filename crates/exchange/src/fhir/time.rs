//! FHIR dates and times, partial ones too, on the hospital's clocks.

use super::node::{Flaw, Node};
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

/// As exact as it was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Wall clock in the hospital's zone.
    Moment(DateTime),
    Day(Date),
    Month(Date),
    Year(Date),
}

impl When {
    /// Reads `2027-02-10T15:00:00+02:00`, a time without offset (the hospital's), or a partial date.
    pub fn read(text: &str, zone: &TimeZone) -> Option<Self> {
        if text.contains('T') {
            if let Ok(instant) = text.parse::<Timestamp>() {
                return Some(Self::Moment(
                    instant.to_zoned_datetime(zone.clone()).datetime(),
                ));
            }
            return text.parse::<DateTime>().ok().map(Self::Moment);
        }
        let first = |text: &str| text.parse::<Date>().ok();
        match text.len() {
            10 => first(text).map(Self::Day),
            7 => first(&format!("{text}-01")).map(Self::Month),
            4 => first(&format!("{text}-01-01")).map(Self::Year),
            _ => None,
        }
    }

    /// The earliest moment that it can mean: a value is never taken for newer than it is.
    pub fn earliest(self) -> DateTime {
        match self {
            Self::Moment(at) => at,
            Self::Day(day) | Self::Month(day) | Self::Year(day) => day.at(0, 0, 0, 0),
        }
    }

    /// The latest day that it can mean.
    pub fn latest_day(self) -> Date {
        match self {
            Self::Moment(at) => at.date(),
            Self::Day(day) => day,
            Self::Month(day) => day.last_of_month(),
            Self::Year(day) => day.last_of_year(),
        }
    }

    /// As a case file writes it behind a condition: `2027-01-20`, `2027-01`, `2027`.
    pub fn date_words(self) -> String {
        match self {
            Self::Moment(at) => at.date().to_string(),
            Self::Day(day) => day.to_string(),
            Self::Month(day) => day.strftime("%Y-%m").to_string(),
            Self::Year(day) => day.strftime("%Y").to_string(),
        }
    }
}

/// A date or time element.
/// # Errors
/// It is none.
pub fn when(node: &Node, key: &str, zone: &TimeZone) -> Result<Option<When>, Flaw> {
    node.text(key)?
        .map(|text| {
            When::read(text, zone)
                .ok_or_else(|| node.flaw(key, format!("{text:?} is not a date or a time")))
        })
        .transpose()
}

/// The first that stands of `prefix`+`DateTime`, `Date`, `Instant`, or the end, else the start, of its `Period`.
/// # Errors
/// One of them is no date or time.
pub fn when_of(node: &Node, prefix: &str, zone: &TimeZone) -> Result<Option<When>, Flaw> {
    for kind in ["DateTime", "Date", "Instant"] {
        if let Some(found) = when(node, &format!("{prefix}{kind}"), zone)? {
            return Ok(Some(found));
        }
    }
    let Some(period) = node.child(&format!("{prefix}Period"))? else {
        return Ok(None);
    };
    match when(&period, "end", zone)? {
        Some(end) => Ok(Some(end)),
        None => when(&period, "start", zone),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn an_offset_is_put_on_the_hospitals_clocks_and_a_part_stays_a_part() {
        let zone = TimeZone::get("Europe/Helsinki").unwrap();
        let check = |text: &str, expected: Option<When>| {
            assert_eq!(When::read(text, &zone), expected, "{text}");
        };
        let noon = date(2027, 2, 10).at(12, 0, 0, 0);
        check("2027-02-10T10:00:00Z", Some(When::Moment(noon)));
        check("2027-02-10T11:00:00+01:00", Some(When::Moment(noon)));
        check("2027-02-10T12:00:00", Some(When::Moment(noon)));
        check("2027-02-10T12:00", Some(When::Moment(noon)));
        check("2027-02-10", Some(When::Day(date(2027, 2, 10))));
        check("2027-02", Some(When::Month(date(2027, 2, 1))));
        check("2027", Some(When::Year(date(2027, 1, 1))));
        for bad in [
            "",
            "27",
            "2027-13",
            "2027-02-30",
            "10.2.2027",
            "2027-02-10T25:00:00Z",
        ] {
            check(bad, None);
        }
    }

    #[test]
    fn a_part_is_never_newer_than_it_can_be() {
        let zone = TimeZone::UTC;
        let month = When::read("2027-02", &zone).unwrap();
        assert_eq!(month.earliest(), date(2027, 2, 1).at(0, 0, 0, 0));
        assert_eq!(month.latest_day(), date(2027, 2, 28));
        assert_eq!(month.date_words(), "2027-02");
    }
}
