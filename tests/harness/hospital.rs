//! A small hospital outside demonstration: its settings, its people, its approvals. All of it is made up.

use crate::folder::Folder;
use crate::http::Client;
use crate::program::{Program, Setup, run};
use anyhow::{Context, Result, ensure};
use serde_json::Value;

/// The long password of everybody here.
pub const PASSWORD: &str = "correct horse battery";

/// Role and account of everybody who takes part.
pub const PEOPLE: &[(&str, &str)] = &[
    ("coordinator", "cora"),
    ("ir_nurse", "nils"),
    ("ward_nurse", "wanda"),
    ("radiographer", "rafael"),
    ("radiologist", "rada"),
    ("anaesthetist", "anton"),
    ("physicist", "fia"),
    ("referrer", "rolf"),
    ("observer", "olga"),
    ("administrator", "adam"),
];

/// The account of a role; the role itself when nobody has it.
#[must_use]
pub fn account(role: &str) -> &str {
    PEOPLE
        .iter()
        .find(|(of, _)| *of == role)
        .map_or(role, |(_, name)| *name)
}

/// Settings with everything that real patients need, two rooms and one sender of messages, all on this machine.
#[must_use]
pub fn settings(folder: &Folder) -> String {
    let site = folder.path().join("site");
    format!(
        r#"
[hospital]
name = "Harbour Hospital"
unit = "Interventional radiology"
time_zone = "Europe/Helsinki"
patient_identifier_issuer = "HARBOUR"

[telephones]
day = "+000 10 111"
night = "+000 10 222"
emergency = "112"

[knowledge]
site_folder = {site:?}

[[dicom.peer]]
ae_title = "ANGIO1"
host = "127.0.0.1"

[[dicom.peer]]
ae_title = "CT1"

[[hl7.sender]]
name = "HIS"
host = "127.0.0.1"

[[room]]
name = "Angio 1"
station = "ANGIO1"
modality = "XA"
operator = "rada"

[[room]]
name = "CT 1"
station = "CT1"
modality = "CT"
"#
    )
}

/// A hospital whose head has approved every rule and whose staff have their accounts.
///
/// # Errors
/// With the program's own words.
pub fn open(folder: &Folder, setup: Setup) -> Result<Setup> {
    open_with(folder, setup, PEOPLE)
}

/// As [`open`], with some of the staff only.
///
/// # Errors
/// With the program's own words.
pub fn open_with(folder: &Folder, setup: Setup, people: &[(&str, &str)]) -> Result<Setup> {
    let setup = staffed(folder, setup, people)?;
    approve(folder, &setup, &["all"])?;
    Ok(setup)
}

/// A hospital whose staff have their accounts, and whose head has approved nothing yet.
///
/// # Errors
/// With the program's own words.
pub fn staffed(folder: &Folder, setup: Setup, people: &[(&str, &str)]) -> Result<Setup> {
    let setup = Setup {
        settings: settings(folder),
        ..setup
    };
    std::fs::create_dir_all(folder.path().join("site"))?;
    for (role, name) in people {
        say(
            folder,
            &setup,
            &["user add", name, "--role", role],
            &format!("{PASSWORD}\n"),
        )?;
    }
    Ok(setup)
}

/// The head of the department signs rules; a program that serves reads them at its next start.
///
/// # Errors
/// With the program's own words.
pub fn approve(folder: &Folder, setup: &Setup, rules: &[&str]) -> Result<()> {
    let signed = [
        "--name",
        "Rada Radiologist",
        "--role",
        "head of interventional radiology",
        "--until",
        "2999-12-31",
    ];
    let arguments = [&["knowledge approve"], rules, &signed].concat();
    say(folder, setup, &arguments, "").map(drop)
}

/// Runs a command that has to succeed and gives its standard output.
///
/// # Errors
/// With the program's own words.
pub fn say(folder: &Folder, setup: &Setup, arguments: &[&str], input: &str) -> Result<String> {
    let output = run(folder, setup, arguments, input)?;
    ensure!(
        output.status.success(),
        "{arguments:?} ({}): {}{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(String::from_utf8(output.stdout)?)
}

/// A machine client of our own API.
///
/// # Errors
/// With the program's own words.
pub fn machine(folder: &Folder, setup: &Setup) -> Result<Client> {
    let token = say(folder, setup, &["token", "watcher", "--scope", "api"], "")?;
    let mut client = Client::default();
    client.bearer = Some(token.trim().to_owned());
    Ok(client)
}

/// Reads one list of the API.
///
/// # Errors
/// When the answer is not 200 with `items`.
pub fn items(client: &mut Client, program: &Program, path: &str) -> Result<Vec<Value>> {
    let answer = client.get(&program.http, path)?;
    ensure!(
        answer.status == 200,
        "{path}: {} {}",
        answer.status,
        answer.text()
    );
    let body: Value = serde_json::from_slice(&answer.body)?;
    let items = body.get("items").and_then(Value::as_array);
    Ok(items
        .with_context(|| format!("no items in {body}"))?
        .clone())
}

/// An order for one procedure of our catalogue, as an information system sends it. `number` makes patient, order and
/// message differ.
#[must_use]
pub fn order(number: u32, procedure: &str) -> String {
    format!(
        "MSH|^~\\&|HIS|WARD|SELDINGER|IR|20261124080000||ORM^O01|M{number}|P|2.5.1\n\
         PID|1||H{number}^^^HARBOUR^MR||Story{number}^Sam||19580412|F\n\
         PV1|1|O|||||||D9^Doctor^Dora\n\
         ORC|NW|P{number}|||||^^^20261201^^R|||||D9^Doctor^Dora\n\
         OBR|1|P{number}||{procedure}^{procedure}^99SELDINGER|||||||||claudication||||||||||||^^^20261201^^R\n"
    )
}
