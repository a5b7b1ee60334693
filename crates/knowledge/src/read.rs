//! Small readers for words and dates inside the files.

use jiff::civil::Date;
use model::{BleedingClass, Family, Modality, ReviewStatus};
use serde::de::{Deserialize, Deserializer, Error};

pub(crate) fn date<'de, D: Deserializer<'de>>(from: D) -> Result<Date, D::Error> {
    let read = toml::value::Datetime::deserialize(from)?;
    let day = read
        .date
        .filter(|_| read.time.is_none())
        .ok_or_else(|| D::Error::custom("a plain date is wanted, such as 2019-08-01"))?;
    let number = |value: u8| i8::try_from(value).unwrap_or(0);
    let year = i16::try_from(day.year).map_err(D::Error::custom)?;
    Date::new(year, number(day.month), number(day.day)).map_err(D::Error::custom)
}

pub(crate) fn status<'de, D: Deserializer<'de>>(from: D) -> Result<ReviewStatus, D::Error> {
    let word = String::deserialize(from)?;
    match word.as_str() {
        "recalled" => Ok(ReviewStatus::Recalled),
        "secondary" => Ok(ReviewStatus::Secondary),
        "primary" => Ok(ReviewStatus::Primary),
        "reviewed" => Err(D::Error::custom(
            "`reviewed` is never written in a file: a site approves a rule in its approvals folder",
        )),
        other => Err(D::Error::custom(format!(
            "status `{other}` is not one of recalled, secondary, primary"
        ))),
    }
}

pub(crate) fn bleeding_class<'de, D: Deserializer<'de>>(
    from: D,
) -> Result<BleedingClass, D::Error> {
    coded(from, BleedingClass::from_code)
}

pub(crate) fn bleeding_class_if_any<'de, D: Deserializer<'de>>(
    from: D,
) -> Result<Option<BleedingClass>, D::Error> {
    coded(from, BleedingClass::from_code).map(Some)
}

pub(crate) fn family<'de, D: Deserializer<'de>>(from: D) -> Result<Family, D::Error> {
    coded(from, Family::from_code)
}

pub(crate) fn families<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Family>, D::Error> {
    all_coded(from, Family::from_code)
}

pub(crate) fn modalities<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Modality>, D::Error> {
    all_coded(from, Modality::from_code)
}

fn coded<'de, D: Deserializer<'de>, T>(
    from: D,
    known: fn(&str) -> Option<T>,
) -> Result<T, D::Error> {
    let word = String::deserialize(from)?;
    known(&word).ok_or_else(|| D::Error::custom(format!("`{word}` is not a known word here")))
}

fn all_coded<'de, D: Deserializer<'de>, T>(
    from: D,
    known: fn(&str) -> Option<T>,
) -> Result<Vec<T>, D::Error> {
    Vec::<String>::deserialize(from)?
        .iter()
        .map(|word| {
            known(word).ok_or_else(|| D::Error::custom(format!("`{word}` is not a known word")))
        })
        .collect()
}
