//! The menu of `seldinger`: read the command, call the file of that name, turn the error into an exit code.

mod backup;
mod check;
mod compare;
mod demonstration;
mod doors;
mod dose;
mod knowledge_command;
mod open;
mod peers;
mod plan;
mod rules;
mod serve;
mod settings;
mod token;
mod user;

use clap::{Args, Parser, Subcommand};
use settings::Given;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Debug, Parser)]
#[command(
    name = "seldinger",
    about = "The open system for interventional radiology",
    version
)]
struct Menu {
    #[command(subcommand)]
    command: Command,
}

/// Settings that every command takes.
#[derive(Debug, Clone, Args)]
struct Common {
    /// Folder of the database and the objects
    #[arg(long, global = true, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Settings file (TOML)
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
}

impl Common {
    fn given(&self) -> Given {
        Given {
            data: self.data.clone(),
            config: self.config.clone(),
            ..Given::default()
        }
    }
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Web, DICOM and HL7 in one process
    Serve {
        #[command(flatten)]
        common: Common,
        /// A made-up department on a clock that starts at 07:30 today; loopback only
        #[arg(long)]
        demo: bool,
        /// Address of the web door; port 0 takes any free one
        #[arg(long, value_name = "ADDR")]
        http: Option<String>,
        /// Address of the DICOM door
        #[arg(long, value_name = "ADDR")]
        dicom: Option<String>,
        /// Address of the HL7 door (MLLP)
        #[arg(long, value_name = "ADDR")]
        mllp: Option<String>,
    },
    /// Preparation plans from a case file (TOML, JSON) or a FHIR R4 Bundle
    Plan {
        /// The case file or the Bundle; with --compare also a folder of them, or nothing for the booked cases
        #[arg(required_unless_present = "compare")]
        file: Option<PathBuf>,
        /// As JSON instead of words
        #[arg(long)]
        json: bool,
        /// Plan as if it were this moment, e.g. 2027-02-10T15:00
        #[arg(long, value_name = "TIME")]
        at: Option<String>,
        /// Whose plan changes from one knowledge folder to another, and why
        #[arg(long, num_args = 2, value_names = ["OLD", "NEW"])]
        compare: Vec<PathBuf>,
        #[command(flatten)]
        common: Common,
    },
    /// Totals, alerts and peak skin dose from dose reports
    Dose {
        /// DICOM files: dose reports of any kind, or images with dose in the header
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// As JSON instead of words
        #[arg(long)]
        json: bool,
        /// Write the skin-dose map: OUT.png or OUT.json
        #[arg(long, value_name = "OUT")]
        map: Option<PathBuf>,
        #[command(flatten)]
        common: Common,
    },
    /// Accounts of the staff
    User {
        #[command(subcommand)]
        what: user::User,
        #[command(flatten)]
        common: Common,
    },
    /// Print a bearer token for a machine client
    Token {
        /// What the client is called in the audit
        name: String,
        /// dicomweb, fhir or api
        #[arg(long)]
        scope: String,
        #[command(flatten)]
        common: Common,
    },
    /// The rules: what they say of themselves, and this site's approvals
    Knowledge {
        #[command(subcommand)]
        what: knowledge_command::Knowledge,
        #[command(flatten)]
        common: Common,
    },
    /// Say what is wrong with settings, knowledge, database and objects
    Check {
        #[command(flatten)]
        common: Common,
    },
    /// Write database and objects into one archive
    Backup {
        /// The archive to write; it must not exist
        archive: PathBuf,
        #[command(flatten)]
        common: Common,
    },
    /// Fill an empty folder (and database) from an archive
    Restore {
        /// The archive to read
        archive: PathBuf,
        #[command(flatten)]
        common: Common,
    },
}

fn main() -> ExitCode {
    let menu = match Menu::try_parse() {
        Ok(menu) => menu,
        Err(usage) => {
            let told = usage.print();
            let help = !usage.use_stderr();
            return if help && told.is_ok() {
                ExitCode::SUCCESS
            } else {
                ExitCode::from(2)
            };
        }
    };
    match run(menu.command) {
        Ok(code) => code,
        Err(refused) => {
            eprintln!("seldinger: {refused:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Serve {
            common,
            demo,
            http,
            dicom,
            mllp,
        } => {
            let given = Given {
                demonstration: demo,
                http,
                dicom,
                mllp,
                ..common.given()
            };
            serve::run(&given)
        }
        Command::Plan {
            file,
            json,
            at,
            compare,
            common,
        } => {
            let settings = settings::Settings::read(&common.given())?;
            if let [old, new] = compare.as_slice() {
                let books = (old.as_path(), new.as_path());
                return compare::run(&settings, file.as_deref(), books, at.as_deref(), json);
            }
            let Some(file) = file else {
                return Ok(ExitCode::from(2));
            };
            let rules = rules::load(settings.site_folder.as_deref())?;
            let arguments = plan::PlanArguments { file, json, at };
            plan::run(&arguments, &rules.book, &settings.site)
        }
        Command::Dose {
            files,
            json,
            map,
            common,
        } => {
            let settings = settings::Settings::read(&common.given())?;
            let texts = rules::texts(settings.site_folder.as_deref())?;
            let is_map = |path: &PathBuf| {
                path.extension()
                    .is_some_and(|kind| kind == "png" || kind == "json")
            };
            if map.as_ref().is_some_and(|path| !is_map(path)) {
                eprintln!("seldinger: --map takes a name that ends in .png or .json");
                return Ok(ExitCode::from(2));
            }
            dose::run(&dose::DoseArguments { files, json, map }, &texts)
        }
        Command::User { what, common } => user::run(&common.given(), what),
        Command::Token {
            name,
            scope,
            common,
        } => token::run(&common.given(), &name, &scope),
        Command::Knowledge { what, common } => knowledge_command::run(&common.given(), what),
        Command::Check { common } => check::run(&common.given()),
        Command::Backup { archive, common } => backup::backup(&common.given(), &archive),
        Command::Restore { archive, common } => backup::restore(&common.given(), &archive),
    }
}
