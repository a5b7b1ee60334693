//! The rules: flaws with file and line, figures by review status, and what this site has not approved.

use super::Findings;
use crate::rules;
use crate::settings::Settings;
use jiff::ToSpan as _;
use jiff::civil::Date;
use knowledge::RuleBook;
use std::collections::BTreeMap;
use workflow::Rules;

/// An approval that ends within so many days is said while there is time.
const DAYS_BEFORE_THE_END: i64 = 60;

pub(super) fn load(settings: &Settings, findings: &mut Findings) -> Option<Rules> {
    match rules::load(settings.site_folder.as_deref()) {
        Ok(rules) => Some(rules),
        Err(flaws) => {
            findings.wrong("knowledge", format!("{flaws:#}"));
            None
        }
    }
}

pub(super) fn check(rules: &Rules, demonstration: bool, findings: &mut Findings) {
    let book = &rules.book;
    let counts = book.counts();
    findings.ok(
        "knowledge",
        format!(
            "edition {}, {} rules; figures read in the source {}, from a secondary source {}, recalled {}",
            book.version, counts.rules, counts.primary, counts.secondary, counts.recalled
        ),
    );
    let today = jiff::ZonedDateTime::now().date();
    approvals(book, today, demonstration, findings);
}

fn approvals(book: &RuleBook, today: Date, demonstration: bool, findings: &mut Findings) {
    let mut open: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let soon = today
        .checked_add(DAYS_BEFORE_THE_END.days())
        .unwrap_or(today);
    for (rule, state) in &book.states {
        let (folder, name) = rule.split_once('/').unwrap_or(("", rule.as_str()));
        if !book.is_approved(rule, today) {
            open.entry(folder).or_default().push(name);
        } else if let Some(approval) = state.approval.as_ref().filter(|a| a.due < soon) {
            findings.ok(
                "knowledge",
                format!("the approval of {rule} ends on {}", approval.due),
            );
        }
    }
    if open.is_empty() {
        findings.ok("knowledge", "every rule is approved here");
    }
    for (folder, names) in open {
        let folder = if folder.is_empty() {
            "knowledge"
        } else {
            folder
        };
        let words = format!(
            "{folder}: {} rules not approved here: {}",
            names.len(),
            names.join(", ")
        );
        if demonstration {
            findings.ok("knowledge", words);
        } else {
            findings.wrong("knowledge", words);
        }
    }
}
