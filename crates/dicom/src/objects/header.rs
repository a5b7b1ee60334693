//! The identifying attributes of any DICOM object, read without touching its pixels.

use super::data_set::{AtEnd, DataSet, DataSetError, Tag, open};
use super::text::CharacterSets;
use jiff::civil::{Date, DateTime, Time};
use model::{BirthDate, Centimetre, Kilogram, PersonName, Sex};

/// What filing an object needs to know. Empty text and `None` mean that the object does not say.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Header {
    pub sop_class_uid: String,
    pub sop_instance_uid: String,
    pub study_uid: String,
    pub series_uid: String,
    pub patient_id: String,
    pub issuer_of_patient_id: String,
    pub patient_name: PersonName,
    pub birth_date: Option<BirthDate>,
    pub sex: Option<Sex>,
    /// Patient's Size (0010,1020) and Weight (0010,1030).
    pub height: Option<Centimetre>,
    pub weight: Option<Kilogram>,
    pub accession_number: String,
    pub modality: String,
    pub station_name: String,
    pub manufacturer: String,
    pub model: String,
    pub serial_number: String,
    pub series_description: String,
    pub study_date: Option<Date>,
    pub study_time: Option<Time>,
    pub content: Option<DateTime>,
    pub utc_offset: String,
    pub character_sets: CharacterSets,
    /// Stated transfer syntax; empty when the object has no meta group.
    pub transfer_syntax: String,
    /// What had to be tolerated to read it.
    pub tolerated: Vec<&'static str>,
}

pub(super) const FIRST_CONTENT_GROUP: Tag = 0x0028_0000;

/// Reads the header of an object; bytes after the identifying groups are not looked at, and an object
/// that was cut off behind them is still identified.
/// # Errors
/// [`DataSetError::NotDicom`], nesting or element limits, damaged deflate stream.
pub fn read(bytes: &[u8]) -> Result<Header, DataSetError> {
    let opened = open(bytes)?;
    let set = opened.data_set(FIRST_CONTENT_GROUP, AtEnd::Keep)?;
    let mut header = from_data_set(&set);
    header.transfer_syntax = opened.transfer_syntax.clone();
    header.tolerated = opened.tolerated.clone();
    Ok(header)
}

pub(super) fn from_data_set(set: &DataSet<'_>) -> Header {
    let sets = CharacterSets::from_bytes(set.bytes(0x0008_0005));
    let text = |tag| {
        set.bytes(tag)
            .map(|b| sets.decode(b).trim().to_owned())
            .unwrap_or_default()
    };
    let ascii = |tag| set.ascii(tag).unwrap_or_default().to_owned();
    let content_date = set.ascii(0x0008_0023).and_then(date);
    let content_time = set.ascii(0x0008_0033).and_then(time);
    Header {
        sop_class_uid: ascii(0x0008_0016),
        sop_instance_uid: ascii(0x0008_0018),
        study_uid: ascii(0x0020_000D),
        series_uid: ascii(0x0020_000E),
        patient_id: text(0x0010_0020),
        issuer_of_patient_id: text(0x0010_0021),
        patient_name: person_name(&text(0x0010_0010)),
        birth_date: set.ascii(0x0010_0030).and_then(birth_date),
        sex: set.ascii(0x0010_0040).and_then(sex),
        height: number(set, 0x0010_1020).map(|metres| Centimetre(metres * 100.0)),
        weight: number(set, 0x0010_1030).map(Kilogram),
        accession_number: text(0x0008_0050),
        modality: ascii(0x0008_0060),
        station_name: text(0x0008_1010),
        manufacturer: text(0x0008_0070),
        model: text(0x0008_1090),
        serial_number: text(0x0018_1000),
        series_description: text(0x0008_103E),
        study_date: set.ascii(0x0008_0020).and_then(date),
        study_time: set.ascii(0x0008_0030).and_then(time),
        content: content_date.map(|d| d.to_datetime(content_time.unwrap_or_default())),
        utc_offset: ascii(0x0008_0201),
        transfer_syntax: String::new(),
        tolerated: Vec::new(),
        character_sets: sets,
    }
}

/// A positive decimal; zero stands for "not known" in many headers.
fn number(set: &DataSet<'_>, tag: Tag) -> Option<f64> {
    let value: f64 = set.ascii(tag)?.split('\\').next()?.trim().parse().ok()?;
    (value.is_finite() && value > 0.0).then_some(value)
}

/// First component group of a PN value: `Family^Given^Middle`. The ideographic and phonetic groups stay out.
pub fn person_name(value: &str) -> PersonName {
    let alphabetic = value
        .split('=')
        .find(|g| !g.trim().is_empty())
        .unwrap_or_default();
    let mut parts = alphabetic.split('^').map(|p| p.trim().to_owned());
    PersonName {
        family: parts.next().unwrap_or_default(),
        given: parts.next().unwrap_or_default(),
        middle: parts.next().unwrap_or_default(),
    }
}

/// DA: `YYYYMMDD`, and the retired `YYYY.MM.DD`.
pub fn date(value: &str) -> Option<Date> {
    let digits: String = value.chars().filter(|c| !matches!(c, '.' | '-')).collect();
    if digits.len() != 8 {
        return None;
    }
    let number = |from: usize, to: usize| digits.get(from..to)?.parse::<i16>().ok();
    let small = |n: Option<i16>| n.and_then(|n| i8::try_from(n).ok());
    Date::new(number(0, 4)?, small(number(4, 6))?, small(number(6, 8))?).ok()
}

fn birth_date(value: &str) -> Option<BirthDate> {
    match value.len() {
        4 => value.parse().ok().map(BirthDate::Year),
        _ => date(value).map(BirthDate::Day),
    }
}

/// TM: `HH`, `HHMM`, `HHMMSS`, `HHMMSS.FFFFFF`, and the retired form with colons.
pub fn time(value: &str) -> Option<Time> {
    let value: String = value.chars().filter(|c| *c != ':').collect();
    let (whole, fraction) = value.split_once('.').unwrap_or((&value, ""));
    let part = |from: usize| match whole.get(from..from + 2) {
        Some(digits) => digits.parse::<i8>().ok(),
        None if whole.len() <= from => Some(0),
        None => None,
    };
    if whole.is_empty() {
        return None;
    }
    let nanoseconds = if fraction.is_empty() {
        0
    } else {
        let digits: String = fraction
            .chars()
            .chain("000000000".chars())
            .take(9)
            .collect();
        digits.parse().ok()?
    };
    // A leap second is written as 60 and has no civil time of its own.
    Time::new(part(0)?, part(2)?, part(4)?.min(59), nanoseconds).ok()
}

/// DT without its offset: `YYYYMMDDHHMMSS.FFFFFF&ZZXX`.
pub fn date_time(value: &str) -> Option<DateTime> {
    let value = value.split(['+', '-']).next()?.trim();
    let day = date(value.get(0..8)?)?;
    let rest = value.get(8..).unwrap_or_default();
    let time = if rest.is_empty() {
        Time::midnight()
    } else {
        time(rest)?
    };
    Some(day.to_datetime(time))
}

fn sex(value: &str) -> Option<Sex> {
    match value {
        "F" => Some(Sex::Female),
        "M" => Some(Sex::Male),
        "O" => Some(Sex::Other),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::{date as day, datetime};

    #[test]
    fn dates_and_times_in_all_written_forms() {
        assert_eq!(date("20160512"), Some(day(2016, 5, 12)));
        assert_eq!(date("2016.05.12"), Some(day(2016, 5, 12)));
        assert_eq!(date("20161312"), None);
        assert_eq!(time("10"), Some(Time::constant(10, 0, 0, 0)));
        assert_eq!(
            time("100647.81"),
            Some(Time::constant(10, 6, 47, 810_000_000))
        );
        assert_eq!(time("10:06:47"), Some(Time::constant(10, 6, 47, 0)));
        assert_eq!(time("1"), None);
        assert_eq!(
            date_time("20201210075650.01+0200"),
            Some(datetime(2020, 12, 10, 7, 56, 50, 10_000_000))
        );
        assert_eq!(
            date_time("20201210"),
            Some(datetime(2020, 12, 10, 0, 0, 0, 0))
        );
    }
}
