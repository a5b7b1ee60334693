//! Doses as comma-separated values (RFC 4180): one line a procedure, or one an event. Units stand in the column names;
//! what is not known is an empty field, never 0.

use crate::performed::{Dose, PerformedProcedure, Skin};
use crate::report::IrradiationEvent;
use std::fmt::Write as _;

/// Columns of [`procedures`].
pub const PROCEDURE_COLUMNS: [&str; 19] = [
    "day",
    "case",
    "procedure",
    "room",
    "operator_group",
    "devices",
    "dose",
    "trust",
    "events",
    "ka_r_gy",
    "pka_gy_m2",
    "fluoroscopy_s",
    "dlp_mgy_cm",
    "agd_mgy",
    "peak_skin_dose_gy",
    "peak_low_gy",
    "peak_high_gy",
    "skin_dose",
    "alerts",
];

/// One line a procedure, in the order given, after a line of column names.
pub fn procedures(done: &[PerformedProcedure]) -> String {
    let mut out = line(&PROCEDURE_COLUMNS.map(str::to_owned));
    for procedure in done {
        out.push_str(&line(&row(procedure)));
    }
    out
}

fn row(p: &PerformedProcedure) -> [String; 19] {
    let known = p.known();
    let number = |value: Option<f64>| value.map(|v| v.to_string()).unwrap_or_default();
    let totals = known.map(|k| &k.totals);
    let list = |values: Vec<String>| values.join("; ");
    let (peak, low, high, skin) = match known.map(|k| &k.skin) {
        Some(Skin::Computed {
            peak,
            interval: [low, high],
            ..
        }) => (
            Some(peak.0),
            Some(low.0),
            Some(high.0),
            "computed".to_owned(),
        ),
        Some(Skin::Refused { code, .. }) => (None, None, None, format!("refused: {code}")),
        Some(Skin::NotApplicable) => (None, None, None, "not applicable".to_owned()),
        None => (None, None, None, String::new()),
    };
    let text = |value: &str| spreadsheet_safe(value);
    let known_code = match p.dose {
        Dose::Missing => "missing",
        Dose::Known(_) => "known",
    };
    [
        p.day.to_string(),
        text(&p.case),
        text(&p.procedure),
        text(&p.room),
        text(&p.operator_group),
        text(&list(p.devices.clone())),
        known_code.to_owned(),
        known.map(|k| k.trust.code()).unwrap_or_default().to_owned(),
        known.map(|k| k.events.to_string()).unwrap_or_default(),
        number(totals.and_then(|t| Some(t.ka_r?.0))),
        number(totals.and_then(|t| Some(t.pka?.0))),
        number(totals.and_then(|t| Some(t.fluoroscopy?.0))),
        number(totals.and_then(|t| Some(t.dlp?.0))),
        totals
            .map(|t| list(t.agd.iter().map(|v| v.0.to_string()).collect()))
            .unwrap_or_default(),
        number(peak),
        number(low),
        number(high),
        skin,
        known.map(|k| list(k.alerts.clone())).unwrap_or_default(),
    ]
}

/// Columns of [`events`].
pub const EVENT_COLUMNS: [&str; 14] = [
    "number",
    "started",
    "kind",
    "plane",
    "protocol",
    "ka_r_gy",
    "pka_gy_m2",
    "duration_s",
    "kvp_kv",
    "primary_angle_deg",
    "secondary_angle_deg",
    "source_to_isocentre_mm",
    "source_to_detector_mm",
    "uid",
];

/// One line an irradiation event, in the order given, after a line of column names.
pub fn events(events: &[IrradiationEvent]) -> String {
    let mut out = line(&EVENT_COLUMNS.map(str::to_owned));
    let number = |value: Option<f64>| value.map(|v| v.to_string()).unwrap_or_default();
    for (index, e) in events.iter().enumerate() {
        out.push_str(&line(&[
            (index + 1).to_string(),
            e.started.map(|at| at.to_string()).unwrap_or_default(),
            e.kind.code().to_owned(),
            e.plane.code().to_owned(),
            spreadsheet_safe(&e.protocol),
            number(e.ka_r.map(|v| v.value.0)),
            number(e.pka.map(|v| v.value.0)),
            number(e.duration.map(|v| v.value.0)),
            number(e.kvp.map(|v| v.0)),
            number(e.start.primary_angle.map(|v| v.0)),
            number(e.start.secondary_angle.map(|v| v.0)),
            number(e.source_to_isocentre.map(|v| v.0)),
            number(e.source_to_detector.map(|v| v.0)),
            spreadsheet_safe(e.uid.as_deref().unwrap_or_default()),
        ]));
    }
    out
}

/// A text that a spreadsheet would take for a formula gets an apostrophe in front; a device may write anything.
fn spreadsheet_safe(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

fn line(fields: &[String]) -> String {
    let mut out = String::new();
    for (index, field) in fields.iter().enumerate() {
        let comma = if index == 0 { "" } else { "," };
        // Writing to a String does not fail.
        let _ = if field.contains([',', '"', '\r', '\n']) {
            write!(out, "{comma}\"{}\"", field.replace('"', "\"\""))
        } else {
            write!(out, "{comma}{field}")
        };
    }
    out.push_str("\r\n");
    out
}
