//! Conditions and indications as written: a name, and a date that may close it.

use jiff::civil::Date;
use knowledge::RuleBook;
use knowledge::condition::Condition;

/// One condition or indication, read.
#[derive(Debug, Clone)]
pub(crate) struct Stated<'a> {
    /// Without the date; lower case, underscores.
    pub name: String,
    /// The day, or the last day of a month or year.
    pub date: Option<Date>,
    /// What the rule book knows about the name.
    pub known: Option<&'a Condition>,
    /// The part of the name that varies.
    pub part: String,
    /// A date was there and is none.
    pub broken_date: bool,
}

impl Stated<'_> {
    /// Happened within so many calendar months before a day; without a date it counts as within.
    pub fn is_within_months(&self, months: u8, day: Date) -> bool {
        use jiff::ToSpan;
        let Some(date) = self.date else {
            return true;
        };
        date.checked_add(i32::from(months).months())
            .is_ok_and(|until| until > day)
    }
}

pub(crate) fn read<'a>(written: &str, rules: &'a RuleBook) -> Stated<'a> {
    let name = written
        .trim()
        .to_lowercase()
        .split([' ', '\t'])
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("_");
    let (name, date, broken_date) = match split_date(&name) {
        Some((before, Some(date))) => (before.to_owned(), Some(date), false),
        Some((before, None)) => (before.to_owned(), None, true),
        None => (name, None, false),
    };
    let found = rules.condition(&name);
    let part = found.map_or(String::new(), |(_, part)| part.to_owned());
    Stated {
        known: found.map(|(condition, _)| condition),
        name,
        date,
        part,
        broken_date,
    }
}

/// Name and date of `name_2027`, `name_2027-01`, `name_2027-01-20`; no date when the digits are none.
fn split_date(name: &str) -> Option<(&str, Option<Date>)> {
    let (before, tail) = name.rsplit_once('_')?;
    let looks_like = tail.len() >= 4
        && tail
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'-')
        && tail.bytes().take(4).all(|byte| byte.is_ascii_digit());
    if !looks_like {
        return None;
    }
    let mut parts = tail.split('-');
    let year = parts.next().and_then(|text| text.parse::<i16>().ok());
    let month = parts.next().map(str::parse::<i8>);
    let day = parts.next().map(str::parse::<i8>);
    let rest = parts.next().is_some();
    let date = match (year, month, day) {
        (Some(year), None, None) => Date::new(year, 12, 1).ok().map(Date::last_of_month),
        (Some(year), Some(Ok(month)), None) => {
            Date::new(year, month, 1).ok().map(Date::last_of_month)
        }
        (Some(year), Some(Ok(month)), Some(Ok(day))) => Date::new(year, month, day).ok(),
        _ => None,
    };
    Some((before, date.filter(|_| !rest)))
}

/// Fits a pattern in which `*` stands for anything.
pub(crate) fn fits(pattern: &str, name: &str) -> bool {
    let mut rest = name;
    let mut pieces = pattern.split('*').peekable();
    let mut first = true;
    while let Some(piece) = pieces.next() {
        let is_last = pieces.peek().is_none();
        if first {
            let Some(after) = rest.strip_prefix(piece) else {
                return false;
            };
            rest = after;
            first = false;
            if is_last {
                return rest.is_empty();
            }
        } else if is_last {
            return rest.ends_with(piece);
        } else {
            let Some(at) = rest.find(piece) else {
                return false;
            };
            rest = rest.get(at + piece.len()..).unwrap_or("");
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_partial_date_means_its_last_day() {
        assert_eq!(
            split_date("peripheral_stent_2024"),
            Some(("peripheral_stent", Some(date(2024, 12, 31))))
        );
        assert_eq!(
            split_date("acs_2027-02"),
            Some(("acs", Some(date(2027, 2, 28))))
        );
        assert_eq!(split_date("acs_2027-02-30"), Some(("acs", None)));
        assert_eq!(split_date("af_cha2ds2vasc_3"), None);
        assert_eq!(split_date("haemodialysis_mon_wed_fri"), None);
    }

    #[test]
    fn a_star_stands_for_anything() {
        assert!(fits("mechanical_*valve*", "mechanical_mitral_valve"));
        assert!(fits("mechanical_*valve*", "mechanical_heart_valve"));
        assert!(!fits("mechanical_*valve*", "biological_mitral_valve"));
        assert!(fits("vte", "vte") && !fits("vte", "vtec"));
    }
}
