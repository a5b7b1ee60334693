//! Short stories: what is refused, what is recorded all the same, and what must follow.

use crate::sample::*;
use crate::walk::*;
use case::*;
use model::{Gate, Laterality, ProcedureId, Role, RuleId};

fn refused(walk: &mut Walk, command: Command) -> &'static str {
    match walk.dr(command) {
        Ok(kinds) => panic!("not refused: {kinds:?}"),
        Err(refusal) => {
            assert!(!refusal.words.is_empty());
            refusal.code
        }
    }
}

#[test]
fn a_case_without_trouble_tells_its_line() {
    let walk = Walk::new().to(State::Closed);
    let kinds: Vec<&str> = walk.events.iter().map(|event| event.body.kind()).collect();
    assert_eq!(
        kinds,
        [
            "referred",
            "vetting_begun",
            "vetted",
            "scheduled",
            "preparation_begun",
            "arrived",
            "gate_evaluated",
            "consent_given",
            "sign_in_begun",
            "sign_in_completed",
            "time_out_completed",
            "procedure_started",
            "procedure_ended",
            "sign_out_completed",
            "recovery_begun",
            "discharged",
            "track_opened",
            "track_closed",
            "closed",
        ]
    );
    let line: Vec<&str> = walk
        .case
        .history
        .iter()
        .map(|entry| entry.state.code())
        .collect();
    assert_eq!(
        line,
        [
            "referred",
            "vetting",
            "scheduled",
            "preparation",
            "arrived",
            "sign_in",
            "time_out",
            "in_procedure",
            "sign_out",
            "recovery",
            "discharged",
            "closed"
        ]
    );
}

// hazard: needle without time-out
#[test]
fn a_start_without_time_out_is_refused_as_a_claim_and_kept_as_a_fact() {
    let mut walk = Walk::new().to(State::TimeOut);
    let happened_at = walk.now;
    assert_eq!(
        refused(&mut walk, Command::StartProcedure { happened_at }),
        "time_out_missing"
    );
    walk.must(Command::RecordStart {
        happened_at,
        reason: StartReason::NotStated,
    });
    assert_eq!(walk.case.state, State::InProcedure);
    assert_eq!(walk.case.deviations[0].missing, [MissingStep::TimeOut]);
    let mut walk = walk.to(State::Discharged);
    let track = walk.case.open_tracks().next().unwrap().clone();
    let done = walk.finish(&track);
    walk.must(done);
    assert_eq!(
        refused(&mut walk, Command::Close),
        "deviation_not_explained"
    );
    walk.must(Command::ExplainDeviation {
        number: 1,
        reason: text("exsanguinating"),
    });
    walk.must(Command::Close);
}

#[test]
fn a_needle_is_recorded_from_any_state() {
    for state in State::ALL {
        if *state == State::NotReferred {
            continue;
        }
        let reachable = !matches!(
            state,
            State::Returned
                | State::Rejected
                | State::Redirected
                | State::Emergency
                | State::Admitted
                | State::Escalated
                | State::Cancelled
        );
        let mut walk = if reachable {
            Walk::new().to(*state)
        } else {
            let mut walk = Walk::new().to(State::Vetting);
            walk.must(Command::Cancel(cancellation()));
            walk
        };
        let happened_at = walk.now;
        let had_begun = walk.case.started_at.is_some();
        walk.must(Command::RecordInRoom {
            happened_at,
            fact: needle(),
        });
        assert_eq!(walk.case.room_facts.len(), 1, "{state}");
        if !had_begun {
            assert_eq!(walk.case.state, State::InProcedure, "{state}");
            assert!(!walk.case.deviations.is_empty(), "{state}");
        }
    }
}

#[test]
fn an_open_item_or_a_bare_no_is_not_a_completed_checklist() {
    let mut walk = Walk::new().to(State::SignIn);
    let mut list = checklist(&walk.rules.sign_in_items);
    list.items.retain(|answered| answered.item != "SI10");
    assert_eq!(
        refused(&mut walk, Command::CompleteSignIn(list.clone())),
        "sign_in_not_complete"
    );
    let bare = ChecklistAnswer::No {
        resolution: text(" "),
    };
    list.items.push(Answered {
        item: text("SI10"),
        answer: bare,
    });
    assert_eq!(
        refused(&mut walk, Command::CompleteSignIn(list.clone())),
        "resolution_missing"
    );
    list.items.push(Answered {
        item: text("SI10"),
        answer: ChecklistAnswer::Yes,
    });
    assert_eq!(
        refused(&mut walk, Command::CompleteSignIn(list)),
        "answered_twice"
    );
    let mut silent = checklist(&walk.rules.time_out_items);
    silent.spoken_aloud = false;
    let mut walk = Walk::new().to(State::TimeOut);
    assert_eq!(
        refused(&mut walk, Command::CompleteTimeOut(silent)),
        "not_spoken_aloud"
    );
}

#[test]
fn consent_gates_sign_in_and_can_be_taken_back_until_the_needle() {
    let mut walk = Walk::new().to(State::Arrived);
    assert_eq!(refused(&mut walk, Command::BeginSignIn), "no_consent");
    walk.must(Command::GiveConsent(consent()))
        .must(Command::BeginSignIn);
    walk.must(Command::WithdrawConsent(no_consent(
        AfterRefusal::BackToVetting,
    )));
    assert_eq!(walk.case.state, State::Vetting);
    assert!(walk.case.protocol.is_none() && walk.case.appointment().is_none());
    let mut walk = Walk::new().to(State::InProcedure);
    walk.must(Command::WithdrawConsent(no_consent(AfterRefusal::Cancel)));
    assert_eq!(
        walk.case.state,
        State::InProcedure,
        "the line goes on, the fact is kept"
    );
    assert!(matches!(walk.case.consent, ConsentState::Withdrawn(_)));
}

#[test]
fn a_closed_gate_needs_a_named_override_for_every_reason() {
    let mut walk = Walk::new().to(State::Arrived);
    walk.must(Command::GiveConsent(consent()));
    walk.gate = Some(gate(Gate::Blocked));
    assert_eq!(refused(&mut walk, Command::BeginSignIn), "gate_not_ready");
    walk.must(Command::EvaluateGate(gate(Gate::Blocked)));
    let empty = Override {
        rules: vec![],
        words: text("bleeding"),
    };
    assert_eq!(
        refused(&mut walk, Command::SignOverride(empty)),
        "override_incomplete"
    );
    let named = Override {
        rules: vec![RuleId::new("inr_too_old").unwrap()],
        words: text("bleeding, cannot wait"),
    };
    let nurse = walk.give(&staff(Role::IrNurse), Command::SignOverride(named.clone()));
    assert_eq!(nurse.unwrap_err().code, "not_this_role");
    walk.must(Command::SignOverride(named))
        .must(Command::BeginSignIn);
    walk.gate = Some(GateFinding {
        reasons: vec![
            GateReason {
                rule: RuleId::new("platelets_low").unwrap(),
                words: text("platelets 20"),
                who: vec![],
            },
            gate(Gate::Blocked).reasons.remove(0),
        ],
        ..gate(Gate::Blocked)
    });
    let next = Command::CompleteSignIn(checklist(&walk.rules.sign_in_items));
    assert_eq!(
        refused(&mut walk, next),
        "override_incomplete",
        "a new reason is not covered"
    );
}

#[test]
fn no_gate_is_no_ready() {
    let mut walk = Walk::new();
    walk.gate = None;
    let mut walk = walk.to(State::Arrived);
    walk.must(Command::GiveConsent(consent()));
    assert_eq!(
        refused(&mut walk, Command::BeginSignIn),
        "gate_not_evaluated"
    );
}

#[test]
fn a_change_in_the_room_calls_for_another_time_out() {
    let mut walk = Walk::new().to(State::TimeOut);
    let done = Command::CompleteTimeOut(checklist(&walk.rules.time_out_items));
    walk.must(done.clone());
    walk.must(Command::ChangeProcedure {
        number: ProcedureNumber(1),
        side: Laterality::Left,
        site: text("kidney"),
        reason: text("the order was wrong"),
    });
    let happened_at = walk.now;
    assert_eq!(
        refused(&mut walk, Command::StartProcedure { happened_at }),
        "time_out_missing"
    );
    walk.must(done.clone());
    let happened_at = walk.now;
    walk.must(Command::StartProcedure { happened_at });
    walk.must(Command::AddProcedure {
        procedure: procedure("drainage_abscess"),
        reason: text("pus"),
    });
    assert!(walk.case.needs_another_time_out());
    assert_eq!(
        walk.case.procedures[1].step.as_ref().unwrap().step_id,
        "27-000001-2"
    );
    walk.must(done);
    assert!(!walk.case.needs_another_time_out());
    walk.must(Command::ChangeOperator {
        operator: text("Dr Niemi"),
    });
    let happened_at = walk.now;
    walk.must(Command::RecordInRoom {
        happened_at,
        fact: specimen(),
    });
    assert_eq!(walk.case.deviations[0].missing, [MissingStep::TimeOut]);
}

// hazard: medicines stopped for an appointment that is gone
#[test]
fn cancelling_after_the_holds_began_carries_a_restart_instruction() {
    for holds in [Holds::Begun, Holds::Unknown] {
        let mut walk = Walk::new().to(State::Preparation);
        walk.holds = holds;
        for restart in [Restart::NotNeeded, Restart::Owed, Restart::Given(text(" "))] {
            let silent = Command::Cancel(Cancellation {
                restart,
                ..cancellation()
            });
            assert_eq!(refused(&mut walk, silent), "restart_instruction_missing");
        }
        walk.must(Command::Cancel(cancellation()));
    }
    let mut walk = Walk::new().to(State::Preparation);
    walk.holds = Holds::Begun;
    let kinds = walk
        .give(&his(), Command::RecordOrderCancelled(order_cancellation()))
        .unwrap();
    assert_eq!(kinds, ["order_cancelled", "procedure_dropped", "cancelled"]);
    assert_eq!(walk.case.restart, Some(Restart::Owed));
    assert_eq!(
        refused(&mut walk, Command::Close),
        "restart_instruction_owed"
    );
    walk.must(Command::GiveRestartInstruction {
        words: text("apixaban tomorrow"),
    })
    .must(Command::Close);
    let again = walk
        .give(&his(), Command::RecordOrderCancelled(order_cancellation()))
        .unwrap();
    assert_eq!(again, Vec::<&str>::new(), "sent twice, changes nothing");
}

#[test]
fn an_order_cancelled_after_the_needle_is_kept_and_moves_nothing() {
    let mut walk = Walk::new().to(State::Recovery);
    let kinds = walk
        .give(&his(), Command::RecordOrderCancelled(order_cancellation()))
        .unwrap();
    assert_eq!(kinds, ["order_cancelled"]);
    assert_eq!(walk.case.state, State::Recovery);
}

#[test]
fn one_order_of_two_leaves_the_other() {
    let mut walk = Walk::new();
    let mut two = referral();
    two.procedures.push(NewProcedure {
        orders: OrderNumbers {
            placer: Some(text("P-2")),
            ..OrderNumbers::default()
        },
        accession: None,
        ..procedure("drainage_abscess")
    });
    walk.must(Command::Refer(two));
    let mut walk = walk.to(State::Scheduled);
    walk.give(&his(), Command::RecordOrderCancelled(order_cancellation()))
        .unwrap();
    assert_eq!(walk.case.state, State::Scheduled);
    let left: Vec<_> = walk.case.live().map(|p| p.number).collect();
    assert_eq!(left, [ProcedureNumber(2)]);
}

#[test]
fn dates_before_the_earliest_and_times_gone_by_are_not_booked() {
    let mut walk = Walk::new().to(State::Vetting);
    walk.must(Command::Vet(protocol()));
    walk.earliest = Some(at("2027-02-04T00:00:00Z"));
    let early = booking(&walk.case, at("2027-02-03T23:59:59Z"));
    assert_eq!(
        refused(&mut walk, Command::Schedule(early)),
        "before_earliest_date"
    );
    let on_time = booking(&walk.case, at("2027-02-04T00:00:00Z"));
    walk.must(Command::Schedule(on_time));
    walk.earliest = None;
    let gone = Move {
        booking: booking(&walk.case, at("2027-01-01T08:00:00Z")),
        reason: text("x"),
    };
    assert_eq!(refused(&mut walk, Command::Move(gone)), "in_the_past");
}

#[test]
fn nobody_leaves_before_bed_rest_is_over_unless_against_advice() {
    let mut walk = Walk::new().to(State::SignOut);
    let done = walk.sign_out();
    walk.must(done);
    let ends = at("2027-02-01T12:00:00Z");
    walk.must(Command::BeginRecovery(recovery(ends)));
    let home = discharge(&walk.rules.discharge_criteria);
    assert_eq!(
        refused(&mut walk, Command::Discharge(home.clone())),
        "observation_not_over"
    );
    let mut early = walk.clone();
    early.must(Command::Discharge(Discharge {
        against_advice: text("wants to go"),
        ..home.clone()
    }));
    walk.now = at("2027-02-01T11:59:00Z");
    walk.must(Command::Discharge(home));
}

#[test]
fn specimens_are_counted_before_the_patient_leaves_the_room() {
    let mut walk = Walk::new().to(State::InProcedure);
    let happened_at = walk.now;
    walk.must(Command::RecordInRoom {
        happened_at,
        fact: specimen(),
    });
    let mut walk = walk.to(State::SignOut);
    let none = Command::CompleteSignOut(SignOut {
        checklist: checklist(&walk.rules.sign_out_items),
        specimens_counted: 0,
        orders_signed_by: text("Dr Lind"),
    });
    assert_eq!(refused(&mut walk, none), "specimens_do_not_match");
    let early = Command::BeginRecovery(recovery(walk.now));
    assert_eq!(refused(&mut walk, early), "sign_out_missing");
    let mut late = walk.clone();
    let left = Recovery {
        without_sign_out_because: text("resuscitation next door"),
        ..recovery(walk.now)
    };
    late.must(Command::BeginRecovery(left));
    assert_eq!(late.case.deviations[0].missing, [MissingStep::SignOut]);
    let done = walk.sign_out();
    walk.must(done);
}

#[test]
fn what_stays_open_keeps_the_case_open() {
    let mut walk = Walk::new().to(State::InProcedure);
    for fact in [
        specimen(),
        catheter(),
        RoomFact::Complication {
            words: text("haematoma"),
        },
    ] {
        let happened_at = walk.now;
        walk.must(Command::RecordInRoom { happened_at, fact });
    }
    let mut walk = walk.to(State::Discharged);
    let mut codes: Vec<&str> = walk.case.open_tracks().map(Track::code).collect();
    codes.sort_unstable();
    assert_eq!(
        codes,
        [
            "adverse_event",
            "awaiting_results",
            "device_follow_up",
            "follow_up"
        ]
    );
    assert_eq!(refused(&mut walk, Command::Close), "tracks_open");
    let results = walk.case.tracks[0].number;
    let early = TrackOutcome::ResultActedOn {
        next_step: text("none"),
    };
    assert_eq!(
        refused(
            &mut walk,
            Command::CloseTrack {
                number: results,
                outcome: early
            }
        ),
        "patient_not_informed"
    );
    let walk = walk.to(State::Closed);
    assert!(walk.case.open_tracks().next().is_none());
}

#[test]
fn a_late_complication_opens_a_closed_case_again() {
    let mut walk = Walk::new().to(State::Closed);
    let happened_at = walk.now;
    let late = RoomFact::Complication {
        words: text("pseudoaneurysm at day 40"),
    };
    let kinds = walk
        .dr(Command::RecordInRoom {
            happened_at,
            fact: late,
        })
        .unwrap();
    assert_eq!(kinds, ["reopened", "room_fact_recorded", "track_opened"]);
    assert_eq!(walk.case.state, State::Discharged);
}

#[test]
fn after_a_death_nothing_is_planned_and_the_case_can_end() {
    let mut walk = Walk::new().to(State::Scheduled);
    let death = DeathRecord {
        died_at: None,
        source: text("ADT A08"),
    };
    walk.give(&his(), Command::RecordDeath(death.clone()))
        .unwrap();
    assert!(
        walk.give(&his(), Command::RecordDeath(death))
            .unwrap()
            .is_empty()
    );
    assert_eq!(
        refused(&mut walk, Command::BeginPreparation),
        "patient_died"
    );
    let mut wrong = walk.clone();
    wrong
        .must(Command::RetractDeath {
            reason: text("wrong patient"),
        })
        .must(Command::BeginPreparation);
    walk.must(Command::Close);
    assert_eq!(walk.case.outcome, Some(CaseOutcome::Died));
}

#[test]
fn what_is_known_already_changes_nothing() {
    let mut walk = Walk::new().to(State::InProcedure);
    let study = StudyReceived {
        study: study(),
        accession: None,
        modality: text("US"),
        instances: 4,
    };
    assert_eq!(
        walk.give(&his(), Command::LinkStudy(study.clone()))
            .unwrap(),
        ["study_received"]
    );
    assert!(
        walk.give(&his(), Command::LinkStudy(study))
            .unwrap()
            .is_empty()
    );
    assert_eq!(
        walk.give(&his(), Command::ReceiveDose(dose())).unwrap(),
        ["dose_received"]
    );
    assert!(
        walk.give(&his(), Command::ReceiveDose(dose()))
            .unwrap()
            .is_empty()
    );
    let (from, to) = (patient("p1"), patient("p2"));
    let merge = Command::RecordPatientMerged {
        from,
        to: to.clone(),
    };
    assert_eq!(
        walk.give(&his(), merge.clone()).unwrap(),
        ["patient_merged"]
    );
    assert!(walk.give(&his(), merge).unwrap().is_empty());
    assert_eq!(walk.case.patient, Some(to));
}

#[test]
fn a_case_by_hand_takes_its_order_in_without_a_second_procedure() {
    let mut walk = Walk::new();
    let mut by_hand = referral();
    by_hand.procedures[0].accession = None;
    by_hand.procedures[0].orders = OrderNumbers::default();
    walk.must(Command::Refer(by_hand))
        .must(Command::EnterEmergency(emergency()));
    let absorption = Absorption {
        from: case_id("27-000007"),
        procedures: vec![AbsorbedProcedure {
            same_as: Some(ProcedureNumber(1)),
            procedure: procedure("nephrostomy"),
        }],
    };
    walk.must(Command::AbsorbCase(absorption.clone()));
    assert_eq!(walk.case.procedures.len(), 1);
    assert_eq!(
        walk.case.procedures[0].orders.placer.as_deref(),
        Some("P-1")
    );
    assert_eq!(
        walk.case.procedures[0].what,
        What::Catalogue(ProcedureId::new("biopsy_liver").unwrap()),
        "what is done here is said here"
    );
    assert!(walk.dr(Command::AbsorbCase(absorption)).unwrap().is_empty());
    let mut other = Walk::new().to(State::Scheduled);
    other.case.id = case_id("27-000007");
    other.must(Command::JoinInto {
        case: case_id("27-000001"),
    });
    assert_eq!(other.case.outcome, Some(CaseOutcome::Joined));
}

#[test]
fn an_unmapped_code_is_identified_before_it_is_vetted() {
    let mut walk = Walk::new();
    let mut unknown = referral();
    unknown.procedures[0].what = What::NotIdentified;
    walk.must(Command::Refer(unknown));
    assert_eq!(
        refused(&mut walk, Command::Vet(protocol())),
        "procedure_not_identified"
    );
    walk.must(Command::IdentifyProcedure {
        number: ProcedureNumber(1),
        procedure: ProcedureId::new("biopsy_liver").unwrap(),
    });
    assert_eq!(
        walk.dr(Command::Vet(protocol())).unwrap(),
        ["vetting_begun", "vetted"]
    );
}

#[test]
fn machines_say_facts_and_observers_say_nothing() {
    let walk = Walk::new().to(State::Arrived);
    let claim = walk.decide(&his(), &Command::BeginSignIn);
    assert_eq!(claim.unwrap_err().code, "not_this_role");
    for role in [Role::Observer, Role::Administrator] {
        for command in [
            Command::BeginSignIn,
            Command::LinkStudy(StudyReceived {
                study: study(),
                accession: None,
                modality: text("US"),
                instances: 1,
            }),
        ] {
            assert_eq!(
                walk.decide(&staff(role), &command).unwrap_err().code,
                "not_this_role"
            );
        }
    }
}
