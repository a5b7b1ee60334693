//! What each event means for the case. Total: every event applies to every state.

use crate::{
    Absorption, Body, BookedStep, Booking, Case, ConsentState, Deviation, Entered, Event,
    NewProcedure, OrderChange, Procedure, ProcedureNumber, ProcedureStatus, Referral, State, Track,
    TrackNumber, TrackStage, What,
    case::{RoomEntry, Signed},
    track::PatientTold,
};

impl Case {
    /// Applies one event. Never fails: what was recorded happened.
    pub fn apply(&mut self, event: &Event) {
        self.version = self.version.saturating_add(1);
        self.apply_before_the_room(event);
        self.apply_in_the_room(event);
        self.apply_beside_the_line(event);
    }

    fn enter(&mut self, state: State, event: &Event) {
        self.state = state;
        self.history.push(Entered {
            state,
            at: event.at,
            by: event.by.clone(),
        });
    }

    fn apply_before_the_room(&mut self, event: &Event) {
        match &event.body {
            Body::Referred(referral) => {
                referred(self, referral);
                self.enter(State::Referred, event);
            }
            Body::ReferralCompleted { answers } => {
                self.statements.extend(answers.iter().cloned());
                self.missing_fields.clear();
                self.enter(State::Referred, event);
            }
            Body::VettingBegun => self.enter(State::Vetting, event),
            Body::Vetted(protocol) => self.protocol = Some(signed(event, protocol.clone())),
            Body::Rejected(rejection) => {
                self.rejection = Some(signed(event, rejection.clone()));
                self.enter(State::Rejected, event);
            }
            Body::ReturnedToReferrer { missing } => {
                self.missing_fields.clone_from(missing);
                self.enter(State::Returned, event);
            }
            Body::Redirected(_) => self.enter(State::Redirected, event),
            Body::Scheduled(booking) => {
                booked(self, booking, event);
                self.cancellation = None;
                self.restart = None;
                self.enter(State::Scheduled, event);
            }
            Body::Moved(moved) => {
                booked(self, &moved.booking, event);
                self.enter(State::Scheduled, event);
            }
            Body::Postponed(postponement) => {
                unbooked(self);
                self.restart = Some(postponement.restart.clone());
                self.enter(State::Vetting, event);
            }
            Body::SentBackToVetting { .. } => {
                unbooked(self);
                self.protocol = None;
                self.enter(State::Vetting, event);
            }
            Body::Cancelled(cancellation) => {
                unbooked(self);
                self.restart = Some(cancellation.restart.clone());
                self.cancellation = Some(signed(event, cancellation.clone()));
                self.enter(State::Cancelled, event);
            }
            Body::RestartInstructionGiven { words } => {
                self.restart = Some(crate::Restart::Given(words.clone()));
            }
            Body::PreparationBegun => self.enter(State::Preparation, event),
            Body::PreparationFactRecorded(fact) => {
                self.preparation.push(signed(event, fact.clone()))
            }
            Body::GateEvaluated(gate) => self.gate = Some(signed(event, gate.clone())),
            Body::OverrideSigned(given) => {
                self.override_signed = Some(signed(event, given.clone()))
            }
            Body::EmergencyEntered(entry) => {
                self.emergency = Some(signed(event, entry.clone()));
                put_into_rooms(self, &entry.steps);
                self.cancellation = None;
                self.enter(State::Emergency, event);
            }
            Body::Arrived(arrival) => {
                self.arrival = Some(signed(event, arrival.clone()));
                self.enter(State::Arrived, event);
            }
            Body::ConsentGiven(consent) => {
                self.consent = ConsentState::Given(signed(event, consent.clone()));
            }
            Body::ConsentDeclined(no) => {
                self.consent = ConsentState::Declined(signed(event, no.clone()))
            }
            Body::ConsentWithdrawn(no) => {
                self.consent = ConsentState::Withdrawn(signed(event, no.clone()))
            }
            _ => {}
        }
    }

    fn apply_in_the_room(&mut self, event: &Event) {
        match &event.body {
            Body::SignInBegun => self.enter(State::SignIn, event),
            Body::SignInCompleted(checklist) => {
                self.sign_in = Some(signed(event, checklist.clone()));
                self.enter(State::TimeOut, event);
            }
            Body::TimeOutCompleted(checklist) => {
                self.operator = Some(checklist.operator.clone());
                self.time_out = Some(signed(event, checklist.clone()));
            }
            Body::ProcedureStarted { happened_at } => {
                self.started_at = Some(*happened_at);
                self.enter(State::InProcedure, event);
            }
            Body::RoomFactRecorded { happened_at, fact } => self.room_facts.push(RoomEntry {
                happened_at: *happened_at,
                fact: fact.clone(),
            }),
            Body::ProcedureAdded {
                number, procedure, ..
            } => {
                added(self, *number, procedure);
                self.time_out = None;
            }
            Body::ProcedureChanged {
                number, side, site, ..
            } => {
                if let Some(procedure) = procedure_mut(self, *number) {
                    procedure.side = *side;
                    procedure.site.clone_from(site);
                }
                self.time_out = None;
            }
            Body::ProcedureDropped { number, .. } => {
                if let Some(procedure) = procedure_mut(self, *number) {
                    procedure.status = ProcedureStatus::Dropped;
                }
                self.time_out = None;
            }
            Body::ProcedureIdentified { number, procedure } => {
                if let Some(known) = procedure_mut(self, *number) {
                    known.what = What::Catalogue(procedure.clone());
                }
                self.time_out = None;
            }
            Body::OperatorChanged { operator } => {
                self.operator = Some(operator.clone());
                self.time_out = None;
            }
            Body::ProcedureEnded(end) => {
                self.ended = Some(end.clone());
                self.enter(State::SignOut, event);
            }
            Body::SignOutCompleted(sign_out) => {
                self.sign_out = Some(signed(event, sign_out.clone()))
            }
            Body::RecoveryBegun(recovery) => {
                self.recovery = Some(recovery.clone());
                self.enter(State::Recovery, event);
            }
            Body::Observed(observation) => self.observations.push(observation.clone()),
            Body::Escalated(escalation) => {
                self.escalations.push(escalation.clone());
                self.enter(State::Escalated, event);
            }
            Body::ReinterventionBegun { .. } => {
                self.sign_in = None;
                self.time_out = None;
                self.sign_out = None;
                self.started_at = None;
                self.ended = None;
                self.enter(State::SignIn, event);
            }
            Body::Admitted(admission) => {
                self.admission = Some(admission.clone());
                self.enter(State::Admitted, event);
            }
            Body::Discharged(discharge) => {
                self.discharge = Some(signed(event, discharge.clone()));
                self.enter(State::Discharged, event);
            }
            _ => {}
        }
    }

    fn apply_beside_the_line(&mut self, event: &Event) {
        match &event.body {
            Body::TrackOpened { number, track } => self.tracks.push(Track {
                number: *number,
                kind: track.kind,
                about: track.about.clone(),
                owner: track.owner,
                due: track.due,
                opened_at: event.at,
                stage: TrackStage::Open,
                results: Vec::new(),
                reviews: Vec::new(),
                told: None,
                notes: Vec::new(),
                outcome: None,
            }),
            Body::TrackReassigned { number, owner, due } => self.on_track(*number, |track| {
                track.owner = *owner;
                track.due = *due;
            }),
            Body::TrackNoted { number, note } => {
                self.on_track(*number, |track| track.notes.push(note.clone()));
            }
            Body::ResultReceived { number, result } => self.on_track(*number, |track| {
                track.results.push(result.clone());
                track.stage = TrackStage::ResultReceived;
            }),
            Body::ResultReviewed { number, review } => self.on_track(*number, |track| {
                track.reviews.push(review.clone());
                track.stage = TrackStage::Reviewed;
            }),
            Body::PatientInformed {
                number,
                on,
                channel,
                follow_up,
            } => self.on_track(*number, |track| {
                track.told = Some(PatientTold {
                    on: *on,
                    channel: channel.clone(),
                    follow_up: follow_up.clone(),
                });
                track.stage = TrackStage::PatientInformed;
            }),
            Body::TrackClosed { number, outcome } => self.on_track(*number, |track| {
                track.stage = TrackStage::Closed;
                track.outcome = Some(outcome.clone());
            }),
            Body::StepMissed {
                number,
                during,
                missing,
                reason,
            } => self.deviations.push(Deviation {
                number: *number,
                at: event.at,
                during: during.clone(),
                missing: missing.clone(),
                reason: reason.clone(),
            }),
            Body::DeviationExplained { number, reason } => {
                if let Some(known) = self.deviations.iter_mut().find(|d| d.number == *number) {
                    known.reason = Some(reason.clone());
                }
            }
            Body::Closed { outcome } => {
                self.closed_from = Some(self.state);
                self.outcome = Some(outcome.clone());
                self.enter(State::Closed, event);
            }
            Body::Reopened(_) => {
                let back = self.closed_from.take().unwrap_or(State::Discharged);
                self.outcome = None;
                self.enter(back, event);
            }
            Body::CaseAbsorbed(absorption) => absorbed(self, absorption),
            Body::JoinedInto { case } => {
                self.joined_into = Some(case.clone());
                self.closed_from = Some(self.state);
                self.outcome = Some(crate::CaseOutcome::Joined);
                unbooked(self);
                self.enter(State::Closed, event);
            }
            Body::PatientMerged { to, .. } => self.patient = Some(to.clone()),
            Body::OrderChanged(change) => order_changed(self, change),
            Body::OrderCancelled(cancelled) => self.orders_cancelled.push(cancelled.clone()),
            Body::StudyReceived(study) => self.studies.push(study.clone()),
            Body::DoseReceived(dose) => self.doses.push(dose.clone()),
            Body::StudyDetached { study, .. } => {
                self.studies.retain(|known| known.study != *study);
                self.doses.retain(|dose| dose.study.as_ref() != Some(study));
            }
            Body::DeathRecorded(death) => self.death = Some(death.clone()),
            Body::DeathRetracted { .. } => self.death = None,
            _ => {}
        }
    }

    fn on_track(&mut self, number: TrackNumber, change: impl FnOnce(&mut Track)) {
        if let Some(track) = self.tracks.iter_mut().find(|track| track.number == number) {
            change(track);
        }
    }
}

fn signed<T>(event: &Event, what: T) -> Signed<T> {
    Signed {
        at: event.at,
        by: event.by.clone(),
        what,
    }
}

fn referred(case: &mut Case, referral: &Referral) {
    let referral = referral.clone();
    case.patient = Some(referral.patient);
    case.urgency = Some(referral.urgency);
    case.indication = referral.indication;
    case.referrer = referral.referrer;
    case.result_to = referral.result_to;
    case.wanted_at = referral.wanted_at;
    case.statements = referral.statements;
    case.index_case = referral.index_case;
    for procedure in &referral.procedures {
        let number = case.next_procedure(0);
        added(case, number, procedure);
    }
}

fn booked(case: &mut Case, booking: &Booking, event: &Event) {
    unbooked(case);
    put_into_rooms(case, &booking.steps);
    case.booking = Some(signed(event, booking.clone()));
}

fn put_into_rooms(case: &mut Case, steps: &[BookedStep]) {
    for booked in steps {
        if let Some(procedure) = procedure_mut(case, booked.procedure) {
            procedure.step = Some(booked.step.clone());
        }
    }
}

/// The slot is gone, and with it what was said for that day.
fn unbooked(case: &mut Case) {
    for procedure in &mut case.procedures {
        procedure.step = None;
    }
    case.booking = None;
    case.gate = None;
    case.override_signed = None;
    case.arrival = None;
    case.sign_in = None;
    case.time_out = None;
}

/// A procedure that joins a booked visit takes the visit's room and time.
fn added(case: &mut Case, number: ProcedureNumber, new: &NewProcedure) {
    let mut procedure = Procedure::from_new(number, new);
    procedure.step = case.live().find_map(|p| p.step.clone()).map(|mut step| {
        step.step_id = format!("{}-{number}", case.id);
        step
    });
    case.procedures.push(procedure);
}

fn absorbed(case: &mut Case, absorption: &Absorption) {
    case.absorbed.push(absorption.from.clone());
    for absorbed in &absorption.procedures {
        match absorbed.same_as {
            None => {
                let number = case.next_procedure(0);
                added(case, number, &absorbed.procedure);
                case.time_out = None;
            }
            Some(number) => {
                let new = absorbed.procedure.clone();
                if let Some(known) = procedure_mut(case, number) {
                    known.orders = new.orders;
                    known.accession = new.accession.or(known.accession.take());
                    known.study = new.study.or(known.study.take());
                    known.sender_code = new.sender_code.or(known.sender_code.take());
                }
            }
        }
    }
}

/// What the message states replaces what was known; what it does not state stays.
pub(crate) fn order_changed(case: &mut Case, change: &OrderChange) {
    let mut is_another = false;
    if let Some(procedure) = procedure_mut(case, change.number) {
        let before = (
            procedure.what.clone(),
            procedure.side,
            procedure.site.clone(),
        );
        let take = |ours: &mut Option<String>, theirs: &Option<String>| {
            if theirs.is_some() {
                ours.clone_from(theirs);
            }
        };
        take(&mut procedure.orders.placer, &change.orders.placer);
        take(&mut procedure.orders.filler, &change.orders.filler);
        take(
            &mut procedure.orders.placer_group,
            &change.orders.placer_group,
        );
        if change.accession.is_some() {
            procedure.accession.clone_from(&change.accession);
        }
        if change.study.is_some() {
            procedure.study.clone_from(&change.study);
        }
        if let Some(code) = &change.sender_code {
            let same_code = procedure.sender_code.as_ref() == Some(code);
            procedure.sender_code = Some(code.clone());
            match &change.procedure {
                Some(mapped) => procedure.what = What::Catalogue(mapped.clone()),
                None if same_code => {}
                None => procedure.what = What::NotIdentified,
            }
        }
        if let Some(side) = change.side {
            procedure.side = side;
        }
        if let Some(site) = &change.site {
            procedure.site.clone_from(site);
        }
        is_another = before
            != (
                procedure.what.clone(),
                procedure.side,
                procedure.site.clone(),
            );
    }
    if is_another {
        case.time_out = None;
    }
    if let Some(indication) = &change.indication {
        case.indication.clone_from(indication);
    }
    if change.wanted_at.is_some() {
        case.wanted_at = change.wanted_at;
    }
}

fn procedure_mut(case: &mut Case, number: ProcedureNumber) -> Option<&mut Procedure> {
    case.procedures
        .iter_mut()
        .find(|procedure| procedure.number == number)
}
