//! In the room: what is given, used and taken, the end, the sign-out, and the way to the recovery.

use super::calendar::later;
use super::scene::{Due, Scene, step};
use super::staff::name_in;
use super::story::Twist;
use case::{
    Amount, Command, DeviceRole, DeviceUse, Millilitre, ProcedureEnd, Recovery, RoomFact, SignOut,
    SpecimenTaken, Statement,
};
use jiff::Timestamp;
use knowledge::procedure::Contrast;
use model::{Family, Laterality, Modality, Role};

impl Scene<'_> {
    /// When the needle went in; before that, when it will.
    pub fn needle(&self) -> Timestamp {
        self.case.started_at.unwrap_or_else(|| self.turn(0))
    }

    /// Length of the work itself; the rest of the booked time is before and after.
    pub fn work(&self) -> i64 {
        self.minutes() * 3 / 4
    }

    pub fn in_procedure(&self) -> Due {
        let facts = self.facts();
        let Some((minute, fact)) = facts.into_iter().nth(self.case.room_facts.len()) else {
            return self.end();
        };
        let happened_at = later(self.needle(), minute);
        step(
            happened_at,
            Role::IrNurse,
            Command::RecordInRoom { happened_at, fact },
        )
    }

    /// What is written down in the room, with its minute after the first needle.
    fn facts(&self) -> Vec<(i64, RoomFact)> {
        let work = self.work();
        let mut facts = vec![(1, self.numbing()), (2, self.needle_fact())];
        facts.extend(self.contrast().map(|fact| (work / 3, fact)));
        facts.push((work / 2, self.vitals()));
        match self.procedure.family {
            Family::Biopsy => facts.push((work * 2 / 3, self.specimen())),
            _ => facts.push((work * 2 / 3, self.device())),
        }
        if self.story.twist == Twist::Complication {
            let words = "small pneumothorax on the last scan, no symptoms, film in two hours";
            let words = words.to_owned();
            facts.push((work - 2, RoomFact::Complication { words }));
        }
        facts
    }

    fn numbing(&self) -> RoomFact {
        let milligrams = if self.story.twist == Twist::Child {
            "60"
        } else {
            "100"
        };
        RoomFact::Medicine {
            medicine: "lidocaine".to_owned(),
            amount: Amount {
                value: milligrams.to_owned(),
                unit: "mg".to_owned(),
            },
            route: "subcutaneous".to_owned(),
            indication: "numbing".to_owned(),
        }
    }

    fn needle_fact(&self) -> RoomFact {
        let guidance = match self.room.modality {
            Modality::Ct => "CT",
            Modality::Mr => "MR",
            Modality::Ultrasound | Modality::Fluoroscopy | Modality::Mammography => "ultrasound",
        };
        let site = self.procedure.site.replace('_', " ");
        let usual = &self.procedure.bleeding.usual_access;
        RoomFact::Needle {
            access: if usual.is_empty() {
                site
            } else {
                format!("{usual} artery")
            },
            guidance: guidance.to_owned(),
            gauge: match self.procedure.family {
                Family::Biopsy => "17 G",
                _ => "19 G",
            }
            .to_owned(),
            punctures: 1,
        }
    }

    fn contrast(&self) -> Option<RoomFact> {
        let (route, volume) = match self.procedure.technique.contrast {
            Contrast::IodinatedIa => ("intra-arterial", 45.0),
            Contrast::IodinatedIv => ("intravenous", 25.0),
            Contrast::IodinatedIntracavity => ("into the cavity", 15.0),
            Contrast::None | Contrast::Gadolinium | Contrast::Microbubble => return None,
        };
        (self.room.modality == Modality::Fluoroscopy).then(|| RoomFact::Contrast {
            agent: if self.story.twist == Twist::ContrastAllergy {
                "iohexol"
            } else {
                "iodixanol"
            }
            .to_owned(),
            iodine_mg_per_ml: Some(if self.story.twist == Twist::ContrastAllergy {
                300
            } else {
                270
            }),
            route: route.to_owned(),
            volume: Millilitre(volume),
        })
    }

    fn vitals(&self) -> RoomFact {
        RoomFact::Vitals {
            findings: self.measured(3),
        }
    }

    /// Pulse, blood pressure and saturation that differ a little each time.
    pub fn measured(&self, time: i64) -> Vec<Statement> {
        let vary = |low: i64, range: i64| low + (self.place * 7 + time * 5) % range;
        let said = |about: &str, words: String| Statement {
            about: about.to_owned(),
            words,
        };
        vec![
            said("pulse", format!("{} /min", vary(60, 22))),
            said(
                "blood pressure",
                format!("{}/{}", vary(114, 33), vary(62, 19)),
            ),
            said("oxygen saturation", format!("{} %", vary(95, 5))),
            said("pain", format!("{} of 10", vary(0, 3))),
        ]
    }

    fn specimen(&self) -> RoomFact {
        let is_fine_needle = self.story.procedure == "thyroid_fna";
        RoomFact::Specimen(SpecimenTaken {
            container: format!("DEMO-{}", self.case.id),
            site: self.procedure.site.replace('_', " "),
            side: self
                .case
                .live()
                .next()
                .map_or(Laterality::NotApplicable, |it| it.side),
            kind: if is_fine_needle { "fna" } else { "core" }.to_owned(),
            passes: 3,
            medium: if is_fine_needle { "slides" } else { "formalin" }.to_owned(),
            tests: if is_fine_needle {
                "cytology"
            } else {
                "histology"
            }
            .to_owned(),
            expected_by: Some(self.calendar.date(7)),
            responsible: Role::Radiologist,
        })
    }

    fn device(&self) -> RoomFact {
        let is_drain = self.procedure.family == Family::Drainage;
        let stays = is_drain && !matches!(self.story.procedure, "thoracentesis" | "paracentesis");
        let is_stent = self.procedure.family == Family::Stent;
        let weeks = if self.story.procedure.contains("nephrostomy") {
            12
        } else {
            6
        };
        RoomFact::Device(DeviceUse {
            name: self.device_name().to_owned(),
            udi_di: String::new(),
            lot: format!("DEMO-{}", 4100 + self.place * 37),
            serial: String::new(),
            expires: Some(self.calendar.date(700)),
            role: if stays || is_stent {
                DeviceRole::Implanted
            } else {
                DeviceRole::Used
            },
            position: self.procedure.site.replace('_', " "),
            exchange_by: stays.then(|| self.calendar.date(weeks * 7)),
            without_udi_because: "made-up device of the demonstration".to_owned(),
        })
    }

    fn end(&self) -> Due {
        let happened_at = later(self.needle(), self.work());
        let leaves_drain = self.case.room_facts.iter().any(
            |entry| matches!(&entry.fact, RoomFact::Device(device) if device.exchange_by.is_some()),
        );
        let end = if leaves_drain {
            ProcedureEnd::CatheterFixed {
                happened_at,
                fixation: "suture and dressing".to_owned(),
            }
        } else {
            ProcedureEnd::Haemostasis {
                happened_at,
                closure: if self.procedure.bleeding.arterial_access {
                    "closure device, then pressed by hand 5 min"
                } else {
                    "pressed by hand, plaster"
                }
                .to_owned(),
            }
        };
        step(happened_at, Role::Radiologist, Command::EndProcedure(end))
    }

    pub fn sign_out(&self) -> Due {
        let ended = self.case.ended.as_ref();
        let ended = ended.map_or_else(|| self.needle(), ProcedureEnd::happened_at);
        if self.case.sign_out.is_none() {
            let taken = self.case.room_facts.iter();
            let taken = taken
                .filter(|fact| matches!(fact.fact, RoomFact::Specimen(_)))
                .count();
            let out = SignOut {
                checklist: self.checklist(&self.desk.pathway().sign_out_items),
                specimens_counted: u16::try_from(taken).unwrap_or(u16::MAX),
                orders_signed_by: name_in(Role::Radiologist, self.room),
            };
            let command = Command::CompleteSignOut(out);
            return step(later(ended, 4), Role::IrNurse, command);
        }
        let leaves = later(ended, 9);
        let observed = self.observation_minutes();
        let is_arterial = self.procedure.bleeding.arterial_access;
        let lies = if is_arterial { 120 } else { observed / 2 };
        let recovery = Recovery {
            bundle: "standard".to_owned(),
            position: if is_arterial {
                "on the back, leg straight"
            } else {
                "on the side of the needle"
            }
            .to_owned(),
            bed_rest_ends: (observed > 30).then(|| later(leaves, lies.min(observed))),
            observation_ends: later(leaves, observed),
            triggers: "systolic below 100, pulse above 110, pain 5 or more".to_owned(),
            without_sign_out_because: String::new(),
        };
        step(leaves, Role::WardNurse, Command::BeginRecovery(recovery))
    }

    /// What the catalogue says, in the department at most four hours: who needs longer goes to the ward.
    #[expect(clippy::cast_possible_truncation, reason = "hours of a day")]
    fn observation_minutes(&self) -> i64 {
        let minutes = (self.procedure.stay.observation_hours * 60.0) as i64;
        minutes.clamp(30, 240)
    }
}
