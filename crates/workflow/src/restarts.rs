//! Every stopped medicine carries its restart: a track with an owner and a day, open until somebody confirms it.

use crate::desk::Desk;
use crate::plan_case::Planned;
use case::restart::{about, hours_after_end, is_about};
use case::{
    Actor, Case, Command, Context, Door, Event, Holds, NewTrack, State, Track, TrackKind,
    TrackOutcome, decide,
};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan};
use knowledge::medicine::Action;
use model::Role;
use preparation::Obligation;

/// What follows for the restarts from the case as it is after a change.
///
/// * `before` – the state before it, and whether holds had begun then.
/// * `planned` – worked out for the case as it is after it.
pub(crate) fn restart_events(
    desk: &Desk,
    before: (State, Holds),
    after: &Case,
    planned: &Planned,
    at: Timestamp,
) -> Vec<Event> {
    let mut case = after.clone();
    let mut events = Vec::new();
    for command in commands(desk, before, after, planned, at) {
        let context = Context {
            at,
            today: desk.now_here().date(),
            by: Actor::Sender {
                door: Door::Clock,
                name: "preparation".to_owned(),
            },
            gate: None,
            holds: planned.holds,
            earliest: None,
            rules: desk.pathway(),
        };
        // Nothing here is refused for a case that stands; what is, changes nothing.
        for event in decide(&case, &command, &context).unwrap_or_default() {
            case.apply(&event);
            events.push(event);
        }
    }
    events
}

fn commands(
    desk: &Desk,
    (before, holds): (State, Holds),
    after: &Case,
    planned: &Planned,
    at: Timestamp,
) -> Vec<Command> {
    let open = || {
        after
            .open_tracks()
            .filter(|track| track.kind == TrackKind::Restart)
    };
    let day = |at: Timestamp| at.to_zoned_datetime(desk.site().zone_or_utc()).date();
    if after.state == State::Cancelled || lost_its_slot(before, after) {
        let newly = before != after.state;
        return open()
            .filter(|_| newly)
            .map(|track| match holds {
                Holds::NotBegun => {
                    ended(track, "the slot was given up before anything was stopped")
                }
                // The same day: somebody tells the patient to take it again, and sees that it is.
                Holds::Begun | Holds::Unknown => due(track, day(at)),
            })
            .collect();
    }
    let end = after.ended.as_ref().map(case::ProcedureEnd::happened_at);
    if let Some(end) = end {
        // Once the day is over the plan itself says nothing of what was stopped for it: the track does.
        return open()
            .filter(|_| before == State::InProcedure)
            .filter_map(|track| {
                let wanted = escalation(day, end, hours_after_end(&track.about))?;
                (track.due.is_none_or(|due| due < wanted)).then(|| due(track, wanted))
            })
            .collect();
    }
    let Some(plan) = &planned.plan else {
        return Vec::new();
    };
    if !is_under_way(after.state) {
        return Vec::new();
    }
    let start = after.appointment().unwrap_or(at);
    let mut commands = Vec::new();
    for obligation in &plan.obligations {
        let wanted = escalation(day, start, obligation.restart_hours_after_end);
        match open().find(|track| is_about(&track.about, &obligation.medicine)) {
            None if !is_settled(after, obligation) => {
                commands.push(Command::OpenTrack(NewTrack {
                    kind: TrackKind::Restart,
                    about: about(
                        &obligation.medicine,
                        obligation.restart_hours_after_end,
                        &obligation.words,
                    ),
                    owner: Role::from_code(&obligation.owner).unwrap_or(Role::WardNurse),
                    due: wanted,
                }));
            }
            Some(track) if track.due != wanted => {
                commands.extend(wanted.map(|day| due(track, day)))
            }
            None | Some(_) => {}
        }
    }
    // What the plan lets go on is not stopped; what a team decides about may be.
    let goes_on = |track: &&Track| {
        let row = plan
            .medicines
            .iter()
            .find(|row| is_about(&track.about, &row.inn));
        row.is_some_and(|row| {
            matches!(
                row.action,
                Action::Continue | Action::ContinueWithLiquidDiet | Action::ContinuePendingOperator
            )
        })
    };
    let not_begun = planned.holds == Holds::NotBegun;
    commands.extend(
        open()
            .filter(|track| not_begun && goes_on(track))
            .map(|track| ended(track, "the plan does not stop it any more")),
    );
    commands
}

/// The day by which somebody has to have confirmed it: the day after the medicine may be taken again.
fn escalation(
    day: impl Fn(Timestamp) -> Date,
    from: Timestamp,
    hours: Option<u16>,
) -> Option<Date> {
    let restart = from
        .checked_add(SignedDuration::from_hours(i64::from(hours.unwrap_or(0))))
        .ok()?;
    day(restart).checked_add(1.day()).ok()
}

/// Confirmed already, or taken back by a person: not asked for twice in one visit.
fn is_settled(case: &Case, obligation: &Obligation) -> bool {
    case.tracks.iter().any(|track| {
        track.kind == TrackKind::Restart
            && is_about(&track.about, &obligation.medicine)
            && matches!(track.outcome, Some(TrackOutcome::RestartConfirmed { .. }))
    })
}

fn is_under_way(state: State) -> bool {
    matches!(
        state,
        State::Scheduled
            | State::Preparation
            | State::Emergency
            | State::Arrived
            | State::SignIn
            | State::TimeOut
            | State::InProcedure
    )
}

/// Postponed, or consent refused: back among those without a booking.
fn lost_its_slot(before: State, after: &Case) -> bool {
    is_under_way(before)
        && matches!(
            after.state,
            State::Vetting | State::Referred | State::Returned
        )
}

fn due(track: &Track, day: Date) -> Command {
    Command::ReassignTrack {
        number: track.number,
        owner: track.owner,
        due: Some(day),
    }
}

fn ended(track: &Track, words: &str) -> Command {
    Command::CloseTrack {
        number: track.number,
        outcome: TrackOutcome::Ended {
            words: words.to_owned(),
        },
    }
}
