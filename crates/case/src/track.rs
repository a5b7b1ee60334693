//! Tracks beside the line: each has an owner and keeps the case open until its outcome is known.

use crate::{
    Body, Case, Refusal, device_follow_up, dose_follow_up, follow_up, procedure::exists, results,
    values::said,
};
use jiff::{Timestamp, civil::Date};
use model::{CaseId, Role};
use std::fmt;

/// Number of a track inside its case, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TrackNumber(pub u16);

impl fmt::Display for TrackNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TrackKind {
    Results,
    Device,
    Dose,
    FollowUp,
    AdverseEvent,
    /// A medicine that was stopped for the procedure has to be started again.
    Restart,
}

impl TrackKind {
    pub const ALL: &'static [Self] = &[
        Self::Results,
        Self::Device,
        Self::Dose,
        Self::FollowUp,
        Self::AdverseEvent,
        Self::Restart,
    ];

    /// The pathway's word for the track when it opens.
    pub fn code(self) -> &'static str {
        match self {
            Self::Results => "awaiting_results",
            Self::Device => "device_follow_up",
            Self::Dose => "dose_follow_up",
            Self::FollowUp => "follow_up",
            Self::AdverseEvent => "adverse_event",
            Self::Restart => "medicine_restart",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.code() == code)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct NewTrack {
    pub kind: TrackKind,
    /// Which specimen, which catheter, why.
    pub about: String,
    pub owner: Role,
    /// The day by which its owner has to do something.
    pub due: Option<Date>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TrackStage {
    Open,
    /// A result came in.
    ResultReceived,
    /// The responsible clinician has read it: `results_reviewed`.
    Reviewed,
    PatientInformed,
    Closed,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Track {
    pub number: TrackNumber,
    pub kind: TrackKind,
    pub about: String,
    pub owner: Role,
    pub due: Option<Date>,
    pub opened_at: Timestamp,
    pub stage: TrackStage,
    pub results: Vec<results::ResultReceived>,
    pub reviews: Vec<results::Review>,
    /// When, how, and what was agreed to follow.
    pub told: Option<PatientTold>,
    pub notes: Vec<TrackNote>,
    pub outcome: Option<TrackOutcome>,
}

/// The patient heard the result.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PatientTold {
    pub on: Date,
    pub channel: String,
    pub follow_up: String,
}

impl Track {
    pub fn is_open(&self) -> bool {
        self.stage != TrackStage::Closed
    }

    /// The pathway's word: a results track is `results_reviewed` once it was read.
    pub fn code(&self) -> &'static str {
        let was_read =
            self.stage == TrackStage::Reviewed || self.stage == TrackStage::PatientInformed;
        if self.kind == TrackKind::Results && was_read {
            "results_reviewed"
        } else {
            self.kind.code()
        }
    }
}

/// Something on the way that does not end the track.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum TrackNote {
    /// The day came and nothing was there: the owner is told.
    Overdue,
    SentToDermatology {
        words: String,
    },
    SkinChecked {
        on: Date,
        words: String,
    },
    Written {
        words: String,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum TrackOutcome {
    /// Result read, patient told; what comes next.
    ResultActedOn {
        next_step: String,
    },
    /// The specimen says nothing: repeated in another case.
    InadequateRepeated {
        case: CaseId,
    },
    /// The specimen says nothing, and both doctors accept that.
    InadequateAccepted {
        words: String,
    },
    DeviceExchangeBooked {
        case: CaseId,
    },
    DeviceRemoved {
        on: Date,
        words: String,
    },
    /// Fell out or was pulled; goes on as an emergency when the tract may still be open.
    DeviceLost {
        on: Date,
        words: String,
        case: Option<CaseId>,
    },
    SkinChecksDone {
        words: String,
    },
    FollowUpDone {
        words: String,
    },
    RepeatProcedure {
        case: CaseId,
    },
    AdverseEventGraded {
        grade: String,
        words: String,
    },
    /// Somebody has seen that the medicine is taken again, or why the team decided otherwise.
    RestartConfirmed {
        on: Date,
        words: String,
    },
    /// The case ended another way: the patient died, or the track was opened in error.
    Ended {
        words: String,
    },
}

impl TrackOutcome {
    fn belongs_to(&self, kind: TrackKind) -> bool {
        match self {
            Self::ResultActedOn { .. }
            | Self::InadequateRepeated { .. }
            | Self::InadequateAccepted { .. } => kind == TrackKind::Results,
            Self::DeviceExchangeBooked { .. }
            | Self::DeviceRemoved { .. }
            | Self::DeviceLost { .. } => kind == TrackKind::Device,
            Self::SkinChecksDone { .. } => kind == TrackKind::Dose,
            Self::FollowUpDone { .. } => kind == TrackKind::FollowUp,
            Self::RepeatProcedure { .. } => {
                kind == TrackKind::FollowUp || kind == TrackKind::Results
            }
            Self::AdverseEventGraded { .. } => kind == TrackKind::AdverseEvent,
            Self::RestartConfirmed { .. } => kind == TrackKind::Restart,
            Self::Ended { .. } => true,
        }
    }
}

/// Opens a track. On a closed case this opens the case again: a fact is never refused.
pub(crate) fn open(state: &Case, track: &NewTrack) -> Result<Vec<Body>, Refusal> {
    exists(state)?;
    if !said(&track.about) {
        return Err(Refusal::empty("what it is about"));
    }
    Ok(vec![state.opened(0, track.clone())])
}

pub(crate) fn reassign(
    state: &Case,
    number: TrackNumber,
    owner: Role,
    due: Option<Date>,
) -> Result<Vec<Body>, Refusal> {
    state.open_track(number)?;
    Ok(vec![Body::TrackReassigned { number, owner, due }])
}

pub(crate) fn note(
    state: &Case,
    number: TrackNumber,
    note: &TrackNote,
) -> Result<Vec<Body>, Refusal> {
    let track = state.open_track(number)?;
    if *note == TrackNote::Overdue && track.notes.last() == Some(note) {
        return Ok(Vec::new());
    }
    Ok(vec![Body::TrackNoted {
        number,
        note: note.clone(),
    }])
}

pub(crate) fn close(
    state: &Case,
    number: TrackNumber,
    outcome: &TrackOutcome,
) -> Result<Vec<Body>, Refusal> {
    let track = state.open_track(number)?;
    if !outcome.belongs_to(track.kind) {
        return Err(Refusal::new(
            "outcome_of_another_track",
            format!("a {} track does not end like that", track.kind.code()),
        ));
    }
    let follow = match track.kind {
        TrackKind::Results => results::may_close(track, outcome)?,
        TrackKind::Device => device_follow_up::after_closing(track, outcome)?,
        TrackKind::Dose => dose_follow_up::may_close(track, outcome)?,
        TrackKind::FollowUp => follow_up::may_close(outcome)?,
        TrackKind::AdverseEvent => crate::adverse_event::may_close(outcome)?,
        TrackKind::Restart => crate::restart::may_close(outcome)?,
    };
    let mut bodies = vec![Body::TrackClosed {
        number,
        outcome: outcome.clone(),
    }];
    bodies.extend(follow.map(|track| state.opened(0, track)));
    Ok(bodies)
}
