//! The patient's own page: a code on paper, and the date of birth, which is not on that paper.
//!
//! Opening the link changes nothing; only code and date together open the page, for half an hour, and every try is
//! counted against the code and the address that it comes from.

use crate::accounts::{random_text, sha256_text};
use crate::act_on_case::signature;
use crate::desk::{Desk, WorkError};
use crate::log_in::{LogInError, must_not_wait, note_failure};
use crate::patient::{Patient, birth_from_text};
use case::Actor;
use jiff::{SignedDuration, Timestamp};
use model::BirthDate;
use store::rows::{AuditRow, PatientCodeRow, SessionRow};
use store::{Change, Commit};

/// How long a code lives after it was made.
const CODE_LIVES: SignedDuration = SignedDuration::from_hours(24 * 90);
/// How long a page stays open.
const PAGE_LIVES: SignedDuration = SignedDuration::from_mins(30);
/// Wrong dates of birth after which a code is dead.
const FAILURES_MOST: i64 = 10;
/// Letters and digits that nobody mistakes for another.
const ALPHABET: &[u8] = b"ABCDEFGHJKMNPQRSTUVWXYZ23456789";
const CODE_LENGTH: usize = 10;
/// Role text of a patient's session: no staff role has it.
const PATIENT: &str = "patient";

/// Why the page did not open. It never says which of the two was wrong.
#[derive(Debug, thiserror::Error)]
pub enum NotOpened {
    #[error("the code and the date of birth do not fit together")]
    Wrong,
    #[error("too many tries: wait {seconds} seconds")]
    Wait { seconds: i64 },
    #[error(transparent)]
    Work(#[from] WorkError),
}

/// Makes a new code for a patient's case; an older one ends. It is shown once.
/// # Errors
/// The store, or a machine without randomness.
pub async fn make_code(
    desk: &Desk,
    by: &Actor,
    case_id: &str,
    patient_key: &str,
) -> Result<String, WorkError> {
    let random = random_text()?;
    let code: String = random
        .as_bytes()
        .chunks(6)
        .take(CODE_LENGTH)
        .filter_map(|six| std::str::from_utf8(six).ok())
        .filter_map(|six| usize::from_str_radix(six, 16).ok())
        .filter_map(|number| ALPHABET.get(number % ALPHABET.len()))
        .map(|byte| char::from(*byte))
        .collect();
    let now = desk.now();
    let (actor, role) = signature(by);
    let commit = Commit {
        changes: vec![
            Change::EndPatientCodes {
                patient_key: patient_key.to_owned(),
            },
            Change::PutPatientCode(PatientCodeRow {
                code_sha256: sha256_text(&code),
                case_id: case_id.to_owned(),
                patient_key: patient_key.to_owned(),
                created: now,
                expires: now.checked_add(CODE_LIVES).unwrap_or(now),
                failures: 0,
            }),
            Change::Audit(audit(
                &actor,
                &role,
                "make_patient_code",
                patient_key,
                case_id,
                now,
            )),
        ],
    };
    desk.commit(commit).await?;
    Ok(code)
}

/// Opens the page; the returned token is the patient's cookie.
/// # Errors
/// See [`NotOpened`].
pub async fn open_page(
    desk: &Desk,
    code: &str,
    birth_date: &str,
    from: &str,
) -> Result<String, NotOpened> {
    let code: String = code
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect::<String>()
        .to_uppercase();
    let hash = sha256_text(&code);
    let subjects = [format!("code {hash}"), format!("patient address {from}")];
    for subject in &subjects {
        must_not_wait(desk, subject).await.map_err(waiting)?;
    }
    let now = desk.now();
    let row = desk
        .query()
        .patient_code(&hash)
        .await
        .map_err(WorkError::from)?;
    let row = row.filter(|row| row.expires > now && row.failures < FAILURES_MOST);
    let patient = match &row {
        Some(row) => Patient::load(desk.query(), &row.patient_key).await?,
        None => None,
    };
    let fits = patient.as_ref().is_some_and(|patient| {
        let said = birth_from_text(birth_date);
        !patient.deceased && said != BirthDate::Unknown && said == patient.birth
    });
    let (Some(row), true) = (row.clone(), fits) else {
        if let Some(mut row) = row {
            row.failures += 1;
            let failed = Commit::one(Change::PutPatientCode(row));
            desk.commit(failed).await.map_err(WorkError::from)?;
        }
        note_failure(desk, PATIENT, &subjects).await?;
        return Err(NotOpened::Wrong);
    };
    let token = random_text()?;
    let mut commit = Commit::one(Change::PutSession(SessionRow {
        token_sha256: sha256_text(&token),
        account: format!("{PATIENT} {}", row.case_id),
        role: PATIENT.to_owned(),
        csrf: random_text()?,
        created: now,
        seen: now,
        expires: now.checked_add(PAGE_LIVES).unwrap_or(now),
    }));
    commit.extend(subjects.map(|subject| Change::ClearThrottle { subject }));
    commit.add(Change::Audit(audit(
        PATIENT,
        PATIENT,
        "open own page",
        &row.patient_key,
        &row.case_id,
        now,
    )));
    desk.commit(commit).await.map_err(WorkError::from)?;
    Ok(token)
}

/// The case whose patient this cookie belongs to; `None` when it is over or the patient has died. Each look is
/// written down; without the row there is no page.
/// # Errors
/// The store.
pub async fn patient_case(
    desk: &Desk,
    token: &str,
    what: &str,
) -> Result<Option<String>, WorkError> {
    let row = desk.query().session(&sha256_text(token)).await?;
    let now = desk.now();
    let Some(row) = row.filter(|row| row.role == PATIENT && row.expires > now) else {
        return Ok(None);
    };
    let Some(case_id) = row.account.strip_prefix("patient ") else {
        return Ok(None);
    };
    let Some(case) = desk.query().case(case_id).await? else {
        return Ok(None);
    };
    let patient = Patient::load(desk.query(), &case.patient_key).await?;
    if patient.is_none_or(|patient| patient.deceased) {
        return Ok(None);
    }
    let looked = audit(
        PATIENT,
        PATIENT,
        &format!("view {what}"),
        &case.patient_key,
        case_id,
        now,
    );
    desk.commit(Commit::one(Change::Audit(looked))).await?;
    Ok(Some(case_id.to_owned()))
}

fn waiting(error: LogInError) -> NotOpened {
    match error {
        LogInError::Wait { seconds } => NotOpened::Wait { seconds },
        LogInError::Work(error) => NotOpened::Work(error),
        LogInError::Wrong | LogInError::NoSuchRole(_) => NotOpened::Wrong,
    }
}

fn audit(
    actor: &str,
    role: &str,
    action: &str,
    patient_key: &str,
    case_id: &str,
    at: Timestamp,
) -> AuditRow {
    AuditRow {
        at,
        actor: actor.to_owned(),
        role: role.to_owned(),
        action: action.to_owned(),
        patient_key: patient_key.to_owned(),
        case_id: case_id.to_owned(),
        detail: String::new(),
    }
}
