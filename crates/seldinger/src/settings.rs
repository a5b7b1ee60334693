//! Settings: one TOML file, each value overruled by its environment name, all refused before a port opens.
//!
//! `[hospital] time_zone` is `SELDINGER_HOSPITAL_TIME_ZONE`; lists (rooms, peers, tables) live in the file
//! alone. The page of all settings is docs/reference/settings.md.

pub mod file;
pub mod limits;

use anyhow::{Context as _, Result, bail};
pub use file::File;
use jiff::tz::TimeZone;
pub use limits::Limits;
use model::{AeTitle, Modality, ProcedureId};
use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use workflow::site::{ChartCodes, WorklistSettings};
use workflow::{Room, Site};

/// Everything that a start needs, checked.
#[derive(Debug, Clone)]
pub struct Settings {
    pub data: PathBuf,
    pub database: Option<String>,
    pub http: SocketAddr,
    pub dicom: SocketAddr,
    pub mllp: SocketAddr,
    pub trusted_proxy: bool,
    pub ae_title: AeTitle,
    pub site_folder: Option<PathBuf>,
    pub site: Site,
    pub dicom_peers: Vec<file::DicomPeer>,
    pub senders: Vec<file::Hl7Sender>,
    pub limits: Limits,
}

/// What the command line says; it goes before file and environment.
#[derive(Debug, Clone, Default)]
pub struct Given {
    pub data: Option<PathBuf>,
    pub config: Option<PathBuf>,
    pub demonstration: bool,
    pub http: Option<String>,
    pub dicom: Option<String>,
    pub mllp: Option<String>,
}

impl Settings {
    /// Reads and checks.
    /// # Errors
    /// An unknown key, a value that cannot be, or a combination that is not safe; each names its setting.
    pub fn read(given: &Given) -> Result<Self> {
        let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let config = given
            .config
            .clone()
            .or_else(|| variable("SELDINGER_CONFIG").map(PathBuf::from));
        let text = match &config {
            Some(path) => std::fs::read_to_string(path)
                .with_context(|| format!("could not read the settings file {}", path.display()))?,
            None => String::new(),
        };
        let mut file = File::read(&text, std::env::vars())?;
        if given.demonstration {
            crate::demonstration::fill_in(&mut file);
        }
        Self::from_file(file, given)
    }

    fn from_file(file: File, given: &Given) -> Result<Self> {
        let default_folder = if given.demonstration {
            "seldinger-demo"
        } else {
            "seldinger-data"
        };
        let address = |given: &Option<String>, set: &Option<String>, default: &str, name: &str| {
            let text = given
                .as_ref()
                .or(set.as_ref())
                .map_or(default, String::as_str);
            text.parse::<SocketAddr>()
                .with_context(|| format!("{name} = {text:?} is not an address like 127.0.0.1:8080"))
        };
        let trusted_proxy = file.web.trusted_proxy.unwrap_or(false);
        let settings = Self {
            data: given
                .data
                .clone()
                .or_else(|| file.data.clone().map(PathBuf::from))
                .unwrap_or_else(|| PathBuf::from(default_folder)),
            database: file.database.clone(),
            http: address(
                &given.http,
                &file.web.address,
                "127.0.0.1:8080",
                "web.address",
            )?,
            dicom: address(
                &given.dicom,
                &file.dicom.address,
                "127.0.0.1:11112",
                "dicom.address",
            )?,
            mllp: address(
                &given.mllp,
                &file.hl7.address,
                "127.0.0.1:2575",
                "hl7.address",
            )?,
            trusted_proxy,
            limits: Limits::read(&file.limits, trusted_proxy)?,
            ae_title: AeTitle::new(file.dicom.ae_title.as_deref().unwrap_or("SELDINGER"))
                .context("dicom.ae_title")?,
            site_folder: file.knowledge.site_folder.clone().map(PathBuf::from),
            site: site(&file, given.demonstration)?,
            dicom_peers: file.dicom.peers,
            senders: file.hl7.senders,
        };
        settings.refuse_what_is_not_safe()?;
        crate::peers::dicom(&settings)?;
        crate::peers::hl7(&settings)?;
        Ok(settings)
    }

    fn refuse_what_is_not_safe(&self) -> Result<()> {
        let doors = [
            ("web", self.http),
            ("DICOM", self.dicom),
            ("MLLP", self.mllp),
        ];
        let beyond: Vec<_> = doors
            .iter()
            .filter(|(_, address)| !address.ip().is_loopback())
            .collect();
        if self.site.demonstration {
            if let Some((door, address)) = beyond.first() {
                bail!("the demonstration listens on loopback only: {door} on {address} is refused");
            }
            if self.database.is_some() {
                bail!("the demonstration has its own SQLite database: unset SELDINGER_DATABASE");
            }
        } else if let Some((door, address)) = beyond.first() {
            let missing = self.site.missing();
            if !missing.is_empty() {
                bail!(
                    "{door} on {address} is beyond loopback, and not set yet: {}",
                    missing.join(", ")
                );
            }
        }
        if !self.http.ip().is_loopback() && !self.trusted_proxy {
            bail!(
                "web on {} is beyond loopback: set web.trusted_proxy = true and let a proxy with a \
                 certificate stand in front",
                self.http
            );
        }
        Ok(())
    }
}

fn site(file: &File, demonstration: bool) -> Result<Site> {
    let zone = file.hospital.time_zone.as_deref().map(|name| {
        TimeZone::get(name)
            .with_context(|| format!("hospital.time_zone = {name:?} is no IANA zone"))
    });
    let rooms = file.rooms.iter().map(room).collect::<Result<Vec<_>>>()?;
    let (procedure_codes, shared_procedures) = procedure_codes(file)?;
    let laboratory_codes = file
        .laboratory_codes
        .iter()
        .map(|row| ((row.system.clone(), row.code.clone()), row.analyte.clone()))
        .collect();
    Ok(Site {
        demonstration,
        hospital: file.hospital.name.clone().unwrap_or_default(),
        unit: file.hospital.unit.clone().unwrap_or_default(),
        zone: zone.transpose()?,
        patient_issuer: file.hospital.patient_identifier_issuer.clone(),
        telephone_day: file.telephones.day.clone(),
        telephone_night: file.telephones.night.clone(),
        emergency_number: file.telephones.emergency.clone(),
        background: file
            .hospital
            .background_radiation
            .clone()
            .unwrap_or_else(|| workflow::site::DEFAULT_BACKGROUND.to_owned()),
        rooms,
        procedure_codes,
        laboratory_codes,
        chart_codes: ChartCodes {
            shared_procedures,
            conditions: file
                .condition_codes
                .iter()
                .map(|row| {
                    (
                        (row.system.clone(), row.code.clone()),
                        row.condition.clone(),
                    )
                })
                .collect(),
            allergies: file
                .allergy_codes
                .iter()
                .map(|row| ((row.system.clone(), row.code.clone()), row.kind.clone()))
                .collect(),
        },
        worklist: worklist(file)?,
    })
}

/// A coding system and a code in it.
type Code = (String, String);
type Single = BTreeMap<Code, ProcedureId>;
type Shared = BTreeMap<Code, BTreeSet<ProcedureId>>;

/// The codes that mean one procedure, and those that rows of the table give to several.
fn procedure_codes(file: &File) -> Result<(Single, Shared)> {
    let mut all = Shared::new();
    for row in &file.procedure_codes {
        let procedure = ProcedureId::new(&row.procedure).context("procedure_code.procedure")?;
        let key = (row.system.clone(), row.code.clone());
        all.entry(key).or_default().insert(procedure);
    }
    let (mut single, mut shared) = (BTreeMap::new(), Shared::new());
    for (key, procedures) in all {
        match procedures.first() {
            Some(only) if procedures.len() == 1 => {
                single.insert(key, only.clone());
            }
            _ => {
                shared.insert(key, procedures);
            }
        }
    }
    Ok((single, shared))
}

fn worklist(file: &File) -> Result<WorklistSettings> {
    let mut settings = WorklistSettings::default();
    for peer in &file.dicom.peers {
        let title = || AeTitle::new(&peer.ae_title).context("dicom.peer.ae_title");
        if peer.clinical_attributes == Some(false) {
            settings.without_clinical.insert(title()?);
        }
        if peer.blocked_cases == Some(false) {
            settings.without_blocked.insert(title()?);
        }
    }
    Ok(settings)
}

fn room(row: &file::RoomRow) -> Result<Room> {
    Ok(Room {
        name: row.name.clone(),
        station: AeTitle::new(&row.station)
            .with_context(|| format!("room {:?}: station", row.name))?,
        modality: Modality::from_code(&row.modality).with_context(|| {
            format!(
                "room {:?}: modality {:?} is none of US, XA, CT, MR, MG",
                row.name, row.modality
            )
        })?,
        operator: row.operator.clone().unwrap_or_default(),
    })
}

/// The folder of the store, for commands beside `serve`.
pub fn location(settings: &Settings) -> store::database::Location {
    store::database::Location {
        database: settings.database.clone(),
        folder: settings.data.clone(),
    }
}

/// Absolute form of a folder for log lines.
pub fn shown(path: &Path) -> String {
    std::path::absolute(path)
        .map_or_else(|_| path.display().to_string(), |p| p.display().to_string())
}
