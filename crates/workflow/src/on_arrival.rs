//! What the patient says at the desk closes what the patient had to do at home: food, drink, medicines left out.
//!
//! Before arrival the plan's own tasks keep the gate "pending". Without this it would stay so, and everybody who fasts or
//! leaves a medicine out would need a signed override.

use case::{Arrival, Case, GateReason, State, Stated};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use knowledge::medicine::Action;
use model::{Gate, Role, RuleId};
use preparation::{Plan, Section};

/// The gate of the plan as it stands after the desk, and what the desk left open.
pub(crate) fn at_the_desk(
    case: &Case,
    plan: &Plan,
    zone: &TimeZone,
) -> (Gate, Vec<(Gate, GateReason)>) {
    let is_here = matches!(case.state, State::Arrived | State::SignIn | State::TimeOut);
    let arrival = case.arrival.as_ref().map(|arrival| &arrival.what);
    let Some(arrival) = arrival.filter(|_| is_here && case.emergency.is_none()) else {
        return (plan.gate_now, Vec::new());
    };
    let mut open = Vec::new();
    fasted(arrival, plan, zone, &mut open);
    left_out(arrival, plan, &mut open);
    let others = other_tasks(plan);
    let gate = match (plan.gate_now, others.is_empty()) {
        (Gate::Pending, true) => Gate::Ready,
        (Gate::Pending, false) => {
            let words = format!("Nobody has confirmed: {}", others.join(", "));
            let who = vec![Role::Radiologist];
            open.extend(reason(Gate::Pending, "tasks_not_confirmed", words, who));
            Gate::Pending
        }
        (stands, _) => stands,
    };
    (gate, open)
}

fn reason(gate: Gate, rule: &str, words: String, who: Vec<Role>) -> Option<(Gate, GateReason)> {
    let rule = RuleId::new(rule).ok()?;
    Some((gate, GateReason { rule, words, who }))
}

/// Later than every limit for food: the procedure waits. Between the strictest and the last one it depends on what it was.
fn fasted(arrival: &Arrival, plan: &Plan, zone: &TimeZone, open: &mut Vec<(Gate, GateReason)>) {
    let limits = &plan.fasting.limits;
    let food = || limits.iter().filter(|limit| limit.food != CLEAR);
    let drink = limits.iter().find(|limit| limit.food == CLEAR);
    let mut say = |gate, words| {
        let who = vec![Role::Radiologist, Role::Anaesthetist];
        open.extend(reason(gate, &plan.fasting.rule, words, who));
    };
    let here = |at: Timestamp| at.to_zoned_datetime(zone.clone()).datetime();
    let clock = |at: DateTime| at.strftime("%a %-d %b %H:%M").to_string();
    let strictest = food().map(|limit| limit.until).min();
    let last = food().map(|limit| limit.until).max();
    match (arrival.last_food_at.map(here), strictest.zip(last)) {
        (None, Some(_)) => say(Gate::Pending, "Last food not asked at arrival".to_owned()),
        (Some(ate), Some((_, last))) if ate > last => {
            let words = format!("Ate {}, allowed until {}", clock(ate), clock(last));
            say(Gate::Blocked, words);
        }
        (Some(ate), Some((strictest, _))) if ate > strictest => {
            let words = format!(
                "Ate {}: a full meal was allowed until {}",
                clock(ate),
                clock(strictest)
            );
            say(Gate::Review, words);
        }
        _ => {}
    }
    match (arrival.last_drink_at.map(here), drink) {
        (None, Some(_)) => say(Gate::Pending, "Last drink not asked at arrival".to_owned()),
        (Some(drank), Some(limit)) if drank > limit.until => {
            let words = format!(
                "Drank {}, allowed until {}",
                clock(drank),
                clock(limit.until)
            );
            say(Gate::Blocked, words);
        }
        _ => {}
    }
}

const CLEAR: &str = "clear_liquid";

/// Something was left out for today, and something was taken today: somebody reads what it was.
fn left_out(arrival: &Arrival, plan: &Plan, open: &mut Vec<(Gate, GateReason)>) {
    let Some(row) = plan.medicines.iter().find(|row| is_left_out(row.action)) else {
        return;
    };
    let words = match &arrival.medicines_today {
        Stated::No => return,
        Stated::Yes(words) if words.trim().is_empty() => {
            format!(
                "Medicines taken today, not said which; {} is left out",
                row.inn
            )
        }
        Stated::Yes(words) => format!("Taken today: {words}; {} is left out", row.inn),
        Stated::Unknown => format!("Not known whether {} was taken today", row.inn),
    };
    let who = vec![Role::Radiologist];
    open.extend(reason(Gate::Review, "medicines_taken_today", words, who));
}

fn is_left_out(action: Action) -> bool {
    match action {
        Action::Hold | Action::HoldAdvice | Action::HoldFromProcedure | Action::OmitMorning => true,
        Action::Continue
        | Action::ContinueWithLiquidDiet
        | Action::ContinuePendingOperator
        | Action::Target
        | Action::Reduce
        | Action::DecisionRequired
        | Action::MdtDecisionRequired => false,
    }
}

/// Tasks that no answer at the desk is about.
fn other_tasks(plan: &Plan) -> Vec<&'static str> {
    let premedicated = match &plan.premedication {
        Section::Worked(doses) => !doses.is_empty(),
        Section::NotWorkedOut(_) => true,
    };
    let changed = plan.medicines.iter().any(|row| {
        matches!(
            row.action,
            Action::Target | Action::Reduce | Action::ContinueWithLiquidDiet
        )
    });
    [
        (premedicated, "premedication"),
        (!plan.labs_due.is_empty(), "blood tests"),
        (!plan.contrast_actions.is_empty(), "fluids or contrast"),
        (changed, "a changed dose or diet"),
    ]
    .into_iter()
    .filter_map(|(is_open, words)| is_open.then_some(words))
    .collect()
}
