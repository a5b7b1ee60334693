//! Dates, clock times and numbers as each language writes them (ICU4X, CLDR data in the program).
//!
//! The formatters take civil time: a `ZonedDateTime` must already stand in the hospital's zone.

use super::{Language, Words, WordsError};
use icu_datetime::fieldsets::{MDE, T, YMDE};
use icu_datetime::input::{Date as IsoDate, Time as ClockTime};
use icu_datetime::{DateTimeFormatter, NoCalendarFormatter};
use icu_decimal::DecimalFormatter;
use icu_decimal::input::Decimal;
use icu_locale_core::{Locale, locale};
use jiff::civil::{Date, Time};

pub(super) struct Formats {
    language: Language,
    date: DateTimeFormatter<YMDE>,
    day: DateTimeFormatter<MDE>,
    time: NoCalendarFormatter<T>,
    number: DecimalFormatter,
}

impl Formats {
    pub(super) fn new(language: Language) -> Result<Self, WordsError> {
        // Great Britain for English: day before month, 24-hour clock.
        let locale: Locale = match language {
            Language::English => locale!("en-GB"),
            Language::Finnish => locale!("fi-FI"),
            Language::Swedish => locale!("sv-SE"),
        };
        let refused = |reason: String| WordsError::Format {
            language: language.code(),
            reason,
        };
        Ok(Self {
            language,
            date: DateTimeFormatter::try_new((&locale).into(), YMDE::long())
                .map_err(|error| refused(error.to_string()))?,
            day: DateTimeFormatter::try_new((&locale).into(), MDE::long())
                .map_err(|error| refused(error.to_string()))?,
            time: NoCalendarFormatter::try_new((&locale).into(), T::hm())
                .map_err(|error| refused(error.to_string()))?,
            number: DecimalFormatter::try_new((&locale).into(), Default::default())
                .map_err(|error| refused(error.to_string()))?,
        })
    }

    fn refused(&self, reason: String) -> WordsError {
        WordsError::Format {
            language: self.language.code(),
            reason,
        }
    }
}

impl Words {
    /// Weekday, day, month, year: "Thursday 11 March 2027".
    /// # Errors
    /// A date outside the calendar's range.
    pub fn date(&self, date: Date) -> Result<String, WordsError> {
        let [month, day] = [date.month(), date.day()].map(i8::unsigned_abs);
        let iso = IsoDate::try_new_iso(i32::from(date.year()), month, day)
            .map_err(|error| self.formats.refused(error.to_string()))?;
        let text = plain(&self.formats.date.format(&iso).to_string());
        Ok(match self.language() {
            // CLDR's British long form has a comma that its form without the year has not; hospital letters go without.
            Language::English => text.replacen(", ", " ", 1),
            Language::Finnish | Language::Swedish => text,
        })
    }

    /// Weekday, day, month, for a list whose year is said elsewhere: "Thursday 11 March".
    /// # Errors
    /// A date outside the calendar's range.
    pub fn day(&self, date: Date) -> Result<String, WordsError> {
        let [month, day] = [date.month(), date.day()].map(i8::unsigned_abs);
        let iso = IsoDate::try_new_iso(i32::from(date.year()), month, day)
            .map_err(|error| self.formats.refused(error.to_string()))?;
        Ok(plain(&self.formats.day.format(&iso).to_string()))
    }

    /// Clock time, 24 hours: "08:00", in Finnish "8.00". The words around it carry "klo" and "kl.".
    /// # Errors
    /// Never for a civil time; the library's own error otherwise.
    pub fn time(&self, time: Time) -> Result<String, WordsError> {
        let [hour, minute] = [time.hour(), time.minute()].map(i8::unsigned_abs);
        let clock = ClockTime::try_new(hour, minute, 0, 0)
            .map_err(|error| self.formats.refused(error.to_string()))?;
        Ok(plain(&self.formats.time.format(&clock).to_string()))
    }

    /// A number with one figure that counts: "20", "7", in Finnish and Swedish "0,3".
    ///
    /// Zero and less, and what is no number, is "0".
    pub fn one_figure(&self, value: f64) -> String {
        if !value.is_finite() || value <= 0.0 {
            return self.number(0);
        }
        let mut power: i16 = 0;
        let mut figure = value;
        while figure >= 9.5 && power < 12 {
            figure /= 10.0;
            power += 1;
        }
        while figure < 0.95 && power > -12 {
            figure *= 10.0;
            power -= 1;
        }
        let whole = (1..=9_u32)
            .find(|whole| figure < f64::from(*whole) + 0.5)
            .unwrap_or(9);
        let mut decimal = Decimal::from(whole);
        decimal.multiply_pow10(power);
        self.formats.number.format(&decimal).to_string()
    }

    /// A whole number with the language's own grouping.
    pub fn number(&self, number: u32) -> String {
        self.formats
            .number
            .format(&Decimal::from(number))
            .to_string()
    }
}

/// CLDR puts narrow no-break spaces and marks into some patterns; fonts and screen readers want plain ones.
fn plain(text: &str) -> String {
    text.replace(['\u{202F}', '\u{2009}'], "\u{A0}")
        .replace(['\u{200E}', '\u{200F}'], "")
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::{date, time};

    fn check(language: Language, expected: [&str; 3]) {
        let words = Words::of(language).unwrap();
        let said = [
            words.date(date(2027, 3, 11)).unwrap(),
            words.day(date(2027, 3, 8)).unwrap(),
            words.time(time(8, 0, 0, 0)).unwrap(),
        ];
        assert_eq!(said, expected, "{language:?}");
    }

    #[test]
    fn dates_and_times_read_as_each_language_writes_them() {
        check(
            Language::English,
            ["Thursday 11 March 2027", "Monday 8 March", "08:00"],
        );
        check(
            Language::Finnish,
            [
                "torstai 11. maaliskuuta 2027",
                "maanantai 8. maaliskuuta",
                "8.00",
            ],
        );
        check(
            Language::Swedish,
            ["torsdag 11 mars 2027", "måndag 8 mars", "08:00"],
        );
    }

    #[test]
    fn one_figure_counts() {
        let said = |language, value| Words::of(language).unwrap().one_figure(value);
        for (value, expected) in [
            (7.2, "7"),
            (0.31, "0.3"),
            (21.0, "20"),
            (0.04, "0.04"),
            (9.6, "10"),
            (0.0, "0"),
            (f64::NAN, "0"),
        ] {
            assert_eq!(said(Language::English, value), expected, "{value}");
        }
        assert_eq!(said(Language::Finnish, 0.3), "0,3");
        assert_eq!(said(Language::Swedish, 0.3), "0,3");
    }

    #[test]
    fn numbers_are_grouped_as_each_language_does() {
        let said = Language::ALL
            .iter()
            .map(|language| Words::of(*language).unwrap().number(12_500));
        assert_eq!(
            said.collect::<Vec<_>>(),
            ["12,500", "12\u{A0}500", "12\u{A0}500"]
        );
    }
}
