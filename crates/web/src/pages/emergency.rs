//! An emergency on one page: who (a tag is enough), what, how soon, what is known; then straight to arrived or to the
//! room as far as the person's role may say so.

use crate::fields::Fields;
use crate::guard::{Form, Seat, Seated};
use crate::layout::{Frame, page};
use crate::pages::acts::inputs::{Input, Reader};
use crate::pages::log_in::go_to;
use crate::pages::new_case::{Found, Question, look_alikes};
use crate::pages::opened::Ended;
use crate::pages::sheet::filled;
use crate::refusal::Refusal;
use crate::state::State;
use askama::Template;
use axum::Extension;
use axum::extract::{Query as Asked, State as Given};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use case::{
    Arrival, BookedStep, Case, Command, Consent, ConsentBasis, EmergencyEntry, EmergencyUrgency,
    NewProcedure, OrderNumbers, Override, ProcedureNumber, Referral, ScheduledStep, Stated,
    Statement, What,
};
use model::Role::{Anaesthetist, IrNurse, Radiographer, Radiologist, WardNurse};
use model::{Laterality, PatientKey, ProcedureId, Role, Sex, Urgency};
use workflow::access::looked_at;
use workflow::act_on_case::{ActError, act_on_case};
use workflow::open_case_by_hand::{ByHandError, CaseByHand, Whose, open_case_by_hand};
use workflow::patient::sex_from_code;

#[derive(Template)]
#[template(path = "emergency.html")]
struct EmergencyPage {
    frame: Frame,
    asked: Question,
    was_asked: bool,
    found: Vec<Found>,
    whom: String,
    tag: String,
    inputs: Vec<Input>,
    further: Vec<Input>,
    further_words: &'static str,
    problems: Vec<(String, String)>,
}

/// What should be known before the needle and is asked at once; an empty field says nothing, never "no".
const MINIMUM: &[(&str, &str)] = &[
    ("anticoagulant", "Medicine against clotting, last dose"),
    ("allergy", "Allergies"),
    ("kidneys", "Kidneys"),
    ("airway", "Airway, last food and drink"),
    ("blood_products", "Blood products, limits of treatment"),
    ("isolation", "Isolation"),
];

/// Steps after the entry, and who may say them.
const ARRIVES: &[Role] = &[IrNurse, WardNurse, Radiologist, Anaesthetist];
const SIGNS: &[Role] = &[Radiologist];
const ENTERS: &[Role] = &[Radiologist, IrNurse, Radiographer, Anaesthetist];

pub async fn show(
    Given(state): Given<State>,
    Extension(seat): Seated,
    Asked(asked): Asked<Question>,
) -> Result<Response, Ended> {
    form(&state, &seat, asked, &Fields::default(), Vec::new()).await
}

pub async fn enter(
    Given(state): Given<State>,
    Extension(seat): Seated,
    Extension(fields): Form,
) -> Result<Response, Ended> {
    let mut reader = Reader {
        fields: &fields,
        zone: state.desk.site().zone_or_utc(),
        now: state.desk.now(),
        wrong: Vec::new(),
    };
    let new = read(&state, &mut reader);
    let steps = Steps::read(&mut reader, seat.session.role);
    let problems = match new {
        Some(new) if reader.wrong.is_empty() => {
            match open_case_by_hand(&state.desk, &seat.session.actor(), &new).await {
                Ok(case) => return go_on(&state, &seat, case, steps).await,
                Err(ByHandError::Act(ActError::Work(error))) => return Err(error.into()),
                Err(refused) => vec![("whom".to_owned(), refused.to_string())],
            }
        }
        _ => reader.wrong,
    };
    let asked = Question::of(&fields);
    let shown = form(&state, &seat, asked, &fields, problems).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, shown).into_response())
}

fn read(state: &State, reader: &mut Reader<'_>) -> Option<CaseByHand> {
    let whose = whose(reader);
    let now = reader.now;
    let procedure = reader.text("procedure", "the procedure");
    let side = reader.chosen(
        "side",
        "the side",
        Laterality::from_code,
        Laterality::NotStated,
    );
    let urgency = reader.chosen(
        "urgency",
        "how soon",
        EmergencyUrgency::from_code,
        EmergencyUrgency::Immediate,
    );
    let referred_by = reader.text("referred_by", "who asked for it");
    let indication = reader.text("indication", "why it is needed");
    let steps = booked_now(state, reader);
    let minimum = MINIMUM
        .iter()
        .map(|(about, _)| (about, reader.maybe(about)))
        .filter(|(_, words)| !words.is_empty())
        .map(|(about, words)| Statement {
            about: (*about).to_owned(),
            words,
        })
        .collect();
    let identity_known = if matches!(whose, Some(Whose::Known { .. })) {
        Stated::Yes(String::new())
    } else {
        Stated::No
    };
    Some(CaseByHand {
        whose: whose?,
        referral: Referral {
            // Filled in when the case is opened.
            patient: PatientKey::new("not-yet").ok()?,
            procedures: vec![NewProcedure {
                what: What::Catalogue(ProcedureId::new(&procedure).ok()?),
                sender_code: None,
                side,
                site: reader.maybe("site"),
                accession: None,
                study: None,
                orders: OrderNumbers::default(),
            }],
            urgency: Urgency::Emergency,
            indication: indication.clone(),
            referrer: referred_by.clone(),
            result_to: referred_by.clone(),
            wanted_at: Some(now),
            statements: Vec::new(),
            index_case: None,
        },
        emergency: Some(EmergencyEntry {
            urgency,
            referred_by,
            indication,
            identity_known,
            minimum,
            steps,
        }),
        another_because: reader.maybe("another_because"),
    })
}

/// The room from now on, when one was chosen.
fn booked_now(state: &State, reader: &mut Reader<'_>) -> Vec<BookedStep> {
    let name = reader.maybe("room");
    let room = state.desk.site().room_named(&name);
    if room.is_none() && !name.is_empty() {
        reader.wrong("room", "choose one of the rooms");
    }
    let step = room.map(|room| BookedStep {
        procedure: ProcedureNumber(1),
        step: ScheduledStep {
            step_id: String::new(),
            room: room.name.clone(),
            station: room.station.clone(),
            start: reader.now,
            duration_minutes: reader.whole("minutes", "Time in the room", 5, 720),
            modality: room.modality,
        },
    });
    step.into_iter().collect()
}

fn whose(reader: &mut Reader<'_>) -> Option<Whose> {
    match reader.maybe("whom").as_str() {
        "" => {
            reader.wrong("whom", "choose the patient, or give a tag");
            None
        }
        "unidentified" => Some(Whose::Unidentified {
            tag: reader.text("tag", "the tag number"),
            sex: match reader.maybe("sex").as_str() {
                "" => Sex::Unknown,
                code => sex_from_code(code),
            },
        }),
        key => Some(Whose::Known {
            patient_key: key.to_owned(),
        }),
    }
}

/// What is said at once about the steps after the entry; each is its own command.
struct Steps {
    arrival: Option<Arrival>,
    consent: Option<Consent>,
    override_words: String,
    to_the_room: bool,
}

impl Steps {
    fn read(reader: &mut Reader<'_>, role: Role) -> Self {
        let to_the_room = reader.maybe("now_at") == "room" && ENTERS.contains(&role);
        let is_here = to_the_room || reader.maybe("now_at") == "here";
        let arrival = (is_here && ARRIVES.contains(&role)).then(|| Arrival {
            identity_checked_by: vec![
                reader.text("first_identifier", "the first identifier"),
                reader.text("second_identifier", "the second identifier"),
            ],
            last_food_at: None,
            last_drink_at: None,
            medicines_today: Stated::Unknown,
            allergies_repeated: Stated::Unknown,
            pregnancy_repeated: Stated::Unknown,
            findings: Vec::new(),
        });
        let basis = ConsentBasis::from_code(&reader.maybe("consent"));
        let may_sign = SIGNS.contains(&role);
        let consent = basis.filter(|_| may_sign).map(|basis| Consent {
            basis,
            form_version: String::new(),
            language: "not asked: emergency".to_owned(),
            interpreter: String::new(),
            discussed: reader.text("consent_words", "what was discussed, or why it was not"),
            given_by: reader.text("consent_by", "who gave it"),
        });
        let override_words = if may_sign {
            reader.maybe("override")
        } else {
            String::new()
        };
        Self {
            arrival,
            consent,
            override_words,
            to_the_room,
        }
    }
}

/// Does the further steps in their order. The case stands whatever comes of them: the first one that is refused is
/// opened as its own form, where the reason is said.
async fn go_on(state: &State, seat: &Seat, case: Case, steps: Steps) -> Result<Response, Ended> {
    let id = case.id.to_string();
    let mut last = case;
    let to_the_room = steps.to_the_room;
    let mut further: Vec<(&str, Command)> = Vec::new();
    if let Some(consent) = steps.consent {
        further.push(("give_consent", Command::GiveConsent(consent)));
    }
    if let Some(arrival) = steps.arrival {
        further.push(("arrive", Command::Arrive(arrival)));
    }
    for (code, command) in further {
        match done(state, seat, &id, &command).await? {
            Some(after) => last = after,
            None => return Ok(go_to(&format!("/cases/{id}/do/{code}"))),
        }
    }
    let gate = last.gate.as_ref().map(|gate| &gate.what);
    let stands_open = gate.is_some_and(|gate| gate.now != model::Gate::Ready);
    if stands_open && !steps.override_words.is_empty() {
        let rules = gate
            .into_iter()
            .flat_map(|gate| &gate.reasons)
            .map(|reason| reason.rule.clone())
            .collect();
        let sign = Command::SignOverride(Override {
            rules,
            words: steps.override_words,
        });
        if done(state, seat, &id, &sign).await?.is_none() {
            return Ok(go_to(&format!("/cases/{id}/do/sign_override")));
        }
    }
    if to_the_room {
        return Ok(match done(state, seat, &id, &Command::BeginSignIn).await? {
            Some(_) => go_to(&format!("/cases/{id}/room")),
            None => go_to(&format!("/cases/{id}/do/begin_sign_in")),
        });
    }
    Ok(go_to(&format!("/cases/{id}")))
}

/// The case afterwards; `None` when the command was refused.
async fn done(
    state: &State,
    seat: &Seat,
    id: &str,
    command: &Command,
) -> Result<Option<Case>, Ended> {
    match act_on_case(&state.desk, &seat.session.actor(), id, None, command).await {
        Ok(case) => Ok(Some(case)),
        Err(ActError::Refused(_)) => Ok(None),
        Err(ActError::Work(error)) => Err(error.into()),
        Err(other) => Err(Refusal::Bad(other.to_string()).into()),
    }
}

async fn form(
    state: &State,
    seat: &Seat,
    asked: Question,
    fields: &Fields,
    problems: Vec<(String, String)>,
) -> Result<Response, Ended> {
    let whom = fields.text("whom").to_owned();
    let found = if asked.is_empty() {
        Vec::new()
    } else {
        look_alikes(state, &asked, &whom).await?
    };
    if !asked.is_empty() {
        let detail = format!("{} found", found.len());
        let what = "patient search";
        looked_at(&state.desk, &seat.session, what, "", "", &detail).await?;
    }
    let role = seat.session.role;
    let further = further_inputs(role);
    let title = if problems.is_empty() {
        "Emergency"
    } else {
        "Error: emergency"
    };
    Ok(page(&EmergencyPage {
        frame: Frame::of(state, seat, "/cases", title),
        was_asked: !asked.is_empty(),
        asked,
        found,
        whom,
        tag: fields.text("tag").to_owned(),
        inputs: filled(inputs(state), fields, &problems),
        further: filled(further, fields, &problems),
        further_words: if SIGNS.contains(&role) {
            "An override names every reason that stands then and stays visible to the end of the case."
        } else {
            "Consent and override are signed by a radiologist on the case page. Recording never waits for them."
        },
        problems,
    })?)
}

fn inputs(state: &State) -> Vec<Input> {
    let book = &state.desk.rules().book;
    let mut options: Vec<(String, String)> = book
        .procedures
        .iter()
        .map(|(id, procedure)| {
            let family = crate::words::from_code(procedure.family.code());
            (id.clone(), format!("{family}: {}", procedure.name))
        })
        .collect();
    options.sort_by(|a, b| a.1.cmp(&b.1));
    let rooms = &state.desk.site().rooms;
    let rooms = rooms
        .iter()
        .map(|room| (room.name.clone(), room.name.clone()))
        .collect();
    let mut inputs = vec![
        Input::select("procedure", "Procedure, by family", options),
        Input::choice(
            "side",
            "Side",
            &[
                ("left", "Left"),
                ("right", "Right"),
                ("both", "Both"),
                ("not_applicable", "No side"),
                ("not_stated", "Not decided"),
            ],
        ),
        Input::text("site", "Site").optional(),
        Input::choice(
            "urgency",
            "How soon",
            &[
                ("immediate", "Within half an hour"),
                ("within_1_h", "Within 1 h"),
                ("within_6_h", "Within 6 h"),
                ("within_24_h", "Within 24 h"),
            ],
        ),
        Input::text("referred_by", "Who asks for it"),
        Input::area("indication", "Why it is needed"),
        Input::select("room", "Room", rooms)
            .hint("with a room the modality finds the patient on its worklist at once")
            .optional(),
        Input::number("minutes", "Time in the room", "min").value("60"),
        Input::text(
            "another_because",
            "Why another case, when one is open for the same procedure",
        )
        .optional(),
    ];
    inputs.extend(MINIMUM.iter().map(|(name, label)| {
        Input::text(name, label)
            .hint("empty = nobody has said")
            .optional()
    }));
    inputs
}

/// What this role may say at once about the steps that follow.
fn further_inputs(role: Role) -> Vec<Input> {
    let mut inputs = Vec::new();
    if ARRIVES.contains(&role) {
        let mut options = vec![("away", "Not here yet"), ("here", "In the department")];
        if ENTERS.contains(&role) {
            options.push(("room", "In the room"));
        }
        inputs.push(Input::choice("now_at", "The patient is", &options));
        inputs.push(
            Input::text("first_identifier", "First identifier that was checked")
                .hint("name, date of birth or tag on the wristband")
                .optional(),
        );
        inputs.push(
            Input::text("second_identifier", "Second identifier that was checked")
                .hint("hospital number, or who brought the patient")
                .optional(),
        );
    }
    if SIGNS.contains(&role) {
        inputs.push(Input::choice(
            "consent",
            "Consent",
            &[
                ("oral_documented", "Oral, documented"),
                ("proxy", "By a proxy"),
                ("presumed_emergency", "Presumed, emergency"),
                ("two_doctors", "Two doctors"),
                ("not_yet", "Not yet"),
            ],
        ));
        inputs
            .push(Input::text("consent_words", "What was discussed, or why it was not").optional());
        inputs.push(Input::text("consent_by", "Consent given by").optional());
        inputs.push(
            Input::area(
                "override",
                "Override: why this patient goes on before everything is ready",
            )
            .optional(),
        );
    }
    inputs
}
