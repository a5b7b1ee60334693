//! The log-ins of the demonstration: one for each role, one password for all, printed at every start.

use super::staff::staff_name;
use anyhow::Result;
use model::Role;
use workflow::Desk;
use workflow::accounts::{NewAccount, put_account};

/// Everybody's password in the demonstration. It opens made-up data on loopback, nothing else.
const PASSWORD: &str = "harbour-demonstration";

/// Makes the accounts that are not there yet, all at once: a password takes a while to hash.
/// # Errors
/// The store.
pub async fn make_accounts(desk: &Desk) -> Result<()> {
    let mut making = tokio::task::JoinSet::new();
    for role in Role::ALL {
        if desk.query().account(role.code()).await?.is_some() {
            continue;
        }
        let desk = desk.clone();
        making.spawn(async move {
            let account = NewAccount {
                name: role.code().to_owned(),
                display_name: staff_name(*role).to_owned(),
                roles: vec![*role],
            };
            put_account(&desk, "demonstration", &account, PASSWORD).await
        });
    }
    while let Some(made) = making.join_next().await {
        made??;
    }
    Ok(())
}

/// The lines for standard error: addresses and log-ins.
pub fn log_in_lines() -> String {
    let names: Vec<&str> = Role::ALL.iter().map(|role| role.code()).collect();
    format!("log in as {}\npassword   {PASSWORD}", names.join(", "))
}
