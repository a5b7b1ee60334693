//! Laboratory values in the store: written by `receive_result`, read by everybody who plans or shows.

use jiff::Timestamp;
use model::{LaboratoryStatus, LaboratoryValue};
use serde::{Deserialize, Serialize};
use store::rows::LaboratoryRow;

#[derive(Debug, Serialize, Deserialize)]
struct Body {
    code_text: String,
    code_system: String,
    value: String,
    unit: String,
    placer: String,
    filler: String,
}

fn status_code(status: LaboratoryStatus) -> &'static str {
    match status {
        LaboratoryStatus::Preliminary => "preliminary",
        LaboratoryStatus::Final => "final",
        LaboratoryStatus::Corrected => "corrected",
        LaboratoryStatus::Cancelled => "cancelled",
    }
}

fn status_from_code(code: &str) -> LaboratoryStatus {
    match code {
        "final" => LaboratoryStatus::Final,
        "corrected" => LaboratoryStatus::Corrected,
        "cancelled" => LaboratoryStatus::Cancelled,
        _ => LaboratoryStatus::Preliminary,
    }
}

/// The row of a value.
///
/// * `placer`, `filler` – order numbers, empty when not said.
pub(crate) fn row(
    patient_key: &str,
    value: &LaboratoryValue,
    (placer, filler): (&str, &str),
    received: Timestamp,
) -> Result<LaboratoryRow, serde_json::Error> {
    let body = serde_json::to_string(&Body {
        code_text: value.code_text.clone(),
        code_system: value.code_system.clone(),
        value: value.value.clone(),
        unit: value.unit.clone(),
        placer: placer.to_owned(),
        filler: filler.to_owned(),
    })?;
    Ok(LaboratoryRow {
        patient_key: patient_key.to_owned(),
        analyte: value.analyte.clone().unwrap_or_default(),
        code: value.code.clone(),
        specimen: value.specimen_at,
        received,
        status: status_code(value.status).to_owned(),
        body,
    })
}

/// The value of a row; `None` for a row that no version of this program wrote.
pub fn value(row: &LaboratoryRow) -> Option<LaboratoryValue> {
    let body: Body = serde_json::from_str(&row.body).ok()?;
    Some(LaboratoryValue {
        analyte: Some(row.analyte.clone()).filter(|analyte| !analyte.is_empty()),
        code: row.code.clone(),
        code_text: body.code_text,
        code_system: body.code_system,
        value: body.value,
        unit: body.unit,
        status: status_from_code(&row.status),
        specimen_at: row.specimen,
    })
}

/// What counts: of each code and specimen time one value, so that a corrected value replaces the original and a
/// cancelled one takes it away. A preliminary value never replaces a final one, nor a final one a corrected one,
/// in whatever order they arrive; among equals the one received last counts. Newest specimen first, those without
/// a time last.
///
/// * `rows` – as [`store::Query::laboratory`] gives them; of two rows received together the first counts.
pub fn standing(rows: &[LaboratoryRow]) -> Vec<LaboratoryValue> {
    let mut counts: Vec<&LaboratoryRow> = Vec::new();
    for row in rows {
        let known = counts.iter_mut().find(|known| {
            known.analyte == row.analyte && known.code == row.code && known.specimen == row.specimen
        });
        match known {
            Some(known) if weight(known) >= weight(row) => {}
            Some(known) => *known = row,
            None => counts.push(row),
        }
    }
    counts
        .into_iter()
        .filter_map(value)
        .filter(|value| value.status != LaboratoryStatus::Cancelled)
        .collect()
}

fn weight(row: &LaboratoryRow) -> (u8, Timestamp) {
    let rank = match status_from_code(&row.status) {
        LaboratoryStatus::Preliminary => 0,
        LaboratoryStatus::Final => 1,
        LaboratoryStatus::Corrected | LaboratoryStatus::Cancelled => 2,
    };
    (rank, row.received)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hour: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + hour * 3600).unwrap()
    }

    fn taken(value: &str, status: LaboratoryStatus, specimen: i64, received: i64) -> LaboratoryRow {
        let value = LaboratoryValue {
            analyte: Some("inr".to_owned()),
            code: "6301-6".to_owned(),
            code_text: "INR".to_owned(),
            code_system: "LN".to_owned(),
            value: value.to_owned(),
            unit: String::new(),
            status,
            specimen_at: Some(at(specimen)),
        };
        row("p1", &value, ("P1", ""), at(received)).unwrap()
    }

    fn check(rows: &[LaboratoryRow], expected: &[&str]) {
        let got: Vec<String> = standing(rows).into_iter().map(|v| v.value).collect();
        assert_eq!(got, expected);
    }

    #[test]
    fn a_corrected_value_replaces_and_a_cancelled_one_takes_away() {
        let first = taken("1.9", LaboratoryStatus::Final, 1, 2);
        let corrected = taken("1.4", LaboratoryStatus::Corrected, 1, 3);
        let newer = taken("1.2", LaboratoryStatus::Final, 5, 6);
        let cancelled = taken("", LaboratoryStatus::Cancelled, 5, 7);
        check(&[first.clone(), corrected.clone()], &["1.4"]);
        check(
            &[newer.clone(), corrected.clone(), first.clone()],
            &["1.2", "1.4"],
        );
        check(
            &[cancelled, newer, corrected.clone(), first.clone()],
            &["1.4"],
        );
        let late = taken("1.9", LaboratoryStatus::Final, 1, 9);
        check(&[late, corrected], &["1.4"]);
        let preliminary = taken("2.5", LaboratoryStatus::Preliminary, 1, 9);
        check(&[preliminary, first], &["1.9"]);
    }

    #[test]
    fn a_row_reads_back_as_it_was_written() {
        let written = taken("<1.0", LaboratoryStatus::Corrected, 1, 2);
        let back = value(&written).unwrap();
        assert_eq!(row("p1", &back, ("P1", ""), at(2)).unwrap(), written);
    }
}
