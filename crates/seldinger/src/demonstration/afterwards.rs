//! Recovery, the ward, home, and the weeks after: results, checks, the end of the case.

use super::calendar::later;
use super::scene::{Due, Scene, step};
use super::story::{Takes, Twist};
use case::{
    Admission, Case, Command, Discharge, NewTrack, Observation, ResultReceived, Review, State,
    Stated, Track, TrackKind, TrackNote, TrackOutcome, TrackStage,
};
use jiff::Timestamp;
use model::Role;

/// Minutes in the recovery after which the nurse looks at the patient.
const LOOKS: [i64; 6] = [5, 15, 30, 60, 120, 180];

impl Scene<'_> {
    pub fn recovery(&self) -> Due {
        let begun = entered(self.case, State::Recovery)?;
        let recovery = self.case.recovery.as_ref()?;
        let leaves = if self.stays() {
            later(begun, 75)
        } else {
            later(recovery.observation_ends, 6)
        };
        if let Some(minutes) = LOOKS.get(self.case.observations.len()) {
            let happened_at = later(begun, *minutes);
            if happened_at < leaves {
                return self.looked(happened_at);
            }
        }
        if self.stays() {
            let ward = "ward 5B".to_owned();
            let admission = Command::Admit(Admission::Planned { ward });
            return step(leaves, Role::WardNurse, admission);
        }
        step(
            leaves,
            Role::WardNurse,
            Command::Discharge(self.discharge()),
        )
    }

    fn looked(&self, happened_at: Timestamp) -> Due {
        let time = i64::try_from(self.case.observations.len()).unwrap_or(0);
        let observation = Observation {
            happened_at,
            findings: self.measured(time + 4),
            observer_note: if self.procedure.bleeding.arterial_access {
                "groin soft, foot warm"
            } else {
                "dressing dry"
            }
            .to_owned(),
        };
        step(
            happened_at,
            Role::WardNurse,
            Command::RecordObservation(observation),
        )
    }

    fn discharge(&self) -> Discharge {
        let is_child = self.story.twist == Twist::Child;
        Discharge {
            criteria: self
                .checklist(&self.desk.pathway().discharge_criteria)
                .items,
            language: "fi".to_owned(),
            restart: match self.story.takes {
                Takes::Apixaban => "Apixaban again tomorrow evening.",
                Takes::Aspirin | Takes::Nothing | Takes::Warfarin => {
                    "Your own medicines go on as before."
                }
            }
            .to_owned(),
            catheter_care: if self
                .case
                .open_tracks()
                .any(|it| it.kind == TrackKind::Device)
            {
                Stated::Yes("shown, and shown back".to_owned())
            } else {
                Stated::No
            },
            warning_signs_given: Stated::Yes("sheet given and read together".to_owned()),
            results_by: "the referring doctor, within two weeks".to_owned(),
            escort: Stated::Yes(if is_child { "mother" } else { "a relative" }.to_owned()),
            against_advice: String::new(),
        }
    }

    /// On the ward, or at home with something open.
    pub fn afterwards(&self) -> Due {
        if self.case.state == State::Admitted {
            return self.on_the_ward();
        }
        let since = self.case.history.last().map(|entered| entered.at)?;
        let next = self
            .case
            .open_tracks()
            .filter_map(|track| self.on_track(track))
            .min_by_key(|step| step.at);
        if next.is_some() || self.case.open_tracks().next().is_some() {
            return next;
        }
        let settled = self.case.discharge.as_ref().map_or(since, |it| it.at);
        step(later(settled, 5), Role::Coordinator, Command::Close)
    }

    fn on_the_ward(&self) -> Due {
        let admitted = entered(self.case, State::Admitted)?;
        let about = "ward round, and home when well";
        let round = self.case.tracks.iter().find(|track| track.about == about);
        match round {
            None => {
                let track = NewTrack {
                    kind: TrackKind::FollowUp,
                    about: about.to_owned(),
                    owner: Role::Radiologist,
                    due: Some(self.calendar.date(1)),
                };
                step(
                    later(admitted, 10),
                    Role::WardNurse,
                    Command::OpenTrack(track),
                )
            }
            Some(track) if track.is_open() => step(
                self.office(1, 8 * 60),
                Role::Radiologist,
                Command::CloseTrack {
                    number: track.number,
                    outcome: TrackOutcome::FollowUpDone {
                        words: "well, site dry, walks".to_owned(),
                    },
                },
            ),
            Some(_) => step(
                self.office(1, 10 * 60 + 30),
                Role::WardNurse,
                Command::Discharge(self.discharge()),
            ),
        }
    }

    fn on_track(&self, track: &Track) -> Due {
        match track.kind {
            TrackKind::Results => self.result(track),
            TrackKind::FollowUp => {
                let words = "well, site healed, no new complaints".to_owned();
                let outcome = TrackOutcome::FollowUpDone { words };
                self.at_its_date(track, Role::IrNurse, outcome)
            }
            TrackKind::AdverseEvent => {
                let outcome = TrackOutcome::AdverseEventGraded {
                    grade: "mild".to_owned(),
                    words: "small pneumothorax, gone on the film, no treatment".to_owned(),
                };
                let number = track.number;
                step(
                    later(track.opened_at, 5 * 60),
                    Role::Radiologist,
                    Command::CloseTrack { number, outcome },
                )
            }
            TrackKind::Device => {
                let words = "dry for three days, drain removed".to_owned();
                let on = self.calendar.date(12);
                let outcome = TrackOutcome::DeviceRemoved { on, words };
                let number = track.number;
                let is_abscess = self.story.procedure.contains("abscess");
                let command = Command::CloseTrack { number, outcome };
                step(self.office(12, 9 * 60), Role::IrNurse, command).filter(|_| is_abscess)
            }
            TrackKind::Dose => self.skin(track),
            TrackKind::Restart => {
                let on = track.due.unwrap_or_else(|| self.calendar.date(13));
                let words = "taken again, told on the telephone".to_owned();
                let outcome = TrackOutcome::RestartConfirmed { on, words };
                self.at_its_date(track, Role::IrNurse, outcome)
            }
        }
    }

    fn at_its_date(&self, track: &Track, role: Role, outcome: TrackOutcome) -> Due {
        let due = track.due.unwrap_or_else(|| self.calendar.date(13));
        let days = due
            .since(self.calendar.day)
            .map_or(13, |span| span.get_days());
        let command = Command::CloseTrack {
            number: track.number,
            outcome,
        };
        // Well before the end of the date, spread over the morning.
        step(self.office(days, 8 * 60 + 15), role, command)
    }

    fn result(&self, track: &Track) -> Due {
        let number = track.number;
        let day = 6;
        match track.stage {
            TrackStage::Open => step(
                self.office(day, 9 * 60),
                Role::Radiologist,
                Command::RecordResult {
                    number,
                    result: ResultReceived {
                        reference: format!("DEMO-PAT-{}", self.case.id),
                        words: "no malignancy; reactive changes".to_owned(),
                        reported_at: Some(self.office(day, 8 * 60)),
                    },
                },
            ),
            TrackStage::ResultReceived => {
                let review = Review {
                    conclusion: "benign, fits the images".to_owned(),
                    fits_the_images: Stated::Yes("same place, same look".to_owned()),
                };
                let command = Command::ReviewResult { number, review };
                step(self.office(day, 13 * 60), Role::Radiologist, command)
            }
            TrackStage::Reviewed => step(
                self.office(day, 15 * 60),
                Role::Radiologist,
                Command::InformPatient {
                    number,
                    on: self.calendar.date(day),
                    channel: "telephone".to_owned(),
                    follow_up: "ultrasound in six months at the referring clinic".to_owned(),
                },
            ),
            TrackStage::PatientInformed => {
                let next_step = "ultrasound in six months".to_owned();
                let outcome = TrackOutcome::ResultActedOn { next_step };
                let command = Command::CloseTrack { number, outcome };
                step(self.office(day, 15 * 60 + 20), Role::Radiologist, command)
            }
            TrackStage::Closed => None,
        }
    }

    fn skin(&self, track: &Track) -> Due {
        let number = track.number;
        let words = "no redness on the back".to_owned();
        if track.notes.is_empty() {
            let on = self.calendar.date(14);
            let note = TrackNote::SkinChecked { on, words };
            let command = Command::NoteOnTrack { number, note };
            return step(self.office(14, 10 * 60), Role::Physicist, command);
        }
        let outcome = TrackOutcome::SkinChecksDone { words };
        let command = Command::CloseTrack { number, outcome };
        step(self.office(14, 10 * 60 + 10), Role::Physicist, command)
    }
}

/// When the case came into the state for the last time.
fn entered(case: &Case, state: State) -> Option<Timestamp> {
    let mut entered = case.history.iter().rev();
    entered
        .find(|entered| entered.state == state)
        .map(|it| it.at)
}
