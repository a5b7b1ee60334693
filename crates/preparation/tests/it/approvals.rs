//! The same case with and without a site's approvals: the plan is the same, what it may be shown as is not.

use crate::patient::{Asked, high};
use jiff::tz::TimeZone;
use knowledge::RuleBook;
use preparation::Plan;
use testkit::shipped_rules::{files, rule_book};

fn plan(rules: &RuleBook) -> Plan {
    let patient =
        high()
            .without("hb")
            .has("acute_dvt")
            .takes("apixaban", "B01AF02", "5 mg", "08:00 20:00");
    let zone = TimeZone::get(&patient.zone).unwrap();
    preparation::plan(
        &patient.facts,
        &patient.booking,
        rules,
        patient.as_of,
        &zone,
    )
    .unwrap()
}

fn approved(rules: &[&str]) -> RuleBook {
    let mut text = String::new();
    for rule in rules {
        let hash = &rule_book().states[*rule].hash;
        text += &format!(
            "[[approval]]\nrule = \"{rule}\"\nsha256 = \"{hash}\"\nname = \"A. Physician\"\nrole = \"radiologist\"\n\
             date = 2026-12-01\ndue = 2027-12-01\n"
        );
    }
    RuleBook::load_with_site(files(), [("approvals/one.toml".to_owned(), text)]).unwrap()
}

#[test]
fn approvals_change_who_may_read_a_plan_and_nothing_else() {
    let without = plan(rule_book());
    let rules = ["team/vte_within_3_months", "medicines/apixaban"];
    let with = plan(&approved(&rules));
    assert_eq!(with.medicines, without.medicines);
    assert_eq!(with.gates(), without.gates());
    assert_eq!(with.labs_due, without.labs_due);
    assert!(without.reviews.iter().all(|reason| !reason.approved_here));
    assert!(without.provenance.iter().all(|used| !used.approved_here));
    assert!(with.reviews.iter().all(|reason| reason.approved_here));
    assert!(
        with.blockers.iter().all(|reason| !reason.approved_here),
        "no approval of that rule"
    );
    let answered: Vec<&str> = with
        .provenance
        .iter()
        .filter(|used| used.approved_here)
        .map(|used| used.rule.as_str())
        .collect();
    assert_eq!(answered, ["medicines/apixaban", "team/vte_within_3_months"]);
}

#[test]
fn an_approval_that_has_run_out_counts_for_nothing() {
    let mut patient = high()
        .appointment("2028-02-10T09:00")
        .planned_at("2027-12-02T09:00");
    patient = patient.takes("apixaban", "B01AF02", "5 mg", "08:00 20:00");
    let zone = TimeZone::get(&patient.zone).unwrap();
    let rules = approved(&["medicines/apixaban"]);
    let plan = preparation::plan(
        &patient.facts,
        &patient.booking,
        &rules,
        patient.as_of,
        &zone,
    );
    assert!(
        plan.unwrap()
            .provenance
            .iter()
            .all(|used| !used.approved_here)
    );
}

#[test]
fn every_reason_names_its_rule_its_sources_and_who_lifts_it() {
    let plan = plan(rule_book());
    let all: Vec<_> = plan.blockers.iter().chain(&plan.reviews).collect();
    assert_eq!(all.len(), 2);
    for reason in all {
        assert!(
            rule_book().states.contains_key(&reason.rule),
            "{}",
            reason.rule
        );
        assert!(!reason.source.is_empty() && !reason.fact.is_empty());
        assert!(!reason.lifted_by.is_empty(), "{}", reason.code);
    }
}
