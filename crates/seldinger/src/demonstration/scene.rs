//! What is due next for a case of the demonstration, and at which moment: from its story and its state alone.
//!
//! Filling in the morning, playing on, and catching up after a restart are the same walk: each step has its own
//! time, and is done when that time has passed.

use super::calendar::{Calendar, later};
use super::staff::name_in;
use super::story::{Course, Story, Takes, Twist};
use case::{
    Answered, Arrival, BookedStep, Booking, Cancellation, Case, Checklist, ChecklistAnswer,
    Command, Consent, ConsentBasis, ConsentState, NewTrack, Override, PreparationFact, Protocol,
    Rebook, Restart, ScheduledStep, State, Stated, Statement, TrackKind,
};
use jiff::Timestamp;
use model::{Family, Gate, Role};
use workflow::Desk;

/// A case with everything that decides what comes next.
pub struct Scene<'a> {
    pub desk: &'a Desk,
    pub story: &'a Story,
    pub case: &'a Case,
    pub procedure: &'a knowledge::procedure::Procedure,
    pub room: &'a workflow::Room,
    pub calendar: &'a Calendar,
    /// Spreads what happens in the office over the hours: the place in the list of stories.
    pub place: i64,
}

/// A command with who gives it and when.
pub struct Step {
    pub at: Timestamp,
    pub role: Role,
    pub command: Command,
}

pub type Due = Option<Step>;

pub fn step(at: Timestamp, role: Role, command: Command) -> Due {
    Some(Step { at, role, command })
}

impl Scene<'_> {
    pub fn due(&self) -> Due {
        match self.case.state {
            State::Referred => self.referred(),
            State::Vetting => self.vetting(),
            State::Scheduled => step(
                self.office(-5, 8 * 60 + 30),
                Role::IrNurse,
                Command::BeginPreparation,
            ),
            State::Preparation => self.preparation(),
            State::Emergency => self.emergency(),
            State::Arrived => self.arrived(),
            State::SignIn => self.signing_in(),
            State::TimeOut => self.time_out(),
            State::InProcedure => self.in_procedure(),
            State::SignOut => self.sign_out(),
            State::Recovery => self.recovery(),
            State::Admitted | State::Discharged => self.afterwards(),
            State::Cancelled => self.cancelled(),
            State::NotReferred
            | State::Returned
            | State::Rejected
            | State::Redirected
            | State::Escalated
            | State::Closed => None,
        }
    }

    /// The time on the room's list.
    pub fn start(&self) -> Timestamp {
        let (hour, minute) = self.story.start;
        let days = if self.is_for_later() { 8 } else { 0 };
        self.calendar
            .at(days, i64::from(hour) * 60 + i64::from(minute))
    }

    /// So many minutes after the patient's real turn (negative: before).
    pub fn turn(&self, minutes: i64) -> Timestamp {
        let late = if self.story.twist == Twist::Late {
            25
        } else {
            0
        };
        later(self.start(), minutes + late)
    }

    pub fn minutes(&self) -> i64 {
        i64::from(self.story.minutes)
    }

    /// Office work of a day, spread over two hours.
    pub fn office(&self, days: i32, minutes: i64) -> Timestamp {
        self.calendar.at(days, minutes + self.place * 11 % 120)
    }

    /// The order came in without a time, and gets one for a coming day this afternoon.
    fn is_for_later(&self) -> bool {
        matches!(self.story.course, Course::ToVet | Course::ToBook)
    }

    pub fn stays(&self) -> bool {
        matches!(self.story.course, Course::Ward | Course::Emergency)
    }

    fn referred(&self) -> Due {
        let at = match self.story.course {
            Course::ToVet => self.calendar.at(0, 13 * 60 + 50),
            _ => self.office(-8, 8 * 60 + 10),
        };
        step(at, Role::Coordinator, Command::BeginVetting)
    }

    fn vetting(&self) -> Due {
        let is_vetted = self.case.protocol.is_some();
        let at = match (self.story.course, is_vetted) {
            (Course::ToVet, false) => self.calendar.at(0, 14 * 60 + 20),
            (Course::ToVet, true) => self.calendar.at(0, 15 * 60 + 10),
            (Course::ToBook, true) => self.calendar.at(0, 14 * 60 + 40),
            (_, false) => self.office(-7, 12 * 60 + 40),
            (_, true) => self.office(-6, 9 * 60),
        };
        if is_vetted {
            step(at, Role::Coordinator, self.booking())
        } else {
            step(at, Role::Radiologist, Command::Vet(self.protocol()))
        }
    }

    fn protocol(&self) -> Protocol {
        let site = self.procedure.site.replace('_', " ");
        let access = if self.procedure.bleeding.usual_access.is_empty() {
            format!("{site}, as on the images")
        } else {
            format!("{} artery to {site}", self.procedure.bleeding.usual_access)
        };
        Protocol {
            modality: self.room.modality,
            bleeding_class: self.procedure.bleeding.class,
            access,
            anaesthesia: if self.story.twist == Twist::Child {
                "general"
            } else {
                "local"
            }
            .to_owned(),
            contrast: String::new(),
            devices: self.device_name().to_owned(),
            setting: if self.stays() {
                "inpatient"
            } else {
                "day_case"
            }
            .to_owned(),
            room_minutes: self.story.minutes,
            antibiotic: self.procedure.antibiotic.first.clone(),
            observation_bundle: "standard".to_owned(),
            justification: format!("{}: no safer way to the answer", self.story.indication),
        }
    }

    pub fn booked_steps(&self) -> Vec<BookedStep> {
        let steps = self.case.live().map(|procedure| BookedStep {
            procedure: procedure.number,
            step: ScheduledStep {
                step_id: String::new(),
                room: self.room.name.clone(),
                station: self.room.station.clone(),
                start: self.start(),
                duration_minutes: self.story.minutes,
                modality: self.room.modality,
            },
        });
        steps.collect()
    }

    fn booking(&self) -> Command {
        Command::Schedule(Booking {
            steps: self.booked_steps(),
            team: self.room.operator.clone(),
            bed: if self.stays() { "ward 5B" } else { "day unit" }.to_owned(),
            anaesthesia_slot: if self.story.twist == Twist::Child {
                "Dr Holm"
            } else {
                ""
            }
            .to_owned(),
        })
    }

    fn preparation(&self) -> Due {
        if self.is_for_later() {
            return self.call_is_planned();
        }
        let given_up = match self.story.course {
            Course::GivenUp => Some((self.calendar.at(0, 8 * 60 + 20), "coagulation_out_of_range")),
            Course::NoShow => Some((later(self.start(), 30), "no_show")),
            _ => None,
        };
        if !self.was_called() {
            let call = PreparationFact::Call {
                outcome: self.call_words().to_owned(),
            };
            return step(
                self.office(-1, 12 * 60 + 30),
                Role::IrNurse,
                Command::RecordPreparation(call),
            );
        }
        let consent_due = !matches!(self.story.course, Course::GivenUp | Course::NoShow);
        if consent_due && self.case.consent == ConsentState::NotTaken {
            let at = self.office(-1, 15 * 60);
            return step(at, Role::Radiologist, Command::GiveConsent(self.consent()));
        }
        if let Some((at, reason)) = given_up {
            return step(at, Role::Coordinator, self.cancellation(reason));
        }
        if self.story.course == Course::OrderTakenBack {
            return None;
        }
        step(
            self.turn(-45 + self.place % 3 * 4),
            Role::IrNurse,
            Command::Arrive(self.arrival()),
        )
    }

    fn was_called(&self) -> bool {
        let called = |said: &PreparationFact| matches!(said, PreparationFact::Call { .. });
        self.case.preparation.iter().any(|said| called(&said.what))
    }

    fn call_words(&self) -> &'static str {
        match (self.story.takes, self.story.twist, self.story.course) {
            (_, _, Course::NoShow) => "no answer, message left",
            (_, Twist::Child, _) => "spoken with the mother: fasting times, comes with the boy",
            (_, Twist::Interpreter, _) => {
                "spoken through the interpreter: fasting, tablets, escort"
            }
            (Takes::Warfarin, ..) => "stopped warfarin only two days ago",
            (Takes::Apixaban, ..) => "knows when the last apixaban is, repeats it",
            _ => "reached: knows when to stop eating, comes with a relative",
        }
    }

    /// The call before the day has an owner and a date from the booking on.
    fn call_is_planned(&self) -> Due {
        let track = NewTrack {
            kind: TrackKind::FollowUp,
            about: "call the patient before the day: medicines, allergies, escort".to_owned(),
            owner: Role::IrNurse,
            due: Some(self.calendar.date(7)),
        };
        let at = self.calendar.at(0, 15 * 60 + 25);
        let has_one = self.case.tracks.iter().any(|it| it.kind == track.kind);
        if has_one {
            None
        } else {
            step(at, Role::IrNurse, Command::OpenTrack(track))
        }
    }

    fn consent(&self) -> Consent {
        let is_child = self.story.twist == Twist::Child;
        let is_emergency = self.story.course == Course::Emergency;
        let interpreted = self.story.twist == Twist::Interpreter;
        Consent {
            basis: match (is_child, is_emergency) {
                (true, _) => ConsentBasis::Proxy,
                (false, true) => ConsentBasis::OralDocumented,
                (false, false) => ConsentBasis::Signed,
            },
            form_version: "3".to_owned(),
            language: "fi".to_owned(),
            interpreter: if interpreted {
                "Mr Farah, by telephone"
            } else {
                ""
            }
            .to_owned(),
            discussed: "indication, benefits, alternatives, risks".to_owned(),
            given_by: if is_child { "mother" } else { "" }.to_owned(),
        }
    }

    fn cancellation(&self, reason: &str) -> Command {
        let is_no_show = self.story.course == Course::NoShow;
        Command::Cancel(Cancellation {
            reason: reason.to_owned(),
            words: if is_no_show {
                "did not come and does not answer"
            } else {
                "INR 2.9 this morning, warfarin stopped too late; sent home after breakfast"
            }
            .to_owned(),
            restart: Restart::Given(
                if is_no_show {
                    "Message left: take your usual medicines, we call you for a new time."
                } else {
                    "Take warfarin again this evening in the usual dose. The anticoagulation nurse calls you tomorrow."
                }
                .to_owned(),
            ),
            given_in_room: String::new(),
            rebook: Rebook::Yes,
        })
    }

    /// Given up: somebody owes the patient a new time, or the case is closed.
    fn cancelled(&self) -> Due {
        let since = self.case.history.last().map(|entered| entered.at)?;
        if self.case.restart == Some(Restart::Owed) {
            let words = "Reached by telephone: take your usual medicines again, the procedure is not needed now."
                .to_owned();
            return step(
                later(since, 25),
                Role::Coordinator,
                Command::GiveRestartInstruction { words },
            );
        }
        if self.story.course == Course::OrderTakenBack {
            return step(later(since, 40), Role::Coordinator, Command::Close);
        }
        if !self.case.tracks.is_empty() {
            return None;
        }
        let track = NewTrack {
            kind: TrackKind::FollowUp,
            about: "a new time is looked for".to_owned(),
            owner: Role::Coordinator,
            due: Some(self.calendar.date(7)),
        };
        step(
            later(since, 5),
            Role::Coordinator,
            Command::OpenTrack(track),
        )
    }

    fn emergency(&self) -> Due {
        if self.case.consent == ConsentState::NotTaken {
            let consent = Command::GiveConsent(self.consent());
            return step(self.turn(-28), Role::Radiologist, consent);
        }
        step(
            self.turn(-24),
            Role::IrNurse,
            Command::Arrive(self.arrival()),
        )
    }

    fn arrival(&self) -> Arrival {
        let before = |minutes: i64| later(self.turn(0), -minutes);
        let numbers = |low: i64, step: i64, range: i64| low + self.place * step % range;
        let said = |about: &str, words: String| Statement {
            about: about.to_owned(),
            words,
        };
        Arrival {
            identity_checked_by: vec!["name and birth date".to_owned(), "wristband".to_owned()],
            last_food_at: Some(before(11 * 60 + self.place * 9 % 90)),
            last_drink_at: Some(before(150 + self.place * 7 % 60)),
            medicines_today: match self.story.takes {
                Takes::Aspirin => Stated::Yes("aspirin as usual".to_owned()),
                _ => Stated::No,
            },
            allergies_repeated: match self.story.twist {
                Twist::ContrastAllergy => Stated::Yes("hives after contrast".to_owned()),
                _ => Stated::No,
            },
            pregnancy_repeated: Stated::No,
            findings: vec![
                said("pulse", format!("{} /min", numbers(62, 7, 25))),
                said(
                    "blood pressure",
                    format!("{}/{}", numbers(118, 9, 35), numbers(66, 5, 19)),
                ),
                said("oxygen saturation", format!("{} %", numbers(95, 3, 5))),
                said("cannula", "left forearm, 20 G".to_owned()),
            ],
        }
    }

    fn arrived(&self) -> Due {
        self.signature().or_else(|| {
            let at = self.turn(-9);
            step(at, Role::IrNurse, Command::BeginSignIn)
        })
    }

    fn signing_in(&self) -> Due {
        self.signature().or_else(|| {
            let list = self.checklist(&self.desk.pathway().sign_in_items);
            step(self.turn(-5), Role::IrNurse, Command::CompleteSignIn(list))
        })
    }

    fn time_out(&self) -> Due {
        if self.case.time_out.is_none() {
            let list = self.checklist(&self.desk.pathway().time_out_items);
            let command = Command::CompleteTimeOut(list);
            return step(self.turn(-2), Role::Radiologist, command);
        }
        let happened_at = self.turn(0);
        step(
            happened_at,
            Role::Radiologist,
            Command::StartProcedure { happened_at },
        )
    }

    /// The radiologist's signature for what stands behind a gate that is not open.
    fn signature(&self) -> Due {
        let gate = &self.case.gate.as_ref()?.what;
        if gate.now == Gate::Ready {
            return None;
        }
        let signed = self.case.override_signed.as_ref();
        let signed = signed.map(|signed| &signed.what.rules);
        let all_named = signed.is_some_and(|rules| {
            let mut reasons = gate.reasons.iter();
            reasons.all(|reason| rules.contains(&reason.rule))
        });
        if all_named {
            return None;
        }
        let rules = gate.reasons.iter().map(|reason| reason.rule.clone());
        let words = match self.story.twist {
            Twist::ContrastAllergy => {
                "mild hives in 2011; another agent is used, prednisolone was given, resuscitation at hand"
            }
            _ if self.story.course == Course::Emergency => {
                "septic from the bile ducts: waiting is the greater danger"
            }
            _ => "seen together with the nurse, the benefit today is greater",
        };
        let signed = Override {
            rules: rules.collect(),
            words: words.to_owned(),
        };
        step(
            self.turn(-12),
            Role::Radiologist,
            Command::SignOverride(signed),
        )
    }

    pub fn checklist(&self, items: &[String]) -> Checklist {
        let mut present = vec![
            name_in(Role::Radiologist, self.room),
            name_in(Role::IrNurse, self.room),
            name_in(Role::Radiographer, self.room),
        ];
        if self.story.twist == Twist::Child {
            present.push(name_in(Role::Anaesthetist, self.room));
        }
        Checklist {
            items: items
                .iter()
                .map(|item| Answered {
                    item: item.clone(),
                    answer: ChecklistAnswer::Yes,
                })
                .collect(),
            present,
            operator: self.room.operator.clone(),
            spoken_aloud: true,
        }
    }

    pub fn device_name(&self) -> &'static str {
        match (self.procedure.family, self.story.procedure) {
            (Family::Biopsy, "thyroid_fna") => "25 G needle",
            (Family::Biopsy, _) => "18 G core needle",
            (Family::Drainage, "thoracentesis" | "paracentesis") => "6 Fr catheter on a needle",
            (Family::Drainage, _) => "8 Fr pigtail catheter",
            (Family::Stent, "biliary_stent") => "self-expanding biliary stent 10 × 60 mm",
            (Family::Stent, _) => "self-expanding stent 7 × 60 mm",
            _ => "balloon catheter 5 × 80 mm",
        }
    }
}
