//! The menu: one command in, what follows out. The rules stand in the file of each step.

use crate::{
    Body, Case, Command, Context, Event, Refusal, Reopening, Restart, State, arrival, booking,
    cancellation, consent, discharge, emergency, join, orders, preparation, procedure, recovery,
    referral, results, sign_in, sign_out, time_out, track, values::said, who,
};

/// What follows from a command, or why nothing does.
///
/// Facts that are known already (a dose report sent twice) give an empty list.
/// # Errors
/// A [`Refusal`] with its code, words, and what would work instead.
pub fn decide(
    state: &Case,
    command: &Command,
    context: &Context<'_>,
) -> Result<Vec<Event>, Refusal> {
    who::may(&context.by, command)?;
    after_death(state, command)?;
    let mut bodies = before_the_room(state, command, context)?;
    reopen_a_closed_case(state, &mut bodies);
    Ok(bodies
        .into_iter()
        .map(|body| Event {
            at: context.at,
            by: context.by.clone(),
            body,
        })
        .collect())
}

/// A fact that leaves something open opens a closed case again; a closed case holds nothing open.
fn reopen_a_closed_case(state: &Case, bodies: &mut Vec<Body>) {
    let leaves_open = bodies.iter().any(|body| {
        matches!(
            body,
            Body::TrackOpened { .. } | Body::StepMissed { .. } | Body::ProcedureStarted { .. }
        )
    });
    let is_reopened = matches!(bodies.first(), Some(Body::Reopened(_)));
    // A death is the only thing that lets a case close with the restart instruction owed.
    let owed_again = state.restart == Some(Restart::Owed)
        && bodies
            .iter()
            .any(|body| matches!(body, Body::DeathRetracted { .. }));
    let leaves_open = leaves_open || owed_again;
    if state.state == State::Closed && leaves_open && !is_reopened {
        let reason = format!(
            "late: {}",
            bodies.first().map_or("", Body::kind).replace('_', " ")
        );
        bodies.insert(0, Body::Reopened(Reopening { reason }));
    }
}

/// Nothing is planned for a patient who has died; facts and endings are still written.
fn after_death(state: &Case, command: &Command) -> Result<(), Refusal> {
    let plans_ahead = matches!(
        command,
        Command::BeginVetting
            | Command::Vet(_)
            | Command::Schedule(_)
            | Command::Move(_)
            | Command::BeginPreparation
            | Command::EnterEmergency(_)
            | Command::Arrive(_)
            | Command::BeginSignIn
            | Command::CompleteSignIn(_)
            | Command::CompleteTimeOut(_)
            | Command::StartProcedure { .. }
            | Command::Reintervene { .. }
            | Command::Discharge(_)
    );
    if state.death.is_some() && plans_ahead {
        Err(
            Refusal::new("patient_died", "the patient's death is recorded")
                .instead("close the case; if the record is wrong, take the death back first"),
        )
    } else {
        Ok(())
    }
}

fn before_the_room(
    state: &Case,
    command: &Command,
    context: &Context<'_>,
) -> Result<Vec<Body>, Refusal> {
    match command {
        Command::Refer(it) => referral::refer(state, it),
        Command::CompleteReferral { answers } => {
            referral::complete_referral(state, command, answers)
        }
        Command::BeginVetting => referral::begin_vetting(state, command),
        Command::Vet(it) => referral::vet(state, command, it),
        Command::Reject(it) => referral::reject(state, command, it),
        Command::ReturnToReferrer { missing } => {
            referral::return_to_referrer(state, command, missing)
        }
        Command::Redirect(it) => referral::redirect(state, command, it),
        Command::Schedule(it) => booking::schedule(state, command, it, context),
        Command::Move(it) => booking::change_slot(state, command, it, context),
        Command::Postpone(it) => booking::postpone(state, command, it, context),
        Command::Cancel(it) => cancellation::cancel(state, command, it, context),
        Command::GiveRestartInstruction { words } => {
            cancellation::give_restart_instruction(state, words)
        }
        Command::BeginPreparation => preparation::begin(state, command),
        Command::RecordPreparation(it) => preparation::record(state, it),
        Command::EvaluateGate(it) => Ok(preparation::evaluate_gate(state, it)),
        Command::SignOverride(it) => preparation::sign_override(state, command, it),
        Command::EnterEmergency(it) => emergency::enter(state, command, it),
        Command::Arrive(it) => arrival::arrive(state, command, it, context),
        Command::GiveConsent(it) => consent::give(state, command, it),
        Command::DeclineConsent(it) => consent::refuse(state, it, context, Body::ConsentDeclined),
        Command::WithdrawConsent(it) => consent::refuse(state, it, context, Body::ConsentWithdrawn),
        _ => in_the_room(state, command, context),
    }
}

fn in_the_room(
    state: &Case,
    command: &Command,
    context: &Context<'_>,
) -> Result<Vec<Body>, Refusal> {
    match command {
        Command::BeginSignIn => sign_in::begin(state, command, context),
        Command::CompleteSignIn(it) => sign_in::complete_sign_in(state, command, it, context),
        Command::CompleteTimeOut(it) => time_out::complete_time_out(state, command, it, context),
        Command::StartProcedure { happened_at } => {
            procedure::start(state, command, *happened_at, context)
        }
        Command::RecordStart {
            happened_at,
            reason,
        } => procedure::record_start(state, *happened_at, reason, context),
        Command::RecordInRoom { happened_at, fact } => {
            procedure::record(state, *happened_at, fact, context)
        }
        Command::AddProcedure { procedure, reason } => {
            procedure::add(state, command, procedure, reason)
        }
        Command::ChangeProcedure {
            number,
            side,
            site,
            reason,
        } => procedure::change(state, command, *number, (*side, site), reason),
        Command::DropProcedure { number, reason } => {
            procedure::drop_procedure(state, command, *number, reason)
        }
        Command::IdentifyProcedure { number, procedure } => {
            orders::identify(state, *number, procedure)
        }
        Command::ChangeOperator { operator } => time_out::change_operator(state, command, operator),
        Command::EndProcedure(it) => procedure::end(state, command, it, context),
        Command::CompleteSignOut(it) => sign_out::complete_sign_out(state, command, it, context),
        Command::BeginRecovery(it) => recovery::begin(state, command, it),
        Command::RecordObservation(it) => recovery::observe(state, it, context),
        Command::Escalate(it) => recovery::escalate(state, command, it, context),
        Command::Reintervene { reason, procedure } => {
            recovery::reintervene(state, command, reason, procedure)
        }
        Command::Admit(it) => recovery::admit(state, command, it),
        Command::Discharge(it) => discharge::discharge(state, command, it, context),
        _ => beside_the_line(state, command, context),
    }
}

fn beside_the_line(
    state: &Case,
    command: &Command,
    context: &Context<'_>,
) -> Result<Vec<Body>, Refusal> {
    match command {
        Command::OpenTrack(it) => track::open(state, it),
        Command::ReassignTrack { number, owner, due } => {
            track::reassign(state, *number, *owner, *due)
        }
        Command::NoteOnTrack { number, note } => track::note(state, *number, note),
        Command::RecordResult { number, result } => results::received(state, *number, result),
        Command::ReviewResult { number, review } => results::review(state, *number, review),
        Command::InformPatient {
            number,
            on,
            channel,
            follow_up,
        } => results::inform(state, *number, *on, channel, follow_up),
        Command::CloseTrack { number, outcome } => track::close(state, *number, outcome),
        Command::ExplainDeviation { number, reason } => explain(state, *number, reason),
        Command::Close => discharge::close(state, command),
        Command::Reopen(it) => discharge::reopen(state, command, it),
        Command::AbsorbCase(it) => join::absorb(state, command, it),
        Command::JoinInto { case } => join::join_into(state, command, case),
        Command::RecordPatientMerged { from, to } => Ok(orders::merged(state, from, to)),
        Command::ChangeOrder(it) => orders::change_order(state, it),
        Command::RecordOrderCancelled(it) => Ok(cancellation::order_cancelled(state, it, context)),
        Command::LinkStudy(it) => orders::link_study(state, it),
        Command::ReceiveDose(it) => orders::receive_dose(state, it),
        Command::DetachStudy { study, reason } => orders::detach_study(state, study, reason),
        Command::RecordDeath(it) => orders::record_death(state, it),
        Command::RetractDeath { reason } => orders::retract_death(state, reason),
        // The three menus together list every command; a test walks them all.
        _ => Err(Refusal::new(
            "unknown_command",
            "this command has no place in the pathway",
        )),
    }
}

fn explain(state: &Case, number: u16, reason: &str) -> Result<Vec<Body>, Refusal> {
    if !state
        .deviations
        .iter()
        .any(|deviation| deviation.number == number)
    {
        return Err(Refusal::new(
            "no_such_deviation",
            format!("there is no deviation {number}"),
        ));
    }
    if !said(reason) {
        return Err(Refusal::empty("the reason"));
    }
    Ok(vec![Body::DeviationExplained {
        number,
        reason: reason.to_owned(),
    }])
}
