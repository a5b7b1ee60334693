//! After the room: recovery, escalation, ward, discharge, closing.

use super::inputs::Input;
use super::{Act, CARE, CLINICAL, Place, Read, View, nothing, now_value};
use case::{
    Admission, Command, Discharge, Escalation, EscalationKind, Observation, Recovery, Reopening,
    Statement,
};

pub(super) const ACTS: &[Act] = &[
    Act {
        code: "begin_recovery",
        words: "To recovery",
        button: "Begin recovery",
        states: &["sign_out", "escalated"],
        roles: CARE,
        place: Place::Case,
        inputs: |_| {
            vec![
                Input::text("bundle", "Observation"),
                Input::text("position", "Position"),
                Input::when("bed_rest_ends", "Bed rest until").optional(),
                Input::when("observation_ends", "Observed until"),
                Input::area("triggers", "Call the doctor when"),
                Input::area("without_sign_out_because", "Without sign-out, because")
                    .hint("only when the sign-out was not completed")
                    .optional(),
            ]
        },
        read: Read::Command(|_, reader| {
            Command::BeginRecovery(Recovery {
                bundle: reader.text("bundle", "the observation"),
                position: reader.text("position", "the position"),
                bed_rest_ends: reader.maybe_moment("bed_rest_ends", "Bed rest until"),
                observation_ends: reader.moment("observation_ends", "Observed until"),
                triggers: reader.text("triggers", "when to call the doctor"),
                without_sign_out_because: reader.maybe("without_sign_out_because"),
            })
        }),
    },
    Act {
        code: "observe",
        words: "Record a check",
        button: "Save the check",
        states: &["recovery", "admitted"],
        roles: CARE,
        place: Place::Case,
        inputs: |view| {
            let mut inputs: Vec<Input> = CHECKS
                .iter()
                .map(|(name, label, unit)| Input::measured(name, label, unit).optional())
                .collect();
            inputs.push(Input::area("note", "Note").optional());
            inputs.push(Input::when("happened_at", "Time").value(now_value(view)));
            inputs
        },
        read: Read::Command(|_, reader| {
            let findings: Vec<Statement> = CHECKS
                .iter()
                .map(|(name, _, unit)| (name, reader.maybe(name), unit))
                .filter(|(_, text, _)| !text.is_empty())
                .map(|(name, text, unit)| Statement {
                    about: (*name).to_owned(),
                    words: format!("{text} {unit}").trim().to_owned(),
                })
                .collect();
            if findings.is_empty() {
                reader.wrong("blood_pressure", "write at least one finding");
            }
            Command::RecordObservation(Observation {
                happened_at: reader.moment("happened_at", "Time"),
                findings,
                observer_note: reader.maybe("note"),
            })
        }),
    },
    Act {
        code: "discharge",
        words: "Discharge",
        button: "Discharge",
        states: &["recovery", "admitted"],
        roles: CARE,
        place: Place::Case,
        inputs: discharge_inputs,
        read: Read::Command(|view, reader| {
            Command::Discharge(Discharge {
                criteria: reader.answers(&view.state.desk.rules().pathway.discharge),
                language: reader.text("language", "the language"),
                restart: reader.maybe("restart"),
                catheter_care: reader.stated("catheter_care", "catheter care explained"),
                warning_signs_given: reader.stated("warning_signs", "warning signs explained"),
                results_by: reader.text("results_by", "who tells the results"),
                escort: reader.stated("escort", "escort"),
                against_advice: reader.maybe("against_advice"),
            })
        }),
    },
    Act {
        code: "admit",
        words: "Admit to a ward",
        button: "Admit",
        states: &["recovery", "escalated"],
        roles: CARE,
        place: Place::Case,
        inputs: |_| {
            vec![
                Input::text("ward", "Ward"),
                Input::choice(
                    "planned",
                    "Was it planned",
                    &[("yes", "Planned"), ("no", "Not planned")],
                ),
                Input::area("reason", "Why")
                    .hint("when it was not planned")
                    .optional(),
            ]
        },
        read: Read::Command(|_, reader| {
            let ward = reader.text("ward", "the ward");
            let reason = reader.maybe("reason");
            Command::Admit(match reader.maybe("planned").as_str() {
                "yes" => Admission::Planned { ward },
                planned => {
                    if planned != "no" {
                        reader.wrong("planned", "say whether it was planned");
                    }
                    Admission::Unplanned { ward, reason }
                }
            })
        }),
    },
    Act {
        code: "escalate",
        words: "Escalate",
        button: "Escalate now",
        states: &["in_procedure", "sign_out", "recovery", "admitted"],
        roles: CARE,
        place: Place::Case,
        inputs: |view| {
            vec![
                Input::choice("kind", "What", ESCALATIONS),
                Input::area("trigger", "What was seen"),
                Input::text("called", "Who was called, and when"),
                Input::area("actions", "What was done").optional(),
                Input::when("happened_at", "Time").value(now_value(view)),
            ]
        },
        read: Read::Command(|_, reader| {
            Command::Escalate(Escalation {
                happened_at: reader.moment("happened_at", "Time"),
                kind: reader.chosen(
                    "kind",
                    "what",
                    EscalationKind::from_code,
                    EscalationKind::Deterioration,
                ),
                trigger: reader.text("trigger", "what was seen"),
                called: reader.text("called", "who was called"),
                actions: reader.maybe("actions"),
            })
        }),
    },
    Act {
        code: "restart_instruction",
        words: "Restart instruction given",
        button: "Record the instruction",
        states: &["cancelled", "scheduled", "vetting"],
        roles: CLINICAL,
        place: Place::Case,
        inputs: |_| vec![Input::area("words", "What the patient restarts, and when")],
        read: Read::Command(|_, reader| Command::GiveRestartInstruction {
            words: reader.text("words", "the instruction"),
        }),
    },
    Act {
        code: "close",
        words: "Close the case",
        button: "Close the case",
        states: &[
            "discharged",
            "cancelled",
            "rejected",
            "redirected_other_modality",
        ],
        roles: CLINICAL,
        place: Place::Case,
        inputs: nothing,
        read: Read::Command(|_, _| Command::Close),
    },
    Act {
        code: "reopen",
        words: "Open again",
        button: "Open again",
        states: &["closed"],
        roles: CLINICAL,
        place: Place::Case,
        inputs: |_| vec![Input::area("reason", "Why").hint("late complication, new result, audit")],
        read: Read::Command(|_, reader| {
            Command::Reopen(Reopening {
                reason: reader.text("reason", "the reason"),
            })
        }),
    },
];

const ESCALATIONS: &[(&str, &str)] = &[
    ("deterioration", "Getting worse"),
    ("conversion_to_surgery", "To surgery"),
    ("resuscitation", "Resuscitation"),
];

const CHECKS: &[(&str, &str, &str)] = &[
    ("blood_pressure", "Blood pressure", "mmHg"),
    ("pulse", "Pulse", "/min"),
    ("spo2", "Oxygen saturation", "%"),
    ("pain", "Pain", "0 to 10"),
    ("site", "Access site, in words", ""),
    ("drain", "Drain output", "mL"),
];

fn discharge_inputs(view: &View<'_>) -> Vec<Input> {
    let mut inputs = Input::checks(&view.state.desk.rules().pathway.discharge);
    inputs.push(Input::text(
        "language",
        "Language of the written instructions",
    ));
    inputs.push(Input::area("restart", "Medicines to restart, and when").optional());
    inputs.push(Input::yes_no("catheter_care", "Catheter care explained"));
    inputs.push(Input::yes_no(
        "warning_signs",
        "Warning signs explained, with the telephone numbers",
    ));
    inputs.push(Input::text(
        "results_by",
        "Who tells the results, and by when",
    ));
    inputs.push(Input::yes_no("escort", "Somebody takes the patient home"));
    inputs.push(Input::area("against_advice", "Against advice, because").optional());
    inputs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_escalation_can_be_chosen() {
        let offered: Vec<_> = ESCALATIONS
            .iter()
            .filter_map(|(code, _)| EscalationKind::from_code(code))
            .collect();
        assert_eq!(offered, EscalationKind::ALL);
    }
}
