//! What is due next for a case of the demonstration, from its state and the clock alone.

use super::story::{Fate, Story};
use case::{
    Actor, Admission, Answered, Arrival, BookedStep, Booking, Cancellation, Case, Checklist,
    ChecklistAnswer, Command, Consent, ConsentBasis, ConsentState, DeviceRole, DeviceUse,
    Discharge, Override, ProcedureEnd, Protocol, Rebook, Recovery, Restart, RoomFact,
    ScheduledStep, SignOut, SpecimenTaken, State, Stated, Statement,
};
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use model::{Family, Gate, Laterality, Role};
use workflow::Desk;

/// A case with everything that decides what comes next.
pub struct Scene<'a> {
    pub desk: &'a Desk,
    pub story: &'a Story,
    pub case: &'a Case,
    pub procedure: &'a knowledge::procedure::Procedure,
    pub room: &'a workflow::Room,
    /// When the patient is due in the room.
    pub start: Timestamp,
    pub now: Timestamp,
}

pub fn staff_name(role: Role) -> &'static str {
    match role {
        Role::Coordinator => "Leena Sund (coordinator)",
        Role::IrNurse => "Nurse Ahola",
        Role::WardNurse => "Nurse Kivelä",
        Role::Radiographer => "Radiographer Berg",
        Role::Radiologist => "Dr Rautio",
        Role::Anaesthetist => "Dr Holm",
        Role::Physicist => "Physicist Nurmi",
        Role::Referrer => "Dr Sarvela",
        Role::Observer => "Observer",
        Role::Administrator => "Administrator",
    }
}

pub fn staff(role: Role) -> Actor {
    Actor::Staff {
        user: role.code().to_owned(),
        name: staff_name(role).to_owned(),
        role,
    }
}

type Due = Option<(Role, Command)>;

impl Scene<'_> {
    /// The next command that is due by now, and who gives it; `None` when nothing is.
    pub fn due(&self) -> Due {
        match self.case.state {
            State::Referred => (self.story.fate != Fate::ToVet)
                .then_some((Role::Coordinator, Command::BeginVetting)),
            State::Vetting => self.vetting(),
            State::Scheduled => Some((Role::IrNurse, Command::BeginPreparation)),
            State::Preparation => self.preparation(),
            State::Arrived => self.arrived(),
            State::SignIn => self.signing_in(),
            State::TimeOut => self.time_out(),
            State::InProcedure => self.in_procedure(),
            State::SignOut => self.sign_out(),
            State::Recovery => self.recovery(),
            State::NotReferred
            | State::Returned
            | State::Rejected
            | State::Redirected
            | State::Emergency
            | State::Admitted
            | State::Escalated
            | State::Discharged
            | State::Cancelled
            | State::Closed => None,
        }
    }

    /// Has the moment come that is so many minutes after the time of the room (negative: before)?
    fn is_past(&self, minutes: i64) -> bool {
        self.now >= later(self.start, minutes)
    }

    fn minutes(&self) -> i64 {
        i64::from(self.story.minutes)
    }

    fn vetting(&self) -> Due {
        if self.case.protocol.is_none() {
            return Some((Role::Radiologist, Command::Vet(self.protocol())));
        }
        (self.story.fate != Fate::ToBook).then(|| (Role::Coordinator, self.booking()))
    }

    fn protocol(&self) -> Protocol {
        Protocol {
            modality: self.room.modality,
            bleeding_class: self.procedure.bleeding.class,
            access: format!(
                "{}, as on the images",
                self.procedure.site.replace('_', " ")
            ),
            anaesthesia: "local".to_owned(),
            contrast: String::new(),
            devices: self.device_name().to_owned(),
            setting: if self.story.fate == Fate::Ward {
                "inpatient"
            } else {
                "day case"
            }
            .to_owned(),
            room_minutes: self.story.minutes,
            antibiotic: String::new(),
            observation_bundle: "standard".to_owned(),
            justification: format!("{}: no safer way to the answer", self.story.indication),
        }
    }

    fn booking(&self) -> Command {
        let steps = self.case.live().map(|procedure| BookedStep {
            procedure: procedure.number,
            step: ScheduledStep {
                step_id: String::new(),
                room: self.room.name.clone(),
                station: self.room.station.clone(),
                start: self.start,
                duration_minutes: self.story.minutes,
                modality: self.room.modality,
            },
        });
        Command::Schedule(Booking {
            steps: steps.collect(),
            team: self.room.operator.clone(),
            bed: if self.story.fate == Fate::Ward {
                "ward 5B"
            } else {
                "day unit"
            }
            .to_owned(),
            anaesthesia_slot: String::new(),
        })
    }

    fn preparation(&self) -> Due {
        match self.story.fate {
            Fate::NotReady | Fate::NoShow if self.is_past(30) => {
                return Some((Role::Coordinator, self.cancellation()));
            }
            Fate::NotReady => return None,
            _ => {}
        }
        if matches!(self.case.consent, ConsentState::NotTaken) {
            return Some((Role::Radiologist, Command::GiveConsent(consent())));
        }
        (self.story.fate != Fate::NoShow && self.is_past(-40))
            .then(|| (Role::IrNurse, Command::Arrive(arrival())))
    }

    fn cancellation(&self) -> Command {
        let reason = if self.story.fate == Fate::NoShow {
            "no_show"
        } else {
            "coagulation_out_of_range"
        };
        Command::Cancel(Cancellation {
            reason: reason.to_owned(),
            words: "given up today, a new time is looked for".to_owned(),
            restart: Restart::Given("Take all your medicines again from this evening.".to_owned()),
            given_in_room: String::new(),
            rebook: Rebook::Yes,
        })
    }

    fn arrived(&self) -> Due {
        if !self.is_past(-12) {
            return None;
        }
        self.signature().or_else(|| {
            self.is_past(-9)
                .then_some((Role::IrNurse, Command::BeginSignIn))
        })
    }

    fn signing_in(&self) -> Due {
        self.signature().or_else(|| {
            let list = self.checklist(&self.desk.pathway().sign_in_items);
            self.is_past(-5)
                .then_some((Role::IrNurse, Command::CompleteSignIn(list)))
        })
    }

    /// The radiologist's signature for what stands behind a gate that is not open.
    fn signature(&self) -> Due {
        let gate = &self.case.gate.as_ref()?.what;
        if gate.now == Gate::Ready {
            return None;
        }
        let signed = self
            .case
            .override_signed
            .as_ref()
            .map(|signed| &signed.what.rules);
        let all_named = signed.is_some_and(|rules| {
            gate.reasons
                .iter()
                .all(|reason| rules.contains(&reason.rule))
        });
        (!all_named).then(|| {
            let rules = gate
                .reasons
                .iter()
                .map(|reason| reason.rule.clone())
                .collect();
            let words = "seen together with the nurse, the benefit today is greater".to_owned();
            (
                Role::Radiologist,
                Command::SignOverride(Override { rules, words }),
            )
        })
    }

    fn time_out(&self) -> Due {
        if self.case.time_out.is_none() {
            let list = self.checklist(&self.desk.pathway().time_out_items);
            return self
                .is_past(-2)
                .then_some((Role::Radiologist, Command::CompleteTimeOut(list)));
        }
        let happened_at = self.now;
        self.is_past(0)
            .then_some((Role::Radiologist, Command::StartProcedure { happened_at }))
    }

    fn in_procedure(&self) -> Due {
        let happened_at = self.now;
        let record = |fact| Some((Role::IrNurse, Command::RecordInRoom { happened_at, fact }));
        match self.case.room_facts.len() {
            0 => return record(numbing()),
            1 if self.is_past(self.minutes() / 3) => {
                return record(match self.procedure.family {
                    Family::Biopsy => self.specimen(),
                    _ => self.device(),
                });
            }
            _ => {}
        }
        if !self.is_past(self.minutes() * 3 / 4) || self.case.room_facts.len() < 2 {
            return None;
        }
        let end = match self.procedure.family {
            Family::Drainage => ProcedureEnd::CatheterFixed {
                happened_at,
                fixation: "suture and dressing".to_owned(),
            },
            _ => ProcedureEnd::Haemostasis {
                happened_at,
                closure: "pressed by hand, 10 min".to_owned(),
            },
        };
        Some((Role::Radiologist, Command::EndProcedure(end)))
    }

    fn device_name(&self) -> &'static str {
        match self.procedure.family {
            Family::Biopsy => "18 G core needle",
            Family::Drainage => "8 Fr pigtail catheter",
            Family::Stent => "self-expanding stent",
            _ => "balloon catheter",
        }
    }

    fn specimen(&self) -> RoomFact {
        RoomFact::Specimen(SpecimenTaken {
            container: format!("DEMO-{}", self.case.id),
            site: self.procedure.site.replace('_', " "),
            side: self
                .case
                .live()
                .next()
                .map_or(Laterality::NotApplicable, |it| it.side),
            kind: "core".to_owned(),
            passes: 3,
            medium: "formalin".to_owned(),
            tests: "histology".to_owned(),
            expected_by: None,
            responsible: Role::Radiologist,
        })
    }

    fn device(&self) -> RoomFact {
        let stays = self.procedure.family == Family::Drainage;
        let implanted = stays || self.procedure.family == Family::Stent;
        let exchange = self.desk.now_here().date().checked_add(90.days()).ok();
        RoomFact::Device(DeviceUse {
            name: self.device_name().to_owned(),
            udi_di: String::new(),
            lot: "DEMO-LOT".to_owned(),
            serial: String::new(),
            expires: None,
            role: if implanted {
                DeviceRole::Implanted
            } else {
                DeviceRole::Used
            },
            position: self.procedure.site.replace('_', " "),
            exchange_by: exchange.filter(|_| stays),
            without_udi_because: "demonstration".to_owned(),
        })
    }

    fn sign_out(&self) -> Due {
        if self.case.sign_out.is_none() {
            let taken = self.case.room_facts.iter();
            let taken = taken
                .filter(|fact| matches!(fact.fact, RoomFact::Specimen(_)))
                .count();
            let out = SignOut {
                checklist: self.checklist(&self.desk.pathway().sign_out_items),
                specimens_counted: u16::try_from(taken).unwrap_or(u16::MAX),
                orders_signed_by: staff_name(Role::Radiologist).to_owned(),
            };
            return self
                .is_past(self.minutes() * 3 / 4 + 4)
                .then_some((Role::IrNurse, Command::CompleteSignOut(out)));
        }
        let recovery = Recovery {
            bundle: "standard".to_owned(),
            position: "on the back".to_owned(),
            bed_rest_ends: Some(later(self.now, 60)),
            observation_ends: later(self.now, self.observation_minutes()),
            triggers: "systolic below 100, pulse above 110, pain 5 or more".to_owned(),
            without_sign_out_because: String::new(),
        };
        self.is_past(self.minutes() * 3 / 4 + 9)
            .then_some((Role::WardNurse, Command::BeginRecovery(recovery)))
    }

    /// Half an hour for the small ones, two to four hours for the others.
    fn observation_minutes(&self) -> i64 {
        if self.story.minutes <= 30 {
            90
        } else if self.procedure.family == Family::Biopsy {
            150
        } else {
            240
        }
    }

    fn recovery(&self) -> Due {
        let recovery = self.case.recovery.as_ref()?;
        if self.story.fate == Fate::Ward {
            let ward = "ward 5B".to_owned();
            let admission = Command::Admit(Admission::Planned { ward });
            return recovery_begun(self.case)
                .is_some_and(|at| self.now >= later(at, 60))
                .then_some((Role::WardNurse, admission));
        }
        let discharge = Discharge {
            criteria: self
                .checklist(&self.desk.pathway().discharge_criteria)
                .items,
            language: "fi".to_owned(),
            restart: "As before, from this evening.".to_owned(),
            catheter_care: Stated::No,
            warning_signs_given: Stated::Yes("sheet given and read together".to_owned()),
            results_by: "Dr Sarvela, within two weeks".to_owned(),
            escort: Stated::Yes("a relative".to_owned()),
            against_advice: String::new(),
        };
        (self.now >= later(recovery.observation_ends, 1))
            .then_some((Role::WardNurse, Command::Discharge(discharge)))
    }

    fn checklist(&self, items: &[String]) -> Checklist {
        Checklist {
            items: items
                .iter()
                .map(|item| Answered {
                    item: item.clone(),
                    answer: ChecklistAnswer::Yes,
                })
                .collect(),
            present: [Role::Radiologist, Role::IrNurse, Role::Radiographer]
                .map(|role| staff_name(role).to_owned())
                .into(),
            operator: self.room.operator.clone(),
            spoken_aloud: true,
        }
    }
}

fn recovery_begun(case: &Case) -> Option<Timestamp> {
    let entered = case.history.iter().rev();
    let mut entered = entered.filter(|entered| entered.state == State::Recovery);
    entered.next().map(|entered| entered.at)
}

fn later(at: Timestamp, minutes: i64) -> Timestamp {
    at.checked_add(SignedDuration::from_mins(minutes))
        .unwrap_or(at)
}

fn consent() -> Consent {
    Consent {
        basis: ConsentBasis::Signed,
        form_version: "3".to_owned(),
        language: "fi".to_owned(),
        interpreter: String::new(),
        discussed: "indication, benefits, alternatives, risks".to_owned(),
        given_by: String::new(),
    }
}

fn arrival() -> Arrival {
    Arrival {
        identity_checked_by: vec!["name and birth date".to_owned(), "wristband".to_owned()],
        last_food_at: None,
        last_drink_at: None,
        medicines_today: Stated::No,
        allergies_repeated: Stated::No,
        pregnancy_repeated: Stated::No,
        findings: vec![Statement {
            about: "pulse".to_owned(),
            words: "72 /min".to_owned(),
        }],
    }
}

fn numbing() -> RoomFact {
    RoomFact::Medicine {
        medicine: "lidocaine".to_owned(),
        amount: case::Amount {
            value: "100".to_owned(),
            unit: "mg".to_owned(),
        },
        route: "subcutaneous".to_owned(),
        indication: "numbing".to_owned(),
    }
}
