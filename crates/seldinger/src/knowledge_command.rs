//! `seldinger knowledge list|hash|approve`: what the rules say about themselves, and the site's signature.

use crate::rules;
use crate::settings::{Given, Settings};
use anyhow::{Context as _, Result, bail};
use clap::{Args, Subcommand};
use jiff::civil::Date;
use knowledge::rule_book::{Origin, RuleState};
use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Debug, Subcommand)]
pub enum Knowledge {
    /// Every rule with its status, origin and approval
    List {
        #[command(flatten)]
        site: SiteFolder,
    },
    /// The hash of a rule's content
    Hash {
        #[arg(required = true)]
        rules: Vec<String>,
        #[command(flatten)]
        site: SiteFolder,
    },
    /// Approve rules for this site, as a named person, until a day
    Approve {
        /// Rule ids, or `all`
        #[arg(required = true)]
        rules: Vec<String>,
        /// Who approves
        #[arg(long)]
        name: String,
        /// In which role
        #[arg(long)]
        role: String,
        /// Last day on which the approval counts, e.g. 2027-12-31
        #[arg(long, value_name = "DAY")]
        until: String,
        #[command(flatten)]
        site: SiteFolder,
    },
}

#[derive(Debug, Args)]
pub struct SiteFolder {
    /// The site's own folder of rules; the setting knowledge.site_folder when left out
    #[arg(long, value_name = "DIR")]
    site: Option<PathBuf>,
}

/// # Errors
/// A rule that is not there, rules with flaws, a folder that cannot be written.
pub fn run(given: &Given, what: Knowledge) -> Result<ExitCode> {
    let (site, text) = match what {
        Knowledge::List { site } => {
            let states = states(given, &site)?;
            (
                None,
                states
                    .iter()
                    .map(|(rule, state)| line(rule, state))
                    .collect::<String>(),
            )
        }
        Knowledge::Hash { rules, site } => {
            let states = states(given, &site)?;
            let mut text = String::new();
            for (rule, state) in chosen(&states, &rules)? {
                writeln!(text, "{}  {rule}", state.hash)?;
            }
            (None, text)
        }
        Knowledge::Approve {
            rules,
            name,
            role,
            until,
            site,
        } => {
            let folder = folder(given, &site)?
                .context("name the site's folder: --site DIR or knowledge.site_folder")?;
            let until: Date = until.parse().context("--until is a day like 2027-12-31")?;
            let states = states(given, &site)?;
            let today = jiff::ZonedDateTime::now().date();
            let mut text = String::new();
            for (rule, state) in chosen(&states, &rules)? {
                text.push_str(&approval(rule, state, &name, &role, today, until));
            }
            let file = format!("approvals/{today}-{}.toml", file_safe(&name));
            (Some((folder, file)), text)
        }
    };
    match site {
        None => print(&text)?,
        Some((folder, file)) => append(&folder.join(file), &text)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn folder(given: &Given, site: &SiteFolder) -> Result<Option<PathBuf>> {
    match &site.site {
        Some(folder) => Ok(Some(folder.clone())),
        None => Ok(Settings::read(given)?.site_folder),
    }
}

type States = std::collections::BTreeMap<String, RuleState>;

fn states(given: &Given, site: &SiteFolder) -> Result<States> {
    let folder = folder(given, site)?.filter(|folder| folder.exists());
    Ok(rules::load(folder.as_deref())?.book.states)
}

fn chosen<'a>(states: &'a States, rules: &[String]) -> Result<Vec<(&'a String, &'a RuleState)>> {
    if rules.iter().any(|rule| rule == "all") {
        return Ok(states.iter().collect());
    }
    rules
        .iter()
        .map(|rule| {
            states
                .get_key_value(rule)
                .with_context(|| format!("there is no rule {rule:?}"))
        })
        .collect()
}

fn line(rule: &str, state: &RuleState) -> String {
    let origin = match state.origin {
        Origin::Shipped => "shipped",
        Origin::Local => "local",
    };
    let status = state
        .weakest
        .map_or("no figures", model::ReviewStatus::code);
    let approval = match &state.approval {
        Some(approval) => format!("approved by {} until {}", approval.name, approval.due),
        None => "not approved here".to_owned(),
    };
    format!("{rule}\t{origin}\t{status}\t{approval}\n")
}

fn approval(
    rule: &str,
    state: &RuleState,
    name: &str,
    role: &str,
    today: Date,
    until: Date,
) -> String {
    let text = |value: &str| toml::Value::String(value.to_owned()).to_string();
    format!(
        "[[approval]]\nrule = {}\nsha256 = {}\nname = {}\nrole = {}\ndate = {today}\ndue = {until}\n\n",
        text(rule),
        text(&state.hash),
        text(name),
        text(role)
    )
}

fn file_safe(name: &str) -> String {
    let safe: String = name
        .to_lowercase()
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect();
    safe.trim_matches('-').to_owned()
}

#[expect(clippy::print_stdout, reason = "the list is this command's output")]
fn print(text: &str) -> Result<()> {
    if text.is_empty() {
        bail!("nothing to show");
    }
    print!("{text}");
    Ok(())
}

fn append(file: &std::path::Path, text: &str) -> Result<()> {
    use std::io::Write as _;
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("could not make {}", folder.display()))?;
    }
    std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(file)
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .with_context(|| format!("could not write {}", file.display()))?;
    eprintln!("written to {}", file.display());
    Ok(())
}
