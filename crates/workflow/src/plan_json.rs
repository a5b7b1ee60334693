//! The JSON form of plans: stable, documented, ordered.

use jiff::civil::DateTime;
use model::Gate;
use preparation::plan::{FoodLimit, PremedicationDose, RuleUsed};
use preparation::{LabDue, MedicineRow, Obligation, Plan, Reason, Section};
use serde_json::{Map, Value, json};

/// Name and version of this form.
pub const SCHEMA: &str = "seldinger-plan/1";

/// One plan, or why there is none.
pub enum Outcome<'a> {
    Plan {
        id: &'a str,
        plan: &'a Plan,
    },
    /// Worked out from what another system sent: with its questions, and without a plan while nobody knows which
    /// procedure is meant.
    Asked {
        id: &'a str,
        plan: Option<&'a Plan>,
        asked: &'a Asked<'a>,
    },
    Refused {
        id: &'a str,
        reason: &'a str,
    },
}

/// What stands beside a plan that was worked out from another system's record.
pub struct Asked<'a> {
    pub as_of: DateTime,
    pub time_zone: &'a str,
    pub open: &'a [OpenQuestion],
    pub not_used: &'a [NotUsed],
}

/// Something that was sent and nobody here understands, with who can answer it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenQuestion {
    pub code: &'static str,
    pub words: String,
    /// Where it stands in what was sent.
    pub path: String,
    /// Role code.
    pub owner: &'static str,
    /// The plan's gate is at least this while the question is open.
    pub gate: Gate,
}

/// Something that was sent, was understood, and says nothing here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotUsed {
    pub path: String,
    pub why: String,
}

/// `{"schema", "knowledge_version", "plans": [...]}`.
pub fn write_plans(knowledge_version: &str, outcomes: &[Outcome]) -> String {
    let plans: Vec<Value> = outcomes
        .iter()
        .map(|outcome| match outcome {
            Outcome::Plan { id, plan } => plan_value(id, plan),
            Outcome::Asked { id, plan, asked } => asked_value(id, *plan, asked),
            Outcome::Refused { id, reason } => json!({ "id": id, "refused": reason }),
        })
        .collect();
    let whole = json!({ "schema": SCHEMA, "knowledge_version": knowledge_version, "plans": plans });
    format!("{whole:#}\n")
}

/// `2027-02-10T15:00`.
pub fn minute(at: DateTime) -> String {
    at.strftime("%Y-%m-%dT%H:%M").to_string()
}

pub fn plan_value(id: &str, plan: &Plan) -> Value {
    let mut out = Map::new();
    let mut put = |key: &str, value: Value| {
        out.insert(key.to_owned(), value);
    };
    put("id", json!(id));
    put("bleeding_class", json!(plan.bleeding_class.code()));
    if let Some(crcl) = plan.crcl {
        put("crcl_ml_min", json!(one_decimal(crcl.0)));
    }
    if let Some(egfr) = plan.egfr {
        put("egfr", json!(one_decimal(egfr.0)));
    }
    if let Some(rate) = plan.schwartz {
        put("schwartz_egfr", json!(one_decimal(rate.0)));
    }
    for maximum in &plan.local_anaesthetics {
        if let Some(plain) = maximum.plain {
            put(
                &format!("{}_plain_max_mg", maximum.inn),
                json!(one_decimal(plain.0)),
            );
        }
    }
    put(
        "medication_actions",
        plan.medicines.iter().map(medicine_value).collect(),
    );
    put("labs_due", plan.labs_due.iter().map(lab_value).collect());
    put("fasting", fasting_value(plan));
    match &plan.premedication {
        Section::Worked(doses) => put("premedication", doses.iter().map(dose_value).collect()),
        Section::NotWorkedOut(why) => {
            put("premedication", json!([]));
            put("not_worked_out", json!([format!("premedication: {why}")]));
        }
    }
    put("contrast_actions", json!(plan.contrast_actions));
    put("antibiotic", json!(plan.antibiotic));
    put("pregnancy", json!(plan.pregnancy));
    put("blockers", codes(&plan.blockers));
    put("reviews", codes(&plan.reviews));
    put("bypassed", codes(&plan.bypassed));
    let all = plan.blockers.iter().chain(&plan.bypassed);
    let reviews = plan
        .reviews
        .iter()
        .filter(|reason| !plan.bypassed.contains(reason));
    put("reasons", all.chain(reviews).map(reason_value).collect());
    put("warnings", json!(plan.warnings));
    let open = plan.open_questions.iter();
    put("open_questions", open.map(open_question_value).collect());
    put(
        "obligations",
        plan.obligations.iter().map(obligation_value).collect(),
    );
    put("gate_now", json!(plan.gate_now.code()));
    put("gate_if_completed", json!(plan.gate_if_completed.code()));
    put(
        "provenance",
        plan.provenance.iter().map(rule_value).collect(),
    );
    Value::Object(out)
}

/// The gate is never better than an open question allows; in an emergency it stays with the override.
fn asked_value(id: &str, plan: Option<&Plan>, asked: &Asked) -> Value {
    let mut out = match plan {
        Some(plan) => plan_value(id, plan),
        None => json!({
            "id": id, "medication_actions": [], "labs_due": [], "premedication": [], "blockers": [],
            "reviews": ["procedure_not_identified"], "gate_now": "review", "gate_if_completed": "review",
            "not_worked_out": ["the procedure is not identified"],
        }),
    };
    let (mut now, mut done) = (Gate::Ready, Gate::Ready);
    for question in asked.open {
        now = now.max(question.gate);
        // A question is answered by then, unless a person has to decide something.
        if question.gate >= Gate::Review {
            done = done.max(question.gate);
        }
    }
    let Some(map) = out.as_object_mut() else {
        return out;
    };
    for (key, at_least) in [("gate_now", now), ("gate_if_completed", done)] {
        let worked_out = map
            .get(key)
            .and_then(Value::as_str)
            .and_then(Gate::from_code);
        if let Some(gate) = worked_out {
            map.insert(key.to_owned(), json!(gate.max(at_least).code()));
        }
    }
    let open = asked.open.iter().map(|question| {
        json!({
            "code": question.code, "question": question.words, "path": question.path,
            "owner": question.owner, "gate": question.gate.code(),
        })
    });
    let mut questions: Vec<Value> = open.collect();
    if let Some(Value::Array(of_the_plan)) = map.remove("open_questions") {
        questions.extend(of_the_plan);
    }
    map.insert("open_questions".to_owned(), Value::Array(questions));
    let not_used = asked.not_used.iter();
    let not_used = not_used.map(|left| json!({ "path": left.path, "why": left.why }));
    map.insert("not_used".to_owned(), not_used.collect());
    map.insert("as_of".to_owned(), json!(minute(asked.as_of)));
    map.insert("time_zone".to_owned(), json!(asked.time_zone));
    out
}

fn one_decimal(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

fn codes(reasons: &[Reason]) -> Value {
    reasons.iter().map(|reason| reason.code.clone()).collect()
}

/// Leaves out what is empty or missing.
struct Row(Map<String, Value>);

impl Row {
    fn new() -> Self {
        Self(Map::new())
    }

    fn text(mut self, key: &str, value: &str) -> Self {
        if !value.is_empty() {
            self.0.insert(key.to_owned(), json!(value));
        }
        self
    }

    fn maybe<T: Into<Value>>(mut self, key: &str, value: Option<T>) -> Self {
        if let Some(value) = value {
            self.0.insert(key.to_owned(), value.into());
        }
        self
    }

    fn done(self) -> Value {
        Value::Object(self.0)
    }
}

fn medicine_value(row: &MedicineRow) -> Value {
    Row::new()
        .maybe("inn", Some(row.inn.clone()))
        .text("atc", &row.atc)
        .text("action", row.action.code())
        .maybe("last_dose", row.last_dose.map(minute))
        .maybe("hold_days", row.hold_days)
        .maybe("hold_days_lower", row.hold_days_lower)
        .maybe("doses", row.doses)
        .maybe("doses_lower", row.doses_lower)
        .maybe("min_hours", row.min_hours)
        .maybe("restart_hours_after_end", row.restart_hours_after_end)
        .text("restart", &row.restart)
        .text("bridging", &row.bridging)
        .text("inr_target", &row.inr_target)
        .maybe(
            "earliest_compliant_date",
            row.earliest_compliant_date.map(|day| day.to_string()),
        )
        .maybe("liquids_only_from", row.liquids_only_from.map(minute))
        .maybe("fraction", row.fraction)
        .maybe("fraction_min", row.fraction_min)
        .text("units", &row.units)
        .maybe("at", row.at.map(minute))
        .maybe("from_hours_before", row.from_hours_before)
        .maybe("until_hours_after", row.until_hours_after)
        .text("information_for_mdt", &row.information_for_team)
        .text("note", &row.note)
        .text("rule", &row.rule)
        .maybe(
            "moved_by_clock_change",
            row.moved_by_clock_change.then_some(true),
        )
        .done()
}

fn lab_value(lab: &LabDue) -> Value {
    Row::new()
        .text("analyte", &lab.analyte)
        .maybe("take_from", Some(minute(lab.take_from)))
        .maybe("take_until", Some(minute(lab.take_until)))
        .text("advice", &lab.advice)
        .text("rule", &lab.rule)
        .done()
}

/// In the form of [`asked_value`]'s questions; what nobody has asked stands at no place of what was sent.
fn open_question_value(open: &preparation::OpenQuestion) -> Value {
    json!({
        "code": open.code, "question": open.words, "path": "",
        "owner": open.owners.first(), "gate": Gate::Pending.code(),
    })
}

fn fasting_value(plan: &Plan) -> Value {
    let fasting = &plan.fasting;
    let mut row = Row::new()
        .text("scheme", &fasting.scheme)
        .text("reason", &fasting.reason);
    for FoodLimit { food, until, .. } in &fasting.limits {
        row = row.maybe(&format!("{food}_until"), Some(minute(*until)));
    }
    row.done()
}

fn dose_value(dose: &PremedicationDose) -> Value {
    Row::new()
        .text("drug", &dose.drug)
        .maybe("dose_mg", Some(one_decimal(dose.dose.0)))
        .text("route", &dose.route)
        .maybe("at", Some(minute(dose.at)))
        .maybe("optional", dose.optional.then_some(true))
        .text("rule", &dose.rule)
        .done()
}

fn reason_value(reason: &Reason) -> Value {
    json!({
        "code": reason.code,
        "rule": reason.rule,
        "fact": reason.fact,
        "source": reason.source,
        "status": reason.status.code(),
        "approved_here": reason.approved_here,
        "lifted_by": reason.lifted_by,
        "lifted_by_task": reason.lifted_by_task,
    })
}

fn obligation_value(obligation: &Obligation) -> Value {
    Row::new()
        .text("medicine", &obligation.medicine)
        .maybe(
            "restart_hours_after_end",
            obligation.restart_hours_after_end,
        )
        .text("words", &obligation.words)
        .text("owner", &obligation.owner)
        .text("rule", &obligation.rule)
        .done()
}

fn rule_value(rule: &RuleUsed) -> Value {
    Row::new()
        .text("rule", &rule.rule)
        .text("hash", &rule.hash)
        .maybe("status", rule.status.map(|status| status.code()))
        .maybe("local", Some(rule.local))
        .maybe("approved_here", Some(rule.approved_here))
        .done()
}
