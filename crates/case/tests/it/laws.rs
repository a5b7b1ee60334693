//! What holds for every case, whatever is asked of it in whatever order.

use crate::sample::*;
use crate::walk::*;
use case::*;
use model::{Gate, Laterality, ProcedureId, Role};
use proptest::prelude::*;
use std::collections::BTreeSet;

/// Commands out of order: nearly every kind, said at any time.
fn anything(walk: &Walk, pick: usize) -> Command {
    let now = walk.now;
    let first = ProcedureNumber(1);
    let track = walk
        .case
        .tracks
        .last()
        .map_or(TrackNumber(1), |track| track.number);
    let mut pool = vec![
        Command::Refer(referral()),
        Command::Vet(protocol()),
        Command::Reject(Rejection {
            reason: text("x"),
            reply_to_referrer: text("x"),
        }),
        Command::ReturnToReferrer {
            missing: vec![text("allergy")],
        },
        Command::Redirect(Redirection {
            reason: text("x"),
            new_order: text("E-1"),
        }),
        Command::Schedule(booking(&walk.case, at("2027-02-03T08:00:00Z"))),
        Command::Move(Move {
            booking: booking(&walk.case, at("2027-02-04T08:00:00Z")),
            reason: text("x"),
        }),
        Command::Postpone(Postponement {
            reason: text("other"),
            words: text(""),
            restart: Restart::NotNeeded,
        }),
        Command::Cancel(cancellation()),
        Command::GiveRestartInstruction {
            words: text("apixaban tomorrow"),
        },
        Command::RecordPreparation(PreparationFact::Note {
            words: text("hard of hearing"),
        }),
        Command::EvaluateGate(gate(Gate::Blocked)),
        Command::SignOverride(Override {
            rules: vec![],
            words: text("x"),
        }),
        Command::EnterEmergency(emergency()),
        Command::GiveConsent(consent()),
        Command::DeclineConsent(no_consent(AfterRefusal::Cancel)),
        Command::WithdrawConsent(no_consent(AfterRefusal::BackToVetting)),
        Command::CompleteSignIn(checklist(&walk.rules.sign_in_items)),
        Command::CompleteTimeOut(checklist(&walk.rules.time_out_items)),
        Command::StartProcedure { happened_at: now },
        Command::RecordStart {
            happened_at: now,
            reason: StartReason::Emergency(text("bleeding")),
        },
        Command::RecordInRoom {
            happened_at: now,
            fact: needle(),
        },
        Command::RecordInRoom {
            happened_at: now,
            fact: specimen(),
        },
        Command::RecordInRoom {
            happened_at: now,
            fact: catheter(),
        },
        Command::AddProcedure {
            procedure: procedure("drainage_abscess"),
            reason: text("pus"),
        },
        Command::ChangeProcedure {
            number: first,
            side: Laterality::Left,
            site: text("x"),
            reason: text("x"),
        },
        Command::DropProcedure {
            number: first,
            reason: text("not seen"),
        },
        Command::IdentifyProcedure {
            number: first,
            procedure: ProcedureId::new("biopsy_kidney").unwrap(),
        },
        Command::ChangeOperator {
            operator: text("Dr Niemi"),
        },
        Command::EndProcedure(haemostasis(now)),
        Command::BeginRecovery(Recovery {
            without_sign_out_because: text("late"),
            ..recovery(now)
        }),
        Command::RecordObservation(Observation {
            happened_at: now,
            findings: vec![],
            observer_note: text("well"),
        }),
        Command::Escalate(escalation(EscalationKind::Deterioration, now)),
        Command::Reintervene {
            reason: text("bleeding"),
            procedure: procedure("embolisation_liver"),
        },
        Command::Admit(Admission::Unplanned {
            ward: text("ICU"),
            reason: text("bleeding"),
        }),
        Command::OpenTrack(NewTrack {
            kind: TrackKind::Dose,
            about: text("5 Gy"),
            owner: Role::Physicist,
            due: None,
        }),
        Command::ReassignTrack {
            number: track,
            owner: Role::IrNurse,
            due: None,
        },
        Command::NoteOnTrack {
            number: track,
            note: TrackNote::Overdue,
        },
        Command::CloseTrack {
            number: track,
            outcome: TrackOutcome::Ended {
                words: text("opened in error"),
            },
        },
        Command::ExplainDeviation {
            number: 1,
            reason: text("bleeding"),
        },
        Command::Close,
        Command::Reopen(Reopening {
            reason: text("audit"),
        }),
        Command::JoinInto {
            case: case_id("27-000002"),
        },
        Command::RecordPatientMerged {
            from: patient("p1"),
            to: patient("p2"),
        },
        Command::RecordOrderCancelled(order_cancellation()),
        Command::ChangeOrder(OrderChange {
            number: first,
            orders: OrderNumbers {
                filler: Some(text("F-9")),
                ..OrderNumbers::default()
            },
            accession: None,
            study: None,
            sender_code: None,
            procedure: None,
            side: Some(Laterality::Right),
            site: None,
            indication: None,
            wanted_at: None,
        }),
        Command::LinkStudy(StudyReceived {
            study: study(),
            accession: None,
            modality: text("US"),
            instances: 2,
        }),
        Command::ReceiveDose(dose()),
        Command::DetachStudy {
            study: study(),
            reason: text("wrong worklist entry"),
        },
        Command::RecordDeath(DeathRecord {
            died_at: None,
            source: text("A08"),
        }),
        Command::RetractDeath {
            reason: text("wrong patient"),
        },
    ];
    let at = pick % pool.len();
    pool.swap_remove(at)
}

fn is_a_fact(command: &Command) -> bool {
    matches!(
        command,
        Command::RecordInRoom { .. }
            | Command::LinkStudy(_)
            | Command::ReceiveDose(_)
            | Command::RecordDeath(_)
            | Command::RecordOrderCancelled(_)
            | Command::RecordPreparation(_)
            | Command::RecordObservation(_)
            | Command::OpenTrack(_)
    )
}

/// What a batch of events must keep, seen from the case before it.
fn batch_is_sound(before: &Case, command: &Command, events: &[Event]) {
    let starts = events
        .iter()
        .any(|e| matches!(e.body, Body::ProcedureStarted { .. }));
    if starts && matches!(command, Command::StartProcedure { .. }) {
        assert!(before.sign_in.is_some() && before.time_out.is_some());
        assert!(matches!(before.consent, ConsentState::Given(_)));
    }
    if starts && before.time_out.is_none() {
        let listed = events.iter().any(|event| {
            matches!(&event.body, Body::StepMissed { missing, .. } if missing.contains(&MissingStep::TimeOut))
        });
        assert!(listed, "a start without time-out and without its deviation");
    }
}

/// What every state must keep.
fn state_is_sound(walk: &Walk) {
    let case = &walk.case;
    if case.state == State::Closed {
        assert!(
            case.open_tracks().next().is_none(),
            "closed with an open track"
        );
        assert!(
            case.deviations.iter().all(|d| d.reason.is_some()),
            "closed with a deviation unexplained"
        );
        assert!(
            case.restart != Some(Restart::Owed)
                || case.death.is_some()
                || case.joined_into.is_some()
        );
    }
    let procedures: BTreeSet<_> = case.procedures.iter().map(|p| p.number).collect();
    assert_eq!(
        procedures.len(),
        case.procedures.len(),
        "a procedure number was used twice"
    );
    let tracks: BTreeSet<_> = case.tracks.iter().map(|t| t.number).collect();
    assert_eq!(
        tracks.len(),
        case.tracks.len(),
        "a track number was used twice"
    );
    let deviations: BTreeSet<_> = case.deviations.iter().map(|d| d.number).collect();
    assert_eq!(
        deviations.len(),
        case.deviations.len(),
        "a deviation number was used twice"
    );
    if case.state == State::InProcedure {
        assert!(case.started_at.is_some());
    }
    assert_eq!(case.version, walk.events.len() as u64);
    assert_eq!(
        case.history.last().map(|entry| entry.state),
        Some(case.state)
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_order_of_commands_keeps_the_laws(picks in proptest::collection::vec((0_usize..10, 0_usize..1000, 0_u8..3), 1..70)) {
        let mut walk = Walk::new();
        walk.must(Command::Refer(referral()));
        for (forward, pick, holds) in picks {
            walk.holds = [Holds::NotBegun, Holds::Begun, Holds::Unknown][usize::from(holds)];
            let command = if forward < 6 { walk.forward() } else { anything(&walk, pick) };
            walk.later(1);
            let by = doctor();
            let first = walk.decide(&by, &command);
            prop_assert_eq!(&first, &walk.decide(&by, &command), "the same question, another answer");
            match first {
                Err(refusal) => {
                    prop_assert!(!is_a_fact(&command), "a fact was refused: {:?} {:?}", command, refusal);
                    prop_assert!(refusal.code != "unknown_command", "{}", command.name());
                    prop_assert!(!refusal.words.is_empty());
                }
                Ok(events) => {
                    batch_is_sound(&walk.case, &command, &events);
                    for event in &events {
                        walk.case.apply(event);
                    }
                    walk.events.extend(events);
                    state_is_sound(&walk);
                }
            }
        }
        let replayed = Case::replay(walk.case.id.clone(), &walk.events);
        prop_assert_eq!(format!("{replayed:?}"), format!("{:?}", walk.case));
        prop_assert_eq!(replayed, walk.case);
    }
}

/// Deep states are really visited: otherwise the law above says nothing about them.
#[test]
fn the_walk_forward_visits_the_whole_line() {
    let walk = Walk::new().to(State::Closed);
    assert!(walk.case.history.len() >= 12);
}

/// Every event changes the case it is applied to; none is lost on the way.
#[test]
fn no_event_is_lost() {
    let mut walk = Walk::new().to(State::InProcedure);
    let happened_at = walk.now;
    for fact in [specimen(), catheter(), needle()] {
        walk.must(Command::RecordInRoom { happened_at, fact });
    }
    let walk = walk.to(State::Closed);
    for skipped in 0..walk.events.len() {
        let kept = walk
            .events
            .iter()
            .enumerate()
            .filter(|(i, _)| *i != skipped)
            .map(|(_, e)| e);
        let mut without = Case::replay(walk.case.id.clone(), kept);
        without.version = walk.case.version;
        let kind = walk.events[skipped].body.kind();
        assert!(without != walk.case, "{kind} left no trace");
    }
}
