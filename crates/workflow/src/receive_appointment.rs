//! Another system has booked, moved or cancelled an appointment. It is a task beside the case; the case is moved
//! by people.

use crate::draft::{Draft, Task};
use crate::incoming::{AppointmentChange, IncomingAppointment, OrderNumber};
use crate::patient::Patient;
use crate::receive_message::ReceiveError;
use crate::receive_patient_message::{Stay, patient_of};
use case::Case;
use model::Role;

pub(crate) async fn apply(
    draft: &mut Draft<'_>,
    appointment: &IncomingAppointment,
) -> Result<(), ReceiveError> {
    let patient = patient_of(draft, &appointment.patient, Stay::NotStated).await?;
    let case = case_of(draft, appointment, &patient).await?;
    if case.is_none() {
        draft.notes.push(
            "no open case has this appointment, a task was opened for the patient".to_owned(),
        );
    }
    let number = appointment
        .placer_appointment
        .as_ref()
        .or(appointment.filler_appointment.as_ref())
        .map(|number| format!("{}^{}", number.value, number.namespace))
        .unwrap_or_default();
    draft.put_task(Task {
        // The next message about the same appointment speaks in the same task.
        id: format!("appointment:{}:{}:{number}", draft.sender(), patient.key),
        kind: "appointment_elsewhere",
        case: case.as_ref(),
        patient: &patient,
        words: words(draft, appointment),
        owner: Role::Coordinator,
    });
    Ok(())
}

/// The case of the order that the appointment names, else the only open one.
async fn case_of(
    draft: &Draft<'_>,
    appointment: &IncomingAppointment,
    patient: &Patient,
) -> Result<Option<Case>, ReceiveError> {
    let open = draft.open_cases(patient).await?;
    let has = |ours: &Option<String>, theirs: &Option<OrderNumber>| {
        theirs
            .as_ref()
            .is_some_and(|theirs| ours.as_ref() == Some(&theirs.value))
    };
    let by_order = open.iter().find(|case| {
        case.live().any(|p| {
            has(&p.orders.placer, &appointment.placer_order)
                || has(&p.orders.filler, &appointment.filler_order)
        })
    });
    Ok(match (by_order, open.as_slice()) {
        (Some(case), _) | (None, [case]) => Some(case.clone()),
        (None, _) => None,
    })
}

fn words(draft: &Draft<'_>, appointment: &IncomingAppointment) -> String {
    let what = match appointment.change {
        AppointmentChange::Booked => "booked",
        AppointmentChange::Rescheduled => "moved",
        AppointmentChange::Modified => "changed",
        AppointmentChange::Cancelled => "cancelled",
        AppointmentChange::DidNotCome => "missed (the patient did not come)",
    };
    let when = appointment
        .starts
        .map_or("time not stated".to_owned(), |starts| {
            let here = starts.to_zoned_datetime(draft.desk.site().zone_or_utc());
            here.strftime("%Y-%m-%d %H:%M").to_string()
        });
    let services: Vec<&str> = appointment
        .services
        .iter()
        .map(|s| {
            if s.text.is_empty() {
                s.code.as_str()
            } else {
                s.text.as_str()
            }
        })
        .collect();
    let mut words = format!("{} says: appointment {what}, {when}", draft.sender());
    for part in [
        services.join(", "),
        appointment.places.join(", "),
        appointment.reason.clone(),
    ] {
        if !part.is_empty() {
            words.push_str("; ");
            words.push_str(&part);
        }
    }
    words
}
