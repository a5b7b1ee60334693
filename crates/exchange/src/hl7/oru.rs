//! ORU^R01: laboratory values.
//!
//! | from | to |
//! |---|---|
//! | OBX-3 (both triplets) | code, text, system; analyte by the laboratory table |
//! | OBX-5, OBX-6 | value and unit exactly as sent |
//! | OBX-11 | P, R, S preliminary; F, U final; C corrected; D, W, X cancelled |
//! | OBX-14, else SPM-17, else OBR-7 | specimen time |
//! | OBR-2, OBR-3 (else the ORC before) | order numbers |
//!
//! An unmapped code keeps its value with `analyte: None` and becomes a task. Left out with their reason: OBX
//! without a value, documents and pictures (ED, RP), and OBX-11 I, N, O (nothing measured yet).

use super::fault::{Fault, FaultKind};
use super::message::{Message, Segment};
use super::patient;
use super::sender::SenderSettings;
use super::value;
use jiff::Timestamp;
use model::{LaboratoryStatus, LaboratoryValue};
use workflow::incoming::{IncomingResult, IncomingResults, OrderNumber, SentCode};
use workflow::site_codes::{LaboratoryCodes, NOT_USED};

/// Reads one result message; the second value says what was left out and why.
///
/// # Errors
/// The segment and field that cannot be read. Then no value of the message is taken.
pub fn read(
    message: &Message,
    settings: &SenderSettings,
    codes: &LaboratoryCodes,
    notes: &mut Vec<String>,
) -> Result<(IncomingResults, Vec<String>), Fault> {
    let patient = patient::of_message(message, settings, codes, notes)?;
    let mut ignored = Vec::new();
    let mut results = Vec::new();
    for group in groups(message)? {
        let specimen_at = group.specimen_at(settings)?;
        for obx in &group.obx {
            match result(obx, specimen_at, settings, codes)? {
                Ok(value) => results.push(IncomingResult {
                    value,
                    placer: group.placer.clone(),
                    filler: group.filler.clone(),
                }),
                Err(reason) => ignored.push(reason),
            }
        }
    }
    Ok((IncomingResults { patient, results }, ignored))
}

/// One OBR with its OBX and SPM segments. OBX before the first OBR belong to the patient and are read there.
struct Group<'m> {
    obr: Segment<'m>,
    placer: Option<OrderNumber>,
    filler: Option<OrderNumber>,
    obx: Vec<Segment<'m>>,
    spm: Option<Segment<'m>>,
}

fn groups(message: &Message) -> Result<Vec<Group<'_>>, Fault> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut orc: Option<Segment<'_>> = None;
    for segment in message.segments() {
        match (segment.name, groups.last_mut()) {
            ("ORC", _) => orc = Some(segment),
            ("OBR", _) => {
                let number = |field: usize| {
                    value::order_number(&segment.field(field))
                        .or_else(|| value::order_number(&orc?.field(field)))
                };
                groups.push(Group {
                    obr: segment,
                    placer: number(2),
                    filler: number(3),
                    obx: Vec::new(),
                    spm: None,
                });
                orc = None;
            }
            ("OBX", Some(group)) => group.obx.push(segment),
            ("SPM", Some(group)) => group.spm = group.spm.or(Some(segment)),
            _ => {}
        }
    }
    if groups.is_empty() {
        let at = super::fault::Place::new("OBR", 1, 4);
        let what = "the OBR segment is missing";
        return Err(Fault::new(at, FaultKind::RequiredFieldMissing, what));
    }
    Ok(groups)
}

impl Group<'_> {
    fn specimen_at(&self, settings: &SenderSettings) -> Result<Option<Timestamp>, Fault> {
        if let Some(spm) = self.spm
            && let Some(at) = value::instant(&spm.field(17), 1, settings)?
        {
            return Ok(Some(at));
        }
        value::instant(&self.obr.field(7), 1, settings)
    }
}

/// One OBX, or the reason for which it is left out.
fn result(
    obx: &Segment<'_>,
    specimen_at: Option<Timestamp>,
    settings: &SenderSettings,
    codes: &LaboratoryCodes,
) -> Result<Result<LaboratoryValue, String>, Fault> {
    let left_out = |field: usize, why: &str| Ok(Err(format!("{}: {why}", obx.field(field).at)));
    let kind = obx.field(2).text().to_ascii_uppercase();
    if matches!(kind.as_str(), "ED" | "RP") {
        return left_out(2, "a document or picture, not a value");
    }
    let state = obx.field(11);
    let status = match state.text().to_ascii_uppercase().as_str() {
        "P" | "R" | "S" => LaboratoryStatus::Preliminary,
        "F" | "U" => LaboratoryStatus::Final,
        "C" => LaboratoryStatus::Corrected,
        "D" | "W" | "X" => LaboratoryStatus::Cancelled,
        "I" | "N" | "O" => return left_out(11, "nothing measured yet"),
        "" => return Err(state.fault(FaultKind::RequiredFieldMissing, "no result status")),
        _ => return Err(state.fault(FaultKind::TableValue, "not a result status of table 0085")),
    };
    let field = obx.field(5);
    if !field.is_stated() && status != LaboratoryStatus::Cancelled {
        return left_out(5, "no value");
    }
    let sent = sent_codes(obx)?;
    let chosen = sent.iter().find_map(|c| Some((c, codes.analyte(c)?)));
    let (code, analyte) = match chosen {
        Some((code, analyte)) => (code.clone(), Some(analyte.to_owned())),
        None => (sent.into_iter().next().unwrap_or_default(), None),
    };
    if analyte.as_deref() == Some(NOT_USED) {
        return left_out(3, "the site does not use this code");
    }
    let own_time = value::instant(&obx.field(14), 1, settings)?;
    Ok(Ok(LaboratoryValue {
        analyte,
        code: code.code,
        code_text: code.text,
        code_system: code.system,
        value: shown_value(obx, &kind),
        unit: obx.field(6).text(),
        status,
        specimen_at: own_time.or(specimen_at),
    }))
}

fn sent_codes(obx: &Segment<'_>) -> Result<Vec<SentCode>, Fault> {
    let field = obx.field(3);
    let codes = field.repetitions().next().map(|r| value::codes(&r));
    match codes {
        Some(codes) if !codes.is_empty() => Ok(codes),
        _ => Err(field.fault(
            FaultKind::RequiredFieldMissing,
            "no code of what was measured",
        )),
    }
}

/// The value as text: a coded one by its text, a structured number as `<1.0`, everything else as sent.
fn shown_value(obx: &Segment<'_>, kind: &str) -> String {
    let field = obx.field(5);
    if field.is_deleted() {
        return String::new();
    }
    let first = field.repetitions().next();
    match (kind, first) {
        ("SN", Some(sn)) => (1..=4).map(|n| sn.component(n)).collect(),
        ("CE" | "CWE" | "CNE" | "CF", Some(code)) => {
            let text = [code.component(2), code.component(9), code.component(1)];
            text.into_iter().find(|t| !t.is_empty()).unwrap_or_default()
        }
        _ => field.whole_text(),
    }
}
