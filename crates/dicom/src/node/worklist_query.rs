//! What a modality asks its worklist for, and whether a scheduled step answers it (PS3.4 C.2.2.2, K.6.1.2).

use super::association::PeerName;
use super::data_set::DataSet;
use super::worklist_item::WorklistItem;
use dicom_core::Tag;
use dicom_dictionary_std::tags;
use jiff::civil::{Date, Time};

/// A text key: nothing asked, or one or more values with `*` and `?` as wildcards.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TextKey(Vec<String>);

impl TextKey {
    /// * `text` – the value of the element, several parted by a backslash; empty or only `*` asks for nothing.
    pub fn new(text: &str) -> Self {
        let values: Vec<String> = text
            .split('\\')
            .map(|value| value.trim_matches(' ').to_owned())
            .filter(|value| !value.is_empty())
            .collect();
        let everything = values.iter().any(|value| value.chars().all(|c| c == '*'));
        Self(if everything { Vec::new() } else { values })
    }

    pub fn is_universal(&self) -> bool {
        self.0.is_empty()
    }

    /// The value, when it is one without wildcards: what an index can look up.
    pub fn exact(&self) -> Option<&str> {
        match self.0.as_slice() {
            [one] if !one.contains(['*', '?']) => Some(one),
            _ => None,
        }
    }

    /// Case matters, outer blanks do not (PS3.4 C.2.2.2.1).
    pub fn matches(&self, value: &str) -> bool {
        let value: Vec<char> = value.trim_matches(' ').chars().collect();
        self.is_universal()
            || self.0.iter().any(|pattern| {
                let pattern: Vec<char> = pattern.chars().collect();
                wildcard_match(&pattern, &value)
            })
    }

    /// As names are compared: case does not matter, nor do empty components at the end.
    pub fn matches_name(&self, name: &str) -> bool {
        let plain = |text: &str| -> Vec<char> {
            let alphabetic = text.split('=').next().unwrap_or_default();
            alphabetic
                .trim_matches([' ', '^'])
                .to_lowercase()
                .chars()
                .collect()
        };
        let name = plain(name);
        self.is_universal()
            || self
                .0
                .iter()
                .any(|pattern| wildcard_match(&plain(pattern), &name))
    }
}

/// `*` is any run of characters, `?` any one. Time grows with pattern × text, never more.
fn wildcard_match(pattern: &[char], text: &[char]) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                retry = Some((p, t));
                p += 1;
            }
            Some(c) if *c == '?' || Some(c) == text.get(t) => {
                p += 1;
                t += 1;
            }
            Some(_) | None => {
                let Some((star, from)) = retry else {
                    return false;
                };
                retry = Some((star, from + 1));
                p = star + 1;
                t = from + 1;
            }
        }
    }
    pattern
        .get(p..)
        .unwrap_or_default()
        .iter()
        .all(|c| *c == '*')
}

/// A range of dates or times, both ends inclusive; an end that is `None` is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range<T> {
    pub from: Option<T>,
    pub until: Option<T>,
}

impl<T: PartialOrd + Copy> Range<T> {
    pub const OPEN: Self = Self {
        from: None,
        until: None,
    };

    pub fn contains(&self, value: T) -> bool {
        self.from.is_none_or(|from| from <= value) && self.until.is_none_or(|until| value <= until)
    }
}

/// The matching keys of one query. A key that was absent or empty matches everything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorklistQuery {
    /// Who asks; an audit row names it.
    pub asked_by: PeerName,
    pub patient_name: TextKey,
    pub patient_id: TextKey,
    pub issuer_of_patient_id: TextKey,
    pub accession_number: TextKey,
    pub requested_procedure_id: TextKey,
    /// One or several (a list matches any of them).
    pub study_instance_uid: TextKey,
    pub scheduled_station_ae_title: TextKey,
    pub scheduled_procedure_step_id: TextKey,
    pub modality: TextKey,
    pub scheduled_performing_physician: TextKey,
    /// Civil dates of the hospital.
    pub start_date: Range<Date>,
    /// Civil times of the hospital, on each of the dates (PS3.4 C.2.2.2.5 without combined matching).
    pub start_time: Range<Time>,
}

/// Why an identifier is not a worklist query.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QueryFlaw {
    #[error("more than one item in the step sequence")]
    SeveralSteps,
    #[error("{tag} is no date or range of dates")]
    Date { tag: Tag },
    #[error("{tag} is no time or range of times")]
    Time { tag: Tag },
    #[error("{tag} is longer than its representation allows")]
    TooLong { tag: Tag },
}

impl WorklistQuery {
    /// # Errors
    /// See [`QueryFlaw`]; answered with 0xA900.
    pub fn read(identifier: &DataSet, asked_by: PeerName) -> Result<Self, QueryFlaw> {
        let nothing = DataSet::default();
        let step = match identifier.items(tags::SCHEDULED_PROCEDURE_STEP_SEQUENCE) {
            [] => &nothing,
            [step] => step,
            _ => return Err(QueryFlaw::SeveralSteps),
        };
        let key = |set: &DataSet, tag: Tag, most: usize| {
            let text = set.text(tag);
            if text.len() > most {
                Err(QueryFlaw::TooLong { tag })
            } else {
                Ok(TextKey::new(text))
            }
        };
        let date_tag = tags::SCHEDULED_PROCEDURE_STEP_START_DATE;
        let time_tag = tags::SCHEDULED_PROCEDURE_STEP_START_TIME;
        Ok(Self {
            asked_by,
            patient_name: key(identifier, tags::PATIENT_NAME, 256)?,
            patient_id: key(identifier, tags::PATIENT_ID, 256)?,
            issuer_of_patient_id: key(identifier, tags::ISSUER_OF_PATIENT_ID, 256)?,
            accession_number: key(identifier, tags::ACCESSION_NUMBER, 256)?,
            requested_procedure_id: key(identifier, tags::REQUESTED_PROCEDURE_ID, 256)?,
            study_instance_uid: key(identifier, tags::STUDY_INSTANCE_UID, 64 * 1024)?,
            scheduled_station_ae_title: key(step, tags::SCHEDULED_STATION_AE_TITLE, 256)?,
            scheduled_procedure_step_id: key(step, tags::SCHEDULED_PROCEDURE_STEP_ID, 256)?,
            modality: key(step, tags::MODALITY, 256)?,
            scheduled_performing_physician: key(
                step,
                tags::SCHEDULED_PERFORMING_PHYSICIAN_NAME,
                256,
            )?,
            start_date: read_range(step.text(date_tag), read_date, read_date)
                .ok_or(QueryFlaw::Date { tag: date_tag })?,
            start_time: read_range(step.text(time_tag), earliest_time, latest_time)
                .ok_or(QueryFlaw::Time { tag: time_tag })?,
        })
    }

    /// Whether a step answers the query. The source may give more than was asked for; this has the last word.
    pub fn matches(&self, item: &WorklistItem) -> bool {
        let issuer = &self.issuer_of_patient_id;
        let accession = item
            .accession_number
            .as_ref()
            .map_or("", |number| number.as_str());
        let performer = item.scheduled_performing_physician.as_ref();
        self.patient_id.matches(item.patient_id.value())
            && issuer.matches(item.patient_id.issuer())
            && self.accession_number.matches(accession)
            && self
                .requested_procedure_id
                .matches(&item.requested_procedure_id)
            && self
                .study_instance_uid
                .matches(item.study_instance_uid.as_str())
            && self
                .scheduled_procedure_step_id
                .matches(&item.scheduled_procedure_step_id)
            && self.modality.matches(item.modality.code())
            && self.station_matches(item)
            && self.start_date.contains(item.start.date())
            && self.start_time.contains(item.start.time())
            && self
                .patient_name
                .matches_name(&super::worklist_item::name_text(&item.patient_name))
            && self.scheduled_performing_physician.matches_name(
                &performer
                    .map(super::worklist_item::name_text)
                    .unwrap_or_default(),
            )
    }

    fn station_matches(&self, item: &WorklistItem) -> bool {
        let key = &self.scheduled_station_ae_title;
        key.is_universal()
            || item
                .scheduled_station_ae_titles
                .iter()
                .any(|title| key.matches(title.as_str()))
    }
}

/// `A`, `A-`, `-B` or `A-B`; a single value is a range of itself.
fn read_range<T: Copy>(
    text: &str,
    earliest: impl Fn(&str) -> Option<T>,
    latest: impl Fn(&str) -> Option<T>,
) -> Option<Range<T>> {
    let text = text.trim();
    if text.is_empty() || text == "-" || text.chars().all(|c| c == '*') {
        return Some(Range {
            from: None,
            until: None,
        });
    }
    let (from, until) = text.split_once('-').unwrap_or((text, text));
    let end = |part: &str, read: &dyn Fn(&str) -> Option<T>| match part.trim() {
        "" => Some(None),
        part => read(part).map(Some),
    };
    Some(Range {
        from: end(from, &earliest)?,
        until: end(until, &latest)?,
    })
}

/// `YYYYMMDD`, or the old `YYYY.MM.DD`.
fn read_date(text: &str) -> Option<Date> {
    let digits: String = text.chars().filter(|c| *c != '.').collect();
    if digits.len() != 8 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let year = digits.get(..4)?.parse().ok()?;
    let month = digits.get(4..6)?.parse().ok()?;
    let day = digits.get(6..)?.parse().ok()?;
    Date::new(year, month, day).ok()
}

fn earliest_time(text: &str) -> Option<Time> {
    read_time(text, 0, 0, 0)
}

/// The last instant that a shortened time covers: `12` is all of that hour.
fn latest_time(text: &str) -> Option<Time> {
    read_time(text, 59, 59, 999_999_999)
}

/// `HH`, `HHMM`, `HHMMSS` or `HHMMSS.F…`, or with the old colons; what is missing is filled from the arguments.
fn read_time(text: &str, minute: i8, second: i8, nanosecond: i32) -> Option<Time> {
    let plain: String = text.chars().filter(|c| *c != ':').collect();
    let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole)
        || !digits(fraction)
        || fraction.len() > 6
        || !matches!(whole.len(), 2 | 4 | 6)
    {
        return None;
    }
    let part = |from: usize, missing: i8| match whole.get(from..from + 2) {
        Some(two) => two.parse().ok(),
        None => Some(missing),
    };
    let nanosecond = if fraction.is_empty() {
        nanosecond
    } else {
        format!("{fraction:0<9}").parse().ok()?
    };
    // A leap second is written as 60.
    let second = part(4, second)?.min(59);
    Time::new(part(0, 0)?, part(2, minute)?, second, nanosecond).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::{date, time};

    #[test]
    fn wildcards() {
        let check = |pattern: &str, value: &str, expected: bool| {
            assert_eq!(
                TextKey::new(pattern).matches(value),
                expected,
                "{pattern} on {value}"
            );
        };
        check("", "anything", true);
        check("*", "", true);
        check("A*", "A", true);
        check("A*", "ABC", true);
        check("A*", "BA", false);
        check("A?C", "ABC", true);
        check("A?C", "AC", false);
        check("*B*D", "ABCD", true);
        check("*B*D", "ABCDE", false);
        check("abc", "ABC", false);
        check("A1\\B2", "B2", true);
        check("A1 ", "A1", true);
        check("*a*a*a*a*a*b", &"a".repeat(64), false);
    }

    #[test]
    fn names_match_without_case_and_without_empty_components() {
        let check = |pattern: &str, name: &str, expected: bool| {
            assert_eq!(
                TextKey::new(pattern).matches_name(name),
                expected,
                "{pattern} on {name}"
            );
        };
        check("demo^anna", "DEMO^Anna", true);
        check("DEMO^ANNA^^", "DEMO^Anna", true);
        check("demo*", "DEMO^Anna", true);
        check("DEMO", "DEMO^Anna", false);
        check("*anna", "DEMO^Anna", true);
        check("\u{c4}*", "\u{e4}ssi^anna", true);
        check("DEMO^ANNA=x", "DEMO^Anna", true);
    }

    #[test]
    fn ranges_of_dates() {
        let check = |text: &str, expected: Option<(Option<Date>, Option<Date>)>| {
            let range =
                read_range(text, read_date, read_date).map(|range| (range.from, range.until));
            assert_eq!(range, expected, "{text}");
        };
        let (a, b) = (date(2026, 6, 1), date(2026, 6, 30));
        check("", Some((None, None)));
        check("20260601", Some((Some(a), Some(a))));
        check("2026.06.01", Some((Some(a), Some(a))));
        check("20260601-20260630", Some((Some(a), Some(b))));
        check("20260601-", Some((Some(a), None)));
        check("-20260630", Some((None, Some(b))));
        check("20261301", None);
        check("tomorrow", None);
        check("2026060\u{661}", None);
    }

    #[test]
    fn ranges_of_times_cover_what_a_short_time_means() {
        let range = |text: &str| read_range(text, earliest_time, latest_time);
        let hour = range("10-12").unwrap();
        assert!(hour.contains(time(10, 0, 0, 0)) && hour.contains(time(12, 59, 59, 0)));
        assert!(!hour.contains(time(9, 59, 59, 999_999_999)) && !hour.contains(time(13, 0, 0, 0)));
        let minute = range("0730").unwrap();
        assert!(minute.contains(time(7, 30, 59, 0)) && !minute.contains(time(7, 31, 0, 0)));
        let exact = range("073000.000000").unwrap();
        assert!(exact.contains(time(7, 30, 0, 0)) && !exact.contains(time(7, 30, 0, 1)));
        assert!(range("07:30:00").is_some());
        for wrong in ["7", "073", "25", "0760", "ab", "07.5.1"] {
            assert!(range(wrong).is_none(), "{wrong}");
        }
    }
}
