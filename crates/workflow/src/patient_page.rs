//! The patient's own page: a code on paper, and the date of birth, which is not on that paper.
//!
//! Opening the link changes nothing; only code and date together open the page. Every try is counted against the
//! code and the address that it comes from; a code ends after so many days, openings or wrong dates, when staff take
//! it back, and when a death is recorded.

use crate::accounts::{random_text, sha256_text};
use crate::act_on_case::signature;
use crate::case_file::load_case;
use crate::desk::{Desk, WorkError};
use crate::log_in::{LogInError, must_not_wait, note_failure};
use crate::patient::{Patient, birth_from_text};
use case::{Actor, Case};
use jiff::{SignedDuration, Timestamp};
use model::BirthDate;
use store::rows::{AuditRow, PatientCodeRow, SessionRow};
use store::{Change, Commit};

/// How long a code lives after it was made.
const CODE_LIVES: SignedDuration = SignedDuration::from_hours(24 * 90);
/// A page that nobody reads closes after this long.
const IDLE: SignedDuration = SignedDuration::from_mins(20);
/// However busy, a page closes after this long.
const LONGEST: SignedDuration = SignedDuration::from_hours(4);
/// Wrong dates of birth after which a code is dead.
const FAILURES_MOST: i64 = 10;
/// Openings after which a code is dead: a patient who reads the plan every day for some weeks stays below.
const USES_MOST: i64 = 60;
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

/// An open page: whose, and what must come back with each of its forms.
#[derive(Debug, Clone)]
pub struct OwnPage {
    pub case: Case,
    pub patient: Patient,
    pub csrf: String,
}

/// Makes a new code for a patient's case; an older one ends, with the page that it opened. It is shown once.
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
            Change::EndSessionsOf {
                account: account(case_id),
            },
            Change::PutPatientCode(PatientCodeRow {
                code_sha256: sha256_text(&code),
                case_id: case_id.to_owned(),
                patient_key: patient_key.to_owned(),
                created: now,
                expires: after(now, CODE_LIVES),
                failures: 0,
                uses: 0,
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

/// Takes back every code of this patient and closes the pages that they opened.
/// # Errors
/// The store.
pub async fn revoke_codes(
    desk: &Desk,
    by: &Actor,
    case_id: &str,
    patient_key: &str,
) -> Result<(), WorkError> {
    let (actor, role) = signature(by);
    let mut commit = Commit::one(Change::EndPatientCodes {
        patient_key: patient_key.to_owned(),
    });
    for entry in desk.query().cases_of_patient(patient_key).await? {
        commit.add(Change::EndSessionsOf {
            account: account(&entry.case.case_id),
        });
    }
    commit.add(Change::Audit(audit(
        &actor,
        &role,
        "revoke_patient_code",
        patient_key,
        case_id,
        desk.now(),
    )));
    Ok(desk.commit(commit).await?)
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
        .map_err(WorkError::from)?
        .filter(|row| row.expires > now && row.failures < FAILURES_MOST && row.uses < USES_MOST);
    let living = match &row {
        Some(row) => living(desk, &row.case_id).await?,
        None => None,
    };
    let said = birth_from_text(birth_date);
    let fits =
        living.is_some_and(|(_, patient)| said != BirthDate::Unknown && said == patient.birth);
    let Some(mut row) = row else {
        note_failure(desk, PATIENT, &subjects).await?;
        return Err(NotOpened::Wrong);
    };
    if !fits {
        row.failures += 1;
        let failed = Commit::one(Change::PutPatientCode(row));
        desk.commit(failed).await.map_err(WorkError::from)?;
        note_failure(desk, PATIENT, &subjects).await?;
        return Err(NotOpened::Wrong);
    }
    row.uses += 1;
    let token = random_text()?;
    let opened = audit(
        PATIENT,
        PATIENT,
        "open own page",
        &row.patient_key,
        &row.case_id,
        now,
    );
    let [code_subject, _] = subjects;
    let commit = Commit {
        changes: vec![
            Change::PutSession(SessionRow {
                token_sha256: sha256_text(&token),
                account: account(&row.case_id),
                role: PATIENT.to_owned(),
                csrf: random_text()?,
                created: now,
                seen: now,
                expires: after(now, IDLE),
            }),
            Change::PutPatientCode(row),
            // The address keeps its count: one's own code must not buy further tries at other people's.
            Change::ClearThrottle {
                subject: code_subject,
            },
            Change::Audit(opened),
        ],
    };
    desk.commit(commit).await.map_err(WorkError::from)?;
    Ok(token)
}

/// The page that this cookie opened; `None` when it is over or the patient has died. Each look is written down;
/// without the row there is no page.
/// # Errors
/// The store.
pub async fn own_page(desk: &Desk, token: &str, what: &str) -> Result<Option<OwnPage>, WorkError> {
    let row = desk.query().session(&sha256_text(token)).await?;
    let now = desk.now();
    let Some(row) = row.filter(|row| row.role == PATIENT && row.expires > now) else {
        return Ok(None);
    };
    let Some(case_id) = row.account.strip_prefix("patient ") else {
        return Ok(None);
    };
    let Some((case, patient)) = living(desk, case_id).await? else {
        return Ok(None);
    };
    let looked = audit(
        PATIENT,
        PATIENT,
        &format!("view {what}"),
        patient.key.as_str(),
        case_id,
        now,
    );
    let touched = Change::TouchSession {
        token_sha256: row.token_sha256,
        seen: now,
        expires: after(now, IDLE).min(after(row.created, LONGEST)),
    };
    desk.commit(Commit {
        changes: vec![Change::Audit(looked), touched],
    })
    .await?;
    Ok(Some(OwnPage {
        case,
        patient,
        csrf: row.csrf,
    }))
}

/// The patient closes the page.
/// # Errors
/// The store.
pub async fn close_page(desk: &Desk, token: &str) -> Result<(), WorkError> {
    let ended = Change::EndSession {
        token_sha256: sha256_text(token),
    };
    Ok(desk.commit(Commit::one(ended)).await?)
}

/// The case and its patient, when no death is recorded on either.
async fn living(desk: &Desk, case_id: &str) -> Result<Option<(Case, Patient)>, WorkError> {
    let Some(case) = load_case(desk.query(), case_id).await? else {
        return Ok(None);
    };
    let Some(key) = case.patient.clone().filter(|_| case.death.is_none()) else {
        return Ok(None);
    };
    let patient = Patient::load(desk.query(), key.as_str()).await?;
    Ok(patient
        .filter(|patient| !patient.deceased)
        .map(|patient| (case, patient)))
}

/// Whose session it is, as the table of sessions names it.
fn account(case_id: &str) -> String {
    format!("{PATIENT} {case_id}")
}

fn after(start: Timestamp, span: SignedDuration) -> Timestamp {
    start.checked_add(span).unwrap_or(start)
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
