//! `seldinger user add NAME --role ROLE`: the password is read from standard input.

use crate::open::{block_on, desk};
use crate::settings::{Given, Settings};
use anyhow::{Context as _, Result, bail};
use clap::Subcommand;
use model::Role;
use std::io::BufRead as _;
use std::process::ExitCode;
use std::sync::Arc;
use workflow::SystemClock;
use workflow::accounts::{NewAccount, put_account};

#[derive(Debug, Subcommand)]
pub enum User {
    /// Add an account, or give one a new password and roles
    Add {
        /// Log-in name
        name: String,
        /// A role; say it again for several
        #[arg(long = "role", required = true, value_name = "ROLE")]
        roles: Vec<String>,
        /// The name that others read; the log-in name when left out
        #[arg(long, value_name = "WORDS")]
        display_name: Option<String>,
    },
}

/// # Errors
/// An unknown role, a password that is too short, or a store that does not open.
pub fn run(given: &Given, what: User) -> Result<ExitCode> {
    let User::Add {
        name,
        roles,
        display_name,
    } = what;
    let roles = roles
        .iter()
        .map(|code| role(code))
        .collect::<Result<Vec<_>>>()?;
    let settings = Settings::read(given)?;
    let mut password = String::new();
    std::io::stdin()
        .lock()
        .read_line(&mut password)
        .context("could not read the password from standard input")?;
    let account = NewAccount {
        display_name: display_name.unwrap_or_else(|| name.clone()),
        name,
        roles,
    };
    block_on(async {
        let desk = desk(&settings, Arc::new(SystemClock)).await?;
        put_account(
            &desk,
            "command line",
            &account,
            password.trim_end_matches(['\r', '\n']),
        )
        .await?;
        Ok(())
    })?;
    eprintln!("account {} is ready", account.name);
    Ok(ExitCode::SUCCESS)
}

fn role(code: &str) -> Result<Role> {
    let Some(role) = Role::from_code(code) else {
        let known: Vec<&str> = Role::ALL.iter().map(|role| role.code()).collect();
        bail!("{code:?} is no role; roles are {}", known.join(", "));
    };
    Ok(role)
}
