//! Before the room: vetting, booking, consent, preparation, arrival.

use super::inputs::{Input, Reader};
use super::{Act, BOOKING, CARE, CLINICAL, DOCTORS, Place, Read, View, WITH_REFERRER, nothing};
use case::{
    AfterRefusal, Arrival, BookedStep, Booking, Cancellation, Command, Consent, ConsentBasis, Move,
    NoConsent, Override, PreparationFact, ProcedureNumber, Protocol, Rebook, Rejection, Restart,
    ScheduledStep, Statement,
};
use model::{BleedingClass, Modality, ProcedureId, Role::Radiologist};

const BEFORE: &[&str] = &["referred", "vetting", "scheduled", "preparation", "arrived"];
const LIVE: &[&str] = &[
    "referred",
    "returned_to_referrer",
    "vetting",
    "scheduled",
    "preparation",
    "emergency",
    "arrived",
    "sign_in",
    "time_out",
];

pub(super) const ACTS: &[Act] = &[
    Act {
        code: "identify_procedure",
        words: "Identify the procedure",
        button: "Identify",
        states: &["referred", "vetting"],
        roles: BOOKING,
        place: Place::Case,
        inputs: |view| {
            let book = &view.state.desk.rules().book;
            let options = book
                .procedures
                .iter()
                .map(|(id, procedure)| (id.clone(), procedure.name.clone()))
                .collect();
            vec![Input::select("procedure", "Catalogue entry", options)]
        },
        read: Read::Command(|view, reader| {
            let text = reader.text("procedure", "the procedure");
            let number = ProcedureNumber(view.number.max(1));
            match ProcedureId::new(&text) {
                Ok(procedure) => Command::IdentifyProcedure { number, procedure },
                Err(_) => {
                    reader.wrong("procedure", "choose a catalogue entry");
                    Command::BeginVetting
                }
            }
        }),
    },
    Act {
        code: "vet",
        words: "Vet",
        button: "Accept and sign",
        states: &["referred", "vetting"],
        roles: &[Radiologist],
        place: Place::Case,
        inputs: vet_inputs,
        read: Read::Command(read_vet),
    },
    Act {
        code: "schedule",
        words: "Book",
        button: "Book",
        states: &["vetting"],
        roles: BOOKING,
        place: Place::Case,
        inputs: booking_inputs,
        read: Read::Command(|view, reader| Command::Schedule(read_booking(view, reader))),
    },
    Act {
        code: "arrive",
        words: "Check in",
        button: "Arrived",
        states: &["preparation", "scheduled", "emergency"],
        roles: CARE,
        place: Place::Case,
        inputs: arrival_inputs,
        read: Read::Command(read_arrival),
    },
    Act {
        code: "begin_preparation",
        words: "Begin preparation",
        button: "Begin preparation",
        states: &["scheduled"],
        roles: WITH_REFERRER,
        place: Place::Case,
        inputs: nothing,
        read: Read::Command(|_, _| Command::BeginPreparation),
    },
    Act {
        code: "give_consent",
        words: "Record consent",
        button: "Consent given",
        states: BEFORE,
        roles: DOCTORS,
        place: Place::Case,
        inputs: consent_inputs,
        read: Read::Command(read_consent),
    },
    Act {
        code: "decline_consent",
        words: "Consent declined",
        button: "Record that consent was declined",
        states: BEFORE,
        roles: CLINICAL,
        place: Place::Case,
        inputs: |_| {
            vec![
                Input::area("words", "What the patient said"),
                Input::choice(
                    "then",
                    "What follows",
                    &[
                        ("cancel", "Cancel the case"),
                        ("vetting", "Back to the radiologist"),
                    ],
                ),
                restart_input(),
            ]
        },
        read: Read::Command(|_, reader| {
            let words = reader.text("words", "what the patient said");
            let then = reader.chosen(
                "then",
                "what follows",
                |text| match text {
                    "cancel" => Some(AfterRefusal::Cancel),
                    "vetting" => Some(AfterRefusal::BackToVetting),
                    _ => None,
                },
                AfterRefusal::BackToVetting,
            );
            Command::DeclineConsent(NoConsent {
                words,
                then,
                restart: restart(reader),
                given_in_room: String::new(),
            })
        }),
    },
    Act {
        code: "record_call",
        words: "Call to the patient",
        button: "Save the call",
        states: &["scheduled", "preparation"],
        roles: WITH_REFERRER,
        place: Place::Case,
        inputs: |_| vec![Input::area("outcome", "Outcome of the call")],
        read: Read::Command(|_, reader| {
            let outcome = reader.text("outcome", "the outcome");
            Command::RecordPreparation(PreparationFact::Call { outcome })
        }),
    },
    Act {
        code: "move",
        words: "Move",
        button: "Move and make the plan again",
        states: &["scheduled", "preparation"],
        roles: BOOKING,
        place: Place::Case,
        inputs: |view| {
            let mut inputs = booking_inputs(view);
            inputs.push(Input::area("reason", "Why"));
            inputs
        },
        read: Read::Command(|view, reader| {
            let booking = read_booking(view, reader);
            Command::Move(Move {
                booking,
                reason: reader.text("reason", "the reason"),
            })
        }),
    },
    Act {
        code: "sign_override",
        words: "Sign an override",
        button: "Sign the override",
        states: &[
            "scheduled",
            "preparation",
            "emergency",
            "arrived",
            "sign_in",
        ],
        roles: &[Radiologist],
        place: Place::Case,
        inputs: |_| {
            vec![Input::area("words", "Why this patient goes on all the same")
                .hint("The override names every reason that stands now, and stays visible to the end of the case.")]
        },
        read: Read::Command(|view, reader| {
            let rules = view
                .case
                .gate
                .as_ref()
                .map(|gate| {
                    gate.what
                        .reasons
                        .iter()
                        .map(|reason| reason.rule.clone())
                        .collect()
                })
                .unwrap_or_default();
            Command::SignOverride(Override {
                rules,
                words: reader.text("words", "the reason"),
            })
        }),
    },
    Act {
        code: "return_to_referrer",
        words: "Return to the referrer",
        button: "Return with this list",
        states: &["referred", "vetting"],
        roles: BOOKING,
        place: Place::Case,
        inputs: |_| vec![Input::area("missing", "What is missing").hint("one a line")],
        read: Read::Command(|_, reader| {
            reader.text("missing", "what is missing");
            Command::ReturnToReferrer {
                missing: reader.names("missing"),
            }
        }),
    },
    Act {
        code: "reject",
        words: "Reject",
        button: "Reject the order",
        states: &["referred", "vetting"],
        roles: &[Radiologist],
        place: Place::Case,
        inputs: |_| {
            vec![
                Input::text("reason", "Reason"),
                Input::area("reply", "Reply to the referrer"),
            ]
        },
        read: Read::Command(|_, reader| {
            let reason = reader.text("reason", "the reason");
            let reply_to_referrer = reader.text("reply", "the reply");
            Command::Reject(Rejection {
                reason,
                reply_to_referrer,
            })
        }),
    },
    Act {
        code: "cancel",
        words: "Cancel the case",
        button: "Cancel the case",
        states: LIVE,
        roles: CLINICAL,
        place: Place::Case,
        inputs: |view| {
            let reasons = &view.state.desk.rules().pathway.cancel_reasons;
            let options = reasons
                .iter()
                .map(|item| (item.id.clone(), item.words.clone()))
                .collect();
            vec![
                Input::select("reason", "Reason", options),
                Input::area("words", "In words").optional(),
                restart_input(),
                Input::choice(
                    "rebook",
                    "Book again",
                    &[("yes", "Yes"), ("no", "No"), ("not_decided", "Not decided")],
                ),
            ]
        },
        read: Read::Command(|_, reader| {
            let reason = reader.text("reason", "the reason");
            let words = reader.maybe("words");
            let restart = restart(reader);
            let rebook = reader.chosen(
                "rebook",
                "book again",
                |text| match text {
                    "yes" => Some(Rebook::Yes),
                    "no" => Some(Rebook::No),
                    "not_decided" => Some(Rebook::NotDecided),
                    _ => None,
                },
                Rebook::NotDecided,
            );
            Command::Cancel(Cancellation {
                reason,
                words,
                restart,
                given_in_room: String::new(),
                rebook,
            })
        }),
    },
];

fn restart_input() -> Input {
    Input::area("restart", "What the patient restarts, and when")
        .hint("Needed when medicines may have been stopped for this appointment.")
        .optional()
}

fn restart(reader: &Reader<'_>) -> Restart {
    let words = reader.maybe("restart");
    if words.is_empty() {
        Restart::NotNeeded
    } else {
        Restart::Given(words)
    }
}

fn modalities() -> Vec<(String, String)> {
    Modality::ALL
        .iter()
        .map(|modality| {
            let words = match modality {
                Modality::Ultrasound => "Ultrasound",
                Modality::Fluoroscopy => "Fluoroscopy",
                Modality::Ct => "CT",
                Modality::Mr => "MR",
                Modality::Mammography => "Mammography",
            };
            (modality.code().to_owned(), words.to_owned())
        })
        .collect()
}

fn vet_inputs(_: &View<'_>) -> Vec<Input> {
    vec![
        Input::select("modality", "Guidance", modalities()),
        Input::choice(
            "bleeding_class",
            "Bleeding risk",
            &[("low", "Low"), ("high", "High")],
        ),
        Input::text("access", "Access route and target"),
        Input::choice(
            "anaesthesia",
            "Anaesthesia",
            &[
                ("none", "None"),
                ("local", "Local"),
                ("moderate_sedation", "Sedation"),
                ("ga", "General"),
            ],
        ),
        Input::text("contrast", "Contrast plan").optional(),
        Input::text("devices", "Devices and sizes to have ready").optional(),
        Input::choice(
            "setting",
            "Stay",
            &[("day_case", "Day case"), ("inpatient", "Inpatient")],
        ),
        Input::number("room_minutes", "Time in the room", "min").value("60"),
        Input::text("antibiotic", "Antibiotic plan").optional(),
        Input::text("observation", "Observation afterwards").optional(),
        Input::area("justification", "Justification of the exposure")
            .hint("needed when X-rays are used")
            .optional(),
    ]
}

fn read_vet(_: &View<'_>, reader: &mut Reader<'_>) -> Command {
    let modality = reader.chosen(
        "modality",
        "Guidance",
        Modality::from_code,
        Modality::Ultrasound,
    );
    let bleeding_class = reader.chosen(
        "bleeding_class",
        "Bleeding risk",
        BleedingClass::from_code,
        BleedingClass::High,
    );
    Command::Vet(Protocol {
        modality,
        bleeding_class,
        access: reader.text("access", "access route and target"),
        anaesthesia: reader.text("anaesthesia", "anaesthesia"),
        contrast: reader.maybe("contrast"),
        devices: reader.maybe("devices"),
        setting: reader.text("setting", "day case or inpatient"),
        room_minutes: reader.whole("room_minutes", "Time in the room", 5, 720),
        antibiotic: reader.maybe("antibiotic"),
        observation_bundle: reader.maybe("observation"),
        justification: reader.maybe("justification"),
    })
}

fn booking_inputs(view: &View<'_>) -> Vec<Input> {
    let rooms = view
        .state
        .desk
        .site()
        .rooms
        .iter()
        .map(|room| {
            (
                room.name.clone(),
                format!("{} ({})", room.name, room.operator),
            )
        })
        .collect();
    let minutes = view
        .case
        .protocol
        .as_ref()
        .map_or(60, |protocol| protocol.what.room_minutes);
    // What is booked already stands in the form: only what moves is written again.
    let booked = view
        .case
        .live()
        .find_map(|procedure| procedure.step.as_ref());
    let start = booked.map_or_else(String::new, |step| {
        let zone = view.state.desk.site().zone_or_utc();
        let start = step.start.to_zoned_datetime(zone);
        start.strftime("%Y-%m-%dT%H:%M").to_string()
    });
    vec![
        Input::select("room", "Room", rooms).value(booked.map_or("", |step| &step.room)),
        Input::when("start", "Start").value(start),
        Input::number("minutes", "Time in the room", "min").value(minutes.to_string()),
        Input::text("team", "Team").optional(),
        Input::text("bed", "Bed afterwards").optional(),
    ]
}

fn read_booking(view: &View<'_>, reader: &mut Reader<'_>) -> Booking {
    let name = reader.text("room", "the room");
    let start = reader.moment("start", "Start");
    let duration_minutes = reader.whole("minutes", "Time in the room", 5, 720);
    let room = view.state.desk.site().room_named(&name).cloned();
    let steps = match room {
        Some(room) => view
            .case
            .live()
            .map(|procedure| BookedStep {
                procedure: procedure.number,
                step: ScheduledStep {
                    step_id: String::new(),
                    room: room.name.clone(),
                    station: room.station.clone(),
                    start,
                    duration_minutes,
                    modality: room.modality,
                },
            })
            .collect(),
        None => {
            if !name.is_empty() {
                reader.wrong("room", "choose one of the rooms");
            }
            Vec::new()
        }
    };
    Booking {
        steps,
        team: reader.maybe("team"),
        bed: reader.maybe("bed"),
        anaesthesia_slot: String::new(),
    }
}

fn consent_inputs(_: &View<'_>) -> Vec<Input> {
    vec![
        Input::choice(
            "basis",
            "How it was given",
            &[
                ("signed", "Signed"),
                ("oral_documented", "Oral, documented"),
                ("proxy", "By a proxy"),
                ("presumed_emergency", "Presumed, emergency"),
                ("two_doctors", "Two doctors"),
            ],
        ),
        Input::text("form_version", "Form and version").optional(),
        Input::text("language", "Language"),
        Input::text("interpreter", "Interpreter").optional(),
        Input::area("discussed", "What was discussed")
            .hint("indication, benefits, alternatives, risks with rates, radiation"),
        Input::text("given_by", "Given by").hint("the patient, or the proxy by name"),
    ]
}

fn read_consent(_: &View<'_>, reader: &mut Reader<'_>) -> Command {
    Command::GiveConsent(Consent {
        basis: reader.chosen(
            "basis",
            "how it was given",
            ConsentBasis::from_code,
            ConsentBasis::Signed,
        ),
        form_version: reader.maybe("form_version"),
        language: reader.text("language", "the language"),
        interpreter: reader.maybe("interpreter"),
        discussed: reader.text("discussed", "what was discussed"),
        given_by: reader.text("given_by", "who gave it"),
    })
}

/// What is checked at the desk, and how it is named in the record; what has no unit is said in words.
const AT_ARRIVAL: &[(&str, &str, &str)] = &[
    ("blood_pressure", "Blood pressure", "mmHg"),
    ("pulse", "Pulse", "/min"),
    ("spo2", "Oxygen saturation", "%"),
    ("cannula", "Cannula: gauge and site", ""),
    ("contact", "Contact person", ""),
];

fn arrival_inputs(_: &View<'_>) -> Vec<Input> {
    let mut inputs = vec![
        Input::text(
            "first_identifier",
            "First identifier, as the patient says it",
        )
        .hint("name or date of birth"),
        Input::text("second_identifier", "Second identifier").hint("wristband or hospital number"),
        Input::when("last_food_at", "Last food").optional(),
        Input::when("last_drink_at", "Last drink").optional(),
        Input::yes_no("medicines_today", "Medicines taken today"),
        Input::text("medicines_today_words", "Which, and when").optional(),
        Input::yes_no("allergies_repeated", "Any allergy"),
        Input::text("allergies_repeated_words", "To what, and what happened").optional(),
        Input::yes_no("pregnancy_repeated", "Pregnancy possible"),
    ];
    inputs.extend(
        AT_ARRIVAL
            .iter()
            .map(|(name, label, unit)| Input::measured(name, label, unit).optional()),
    );
    inputs
}

fn read_arrival(_: &View<'_>, reader: &mut Reader<'_>) -> Command {
    let identity_checked_by = vec![
        reader.text("first_identifier", "the first identifier"),
        reader.text("second_identifier", "the second identifier"),
    ];
    let findings = AT_ARRIVAL
        .iter()
        .map(|(name, _, unit)| (name, reader.maybe(name), unit))
        .filter(|(_, text, _)| !text.is_empty())
        .map(|(name, text, unit)| Statement {
            about: (*name).to_owned(),
            words: format!("{text} {unit}").trim().to_owned(),
        })
        .collect();
    Command::Arrive(Arrival {
        identity_checked_by,
        last_food_at: reader.maybe_moment("last_food_at", "Last food"),
        last_drink_at: reader.maybe_moment("last_drink_at", "Last drink"),
        medicines_today: reader.stated("medicines_today", "medicines taken today"),
        allergies_repeated: reader.stated("allergies_repeated", "any allergy"),
        pregnancy_repeated: reader.stated("pregnancy_repeated", "pregnancy possible"),
        findings,
    })
}
