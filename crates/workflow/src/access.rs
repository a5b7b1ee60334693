//! Who may do what, to which patients. Doors read the credential; this table decides.

use crate::case_summary::CaseSummary;
use crate::desk::{Desk, WorkError};
use crate::log_in::Session;
use jiff::{SignedDuration, Timestamp};
use model::Role;
use store::query::BoardEntry;
use store::rows::AuditRow;
use store::{Change, Commit};

/// One part of the staff app. Every route belongs to exactly one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Area {
    Board,
    Cases,
    /// A case's page and everything under it that only shows.
    Case,
    /// Commands on a case; which command, the case's own table says.
    Act,
    NewCase,
    Recovery,
    /// The day on paper, for when the program is away.
    Downtime,
    FollowUp,
    Dose,
    Tasks,
    Unmatched,
    /// Contents of quarantined messages.
    QuarantineRead,
    /// Reason, sender and type of quarantined messages.
    QuarantineList,
    Knowledge,
    Users,
    Audit,
    Settings,
}

/// Which patients a permission covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// Every patient of the department, with a reason where [`may_open`] asks for one.
    Department,
    /// Patients whom this person referred.
    Own,
    /// Every case, without names.
    WithoutNames,
    /// Nothing about any patient.
    NoPatient,
}

impl Area {
    pub const ALL: &'static [Self] = &[
        Self::Board,
        Self::Cases,
        Self::Case,
        Self::Act,
        Self::NewCase,
        Self::Recovery,
        Self::Downtime,
        Self::FollowUp,
        Self::Dose,
        Self::Tasks,
        Self::Unmatched,
        Self::QuarantineRead,
        Self::QuarantineList,
        Self::Knowledge,
        Self::Users,
        Self::Audit,
        Self::Settings,
    ];
}

/// The table. `None`: this role does not enter this area.
pub fn allowed(role: Role, area: Area) -> Option<Whose> {
    match role {
        Role::Coordinator
        | Role::IrNurse
        | Role::WardNurse
        | Role::Radiographer
        | Role::Radiologist
        | Role::Anaesthetist
        | Role::Physicist => clinical(role, area),
        Role::Referrer => match area {
            Area::Cases | Area::Case | Area::Act | Area::FollowUp | Area::Tasks => Some(Whose::Own),
            Area::Board
            | Area::NewCase
            | Area::Recovery
            | Area::Downtime
            | Area::Dose
            | Area::Unmatched
            | Area::QuarantineRead
            | Area::QuarantineList
            | Area::Knowledge
            | Area::Users
            | Area::Audit
            | Area::Settings => None,
        },
        Role::Observer => match area {
            Area::Board | Area::Cases => Some(Whose::WithoutNames),
            Area::Knowledge => Some(Whose::NoPatient),
            Area::Case
            | Area::Act
            | Area::NewCase
            | Area::Recovery
            | Area::Downtime
            | Area::FollowUp
            | Area::Dose
            | Area::Tasks
            | Area::Unmatched
            | Area::QuarantineRead
            | Area::QuarantineList
            | Area::Users
            | Area::Audit
            | Area::Settings => None,
        },
        Role::Administrator => match area {
            Area::QuarantineList | Area::Knowledge | Area::Users | Area::Audit | Area::Settings => {
                Some(Whose::NoPatient)
            }
            Area::Board
            | Area::Cases
            | Area::Case
            | Area::Act
            | Area::NewCase
            | Area::Recovery
            | Area::Downtime
            | Area::FollowUp
            | Area::Dose
            | Area::Tasks
            | Area::Unmatched
            | Area::QuarantineRead => None,
        },
    }
}

fn clinical(role: Role, area: Area) -> Option<Whose> {
    let may = match area {
        Area::Board | Area::Cases | Area::Case | Area::Act | Area::FollowUp | Area::Dose => true,
        Area::Tasks | Area::Downtime | Area::Knowledge | Area::Settings => true,
        Area::Recovery => role != Role::Physicist,
        Area::NewCase => matches!(role, Role::Coordinator | Role::IrNurse | Role::Radiologist),
        Area::Unmatched => matches!(
            role,
            Role::Coordinator
                | Role::IrNurse
                | Role::Radiographer
                | Role::Radiologist
                | Role::Physicist
        ),
        Area::QuarantineRead | Area::QuarantineList => role == Role::Coordinator,
        Area::Users | Area::Audit => false,
    };
    let whose = match area {
        Area::Knowledge | Area::Settings => Whose::NoPatient,
        _ => Whose::Department,
    };
    may.then_some(whose)
}

/// Whether a person may open one case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opening {
    Yes,
    /// Only with a reason, which the audit page shows.
    AskReason(&'static str),
    No,
}

/// Closed for longer than this asks for a reason.
const LONG_CLOSED: SignedDuration = SignedDuration::from_hours(30 * 24);
/// Without a procedure in the coming time, and without an open task, likewise.
const COMING: SignedDuration = SignedDuration::from_hours(60 * 24);

/// * `has_open_task` – somebody still has to do something for this case.
pub fn may_open(
    session: &Session,
    entry: &BoardEntry,
    has_open_task: bool,
    now: Timestamp,
) -> Opening {
    match allowed(session.role, Area::Case) {
        None | Some(Whose::WithoutNames | Whose::NoPatient) => return Opening::No,
        Some(Whose::Own) if !is_own(session, entry) => return Opening::No,
        Some(Whose::Own | Whose::Department) => {}
    }
    if entry.patient.restricted {
        return Opening::AskReason("this patient's record is restricted");
    }
    let long_ago = |at: Timestamp| now.duration_since(at) > LONG_CLOSED;
    if entry.case.closed.is_some_and(long_ago) {
        return Opening::AskReason("this case was closed more than 30 days ago");
    }
    let is_over = matches!(
        entry.case.state.as_str(),
        "closed" | "cancelled" | "rejected"
    );
    let is_coming = match entry.case.start {
        Some(start) => start >= now && start.duration_since(now) <= COMING,
        None => !is_over,
    };
    let is_today = entry
        .case
        .start
        .is_some_and(|start| now.duration_since(start).abs() <= SignedDuration::from_hours(24));
    let is_under_way = !is_over && entry.case.start.is_some_and(|start| start <= now);
    if is_coming || is_today || is_under_way || has_open_task {
        Opening::Yes
    } else {
        Opening::AskReason("no procedure in the coming 60 days and no open task")
    }
}

/// Whether this person referred the patient: the order names them.
pub fn is_own(session: &Session, entry: &BoardEntry) -> bool {
    let referrer = CaseSummary::read(&entry.case.body).referrer.to_lowercase();
    let names = [
        session.account.to_lowercase(),
        session.display_name.to_lowercase(),
    ];
    !referrer.is_empty() && names.contains(&referrer)
}

/// Writes down that somebody looks at a patient. When this fails the page is not shown.
/// # Errors
/// The audit row could not be written.
pub async fn looked_at(
    desk: &Desk,
    session: &Session,
    what: &str,
    patient_key: &str,
    case_id: &str,
    reason: &str,
) -> Result<(), WorkError> {
    let row = AuditRow {
        at: desk.now(),
        actor: session.account.clone(),
        role: session.role.code().to_owned(),
        action: format!("view {what}"),
        patient_key: patient_key.to_owned(),
        case_id: case_id.to_owned(),
        detail: reason.to_owned(),
    };
    write_down(desk, row).await
}

/// One audit row, durable before anything is shown.
/// # Errors
/// It could not be written.
pub async fn write_down(desk: &Desk, row: AuditRow) -> Result<(), WorkError> {
    Ok(desk.commit(Commit::one(Change::Audit(row))).await?)
}
