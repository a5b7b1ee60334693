//! `seldinger token NAME --scope SCOPE`: prints a bearer token once.

use crate::open::{block_on, desk};
use crate::settings::{Given, Settings};
use anyhow::{Result, bail};
use std::process::ExitCode;
use std::sync::Arc;
use workflow::SystemClock;
use workflow::accounts::{Scope, make_token};

/// # Errors
/// An unknown scope, or a store that does not open.
#[expect(clippy::print_stdout, reason = "the token is this command's output")]
pub fn run(given: &Given, name: &str, scope: &str) -> Result<ExitCode> {
    let Some(scope) = Scope::from_code(scope) else {
        bail!("{scope:?} is no scope; scopes are dicomweb, fhir, api");
    };
    let settings = Settings::read(given)?;
    let token = block_on(async {
        let desk = desk(&settings, Arc::new(SystemClock)).await?;
        Ok(make_token(&desk, "command line", name, scope).await?)
    })?;
    println!("{token}");
    Ok(ExitCode::SUCCESS)
}
