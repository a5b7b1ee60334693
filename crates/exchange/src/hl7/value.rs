//! From field text to `model` values: times, identifiers, names, codes.

use super::fault::{Fault, FaultKind};
use super::message::{Field, Repetition};
use super::sender::SenderSettings;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone};
use model::{BirthDate, PatientIdentifier, PersonName, Sex};
use workflow::incoming::{OrderNumber, SentCode};

/// A time as HL7 writes it, with what was left out left open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SentTime {
    pub year: i16,
    pub month: Option<i8>,
    pub day: Option<i8>,
    time: Option<Time>,
    offset: Option<Offset>,
}

impl SentTime {
    /// Reads `YYYY[MM[DD[HH[MM[SS[.S…]]]]]][+/-ZZZZ]`; `None` when it is none.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if !text.is_ascii() {
            return None;
        }
        let (digits, offset) = match text.find(['+', '-']) {
            Some(at) => {
                let (digits, offset) = text.split_at(at);
                (digits, Some(parse_offset(offset)?))
            }
            None => (text, None),
        };
        let (whole, fraction) = match digits.split_once('.') {
            Some((whole, fraction)) if whole.len() == 14 => (whole, fraction),
            Some(_) => return None,
            None => (digits, ""),
        };
        let sound = whole.bytes().all(|b| b.is_ascii_digit())
            && fraction.bytes().all(|b| b.is_ascii_digit())
            && matches!(whole.len(), 4 | 6 | 8 | 10 | 12 | 14);
        if !sound {
            return None;
        }
        let two = |from: usize| whole.get(from..from + 2).and_then(|t| t.parse::<i8>().ok());
        let (month, day) = (two(4), two(6));
        let year: i16 = whole.get(..4)?.parse().ok()?;
        if year == 0 {
            return None;
        }
        Date::new(year, month.unwrap_or(1), day.unwrap_or(1)).ok()?;
        let time = match two(8) {
            Some(hour) => {
                let (minute, second) = (two(10).unwrap_or(0), two(12).unwrap_or(0));
                // A leap second is written as 60; civil clocks have none.
                Some(Time::new(hour, minute, second.min(59), 0).ok()?)
            }
            None => None,
        };
        Some(Self {
            year,
            month,
            day,
            time,
            offset,
        })
    }

    pub fn date(&self) -> Option<Date> {
        Date::new(self.year, self.month?, self.day?).ok()
    }

    /// The instant. A day without a time is taken at its beginning: for a specimen that is the older, safer reading.
    /// `None` when not even the day is known.
    pub fn instant(&self, zone: &TimeZone) -> Option<Timestamp> {
        let date = self.date()?;
        let civil = DateTime::from_parts(date, self.time.unwrap_or(Time::midnight()));
        match self.offset {
            Some(offset) => offset.to_timestamp(civil).ok(),
            None => zone.to_timestamp(civil).ok(),
        }
    }
}

fn parse_offset(text: &str) -> Option<Offset> {
    let (sign, digits) = text.split_at_checked(1)?;
    if digits.len() != 4 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let hours: i32 = digits.get(..2)?.parse().ok()?;
    let minutes: i32 = digits.get(2..)?.parse().ok()?;
    if hours > 14 || minutes > 59 {
        return None;
    }
    let seconds = (hours * 60 + minutes) * 60;
    Offset::from_seconds(if sign == "-" { -seconds } else { seconds }).ok()
}

/// A time that must be readable when it is stated. Component as given (a range has its start in the first).
pub fn instant(
    field: &Field<'_>,
    component: usize,
    settings: &SenderSettings,
) -> Result<Option<Timestamp>, Fault> {
    let text = field.component(component);
    if text.is_empty() {
        return Ok(None);
    }
    SentTime::parse(&text)
        .and_then(|time| time.instant(&settings.zone))
        .map(Some)
        .ok_or_else(|| field.fault(FaultKind::DataType, "not a date or time"))
}

/// Date of birth: the day as written (its offset plays no part), a year and month as the year.
pub fn birth_date(field: &Field<'_>) -> Result<Option<BirthDate>, Fault> {
    if field.is_deleted() {
        return Ok(Some(BirthDate::Unknown));
    }
    if field.is_empty() {
        return Ok(None);
    }
    let time = SentTime::parse(&field.text())
        .ok_or_else(|| field.fault(FaultKind::DataType, "not a date of birth"))?;
    Ok(Some(match time.date() {
        Some(date) => BirthDate::Day(date),
        None => BirthDate::Year(time.year),
    }))
}

/// Table 0001. A letter that the table does not know reads as unknown and is said.
pub fn sex(field: &Field<'_>, notes: &mut Vec<String>) -> Option<Sex> {
    if field.is_empty() {
        return None;
    }
    Some(match field.text().to_ascii_uppercase().as_str() {
        "F" => Sex::Female,
        "M" => Sex::Male,
        "O" | "A" | "N" => Sex::Other,
        "U" | "" => Sex::Unknown,
        _ => {
            notes.push(format!("{}: not in table 0001, read as unknown", field.at));
            Sex::Unknown
        }
    })
}

/// Identifiers of a CX field with their type codes, in the order sent, each once.
pub fn identifiers(
    field: &Field<'_>,
    settings: &SenderSettings,
) -> Result<Vec<(PatientIdentifier, String)>, Fault> {
    let mut found: Vec<(PatientIdentifier, String)> = Vec::new();
    for repetition in field.repetitions().filter(|r| !r.component(1).is_empty()) {
        let issuer = [repetition.subcomponent(4, 1), repetition.subcomponent(4, 2)]
            .into_iter()
            .find(|part| !part.is_empty())
            .unwrap_or_else(|| settings.default_issuer.clone());
        let id = PatientIdentifier::new(&repetition.component(1), &issuer)
            .map_err(|e| field.fault(FaultKind::DataType, e.to_string()))?;
        if !found.iter().any(|(known, _)| *known == id) {
            found.push((id, repetition.component(5)));
        }
    }
    Ok(found)
}

/// The identifiers with the one to show first: a preferred issuer, else type MR, else PI, else as sent.
pub fn best_first(
    mut found: Vec<(PatientIdentifier, String)>,
    settings: &SenderSettings,
) -> Vec<PatientIdentifier> {
    found.sort_by_key(|(id, kind)| {
        let preferred = settings
            .preferred_issuers
            .iter()
            .position(|issuer| issuer == id.issuer());
        let by_kind = match kind.as_str() {
            "MR" => 0,
            "PI" => 1,
            _ => 2,
        };
        (preferred.unwrap_or(usize::MAX), by_kind)
    });
    found.into_iter().map(|(id, _)| id).collect()
}

/// The legal name (XPN.7 = L), else the first that is stated.
pub fn person_name(field: &Field<'_>) -> Option<PersonName> {
    if field.is_empty() {
        return None;
    }
    let stated = |r: &Repetition<'_>| !r.component(1).is_empty() || !r.component(2).is_empty();
    let legal = field
        .repetitions()
        .find(|r| stated(r) && r.component(7) == "L");
    let chosen = legal.or_else(|| field.repetitions().find(stated));
    // A deleted name is an empty one: the person then shows as "name not known".
    Some(chosen.map_or_else(PersonName::default, |r| PersonName {
        family: r.component(1),
        given: r.component(2),
        middle: r.component(3),
    }))
}

/// CE/CWE: the sender's code, then its alternate when there is one.
pub fn codes(repetition: &Repetition<'_>) -> Vec<SentCode> {
    [1, 4]
        .into_iter()
        .map(|from| SentCode {
            code: repetition.component(from),
            text: repetition.component(from + 1),
            system: repetition.component(from + 2),
        })
        .filter(|code| !code.code.is_empty() || !code.text.is_empty())
        .collect()
}

pub fn code(field: &Field<'_>) -> SentCode {
    let first = field.repetitions().next();
    let first = first.and_then(|r| codes(&r).into_iter().next());
    first.unwrap_or_default()
}

/// EI: an order or appointment number with its namespace.
pub fn order_number(field: &Field<'_>) -> Option<OrderNumber> {
    let value = field.component(1);
    if value.is_empty() {
        return None;
    }
    let namespace = [field.component(2), field.component(3)]
        .into_iter()
        .find(|part| !part.is_empty())
        .unwrap_or_default();
    Some(OrderNumber { value, namespace })
}

/// EIP: the placer part (component 1) with its namespace in the second subcomponent.
pub fn order_number_in_pair(field: &Field<'_>) -> Option<OrderNumber> {
    let value = field.subcomponent(1, 1);
    (!value.is_empty()).then(|| OrderNumber {
        value,
        namespace: field.subcomponent(1, 2),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instant_of(text: &str, zone: &str) -> Option<String> {
        let zone = TimeZone::get(zone).unwrap();
        SentTime::parse(text)?.instant(&zone).map(|t| t.to_string())
    }

    #[test]
    fn times_read_with_their_own_offset_else_in_the_senders_zone() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(
                instant_of(text, "Europe/Helsinki").as_deref(),
                expected,
                "{text}"
            );
        };
        check("20270112083000", Some("2027-01-12T06:30:00Z"));
        check("20270712083000", Some("2027-07-12T05:30:00Z"));
        check("202701120830+0100", Some("2027-01-12T07:30:00Z"));
        check("20210817151943.4+0200", Some("2021-08-17T13:19:43Z"));
        check("20270112", Some("2027-01-11T22:00:00Z"));
        check("202701", None);
        // The hour that the clock change skips, and the hour that it has twice.
        check("202703280330", Some("2027-03-28T01:30:00Z"));
        check("202710310330", Some("2027-10-31T00:30:00Z"));
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in [
            "",
            "2027010",
            "20271301",
            "20270230",
            "2010201200+0215",
            "20270112+2500",
        ] {
            assert_eq!(SentTime::parse(text), None, "{text}");
        }
        assert_eq!(SentTime::parse("20270112 08"), None);
        assert_eq!(SentTime::parse("202701120830+02"), None);
        assert_eq!(SentTime::parse("2027011208٣٠"), None);
    }
}
