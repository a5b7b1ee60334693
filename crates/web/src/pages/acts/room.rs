//! In the room: sign-in, time-out, procedure record, sign-out. What happened is always taken.

use super::inputs::{Input, Reader};
use super::{Act, Place, ROOM, Read, View, nothing, now_value};
use case::{
    Amount, Checklist, Command, DeviceRole, DeviceUse, Millilitre, ProcedureEnd, RoomFact, SignOut,
    SpecimenTaken, StartReason, Statement,
};
use model::{Laterality, Role};

const NEEDLE: &[&str] = &[
    "sign_in",
    "time_out",
    "in_procedure",
    "sign_out",
    "arrived",
    "emergency",
];

pub(super) const ACTS: &[Act] = &[
    Act {
        code: "begin_sign_in",
        words: "Begin sign-in",
        button: "Begin sign-in",
        states: &["arrived", "emergency"],
        roles: ROOM,
        place: Place::Case,
        inputs: nothing,
        read: Read::Command(|_, _| Command::BeginSignIn),
    },
    Act {
        code: "sign_in",
        words: "Sign-in",
        button: "Complete sign-in",
        states: &["sign_in"],
        roles: ROOM,
        place: Place::Case,
        inputs: |view| checklist_inputs(view, &view.state.desk.rules().pathway.sign_in),
        read: Read::Command(|view, reader| {
            Command::CompleteSignIn(read_checklist(
                reader,
                &view.state.desk.rules().pathway.sign_in,
            ))
        }),
    },
    Act {
        code: "time_out",
        words: "Time-out",
        button: "Complete time-out",
        states: &["time_out", "in_procedure"],
        roles: ROOM,
        place: Place::Case,
        inputs: |view| checklist_inputs(view, &view.state.desk.rules().pathway.time_out),
        read: Read::Command(|view, reader| {
            Command::CompleteTimeOut(read_checklist(
                reader,
                &view.state.desk.rules().pathway.time_out,
            ))
        }),
    },
    Act {
        code: "start",
        words: "Puncture",
        button: "Start: first puncture",
        states: &["time_out"],
        roles: ROOM,
        place: Place::Case,
        inputs: happened_inputs,
        read: Read::Command(|_, reader| Command::StartProcedure {
            happened_at: reader.moment("happened_at", "Time"),
        }),
    },
    Act {
        code: "record_start",
        words: "Needle is in already",
        button: "Record the start",
        states: &["arrived", "emergency", "sign_in", "time_out"],
        roles: ROOM,
        place: Place::Pad,
        inputs: |view| {
            let mut inputs = happened_inputs(view);
            inputs.push(Input::choice(
                "why",
                "Why a step is missing",
                &[
                    ("emergency", "Emergency"),
                    ("late", "Done, recorded late"),
                    ("not_stated", "Not stated"),
                ],
            ));
            inputs.push(Input::area("words", "In words").optional());
            inputs
        },
        read: Read::Command(|_, reader| {
            let words = reader.maybe("words");
            let reason = reader.chosen(
                "why",
                "why a step is missing",
                |text| match text {
                    "emergency" => Some(StartReason::Emergency(words.clone())),
                    "late" => Some(StartReason::RecordedLate(words.clone())),
                    "not_stated" => Some(StartReason::NotStated),
                    _ => None,
                },
                StartReason::NotStated,
            );
            Command::RecordStart {
                happened_at: reader.moment("happened_at", "Time"),
                reason,
            }
        }),
    },
    fact(
        "needle",
        "Needle",
        |view| {
            with_time(
                view,
                vec![
                    Input::text("access", "Access site"),
                    Input::text("guidance", "Guidance").value("ultrasound"),
                    Input::text("gauge", "Gauge or French").optional(),
                    Input::number("punctures", "Passes", "").value("1"),
                ],
            )
        },
        |reader| RoomFact::Needle {
            access: reader.text("access", "the access site"),
            guidance: reader.maybe("guidance"),
            gauge: reader.maybe("gauge"),
            punctures: u8::try_from(reader.whole("punctures", "Passes", 1, 40)).unwrap_or(u8::MAX),
        },
    ),
    fact("device", "Device", device_inputs, read_device),
    fact(
        "contrast",
        "Contrast",
        |view| {
            with_time(
                view,
                vec![
                    Input::text("agent", "Agent"),
                    Input::number("volume", "Volume", "mL"),
                    Input::number("iodine", "Iodine", "mg/mL").optional(),
                    Input::choice(
                        "route",
                        "Route",
                        &[
                            ("intra-arterial", "Artery"),
                            ("intravenous", "Vein"),
                            ("intracavitary", "Cavity"),
                        ],
                    ),
                ],
            )
        },
        |reader| RoomFact::Contrast {
            agent: reader.text("agent", "the agent"),
            volume: Millilitre(reader.number("volume", "Volume", 0.1, 1000.0)),
            iodine_mg_per_ml: reader.maybe("iodine").parse().ok(),
            route: reader.text("route", "the route"),
        },
    ),
    fact(
        "medicine",
        "Medicine",
        |view| {
            with_time(
                view,
                vec![
                    Input::text("medicine", "Medicine").hint("generic name, lower case"),
                    Input::number("dose", "Dose", ""),
                    Input::choice(
                        "unit",
                        "Unit",
                        &[
                            ("mg", "mg"),
                            ("microgram", "microgram"),
                            ("g", "g"),
                            ("mL", "mL"),
                            ("units", "units"),
                        ],
                    ),
                    Input::text("route", "Route"),
                    Input::text("indication", "For").optional(),
                ],
            )
        },
        |reader| {
            reader.number("dose", "Dose", 0.001, 1_000_000.0);
            RoomFact::Medicine {
                medicine: reader.text("medicine", "the medicine"),
                amount: Amount {
                    value: reader.maybe("dose"),
                    unit: reader.text("unit", "the unit"),
                },
                route: reader.text("route", "the route"),
                indication: reader.maybe("indication"),
            }
        },
    ),
    fact(
        "specimen",
        "Specimen",
        |view| {
            with_time(
                view,
                vec![
                    Input::text("container", "Label of the container"),
                    Input::text("site", "Site"),
                    Input::choice(
                        "side",
                        "Side",
                        &[
                            ("left", "Left"),
                            ("right", "Right"),
                            ("not_applicable", "No side"),
                        ],
                    ),
                    Input::choice(
                        "kind",
                        "Kind",
                        &[
                            ("core", "Core"),
                            ("fna", "FNA"),
                            ("fluid", "Fluid"),
                            ("pus", "Pus"),
                            ("bile", "Bile"),
                            ("urine", "Urine"),
                        ],
                    ),
                    Input::number("passes", "Passes", ""),
                    Input::text("medium", "Medium"),
                    Input::text("tests", "Tests asked for"),
                    Input::day("expected_by", "Result expected by").optional(),
                ],
            )
        },
        |reader| {
            RoomFact::Specimen(SpecimenTaken {
                container: reader.text("container", "the label"),
                site: reader.text("site", "the site"),
                side: reader.chosen(
                    "side",
                    "the side",
                    Laterality::from_code,
                    Laterality::NotStated,
                ),
                kind: reader.text("kind", "the kind"),
                passes: u8::try_from(reader.whole("passes", "Passes", 1, 40)).unwrap_or(u8::MAX),
                medium: reader.text("medium", "the medium"),
                tests: reader.text("tests", "the tests"),
                expected_by: reader.maybe_day("expected_by", "Result expected by"),
                responsible: Role::Referrer,
            })
        },
    ),
    fact(
        "vitals",
        "Vitals",
        |view| {
            with_time(
                view,
                vec![
                    Input::measured("blood_pressure", "Blood pressure", "mmHg").optional(),
                    Input::number("pulse", "Pulse", "/min").optional(),
                    Input::number("spo2", "Oxygen saturation", "%").optional(),
                    Input::number("pain", "Pain", "0 to 10").optional(),
                ],
            )
        },
        |reader| RoomFact::Vitals {
            findings: vitals(reader),
        },
    ),
    fact(
        "finding",
        "Finding",
        |view| with_time(view, vec![Input::area("words", "Finding")]),
        |reader| RoomFact::Finding {
            words: reader.text("words", "the finding"),
        },
    ),
    fact(
        "complication",
        "Problem",
        |view| with_time(view, vec![Input::area("words", "What happened")]),
        |reader| RoomFact::Complication {
            words: reader.text("words", "what happened"),
        },
    ),
    fact(
        "team",
        "Team",
        |view| {
            with_time(
                view,
                vec![
                    Input::text("name", "Name"),
                    Input::text("function", "Function"),
                ],
            )
        },
        |reader| RoomFact::TeamMember {
            name: reader.text("name", "the name"),
            function: reader.text("function", "the function"),
        },
    ),
    Act {
        code: "end",
        words: "End of the procedure",
        button: "End the procedure",
        states: &["in_procedure"],
        roles: ROOM,
        place: Place::Case,
        inputs: |view| {
            let mut inputs = happened_inputs(view);
            inputs.push(Input::choice(
                "how",
                "How it ended",
                &[
                    ("haemostasis", "Haemostasis reached"),
                    ("fixed", "Catheter fixed"),
                    ("aborted", "Given up"),
                ],
            ));
            inputs.push(Input::text(
                "words",
                "Closure, fixation, or why it was given up",
            ));
            inputs.push(
                Input::text("achieved", "What was achieved")
                    .hint("when it was given up")
                    .optional(),
            );
            inputs
        },
        read: Read::Command(|_, reader| {
            let happened_at = reader.moment("happened_at", "Time");
            let words = reader.text("words", "closure, fixation or reason");
            let achieved = reader.maybe("achieved");
            Command::EndProcedure(match reader.maybe("how").as_str() {
                "haemostasis" => ProcedureEnd::Haemostasis {
                    happened_at,
                    closure: words,
                },
                "fixed" => ProcedureEnd::CatheterFixed {
                    happened_at,
                    fixation: words,
                },
                how => {
                    if how != "aborted" {
                        reader.wrong("how", "choose how it ended");
                    }
                    ProcedureEnd::Aborted {
                        happened_at,
                        reason: words,
                        achieved,
                    }
                }
            })
        }),
    },
    Act {
        code: "change_operator",
        words: "Another operator",
        button: "Change the operator",
        states: &["time_out", "in_procedure"],
        roles: ROOM,
        place: Place::Pad,
        inputs: |_| {
            vec![
                Input::text("operator", "New operator")
                    .hint("The time-out is repeated afterwards."),
            ]
        },
        read: Read::Command(|_, reader| Command::ChangeOperator {
            operator: reader.text("operator", "the operator"),
        }),
    },
    Act {
        code: "sign_out",
        words: "Sign-out",
        button: "Complete sign-out",
        states: &["sign_out"],
        roles: ROOM,
        place: Place::Case,
        inputs: |view| {
            let mut inputs = checklist_inputs(view, &view.state.desk.rules().pathway.sign_out);
            inputs.push(Input::number(
                "specimens",
                "Specimens counted",
                "containers",
            ));
            inputs.push(Input::text(
                "orders_signed_by",
                "Orders for afterwards signed by",
            ));
            inputs
        },
        read: Read::Command(|view, reader| {
            Command::CompleteSignOut(SignOut {
                checklist: read_checklist(reader, &view.state.desk.rules().pathway.sign_out),
                specimens_counted: reader.whole("specimens", "Specimens counted", 0, 100),
                orders_signed_by: reader.text("orders_signed_by", "who signed the orders"),
            })
        }),
    },
];

/// The pad's buttons differ in code, words and fields only.
const fn fact(
    code: &'static str,
    words: &'static str,
    inputs: fn(&View<'_>) -> Vec<Input>,
    read: fn(&mut Reader<'_>) -> RoomFact,
) -> Act {
    Act {
        code,
        words,
        button: "Record",
        states: NEEDLE,
        roles: ROOM,
        place: Place::Pad,
        inputs,
        read: Read::Fact(read),
    }
}

fn happened_inputs(view: &View<'_>) -> Vec<Input> {
    vec![Input::when("happened_at", "Time").value(now_value(view))]
}

fn with_time(view: &View<'_>, mut inputs: Vec<Input>) -> Vec<Input> {
    inputs.extend(happened_inputs(view));
    inputs
}

fn device_inputs(view: &View<'_>) -> Vec<Input> {
    with_time(
        view,
        vec![
            Input::text("name", "Device, with its size"),
            Input::choice(
                "role",
                "What became of it",
                &[
                    ("used", "Used"),
                    ("implanted", "Implanted"),
                    ("explanted", "Taken out"),
                    ("wasted", "Wasted"),
                    ("failed", "Failed"),
                ],
            ),
            Input::text("udi", "Device identifier (UDI-DI)").optional(),
            Input::text("lot", "Lot").optional(),
            Input::text("without_udi_because", "Without an identifier, because").optional(),
            Input::text("position", "Position").optional(),
            Input::day("exchange_by", "Exchange by").optional(),
        ],
    )
}

fn read_device(reader: &mut Reader<'_>) -> RoomFact {
    RoomFact::Device(DeviceUse {
        name: reader.text("name", "the device"),
        udi_di: reader.maybe("udi"),
        lot: reader.maybe("lot"),
        serial: String::new(),
        expires: None,
        role: reader.chosen(
            "role",
            "what became of it",
            DeviceRole::from_code,
            DeviceRole::Used,
        ),
        position: reader.maybe("position"),
        exchange_by: reader.maybe_day("exchange_by", "Exchange by"),
        without_udi_because: reader.maybe("without_udi_because"),
    })
}

fn vitals(reader: &mut Reader<'_>) -> Vec<Statement> {
    let found: Vec<Statement> = [
        ("blood_pressure", "mmHg"),
        ("pulse", "/min"),
        ("spo2", "%"),
        ("pain", "of 10"),
    ]
    .into_iter()
    .map(|(name, unit)| (name, reader.maybe(name), unit))
    .filter(|(_, text, _)| !text.is_empty())
    .map(|(name, text, unit)| Statement {
        about: name.to_owned(),
        words: format!("{text} {unit}"),
    })
    .collect();
    if found.is_empty() {
        reader.wrong("blood_pressure", "write at least one measurement");
    }
    found
}

fn checklist_inputs(view: &View<'_>, items: &[knowledge::pathway::PathwayItem]) -> Vec<Input> {
    let mut inputs = Input::checks(items);
    inputs.push(Input::text("present", "Who is present").hint("names, with commas"));
    let operator = view.case.operator.clone().unwrap_or_default();
    inputs.push(Input::text("operator", "Operator").value(operator));
    inputs.push(Input::choice(
        "aloud",
        "Spoken aloud",
        &[("yes", "Yes"), ("no", "No")],
    ));
    inputs
}

fn read_checklist(reader: &mut Reader<'_>, items: &[knowledge::pathway::PathwayItem]) -> Checklist {
    reader.text("present", "who is present");
    let open: Vec<String> = items
        .iter()
        .filter(|item| reader.maybe(&item.id).is_empty())
        .map(|item| item.id.clone())
        .collect();
    for id in open {
        reader.wrong(&id, "answer every item; \"not applicable\" needs a reason");
    }
    Checklist {
        items: reader.answers(items),
        present: reader.names("present"),
        operator: reader.text("operator", "the operator"),
        spoken_aloud: reader.chosen(
            "aloud",
            "spoken aloud",
            |text| match text {
                "yes" => Some(true),
                "no" => Some(false),
                _ => None,
            },
            false,
        ),
    }
}
