//! A case on its way: gives commands in the right role, keeps the events, stops at a refusal.

use crate::sample::*;
use case::*;
use jiff::{SignedDuration, Timestamp};
use model::{Gate, Role, RuleId};

#[derive(Debug, Clone)]
pub struct Walk {
    pub case: Case,
    pub events: Vec<Event>,
    pub now: Timestamp,
    pub holds: Holds,
    pub gate: Option<GateFinding>,
    pub earliest: Option<Timestamp>,
    pub rules: PathwayRules,
}

fn items(prefix: &str, count: usize) -> Vec<String> {
    (1..=count).map(|n| format!("{prefix}{n}")).collect()
}

pub fn gate(now: Gate) -> GateFinding {
    let reasons = if now == Gate::Ready {
        vec![]
    } else {
        vec![GateReason {
            rule: RuleId::new("inr_too_old").unwrap(),
            words: text("INR is 40 days old"),
            who: vec![Role::Radiologist],
        }]
    };
    GateFinding {
        now,
        if_completed: Gate::Ready,
        reasons,
    }
}

impl Walk {
    pub fn new() -> Self {
        Self {
            case: Case::new(case_id("27-000001")),
            events: vec![],
            now: at("2027-02-01T07:00:00Z"),
            holds: Holds::NotBegun,
            gate: Some(gate(Gate::Ready)),
            earliest: None,
            rules: PathwayRules {
                sign_in_items: items("SI", 15),
                time_out_items: items("TO", 9),
                sign_out_items: items("SO", 12),
                discharge_criteria: items("DC", 14),
                cancel_reasons: ["no_show", "consent_withdrawn", "wrong_referral", "other"]
                    .map(text)
                    .to_vec(),
                complication_check_days: 30,
                result_expected_days: 10,
            },
        }
    }

    pub fn decide(&self, by: &Actor, command: &Command) -> Result<Vec<Event>, Refusal> {
        let context = Context {
            at: self.now,
            today: self.now.to_zoned_datetime_utc_date(),
            by: by.clone(),
            gate: self.gate.clone(),
            holds: self.holds,
            earliest: self.earliest,
            rules: &self.rules,
        };
        decide(&self.case, command, &context)
    }

    /// One minute later, as this actor.
    pub fn give(&mut self, by: &Actor, command: Command) -> Result<Vec<&'static str>, Refusal> {
        self.now = self.now.checked_add(SignedDuration::from_mins(1)).unwrap();
        let events = self.decide(by, &command)?;
        let kinds = events.iter().map(|event| event.body.kind()).collect();
        for event in &events {
            self.case.apply(event);
        }
        self.events.extend(events);
        Ok(kinds)
    }

    pub fn later(&mut self, minutes: i64) {
        self.now = self
            .now
            .checked_add(SignedDuration::from_mins(minutes))
            .unwrap();
    }

    /// As the radiologist, who may do most of it.
    pub fn dr(&mut self, command: Command) -> Result<Vec<&'static str>, Refusal> {
        self.give(&doctor(), command)
    }

    pub fn must(&mut self, command: Command) -> &mut Self {
        let name = command.name();
        if let Err(refusal) = self.dr(command) {
            panic!("{name}: {refusal:?}");
        }
        self
    }

    /// The next command of the line, for a case on which nothing goes wrong.
    pub fn forward(&self) -> Command {
        let last = self.now;
        match self.case.state {
            State::NotReferred => Command::Refer(referral()),
            State::Referred => Command::BeginVetting,
            State::Returned => Command::CompleteReferral {
                answers: vec![Statement {
                    about: text("anticoagulant"),
                    words: text("none"),
                }],
            },
            State::Vetting if self.case.protocol.is_none() => Command::Vet(protocol()),
            State::Vetting => Command::Schedule(booking(&self.case, at("2027-02-03T08:00:00Z"))),
            State::Cancelled | State::Rejected | State::Redirected | State::Closed => {
                Command::Close
            }
            State::Scheduled => Command::BeginPreparation,
            State::Preparation | State::Emergency => Command::Arrive(arrival()),
            State::Arrived if !matches!(self.case.consent, ConsentState::Given(_)) => {
                Command::GiveConsent(consent())
            }
            State::Arrived => Command::BeginSignIn,
            State::SignIn => Command::CompleteSignIn(checklist(&self.rules.sign_in_items)),
            State::TimeOut if self.case.time_out.is_none() => {
                Command::CompleteTimeOut(checklist(&self.rules.time_out_items))
            }
            State::TimeOut => Command::StartProcedure { happened_at: last },
            State::InProcedure => Command::EndProcedure(haemostasis(last)),
            State::SignOut if self.case.sign_out.is_none() => self.sign_out(),
            State::SignOut | State::Escalated => Command::BeginRecovery(recovery(last)),
            State::Recovery | State::Admitted => {
                Command::Discharge(discharge(&self.rules.discharge_criteria))
            }
            State::Discharged => match self.case.open_tracks().next() {
                Some(track) => self.finish(track),
                None => Command::Close,
            },
        }
    }

    pub fn sign_out(&self) -> Command {
        let specimens = self
            .case
            .room_facts
            .iter()
            .filter(|entry| matches!(entry.fact, RoomFact::Specimen(_)))
            .count();
        Command::CompleteSignOut(SignOut {
            checklist: checklist(&self.rules.sign_out_items),
            specimens_counted: u16::try_from(specimens).unwrap(),
            orders_signed_by: text("Dr Lind"),
        })
    }

    /// What brings this track nearer to its end.
    pub fn finish(&self, track: &Track) -> Command {
        let number = track.number;
        let today = self.now.to_zoned_datetime_utc_date();
        let words = text("well");
        let outcome = match (track.kind, track.stage) {
            (TrackKind::Results, TrackStage::Open) => {
                return Command::RecordResult {
                    number,
                    result: ResultReceived {
                        reference: text("PAT-1"),
                        words: text("adenoma"),
                        reported_at: None,
                    },
                };
            }
            (TrackKind::Results, TrackStage::ResultReceived) => {
                return Command::ReviewResult {
                    number,
                    review: Review {
                        conclusion: text("benign"),
                        fits_the_images: Stated::Yes(String::new()),
                    },
                };
            }
            (TrackKind::Results, TrackStage::Reviewed) => {
                return Command::InformPatient {
                    number,
                    on: today,
                    channel: text("phone"),
                    follow_up: text("none booked: contact the unit"),
                };
            }
            (TrackKind::Dose, _) if track.notes.is_empty() => {
                return Command::NoteOnTrack {
                    number,
                    note: TrackNote::SkinChecked { on: today, words },
                };
            }
            (TrackKind::Results, _) => TrackOutcome::ResultActedOn { next_step: words },
            (TrackKind::Device, _) => TrackOutcome::DeviceRemoved { on: today, words },
            (TrackKind::Dose, _) => TrackOutcome::SkinChecksDone { words },
            (TrackKind::FollowUp, _) => TrackOutcome::FollowUpDone { words },
            (TrackKind::AdverseEvent, _) => TrackOutcome::AdverseEventGraded {
                grade: text("2"),
                words,
            },
            (TrackKind::Restart, _) => TrackOutcome::RestartConfirmed { on: today, words },
        };
        Command::CloseTrack { number, outcome }
    }

    /// Walks the line forward until the case is in this state.
    pub fn to(mut self, state: State) -> Self {
        for _ in 0..60 {
            if self.case.state == state {
                return self;
            }
            let next = self.forward();
            self.must(next);
        }
        panic!(
            "{state} was not reached; the case is in {}",
            self.case.state
        );
    }
}

pub fn staff(role: Role) -> Actor {
    Actor::Staff {
        user: role.code().to_owned(),
        name: format!("the {}", role.code()),
        role,
    }
}

pub fn doctor() -> Actor {
    staff(Role::Radiologist)
}

pub fn his() -> Actor {
    Actor::Sender {
        door: Door::Hl7,
        name: text("HIS"),
    }
}

trait UtcDate {
    fn to_zoned_datetime_utc_date(&self) -> jiff::civil::Date;
}

impl UtcDate for Timestamp {
    fn to_zoned_datetime_utc_date(&self) -> jiff::civil::Date {
        jiff::tz::TimeZone::UTC.to_datetime(*self).date()
    }
}
