//! What the read rows of a case hold beside their columns: the board's line and the worklist's attributes.
//!
//! Written here and read by the doors, so that a list is one query and no event is replayed for it.

use case::{Case, ConsentState, Procedure, TrackStage, What};
use model::{Gate, Laterality};
use serde::{Deserialize, Serialize};

/// `case_row.body`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CaseSummary {
    /// The procedures in words, with their sides: "Liver biopsy; abscess drain, left".
    pub title: String,
    pub procedures: Vec<ProcedureSummary>,
    /// `elective`, `urgent`, `emergency`, or empty when nobody said.
    pub urgency: String,
    pub emergency: bool,
    pub indication: String,
    pub referrer: String,
    pub station: String,
    pub modality: String,
    pub duration_minutes: u16,
    pub operator: String,
    /// ISO instants; empty while it has not happened.
    pub arrived_at: String,
    pub started_at: String,
    pub ended_at: String,
    pub bed_rest_ends: String,
    pub observation_ends: String,
    /// `not_taken`, `given`, `declined`, `withdrawn`.
    pub consent: String,
    pub gate_reasons: Vec<ReasonSummary>,
    pub override_signed: bool,
    pub tracks: Vec<TrackSummary>,
    pub deviations_unexplained: u16,
    pub restart_owed: bool,
    pub died: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ProcedureSummary {
    pub number: u16,
    /// Catalogue id, or empty while it is not identified.
    pub catalogue: String,
    pub words: String,
    pub side: String,
    pub site: String,
    pub accession: String,
    pub study_uid: String,
    pub dropped: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ReasonSummary {
    pub rule: String,
    pub words: String,
    /// Role codes of who can lift it.
    pub who: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct TrackSummary {
    pub number: u16,
    pub kind: String,
    pub about: String,
    pub owner: String,
    /// ISO day or empty.
    pub due: String,
}

/// `worklist_step.body`: what a modality is told beside the columns.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct WorklistSummary {
    pub requested_procedure_id: String,
    pub requested_procedure_words: String,
    pub step_id: String,
    pub step_words: String,
    pub room: String,
    pub performing_physician: String,
    pub referring_physician: String,
    pub urgency: String,
    /// The gate in words, first in Comments on the Scheduled Procedure Step (0040,0400).
    pub gate_words: String,
    pub side: String,
    pub inpatient_ward: String,
    /// Code of the gate, the rules behind it, and the case's state: whether it may be hidden.
    pub gate: String,
    pub gate_rules: Vec<String>,
    pub state: String,
}

/// Names procedures for people; the rule book's catalogue is behind it.
pub trait ProcedureNames {
    /// The catalogue's own words, or `None` for an id that it does not hold.
    fn words(&self, catalogue_id: &str) -> Option<String>;
}

impl CaseSummary {
    pub fn of(case: &Case, names: &dyn ProcedureNames) -> Self {
        let step = case.live().find_map(|procedure| procedure.step.as_ref());
        let instant = |at: Option<jiff::Timestamp>| at.map(|at| at.to_string()).unwrap_or_default();
        let procedures: Vec<ProcedureSummary> = case
            .procedures
            .iter()
            .map(|procedure| procedure_summary(procedure, names))
            .collect();
        Self {
            title: title(&procedures),
            procedures,
            urgency: case
                .urgency
                .map(|urgency| urgency.code().to_owned())
                .unwrap_or_default(),
            emergency: case.emergency.is_some(),
            indication: case.indication.clone(),
            referrer: case.referrer.clone(),
            station: step
                .map(|step| step.station.as_str().to_owned())
                .unwrap_or_default(),
            modality: step
                .map(|step| step.modality.code().to_owned())
                .unwrap_or_default(),
            duration_minutes: step.map_or(0, |step| step.duration_minutes),
            operator: case.operator.clone().unwrap_or_default(),
            arrived_at: instant(case.arrival.as_ref().map(|arrival| arrival.at)),
            started_at: instant(case.started_at),
            ended_at: instant(ended_at(case)),
            bed_rest_ends: instant(case.recovery.as_ref().and_then(|r| r.bed_rest_ends)),
            observation_ends: instant(case.recovery.as_ref().map(|r| r.observation_ends)),
            consent: consent_code(&case.consent).to_owned(),
            gate_reasons: gate_reasons(case),
            override_signed: case.override_signed.is_some(),
            tracks: tracks(case),
            deviations_unexplained: u16::try_from(
                case.deviations
                    .iter()
                    .filter(|deviation| deviation.reason.is_none())
                    .count(),
            )
            .unwrap_or(u16::MAX),
            restart_owed: matches!(case.restart, Some(case::Restart::Owed)),
            died: case.death.is_some(),
        }
    }

    /// Reads a row's body; one that cannot be read is shown as empty fields, never as an error page.
    pub fn read(body: &str) -> Self {
        serde_json::from_str(body).unwrap_or_default()
    }
}

impl WorklistSummary {
    pub fn read(body: &str) -> Self {
        serde_json::from_str(body).unwrap_or_default()
    }
}

fn ended_at(case: &Case) -> Option<jiff::Timestamp> {
    case.ended.as_ref().map(case::ProcedureEnd::happened_at)
}

fn consent_code(consent: &ConsentState) -> &'static str {
    match consent {
        ConsentState::NotTaken => "not_taken",
        ConsentState::Given(_) => "given",
        ConsentState::Declined(_) => "declined",
        ConsentState::Withdrawn(_) => "withdrawn",
    }
}

fn gate_reasons(case: &Case) -> Vec<ReasonSummary> {
    let Some(gate) = &case.gate else {
        return Vec::new();
    };
    gate.what
        .reasons
        .iter()
        .map(|reason| ReasonSummary {
            rule: reason.rule.as_str().to_owned(),
            words: reason.words.clone(),
            who: reason
                .who
                .iter()
                .map(|role| role.code().to_owned())
                .collect(),
        })
        .collect()
}

fn tracks(case: &Case) -> Vec<TrackSummary> {
    case.tracks
        .iter()
        .filter(|track| track.stage != TrackStage::Closed)
        .map(|track| TrackSummary {
            number: track.number.0,
            kind: track.code().to_owned(),
            about: track.about.clone(),
            owner: track.owner.code().to_owned(),
            due: track.due.map(|day| day.to_string()).unwrap_or_default(),
        })
        .collect()
}

fn procedure_summary(procedure: &Procedure, names: &dyn ProcedureNames) -> ProcedureSummary {
    let catalogue = match &procedure.what {
        What::Catalogue(id) => id.as_str().to_owned(),
        What::NotIdentified => String::new(),
    };
    let sender = procedure.sender_code.as_ref();
    let words = names
        .words(&catalogue)
        .or_else(|| {
            sender
                .map(|code| code.text.clone())
                .filter(|text| !text.is_empty())
        })
        .or_else(|| sender.map(|code| format!("order code {}", code.code)))
        .unwrap_or_else(|| "procedure not identified".to_owned());
    ProcedureSummary {
        number: procedure.number.0,
        catalogue,
        words,
        side: procedure.side.code().to_owned(),
        site: procedure.site.clone(),
        accession: procedure
            .accession
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default(),
        study_uid: procedure
            .study
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default(),
        dropped: !procedure.is_live(),
    }
}

/// The side as people read it beside a procedure; empty where there is none to say.
pub fn side_words(code: &str) -> &'static str {
    match Laterality::from_code(code) {
        Some(Laterality::Left) => "left",
        Some(Laterality::Right) => "right",
        Some(Laterality::Both) => "both sides",
        Some(Laterality::NotStated) => "side not stated",
        Some(Laterality::NotApplicable) | None => "",
    }
}

fn title(procedures: &[ProcedureSummary]) -> String {
    let words: Vec<String> = procedures
        .iter()
        .filter(|procedure| !procedure.dropped)
        .map(|procedure| match side_words(&procedure.side) {
            "" => procedure.words.clone(),
            side => format!("{}, {side}", procedure.words),
        })
        .collect();
    words.join("; ")
}

/// The gate as a modality shows it: "NOT READY: INR missing".
pub fn gate_words(case: &Case) -> String {
    let Some(gate) = &case.gate else {
        return "READINESS NOT WORKED OUT".to_owned();
    };
    let reasons: Vec<&str> = gate.what.reasons.iter().map(|r| r.words.as_str()).collect();
    let because = if reasons.is_empty() {
        String::new()
    } else {
        format!(": {}", reasons.join("; "))
    };
    match gate.what.now {
        Gate::Ready => "READY".to_owned(),
        Gate::Pending => format!("NOT READY YET{because}"),
        Gate::Review => format!("NEEDS REVIEW{because}"),
        Gate::Blocked => format!("NOT READY{because}"),
        Gate::OverrideRequired if case.override_signed.is_some() => {
            format!("EMERGENCY, OVERRIDE SIGNED{because}")
        }
        Gate::OverrideRequired => format!("EMERGENCY, OVERRIDE NEEDED{because}"),
    }
}
