//! Sign-out: nobody leaves the room before the specimens are counted and the orders are signed.

use crate::{
    Body, Case, Checklist, Command, Context, Refusal, RoomFact, State, checklist::complete,
    values::said,
};

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SignOut {
    pub checklist: Checklist,
    /// Containers labelled and handed over; must equal those recorded.
    pub specimens_counted: u16,
    /// Who signed the orders for afterwards.
    pub orders_signed_by: String,
}

pub(crate) fn complete_sign_out(
    state: &Case,
    command: &Command,
    sign_out: &SignOut,
    context: &Context<'_>,
) -> Result<Vec<Body>, Refusal> {
    state.must_be_in(command, &[State::SignOut])?;
    complete(
        &sign_out.checklist.items,
        &context.rules.sign_out_items,
        "sign_out_not_complete",
    )?;
    let taken = state
        .room_facts
        .iter()
        .filter(|fact| matches!(fact.fact, RoomFact::Specimen(_)))
        .count();
    if usize::from(sign_out.specimens_counted) != taken {
        return Err(Refusal::new(
            "specimens_do_not_match",
            format!(
                "{taken} specimens are recorded and {} were counted",
                sign_out.specimens_counted
            ),
        )
        .instead("count again, or record the specimen that is missing"));
    }
    if !said(&sign_out.orders_signed_by) {
        return Err(Refusal::empty("who signed the orders for afterwards"));
    }
    Ok(vec![Body::SignOutCompleted(sign_out.clone())])
}
