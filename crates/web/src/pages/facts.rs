//! What is known of the patient: asked, answered, written down. Each answer plans the open cases again.

use crate::fields::Fields;
use crate::guard::{Form, Seated};
use crate::layout::{Frame, page};
use crate::pages::acts::inputs::{Input, Reader};
use crate::pages::banner::Banner;
use crate::pages::log_in::go_to;
use crate::pages::opened::{Ended, Opened, open};
use crate::state::State;
use crate::words;
use askama::Template;
use axum::Extension;
use axum::extract::{Path, State as Given};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use model::{Centimetre, Kilogram};
use workflow::act_on_case::ActError;
use workflow::patient::{Allergy, Medicine, Pregnancy};
use workflow::record_patient_facts::{FactsError, PatientFact, record_patient_facts};

#[derive(Template)]
#[template(path = "facts.html")]
struct FactsPage {
    frame: Frame,
    banner: Banner,
    case_id: String,
    problem: String,
    medicines: Vec<String>,
    medicines_asked: bool,
    allergies: Vec<String>,
    allergies_asked: bool,
    conditions: Vec<String>,
    forms: Vec<FactForm>,
}

/// One small form; `what` says which.
struct FactForm {
    what: &'static str,
    title: &'static str,
    button: &'static str,
    inputs: Vec<Input>,
}

pub async fn show(
    Given(state): Given<State>,
    Extension(seat): Seated,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Ended> {
    let opened = open(&state, &seat, &headers, &id, "facts").await?;
    facts_page(&state, &seat, opened, &Fields::default(), String::new())
}

pub async fn record(
    Given(state): Given<State>,
    Extension(seat): Seated,
    headers: HeaderMap,
    Path(id): Path<String>,
    Extension(fields): Form,
) -> Result<Response, Ended> {
    let opened = open(&state, &seat, &headers, &id, "facts").await?;
    let mut reader = Reader {
        fields: &fields,
        zone: state.desk.site().zone_or_utc(),
        now: state.desk.now(),
        wrong: Vec::new(),
    };
    let facts = read(&state, &mut reader);
    let problem = match reader.wrong.first() {
        Some((_, sentence)) => sentence.clone(),
        None => {
            let key = opened.patient.key.to_string();
            match record_patient_facts(&state.desk, &seat.session.actor(), &key, &facts).await {
                Ok(_) => return Ok(go_to(&format!("/cases/{id}/facts"))),
                Err(FactsError::Act(ActError::Work(error))) => return Err(error.into()),
                Err(refused) => refused.to_string(),
            }
        }
    };
    let shown = facts_page(&state, &seat, opened, &fields, problem)?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, shown).into_response())
}

fn read(state: &State, reader: &mut Reader<'_>) -> Vec<PatientFact> {
    let today = state.desk.now_here().date();
    let fact = match reader.maybe("what").as_str() {
        "no_medicines" => PatientFact::NoMedicines,
        "medicine" => PatientFact::Medicine(Medicine {
            inn: reader.text("inn", "the medicine").to_lowercase(),
            atc: reader.maybe("atc").to_uppercase(),
            dose: reader.maybe("dose"),
            times: reader.names("times"),
            indication: reader.maybe("indication"),
        }),
        "medicine_stopped" => PatientFact::MedicineStopped {
            inn: reader.text("stopped", "the medicine"),
        },
        "last_intake" => {
            let at = reader.moment("taken_at", "Last dose taken at");
            PatientFact::LastIntake {
                drug: reader.text("drug", "the medicine").to_lowercase(),
                at: at.to_zoned_datetime(reader.zone.clone()).datetime(),
                confirmed_by: reader.text("confirmed_by", "who said it"),
            }
        }
        "no_allergies" => PatientFact::NoAllergies,
        "allergy" => PatientFact::Allergy(Allergy {
            kind: reader.maybe("kind"),
            substance: reader.text("substance", "the substance"),
            reaction: reader.maybe("reaction"),
            severity: reader.maybe("severity"),
            year: reader.maybe("year").parse().ok(),
        }),
        "weight" => PatientFact::Weight {
            weight: Kilogram(reader.number("weight", "Weight", 0.3, 350.0)),
            on: reader.maybe_day("weight_on", "The day").or(Some(today)),
        },
        "height" => PatientFact::Height(Centimetre(reader.number("height", "Height", 20.0, 260.0))),
        "pregnancy" => PatientFact::Pregnancy(Pregnancy {
            status: reader.text("pregnancy", "the answer"),
            lmp: reader
                .maybe_day("lmp", "Last period")
                .map(|day| day.to_string()),
            gestation_weeks: reader.maybe("weeks").parse().ok(),
        }),
        "condition" => {
            let dated = reader.maybe("condition_dated");
            PatientFact::Condition(if dated.is_empty() {
                reader.text("condition", "the condition")
            } else {
                dated
            })
        }
        "ward" => PatientFact::Inpatient {
            ward: reader.text("ward", "the ward"),
        },
        "outpatient" => PatientFact::Outpatient,
        "words" => {
            let words = reader.text("words", "the words");
            match reader.maybe("about").as_str() {
                "companion" => PatientFact::Companion(words),
                "language" => PatientFact::Language(words),
                "interpreter" => PatientFact::Interpreter(words),
                "telephone" => PatientFact::Telephone(words),
                "implants" => PatientFact::Implants(words),
                "isolation" => PatientFact::Isolation(words),
                "guardian" => PatientFact::Guardian(words),
                "capacity" => PatientFact::Capacity(words),
                "limits" => PatientFact::LimitsOfTreatment(words),
                _ => {
                    reader.wrong("about", "choose what it is about");
                    return Vec::new();
                }
            }
        }
        _ => {
            reader.wrong("what", "the form does not say what was learned");
            return Vec::new();
        }
    };
    vec![fact]
}

fn forms(state: &State) -> Vec<FactForm> {
    let conditions = &state.desk.rules().book.conditions;
    let condition_names = conditions
        .iter()
        .filter(|condition| !condition.name.contains('{'))
        .map(|condition| (condition.name.clone(), words::from_code(&condition.name)))
        .collect();
    let kinds = [
        "iodinated_contrast",
        "gadolinium_contrast",
        "local_anaesthetic_amide",
        "local_anaesthetic_ester",
        "skin_antiseptic",
        "penicillin",
        "latex",
        "food",
    ];
    let kinds = kinds
        .iter()
        .map(|kind| ((*kind).to_owned(), words::from_code(kind)))
        .collect();
    vec![
        FactForm {
            what: "medicine",
            title: "A medicine the patient takes",
            button: "Add the medicine",
            inputs: vec![
                Input::text("inn", "Medicine").hint("generic name, lower case"),
                Input::text("dose", "Dose, as written").optional(),
                Input::text("times", "Clock times")
                    .hint("08:00, 20:00")
                    .optional(),
                Input::text("indication", "For").optional(),
                Input::text("atc", "ATC code").optional(),
            ],
        },
        FactForm {
            what: "allergy",
            title: "An allergy",
            button: "Add the allergy",
            inputs: vec![
                Input::text("substance", "To what"),
                Input::select("kind", "Kind", kinds),
                Input::text("reaction", "What happened").optional(),
                Input::choice(
                    "severity",
                    "How bad",
                    &[
                        ("mild", "Mild"),
                        ("moderate", "Moderate"),
                        ("severe", "Severe"),
                    ],
                ),
                Input::number("year", "Year", "").optional(),
            ],
        },
        FactForm {
            what: "last_intake",
            title: "The last dose that was really taken",
            button: "Save the dose",
            inputs: vec![
                Input::text("drug", "Medicine").hint("generic name, lower case"),
                Input::when("taken_at", "Last dose taken at"),
                Input::text("confirmed_by", "Said by"),
            ],
        },
        FactForm {
            what: "weight",
            title: "Weight",
            button: "Save the weight",
            inputs: vec![
                Input::number("weight", "Weight", "kg"),
                Input::day("weight_on", "Measured on").optional(),
            ],
        },
        FactForm {
            what: "pregnancy",
            title: "Pregnancy",
            button: "Save the answer",
            inputs: vec![
                Input::choice(
                    "pregnancy",
                    "Pregnancy",
                    &[
                        ("not_pregnant_stated", "Not pregnant"),
                        ("pregnant", "Pregnant"),
                        ("unknown", "Not known"),
                    ],
                ),
                Input::number("weeks", "Weeks", "").optional(),
                Input::day("lmp", "Last period").optional(),
            ],
        },
        FactForm {
            what: "condition",
            title: "A condition that the plan must know",
            button: "Add the condition",
            inputs: vec![
                Input::select("condition", "Condition", condition_names),
                Input::text("condition_dated", "Or one with a date or number")
                    .hint("as the rule book names it: vte_2027-01-28")
                    .optional(),
            ],
        },
        FactForm {
            what: "words",
            title: "Something else",
            button: "Save",
            inputs: vec![
                Input::select(
                    "about",
                    "About",
                    [
                        ("implants", "Implants"),
                        ("isolation", "Isolation"),
                        ("language", "Language, as a code: en, fi, sv"),
                        ("interpreter", "Interpreter and booking"),
                        ("companion", "Who takes the patient home"),
                        ("telephone", "Telephone"),
                        ("guardian", "Guardian or proxy"),
                        ("capacity", "Capacity to consent"),
                        ("limits", "Limits of treatment"),
                    ]
                    .iter()
                    .map(|(code, words)| ((*code).to_owned(), (*words).to_owned()))
                    .collect(),
                ),
                Input::text("words", "In words"),
            ],
        },
    ]
}

fn facts_page(
    state: &State,
    seat: &crate::guard::Seat,
    opened: Opened,
    fields: &Fields,
    problem: String,
) -> Result<Response, Ended> {
    let facts = &opened.patient.facts;
    let mut forms = forms(state);
    for form in &mut forms {
        if form.what == fields.text("what") {
            for input in &mut form.inputs {
                input.value = fields.text(&input.name).to_owned();
            }
        }
    }
    let title = if problem.is_empty() {
        "What is known"
    } else {
        "Error: what is known"
    };
    Ok(page(&FactsPage {
        frame: Frame::of(state, seat, "/cases", title),
        case_id: opened.case.id.to_string(),
        problem,
        medicines: facts
            .medicines
            .iter()
            .map(|medicine| {
                format!(
                    "{} {} {}",
                    medicine.inn,
                    medicine.dose,
                    medicine.times.join(", ")
                )
                .trim()
                .to_owned()
            })
            .collect(),
        medicines_asked: facts.medicines_asked,
        allergies: facts
            .allergies
            .iter()
            .map(|allergy| {
                format!(
                    "{} {} {}",
                    allergy.substance, allergy.reaction, allergy.severity
                )
                .trim()
                .to_owned()
            })
            .collect(),
        allergies_asked: facts.allergies_asked,
        conditions: facts
            .conditions
            .iter()
            .map(|condition| words::from_code(condition))
            .collect(),
        banner: opened.banner,
        forms,
    })?)
}
