//! Two cases are one visit: one takes the procedures of the other, which ends.

use crate::act_on_case::{ActError, decided_for, patient_of};
use crate::case_file::load_case;
use crate::desk::Desk;
use case::{
    AbsorbedProcedure, Absorption, Actor, Case, Command, NewProcedure, Procedure, ProcedureNumber,
};
use std::collections::BTreeMap;
use store::{Change, Commit, CommitError};

/// Which cases, and the versions that the person saw.
#[derive(Debug, Clone, PartialEq)]
pub struct Join {
    pub into: String,
    pub into_version: u64,
    pub from: String,
    pub from_version: u64,
    /// Procedures of `from` that are the same as one of `into`: the order then goes to that one, and no second
    /// procedure appears.
    pub same: BTreeMap<ProcedureNumber, ProcedureNumber>,
}

#[derive(Debug, thiserror::Error)]
pub enum JoinError {
    #[error("the cases belong to two patients; identify or merge the patient first")]
    TwoPatients,
    #[error(transparent)]
    Act(#[from] ActError),
}

/// Joins in one commit: both cases change, or none.
/// # Errors
/// See [`JoinError`]; a case that has changed since the page was shown is a conflict.
pub async fn join_cases(desk: &Desk, by: &Actor, join: &Join) -> Result<Case, JoinError> {
    let into = seen(desk, &join.into, join.into_version).await?;
    let from = seen(desk, &join.from, join.from_version).await?;
    if into.patient != from.patient {
        return Err(JoinError::TwoPatients);
    }
    let patient = patient_of(desk, &into).await.map_err(ActError::from)?;
    let absorb = Command::AbsorbCase(Absorption {
        from: from.id.clone(),
        procedures: from
            .live()
            .map(|procedure| AbsorbedProcedure {
                same_as: join.same.get(&procedure.number).copied(),
                procedure: as_new(procedure),
            })
            .collect(),
    });
    let end = Command::JoinInto {
        case: into.id.clone(),
    };
    let (after, mut changes) = decided_for(desk, by, &into, &absorb, &patient).await?;
    let (ended, more) = decided_for(desk, by, &from, &end, &patient).await?;
    changes.extend(more);
    for case in [&after, &ended] {
        changes.push(Change::CloseTasksOfKind {
            case_id: case.id.to_string(),
            kind: "join_orders".to_owned(),
            at: desk.now(),
            by: by.shown().to_owned(),
        });
    }
    match desk.commit(Commit { changes }).await {
        Ok(()) => Ok(after),
        Err(CommitError::Stale { .. }) => Err(ActError::Changed {
            expected: join.into_version,
            now: join.into_version + 1,
        }
        .into()),
        Err(other) => Err(ActError::from(other).into()),
    }
}

async fn seen(desk: &Desk, case_id: &str, version: u64) -> Result<Case, ActError> {
    let case = load_case(desk.query(), case_id)
        .await?
        .ok_or_else(|| ActError::NoSuchCase(case_id.to_owned()))?;
    if case.version == version {
        Ok(case)
    } else {
        Err(ActError::Changed {
            expected: version,
            now: case.version,
        })
    }
}

fn as_new(procedure: &Procedure) -> NewProcedure {
    let procedure = procedure.clone();
    NewProcedure {
        what: procedure.what,
        sender_code: procedure.sender_code,
        side: procedure.side,
        site: procedure.site,
        accession: procedure.accession,
        study: procedure.study,
        orders: procedure.orders,
    }
}
