//! An order arrives, changes or is taken back.
//!
//! New: a case, or the order of a case that was made by hand. Known already: the change goes to its case.
//! Cancelled: the case ends with its restart instruction. An order is known by placer number, filler number or
//! accession number together with its patient.

use crate::desk::WorkError;
use crate::draft::{Draft, Task};
use crate::incoming::{IncomingOrder, IncomingOrders, MappedProcedure, OrderAction, OrderNumber};
use crate::new_numbers::{is_demonstration_study, new_accession, new_study_uid};
use crate::patient::Patient;
use crate::receive_message::{NotApplied, ReceiveError, is_open};
use crate::receive_patient_message::{Stay, patient_of};
use crate::site_codes::map_procedure;
use case::{
    Case, Command, NewProcedure, OrderCancellation, OrderChange, OrderNumbers, ProcedureNumber,
    Referral, Restart, SenderCode, State, Statement, What,
};
use model::{Laterality, Role, Urgency};

pub(crate) async fn apply(
    draft: &mut Draft<'_>,
    orders: &IncomingOrders,
) -> Result<(), ReceiveError> {
    for order in orders.visits_to_the_room.iter().flatten() {
        refuse_demonstration_study(draft, order)?;
    }
    let patient = patient_of(draft, &orders.patient, Stay::NotStated).await?;
    for visit in &orders.visits_to_the_room {
        let mut new = Vec::new();
        for order in visit {
            let known = case_of(draft, order, &patient).await?;
            match (order.action, known) {
                (OrderAction::Cancel, Some(known)) => {
                    cancel(draft, order, &known, &patient).await?
                }
                (OrderAction::Cancel, None) => cancelled_unknown(draft, order, &patient),
                (OrderAction::New | OrderAction::Change, Some(known)) => {
                    change(draft, order, &known, &patient).await?;
                }
                (OrderAction::New | OrderAction::Change, None) => new.push(order),
            }
        }
        if !new.is_empty() {
            open(draft, &new, &patient).await?;
        }
    }
    Ok(())
}

fn refuse_demonstration_study(draft: &Draft<'_>, order: &IncomingOrder) -> Result<(), NotApplied> {
    let study = order.study_uid.as_ref().map_or("", |study| study.as_str());
    if !draft.desk.site().demonstration && is_demonstration_study(study) {
        return Err(NotApplied::DemonstrationStudy);
    }
    Ok(())
}

/// The case and procedure of an order.
struct Known {
    case: Case,
    procedure: ProcedureNumber,
    is_live: bool,
}

async fn case_of(
    draft: &Draft<'_>,
    order: &IncomingOrder,
    patient: &Patient,
) -> Result<Option<Known>, WorkError> {
    let value = |number: &Option<OrderNumber>| number.as_ref().map(|n| n.value.clone());
    let accession = order.accession.as_ref().map(|a| a.as_str().to_owned());
    let keys = [
        ("placer_order", value(&order.placer)),
        ("filler_order", value(&order.filler)),
        ("accession", accession),
    ];
    let mut ended = None;
    for (kind, value) in keys {
        let Some(value) = value else { continue };
        let mut cases: Vec<Case> = draft.cases_here().cloned().collect();
        for id in draft.desk.query().cases_by_key(kind, &value).await? {
            if !cases.iter().any(|case| case.id.as_str() == id) {
                cases.extend(draft.case(&id).await?);
            }
        }
        for case in cases
            .into_iter()
            .filter(|c| c.patient.as_ref() == Some(&patient.key))
        {
            let found = case.procedures.iter().find(|p| {
                let stands = match kind {
                    "placer_order" => p.orders.placer.clone(),
                    "filler_order" => p.orders.filler.clone(),
                    _ => p.accession.as_ref().map(ToString::to_string),
                };
                stands.as_ref() == Some(&value)
            });
            let Some(found) = found else { continue };
            let known = Known {
                procedure: found.number,
                is_live: found.is_live() && is_open(case.state.code()),
                case,
            };
            if known.is_live {
                return Ok(Some(known));
            }
            ended = ended.or(Some(known));
        }
    }
    Ok(ended)
}

fn mapped(draft: &Draft<'_>, order: &IncomingOrder) -> What {
    let table = &draft.desk.site().procedure_codes;
    let catalogue = &draft.desk.rules().book.procedures;
    match map_procedure(table, &order.procedure, |id| {
        catalogue.contains_key(id.as_str())
    }) {
        MappedProcedure::Known(id) => What::Catalogue(id),
        MappedProcedure::NotIdentified => What::NotIdentified,
    }
}

fn numbers(order: &IncomingOrder) -> OrderNumbers {
    let value = |number: &Option<OrderNumber>| number.as_ref().map(|n| n.value.clone());
    OrderNumbers {
        placer: value(&order.placer),
        filler: value(&order.filler),
        placer_group: value(&order.group),
    }
}

fn sender_code(order: &IncomingOrder) -> Option<SenderCode> {
    order.procedure.first().map(|sent| SenderCode {
        code: sent.code.clone(),
        text: sent.text.clone(),
        system: sent.system.clone(),
    })
}

fn stated_side(order: &IncomingOrder) -> Option<Laterality> {
    (order.laterality != Laterality::NotStated).then_some(order.laterality)
}

fn indication(order: &IncomingOrder) -> String {
    [&order.reason, &order.clinical_information]
        .into_iter()
        .find(|text| !text.is_empty())
        .cloned()
        .unwrap_or_default()
}

/// The order number that people know it by.
fn shown(order: &IncomingOrder) -> String {
    let number = order.placer.as_ref().or(order.filler.as_ref());
    number.map(|n| n.value.clone()).unwrap_or_default()
}

/// What only one case may have: this order of this patient.
fn key_of(order: &IncomingOrder, patient: &Patient) -> String {
    let kind = if order.placer.is_some() {
        "placer"
    } else {
        "filler"
    };
    format!("order:{}:{kind}:{}", patient.key, shown(order))
}

/// New orders for one visit: the order of a case made by hand, else a case.
async fn open(
    draft: &mut Draft<'_>,
    orders: &[&IncomingOrder],
    patient: &Patient,
) -> Result<(), ReceiveError> {
    let mut rest = Vec::new();
    for order in orders {
        match made_by_hand(draft, order, patient).await? {
            Some(known) => change(draft, order, &known, patient).await?,
            None => rest.push(*order),
        }
    }
    if rest.is_empty() {
        return Ok(());
    }
    let mut procedures = Vec::new();
    for order in &rest {
        procedures.push(new_procedure(draft, order).await?);
    }
    let others = draft.open_cases(patient).await?;
    let referral = referral(&rest, patient, procedures);
    let before = Case::new(draft.desk.new_case_id().await?);
    for order in &rest {
        draft.claim_order(&key_of(order, patient), &before.id);
    }
    let case = draft
        .command(&before, &Command::Refer(referral), patient)
        .await?;
    if others
        .iter()
        .any(|other| other.live().all(|p| p.orders == OrderNumbers::default()))
    {
        draft.put_task(Task {
            id: format!("join:{}", case.id),
            kind: "join_orders",
            case: Some(&case),
            patient,
            words: "this patient has a case made by hand: is the new order for it?".to_owned(),
            owner: Role::Coordinator,
        });
    }
    if patient.deceased {
        let death = Command::RecordDeath(case::DeathRecord {
            died_at: None,
            source: draft.sender().to_owned(),
        });
        let case = draft.command(&case, &death, patient).await?;
        draft.put_task(Task {
            id: format!("death:{}", case.id),
            kind: "death_recorded",
            case: Some(&case),
            patient,
            words: "an order for a patient whose death is recorded: ask the sender".to_owned(),
            owner: Role::Coordinator,
        });
    }
    Ok(())
}

/// The one open case that staff made by hand for the same procedure and that has no order yet.
async fn made_by_hand(
    draft: &Draft<'_>,
    order: &IncomingOrder,
    patient: &Patient,
) -> Result<Option<Known>, WorkError> {
    let What::Catalogue(wanted) = mapped(draft, order) else {
        return Ok(None);
    };
    let mut found = Vec::new();
    for case in draft.open_cases(patient).await? {
        for procedure in case.live() {
            let without_order = procedure.orders == OrderNumbers::default();
            let same_side = order.laterality == Laterality::NotStated
                || procedure.side == Laterality::NotStated
                || procedure.side == order.laterality;
            if without_order && same_side && procedure.what == What::Catalogue(wanted.clone()) {
                found.push((case.clone(), procedure.number));
            }
        }
    }
    // Two that fit are a question for a person.
    Ok(match found.as_slice() {
        [(case, number)] => Some(Known {
            case: case.clone(),
            procedure: *number,
            is_live: true,
        }),
        _ => None,
    })
}

async fn new_procedure(
    draft: &Draft<'_>,
    order: &IncomingOrder,
) -> Result<NewProcedure, WorkError> {
    let accession = match &order.accession {
        Some(accession) => accession.clone(),
        None => new_accession(draft.desk).await?,
    };
    let study = match &order.study_uid {
        Some(study) => study.clone(),
        None => new_study_uid(draft.desk).await?,
    };
    Ok(NewProcedure {
        what: mapped(draft, order),
        sender_code: sender_code(order),
        side: order.laterality,
        site: String::new(),
        accession: Some(accession),
        study: Some(study),
        orders: numbers(order),
    })
}

fn referral(
    orders: &[&IncomingOrder],
    patient: &Patient,
    procedures: Vec<NewProcedure>,
) -> Referral {
    let mut indications: Vec<String> = Vec::new();
    let mut statements = Vec::new();
    for order in orders {
        let words = indication(order);
        if !words.is_empty() && !indications.contains(&words) {
            indications.push(words);
        }
        if !order.clinical_information.is_empty() {
            statements.push(Statement {
                about: "clinical_information".to_owned(),
                words: order.clinical_information.clone(),
            });
        }
    }
    statements.dedup();
    let urgency = orders.iter().filter_map(|order| order.urgency).max();
    let referrer = orders
        .iter()
        .map(|o| &o.referrer)
        .find(|r| !r.id.is_empty() || !r.name.family.is_empty());
    let referrer = referrer.map(|r| {
        let name = r.name.to_string();
        match (r.id.as_str(), r.name.family.is_empty()) {
            ("", _) => name,
            (id, true) => id.to_owned(),
            (id, false) => format!("{name} ({id})"),
        }
    });
    Referral {
        patient: patient.key.clone(),
        procedures,
        urgency: urgency.unwrap_or(Urgency::Elective),
        indication: indications.join("; "),
        referrer: referrer.unwrap_or_default(),
        result_to: String::new(),
        wanted_at: orders.iter().filter_map(|order| order.wanted_at).min(),
        statements,
        index_case: None,
    }
}

async fn change(
    draft: &mut Draft<'_>,
    order: &IncomingOrder,
    known: &Known,
    patient: &Patient,
) -> Result<(), ReceiveError> {
    if !known.is_live {
        draft
            .notes
            .push("the case of this order has ended, a task was opened".to_owned());
        draft.put_task(Task {
            id: format!("order_again:{}:{}", known.case.id, known.procedure),
            kind: "order_after_end",
            case: Some(&known.case),
            patient,
            words: format!("order {} came again after its case had ended", shown(order)),
            owner: Role::Coordinator,
        });
        return Ok(());
    }
    let what = mapped(draft, order);
    let mapped = match &what {
        What::Catalogue(id) => Some(id.clone()),
        What::NotIdentified => None,
    };
    let words = indication(order);
    let command = Command::ChangeOrder(OrderChange {
        number: known.procedure,
        orders: numbers(order),
        accession: order.accession.clone(),
        study: order.study_uid.clone(),
        sender_code: sender_code(order),
        procedure: mapped,
        side: stated_side(order),
        site: None,
        indication: (!words.is_empty()).then_some(words),
        wanted_at: order.wanted_at,
    });
    draft.command(&known.case, &command, patient).await?;
    Ok(())
}

async fn cancel(
    draft: &mut Draft<'_>,
    order: &IncomingOrder,
    known: &Known,
    patient: &Patient,
) -> Result<(), ReceiveError> {
    if !known.is_live {
        draft
            .notes
            .push("the case of this order has ended already".to_owned());
        return Ok(());
    }
    let command = Command::RecordOrderCancelled(OrderCancellation {
        orders: numbers(order),
        accession: order.accession.clone(),
        words: order.reason.clone(),
        restart: Restart::Owed,
    });
    let after = draft.command(&known.case, &command, patient).await?;
    let mut words = format!("order {} was cancelled by its sender", shown(order));
    if after.state != State::Cancelled {
        words.push_str("; the case goes on");
    }
    draft.put_task(Task {
        id: format!("order_cancelled:{}:{}", after.id, known.procedure),
        kind: "order_cancelled",
        case: Some(&after),
        patient,
        words,
        owner: Role::Coordinator,
    });
    Ok(())
}

/// A cancellation that came before its order, or of one that never came here: somebody should know.
fn cancelled_unknown(draft: &mut Draft<'_>, order: &IncomingOrder, patient: &Patient) {
    draft
        .notes
        .push("no case has the order that is cancelled, a task was opened".to_owned());
    let words = format!("order {} was cancelled, but no case has it", shown(order));
    draft.put_task(Task {
        id: format!("cancelled_unknown:{}:{}", patient.key, shown(order)),
        kind: "cancelled_order_unknown",
        case: None,
        patient,
        words,
        owner: Role::Coordinator,
    });
}
