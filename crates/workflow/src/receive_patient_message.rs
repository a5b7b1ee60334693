//! A patient is admitted, changed, merged, or has died, says another system.
//!
//! A record is found by its identifiers. What a message does not state stays as it is. Two records become one only
//! when a message says so, or by hand.

use crate::desk::WorkError;
use crate::draft::{Draft, Task};
use crate::incoming::{
    DeathStatement, IncomingAllergy, IncomingPatient, IncomingPatientChange, PatientChange,
};
use crate::patient::{Allergy, Patient, Weight};
use crate::receive_message::{NotApplied, ReceiveError};
use case::Command;
use model::{BirthDate, PatientIdentifier, PersonName, Role};
use store::Change;

pub(crate) async fn apply(
    draft: &mut Draft<'_>,
    changes: &[IncomingPatientChange],
) -> Result<(), ReceiveError> {
    for change in changes {
        match &change.change {
            PatientChange::Merged(old) => merge(draft, &change.patient, old).await?,
            PatientChange::IdentifiersChanged(old) => {
                change_identifiers(draft, &change.patient, old).await?;
            }
            PatientChange::Admitted | PatientChange::DischargeCancelled => {
                let ward = change.visit.as_ref().map(|visit| visit.location.clone());
                // A place that is not stated is still a stay.
                let ward = ward
                    .filter(|w| !w.is_empty())
                    .or(Some("ward not stated".to_owned()));
                patient_of(draft, &change.patient, Stay::In(ward)).await?;
            }
            PatientChange::Discharged | PatientChange::AdmissionCancelled => {
                patient_of(draft, &change.patient, Stay::Out).await?;
            }
            PatientChange::Registered | PatientChange::Updated | PatientChange::PersonAdded => {
                patient_of(draft, &change.patient, Stay::NotStated).await?;
            }
        }
    }
    Ok(())
}

/// What a message says about being an inpatient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Stay {
    NotStated,
    In(Option<String>),
    Out,
}

/// The patient of a message, made or brought up to date in the draft.
pub(crate) async fn patient_of(
    draft: &mut Draft<'_>,
    incoming: &IncomingPatient,
    stay: Stay,
) -> Result<Patient, ReceiveError> {
    let family = incoming.name.as_ref().map_or("", |name| &name.family);
    draft.refuse_demonstration_name(family)?;
    let found = find(draft, incoming).await?;
    let is_new = found.patient.is_none();
    let mut patient = match found.patient {
        Some(patient) => patient,
        None => Patient::new(draft.desk.new_patient_key().await?),
    };
    let before = patient.clone();
    for identifier in found.usable {
        if !patient.identifiers.contains(&identifier) {
            draft.claim_identifier(&identifier, &patient);
            patient.identifiers.insert(identifier);
        }
    }
    update(&mut patient, incoming, draft);
    match stay {
        Stay::NotStated => {}
        Stay::In(ward) => patient.facts.inpatient_ward = ward,
        Stay::Out => patient.facts.inpatient_ward = None,
    }
    let died = match incoming.death {
        DeathStatement::Dead(at) if !before.deceased => Some(at),
        DeathStatement::Dead(_) | DeathStatement::Alive | DeathStatement::NotStated => None,
    };
    patient.deceased |= died.is_some();
    if is_new || patient != before {
        let kind = match (is_new, died.is_some()) {
            (true, _) => "patient_registered",
            (false, true) => "death_recorded",
            (false, false) => "patient_changed",
        };
        draft.save_patient(&mut patient, kind)?;
    }
    if let Some(at) = died {
        draft.record_death(&patient, at).await?;
    }
    tell(draft, &before, &patient, incoming, is_new, found.conflict);
    Ok(patient)
}

/// What a person has to look at after an update.
fn tell(
    draft: &mut Draft<'_>,
    before: &Patient,
    patient: &Patient,
    incoming: &IncomingPatient,
    is_new: bool,
    conflict: bool,
) {
    let mut task = |kind: &'static str, words: &str| {
        draft.put_task(Task {
            id: format!("{kind}:{}", patient.key),
            kind,
            case: None,
            patient,
            words: words.to_owned(),
            owner: Role::Coordinator,
        });
    };
    if conflict {
        task(
            "identifier_conflict",
            "a message gives this patient an identifier that another record has: are they one person?",
        );
    }
    let other_person = !is_new
        && folded(&before.name.family) != folded(&patient.name.family)
        && before.birth != patient.birth
        && before.birth != BirthDate::Unknown;
    if other_person {
        task(
            "identity_changed",
            "family name and date of birth were both changed by a message: is it still the same person?",
        );
    }
    if before.deceased && incoming.death == DeathStatement::Alive {
        task(
            "death_contradicted",
            "a death is recorded, and a newer message says alive: ask, and take the death back if it is wrong",
        );
    }
}

struct Found {
    patient: Option<Patient>,
    /// Identifiers of the message that no other record has.
    usable: Vec<PatientIdentifier>,
    conflict: bool,
}

/// The record of the first identifier counts; a later one alone only together with name and date of birth.
async fn find(draft: &Draft<'_>, incoming: &IncomingPatient) -> Result<Found, WorkError> {
    let mut owners = Vec::new();
    for identifier in &incoming.identifiers {
        owners.push((identifier.clone(), draft.patient_of(identifier).await?));
    }
    let first = owners.first().and_then(|(_, owner)| owner.clone());
    let patient = first.or_else(|| {
        owners
            .iter()
            .filter_map(|(_, owner)| owner.clone())
            .find(|owner| is_same_person(owner, incoming))
    });
    let is_free = |owner: &Option<Patient>| match (owner, &patient) {
        (None, _) => true,
        (Some(owner), Some(patient)) => owner.key == patient.key,
        (Some(_), None) => false,
    };
    let conflict = owners.iter().any(|(_, owner)| !is_free(owner));
    let usable = owners
        .iter()
        .filter(|(_, owner)| is_free(owner))
        .map(|(identifier, _)| identifier.clone())
        .collect();
    Ok(Found {
        patient,
        usable,
        conflict,
    })
}

fn is_same_person(known: &Patient, incoming: &IncomingPatient) -> bool {
    let family = incoming.name.as_ref().map(|name| folded(&name.family));
    matches!(known.birth, BirthDate::Day(_))
        && incoming.birth_date == Some(known.birth)
        && family.is_some_and(|family| !family.is_empty() && family == folded(&known.name.family))
}

fn folded(name: &str) -> String {
    name.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

fn update(patient: &mut Patient, incoming: &IncomingPatient, draft: &Draft<'_>) {
    // A deleted name is not taken over: a person without a name is nobody that the staff could look for.
    if let Some(name) = incoming
        .name
        .as_ref()
        .filter(|n| **n != PersonName::default())
    {
        patient.name = name.clone();
    }
    if let Some(birth) = incoming.birth_date {
        patient.birth = birth;
    }
    if let Some(sex) = incoming.sex {
        patient.sex = sex;
    }
    if let Some(language) = incoming.language.as_deref().and_then(language_tag) {
        patient.facts.language = Some(language);
    }
    if let Some(allergies) = &incoming.allergies {
        patient.facts.allergies_asked = true;
        add_allergies(&mut patient.facts.allergies, allergies);
    }
    let zone = draft.desk.site().zone_or_utc();
    if let Some(weight) = incoming.weight {
        let on = weight.at.map(|at| zone.to_datetime(at).date().to_string());
        let known = patient
            .facts
            .weight
            .as_ref()
            .and_then(|known| known.on.clone());
        // An older measurement, or one of unknown date, never replaces a dated newer one.
        if known.is_none() || on >= known {
            patient.facts.weight = Some(Weight {
                kg: weight.value.0,
                on,
                source: draft.sender().to_owned(),
            });
        }
    }
    if let Some(height) = incoming.height {
        patient.facts.height_cm = Some(height.value.0);
    }
}

/// Allergies are only ever added: a list that is shorter elsewhere does not make a patient safe.
fn add_allergies(known: &mut Vec<Allergy>, incoming: &[IncomingAllergy]) {
    for allergy in incoming {
        let substance = if allergy.allergen.text.is_empty() {
            allergy.allergen.code.clone()
        } else {
            allergy.allergen.text.clone()
        };
        let severity = severity(&allergy.severity.code);
        let reaction = allergy.reactions.join(", ");
        match known
            .iter_mut()
            .find(|k| folded(&k.substance) == folded(&substance))
        {
            Some(known) => {
                if !severity.is_empty() {
                    severity.clone_into(&mut known.severity);
                }
                if !reaction.is_empty() {
                    known.reaction = reaction;
                }
            }
            None => known.push(Allergy {
                kind: String::new(),
                substance,
                reaction,
                severity: severity.to_owned(),
                year: None,
            }),
        }
    }
}

/// HL7 table 0128; unknown words stay "not stated".
fn severity(code: &str) -> &'static str {
    match code {
        "MI" => "mild",
        "MO" => "moderate",
        "SV" => "severe",
        _ => "",
    }
}

/// A language tag of two letters, from two letters or the three of ISO 639-2 that we speak.
fn language_tag(text: &str) -> Option<String> {
    let text = text.to_ascii_lowercase();
    match text.as_str() {
        "fin" => Some("fi".to_owned()),
        "swe" => Some("sv".to_owned()),
        "eng" => Some("en".to_owned()),
        two if two.len() == 2 && two.chars().all(|c| c.is_ascii_alphabetic()) => Some(text),
        _ => None,
    }
}

/// The records of `old` join the patient of the message; whoever looks for an old identifier finds the new record.
async fn merge(
    draft: &mut Draft<'_>,
    incoming: &IncomingPatient,
    old: &[PatientIdentifier],
) -> Result<(), ReceiveError> {
    let mut survivor = patient_of(draft, incoming, Stay::NotStated).await?;
    for identifier in old {
        match draft.patient_of(identifier).await? {
            Some(other) if other.key != survivor.key => {
                join(draft, &mut survivor, other).await?;
            }
            Some(_) => {}
            // Never heard of: the identifier is known as an earlier one from now on.
            None => {
                draft.claim_identifier(identifier, &survivor);
                survivor.identifiers.insert(identifier.clone());
                draft.save_patient(&mut survivor, "patient_merged")?;
            }
        }
    }
    Ok(())
}

async fn join(
    draft: &mut Draft<'_>,
    survivor: &mut Patient,
    mut other: Patient,
) -> Result<(), ReceiveError> {
    if survivor.merged_into.as_ref() == Some(&other.key) {
        return Err(NotApplied::MergeCircle.into());
    }
    let cases = draft.all_cases(&other).await?;
    let dies = other.deceased && !survivor.deceased;
    survivor.identifiers.append(&mut other.identifiers);
    survivor.deceased |= other.deceased;
    survivor.restricted |= other.restricted;
    join_facts(survivor, &other);
    other.merged_into = Some(survivor.key.clone());
    draft.save_patient(&mut other, "patient_merged")?;
    draft.save_patient(survivor, "patient_merged")?;
    let (from, to) = (other.key.clone(), survivor.key.clone());
    draft.add(Change::MoveLaboratory {
        from: from.to_string(),
        to: to.to_string(),
    });
    draft.add(Change::EndPatientCodes {
        patient_key: from.to_string(),
    });
    for case in cases {
        let (from, to) = (from.clone(), to.clone());
        let command = Command::RecordPatientMerged { from, to };
        draft.command(&case, &command, survivor).await?;
    }
    if dies {
        draft.record_death(survivor, None).await?;
    }
    Ok(())
}

/// What only the other record knows comes along; allergies of both count.
fn join_facts(survivor: &mut Patient, other: &Patient) {
    let (ours, theirs) = (&mut survivor.facts, other.facts.clone());
    for allergy in theirs.allergies {
        let known = ours
            .allergies
            .iter()
            .any(|k| folded(&k.substance) == folded(&allergy.substance));
        if !known {
            ours.allergies.push(allergy);
        }
    }
    ours.allergies_asked |= theirs.allergies_asked;
    for medicine in theirs.medicines {
        if !ours.medicines.contains(&medicine) {
            ours.medicines.push(medicine);
        }
    }
    ours.medicines_asked |= theirs.medicines_asked;
    for condition in theirs.conditions {
        if !ours.conditions.contains(&condition) {
            ours.conditions.push(condition);
        }
    }
    for intake in theirs.last_intakes {
        if !ours.last_intakes.contains(&intake) {
            ours.last_intakes.push(intake);
        }
    }
    let newer = |mine: Option<&String>, other: Option<&String>| other > mine;
    let (mine, other_on) = (
        ours.weight.as_ref().and_then(|w| w.on.as_ref()),
        theirs.weight.as_ref().and_then(|w| w.on.as_ref()),
    );
    if ours.weight.is_none() || newer(mine, other_on) {
        ours.weight = theirs.weight.or(ours.weight.take());
    }
    ours.height_cm = ours.height_cm.or(theirs.height_cm);
    let fill = |mine: &mut Option<String>, other: Option<String>| {
        if mine.is_none() {
            *mine = other;
        }
    };
    fill(&mut ours.inpatient_ward, theirs.inpatient_ward);
    fill(&mut ours.companion, theirs.companion);
    fill(&mut ours.language, theirs.language);
    fill(&mut ours.interpreter, theirs.interpreter);
    fill(&mut ours.telephone, theirs.telephone);
    fill(&mut ours.implants, theirs.implants);
    fill(&mut ours.isolation, theirs.isolation);
    fill(&mut ours.guardian, theirs.guardian);
    fill(&mut ours.capacity, theirs.capacity);
    fill(&mut ours.limits_of_treatment, theirs.limits_of_treatment);
    if ours.pregnancy.is_none() {
        ours.pregnancy = theirs.pregnancy;
    }
}

/// The same record under another identifier. The old one was wrong: it must lead nobody here any more.
async fn change_identifiers(
    draft: &mut Draft<'_>,
    incoming: &IncomingPatient,
    old: &[PatientIdentifier],
) -> Result<(), ReceiveError> {
    let mut holder: Option<Patient> = None;
    for identifier in old {
        holder = holder.or(draft.patient_of(identifier).await?);
    }
    let Some(mut patient) = holder else {
        // A record that we never had: known under its new identifier from now on.
        patient_of(draft, incoming, Stay::NotStated).await?;
        return Ok(());
    };
    for identifier in &incoming.identifiers {
        let owner = draft.patient_of(identifier).await?;
        if owner.is_some_and(|owner| owner.key != patient.key) {
            return Err(NotApplied::IdentifierInUse.into());
        }
    }
    for identifier in old {
        if patient.identifiers.remove(identifier) {
            draft.add(Change::DropIdentifier {
                issuer: identifier.issuer().to_owned(),
                value: identifier.value().to_owned(),
                patient_key: patient.key.to_string(),
            });
        }
    }
    for identifier in &incoming.identifiers {
        draft.claim_identifier(identifier, &patient);
        patient.identifiers.insert(identifier.clone());
    }
    draft.save_patient(&mut patient, "patient_changed")?;
    patient_of(draft, incoming, Stay::NotStated).await?;
    Ok(())
}
