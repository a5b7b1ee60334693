use crate::settings::Given;
use anyhow::{Result, bail};
use std::process::ExitCode;

pub fn run(_given: &Given) -> Result<ExitCode> {
    bail!("not here yet")
}
