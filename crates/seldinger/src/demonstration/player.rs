//! Plays the department: whatever is due by now is done, the earliest first, each step at its own time.

use super::calendar::Calendar;
use super::facts::{facts, last_intake};
use super::messages::messages;
use super::objects::{Sent, Visit, instance_uid, objects, send};
use super::scene::{Scene, Step};
use super::staff::staff_in;
use super::story::{Course, STORIES, Story};
use anyhow::{Context as _, Result};
use case::{
    BookedStep, Case, Command, EmergencyEntry, EmergencyUrgency, NewProcedure, OrderNumbers,
    ProcedureNumber, Referral, ScheduledStep, State, Stated, Statement, What,
};
use dicom::node::DeskDoor;
use exchange::hl7::receive::{Hl7Door, Hl7Settings};
use jiff::Timestamp;
use jiff::civil::Date;
use model::{Laterality, PatientIdentifier, ProcedureId, Role, Urgency};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;
use store::ObjectKey;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use workflow::act_on_case::act_on_case;
use workflow::case_file::{case_events, load_case};
use workflow::open_case_by_hand::{CaseByHand, Whose, open_case_by_hand};
use workflow::record_patient_facts::{PatientFact, record_patient_facts};
use workflow::{Desk, Patient, Room, SetClock};

/// How often it is looked at whether a step is due.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// More steps than the department has in a day; a story that does not end is left to the people.
const STEPS_MAX: usize = 20_000;

/// One day of the demonstration.
pub struct Player {
    /// On the clock of the step that is being done.
    desk: Desk,
    clock: Arc<SetClock>,
    hl7: Hl7Door,
    modality: DeskDoor,
    day: Date,
    issuer: String,
    /// How many of a story's messages have gone out since this start.
    said: Vec<usize>,
    /// Stories whose next step was refused: told once, then left to the people.
    stuck: BTreeMap<usize, String>,
}

/// One thing that is due for a story.
enum Deed {
    Message(String),
    Facts(Vec<PatientFact>),
    OpenCase,
    Object(Box<Case>, Sent),
    Command(Box<Case>, Role, Box<Command>),
}

/// Fills the department, says so through `full`, and plays the day until `stop`.
pub async fn play(
    desk: Desk,
    hl7: Hl7Settings,
    day: Date,
    full: watch::Sender<bool>,
    stop: CancellationToken,
) {
    let running = desk.clone();
    let mut player = Player::new(&desk, hl7, day);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            played = player.play_until(running.now()) => match played {
                Ok(_) if *full.borrow() => {}
                Ok(steps) => {
                    tracing::info!(steps, "the demonstration is full");
                    full.send_replace(true);
                }
                Err(error) => tracing::error!("could not play the demonstration on: {error:#}"),
            },
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
    }
}

impl Player {
    pub fn new(desk: &Desk, hl7: Hl7Settings, day: Date) -> Self {
        let clock = Arc::new(SetClock::new(desk.now()));
        let desk = desk.on_clock(clock.clone());
        Self {
            hl7: Hl7Door::new(desk.clone(), hl7),
            modality: DeskDoor::new(desk.clone()),
            issuer: desk.site().patient_issuer.clone().unwrap_or_default(),
            desk,
            clock,
            day,
            said: vec![0; STORIES.len()],
            stuck: BTreeMap::new(),
        }
    }

    /// Does everything that is due by then, in the order of its time; gives the number of steps.
    /// # Errors
    /// A message that is not taken, an object that is not kept, or the store.
    pub async fn play_until(&mut self, now: Timestamp) -> Result<usize> {
        let mut waiting: BTreeSet<(Timestamp, usize)> = BTreeSet::new();
        for place in 0..STORIES.len() {
            waiting.extend(self.due(place).await?.map(|(at, _)| (at, place)));
        }
        let mut steps = 0;
        while let Some((at, place)) = waiting.pop_first() {
            if at > now || steps >= STEPS_MAX {
                break;
            }
            // Looked at again: a person may have been faster.
            let Some((at, deed)) = self.due(place).await? else {
                continue;
            };
            if at <= now {
                self.clock.set(at);
                self.act(place, deed).await?;
                steps += 1;
            }
            waiting.extend(self.due(place).await?.map(|(at, _)| (at, place)));
        }
        Ok(steps)
    }

    fn calendar(&self, story: &Story) -> Calendar {
        Calendar {
            day: story.day(self.day),
            zone: self.desk.site().zone_or_utc(),
        }
    }

    fn room(&self, story: &Story) -> Result<Room> {
        let site = self.desk.site();
        let room = site.room_named(story.room).or_else(|| site.rooms.first());
        Ok(room.context("no room is set")?.clone())
    }

    /// What comes next for a story, and when; `None` when it is at its end or with the people.
    async fn due(&self, place: usize) -> Result<Option<(Timestamp, Deed)>> {
        let Some(story) = STORIES
            .get(place)
            .filter(|_| !self.stuck.contains_key(&place))
        else {
            return Ok(None);
        };
        let calendar = self.calendar(story);
        let said = self.said.get(place).copied().unwrap_or(0);
        let message = messages(story, place, &calendar, &self.issuer)
            .into_iter()
            .nth(said)
            .map(|(at, text)| (at, Deed::Message(text)));
        let number = PatientIdentifier::new(&Story::number(place), &self.issuer)?;
        let Some(patient) = Patient::find(self.desk.query(), &number).await? else {
            return Ok(message);
        };
        let learned = self.facts_due(story, &calendar, &patient);
        let of_case = self.of_case(story, place, &calendar, &patient).await?;
        let next = [message, learned, of_case].into_iter().flatten();
        Ok(next.min_by_key(|(at, _)| *at))
    }

    fn facts_due(
        &self,
        story: &Story,
        calendar: &Calendar,
        patient: &Patient,
    ) -> Option<(Timestamp, Deed)> {
        let known = &patient.facts;
        if known.medicines_asked || !known.medicines.is_empty() {
            let told = last_intake(story, calendar.day).filter(|_| known.last_intakes.is_empty());
            let (hour, minute) = story.start;
            let arrives = i64::from(hour) * 60 + i64::from(minute) - 50;
            return told.map(|told| (calendar.at(0, arrives), Deed::Facts(vec![told])));
        }
        match story.course {
            Course::ToVet | Course::ToBook => None,
            Course::Emergency => {
                let told = Deed::Facts(facts(story));
                Some((self.called(story, calendar, 3), told))
            }
            // Before the booking: holds of medicines begin days before the day.
            _ => Some((calendar.at(-6, 8 * 60 + 20), Deed::Facts(facts(story)))),
        }
    }

    /// So many minutes after the call for the emergency.
    fn called(&self, story: &Story, calendar: &Calendar, minutes: i64) -> Timestamp {
        let (hour, minute) = story.start;
        calendar.at(0, i64::from(hour) * 60 + i64::from(minute) - 55 + minutes)
    }

    async fn of_case(
        &self,
        story: &Story,
        place: usize,
        calendar: &Calendar,
        patient: &Patient,
    ) -> Result<Option<(Timestamp, Deed)>> {
        let query = self.desk.query();
        let cases = query.cases_of_patient(patient.key.as_str()).await?;
        let Some(id) = cases.first().map(|entry| entry.case.case_id.clone()) else {
            let opens = story.course == Course::Emergency;
            return Ok(opens.then(|| (self.called(story, calendar, 1), Deed::OpenCase)));
        };
        let case = load_case(query, &id).await?;
        let case = case.context("the case of this story is not there")?;
        if case.state == State::Closed {
            return Ok(None);
        }
        let room = self.room(story)?;
        let rules = self.desk.rules();
        let procedure = rules.book.procedures.get(story.procedure);
        let procedure = procedure.context("the procedure of this story is not in the catalogue")?;
        let scene = Scene {
            desk: &self.desk,
            story,
            case: &case,
            procedure,
            room: &room,
            calendar,
            place: i64::try_from(place)?,
        };
        let last = case_events(query, &case.id).await?;
        let last = last.last().map(|event| event.at);
        // Nothing happens before what has happened already.
        let not_before = |at: Timestamp| last.map_or(at, |last| last.max(at));
        let command = scene.due();
        let object = if case.started_at.is_some() {
            let come = query.objects_of_case(&id).await?;
            let study = study_of(&case);
            let is_here = |sent: Sent| {
                let uid = instance_uid(&study, sent);
                come.iter().any(|row| row.sop_instance_uid == uid)
            };
            let needle = scene.needle();
            let all = objects(room.modality, scene.work());
            let next = all.into_iter().find(|(_, sent)| !is_here(*sent));
            next.map(|(minute, sent)| (super::calendar::later(needle, minute), sent))
        } else {
            None
        };
        Ok(match (command, object) {
            (Some(step), Some((at, sent))) if at < step.at => {
                Some((not_before(at), Deed::Object(Box::new(case.clone()), sent)))
            }
            (None, Some((at, sent))) => {
                Some((not_before(at), Deed::Object(Box::new(case.clone()), sent)))
            }
            (Some(Step { at, role, command }), _) => {
                let deed = Deed::Command(Box::new(case.clone()), role, Box::new(command));
                Some((not_before(at), deed))
            }
            (None, None) => None,
        })
    }

    async fn act(&mut self, place: usize, deed: Deed) -> Result<()> {
        let Some(story) = STORIES.get(place) else {
            return Ok(());
        };
        let room = self.room(story)?;
        match deed {
            Deed::Message(text) => {
                self.say(story, text).await?;
                if let Some(said) = self.said.get_mut(place) {
                    *said += 1;
                }
            }
            Deed::Facts(facts) => {
                let number = PatientIdentifier::new(&Story::number(place), &self.issuer)?;
                let patient = Patient::find(self.desk.query(), &number).await?;
                let patient = patient.context("the patient of this story is not there")?;
                let nurse = staff_in(Role::IrNurse, &room);
                record_patient_facts(&self.desk, &nurse, patient.key.as_str(), &facts).await?;
            }
            Deed::OpenCase => self.open(story, place, &room).await?,
            Deed::Object(case, sent) => self.send(story, &case, &room, sent).await?,
            Deed::Command(case, role, command) => {
                let by = staff_in(role, &room);
                let version = Some(case.version);
                let acted = act_on_case(&self.desk, &by, case.id.as_str(), version, &command).await;
                if let Err(refused) = acted {
                    let step = command.name();
                    tracing::warn!(case = %case.id, step, "a step of the demonstration was refused: {refused}");
                    self.stuck
                        .insert(place, format!("{} {step}: {refused}", story.family));
                }
            }
        }
        Ok(())
    }

    async fn say(&self, story: &Story, text: String) -> Result<()> {
        let bytes = text.into_bytes().into();
        for answered in self.hl7.take(&bytes, "demonstration", "").await {
            if let Some(fault) = &answered.answer.fault {
                anyhow::bail!("message of {}: {fault}", story.family);
            }
        }
        Ok(())
    }

    /// The emergency is called in by telephone: nobody waits for an order.
    async fn open(&self, story: &Story, place: usize, room: &Room) -> Result<()> {
        let number = PatientIdentifier::new(&Story::number(place), &self.issuer)?;
        let patient = Patient::find(self.desk.query(), &number).await?;
        let patient = patient.context("the patient of this story is not there")?;
        let (hour, minute) = story.start;
        let start = self
            .calendar(story)
            .at(0, i64::from(hour) * 60 + i64::from(minute));
        let said = |about: &str, words: &str| Statement {
            about: about.to_owned(),
            words: words.to_owned(),
        };
        let new = CaseByHand {
            whose: Whose::Known {
                patient_key: patient.key.to_string(),
            },
            referral: Referral {
                patient: patient.key.clone(),
                procedures: vec![NewProcedure {
                    what: What::Catalogue(ProcedureId::new(story.procedure)?),
                    sender_code: None,
                    side: Laterality::NotApplicable,
                    site: String::new(),
                    accession: None,
                    study: None,
                    orders: OrderNumbers::default(),
                }],
                urgency: Urgency::Emergency,
                indication: story.indication.to_owned(),
                referrer: "Dr Palonen, emergency department".to_owned(),
                result_to: "Dr Palonen, emergency department".to_owned(),
                wanted_at: None,
                statements: Vec::new(),
                index_case: None,
            },
            emergency: Some(EmergencyEntry {
                urgency: EmergencyUrgency::WithinOneHour,
                referred_by: "Dr Palonen, emergency department".to_owned(),
                indication: story.indication.to_owned(),
                identity_known: Stated::Yes("wristband".to_owned()),
                minimum: vec![
                    said("anticoagulant", "none"),
                    said("allergy", "none known"),
                    said("airway", "free, awake"),
                ],
                steps: vec![BookedStep {
                    procedure: ProcedureNumber(1),
                    step: ScheduledStep {
                        step_id: String::new(),
                        room: room.name.clone(),
                        station: room.station.clone(),
                        start,
                        duration_minutes: story.minutes,
                        modality: room.modality,
                    },
                }],
            }),
            another_because: String::new(),
        };
        open_case_by_hand(&self.desk, &staff_in(Role::Radiologist, room), &new).await?;
        Ok(())
    }

    async fn send(&self, story: &Story, case: &Case, room: &Room, sent: Sent) -> Result<()> {
        let family = self.desk.rules().book.procedures.get(story.procedure);
        let family = family.context("the procedure of this story is not in the catalogue")?;
        let accession = case.live().find_map(|it| it.accession.as_ref());
        let visit = Visit {
            story,
            room,
            family: family.family,
            accession: accession
                .map(model::AccessionNumber::as_str)
                .unwrap_or_default(),
            work: i64::from(story.minutes) * 3 / 4,
            now: self.desk.now_here().datetime(),
        };
        let first = instance_uid(&study_of(case), Sent::Picture(1));
        let come = self.desk.query().object(&first).await?;
        let first = come.first().and_then(|row| ObjectKey::parse(&row.sha256));
        let first = first.map(|key| self.desk.objects().get(&key)).transpose()?;
        send(&self.modality, &visit, sent, first).await
    }

    /// Steps that were refused, with the reason.
    #[cfg(test)]
    pub fn refused(&self) -> Vec<&str> {
        self.stuck.values().map(String::as_str).collect()
    }
}

fn study_of(case: &Case) -> String {
    let study = case.live().find_map(|it| it.study.as_ref());
    study.map(ToString::to_string).unwrap_or_default()
}
