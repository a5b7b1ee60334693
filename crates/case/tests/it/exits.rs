//! Every exit of the pathway is reached by a command: a table of (state, exit), each row walked.

use crate::sample::*;
use crate::walk::*;
use case::*;
use std::collections::BTreeSet;

struct Row {
    from: &'static str,
    exit: &'static str,
    walked: fn() -> Walk,
    /// What must be true at the other end.
    ends: fn(&Walk) -> bool,
}

fn row(
    from: &'static str,
    exit: &'static str,
    walked: fn() -> Walk,
    ends: fn(&Walk) -> bool,
) -> Row {
    Row {
        from,
        exit,
        walked,
        ends,
    }
}

fn then(mut walk: Walk, command: Command) -> Walk {
    walk.must(command);
    walk
}

fn from(state: State) -> Walk {
    Walk::new().to(state)
}

fn cancelled_from(state: State) -> Walk {
    then(from(state), Command::Cancel(cancellation()))
}

fn moved_from(state: State) -> Walk {
    let walk = from(state);
    let moved = Move {
        booking: booking(&walk.case, at("2027-02-05T08:00:00Z")),
        reason: text("room closed"),
    };
    then(walk, Command::Move(moved))
}

fn rejection() -> Command {
    Command::Reject(Rejection {
        reason: text("no safe path"),
        reply_to_referrer: text("please see the note"),
    })
}

fn escalated(state: State, kind: EscalationKind) -> Walk {
    let walk = from(state);
    let happened_at = walk.now;
    then(walk, Command::Escalate(escalation(kind, happened_at)))
}

fn to_intensive_care(walk: Walk) -> Walk {
    let ward = text("ICU");
    let reason = text("bleeding");
    then(walk, Command::Admit(Admission::Unplanned { ward, reason }))
}

fn with_track(kind: TrackKind) -> (Walk, TrackNumber) {
    let walk = then(
        from(State::Discharged),
        Command::OpenTrack(NewTrack {
            kind,
            about: text("core S-1"),
            owner: model::Role::Referrer,
            due: None,
        }),
    );
    let number = walk.case.tracks.last().unwrap().number;
    (walk, number)
}

/// A results track, brought on until the patient is told.
fn informed() -> (Walk, TrackNumber) {
    let (mut walk, number) = with_track(TrackKind::Results);
    for _ in 0..3 {
        let next = walk.finish(walk.case.open_track(number).unwrap());
        walk.must(next);
    }
    (walk, number)
}

fn closing((walk, number): (Walk, TrackNumber), outcome: TrackOutcome) -> Walk {
    then(walk, Command::CloseTrack { number, outcome })
}

fn noted((walk, number): (Walk, TrackNumber), note: TrackNote) -> Walk {
    then(walk, Command::NoteOnTrack { number, note })
}

fn is(walk: &Walk, state: State) -> bool {
    walk.case.state == state
}

fn another() -> model::CaseId {
    case_id("27-000002")
}

fn day() -> jiff::civil::Date {
    "2027-03-01".parse().unwrap()
}

#[rustfmt::skip]
fn before_the_room() -> Vec<Row> {
    vec![
        row("referred", "vetting", || then(from(State::Referred), Command::BeginVetting), |w| is(w, State::Vetting)),
        row("referred", "rejected", || then(from(State::Referred), rejection()), |w| is(w, State::Rejected)),
        row("referred", "emergency", || then(from(State::Referred), Command::EnterEmergency(emergency())), |w| is(w, State::Emergency)),
        row("referred", "cancelled", || cancelled_from(State::Referred), |w| is(w, State::Cancelled)),
        row("vetting", "scheduled", || from(State::Scheduled), |w| is(w, State::Scheduled)),
        row("vetting", "returned_to_referrer", || then(from(State::Vetting), Command::ReturnToReferrer { missing: vec![text("anticoagulant")] }), |w| is(w, State::Returned)),
        row("vetting", "rejected", || then(from(State::Vetting), rejection()), |w| is(w, State::Rejected)),
        row("vetting", "redirected_other_modality", || then(from(State::Vetting), Command::Redirect(Redirection { reason: text("endoscopy first"), new_order: text("E-77") })), |w| is(w, State::Redirected)),
        row("vetting", "cancelled", || cancelled_from(State::Vetting), |w| is(w, State::Cancelled)),
        row("consent", "scheduled", || then(from(State::Scheduled), Command::GiveConsent(consent())), |w| is(w, State::Scheduled) && matches!(w.case.consent, ConsentState::Given(_))),
        row("consent", "declined", || then(from(State::Scheduled), Command::DeclineConsent(no_consent(AfterRefusal::Cancel))), |w| is(w, State::Cancelled) && matches!(w.case.consent, ConsentState::Declined(_))),
        row("scheduled", "preparation", || then(from(State::Scheduled), Command::BeginPreparation), |w| is(w, State::Preparation)),
        row("scheduled", "rescheduled", || moved_from(State::Scheduled), |w| is(w, State::Scheduled) && w.case.appointment() == Some(at("2027-02-05T08:00:00Z"))),
        row("scheduled", "cancelled", || cancelled_from(State::Scheduled), |w| is(w, State::Cancelled) && w.case.appointment().is_none()),
        row("preparation", "arrived", || then(from(State::Preparation), Command::Arrive(arrival())), |w| is(w, State::Arrived)),
        row("preparation", "rescheduled", || moved_from(State::Preparation), |w| is(w, State::Scheduled)),
        row("preparation", "cancelled", || cancelled_from(State::Preparation), |w| is(w, State::Cancelled)),
        row("arrived", "sign_in", || from(State::SignIn), |w| is(w, State::SignIn)),
        row("arrived", "rescheduled", || moved_from(State::Arrived), |w| is(w, State::Scheduled) && w.case.arrival.is_none()),
        row("arrived", "cancelled", || cancelled_from(State::Arrived), |w| is(w, State::Cancelled)),
        row("emergency", "sign_in", || {
            let mut walk = then(from(State::Referred), Command::EnterEmergency(emergency()));
            let presumed = Consent { basis: ConsentBasis::PresumedEmergency, discussed: String::new(), ..consent() };
            walk.must(Command::GiveConsent(presumed)).must(Command::BeginSignIn);
            walk
        }, |w| is(w, State::SignIn)),
        row("cancelled", "scheduled", || {
            let walk = cancelled_from(State::Scheduled);
            let again = booking(&walk.case, at("2027-02-09T08:00:00Z"));
            then(walk, Command::Schedule(again))
        }, |w| is(w, State::Scheduled)),
        row("cancelled", "closed", || then(cancelled_from(State::Scheduled), Command::Close), |w| w.case.outcome == Some(CaseOutcome::Cancelled)),
        row("rejected", "closed", || then(then(from(State::Vetting), rejection()), Command::Close), |w| w.case.outcome == Some(CaseOutcome::Rejected)),
        row("returned_to_referrer", "referred", || {
            let walk = then(from(State::Vetting), Command::ReturnToReferrer { missing: vec![text("anticoagulant")] });
            let next = walk.forward();
            then(walk, next)
        }, |w| is(w, State::Referred)),
        row("redirected_other_modality", "closed", || then(then(from(State::Vetting), Command::Redirect(Redirection { reason: text("x"), new_order: text("E-77") })), Command::Close), |w| w.case.outcome == Some(CaseOutcome::Redirected)),
        row("declined", "closed", || then(then(from(State::Scheduled), Command::DeclineConsent(no_consent(AfterRefusal::Cancel))), Command::Close), |w| w.case.outcome == Some(CaseOutcome::Declined)),
        row("rescheduled", "scheduled", || moved_from(State::Preparation), |w| is(w, State::Scheduled)),
    ]
}

#[rustfmt::skip]
fn in_the_room() -> Vec<Row> {
    vec![
        row("sign_in", "time_out", || from(State::TimeOut), |w| is(w, State::TimeOut)),
        row("sign_in", "cancelled_in_room", || cancelled_from(State::SignIn), |w| is(w, State::Cancelled)),
        row("time_out", "in_procedure", || from(State::InProcedure), |w| is(w, State::InProcedure) && w.case.deviations.is_empty()),
        row("time_out", "cancelled_in_room", || cancelled_from(State::TimeOut), |w| is(w, State::Cancelled)),
        row("cancelled_in_room", "cancelled", || cancelled_from(State::TimeOut), |w| is(w, State::Cancelled)),
        row("in_procedure", "sign_out", || from(State::SignOut), |w| is(w, State::SignOut)),
        row("in_procedure", "aborted", || {
            let walk = from(State::InProcedure);
            let happened_at = walk.now;
            then(walk, Command::EndProcedure(ProcedureEnd::Aborted { happened_at, reason: text("no window"), achieved: text("nothing") }))
        }, |w| is(w, State::SignOut)),
        row("aborted", "sign_out", || from(State::SignOut), |w| is(w, State::SignOut)),
        row("in_procedure", "conversion_surgery", || escalated(State::InProcedure, EscalationKind::ConversionToSurgery), |w| is(w, State::Escalated) && w.case.open_tracks().any(|t| t.kind == TrackKind::AdverseEvent)),
        row("conversion_surgery", "escalated", || escalated(State::InProcedure, EscalationKind::ConversionToSurgery), |w| is(w, State::Escalated)),
        row("in_procedure", "resuscitation", || escalated(State::InProcedure, EscalationKind::Resuscitation), |w| is(w, State::Escalated)),
        row("resuscitation", "escalated", || escalated(State::InProcedure, EscalationKind::Resuscitation), |w| is(w, State::Escalated)),
        row("sign_out", "recovery", || from(State::Recovery), |w| is(w, State::Recovery)),
        row("sign_out", "icu", || { let walk = from(State::SignOut); let done = walk.sign_out(); to_intensive_care(then(walk, done)) }, |w| is(w, State::Admitted) && w.case.deviations.is_empty()),
        row("icu", "admitted", || { let walk = from(State::SignOut); let done = walk.sign_out(); to_intensive_care(then(walk, done)) }, |w| is(w, State::Admitted)),
        row("recovery", "discharged", || from(State::Discharged), |w| is(w, State::Discharged)),
        row("recovery", "admitted", || then(from(State::Recovery), Command::Admit(Admission::Planned { ward: text("4B") })), |w| is(w, State::Admitted)),
        row("recovery", "escalated", || escalated(State::Recovery, EscalationKind::Deterioration), |w| is(w, State::Escalated)),
        row("escalated", "recovery", || { let walk = escalated(State::Recovery, EscalationKind::Deterioration); let next = walk.forward(); then(walk, next) }, |w| is(w, State::Recovery)),
        row("escalated", "reintervention", || then(escalated(State::Recovery, EscalationKind::Deterioration), Command::Reintervene { reason: text("bleeding"), procedure: procedure("embolisation_liver") }), |w| is(w, State::SignIn) && w.case.time_out.is_none() && w.case.procedures.len() == 2),
        row("reintervention", "sign_in", || then(escalated(State::Recovery, EscalationKind::Deterioration), Command::Reintervene { reason: text("bleeding"), procedure: procedure("embolisation_liver") }), |w| is(w, State::SignIn)),
        row("escalated", "icu", || to_intensive_care(escalated(State::Recovery, EscalationKind::Deterioration)), |w| is(w, State::Admitted)),
        row("escalated", "surgery", || to_intensive_care(escalated(State::InProcedure, EscalationKind::ConversionToSurgery)), |w| is(w, State::Admitted)),
        row("surgery", "admitted", || to_intensive_care(escalated(State::InProcedure, EscalationKind::ConversionToSurgery)), |w| is(w, State::Admitted)),
        row("admitted", "discharged", || { let walk = then(from(State::Recovery), Command::Admit(Admission::Planned { ward: text("4B") })); let next = walk.forward(); then(walk, next) }, |w| is(w, State::Discharged)),
    ]
}

#[rustfmt::skip]
fn afterwards() -> Vec<Row> {
    vec![
        row("discharged", "awaiting_results", || with_track(TrackKind::Results).0, |w| w.case.open_tracks().any(|t| t.code() == "awaiting_results")),
        row("discharged", "device_follow_up", || with_track(TrackKind::Device).0, |w| w.case.open_tracks().any(|t| t.code() == "device_follow_up")),
        row("discharged", "dose_follow_up", || with_track(TrackKind::Dose).0, |w| w.case.open_tracks().any(|t| t.code() == "dose_follow_up")),
        row("discharged", "closed", || from(State::Closed), |w| w.case.outcome == Some(CaseOutcome::Completed)),
        row("awaiting_results", "results_reviewed", || informed().0, |w| w.case.open_tracks().any(|t| t.code() == "results_reviewed")),
        row("awaiting_results", "inadequate_sample", || closing(informed(), TrackOutcome::InadequateAccepted { words: text("both agree") }), |w| w.case.open_tracks().count() == 1),
        row("inadequate_sample", "repeat_decision", || closing(informed(), TrackOutcome::InadequateRepeated { case: another() }), |w| w.case.open_tracks().count() == 1),
        row("repeat_decision", "vetting", || {
            let mut walk = Walk::new();
            walk.must(Command::Refer(Referral { index_case: Some(another()), ..referral() })).must(Command::BeginVetting);
            walk
        }, |w| is(w, State::Vetting) && w.case.index_case == Some(another())),
        row("awaiting_results", "overdue_alert", || noted(with_track(TrackKind::Results), TrackNote::Overdue), |w| w.case.open_tracks().any(|t| t.notes == [TrackNote::Overdue])),
        row("overdue_alert", "awaiting_results", || noted(with_track(TrackKind::Results), TrackNote::Overdue), |w| w.case.open_tracks().any(|t| t.code() == "awaiting_results")),
        row("results_reviewed", "follow_up", || closing(informed(), TrackOutcome::ResultActedOn { next_step: text("clinic in May") }), |w| w.case.open_tracks().all(|t| t.kind == TrackKind::FollowUp)),
        row("results_reviewed", "closed", || closing(informed(), TrackOutcome::ResultActedOn { next_step: text("none") }).to(State::Closed), |w| is(w, State::Closed)),
        row("results_reviewed", "repeat_procedure", || closing(informed(), TrackOutcome::RepeatProcedure { case: another() }), |w| w.case.open_tracks().count() == 1),
        row("repeat_procedure", "vetting", || {
            let mut walk = Walk::new();
            walk.must(Command::Refer(Referral { index_case: Some(another()), ..referral() })).must(Command::BeginVetting);
            walk
        }, |w| is(w, State::Vetting)),
        row("device_follow_up", "device_exchange_booked", || closing(with_track(TrackKind::Device), TrackOutcome::DeviceExchangeBooked { case: another() }), |w| w.case.open_tracks().count() == 1),
        row("device_exchange_booked", "scheduled", || from(State::Scheduled), |w| is(w, State::Scheduled)),
        row("device_follow_up", "device_removed", || closing(with_track(TrackKind::Device), TrackOutcome::DeviceRemoved { on: day(), words: text("dry") }), |w| w.case.open_tracks().filter(|t| t.kind == TrackKind::FollowUp).count() == 2),
        row("device_removed", "follow_up", || closing(with_track(TrackKind::Device), TrackOutcome::DeviceRemoved { on: day(), words: text("dry") }), |w| w.case.open_tracks().any(|t| t.about.contains("site check"))),
        row("device_follow_up", "device_lost", || closing(with_track(TrackKind::Device), TrackOutcome::DeviceLost { on: day(), words: text("fell out an hour ago"), case: Some(another()) }), |w| w.case.open_tracks().count() == 1),
        row("device_lost", "emergency", || {
            let mut walk = Walk::new();
            walk.must(Command::Refer(Referral { index_case: Some(another()), ..referral() })).must(Command::EnterEmergency(emergency()));
            walk
        }, |w| is(w, State::Emergency)),
        row("dose_follow_up", "closed", || { let (mut walk, number) = with_track(TrackKind::Dose); walk.must(Command::NoteOnTrack { number, note: TrackNote::SkinChecked { on: day(), words: text("clear") } }); closing((walk, number), TrackOutcome::SkinChecksDone { words: text("clear") }).to(State::Closed) }, |w| is(w, State::Closed)),
        row("dose_follow_up", "dermatology", || noted(with_track(TrackKind::Dose), TrackNote::SentToDermatology { words: text("dose told") }), |w| w.case.open_tracks().any(|t| t.kind == TrackKind::Dose)),
        row("dermatology", "dose_follow_up", || noted(with_track(TrackKind::Dose), TrackNote::SentToDermatology { words: text("dose told") }), |w| w.case.open_tracks().any(|t| t.code() == "dose_follow_up")),
        row("follow_up", "closed", || from(State::Closed), |w| is(w, State::Closed)),
        row("follow_up", "repeat_procedure", || { let walk = from(State::Discharged); let number = walk.case.open_tracks().next().unwrap().number; closing((walk, number), TrackOutcome::RepeatProcedure { case: another() }) }, |w| w.case.open_tracks().count() == 0),
        row("closed", "reopened", || then(from(State::Closed), Command::Reopen(Reopening { reason: text("late complication") })), |w| is(w, State::Discharged) && w.case.open_tracks().count() == 1),
        row("reopened", "follow_up", || then(from(State::Closed), Command::Reopen(Reopening { reason: text("late complication") })), |w| w.case.open_tracks().any(|t| t.code() == "follow_up")),
    ]
}

fn table() -> Vec<Row> {
    let mut rows = before_the_room();
    rows.extend(in_the_room());
    rows.extend(afterwards());
    rows
}

#[test]
fn every_exit_is_reached() {
    for row in table() {
        let walk = (row.walked)();
        assert!(
            (row.ends)(&walk),
            "{} to {}: {:?}",
            row.from,
            row.exit,
            walk.case.state
        );
        let replayed = Case::replay(walk.case.id.clone(), &walk.events);
        assert_eq!(replayed, walk.case, "{} to {}", row.from, row.exit);
    }
}

/// The table against the clinical description, where that is at hand.
#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "the room is pure, its test reads the outside folder"
)]
fn the_table_has_every_exit_of_the_pathway() {
    let Ok(folder) = std::env::var("SELDINGER_TEST_DATA") else {
        eprintln!("left out: 1 (SELDINGER_TEST_DATA is not set)");
        return;
    };
    let file = format!("{folder}/clinical/pathway.toml");
    let pathway: toml::Table = std::fs::read_to_string(file).unwrap().parse().unwrap();
    let have: BTreeSet<(String, String)> = table()
        .iter()
        .map(|row| (text(row.from), text(row.exit)))
        .collect();
    let mut need = BTreeSet::new();
    for state in pathway["state"].as_array().unwrap() {
        for exit in state["exits"].as_array().unwrap() {
            need.insert((
                text(state["id"].as_str().unwrap()),
                text(exit.as_str().unwrap()),
            ));
        }
    }
    for exit in pathway["exit"].as_array().unwrap() {
        need.insert((
            text(exit["id"].as_str().unwrap()),
            text(exit["next"].as_str().unwrap()),
        ));
    }
    let missing: Vec<_> = need.difference(&have).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
