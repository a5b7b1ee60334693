//! SIU S12–S15 and S26: an appointment made elsewhere. It raises a task beside the case and never moves it.
//!
//! | from | to |
//! |---|---|
//! | trigger | booked (S12), rescheduled (S13), modified (S14), cancelled (S15), did not come (S26) |
//! | SCH-1, SCH-2 | placer, filler appointment number |
//! | SCH-26, SCH-27 | placer, filler order number |
//! | TQ1-7, else SCH-11.4, else the first AIS-4 | start |
//! | AIS-3 | services |
//! | AIL-3 | places |
//! | SCH-7, else SCH-6 | reason |

use super::fault::{Fault, FaultKind, Place};
use super::message::{Message, Segment};
use super::patient;
use super::sender::SenderSettings;
use super::value;
use jiff::Timestamp;
use workflow::incoming::{AppointmentChange, IncomingAppointment};
use workflow::site_codes::LaboratoryCodes;

/// What a trigger says happened, or `None` when we do not take it.
pub fn change(trigger: &str) -> Option<AppointmentChange> {
    Some(match trigger {
        "S12" => AppointmentChange::Booked,
        "S13" => AppointmentChange::Rescheduled,
        "S14" => AppointmentChange::Modified,
        "S15" => AppointmentChange::Cancelled,
        "S26" => AppointmentChange::DidNotCome,
        _ => return None,
    })
}

/// Reads one appointment message.
///
/// # Errors
/// No SCH (which appointment is meant is then not known), no patient, or a field that cannot be read.
pub fn read(
    message: &Message,
    change: AppointmentChange,
    settings: &SenderSettings,
    codes: &LaboratoryCodes,
    notes: &mut Vec<String>,
) -> Result<IncomingAppointment, Fault> {
    let patient = patient::of_message(message, settings, codes, notes)?;
    let sch = message.first("SCH").ok_or_else(|| {
        let what = "the SCH segment is missing: which appointment is meant is not known";
        Fault::new(
            Place::new("SCH", 1, 1),
            FaultKind::RequiredFieldMissing,
            what,
        )
    })?;
    let placer = value::order_number(&sch.field(1));
    let filler = value::order_number(&sch.field(2));
    if placer.is_none() && filler.is_none() {
        let what = "neither placer nor filler appointment number";
        return Err(sch.field(1).fault(FaultKind::RequiredFieldMissing, what));
    }
    let all = |name: &'static str| message.segments().filter(move |s| s.name == name);
    let services = all("AIS").map(|ais| value::code(&ais.field(3)));
    let places = all("AIL").map(|ail| {
        let parts = (1..=3).map(|n| ail.field(3).component(n));
        parts
            .filter(|p| !p.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
    });
    let reason = [sch.field(7), sch.field(6)].iter().find_map(|field| {
        let code = value::code(field);
        let text = if code.text.is_empty() {
            code.code
        } else {
            code.text
        };
        (!text.is_empty()).then_some(text)
    });
    Ok(IncomingAppointment {
        change,
        patient,
        placer_appointment: placer,
        filler_appointment: filler,
        placer_order: value::order_number(&sch.field(26)),
        filler_order: value::order_number(&sch.field(27)),
        starts: starts(message, &sch, settings, notes),
        services: services
            .filter(|s| *s != workflow::incoming::SentCode::default())
            .collect(),
        places: places.filter(|p| !p.is_empty()).collect(),
        reason: reason.unwrap_or_default(),
    })
}

/// A person reads the task, so a time that cannot be read is said and left open.
fn starts(
    message: &Message,
    sch: &Segment<'_>,
    settings: &SenderSettings,
    notes: &mut Vec<String>,
) -> Option<Timestamp> {
    let tq1 = message.first("TQ1").map(|s| (s.field(7), 1));
    let ais = message.first("AIS").map(|s| (s.field(4), 1));
    [tq1, Some((sch.field(11), 4)), ais]
        .into_iter()
        .flatten()
        .find_map(|(field, component)| {
            value::instant(&field, component, settings).unwrap_or_else(|fault| {
                notes.push(format!("{fault}, left open"));
                None
            })
        })
}
