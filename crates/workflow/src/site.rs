//! The department's own settings, as far as what happens depends on them. Read by the binary, checked there.

use jiff::tz::TimeZone;
use model::{AeTitle, Modality, ProcedureId};
use std::collections::{BTreeMap, BTreeSet};

/// A room where procedures are done, with the modality that asks for its worklist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Room {
    pub name: String,
    pub station: AeTitle,
    pub modality: Modality,
    /// Who usually works there; shown on the board beside the room.
    pub operator: String,
}

/// Whose background radiation counts where a site names none.
pub const DEFAULT_BACKGROUND: &str = "finland";

/// A sender's code: (coding system, code).
pub type SenderCodeKey = (String, String);

#[derive(Debug, Clone)]
pub struct Site {
    pub demonstration: bool,
    pub hospital: String,
    pub unit: String,
    /// The hospital's time zone with its IANA name; `None` until it is set.
    pub zone: Option<TimeZone>,
    /// Who gives the patient identifiers here; `None` until it is set.
    pub patient_issuer: Option<String>,
    pub telephone_day: Option<String>,
    pub telephone_night: Option<String>,
    pub emergency_number: Option<String>,
    /// Whose natural background radiation a dose is compared with: an id of `knowledge/dose/effective_dose.toml`.
    pub background: String,
    pub rooms: Vec<Room>,
    /// The site's table of order codes; the catalogue's own ids (system `99SELDINGER`) need no row.
    pub procedure_codes: BTreeMap<SenderCodeKey, ProcedureId>,
    /// The site's table of laboratory codes, to our analyte names.
    pub laboratory_codes: BTreeMap<SenderCodeKey, String>,
    /// Tables for what other systems send as a chart (FHIR).
    pub chart_codes: ChartCodes,
    pub worklist: WorklistSettings,
}

/// The site's further tables of codes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChartCodes {
    /// Codes that stand for several procedures: each time a person says which; they are not in `procedure_codes`.
    pub shared_procedures: BTreeMap<SenderCodeKey, BTreeSet<ProcedureId>>,
    /// To the names of conditions in the rule book.
    pub conditions: BTreeMap<SenderCodeKey, String>,
    /// To the kinds of allergy of the case file.
    pub allergies: BTreeMap<SenderCodeKey, String>,
}

/// What single modalities are not told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WorklistSettings {
    /// Calling AE titles that get no clinical attributes.
    pub without_clinical: BTreeSet<AeTitle>,
    /// Calling AE titles that do not see blocked cases; an emergency and a patient in the room are always there.
    pub without_blocked: BTreeSet<AeTitle>,
}

impl Site {
    /// A site of which nothing is known: pages say what is missing, real patients are refused.
    pub fn unconfigured() -> Self {
        Self {
            demonstration: false,
            hospital: String::new(),
            unit: String::new(),
            zone: None,
            patient_issuer: None,
            telephone_day: None,
            telephone_night: None,
            emergency_number: None,
            background: DEFAULT_BACKGROUND.to_owned(),
            rooms: Vec::new(),
            procedure_codes: BTreeMap::new(),
            laboratory_codes: BTreeMap::new(),
            chart_codes: ChartCodes::default(),
            worklist: WorklistSettings::default(),
        }
    }

    /// Settings that must stand before the first real patient, by their names in the settings file.
    pub fn missing(&self) -> Vec<&'static str> {
        let needed = [
            ("hospital.time_zone", self.zone.is_none()),
            (
                "hospital.patient_identifier_issuer",
                self.patient_issuer.is_none(),
            ),
            ("telephones.day", self.telephone_day.is_none()),
            ("telephones.night", self.telephone_night.is_none()),
            ("telephones.emergency", self.emergency_number.is_none()),
        ];
        needed
            .into_iter()
            .filter(|(_, missing)| *missing)
            .map(|(name, _)| name)
            .collect()
    }

    /// The zone to show times in; UTC, named as such, while none is set.
    pub fn zone_or_utc(&self) -> TimeZone {
        self.zone.clone().unwrap_or(TimeZone::UTC)
    }

    pub fn room_of_station(&self, station: &AeTitle) -> Option<&Room> {
        self.rooms.iter().find(|room| room.station == *station)
    }

    pub fn room_named(&self, name: &str) -> Option<&Room> {
        self.rooms.iter().find(|room| room.name == name)
    }
}
