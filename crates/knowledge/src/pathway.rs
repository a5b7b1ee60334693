//! The pathway's lists: checklists, discharge criteria, reasons for cancelling, intervals.

use serde::Deserialize;

/// One line of a list.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PathwayItem {
    pub id: String,
    pub words: String,
}

/// All lists, in the order in which they are shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pathway {
    pub sign_in: Vec<PathwayItem>,
    pub time_out: Vec<PathwayItem>,
    pub sign_out: Vec<PathwayItem>,
    pub discharge: Vec<PathwayItem>,
    pub cancel_reasons: Vec<PathwayItem>,
    pub complication_check_days: i16,
    pub result_expected_days: i16,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ListFile {
    #[serde(rename = "id")]
    _id: String,
    #[serde(rename = "says")]
    _says: String,
    #[serde(rename = "since")]
    _since: toml::value::Datetime,
    #[serde(rename = "status")]
    _status: String,
    #[serde(rename = "source")]
    _source: Vec<String>,
    item: Vec<PathwayItem>,
}

#[derive(Deserialize)]
struct IntervalsFile {
    complication_check: Interval,
    result_expected: Interval,
}

#[derive(Deserialize)]
struct Interval {
    days: i16,
}

impl Pathway {
    /// * `text` – gives the text of a file by its path under `knowledge/`, e.g. `pathway/sign_in.toml`.
    /// # Errors
    /// A file that is missing or not of this form, named with the reason.
    pub fn read(text: impl Fn(&str) -> Option<String>) -> Result<Self, String> {
        let file = |name: &str| {
            let path = format!("pathway/{name}.toml");
            text(&path)
                .map(|text| (path.clone(), text))
                .ok_or(format!("{path} is missing"))
        };
        let list = |name: &str| -> Result<Vec<PathwayItem>, String> {
            let (path, text) = file(name)?;
            let list: ListFile = toml::from_str(&text).map_err(|e| format!("{path}: {e}"))?;
            let mut ids: Vec<&str> = list.item.iter().map(|item| item.id.as_str()).collect();
            ids.sort_unstable();
            if ids.windows(2).any(|pair| pair.first() == pair.last()) {
                return Err(format!("{path}: an id stands twice"));
            }
            Ok(list.item)
        };
        let (path, text) = file("intervals")?;
        let intervals: IntervalsFile = toml::from_str(&text).map_err(|e| format!("{path}: {e}"))?;
        Ok(Self {
            sign_in: list("sign_in")?,
            time_out: list("time_out")?,
            sign_out: list("sign_out")?,
            discharge: list("discharge")?,
            cancel_reasons: list("cancel_reasons")?,
            complication_check_days: intervals.complication_check.days,
            result_expected_days: intervals.result_expected.days,
        })
    }
}
