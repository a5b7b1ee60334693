//! Sends the messages, then walks every case on as its time comes.

use super::messages::messages;
use super::steps::{Scene, staff};
use super::story::{Background, STORIES, Story};
use anyhow::{Context as _, Result};
use exchange::hl7::receive::Hl7Door;
use jiff::civil::{Date, time};
use model::{PatientIdentifier, Role};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use workflow::act_on_case::act_on_case;
use workflow::case_file::load_case;
use workflow::patient::Medicine;
use workflow::record_patient_facts::{PatientFact, record_patient_facts};
use workflow::{Desk, Patient};

/// How often it is looked at whether a step is due.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// More steps than a case has.
const STEPS_MAX: usize = 60;

/// One day of the demonstration.
pub struct Player {
    desk: Desk,
    day: Date,
    issuer: String,
    /// Places in the list whose next step was refused: told once, then left to the people.
    stuck: BTreeMap<usize, String>,
}

/// Fills the department, says so, and plays the day until `stop`.
pub async fn play(desk: Desk, door: Hl7Door, day: Date, stop: CancellationToken) {
    let mut player = Player::new(desk, day);
    tokio::select! {
        () = stop.cancelled() => return,
        filled = player.fill(&door) => match filled {
            Ok(cases) => tracing::info!(cases, "the demonstration is full"),
            Err(error) => return tracing::error!("could not fill the demonstration: {error:#}"),
        },
    }
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
        if let Err(error) = player.walk().await {
            tracing::error!("could not play the demonstration on: {error:#}");
        }
    }
}

impl Player {
    pub fn new(desk: Desk, day: Date) -> Self {
        let issuer = desk.site().patient_issuer.clone().unwrap_or_default();
        Self {
            desk,
            day,
            issuer,
            stuck: BTreeMap::new(),
        }
    }

    /// Sends what was not sent yet and does what is due by now; gives the number of patients.
    /// # Errors
    /// A message that is not taken, or the store.
    pub async fn fill(&mut self, door: &Hl7Door) -> Result<usize> {
        for (place, story) in STORIES.iter().enumerate() {
            for text in messages(story, place, self.day, &self.issuer) {
                for answered in door
                    .take(&text.into_bytes().into(), "demonstration", "")
                    .await
                {
                    if let Some(fault) = &answered.answer.fault {
                        anyhow::bail!("message of {}: {fault}", story.family);
                    }
                }
            }
            self.say_what_is_known(story, place).await?;
            self.walk_one(story, place).await?;
        }
        Ok(STORIES.len())
    }

    /// Does for every case what is due by now.
    /// # Errors
    /// The store.
    pub async fn walk(&mut self) -> Result<()> {
        for (place, story) in STORIES.iter().enumerate() {
            if !self.stuck.contains_key(&place) {
                self.walk_one(story, place).await?;
            }
        }
        Ok(())
    }

    async fn patient(&self, place: usize) -> Result<Patient> {
        let number = PatientIdentifier::new(&Story::number(place), &self.issuer)?;
        let found = Patient::find(self.desk.query(), &number).await?;
        found.context("the patient of this story is not there")
    }

    /// What the nurse learned on the telephone.
    async fn say_what_is_known(&self, story: &Story, place: usize) -> Result<()> {
        let patient = self.patient(place).await?;
        if patient.facts.medicines_asked || !patient.facts.medicines.is_empty() {
            return Ok(());
        }
        let takes = |inn: &str, atc: &str, dose: &str, times: &[&str], indication: &str| {
            PatientFact::Medicine(Medicine {
                inn: inn.to_owned(),
                atc: atc.to_owned(),
                dose: dose.to_owned(),
                times: times.iter().map(|time| (*time).to_owned()).collect(),
                indication: indication.to_owned(),
            })
        };
        let mut facts = vec![match story.background {
            Background::Plain | Background::ContrastAllergy => PatientFact::NoMedicines,
            Background::Warfarin => takes(
                "warfarin",
                "B01AA03",
                "5 mg",
                &["20:00"],
                "atrial fibrillation",
            ),
            Background::Kidneys => takes(
                "aspirin",
                "B01AC06",
                "100 mg",
                &["08:00"],
                "arterial disease",
            ),
            Background::Apixaban => takes(
                "apixaban",
                "B01AF02",
                "5 mg",
                &["08:00", "20:00"],
                "atrial fibrillation",
            ),
        }];
        if story.background != Background::ContrastAllergy {
            facts.push(PatientFact::NoAllergies);
        }
        facts.push(PatientFact::Language("fi".to_owned()));
        facts.push(PatientFact::Companion("a relative".to_owned()));
        let nurse = staff(Role::IrNurse);
        record_patient_facts(&self.desk, &nurse, patient.key.as_str(), &facts).await?;
        Ok(())
    }

    async fn walk_one(&mut self, story: &Story, place: usize) -> Result<()> {
        let patient = self.patient(place).await?;
        let cases = self
            .desk
            .query()
            .cases_of_patient(patient.key.as_str())
            .await?;
        let Some(id) = cases.first().map(|entry| entry.case.case_id.clone()) else {
            return Ok(());
        };
        let (hour, minute) = story.start;
        let start = self
            .day
            .to_datetime(time(hour, minute, 0, 0))
            .to_zoned_datetime(self.desk.site().zone_or_utc())?
            .timestamp();
        let room = self
            .desk
            .site()
            .room_named(story.room)
            .or_else(|| self.desk.site().rooms.first());
        let room = room.context("no room is set")?.clone();
        let rules = self.desk.rules();
        let procedure = rules.book.procedures.get(story.procedure);
        let procedure = procedure.context("the procedure of this story is not in the catalogue")?;
        for _ in 0..STEPS_MAX {
            let case = load_case(self.desk.query(), &id).await?;
            let case = case.context("the case of this story is not there")?;
            let scene = Scene {
                desk: &self.desk,
                story,
                case: &case,
                procedure,
                room: &room,
                start,
                now: self.desk.now(),
            };
            let Some((role, command)) = scene.due() else {
                return Ok(());
            };
            let acted =
                act_on_case(&self.desk, &staff(role), &id, Some(case.version), &command).await;
            if let Err(refused) = acted {
                let step = command.name();
                tracing::warn!(case = %id, step, "a step of the demonstration was refused: {refused}");
                self.stuck
                    .insert(place, format!("{} {step}: {refused}", story.family));
                return Ok(());
            }
        }
        Ok(())
    }

    /// Steps that were refused, with the reason.
    #[cfg(test)]
    pub fn refused(&self) -> Vec<&str> {
        self.stuck.values().map(String::as_str).collect()
    }
}
