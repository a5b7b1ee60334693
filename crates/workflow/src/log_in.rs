//! Somebody logs in, acts in one role, and logs out. Sessions live in the store; a cookie holds only a random
//! text, the store only its hash.

use crate::accounts::{hash_password, password_fits, random_text, sha256_text};
use crate::desk::{Desk, WorkError};
use jiff::{SignedDuration, Timestamp};
use model::Role;
use std::sync::OnceLock;
use store::rows::{AccountRow, AuditRow, SessionRow, ThrottleRow};
use store::{Change, Commit};

/// Without a sign of life for this long, a session is over.
const IDLE: SignedDuration = SignedDuration::from_mins(60);
/// However busy, a session ends after this long.
const LONGEST: SignedDuration = SignedDuration::from_hours(12);
/// The sign of life is written at most this often.
const TOUCH_EVERY: SignedDuration = SignedDuration::from_mins(1);
/// Failures of one account or address before it has to wait.
const FREE_FAILURES: i64 = 5;
/// Failures are forgotten when nothing more happened for so long after the wait: an address may be a whole ward's.
const FORGOTTEN_AFTER: SignedDuration = SignedDuration::from_hours(1);
/// The wait doubles with each further failure, from seconds to this.
const LONGEST_WAIT_SECONDS: i64 = 900;

/// A person at work. `token` is for the cookie and for nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    pub account: String,
    pub display_name: String,
    pub roles: Vec<Role>,
    /// The one role in which the person acts now.
    pub role: Role,
    /// Must come back with every form.
    pub csrf: String,
    pub token: String,
}

impl Session {
    /// The signature under what this person does.
    pub fn actor(&self) -> case::Actor {
        case::Actor::Staff {
            user: self.account.clone(),
            name: self.display_name.clone(),
            role: self.role,
        }
    }
}

/// Why nobody was logged in. The words for the person never say which part was wrong.
#[derive(Debug, thiserror::Error)]
pub enum LogInError {
    #[error("name or password is wrong")]
    Wrong,
    #[error("too many wrong tries: wait {seconds} seconds")]
    Wait { seconds: i64 },
    #[error("this account holds no role {0}")]
    NoSuchRole(&'static str),
    #[error(transparent)]
    Work(#[from] WorkError),
}

/// Checks name and password and opens a session.
///
/// * `from` – where the try comes from, e.g. the address; it is throttled like the account.
/// * `role` – the role to act in; the account's first when `None`.
/// # Errors
/// See [`LogInError`].
pub async fn log_in(
    desk: &Desk,
    name: &str,
    password: &str,
    from: &str,
    role: Option<Role>,
) -> Result<Session, LogInError> {
    let subjects = [format!("account {name}"), format!("address {from}")];
    for subject in &subjects {
        must_not_wait(desk, subject).await?;
    }
    let account = desk.query().account(name).await.map_err(WorkError::from)?;
    if !fits(account.as_ref(), password).await? {
        note_failure(desk, name, &subjects).await?;
        return Err(LogInError::Wrong);
    }
    let Some(account) = account else {
        return Err(LogInError::Wrong);
    };
    let roles = roles_of(&account);
    let chosen = match role {
        Some(role) if roles.contains(&role) => role,
        Some(role) => return Err(LogInError::NoSuchRole(role.code())),
        None => *roles.first().ok_or(LogInError::Wrong)?,
    };
    let now = desk.now();
    let session = Session {
        account: account.name.clone(),
        display_name: account.display_name.clone(),
        roles,
        role: chosen,
        csrf: random_text()?,
        token: random_text()?,
    };
    let mut commit = Commit::one(Change::PutSession(session_row(&session, now, now)));
    commit.extend(
        subjects
            .into_iter()
            .map(|subject| Change::ClearThrottle { subject }),
    );
    commit.add(Change::Audit(audit(
        &session.account,
        chosen.code(),
        "log_in",
        from,
        now,
    )));
    desk.commit(commit).await.map_err(WorkError::from)?;
    Ok(session)
}

/// The session of a cookie; `None` when there is none, it is over, or the account may no longer.
/// # Errors
/// The database.
pub async fn session(desk: &Desk, token: &str) -> Result<Option<Session>, WorkError> {
    let Some(row) = desk.query().session(&sha256_text(token)).await? else {
        return Ok(None);
    };
    let now = desk.now();
    if row.expires <= now {
        return Ok(None);
    }
    let Some(account) = desk.query().account(&row.account).await? else {
        return Ok(None);
    };
    let roles = roles_of(&account);
    let role = Role::from_code(&row.role).filter(|role| roles.contains(role));
    let (false, Some(role)) = (account.disabled, role) else {
        return Ok(None);
    };
    let session = Session {
        account: account.name,
        display_name: account.display_name,
        roles,
        role,
        csrf: row.csrf.clone(),
        token: token.to_owned(),
    };
    if now.duration_since(row.seen) >= TOUCH_EVERY {
        let touched = session_row(&session, row.created, now);
        desk.commit(Commit::one(Change::TouchSession {
            token_sha256: touched.token_sha256,
            seen: touched.seen,
            expires: touched.expires,
        }))
        .await?;
    }
    Ok(Some(session))
}

/// Acts in another of the own roles from now on.
/// # Errors
/// A role that the account does not hold, or the database.
pub async fn choose_role(desk: &Desk, session: &Session, role: Role) -> Result<(), LogInError> {
    if !session.roles.contains(&role) {
        return Err(LogInError::NoSuchRole(role.code()));
    }
    let now = desk.now();
    let created = desk
        .query()
        .session(&sha256_text(&session.token))
        .await
        .map_err(WorkError::from)?
        .map_or(now, |row| row.created);
    let changed = Session {
        role,
        ..session.clone()
    };
    let commit = Commit {
        changes: vec![
            Change::PutSession(session_row(&changed, created, now)),
            Change::Audit(audit(&session.account, role.code(), "choose_role", "", now)),
        ],
    };
    desk.commit(commit).await.map_err(WorkError::from)?;
    Ok(())
}

/// # Errors
/// The database.
pub async fn log_out(desk: &Desk, session: &Session) -> Result<(), WorkError> {
    let commit = Commit {
        changes: vec![
            Change::EndSession {
                token_sha256: sha256_text(&session.token),
            },
            Change::Audit(audit(
                &session.account,
                session.role.code(),
                "log_out",
                "",
                desk.now(),
            )),
        ],
    };
    Ok(desk.commit(commit).await?)
}

fn roles_of(account: &AccountRow) -> Vec<Role> {
    account
        .roles
        .split(',')
        .filter_map(Role::from_code)
        .collect()
}

fn session_row(session: &Session, created: Timestamp, now: Timestamp) -> SessionRow {
    let after = |start: Timestamp, span| start.checked_add(span).unwrap_or(start);
    SessionRow {
        token_sha256: sha256_text(&session.token),
        account: session.account.clone(),
        role: session.role.code().to_owned(),
        csrf: session.csrf.clone(),
        created,
        seen: now,
        expires: after(now, IDLE).min(after(created, LONGEST)),
    }
}

/// Takes the same time for an account that is not there: a name cannot be guessed by the clock.
async fn fits(account: Option<&AccountRow>, password: &str) -> Result<bool, WorkError> {
    static NOBODY: OnceLock<String> = OnceLock::new();
    let usable = account.is_some_and(|account| !account.disabled);
    let hash = account
        .filter(|_| usable)
        .map(|account| account.password_hash.clone());
    let password = password.to_owned();
    tokio::task::spawn_blocking(move || {
        let is_known = hash.is_some();
        let nobody = || NOBODY.get_or_init(|| hash_password("nobody at all").unwrap_or_default());
        let fits = password_fits(&password, &hash.unwrap_or_else(|| nobody().clone()));
        is_known && fits
    })
    .await
    .map_err(|ended| WorkError::Damaged(ended.to_string()))
}

/// Refuses while a subject has to wait.
/// # Errors
/// [`LogInError::Wait`] with the seconds that are left.
pub(crate) async fn must_not_wait(desk: &Desk, subject: &str) -> Result<(), LogInError> {
    let row = desk
        .query()
        .throttle(subject)
        .await
        .map_err(WorkError::from)?;
    let now = desk.now();
    match row.filter(|row| row.until > now) {
        Some(row) => Err(LogInError::Wait {
            seconds: row.until.duration_since(now).as_secs() + 1,
        }),
        None => Ok(()),
    }
}

/// Counts a failure of each subject; from the sixth on, each doubles the wait.
pub(crate) async fn note_failure(
    desk: &Desk,
    name: &str,
    subjects: &[String],
) -> Result<(), WorkError> {
    let now = desk.now();
    let mut commit = Commit::default();
    for subject in subjects {
        let before = desk.query().throttle(subject).await?;
        let failures = before
            .filter(|row| now.duration_since(row.until) < FORGOTTEN_AFTER)
            .map_or(0, |row| row.failures)
            + 1;
        let beyond = u32::try_from((failures - FREE_FAILURES).clamp(0, 20)).unwrap_or(0);
        let seconds = match beyond {
            0 => 0,
            beyond => (1_i64 << beyond).min(LONGEST_WAIT_SECONDS),
        };
        let until = now
            .checked_add(SignedDuration::from_secs(seconds))
            .unwrap_or(now);
        commit.add(Change::PutThrottle(ThrottleRow {
            subject: subject.clone(),
            failures,
            until,
        }));
    }
    commit.add(Change::Audit(audit(name, "", "log_in_failed", "", now)));
    Ok(desk.commit(commit).await?)
}

fn audit(actor: &str, role: &str, action: &str, detail: &str, at: Timestamp) -> AuditRow {
    AuditRow {
        at,
        actor: actor.chars().take(64).collect(),
        role: role.to_owned(),
        action: action.to_owned(),
        patient_key: String::new(),
        case_id: String::new(),
        detail: detail.to_owned(),
    }
}
