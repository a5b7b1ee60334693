//! Who may say what. Access to pages is the workflow's; here stands who may sign a clinical statement.

use crate::{Actor, Command, Refusal};
use model::Role::{
    self, Anaesthetist, Coordinator, IrNurse, Physicist, Radiographer, Radiologist, Referrer,
    WardNurse,
};

const DOCTORS: &[Role] = &[Radiologist, Anaesthetist];
const IN_THE_ROOM: &[Role] = &[Radiologist, IrNurse, Radiographer, Anaesthetist];
const BOOKING: &[Role] = &[Coordinator, IrNurse, Radiologist];
const CARE: &[Role] = &[IrNurse, WardNurse, Radiologist, Anaesthetist];
const ANY_CLINICAL: &[Role] = &[
    Coordinator,
    IrNurse,
    WardNurse,
    Radiographer,
    Radiologist,
    Anaesthetist,
    Physicist,
];
const WITH_REFERRER: &[Role] = &[
    Coordinator,
    IrNurse,
    WardNurse,
    Radiographer,
    Radiologist,
    Anaesthetist,
    Physicist,
    Referrer,
];

/// The roles that may give this command, and whether a machine may.
fn allowed(command: &Command) -> (&'static [Role], bool) {
    match command {
        Command::Refer(_) | Command::CompleteReferral { .. } => (WITH_REFERRER, true),
        Command::BeginVetting | Command::ReturnToReferrer { .. } | Command::Redirect(_) => {
            (BOOKING, false)
        }
        Command::Vet(_) | Command::Reject(_) => (&[Radiologist], false),
        Command::Schedule(_) | Command::Move(_) | Command::Postpone(_) => (BOOKING, false),
        Command::Cancel(_) | Command::GiveRestartInstruction { .. } => (ANY_CLINICAL, false),
        Command::BeginPreparation | Command::RecordPreparation(_) => (WITH_REFERRER, true),
        Command::EvaluateGate(_) => (ANY_CLINICAL, true),
        Command::SignOverride(_) => (&[Radiologist], false),
        Command::EnterEmergency(_) => (BOOKING, false),
        Command::Arrive(_) => (CARE, false),
        Command::GiveConsent(_) => (DOCTORS, false),
        Command::DeclineConsent(_) | Command::WithdrawConsent(_) => (ANY_CLINICAL, false),
        Command::BeginSignIn
        | Command::CompleteSignIn(_)
        | Command::CompleteTimeOut(_)
        | Command::StartProcedure { .. }
        | Command::RecordStart { .. }
        | Command::RecordInRoom { .. }
        | Command::AddProcedure { .. }
        | Command::ChangeProcedure { .. }
        | Command::DropProcedure { .. }
        | Command::ChangeOperator { .. }
        | Command::EndProcedure(_)
        | Command::CompleteSignOut(_) => (IN_THE_ROOM, false),
        Command::IdentifyProcedure { .. } => (BOOKING, false),
        Command::BeginRecovery(_) | Command::RecordObservation(_) | Command::Escalate(_) => {
            (CARE, false)
        }
        Command::Reintervene { .. } => (&[Radiologist], false),
        Command::Admit(_) | Command::Discharge(_) => (CARE, false),
        Command::OpenTrack(_) | Command::NoteOnTrack { .. } | Command::RecordResult { .. } => {
            (WITH_REFERRER, true)
        }
        Command::ReviewResult { .. } | Command::InformPatient { .. } => {
            (&[Referrer, Radiologist], false)
        }
        // The plan moves the day of a restart, and takes one back that it does not stop any more.
        Command::ReassignTrack { .. }
        | Command::CloseTrack {
            outcome: crate::TrackOutcome::Ended { .. },
            ..
        } => (WITH_REFERRER, true),
        Command::CloseTrack { .. } => (WITH_REFERRER, false),
        Command::ExplainDeviation { .. } => (IN_THE_ROOM, false),
        Command::Close => (ANY_CLINICAL, true),
        Command::Reopen(_) => (ANY_CLINICAL, false),
        Command::AbsorbCase(_) | Command::JoinInto { .. } => (BOOKING, true),
        Command::DetachStudy { .. } => (
            &[Coordinator, IrNurse, Radiographer, Radiologist, Physicist],
            false,
        ),
        Command::RecordPatientMerged { .. }
        | Command::ChangeOrder(_)
        | Command::RecordOrderCancelled(_)
        | Command::LinkStudy(_)
        | Command::ReceiveDose(_)
        | Command::RecordDeath(_)
        | Command::RetractDeath { .. } => (ANY_CLINICAL, true),
    }
}

pub(crate) fn may(actor: &Actor, command: &Command) -> Result<(), Refusal> {
    let (roles, machine) = allowed(command);
    let fine = match actor {
        Actor::Staff { role, .. } => roles.contains(role),
        Actor::Sender { .. } => machine,
        Actor::Patient => matches!(command, Command::RecordPreparation(_)),
    };
    if fine {
        return Ok(());
    }
    let named: Vec<&str> = roles.iter().map(|role| role.code()).collect();
    Err(Refusal::new(
        "not_this_role",
        format!("this role may not {}", command.name().replace('_', " ")),
    )
    .instead(format!("may do it: {}", named.join(", ")))
    .who(roles))
}
