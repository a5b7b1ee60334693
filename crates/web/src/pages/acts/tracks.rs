//! Tracks beside the line: results, devices, dose, follow-up, adverse events; and deviations.

use super::inputs::{Input, Reader};
use super::{Act, Place, ROOM, Read, View, WITH_REFERRER};
use case::{
    Command, NewTrack, ResultReceived, Review, TrackKind, TrackNote, TrackNumber, TrackOutcome,
};
use model::Role::{self, Radiologist, Referrer};

pub(super) const ACTS: &[Act] = &[
    Act {
        code: "record_result",
        words: "Record the result",
        button: "Save the result",
        states: &[],
        roles: WITH_REFERRER,
        place: Place::Track,
        inputs: |_| {
            vec![
                Input::text("reference", "Laboratory reference").optional(),
                Input::area("words", "Result, as reported"),
                Input::when("reported_at", "Reported at").optional(),
            ]
        },
        read: Read::Command(|view, reader| Command::RecordResult {
            number: TrackNumber(view.number),
            result: ResultReceived {
                reference: reader.maybe("reference"),
                words: reader.text("words", "the result"),
                reported_at: reader.maybe_moment("reported_at", "Reported at"),
            },
        }),
    },
    Act {
        code: "review_result",
        words: "Review the result",
        button: "Sign the review",
        states: &[],
        roles: &[Referrer, Radiologist],
        place: Place::Track,
        inputs: |_| {
            vec![
                Input::area("conclusion", "Conclusion"),
                Input::yes_no("fits", "The result fits the images"),
            ]
        },
        read: Read::Command(|view, reader| Command::ReviewResult {
            number: TrackNumber(view.number),
            review: Review {
                conclusion: reader.text("conclusion", "the conclusion"),
                fits_the_images: reader.stated("fits", "the result fits the images"),
            },
        }),
    },
    Act {
        code: "inform_patient",
        words: "Patient told",
        button: "Record that the patient was told",
        states: &[],
        roles: &[Referrer, Radiologist],
        place: Place::Track,
        inputs: |view| {
            let today = view.state.desk.now_here().date();
            vec![
                Input::day("on", "On").value(today.to_string()),
                Input::choice(
                    "channel",
                    "How",
                    &[
                        ("telephone", "Telephone"),
                        ("visit", "At a visit"),
                        ("letter", "Letter"),
                    ],
                ),
                Input::area("follow_up", "What follows"),
            ]
        },
        read: Read::Command(|view, reader| {
            let today = view.state.desk.now_here().date();
            Command::InformPatient {
                number: TrackNumber(view.number),
                on: reader.maybe_day("on", "On").unwrap_or(today),
                channel: reader.text("channel", "how"),
                follow_up: reader.text("follow_up", "what follows"),
            }
        }),
    },
    Act {
        code: "close_track",
        words: "Close with evidence",
        button: "Close this one",
        states: &[],
        roles: WITH_REFERRER,
        place: Place::Track,
        inputs: close_inputs,
        read: Read::Command(read_close),
    },
    Act {
        code: "open_track",
        words: "Add a follow-up",
        button: "Add",
        states: &["recovery", "admitted", "discharged"],
        roles: WITH_REFERRER,
        place: Place::Case,
        inputs: |_| {
            let roles = [
                Role::Coordinator,
                Role::IrNurse,
                Role::WardNurse,
                Role::Radiologist,
                Role::Physicist,
                Role::Referrer,
            ];
            vec![
                Input::choice("kind", "What", KINDS),
                Input::text("about", "About"),
                Input::select(
                    "owner",
                    "Owner",
                    roles
                        .iter()
                        .map(|role| (role.code().to_owned(), crate::words::role(*role).to_owned()))
                        .collect(),
                ),
                Input::day("due", "Due"),
            ]
        },
        read: Read::Command(|_, reader| {
            let due = reader.maybe_day("due", "Due");
            if due.is_none() && reader.maybe("due").is_empty() {
                reader.wrong(
                    "due",
                    "without an owner and a date it is forgotten: give the day",
                );
            }
            Command::OpenTrack(NewTrack {
                kind: reader.chosen("kind", "what", TrackKind::from_code, TrackKind::FollowUp),
                about: reader.text("about", "what it is about"),
                owner: reader.chosen("owner", "the owner", Role::from_code, Role::Coordinator),
                due,
            })
        }),
    },
    Act {
        code: "note_track",
        words: "Note",
        button: "Save the note",
        states: &[],
        roles: WITH_REFERRER,
        place: Place::Track,
        inputs: note_inputs,
        read: Read::Command(|view, reader| Command::NoteOnTrack {
            number: TrackNumber(view.number),
            note: read_note(view, reader),
        }),
    },
    Act {
        code: "explain_deviation",
        words: "Explain the missed step",
        button: "Save the explanation",
        states: &[],
        roles: ROOM,
        place: Place::Track,
        inputs: |_| vec![Input::area("reason", "Why the step was missed")],
        read: Read::Command(|view, reader| Command::ExplainDeviation {
            number: view.number,
            reason: reader.text("reason", "the reason"),
        }),
    },
];

fn kind(view: &View<'_>) -> Option<TrackKind> {
    let mut tracks = view.case.open_tracks();
    let found = tracks.find(|track| track.number.0 == view.number);
    found.map(|track| track.kind)
}

/// After a high dose a look at the skin is more than a note: without one the track does not close as checked.
fn note_inputs(view: &View<'_>) -> Vec<Input> {
    let mut inputs = Vec::new();
    if kind(view) == Some(TrackKind::Dose) {
        inputs.push(Input::choice(
            "what",
            "What",
            &[
                ("skin", "Skin looked at"),
                ("dermatology", "Sent to dermatology"),
                ("note", "Other note"),
            ],
        ));
        let today = view.state.desk.now_here().date();
        inputs.push(Input::day("on", "On").value(today.to_string()));
    }
    inputs.push(Input::area("words", "Note"));
    inputs
}

fn read_note(view: &View<'_>, reader: &mut Reader<'_>) -> TrackNote {
    let words = reader.text("words", "the note");
    if kind(view) != Some(TrackKind::Dose) {
        return TrackNote::Written { words };
    }
    let today = view.state.desk.now_here().date();
    match reader.maybe("what").as_str() {
        "skin" => TrackNote::SkinChecked {
            on: reader.maybe_day("on", "On").unwrap_or(today),
            words,
        },
        "dermatology" => TrackNote::SentToDermatology { words },
        chosen => {
            if chosen != "note" {
                reader.wrong("what", "choose what it is");
            }
            TrackNote::Written { words }
        }
    }
}

/// By the track's own code.
const KINDS: &[(&str, &str)] = &[
    ("awaiting_results", "Result"),
    ("device_follow_up", "Device"),
    ("dose_follow_up", "Dose"),
    ("follow_up", "Follow-up"),
    ("adverse_event", "Adverse event"),
    ("medicine_restart", "Medicine to be started again"),
];

/// The outcomes that belong to the kind of track.
fn outcomes(view: &View<'_>) -> &'static [(&'static str, &'static str)] {
    match kind(view) {
        Some(TrackKind::Results) => &[
            ("acted_on", "Result acted on"),
            ("inadequate", "Inadequate, accepted by both doctors"),
            ("ended", "Ended another way"),
        ],
        Some(TrackKind::Device) => &[
            ("removed", "Device removed"),
            ("lost", "Device lost"),
            ("ended", "Ended another way"),
        ],
        Some(TrackKind::Dose) => &[("skin", "Skin checks done"), ("ended", "Ended another way")],
        Some(TrackKind::FollowUp) => &[("done", "Follow-up done"), ("ended", "Ended another way")],
        Some(TrackKind::AdverseEvent) => &[("graded", "Graded"), ("ended", "Ended another way")],
        Some(TrackKind::Restart) => &[
            ("restarted", "Taken again, or the team decided otherwise"),
            ("ended", "Ended another way"),
        ],
        None => &[("ended", "Ended another way")],
    }
}

fn close_inputs(view: &View<'_>) -> Vec<Input> {
    let mut inputs = vec![
        Input::choice("outcome", "Outcome", outcomes(view)),
        Input::area("words", "Evidence, in words"),
    ];
    let options = outcomes(view);
    let has_a_day = ["removed", "restarted"];
    if options.iter().any(|(code, _)| has_a_day.contains(code)) {
        let today = view.state.desk.now_here().date();
        inputs.push(Input::day("on", "On").value(today.to_string()));
    }
    if options.iter().any(|(code, _)| *code == "graded") {
        inputs.push(Input::text("grade", "Grade"));
    }
    inputs
}

fn read_close(view: &View<'_>, reader: &mut Reader<'_>) -> Command {
    let words = reader.text("words", "the evidence");
    let today = view.state.desk.now_here().date();
    let on = reader.maybe_day("on", "On").unwrap_or(today);
    let outcome = match reader.maybe("outcome").as_str() {
        "acted_on" => TrackOutcome::ResultActedOn { next_step: words },
        "inadequate" => TrackOutcome::InadequateAccepted { words },
        "removed" => TrackOutcome::DeviceRemoved { on, words },
        "lost" => TrackOutcome::DeviceLost {
            on,
            words,
            case: None,
        },
        "restarted" => TrackOutcome::RestartConfirmed { on, words },
        "skin" => TrackOutcome::SkinChecksDone { words },
        "done" => TrackOutcome::FollowUpDone { words },
        "graded" => TrackOutcome::AdverseEventGraded {
            grade: reader.text("grade", "the grade"),
            words,
        },
        chosen => {
            if chosen != "ended" {
                reader.wrong("outcome", "choose the outcome");
            }
            TrackOutcome::Ended { words }
        }
    };
    Command::CloseTrack {
        number: TrackNumber(view.number),
        outcome,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_track_can_be_chosen() {
        let offered: Vec<_> = KINDS
            .iter()
            .filter_map(|(code, _)| TrackKind::from_code(code))
            .collect();
        assert_eq!(offered, TrackKind::ALL);
    }
}
