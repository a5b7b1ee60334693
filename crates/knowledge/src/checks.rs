//! What the types cannot say: sources that exist, bands without gap or overlap, names that are there.

use crate::aftercare::Care;
use crate::cite::Source;
use crate::contrast::AgeGroup;
use crate::flaw::line_of;
use crate::laboratory::Analyte;
use crate::medicine::{DoseLevel, Medicine, Row, Rule};
use crate::medicine_index::MedicineRef;
use crate::rule_book::{Desk, REQUESTS, RuleBook, StatusCount};
use model::{BleedingClass, ReviewStatus};
use std::collections::{BTreeMap, BTreeSet};
use toml::{Spanned, Value};

/// Walks every table that has a status, in every file, also those of other rooms: the word, the date and the
/// sources must be sound. Gives the count of figures by status.
pub(crate) fn cited_tables(desk: &mut Desk, sources: &BTreeMap<String, Source>) -> StatusCount {
    let mut counts = StatusCount::default();
    let mut wrong: Vec<(String, String, String)> = Vec::new();
    for (path, value) in &desk.values {
        if path.starts_with("approvals/") {
            continue;
        }
        walk(value, &mut |table| {
            let mut refuse = |needle: &str, what: String| {
                wrong.push((path.clone(), needle.to_owned(), what));
            };
            match table.get("status").and_then(Value::as_str) {
                Some("recalled") => counts.recalled += 1,
                Some("secondary") => counts.secondary += 1,
                Some("primary") => counts.primary += 1,
                Some(word) => refuse(
                    &format!("\"{word}\""),
                    format!(
                        "status `{word}`: only recalled, secondary or primary is written in a file; approval is the site's"
                    ),
                ),
                None => return,
            }
            if !matches!(table.get("since"), Some(Value::Datetime(_))) {
                refuse(
                    "since",
                    "a figure needs `since`, the date it is in force from".to_owned(),
                );
            }
            let keys = table.get("source").and_then(Value::as_array);
            if keys.is_none_or(Vec::is_empty) {
                refuse("source", "a figure needs its source".to_owned());
            }
            for key in keys.into_iter().flatten().filter_map(Value::as_str) {
                let key = key.split('#').next().unwrap_or(key);
                if !sources.contains_key(key) {
                    refuse(key, format!("source {key} is not in sources.toml"));
                }
            }
        });
    }
    for (path, needle, what) in wrong {
        desk.refuse(&path, &needle, what);
    }
    counts
}

/// The weakest status in a file.
pub(crate) fn weakest_status(value: &Value) -> Option<ReviewStatus> {
    let mut weakest = None;
    walk(value, &mut |table| {
        let status = match table.get("status").and_then(Value::as_str) {
            Some("recalled") => ReviewStatus::Recalled,
            Some("secondary") => ReviewStatus::Secondary,
            Some("primary") => ReviewStatus::Primary,
            _ => return,
        };
        weakest = Some(weakest.map_or(status, |old: ReviewStatus| old.min(status)));
    });
    weakest
}

/// The keys of all sources that a file names, in order and each once.
pub(crate) fn sources_named(value: &Value) -> BTreeSet<String> {
    let mut named = BTreeSet::new();
    walk(value, &mut |table| {
        let keys = table.get("source").and_then(Value::as_array);
        for key in keys.into_iter().flatten().filter_map(Value::as_str) {
            named.insert(key.to_owned());
        }
    });
    named
}

fn walk(value: &Value, visit: &mut impl FnMut(&toml::Table)) {
    match value {
        Value::Table(table) => {
            visit(table);
            table.values().for_each(|inner| walk(inner, visit));
        }
        Value::Array(items) => items.iter().for_each(|inner| walk(inner, visit)),
        Value::String(_)
        | Value::Integer(_)
        | Value::Float(_)
        | Value::Boolean(_)
        | Value::Datetime(_) => {}
    }
}

pub(crate) fn rule_book(book: &RuleBook, desk: &mut Desk) {
    for medicine in &book.medicines {
        medicine_rules(medicine, desk);
    }
    combinations(book, desk);
    procedures(book, desk);
    laboratory(book, desk);
    references(book, desk);
    aftercare(book, desk);
}

/// A figure where one is needed and only there; procedures that the catalogue has; a file that speaks about something.
fn aftercare(book: &RuleBook, desk: &mut Desk) {
    for rule in book.aftercare.values() {
        let path = format!("aftercare/{}.toml", rule.id);
        if rule.procedures.is_empty() != rule.after_sedation {
            desk.refuse(
                &path,
                "id =",
                "it names procedures, or it speaks after sedation, one of the two",
            );
        }
        for id in &rule.procedures {
            if !book.procedures.contains_key(id) {
                desk.refuse(&path, id, format!("there is no procedure {id}"));
            }
        }
        for step in &rule.steps {
            let is_flush = step.what == Care::FlushCatheter;
            if step.what.needs_figure() != step.figure.is_some()
                || is_flush != step.times_a_day.is_some()
            {
                let what = format!("{:?}: a figure is missing, or one too many", step.what);
                desk.refuse(&path, "[[step]]", what);
            }
        }
    }
}

fn medicine_rules(medicine: &Medicine, desk: &mut Desk) {
    let path = format!("medicines/{}.toml", medicine.id);
    if medicine.rows.is_empty() {
        desk.refuse(&path, "id =", "the medicine has no row");
    }
    for row in &medicine.rows {
        let situations: Vec<(Option<BleedingClass>, Option<bool>)> = if row
            .rules
            .iter()
            .any(|rule| rule.get_ref().fasting.is_some())
        {
            vec![(None, Some(false)), (None, Some(true))]
        } else {
            vec![
                (Some(BleedingClass::Low), None),
                (Some(BleedingClass::High), None),
            ]
        };
        for (class, fasting) in situations {
            for dose in [DoseLevel::Prophylactic, DoseLevel::Treatment] {
                let mut rules: Vec<&Spanned<Rule>> = row
                    .rules
                    .iter()
                    .filter(|rule| {
                        let rule = rule.get_ref();
                        rule.bleeding_class == class
                            && rule.fasting == fasting
                            && rule.for_dose.is_none_or(|level| level == dose)
                    })
                    .collect();
                rules.sort_by(|a, b| {
                    let low = |rule: &Spanned<Rule>| rule.get_ref().crcl_from.unwrap_or(0.0);
                    low(a).total_cmp(&low(b))
                });
                bands(&path, row, &rules, class, desk);
            }
        }
    }
}

fn bands(
    path: &str,
    row: &Row,
    rules: &[&Spanned<Rule>],
    class: Option<BleedingClass>,
    desk: &mut Desk,
) {
    let at = |desk: &Desk, rule: &Spanned<Rule>| {
        desk.texts
            .get(path)
            .map_or(0, |(_, text)| line_of(text, rule.span().start))
    };
    let Some(last) = rules.last() else {
        let class = class.map_or("this fasting state", BleedingClass::code);
        let what = format!("class {}: no rule for {class}", row.class.code());
        desk.refuse(path, "[[row]]", what);
        return;
    };
    let mut reached = Some(0.0);
    for rule in rules {
        let from = rule.get_ref().crcl_from.unwrap_or(0.0);
        let what = match reached {
            None => Some(format!("the band from {from} overlaps the one before")),
            Some(until) if from < until => Some(format!(
                "the band from {from} overlaps the one up to {until}"
            )),
            Some(until) if from > until => Some(format!("no band from {until} up to {from}")),
            Some(_) => None,
        };
        if let Some(what) = what {
            let line = at(desk, rule);
            desk.flaws.push(crate::Flaw::new(path, line, what));
        }
        reached = rule.get_ref().crcl_below;
    }
    if let Some(until) = reached {
        let line = at(desk, last);
        desk.flaws.push(crate::Flaw::new(
            path,
            line,
            format!("no band from {until} upwards"),
        ));
    }
}

fn combinations(book: &RuleBook, desk: &mut Desk) {
    for combination in &book.combinations {
        for component in &combination.components {
            let found = book.index.by_code(&component.atc);
            if !matches!(
                found,
                Some(MedicineRef::Medicine(..) | MedicineRef::Group(_))
            ) {
                let path = format!("medicines/combinations/{}.toml", combination.id);
                let what = format!("component {} has no rule of its own", component.atc);
                desk.refuse(&path, &component.atc, what);
            }
        }
    }
}

fn procedures(book: &RuleBook, desk: &mut Desk) {
    for procedure in book.procedures.values() {
        let path = format!("procedures/{}.toml", procedure.id);
        let antibiotic = &procedure.antibiotic;
        if !book.antibiotic_groups.contains_key(&antibiotic.group) {
            let what = format!("there is no antibiotic group {}", antibiotic.group);
            desk.refuse(&path, "group =", what);
        }
        if !antibiotic.first.is_empty() && !book.regimens.contains_key(&antibiotic.first) {
            let what = format!("there is no antibiotic {}", antibiotic.first);
            desk.refuse(&path, "first =", what);
        }
        if procedure.bleeding.arterial_access && procedure.bleeding.usual_access.is_empty() {
            desk.refuse(
                &path,
                "arterial_access",
                "which artery is usual is not said",
            );
        }
        if procedure.technique.modalities.is_empty() || procedure.technique.anaesthesia.is_empty() {
            desk.refuse(
                &path,
                "[technique]",
                "modalities and anaesthesia must name one each",
            );
        }
    }
}

fn laboratory(book: &RuleBook, desk: &mut Desk) {
    for analyte in book.analytes.values() {
        let path = format!("laboratory/analytes/{}.toml", analyte.id);
        for limit in &analyte.limits {
            if factor(analyte, &limit.unit).is_none() {
                let what = format!("the limit's unit {} is not a unit of it", limit.unit);
                desk.refuse(&path, &limit.unit, what);
            }
        }
        if let (Some(low), Some(high)) = (analyte.plausible_min, analyte.plausible_max) {
            if low >= high {
                desk.refuse(
                    &path,
                    "plausible_min",
                    "nothing can be true between these limits",
                );
            }
        } else if !analyte.canonical_unit.is_empty() {
            desk.refuse(&path, "canonical_unit", "both plausible limits are needed");
        }
    }
    for id in REQUESTS {
        if !book.requests.contains_key(id) {
            desk.refuse(
                &format!("laboratory/requests/{id}.toml"),
                "",
                "the file is missing",
            );
        }
    }
    for request in book.requests.values() {
        let path = format!("laboratory/requests/{}.toml", request.id);
        for analyte in &request.analytes {
            if !book.analytes.contains_key(analyte) {
                desk.refuse(&path, analyte, format!("there is no analyte {analyte}"));
            }
        }
        if request.max_age_days.is_some() == request.max_age_hours.is_some() {
            desk.refuse(
                &path,
                "id =",
                "either days or hours say how old a value may be",
            );
        }
    }
}

fn factor(analyte: &Analyte, ucum: &str) -> Option<f64> {
    let unit = analyte.units.iter().find(|unit| unit.ucum == ucum)?;
    Some(unit.factor)
}

fn references(book: &RuleBook, desk: &mut Desk) {
    for scheme in [&book.policy.fasting_adult, &book.policy.fasting_child] {
        if !book.fasting.contains_key(scheme) {
            desk.refuse(
                "policy.toml",
                scheme,
                format!("there is no fasting scheme {scheme}"),
            );
        }
    }
    for (group, name) in [(AgeGroup::Adult, "adults"), (AgeGroup::Child, "children")] {
        let mut hours: Vec<u16> = book
            .premedication
            .iter()
            .filter(|scheme| scheme.population == group)
            .map(|scheme| scheme.hours_left_min)
            .collect();
        hours.sort_unstable();
        let doubled = hours.iter().zip(hours.iter().skip(1)).any(|(a, b)| a == b);
        if hours.first() != Some(&0) || doubled {
            let what =
                format!("the schemes for {name} must start at 0 hours left, one for each limit");
            desk.refuse("contrast/premedication", "", what);
        }
    }
    if book.team.is_empty() || book.procedures.is_empty() {
        desk.refuse(
            "policy.toml",
            "",
            "the folders team and procedures must not be empty",
        );
    }
}
