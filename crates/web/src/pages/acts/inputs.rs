//! The fields of a form, and how an answer is read back. What is wrong is said at its field, in one sentence.

use crate::fields::Fields;
use case::{Answered, ChecklistAnswer, Stated};
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use knowledge::pathway::PathwayItem;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    Area,
    When,
    Day,
    Number,
    /// Large exclusive choices; none is chosen beforehand.
    Choice,
    Select,
    /// Yes, no with a resolution, or not applicable with a reason.
    Check,
}

#[derive(Debug, Clone)]
pub struct Input {
    pub name: String,
    pub label: String,
    pub hint: String,
    pub unit: &'static str,
    pub kind: Kind,
    /// Value and words.
    pub options: Vec<(String, String)>,
    pub value: String,
    /// What was written beside a check.
    pub beside: String,
    pub bad: String,
    pub required: bool,
}

impl Input {
    fn new(kind: Kind, name: &str, label: &str) -> Self {
        Self {
            name: name.to_owned(),
            label: label.to_owned(),
            hint: String::new(),
            unit: "",
            kind,
            options: Vec::new(),
            value: String::new(),
            beside: String::new(),
            bad: String::new(),
            required: true,
        }
    }

    pub fn text(name: &str, label: &str) -> Self {
        Self::new(Kind::Text, name, label)
    }

    pub fn area(name: &str, label: &str) -> Self {
        Self::new(Kind::Area, name, label)
    }

    pub fn when(name: &str, label: &str) -> Self {
        Self::new(Kind::When, name, label)
    }

    pub fn day(name: &str, label: &str) -> Self {
        Self::new(Kind::Day, name, label)
    }

    pub fn number(name: &str, label: &str, unit: &'static str) -> Self {
        Self {
            unit,
            ..Self::new(Kind::Number, name, label)
        }
    }

    /// A measurement as written: a number with its unit, words where there is none. A blood pressure is two numbers
    /// and a stroke, which a keyboard for numbers does not have.
    pub fn measured(name: &str, label: &str, unit: &'static str) -> Self {
        match (name, unit) {
            ("blood_pressure", unit) => {
                Self::text(name, &format!("{label} ({unit})")).hint("upper/lower, as 132/78")
            }
            (_, "") => Self::text(name, label),
            (_, unit) => Self::number(name, label, unit),
        }
    }

    pub fn choice(name: &str, label: &str, options: &[(&str, &str)]) -> Self {
        Self {
            options: owned(options),
            ..Self::new(Kind::Choice, name, label)
        }
    }

    pub fn select(name: &str, label: &str, options: Vec<(String, String)>) -> Self {
        Self {
            options,
            ..Self::new(Kind::Select, name, label)
        }
    }

    pub fn yes_no(name: &str, label: &str) -> Self {
        Self::choice(
            name,
            label,
            &[("yes", "Yes"), ("no", "No"), ("unknown", "Not known")],
        )
    }

    pub fn checks(items: &[PathwayItem]) -> Vec<Self> {
        items
            .iter()
            .map(|item| Self {
                options: owned(&[("yes", "Yes"), ("no", "No"), ("na", "Not applicable")]),
                ..Self::new(Kind::Check, &item.id, &item.words)
            })
            .collect()
    }

    pub fn hint(mut self, words: impl Into<String>) -> Self {
        self.hint = words.into();
        self
    }

    pub fn value(mut self, value: impl Into<String>) -> Self {
        self.value = value.into();
        self
    }

    pub fn optional(mut self) -> Self {
        self.required = false;
        self
    }
}

/// What stood in a field, for a sentence about it.
fn written(text: &str) -> String {
    if text.is_empty() {
        "nothing was written".to_owned()
    } else {
        format!("you wrote {text}")
    }
}

fn owned(options: &[(&str, &str)]) -> Vec<(String, String)> {
    options
        .iter()
        .map(|(value, words)| ((*value).to_owned(), (*words).to_owned()))
        .collect()
}

/// Reads answers and collects what is wrong with them.
pub struct Reader<'a> {
    pub fields: &'a Fields,
    pub zone: TimeZone,
    pub now: Timestamp,
    /// (field, sentence)
    pub wrong: Vec<(String, String)>,
}

impl Reader<'_> {
    pub fn wrong(&mut self, name: &str, sentence: impl Into<String>) {
        self.wrong.push((name.to_owned(), sentence.into()));
    }

    pub fn maybe(&self, name: &str) -> String {
        self.fields.text(name).to_owned()
    }

    pub fn text(&mut self, name: &str, label: &str) -> String {
        let text = self.maybe(name);
        if text.is_empty() {
            self.wrong(name, format!("{label} is not stated"));
        }
        text
    }

    pub fn moment(&mut self, name: &str, label: &str) -> Timestamp {
        match self.maybe_moment(name, label) {
            Some(at) => at,
            None => {
                if self.maybe(name).is_empty() {
                    self.wrong(name, format!("{label}: give the day and the clock time"));
                }
                self.now
            }
        }
    }

    pub fn maybe_moment(&mut self, name: &str, label: &str) -> Option<Timestamp> {
        let text = self.maybe(name);
        if text.is_empty() {
            return None;
        }
        let found = text
            .parse::<DateTime>()
            .ok()
            .and_then(|at| at.to_zoned_datetime(self.zone.clone()).ok());
        if found.is_none() {
            self.wrong(
                name,
                format!("{label} must be a day and a clock time; you wrote {text}"),
            );
        }
        found.map(|at| at.timestamp())
    }

    pub fn maybe_day(&mut self, name: &str, label: &str) -> Option<Date> {
        let text = self.maybe(name);
        if text.is_empty() {
            return None;
        }
        let day = text.parse().ok();
        if day.is_none() {
            self.wrong(name, format!("{label} must be a day; you wrote {text}"));
        }
        day
    }

    /// Comma or point; `None` with a sentence when it is no number in the range.
    pub fn number(&mut self, name: &str, label: &str, least: f64, most: f64) -> f64 {
        let text = self.maybe(name);
        match text.replace(',', ".").parse::<f64>() {
            Ok(value) if (least..=most).contains(&value) => value,
            _ => {
                self.wrong(
                    name,
                    format!(
                        "{label} must be between {least} and {most}; {}",
                        written(&text)
                    ),
                );
                least
            }
        }
    }

    pub fn whole(&mut self, name: &str, label: &str, least: u16, most: u16) -> u16 {
        let text = self.maybe(name);
        match text.parse::<u16>() {
            Ok(value) if (least..=most).contains(&value) => value,
            _ => {
                self.wrong(
                    name,
                    format!(
                        "{label} must be a whole number from {least} to {most}; {}",
                        written(&text)
                    ),
                );
                least
            }
        }
    }

    /// A choice with its code; refused when none was made.
    pub fn chosen<T>(
        &mut self,
        name: &str,
        label: &str,
        read: impl Fn(&str) -> Option<T>,
        or: T,
    ) -> T {
        let text = self.maybe(name);
        match read(&text) {
            Some(value) => value,
            None => {
                self.wrong(name, format!("{label}: choose one"));
                or
            }
        }
    }

    pub fn stated(&mut self, name: &str, label: &str) -> Stated {
        let words = self.maybe(&format!("{name}_words"));
        self.chosen(
            name,
            label,
            |text| match text {
                "yes" => Some(Stated::Yes(words.clone())),
                "no" => Some(Stated::No),
                "unknown" => Some(Stated::Unknown),
                _ => None,
            },
            Stated::Unknown,
        )
    }

    /// Only what was answered: the case room says which item is still open.
    pub fn answers(&self, items: &[PathwayItem]) -> Vec<Answered> {
        items
            .iter()
            .filter_map(|item| {
                let words = self.maybe(&format!("{}_words", item.id));
                let answer = match self.fields.text(&item.id) {
                    "yes" => ChecklistAnswer::Yes,
                    "no" => ChecklistAnswer::No { resolution: words },
                    "na" => ChecklistAnswer::NotApplicable { reason: words },
                    _ => return None,
                };
                Some(Answered {
                    item: item.id.clone(),
                    answer,
                })
            })
            .collect()
    }

    /// A list written with commas or line breaks.
    pub fn names(&self, name: &str) -> Vec<String> {
        self.fields
            .text(name)
            .split([',', '\n'])
            .map(|part| part.trim().to_owned())
            .filter(|part| !part.is_empty())
            .collect()
    }
}
