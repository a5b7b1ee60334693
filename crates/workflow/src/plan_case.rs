//! Works out the plan and the gate of a case from the patient's facts as they stand.

use crate::desk::{Desk, WorkError};
use crate::laboratory::standing;
use crate::on_arrival::at_the_desk;
use crate::patient::Patient;
use crate::plan_facts::{booking, facts, wall_clock};
use crate::plan_json;
use case::{Case, GateFinding, GateReason, Holds, State};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use knowledge::medicine::Action;
use model::{Gate, Role, RuleId};
use preparation::{MedicineRow, Plan, Reason};
use store::rows::PlanRow;

/// What planning found.
#[derive(Debug, Clone, PartialEq)]
pub struct Planned {
    pub gate: GateFinding,
    pub holds: Holds,
    /// The first moment that holds and laboratory windows allow.
    pub earliest: Option<Timestamp>,
    /// The plan whole, to be kept; `None` when there was nothing to plan from.
    pub row: Option<PlanRow>,
    pub plan: Option<Plan>,
}

/// Plans a case at a moment.
/// # Errors
/// The database, when the laboratory values are read.
pub async fn plan_case(
    desk: &Desk,
    case: &Case,
    patient: &Patient,
    at: Timestamp,
) -> Result<Planned, WorkError> {
    let zone = desk.site().zone_or_utc();
    let Some(booking) = booking(case, &zone) else {
        return Ok(not_planned(case));
    };
    let values = standing(&desk.query().laboratory(patient.key.as_str()).await?);
    let facts = facts(patient, case, &values, &zone);
    let rules = &desk.rules().book;
    match preparation::plan(&facts, &booking, rules, wall_clock(at, &zone), &zone) {
        Ok(plan) => planned(case, patient, plan, at, &zone),
        Err(refusal) => Ok(question(
            "not_worked_out",
            &format!("The plan could not be worked out: {refusal}"),
            vec![Role::Radiologist],
            Gate::Review,
        )),
    }
}

fn planned(
    case: &Case,
    patient: &Patient,
    plan: Plan,
    at: Timestamp,
    zone: &TimeZone,
) -> Result<Planned, WorkError> {
    let mut reasons: Vec<GateReason> = Vec::new();
    for reason in plan
        .blockers
        .iter()
        .chain(&plan.reviews)
        .chain(&plan.bypassed)
    {
        reasons.extend(gate_reason(reason));
    }
    reasons.extend(plan.open_questions.iter().filter_map(|open| {
        Some(GateReason {
            rule: RuleId::new(&open.code).ok()?,
            words: open.words.clone(),
            who: roles(&open.owners),
        })
    }));
    let (mut now, at_the_desk) = at_the_desk(case, &plan, zone);
    let unidentified = procedure_not_identified(case).map(|reason| (Gate::Review, reason));
    for (gate, reason) in at_the_desk.into_iter().chain(unidentified) {
        if now != Gate::OverrideRequired {
            now = now.max(gate);
        }
        reasons.push(reason);
    }
    let body = serde_json::to_string(&plan_json::plan_value(case.id.as_str(), &plan))
        .map_err(|error| WorkError::Damaged(error.to_string()))?;
    Ok(Planned {
        gate: GateFinding {
            now,
            if_completed: plan.gate_if_completed,
            reasons,
        },
        holds: holds(case, patient, &plan.medicines, wall_clock(at, zone)),
        earliest: earliest(&plan.medicines, zone),
        row: Some(PlanRow {
            case_id: case.id.to_string(),
            case_version: i64::try_from(case.version).unwrap_or(i64::MAX),
            computed: at,
            knowledge_version: plan.knowledge_version.to_string(),
            body,
        }),
        plan: Some(plan),
    })
}

/// A procedure of the case that the catalogue does not know is planned by nobody.
fn procedure_not_identified(case: &Case) -> Option<GateReason> {
    if case.live().all(|procedure| procedure.is_identified()) {
        return None;
    }
    Some(GateReason {
        rule: RuleId::new("procedure_not_identified").ok()?,
        words: "A procedure of this case is not identified".to_owned(),
        who: vec![Role::Coordinator, Role::Radiologist],
    })
}

/// The roles of these codes; the radiologist when none of them is a role here.
fn roles(codes: &[String]) -> Vec<Role> {
    let who: Vec<Role> = codes
        .iter()
        .filter_map(|code| Role::from_code(code))
        .collect();
    if who.is_empty() {
        vec![Role::Radiologist]
    } else {
        who
    }
}

fn gate_reason(reason: &Reason) -> Option<GateReason> {
    let words = if reason.approved_here {
        reason.fact.clone()
    } else {
        format!("{} (by a rule not yet approved here)", reason.fact)
    };
    Some(GateReason {
        rule: RuleId::new(&reason.rule).ok()?,
        words,
        who: roles(&reason.lifted_by),
    })
}

/// No instruction has gone out before the case was booked; afterwards a medicine list that nobody asked for is
/// unknown, never "nothing was stopped".
fn holds(
    case: &Case,
    patient: &Patient,
    medicines: &[MedicineRow],
    now: jiff::civil::DateTime,
) -> Holds {
    if matches!(
        case.state,
        State::NotReferred | State::Referred | State::Returned | State::Vetting
    ) {
        return Holds::NotBegun;
    }
    let begun = |row: &MedicineRow| match row.action {
        Action::Hold | Action::HoldAdvice | Action::HoldFromProcedure => {
            row.last_dose.is_none_or(|last| last <= now)
        }
        Action::DecisionRequired | Action::MdtDecisionRequired => true,
        Action::Continue
        | Action::ContinueWithLiquidDiet
        | Action::ContinuePendingOperator
        | Action::Target
        | Action::Reduce
        | Action::OmitMorning => false,
    };
    if medicines.iter().any(begun) {
        Holds::Begun
    } else if patient.facts.medicines_asked || !patient.facts.medicines.is_empty() {
        Holds::NotBegun
    } else {
        Holds::Unknown
    }
}

fn earliest(medicines: &[MedicineRow], zone: &TimeZone) -> Option<Timestamp> {
    let day = medicines
        .iter()
        .filter_map(|row| row.earliest_compliant_date)
        .max()?;
    day.to_zoned_datetime(zone.clone())
        .ok()
        .map(|start| start.timestamp())
}

fn not_planned(case: &Case) -> Planned {
    if case.live().all(|procedure| !procedure.is_identified()) {
        return question(
            "procedure_not_identified",
            "The procedure is not identified",
            vec![Role::Coordinator, Role::Radiologist],
            Gate::Review,
        );
    }
    let mut planned = question(
        "not_booked",
        "Not booked yet",
        vec![Role::Coordinator],
        Gate::Pending,
    );
    planned.holds = Holds::NotBegun;
    planned
}

/// A gate that nobody could work out is a question to a person, never "ready".
fn question(code: &str, words: &str, who: Vec<Role>, gate: Gate) -> Planned {
    let reasons = RuleId::new(code)
        .map(|rule| {
            vec![GateReason {
                rule,
                words: words.to_owned(),
                who,
            }]
        })
        .unwrap_or_default();
    Planned {
        gate: GateFinding {
            now: gate,
            if_completed: gate,
            reasons,
        },
        holds: Holds::Unknown,
        earliest: None,
        row: None,
        plan: None,
    }
}
