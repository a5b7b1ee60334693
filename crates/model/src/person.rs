//! A person's name, sex and date of birth, as the senders give them.

use jiff::civil::Date;
use std::fmt;

/// Sex as the limits of reference ranges and formulas need it. `Unknown` is a value, not a gap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sex {
    Female,
    Male,
    Other,
    Unknown,
}

/// Date of birth; a year alone happens and is kept as such.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BirthDate {
    Day(Date),
    Year(i16),
    Unknown,
}

impl BirthDate {
    /// Completed years on a day; for a year alone, the years completed for certain; `None` when unknown.
    pub fn age_years_on(self, day: Date) -> Option<i16> {
        match self {
            Self::Day(born) => {
                let had_birthday = (day.month(), day.day()) >= (born.month(), born.day());
                Some(day.year() - born.year() - i16::from(!had_birthday))
            }
            Self::Year(year) => Some(day.year() - year - 1),
            Self::Unknown => None,
        }
    }
}

/// A name in the parts of DICOM PN and HL7 XPN.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct PersonName {
    pub family: String,
    pub given: String,
    pub middle: String,
}

impl fmt::Display for PersonName {
    /// `FAMILY, Given Middle`, the family name in capitals: the way every list shows it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let given = [self.given.as_str(), self.middle.as_str()].join(" ");
        let given = given.trim();
        match (self.family.is_empty(), given.is_empty()) {
            (true, true) => f.write_str("name not known"),
            (true, false) => f.write_str(given),
            (false, true) => f.write_str(&self.family.to_uppercase()),
            (false, false) => write!(f, "{}, {given}", self.family.to_uppercase()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn age_counts_completed_years() {
        let born = BirthDate::Day(date(1949, 1, 12));
        assert_eq!(born.age_years_on(date(2027, 1, 11)), Some(77));
        assert_eq!(born.age_years_on(date(2027, 1, 12)), Some(78));
        assert_eq!(BirthDate::Unknown.age_years_on(date(2027, 1, 12)), None);
    }
}
