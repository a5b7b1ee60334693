//! What the patient says at the desk, and what the gate makes of it.

use crate::acting::{booking, protocol, text, unidentified};
use crate::department::*;
use case::*;
use jiff::SignedDuration;
use model::Role;
use workflow::act_on_case::act_on_case;

/// A sedated patient two hours before the room, who says when the last food and drink were.
async fn arrived(department: &Department, tag: &str, hours_ago: Option<i64>) -> Case {
    let desk = &department.desk;
    let case = unidentified(department, tag).await;
    let id = case.id.to_string();
    let sedated = Protocol {
        anaesthesia: text("moderate_sedation"),
        ..protocol()
    };
    let vetted = act_on_case(desk, &doctor(), &id, None, &Command::Vet(sedated))
        .await
        .unwrap();
    let booked = Command::Schedule(booking(department, &vetted));
    let coordinator = staff(Role::Coordinator);
    act_on_case(desk, &coordinator, &id, None, &booked)
        .await
        .unwrap();
    let then = hours_ago.map(|hours| desk.now() - SignedDuration::from_hours(hours));
    let arrival = Arrival {
        identity_checked_by: vec![text("wristband"), text("tag")],
        last_food_at: then,
        last_drink_at: then,
        medicines_today: Stated::No,
        allergies_repeated: Stated::No,
        pregnancy_repeated: Stated::No,
        findings: Vec::new(),
    };
    let nurse = staff(Role::IrNurse);
    act_on_case(desk, &nurse, &id, None, &Command::Arrive(arrival))
        .await
        .unwrap()
}

fn reasons(case: &Case) -> String {
    let gate = &case.gate.as_ref().unwrap().what;
    let words: Vec<&str> = gate.reasons.iter().map(|r| r.words.as_str()).collect();
    format!("{:?}: {}", gate.now, words.join("; "))
}

#[tokio::test]
async fn food_and_drink_are_asked_at_the_desk_and_held_against_the_plan() {
    in_a_department(|department| async move {
        let fasted = reasons(&arrived(&department, "T-200", Some(12)).await);
        assert!(
            !fasted.contains("Ate") && !fasted.contains("Last food"),
            "{fasted}"
        );
        let ate = reasons(&arrived(&department, "T-201", Some(0)).await);
        assert!(ate.contains("Blocked"), "{ate}");
        assert!(
            ate.contains("Ate") && ate.contains("allowed until"),
            "{ate}"
        );
        let silent = reasons(&arrived(&department, "T-202", None).await);
        assert!(
            silent.contains("Last food not asked at arrival"),
            "{silent}"
        );
        assert!(
            silent.contains("Last drink not asked at arrival"),
            "{silent}"
        );
    })
    .await;
}
