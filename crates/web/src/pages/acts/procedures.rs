//! The procedures of a case, before and in the room: one more, another side or site, one less, and back into the room.

use super::inputs::{Input, Reader};
use super::{Act, Place, ROOM, Read, View};
use case::{Command, NewProcedure, OrderNumbers, Procedure, ProcedureNumber, What};
use model::{Laterality, ProcedureId, Role::Radiologist};

const CHANGEABLE: &[&str] = &[
    "referred",
    "returned_to_referrer",
    "vetting",
    "scheduled",
    "preparation",
    "emergency",
    "arrived",
    "sign_in",
    "time_out",
    "in_procedure",
];

pub(super) const ACTS: &[Act] = &[
    Act {
        code: "add_procedure",
        words: "Add a procedure",
        button: "Add the procedure",
        states: CHANGEABLE,
        roles: ROOM,
        place: Place::Case,
        inputs: |view| {
            let mut inputs = new_procedure_inputs(view);
            inputs.push(reason_input());
            inputs
        },
        read: Read::Command(|_, reader| Command::AddProcedure {
            procedure: read_new_procedure(reader),
            reason: reader.text("reason", "the reason"),
        }),
    },
    Act {
        code: "change_procedure",
        words: "Change side or site",
        button: "Change the procedure",
        states: CHANGEABLE,
        roles: ROOM,
        place: Place::Case,
        inputs: |view| {
            vec![
                which_input(view),
                side_input(),
                Input::text("site", "Site, as it is now").optional(),
                reason_input(),
            ]
        },
        read: Read::Command(|view, reader| {
            let number = read_which(view, reader);
            let site = reader.maybe("site");
            let known = view.case.procedures.iter().find(|p| p.number == number);
            Command::ChangeProcedure {
                number,
                side: read_side(reader),
                // An empty field says nothing about the site.
                site: if site.is_empty() {
                    known.map(|p| p.site.clone()).unwrap_or_default()
                } else {
                    site
                },
                reason: reader.text("reason", "the reason"),
            }
        }),
    },
    Act {
        code: "drop_procedure",
        words: "Drop a procedure",
        button: "Drop the procedure",
        states: CHANGEABLE,
        roles: ROOM,
        place: Place::Case,
        inputs: |view| vec![which_input(view), reason_input()],
        read: Read::Command(|view, reader| Command::DropProcedure {
            number: read_which(view, reader),
            reason: reader.text("reason", "the reason"),
        }),
    },
    Act {
        code: "reintervene",
        words: "Back into the room",
        button: "Begin the re-intervention",
        states: &["escalated", "recovery", "admitted"],
        roles: &[Radiologist],
        place: Place::Case,
        inputs: |view| {
            let mut inputs = vec![Input::area("reason", "Why").hint(
                "Same visit: sign-in and time-out are done again. For a later visit make a case that follows this one.",
            )];
            inputs.extend(new_procedure_inputs(view));
            inputs
        },
        read: Read::Command(|_, reader| Command::Reintervene {
            reason: reader.text("reason", "the reason"),
            procedure: read_new_procedure(reader),
        }),
    },
];

fn reason_input() -> Input {
    Input::text("reason", "Why").hint("A time-out that stands already is repeated afterwards.")
}

/// Every entry of the catalogue, by name.
pub fn catalogue(view: &View<'_>) -> Vec<(String, String)> {
    let book = &view.state.desk.rules().book;
    book.procedures
        .iter()
        .map(|(id, procedure)| (id.clone(), procedure.name.clone()))
        .collect()
}

fn side_input() -> Input {
    Input::choice(
        "side",
        "Side",
        &[
            ("left", "Left"),
            ("right", "Right"),
            ("both", "Both"),
            ("not_applicable", "No side"),
        ],
    )
}

fn new_procedure_inputs(view: &View<'_>) -> Vec<Input> {
    vec![
        Input::select("procedure", "Procedure", catalogue(view)),
        side_input(),
        Input::text("site", "Site").optional(),
    ]
}

fn read_side(reader: &mut Reader<'_>) -> Laterality {
    reader.chosen(
        "side",
        "the side",
        Laterality::from_code,
        Laterality::NotStated,
    )
}

fn read_new_procedure(reader: &mut Reader<'_>) -> NewProcedure {
    let text = reader.text("procedure", "the procedure");
    let what = match ProcedureId::new(&text) {
        Ok(id) => What::Catalogue(id),
        Err(_) => What::NotIdentified,
    };
    NewProcedure {
        what,
        sender_code: None,
        side: read_side(reader),
        site: reader.maybe("site"),
        // Given when it is saved.
        accession: None,
        study: None,
        orders: OrderNumbers::default(),
    }
}

fn which_input(view: &View<'_>) -> Input {
    let book = &view.state.desk.rules().book;
    let named = |procedure: &Procedure| {
        let name = match &procedure.what {
            What::Catalogue(id) => book
                .procedures
                .get(id.as_str())
                .map_or_else(|| id.to_string(), |known| known.name.clone()),
            What::NotIdentified => "procedure not identified".to_owned(),
        };
        let side = crate::words::side(procedure.side);
        let site = if procedure.site.is_empty() {
            String::new()
        } else {
            format!(", {}", procedure.site)
        };
        (
            procedure.number.to_string(),
            format!("{}. {name}, {side}{site}", procedure.number),
        )
    };
    Input::select(
        "which",
        "Which procedure",
        view.case.live().map(named).collect(),
    )
}

fn read_which(view: &View<'_>, reader: &mut Reader<'_>) -> ProcedureNumber {
    let text = reader.text("which", "the procedure");
    let number = ProcedureNumber(text.parse().unwrap_or_default());
    let is_there = view.case.live().any(|procedure| procedure.number == number);
    if !is_there && !text.is_empty() {
        reader.wrong("which", "choose one of the procedures");
    }
    number
}
