//! The JSON form of plans: stable, documented, ordered.

use jiff::civil::DateTime;
use preparation::plan::{FoodLimit, PremedicationDose, RuleUsed};
use preparation::{LabDue, MedicineRow, Obligation, OpenQuestion, Plan, Reason, Section};
use serde_json::{Map, Value, json};

/// Name and version of this form.
pub const SCHEMA: &str = "seldinger-plan/1";

/// One plan, or why there is none.
pub enum Outcome<'a> {
    Plan { id: &'a str, plan: &'a Plan },
    Refused { id: &'a str, reason: &'a str },
}

/// `{"schema", "knowledge_version", "plans": [...]}`.
pub fn write_plans(knowledge_version: &str, outcomes: &[Outcome]) -> String {
    let plans: Vec<Value> = outcomes
        .iter()
        .map(|outcome| match outcome {
            Outcome::Plan { id, plan } => plan_value(id, plan),
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

fn open_question_value(open: &OpenQuestion) -> Value {
    json!({ "code": open.code, "words": open.words, "owners": open.owners })
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
