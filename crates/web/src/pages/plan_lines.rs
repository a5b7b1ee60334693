//! The stored plan as dated lines for staff. What the plan does not date stands first, as "before the procedure".

use crate::words;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use serde_json::Value;
use store::rows::PlanRow;

pub struct PlanLine {
    sort: String,
    pub class: &'static str,
    pub when: String,
    pub what: String,
    pub why: String,
    pub rule: String,
}

/// Lines in order of time, and a note on where they come from.
pub fn plan_lines(row: Option<&PlanRow>, zone: &TimeZone, today: Date) -> (Vec<PlanLine>, String) {
    let Some(row) = row else {
        return (Vec::new(), "no plan yet".to_owned());
    };
    let plan: Value = serde_json::from_str(&row.body).unwrap_or_default();
    let plan = plan.get("plan").unwrap_or(&plan);
    let mut lines = Vec::new();
    for item in list(plan, "medication_actions") {
        lines.extend(medicine(item, today));
    }
    for item in list(plan, "labs_due") {
        let analyte = text(item, "analyte");
        let until = text(item, "take_until");
        let from = text(item, "take_from");
        let window = [
            (!from.is_empty()).then(|| format!("sample not before {}", shown(&from, today))),
            (!until.is_empty()).then(|| format!("at the latest {}", shown(&until, today))),
        ];
        let why: Vec<String> = window.into_iter().flatten().collect();
        lines.push(line(
            &from,
            today,
            format!("Blood test: {}", words::analyte(&analyte)),
            why.join(", "),
            text(item, "rule"),
        ));
    }
    if let Some(fasting) = plan.get("fasting").and_then(Value::as_object) {
        for (name, value) in fasting {
            if let Some(at) = value.as_str().filter(|at| moment(at).is_some()) {
                lines.push(line(
                    at,
                    today,
                    words::from_code(name),
                    String::new(),
                    String::new(),
                ));
            }
        }
    }
    for item in list(plan, "premedication") {
        let at = first_text(item, &["at", "time"]);
        let drug = first_text(item, &["drug", "inn", "medicine"]);
        let dose = item
            .get("dose_mg")
            .and_then(Value::as_f64)
            .map(|mg| format!("{}\u{a0}mg", words::number(mg)))
            .unwrap_or_default();
        lines.push(line(
            &at,
            today,
            format!("Premedication: {drug} {dose}"),
            text(item, "route"),
            text(item, "rule"),
        ));
    }
    for item in list(plan, "obligations") {
        let what = first_text(item, &["words", "what", "text", "kind"]);
        let about = first_text(item, &["medicine", "inn", "drug"]);
        let due = first_text(item, &["due", "at", "by"]);
        if let Some(hours) = item.get("restart_hours_after_end").and_then(Value::as_i64) {
            lines.push(restart(&about, hours, text(item, "rule")));
            continue;
        }
        let what = if what.is_empty() {
            "Restart".to_owned()
        } else {
            words::from_code(&what)
        };
        lines.push(line(
            &due,
            today,
            if about.is_empty() {
                what
            } else {
                format!("{what}: {about}")
            },
            "must not be forgotten".to_owned(),
            text(item, "rule"),
        ));
    }
    lines.sort_by(|a, b| a.sort.cmp(&b.sort));
    for line in &mut lines {
        line.what = words::readable(&line.what, zone, today);
        line.why = words::readable(&line.why, zone, today);
    }
    let note = format!(
        "Worked out {} from rule book {}",
        words::moment(row.computed, zone, today),
        row.knowledge_version
    );
    (lines, note)
}

fn medicine(item: &Value, today: Date) -> Vec<PlanLine> {
    let name = text(item, "inn");
    let action = text(item, "action");
    let last = text(item, "last_dose");
    let rule = text(item, "rule");
    let restart = text(item, "restart");
    let note = text(item, "note");
    let hold = item
        .get("hold_days")
        .and_then(Value::as_u64)
        .map(|days| format!("stop for {days} days"));
    let why: Vec<String> = [hold, (!note.is_empty()).then_some(note)]
        .into_iter()
        .flatten()
        .collect();
    let what = if last.is_empty() {
        format!("{name}: {}", words::from_code(&action).to_lowercase())
    } else {
        format!("Last {name} before the procedure")
    };
    let mut lines = vec![line(&last, today, what, why.join(", "), rule.clone())];
    if !restart.is_empty() {
        let mut after = line("", today, format!("Restart {name}"), restart, rule);
        after.sort = "9".to_owned();
        after.when = "after the procedure".to_owned();
        lines.push(after);
    }
    lines
}

/// Last of all: what was stopped starts again, and somebody has to say so.
fn restart(medicine: &str, hours: i64, rule: String) -> PlanLine {
    PlanLine {
        sort: "9999".to_owned(),
        class: "",
        when: "after the procedure".to_owned(),
        what: format!("Restart {medicine}, {hours} h after the end"),
        why: "must not be forgotten".to_owned(),
        rule,
    }
}

fn line(at: &str, today: Date, what: String, why: String, rule: String) -> PlanLine {
    let day = moment(at).map(|at| at.date());
    PlanLine {
        sort: if day.is_some() {
            format!("1{at}")
        } else {
            "0".to_owned()
        },
        class: if day == Some(today) { "today" } else { "" },
        when: if day.is_some() {
            shown(at, today)
        } else {
            "before the procedure".to_owned()
        },
        what,
        why,
        rule,
    }
}

fn moment(at: &str) -> Option<DateTime> {
    at.parse::<DateTime>()
        .ok()
        .or_else(|| at.parse::<Date>().ok().map(|day| day.at(0, 0, 0, 0)))
}

fn shown(at: &str, today: Date) -> String {
    let Some(moment) = moment(at) else {
        return at.to_owned();
    };
    let day = words::day(moment.date(), today);
    if at.contains('T') {
        format!("{day} {}", moment.strftime("%H:%M"))
    } else {
        day
    }
}

fn list<'a>(plan: &'a Value, name: &str) -> &'a [Value] {
    plan.get(name)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

fn text(item: &Value, name: &str) -> String {
    item.get(name)
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned()
}

fn first_text(item: &Value, names: &[&str]) -> String {
    names
        .iter()
        .map(|name| text(item, name))
        .find(|text| !text.is_empty())
        .unwrap_or_default()
}
