//! Local accounts and tokens of machine clients.

use crate::desk::{Desk, WorkError};
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Argon2, PasswordHash};
use model::Role;
use sha2::{Digest, Sha256};
use store::rows::{AccountRow, AuditRow, MachineTokenRow};
use store::{Change, Commit};

/// Shortest password taken, in characters.
pub const PASSWORD_CHARACTERS_MIN: usize = 12;

/// What a machine client may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    Dicomweb,
    Fhir,
    Api,
}

impl Scope {
    pub fn code(self) -> &'static str {
        match self {
            Self::Dicomweb => "dicomweb",
            Self::Fhir => "fhir",
            Self::Api => "api",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Dicomweb, Self::Fhir, Self::Api]
            .into_iter()
            .find(|scope| scope.code() == code)
    }
}

/// Why an account was not made or changed.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    #[error("an account name has 1 to 40 characters: letters, digits, dot, hyphen, underscore")]
    Name,
    #[error("a password has at least {PASSWORD_CHARACTERS_MIN} characters")]
    Password,
    #[error("an account holds at least one role")]
    NoRole,
    #[error("could not hash the password: {0}")]
    Hash(String),
    #[error(transparent)]
    Work(#[from] WorkError),
}

/// A new account, or new password and roles for one that is there; its open sessions end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAccount {
    pub name: String,
    pub display_name: String,
    pub roles: Vec<Role>,
}

/// Writes the account, with an audit row for who did it.
/// # Errors
/// See [`AccountError`].
pub async fn put_account(
    desk: &Desk,
    by: &str,
    account: &NewAccount,
    password: &str,
) -> Result<(), AccountError> {
    let sound = (1..=40).contains(&account.name.len())
        && account
            .name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || ".-_".contains(c));
    if !sound {
        return Err(AccountError::Name);
    }
    if password.chars().count() < PASSWORD_CHARACTERS_MIN {
        return Err(AccountError::Password);
    }
    if account.roles.is_empty() {
        return Err(AccountError::NoRole);
    }
    let password = password.to_owned();
    // Argon2id is slow on purpose: off the async threads.
    let password_hash = tokio::task::spawn_blocking(move || hash_password(&password))
        .await
        .map_err(|ended| AccountError::Hash(ended.to_string()))??;
    let roles: Vec<&str> = account.roles.iter().map(|role| role.code()).collect();
    let now = desk.now();
    let commit = Commit {
        changes: vec![
            Change::PutAccount(AccountRow {
                name: account.name.clone(),
                display_name: account.display_name.clone(),
                password_hash,
                roles: roles.join(","),
                disabled: false,
                created: now,
            }),
            Change::EndSessionsOf {
                account: account.name.clone(),
            },
            Change::Audit(AuditRow {
                at: now,
                actor: by.to_owned(),
                role: Role::Administrator.code().to_owned(),
                action: "put_account".to_owned(),
                patient_key: String::new(),
                case_id: String::new(),
                detail: format!("{} as {}", account.name, roles.join(",")),
            }),
        ],
    };
    desk.commit(commit).await.map_err(WorkError::from)?;
    Ok(())
}

/// Makes a bearer token; it is shown once and only its hash is kept.
/// # Errors
/// The store, or a machine without randomness.
pub async fn make_token(
    desk: &Desk,
    by: &str,
    name: &str,
    scope: Scope,
) -> Result<String, WorkError> {
    let token = random_text()?;
    let now = desk.now();
    let commit = Commit {
        changes: vec![
            Change::PutMachineToken(MachineTokenRow {
                token_sha256: sha256_text(&token),
                name: name.to_owned(),
                scope: scope.code().to_owned(),
                created: now,
                revoked: None,
            }),
            Change::Audit(AuditRow {
                at: now,
                actor: by.to_owned(),
                role: Role::Administrator.code().to_owned(),
                action: "make_token".to_owned(),
                patient_key: String::new(),
                case_id: String::new(),
                detail: format!("{name} for {}", scope.code()),
            }),
        ],
    };
    desk.commit(commit).await?;
    Ok(token)
}

/// Argon2id with the library's recommended cost.
/// # Errors
/// The machine has no randomness for the salt.
pub fn hash_password(password: &str) -> Result<String, AccountError> {
    let salt = random_bytes::<16>()?;
    Argon2::default()
        .hash_password_with_salt(password.as_bytes(), &salt)
        .map(|hash| hash.to_string())
        .map_err(|error| AccountError::Hash(error.to_string()))
}

/// Whether the password is the one that was hashed; a hash that cannot be read fits no password.
pub fn password_fits(password: &str, hash: &str) -> bool {
    PasswordHash::new(hash).is_ok_and(|hash| {
        Argon2::default()
            .verify_password(password.as_bytes(), &hash)
            .is_ok()
    })
}

/// 32 random bytes as 64 hexadecimal digits: session tokens, bearer tokens, CSRF tokens.
/// # Errors
/// The machine has no randomness.
pub fn random_text() -> Result<String, WorkError> {
    Ok(hexadecimal(&random_bytes::<32>()?))
}

/// SHA-256 of a text in hexadecimal: what is kept of a token.
pub fn sha256_text(text: &str) -> String {
    sha256_bytes(text.as_bytes())
}

/// SHA-256 of bytes in hexadecimal, as the object store names them.
pub(crate) fn sha256_bytes(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

fn random_bytes<const N: usize>() -> Result<[u8; N], WorkError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| WorkError::Random(error.to_string()))?;
    Ok(bytes)
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_own_password_fits() {
        let hash = hash_password("a horse and a battery").unwrap();
        assert!(hash.starts_with("$argon2id$"));
        assert!(password_fits("a horse and a battery", &hash));
        assert!(!password_fits("a horse and a batterY", &hash));
        assert!(!password_fits("a horse and a battery", "not a hash"));
        assert_ne!(hash, hash_password("a horse and a battery").unwrap());
    }
}
