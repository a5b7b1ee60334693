//! What a door is given to work with.

use crate::case_dose::{NoReader, ReadDoseReport};
use crate::clock::Clock;
use crate::rules::Rules;
use crate::site::Site;
use case::PathwayRules;
use jiff::{Timestamp, ZonedDateTime};
use model::{CaseId, PatientKey};
use std::sync::Arc;
use store::{Commit, CommitError, ObjectError, Objects, Query, QueryError, Store, Writer};

/// Everything that things happen with. Cheap to clone; doors pass it to the functions of this room.
#[derive(Debug, Clone)]
pub struct Desk {
    writer: Writer,
    query: Query,
    objects: Objects,
    clock: Arc<dyn Clock>,
    site: Arc<Site>,
    rules: Arc<Rules>,
    dose_reports: Arc<dyn ReadDoseReport>,
}

/// Why something could not be done. Refusals by the clinical rules are values of the functions themselves.
#[derive(Debug, thiserror::Error)]
pub enum WorkError {
    #[error("could not read")]
    Read(#[from] QueryError),
    #[error("could not write")]
    Write(#[from] CommitError),
    #[error("could not keep or read the bytes")]
    Object(#[from] ObjectError),
    #[error("this machine gives no random numbers: {0}")]
    Random(String),
    /// What is stored cannot be what this program wrote.
    #[error("stored data is damaged: {0}")]
    Damaged(String),
}

impl Desk {
    pub fn new(store: Store, clock: Arc<dyn Clock>, site: Arc<Site>, rules: Arc<Rules>) -> Self {
        let Store {
            query,
            writer,
            objects,
        } = store;
        Self {
            writer,
            query,
            objects,
            clock,
            site,
            rules,
            dose_reports: Arc::new(NoReader),
        }
    }

    /// The same desk by another clock. Only the demonstration has one beside the running clock.
    #[must_use]
    pub fn on_clock(&self, clock: Arc<dyn Clock>) -> Self {
        Self {
            clock,
            ..self.clone()
        }
    }

    /// With a reader of dose reports: without one no dose is worked out.
    #[must_use]
    pub fn reading_dose_reports(mut self, reader: Arc<dyn ReadDoseReport>) -> Self {
        self.dose_reports = reader;
        self
    }

    pub(crate) fn dose_reports(&self) -> &dyn ReadDoseReport {
        self.dose_reports.as_ref()
    }

    pub fn query(&self) -> &Query {
        &self.query
    }

    pub fn objects(&self) -> &Objects {
        &self.objects
    }

    pub fn site(&self) -> &Site {
        &self.site
    }

    /// The pathway's lists: checklists, cancel reasons, intervals.
    pub fn pathway(&self) -> &PathwayRules {
        &self.rules.lists
    }

    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Now on the hospital's clocks.
    pub fn now_here(&self) -> ZonedDateTime {
        self.now().to_zoned_datetime(self.site.zone_or_utc())
    }

    /// Only the functions of this room write.
    pub(crate) async fn commit(&self, commit: Commit) -> Result<(), CommitError> {
        self.writer.commit(commit).await
    }

    /// A new case id: year and running number, e.g. `26-000318`.
    pub(crate) async fn new_case_id(&self) -> Result<CaseId, WorkError> {
        let year = self.now_here().year().rem_euclid(100);
        let number = self.writer.next_number(&format!("case-{year:02}")).await?;
        CaseId::new(&format!("{year:02}-{number:06}"))
            .map_err(|error| WorkError::Damaged(error.to_string()))
    }

    pub(crate) async fn new_patient_key(&self) -> Result<PatientKey, WorkError> {
        let number = self.writer.next_number("patient").await?;
        PatientKey::new(&format!("p{number}"))
            .map_err(|error| WorkError::Damaged(error.to_string()))
    }

    /// A running number for things that need one (task ids, accession numbers of ours).
    pub(crate) async fn next_number(&self, counter: &str) -> Result<i64, WorkError> {
        Ok(self.writer.next_number(counter).await?)
    }
}
