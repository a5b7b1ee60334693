//! The one place that writes times for staff: with the weekday, on the hospital's clocks, never as a machine writes
//! them.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// "10:42".
pub fn clock(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned_datetime(zone.clone())
        .strftime("%H:%M")
        .to_string()
}

/// "Thu 11 March"; with the year when it is another one.
pub fn day(day: Date, today: Date) -> String {
    if day.year() == today.year() {
        day.strftime("%a %-d %B").to_string()
    } else {
        day.strftime("%a %-d %B %Y").to_string()
    }
}

/// "Thursday 11 March 2027".
pub fn long_day(day: Date) -> String {
    day.strftime("%A %-d %B %Y").to_string()
}

/// "Thu 11 March 09:00".
pub fn moment(at: Timestamp, zone: &TimeZone, today: Date) -> String {
    wall(at.to_zoned_datetime(zone.clone()).datetime(), today)
}

/// [`moment`] of a time that stands on the hospital's clocks already.
pub fn wall(at: DateTime, today: Date) -> String {
    format!("{} {}", day(at.date(), today), at.strftime("%H:%M"))
}

/// "42 min late", "3 h late", "2 days late"; `None` while it is not late.
pub fn late(due: Timestamp, now: Timestamp) -> Option<String> {
    let by = now.duration_since(due);
    if by <= SignedDuration::ZERO {
        return None;
    }
    let minutes = by.as_mins();
    Some(match minutes {
        0..=89 => format!("{minutes} min late"),
        90..=1439 => format!("{} h late", minutes / 60),
        1440..=2879 => "1 day late".to_owned(),
        _ => format!("{} days late", minutes / 1440),
    })
}

/// An ISO instant out of a stored text.
pub fn instant(text: &str) -> Option<Timestamp> {
    text.parse().ok()
}

/// The same sentence with every ISO day and time in it written for people: "INR of 2027-03-08T09:20:00" becomes "INR
/// of Mon 8 March 09:20". A time with an offset is put on the hospital's clocks; one without stands on them already.
pub fn readable(text: &str, zone: &TimeZone, today: Date) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut before = None;
    while let Some(first) = rest.chars().next() {
        let begins_a_word =
            !before.is_some_and(|c: char| c.is_alphanumeric() || "_-/.".contains(c));
        if begins_a_word
            && first.is_ascii_digit()
            && let Some((words, after)) = written(rest, zone, today)
        {
            out.push_str(&words);
            before = out.chars().last();
            rest = after;
            continue;
        }
        out.push(first);
        before = Some(first);
        rest = rest.get(first.len_utf8()..).unwrap_or_default();
    }
    out
}

/// The day or time at the beginning of a text in words, and what comes after it.
fn written<'a>(text: &'a str, zone: &TimeZone, today: Date) -> Option<(String, &'a str)> {
    let date: Date = text.get(..10)?.parse().ok()?;
    let ends_here = |rest: &str| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_');
    let after_date = text.get(10..)?;
    let Some(time) = after_date.strip_prefix(['T', ' ']).and_then(clock_part) else {
        return ends_here(after_date).then(|| (day(date, today), after_date));
    };
    let (time, rest) = time;
    let at: DateTime = format!("{date}T{time}").parse().ok()?;
    let (offset, rest) = offset_part(rest);
    let rest = match rest.strip_prefix('[') {
        Some(named) => named.split_once(']').map_or(rest, |(_, after)| after),
        None => rest,
    };
    if !ends_here(rest) {
        return None;
    }
    let words = match offset {
        None => wall(at, today),
        Some(offset) => moment(format!("{at}{offset}").parse().ok()?, zone, today),
    };
    Some((words, rest))
}

/// "09:20", "09:20:00" or "09:20:00.5" at the beginning of a text.
fn clock_part(text: &str) -> Option<(&str, &str)> {
    let is_clock = |text: &str| {
        text.chars().enumerate().all(|(at, c)| match at % 3 {
            2 => c == ':',
            _ => c.is_ascii_digit(),
        })
    };
    let seconds = text.get(..8).filter(|text| is_clock(text)).map(|_| 8);
    let minutes = text.get(..5).filter(|text| is_clock(text)).map(|_| 5);
    let length = seconds.or(minutes)?;
    let rest = text.get(length..)?;
    let fraction = match rest.strip_prefix('.') {
        Some(digits) if length == 8 => {
            1 + digits
                .find(|c: char| !c.is_ascii_digit())
                .unwrap_or(digits.len())
        }
        _ => 0,
    };
    // A full stop that ends the sentence is none of a second.
    let length = if fraction > 1 {
        length + fraction
    } else {
        length
    };
    Some((text.get(..length)?, text.get(length..)?))
}

/// "Z" or "+02:00" at the beginning of a text.
fn offset_part(text: &str) -> (Option<&str>, &str) {
    if let Some(rest) = text.strip_prefix('Z') {
        return (Some("Z"), rest);
    }
    let signed = text.starts_with(['+', '-'])
        && text.get(1..6).is_some_and(|hours| {
            hours.chars().enumerate().all(|(at, c)| match at {
                2 => c == ':',
                _ => c.is_ascii_digit(),
            })
        });
    match (signed, text.get(..6), text.get(6..)) {
        (true, Some(offset), Some(rest)) => (Some(offset), rest),
        _ => (None, text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lateness_is_said_in_the_largest_fitting_unit() {
        let due: Timestamp = "2027-03-10T10:00:00Z".parse().unwrap();
        let after = |minutes| due.checked_add(SignedDuration::from_mins(minutes)).unwrap();
        assert_eq!(late(due, due), None);
        assert_eq!(late(due, after(42)).unwrap(), "42 min late");
        assert_eq!(late(due, after(120)).unwrap(), "2 h late");
        assert_eq!(late(due, after(1500)).unwrap(), "1 day late");
        assert_eq!(late(due, after(3 * 1440)).unwrap(), "3 days late");
    }

    #[test]
    fn no_machine_time_is_left_in_a_sentence() {
        let zone = TimeZone::get("Europe/Helsinki").unwrap();
        let today: Date = "2027-03-10".parse().unwrap();
        let cases = [
            (
                "INR of 2027-03-08T09:20:00 is older than 2 days",
                "INR of Mon 8 March 09:20 is older than 2 days",
            ),
            (
                "taken 2027-03-10T05:00:00Z, not stopped",
                "taken Wed 10 March 07:00, not stopped",
            ),
            ("sample 2027-03-10T07:00.", "sample Wed 10 March 07:00."),
            (
                "at 2027-03-10T07:00:00.25+02:00[Europe/Helsinki]; then",
                "at Wed 10 March 07:00; then",
            ),
            (
                "approved until 2028-12-31",
                "approved until Sun 31 December 2028",
            ),
            ("(2027-03-11)", "(Thu 11 March)"),
            ("vte_2027-01-28", "vte_2027-01-28"),
            ("rule 2027-99-99", "rule 2027-99-99"),
            ("INR 1.9, limit 1.8", "INR 1.9, limit 1.8"),
            (
                "m\u{e4}\u{e4}r\u{e4} \u{b5}g",
                "m\u{e4}\u{e4}r\u{e4} \u{b5}g",
            ),
        ];
        for (stored, shown) in cases {
            assert_eq!(readable(stored, &zone, today), shown);
        }
    }
}
