//! What one message will change, gathered before it is committed as a whole.
//!
//! Patients and cases that were changed already in this message are found here first, so that two parts of a
//! message about the same person build on each other.

use crate::act_on_case::{decided_for, signature};
use crate::case_file::load_case;
use crate::desk::{Desk, WorkError};
use crate::new_numbers::is_demonstration_name;
use crate::patient::Patient;
use crate::receive_message::{NotApplied, ReceiveError, is_open};
use case::{Actor, Case, Command, DeathRecord};
use jiff::Timestamp;
use model::{PatientIdentifier, Role};
use std::collections::{BTreeMap, BTreeSet};
use store::Change;
use store::rows::{AuditRow, TaskRow};

pub(crate) struct Draft<'d> {
    pub desk: &'d Desk,
    pub by: Actor,
    pub at: Timestamp,
    /// For the sender's answer; no patient data.
    pub notes: Vec<String>,
    patients: BTreeMap<String, Patient>,
    cases: BTreeMap<String, Case>,
    changes: Vec<Change>,
}

impl<'d> Draft<'d> {
    pub fn new(desk: &'d Desk, by: Actor) -> Self {
        Self {
            desk,
            by,
            at: desk.now(),
            notes: Vec::new(),
            patients: BTreeMap::new(),
            cases: BTreeMap::new(),
            changes: Vec::new(),
        }
    }

    /// All changes, and the keys of the patients whose facts may have changed.
    pub fn finish(self) -> (Vec<Change>, Vec<String>) {
        (self.changes, self.patients.into_keys().collect())
    }

    pub fn add(&mut self, change: Change) {
        self.changes.push(change);
    }

    /// Who sent it, as the audit and the timeline name them.
    pub fn sender(&self) -> &str {
        self.by.shown()
    }

    /// Outside a demonstration nobody is taken in before the site is set up.
    pub fn refuse_when_not_configured(&self) -> Result<(), NotApplied> {
        let site = self.desk.site();
        let missing = site.missing();
        if site.demonstration || missing.is_empty() {
            Ok(())
        } else {
            Err(NotApplied::SiteNotConfigured(missing))
        }
    }

    pub fn refuse_demonstration_name(&self, family: &str) -> Result<(), NotApplied> {
        if !self.desk.site().demonstration && is_demonstration_name(family) {
            Err(NotApplied::DemonstrationPatient)
        } else {
            Ok(())
        }
    }

    /// The patient of an identifier as this draft leaves them.
    pub async fn patient_of(
        &self,
        identifier: &PatientIdentifier,
    ) -> Result<Option<Patient>, WorkError> {
        let here = self
            .patients
            .values()
            .find(|p| p.identifiers.contains(identifier));
        if let Some(patient) = here {
            return Ok(Some(patient.clone()));
        }
        let stored = Patient::find(self.desk.query(), identifier).await?;
        // One that this draft has changed and that no longer has the identifier has given it away.
        Ok(stored.filter(|patient| !self.patients.contains_key(patient.key.as_str())))
    }

    /// An identifier that this patient had not: two messages at once must not make two records of one person.
    pub fn claim_identifier(&mut self, identifier: &PatientIdentifier, patient: &Patient) {
        self.changes.push(Change::ClaimIdentifier {
            issuer: identifier.issuer().to_owned(),
            value: identifier.value().to_owned(),
            patient_key: patient.key.to_string(),
        });
    }

    /// Two messages at once about one order must not make two cases.
    pub fn claim_order(&mut self, order: &str, case: &model::CaseId) {
        self.changes.push(Change::Claim {
            what: order.to_owned(),
            by: case.to_string(),
        });
    }

    /// Saves a patient in this draft; nothing happens when nothing changed.
    pub fn save_patient(&mut self, patient: &mut Patient, kind: &str) -> Result<(), WorkError> {
        let (actor, role) = signature(&self.by);
        let changes = patient.saved(kind, self.at, &actor, &role)?;
        self.changes.extend(changes);
        self.changes.push(Change::Audit(AuditRow {
            at: self.at,
            actor,
            role,
            action: kind.to_owned(),
            patient_key: patient.key.to_string(),
            case_id: String::new(),
            detail: String::new(),
        }));
        patient.version += 1;
        self.patients
            .insert(patient.key.to_string(), patient.clone());
        Ok(())
    }

    /// The patient's facts matter to open cases although the record itself did not change.
    pub fn mark_for_planning(&mut self, patient: &Patient) {
        self.patients
            .insert(patient.key.to_string(), patient.clone());
    }

    /// A case as this draft leaves it.
    pub async fn case(&self, id: &str) -> Result<Option<Case>, WorkError> {
        match self.cases.get(id) {
            Some(case) => Ok(Some(case.clone())),
            None => load_case(self.desk.query(), id).await,
        }
    }

    /// Cases that this draft has made or changed.
    pub fn cases_here(&self) -> impl Iterator<Item = &Case> {
        self.cases.values()
    }

    /// All cases of a patient that are neither closed nor cancelled.
    pub async fn open_cases(&self, patient: &Patient) -> Result<Vec<Case>, WorkError> {
        let mut cases = self.all_cases(patient).await?;
        cases.retain(|case| is_open(case.state.code()));
        Ok(cases)
    }

    /// All cases of a patient, ended ones too.
    pub async fn all_cases(&self, patient: &Patient) -> Result<Vec<Case>, WorkError> {
        let stored = self
            .desk
            .query()
            .cases_of_patient(patient.key.as_str())
            .await?;
        let ids: BTreeSet<String> = stored
            .into_iter()
            .map(|entry| entry.case.case_id)
            .chain(self.cases.keys().cloned())
            .collect();
        let mut found = Vec::new();
        for id in ids {
            if let Some(case) = self.case(&id).await?
                && case.patient.as_ref() == Some(&patient.key)
            {
                found.push(case);
            }
        }
        Ok(found)
    }

    /// Does a command on a case in this draft and says what the case is then.
    pub async fn command(
        &mut self,
        before: &Case,
        command: &Command,
        patient: &Patient,
    ) -> Result<Case, ReceiveError> {
        let (after, changes) = decided_for(self.desk, &self.by, before, command, patient).await?;
        if after.version != before.version {
            self.changes.extend(changes);
            self.cases.insert(after.id.to_string(), after.clone());
        }
        Ok(after)
    }

    /// A death stops letters, messages and portal now: codes end, every open case knows, somebody is told.
    pub async fn record_death(
        &mut self,
        patient: &Patient,
        died_at: Option<Timestamp>,
    ) -> Result<(), ReceiveError> {
        let patient_key = patient.key.to_string();
        self.add(Change::EndPatientCodes {
            patient_key: patient_key.clone(),
        });
        self.add(Change::Withdraw {
            subject: patient_key,
            at: self.at,
            why: "a death is recorded".to_owned(),
        });
        for case in self.open_cases(patient).await? {
            let death = Command::RecordDeath(DeathRecord {
                died_at,
                source: self.sender().to_owned(),
            });
            let after = self.command(&case, &death, patient).await?;
            self.put_task(Task {
                id: format!("death:{}", case.id),
                kind: "death_recorded",
                case: Some(&after),
                patient,
                words: "a death is recorded: take back what is booked".to_owned(),
                owner: Role::Coordinator,
            });
        }
        Ok(())
    }

    /// Opens a task, or opens the one of this id again with new words.
    pub fn put_task(&mut self, task: Task<'_>) {
        self.changes.push(Change::PutTask(TaskRow {
            task_id: task.id,
            kind: task.kind.to_owned(),
            case_id: task
                .case
                .map(|case| case.id.to_string())
                .unwrap_or_default(),
            patient_key: task.patient.key.to_string(),
            words: task.words,
            owner: task.owner.code().to_owned(),
            due: None,
            opened: self.at,
            done: None,
            done_by: String::new(),
        }));
    }
}

/// Something that a person has to look at.
pub(crate) struct Task<'a> {
    /// Made from what it is about: the same thing again is the same task.
    pub id: String,
    pub kind: &'static str,
    pub case: Option<&'a Case>,
    pub patient: &'a Patient,
    pub words: String,
    pub owner: Role,
}
