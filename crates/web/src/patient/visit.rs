//! Which paper a visit calls for now — before it, after it, or when it is cancelled — with everything that stands on
//! it. Page and PDF are made from the same value.

use crate::patient::dose_told::dose_told;
use crate::patient::plan::{PlanBody, patient_plan, visit_frame};
use crate::refusal::Refusal;
use crate::state::State;
use case::{Case, Rebook, Restart, State as Place, TrackKind};
use jiff::{SignedDuration, ZonedDateTime};
use letters::patient_plan::{
    AfterStep, DoseMoment, FollowUp, MedicineName, PatientPlan, Results, Ruled, Standing,
};
use letters::{
    AtHome, CancellationInput, DischargeInput, Language, LetterError, NewTime, Print, Resume,
    SheetInput, cancellation_letter, discharge_sheet, preparation_sheet,
};
use workflow::Patient;

/// The paper of now.
#[derive(Debug, Clone)]
pub enum Paper {
    Prepare(Box<PatientPlan>),
    Cancelled(Box<CancellationInput>),
    Home(Box<DischargeInput>),
}

impl Paper {
    /// As a tagged PDF. It computes for tens of milliseconds.
    /// # Errors
    /// As the letters themselves.
    pub fn pdf(&self, language: Language, print: Print) -> Result<Vec<u8>, LetterError> {
        match self {
            Self::Prepare(plan) => preparation_sheet(&SheetInput {
                plan,
                language,
                print,
            }),
            Self::Cancelled(input) => cancellation_letter(input),
            Self::Home(input) => discharge_sheet(input),
        }
    }
}

/// `None` while nothing is booked and nothing was done.
/// # Errors
/// The store.
pub async fn paper(
    state: &State,
    case: &Case,
    patient: &Patient,
    language: Language,
    print: Print,
) -> Result<Option<Paper>, Refusal> {
    let row = state.desk.query().plan(case.id.as_str()).await?;
    let body = PlanBody::of(state, row.as_ref());
    if case.cancellation.is_some() || case.state == Place::Cancelled {
        let input = cancelled(state, case, patient, &body, (language, print));
        return Ok(Some(Paper::Cancelled(Box::new(input))));
    }
    if case.ended.is_some() {
        let zone = state.desk.site().zone_or_utc();
        let ended = case.ended.as_ref().map(|end| end.happened_at());
        let day = ended
            .unwrap_or(state.desk.now())
            .to_zoned_datetime(zone)
            .date();
        let told = dose_told(state, case, patient, day).await?;
        let input =
            home(state, case, patient, &body, (language, print)).map(|input| DischargeInput {
                dose: Some(told),
                ..input
            });
        return Ok(input.map(|input| Paper::Home(Box::new(input))));
    }
    if case.appointment().is_none() {
        return Ok(None);
    }
    let plan = patient_plan(state, case, patient, row.as_ref())?;
    Ok(Some(Paper::Prepare(Box::new(plan))))
}

fn cancelled(
    state: &State,
    case: &Case,
    patient: &Patient,
    body: &PlanBody,
    (language, print): (Language, Print),
) -> CancellationInput {
    let frame = visit_frame(state, case, patient);
    let zone = state.desk.site().zone_or_utc();
    // Nobody but the unit says when a medicine that was stopped for a cancelled visit starts again.
    let medicines = body
        .stopped()
        .into_iter()
        .map(|medicine| Ruled::approved(Resume::AskFirst(medicine)))
        .collect();
    let rebook = case.cancellation.as_ref().map(|said| said.what.rebook);
    CancellationInput {
        language,
        print,
        demonstration: frame.demonstration,
        patient: frame.patient,
        hospital: frame.hospital,
        procedure: frame.procedure,
        was_at: case
            .appointment()
            .map(|at| at.to_zoned_datetime(zone.clone())),
        new_time: match rebook {
            Some(Rebook::Yes) => NewTime::Follows,
            Some(Rebook::No) => NewTime::None,
            Some(Rebook::NotDecided) | None => NewTime::NotDecided,
        },
        medicines,
        unit_says: match &case.restart {
            Some(Restart::Given(words)) => Some(words.clone()),
            Some(Restart::NotNeeded | Restart::Owed) | None => None,
        },
        contacts: frame.contacts,
        version: frame.version,
    }
}

fn home(
    state: &State,
    case: &Case,
    patient: &Patient,
    body: &PlanBody,
    (language, print): (Language, Print),
) -> Option<DischargeInput> {
    let frame = visit_frame(state, case, patient);
    let ended = case
        .ended
        .as_ref()?
        .happened_at()
        .to_zoned_datetime(state.desk.site().zone_or_utc());
    let mut aftercare = frame.aftercare;
    now_or_over(state, case, &mut aftercare.steps);
    let discharge = case.discharge.as_ref().map(|said| &said.what);
    Some(DischargeInput {
        language,
        print,
        demonstration: frame.demonstration,
        patient: frame.patient,
        hospital: frame.hospital,
        procedure: frame.procedure,
        done_on: ended.date(),
        aftercare,
        medicines: medicines(body, &ended),
        results: results(case, frame.results),
        dose: None,
        unit_says: discharge
            .map(|said| said.restart.clone())
            .filter(|words| !words.trim().is_empty()),
        contacts: frame.contacts,
        version: frame.version,
    })
}

/// Rest with its end while it lasts; nothing of lying and watching once the patient has gone home.
fn now_or_over(state: &State, case: &Case, steps: &mut Vec<Ruled<AfterStep>>) {
    let ends = case.recovery.as_ref().and_then(|said| said.bed_rest_ends);
    let lies = ends.filter(|ends| *ends > state.desk.now() && case.discharge.is_none());
    if ends.is_none() && case.discharge.is_none() {
        return;
    }
    steps.retain(|step| {
        !matches!(
            step.value,
            AfterStep::NoBedRest
                | AfterStep::BedRestHours(_)
                | AfterStep::StayWatchedHours(_)
                | AfterStep::LieOnRightSide
        ) && (lies.is_some() || step.value != AfterStep::LegStraight)
    });
    if let Some(ends) = lies {
        let zone = state.desk.site().zone_or_utc();
        let until = AfterStep::BedRestUntil(ends.to_zoned_datetime(zone));
        // The nurse at the bed has set this end.
        steps.insert(0, Ruled::approved(until));
    }
}

/// Every medicine of the plan: as usual, from a moment on, or after asking.
fn medicines(body: &PlanBody, ended: &ZonedDateTime) -> Vec<(MedicineName, Ruled<AtHome>)> {
    body.medicines()
        .into_iter()
        .map(|row| {
            let at_home = match (row.action.as_str(), row.restart_hours) {
                ("continue", _) => AtHome::AsUsual,
                ("hold", Some(hours)) => ended
                    .checked_add(SignedDuration::from_hours(hours))
                    .map_or(AtHome::AskFirst, |at| {
                        AtHome::StartAgain(DoseMoment::At(at))
                    }),
                _ => AtHome::AskFirst,
            };
            let standing = if row.is_approved || at_home == AtHome::AskFirst {
                Standing::Approved
            } else {
                Standing::NotApproved
            };
            let value = Ruled {
                value: at_home,
                standing,
            };
            (row.medicine, value)
        })
        .collect()
}

/// Until when the result is told, as the track of the case says.
fn results(case: &Case, known: Results) -> Results {
    let due = case
        .tracks
        .iter()
        .filter(|track| track.kind == TrackKind::Results && track.is_open())
        .filter_map(|track| track.due)
        .max();
    let told_by = case
        .discharge
        .as_ref()
        .map(|said| said.what.results_by.clone())
        .filter(|words| !words.trim().is_empty());
    Results {
        told_by: told_by.or(known.told_by),
        by: due,
        appointment: FollowUp::NotBooked,
    }
}
