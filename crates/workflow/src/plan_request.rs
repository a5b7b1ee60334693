//! A plan for what somebody sent, without a case: asked on the command line and at `POST /api/plan`.

use crate::plan_json::{Asked, NotUsed, OpenQuestion, Outcome, write_plans};
use crate::site::Site;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use knowledge::RuleBook;
use preparation::{Booking, Facts, Plan};

/// One plan that is asked for.
#[derive(Debug, Clone)]
pub struct PlanRequest {
    pub id: String,
    /// Wall clock in `zone`.
    pub as_of: DateTime,
    pub zone: TimeZone,
    pub facts: Facts,
    /// `None` while nobody can say which procedure is meant; then a question says so.
    pub booking: Option<Booking>,
    pub open: Vec<OpenQuestion>,
    pub not_used: Vec<NotUsed>,
}

/// A request that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestRefused {
    pub id: String,
    pub reason: String,
}

/// The bytes as a whole are no question for plans; the words name the element.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NotReadable(pub String);

/// What a reader is given.
#[derive(Debug, Clone, Copy)]
pub struct ReadWith<'a> {
    pub rules: &'a RuleBook,
    pub site: &'a Site,
    pub now: Timestamp,
    /// Takes the place of the moment that the bytes name, and of now.
    pub at: Option<DateTime>,
}

/// Turns bytes into requests. The doors that know the formats are neighbours of the web: the binary plugs them in.
pub trait PlanReader: Send + Sync {
    /// # Errors
    /// None of the forms that are read, or no question in it.
    fn read(
        &self,
        bytes: &[u8],
        with: &ReadWith,
    ) -> Result<Vec<Result<PlanRequest, RequestRefused>>, NotReadable>;
}

/// One request and its plan, or why there is none.
#[derive(Debug, Clone)]
pub struct Answered {
    pub id: String,
    pub plan: Result<(PlanRequest, Option<Plan>), String>,
}

/// Plans every request; each on its own.
pub fn answer(
    requests: Vec<Result<PlanRequest, RequestRefused>>,
    rules: &RuleBook,
) -> Vec<Answered> {
    requests
        .into_iter()
        .map(|request| match request {
            Err(refused) => Answered {
                id: refused.id,
                plan: Err(refused.reason),
            },
            Ok(request) => Answered {
                id: request.id.clone(),
                plan: planned(request, rules),
            },
        })
        .collect()
}

fn planned(request: PlanRequest, rules: &RuleBook) -> Result<(PlanRequest, Option<Plan>), String> {
    let plan = match &request.booking {
        None => None,
        Some(booking) => Some(
            preparation::plan(&request.facts, booking, rules, request.as_of, &request.zone)
                .map_err(|refusal| refusal.to_string())?,
        ),
    };
    Ok((request, plan))
}

/// The JSON of the contract.
pub fn write_answers(answers: &[Answered], rules: &RuleBook) -> String {
    let beside: Vec<Option<Asked>> = answers
        .iter()
        .map(|answered| match &answered.plan {
            Ok((request, _)) => Some(Asked {
                as_of: request.as_of,
                time_zone: request.zone.iana_name().unwrap_or("UTC"),
                open: &request.open,
                not_used: &request.not_used,
            }),
            Err(_) => None,
        })
        .collect();
    let outcomes: Vec<Outcome> = answers
        .iter()
        .zip(&beside)
        .map(|(answered, beside)| match (&answered.plan, beside) {
            (Ok((_, plan)), Some(asked)) => Outcome::Asked {
                id: &answered.id,
                plan: plan.as_ref(),
                asked,
            },
            (Err(reason), _) => Outcome::Refused {
                id: &answered.id,
                reason,
            },
            (Ok(_), None) => Outcome::Refused {
                id: &answered.id,
                reason: "not worked out",
            },
        })
        .collect();
    write_plans(&rules.version.to_string(), &outcomes)
}
