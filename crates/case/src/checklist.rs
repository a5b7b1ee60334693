//! A checklist as it was answered. Skipping is impossible; "not applicable" needs its reason.

use crate::{Refusal, values::said};

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ChecklistAnswer {
    Yes,
    /// Answered "no", with how it was resolved.
    No {
        resolution: String,
    },
    NotApplicable {
        reason: String,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Answered {
    /// Id of the item (`SI2`); its words are in `knowledge/pathway/`.
    pub item: String,
    pub answer: ChecklistAnswer,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Checklist {
    pub items: Vec<Answered>,
    /// Who was in the room, by name.
    pub present: Vec<String>,
    /// The operator who leads it; changing the operator calls for a new time-out.
    pub operator: String,
    pub spoken_aloud: bool,
}

/// Refuses a list that leaves a mandatory item open, answers one twice, or says "no" without a resolution.
pub(crate) fn complete(
    items: &[Answered],
    mandatory: &[String],
    code: &'static str,
) -> Result<(), Refusal> {
    let mut open: Vec<&str> = Vec::new();
    for id in mandatory {
        match items.iter().filter(|a| &a.item == id).count() {
            0 => open.push(id),
            1 => {}
            _ => {
                return Err(Refusal::new(
                    "answered_twice",
                    format!("item {id} is answered twice"),
                ));
            }
        }
    }
    if !open.is_empty() {
        return Err(
            Refusal::new(code, format!("not answered: {}", open.join(", ")))
                .instead("answer every item; \"not applicable\" needs a reason"),
        );
    }
    for answered in items {
        let stated = match &answered.answer {
            ChecklistAnswer::Yes => true,
            ChecklistAnswer::No { resolution } => said(resolution),
            ChecklistAnswer::NotApplicable { reason } => said(reason),
        };
        if !stated {
            return Err(Refusal::new(
                "resolution_missing",
                format!(
                    "item {}: say how it was resolved, or why it does not apply",
                    answered.item
                ),
            ));
        }
    }
    Ok(())
}
